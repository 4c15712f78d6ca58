/**
 * The one query for features, whatever standard asks: filter, order, page, output CRS and properties in; batches of
 * text out. Every page has a total order. A batch is one statement, so nobody who reads slowly holds a connection.
 */
import { AppError } from '../../core/errors.js';
import { type BinaryType, queryBinary, queryBytes, type Sql, type SqlValue } from '../../database/sql.js';
import { PLANNED_ANEW } from '../../database/statement-names.js';
import type { FeatureTable } from './feature-table.js';
import type { Filter, FilterCrs } from './filter.js';
import { badFilter } from './filter-faults.js';
import { lonLatCrs } from './literals.js';
import { LruMap } from './lru-map.js';
import { keyOf, type RowShape, type RowWriter, type StoredRow, textSize, writeRows } from './row-writer.js';
import type { SortKey } from './sql.js';
import * as statements from './sql.js';

export interface FeatureQuery extends RowShape {
  filter?: Filter;
  /** Of the geometry literals of the filter; CRS84 without it. */
  filterCrs?: FilterCrs;
  sort: readonly SortKey[];
  /** Rows at most. */
  limit: number;
  /** Rows to skip. */
  offset: number;
  /** Id of the row after which the page begins (order of the key only). */
  after?: string;
}

export interface FeatureBatch {
  /** Rows in it. */
  count: number;
  /** The rows as the writer writes them, UTF-8. */
  text: Uint8Array;
  /** Only with the last batch: the id after which the next page begins; null when this was the last page. */
  next?: string | null;
}

/** A first batch soon, later ones by their weight: about this many bytes of text are in hand at once. */
const FIRST_BATCH = 250;
const BATCH_BYTES = 1_000_000;
const LARGEST_BATCH = 5_000;

const NOTHING = new Uint8Array(0);

/** Remembers what the same question would ask again: how many there are, and where a page begins. */
export class QueryMemory {
  readonly counts = new LruMap<number>(500);
  /** Key of the row before an offset, by question and offset. */
  readonly places = new LruMap<readonly SqlValue[]>(5_000);
  readonly valid = new LruMap<boolean>(500);
}

/** What a table that asks whether it is current found no row in: nothing is there, or another version is current by now. */
const notSure = (): AppError => new AppError('internal', 'the version may not be the current one any more');

const currentOf = ({ current }: FeatureTable, { bind }: statements.Values): string[] =>
  current ? [current(bind)] : [];

/**
 * The rows of a page in batches. Throws `bad-parameter` before the first batch when the filter can not be used.
 */
export async function* readFeatures(
  sql: Sql,
  query: FeatureQuery,
  writer: RowWriter,
  memory: QueryMemory,
  signal?: AbortSignal,
): AsyncGenerator<FeatureBatch> {
  await refuseInvalidPolygons(sql, query, memory);
  yield* query.sort.length > 0
    ? readSorted(sql, query, writer, signal)
    : readByKey(sql, query, writer, memory, signal);
}

async function* readByKey(
  sql: Sql,
  query: FeatureQuery,
  writer: RowWriter,
  memory: QueryMemory,
  signal?: AbortSignal,
): AsyncGenerator<FeatureBatch> {
  let key = await startOf(sql, query, memory);
  let left = query.limit;
  let size = Math.min(FIRST_BATCH, left);
  let pending = key === 'end' ? undefined : readBatch(sql, query, key, size + 1, true);
  if (!pending || left === 0) {
    yield { count: 0, text: NOTHING, next: null };
    return;
  }
  for (let at = query.offset; pending; ) {
    const read: StoredRow[] = await pending;
    throwIfGone(signal);
    const more = read.length > size;
    const rows: StoredRow[] = more ? read.slice(0, size) : read;
    left -= rows.length;
    at += rows.length;
    const last = rows.at(-1);
    if (last) {
      key = keyOf(query.table, last);
      memory.places.set(placeName(query, at), key);
    }
    const ended = !more || left === 0;
    size = Math.min(nextSize(rows), left);
    // the next batch is read while this one is written
    pending = ended ? undefined : readBatch(sql, query, key as readonly SqlValue[], size + 1);
    pending?.catch(() => {}); // an abandoned reader never looks at it
    const batch = { count: rows.length, text: writeRows(query, rows, writer) };
    yield ended ? { ...batch, next: more && last ? idOfRow(query.table, last) : null } : batch;
  }
}

/** Sorted pages: the keys in order first (some bytes each), then the rows in batches. */
async function* readSorted(
  sql: Sql,
  query: FeatureQuery,
  writer: RowWriter,
  signal?: AbortSignal,
): AsyncGenerator<FeatureBatch> {
  const { table, sort, limit, offset } = query;
  const values = new statements.Values();
  const where = conditionsOf(query, values, currentOf(table, values));
  const parts = { where, bind: values.bind, limit: limit + 1 };
  const found = await run<StoredRow>(sql, statements.selectKeys(table, sort, parts, offset), values.list);
  const keys = found.slice(0, limit).map((row) => keyOf(table, row));
  const next = found.length > limit ? '' : null;
  let size = FIRST_BATCH;
  for (let at = 0; at < keys.length; ) {
    const rows = await readListed(sql, query, keys.slice(at, at + size));
    throwIfGone(signal);
    at += size;
    size = nextSize(rows);
    const batch = { count: rows.length, text: writeRows(query, rows, writer) };
    yield at < keys.length ? batch : { ...batch, next };
  }
  if (keys.length === 0) yield { count: 0, text: NOTHING, next };
}

/**
 * Where the page begins that ends with the row of this id, in the order of the key: the row before it (none: at the very
 * beginning), and how many rows it holds, at most the limit of the query.
 */
export async function findPageBefore(
  sql: Sql,
  query: FeatureQuery,
  until: string,
  memory: QueryMemory,
): Promise<{ after?: string; count: number }> {
  const { table, limit } = query;
  const key = table.readId(until);
  if (!key) throw badMark();
  await refuseInvalidPolygons(sql, query, memory);
  const values = new statements.Values();
  const where = conditionsOf(query, values, [statements.upToKey(table, key, values.bind)]);
  const parts = { where, bind: values.bind, limit: limit + 1 };
  const rows = await run<StoredRow>(sql, statements.selectKeysBackwards(table, parts), values.list);
  const before = rows[limit];
  return { count: Math.min(rows.length, limit), ...(before && { after: idOfRow(table, before) }) };
}

const badMark = (): AppError =>
  badFilter('翻页标记无效', 'the mark of the page is not one of this collection');

export interface CountedFeatures {
  matched: number;
  /** Of a page that came in one batch: how many features it holds, and where the next one begins. */
  whole?: { count: number; next: string | null };
  batches: AsyncGenerator<FeatureBatch>;
}

/**
 * A page and how many rows match in all. A page that reaches the end tells the number itself: a small answer costs
 * one statement instead of two. Throws when no row came from a table that asks whether it is current.
 */
export async function readCounted(
  sql: Sql,
  query: FeatureQuery,
  writer: RowWriter,
  memory: QueryMemory,
  signal?: AbortSignal,
): Promise<CountedFeatures> {
  const batches = readFeatures(sql, query, writer, memory, signal);
  const known = query.filter === undefined ? query.table.rowCount : memory.counts.get(questionName(query));
  const first = await batches.next();
  const { count: rows = 0, next } = first.value ?? {};
  if (rows === 0 && query.table.current) throw notSure();
  const page = {
    batches: startingWith(first, batches),
    ...(next !== undefined && { whole: { count: rows, next } }),
  };
  if (known !== undefined) return { matched: known, ...page };
  const ended = next === null && query.after === undefined && query.limit > 0;
  const tells = ended && (rows > 0 || query.offset === 0);
  if (tells) memory.counts.set(questionName(query), query.offset + rows);
  const matched = tells ? query.offset + rows : await countFeatures(sql, query, memory);
  return { matched, ...page };
}

async function* startingWith(
  first: IteratorResult<FeatureBatch>,
  rest: AsyncGenerator<FeatureBatch>,
): AsyncGenerator<FeatureBatch> {
  if (first.done) return;
  yield first.value;
  yield* rest;
}

/** How many rows the filter matches, counted once for the same question. */
export async function countFeatures(
  sql: Sql,
  query: Pick<FeatureQuery, 'table' | 'filter' | 'filterCrs'>,
  memory: QueryMemory,
): Promise<number> {
  const { table, filter } = query;
  if (filter === undefined && table.rowCount !== undefined) return table.rowCount;
  const name = questionName(query);
  const known = memory.counts.get(name);
  if (known !== undefined) return known;
  await refuseInvalidPolygons(sql, query, memory);
  const values = new statements.Values();
  const where = conditionsOf(query, values);
  const [row] = await run<{ count: number }>(sql, statements.countRows(table, where), values.list);
  memory.counts.set(name, row!.count);
  return row!.count;
}

/** One row by its public id, written; undefined when there is none. Throws then for a table that asks whether it is current. */
export async function findFeature(
  sql: Sql,
  shape: RowShape,
  id: string,
  writer: RowWriter,
): Promise<Buffer | undefined> {
  const { table } = shape;
  const key = table.readId(id);
  if (!key) return undefined;
  const values = new statements.Values();
  const { select, types } = columnsOf(shape, values);
  const conditions = [statements.atKey(table, key, values.bind), ...currentOf(table, values)];
  const where = statements.whereOf(table, conditions, values.bind);
  const statement = statements.selectPage(table, select, { where, bind: values.bind, limit: 1 });
  const rows = await readStored(sql, statement, values, types, queryBytes);
  if (rows.length === 0 && table.current) throw notSure();
  return rows.length === 0 ? undefined : writeRows(shape, rows, writer);
}

/** Rows of the next batch, by the weight of those of the last. */
function nextSize(rows: readonly StoredRow[]): number {
  const each = Math.max(1, textSize(rows) / Math.max(1, rows.length));
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(BATCH_BYTES / each)));
}

/** Key of the row before the page; null at the very beginning, `end` when the offset lies beyond the last row. */
async function startOf(
  sql: Sql,
  query: FeatureQuery,
  memory: QueryMemory,
): Promise<readonly SqlValue[] | null | 'end'> {
  const { table, after, offset } = query;
  if (after !== undefined) {
    const key = table.readId(after);
    if (key) return key;
    throw badMark();
  }
  if (offset === 0) return null;
  const known = memory.places.get(placeName(query, offset));
  if (known) return known;
  const values = new statements.Values();
  const where = conditionsOf(query, values);
  const parts = { where, bind: values.bind, limit: 1 };
  const [row] = await run<StoredRow>(sql, statements.selectKeys(table, [], parts, offset - 1), values.list);
  return row ? keyOf(table, row) : 'end';
}

async function readBatch(
  sql: Sql,
  query: FeatureQuery,
  key: readonly SqlValue[] | null | 'end',
  limit: number,
  isFirst = false,
): Promise<StoredRow[]> {
  const { table } = query;
  const values = new statements.Values();
  const { select, types } = columnsOf(query, values);
  const behind = Array.isArray(key) ? [statements.afterKey(table, key, values.bind)] : [];
  const where = conditionsOf(query, values, [...behind, ...(isFirst ? currentOf(table, values) : [])]);
  const statement = statements.selectPage(table, select, { where, bind: values.bind, limit });
  return readStored(sql, statement, values, types);
}

async function readListed(
  sql: Sql,
  query: FeatureQuery,
  keys: readonly (readonly SqlValue[])[],
): Promise<StoredRow[]> {
  const values = new statements.Values();
  const { select, types } = columnsOf(query, values);
  const statement = statements.selectListed(query.table, select, keys, values.bind);
  const rows = await readStored(sql, statement, values, types);
  if (rows.length === keys.length) return rows;
  throw new AppError('statement-lost', `${keys.length} rows were asked for, ${rows.length} came back`);
}

const columnsOf = ({ table, fields = table.fields, geometry }: RowShape, { bind }: statements.Values) =>
  statements.rowColumns(table, fields, geometry, bind);

const readStored = (
  sql: Sql,
  statement: string,
  { list }: statements.Values,
  types: Readonly<Record<string, BinaryType>>,
  read: typeof queryBinary = queryBinary,
): Promise<StoredRow[]> =>
  guarded(() => read<StoredRow>(sql, planned(statement), list, types as Record<keyof StoredRow, BinaryType>));

function conditionsOf(
  query: Pick<FeatureQuery, 'table' | 'filter' | 'filterCrs'>,
  { bind }: statements.Values,
  more: readonly string[] = [],
): string {
  const { table, filter, filterCrs: crs = lonLatCrs } = query;
  const own =
    filter === undefined ? [] : [statements.filterToSql(filter, { table, crs, bind, polygons: [] })];
  return statements.whereOf(table, [...own, ...more], bind);
}

/** GEOS answers nonsense, or not at all, to a polygon that crosses itself. */
async function refuseInvalidPolygons(
  sql: Sql,
  query: Pick<FeatureQuery, 'table' | 'filter' | 'filterCrs'>,
  memory: QueryMemory,
): Promise<void> {
  const { table, filter, filterCrs: crs = lonLatCrs } = query;
  if (filter === undefined) return;
  const polygons: string[] = [];
  statements.filterToSql(filter, { table, crs, bind: new statements.Values().bind, polygons });
  if (polygons.length === 0) return;
  const name = questionName(query);
  let valid = memory.valid.get(name);
  if (valid === undefined) {
    const [row] = await run<{ valid: boolean }>(sql, statements.allValid, [polygons]);
    valid = row!.valid;
    memory.valid.set(name, valid);
  }
  if (!valid) throw badFilter('其中的多边形自相交或无效', 'a polygon in it crosses itself or is not valid');
}

const run = <Row extends object>(sql: Sql, statement: string, values: readonly SqlValue[]): Promise<Row[]> =>
  guarded(() => sql.query<Row>(planned(statement), values));

/** A shape in it: how many rows it meets decides the plan. */
const planned = (statement: string): string =>
  statement.includes('::geometry') ? PLANNED_ANEW + statement : statement;

/** SQLSTATE class 22: a value of the request that the database can not compute with (overflow, root of −1). */
async function guarded<Row>(work: () => Promise<Row[]>): Promise<Row[]> {
  try {
    return await work();
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined;
    if (cause?.code?.startsWith('22')) throw badFilter('数值无法计算', 'a value in it can not be computed');
    throw error;
  }
}

const idOfRow = (table: FeatureTable, row: StoredRow): string => table.writeId(keyOf(table, row));

const questionName = ({
  table,
  filter,
  filterCrs,
}: Pick<FeatureQuery, 'table' | 'filter' | 'filterCrs'>): string =>
  `${table.tag}|${filterCrs?.name ?? ''}|${JSON.stringify(filter ?? null)}`;

const placeName = (query: FeatureQuery, offset: number): string => `${questionName(query)}|${offset}`;

function throwIfGone(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new AppError('cancelled', 'the caller went away');
}
