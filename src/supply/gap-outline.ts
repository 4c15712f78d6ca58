/** The ground between two borders that run along each other: the quadrilaterals between the runs, for GEOS to join and trim. */
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';
import { OPPOSED_COS } from './border-runs.js';
import { LENGTH, newSide, STRIDE, selectSegments, UX, UY, visitNear } from './border-segments.js';
import type { Outlines } from './outlines.js';

const sideA = newSide();
const sideB = newSide();

/** Narrower ones are noise to GEOS and hold no ground, m. */
const LEAST_M = 1e-4;

/** Quadrilaterals in metres of the outlines' plane; they may lie over each other and over the two parcels. */
export function gapQuads(outlines: Outlines, a: number, b: number, widthM: number): MultiPolygonRings[] {
  selectSegments(outlines, a, outlines.boxes, b, widthM, sideA);
  selectSegments(outlines, b, outlines.boxes, a, widthM, sideB);
  const quads: MultiPolygonRings[] = [];
  visitNear(sideA, sideB, widthM, (i, k) => {
    const quad = quadOf(outlines, STRIDE * i, STRIDE * k, widthM);
    if (quad) quads.push(quad);
  });
  return quads;
}

/** Between the part of segment i whose feet lie on segment k, and those feet. */
function quadOf(outlines: Outlines, i: number, k: number, widthM: number): MultiPolygonRings | undefined {
  const a = sideA.data;
  const b = sideB.data;
  const c = a[i + UX]! * b[k + UX]! + a[i + UY]! * b[k + UY]!;
  if (c > -OPPOSED_COS) return undefined;
  const along = (a[i]! - b[k]!) * b[k + UX]! + (a[i + 1]! - b[k + 1]!) * b[k + UY]!;
  const start = Math.max(0, (b[k + LENGTH]! - along) / c);
  const end = Math.min(a[i + LENGTH]!, -along / c);
  if (!(end - start > LEAST_M)) return undefined;
  const at = (data: Float64Array, from: number, s: number): Position => [
    data[from]! + s * data[from + UX]! + outlines.originX,
    data[from + 1]! + s * data[from + UY]! + outlines.originY,
  ];
  const [p, q] = [at(a, i, start), at(a, i, end)];
  const [r, s] = [at(b, k, along + end * c), at(b, k, along + start * c)];
  const widths = [Math.hypot(q[0] - r[0], q[1] - r[1]), Math.hypot(p[0] - s[0], p[1] - s[1])];
  if (Math.min(...widths) < LEAST_M || Math.max(...widths) > widthM) return undefined;
  return [[[p, s, r, q, p]]];
}
