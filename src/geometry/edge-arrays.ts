/**
 * The flat arrays that edges lie in, and the small arithmetic that preparing them takes. Knows neither tiles nor
 * how overlaps are measured.
 */
import type { Ring } from '../core/geometry-types.js';

/** Arrays that hold edges: `x1 < x2`; `sign` is −1 where the polygon lies above the edge, +1 where below. */
export interface EdgeArrays {
  readonly x1: Float64Array;
  readonly y1: Float64Array;
  readonly x2: Float64Array;
  readonly y2: Float64Array;
  readonly sign: Int8Array;
}

/** Twice the signed area of a closed ring (counter-clockwise positive), summed around its first vertex. */
export function signedArea2(ring: Ring): number {
  const first = ring[0];
  if (!first) return 0;
  const [ox, oy] = first;
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

/** Room for `count` edges, to be filled. */
export function emptyEdges(count: number): EdgeArrays {
  return {
    x1: new Float64Array(count),
    y1: new Float64Array(count),
    x2: new Float64Array(count),
    y2: new Float64Array(count),
    sign: new Int8Array(count),
  };
}

/** Indices 0…count−1 in ascending order of `key`, stable. */
export function sortedByKey(key: Float64Array, count: number): Uint32Array {
  const order = new Uint32Array(count);
  if (count > 48) {
    for (let i = 0; i < count; i++) order[i] = i;
    return order.sort((i, j) => key[i]! - key[j]! || i - j);
  }
  for (let i = 0; i < count; i++) {
    const value = key[i]!;
    let k = i;
    while (k > 0 && key[order[k - 1]!]! > value) {
      order[k] = order[k - 1]!;
      k--;
    }
    order[k] = i;
  }
  return order;
}
