import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import { town } from '../checks/made-checks.js';
import { bodyOf, type MadeFeature } from '../overlay/made-ground.js';
import {
  call,
  command,
  fileOfLayer,
  importTown,
  logOf,
  newGround,
  post,
  type RunningService,
  serve,
  troublesOf,
  until,
} from './running-service.js';

/** So many squares that their import is under way for a while. */
const manySquares: MadeFeature[] = Array.from({ length: 20_000 }, (_, i) => ({
  boxes: [[10 * (i % 200), 10 * Math.floor(i / 200), 10, 10]],
  properties: { BSM: `S${i}`, DLBM: '0102', KCXS: 0.1 },
}));
const largeFile = fileOfLayer({ features: manySquares });
const manyParcels = bodyOf(
  Array.from({ length: 3000 }, (_, i) => ({
    id: `P-${i}`,
    boxes: [[8 * (i % 60), 8 * Math.floor(i / 60), 7.5, 7.5]] as const,
  })),
).toString();
const oneParcel = bodyOf([{ id: 'DK-1', boxes: [[650, 100, 100, 100]] }]).toString();

const inMetres = 'crs=EPSG:4526';

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

const restart = async (): Promise<void> => {
  service = await serve({ ...ground.env, ONEMAP_LOG_LEVEL: 'debug' });
};

const versionsOf = async (layer: string) =>
  (await call(`${service.url}/v1/layers/${layer}/versions`)).body.versions;
const checks = async () => (await call(`${service.url}/v1/checks?limit=100`)).body.checks;

describe('a service in use', () => {
  it('refuses a second process on its data, saying who has it, and is not disturbed', async () => {
    for (const args of [['layers'], ['serve']]) {
      const { code, err } = await command(args, { ...ground.env, PORT: '0' });
      expect(code).toBe(3);
      expect(err).toContain(String(service.child.pid));
      expect(err).toContain('内嵌数据库一次只能由一个进程打开');
    }
    expect((await call(`${service.url}/readyz`)).status).toBe(200);
  });

  it('lets a running check finish when it is told to stop, then ends with 0 and a clean log', async () => {
    const answer = post(`${service.url}/v1/checks?${inMetres}`, manyParcels);
    await until(async () => (await call(`${service.url}/metrics`)).body.includes('onemap_work_running 1'));
    service.child.kill('SIGTERM');
    const { status, body } = await answer;
    expect(status).toBe(201);
    expect(body.parcels).toHaveLength(3000);
    expect(await service.ended).toBe(0);
    expect(troublesOf(service)).toEqual([]);
    expect(ground.uploads()).toEqual([]);
    await restart();
    expect((await call(`${service.url}/v1/checks/${body.id}`)).body.sha256).toBe(body.sha256);
  });
});

describe('a service that is killed', () => {
  it('in the middle of an import: the old version is active, nothing of the new one is left', async () => {
    const before = await versionsOf('dltb');
    const lost = post(`${service.url}/v1/layers/dltb/versions?dataDate=2025-06-30`, largeFile).catch(
      () => 'cut off',
    );
    await until(() => logOf(service).filter((line) => line.msg === 'reading features').length >= 3);
    service.child.kill('SIGKILL');
    expect(await lost).toBe('cut off');
    await service.ended;
    await restart();
    expect(await versionsOf('dltb')).toEqual(before);
    const { status, body } = await post(`${service.url}/v1/checks?verify=true&${inMetres}`, oneParcel);
    expect([status, body.verdict]).toEqual([201, 'prohibited']);
    expect(ground.uploads()).toEqual([]);
  });

  it('in the middle of a check: what was stored before is whole, nothing of the check is', async () => {
    const { body: kept } = await post(`${service.url}/v1/checks?${inMetres}`, oneParcel);
    const before = await checks();
    const lost = post(`${service.url}/v1/checks?verify=true&${inMetres}`, manyParcels).catch(() => 'cut off');
    await until(async () => (await call(`${service.url}/metrics`)).body.includes('onemap_work_running 1'));
    service.child.kill('SIGKILL');
    expect(await lost).toBe('cut off');
    await service.ended;
    await restart();
    expect(await checks()).toEqual(before);
    const stored = await call(`${service.url}/v1/checks/${kept.id}`);
    expect(stored.body).toEqual(kept);
    const replay = await call(`${service.url}/v1/checks/${kept.id}/replay`, { method: 'POST' });
    expect(replay.body).toEqual({ identical: true, sha256: kept.sha256 });
  });

  it('leaves no row behind that no version owns', async () => {
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    const db = await openDatabase({ dataDir: ground.env.ONEMAP_DATA_DIR! });
    try {
      const [row] = await db.query(`
        select (select count(*) from layer_version where status = 'staging') as staging,
               (select count(*) from layer_version) as versions,
               (select count(*) from layer_feature) as features,
               (select count(*) from check_record) as checks,
               (select count(distinct check_id) from check_parcel) as checks_with_parcels`);
      expect(row).toMatchObject({ staging: 0, versions: 5, features: 7 });
      expect(row!.checks_with_parcels).toBe(row!.checks);
    } finally {
      await db.close();
    }
  });
});
