import { connect as openSocket } from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { town } from '../checks/made-checks.js';
import { bodyOf, type MadeFeature } from '../overlay/made-ground.js';
import { type Cluster, makeCluster, noCluster } from './own-cluster.js';
import {
  call,
  type Env,
  fileOfLayer,
  importTown,
  newGround,
  post,
  type RunningService,
  serve,
  troublesOf,
  until,
} from './running-service.js';

const inMetres = 'crs=EPSG:4526';
const async = { prefer: 'respond-async' };
/** So many parcels that their check is under way for a while. */
const manyParcels = parcelsEvery(8, 60, 1500);
/** A service that works on a job asks each second whether it is still wanted. */
const HEARD_AFTER_MS = 2_500;
/** On the same ground, and measured twice: under way for longer. */
const mostParcels = parcelsEvery(4, 120, 4800);
const twice = '&verify=true';
const oneParcel = bodyOf([{ id: 'DK-1', boxes: [[650, 100, 100, 100]] }]).toString();
const manySquares: MadeFeature[] = Array.from({ length: 20_000 }, (_, i) => ({
  boxes: [[10 * (i % 200), 10 * Math.floor(i / 200), 10, 10]],
  properties: { BSM: `S${i}`, DLBM: '0102', KCXS: 0.1 },
}));

function parcelsEvery(metres: number, columns: number, length: number): string {
  const side = metres - 0.5;
  const parcels = Array.from({ length }, (_, i) => ({
    id: `P-${i}`,
    boxes: [[metres * (i % columns), metres * Math.floor(i / columns), side, side]] as const,
  }));
  return bodyOf(parcels).toString();
}

const readJob = async (url: string, id: string) => (await call(`${url}/v1/jobs/${id}`)).body;
async function ended(url: string, id: string) {
  await until(async () => !['queued', 'running'].includes((await readJob(url, id)).status), 50);
  return readJob(url, id);
}
async function running(url: string, id: string): Promise<void> {
  await until(async () => (await readJob(url, id)).status === 'running');
}
const ask = async (url: string, body = manyParcels, query = '') => {
  const { status, headers, body: job } = await post(`${url}/v1/checks?${inMetres}${query}`, body, async);
  expect([status, headers.get('location')]).toEqual([202, `/v1/jobs/${job.id}`]);
  return job.id as string;
};

describe('jobs on the embedded database', () => {
  let ground: Awaited<ReturnType<typeof newGround>>;
  let service: RunningService;

  beforeAll(async () => {
    ground = await newGround();
    service = await serve(ground.env);
    await importTown(service.url, town);
  });
  afterAll(() => {
    service.child.kill('SIGKILL');
    ground.remove();
  });

  it('come to the same answer as the direct request, with the events of their course', async () => {
    const { body: direct } = await post(`${service.url}/v1/checks?${inMetres}`, oneParcel);
    const id = await ask(service.url, oneParcel);
    const events = await call(`${service.url}/v1/jobs/${id}/events`);
    expect(events.headers.get('content-type')).toBe('text/event-stream');
    expect(events.body).toContain('"status":"succeeded"');
    const { location } = await readJob(service.url, id);
    const { body: check } = await call(`${service.url}${location}`);
    expect(check.sha256).toBe(direct.sha256);
  });

  it('survive a killed process: the check is made after the restart, the import says that it must be sent again', async () => {
    const check = await ask(service.url);
    await running(service.url, check);
    const file = fileOfLayer({ features: manySquares });
    const layer = await post(`${service.url}/v1/layers/dltb/versions?dataDate=2025-06-30`, file, async);
    expect(layer.status).toBe(202);
    const { body: before } = await call(`${service.url}/v1/layers/dltb`);
    service.child.kill('SIGKILL');
    await service.ended;
    service = await serve(ground.env);
    const lost = await ended(service.url, layer.body.id);
    expect([lost.status, lost.problem.code]).toEqual(['failed', 'interrupted']);
    const made = await ended(service.url, check);
    expect(made.status).toBe('succeeded');
    const { body } = await call(`${service.url}${made.location}`);
    expect(body.parcels).toHaveLength(1500);
    expect((await call(`${service.url}/v1/layers/dltb`)).body).toEqual(before);
    expect(ground.uploads()).toEqual([]);
  });

  it('are put back by a service that is told to stop, and stop when they are cancelled', async () => {
    const kept = await ask(service.url);
    await running(service.url, kept);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    service = await serve(ground.env);
    await until(async () => (await readJob(service.url, kept)).status !== 'queued');
    const { body } = await call(`${service.url}/v1/jobs/${kept}`, { method: 'DELETE' });
    expect(body.cancelRequested || body.status === 'cancelled').toBe(true);
    expect((await ended(service.url, kept)).status).toBe('cancelled');
    const { body: checks } = await call(`${service.url}/v1/checks?limit=100`);
    const again = await ended(service.url, await ask(service.url, oneParcel));
    expect(again.status).toBe('succeeded');
    expect((await call(`${service.url}/v1/checks?limit=100`)).body.checks).toHaveLength(
      checks.checks.length + 1,
    );
  });

  it('hold no memory for a reader of events that stands still', async () => {
    const { port } = new URL(service.url);
    const id = await ask(service.url);
    await running(service.url, id);
    const sockets = Array.from({ length: 50 }, () => {
      const socket = openSocket(Number(port), '127.0.0.1');
      socket.write(`GET /v1/jobs/${id}/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
      socket.pause();
      return socket;
    });
    expect((await ended(service.url, id)).status).toBe('succeeded');
    for (const socket of sockets) socket.destroy();
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    // taking back what the killed process left is told once
    expect(troublesOf(service)).toEqual([]);
    service = await serve(ground.env);
  });
});

const cluster: Cluster | undefined = makeCluster();

describe.runIf(cluster)('jobs of two services on one server', () => {
  const { url: databaseUrl, crash, start } = cluster ?? noCluster;
  let ground: Awaited<ReturnType<typeof newGround>>;
  let env: Env;
  let services: RunningService[];

  beforeAll(async () => {
    ground = await newGround();
    env = {
      ...ground.env,
      DATABASE_URL: databaseUrl,
      ONEMAP_JOB_LOST_AFTER_S: '3',
      ONEMAP_JOBS_AT_ONCE: '1',
    };
    services = [await serve(env), await serve(env)];
    await importTown(services[0]!.url, town);
  });
  const connect = async () => {
    const client = new pg.Client(databaseUrl);
    await client.connect();
    return client;
  };
  /** Until the answer is called, what needs the lock that the statement takes waits. */
  const hold = async (statement: string, values: string[] = []) => {
    const client = await connect();
    await client.query('begin');
    await client.query(statement, values);
    return () => client.end();
  };
  const holdTiles = () => hold('lock table layer_tile in access exclusive mode');
  afterAll(() => {
    for (const service of services) service.child.kill('SIGKILL');
    cluster?.remove();
    ground.remove();
  });

  it('are shared, cancelled from either, and taken over from the one that is killed', async () => {
    const [first, second] = services as [RunningService, RunningService];
    // no tile can be read meanwhile: neither job is done before it has been told to stop
    const release = await holdTiles();
    const ids = [await ask(first.url), await ask(first.url)];
    await Promise.all(ids.map((id) => running(second.url, id)));
    await call(`${second.url}/v1/jobs/${ids[0]}`, { method: 'DELETE' });
    await call(`${first.url}/v1/jobs/${ids[1]}`, { method: 'DELETE' });
    await new Promise((resolve) => setTimeout(resolve, HEARD_AFTER_MS));
    await release();
    for (const id of ids) expect((await ended(second.url, id)).status).toBe('cancelled');
    const taken = [await ask(first.url, mostParcels, twice), await ask(first.url, mostParcels, twice)];
    await Promise.all(taken.map((id) => running(second.url, id)));
    first.child.kill('SIGKILL');
    for (const id of taken) expect((await ended(second.url, id)).status).toBe('succeeded');
  });

  it('store a check once, though the process dies after storing it and before its job has ended', async () => {
    const { url } = services[1]!;
    const client = await connect();
    const stored = async () => (await client.query('select check_id from check_record')).rows.length;
    const before = await stored();
    const doomed = await serve(env);
    services.push(doomed);
    const releaseTiles = await holdTiles();
    const id = await ask(doomed.url, oneParcel);
    await running(url, id);
    const { rows } = await client.query('select owner from job where job_id = $1', [id]);
    expect(rows[0].owner).toContain(`proc_${doomed.child.pid}_`);
    // the check can be stored now, its job can not be ended
    const releaseJob = await hold('select from job where job_id = $1 for update', [id]);
    await releaseTiles();
    await until(async () => (await stored()) > before);
    doomed.child.kill('SIGKILL');
    await doomed.ended;
    // statements of the dead process that still wait for the lock would be carried out when they get it
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity where wait_event_type = 'Lock'`,
    );
    await releaseJob();
    const { status, location } = await ended(url, id);
    expect([status, await stored()]).toEqual(['succeeded', before + 1]);
    expect((await call(`${url}${location}`)).body.verdict).toBe('prohibited');
    await client.end();
  });

  it('outlive a database that goes away', async () => {
    const { url } = services[1]!;
    const id = await ask(url);
    await running(url, id);
    crash();
    expect((await call(`${url}/v1/jobs/${id}`)).status).toBe(503);
    expect((await post(`${url}/v1/checks?${inMetres}`, oneParcel, async)).body.code).toBe(
      'database-unavailable',
    );
    start();
    expect((await ended(url, id)).status).toBe('succeeded');
  });
});
