/** Small layers made by hand for the tests: rectangles in 3° zone 38 whose areas are known from their corners. */
import { crsTable } from '../../src/core/crs.js';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import type { RawFeature } from '../../src/formats/geojson-stream.js';
import { officialAreaM2 } from '../../src/geometry/official-area.js';

export const ZONE38 = crsTable.get(4526)!;

/** Lower left corner of the test ground, EPSG:4526, near Jiaozuo. */
export const ORIGIN = [38_430_000, 3_898_000] as const;

/** A rectangle in metres from the test ground's corner, as rings in EPSG:4526. */
export function rectangle(x: number, y: number, width: number, height: number): MultiPolygonRings {
  const [x1, y1] = [ORIGIN[0] + x, ORIGIN[1] + y];
  const [x2, y2] = [x1 + width, y1 + height];
  return [[ring([x1, y1], [x2, y1], [x2, y2], [x1, y2])]];
}

export const ring = (...corners: Position[]): Position[] => [...corners, corners[0]!];

/**
 * Digits to which a measured area agrees with the official one: the official algorithm rounds latitude and longitude
 * to 0.000001″ (0.03 mm), which is up to 0.015 m² along the 500 m sides of these rectangles.
 */
export const AREA_DIGITS = 1.4;

/** Ellipsoid area by the official algorithm, m². */
export const areaOf = (rings: MultiPolygonRings): number => officialAreaM2(rings, ZONE38);

export function feature(rings: MultiPolygonRings, properties: Record<string, unknown> = {}): RawFeature {
  return { type: 'Feature', properties, geometry: { type: 'MultiPolygon', coordinates: rings } };
}

/** `columns` × `rows` squares that share their borders to the last bit; `without` leaves some out (column/row). */
export function grid(
  columns: number,
  rows: number,
  size: number,
  properties: (index: number) => Record<string, unknown> = (index) => ({ BSM: `B${index}`, DLBM: '0102' }),
  without: readonly string[] = [],
): RawFeature[] {
  const features: RawFeature[] = [];
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if (without.includes(`${column}/${row}`)) continue;
      const shape = rectangle(column * size, row * size, size, size);
      features.push(feature(shape, properties(features.length)));
    }
  }
  return features;
}

export async function* stream(features: readonly RawFeature[]): AsyncGenerator<RawFeature> {
  yield* features;
}

/** The bytes of a FeatureCollection in EPSG:4526 with its legacy `crs` member. */
export async function* fileOf(features: readonly RawFeature[], epsg = 4526): AsyncGenerator<Uint8Array> {
  const crs = { type: 'name', properties: { name: `urn:ogc:def:crs:EPSG::${epsg}` } };
  yield new TextEncoder().encode(JSON.stringify({ type: 'FeatureCollection', crs, features }));
}
