import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import type { Database } from '../../src/database/sql.js';
import { town } from '../checks/made-checks.js';
import { bodyOf, type MadeFeature } from '../overlay/made-ground.js';
import { asServer, type Cluster, makeCluster, noCluster } from './own-cluster.js';
import {
  call,
  type Env,
  fileOfLayer,
  importTown,
  logOf,
  post,
  type RunningService,
  serve,
  troublesOf,
  until,
} from './running-service.js';

const cluster: Cluster | undefined = makeCluster();
const inMetres = 'crs=EPSG:4526';
const parcel = bodyOf([{ id: 'DK-1', boxes: [[650, 100, 100, 100]] }]).toString();
const manySquares: MadeFeature[] = Array.from({ length: 20_000 }, (_, i) => ({
  boxes: [[10 * (i % 200), 10 * Math.floor(i / 200), 10, 10]],
  properties: { BSM: `S${i}`, DLBM: '0102', KCXS: 0.1 },
}));
const largeFile = fileOfLayer({ features: manySquares });

describe.runIf(cluster)('the service on a PostgreSQL server', () => {
  // collected, though not run, where there is no server
  const { url: databaseUrl, folder: serverFolder, crash, start } = cluster ?? noCluster;
  const temp = mkdtempSync(join(tmpdir(), 'onemap-journey-'));
  const env: Env = {
    DATABASE_URL: databaseUrl,
    ONEMAP_SAMPLE: '0',
    ONEMAP_TEMP_DIR: temp,
    ONEMAP_LOG_LEVEL: 'debug',
  };
  let service: RunningService;
  let db: Database;

  beforeAll(async () => {
    service = await serve(env);
    await importTown(service.url, town);
    db = await openDatabase({ url: databaseUrl });
  });
  afterAll(async () => {
    service.child.kill('SIGKILL');
    await db.close();
    cluster?.remove();
    rmSync(temp, { recursive: true, force: true });
  });

  const check = (query = '') => post(`${service.url}/v1/checks?${inMetres}${query}`, parcel);
  const count = async (table: string, where = 'true'): Promise<number> =>
    (await db.query<{ count: number }>(`select count(*) as count from ${table} where ${where}`))[0]!.count;
  const versionsOf = async (layer: string) =>
    (await call(`${service.url}/v1/layers/${layer}/versions`)).body.versions;

  it('answers, and PostGIS agrees', async () => {
    const { status, body } = await check('&verify=true');
    expect([status, body.verdict, body.engine.verifiedBy]).toEqual([201, 'prohibited', 'postgis']);
    expect((await call(`${service.url}/readyz`)).body.database.kind).toBe('server');
    expect(troublesOf(service)).toEqual([]);
  });

  it('says so while the database is away, and works again without a restart', async () => {
    const { body: stored } = await check();
    crash();
    for (const answer of [await check(), await call(`${service.url}/v1/checks/${stored.id}`)]) {
      expect([answer.status, answer.body.code]).toEqual([503, 'database-unavailable']);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(answer.body.detail).toContain('DATABASE_URL');
      expect(JSON.stringify(answer.body)).not.toContain(serverFolder);
    }
    const ready = await call(`${service.url}/readyz`);
    expect([ready.status, ready.body.ready, ready.body.database.reachable]).toEqual([503, false, false]);
    expect(ready.body.reasons[0].length).toBeGreaterThan(5);
    expect((await call(`${service.url}/healthz`)).status).toBe(200);
    expect((await call(`${service.url}/metrics`)).body).toContain('onemap_database_up 0');
    start();
    expect((await call(`${service.url}/readyz`)).status).toBe(200);
    const again = await check('&verify=true');
    expect([again.status, again.body.verdict]).toEqual([201, 'prohibited']);
    expect((await call(`${service.url}/v1/checks/${stored.id}`)).body).toEqual(stored);
  });

  it('loses the database in the middle of an import: the old version stays, nothing half-stored shows', async () => {
    const before = await versionsOf('dltb');
    const seen = logOf(service).length;
    const answer = post(`${service.url}/v1/layers/dltb/versions?dataDate=2025-06-30`, largeFile);
    await until(
      () =>
        logOf(service)
          .slice(seen)
          .filter((line) => line.msg === 'reading features').length >= 3,
    );
    crash();
    const { status, body } = await answer;
    expect([status, body.code]).toEqual([503, 'database-unavailable']);
    start();
    expect(await versionsOf('dltb')).toEqual(before);
    expect((await check('&verify=true')).body.verdict).toBe('prohibited');
    // what could not be deleted is swept by the next import, once its heart has stood still for long enough
    await db.query(
      `update layer_version set heartbeat_at = now() - interval '1 hour' where status = 'staging'`,
    );
    await importTown(service.url, { hlfxkzx: town.stbhhx! });
    expect(await count('layer_version', `status = 'staging'`)).toBe(0);
    expect(await count('layer_feature', `version_id not in (select version_id from layer_version)`)).toBe(0);
  });

  it('finds no room for a check: a problem says so and nothing is half-stored', async () => {
    const before = [await count('check_record'), await count('check_parcel')];
    await db.runScript(`
      create function no_room() returns trigger language plpgsql as
        $$ begin raise exception 'could not extend file' using errcode = 'disk_full'; end $$;
      create trigger no_room before insert on check_parcel execute function no_room();`);
    const { status, body } = await check();
    await db.runScript('drop trigger no_room on check_parcel; drop function no_room;');
    expect([status, body.code]).toEqual([507, 'disk-full']);
    expect([await count('check_record'), await count('check_parcel')]).toEqual(before);
    expect((await check()).status).toBe(201);
  });

  it.runIf(canMount())('fills the disk in the middle of an import: the old version stays', async () => {
    const disk = join(serverFolder, 'small-disk');
    mkdirSync(disk);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m,mode=777', 'tmpfs', disk]);
    try {
      asServer('mkdir', join(disk, 'space'));
      await db.query(`create tablespace small_disk location '${join(disk, 'space')}'`);
      await db.query('alter table layer_feature set tablespace small_disk');
      const before = await versionsOf('dltb');
      const { status, body } = await post(`${service.url}/v1/layers/dltb/versions`, largeFile);
      expect([status, body.code]).toEqual([507, 'disk-full']);
      expect(await versionsOf('dltb')).toEqual(before);
      expect(await count('layer_version', `status = 'staging'`)).toBe(0);
      expect((await check('&verify=true')).body.verdict).toBe('prohibited');
      await db.query('alter table layer_feature set tablespace pg_default');
      await db.query('drop tablespace small_disk');
    } finally {
      execFileSync('umount', ['-l', disk]);
    }
  });

  it('shares the database with a second service: an import in one is the other’s next answer', async () => {
    const second = await serve(env);
    const clear = bodyOf([{ boxes: [[100, 100, 100, 100]] }]).toString();
    const ask = async (url: string) => (await post(`${url}/v1/checks?${inMetres}`, clear)).body.verdict;
    expect(await ask(service.url)).toBe('clear');
    const everywhere = { ...town.stbhhx!, features: [{ boxes: [[0, 0, 900, 900]] as const }] };
    await importTown(second.url, { stbhhx: { ...everywhere, dataDate: '2025-06-30' } });
    expect(await ask(service.url)).toBe('attention');
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(troublesOf(second)).toEqual([]);
  });

  it('ends with 0, having written nothing about geometry or passwords', async () => {
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(service.err()).not.toMatch(/38430\d\d\d|\d{3}\.\d{6}/);
    // 57P03: the server was starting again
    const codes = new Set(troublesOf(service).map((line) => line.code ?? line.msg));
    expect(
      [...codes].filter(
        (code) => !/database.unavailable|disk-full|connection lost|SQLSTATE 57P03/.test(String(code)),
      ),
    ).toEqual([]);
  });
});

function canMount(): boolean {
  if (cluster === undefined || process.getuid?.() !== 0) return false;
  const place = mkdtempSync(join(tmpdir(), 'onemap-mount-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place], { stdio: 'ignore' });
    execFileSync('umount', [place]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}
