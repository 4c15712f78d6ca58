/**
 * The segments of one parcel's border that come near another parcel, laid out for the inner loops of this room. One pair
 * is worked on at a time and to the end (no await in between), so the room is shared: grown, never shrunk.
 */
import { NO_SEGMENT, type Outlines, SEGMENTS_PER_CHUNK } from './outlines.js';

/** Numbers of a segment in `Side.data`; its start is at +0 and +1. */
export const STRIDE = 13;
export const X1 = 2;
export const Y1 = 3;
/** Direction, a unit vector. */
export const UX = 4;
export const UY = 5;
export const LENGTH = 6;
/** Direction of the segment before it in its ring. */
export const BEFORE_X = 7;
export const BEFORE_Y = 8;
export const MIN_X = 9;
export const MIN_Y = 10;
export const MAX_X = 11;
export const MAX_Y = 12;

export interface Side {
  data: Float64Array;
  /** The segment's number in the outlines. */
  segment: Uint32Array;
  count: number;
}

export const newSide = (): Side => ({
  data: new Float64Array(STRIDE * 256),
  segment: new Uint32Array(256),
  count: 0,
});

/** Puts the segments of a parcel into `side` whose boxes come within `within` of the box at `box` (×4) of `boxes`. */
export function selectSegments(
  outlines: Outlines,
  parcel: number,
  boxes: Float64Array,
  box: number,
  within: number,
  side: Side,
): void {
  const { chunkBoxes, chunkFrom, vertexFrom } = outlines;
  const minX = boxes[4 * box]! - within;
  const minY = boxes[4 * box + 1]! - within;
  const maxX = boxes[4 * box + 2]! + within;
  const maxY = boxes[4 * box + 3]! + within;
  const to = vertexFrom[parcel + 1]!;
  side.count = 0;
  let chunk = 4 * chunkFrom[parcel]!;
  for (let start = vertexFrom[parcel]!; start < to; start += SEGMENTS_PER_CHUNK, chunk += 4) {
    if (chunkBoxes[chunk]! > maxX || chunkBoxes[chunk + 2]! < minX) continue;
    if (chunkBoxes[chunk + 1]! > maxY || chunkBoxes[chunk + 3]! < minY) continue;
    const end = Math.min(to, start + SEGMENTS_PER_CHUNK);
    for (let i = start; i < end; i++) selectOne(outlines, i, minX, minY, maxX, maxY, side);
  }
}

function selectOne(
  { edges, previous }: Outlines,
  i: number,
  minX: number,
  minY: number,
  maxX: number,
  maxY: number,
  side: Side,
): void {
  const before = previous[i]!;
  if (before === NO_SEGMENT) return;
  const { xy } = edges;
  const x0 = xy[2 * i]!;
  const y0 = xy[2 * i + 1]!;
  const x1 = xy[2 * i + 2]!;
  const y1 = xy[2 * i + 3]!;
  if ((x0 > maxX && x1 > maxX) || (x0 < minX && x1 < minX)) return;
  if ((y0 > maxY && y1 > maxY) || (y0 < minY && y1 < minY)) return;
  const dx = x1 - x0;
  const dy = y1 - y0;
  const length = Math.sqrt(dx * dx + dy * dy);
  const bx = x0 - xy[2 * before]!;
  const by = y0 - xy[2 * before + 1]!;
  const beforeLength = Math.sqrt(bx * bx + by * by);
  if (side.count === side.segment.length) grow(side);
  const { data } = side;
  const at = STRIDE * side.count;
  data[at] = x0;
  data[at + 1] = y0;
  data[at + X1] = x1;
  data[at + Y1] = y1;
  data[at + UX] = dx / length;
  data[at + UY] = dy / length;
  data[at + LENGTH] = length;
  data[at + BEFORE_X] = bx / beforeLength;
  data[at + BEFORE_Y] = by / beforeLength;
  data[at + MIN_X] = Math.min(x0, x1);
  data[at + MIN_Y] = Math.min(y0, y1);
  data[at + MAX_X] = Math.max(x0, x1);
  data[at + MAX_Y] = Math.max(y0, y1);
  side.segment[side.count++] = i;
}

function grow(side: Side): void {
  const data = new Float64Array(2 * side.data.length);
  data.set(side.data);
  side.data = data;
  const segment = new Uint32Array(2 * side.segment.length);
  segment.set(side.segment);
  side.segment = segment;
}

/** From here on the two sides are swept by their left ends instead of compared all with all. */
const SWEEP_FROM = 1024;

/** Visits every pair of segments (by their place in either side) whose boxes are at most `within` apart, once. */
export function visitNear(a: Side, b: Side, within: number, visit: (i: number, k: number) => void): void {
  if (a.count * b.count > SWEEP_FROM) {
    sweep(a, b, within, visit);
    return;
  }
  for (let i = 0; i < a.count; i++) {
    for (let k = 0; k < b.count; k++) if (isNear(a.data, STRIDE * i, b.data, STRIDE * k, within)) visit(i, k);
  }
}

function isNear(p: Float64Array, i: number, q: Float64Array, k: number, within: number): boolean {
  return (
    p[i + MIN_X]! - q[k + MAX_X]! <= within &&
    q[k + MIN_X]! - p[i + MAX_X]! <= within &&
    p[i + MIN_Y]! - q[k + MAX_Y]! <= within &&
    q[k + MIN_Y]! - p[i + MAX_Y]! <= within
  );
}

/** The one that starts first meets those that start above it: cost is segments + pairs that share x-range. */
function sweep(a: Side, b: Side, within: number, visit: (i: number, k: number) => void): void {
  const orderA = byLeft(a);
  const orderB = byLeft(b);
  let n = 0;
  let m = 0;
  while (n < a.count && m < b.count) {
    const i = orderA[n]!;
    const k = orderB[m]!;
    if (a.data[STRIDE * i + MIN_X]! <= b.data[STRIDE * k + MIN_X]!) {
      const right = a.data[STRIDE * i + MAX_X]! + within;
      for (let q = m; q < b.count && b.data[STRIDE * orderB[q]! + MIN_X]! <= right; q++) {
        const other = orderB[q]!;
        if (isNear(a.data, STRIDE * i, b.data, STRIDE * other, within)) visit(i, other);
      }
      n++;
    } else {
      const right = b.data[STRIDE * k + MAX_X]! + within;
      for (let q = n; q < a.count && a.data[STRIDE * orderA[q]! + MIN_X]! <= right; q++) {
        const other = orderA[q]!;
        if (isNear(a.data, STRIDE * other, b.data, STRIDE * k, within)) visit(other, k);
      }
      m++;
    }
  }
}

function byLeft(side: Side): Uint32Array {
  const order = new Uint32Array(side.count);
  for (let i = 0; i < order.length; i++) order[i] = i;
  const { data } = side;
  return order.sort((p, q) => data[STRIDE * p + MIN_X]! - data[STRIDE * q + MIN_X]!);
}
