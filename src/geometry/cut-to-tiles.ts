/**
 * Cuts multipolygons along the lines of a square grid, so that what the kernel meets is small. Every ring is cut
 * alone and may keep degenerate edges along the cuts, where signed edges cancel; not for drawing.
 *
 * Crossings with grid lines are put into the original edges first, computed from the lexicographically smaller
 * end: two polygons that share an edge get identical bits, in whatever order each of them is then halved.
 */
import { AppError } from '../core/errors.js';
import type { FlatMultiPolygon, FlatRing, MultiPolygonRings } from '../core/geometry-types.js';
import { boxOfFlatRings, flatAreaM2, toFlat, toNested } from './flat-rings.js';
import { RingPen } from './ring-pen.js';

export interface TileCut<Rings = MultiPolygonRings> {
  tileX: number;
  tileY: number;
  /** The part of the input inside the tile, coordinates still absolute. */
  rings: Rings;
}

/** More tiles than this in one multipolygon mean broken coordinates or a tile size meant for parcels. */
const MOST_TILES = 1_000_000;

/** Parts smaller than this share of a tile are rounding: a hole that fills its tile leaves nothing. */
const NOTHING = 1e-14;

/** Holds the one ring that is being cut. */
const drawn = new RingPen();

/** Grid cells from `x0` to `x1` and `y0` to `y1`, both included. */
interface Cells {
  x0: number;
  x1: number;
  y0: number;
  y1: number;
}

/**
 * Parts of a multipolygon (closed rings, outer first) by tile: tile (ix, iy) covers [ix·s, (ix+1)·s) × [iy·s, (iy+1)·s)
 * of the same plane. Areas of the parts add up to the whole to about 1e-12. Empty parts are left out; tiles come
 * in a fixed order. Throws AppError('too-large') when the box of the input holds more than a million tiles.
 */
export function cutFlatToTiles(rings: FlatMultiPolygon, tileSizeM: number): TileCut<FlatMultiPolygon>[] {
  const cells = cellsOf(rings, tileSizeM);
  if (!cells) return [];
  const single = cells.x0 === cells.x1 && cells.y0 === cells.y1;
  const noded = single ? rings : rings.map((polygon) => polygon.map((ring) => nodeRing(ring, tileSizeM)));
  const out: TileCut<FlatMultiPolygon>[] = [];
  halve(noded, cells, tileSizeM, out);
  return out;
}

/** `cutFlatToTiles` of nested rings. */
export function cutToTiles(rings: MultiPolygonRings, tileSizeM: number): TileCut[] {
  const flat = toFlat(rings);
  return cutFlatToTiles(flat, tileSizeM).map((cut) => ({
    tileX: cut.tileX,
    tileY: cut.tileY,
    rings: cut.rings === flat ? rings : toNested(cut.rings),
  }));
}

function cellsOf(rings: FlatMultiPolygon, size: number): Cells | undefined {
  const [minX, minY, maxX, maxY] = boxOfFlatRings(rings.flatMap((polygon) => polygon.slice(0, 1)));
  if (minX === Infinity) return undefined;
  const x0 = Math.floor(minX / size);
  const y0 = Math.floor(minY / size);
  // a border on a tile line does not reach into the next tile
  const x1 = Math.max(x0, Math.ceil(maxX / size) - 1);
  const y1 = Math.max(y0, Math.ceil(maxY / size) - 1);
  const count = (x1 - x0 + 1) * (y1 - y0 + 1);
  if (!(count <= MOST_TILES)) throw tooMany(count, size);
  return { x0, x1, y0, y1 };
}

/** Halves the cells along their longer side until one is left. `rings` lie within the cells already. */
function halve(rings: FlatMultiPolygon, cells: Cells, size: number, out: TileCut<FlatMultiPolygon>[]): void {
  if (rings.length === 0) return;
  const { x0, x1, y0, y1 } = cells;
  if (x0 === x1 && y0 === y1) {
    if (flatAreaM2(rings) > NOTHING * size * size) out.push({ tileX: x0, tileY: y0, rings });
    return;
  }
  const axis = x1 - x0 >= y1 - y0 ? 0 : 1;
  const middle = axis === 0 ? (x0 + x1 + 1) >> 1 : (y0 + y1 + 1) >> 1;
  const line = middle * size;
  const lower = axis === 0 ? { ...cells, x1: middle - 1 } : { ...cells, y1: middle - 1 };
  const upper = axis === 0 ? { ...cells, x0: middle } : { ...cells, y0: middle };
  halve(keepSide(rings, axis, line, -1), lower, size, out);
  halve(keepSide(rings, axis, line, 1), upper, size, out);
}

/** The part of each polygon on one side of a line; polygons and holes without ground there are left out. */
function keepSide(rings: FlatMultiPolygon, axis: 0 | 1, line: number, side: 1 | -1): FlatMultiPolygon {
  const kept: FlatRing[][] = [];
  for (const polygon of rings) {
    const parts: FlatRing[] = [];
    for (let r = 0; r < polygon.length; r++) {
      const part = clipRing(polygon[r]!, axis, line, side);
      if (part) parts.push(part);
      else if (r === 0) break;
    }
    if (parts.length > 0) kept.push(parts);
  }
  return kept;
}

/** Sutherland–Hodgman against one line; the ring itself when nothing of it lies beyond. */
function clipRing(ring: FlatRing, axis: 0 | 1, line: number, side: 1 | -1): FlatRing | undefined {
  let inside = false;
  let beyond = false;
  for (let i = axis; i < ring.length; i += 2) {
    const d = (ring[i]! - line) * side;
    if (d > 0) inside = true;
    else if (d < 0) beyond = true;
  }
  if (!inside) return undefined;
  if (!beyond) return ring;
  drawn.begin();
  let lastD = (ring[axis]! - line) * side;
  if (lastD >= 0) drawn.add(ring[0]!, ring[1]!);
  for (let i = 2; i < ring.length; i += 2) {
    const d = (ring[i + axis]! - line) * side;
    if ((d > 0 && lastD < 0) || (d < 0 && lastD > 0)) {
      addCrossing(ring[i - 2]!, ring[i - 1]!, ring[i]!, ring[i + 1]!, axis, line);
    }
    if (d >= 0) drawn.add(ring[i]!, ring[i + 1]!);
    lastD = d;
  }
  return drawn.takeClosed();
}

/** Draws where an edge meets the line `axis = line`, from its lexicographically smaller end. */
function addCrossing(px: number, py: number, qx: number, qy: number, axis: 0 | 1, line: number): void {
  const forward = px < qx || (px === qx && py <= qy);
  const sx = forward ? px : qx;
  const sy = forward ? py : qy;
  const dx = (forward ? qx : px) - sx;
  const dy = (forward ? qy : py) - sy;
  if (axis === 0) drawn.add(line, sy + ((line - sx) / dx) * dy);
  else drawn.add(sx + ((line - sy) / dy) * dx, line);
}

/** A ring with a vertex wherever it crosses a grid line: vertical lines first, then horizontal ones. */
function nodeRing(ring: FlatRing, size: number): FlatRing {
  return nodeAxis(nodeAxis(ring, 0, size), 1, size);
}

function nodeAxis(ring: FlatRing, axis: 0 | 1, size: number): FlatRing {
  drawn.begin();
  for (let i = 0; i < ring.length; i += 2) {
    if (i > 0) {
      const p = ring[i - 2 + axis]!;
      const q = ring[i + axis]!;
      const up = q > p;
      // first and last grid line strictly between the ends
      const from = Math.floor((up ? p : q) / size) + 1;
      const to = Math.ceil((up ? q : p) / size) - 1;
      for (let k = 0; k <= to - from; k++) {
        const line = (up ? from + k : to - k) * size;
        addCrossing(ring[i - 2]!, ring[i - 1]!, ring[i]!, ring[i + 1]!, axis, line);
      }
    }
    drawn.add(ring[i]!, ring[i + 1]!);
  }
  return drawn.length === ring.length ? ring : drawn.take();
}

function tooMany(count: number, size: number): AppError {
  return new AppError('too-large', 'a geometry covers more tiles than can be right', {
    detail: {
      zh: `几何范围跨越 ${count} 个 ${size} 米分块，超出上限；请检查坐标系或坐标是否有误`,
      en: `the geometry's box holds ${count} tiles of ${size} m, more than allowed; check its CRS and coordinates`,
    },
    count,
    tileSizeM: size,
  });
}
