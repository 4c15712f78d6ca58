/** The pool survives its workers: limits, crashes, closing. Faults come from geos-faulty-worker.mjs. */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { workerFile } from '../../src/core/package-root.js';
import { GeosPool, type GeosPoolOptions } from '../../src/geometry/geos-pool.js';
import { square, star } from './polygon-families.js';

const pools: GeosPool[] = [];
const openPool = (options: GeosPoolOptions = {}): GeosPool => {
  const pool = new GeosPool({ workers: 1, ...options });
  pools.push(pool);
  return pool;
};
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

interface FaultyPool {
  pool: GeosPool;
  /** How many workers have been started. */
  starts(): number;
}

function faultyPool(options: GeosPoolOptions = {}): FaultyPool {
  const flag = join(mkdtempSync(join(tmpdir(), 'geos-')), 'died');
  const fixture = new URL('./geos-faulty-worker.mjs', import.meta.url);
  fixture.searchParams.set('flag', flag);
  // a worker started from a file loses the query, a module imported by one keeps it
  const start = encodeURIComponent(`await import('${fixture}')`);
  const pool = openPool({ workerUrl: new URL(`data:text/javascript,${start}`), ...options });
  return { pool, starts: () => readFileSync(`${flag}-starts`).length };
}

const good = square(5, 5, 2);
const faults = { diesAfterTheWork: -1, diesOnceBefore: -2, diesBefore: -3, neverEnds: -4 };
const fault = (kind: keyof typeof faults) => square(faults[kind], 0, 2);

/** The fault between two healthy tasks, all queued at once. */
const between = ({ pool }: FaultyPool, kind: keyof typeof faults) =>
  Promise.allSettled([
    pool.union([good]),
    pool.union([fault(kind)]),
    pool.union([good]),
    pool.distance(good, good),
  ]);

describe('a worker that dies', () => {
  it('in the middle of a task loses that task only, and says so', async () => {
    const [before, lost, after, other] = await between(faultyPool(), 'diesAfterTheWork');
    expect(before).toMatchObject({ value: good });
    expect(lost).toMatchObject({
      reason: {
        code: 'internal',
        facts: { operation: 'union', exitCode: 7, detail: { zh: expect.any(String) } },
      },
    });
    expect(after).toMatchObject({ value: good });
    expect(other).toMatchObject({ value: 0 });
  });

  it('before it began a task loses nothing', async () => {
    const results = await between(faultyPool(), 'diesOnceBefore');
    expect(results.map(({ status }) => status)).toEqual(Array(4).fill('fulfilled'));
    expect(results[1]).toMatchObject({ value: fault('diesOnceBefore') });
  });

  it('before it began, twice, is given up', async () => {
    const [before, lost, after] = await between(faultyPool(), 'diesBefore');
    expect([before!.status, lost!.status, after!.status]).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(lost).toMatchObject({ reason: { code: 'internal', facts: { exitCode: 9 } } });
  });

  it('cannot even start: every task is told', async () => {
    const pool = openPool({ workerUrl: pathToFileURL('/nowhere/geos-worker.js') });
    const results = await Promise.allSettled([pool.version(), pool.version(), pool.version()]);
    for (const result of results) {
      const error = (result as PromiseRejectedResult).reason;
      expect(error).toMatchObject({ code: 'internal' });
      expect(error.cause).toMatchObject({ code: expect.stringContaining('MODULE_NOT_FOUND') });
    }
  });
});

describe('limits', () => {
  it('a task over its time is stopped, the others are done', async () => {
    const [before, late, after, other] = await between(faultyPool({ timeLimitMs: 600 }), 'neverEnds');
    expect(before).toMatchObject({ value: good });
    expect(late).toMatchObject({
      reason: { code: 'time-limit', facts: { operation: 'union', timeLimitMs: 600 } },
    });
    expect(after).toMatchObject({ value: good });
    expect(other).toMatchObject({ value: 0 });
  });

  it('a task over its memory is too large, the others are done', async () => {
    const { pool, starts } = faultyPool({ memoryLimitMb: 18 });
    const large = star(150_000, 100, [0, 0]);
    const [failed, after] = await Promise.allSettled([pool.intersection(large, large), pool.union([good])]);
    expect(failed).toMatchObject({
      reason: { code: 'too-large', facts: { operation: 'intersection', geosMessage: 'std::bad_alloc' } },
    });
    expect(after).toMatchObject({ value: good });
    expect(starts()).toBe(2);
  });
});

describe('closing', () => {
  it('cancels what runs and what waits, and refuses what comes', async () => {
    const { pool } = faultyPool();
    await pool.version();
    const unfinished = Promise.allSettled([pool.union([fault('neverEnds')]), pool.union([good])]);
    await pool.close();
    for (const result of await unfinished) expect(result).toMatchObject({ reason: { code: 'cancelled' } });
    await expect(pool.union([good])).rejects.toMatchObject({ code: 'cancelled' });
    await pool.close();
  });

  it('is not needed for the process to end', async () => {
    const pool = workerFile(new URL('../../src/geometry/geos-pool.ts', import.meta.url).href, 'geos-pool');
    const program = `import { GeosPool } from '${pool}'; console.log(await new GeosPool().version());`;
    const run = promisify(execFile)(process.execPath, ['--input-type=module', '-e', program]);
    expect((await run).stdout).toMatch(/^3\.13/);
  });
});
