/** What coordinates look like by their magnitude alone (China): degrees, metres, with zone number, axes swapped. */
import type { Box } from './geometry-types.js';

export type CoordinateKind =
  | 'degrees'
  | 'degrees-swapped'
  /** 6-digit easting, 7-digit northing. */
  | 'metres'
  | 'metres-swapped'
  /** 8-digit easting that begins with the zone number. */
  | 'zoned'
  | 'zoned-swapped'
  | 'web-mercator'
  | 'other';

const isLon = (v: number): boolean => v >= 73 && v <= 136;
const isLat = (v: number): boolean => v >= 3 && v <= 54;
const isNorthing = (v: number): boolean => v >= 1e6 && v < 6e6;
const isEasting = (v: number): boolean => v >= 1e5 && v < 1e6;

/** Zones 13–23 (6°) and 25–45 (3°); the rest of the easting must be one of a zone. */
function isZoned(v: number): boolean {
  const zone = Math.floor(v / 1e6);
  return ((zone >= 13 && zone <= 23) || (zone >= 25 && zone <= 45)) && isEasting(v - zone * 1e6);
}

const isMercator = (x: number, y: number): boolean => x > 8.1e6 && x < 15.2e6 && y > 3.3e5 && y < 7.2e6;

export function kindOfPoint(x: number, y: number): CoordinateKind {
  if (isLon(x) && isLat(y)) return 'degrees';
  if (isLat(x) && isLon(y)) return 'degrees-swapped';
  if (isEasting(x) && isNorthing(y)) return 'metres';
  if (isNorthing(x) && isEasting(y)) return 'metres-swapped';
  if (isZoned(x) && isNorthing(y)) return 'zoned';
  if (isNorthing(x) && isZoned(y)) return 'zoned-swapped';
  return isMercator(x, y) ? 'web-mercator' : 'other';
}

/** The kind of a whole box: `other` when its corners differ. */
export function kindOfBox([minX, minY, maxX, maxY]: Box): CoordinateKind {
  const kind = kindOfPoint(minX, minY);
  return kindOfPoint(maxX, maxY) === kind ? kind : 'other';
}

/** Zone number in front of an 8-digit easting. */
export const prefixOf = (easting: number): number => Math.floor(easting / 1e6);
