import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { openVectors, writeVectors } from '../../src/formats/gdal-bridge.js';
import type { GdalDataset, GdalFeature, WriteLayer } from '../../src/formats/gdal-types.js';
import { readShapes } from '../../src/formats/wkb-shapes.js';

const square = [
  [
    [
      [38430675.3051, 3898777.7471],
      [38430675.3051, 3898877.747],
      [38430775.305, 3898877.747],
      [38430775.305, 3898777.747],
      [38430675.3051, 3898777.7471],
    ],
  ],
] as const;

const patches: WriteLayer = {
  name: '地类图斑',
  geometryType: 'MULTIPOLYGON',
  crs: 'EPSG:4526',
  fields: [
    { name: 'DLBM', type: 'String', width: 5 },
    { name: 'DLMC', type: 'String', width: 60 },
    { name: 'TBMJ', type: 'Real', width: 18, precision: 2 },
    { name: 'GDDB', type: 'Integer' },
  ],
  features: [
    { polygons: square, properties: { DLBM: '0102', DLMC: '水浇地, "甲"\t一\\二', TBMJ: 1.25, GDDB: 3 } },
    { polygons: square, properties: { DLBM: null, DLMC: null, TBMJ: null, GDDB: null } },
  ],
};

async function allFeatures(dataset: GdalDataset, layer: string): Promise<GdalFeature[]> {
  const all: GdalFeature[] = [];
  for await (const batch of dataset.readFeatures(layer)) all.push(...batch);
  return all;
}

const patient = { timeout: 60_000 };

describe('a file through the bridge and back', patient, () => {
  test.each([
    ['GPKG', 'a.gpkg', []],
    ['ESRI Shapefile', '地块.shp', ['ENCODING=GBK']],
    ['OpenFileGDB', 'a.gdb', []],
    ['FlatGeobuf', 'a.fgb', ['SPATIAL_INDEX=NO']],
  ] as const)('%s keeps coordinates, codes and Chinese text', async (driver, dataset, options) => {
    const { files } = await writeVectors(driver, dataset, [{ ...patches, options }]);
    const opened = await openVectors({ driver, dataset, from: { files } });
    try {
      const [layer] = opened.layers;
      expect(layer).toMatchObject({ featureCount: 2, crs: { epsg: 4526 } });
      expect(layer!.fields.map(({ name }) => name)).toEqual(['DLBM', 'DLMC', 'TBMJ', 'GDDB']);
      const [first, second] = await allFeatures(opened, layer!.name);
      expect(first!.properties).toEqual({ DLBM: '0102', DLMC: '水浇地, "甲"\t一\\二', TBMJ: 1.25, GDDB: 3 });
      expect(second!.properties).toEqual({ DLBM: null, DLMC: null, TBMJ: null, GDDB: null });
      const [ring] = readShapes(first!.wkb!).polygons[0]!;
      // the resolution of a FileGDB is a grid of 0.1 mm
      const nearest = Math.min(...ring!.map(([x, y]) => Math.hypot(x - 38430675.3051, y - 3898777.7471)));
      expect(nearest).toBeLessThan(driver === 'OpenFileGDB' ? 1e-4 : 1e-9);
    } finally {
      await opened.close();
    }
  });
});

describe('what the bridge refuses', patient, () => {
  test('a file that only points to another one', async () => {
    const vrt = Buffer.from(
      '<OGRVRTDataSource><OGRVRTLayer name="a"><SrcDataSource>/in/b.csv</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
    );
    const files = [{ name: 'a.shp', bytes: vrt }];
    await expect(
      openVectors({ driver: 'ESRI Shapefile', dataset: 'a.shp', from: { files } }),
    ).rejects.toMatchObject({ code: 'bad-layer-file' });
  });

  test('a file that makes no progress, within its limit', async () => {
    const files = [{ name: 'a.csv', bytes: Buffer.from('id\n1\n') }];
    const started = openVectors({ driver: 'CSV', dataset: 'a.csv', from: { files } }, undefined, {
      stepLimitMs: 1,
    });
    await expect(started).rejects.toMatchObject({ code: 'time-limit' });
  });

  test('what nobody waits for any more', async () => {
    const gone = new AbortController();
    const files = [{ name: 'a.csv', bytes: Buffer.from('id\n1\n') }];
    const started = openVectors({ driver: 'CSV', dataset: 'a.csv', from: { files } }, gone.signal);
    gone.abort();
    await expect(started).rejects.toBeInstanceOf(AppError);
    await expect(started).rejects.toMatchObject({ code: 'cancelled' });
  });

  test('a layer that cannot be read to its end', async () => {
    const { files } = await writeVectors('GPKG', 'a.gpkg', [{ ...patches, features: manyPatches(2000) }]);
    const bytes = files[0]!.bytes.slice();
    bytes.fill(0xff, bytes.length >> 1, (bytes.length >> 1) + 8192);
    const read = async (): Promise<unknown> => {
      const opened = await openVectors({
        driver: 'GPKG',
        dataset: 'a.gpkg',
        from: { files: [{ name: 'a.gpkg', bytes }] },
      });
      return allFeatures(opened, '地类图斑').finally(() => opened.close());
    };
    await expect(read()).rejects.toMatchObject({ code: 'bad-layer-file' });
  });
});

test(
  'a folder of this machine is read and left as it is; rows come in several batches',
  patient,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'onemap-test-'));
    try {
      const { files } = await writeVectors('GPKG', 'a.gpkg', [{ ...patches, features: manyPatches(5000) }]);
      await writeFile(join(folder, 'a.gpkg'), files[0]!.bytes, { mode: 0o400 });
      const opened = await openVectors({ driver: 'GPKG', dataset: 'a.gpkg', from: { folder } });
      const fids: number[] = [];
      let batches = 0;
      for await (const batch of opened.readFeatures('地类图斑')) {
        batches++;
        fids.push(...batch.map(({ fid }) => fid));
      }
      await opened.close();
      expect(fids).toEqual(Array.from({ length: 5000 }, (_, i) => i + 1));
      expect(batches).toBeGreaterThan(4);
    } finally {
      await rm(folder, { recursive: true });
    }
  },
);

function manyPatches(count: number): WriteLayer['features'] {
  return Array.from({ length: count }, (_, i) => ({
    polygons: square.map((rings) => rings.map((ring) => ring.map(([x, y]) => [x + i, y] as const))),
    properties: { DLBM: '0102', DLMC: '水浇地', TBMJ: i, GDDB: 1 },
  }));
}
