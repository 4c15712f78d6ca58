/** GDAL and QGIS from Debian against the built program, through a proxy that keeps what they ask. Runs in CI only. */
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { town } from '../checks/made-checks.js';
import {
  call,
  importTown,
  newGround,
  post,
  type RunningService,
  serve,
  until,
} from '../journeys/running-service.js';
import { bodyOf } from '../overlay/made-ground.js';

const run = promisify(execFile);
/** 200 squares of 100 m over the ground of the parcels. */
const squares = Array.from({ length: 200 }, (_, i) => ({
  boxes: [[(i % 20) * 100 - 1000, Math.floor(i / 20) * 100, 100, 100]] as const,
  properties: { BSM: `D${i}`, DLBM: i % 2 === 0 ? '0102' : '0601', KCXS: 0 },
}));
const asked: string[] = [];
let ground: Awaited<ReturnType<typeof newGround>>;
let service: RunningService;
let proxy: Server;
let url = '';
let checkId = '';

beforeAll(async () => {
  ground = await newGround();
  service = await serve(ground.env);
  await importTown(service.url, { ...town, dltb: { ...town.dltb!, features: squares } });
  const parcels = [
    { id: 'DK-1', boxes: [[-20, 100, 200, 200]] as const },
    { id: 'DK-2', boxes: [[400, 100, 200, 200]] as const },
  ];
  const body = new TextDecoder().decode(bodyOf(parcels));
  const { status, body: check } = await post(`${service.url}/v1/checks?stage=pre-review&crs=EPSG:4526`, body);
  expect(status).toBe(201);
  checkId = check.id;
  const { port } = new URL(service.url);
  proxy = createServer((incoming, outgoing) => {
    asked.push(decodeURIComponent(incoming.url!.replaceAll('+', ' ')));
    const { method, url: path, headers } = incoming;
    incoming.pipe(
      request({ host: '127.0.0.1', port, method, path, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(outgoing);
      }),
    );
  });
  proxy.listen(0, '127.0.0.1');
  await until(() => proxy.listening);
  url = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
});
afterAll(async () => {
  proxy.close();
  service.child.kill('SIGTERM');
  await service.ended;
  ground.remove();
});

const ogrinfo = async (...args: string[]): Promise<string> =>
  (await run('ogrinfo', args, { maxBuffer: 1e8 })).stdout;
const countIn = (text: string): number => Number(/Feature Count: (\d+)/.exec(text)?.[1]);
const idsIn = (text: string): string[] =>
  [...text.matchAll(/^ {2}BSM \(String\) = (\S+)/gm)].map(([, id]) => id!);
const total = async (layer: string): Promise<number> =>
  (await call(`${service.url}/ogc/collections/${layer}/items?limit=1`)).body.numberMatched;

describe.each([
  ['OAPIF', () => `OAPIF:${url}/ogc`, 'dltb'],
  ['WFS 2.0.0', () => `WFS:${url}/wfs?VERSION=2.0.0`, 'om:dltb'],
  ['WFS 1.1.0', () => `WFS:${url}/wfs?VERSION=1.1.0`, 'om:dltb'],
] as const)('GDAL by %s', (name, source, layer) => {
  it('reads every feature once, with its types and the axes the right way round', async () => {
    const all = await total('dltb');
    const text = await ogrinfo('--config', 'OGR_WFS_PAGE_SIZE', '7', '-al', source(), layer);
    expect(countIn(text)).toBe(all);
    expect(idsIn(text).length).toBe(all);
    expect(new Set(idsIn(text)).size).toBe(all);
    const [west, south] = /Extent: \(([\d.]+), ([\d.]+)\)/.exec(text)!.slice(1).map(Number) as [
      number,
      number,
    ];
    expect([Math.floor(west), Math.floor(south)]).toEqual([113, 35]);
    expect(text).toMatch(/DLBM: String/);
    expect(text).toMatch(/area_m2: Real/);
    expect(text).toMatch(/data_date: Date/);
  });

  it('sends filters on attributes and boxes to the service', async () => {
    asked.length = 0;
    const [first] = idsIn(await ogrinfo('-al', '-geom=NO', source(), layer));
    const found = idsIn(await ogrinfo('-al', '-where', `BSM = '${first}' AND area_m2 > 1`, source(), layer));
    expect(found).toEqual([first]);
    const told = [`'${first}'`, `Literal>${first}<`, `BSM=${first}`];
    expect(asked.some((one) => told.some((text) => one.includes(text)))).toBe(true);
    asked.length = 0;
    const text = await ogrinfo('-al', '-spat', '113.0', '35.0', '113.001', '35.001', source(), layer);
    expect(idsIn(text)).toEqual([]);
    expect(asked.some((one) => (name === 'OAPIF' ? one.includes('bbox=') : /BBOX/.test(one)))).toBe(true);
  });
});

/** A script in QGIS's own Python; what it prints last is JSON. */
async function qgis(script: string, ...args: string[]): Promise<unknown> {
  const path = fileURLToPath(new URL(script, import.meta.url));
  const { stdout } = await run('/usr/bin/python3', [path, ...args], {
    env: {
      PATH: process.env.PATH,
      QT_QPA_PLATFORM: 'offscreen',
      HOME: ground.folder,
      XDG_RUNTIME_DIR: ground.folder,
    },
    maxBuffer: 1e8,
  });
  return JSON.parse(stdout.trim().split('\n').at(-1)!);
}

interface OpenedLayer {
  name: string;
  id: string;
  source: string;
  crs: string;
  type: string;
  count: number;
  read: number;
  renderer: string;
  colours: [string | null, string][];
  labels: string[];
  order: string[];
  /** Share of its own ground that is not white. */
  drawn: number;
}

describe('QGIS', () => {
  it.each(['project.qgs', 'layers.qlr'])('opens %s of a check from the service', async (file) => {
    const answer = await fetch(`${url}/ogc/checks/${checkId}/${file}`);
    expect(answer.status).toBe(200);
    const path = join(ground.folder, file);
    await writeFile(path, await answer.text());
    const { crs, layers } = (await qgis('./open_project.py', path)) as { crs: string; layers: OpenedLayer[] };
    if (file === 'project.qgs') expect(crs).toBe('EPSG:4490');
    const check = (await call(`${service.url}/v1/checks/${checkId}`)).body;
    const used = check.layers
      .filter(({ version }: { version: string | null }) => version !== null)
      .map(({ id }: { id: string }) => id);
    expect(layers.length).toBe(2 + used.length);
    const pieces = await call(
      `${service.url}/ogc/collections/check-pieces/items?limit=1&check_id=${checkId}`,
    );
    const expected = Object.fromEntries([
      ['parcels', check.parcels.length],
      ['pieces', pieces.body.numberMatched],
      ...(await Promise.all(used.map(async (id: string) => [id, await total(id)]))),
    ]);
    const of = ({ source }: OpenedLayer): string => /(?:what=|typename=')(\w+)/.exec(source)![1]!;
    expect(Object.fromEntries(layers.map((layer) => [of(layer), layer.count]))).toEqual(expected);
    for (const { name, count, read, type, drawn } of layers) {
      expect([name, read]).toEqual([name, count]);
      expect(type).toMatch(/^(Multi)?Polygon$/);
      expect(drawn, name).toBeGreaterThan(0.02);
    }
    const classes = layers.find((layer) => of(layer) === 'dltb')!;
    expect(classes.renderer).toBe('categorizedSymbol');
    expect(classes.colours).toContainEqual(['01', '#fff2a8']);
    const verdicts = layers.find((layer) => of(layer) === 'pieces')!;
    expect(verdicts.colours.map(([value]) => value)).toEqual([
      ...['prohibited', 'undetermined', 'attention', 'clear', ''],
    ]);
    expect(verdicts.labels.slice(0, 3)).toEqual([...['涉及—禁止', '数据缺失—无法判定', '涉及—需论证/说明']]);
    expect([verdicts.order.length, classes.order]).toEqual([1, []]);
    const [red] = layers.find((layer) => of(layer) === 'stbhhx')!.colours;
    expect(red).toEqual([null, '#31a354']);
  });

  it('reads all three ways, and its intersection over our layers has the areas of our overlay', async () => {
    const seen = (await qgis('./read_with_qgis.py', url, checkId)) as {
      layers: { name: string; crs: string; count: number; read: number; distinct: number; type: string }[];
      drawn: Record<string, number>;
      intersected: Record<string, number>;
    };
    const all = await total('dltb');
    expect(seen.layers.map(({ name }) => name)).toEqual(['OAPIF', 'WFS 2.0.0', 'WFS 1.1.0']);
    for (const { count, read, distinct, type } of seen.layers) {
      expect([count, read, distinct, type]).toEqual([all, all, all, 'MultiPolygon']);
    }
    expect(Object.keys(seen.drawn).length).toBeGreaterThan(0);
    expect(Object.keys(seen.intersected).sort()).toEqual(Object.keys(seen.drawn).sort());
    for (const [name, areaM2] of Object.entries(seen.drawn)) {
      expect(
        Math.abs(seen.intersected[name]! - areaM2),
        `${name}: ${seen.intersected[name]} for ${areaM2}`,
      ).toBeLessThan(0.01);
    }
  });
});
