/**
 * Cuts shapes to the version's square tiles and stores their packed edges. Buffers several batches, so that a tile
 * gets few rows, and remembers what it wrote for the manifest.
 */
import type { FlatMultiPolygon } from '../core/geometry-types.js';
import type { Database, Transaction } from '../database/sql.js';
import { cutFlatToTiles } from '../geometry/cut-to-tiles.js';
import { encodeEdgeTile } from '../geometry/edge-tile.js';
import { countFlatVertices } from '../geometry/flat-rings.js';
import { type TileEntry, type TileRole, tileKey } from './tile-manifest.js';
import { expectCount } from './write-features.js';

/** About 10 MB of coordinates before the buffer is written. */
const BUFFERED_VERTICES = 600_000;
/** Bytes of one insert statement. */
const STATEMENT_BYTES = 8 * 2 ** 20;

export interface TileWriter {
  /** Analysis plane, metres. Returns the number of tiles that the shape touches. */
  add(featureNo: number, rings: FlatMultiPolygon): number;
  /** True when it is time to write. */
  isFull(): boolean;
  /** What was added and not taken yet, to be written: one after the other, in the order taken. */
  take(): BufferedTile[];
  write(db: Database, taken: readonly BufferedTile[]): Promise<void>;
  /** What was written so far. */
  entries(): TileEntry[];
}

export interface BufferedTile {
  tileX: number;
  tileY: number;
  pieces: { featureNo: number; rings: FlatMultiPolygon }[];
}

export function createTileWriter(versionId: number, role: TileRole, tileSizeM: number): TileWriter {
  let buffer = new Map<string, BufferedTile>();
  let vertices = 0;
  const written = new Map<string, TileEntry>();

  const entryOf = (tile: BufferedTile): TileEntry => {
    const key = tileKey(tile.tileX, tile.tileY);
    let entry = written.get(key);
    if (!entry) {
      entry = { tileX: tile.tileX, tileY: tile.tileY, partCount: 0, pieceCount: 0 };
      written.set(key, entry);
    }
    return entry;
  };

  return {
    add(featureNo, rings) {
      const cut = cutFlatToTiles(rings, tileSizeM);
      for (const { tileX, tileY, rings: piece } of cut) {
        const key = tileKey(tileX, tileY);
        const tile = buffer.get(key);
        if (tile) tile.pieces.push({ featureNo, rings: piece });
        else buffer.set(key, { tileX, tileY, pieces: [{ featureNo, rings: piece }] });
        vertices += countFlatVertices(piece);
      }
      return cut.length;
    },
    isFull: () => vertices >= BUFFERED_VERTICES,
    take() {
      const taken = [...buffer.values()];
      buffer = new Map();
      vertices = 0;
      return taken;
    },
    async write(db, taken) {
      let rows: TileRow[] = [];
      let bytes = 0;
      for (const tile of taken) {
        const entry = entryOf(tile);
        const edges = encodeEdgeTile(tile.pieces, tile.tileX, tile.tileY, tileSizeM);
        rows.push({ tile, partNo: entry.partCount, edges });
        entry.partCount++;
        entry.pieceCount += tile.pieces.length;
        bytes += edges.length;
        if (bytes < STATEMENT_BYTES) continue;
        await db.transaction((tx) => insert(tx, versionId, role, rows));
        rows = [];
        bytes = 0;
      }
      if (rows.length > 0) await db.transaction((tx) => insert(tx, versionId, role, rows));
    },
    entries: () => [...written.values()],
  };
}

interface TileRow {
  tile: BufferedTile;
  partNo: number;
  edges: Uint8Array;
}

async function insert(
  tx: Transaction,
  versionId: number,
  role: TileRole,
  rows: readonly TileRow[],
): Promise<void> {
  const stored = await tx.append('layer_tile', [
    { name: 'version_id', type: 'int8', values: rows.map(() => versionId) },
    { name: 'role', type: 'text', values: rows.map(() => role) },
    { name: 'tile_x', type: 'int4', values: rows.map((row) => row.tile.tileX) },
    { name: 'tile_y', type: 'int4', values: rows.map((row) => row.tile.tileY) },
    { name: 'part_no', type: 'int4', values: rows.map((row) => row.partNo) },
    { name: 'piece_count', type: 'int4', values: rows.map((row) => row.tile.pieces.length) },
    { name: 'edges', type: 'bytea', values: rows.map((row) => row.edges) },
  ]);
  expectCount('tiles', rows.length, stored);
}
