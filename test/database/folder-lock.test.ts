import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { lockFolder } from '../../src/database/folder-lock.js';
import { failure } from './failure.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'onemap-lock-'));
  file = join(folder, 'lock');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A lock as a holder elsewhere would have left it. */
async function leaveLock(changes: object): Promise<void> {
  const lock = await lockFolder(folder);
  const holder = { ...JSON.parse(readFileSync(file, 'utf8')), id: 'another', ...changes };
  lock.release();
  writeFileSync(file, JSON.stringify(holder));
}

const deadProcess = (): number => spawnSync(process.execPath, ['--version']).pid;

test('is refused while its holder lives, and free after release', async () => {
  const lock = await lockFolder(folder);
  expect((await failure(lockFolder(folder))).message).toContain(`process ${process.pid} on ${hostname()}`);
  lock.release();
  expect(existsSync(file)).toBe(false);
});

test('of a process that is gone is taken over', async () => {
  await leaveLock({ pid: deadProcess() });
  const lock = await lockFolder(folder);
  expect(JSON.parse(readFileSync(file, 'utf8')).pid).toBe(process.pid);
  lock.release();
});

test('of an earlier process with our number is taken over', async () => {
  await leaveLock({ started: '1' });
  (await lockFolder(folder)).release();
});

test('on another machine that is still touched is refused', async () => {
  await leaveLock({ host: 'elsewhere', pid: 1 });
  const alive = setInterval(() => utimesSync(file, new Date(), new Date()), 10);
  try {
    expect((await failure(lockFolder(folder, 200))).message).toContain('process 1 on elsewhere');
  } finally {
    clearInterval(alive);
  }
});

test('on another machine that nobody touches any more is taken over', async () => {
  await leaveLock({ host: 'elsewhere', pid: process.pid });
  (await lockFolder(folder, 100)).release();
});

test('of another container is not judged by a process number of ours', async () => {
  await leaveLock({ pidSpace: 'pid:[1]', pid: deadProcess() });
  const alive = setInterval(() => utimesSync(file, new Date(), new Date()), 10);
  try {
    expect((await failure(lockFolder(folder, 200))).code).toBe('bad-configuration');
  } finally {
    clearInterval(alive);
  }
});

test('that was left unreadable is taken over', async () => {
  writeFileSync(file, '');
  (await lockFolder(folder)).release();
});

test('of a dead holder goes to exactly one of several that come at once', async () => {
  await leaveLock({ pid: deadProcess() });
  const results = await Promise.allSettled([1, 2, 3, 4, 5].map(() => lockFolder(folder)));
  const won = results.filter((result) => result.status === 'fulfilled');
  expect(won).toHaveLength(1);
  won[0]!.value.release();
  expect(readdirSync(folder)).toEqual([]);
});
