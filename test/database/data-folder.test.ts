import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataFolder } from '../../src/database/data-folder.js';
import { failure } from './failure.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onemap-folder-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const engineFile = (name: string): string => join(folder, 'pglite', name);

test('a new folder is made with all that is above it, and has one owner', async () => {
  const deep = join(folder, 'not', 'there', 'yet');
  const first = await openDataFolder(deep);
  expect(existsSync(first.enginePath)).toBe(true);
  const refused = await failure(openDataFolder(deep));
  expect(refused.code).toBe('bad-configuration');
  expect(refused.facts.detail!.en).toContain(`process ${process.pid} on`);
  first.release();
  (await openDataFolder(deep)).release();
  expect(readdirSync(deep)).toEqual(['pglite']);
});

test('files of a first start that was interrupted are removed', async () => {
  mkdirSync(join(folder, 'pglite'));
  writeFileSync(engineFile('PG_VERSION'), '18\n');
  (await openDataFolder(folder)).release();
  expect(readdirSync(join(folder, 'pglite'))).toEqual([]);
});

test('files of a first start that came to its end are kept', async () => {
  const first = await openDataFolder(folder);
  writeFileSync(engineFile('PG_VERSION'), '18\n');
  first.markInitialised();
  first.release();
  (await openDataFolder(folder)).release();
  expect(readFileSync(engineFile('PG_VERSION'), 'utf8')).toBe('18\n');
});

test.each(['17', 'none'])(
  'files of PostgreSQL %s are refused with advice, left as they are, and given back',
  async (version) => {
    const first = await openDataFolder(folder);
    first.markInitialised();
    first.release();
    writeFileSync(engineFile('kept'), 'x');
    if (version !== 'none') writeFileSync(engineFile('PG_VERSION'), `${version}\n`);
    const refused = await failure(openDataFolder(folder));
    expect(refused.code).toBe('bad-configuration');
    expect(refused.facts.detail!.en).toContain(`PostgreSQL ${version}`);
    expect(existsSync(engineFile('kept'))).toBe(true);
    expect(existsSync(join(folder, 'lock'))).toBe(false);
  },
);

test('a folder that is not given is temporary and removed when given back', async () => {
  const temporary = await openDataFolder(undefined);
  const path = dirname(temporary.enginePath);
  expect(path.startsWith(tmpdir())).toBe(true);
  temporary.release();
  expect(existsSync(path)).toBe(false);
});

test('a folder that cannot be made is refused with its path', async () => {
  writeFileSync(join(folder, 'file'), '');
  const refused = await failure(openDataFolder(join(folder, 'file', 'below')));
  expect(refused.code).toBe('bad-configuration');
  expect(refused.facts.detail!.zh).toContain(join(folder, 'file', 'below'));
});
