/**
 * Reads the packed edges of a layer version for the area kernel and proves that nothing got lost on the way: what the
 * rows hold must be what the version's manifest says. An answer that cannot be proved is an error, never "empty".
 */
import { createHash } from 'node:crypto';
import { AppError } from '../core/errors.js';
import { queryBinary, type Sql } from '../database/sql.js';
import type { LayerSnapshot } from './layer-types.js';
import * as statements from './sql.js';
import { decodeTileManifest, type TileManifest, type TileRole, tileKey } from './tile-manifest.js';

type PinnedVersion = Pick<LayerSnapshot, 'versionId' | 'layerId' | 'version' | 'manifestSha256'>;

/** By content, so an entry can never be stale; a city's layers need a dozen of some 100 kB. */
const manifests = new Map<string, TileManifest>();
const MANIFESTS_KEPT = 32;

/** Which tiles the version has, verified against the checksum that the snapshot pins. */
export async function readManifest(sql: Sql, snapshot: PinnedVersion): Promise<TileManifest> {
  const kept = manifests.get(snapshot.manifestSha256);
  if (kept) return kept;
  const [row] = await sql.query<{ tile_manifest: Uint8Array | null }>(statements.manifestOf, [
    snapshot.versionId,
  ]);
  if (!row?.tile_manifest || sha256Of(row.tile_manifest) !== snapshot.manifestSha256) {
    throw lost(snapshot, 'its tile manifest is missing or altered');
  }
  const manifest = decodeTileManifest(row.tile_manifest);
  const oldest = manifests.keys().next().value;
  if (manifests.size >= MANIFESTS_KEPT && oldest !== undefined) manifests.delete(oldest);
  manifests.set(snapshot.manifestSha256, manifest);
  return manifest;
}

interface TileRow {
  tile_x: number;
  tile_y: number;
  part_no: number;
  piece_count: number;
  edges: Uint8Array;
}

const tileColumns = {
  tile_x: 'int4',
  tile_y: 'int4',
  part_no: 'int4',
  piece_count: 'int4',
  edges: 'bytea',
} as const;

/** Tiles from which on the faster way of bytes is worth a plan of its own. */
const BINARY_FROM = 16;

/**
 * Packed parts of the wanted tiles by `tileKey`, in part order; tiles that the version is known not to have are
 * absent. Throws `statement-lost` when a row, a part or a piece is missing or too many.
 */
export async function readTiles(
  sql: Sql,
  snapshot: PinnedVersion,
  role: TileRole,
  tiles: readonly { x: number; y: number }[],
): Promise<Map<string, Uint8Array[]>> {
  return readTilesOf(sql, snapshot, await readManifest(sql, snapshot), role, tiles);
}

/** `readTiles` against a manifest in hand: for a version that is still being imported. */
export async function readTilesOf(
  sql: Sql,
  snapshot: Omit<PinnedVersion, 'manifestSha256'>,
  manifest: TileManifest,
  role: TileRole,
  tiles: readonly { x: number; y: number }[],
): Promise<Map<string, Uint8Array[]>> {
  const wanted = new Map(
    tiles.flatMap(({ x, y }) => {
      const entry = manifest.find(role, x, y);
      return entry ? [[tileKey(x, y), entry] as const] : [];
    }),
  );
  if (wanted.size === 0) return new Map();
  const entries = [...wanted.values()];
  const values = [
    snapshot.versionId,
    role,
    entries.map((entry) => entry.tileX),
    entries.map((entry) => entry.tileY),
  ];
  const rows =
    entries.length < BINARY_FROM
      ? await sql.query<TileRow>(statements.tilesOf, values)
      : await queryBinary<TileRow>(sql, statements.tilesOf, values, tileColumns);
  const found = new Map<string, { parts: Uint8Array[]; pieces: number }>();
  for (const row of rows) {
    const key = tileKey(row.tile_x, row.tile_y);
    let tile = found.get(key);
    if (!tile) {
      tile = { parts: [], pieces: 0 };
      found.set(key, tile);
    }
    if (row.part_no !== tile.parts.length)
      throw lost(snapshot, `tile ${key} lacks part ${tile.parts.length}`);
    tile.parts.push(row.edges);
    tile.pieces += row.piece_count;
  }
  const result = new Map<string, Uint8Array[]>();
  for (const [key, entry] of wanted) {
    const tile = found.get(key);
    if (tile?.parts.length !== entry.partCount || tile.pieces !== entry.pieceCount) {
      throw lost(
        snapshot,
        `tile ${key} (${role}) holds ${tile?.parts.length ?? 0} parts with ${tile?.pieces ?? 0} pieces, not ${entry.partCount} with ${entry.pieceCount}`,
      );
    }
    result.set(key, tile.parts);
  }
  return result;
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function lost(snapshot: Omit<PinnedVersion, 'manifestSha256'>, what: string): AppError {
  return new AppError('statement-lost', `layer ${snapshot.layerId} version ${snapshot.version}: ${what}`, {
    detail: {
      zh: `图层 ${snapshot.layerId} 版本 ${snapshot.version} 的入库数据不完整，无法给出结论。请重新导入该图层。`,
      en: `The stored data of layer ${snapshot.layerId}, version ${snapshot.version}, are incomplete, so no answer can be given. Import the layer again.`,
    },
  });
}
