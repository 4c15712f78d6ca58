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
import { AgedShelves } from './aged-shelves.js';

export interface TileAddress {
  x: number;
  y: number;
}

/** Fixed cost of one entry (map slot, object, key) beside its arrays, measured with 100,000 empty tiles. */
const ENTRY_BYTES = 400;
/** Tiles asked for in one round trip; bounds the memory of one answer. */
const TILES_PER_QUERY = 512;

export class TileCache {
  /** By version and role, then `placeKey`; null: known to hold nothing. */
  private readonly kept: AgedShelves<string, EdgeTile | null>;
  hits = 0;
  misses = 0;

  constructor(readonly budgetBytes: number) {
    this.kept = new AgedShelves(budgetBytes, sizeOf);
  }

  get byteSize(): number {
    return this.kept.weight;
  }

  /**
   * Tiles of one version in the order asked for (the same one may be asked for many times), loaded in as few round
   * trips as possible. A null means: known to hold nothing. The answer stays valid when the cache evicts.
   */
  async get(
    sql: Sql,
    layer: LayerSnapshot,
    role: TileRole,
    tiles: readonly TileAddress[],
  ): Promise<(EdgeTile | null)[]> {
    const { shelf, call } = this.kept.open(shelfName(layer, role));
    const found: (EdgeTile | null)[] = [];
    const missing = new Map<number, TileAddress>();
    for (const tile of tiles) {
      const key = placeKey(tile);
      const entry = shelf.get(key);
      if (entry) {
        this.hits++;
        entry.usedAt = call;
      } else {
        this.misses++;
        missing.set(key, tile);
      }
      found.push(entry?.value ?? null);
    }
    if (missing.size === 0) return found;
    const loaded = await this.loadAll(sql, layer, role, [...missing.values()]);
    return tiles.map((tile, i) => loaded.get(placeKey(tile)) ?? found[i]!);
  }

  /** Puts a tile there that was not read from a database: made-up ground. */
  keep(layer: LayerSnapshot, role: TileRole, place: TileAddress, tile: EdgeTile | null): void {
    this.kept.put(shelfName(layer, role), placeKey(place), tile);
  }

  private async loadAll(
    sql: Sql,
    layer: LayerSnapshot,
    role: TileRole,
    tiles: readonly TileAddress[],
  ): Promise<Map<number, EdgeTile | null>> {
    const loaded = new Map<number, EdgeTile | null>();
    for (let i = 0; i < tiles.length; i += TILES_PER_QUERY) {
      const part = tiles.slice(i, i + TILES_PER_QUERY);
      const rows = await readTiles(sql, layer, role, part);
      for (const tile of part) {
        const key = tileKey(tile.x, tile.y);
        const parts = rows.get(key);
        const decoded = parts ? decodeTile(layer, key, parts) : null;
        loaded.set(placeKey(tile), decoded);
        this.kept.put(shelfName(layer, role), placeKey(tile), decoded);
      }
    }
    return loaded;
  }
}

const shelfName = (layer: LayerSnapshot, role: TileRole): string => `${layer.versionId} ${role}`;

/** One number for a tile; places of a plane in metres stay far below 2^25. */
const placeKey = ({ x, y }: TileAddress): number => (x + 2 ** 25) * 2 ** 26 + (y + 2 ** 25);

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

const sizeOf = (tile: EdgeTile | null): number => ENTRY_BYTES + (tile?.byteSize ?? 0);
