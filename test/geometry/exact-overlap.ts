/**
 * The area of an overlap in exact rational arithmetic (BigInt), for polygons given in doubles: the oracle the kernel
 * is held against. Franklin's sum with min() and a baseline, all pairs, no sorting: shares no step with the kernel.
 */
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';

interface Edge {
  x1: bigint;
  y1: bigint;
  x2: bigint;
  y2: bigint;
  sign: bigint;
}

/** Bits kept after the point when a pair's exact fraction is added up. */
const EXTRA = 64n;

/** Exact area of A ∩ B (winding by ring role), rounded once, at the end, to a double. */
export function exactOverlap(a: MultiPolygonRings, b: MultiPolygonRings): number {
  const bits = fractionBits([a, b]);
  const edgesA = exactEdges(a, bits);
  const edgesB = exactEdges(b, bits);
  let sum = 0n;
  for (const p of edgesA) for (const q of edgesB) sum += p.sign * q.sign * integralOfMin(p, q);
  return toNumber(sum, 2 * bits + Number(EXTRA));
}

/** Exact area of a multipolygon, holes subtracted. */
export function exactArea(rings: MultiPolygonRings): number {
  const bits = fractionBits([rings]);
  let twice = 0n;
  for (const { x1, y1, x2, y2, sign } of exactEdges(rings, bits)) twice += sign * (x2 - x1) * (y1 + y2);
  return toNumber(twice, 2 * bits + 1);
}

/** How many binary places every coordinate needs. */
function fractionBits(sets: readonly MultiPolygonRings[]): number {
  let bits = 0;
  for (const rings of sets) {
    for (const position of rings.flat(2)) {
      for (const value of [position[0], position[1]]) while (!Number.isInteger(value * 2 ** bits)) bits++;
    }
  }
  return bits;
}

function exactEdges(rings: MultiPolygonRings, bits: number): Edge[] {
  const edges: Edge[] = [];
  for (const polygon of rings) {
    polygon.forEach((ring, r) => {
      const points = ring.map((p) => [BigInt(p[0] * 2 ** bits), BigInt(p[1] * 2 ** bits)] as const);
      let twice = 0n;
      for (let i = 1; i < points.length; i++) {
        twice += points[i - 1]![0] * points[i]![1] - points[i]![0] * points[i - 1]![1];
      }
      const turn = twice >= 0n === (r === 0) ? 1n : -1n;
      for (let i = 1; i < points.length; i++) {
        const [px, py] = points[i - 1]!;
        const [qx, qy] = points[i]!;
        if (px < qx) edges.push({ x1: px, y1: py, x2: qx, y2: qy, sign: -turn });
        if (px > qx) edges.push({ x1: qx, y1: qy, x2: px, y2: py, sign: turn });
      }
    });
  }
  return edges;
}

// Math.max takes no bigint
const larger = (v: bigint, w: bigint): bigint => [v, w].reduce((most, x) => (x > most ? x : most));

/** ∫ min(y_p, y_q) dx over the shared x-range, in units of 2^−EXTRA. */
function integralOfMin(p: Edge, q: Edge): bigint {
  const xl = larger(p.x1, q.x1);
  const xr = -larger(-p.x2, -q.x2);
  if (xl >= xr) return 0n;
  const dp = p.x2 - p.x1;
  const dq = q.x2 - q.x1;
  const at = (e: Edge, x: bigint): bigint => e.y1 * (e.x2 - x) + e.y2 * (x - e.x1);
  const left = at(p, xl) * dq - at(q, xl) * dp;
  const right = at(p, xr) * dq - at(q, xr) * dp;
  const width = xr - xl;
  const whole = (e: Edge, d: bigint): bigint => ((width * (at(e, xl) + at(e, xr))) << EXTRA) / (2n * d);
  if (left <= 0n && right <= 0n) return whole(p, dp);
  if (left >= 0n && right >= 0n) return whole(q, dq);
  const below = left < 0n ? left : right;
  const span = left < 0n ? right - left : left - right;
  return whole(q, dq) - ((width * below * below) << EXTRA) / (2n * dp * dq * span);
}

/** value / 2^bits as the nearest double (values beyond 2^1000 do not occur here). */
function toNumber(value: bigint, bits: number): number {
  const drop = BigInt(Math.max(0, value.toString(2).length - 900));
  return Number(value >> drop) / 2 ** (bits - Number(drop));
}
