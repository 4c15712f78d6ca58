import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import type { Database } from '../../src/database/sql.js';
import { writeVectors } from '../../src/formats/gdal-bridge.js';
import type { MemoryFile } from '../../src/formats/gdal-protocol.js';
import type { WriteLayer } from '../../src/formats/gdal-types.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { getLayer } from '../../src/layers/catalogue.js';
import { getVersion } from '../../src/layers/describe-layers.js';
import { importLayer } from '../../src/layers/import-layer.js';
import { inWordsOfFile, type LayerFileRequest, openLayerFile } from '../../src/layers/open-layer-file.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';

let db: Database;
let folder: string;
const geos = new GeosPool({ workers: 1 });

beforeAll(async () => {
  db = await openTestDatabase();
  folder = await mkdtemp(join(tmpdir(), 'onemap-test-'));
});
beforeEach(() => resetTables(db));
afterAll(async () => {
  await geos.close();
  await rm(folder, { recursive: true });
});

const patches = (count: number): WriteLayer => ({
  name: 'DLTB',
  geometryType: 'MULTIPOLYGON',
  crs: 'EPSG:4526',
  fields: [
    { name: 'BSM', type: 'String', width: 18 },
    { name: 'DLBM', type: 'String', width: 5 },
    { name: 'TKXS', type: 'Real', width: 6, precision: 4 },
    { name: 'MYAREA', type: 'Real', width: 18, precision: 2 },
    { name: 'XZDWMJ', type: 'Real', width: 18, precision: 2 },
  ],
  features: Array.from({ length: count }, (_, i) => {
    const [x, y] = [38430000 + 100 * i, 3898000];
    const ring = [
      [x, y],
      [x, y + 100],
      [x + 100, y + 100],
      [x + 100, y],
      [x, y],
    ] as const;
    const properties = { BSM: `00000000000000000${i}`, DLBM: '0103', TKXS: 0.1, MYAREA: 9999.5, XZDWMJ: 12 };
    return { polygons: [[ring]], properties };
  }),
});

async function zipped(files: readonly MemoryFile[]): Promise<string> {
  const archive = new ZipFile();
  for (const { name, bytes } of files) archive.addBuffer(Buffer.from(bytes), `成果/${name}`);
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
  const path = join(folder, 'sent');
  await writeFile(path, Buffer.concat(chunks));
  return path;
}

const open = (path: string, more: Partial<LayerFileRequest> = {}) =>
  openLayerFile({ path, fileName: '交付.zip', tempDir: folder, wanted: getLayer('dltb'), ...more });

it('a zipped FileGDB becomes a version: fields matched and shown, zeros kept, nothing left on the disk', async () => {
  const { files } = await writeVectors('OpenFileGDB', '数据.gdb', [patches(3)]);
  const path = await zipped(files);
  const file = await open(path);
  expect(await readdir(folder)).toHaveLength(2);
  const { layerId, version } = await importLayer(
    { db, geos },
    {
      ...{ layerId: 'dltb', source: file.source, sourceFileName: '交付.zip', container: file.found! },
      fields: { MYAREA: '图斑面积' },
    },
  );
  await file.close();
  expect(await readdir(folder)).toEqual(['sent']);
  const { certificate, sha256 } = await getVersion(db, layerId, version);
  expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(certificate.source).toMatchObject({
    epsg: 4526,
    crsFrom: 'file',
    container: { format: 'gdb', layer: 'DLTB' },
  });
  expect(certificate.fields).toEqual([
    { source: 'BSM', standard: 'BSM', how: 'exact' },
    { source: 'DLBM', standard: 'DLBM', how: 'exact' },
    { source: 'TKXS', standard: 'KCXS', how: 'alias' },
    { source: 'MYAREA', standard: 'TBMJ', how: 'declared' },
    { source: 'XZDWMJ', standard: 'XZDWMJ', how: 'exact' },
  ]);
  expect(certificate.warnings.map(({ code }) => code)).toContain('linear-features');
  const [row] = await db.query<{ bsm: string; class_code: string }>(
    'select bsm, class_code from layer_feature order by feature_no limit 1',
  );
  expect(row).toEqual({ bsm: '000000000000000000', class_code: '0103' });
}, 120_000);

it('a shapefile without .prj asks for its CRS; a cancelled import leaves neither rows nor files', async () => {
  const { files } = await writeVectors('ESRI Shapefile', 'DLTB.shp', [patches(3)]);
  const path = await zipped(files.filter(({ name }) => !name.endsWith('.prj')));
  await expect(open(path)).rejects.toMatchObject({ code: 'bad-crs' });
  expect(await readdir(folder)).toEqual(['sent']);
  const gone = new AbortController();
  const file = await open(path, { crs: '4526', signal: gone.signal });
  gone.abort();
  const importing = importLayer(
    { db, geos },
    { layerId: 'dltb', source: file.source, sourceFileName: 'x', crs: 4526, signal: gone.signal },
  );
  await expect(importing).rejects.toMatchObject({ code: 'cancelled' });
  await file.close();
  expect(await readdir(folder)).toEqual(['sent']);
  expect(await db.query('select 1 from layer_version')).toEqual([]);
}, 120_000);

/** Two patches that overlap by half, one whose attribute area is wrong. */
const faulty = (): WriteLayer => {
  const layer = patches(4);
  const [x, y] = [38430050, 3898000];
  const ring = [
    [x, y],
    [x, y + 100],
    [x + 100, y + 100],
    [x + 100, y],
    [x, y],
  ] as const;
  const properties = { BSM: 'W', DLBM: '0103', TKXS: 0.1, MYAREA: 1, XZDWMJ: 0 };
  return { ...layer, features: [...layer.features, { polygons: [[ring]], properties }] };
};

it.each([
  ['ESRI Shapefile', 'DLTB.shp', 'FID', 0],
  ['OpenFileGDB', '数据.gdb', 'OBJECTID', 1],
] as const)(
  'the certificate of a %s names features as the file does, and counts what is deleted',
  async (driver, name, prefix, base) => {
    const { files } = await writeVectors(driver, name, [faulty()]);
    let deleted = 0;
    for (const { name: part, bytes } of files) {
      if (!part.endsWith('.dbf')) continue;
      const view = new DataView(bytes.buffer, bytes.byteOffset);
      bytes[view.getUint16(8, true) + view.getUint16(10, true)] = 0x2a;
      deleted = 1;
    }
    const file = await open(await zipped(files));
    const { certificate } = await importLayer(
      { db, geos },
      {
        ...{ layerId: 'dltb', source: file.source, sourceFileName: '交付.zip', inFile: file.inFile },
        fields: { MYAREA: '图斑面积' },
      },
    );
    await file.close();
    // the second record is deleted in the shapefile: later positions and numbers part there
    const last = `${prefix} ${base + 4}`;
    expect(certificate.areaDifferences.items).toMatchObject([{ featureNo: 5 - deleted, inFile: last }]);
    expect(certificate.overlaps.items.at(-1)).toMatchObject({ inFileB: last });
    expect(certificate.counts.deletedRecords).toBe(deleted === 0 ? undefined : 1);
    expect(certificate.warnings.some(({ code }) => code === 'deleted-records')).toBe(deleted > 0);
  },
  120_000,
);

it('a refused import names the feature as the file does', async () => {
  const layer = patches(3);
  const features = [...layer.features].map((one, i) => (i === 2 ? { ...one, polygons: [] } : one));
  const { files } = await writeVectors('OpenFileGDB', '数据.gdb', [{ ...layer, features }]);
  const file = await open(await zipped(files));
  const importing = importLayer(
    { db, geos },
    { layerId: 'dltb', source: file.source, sourceFileName: '交付.zip', inFile: file.inFile },
  ).catch((error: unknown) => Promise.reject(inWordsOfFile(error, file.inFile)));
  await expect(importing).rejects.toMatchObject({
    code: 'bad-layer-file',
    facts: { errors: [{ pointer: 'OBJECTID 3/geometry' }] },
  });
  await file.close();
}, 120_000);
