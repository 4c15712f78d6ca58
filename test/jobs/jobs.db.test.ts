import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import type { Database } from '../../src/database/sql.js';
import type { Job, JobLimits, JobProgress, JobWatch, JobWork } from '../../src/jobs/job-types.js';
import { isFinished } from '../../src/jobs/job-types.js';
import { Jobs } from '../../src/jobs/jobs.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';

let db: Database;
const opened: Jobs[] = [];
const troubles: string[] = [];

beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(async () => {
  await resetTables(db);
  troubles.length = 0;
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((jobs) => jobs.close()));
});

const limits: JobLimits = {
  running: 2,
  waiting: 50,
  timeLimitMs: 60_000,
  keptMs: 3_600_000,
  lostAfterMs: 2000,
};

/** What a service process has; several on one database stand for several processes. */
function open(given: Partial<JobLimits> = {}): Jobs {
  const jobs = new Jobs(db, { ...limits, ...given }, (reason) => troubles.push(reason));
  opened.push(jobs);
  return jobs;
}

const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
};
const ended = async (jobs: Jobs, id: string): Promise<Job> => {
  await until(async () => isFinished(await jobs.get(id)));
  return jobs.get(id);
};

/** A handler that waits until it is let go or told to stop. */
function gate() {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  const begun: string[] = [];
  const run = async ({ id }: JobWork, { signal }: JobWatch) => {
    begun.push(id);
    await Promise.race([
      opened,
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ]);
    return { result: { id } };
  };
  return { run, begun, open: () => open() };
}

const setJob = (id: string, what: string): Promise<unknown> =>
  db.query(`update job set ${what} where job_id = $1`, [id]);

describe('a job', () => {
  it('runs from its stored input and parameters and keeps its result', async () => {
    const jobs = open();
    jobs.handle('double', async ({ input, params }) => ({
      location: '/v1/checks/chk_1',
      result: { length: input!.length * params.factor },
    }));
    const outcomes: unknown[] = [];
    jobs.onSuccess((kind, outcome) => outcomes.push([kind, outcome.result]));
    const asked = await jobs.submit({ kind: 'double', params: { factor: 2 }, input: Buffer.from('abc') });
    expect(asked).toMatchObject({ kind: 'double', status: 'queued', progress: null, startedAt: null });
    await jobs.start();
    const job = await ended(jobs, asked.id);
    expect(job).toMatchObject({
      status: 'succeeded',
      location: '/v1/checks/chk_1',
      result: { length: 6 },
      problem: null,
    });
    expect(job.revision).toBeGreaterThan(asked.revision);
    expect(outcomes).toEqual([['double', { length: 6 }]]);
    const [row] = await db.query('select input from job');
    expect(row!.input).toBeNull();
  });

  it('reads a result that is large at a place of its own', async () => {
    const jobs = open();
    const result = { text: { zh: '字'.repeat(10_000), en: 'x'.repeat(20_000) } };
    jobs.handle('big', async () => ({ result }));
    await jobs.start();
    const { id } = await jobs.submit({ kind: 'big', params: {} });
    expect(await ended(jobs, id)).toMatchObject({ result: null, location: `/v1/jobs/${id}/result` });
    expect(JSON.parse((await jobs.readResult(id))!)).toEqual(result);
    await expect(jobs.readResult('job_none')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('fails with the code and the faults of its error, and tells nobody what ours was', async () => {
    const jobs = open();
    const errors = [
      { pointer: '/features/0', code: 'self-intersection', detail: { zh: '自交', en: 'crosses' } },
    ];
    jobs.handle('bad', async () => {
      throw new AppError('bad-parcel', 'refused', { errors, secret: 'x' });
    });
    jobs.handle('broken', async () => {
      throw new TypeError('a private matter');
    });
    await jobs.start();
    const bad = await jobs.submit({ kind: 'bad', params: {} });
    const broken = await jobs.submit({ kind: 'broken', params: {} });
    expect((await ended(jobs, bad.id)).problem).toEqual({ code: 'bad-parcel', errors });
    expect((await ended(jobs, broken.id)).problem).toEqual({ code: 'internal' });
    expect(troubles.join()).toContain(broken.id);
  });

  it('tells how it goes', async () => {
    const jobs = open();
    const { run, open: letGo } = gate();
    const progress: JobProgress = { step: { zh: '测量', en: 'measuring' }, done: 3, total: 9 };
    jobs.handle('slow', async (work, watch) => {
      watch.onProgress(progress);
      const outcome = await run(work, watch);
      watch.onProgress({ ...progress, done: 9 });
      return outcome;
    });
    await jobs.start();
    const { id } = await jobs.submit({ kind: 'slow', params: {} });
    await until(async () => (await jobs.get(id)).progress !== null);
    expect((await jobs.get(id)).progress).toEqual({ ...progress, rate: null });
    letGo();
    expect((await ended(jobs, id)).progress).toMatchObject({ done: 9, total: 9 });
  });

  it('is stopped at its time limit', async () => {
    const jobs = open({ timeLimitMs: 50 });
    jobs.handle('endless', gate().run);
    await jobs.start();
    const { id } = await jobs.submit({ kind: 'endless', params: {} });
    expect(await ended(jobs, id)).toMatchObject({ status: 'failed', problem: { code: 'time-limit' } });
  });

  it('is tried again when the database was away under its work', async () => {
    const jobs = open();
    let runs = 0;
    jobs.handle('unlucky', async () => {
      if (++runs === 1) throw new AppError('database-unavailable', 'gone');
      return { result: runs };
    });
    await jobs.start();
    const { id } = await jobs.submit({ kind: 'unlucky', params: {} });
    await until(async () => runs === 1 && (await jobs.get(id)).status === 'queued');
    await setJob(id, 'not_before = now()');
    expect(await ended(jobs, id)).toMatchObject({ status: 'succeeded', result: 2 });
  });
});

describe('the queue', () => {
  it('is bounded, and releases nothing of what it refused', async () => {
    const jobs = open({ waiting: 2 });
    jobs.handle('any', gate().run);
    let released = 0;
    const ask = () =>
      jobs.submit({ kind: 'any', params: {}, local: { release: async () => void released++ } });
    await ask();
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: 'overloaded' });
    expect(await jobs.count()).toEqual({ queued: 2, running: 0 });
    expect(released).toBe(0);
    await jobs.close();
    expect(released).toBe(2);
  });

  it('is shared by processes: each job runs once, so many at a time as each allows', async () => {
    const runs: string[] = [];
    let now = 0;
    let most = 0;
    const work = async ({ id }: JobWork) => {
      most = Math.max(most, ++now);
      runs.push(id);
      await new Promise((resolve) => setTimeout(resolve, 5));
      now--;
      return {};
    };
    const processes = [open(), open()];
    for (const jobs of processes) jobs.handle('any', work);
    const asked: string[] = [];
    for (let i = 0; i < 20; i++) asked.push((await processes[0]!.submit({ kind: 'any', params: {} })).id);
    await Promise.all(processes.map((jobs) => jobs.start()));
    await Promise.all(asked.map((id) => ended(processes[0]!, id)));
    expect([...runs].sort()).toEqual([...asked].sort());
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('runs no more of a kind at once than the kind allows, and others beside it', async () => {
    const jobs = open({ running: 3 });
    const [single, free] = [gate(), gate()];
    jobs.handle('single', single.run, { atOnce: 1 });
    jobs.handle('free', free.run);
    await jobs.start();
    const ids = [];
    for (const kind of ['single', 'single', 'free']) ids.push((await jobs.submit({ kind, params: {} })).id);
    await until(() => free.begun.length === 1);
    expect(single.begun).toHaveLength(1);
    single.open();
    await until(() => single.begun.length === 2);
    free.open();
    for (const id of ids) expect((await ended(jobs, id)).status).toBe('succeeded');
  });

  it('forgets finished jobs after their time, and only those', async () => {
    const jobs = open({ keptMs: 60_000 });
    jobs.handle('any', async () => ({}));
    await jobs.start();
    const [old, young] = [
      await jobs.submit({ kind: 'any', params: {} }),
      await jobs.submit({ kind: 'any', params: {} }),
    ];
    await ended(jobs, old.id);
    await ended(jobs, young.id);
    await setJob(old.id, `finished_at = now() - interval '2 minutes'`);
    await until(async () => (await jobs.find(old.id)) === undefined);
    expect((await jobs.get(young.id)).status).toBe('succeeded');
    expect(troubles).toEqual([]);
  });

  it('is listed newest first, page by page', async () => {
    const jobs = open();
    jobs.handle('a', gate().run);
    jobs.handle('b', gate().run);
    const ids: string[] = [];
    for (const kind of ['a', 'b', 'a', 'a']) ids.push((await jobs.submit({ kind, params: {} })).id);
    const first = await jobs.list({ limit: 2, kinds: ['a'], statuses: ['queued'] });
    expect(first.jobs.map((job) => job.id)).toEqual([ids[3], ids[2]]);
    const rest = await jobs.list({ limit: 2, kinds: ['a'], after: first.next! });
    expect(rest.jobs.map((job) => job.id)).toEqual([ids[0]]);
    expect(rest.next).toBeUndefined();
  });
});

describe('cancelling', () => {
  it('ends a waiting job at once and lets go of its upload', async () => {
    const jobs = open({ running: 1 });
    const { run, open: letGo } = gate();
    jobs.handle('any', run);
    await jobs.start();
    const first = await jobs.submit({ kind: 'any', params: {} });
    let released = 0;
    const waiting = await jobs.submit({
      kind: 'any',
      params: {},
      local: { release: async () => void released++ },
    });
    expect(await jobs.cancel(waiting.id)).toMatchObject({ status: 'cancelled' });
    await until(() => released === 1);
    letGo();
    expect((await ended(jobs, first.id)).status).toBe('succeeded');
    expect((await jobs.get(waiting.id)).startedAt).toBeNull();
  });

  it('stops running work, here at once and in another process', async () => {
    const [here, elsewhere] = [open(), open()];
    const { run, begun } = gate();
    for (const jobs of [here, elsewhere]) jobs.handle('any', run);
    await here.start();
    for (const by of [here, elsewhere]) {
      const { id } = await here.submit({ kind: 'any', params: {} });
      await until(() => begun.includes(id));
      expect(await by.cancel(id)).toMatchObject({ status: 'running', cancelRequested: true });
      expect(await ended(here, id)).toMatchObject({
        status: 'cancelled',
        cancelRequested: false,
        problem: { code: 'cancelled' },
      });
      expect(await by.cancel(id)).toMatchObject({ status: 'cancelled' });
    }
  });

  it('changes nothing of a job that has succeeded, and finds no job that is not there', async () => {
    const jobs = open();
    jobs.handle('any', async () => ({ result: 1 }));
    await jobs.start();
    const { id } = await jobs.submit({ kind: 'any', params: {} });
    const before = await ended(jobs, id);
    expect(await jobs.cancel(id)).toEqual(before);
    await expect(jobs.cancel('job_none')).rejects.toMatchObject({ code: 'not-found' });
    await jobs.remove(id);
    await expect(jobs.remove(id)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('a process that vanished', () => {
  /** A running job of a process that will not be heard of again. */
  async function leave(local?: { release(): Promise<void> }): Promise<string> {
    const gone = open();
    gone.handle('any', gate().run);
    const { id } = await gone.submit({
      kind: 'any',
      params: { n: 7 },
      input: Buffer.from('in'),
      ...(local && { local }),
    });
    const owner = local ? '' : `owner = 'proc_gone',`;
    await setJob(
      id,
      `${owner} status = 'running', attempts = attempts + 1, heartbeat_at = now() - interval '1 hour'`,
    );
    return id;
  }

  it('leaves a job that another one runs again from the stored input', async () => {
    const id = await leave();
    const jobs = open();
    jobs.handle('any', async ({ params, input }) => ({ result: [params.n, Buffer.from(input!).toString()] }));
    await jobs.start();
    expect(await ended(jobs, id)).toMatchObject({ status: 'succeeded', result: [7, 'in'] });
    expect(troubles.join()).toContain(id);
  });

  it('takes its upload with it: the job fails and says why', async () => {
    const id = await leave({ release: async () => {} });
    const jobs = open();
    jobs.handle('any', async () => ({}));
    await jobs.start();
    const { status, problem } = await ended(jobs, id);
    expect([status, problem?.code]).toEqual(['failed', 'interrupted']);
    expect(problem?.detail?.zh).toContain('请重新提交');
  });

  it('three times over the same job: it is not tried for ever', async () => {
    const id = await leave();
    await setJob(id, 'attempts = 3');
    const jobs = open();
    jobs.handle('any', async () => ({}));
    await jobs.start();
    expect(await ended(jobs, id)).toMatchObject({ status: 'failed', problem: { code: 'interrupted' } });
  });

  it('had been told to stop its job: it is cancelled', async () => {
    const id = await leave();
    await setJob(id, 'cancel_requested = true');
    const jobs = open();
    jobs.handle('any', async () => ({}));
    await jobs.start();
    expect(await ended(jobs, id)).toMatchObject({ status: 'cancelled' });
  });

  it('and comes back: what it makes of a job taken from it does not count, and its work is stopped', async () => {
    const [slow, other] = [open(), open()];
    const { run, begun } = gate();
    let stopped = '';
    slow.handle('any', (work, watch) =>
      run(work, watch).catch((error) => {
        stopped = error.code;
        throw error;
      }),
    );
    other.handle('any', async () => ({ result: 'other' }));
    await slow.start();
    const { id } = await slow.submit({ kind: 'any', params: {} });
    await until(() => begun.length === 1);
    await setJob(id, `owner = 'proc_other', heartbeat_at = now() - interval '1 hour'`);
    await until(() => stopped !== '');
    expect(stopped).toBe('interrupted');
    await slow.close();
    await other.start();
    expect(await ended(other, id)).toMatchObject({ status: 'succeeded', result: 'other' });
  });
});

describe('closing', () => {
  it('puts a running job back for the next process, without counting the attempt', async () => {
    const [first, next] = [open(), open()];
    const { run, begun } = gate();
    first.handle('any', run);
    next.handle('any', async () => ({ result: 'next' }));
    await first.start();
    const { id } = await first.submit({ kind: 'any', params: {} });
    await until(() => begun.length === 1);
    await first.close();
    const [row] = await db.query('select status, attempts, owner from job');
    expect(row).toEqual({ status: 'queued', attempts: 0, owner: null });
    await next.start();
    expect(await ended(next, id)).toMatchObject({ status: 'succeeded', result: 'next' });
  });

  it('ends a job whose upload goes with the process', async () => {
    const jobs = open();
    const { run, begun } = gate();
    jobs.handle('any', run);
    await jobs.start();
    let released = 0;
    const { id } = await jobs.submit({
      kind: 'any',
      params: {},
      local: { release: async () => void released++ },
    });
    await until(() => begun.length === 1);
    await jobs.close();
    expect(await jobs.get(id)).toMatchObject({ status: 'failed', problem: { code: 'interrupted' } });
    expect(released).toBe(1);
  });
});

describe('following a job', () => {
  it('gives the newest state each time it is asked, and says when nothing came', async () => {
    const jobs = open();
    const { run, begun, open: letGo } = gate();
    jobs.handle('any', run);
    const { id, revision } = await jobs.submit({ kind: 'any', params: {} });
    const follower = jobs.follow(id);
    const never = new AbortController().signal;
    expect(await follower.next(revision, 30, never)).toBeUndefined();
    await jobs.start();
    await until(() => begun.length === 1);
    const running = await follower.next(revision, 60_000, never);
    expect(running).toMatchObject({ status: 'running' });
    letGo();
    await ended(jobs, id);
    const last = await follower.next(running!.revision, 60_000, never);
    expect(last).toEqual(await jobs.get(id));
    expect(await follower.next(last!.revision, 60_000, AbortSignal.abort())).toBeUndefined();
    await jobs.remove(id);
    expect(await follower.next(last!.revision, 60_000, never)).toBeNull();
    follower.end();
  });
});
