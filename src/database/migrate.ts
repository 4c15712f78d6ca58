/** Brings a database to this release's schema: numbered plain SQL files, forward only, all or nothing. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AppError } from '../core/errors.js';
import { packageRoot } from '../core/package-root.js';
import type { Database, Transaction } from './sql.js';
import { databaseError } from './sqlstate.js';

export interface MigrationReport {
  /** Names applied now, in order. */
  applied: readonly string[];
  /** Number of the newest migration in the database afterwards. */
  schemaVersion: number;
}

interface Migration {
  number: number;
  name: string;
  sql: string;
  sha256: string;
}

type Recorded = Pick<Migration, 'number' | 'name' | 'sha256'>;

/** Key of the advisory lock: services that start together migrate one after another. */
const LOCK_KEY = 904_490;

/** Applies what is missing from `folder` in one transaction; refuses a newer or a differently migrated database. */
export async function migrate(
  database: Database,
  folder: string = join(packageRoot, 'migrations'),
): Promise<MigrationReport> {
  const known = readMigrations(folder);
  return database.transaction(async (tx) => {
    await tx.query('select pg_advisory_xact_lock($1)', [LOCK_KEY]);
    await refuseMissingSchema(tx);
    const recorded = await readRecorded(tx);
    refuseForeign(known, recorded);
    const missing = known.slice(recorded.length);
    for (const migration of missing) await apply(tx, migration);
    return { applied: missing.map(({ name }) => name), schemaVersion: known.at(-1)?.number ?? 0 };
  });
}

const FILE_NAME = /^(\d{4})-([a-z0-9-]+)\.sql$/;

function readMigrations(folder: string): Migration[] {
  const files = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort();
  return files.map((file, index) => {
    const number = Number(FILE_NAME.exec(file)?.[1]);
    if (number !== index + 1) {
      throw databaseError(
        'internal',
        `migration ${file}: expected ${String(index + 1).padStart(4, '0')}-name.sql`,
      );
    }
    // a checkout on Windows may have changed the line ends; the statement is the same
    const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
    return { number, name: file.slice(0, -4), sql, sha256: createHash('sha256').update(sql).digest('hex') };
  });
}

/** Without a schema to create in, `create extension` and `create table` fail with a text that helps nobody. */
async function refuseMissingSchema(tx: Transaction): Promise<void> {
  const [row] = await tx.query<{ schema: string | null }>('select current_schema() as schema');
  if (row!.schema !== null) return;
  throw databaseError('bad-configuration', 'no schema of the search_path exists', {
    detail: {
      zh: '数据库连接的 search_path 中没有可用的模式；请建立该模式，或去掉 search_path 设置以使用 public。',
      en: 'No schema of the connection’s search_path exists; create it, or drop the search_path setting so that public is used.',
    },
  });
}

async function readRecorded(tx: Transaction): Promise<Recorded[]> {
  // asked first: a user who may not create tables can still start the service on a migrated database
  const [row] = await tx.query<{ found: boolean }>(
    "select to_regclass('schema_migration') is not null as found",
  );
  if (!row!.found) {
    await tx.query(
      `create table schema_migration (
         number integer primary key,
         name text not null,
         sha256 text not null,
         applied_at timestamptz not null default now()
       )`,
    );
  }
  return tx.query<Recorded>('select number, name, sha256 from schema_migration order by number');
}

function refuseForeign(known: readonly Migration[], recorded: readonly Recorded[]): void {
  const newest = recorded.at(-1)?.number ?? 0;
  if (newest > known.length) {
    throw databaseError(
      'database-too-new',
      `database at migration ${newest}, program knows ${known.length}`,
      {
        detail: {
          zh: `数据库结构版本为 ${newest}，本程序只到 ${known.length}；请使用更新版本的程序，数据未做任何修改。`,
          en: `The database schema is at version ${newest}, this program knows ${known.length}. Use a newer program; nothing was changed.`,
        },
      },
    );
  }
  recorded.forEach((row, index) => {
    const ours = known[index]!;
    if (row.number === ours.number && row.sha256 === ours.sha256) return;
    throw databaseError('bad-configuration', `migration ${row.name} was applied with another content`, {
      detail: {
        zh: `数据库中已执行的迁移 ${row.name} 与本程序的 ${ours.name} 内容不同；请使用建立该数据库的程序版本，或换一个数据库。`,
        en: `Migration ${row.name} was applied to this database with another content than this program’s ${ours.name}. Use the release that made the database, or another database.`,
      },
    });
  });
}

async function apply(tx: Transaction, migration: Migration): Promise<void> {
  const [before] = await tx.query<{ xact: string }>('select pg_current_xact_id()::text as xact');
  try {
    await tx.runScript(migration.sql);
  } catch (error) {
    throw explain(error as AppError, migration);
  }
  const [after] = await tx.query<{ xact: string }>('select pg_current_xact_id()::text as xact');
  if (before!.xact !== after!.xact) {
    throw databaseError('internal', `migration ${migration.name} ended the transaction it runs in`);
  }
  await tx.query('insert into schema_migration (number, name, sha256) values ($1, $2, $3)', [
    migration.number,
    migration.name,
    migration.sha256,
  ]);
}

/** The two things an administrator has to do before us: install PostGIS, and allow its creation. */
function explain(error: AppError, migration: Migration): AppError {
  const state = error.facts?.sqlState;
  if (state === '0A000' || state === '58P01' || state === '42501') {
    return databaseError(
      'bad-configuration',
      `migration ${migration.name}: ${error.message}`,
      {
        sqlState: state,
        detail: {
          zh: '无法建立数据表或 PostGIS 扩展：请在数据库服务器上安装 PostGIS（≥ 3.3），并由管理员在该库执行 CREATE EXTENSION postgis，且授予当前用户在模式中建表的权限。',
          en: 'The tables or the PostGIS extension cannot be created: install PostGIS (≥ 3.3) on the server, have an administrator run CREATE EXTENSION postgis in this database, and grant this user CREATE on the schema.',
        },
      },
      error,
    );
  }
  return databaseError(error.code, `migration ${migration.name}: ${error.message}`, error.facts, error);
}
