/** GML geometries of a filter (3.1.1 and 3.2, and the GML 2 coordinates old clients send) as lon/lat literals. */
import type { Filter, GeometryLiteral } from '../../layers/query/filter.js';
import { crsUrn, type NamedCrs, readCrs, STORAGE_EPSG } from '../crs.js';
import { filterCrsOf } from '../filter-crs.js';
import { inAxisOrder } from './axis-order.js';
import { wfsFault } from './fault.js';
import { childOf, type XmlNode } from './xml.js';

const names = new Set([
  'Envelope', 'Box', 'Point', 'MultiPoint', 'LineString', 'Curve', 'MultiCurve', 'MultiLineString', 'Polygon', 'Surface',
  'MultiSurface', 'MultiPolygon', 'LinearRing',
]); // biome-ignore format: a list

export const isGmlGeometry = ({ name }: XmlNode): boolean => names.has(name);

/** A geometry without srsName is in the default CRS of its type: latitude, longitude. */
export function readGmlGeometry(node: XmlNode): Filter {
  const stated = anywhere(node, 'srsname');
  const crs = crsOf(stated);
  const filterCrs = filterCrsOf(crs);
  const ordered = (positions: number[][]) => inAxisOrder(positions, crs, stated !== undefined, 'filter');
  if (node.name === 'Envelope' || node.name === 'Box')
    return { bbox: ordered(corners(node)).flat(), crs: filterCrs };
  const dimension = Number(anywhere(node, 'srsdimension') ?? 2);
  const given: number[][] = [];
  readShape(node, (from) => {
    const positions = positionsOf(from, dimension);
    for (const position of positions) given.push(position);
    return positions;
  });
  // what order the axes have is told by all positions together
  const meant = ordered(given).map(([a, b]) => [...filterCrs.toLonLat(a!, b!)]);
  let at = 0;
  return readShape(node, (from) => {
    const { length } = positionsOf(from, dimension);
    at += length;
    return meant.slice(at - length, at);
  });
}

/** An attribute that stands at a geometry, or at one of its parts: the same wherever it stands. */
function anywhere(node: XmlNode, name: string): string | undefined {
  const found = new Set<string>();
  const look = ({ attributes, children }: XmlNode): void => {
    if (attributes[name] !== undefined) found.add(attributes[name]);
    for (const child of children) look(child);
  };
  look(node);
  const [value, ...others] = found;
  if (others.length > 0) throw bad(`一个几何中的 ${name} 不一致`, `a geometry with more than one ${name}`);
  return value;
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

function crsOf(stated: string | undefined): NamedCrs {
  const name = stated ?? crsUrn(STORAGE_EPSG);
  const crs = readCrs(name);
  if (crs) return crs;
  throw wfsFault(
    'InvalidParameterValue',
    'srsName',
    `不支持坐标系“${name.slice(0, 80)}”`,
    `the CRS "${name.slice(0, 80)}" is not supported`,
  );
}

function corners(node: XmlNode): number[][] {
  const pair = ['lowerCorner', 'upperCorner'].map((name) => numbersIn(childOf(node, name)?.text ?? ''));
  const given = pair.every((one) => one.length >= 2) ? pair : positionsOf(node, 2);
  const both = given.map((position) => position.slice(0, 2));
  if (both.length === 2 && both.flat().length === 4 && both.flat().every(Number.isFinite)) return both;
  throw bad('外接矩形的角点有误', 'an envelope without its two corners');
}

/** Positions directly in a node, as lon/lat. */
type Read = (node: XmlNode) => number[][];

function readShape(node: XmlNode, read: Read): GeometryLiteral {
  switch (node.name) {
    case 'Point':
      return { type: 'Point', coordinates: read(node)[0] ?? [] };
    case 'MultiPoint':
      return { type: 'MultiPoint', coordinates: members(node, 'Point').flatMap(read) };
    case 'LineString':
    case 'LinearRing':
    case 'Curve':
      return { type: 'LineString', coordinates: curve(node, read) };
    case 'MultiCurve':
    case 'MultiLineString':
      return {
        type: 'MultiLineString',
        coordinates: members(node, 'LineString', 'Curve').map((one) => curve(one, read)),
      };
    case 'Polygon':
      return { type: 'Polygon', coordinates: polygon(node, read) };
    case 'Surface':
    case 'MultiSurface':
    case 'MultiPolygon':
      return {
        type: 'MultiPolygon',
        coordinates: members(node, 'Polygon', 'PolygonPatch').map((one) => polygon(one, read)),
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

function polygon(node: XmlNode, read: Read): number[][][] {
  const rings = node.children
    .filter(({ name }) => ['exterior', 'interior', 'outerBoundaryIs', 'innerBoundaryIs'].includes(name))
    .flatMap((side) => members(side, 'LinearRing', 'Ring'));
  return rings.map((ring) => curve(ring, read));
}

/** Positions of a curve: its own, or those of its segments one after the other. */
function curve(node: XmlNode, read: Read): number[][] {
  const own = read(node);
  return own.length > 0 ? own : members(node, 'LineStringSegment', 'LineString').flatMap(read);
}

function positionsOf(node: XmlNode, dimension: number): number[][] {
  const list = childOf(node, 'posList');
  if (list) return inPairs(numbersIn(list.text), dimension);
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
