import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCheckOfJob } from '../../src/checks/check-of-job.js';
import type { CheckParts } from '../../src/checks/check-parts.js';
import { listChecks } from '../../src/checks/read-checks.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { checkParts, loadTown, requestFor, town } from './made-checks.js';

const geos = new GeosPool({ workers: 1 });
let parts: CheckParts;
const request = requestFor([{ id: 'DK-1', boxes: [[650, 100, 100, 100]] }]);
const { signal } = new AbortController();

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  parts = checkParts(db, geos);
  await loadTown({ db, geos }, town);
});
afterAll(() => geos.close());

describe('the check of a job', () => {
  const storedIds = async () => (await listChecks(parts.db, { limit: 100 })).checks.map(({ id }) => id);

  it('is made once, however often the job is run, and by two processes at once too', async () => {
    const first = await createCheckOfJob(parts, 'job_a', request, signal);
    expect(first).toMatchObject({ verdict: 'prohibited', parcelCount: 1 });
    expect(await createCheckOfJob(parts, 'job_a', request, signal)).toEqual(first);
    const both = [1, 2].map(() => createCheckOfJob(parts, 'job_b', request, signal));
    const [one, two] = await Promise.all(both);
    expect(two).toEqual(one);
    expect((await storedIds()).sort()).toEqual([first.id, one!.id].sort());
  });

  it('leaves a refusal as it is', async () => {
    const bad = { ...request, rulePack: 'none' };
    await expect(createCheckOfJob(parts, 'job_c', bad, signal)).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
