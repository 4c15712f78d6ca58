/**
 * Puts rings on the ground: metres in the 3° zone that their straight edges belong to. Leaves the question whether
 * that ground is ours to `jurisdiction.ts`.
 */
import { centroid, multiPolygon } from '@turf/turf';
import { type Crs, gkZone3, zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toPlane } from '../geometry/planes.js';

export interface InPlane {
  /** Multipolygon in metres, 3° zone with zone prefix. */
  plane: MultiPolygonRings;
  planeEpsg: number;
}

/** A parcel near a zone's border keeps the 3° zone it was surveyed in, up to half a degree beyond it. */
const KEEP_ZONE_WITHIN_DEGREES = 2;
const FIRST_ZONE = 25;
const LAST_ZONE = 45;

/** `rings` in `crs` and the same in EPSG:4490 degrees → the parcel's 3° Gauss–Krüger zone. */
export function toParcelPlane(rings: MultiPolygonRings, lonLat: MultiPolygonRings, crs: Crs): InPlane {
  const [lon = 0] = centroid(multiPolygon(lonLat as unknown as number[][][][])).geometry.coordinates;
  if (crs.zoneWidth === 3 && Math.abs(lon - crs.centralMeridian!) <= KEEP_ZONE_WITHIN_DEGREES) {
    const target = zoneCrs(crs.zone!);
    return { plane: shiftEast(rings, target.falseEasting! - crs.falseEasting!), planeEpsg: target.epsg };
  }
  const target = zoneCrs(Math.min(LAST_ZONE, Math.max(FIRST_ZONE, gkZone3(lon))));
  return { plane: toPlane(lonLat, target), planeEpsg: target.epsg };
}

/** Same zone, with or without its number: only the false easting differs. */
function shiftEast(rings: MultiPolygonRings, by: number): MultiPolygonRings {
  if (by === 0) return rings;
  return rings.map((part) => part.map((ring) => ring.map(([x, y]) => [x + by, y] as const)));
}
