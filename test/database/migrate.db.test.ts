/** Migrations with made-up files in schemas of their own, and (server only) two services that start together. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../../src/core/package-root.js';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';
import type { Database } from '../../src/database/sql.js';
import { failure } from './failure.js';
import { createServerDatabase, openOwnDatabase } from './test-database.js';

const server = process.env.TEST_DATABASE_URL;

let db: Database;
let folder: string;
let schemas = 0;

beforeAll(async () => {
  db = await openOwnDatabase({ poolSize: 1 }); // one connection, so that search_path holds
  folder = mkdtempSync(join(tmpdir(), 'onemap-migrations-'));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await db?.close();
});
beforeEach(async () => {
  for (const file of readdirSync(folder)) rmSync(join(folder, file));
  const schema = `migration_${++schemas}`;
  await db.query(`create schema ${schema}`);
  await db.query("select set_config('search_path', $1, false)", [schema]);
});

const write = (files: Record<string, string>): void => {
  for (const [name, sql] of Object.entries(files)) writeFileSync(join(folder, name), sql);
};
const recorded = (): Promise<object[]> =>
  db.query('select number, name from schema_migration order by number');
const tables = async (): Promise<string[]> =>
  (
    await db.query<{ name: string }>(
      'select tablename as name from pg_tables where schemaname = current_schema() order by 1',
    )
  ).map(({ name }) => name);

const first = { '0001-first.sql': 'create table a (i integer); -- one\ninsert into a values (1);' };
const second = { '0002-second.sql': 'alter table a add column j integer; create table b ();' };

test('applies what is missing, in order, once', async () => {
  write(first);
  expect(await migrate(db, folder)).toEqual({ applied: ['0001-first'], schemaVersion: 1 });
  write(second);
  expect(await migrate(db, folder)).toEqual({ applied: ['0002-second'], schemaVersion: 2 });
  expect(await migrate(db, folder)).toEqual({ applied: [], schemaVersion: 2 });
  expect(await recorded()).toEqual([
    { number: 1, name: '0001-first' },
    { number: 2, name: '0002-second' },
  ]);
  expect(await db.query('select * from a')).toEqual([{ i: 1, j: null }]);
  expect((await db.status()).schemaVersion).toBe(2);
});

test('a half-failed run leaves nothing, not even the migrations before the failing one', async () => {
  write({ ...first, '0002-second.sql': 'create table b (); select 1 / 0; create table c ();' });
  const error = await failure(migrate(db, folder));
  expect(error.message).toContain('0002-second');
  expect(error.facts.sqlState).toBe('22012');
  expect(await tables()).toEqual([]);
  write(second);
  expect((await migrate(db, folder)).applied).toEqual(['0001-first', '0002-second']);
});

test('a newer database is refused and left as it is', async () => {
  write({ ...first, ...second });
  await migrate(db, folder);
  rmSync(join(folder, '0002-second.sql'));
  const error = await failure(migrate(db, folder));
  expect(error.code).toBe('database-too-new');
  expect(error.facts.detail!.en).toMatch(/version 2, this program knows 1/);
  expect(await tables()).toEqual(['a', 'b', 'schema_migration']);
});

test('a migration whose content changed after it was applied is refused', async () => {
  write(first);
  await migrate(db, folder);
  write({ '0001-first.sql': 'create table a (i bigint);', ...second });
  expect((await failure(migrate(db, folder))).code).toBe('bad-configuration');
  expect(await tables()).toEqual(['a', 'schema_migration']);
});

test('line ends of a Windows checkout change nothing', async () => {
  write(first);
  await migrate(db, folder);
  write({ '0001-first.sql': first['0001-first.sql'].replaceAll('\n', '\r\n') });
  expect((await migrate(db, folder)).applied).toEqual([]);
});

test.each([
  ['a gap in the numbers', { ...first, '0003-third.sql': 'select 1' }],
  ['a number twice', { ...first, '0001-again.sql': 'select 1' }],
  ['a name of another form', { 'first.sql': 'select 1' }],
])('%s is refused before anything is done', async (_name, files) => {
  write(files);
  expect((await failure(migrate(db, folder))).code).toBe('internal');
  expect(await tables()).toEqual([]);
});

test('a file that ends the transaction is refused', async () => {
  write({ '0001-first.sql': 'create table a (); commit; create table b ();' });
  expect((await failure(migrate(db, folder))).message).toMatch(/ended the transaction/);
});

test('a search_path without a schema is refused with advice', async () => {
  await db.query("select set_config('search_path', 'no_such_schema', false)");
  write(first);
  const error = await failure(migrate(db, folder));
  expect(error.code).toBe('bad-configuration');
  expect(error.facts.detail!.zh).toContain('search_path');
});

test('a missing extension is explained to the administrator', async () => {
  write({ '0001-first.sql': 'create extension no_such_extension;' });
  const error = await failure(migrate(db, folder));
  expect(error.code).toBe('bad-configuration');
  expect(error.facts.detail!.en).toContain('CREATE EXTENSION postgis');
});

describe.skipIf(!server)('on a server', () => {
  test('two services that start together on an empty database migrate it once', async () => {
    const url = await createServerDatabase(server as string);
    const services = await Promise.all([openDatabase({ url }), openDatabase({ url })]);
    try {
      const reports = await Promise.all(services.map((service) => migrate(service)));
      const all = readdirSync(join(packageRoot, 'migrations')).length;
      expect(reports.map(({ applied }) => applied.length).sort()).toEqual([0, all]);
      expect(reports.map(({ schemaVersion }) => schemaVersion)).toEqual([all, all]);
    } finally {
      await Promise.all(services.map((service) => service.close()));
    }
  });

  test('a user without the right to create tables can start on a migrated database', async () => {
    const url = await createServerDatabase(server as string);
    const owner = await openDatabase({ url });
    await migrate(owner);
    const role = `onemap_reader_${process.pid}`;
    await owner.query(`create role ${role}`);
    await owner.query('revoke create on schema public from public');
    await owner.query(`grant select on all tables in schema public to ${role}`);
    await owner.close();
    const reader = await openDatabase({ url, poolSize: 1 });
    try {
      await reader.query(`set role ${role}`);
      expect((await migrate(reader)).applied).toEqual([]);
    } finally {
      await reader.query('reset role');
      await reader.query(`drop owned by ${role}`);
      await reader.query(`drop role ${role}`);
      await reader.close();
    }
  });
});
