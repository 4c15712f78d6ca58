/**
 * Other readings of the same coordinates: which central meridian, zone width or system would place them inside the
 * jurisdiction. Serves both the guess without a declared CRS and the explanation of a parcel that lies outside.
 */

import { prefixOf } from '../core/coordinate-kind.js';
import { type Crs, crsTable } from '../core/crs.js';
import type { Bilingual } from '../core/errors.js';
import { toLonLat } from '../geometry/planes.js';
import { isInJurisdiction } from './jurisdiction.js';
import type { Jurisdiction } from './parcel-types.js';

/** Farther from its central meridian than this no 3° (6°) zone is used, not even past its border. */
const FARTHEST_DEGREES = { 3: 2, 6: 3.5 } as const;

const meridians = Array.from({ length: 21 }, (_, i) => 75 + 3 * i);

const plainCrs: ReadonlyMap<string, Crs> = new Map(
  [...crsTable.values()]
    .filter((crs) => crs.zonePrefix === false)
    .map((crs) => [`${crs.zoneWidth}/${crs.centralMeridian}`, crs]),
);

export interface OtherReading {
  crs: Crs;
  lon: number;
  lat: number;
}

/** Longitude and latitude of one point in degrees. */
export function placeOf(x: number, y: number, crs: Crs): readonly [number, number] {
  const [lon, lat] = toLonLat([[[[x, y]]]], crs)[0]![0]![0]!;
  return [lon, lat];
}

/**
 * Readings of a 6-digit easting that land in the jurisdiction, one per central meridian: as a 3° zone near its
 * meridian, as a 6° zone farther off (a 6° and a 3° zone of one meridian are the same projection).
 */
export function readingsOfMetres(
  x: number,
  y: number,
  jurisdiction: Jurisdiction | undefined,
): OtherReading[] {
  const found: OtherReading[] = [];
  for (const meridian of meridians) {
    const three = plainCrs.get(`3/${meridian}`)!;
    const [lon, lat] = placeOf(x, y, three);
    if (!isInJurisdiction(lon, lat, jurisdiction)) continue;
    const off = Math.abs(lon - meridian);
    const six = plainCrs.get(`6/${meridian}`);
    if (off <= FARTHEST_DEGREES[3]) found.push({ crs: three, lon, lat });
    else if (six && off <= FARTHEST_DEGREES[6]) found.push({ crs: six, lon, lat });
  }
  return found;
}

export interface Cause {
  code: 'wrong-zone' | 'wrong-zone-width' | 'web-mercator';
  values: Record<string, string | number>;
}

/** Why a point read in `crs` may lie outside a known jurisdiction; undefined when no other reading lands inside. */
export function likelyCause(x: number, y: number, crs: Crs, jurisdiction: Jurisdiction): Cause | undefined {
  return crs.kind === 'geographic'
    ? causeOfDegrees(x, y, jurisdiction)
    : causeOfMetres(x, y, crs, jurisdiction);
}

function causeOfDegrees(lon: number, lat: number, jurisdiction: Jurisdiction): Cause | undefined {
  for (const shift of [3, -3, 6, -6]) {
    if (!isInJurisdiction(lon + shift, lat, jurisdiction)) continue;
    const likely = (lon + shift).toFixed(4);
    return {
      code: 'wrong-zone',
      values: {
        shift: Math.abs(shift),
        likelyZh: `经度约 ${likely}°`,
        likelyEn: `A longitude of about ${likely}°`,
      },
    };
  }
  return undefined;
}

function causeOfMetres(x: number, y: number, crs: Crs, jurisdiction: Jurisdiction): Cause | undefined {
  const easting = x - crs.falseEasting! + 500_000;
  const [reading] = readingsOfMetres(easting, y, jurisdiction).filter(
    (other) => other.crs.centralMeridian !== crs.centralMeridian,
  );
  if (reading) {
    const other = crs.zonePrefix ? withPrefix(reading.crs) : reading.crs;
    const name = describe(other);
    const shift = Math.abs(other.centralMeridian! - crs.centralMeridian!);
    const values = { shift, likelyZh: name.zh, likelyEn: name.en };
    if (other.zoneWidth === crs.zoneWidth) return { code: 'wrong-zone', values };
    return {
      code: 'wrong-zone-width',
      values: { ...values, trueWidth: other.zoneWidth!, saidWidth: crs.zoneWidth! },
    };
  }
  const [lon, lat] = fromWebMercator(x, y);
  return prefixOf(x) < 16 && isInJurisdiction(lon, lat, jurisdiction)
    ? { code: 'web-mercator', values: {} }
    : undefined;
}

function withPrefix(crs: Crs): Crs {
  const { zone = 0, zoneWidth } = crs;
  return crsTable.get(zoneWidth === 3 ? 4488 + zone : 4478 + zone) ?? crs;
}

/** Spherical Mercator (EPSG:3857) to degrees. */
function fromWebMercator(x: number, y: number): readonly [number, number] {
  const radius = 6378137;
  const lat = 2 * Math.atan(Math.exp(y / radius)) - Math.PI / 2;
  return [((x / radius) * 180) / Math.PI, (lat * 180) / Math.PI];
}

/** A CRS for people: its name, the code beside it. */
export const describe = (crs: Crs): Bilingual => ({
  zh: `${crs.nameZh} EPSG:${crs.epsg}`,
  en:
    crs.centralMeridian === undefined
      ? `EPSG:${crs.epsg}`
      : `EPSG:${crs.epsg} (central meridian ${crs.centralMeridian}°E)`,
});
