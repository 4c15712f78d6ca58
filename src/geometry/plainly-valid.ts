/**
 * A quick, one-sided validity test: `true` means certainly valid (OGC simple features), `false` means that GEOS has to
 * say. It spares the import a worker round trip for the 99 patches of 100 that are plainly fine.
 */
import type { MultiPolygonRings, PolygonRings, Position, Ring } from '../core/geometry-types.js';

/** Larger polygons go to GEOS, whose noding index scales better than this sweep. */
const MAX_EDGES = 4000;

/** Closed rings expected, any CRS. Rings that touch themselves or each other anywhere are not "plainly" valid. */
export function isPlainlyValid(rings: MultiPolygonRings): boolean {
  if (rings.length === 0) return false;
  if (rings.length > 1 && !shellBoxesApart(rings)) return false;
  return rings.every(isPlainPolygon);
}

function shellBoxesApart(rings: MultiPolygonRings): boolean {
  if (rings.length > 64) return false;
  const boxes = rings.map((polygon) => ringBox(polygon[0] ?? []));
  return boxes.every((a, i) =>
    boxes.every((b, j) => i >= j || a[0] > b[2] || b[0] > a[2] || a[1] > b[3] || b[1] > a[3]),
  );
}

function ringBox(ring: Ring): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of ring) {
    box[0] = Math.min(box[0], x);
    box[1] = Math.min(box[1], y);
    box[2] = Math.max(box[2], x);
    box[3] = Math.max(box[3], y);
  }
  return box;
}

interface Edge {
  a: Position;
  b: Position;
  minX: number;
  maxX: number;
  minY: number;
  maxY: number;
  ring: number;
  index: number;
  ringLength: number;
}

function isPlainPolygon(polygon: PolygonRings): boolean {
  const edges: Edge[] = [];
  for (const [number, ring] of polygon.entries()) {
    if (!collectEdges(ring, number, edges) || edges.length > MAX_EDGES) return false;
  }
  if (edges.length === 0) return false;
  edges.sort((p, q) => p.minX - q.minX);
  for (let i = 0; i < edges.length; i++) {
    const p = edges[i]!;
    for (let j = i + 1; j < edges.length; j++) {
      const q = edges[j]!;
      if (q.minX > p.maxX) break;
      if (q.minY > p.maxY || p.minY > q.maxY || areNeighbours(p, q)) continue;
      if (!surelyApart(p, q)) return false;
    }
  }
  return holesAreInPlace(polygon);
}

/** Adds the ring's edges without zero-length ones; false when the ring is open, degenerate or folds back on itself. */
function collectEdges(ring: Ring, number: number, edges: Edge[]): boolean {
  const points: Position[] = [];
  for (const point of ring) {
    const last = points.at(-1);
    if (!last || last[0] !== point[0] || last[1] !== point[1]) points.push(point);
  }
  const count = points.length - 1;
  const first = points[0];
  const last = points[count];
  if (!first || !last || count < 3 || first[0] !== last[0] || first[1] !== last[1]) return false;
  for (let index = 0; index < count; index++) {
    const a = points[index]!;
    const b = points[index + 1]!;
    const c = points[index + 2 > count ? 1 : index + 2]!;
    if ((b[0] - a[0]) * (c[0] - b[0]) + (b[1] - a[1]) * (c[1] - b[1]) <= 0 && side(a, b, c) === 0)
      return false;
    edges.push({
      a,
      b,
      minX: Math.min(a[0], b[0]),
      maxX: Math.max(a[0], b[0]),
      minY: Math.min(a[1], b[1]),
      maxY: Math.max(a[1], b[1]),
      ring: number,
      index,
      ringLength: count,
    });
  }
  return true;
}

function areNeighbours(p: Edge, q: Edge): boolean {
  if (p.ring !== q.ring) return false;
  const apart = Math.abs(p.index - q.index);
  return apart === 1 || apart === p.ringLength - 1;
}

/** Both ends of one edge strictly on one side of the other. */
function surelyApart(p: Edge, q: Edge): boolean {
  const qa = side(p.a, p.b, q.a);
  if (qa !== 0 && qa === side(p.a, p.b, q.b)) return true;
  const pa = side(q.a, q.b, p.a);
  return pa !== 0 && pa === side(q.a, q.b, p.b);
}

/** −1, 1, or 0 when the rounding error bound (J. R. Shewchuk, 1997, orient2d stage A) leaves the sign open. */
function side(a: Position, b: Position, c: Position): -1 | 0 | 1 {
  const left = (a[0] - c[0]) * (b[1] - c[1]);
  const right = (a[1] - c[1]) * (b[0] - c[0]);
  const bound = 3.4e-16 * (Math.abs(left) + Math.abs(right));
  const value = left - right;
  return value > bound ? 1 : value < -bound ? -1 : 0;
}

/** With no ring touching another, one vertex tells for its whole ring: inside the shell and outside the other holes. */
function holesAreInPlace(polygon: PolygonRings): boolean {
  const [shell, ...holes] = polygon;
  return holes.every((hole, i) => {
    const place = hole[0]!;
    return contains(shell!, place) && holes.every((other, j) => i === j || !contains(other, place));
  });
}

function contains(ring: Ring, [x, y]: Position): boolean {
  let inside = false;
  for (let i = 1; i < ring.length; i++) {
    const [x1, y1] = ring[i - 1]!;
    const [x2, y2] = ring[i]!;
    if (y1 > y !== y2 > y && x < x1 + ((y - y1) / (y2 - y1)) * (x2 - x1)) inside = !inside;
  }
  return inside;
}
