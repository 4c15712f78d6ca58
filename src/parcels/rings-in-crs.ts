/** The ground of a parcel in the CRS that somebody wants to see it in. The submitted numbers stay wherever they can. */
import { type Crs, crsTable } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toPlane } from '../geometry/planes.js';
import type { Parcel } from './parcel-types.js';

/** 0.01 mm: rounding moves the area of a parcel by less than 0.01 m². */
const DECIMALS_METRES = 5;
const DECIMALS_DEGREES = 10;

/**
 * MultiPolygon in `target` (any entry of `crsTable`). In the CRS of the source the very numbers that were sent; in the
 * same zone with or without its number only the false easting differs; else every vertex is projected, to 0.01 mm.
 */
export function ringsInCrs(
  parcel: Pick<Parcel, 'sourceEpsg' | 'source' | 'lonLat'>,
  target: Crs,
): MultiPolygonRings {
  const from = crsTable.get(parcel.sourceEpsg)!;
  // longitude and latitude are the same in 4326 and 4490 to a centimetre; no transformation is shipped
  if (from.epsg === target.epsg || (from.kind === 'geographic' && target.kind === 'geographic')) {
    return parcel.source;
  }
  if (from.kind === 'gauss-kruger' && from.centralMeridian === target.centralMeridian) {
    const by = target.falseEasting! - from.falseEasting!;
    return rounded(parcel.source, DECIMALS_METRES, by);
  }
  return lonLatInCrs(parcel.lonLat, target);
}

/** MultiPolygon in EPSG:4490 degrees → `target`, to 0.01 mm. */
export const lonLatInCrs = (lonLat: MultiPolygonRings, target: Crs): MultiPolygonRings =>
  target.kind === 'geographic'
    ? rounded(lonLat, DECIMALS_DEGREES, 0)
    : rounded(toPlane(lonLat, target), DECIMALS_METRES, 0);

function rounded(rings: MultiPolygonRings, decimals: number, east: number): MultiPolygonRings {
  const units = 10 ** decimals;
  const round = (value: number): number => Math.round(value * units) / units;
  return rings.map((polygon) =>
    polygon.map((ring) => ring.map(([x, y]) => [round(x + east), round(y)] as const)),
  );
}
