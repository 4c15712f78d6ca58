/**
 * Cuts a large polygon into pieces of few vertices by halving its box, inside GEOS: every piece is a valid polygon
 * and the pieces add up to the whole, or it fails. Leaves packing and normal form to the caller.
 */
import { areaOf, buildMultiPolygon, type GeosScope, readDouble, readPolygons } from './geos-geometry.js';
import { GeosFailure, type Pointer } from './geos-library.js';
import type { FlatPolygon } from './geos-packing.js';

/** Halvings after which a knot of vertices is left as it is: 60 halvings shrink any box to a point of doubles. */
const MAX_DEPTH = 60;

/**
 * The pieces of an owned polygonal geometry, each with at most `maxVertices` vertices, relative to the local origin.
 * Throws a GeosFailure when their areas do not add up to the whole within 1e-9 of it.
 */
export function splitIntoPieces(scope: GeosScope, whole: Pointer, maxVertices: number): FlatPolygon[][] {
  if (!(maxVertices >= 8)) throw new GeosFailure('pieces need room for at least 8 vertices');
  const wholeAreaM2 = areaOf(scope, whole);
  const pieces: FlatPolygon[][] = [];
  let sumM2 = 0;
  const keep = (piece: Pointer): void => {
    sumM2 += areaOf(scope, piece);
    pieces.push(readPolygons(scope, piece));
  };
  halve(scope, whole, maxVertices, 0, keep);
  if (!(Math.abs(sumM2 - wholeAreaM2) <= 1e-9 * wholeAreaM2))
    throw new GeosFailure(`pieces sum to ${sumM2} m², the whole has ${wholeAreaM2} m²`);
  return pieces;
}

function halve(
  scope: GeosScope,
  piece: Pointer,
  maxVertices: number,
  depth: number,
  keep: (piece: Pointer) => void,
): void {
  const { f } = scope.geos;
  if (f.GEOSisEmpty(piece)) return;
  if (depth >= MAX_DEPTH || f.GEOSGetNumCoordinates(piece) <= maxVertices) {
    keep(piece);
    return;
  }
  for (const half of halvesOfBox(scope, piece)) {
    const rectangle = buildMultiPolygon(scope, [[half]], [0, 0]);
    const part = scope.own(f.GEOSIntersection(piece, rectangle));
    scope.release(rectangle);
    halve(scope, part, maxVertices, depth + 1, keep);
    scope.release(part);
  }
}

/** Two rectangles that share the cut; they reach beyond the box so that only the cut touches the polygon. */
function halvesOfBox(scope: GeosScope, piece: Pointer): [Float64Array, Float64Array] {
  const { f } = scope.geos;
  const minX = readDouble(scope, (at) => f.GEOSGeom_getXMin(piece, at));
  const minY = readDouble(scope, (at) => f.GEOSGeom_getYMin(piece, at));
  const maxX = readDouble(scope, (at) => f.GEOSGeom_getXMax(piece, at));
  const maxY = readDouble(scope, (at) => f.GEOSGeom_getYMax(piece, at));
  const margin = Math.max(maxX - minX, maxY - minY);
  const [x0, y0, x1, y1] = [minX - margin, minY - margin, maxX + margin, maxY + margin];
  if (maxX - minX >= maxY - minY) {
    const cut = cutBetween(minX, maxX);
    return [rectangleRing(x0, y0, cut, y1), rectangleRing(cut, y0, x1, y1)];
  }
  const cut = cutBetween(minY, maxY);
  return [rectangleRing(x0, y0, x1, cut), rectangleRing(x0, cut, x1, y1)];
}

/** The middle, on a coarse binary grid, so that it is exact in local and in absolute coordinates. */
function cutBetween(min: number, max: number): number {
  const step = 2 ** (Math.floor(Math.log2(max - min)) - 6);
  return Math.round((min + max) / 2 / step) * step;
}

const rectangleRing = (x0: number, y0: number, x1: number, y1: number): Float64Array =>
  Float64Array.of(x0, y0, x1, y0, x1, y1, x0, y1, x0, y0);
