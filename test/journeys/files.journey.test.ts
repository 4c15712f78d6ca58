import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ZipFile } from 'yazl';
import { openDatabase } from '../../src/database/open.js';
import { writeVectors } from '../../src/formats/gdal-bridge.js';
import type { MemoryFile } from '../../src/formats/gdal-protocol.js';
import type { WriteFeature, WriteLayer } from '../../src/formats/gdal-types.js';
import { town } from '../checks/made-checks.js';
import { type Box, bodyOf, ringOf } from '../overlay/made-ground.js';
import {
  call,
  command,
  importTown,
  newGround,
  post,
  type RunningService,
  serve,
  start,
  troublesOf,
  until,
} from './running-service.js';

let ground: Awaited<ReturnType<typeof newGround>>;
let service: RunningService;

const parcel: Box = [650, 100, 100, 100];
const crs = 'EPSG:4526';

const layerOf = (name: string, features: WriteFeature[], fields: WriteLayer['fields']): WriteLayer => ({
  ...{ name, geometryType: 'MULTIPOLYGON', crs, features, fields },
});
const parcels = (options: string[] = []): WriteLayer => ({
  ...layerOf(
    '地块',
    [{ polygons: [[ringOf(parcel)]], properties: { DKMC: '试验地块' } }],
    [{ name: 'DKMC', type: 'String', width: 60 }],
  ),
  options,
});
/** Patches whose class stands under a name that only the person who made the file knows. */
const patches = (count: number): WriteLayer =>
  layerOf(
    'DLTB',
    Array.from({ length: count }, (_, i) => ({
      polygons: [[ringOf([10 * (i % 200), 10 * Math.floor(i / 200), 10, 10])]],
      properties: { BSM: `0${i}`, MYCLASS: '0102' },
    })),
    [
      { name: 'BSM', type: 'String', width: 18 },
      { name: 'MYCLASS', type: 'String', width: 5 },
    ],
  );

async function zip(files: readonly MemoryFile[]): Promise<Buffer> {
  const archive = new ZipFile();
  for (const { name, bytes } of files) archive.addBuffer(Buffer.from(bytes), name);
  archive.end();
  const chunks: Buffer[] = [];
  for await (const chunk of archive.outputStream) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const geodatabase = async (layer: WriteLayer): Promise<Buffer> =>
  zip((await writeVectors('OpenFileGDB', '数据.gdb', [layer])).files);

function form(name: string, bytes: Uint8Array): RequestInit {
  const body = new FormData();
  body.set('file', new Blob([new Uint8Array(bytes)]), name);
  return { method: 'POST', body };
}
const raw = (bytes: Uint8Array, signal?: AbortSignal): RequestInit => ({
  ...{ method: 'POST', body: new Uint8Array(bytes), headers: { 'content-type': 'application/zip' } },
  ...(signal && { signal }),
});

let large: Buffer;
let small: Buffer;

beforeAll(async () => {
  [large, small] = [await geodatabase(patches(6000)), await geodatabase(patches(3))];
  ground = await newGround();
  service = await serve(ground.env);
  await importTown(service.url, town);
});
afterAll(() => {
  service.child.kill('SIGKILL');
  ground.remove();
});

const unpacked = (): string[] =>
  readdirSync(join(ground.folder, 'temp')).filter((name) => /unpack/.test(name));
const imports = (more = ''): string =>
  `${service.url}/v1/layers/dltb/versions?dataDate=2025-06-30&coverage=410802&mapping=MYCLASS:DLBM${more}`;
const versions = async () => (await call(`${service.url}/v1/layers/dltb/versions`)).body.versions;

describe('parcels in the files of others', () => {
  it('have the verdict and the figures of the same parcel as GeoJSON', async () => {
    const shape = (await writeVectors('ESRI Shapefile', '地块.shp', [parcels(['ENCODING=GBK'])])).files;
    const gpkg = (await writeVectors('GPKG', '地块.gpkg', [parcels()])).files[0]!.bytes;
    const address = `${service.url}/v1/checks?stage=pre-review`;
    const figures = ({ status, body }: Awaited<ReturnType<typeof call>>) => ({
      ...{ status, verdict: body.verdict, area: body.parcels?.[0].area },
      layers: body.parcels?.[0].overlays.map((one: { layer: string; areaM2: number }) => [
        one.layer,
        one.areaM2,
      ]),
    });
    const expected = figures(
      await post(`${address}&crs=${crs}`, bodyOf([{ id: 'DK-1', boxes: [parcel] }]).toString()),
    );
    expect(expected).toMatchObject({ status: 201, verdict: 'prohibited' });
    for (const init of [
      raw(await zip(shape)),
      form('地块.gpkg', gpkg),
      form('交付.zip', await geodatabase(parcels())),
    ]) {
      const answer = await call(address, init);
      expect(figures(answer)).toEqual(expected);
      expect(JSON.stringify(answer.body)).toContain('试验地块');
    }
    expect(ground.uploads()).toEqual([]);
  });
});

describe('a layer in a FileGDB', () => {
  it('is imported over the network, and leaves no file behind', async () => {
    const { status, body } = await call(imports(), raw(small));
    expect([status, body.featureCount, body.certificate?.source.container.format]).toEqual([201, 3, 'gdb']);
    expect(ground.uploads()).toEqual([]);
  });

  it('leaves nothing when the sender goes away', async () => {
    const before = await versions();
    const gone = new AbortController();
    const lost = call(imports(), raw(large, gone.signal)).catch(() => 'gone');
    await until(() => unpacked().length > 0, 2);
    gone.abort();
    expect(await lost).toBe('gone');
    await until(() => ground.uploads().length === 0);
    expect(await versions()).toEqual(before);
  });

  it('leaves nothing after the process was killed and started again', async () => {
    const before = await versions();
    const lost = call(imports(), raw(large)).catch(() => 'cut off');
    await until(() => unpacked().length > 0, 2);
    service.child.kill('SIGKILL');
    expect(await lost).toBe('cut off');
    await service.ended;
    // a sender who leaves is no fault of the service
    expect(troublesOf(service)).toEqual([]);
    expect(unpacked()).toHaveLength(1);
    service = await serve(ground.env);
    expect(ground.uploads()).toEqual([]);
    expect(await versions()).toEqual(before);
  });

  it.each([
    ['SIGTERM', {}],
    ['SIGINT', {}],
    ['SIGTERM', { prefer: 'respond-async' }],
  ] as const)(
    'leaves nothing when the service is ended by %s in the middle (%o)',
    async (signal, headers) => {
      const before = await versions();
      service.child.kill('SIGKILL');
      await service.ended;
      service = await serve({ ...ground.env, ONEMAP_SHUTDOWN_GRACE_S: '0.1' });
      const init = raw(large);
      const lost = call(imports(), { ...init, headers: { ...init.headers, ...headers } }).catch(
        () => 'cut off',
      );
      await until(() => unpacked().length > 0, 2);
      service.child.kill(signal);
      expect(await service.ended).toBe(0);
      await lost;
      // no next start is needed for this
      expect(ground.uploads()).toEqual([]);
      service = await serve(ground.env);
      expect(await versions()).toEqual(before);
    },
  );

  it('is imported by the command line with a mapping; Ctrl-C leaves neither rows nor files', async () => {
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    const path = (name: string): string => join(ground.folder, name);
    writeFileSync(path('small.zip'), small);
    writeFileSync(path('large.zip'), large);
    writeFileSync(path('mapping.json'), '{"MYCLASS":"DLBM"}');
    const given = ['--data-date', '2025-07-31', '--coverage', '410802', '--mapping', path('mapping.json')];
    const { code, out, err } = await command(['import', 'dltb', path('small.zip'), ...given], ground.env);
    expect([code, err]).toEqual([0, '']);
    expect(out).toMatch(/MYCLASS +│? *DLBM +│? *按指定/);
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      const importing = start(['import', 'dltb', path('large.zip'), ...given], ground.env);
      await until(() => unpacked().length > 0, 2);
      importing.child.kill(signal);
      expect(await importing.ended).not.toBe(0);
      expect(ground.uploads()).toEqual([]);
    }
    const db = await openDatabase({ dataDir: ground.env.ONEMAP_DATA_DIR! });
    try {
      const [row] = await db.query(`
        select (select count(*) from layer_version where layer_id = 'dltb') as versions,
               (select count(*) from layer_version where status = 'staging') as staging,
               (select count(*) from layer_feature) as features`);
      // the town's 7, and twice the small file's 3
      expect(row).toEqual({ versions: 3, staging: 0, features: 13 });
    } finally {
      await db.close();
    }
  });
});
