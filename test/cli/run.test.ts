import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settings } from '../../src/cli/config.js';
import { exitCodeOfError } from '../../src/cli/exit-codes.js';
import { AppError, type ErrorCode } from '../../src/core/errors.js';
import { readKeys } from '../../src/http/keys.js';
import { parcels } from '../http/test-app.js';
import { stage } from './test-terminal.js';

describe('check', () => {
  it.each([
    [['clear'], 0],
    [['clear', 'attention'], 1],
    [['prohibited'], 1],
    [['clear', 'undetermined'], 2],
  ] as const)('of %j ends with %i', async (verdicts, code) => {
    const at = stage({}, parcels(...verdicts));
    expect(await at.run('check', '-')).toBe(code);
    expect(at.err()).toBe('');
    expect(at.service.closed).toBe(true);
  });

  it('hands the file and every option to the service', async () => {
    const at = stage();
    writeFileSync(join(at.terminal.cwd, '地块.geojson'), parcels('clear'));
    const words =
      'check 地块.geojson --stage approval --rule-pack henan-2025 --on-date 2025-05-01 --as-of 2025-01-01 --crs 4526 --verify --repair';
    expect(await at.run(...words.split(' '))).toBe(0);
    const { body, ...rest } = at.service.asked[0]!;
    expect(Buffer.from(body).toString()).toBe(parcels('clear'));
    expect(rest).toEqual({
      contentType: 'application/geo+json',
      fileName: '地块.geojson',
      stage: 'approval',
      rulePack: 'henan-2025',
      onDate: '2025-05-01',
      asOf: '2025-01-01',
      crs: '4526',
      verify: true,
      repair: true,
    });
  });

  it('prints JSON in one language, and pieces as GeoJSON', async () => {
    const at = stage({}, parcels('attention'));
    await at.run('check', '-', '--format', 'json', '--lang', 'en');
    expect(JSON.parse(at.out()).parcels[0].findings[0].title).toBe('Meets the red line');
    const pieces = stage({}, parcels('attention'));
    expect(await pieces.run('check', '-', '--format=geojson', '--lang', 'en')).toBe(1);
    expect(pieces.service.reports).toEqual([{ format: 'geojson', part: 'pieces', language: 'en' }]);
    expect(pieces.err()).toBe('! lost\n');
  });

  it('hands on what a file shall hold, byte by byte, and refuses it where no file is written', async () => {
    const file = stage({}, parcels('clear'));
    const args = ['check', '-', '--format', 'csv', '--to-crs', '4547', '--wkt', '--out', 'a.csv'];
    expect(await file.run(...args)).toBe(0);
    const report = { format: 'csv', language: 'zh', crs: '4547', wkt: true };
    expect(file.service.reports).toEqual([report]);
    expect(readFileSync(join(file.terminal.cwd, 'a.csv')).toString('hex')).toBe('5bcaf45d');
    const table = stage({}, parcels('clear'));
    expect(await table.run('check', '-', '--what', 'pieces')).toBe(3);
    expect(table.service.asked).toEqual([]);
  });

  it('writes to a file when asked, and then nothing to the terminal', async () => {
    const at = stage({}, parcels('clear'));
    expect(await at.run('check', '-', '--format', 'json', '--out', 'answer.json')).toBe(0);
    expect(at.out()).toBe('');
    expect(JSON.parse(readFileSync(join(at.terminal.cwd, 'answer.json'), 'utf8')).verdict).toBe('clear');
    expect(await at.run('check', '-', '--out', 'no/such/folder/answer.json')).toBe(3);
  });

  it('tells what is wrong with the input in both languages, with its place', async () => {
    const at = stage({}, '{}');
    expect(await at.run('check', '-')).toBe(3);
    expect(at.out()).toBe('');
    for (const part of [
      'bad-parcel',
      '地块图形有误',
      '/geometry/coordinates/0/2',
      '(113.2, 35.2)',
      '自相交。',
      'Crosses itself.',
    ]) {
      expect(at.err()).toContain(part);
    }
    expect(at.service.closed).toBe(true);
  });

  it('tells a fault of ours without coordinates', async () => {
    const at = stage({}, parcels('clear'));
    at.service.before = async () => {
      throw new Error('bad geometry POINT(113.123456 35.654321)');
    };
    expect(await at.run('check', '-')).toBe(4);
    expect(at.err()).toContain('internal');
    expect(at.err()).toContain('POINT(# #)');
  });

  it('refuses a file above the limit before reading it', async () => {
    const at = stage({ ONEMAP_MAX_BODY_MB: '1' });
    writeFileSync(join(at.terminal.cwd, 'big.json'), Buffer.alloc(1_000_001));
    expect(await at.run('check', 'big.json')).toBe(3);
    expect(at.err()).toContain('too-large');
    expect(at.service.asked).toEqual([]);
  });

  it('stopped by a signal aborts its work; a second signal ends the process', async () => {
    const at = stage({}, parcels('clear'));
    let seen: AbortSignal | undefined;
    const { createCheck } = at.service;
    at.service.createCheck = (request, signal) => {
      seen = signal;
      at.signal('SIGINT');
      at.signal('SIGINT');
      return createCheck(request);
    };
    await at.run('check', '-');
    expect(seen?.reason).toMatchObject({ code: 'cancelled' });
    expect(at.exits).toEqual([4]);
  });
});

describe('arguments', () => {
  it.each([
    ['fly', 'fly'],
    ['check', '1'],
    ['check a b', '2'],
    ['check - --stge approval', '--stage'],
    ['check - --stage later', 'pre-review | approval'],
    ['check - --format pdf', 'table | json | geojson'],
    ['check - --as-of 2025-02-30', 'YYYY-MM-DD'],
    ['check nowhere.geojson', 'nowhere.geojson'],
    ['import stbhhx', '2'],
    ['import stbhhx nowhere.geojson', 'nowhere.geojson'],
    ['sample --patches 10', '2000'],
    ['sample --patches 1e5', '2000'],
    ['keys new', '--scope'],
    ['keys new --scope root', 'read | check | admin'],
    ['keys old --scope read', 'keys new'],
    ['serve --port 70000', '65535'],
    ['layers --lang fr', 'zh | en'],
    ['toString', 'toString'],
  ])('%s is refused and says how', async (line, says) => {
    const at = stage({}, parcels('clear'));
    expect(await at.run(...line.split(' '))).toBe(3);
    expect(at.err()).toContain(says);
    expect(at.out()).toBe('');
    expect(at.service.asked).toEqual([]);
  });

  it.each(Object.entries(exitCodeOfError))('an error %s ends with %i', async (code, exit) => {
    const at = stage({}, parcels('clear'));
    at.service.before = async () => {
      throw new AppError(code as ErrorCode, 'why');
    };
    expect(await at.run('check', '-')).toBe(exit);
    expect(at.err().startsWith(`${code}: `)).toBe(true);
  });
});

describe('other commands', () => {
  it('import gives the service the file and its options', async () => {
    const at = stage();
    writeFileSync(join(at.terminal.cwd, 'red.geojson'), '{}');
    writeFileSync(join(at.terminal.cwd, 'ground.geojson'), '{}');
    expect(
      await at.run(
        'import',
        'STBHHX',
        'red.geojson',
        '--data-date',
        '2024-12-31',
        '--coverage',
        '410802,410803',
      ),
    ).toBe(0);
    expect(
      await at.run('import', 'stbhhx', 'red.geojson', '--coverage', 'ground.geojson', '--crs', '4490'),
    ).toBe(0);
    expect(at.service.imports.map(({ id, name, options }) => ({ id, name, options }))).toEqual([
      {
        id: 'stbhhx',
        name: 'red.geojson',
        options: { dataDate: '2024-12-31', coverage: { districts: ['410802', '410803'] } },
      },
      {
        id: 'stbhhx',
        name: 'red.geojson',
        options: { coverage: { polygonFile: join(at.terminal.cwd, 'ground.geojson') }, crs: '4490' },
      },
    ]);
    expect(at.out()).toContain('已导入 stbhhx 2024-12-31.1');
  });

  it('layers prints a table or JSON', async () => {
    const at = stage({ LANG: 'en_US.UTF-8' });
    await at.run('layers');
    expect(at.out()).toContain('Ecological protection red line');
    const json = stage();
    await json.run('layers', '--format', 'json');
    expect(JSON.parse(json.out()).layers[0]).toMatchObject({
      id: 'stbhhx',
      name: '生态保护红线',
      active: null,
    });
  });

  it('sample, migrate and version say what they did', async () => {
    const at = stage();
    expect(await at.run('sample', '--patches', '2000', '--seed', '7', '--out', 'city')).toBe(0);
    expect(at.samples).toEqual([{ patches: 2000, seed: 7, outDir: join(at.terminal.cwd, 'city') }]);
    expect(await at.run('migrate')).toBe(0);
    expect(at.out()).toContain('0001-foundation');
    expect(await at.run('version')).toBe(0);
    expect(at.out()).toContain('9.9.9\n');
  });

  it('keys new prints a key that its own line lets in, and the key is nowhere in the line', async () => {
    const at = stage();
    expect(await at.run('keys', 'new', '--scope', 'check', '--scope', 'read', '--name', '张三')).toBe(0);
    const [key = '', line = ''] = at.out().split('\n');
    const ring = readKeys(`[${line}]`, 'keys.json');
    expect(ring.find(key)).toMatchObject({ name: '张三', scopes: ['check', 'read'] });
    expect(line).not.toContain(key);
  });

  it.each(['zh', 'en'])('help in %s names every command and every setting', async (language) => {
    const at = stage();
    expect(await at.run('help', '--lang', language)).toBe(0);
    for (const name of [
      'serve',
      'check FILE',
      'import LAYER FILE',
      'layers',
      'migrate',
      'sample',
      'keys new',
    ]) {
      expect(at.out()).toContain(name);
    }
    for (const { env } of Object.values(settings)) expect(at.out()).toContain(env);
    expect(at.out()).toContain(language === 'zh' ? '退出码' : 'Exit codes');
    const check = stage();
    await check.run('check', '--help', '--lang', language);
    expect(check.out()).toBe(at.out());
  });

  it('nothing is printed as progress where there is no terminal', async () => {
    const at = stage();
    await at.run('sample');
    expect(at.err()).toBe('');
    expect(existsSync(join(at.terminal.cwd, 'sample-city'))).toBe(false);
  });
});
