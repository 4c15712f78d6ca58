import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import type { Database } from '../../src/database/sql.js';
import type { RawFeature } from '../../src/formats/geojson-stream.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import {
  describeLayers,
  getSnapshot,
  getVersion,
  listLayers,
  listVersions,
} from '../../src/layers/describe-layers.js';
import {
  importLayer,
  type LayerImportRequest,
  type LayerImportResult,
} from '../../src/layers/import-layer.js';
import { readFeatureGeometries, readFeatures } from '../../src/layers/read-features.js';
import { beginStaging, sweepStaging } from '../../src/layers/staging.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import {
  AREA_DIGITS,
  areaOf,
  feature,
  fileOf,
  grid,
  ORIGIN,
  rectangle,
  ring,
  stream,
} from './made-layers.js';

let db: Database;
const geos = new GeosPool({ workers: 1 });

beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => resetTables(db));
afterAll(() => geos.close());

const load = (
  features: readonly RawFeature[],
  request: Partial<LayerImportRequest> = {},
): Promise<LayerImportResult> =>
  importLayer(
    { db, geos },
    { layerId: 'dltb', source: stream(features), sourceFileName: 'made.geojson', crs: 4526, ...request },
  );

async function refusal(work: Promise<unknown>): Promise<AppError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

/** Every row of the layer tables, to show that an import left no trace. */
async function rowCounts(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const table of ['layer_version', 'layer_feature', 'layer_piece', 'layer_tile', 'layer_overlap']) {
    const [row] = await db.query<{ count: number }>(`select count(*) as count from ${table}`);
    counts[table] = row!.count;
  }
  return counts;
}

describe('an import', () => {
  it('stores features that read back as they were sent', async () => {
    const square = rectangle(0, 0, 100, 50);
    const result = await load(
      [feature(square, { BSM: '410821001200000123', DLBM: '0103', TKXS: 0.1, TBMJ: 4999, KCMJ: 499.9 })],
      {
        dataDate: '2024-12-31',
      },
    );
    expect(result).toMatchObject({ layerId: 'dltb', version: '2024-12-31.1', featureCount: 1 });
    const [snapshot] = await describeLayers(db, ['dltb']);
    if (!snapshot || snapshot.status === 'missing') throw new Error('not active');
    expect(snapshot).toMatchObject({
      status: 'active',
      kind: 'partition',
      coverage: 'own-union',
      dataDate: '2024-12-31',
      planeZone: 38,
      tileSizeM: 256,
      hasInnerOverlaps: false,
      featureCount: 1,
    });
    const [patch] = await readFeatures(db, snapshot, [1]);
    expect(patch).toMatchObject({
      featureNo: 1,
      bsm: '410821001200000123',
      classCode: '0103',
      kcxs: 0.1,
      attributeAreaM2: 4999,
      attributeNetAreaM2: 4499.1,
      attributes: { BSM: '410821001200000123', DLBM: '0103', KCXS: 0.1, TBMJ: 4999 },
    });
    expect(patch!.planeAreaM2).toBeCloseTo(areaOf(square), AREA_DIGITS);
    const shape = (await readFeatureGeometries(db, snapshot, [1])).get(1)!;
    expect(shape[0]![0]).toHaveLength(5);
    expect(shape[0]![0]![0]![0]).toBeCloseTo(113.23, 1);
    expect(await getVersion(db, 'dltb', '2024-12-31.1')).toMatchObject({
      certificate: result.certificate,
      sourceEpsg: 4526,
    });
  });

  it('reads a file with its crs member and hashes its bytes', async () => {
    const { certificate } = await load([], {
      source: { bytes: fileOf(grid(2, 1, 100)) },
      crs: undefined as never,
    });
    expect(certificate.source).toMatchObject({ epsg: 4526, crsFrom: 'file', resolutionM: 1 });
    expect(certificate.source.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(certificate.counts).toMatchObject({ featuresIn: 2, featuresOut: 2 });
  });

  it('cuts a border of many vertices to pieces that add up to it', async () => {
    const corners = Array.from({ length: 2000 }, (_, i): [number, number] => {
      const angle = (2 * Math.PI * i) / 2000;
      const radius = 3000 + 200 * Math.sin(17 * angle);
      return [ORIGIN[0] + radius * Math.cos(angle), ORIGIN[1] + radius * Math.sin(angle)];
    });
    const { certificate } = await load([feature([[ring(...corners)]], { BSM: 'R1' })], {
      layerId: 'stbhhx',
      coverage: {
        kind: 'polygon',
        geojson: { type: 'Polygon', coordinates: rectangle(-5000, -5000, 10000, 10000)[0] },
        crs: 4526,
      },
    });
    expect(certificate.counts.pieces).toBeGreaterThan(15);
    const [sum] = await db.query<{ area: number; most: number }>(
      'select sum(ST_Area(plane)) as area, max(ST_NPoints(plane)) as most from layer_piece',
    );
    expect(sum!.area).toBeCloseTo(certificate.areas.planeM2, 4);
    expect(sum!.most).toBeLessThanOrEqual(130);
  });
});

describe('an import that fails', () => {
  const loadOld = () => load(grid(2, 2, 100), { dataDate: '2023-12-31' });

  async function expectUntouched(counts: Record<string, number>): Promise<void> {
    expect(await rowCounts()).toEqual(counts);
    expect(await describeLayers(db, ['dltb'])).toMatchObject([{ version: '2023-12-31.1', status: 'active' }]);
  }

  it('in the middle of the file leaves the old version and no trace', async () => {
    await loadOld();
    const counts = await rowCounts();
    async function* breaking(): AsyncGenerator<RawFeature> {
      yield* grid(40, 40, 100);
      throw new Error('the disk is gone');
    }
    await expect(load([], { source: breaking() })).rejects.toThrow('the disk is gone');
    await expectUntouched(counts);
  });

  it('by being cancelled while rows are being written leaves the old version and no trace', async () => {
    await loadOld();
    const counts = await rowCounts();
    const controller = new AbortController();
    const seen: string[] = [];
    const error = await refusal(
      load(grid(50, 50, 100), {
        signal: controller.signal,
        onProgress: ({ phase }) => {
          seen.push(phase);
          if (phase === 'features') controller.abort();
        },
      }),
    );
    expect(error.code).toBe('cancelled');
    expect(seen).toContain('features');
    await expectUntouched(counts);
  });

  it.each<[string, Partial<LayerImportRequest>, RawFeature[], string]>([
    [
      'a percentage as coefficient',
      {},
      [feature(rectangle(0, 0, 9, 9), { BSM: 'B1', KCXS: 12.3 })],
      'bad-layer-file',
    ],
    [
      'a feature without shape',
      {},
      [...grid(1, 1, 9), { type: 'Feature', geometry: null, properties: {} }],
      'bad-layer-file',
    ],
    [
      'a line',
      {},
      [{ type: 'Feature', geometry: { type: 'LineString', coordinates: [] }, properties: {} }],
      'bad-layer-file',
    ],
    ['no feature at all', {}, [], 'bad-layer-file'],
    ['metres read as degrees', { crs: 4490 }, grid(1, 1, 9), 'bad-crs'],
    ['an unknown layer', { layerId: 'nonsense' }, grid(1, 1, 9), 'not-found'],
    ['a day that is none', { dataDate: '2024-02-30' }, grid(1, 1, 9), 'bad-parameter'],
    [
      'districts without xzq',
      { coverage: { kind: 'districts', codes: ['410821'] } },
      grid(1, 1, 9),
      'bad-parameter',
    ],
  ])('by %s says why and leaves no trace', async (_, request, features, code) => {
    await loadOld();
    const counts = await rowCounts();
    const error = await refusal(load(features, request));
    expect(error.code).toBe(code);
    expect(error.facts.detail?.zh).toBeTruthy();
    expect(error.facts.detail?.en).toBeTruthy();
    await expectUntouched(counts);
  });

  it('names every feature with a coefficient above 1', async () => {
    const features = [0.1, 1.5, 0, 20].map((KCXS, i) =>
      feature(rectangle(20 * i, 0, 9, 9), { BSM: `B${i}`, KCXS }),
    );
    const error = await refusal(load(features));
    expect(error.facts.errors?.map((fault) => fault.pointer)).toEqual([
      '/features/1/properties/KCXS',
      '/features/3/properties/KCXS',
    ]);
    expect(error.facts.errors?.[0]?.detail.zh).toContain('B1');
  });

  it('leaves out unusable features only by consent, and lists them', async () => {
    const features = [...grid(2, 1, 100), { type: 'Feature', geometry: null, properties: { BSM: 'LOST' } }];
    const { certificate } = await load(features, { allowDropped: true });
    expect(certificate.counts).toMatchObject({ featuresIn: 3, featuresOut: 2, dropped: 1 });
    expect(certificate.dropped.items).toEqual([{ featureNo: 3, bsm: 'LOST', reason: 'no geometry' }]);
    expect(certificate.warnings.map((warning) => warning.code)).toContain('dropped');
  });
});

describe('what a killed import left behind', () => {
  const begin = () =>
    beginStaging(db, {
      layerId: 'dltb',
      dataDate: null,
      sourceFile: 'x',
      coverage: 'none',
      coverageDetail: null,
    });

  it('is swept away, a running import is not', async () => {
    await load(grid(2, 2, 100));
    const counts = await rowCounts();
    const killed = await begin();
    await db.query(`insert into layer_overlap values ($1, 1, 2, 3)`, [killed.versionId]);
    // a killed process beats no more and is unknown to the one that sweeps
    killed.release();
    await db.query(
      `update layer_version set heartbeat_at = now() - interval '1 hour' where version_id = $1`,
      [killed.versionId],
    );
    const running = await begin();
    expect(await sweepStaging(db)).toEqual([`dltb ${killed.version}`]);
    running.check();
    running.release();
    expect((await rowCounts()).layer_version).toBe(counts.layer_version! + 1);
    expect((await rowCounts()).layer_overlap).toBe(counts.layer_overlap);
  });

  it('on a server stays while another process still beats', async () => {
    const elsewhere = await begin();
    elsewhere.release();
    const server: Database = { ...asServer(db) };
    expect(await sweepStaging(server)).toEqual([]);
    await db.query(`update layer_version set heartbeat_at = now() - interval '1 hour'`);
    expect(await sweepStaging(server)).toEqual([`dltb ${elsewhere.version}`]);
  });

  it('cannot be activated by an import that comes back from the dead', async () => {
    async function* slow(): AsyncGenerator<RawFeature> {
      yield* grid(2, 1, 100);
      await db.query(`update layer_version set status = 'discarded' where status = 'staging'`);
    }
    const error = await refusal(load([], { source: slow() }));
    expect(error.code).toBe('conflict');
    await sweepStaging(db);
    expect(await rowCounts()).toMatchObject({
      layer_version: 0,
      layer_feature: 0,
      layer_piece: 0,
      layer_tile: 0,
    });
  });
});

/** The same database seen as one that other processes use too. */
function asServer(database: Database): Database {
  return {
    kind: 'server',
    query: database.query.bind(database),
    transaction: database.transaction.bind(database),
    runScript: database.runScript.bind(database),
    status: database.status.bind(database),
    close: database.close.bind(database),
  };
}

describe('versions', () => {
  it('supersede each other, keep their names, and asOf finds the one of the day', async () => {
    await load(grid(1, 1, 100), { dataDate: '2022-12-31' });
    await load(grid(2, 1, 100), { dataDate: '2023-12-31' });
    await load(grid(3, 1, 100), { dataDate: '2023-12-31' });
    const seen = async (asOf?: string) =>
      (await describeLayers(db, ['dltb'], asOf)).map((layer) =>
        'version' in layer ? layer.version : layer.status,
      );
    expect(await seen()).toEqual(['2023-12-31.2']);
    expect(await seen('2024-06-01')).toEqual(['2023-12-31.2']);
    expect(await seen('2023-12-30')).toEqual(['2022-12-31.1']);
    expect(await seen('2022-12-31')).toEqual(['2022-12-31.1']);
    expect(await seen('2022-12-30')).toEqual(['missing']);
    expect((await listVersions(db, 'dltb')).map((v) => [v.version, v.status, v.featureCount])).toEqual([
      ['2023-12-31.2', 'active', 3],
      ['2023-12-31.1', 'superseded', 2],
      ['2022-12-31.1', 'superseded', 1],
    ]);
    expect((await getSnapshot(db, 'dltb', '2022-12-31.1')).status).toBe('superseded');
    await expect(getSnapshot(db, 'dltb', '1999-12-31.1')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('an older delivery imported later does not stand for later days', async () => {
    await load(grid(2, 1, 100), { dataDate: '2024-12-31' });
    await load(grid(1, 1, 100), { dataDate: '2020-12-31' });
    expect(await describeLayers(db, ['dltb'], '2025-06-01')).toMatchObject([
      { version: '2024-12-31.1', status: 'superseded' },
    ]);
    expect(await describeLayers(db, ['dltb'])).toMatchObject([{ version: '2020-12-31.1', status: 'active' }]);
  });

  it('without a data date count from the day of reception', async () => {
    const { version } = await load(grid(1, 1, 100));
    const today = version.slice(0, 10);
    expect(await describeLayers(db, ['dltb'], today)).toMatchObject([
      { version, dataDate: null, receivedDate: today },
    ]);
    expect(await describeLayers(db, ['dltb'], '2000-01-01')).toMatchObject([{ status: 'missing' }]);
  });

  it('are listed for every layer, and an unknown one is missing, never absent', async () => {
    await load(grid(1, 1, 100));
    const listing = await listLayers(db);
    expect(listing.find((layer) => layer.layerId === 'dltb')).toMatchObject({
      versionCount: 1,
      active: { featureCount: 1 },
    });
    expect(listing.find((layer) => layer.layerId === 'stbhhx')).toMatchObject({
      versionCount: 0,
      active: undefined,
    });
    expect(await describeLayers(db, ['nonsense', 'stbhhx', 'dltb'])).toMatchObject([
      { layerId: 'nonsense', status: 'missing' },
      { layerId: 'stbhhx', status: 'missing', nameZh: '生态保护红线' },
      { layerId: 'dltb', status: 'active' },
    ]);
  });

  it('of one layer do not touch another', async () => {
    await load(grid(1, 1, 100));
    await load(grid(1, 1, 100), { layerId: 'jqdltb' });
    expect(await describeLayers(db, ['dltb', 'jqdltb'])).toMatchObject([
      { status: 'active' },
      { status: 'active' },
    ]);
  });
});
