import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Database } from '../../src/database/sql.js';
import { edgesOf } from '../../src/geometry/area-kernel.js';
import { decodeEdgeTile, measureTile } from '../../src/geometry/edge-tile.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { lonLatToAnalysis, planeToAnalysis } from '../../src/geometry/planes.js';
import { describeLayers } from '../../src/layers/describe-layers.js';
import { importLayer } from '../../src/layers/import-layer.js';
import type { LayerSnapshot } from '../../src/layers/layer-types.js';
import {
  boxOf,
  candidatesInBox,
  jurisdiction,
  readCoverage,
  readFeatureGeometries,
  readFeatures,
} from '../../src/layers/read-features.js';
import { readManifest, readTiles } from '../../src/layers/read-tiles.js';
import { tileKey } from '../../src/layers/tile-manifest.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { AREA_DIGITS, areaOf, feature, grid, rectangle, stream, ZONE38 } from './made-layers.js';

let db: Database;
let snapshot: LayerSnapshot;
const geos = new GeosPool({ workers: 1 });

const active = async (layerId: string): Promise<LayerSnapshot> => {
  const [layer] = await describeLayers(db, [layerId]);
  if (!layer || layer.status === 'missing') throw new Error(`${layerId} is not active`);
  return layer;
};

beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await resetTables(db);
  const coverage = {
    kind: 'polygon',
    geojson: { type: 'MultiPolygon', coordinates: rectangle(0, 0, 1500, 1500) },
    crs: 4526,
  } as const;
  await importLayer(
    { db, geos },
    {
      layerId: 'dltb',
      source: stream(grid(12, 12, 100)),
      sourceFileName: 'made.geojson',
      crs: 4526,
      coverage,
    },
  );
  snapshot = await active('dltb');
});
afterAll(() => geos.close());

const tilesOf = async (role: 'feature' | 'coverage') =>
  (await readManifest(db, snapshot)).tiles(role).map((tile) => ({ x: tile.tileX, y: tile.tileY }));

describe('tiles', () => {
  it('measure a parcel as its construction says, in every role', async () => {
    const parcel = rectangle(150, 130, 700, 333);
    const analysis = planeToAnalysis(parcel, ZONE38);
    for (const role of ['feature', 'coverage'] as const) {
      const wanted = await tilesOf(role);
      const tiles = await readTiles(db, snapshot, role, wanted);
      let sum = 0;
      for (const { x, y } of wanted) {
        const origin = [x * snapshot.tileSizeM, y * snapshot.tileSizeM] as const;
        const tile = decodeEdgeTile(tiles.get(tileKey(x, y))!);
        measureTile(edgesOf(analysis, ...origin), tile, (_, areaM2) => {
          sum += areaM2;
        });
      }
      expect(sum).toBeCloseTo(areaOf(parcel), AREA_DIGITS);
    }
  });

  it('that the version does not have are absent, not an error', async () => {
    expect(await readTiles(db, snapshot, 'feature', [{ x: 0, y: 0 }])).toEqual(new Map());
  });

  it.each<[string, string]>([
    ['a row is deleted', 'delete from layer_tile where (tile_x, tile_y) = ($1, $2)'],
    [
      'a piece count is changed',
      'update layer_tile set piece_count = piece_count - 1 where (tile_x, tile_y) = ($1, $2)',
    ],
    ['a part is renumbered', 'update layer_tile set part_no = 1 where (tile_x, tile_y) = ($1, $2)'],
    [
      'a row is added',
      `insert into layer_tile select version_id, role, tile_x, tile_y, 1, piece_count, edges from layer_tile
       where (tile_x, tile_y) = ($1, $2) and role = 'feature'`,
    ],
  ])('are an error when %s behind our back', async (_, tampering) => {
    const tiles = await tilesOf('feature');
    await readTiles(db, snapshot, 'feature', tiles);
    await db.query(tampering, [tiles[0]!.x, tiles[0]!.y]);
    await expect(readTiles(db, snapshot, 'feature', tiles)).rejects.toMatchObject({ code: 'statement-lost' });
  });

  it('are an error when the manifest itself is changed', async () => {
    await db.query(
      `update layer_version set tile_manifest = set_byte(tile_manifest, 9, 99), tile_manifest_sha256 = 'x'`,
    );
    const changed = await active('dltb');
    await expect(readManifest(db, changed)).rejects.toMatchObject({ code: 'statement-lost' });
  });
});

describe('features', () => {
  it('come back in the order asked for, and a lost one is an error', async () => {
    expect((await readFeatures(db, snapshot, [7, 3, 7])).map((f) => f.featureNo)).toEqual([7, 3, 7]);
    await db.query('delete from layer_feature where feature_no = 3');
    await expect(readFeatures(db, snapshot, [7, 3])).rejects.toMatchObject({ code: 'statement-lost' });
    await expect(readFeatureGeometries(db, snapshot, [3])).rejects.toMatchObject({ code: 'statement-lost' });
  });

  it('are candidates where their boxes meet the box', async () => {
    const [box] = [boxOf(planeToAnalysis(rectangle(110, 110, 80, 80), ZONE38))];
    expect(await candidatesInBox(db, snapshot, box)).toEqual([14]);
  });

  it('carry their declared coverage for drawing', async () => {
    const rings = (await readCoverage(db, snapshot))!;
    const box = boxOf(lonLatToAnalysis(rings, 38));
    expect((box[2] - box[0]) * (box[3] - box[1])).toBeGreaterThan(1500 * 1500);
  });
});

describe('jurisdiction', () => {
  it('is undefined without districts and their box and rings with them', async () => {
    expect(await jurisdiction(db)).toBeUndefined();
    const counties = [
      feature(rectangle(0, 0, 1000, 500), { XZQDM: '410821' }),
      feature(rectangle(1000, 0, 500, 500), { XZQDM: '410822' }),
    ];
    await importLayer(
      { db, geos },
      { layerId: 'xzq', source: stream(counties), sourceFileName: 'xzq.geojson', crs: 4526 },
    );
    const found = (await jurisdiction(db))!;
    expect(found.rings).toHaveLength(2);
    const shapes = await readFeatureGeometries(db, await active('xzq'), [1, 2]);
    expect(found.box).toEqual(boxOf([...shapes.values()].flat()));
  });
});
