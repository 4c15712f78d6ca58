import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Sql } from '../../src/database/sql.js';
import { encodeEdgeTile } from '../../src/geometry/edge-tile.js';
import { toFlat } from '../../src/geometry/flat-rings.js';
import type { LayerSnapshot } from '../../src/layers/layer-types.js';
import { encodeTileManifest } from '../../src/layers/tile-manifest.js';
import { TileCache } from '../../src/overlay/tile-cache.js';

const SIZE_M = 256;
const COLUMNS = 40;

/** A version with one square in every second tile of a row. */
const filled = (x: number): boolean => x % 2 === 0;
const square = (x: number) =>
  [
    [
      [
        [x * SIZE_M, 0],
        [x * SIZE_M + 9, 0],
        [x * SIZE_M + 9, 9],
        [x * SIZE_M, 0],
      ],
    ],
  ] as const;
const entries = Array.from({ length: COLUMNS }, (_, x) => x)
  .filter(filled)
  .map((x) => ({ tileX: x, tileY: 0, partCount: 1, pieceCount: 1 }));
const manifest = encodeTileManifest({ feature: entries, coverage: [] });

const layer = {
  layerId: 'dltb',
  versionId: 7,
  version: 'v1',
  manifestSha256: createHash('sha256').update(manifest).digest('hex'),
} as LayerSnapshot;

let asked: number[][];
const sql = {
  query: async (statement: string, values: readonly unknown[]) => {
    if (statement.includes('tile_manifest')) return [{ tile_manifest: manifest }];
    const xs = values[2] as number[];
    asked.push(xs);
    return xs.map((x) => ({
      tile_x: x,
      tile_y: 0,
      part_no: 0,
      piece_count: 1,
      edges: encodeEdgeTile([{ featureNo: x, rings: toFlat(square(x)) }], x, 0, SIZE_M),
    }));
  },
} as unknown as Sql;

const place = (x: number) => ({ x, y: 0 });
const all = Array.from({ length: COLUMNS }, (_, x) => place(x));
const numbers = (tiles: Awaited<ReturnType<TileCache['get']>>) =>
  tiles.map((tile) => tile?.featureNo[0] ?? null);
const expected = all.map(({ x }) => (filled(x) ? x : null));

describe('tile cache', () => {
  beforeEach(() => {
    asked = [];
  });

  it('answers in the order asked for, the same tile as often as asked, and asks the database once', async () => {
    const cache = new TileCache(1e6);
    const places = [4, 3, 4, 0, 3].map(place);
    expect(numbers(await cache.get(sql, layer, 'feature', places))).toEqual([4, null, 4, 0, null]);
    expect(numbers(await cache.get(sql, layer, 'feature', places))).toEqual([4, null, 4, 0, null]);
    expect(asked).toEqual([[4, 0]]);
  });

  it('answers the same when nothing fits, and holds no more than its budget', async () => {
    const cache = new TileCache(2_000);
    for (let i = 0; i < 3; i++) {
      expect(numbers(await cache.get(sql, layer, 'feature', all))).toEqual(expected);
      expect(cache.byteSize).toBeLessThanOrEqual(2_000);
    }
  });

  it('throws out what was asked for longest ago', async () => {
    const cache = new TileCache(6_000);
    await cache.get(sql, layer, 'feature', [place(0)]);
    for (let x = 2; x < COLUMNS; x += 2) {
      await cache.get(sql, layer, 'feature', [place(x)]);
      await cache.get(sql, layer, 'feature', [place(0)]);
    }
    expect(asked.flat().filter((x) => x === 0)).toHaveLength(1);
    await cache.get(sql, layer, 'feature', [place(2)]);
    expect(asked.flat().filter((x) => x === 2)).toHaveLength(2);
  });

  it('keeps versions and roles apart', async () => {
    const cache = new TileCache(1e6);
    await cache.get(sql, layer, 'feature', [place(4)]);
    expect(await cache.get(sql, layer, 'coverage', [place(4)])).toEqual([null]);
    await cache.get(sql, { ...layer, versionId: 8 }, 'feature', [place(4)]);
    expect(asked).toEqual([[4], [4]]);
  });
});
