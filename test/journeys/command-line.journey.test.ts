import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { town } from '../checks/made-checks.js';
import { type Box, bodyOf } from '../overlay/made-ground.js';
import { command, fileOfLayer, importTown, newGround, serve } from './running-service.js';

let ground: Awaited<ReturnType<typeof newGround>>;
const run = (...args: string[]) => command(args, ground.env);
const path = (name: string): string => join(ground.folder, name);

const write = (name: string, text: string): string => {
  writeFileSync(path(name), text);
  return path(name);
};
const parcelFile = (name: string, box: Box): string =>
  write(`${name}.geojson`, bodyOf([{ id: name, boxes: [box], properties: { name: '试验地块' } }]).toString());
const check = (file: string, ...options: string[]) => run('check', file, '--crs', 'EPSG:4526', ...options);

beforeAll(async () => {
  ground = await newGround();
});
afterAll(() => ground.remove());

describe('the command line', () => {
  it('answers nothing is known while there are no layers: exit 2', async () => {
    const { code, out } = await check(parcelFile('DK-0', [100, 100, 100, 100]));
    expect(code).toBe(2);
    expect(out).toContain('无法判定');
  });

  it('imports a layer with its date and coverage, and lists it', async () => {
    const service = await serve(ground.env);
    const { dltb, ...others } = town;
    await importTown(service.url, others);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    const file = write('dltb.geojson', fileOfLayer(dltb!));
    const imported = await run('import', 'DLTB', file, '--data-date', '2024-12-31', '--coverage', '410802');
    expect([imported.code, imported.err]).toEqual([0, '']);
    expect(imported.out).toContain('已导入 dltb 2024-12-31.1');
    const { code, out } = await run('layers', '--format', 'json');
    expect(code).toBe(0);
    const { layers } = JSON.parse(out) as { layers: { id: string; active: unknown }[] };
    expect(layers.find((layer) => layer.id === 'dltb')!.active).toMatchObject({
      version: '2024-12-31.1',
      dataDate: '2024-12-31',
      featureCount: 3,
      coverage: 'districts',
      sourceFile: 'dltb.geojson',
    });
  });

  it('prints a table, the finding and its article: exit 1 for prohibited', async () => {
    const { code, out, err } = await check(parcelFile('DK-1', [650, 100, 100, 100]));
    expect([code, err]).toEqual([1, '']);
    const row = out.split('\n').find((line) => line.includes('永久基本农田'))!;
    expect(row).toMatch(/2024-12-31 +4999\.41 +7\.50 +4499\.47 +4999\.41 +0\.00 +涉及—禁止/);
    expect(out).toContain('试验地块');
    expect(out).toMatch(/依据 {2}中华人民共和国土地管理法|依据 {2}《中华人民共和国土地管理法》/);
  });

  it('is 0 where all is clear, 1 for attention; json and a file on request', async () => {
    const clear = await check(parcelFile('DK-2', [100, 100, 100, 100]), '--format', 'json', '--verify');
    expect(clear.code).toBe(0);
    expect(JSON.parse(clear.out)).toMatchObject({ verdict: 'clear', engine: { verifiedBy: 'geos' } });
    const out = path('pieces.geojson');
    const attention = await check(
      parcelFile('DK-3', [-150, 100, 100, 100]),
      '--format',
      'geojson',
      '--out',
      out,
      '--stage',
      'approval',
    );
    expect([attention.code, attention.out]).toEqual([1, '']);
    const { features } = JSON.parse(readFileSync(out, 'utf8')) as {
      features: { properties: { layer: string } }[];
    };
    expect(features.map((one) => one.properties.layer)).toContain('stbhhx');
  });

  it('reads standard input; before any data everything is unknown: exit 2', async () => {
    const body = readFileSync(parcelFile('DK-4', [100, 100, 100, 100]), 'utf8');
    const args = ['check', '-', '--crs', 'EPSG:4526', '--as-of', '2001-01-01', '--lang', 'en'];
    const { code, out } = await command(args, ground.env, body);
    expect(code).toBe(2);
    expect(out).toContain('undetermined');
  });

  it('is 3 for bad input, with the place of each fault in both languages', async () => {
    const bowTie = [[[[0, 0], [100, 100], [100, 0], [0, 100], [0, 0]]]].map((polygon) =>
      polygon.map((ring) => ring.map(([x, y]) => [38_430_000 + x!, 3_898_000 + y!] as const)),
    ); // biome-ignore format: a ring
    const file = write('bow-tie.geojson', bodyOf([{ rings: bowTie }]).toString());
    const { code, out, err } = await check(file);
    expect([code, out]).toEqual([3, '']);
    expect(err).toContain('/features/0/geometry/coordinates/0/0/0');
    expect(err).toMatch(/self-intersection|bow-tie/);
    const missing = await check(path('nowhere.geojson'));
    expect(missing.code).toBe(3);
    expect(missing.err).toContain('nowhere.geojson');
    mkdirSync(path('folder'));
    expect((await run('import', 'dltb', path('folder'))).code).toBe(3);
    expect((await run('check', file, '--stagee', 'approval')).code).toBe(3);
  });

  it('is 4 when the database cannot be reached, and says what to look at', async () => {
    const { code, out, err } = await command(['layers'], {
      DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/x',
    });
    expect([code, out]).toEqual([4, '']);
    expect(err).toContain('database-unavailable');
    expect(err).toContain('DATABASE_URL');
    expect(err).not.toContain('secret');
  });
});
