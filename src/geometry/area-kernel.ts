/**
 * The one engine that measures overlaps: area(A ∩ B) as a signed sum over pairs of edges, without constructing
 * the overlap. No tolerance, no topology, no failure on coincident borders. Geometry is constructed elsewhere.
 * What it sees is the winding number: ground covered twice by one input counts twice, so repair or refuse first.
 */
import { AppError } from '../core/errors.js';
import type { MultiPolygonRings, Ring } from '../core/geometry-types.js';
import { type EdgeArrays, emptyEdges, signedArea2, sortedByKey } from './edge-arrays.js';
import { areaOfRun, type EdgeRun, overlapOfRuns } from './overlap-of-runs.js';

/**
 * The non-vertical edges of a multipolygon in metres relative to an origin, sorted by `x1`. The box is that of
 * all vertices; an empty set has minX = +Infinity.
 */
export interface EdgeSet extends EdgeArrays {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/**
 * Prepares a multipolygon (closed rings, outer first, metres of one plane) for the kernel. Winding is normalised
 * by the ring's role (outer counter-clockwise, holes clockwise), whatever the input's. The origin should be near
 * the polygon: rounding errors grow with the coordinates that are left.
 */
export function edgesOf(rings: MultiPolygonRings, originX: number, originY: number): EdgeSet {
  let room = 0;
  for (const polygon of rings) for (const ring of polygon) room += ring.length;
  const raw = emptyEdges(room);
  const box = { minX: Infinity, minY: Infinity, maxX: -Infinity, maxY: -Infinity };
  let count = 0;
  for (const polygon of rings) {
    for (let r = 0; r < polygon.length; r++) {
      const ring = polygon[r]!;
      const turn = signedArea2(ring) >= 0 === (r === 0) ? 1 : -1;
      count = addRing(raw, count, ring, turn, originX, originY, box);
    }
  }
  const order = sortedByKey(raw.x1, count);
  const sorted = emptyEdges(count);
  for (let i = 0; i < count; i++) copyEdge(raw, order[i]!, sorted, i);
  return { ...sorted, ...box };
}

function addRing(
  edges: EdgeArrays,
  from: number,
  ring: Ring,
  turn: number,
  originX: number,
  originY: number,
  box: { minX: number; minY: number; maxX: number; maxY: number },
): number {
  let count = from;
  let px = 0;
  let py = 0;
  for (let i = 0; i < ring.length; i++) {
    const x = ring[i]![0] - originX;
    const y = ring[i]![1] - originY;
    if (!Number.isFinite(x) || !Number.isFinite(y)) throw notFinite(ring[i]!);
    if (x < box.minX) box.minX = x;
    if (x > box.maxX) box.maxX = x;
    if (y < box.minY) box.minY = y;
    if (y > box.maxY) box.maxY = y;
    if (i > 0 && x !== px) {
      const right = x > px;
      // an edge so steep that a double cannot hold its slope is a vertical edge
      if (Number.isFinite((y - py) / (x - px))) {
        edges.x1[count] = right ? px : x;
        edges.y1[count] = right ? py : y;
        edges.x2[count] = right ? x : px;
        edges.y2[count] = right ? y : py;
        edges.sign[count] = right ? -turn : turn;
        count++;
      }
    }
    px = x;
    py = y;
  }
  return count;
}

function copyEdge(from: EdgeArrays, i: number, to: EdgeArrays, k: number): void {
  to.x1[k] = from.x1[i]!;
  to.y1[k] = from.y1[i]!;
  to.x2[k] = from.x2[i]!;
  to.y2[k] = from.y2[i]!;
  to.sign[k] = from.sign[i]!;
}

/**
 * Area in m² of the overlap of two prepared multipolygons of one plane and one origin. Rounding leaves noise of
 * either sign (about 1e-8 m² on parcels) where the polygons only touch: sum first, round last.
 */
export function overlapAreaM2(a: EdgeSet, b: EdgeSet): number {
  return overlapOfRuns(wholeRun(a), wholeRun(b));
}

/** Area in m² of a prepared multipolygon by its own edges. */
export function areaOfEdges(set: EdgeSet): number {
  return areaOfRun(wholeRun(set));
}

/** Area in m² of a multipolygon (closed rings, outer first, any winding) in its own plane, holes subtracted. */
export function planarAreaM2(rings: MultiPolygonRings): number {
  let sum = 0;
  for (const polygon of rings) {
    for (let r = 0; r < polygon.length; r++) {
      const area2 = Math.abs(signedArea2(polygon[r]!));
      sum += r === 0 ? area2 : -area2;
    }
  }
  return sum / 2;
}

/** All edges of a set as one run. */
export function wholeRun(set: EdgeSet): EdgeRun {
  const { minX, minY, maxX, maxY } = set;
  return { edges: set, from: 0, to: set.x1.length, minX, minY, maxX, maxY };
}

function notFinite(position: readonly number[]): AppError {
  return new AppError('internal', 'a coordinate reached the area kernel that is not a finite number', {
    detail: {
      zh: '面积计算收到非有限坐标；请检查输入几何的坐标与坐标系',
      en: 'the area kernel was given a coordinate that is not finite; check the coordinates and their CRS',
    },
    coordinateKinds: position.map((value) => (Number.isFinite(value) ? 'finite' : String(value))),
  });
}
