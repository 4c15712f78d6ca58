/** Coordinates that a request brings along, from the CRS it names to degrees as stored. */
import { crsTable } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import { toLonLat } from '../geometry/planes.js';
import type { FilterCrs } from '../layers/query/filter.js';
import { badFilter } from '../layers/query/filter-faults.js';
import type { NamedCrs } from './crs.js';

/** Radius of the sphere of Web Mercator, metres (EPSG:3857). */
const MERCATOR_RADIUS = 6_378_137;
const DEGREES = 180 / Math.PI;

export function filterCrsOf({ name, epsg, flipped, kind }: NamedCrs): FilterCrs {
  const geographic = kind === 'degrees';
  const move = geographic ? (x: number, y: number) => [x, y] as const : fromMetres(epsg);
  return {
    name,
    geographic,
    toLonLat: flipped ? (first, second) => move(second, first) : move,
  };
}

/** A rounding of a coordinate at the edge of the world. */
const EDGE = 1e-9;

/**
 * For the geometries of a filter: what lies beyond ±180° or ±90° is no place (OGC 21-065r2 conformance tests of
 * S_INTERSECTS), most often one with its axes swapped. The box of a map may well reach beyond.
 */
export const onEarth = (crs: FilterCrs): FilterCrs => ({
  ...crs,
  toLonLat(first, second) {
    const place = crs.toLonLat(first, second);
    const [lon, lat] = place;
    if (Math.abs(lon) <= 180 + EDGE && Math.abs(lat) <= 90 + EDGE) return place;
    throw badFilter(
      `坐标 ${first} ${second} 超出经度 ±180°、纬度 ±90°，请核对坐标系与坐标轴顺序（${crs.name}）`,
      `the coordinates ${first} ${second} lie beyond ±180° of longitude or ±90° of latitude, check the CRS and the axis order (${crs.name})`,
    );
  },
});

function fromMetres(epsg: number): FilterCrs['toLonLat'] {
  const crs = crsTable.get(epsg);
  if (!crs) {
    return (x, y) => [
      (x / MERCATOR_RADIUS) * DEGREES,
      (2 * Math.atan(Math.exp(y / MERCATOR_RADIUS)) - Math.PI / 2) * DEGREES,
    ];
  }
  return (x, y) => {
    try {
      const [lon, lat] = toLonLat([[[[x, y]]]], crs)[0]![0]![0]!;
      return [lon, lat];
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      throw badFilter(
        `有坐标超出 EPSG:${epsg} 的适用范围，请核对带号与坐标轴顺序`,
        `a coordinate lies outside the range of EPSG:${epsg}, check its zone and the axis order`,
        { beyond: true },
      );
    }
  };
}
