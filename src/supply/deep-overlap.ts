/**
 * Whether an overlap of two parcels is more than two drawings of one border: some piece of one border lies inside the
 * other parcel, farther than the tolerance from its border (docs/adjacency-semantics.md §4, thin).
 */
import { FORGIVEN_M, lastSides } from './border-runs.js';
import { LENGTH, MAX_X, MAX_Y, MIN_X, MIN_Y, type Side, STRIDE, UX, UY, X1, Y1 } from './border-segments.js';
import { NO_SEGMENT, type Outlines, SEGMENTS_PER_CHUNK } from './outlines.js';

/** Shorter pieces are rounding. */
const LEAST_PIECE_M = 1e-9;

/** Call right after `measureRuns(outlines, a, b, widthM)`, whose selection of segments it reads. */
export function liesDeep(outlines: Outlines, a: number, b: number, widthM: number): boolean {
  const within = widthM + FORGIVEN_M;
  return (
    hasDeepPiece(outlines, lastSides.a, lastSides.b, b, within) ||
    hasDeepPiece(outlines, lastSides.b, lastSides.a, a, within)
  );
}

/**
 * A piece that is nowhere near the other's border does not cross it: it is wholly inside or wholly outside, and so are
 * the pieces that follow it without a break; one point of them tells.
 */
function hasDeepPiece(outlines: Outlines, own: Side, others: Side, other: number, within: number): boolean {
  let lastSegment = -2;
  let open = false;
  for (let n = 0; n < own.count; n++) {
    const at = STRIDE * n;
    const length = own.data[at + LENGTH]!;
    const covered = coveredBy(own.data, at, others, within);
    const follows = open && own.segment[n] === lastSegment + 1;
    let from = 0;
    open = false;
    for (const [start, end] of [...covered, [length, length] as const]) {
      if (start - from > LEAST_PIECE_M) {
        const known = from === 0 && follows;
        const middle = (from + start) / 2;
        const x = own.data[at]! + middle * own.data[at + UX]!;
        const y = own.data[at + 1]! + middle * own.data[at + UY]!;
        if (!known && contains(outlines, other, x, y)) return true;
        open = start === length;
      }
      from = Math.max(from, end);
    }
    lastSegment = own.segment[n]!;
  }
  return false;
}

/** The stretches of a segment within reach of the other border, by start. */
function coveredBy(data: Float64Array, at: number, others: Side, within: number): [number, number][] {
  const covered: [number, number][] = [];
  for (let m = 0; m < others.count; m++) {
    const k = STRIDE * m;
    const b = others.data;
    if (data[at + MIN_X]! - b[k + MAX_X]! > within || b[k + MIN_X]! - data[at + MAX_X]! > within) continue;
    if (data[at + MIN_Y]! - b[k + MAX_Y]! > within || b[k + MIN_Y]! - data[at + MAX_Y]! > within) continue;
    const stretch = nearSegment(data, at, b, k, within);
    if (stretch) covered.push(stretch);
  }
  return covered.sort((p, q) => p[0] - q[0]);
}

/** All points of segment `at` within reach of segment k: one stretch, since what is near a segment is convex. */
function nearSegment(
  a: Float64Array,
  at: number,
  b: Float64Array,
  k: number,
  within: number,
): [number, number] | undefined {
  let start = Infinity;
  let end = -Infinity;
  const take = (from: number, to: number): void => {
    const low = Math.max(0, from);
    const high = Math.min(a[at + LENGTH]!, to);
    if (low > high) return;
    start = Math.min(start, low);
    end = Math.max(end, high);
  };
  takeDisc(a, at, b[k]!, b[k + 1]!, within, take);
  takeDisc(a, at, b[k + X1]!, b[k + Y1]!, within, take);
  const dx = a[at]! - b[k]!;
  const dy = a[at + 1]! - b[k + 1]!;
  const vx = b[k + UX]!;
  const vy = b[k + UY]!;
  const along = band(dx * vx + dy * vy, a[at + UX]! * vx + a[at + UY]! * vy, 0, b[k + LENGTH]!);
  const across = band(vx * dy - vy * dx, vx * a[at + UY]! - vy * a[at + UX]!, -within, within);
  take(Math.max(along[0], across[0]), Math.min(along[1], across[1]));
  return start < end ? [start, end] : undefined;
}

function takeDisc(
  a: Float64Array,
  at: number,
  x: number,
  y: number,
  radius: number,
  take: (from: number, to: number) => void,
): void {
  const dx = x - a[at]!;
  const dy = y - a[at + 1]!;
  const middle = dx * a[at + UX]! + dy * a[at + UY]!;
  const across = dx * a[at + UY]! - dy * a[at + UX]!;
  const half2 = radius * radius - across * across;
  if (half2 > 0) take(middle - Math.sqrt(half2), middle + Math.sqrt(half2));
}

/** Where low ≤ value + s·slope ≤ high. */
function band(value: number, slope: number, low: number, high: number): [number, number] {
  if (Math.abs(slope) < 1e-12) {
    return value >= low && value <= high ? [-Infinity, Infinity] : [Infinity, -Infinity];
  }
  const p = (low - value) / slope;
  const q = (high - value) / slope;
  return p < q ? [p, q] : [q, p];
}

/** Whether a parcel contains a point that is not on its border: crossings of the ray to the right. */
export function contains(outlines: Outlines, parcel: number, x: number, y: number): boolean {
  const { chunkBoxes, chunkFrom, vertexFrom, previous } = outlines;
  const { xy } = outlines.edges;
  const to = vertexFrom[parcel + 1]!;
  let inside = false;
  let chunk = 4 * chunkFrom[parcel]!;
  for (let start = vertexFrom[parcel]!; start < to; start += SEGMENTS_PER_CHUNK, chunk += 4) {
    if (chunkBoxes[chunk + 1]! > y || chunkBoxes[chunk + 3]! < y || chunkBoxes[chunk + 2]! < x) continue;
    const end = Math.min(to, start + SEGMENTS_PER_CHUNK);
    for (let i = start; i < end; i++) {
      if (previous[i] === NO_SEGMENT) continue;
      const y0 = xy[2 * i + 1]!;
      const y1 = xy[2 * i + 3]!;
      if (y0 > y === y1 > y) continue;
      const crossing = xy[2 * i]! + ((y - y0) / (y1 - y0)) * (xy[2 * i + 2]! - xy[2 * i]!);
      if (crossing > x) inside = !inside;
    }
  }
  return inside;
}
