/**
 * The database that `.db.test.ts` files share: one per test process, migrated. With TEST_DATABASE_URL a database of
 * its own on that server (created, and dropped at the end, so that nobody's data is touched), else one embedded
 * instance in a temporary folder.
 */
import { randomUUID } from 'node:crypto';
import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { migrate } from '../../src/database/migrate.js';
import { type DatabaseConfig, openDatabase } from '../../src/database/open.js';
import type { Database } from '../../src/database/sql.js';
import { embeddedTemplate } from './embedded-template.js';
import { dropDatabase, removeFolder, whenProcessEnds } from './when-process-ends.js';

const shared = globalThis as { onemapTestDatabase?: Promise<Database> };

/** The shared, migrated database of this test process. Do not close it. */
export function openTestDatabase(): Promise<Database> {
  shared.onemapTestDatabase ??= process.env.TEST_DATABASE_URL
    ? openOnServer(process.env.TEST_DATABASE_URL)
    : openEmbedded();
  return shared.onemapTestDatabase;
}

/** Empties every table of the schema (not PostGIS's own, not the list of migrations). */
export async function resetTables(database: Database): Promise<void> {
  const tables = await database.query<{ name: string }>(
    `select format('%I.%I', schemaname, tablename) as name
       from pg_tables
      where schemaname = current_schema() and tablename not in ('spatial_ref_sys', 'schema_migration')`,
  );
  if (tables.length === 0) return;
  await database.query(`truncate ${tables.map(({ name }) => name).join(', ')} restart identity cascade`);
}

/** A migrated database for one test file alone, with settings of its own; the file closes it. */
export function openOwnDatabase(config: Omit<DatabaseConfig, 'url' | 'dataDir'>): Promise<Database> {
  return process.env.TEST_DATABASE_URL
    ? openOnServer(process.env.TEST_DATABASE_URL, config)
    : openEmbedded(config);
}

async function openEmbedded(config: DatabaseConfig = {}): Promise<Database> {
  return openMigrated({ ...config, dataDir: await copyOfTemplate() });
}

/** A data folder with a migrated embedded database, removed when this process has ended. */
export async function copyOfTemplate(): Promise<string> {
  const dataDir = mkdtempSync(join(tmpdir(), 'onemap-precheck-test-'));
  whenProcessEnds(removeFolder, dataDir);
  const template = await embeddedTemplate();
  if (template !== undefined) cpSync(template, dataDir, { recursive: true });
  return dataDir;
}

async function openOnServer(url: string, config: DatabaseConfig = {}): Promise<Database> {
  return openMigrated({ ...config, url: await createServerDatabase(url) });
}

async function openMigrated(config: DatabaseConfig): Promise<Database> {
  const database = await openDatabase(config);
  await migrate(database);
  return database;
}

/** A new, empty database on the server of `url`, dropped when this process has ended. */
export async function createServerDatabase(url: string): Promise<string> {
  const name = `onemap_test_${randomUUID().replaceAll('-', '')}`;
  const admin = await openDatabase({ url, poolSize: 1 });
  try {
    await admin.query(`create database ${name}`);
  } finally {
    await admin.close();
  }
  whenProcessEnds(dropDatabase, url, name);
  return url.replace(/^(\w+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`);
}
