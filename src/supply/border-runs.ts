/**
 * How two borders run along each other: the smallest distance, and the length and mean distance of the runs within a
 * width, as docs/adjacency-semantics.md §3 and §4 define them. Exact intervals, nothing sampled; knows no kinds.
 */
import {
  BEFORE_X,
  BEFORE_Y,
  LENGTH,
  newSide,
  type Side,
  STRIDE,
  selectSegments,
  UX,
  UY,
  visitNear,
  X1,
  Y1,
} from './border-segments.js';
import type { Outlines } from './outlines.js';
import { addRecord, newRecords, type Records, type RunSum, sumRecords } from './run-records.js';

/** Borders at more than 75° from running against each other are not opposed. */
export const OPPOSED_COS = Math.cos((75 * Math.PI) / 180);
/** Comparisons with a tolerance forgive this much, m: coordinates come on a grid of 0.1 mm or of 1e-10 degrees. */
export const FORGIVEN_M = 1e-4;

/** What two borders have in common within a width. */
export interface BorderRuns {
  /** Smallest distance in m where it is at most the width; Infinity where it is more. */
  nearestM: number;
  a: RunSum;
  b: RunSum;
}

// One pair at a time, to the end: shared room.
const sideA = newSide();
const sideB = newSide();
const recordsA = newRecords();
const recordsB = newRecords();
let nearest2 = Infinity;
let limit = 0;

/** The segments of either side that were near in the last call of `measureRuns`: for what must look at the pair again. */
export const lastSides: { readonly a: Side; readonly b: Side } = { a: sideA, b: sideB };

/** Runs of parcels a and b of the outlines along each other, within `widthM` (and 0.1 mm). */
export function measureRuns(outlines: Outlines, a: number, b: number, widthM: number): BorderRuns {
  start(widthM);
  gatherRuns(outlines, a, b);
  const nearestM = nearest2 <= limit * limit ? Math.sqrt(nearest2) : Infinity;
  return { nearestM, a: sumRecords(recordsA), b: sumRecords(recordsB) };
}

/** Length of the part of a's border that runs along any of the others within `widthM`; what several share counts once. */
export function runLengthAlong(
  outlines: Outlines,
  a: number,
  others: readonly number[],
  widthM: number,
): number {
  start(widthM);
  for (const other of others) {
    recordsB.count = 0;
    gatherRuns(outlines, a, other);
  }
  return sumRecords(recordsA).lengthM;
}

function start(widthM: number): void {
  limit = widthM + FORGIVEN_M;
  nearest2 = Infinity;
  recordsA.count = 0;
  recordsB.count = 0;
}

function gatherRuns(outlines: Outlines, a: number, b: number): void {
  selectSegments(outlines, a, outlines.boxes, b, limit, sideA);
  selectSegments(outlines, b, outlines.boxes, a, limit, sideB);
  visitNear(sideA, sideB, limit, meet);
}

/** One pair of segments: the distance, and what either adds to the run of the other. */
function meet(n: number, m: number): void {
  const a = sideA.data;
  const b = sideB.data;
  const i = STRIDE * n;
  const k = STRIDE * m;
  if (nearest2 > 0) nearest2 = Math.min(nearest2, distance2(a, i, b, k));
  if (!areOpposed(a[i + UX]!, a[i + UY]!, b[k + UX]!, b[k + UY]!)) return;
  // by the segment's number in the outlines, so that runs along several parcels can be joined
  const own = sideA.segment[n]!;
  const other = sideB.segment[m]!;
  addFoot(a, i, b, k, recordsA, own);
  addFoot(b, k, a, i, recordsB, other);
  if (areOpposed(a[i + UX]!, a[i + UY]!, b[k + BEFORE_X]!, b[k + BEFORE_Y]!))
    addWedge(a, i, b, k, recordsA, own);
  if (areOpposed(b[k + UX]!, b[k + UY]!, a[i + BEFORE_X]!, a[i + BEFORE_Y]!))
    addWedge(b, k, a, i, recordsB, other);
}

const areOpposed = (ux: number, uy: number, vx: number, vy: number): boolean =>
  ux * vx + uy * vy <= -OPPOSED_COS;

/** The part of segment i of `a` whose foot lies on segment k of `b`, within the limit. */
function addFoot(a: Float64Array, i: number, b: Float64Array, k: number, records: Records, n: number): void {
  const ux = a[i + UX]!;
  const uy = a[i + UY]!;
  const vx = b[k + UX]!;
  const vy = b[k + UY]!;
  const dx = a[i]! - b[k]!;
  const dy = a[i + 1]! - b[k + 1]!;
  // along and across b, as functions of the position s along a: q0 − s·|c| and h0 + s·slope
  const c = ux * vx + uy * vy;
  const q0 = dx * vx + dy * vy;
  const h0 = vx * dy - vy * dx;
  const slope = vx * uy - vy * ux;
  // c < 0: the foot reaches the end of b first
  let start = Math.max(0, (b[k + LENGTH]! - q0) / c);
  let end = Math.min(a[i + LENGTH]!, -q0 / c);
  if (!(end > start)) return;
  if (slope > 0) {
    start = Math.max(start, (-limit - h0) / slope);
    end = Math.min(end, (limit - h0) / slope);
  } else if (slope < 0) {
    start = Math.max(start, (limit - h0) / slope);
    end = Math.min(end, (-limit - h0) / slope);
  } else if (Math.abs(h0) > limit) return;
  if (!(end > start)) return;
  const atStart = h0 + start * slope;
  const atEnd = h0 + end * slope;
  if (atStart * atEnd < 0) {
    const crossing = start + ((end - start) * atStart) / (atStart - atEnd);
    addRecord(records, n, start, crossing, Math.abs(atStart), 0);
    addRecord(records, n, crossing, end, 0, Math.abs(atEnd));
  } else addRecord(records, n, start, end, Math.abs(atStart), Math.abs(atEnd));
}

/** The part of segment i of `a` in the wedge outside the vertex where segment k of `b` starts, within the limit. */
function addWedge(a: Float64Array, i: number, b: Float64Array, k: number, records: Records, n: number): void {
  const ux = a[i + UX]!;
  const uy = a[i + UY]!;
  const dx = a[i]! - b[k]!;
  const dy = a[i + 1]! - b[k + 1]!;
  // beyond the end of the segment before: (p − v)·before ≥ 0, and a runs against it
  const before = dx * b[k + BEFORE_X]! + dy * b[k + BEFORE_Y]!;
  let end = Math.min(a[i + LENGTH]!, -before / (ux * b[k + BEFORE_X]! + uy * b[k + BEFORE_Y]!));
  // before the start of this segment: (p − v)·this ≤ 0
  const along = dx * b[k + UX]! + dy * b[k + UY]!;
  let start = Math.max(0, -along / (ux * b[k + UX]! + uy * b[k + UY]!));
  if (!(end > start)) return;
  const middle = -(dx * ux + dy * uy);
  const across = dx * uy - dy * ux;
  const half2 = limit * limit - across * across;
  if (!(half2 > 0)) return;
  const half = Math.sqrt(half2);
  start = Math.max(start, middle - half);
  end = Math.min(end, middle + half);
  if (!(end > start)) return;
  const distance = (s: number): number => Math.sqrt(across * across + (s - middle) * (s - middle));
  if (middle > start && middle < end) {
    addRecord(records, n, start, middle, distance(start), Math.abs(across));
    addRecord(records, n, middle, end, Math.abs(across), distance(end));
  } else addRecord(records, n, start, end, distance(start), distance(end));
}

/** Squared distance of two segments; 0 where they cross. */
function distance2(a: Float64Array, i: number, b: Float64Array, k: number): number {
  const ax = a[i]!;
  const ay = a[i + 1]!;
  const adx = a[i + X1]! - ax;
  const ady = a[i + Y1]! - ay;
  const bx = b[k]!;
  const by = b[k + 1]!;
  const bdx = b[k + X1]! - bx;
  const bdy = b[k + Y1]! - by;
  const side1 = adx * (by - ay) - ady * (bx - ax);
  const side2 = adx * (by + bdy - ay) - ady * (bx + bdx - ax);
  const side3 = bdx * (ay - by) - bdy * (ax - bx);
  const side4 = bdx * (ay + ady - by) - bdy * (ax + adx - bx);
  if (side1 * side2 < 0 && side3 * side4 < 0) return 0;
  return Math.min(
    toSegment2(ax, ay, bx, by, bdx, bdy),
    toSegment2(ax + adx, ay + ady, bx, by, bdx, bdy),
    toSegment2(bx, by, ax, ay, adx, ady),
    toSegment2(bx + bdx, by + bdy, ax, ay, adx, ady),
  );
}

function toSegment2(px: number, py: number, x: number, y: number, dx: number, dy: number): number {
  const t = ((px - x) * dx + (py - y) * dy) / (dx * dx + dy * dy);
  const clamped = t < 0 ? 0 : Math.min(t, 1);
  const ex = px - x - clamped * dx;
  const ey = py - y - clamped * dy;
  return ex * ex + ey * ey;
}
