/**
 * The inner loop of the area kernel: the signed sum over pairs of edges of two polygons given as runs of sorted
 * arrays. What callers outside this room use is `area-kernel.ts` and `edge-tile.ts`.
 *
 * Every polygon's column height at x is Σ s·y(x) over its edges, and Σ s = 0. Franklin's sum
 * Σₐ Σ_b sₐ s_b ∫ min(yₐ, y_b) dx therefore equals −Σₐ Σ_b sₐ s_b ∫ max(y_b − yₐ, 0) dx: no baseline, nothing
 * but differences, and nothing at all from a pair whose a-edge lies above its b-edge.
 * (W. R. Franklin, Calculating map overlay polygon areas without explicitly calculating the polygons, 1990.)
 */
import type { EdgeArrays } from './edge-arrays.js';

/** A run of edges `from`…`to`−1 of sorted arrays, and the box around the polygon they belong to. */
export interface EdgeRun {
  edges: EdgeArrays;
  from: number;
  to: number;
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/** The edges of one side that matter to the pair in hand, with slopes. Grown, never shrunk: one per side. */
interface Relevant {
  x1: Float64Array;
  y1: Float64Array;
  x2: Float64Array;
  y2: Float64Array;
  slope: Float64Array;
  sign: Int8Array;
  count: number;
  /** Edges left out because they pass the other side's box from end to end on the far side, and their net sign. */
  spanning: number;
  spanningSign: number;
}

const newRelevant = (room: number): Relevant => ({
  x1: new Float64Array(room),
  y1: new Float64Array(room),
  x2: new Float64Array(room),
  y2: new Float64Array(room),
  slope: new Float64Array(room),
  sign: new Int8Array(room),
  count: 0,
  spanning: 0,
  spanningSign: 0,
});

// One pair is measured at a time and to the end (no await in between), so both sides' scratch room is shared.
let sideA = newRelevant(256);
let sideB = newRelevant(256);

/** `overlapAreaM2` of two runs of edges. */
export function overlapOfRuns(a: EdgeRun, b: EdgeRun): number {
  if (!(a.minX < b.maxX && b.minX < a.maxX && a.minY < b.maxY && b.minY < a.maxY)) return 0;
  sideA = withRoom(sideA, a.to - a.from);
  selectAboveOrThrough(a, b, sideA);
  if (sideA.count === 0) return sideA.spanningSign === 0 ? 0 : -sideA.spanningSign * areaOfRun(b);
  sideB = withRoom(sideB, b.to - b.from);
  selectBelowOrThrough(b, a, sideB, sideA.spanning === 0);
  // the pairs of an edge that spans the other side add up to that side's area, as it was laid out for this pair
  const below = sideA.spanningSign === 0 ? 0 : -sideA.spanningSign * areaOfSelected(sideB, b.minY);
  const above = sideB.spanningSign === 0 ? 0 : sideB.spanningSign * areaOfSelected(sideA, a.maxY);
  return below + above - sweep(sideA, sideB);
}

function withRoom(side: Relevant, room: number): Relevant {
  return side.x1.length >= room ? side : newRelevant(Math.max(room, 2 * side.x1.length));
}

/**
 * Edges of `run` that take part in Σ s·s·∫max(y_b − yₐ, 0) on the a side. Above the other box: nothing. Below it:
 * only its x-range counts (Σ s_b = 0), so it is laid along the box's lower side, which keeps the terms small.
 */
function selectAboveOrThrough(run: EdgeRun, other: EdgeRun, out: Relevant): void {
  const { x1, y1, x2, y2, sign } = run.edges;
  const { minX, minY, maxX, maxY } = other;
  let count = 0;
  out.spanning = 0;
  out.spanningSign = 0;
  for (let i = run.from; i < run.to; i++) {
    const left = x1[i]!;
    if (left >= maxX) break;
    const right = x2[i]!;
    if (right <= minX) continue;
    let yl = y1[i]!;
    let yr = y2[i]!;
    if (yl >= maxY && yr >= maxY) continue;
    let slope = (yr - yl) / (right - left);
    // heights where the edge enters and leaves the other's x-range
    const enter = left < minX ? yl + (minX - left) * slope : yl;
    const leave = right > maxX ? yl + (maxX - left) * slope : yr;
    if (enter >= maxY && leave >= maxY) continue;
    if (enter <= minY && leave <= minY) {
      if (left <= minX && right >= maxX) {
        out.spanning++;
        out.spanningSign += sign[i]!;
        continue;
      }
      yl = minY;
      yr = minY;
      slope = 0;
    }
    out.x1[count] = left;
    out.y1[count] = yl;
    out.x2[count] = right;
    out.y2[count] = yr;
    out.slope[count] = slope;
    out.sign[count] = sign[i]!;
    count++;
  }
  out.count = count;
}

/** The same for the b side, mirrored: below the other box nothing, above it only the x-range. */
function selectBelowOrThrough(run: EdgeRun, other: EdgeRun, out: Relevant, takeSpanning: boolean): void {
  const { x1, y1, x2, y2, sign } = run.edges;
  const { minX, minY, maxX, maxY } = other;
  let count = 0;
  out.spanning = 0;
  out.spanningSign = 0;
  for (let i = run.from; i < run.to; i++) {
    const left = x1[i]!;
    if (left >= maxX) break;
    const right = x2[i]!;
    if (right <= minX) continue;
    let yl = y1[i]!;
    let yr = y2[i]!;
    if (yl <= minY && yr <= minY) continue;
    let slope = (yr - yl) / (right - left);
    const enter = left < minX ? yl + (minX - left) * slope : yl;
    const leave = right > maxX ? yl + (maxX - left) * slope : yr;
    if (enter <= minY && leave <= minY) continue;
    if (enter >= maxY && leave >= maxY) {
      if (takeSpanning && left <= minX && right >= maxX) {
        out.spanning++;
        out.spanningSign += sign[i]!;
        continue;
      }
      yl = maxY;
      yr = maxY;
      slope = 0;
    }
    out.x1[count] = left;
    out.y1[count] = yl;
    out.x2[count] = right;
    out.y2[count] = yr;
    out.slope[count] = slope;
    out.sign[count] = sign[i]!;
    count++;
  }
  out.count = count;
}

/**
 * Σ sₐ s_b ∫ max(y_b − yₐ, 0) dx over all pairs that share x-range. Both sides are sorted by left end, so the edge
 * that starts first meets exactly the edges that start under it: cost is edges + pairs, never all × all.
 */
function sweep(a: Relevant, b: Relevant): number {
  let i = 0;
  let k = 0;
  let sum = 0;
  while (i < a.count && k < b.count) {
    if (a.x1[i]! <= b.x1[k]!) {
      sum += a.sign[i]! * rowSum(a, i, b, k, 1);
      i++;
    } else {
      sum += b.sign[k]! * rowSum(b, k, a, i, -1);
      k++;
    }
  }
  return sum / 2;
}

/**
 * Twice Σ s ∫ max(side·(y_inner − y_outer), 0) dx of one edge `o` of `outer` against the edges of `inner` from
 * `first` on that start within it. At most one crossing per pair, so each integral is a trapezoid or a triangle.
 */
function rowSum(outer: Relevant, o: number, inner: Relevant, first: number, side: number): number {
  const ox1 = outer.x1[o]!;
  const oy1 = outer.y1[o]!;
  const ox2 = outer.x2[o]!;
  const oy2 = outer.y2[o]!;
  const slope = outer.slope[o]!;
  const { x1, y1, x2, y2, slope: slopes, sign, count } = inner;
  let sum = 0;
  for (let k = first; k < count; k++) {
    const xl = x1[k]!;
    if (xl >= ox2) break;
    const end = x2[k]!;
    const dl = side * (y1[k]! - (oy1 + (xl - ox1) * slope));
    let xr: number;
    let dr: number;
    // end points are taken as they are, so that equal edges differ by exactly nothing
    if (end < ox2) {
      xr = end;
      dr = side * (y2[k]! - (oy1 + (end - ox1) * slope));
    } else {
      xr = ox2;
      dr = side * ((end === ox2 ? y2[k]! : y1[k]! + (ox2 - xl) * slopes[k]!) - oy2);
    }
    if (dl > 0) sum += sign[k]! * (xr - xl) * (dr >= 0 ? dl + dr : (dl * dl) / (dl - dr));
    else if (dr > 0) sum += (sign[k]! * (xr - xl) * (dr * dr)) / (dr - dl);
  }
  return sum;
}

/** Area in m² of a run of edges: Σ s·(mean height above the box's lower side)·width. */
export function areaOfRun(run: EdgeRun): number {
  const { x1, y1, x2, y2, sign } = run.edges;
  const base = run.minY;
  let sum = 0;
  for (let i = run.from; i < run.to; i++) {
    sum += sign[i]! * (x2[i]! - x1[i]!) * (y1[i]! - base + (y2[i]! - base));
  }
  return sum / 2;
}

function areaOfSelected(side: Relevant, base: number): number {
  const { x1, y1, x2, y2, sign, count } = side;
  let sum = 0;
  for (let i = 0; i < count; i++) sum += sign[i]! * (x2[i]! - x1[i]!) * (y1[i]! - base + (y2[i]! - base));
  return sum / 2;
}
