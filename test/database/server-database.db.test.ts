/** What only a server does: connections are cut, the server goes away and comes back, the pool runs out. */
import net from 'node:net';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openDatabase } from '../../src/database/open.js';
import type { Database } from '../../src/database/sql.js';
import { failure } from './failure.js';
import { createServerDatabase } from './test-database.js';

const server = process.env.TEST_DATABASE_URL;

describe.skipIf(!server)('a server', () => {
  let url: string;
  let proxy: Proxy;
  let db: Database;
  let admin: Database;
  const trouble: string[] = [];

  beforeAll(async () => {
    url = await createServerDatabase(server as string);
    admin = await openDatabase({ url, poolSize: 2 });
    await admin.query('create table item (i integer)');
    proxy = await startProxy(url);
    db = await openDatabase({
      url: proxy.url,
      poolSize: 2,
      connectLimitMs: 1_500,
      onTrouble: (reason) => trouble.push(reason),
    });
  });
  beforeEach(() => admin.query('truncate item'));
  afterAll(async () => {
    await db?.close();
    await admin?.close();
    await proxy?.stop();
  });

  const items = (): Promise<object[]> => admin.query('select i from item order by i');
  const insert = 'insert into item values ($1)';

  test('whose connection is terminated in mid-transaction loses that transaction only', async () => {
    await db.query(insert, [1]);
    const work = db.transaction(async (tx) => {
      await tx.query(insert, [2]);
      const [row] = await tx.query<{ pid: number }>('select pg_backend_pid() as pid');
      await admin.query('select pg_terminate_backend($1)', [row!.pid]);
      await tx.query(insert, [3]);
    });
    expect((await failure(work)).code).toBe('database-unavailable');
    expect(await items()).toEqual([{ i: 1 }]);
    await db.query(insert, [4]);
    expect(await items()).toEqual([{ i: 1 }, { i: 4 }]);
  });

  test('that cuts idle connections is not noticed by the next statement', async () => {
    await Promise.all([db.query('select pg_sleep(0.05)'), db.query('select pg_sleep(0.05)')]);
    trouble.length = 0;
    await admin.query(
      'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> all($1)',
      [await pidsOf(admin)],
    );
    await until(() => trouble.length >= 2);
    expect(trouble[0]).toMatch(/^database connection lost/);
    expect(await db.query('select 1 as a')).toEqual([{ a: 1 }]);
  });

  test('that goes away is reported as unavailable, and is used again when it is back', async () => {
    await db.query(insert, [1]);
    const underWay = failure(db.query('select pg_sleep(30)'));
    await until(
      async () =>
        (await admin.query("select 1 from pg_stat_activity where query = 'select pg_sleep(30)'")).length > 0,
    );
    proxy.goAway();
    expect((await underWay).code).toBe('database-unavailable');
    for (let i = 0; i < 3; i++) {
      const error = await failure(db.query('select 1'));
      expect(error.code).toBe('database-unavailable');
      expect(error.facts.detail!.zh).toMatch(/自动重连/);
    }
    expect((await failure(db.transaction((tx) => tx.query('select 1')))).code).toBe('database-unavailable');
    expect((await failure(db.status())).code).toBe('database-unavailable');
    await proxy.comeBack();
    expect(await db.query('select i from item')).toEqual([{ i: 1 }]);
  });

  test('whose connections are all in use is overloaded, after the wait that was set', async () => {
    let release = () => {};
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const holders = [1, 2].map(() => db.transaction(async (tx) => tx.query('select 1').then(() => held)));
    const error = await failure(db.query('select 1'));
    release();
    await Promise.all(holders);
    expect(error.code).toBe('overloaded');
    expect(await db.query('select 1 as a')).toEqual([{ a: 1 }]);
  });

  test('behind a pooler that forgets prepared statements still answers', async () => {
    const one = await openDatabase({ url, poolSize: 1 });
    try {
      for (let i = 0; i < 4; i++) await one.query('select $1::int as a', [i]);
      await one.query('deallocate all');
      expect(await one.query('select $1::int as a', [7])).toEqual([{ a: 7 }]);
      for (let i = 0; i < 4; i++) expect(await one.query('select $1::int as a', [i])).toEqual([{ a: i }]);
    } finally {
      await one.close();
    }
  });

  test.each([
    [
      'an unknown database',
      (u: string) => u.replace(/(\w+:\/\/[^/]*)\/[^?]*/, '$1/no_such_database'),
      'bad-configuration',
    ],
    ['nobody listening', () => 'postgres://postgres@127.0.0.1:9/x', 'database-unavailable'],
    [
      'a host that does not exist',
      () => 'postgres://postgres@no-such-host.invalid/x',
      'database-unavailable',
    ],
  ])('at the start, %s is said in the error', async (_name, change, code) => {
    const error = await failure(openDatabase({ url: change(url), connectLimitMs: 5_000 }));
    expect(error.code).toBe(code);
  });

  test('that is read-only says so', async () => {
    const work = db.transaction(async (tx) => {
      await tx.query('set transaction read only');
      await tx.query(insert, [1]);
    });
    expect((await failure(work)).code).toBe('database-read-only');
  });

  test('gives every connection the same session', async () => {
    const settings = [
      'TimeZone',
      'DateStyle',
      'bytea_output',
      'jit',
      'statement_timeout',
      'application_name',
    ];
    const select = `select ${settings.map((name) => `current_setting('${name}') as "${name}"`).join(', ')}, pg_sleep(0.05) is null as slept`;
    const rows = (await Promise.all([db.query(select), db.query(select)])).flat();
    const expected = {
      TimeZone: 'UTC',
      DateStyle: 'ISO, YMD',
      bytea_output: 'hex',
      jit: 'off',
      statement_timeout: '1min',
      application_name: 'onemap-precheck',
      slept: false,
    };
    expect(rows).toEqual([expected, expected]);
  });
});

async function pidsOf(database: Database): Promise<number[]> {
  const rows = await Promise.all(
    [1, 2].map(() => database.query<{ pid: number }>('select pg_backend_pid() as pid, pg_sleep(0.05)')),
  );
  return rows.flat().map(({ pid }) => pid);
}

async function until(done: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await done())) await new Promise((resolve) => setTimeout(resolve, 10));
}

interface Proxy {
  url: string;
  /** Cuts every connection and refuses new ones. */
  goAway(): void;
  comeBack(): Promise<void>;
  stop(): Promise<void>;
}

/** A door of its own to the server of `url`, so that the server can be made to go away without touching it. */
async function startProxy(url: string): Promise<Proxy> {
  const { host, port, user, database, password } = new pg.Client(url);
  const target = host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port };
  const sockets = new Set<net.Socket>();
  const listener = net.createServer((incoming) => {
    const outgoing = net.connect(target as net.NetConnectOpts);
    for (const socket of [incoming, outgoing]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        incoming.destroy();
        outgoing.destroy();
      });
    }
    incoming.pipe(outgoing).pipe(incoming);
  });
  const listen = (at: number): Promise<void> =>
    new Promise((resolve) => listener.listen(at, '127.0.0.1', () => resolve()));
  await listen(0);
  const own = (listener.address() as net.AddressInfo).port;
  const login = [user ?? '', ...(password ? [password] : [])]
    .map((part) => encodeURIComponent(part))
    .join(':');
  const goAway = (): void => {
    listener.close();
    for (const socket of sockets) socket.destroy();
  };
  return {
    url: `postgres://${login}@127.0.0.1:${own}/${database}`,
    goAway,
    comeBack: () => listen(own),
    stop: async () => goAway(),
  };
}
