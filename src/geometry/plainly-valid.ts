/**
 * A quick, one-sided validity test: `true` means certainly valid (OGC simple features), `false` means that GEOS has to
 * say. It spares the import a worker round trip for the 99 patches of 100 that are plainly fine.
 */
import type { FlatMultiPolygon, FlatPolygon, FlatRing } from '../core/geometry-types.js';
import { boxOfFlatRings } from './flat-rings.js';

/** Larger polygons go to GEOS, whose noding index scales better than this sweep. */
const MAX_EDGES = 4000;
/** Up to this many edges insertion beats the general sort. */
const INSERTION_UP_TO = 96;

/** Closed rings expected, any CRS. Rings that touch themselves or each other anywhere are not "plainly" valid. */
export function isPlainlyValid(rings: FlatMultiPolygon): boolean {
  if (rings.length === 0) return false;
  if (rings.length > 1 && !shellBoxesApart(rings)) return false;
  return rings.every(isPlainPolygon);
}

function shellBoxesApart(rings: FlatMultiPolygon): boolean {
  if (rings.length > 64) return false;
  const boxes = rings.map((polygon) => boxOfFlatRings(polygon.slice(0, 1)));
  return boxes.every((a, i) =>
    boxes.every((b, j) => i >= j || a[0] > b[2] || b[0] > a[2] || a[1] > b[3] || b[1] > a[3]),
  );
}

/** The edges of the polygon under test, 8 entries each: both ends, then minX, maxX, minY, maxY. */
const EDGE = 8;
const edges = new Float64Array(EDGE * MAX_EDGES);
/** Of each edge its ring's first edge and the edge after the ring's last. */
const ringFrom = new Int32Array(MAX_EDGES);
const ringTo = new Int32Array(MAX_EDGES);
const byLeft = new Int32Array(MAX_EDGES);

function isPlainPolygon(polygon: FlatPolygon): boolean {
  let count = 0;
  for (const ring of polygon) {
    const next = collectEdges(ring, count);
    if (next < 0) return false;
    ringFrom.fill(count, count, next);
    ringTo.fill(next, count, next);
    count = next;
  }
  if (count === 0) return false;
  sortByLeft(count);
  for (let i = 0; i < count; i++) {
    const p = byLeft[i]!;
    const maxX = edges[EDGE * p + 5]!;
    const minY = edges[EDGE * p + 6]!;
    const maxY = edges[EDGE * p + 7]!;
    for (let j = i + 1; j < count; j++) {
      const q = byLeft[j]!;
      if (edges[EDGE * q + 4]! > maxX) break;
      if (edges[EDGE * q + 6]! > maxY || minY > edges[EDGE * q + 7]! || areNeighbours(p, q)) continue;
      if (!surelyApart(EDGE * p, EDGE * q)) return false;
    }
  }
  return holesAreInPlace(polygon);
}

/**
 * Writes the ring's edges without zero-length ones from edge `from` on; returns the next free one, −1 when the ring is
 * open, degenerate, folds back on itself, or there are too many.
 */
function collectEdges(ring: FlatRing, from: number): number {
  const last = ring.length - 2;
  if (last < 6 || ring[0] !== ring[last] || ring[1] !== ring[last + 1]) return -1;
  let next = from;
  for (let i = 2; i < ring.length; i += 2) {
    const ax = ring[i - 2]!;
    const ay = ring[i - 1]!;
    const bx = ring[i]!;
    const by = ring[i + 1]!;
    if (ax === bx && ay === by) continue;
    if (next === MAX_EDGES) return -1;
    writeEdge(EDGE * next++, ax, ay, bx, by);
  }
  if (next - from < 3) return -1;
  for (let edge = from; edge < next; edge++) {
    if (foldsBack(EDGE * edge, EDGE * (edge + 1 === next ? from : edge + 1))) return -1;
  }
  return next;
}

function writeEdge(at: number, ax: number, ay: number, bx: number, by: number): void {
  edges[at] = ax;
  edges[at + 1] = ay;
  edges[at + 2] = bx;
  edges[at + 3] = by;
  edges[at + 4] = Math.min(ax, bx);
  edges[at + 5] = Math.max(ax, bx);
  edges[at + 6] = Math.min(ay, by);
  edges[at + 7] = Math.max(ay, by);
}

/** The edge at `q` begins where the one at `p` ends; true when it runs back over it. */
function foldsBack(p: number, q: number): boolean {
  const ax = edges[p]!;
  const ay = edges[p + 1]!;
  const bx = edges[q]!;
  const by = edges[q + 1]!;
  const cx = edges[q + 2]!;
  const cy = edges[q + 3]!;
  return (bx - ax) * (cx - bx) + (by - ay) * (cy - by) <= 0 && side(ax, ay, bx, by, cx, cy) === 0;
}

function sortByLeft(count: number): void {
  for (let i = 0; i < count; i++) byLeft[i] = i;
  if (count > INSERTION_UP_TO) {
    byLeft.subarray(0, count).sort((p, q) => edges[EDGE * p + 4]! - edges[EDGE * q + 4]!);
    return;
  }
  for (let i = 1; i < count; i++) {
    const left = edges[EDGE * i + 4]!;
    let k = i;
    for (; k > 0 && edges[EDGE * byLeft[k - 1]! + 4]! > left; k--) byLeft[k] = byLeft[k - 1]!;
    byLeft[k] = i;
  }
}

function areNeighbours(p: number, q: number): boolean {
  const from = ringFrom[p]!;
  if (from !== ringFrom[q]) return false;
  const apart = Math.abs(p - q);
  return apart === 1 || apart === ringTo[p]! - from - 1;
}

/** Both ends of one edge strictly on one side of the other. */
function surelyApart(p: number, q: number): boolean {
  const pax = edges[p]!;
  const pay = edges[p + 1]!;
  const pbx = edges[p + 2]!;
  const pby = edges[p + 3]!;
  const qax = edges[q]!;
  const qay = edges[q + 1]!;
  const qbx = edges[q + 2]!;
  const qby = edges[q + 3]!;
  const qa = side(pax, pay, pbx, pby, qax, qay);
  if (qa !== 0 && qa === side(pax, pay, pbx, pby, qbx, qby)) return true;
  const pa = side(qax, qay, qbx, qby, pax, pay);
  return pa !== 0 && pa === side(qax, qay, qbx, qby, pbx, pby);
}

/** −1, 1, or 0 when the rounding error bound (J. R. Shewchuk, 1997, orient2d stage A) leaves the sign open. */
function side(ax: number, ay: number, bx: number, by: number, cx: number, cy: number): -1 | 0 | 1 {
  const left = (ax - cx) * (by - cy);
  const right = (ay - cy) * (bx - cx);
  const bound = 3.4e-16 * (Math.abs(left) + Math.abs(right));
  const value = left - right;
  return value > bound ? 1 : value < -bound ? -1 : 0;
}

/** With no ring touching another, one vertex tells for its whole ring: inside the shell and outside the other holes. */
function holesAreInPlace(polygon: FlatPolygon): boolean {
  const [shell, ...holes] = polygon;
  return holes.every((hole, i) => {
    const x = hole[0]!;
    const y = hole[1]!;
    return contains(shell!, x, y) && holes.every((other, j) => i === j || !contains(other, x, y));
  });
}

function contains(ring: FlatRing, x: number, y: number): boolean {
  let inside = false;
  for (let i = 2; i < ring.length; i += 2) {
    const x1 = ring[i - 2]!;
    const y1 = ring[i - 1]!;
    const x2 = ring[i]!;
    const y2 = ring[i + 1]!;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}
