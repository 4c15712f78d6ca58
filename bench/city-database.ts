/**
 * Databases of the bench on a PostgreSQL server: one per city, made, marked and dropped by the bench. A database that
 * does not carry the mark is never opened for work, whatever its name.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import { packageRoot } from '../src/core/package-root.js';
import type { City, ImportTime } from './city.js';
import { importCity } from './city.js';

export interface CityDatabase {
  url: string;
  imports: readonly ImportTime[];
  /** Imported by an earlier run: the times are those of that run. */
  reused: boolean;
}

interface Mark {
  program: 'onemap-precheck bench';
  patches: number;
  seed: number;
  /** Of the migrations: a kept database of another schema is made anew. */
  schema: string;
  imports: ImportTime[];
}

function schemaFingerprint(): string {
  const folder = join(packageRoot, 'migrations');
  const hash = createHash('sha256');
  for (const file of readdirSync(folder).sort()) hash.update(file).update(readFileSync(join(folder, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Whether the server can be used; else why not, for people. */
export async function whyNoServer(url: string | undefined): Promise<string | undefined> {
  if (!url) return 'no PostgreSQL server programs on this machine and BENCH_DATABASE_URL is not set';
  try {
    const [row] = await onServer<{ available: boolean }>(
      url,
      `select exists (select from pg_available_extensions where name = 'postgis') as available`,
    );
    return row!.available ? undefined : 'the PostgreSQL server has no PostGIS';
  } catch (error) {
    return `the PostgreSQL server does not answer: ${(error as Error).message}`;
  }
}

/** The database of a city, imported now unless an earlier run kept it. */
export async function openCityDatabase(
  serverUrl: string,
  city: City,
  patches: number,
  seed: number,
): Promise<CityDatabase> {
  const name = databaseName(patches, seed);
  const url = withDatabase(serverUrl, name);
  const kept = await findOwn(serverUrl, name);
  if (kept) return { url, imports: kept.imports, reused: true };
  const mark = await makeMarked(serverUrl, name, patches, seed);
  mark.imports = await importCity(city, { DATABASE_URL: url, ONEMAP_STATEMENT_TIME_LIMIT_S: '3600' });
  await onServer(url, 'vacuum analyze');
  await setMark(serverUrl, name, mark);
  return { url, imports: mark.imports, reused: false };
}

/** An empty database of the bench, made anew; it is never kept for another run. */
export async function makeDatabase(serverUrl: string, name: string): Promise<string> {
  await findOwn(serverUrl, name);
  await makeMarked(serverUrl, name, 0, 0);
  return withDatabase(serverUrl, name);
}

async function makeMarked(serverUrl: string, name: string, patches: number, seed: number): Promise<Mark> {
  await onServer(serverUrl, `create database ${name}`);
  // marked from the first moment, so that a run that was killed half way is known as ours
  const schema = schemaFingerprint();
  const mark: Mark = { program: 'onemap-precheck bench', patches, seed, schema, imports: [] };
  await setMark(serverUrl, name, mark);
  return mark;
}

async function findOwn(serverUrl: string, name: string): Promise<Mark | undefined> {
  const kept = await findMark(serverUrl, name);
  if (kept !== 'foreign') return kept;
  throw new Error(
    `database ${name} exists and was not made by the bench: it is left alone, nothing was measured`,
  );
}

export async function dropCityDatabase(serverUrl: string, patches: number, seed: number): Promise<void> {
  await dropDatabase(serverUrl, databaseName(patches, seed));
}

export async function dropDatabase(serverUrl: string, name: string): Promise<void> {
  const mark = await findMark(serverUrl, name);
  if (mark && mark !== 'foreign') await onServer(serverUrl, `drop database ${name} with (force)`);
}

const databaseName = (patches: number, seed: number): string => `onemap_bench_${patches}_${seed}`;

/** The mark of a finished database; one of ours that was never finished, or has an older schema, is dropped on the way. */
async function findMark(serverUrl: string, name: string): Promise<Mark | 'foreign' | undefined> {
  const [row] = await onServer<{ mark: string | null }>(
    serverUrl,
    `select shobj_description(oid, 'pg_database') as mark from pg_database where datname = '${name}'`,
  );
  if (!row) return undefined;
  const mark = readMark(row.mark);
  if (!mark) return 'foreign';
  if (mark.imports.length > 0 && mark.schema === schemaFingerprint()) return mark;
  await onServer(serverUrl, `drop database ${name} with (force)`);
  return undefined;
}

function readMark(text: string | null): Mark | undefined {
  try {
    const mark = JSON.parse(text ?? '') as Mark;
    return mark.program === 'onemap-precheck bench' ? mark : undefined;
  } catch {
    return undefined;
  }
}

const setMark = (serverUrl: string, name: string, mark: Mark): Promise<unknown> =>
  onServer(serverUrl, `comment on database ${name} is ${pg.escapeLiteral(JSON.stringify(mark))}`);

async function onServer<Row extends object>(url: string, statement: string): Promise<Row[]> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** The URL with another database in its path; options behind `?` stay. */
export const withDatabase = (url: string, name: string): string =>
  url.replace(/^(\w+:\/\/[^/?]*)(\/[^?]*)?/, `$1/${name}`);
