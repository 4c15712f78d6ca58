/** Inputs for the measures' tests: rectangles in metres from the test ground's corner (EPSG:4526), and parts without a database. */
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import type { Database } from '../../src/database/sql.js';
import type { GeosPool } from '../../src/geometry/geos-pool.js';
import type { MeasureAnswer, MeasureParts } from '../../src/measures/measure-types.js';
import { runMeasure } from '../../src/measures/run-measure.js';
import { FeatureCache } from '../../src/overlay/feature-cache.js';
import { KnownGround } from '../../src/overlay/known-ground.js';
import { TileCache } from '../../src/overlay/tile-cache.js';
import { defaultParcelLimits } from '../../src/parcels/parcel-types.js';
import { builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import { type Box, ringsOf, type Shaped } from '../overlay/made-ground.js';

/** A database in which nothing is registered: what measures of given ranges need of it. */
const nothingRegistered = { query: async () => [] } as unknown as Database;

export const measureParts = (geos: GeosPool, db: Database = nothingRegistered): MeasureParts => ({
  db,
  geos,
  tiles: new TileCache(64e6),
  features: new FeatureCache(10_000),
  districts: new KnownGround(),
  limits: defaultParcelLimits,
  maxPairs: 100_000,
  policy: builtInRulePacks(),
  today: () => '2025-06-01',
});

export interface MadeRange extends Partial<Shaped> {
  id?: string;
  rings?: MultiPolygonRings;
  properties?: Record<string, unknown>;
}

/** A FeatureCollection in EPSG:4526: the input needs `crs`. */
export const rangeOf = (...parts: readonly MadeRange[]): object => ({
  type: 'FeatureCollection',
  features: parts.map(({ id, boxes = [], holes = [], rings, properties = {} }, i) => ({
    type: 'Feature',
    id: id ?? `R-${i + 1}`,
    properties,
    geometry: { type: 'MultiPolygon', coordinates: rings ?? ringsOf({ boxes, holes }) },
  })),
});

export const boxes = (...list: readonly Box[]): object => rangeOf({ boxes: list });

export const ask = (
  parts: MeasureParts,
  measure: string,
  input: Readonly<Record<string, unknown>>,
): Promise<MeasureAnswer> => runMeasure(parts, measure, { crs: 'EPSG:4526', ...input });

/** The value of one figure of an answer. */
export function figureOf(answer: MeasureAnswer, id: string): number | null {
  const found = answer.figures.find((one) => one.id === id);
  if (!found) throw new Error(`no figure ${id} in ${answer.figures.map((one) => one.id).join(', ')}`);
  return found.value;
}
