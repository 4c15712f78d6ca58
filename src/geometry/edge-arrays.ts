/**
 * How polygons lie in memory for the area kernel: closed rings in one array, and their edges listed by left end.
 * Knows neither tiles nor how overlaps are measured.
 */
import { AppError } from '../core/errors.js';
import type { FlatMultiPolygon, MultiPolygonRings, Ring } from '../core/geometry-types.js';
import { flatSignedArea2 } from './flat-rings.js';

/** Rings and edges of any number of polygons, 20 bytes an edge. */
export interface EdgeArrays {
  /** Vertices of closed rings as x, y pairs relative to a local origin, m; outer rings counter-clockwise, holes clockwise. */
  readonly xy: Float64Array;
  /**
   * Non-vertical edges, per polygon in order of their left end: the place in `xy` of the edge's first vertex (even),
   * plus 1 if the edge runs to the left, that is, if the polygon lies below it.
   */
  readonly order: Uint32Array;
}

/** Up to this many edges insertion beats the general sort; rings come as few monotone runs. */
const INSERTION_UP_TO = 96;

/** Number of vertices of all rings, closing vertices included. */
export function countVertices(rings: MultiPolygonRings): number {
  let count = 0;
  for (const polygon of rings) for (const ring of polygon) count += ring.length;
  return count;
}

/**
 * Writes rings relative to an origin from vertex `at` on, turned the way their role asks for (outer first), whatever
 * way they came. Returns the next free vertex. Throws AppError('internal') for a coordinate that is not finite.
 */
export function writeRings(
  xy: Float64Array,
  at: number,
  rings: MultiPolygonRings,
  originX: number,
  originY: number,
): number {
  let next = at;
  for (const polygon of rings) {
    for (let r = 0; r < polygon.length; r++) {
      const ring = polygon[r]!;
      const forward = signedArea2(ring) >= 0 === (r === 0);
      const last = ring.length - 1;
      for (let i = 0; i <= last; i++) {
        const position = ring[forward ? i : last - i]!;
        const x = position[0] - originX;
        const y = position[1] - originY;
        if (!Number.isFinite(x) || !Number.isFinite(y)) throw notFinite(position);
        xy[2 * next] = x;
        xy[2 * next + 1] = y;
        next++;
      }
    }
  }
  return next;
}

/** `writeRings` of flat rings. */
export function writeFlatRings(
  xy: Float64Array,
  at: number,
  rings: FlatMultiPolygon,
  originX: number,
  originY: number,
): number {
  let next = 2 * at;
  for (const polygon of rings) {
    for (let r = 0; r < polygon.length; r++) {
      const ring = polygon[r]!;
      const forward = flatSignedArea2(ring) >= 0 === (r === 0);
      const step = forward ? 2 : -2;
      for (let i = forward ? 0 : ring.length - 2, left = ring.length / 2; left > 0; left--, i += step) {
        const x = ring[i]! - originX;
        const y = ring[i + 1]! - originY;
        if (!Number.isFinite(x) || !Number.isFinite(y)) throw notFinite([ring[i]!, ring[i + 1]!]);
        xy[next++] = x;
        xy[next++] = y;
      }
    }
  }
  return next / 2;
}

/**
 * Lists the edges of rings written from vertex `firstVertex` on; returns the next free place in `order`. Of the rings
 * only their lengths are asked: `perVertex` entries a vertex, 2 in flat ones.
 */
export function writeOrder(
  xy: Float64Array,
  firstVertex: number,
  rings: readonly (readonly { readonly length: number }[])[],
  order: Uint32Array,
  from: number,
  perVertex: 1 | 2 = 1,
): number {
  let count = from;
  let place = 2 * firstVertex;
  for (const polygon of rings) {
    for (const ring of polygon) {
      for (let left = ring.length / perVertex; left > 1; left--, place += 2) {
        const dx = xy[place + 2]! - xy[place]!;
        // an edge so steep that a double cannot hold its slope is a vertical edge
        if (dx === 0 || !Number.isFinite((xy[place + 3]! - xy[place + 1]!) / dx)) continue;
        order[count++] = dx > 0 ? place : place + 1;
      }
      if (ring.length > 0) place += 2;
    }
  }
  sortByLeftEnd(xy, order.subarray(from, count));
  return count;
}

/** The x of an edge's left end. */
const leftEnd = (xy: Float64Array, edge: number): number => xy[(edge & ~1) + ((edge & 1) << 1)]!;

function sortByLeftEnd(xy: Float64Array, edges: Uint32Array): void {
  if (edges.length > INSERTION_UP_TO) {
    edges.sort((p, q) => leftEnd(xy, p) - leftEnd(xy, q) || p - q);
    return;
  }
  for (let i = 1; i < edges.length; i++) {
    const edge = edges[i]!;
    const left = leftEnd(xy, edge);
    let k = i;
    for (; k > 0 && leftEnd(xy, edges[k - 1]!) > left; k--) edges[k] = edges[k - 1]!;
    edges[k] = edge;
  }
}

/** Writes minX, minY, maxX, maxY of the vertices `from`…`to`−1 to `box` at `at`; +∞, +∞, −∞, −∞ for none. */
export function writeBox(xy: Float64Array, from: number, to: number, box: Float64Array, at: number): void {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (let v = from; v < to; v++) {
    const x = xy[2 * v]!;
    const y = xy[2 * v + 1]!;
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  box[at] = minX;
  box[at + 1] = minY;
  box[at + 2] = maxX;
  box[at + 3] = maxY;
}

/** Twice the signed area of a closed ring (counter-clockwise positive), summed around its first vertex. */
export function signedArea2(ring: Ring): number {
  const first = ring[0];
  if (!first) return 0;
  const ox = first[0];
  const oy = first[1];
  let sum = 0;
  let px = 0;
  let py = 0;
  for (let i = 1; i < ring.length; i++) {
    const x = ring[i]![0] - ox;
    const y = ring[i]![1] - oy;
    sum += px * y - x * py;
    px = x;
    py = y;
  }
  return sum;
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
