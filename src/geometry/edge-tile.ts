/**
 * The edges of all pieces of one tile: how they are stored (`encodeEdgeTile`), how they lie in memory
 * (`decodeEdgeTile`) and how a parcel is measured against them (`measureTile`). Caching is the overlay's.
 *
 * Stored, little-endian: header of 40 bytes (magic, version, counts, tile, checksum), vertices and boxes as float64
 * relative to the tile's lower left corner, feature numbers, the pieces' first vertices and edges, and the edges in
 * order of their left end. In memory it is the same bytes: nothing is left to sort or unpack when a tile is read.
 */
import { AppError } from '../core/errors.js';
import type { FlatMultiPolygon } from '../core/geometry-types.js';
import { type EdgeSet, wholeRun } from './area-kernel.js';
import { checksum32 } from './checksum.js';
import { type EdgeArrays, writeBox, writeFlatRings, writeOrder } from './edge-arrays.js';
import { countFlatVertices } from './flat-rings.js';
import { type EdgeRun, overlapOfRuns } from './overlap-of-runs.js';

/** One tile in memory, in m relative to its lower left corner; each piece's edges in order of their left end. */
export interface EdgeTile extends EdgeArrays {
  readonly pieceCount: number;
  readonly featureNo: Int32Array;
  /** minX, minY, maxX, maxY of each piece. */
  readonly box: Float64Array;
  /** Place in `order` of each piece's first edge; pieceCount + 1 entries. */
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
  rings: FlatMultiPolygon;
}

const MAGIC = 0x544d4f01;
const VERSION = 1;
const HEADER_BYTES = 40;
const CHECKSUM_WORD = 7;

/**
 * Packs the pieces of one tile (closed rings, outer first, any winding). `tileX`, `tileY` and `tileSizeM` give the
 * corner the coordinates are stored relative to; a piece need not be cut exactly to the tile. Throws
 * AppError('internal') for a coordinate that is not finite.
 */
export function encodeEdgeTile(
  pieces: readonly TilePiece[],
  tileX: number,
  tileY: number,
  tileSizeM: number,
): Uint8Array {
  const vertices = pieces.reduce((sum, piece) => sum + countFlatVertices(piece.rings), 0);
  const xy = new Float64Array(2 * vertices);
  const box = new Float64Array(4 * pieces.length);
  const featureNo = Int32Array.from(pieces, (piece) => piece.featureNo);
  const start = new Uint32Array(pieces.length + 1);
  const order = new Uint32Array(vertices);
  let vertex = 0;
  for (let p = 0; p < pieces.length; p++) {
    const { rings } = pieces[p]!;
    const next = writeFlatRings(xy, vertex, rings, tileX * tileSizeM, tileY * tileSizeM);
    writeBox(xy, vertex, next, box, 4 * p);
    start[p + 1] = writeOrder(xy, vertex, rings, order, start[p]!, 2);
    vertex = next;
  }
  const edges = start[pieces.length]!;
  const parts = [xy, box, featureNo, start, order.subarray(0, edges)];
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, HEADER_BYTES));
  const head = new Int32Array(out.buffer, 0, HEADER_BYTES / 4);
  head.set([MAGIC, VERSION, pieces.length, vertices, edges, tileX, tileY]);
  new Float64Array(out.buffer, 32, 1)[0] = tileSizeM;
  let at = HEADER_BYTES;
  for (const part of parts) {
    out.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  head[CHECKSUM_WORD] = checksum32(new Uint32Array(out.buffer), VERSION);
  return out;
}

/**
 * Reads a tile from its stored parts (one per import batch), checks them and lays their pieces one after another.
 * Throws AppError('statement-lost') when there is no part at all (a tile without pieces is not stored) and
 * AppError('internal') when bytes are damaged or of another tile or version: never a tile with less in it.
 */
export function decodeEdgeTile(parts: readonly Uint8Array[]): EdgeTile {
  const tiles = parts.map(openPart);
  const first = tiles[0];
  if (!first) {
    throw new AppError('statement-lost', 'a layer tile came back without any rows', {
      detail: {
        zh: '图层分块未能从数据库读出；请重试，若仍出现请检查数据库',
        en: 'a layer tile could not be read from the database; try again, and check the database if it persists',
      },
    });
  }
  return tiles.length === 1 ? first : joined(first, tiles);
}

/** Opens one stored part over a copy of its bytes, which the arrays of the tile are views of. */
function openPart(bytes: Uint8Array): EdgeTile {
  if (bytes.byteLength < HEADER_BYTES || bytes.byteLength % 4 !== 0) throw damaged('it is cut off');
  // a copy: what drivers hand out is seldom aligned, may be part of a pool, and the checksum must be cleared
  const buffer = new ArrayBuffer(bytes.byteLength);
  new Uint8Array(buffer).set(bytes);
  const head = new Int32Array(buffer, 0, HEADER_BYTES / 4);
  if (head[0] !== MAGIC) throw damaged('it does not start as a tile does');
  if (head[1] !== VERSION) throw damaged(`its format is version ${head[1]}, this program reads ${VERSION}`);
  const pieceCount = head[2]! >>> 0;
  const vertices = head[3]! >>> 0;
  const edges = head[4]! >>> 0;
  const atBox = HEADER_BYTES + 16 * vertices;
  const atFeatureNo = atBox + 32 * pieceCount;
  const atStart = atFeatureNo + 4 * pieceCount;
  const atOrder = atStart + 4 * (pieceCount + 1);
  const expected = atOrder + 4 * edges;
  if (expected !== bytes.byteLength) throw damaged(`it has ${bytes.byteLength} bytes instead of ${expected}`);
  const checksum = head[CHECKSUM_WORD]! >>> 0;
  head[CHECKSUM_WORD] = 0;
  if (checksum32(new Uint32Array(buffer), VERSION) !== checksum) throw damaged('its checksum is wrong');
  return {
    pieceCount,
    xy: new Float64Array(buffer, HEADER_BYTES, 2 * vertices),
    box: new Float64Array(buffer, atBox, 4 * pieceCount),
    featureNo: new Int32Array(buffer, atFeatureNo, pieceCount),
    start: new Uint32Array(buffer, atStart, pieceCount + 1),
    order: new Uint32Array(buffer, atOrder, edges),
    byteSize: bytes.byteLength,
    tileX: head[5]!,
    tileY: head[6]!,
    tileSizeM: new Float64Array(buffer, 32, 1)[0]!,
  };
}

/** Several parts of one tile as one. */
function joined(first: EdgeTile, tiles: readonly EdgeTile[]): EdgeTile {
  const { tileX, tileY, tileSizeM } = first;
  const total = (count: (tile: EdgeTile) => number): number =>
    tiles.reduce((sum, tile) => sum + count(tile), 0);
  const pieceCount = total((tile) => tile.pieceCount);
  const xy = new Float64Array(total((tile) => tile.xy.length));
  const order = new Uint32Array(total((tile) => tile.order.length));
  const box = new Float64Array(4 * pieceCount);
  const featureNo = new Int32Array(pieceCount);
  const start = new Uint32Array(pieceCount + 1);
  let piece = 0;
  let place = 0;
  let edge = 0;
  for (const tile of tiles) {
    if (tile.tileX !== tileX || tile.tileY !== tileY || tile.tileSizeM !== tileSizeM) {
      throw damaged('its parts belong to different tiles');
    }
    xy.set(tile.xy, place);
    box.set(tile.box, 4 * piece);
    featureNo.set(tile.featureNo, piece);
    for (let p = 0; p <= tile.pieceCount; p++) start[piece + p] = edge + tile.start[p]!;
    for (let e = 0; e < tile.order.length; e++) order[edge + e] = place + tile.order[e]!;
    piece += tile.pieceCount;
    place += tile.xy.length;
    edge += tile.order.length;
  }
  const byteSize = [xy, order, box, featureNo, start].reduce((sum, array) => sum + array.byteLength, 0);
  return { xy, order, pieceCount, featureNo, box, start, byteSize, tileX, tileY, tileSizeM };
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
