/**
 * The edges of all pieces of one tile: how they are stored (`encodeEdgeTile`), how they lie in memory
 * (`decodeEdgeTile`) and how a parcel is measured against them (`measureTile`). Caching is the overlay's.
 *
 * Stored, little-endian: header of 40 bytes (magic, version, counts, tile, checksum), the pieces' closed rings as
 * float64 pairs relative to the tile's lower left corner (outer rings counter-clockwise, holes clockwise), feature
 * numbers, vertex and edge starts, and each piece's non-vertical edges (by first vertex) in order of their left
 * end: 20 bytes an edge instead of the 33 in memory, and nothing left to sort when a tile is read.
 */
import { AppError } from '../core/errors.js';
import type { MultiPolygonRings, Ring } from '../core/geometry-types.js';
import { type EdgeSet, wholeRun } from './area-kernel.js';
import { checksum32 } from './checksum.js';
import { type EdgeArrays, emptyEdges, signedArea2, sortedByKey } from './edge-arrays.js';
import { type EdgeRun, overlapOfRuns } from './overlap-of-runs.js';

/** One tile in memory. Edges are relative to the tile's lower left corner, in m, per piece sorted by `x1`. */
export interface EdgeTile extends EdgeArrays {
  readonly pieceCount: number;
  readonly featureNo: Int32Array;
  /** minX, minY, maxX, maxY of each piece. */
  readonly box: Float64Array;
  /** First edge of each piece; pieceCount + 1 entries. */
  readonly start: Uint32Array;
  /** Bytes held in memory. */
  readonly byteSize: number;
  readonly tileX: number;
  readonly tileY: number;
  readonly tileSizeM: number;
}

/** What goes into a tile: a feature's part inside it, in absolute coordinates of the analysis plane. */
export interface TilePiece {
  featureNo: number;
  rings: MultiPolygonRings;
}

const MAGIC = 0x544d4f01;
const VERSION = 1;
const HEADER_BYTES = 40;
const CHECKSUM_WORD = 7;

/**
 * Packs the pieces of one tile (closed rings, outer first, any winding). `tileX`, `tileY` and `tileSizeM` give the
 * corner the coordinates are stored relative to; a piece need not be cut exactly to the tile.
 */
export function encodeEdgeTile(
  pieces: readonly TilePiece[],
  tileX: number,
  tileY: number,
  tileSizeM: number,
): Uint8Array {
  let vertexRoom = 0;
  for (const { rings } of pieces)
    for (const polygon of rings) for (const ring of polygon) vertexRoom += ring.length;
  const xy = new Float64Array(2 * vertexRoom);
  const order = new Uint32Array(vertexRoom);
  const featureNo = Int32Array.from(pieces, (piece) => piece.featureNo);
  const vertexStart = new Uint32Array(pieces.length + 1);
  const edgeStart = new Uint32Array(pieces.length + 1);
  for (let p = 0; p < pieces.length; p++) {
    const { rings } = pieces[p]!;
    vertexStart[p + 1] = writeRings(xy, vertexStart[p]!, rings, tileX * tileSizeM, tileY * tileSizeM);
    edgeStart[p + 1] = writeOrder(xy, vertexStart[p]!, rings, order, edgeStart[p]!);
  }
  const edgeCount = edgeStart[pieces.length]!;
  const parts = [xy, featureNo, vertexStart, edgeStart, order.subarray(0, edgeCount)];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, HEADER_BYTES));
  const head = new Int32Array(out.buffer, 0, HEADER_BYTES / 4);
  head.set([MAGIC, VERSION, pieces.length, vertexRoom, edgeCount, tileX, tileY]);
  new Float64Array(out.buffer, 32, 1)[0] = tileSizeM;
  let at = HEADER_BYTES;
  for (const part of parts) {
    out.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  head[CHECKSUM_WORD] = checksum32(new Uint32Array(out.buffer), VERSION);
  return out;
}

/** Writes rings relative to the origin, wound by role; returns the next free vertex. */
function writeRings(
  xy: Float64Array,
  from: number,
  rings: MultiPolygonRings,
  originX: number,
  originY: number,
): number {
  let at = from;
  for (const polygon of rings) {
    for (let r = 0; r < polygon.length; r++) {
      const ring = polygon[r]!;
      const forward = signedArea2(ring) >= 0 === (r === 0);
      for (let i = 0; i < ring.length; i++) {
        const [x, y] = ring[forward ? i : ring.length - 1 - i]!;
        if (!Number.isFinite(x) || !Number.isFinite(y)) throw damaged('a coordinate is not finite');
        xy[2 * at] = x - originX;
        xy[2 * at + 1] = y - originY;
        at++;
      }
    }
  }
  return at;
}

/** Lists a piece's edges that the kernel reads, by first vertex, in order of their left end. */
function writeOrder(
  xy: Float64Array,
  firstVertex: number,
  rings: readonly (readonly Ring[])[],
  order: Uint32Array,
  from: number,
): number {
  const found: number[] = [];
  let v = firstVertex;
  for (const polygon of rings) {
    for (const ring of polygon) {
      for (let i = 1; i < ring.length; i++, v++) if (hasSlope(xy, v)) found.push(v);
      if (ring.length > 0) v++;
    }
  }
  const left = Float64Array.from(found, (first) => Math.min(xy[2 * first]!, xy[2 * first + 2]!));
  const sorted = sortedByKey(left, found.length);
  for (let i = 0; i < found.length; i++) order[from + i] = found[sorted[i]!]!;
  return from + found.length;
}

function hasSlope(xy: Float64Array, v: number): boolean {
  const dx = xy[2 * v + 2]! - xy[2 * v]!;
  return dx !== 0 && Number.isFinite((xy[2 * v + 3]! - xy[2 * v + 1]!) / dx);
}

/**
 * Reads a tile from its stored parts (one per import batch), checks them and lays their pieces one after another.
 * Throws AppError('statement-lost') when there is no part at all (a tile without pieces is not stored) and
 * AppError('internal') when bytes are damaged or of another tile or version: never a tile with less in it.
 */
export function decodeEdgeTile(parts: readonly Uint8Array[]): EdgeTile {
  const read = parts.map(openPart);
  const first = read[0];
  if (!first) {
    throw new AppError('statement-lost', 'a layer tile came back without any rows', {
      detail: {
        zh: '图层分块未能从数据库读出；请重试，若仍出现请检查数据库',
        en: 'a layer tile could not be read from the database; try again, and check the database if it persists',
      },
    });
  }
  const { tileX, tileY, tileSizeM } = first;
  let pieceCount = 0;
  let edgeCount = 0;
  for (const part of read) {
    if (part.tileX !== tileX || part.tileY !== tileY || part.tileSizeM !== tileSizeM) {
      throw damaged('its parts belong to different tiles');
    }
    pieceCount += part.featureNo.length;
    edgeCount += part.order.length;
  }
  const tile = {
    ...emptyEdges(edgeCount),
    pieceCount,
    featureNo: new Int32Array(pieceCount),
    box: new Float64Array(4 * pieceCount),
    start: new Uint32Array(pieceCount + 1),
    byteSize: 33 * edgeCount + 40 * pieceCount + 4,
    tileX,
    tileY,
    tileSizeM,
  };
  let piece = 0;
  for (const part of read) {
    for (let p = 0; p < part.featureNo.length; p++) unpackPiece(part, p, tile, piece++);
  }
  return tile;
}

/** One stored part, opened: counts and checksum are right, the rest still to be checked. */
interface Part {
  tileX: number;
  tileY: number;
  tileSizeM: number;
  xy: Float64Array;
  featureNo: Int32Array;
  vertexStart: Uint32Array;
  edgeStart: Uint32Array;
  order: Uint32Array;
}

function openPart(bytes: Uint8Array): Part {
  if (bytes.byteLength < HEADER_BYTES || bytes.byteLength % 4 !== 0) throw damaged('it is too short');
  // a copy: what drivers hand out is seldom aligned, and the checksum word must be cleared
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  const head = new Int32Array(buffer, 0, HEADER_BYTES / 4);
  if (head[0] !== MAGIC) throw damaged('it does not start as a tile does');
  if (head[1] !== VERSION) throw damaged(`its format is version ${head[1]}, this program reads ${VERSION}`);
  const pieces = head[2]! >>> 0;
  const vertices = head[3]! >>> 0;
  const edges = head[4]! >>> 0;
  const expected = HEADER_BYTES + 16 * vertices + 4 * pieces + 8 * (pieces + 1) + 4 * edges;
  if (expected !== bytes.byteLength) throw damaged(`it has ${bytes.byteLength} bytes instead of ${expected}`);
  const checksum = head[CHECKSUM_WORD]! >>> 0;
  head[CHECKSUM_WORD] = 0;
  if (checksum32(new Uint32Array(buffer), VERSION) !== checksum) throw damaged('its checksum is wrong');
  const afterXy = HEADER_BYTES + 16 * vertices;
  const afterNo = afterXy + 4 * pieces;
  const afterVertexStart = afterNo + 4 * (pieces + 1);
  return {
    tileX: head[5]!,
    tileY: head[6]!,
    tileSizeM: new Float64Array(buffer, 32, 1)[0]!,
    xy: new Float64Array(buffer, HEADER_BYTES, 2 * vertices),
    featureNo: new Int32Array(buffer, afterXy, pieces),
    vertexStart: new Uint32Array(buffer, afterNo, pieces + 1),
    edgeStart: new Uint32Array(buffer, afterVertexStart, pieces + 1),
    order: new Uint32Array(buffer, afterVertexStart + 4 * (pieces + 1), edges),
  };
}

function unpackPiece(part: Part, p: number, tile: EdgeTile, piece: number): void {
  const { xy, order } = part;
  const v0 = part.vertexStart[p]!;
  const v1 = part.vertexStart[p + 1]!;
  const e0 = part.edgeStart[p]!;
  const e1 = part.edgeStart[p + 1]!;
  if (v1 < v0 || e1 < e0 || 2 * v1 > xy.length || e1 > order.length)
    throw damaged('a piece has no place in it');
  tile.featureNo[piece] = part.featureNo[p]!;
  writeBox(xy, v0, v1, tile.box, 4 * piece);
  let at = tile.start[piece]!;
  let before = -Infinity;
  for (let e = e0; e < e1; e++) {
    const v = order[e]!;
    if (v < v0 || v + 1 >= v1) throw damaged('an edge leaves its piece');
    const x = xy[2 * v]!;
    const right = x < xy[2 * v + 2]!;
    const a = right ? v : v + 1;
    const b = right ? v + 1 : v;
    const left = xy[2 * a]!;
    if (!(left >= before && left < xy[2 * b]!)) throw damaged('its edges are out of order');
    before = left;
    tile.x1[at] = left;
    tile.y1[at] = xy[2 * a + 1]!;
    tile.x2[at] = xy[2 * b]!;
    tile.y2[at] = xy[2 * b + 1]!;
    tile.sign[at] = right ? -1 : 1;
    at++;
  }
  tile.start[piece + 1] = at;
}

function writeBox(xy: Float64Array, from: number, to: number, box: Float64Array, at: number): void {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (let v = from; v < to; v++) {
    const x = xy[2 * v]!;
    const y = xy[2 * v + 1]!;
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  box[at] = minX;
  box[at + 1] = minY;
  box[at + 2] = maxX;
  box[at + 3] = maxY;
}

function damaged(why: string): AppError {
  return new AppError('internal', `a stored layer tile is damaged: ${why}`, {
    detail: {
      zh: '图层分块数据已损坏，未作任何判定；请重新导入该图层版本',
      en: 'the stored tiles of a layer are damaged, nothing was judged; import this layer version again',
    },
  });
}

/**
 * Measures a parcel (edges relative to the same tile corner) against every piece of a tile whose box meets the
 * parcel's, and visits each with the overlap in m². A visit may carry rounding noise around 0, of either sign,
 * where parcel and piece only touch: add up per feature first, round last. Cut large parcels to tiles as well.
 */
export function measureTile(
  parcel: EdgeSet,
  tile: EdgeTile,
  visit: (featureNo: number, areaM2: number) => void,
): void {
  const { box, start, featureNo, pieceCount } = tile;
  const whole = wholeRun(parcel);
  const piece: EdgeRun = { edges: tile, from: 0, to: 0, minX: 0, minY: 0, maxX: 0, maxY: 0 };
  for (let p = 0; p < pieceCount; p++) {
    const minX = box[4 * p]!;
    const minY = box[4 * p + 1]!;
    const maxX = box[4 * p + 2]!;
    const maxY = box[4 * p + 3]!;
    if (minX >= whole.maxX || minY >= whole.maxY || maxX <= whole.minX || maxY <= whole.minY) continue;
    piece.from = start[p]!;
    piece.to = start[p + 1]!;
    piece.minX = minX;
    piece.minY = minY;
    piece.maxX = maxX;
    piece.maxY = maxY;
    const area = overlapOfRuns(whole, piece);
    if (area !== 0) visit(featureNo[p]!, area);
  }
}
