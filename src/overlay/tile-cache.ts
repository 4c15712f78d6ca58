/**
 * Prepared edges of layer tiles, kept in process by layer version and tile, least recently used out. The database
 * stays the owner: every load is checked against the version's manifest by the layers room.
 */
import { AppError } from '../core/errors.js';
import type { Sql } from '../database/sql.js';
import { decodeEdgeTile, type EdgeTile } from '../geometry/edge-tile.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readTiles } from '../layers/read-tiles.js';
import { type TileRole, tileKey } from '../layers/tile-manifest.js';

export interface TileAddress {
  x: number;
  y: number;
}

/** Fixed cost of one entry (map slot, object, key) beside its arrays, measured with 100,000 empty tiles. */
const ENTRY_BYTES = 400;
/** Tiles asked for in one round trip; bounds the memory of one answer. */
const TILES_PER_QUERY = 512;

export class TileCache {
  private readonly entries = new Map<string, EdgeTile | null>();
  private bytes = 0;
  hits = 0;
  misses = 0;

  constructor(readonly budgetBytes: number) {}

  get byteSize(): number {
    return this.bytes;
  }

  /**
   * Tiles of one version, loaded in as few round trips as possible. A null means: known to hold nothing.
   * The answer holds its own references, so it stays valid when the cache evicts.
   */
  async get(
    sql: Sql,
    layer: LayerSnapshot,
    role: TileRole,
    tiles: readonly TileAddress[],
  ): Promise<Map<string, EdgeTile | null>> {
    const found = new Map<string, EdgeTile | null>();
    const missing: TileAddress[] = [];
    for (const tile of tiles) {
      const key = cacheKey(layer, role, tile);
      const entry = this.entries.get(key);
      if (entry !== undefined) {
        this.hits++;
        this.entries.delete(key);
        this.entries.set(key, entry);
        found.set(tileKey(tile.x, tile.y), entry);
        continue;
      }
      this.misses++;
      missing.push(tile);
    }
    for (let i = 0; i < missing.length; i += TILES_PER_QUERY) {
      const part = missing.slice(i, i + TILES_PER_QUERY);
      const loaded = await this.load(sql, layer, role, part);
      for (const [key, tile] of loaded) found.set(key, tile);
    }
    return found;
  }

  private async load(
    sql: Sql,
    layer: LayerSnapshot,
    role: TileRole,
    tiles: readonly TileAddress[],
  ): Promise<Map<string, EdgeTile | null>> {
    const rows = await readTiles(sql, layer, role, tiles);
    const loaded = new Map<string, EdgeTile | null>();
    for (const tile of tiles) {
      const key = tileKey(tile.x, tile.y);
      const parts = rows.get(key);
      const decoded = parts ? decodeTile(layer, key, parts) : null;
      loaded.set(key, decoded);
      this.put(cacheKey(layer, role, tile), decoded);
    }
    return loaded;
  }

  private put(key: string, tile: EdgeTile | null): void {
    if (this.entries.has(key)) return;
    this.entries.set(key, tile);
    this.bytes += sizeOf(tile);
    for (const [oldKey, old] of this.entries) {
      if (this.bytes <= this.budgetBytes || oldKey === key) break;
      this.entries.delete(oldKey);
      this.bytes -= sizeOf(old);
    }
  }
}

function decodeTile(layer: LayerSnapshot, key: string, parts: readonly Uint8Array[]): EdgeTile {
  try {
    return decodeEdgeTile(parts);
  } catch (cause) {
    throw new AppError(
      'statement-lost',
      `layer ${layer.layerId} version ${layer.version}: tile ${key} is damaged`,
      {
        detail: {
          zh: `图层 ${layer.layerId} 版本 ${layer.version} 的入库数据已损坏，无法给出结论。请重新导入该图层。`,
          en: `The stored data of layer ${layer.layerId}, version ${layer.version}, are damaged, so no answer can be given. Import the layer again.`,
        },
      },
      cause,
    );
  }
}

const cacheKey = (layer: LayerSnapshot, role: TileRole, tile: TileAddress): string =>
  `${layer.versionId}${role === 'feature' ? 'f' : 'c'}${tile.x},${tile.y}`;

const sizeOf = (tile: EdgeTile | null): number => ENTRY_BYTES + (tile?.byteSize ?? 0);
