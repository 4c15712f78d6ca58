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

/** The edges `from`…`to`−1 of arrays, which make up one multipolygon, and the box around it. */
export interface EdgeRun {
  edges: EdgeArrays;
  from: number;
  to: number;
  minX: number;
  minY: number;
  maxX: number;
  maxY: number;
}

/**
 * The edges of one side that matter to the pair in hand: five numbers each in the scratch room (x1, y1, x2, slope,
 * sign) from `start` to `end`, sorted by x1 and followed by one that starts at +Infinity.
 */
interface Selection {
  start: number;
  end: number;
  /** Edges left out because they pass the other side's box from end to end on the far side, and their net sign. */
  spanning: number;
  spanningSign: number;
}

const STRIDE = 5;

/** Keeps 0/0 at 0 where two edges coincide; far below any difference of coordinates that matters. */
const TINY = 1e-200;

// One pair is measured at a time and to the end (no await in between), so the room is shared. Grown, never shrunk.
let scratch = new Float64Array(STRIDE * 1024);
const sideA: Selection = { start: 0, end: 0, spanning: 0, spanningSign: 0 };
const sideB: Selection = { start: 0, end: 0, spanning: 0, spanningSign: 0 };

/** `overlapAreaM2` of two runs of edges. */
export function overlapOfRuns(a: EdgeRun, b: EdgeRun): number {
  if (!(a.minX < b.maxX && b.minX < a.maxX && a.minY < b.maxY && b.minY < a.maxY)) return 0;
  const room = STRIDE * (a.to - a.from + b.to - b.from + 2);
  if (scratch.length < room) scratch = new Float64Array(2 * room);
  select(a, b, 1, true, sideA);
  if (sideA.start === sideA.end) return sideA.spanningSign === 0 ? 0 : -sideA.spanningSign * areaOfRun(b);
  sideB.start = sideA.end + STRIDE;
  select(b, a, -1, sideA.spanning === 0, sideB);
  // the pairs of an edge that spans the other side add up to that side's area, as it was laid out for this pair
  const below = sideA.spanningSign === 0 ? 0 : -sideA.spanningSign * areaOfSelection(sideB, b.minY);
  const above = sideB.spanningSign === 0 ? 0 : sideB.spanningSign * areaOfSelection(sideA, a.maxY);
  return below + above - sweep(sideA, sideB);
}

/**
 * Selects the edges of `run` that take part in Σ s·s·∫max(y_b − yₐ, 0), for the a side with `up` = 1. Above the other
 * box: nothing. Below it: only its x-range counts (Σ s_b = 0), so it is laid along the box's lower side, which
 * keeps the terms small. The b side is the same upside down, `up` = −1.
 */
function select(run: EdgeRun, other: EdgeRun, up: number, takeSpanning: boolean, out: Selection): void {
  const { xy, order } = run.edges;
  const { minX, maxX } = other;
  const near = up > 0 ? other.minY : -other.maxY;
  const far = up > 0 ? other.maxY : -other.minY;
  let at = out.start;
  let spanning = 0;
  let spanningSign = 0;
  for (let i = run.from; i < run.to; i++) {
    const edge = order[i]!;
    // 2 for an edge that runs to the left, else 0: no branch to mispredict
    const toLeft = (edge & 1) << 1;
    const start = edge - (edge & 1) + toLeft;
    const left = xy[start]!;
    if (left >= maxX) break;
    const end = start + 2 - 2 * toLeft;
    const right = xy[end]!;
    if (right <= minX) continue;
    let yl = up * xy[start + 1]!;
    const yr = up * xy[end + 1]!;
    if (yl >= far && yr >= far) continue;
    let slope = (yr - yl) / (right - left);
    // heights where the edge enters and leaves the other's x-range
    const enter = left < minX ? yl + (minX - left) * slope : yl;
    const leave = right > maxX ? yl + (maxX - left) * slope : yr;
    if (enter >= far && leave >= far) continue;
    if (enter <= near && leave <= near) {
      if (takeSpanning && left <= minX && right >= maxX) {
        spanning++;
        spanningSign += toLeft - 1;
        continue;
      }
      yl = near;
      slope = 0;
    }
    at = put(at, left, up * yl, right, up * slope, toLeft - 1);
  }
  scratch[at] = Infinity;
  out.end = at;
  out.spanning = spanning;
  out.spanningSign = spanningSign;
}

function put(at: number, x1: number, y1: number, x2: number, slope: number, sign: number): number {
  scratch[at] = x1;
  scratch[at + 1] = y1;
  scratch[at + 2] = x2;
  scratch[at + 3] = slope;
  scratch[at + 4] = sign;
  return at + STRIDE;
}

/**
 * Σ sₐ s_b ∫ max(y_b − yₐ, 0) dx over all pairs that share x-range. Both sides are sorted by left end, so the edge
 * that starts first meets exactly the edges that start under it: cost is edges + pairs, never all × all.
 */
function sweep(a: Selection, b: Selection): number {
  const edges = scratch;
  let i = a.start;
  let k = b.start;
  let sum = 0;
  while (i < a.end && k < b.end) {
    if (edges[i]! <= edges[k]!) {
      sum += edges[i + 4]! * rowSum(edges, i, k, 1);
      i += STRIDE;
    } else {
      sum += edges[k + 4]! * rowSum(edges, k, i, -1);
      k += STRIDE;
    }
  }
  return sum / 8;
}

/**
 * Eight times Σ s ∫ max(side·(y_inner − y_outer), 0) dx of the edge at `outer` against the other side's edges from
 * `first` on that start within it. With d the difference at either end of the shared x-range, the mean of max(d, 0)
 * is (max(dₗ, 0) + max(dᵣ, 0))² / 2(|dₗ| + |dᵣ|) whether the two edges cross or not: no branch to mispredict.
 */
function rowSum(edges: Float64Array, outer: number, first: number, side: number): number {
  const ox1 = edges[outer]!;
  const oy1 = edges[outer + 1]!;
  const ox2 = edges[outer + 2]!;
  const slope = edges[outer + 3]!;
  let sum = 0;
  for (let k = first; ; k += STRIDE) {
    const xl = edges[k]!;
    if (!(xl < ox2)) break;
    const width = Math.min(edges[k + 2]!, ox2) - xl;
    const dl = edges[k + 1]! - (oy1 + (xl - ox1) * slope);
    const dr = dl + width * (edges[k + 3]! - slope);
    const span = Math.abs(dl) + Math.abs(dr);
    const twice = span + side * (dl + dr);
    sum += (edges[k + 4]! * width * (twice * twice)) / (span + TINY);
  }
  return sum;
}

/** Area in m² of a run of edges: Σ s·(mean height above the box's lower side)·width. */
export function areaOfRun(run: EdgeRun): number {
  const { xy, order } = run.edges;
  const base = run.minY;
  let sum = 0;
  for (let i = run.from; i < run.to; i++) {
    const edge = order[i]!;
    const at = edge - (edge & 1);
    // Σ s·width·height: an edge that runs right has negative sign, one that runs left negative width
    sum -= (xy[at + 2]! - xy[at]!) * (xy[at + 1]! - base + (xy[at + 3]! - base));
  }
  return sum / 2;
}

/** Area of a selection above `base`; edges left out of it lie on the base. */
function areaOfSelection({ start, end }: Selection, base: number): number {
  let sum = 0;
  for (let i = start; i < end; i += STRIDE) {
    const width = scratch[i + 2]! - scratch[i]!;
    sum += scratch[i + 4]! * width * (scratch[i + 1]! - base + (width * scratch[i + 3]!) / 2);
  }
  return sum;
}
