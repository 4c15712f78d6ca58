/** GML geometries of a filter (3.1.1 and 3.2, and the GML 2 coordinates old clients send) as lon/lat literals. */
import type { Filter, GeometryLiteral } from '../../layers/query/filter.js';
import { crsUrn, type NamedCrs, readCrs, STORAGE_EPSG } from '../crs.js';
import { filterCrsOf } from '../filter-crs.js';
import { wfsFault } from './fault.js';
import { childOf, type XmlNode } from './xml.js';

const names = new Set([
  'Envelope', 'Box', 'Point', 'MultiPoint', 'LineString', 'Curve', 'MultiCurve', 'MultiLineString', 'Polygon', 'Surface',
  'MultiSurface', 'MultiPolygon', 'LinearRing',
]); // biome-ignore format: a list

export const isGmlGeometry = ({ name }: XmlNode): boolean => names.has(name);

/** A geometry without srsName is in the default CRS of its type: latitude, longitude. */
export function readGmlGeometry(node: XmlNode): Filter {
  const crs = crsOf(node);
  if (node.name === 'Envelope' || node.name === 'Box') return { bbox: corners(node), crs: filterCrsOf(crs) };
  const { toLonLat } = filterCrsOf(crs);
  const move = (positions: number[][]): number[][] => positions.map(([a, b]) => [...toLonLat(a!, b!)]);
  return readShape(node, move);
}

/** Whether a line lies in one point, or a surface in one meridian or parallel. */
export function isFlat(literal: Filter): boolean {
  if (typeof literal !== 'object' || !('coordinates' in literal)) return false;
  const { type, coordinates } = literal;
  const numbers = (coordinates as readonly unknown[]).flat(3) as number[];
  const isConstant = (axis: 0 | 1): boolean =>
    numbers.every((value, i) => i % 2 !== axis || value === numbers[axis]);
  if (type.endsWith('Point') || numbers.length === 0) return false;
  return type.endsWith('Polygon') ? isConstant(0) || isConstant(1) : isConstant(0) && isConstant(1);
}

function crsOf(node: XmlNode): NamedCrs {
  const name = node.attributes.srsname ?? crsUrn(STORAGE_EPSG);
  const crs = readCrs(name);
  if (crs) return crs;
  throw wfsFault(
    'InvalidParameterValue',
    'srsName',
    `不支持坐标系“${name.slice(0, 80)}”`,
    `the CRS "${name.slice(0, 80)}" is not supported`,
  );
}

function corners(node: XmlNode): number[] {
  const pair = ['lowerCorner', 'upperCorner'].map((name) => numbersIn(childOf(node, name)?.text ?? ''));
  const flat = pair.every((one) => one.length >= 2)
    ? pair.flatMap((one) => one.slice(0, 2))
    : positionsOf(node).flatMap((position) => position.slice(0, 2));
  if (flat.length === 4) return flat;
  throw bad('外接矩形的角点有误', 'an envelope without its two corners');
}

type Move = (positions: number[][]) => number[][];

function readShape(node: XmlNode, move: Move): GeometryLiteral {
  switch (node.name) {
    case 'Point':
      return { type: 'Point', coordinates: move(positionsOf(node))[0] ?? [] };
    case 'MultiPoint':
      return {
        type: 'MultiPoint',
        coordinates: members(node, 'Point').flatMap((one) => move(positionsOf(one))),
      };
    case 'LineString':
    case 'LinearRing':
    case 'Curve':
      return { type: 'LineString', coordinates: move(curve(node)) };
    case 'MultiCurve':
    case 'MultiLineString':
      return {
        type: 'MultiLineString',
        coordinates: members(node, 'LineString', 'Curve').map((one) => move(curve(one))),
      };
    case 'Polygon':
      return { type: 'Polygon', coordinates: polygon(node, move) };
    case 'Surface':
    case 'MultiSurface':
    case 'MultiPolygon':
      return {
        type: 'MultiPolygon',
        coordinates: members(node, 'Polygon', 'PolygonPatch').map((one) => polygon(one, move)),
      };
    default:
      throw bad(`不支持几何 ${node.name}`, `the geometry ${node.name} is not supported`);
  }
}

/** Descendants of those names, not looked for inside one another. */
function members(node: XmlNode, ...wanted: string[]): XmlNode[] {
  return node.children.flatMap((child) =>
    wanted.includes(child.name) ? [child] : members(child, ...wanted),
  );
}

function polygon(node: XmlNode, move: Move): number[][][] {
  const rings = node.children
    .filter(({ name }) => ['exterior', 'interior', 'outerBoundaryIs', 'innerBoundaryIs'].includes(name))
    .flatMap((side) => members(side, 'LinearRing', 'Ring'));
  return rings.map((ring) => move(curve(ring)));
}

/** Positions of a curve: its own, or those of its segments one after the other. */
function curve(node: XmlNode): number[][] {
  const own = positionsOf(node);
  return own.length > 0 ? own : members(node, 'LineStringSegment', 'LineString').flatMap(positionsOf);
}

function positionsOf(node: XmlNode): number[][] {
  const list = childOf(node, 'posList');
  if (list) return inPairs(numbersIn(list.text), Number(list.attributes.srsdimension ?? 2));
  const positions = node.children.filter(({ name }) => name === 'pos').map(({ text }) => numbersIn(text));
  if (positions.length > 0) return positions;
  const points = node.children.filter(({ name }) => name === 'coord');
  if (points.length > 0)
    return points.map((point) => ['X', 'Y'].map((axis) => Number(childOf(point, axis)?.text ?? Number.NaN)));
  const coordinates = childOf(node, 'coordinates')?.text;
  return coordinates === undefined
    ? []
    : coordinates
        .trim()
        .split(/\s+/)
        .map((tuple) => tuple.split(',').map(Number));
}

const numbersIn = (text: string): number[] =>
  text.trim() === '' ? [] : text.trim().split(/\s+/).map(Number);

function inPairs(numbers: readonly number[], size: number): number[][] {
  if (size < 2 || size > 3 || numbers.length % size !== 0)
    throw bad('posList 的数字个数有误', 'a posList with a wrong number of values');
  return Array.from({ length: numbers.length / size }, (_, i) => numbers.slice(i * size, i * size + 2));
}

const bad = (zh: string, en: string) => wfsFault('InvalidParameterValue', 'filter', zh, en);
