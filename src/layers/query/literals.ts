/**
 * Geometry literals of a filter as EWKT in EPSG:4490 degrees: checked, counted and moved from the CRS of the request.
 * Whether a polygon is valid is left to the database, which is asked before it is used.
 */
import type { Box } from '../../core/geometry-types.js';
import type { Coordinates, FilterCrs, GeometryLiteral } from './filter.js';
import { filterLimits } from './filter.js';
import { badFilter } from './filter-faults.js';

/** CRS84: lon, lat. */
export const lonLatCrs: FilterCrs = { name: 'CRS84', toLonLat: (lon, lat) => [lon, lat], geographic: true };

export interface LiteralCount {
  vertices: number;
}

export function geometryToEwkt(literal: GeometryLiteral, crs: FilterCrs, count: LiteralCount): string {
  return `SRID=4490;${toWkt(literal, crs, count)}`;
}

function toWkt(literal: GeometryLiteral, crs: FilterCrs, count: LiteralCount): string {
  if (literal.type === 'GeometryCollection') {
    const parts = literal.geometries;
    if (!Array.isArray(parts) || parts.length === 0)
      throw badFilter('GEOMETRYCOLLECTION 为空', 'an empty geometry collection');
    return `GEOMETRYCOLLECTION(${parts.map((part) => toWkt(part as GeometryLiteral, crs, count)).join(',')})`;
  }
  const depth = Object.hasOwn(depthOf, literal.type) ? depthOf[literal.type] : undefined;
  if (depth === undefined) throw badFilter('不支持的几何类型', 'an unknown type of geometry');
  const body = listText(literal.coordinates, depth, literal.type, crs, count);
  return `${literal.type.toUpperCase()}${depth === 0 ? `(${body})` : body}`;
}

const depthOf: Readonly<Record<string, number>> = {
  Point: 0,
  LineString: 1,
  MultiPoint: 1,
  Polygon: 2,
  MultiLineString: 2,
  MultiPolygon: 3,
};

function listText(
  node: Coordinates | number | undefined,
  depth: number,
  type: string,
  crs: FilterCrs,
  count: LiteralCount,
): string {
  if (!Array.isArray(node) || node.length === 0)
    throw badFilter('几何坐标不完整', 'a geometry without coordinates');
  if (depth === 0) return positionText(node, crs, count);
  if (depth === 1) checkPath(node, type);
  return `(${node.map((child) => listText(child as Coordinates, depth - 1, type, crs, count)).join(',')})`;
}

function positionText(node: readonly unknown[], crs: FilterCrs, count: LiteralCount): string {
  const [first, second] = node;
  if (node.length < 2 || node.length > 3 || !node.every((value) => Number.isFinite(value)))
    throw badFilter('坐标应为两个或三个数', 'a position must be two or three numbers');
  if (++count.vertices > filterLimits.vertices) {
    throw badFilter(
      `几何顶点超过 ${filterLimits.vertices} 个`,
      `its geometries have more than ${filterLimits.vertices} vertices`,
    );
  }
  return crs.toLonLat(first as number, second as number).join(' ');
}

function checkPath(path: readonly unknown[], type: string): void {
  if (type === 'MultiPoint') return;
  const polygon = type === 'Polygon' || type === 'MultiPolygon';
  if (path.length < (polygon ? 4 : 2))
    throw badFilter('线或环的点数不足', 'a line or ring with too few points');
  if (polygon && !samePlace(path[0], path.at(-1)))
    throw badFilter('多边形的环没有闭合', 'a ring of a polygon is not closed');
  // versions of GEOS do not agree what such a line meets
  if (!polygon && path.every((position) => samePlace(position, path[0])))
    throw badFilter('线的各点重合', 'a line whose points are all at one place');
}

const samePlace = (a: unknown, b: unknown): boolean =>
  Array.isArray(a) && Array.isArray(b) && a[0] === b[0] && a[1] === b[1];

/** Pieces into which the edge of a box in a projected CRS is broken: 10 km then bulge by less than 0.1 m. */
const BOX_STEPS = 16;

/**
 * A box of 4 or 6 numbers in the axis order of the CRS. In degrees the first longitude may exceed the second: then
 * the box spans the antimeridian (OGC 17-069r4 §7.15.3).
 */
export function boxToEwkt(numbers: readonly number[], crs: FilterCrs): string {
  const half = numbers.length / 2;
  const [a1, b1, a2, b2] = [numbers[0]!, numbers[1]!, numbers[half]!, numbers[half + 1]!];
  if (!crs.geographic) {
    if (a1 > a2 || b1 > b2)
      throw badFilter('bbox 的最小值大于最大值', 'the minimum of the box exceeds its maximum');
    return `SRID=4490;POLYGON((${brokenBox([a1, b1, a2, b2], crs)}))`;
  }
  const [west, south] = crs.toLonLat(a1, b1);
  const [east, north] = crs.toLonLat(a2, b2);
  if (south > north)
    throw badFilter('bbox 的最小纬度大于最大纬度', 'the minimum latitude exceeds the maximum');
  if (west <= east) return `SRID=4490;${boxText(west, south, east, north)}`;
  return `SRID=4490;GEOMETRYCOLLECTION(${boxText(west, south, 180, north)},${boxText(-180, south, east, north)})`;
}

/** PostGIS keeps the box of a geometry in single precision, and compares such boxes: 8e-6° around 130° of longitude. */
const BOX_PRECISION = 2e-5;

/** What lies in this smaller box by its own box alone lies in the box; undefined where there is no telling so. */
export function safelyInsideEwkt(numbers: readonly number[], crs: FilterCrs): string | undefined {
  if (!crs.geographic) return undefined;
  const half = numbers.length / 2;
  const [west, south] = crs.toLonLat(numbers[0]!, numbers[1]!);
  const [east, north] = crs.toLonLat(numbers[half]!, numbers[half + 1]!);
  const box = [
    west + BOX_PRECISION,
    south + BOX_PRECISION,
    east - BOX_PRECISION,
    north - BOX_PRECISION,
  ] as const;
  return box[0] < box[2] && box[1] < box[3] ? `SRID=4490;${boxText(...box)}` : undefined;
}

const boxText = (west: number, south: number, east: number, north: number): string => {
  if (west === east && south === north) return `POINT(${west} ${south})`;
  if (west === east || south === north) return `LINESTRING(${west} ${south},${east} ${north})`;
  return `POLYGON((${west} ${south},${east} ${south},${east} ${north},${west} ${north},${west} ${south}))`;
};

function brokenBox([a1, b1, a2, b2]: Box, crs: FilterCrs): string {
  const corners = [
    [a1, b1],
    [a2, b1],
    [a2, b2],
    [a1, b2],
    [a1, b1],
  ] as const;
  const out: string[] = [];
  for (let i = 0; i < 4; i++) {
    const [from, to] = [corners[i]!, corners[i + 1]!];
    for (let step = 0; step < BOX_STEPS; step++) {
      const share = step / BOX_STEPS;
      const place = crs.toLonLat(from[0] + (to[0] - from[0]) * share, from[1] + (to[1] - from[1]) * share);
      out.push(place.join(' '));
    }
  }
  return [...out, out[0]].join(',');
}
