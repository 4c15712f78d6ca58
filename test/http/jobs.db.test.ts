import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import type { Database } from '../../src/database/sql.js';
import { Jobs } from '../../src/jobs/jobs.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { memoryService } from './memory-service.js';
import { geoJson, parcels, testApp } from './test-app.js';

const tempDir = mkdtempSync(join(tmpdir(), 'onemap-test-'));
let db: Database;
let jobs: Jobs;
let at: ReturnType<typeof testApp>;
/** What the work does: set by each test. */
let work: (signal: AbortSignal) => Promise<unknown>;

const limits = { running: 1, waiting: 3, timeLimitMs: 60_000, keptMs: 3_600_000, lostAfterMs: 60_000 };

beforeAll(async () => {
  db = await openTestDatabase();
  await resetTables(db);
  jobs = new Jobs(db, limits, () => {});
  jobs.handle('check', async (_work, { signal }) => ({
    location: '/v1/checks/chk_7',
    result: await work(signal),
  }));
  jobs.handle('layer-import', async (_work, { signal }) => ({ result: await work(signal) }));
  at = testApp({ tempDir }, memoryService(jobs));
  await jobs.start();
});
beforeEach(() => {
  work = async () => ({ verdict: 'attention', parcelCount: 2, note: { zh: '好', en: 'good' } });
});
afterAll(async () => {
  await jobs.close();
  await at.app.close();
  rmSync(tempDir, { recursive: true });
});

const ask = (headers: Record<string, string> = { prefer: 'respond-async' }, payload = parcels('clear')) =>
  at.app.inject({
    method: 'POST',
    url: '/v1/checks?stage=approval',
    headers: { 'content-type': geoJson, ...headers },
    payload,
  });
const get = (url: string, headers: Record<string, string> = {}) => at.app.inject({ url, headers });
const until = async (condition: () => boolean | Promise<boolean>): Promise<void> => {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 10));
};
const held = () => {
  let letGo = (): void => {};
  const opened = new Promise<unknown>((resolve) => {
    letGo = () => resolve({ verdict: 'clear', parcelCount: 1 });
  });
  work = (signal) =>
    Promise.race([
      opened,
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    ]);
  return () => letGo();
};

interface Event {
  id: number;
  job: { status: string; revision: number };
}
const eventsOf = (text: string): Event[] =>
  [...text.matchAll(/^id: (\d+)\ndata: (.*)\n\n/gm)].map(([, id, data]) => ({
    id: Number(id),
    job: JSON.parse(data!),
  }));

describe('a check as a job', () => {
  it('is answered 202 with its address, and its end is told in one language', async () => {
    const asked = await ask({ prefer: 'wait=5, Respond-Async; x=1', 'accept-language': 'en' });
    expect(asked.statusCode).toBe(202);
    expect(asked.headers['preference-applied']).toBe('respond-async');
    const { id } = asked.json();
    expect(asked.headers.location).toBe(`/v1/jobs/${id}`);
    await until(async () => (await get(`/v1/jobs/${id}`)).json().status === 'succeeded');
    const done = await get(`/v1/jobs/${id}`, { 'accept-language': 'en' });
    expect(done.json()).toMatchObject({
      kind: 'check',
      location: '/v1/checks/chk_7',
      result: { note: 'good' },
      problem: null,
    });
    const result = await get(`/v1/jobs/${id}/result`);
    expect(result.json()).toEqual({ verdict: 'attention', parcelCount: 2, note: '好' });
    expect((await get('/metrics')).body).toContain('onemap_checks_total{verdict="attention"} 1\n');
    expect((await ask({ prefer: 'return=minimal' })).statusCode).toBe(201);
  });

  it('is what a large file becomes by itself', async () => {
    const { statusCode, headers } = await ask({}, parcels('clear').padEnd(9_001));
    expect(statusCode).toBe(202);
    expect(headers['preference-applied']).toBeUndefined();
    expect((await ask({}, parcels('clear').padEnd(8_000))).statusCode).toBe(201);
  });

  it('fails as the problem that the direct answer would have been', async () => {
    work = async () => {
      const errors = [{ pointer: '/features/0', code: 'x', detail: { zh: '自交', en: 'crosses' } }];
      throw new AppError('bad-parcel', 'refused', { errors });
    };
    const { id } = (await ask()).json();
    await until(async () => (await get(`/v1/jobs/${id}`)).json().status === 'failed');
    const { problem } = (await get(`/v1/jobs/${id}`)).json();
    expect(problem).toMatchObject({
      code: 'bad-parcel',
      status: 422,
      errors: [{ detail: '自交' }],
      instance: id,
    });
    expect((await get(`/v1/jobs/${id}/result`)).json().code).toBe('conflict');
  });

  it('is refused when the queue is full, with a time to come back', async () => {
    const letGo = held();
    const answers = [];
    for (let i = 0; i < 6; i++) {
      answers.push(await ask());
      if (i === 0) await until(async () => (await jobs.count()).running === 1);
    }
    expect(answers.map((one) => one.statusCode)).toEqual([202, 202, 202, 202, 503, 503]);
    expect(answers[4]!.json().code).toBe('overloaded');
    expect(Number(answers[4]!.headers['retry-after'])).toBeGreaterThan(0);
    letGo();
    await until(async () => (await jobs.count()).running === 0 && (await jobs.count()).queued === 0);
  });

  it('is cancelled: waiting at once, running soon, finished not at all', async () => {
    held();
    const running = (await ask()).json();
    await until(async () => (await jobs.count()).running === 1);
    const waiting = (await ask()).json();
    const cancel = (id: string) => at.app.inject({ method: 'DELETE', url: `/v1/jobs/${id}` });
    const first = await cancel(waiting.id);
    expect([first.statusCode, first.json().status]).toEqual([200, 'cancelled']);
    const second = await cancel(running.id);
    expect([second.statusCode, second.json().cancelRequested]).toEqual([202, true]);
    await until(async () => (await get(`/v1/jobs/${running.id}`)).json().status === 'cancelled');
    work = async () => ({ verdict: 'clear', parcelCount: 1 });
    const { id } = (await ask()).json();
    await until(async () => (await get(`/v1/jobs/${id}`)).json().status === 'succeeded');
    expect((await cancel(id)).statusCode).toBe(409);
    expect((await cancel('job_none')).statusCode).toBe(404);
    expect((await get('/v1/jobs?limit=1&status=succeeded')).json().jobs[0].id).toBe(id);
  });
});

describe('an import as a job', () => {
  it('owns the upload until it has ended', async () => {
    const letGo = held();
    const asked = await at.app.inject({
      method: 'POST',
      url: '/v1/layers/stbhhx/versions',
      headers: { 'content-type': geoJson, prefer: 'respond-async' },
      payload: '{}',
    });
    expect(asked.statusCode).toBe(202);
    expect(readdirSync(tempDir)).toHaveLength(1);
    letGo();
    await until(() => readdirSync(tempDir).length === 0);
  });
});

describe('the events of a job', () => {
  it('are its states with rising ids up to the last, and resume after the one that was seen', async () => {
    const letGo = held();
    const { id } = (await ask()).json();
    const stream = get(`/v1/jobs/${id}/events`);
    await until(async () => (await jobs.count()).running === 1);
    letGo();
    const { headers, body } = await stream;
    expect(headers['content-type']).toBe('text/event-stream');
    const seen = eventsOf(body);
    expect(seen.at(-1)!.job.status).toBe('succeeded');
    expect(seen.map((event) => event.id)).toEqual(seen.map((event) => event.job.revision));
    expect([...seen].sort((a, b) => a.id - b.id)).toEqual(seen);
    const again = (since: number) => get(`/v1/jobs/${id}/events`, { 'last-event-id': String(since) });
    const last = seen.at(-1)!.id;
    expect(eventsOf((await again(last - 1)).body)).toEqual([seen.at(-1)]);
    expect((await again(last)).statusCode).toBe(204);
    expect((await get('/v1/jobs/job_none/events')).statusCode).toBe(404);
  });

  it('are let go when the reader goes away or the service stops', async () => {
    const letGo = held();
    const { id } = (await ask()).json();
    const app = testApp({ tempDir }, memoryService(jobs)).app;
    const url = new URL(await app.listen({ port: 0, host: '127.0.0.1' }));
    const open = () => {
      const socket = connect(Number(url.port), '127.0.0.1');
      socket.write(`GET /v1/jobs/${id}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
      return socket;
    };
    const first = open();
    await new Promise((resolve) => first.once('data', resolve));
    const second = open();
    await new Promise((resolve) => second.once('data', resolve));
    first.destroy();
    const ended = new Promise((resolve) => second.once('close', resolve));
    await app.close();
    await ended;
    letGo();
  });
});
