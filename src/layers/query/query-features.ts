/**
 * The one query for features, whatever standard asks: filter, order, page, output CRS and properties in; batches of
 * text out. Every page has a total order. A batch is one statement, so nobody who reads slowly holds a connection.
 */
import { AppError } from '../../core/errors.js';
import type { Sql, SqlValue } from '../../database/sql.js';
import { PLANNED_ANEW } from '../../database/statement-names.js';
import type { FeatureTable, Field } from './feature-table.js';
import type { Filter, FilterCrs } from './filter.js';
import { badFilter } from './filter-faults.js';
import { lonLatCrs } from './literals.js';
import { LruMap } from './lru-map.js';
import type { GeometryOutput, SortKey } from './sql.js';
import * as statements from './sql.js';

export interface FeatureQuery {
  table: FeatureTable;
  filter?: Filter;
  /** Of the geometry literals of the filter; CRS84 without it. */
  filterCrs?: FilterCrs;
  sort: readonly SortKey[];
  /** Fields to answer; all of the table's without it. */
  fields?: readonly Field[];
  /** Rows at most. */
  limit: number;
  /** Rows to skip. */
  offset: number;
  /** Id of the row after which the page begins (order of the key only). */
  after?: string;
  geometry: GeometryOutput | null;
}

/** `feature`: the text of a GeoJSON feature; `parts`: id, values and geometry apart, for GML. */
export type RowShape = 'feature' | 'parts';

export interface FeatureRow {
  feature?: string;
  id?: string;
  /** JSON array in the order of the fields that were asked for. */
  values?: string;
  /** gml:MultiSurface of GML 3 without ids, as the database writes it. */
  gml?: string;
}

export interface FeatureBatch {
  rows: readonly FeatureRow[];
  /** Only with the last batch: the id after which the next page begins; null when this was the last page. */
  next?: string | null;
}

/** A first batch soon, later ones by their weight: about this many characters of text are in hand at once. */
const FIRST_BATCH = 250;
const BATCH_CHARACTERS = 1_000_000;
const LARGEST_BATCH = 5_000;

interface KeyedRow extends FeatureRow {
  k1: SqlValue;
  k2?: SqlValue;
}

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
  shape: RowShape,
  memory: QueryMemory,
  signal?: AbortSignal,
): AsyncGenerator<FeatureBatch> {
  await refuseInvalidPolygons(sql, query, memory);
  yield* query.sort.length > 0
    ? readSorted(sql, query, shape, signal)
    : readByKey(sql, query, shape, memory, signal);
}

async function* readByKey(
  sql: Sql,
  query: FeatureQuery,
  shape: RowShape,
  memory: QueryMemory,
  signal?: AbortSignal,
): AsyncGenerator<FeatureBatch> {
  let key = await startOf(sql, query, memory);
  let left = query.limit;
  let size = Math.min(FIRST_BATCH, left);
  let pending = key === 'end' ? undefined : readBatch(sql, query, shape, key, size + 1, true);
  if (!pending || left === 0) {
    yield { rows: [], next: null };
    return;
  }
  for (let at = query.offset; pending; ) {
    const read: KeyedRow[] = await pending;
    throwIfGone(signal);
    const more = read.length > size;
    const rows: KeyedRow[] = more ? read.slice(0, size) : read;
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
    pending = ended ? undefined : readBatch(sql, query, shape, key as readonly SqlValue[], size + 1);
    pending?.catch(() => {}); // an abandoned reader never looks at it
    yield ended ? { rows, next: more && last ? idOfRow(query.table, last) : null } : { rows };
  }
}

/** Sorted pages: the keys in order first (some bytes each), then the rows in batches. */
async function* readSorted(
  sql: Sql,
  query: FeatureQuery,
  shape: RowShape,
  signal?: AbortSignal,
): AsyncGenerator<FeatureBatch> {
  const { table, sort, limit, offset } = query;
  const values = new statements.Values();
  const where = conditionsOf(query, values, currentOf(table, values));
  const parts = { where, bind: values.bind, limit: limit + 1 };
  const found = await run<KeyedRow>(sql, statements.selectKeys(table, sort, parts, offset), values.list);
  const keys = found.slice(0, limit).map((row) => keyOf(table, row));
  const next = found.length > limit ? '' : null;
  let size = FIRST_BATCH;
  for (let at = 0; at < keys.length; ) {
    const rows = await readListed(sql, query, shape, keys.slice(at, at + size));
    throwIfGone(signal);
    at += size;
    size = nextSize(rows);
    yield at < keys.length ? { rows } : { rows, next };
  }
  if (keys.length === 0) yield { rows: [], next };
}

export interface CountedFeatures {
  matched: number;
  batches: AsyncGenerator<FeatureBatch>;
}

/**
 * A page and how many rows match in all. A page that reaches the end tells the number itself: a small answer costs
 * one statement instead of two. Throws when no row came from a table that asks whether it is current.
 */
export async function readCounted(
  sql: Sql,
  query: FeatureQuery,
  shape: RowShape,
  memory: QueryMemory,
  signal?: AbortSignal,
): Promise<CountedFeatures> {
  const batches = readFeatures(sql, query, shape, memory, signal);
  const known = query.filter === undefined ? query.table.rowCount : memory.counts.get(questionName(query));
  if (known !== undefined && !query.table.current) return { matched: known, batches };
  const first = await batches.next();
  const rows = first.value?.rows.length ?? 0;
  if (rows === 0 && query.table.current) throw notSure();
  if (known !== undefined) return { matched: known, batches: startingWith(first, batches) };
  const ended = first.value?.next === null && query.after === undefined && query.limit > 0;
  const tells = ended && (rows > 0 || query.offset === 0);
  if (tells) memory.counts.set(questionName(query), query.offset + rows);
  const matched = tells ? query.offset + rows : await countFeatures(sql, query, memory);
  return { matched, batches: startingWith(first, batches) };
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

/** One row by its public id; undefined when there is none. Throws then for a table that asks whether it is current. */
export async function findFeature(
  sql: Sql,
  query: Pick<FeatureQuery, 'table' | 'fields' | 'geometry'>,
  id: string,
  shape: RowShape,
): Promise<FeatureRow | undefined> {
  const key = query.table.readId(id);
  if (!key) return undefined;
  const { table } = query;
  const values = new statements.Values();
  const columns = columnsOf(query, shape, values);
  const conditions = [statements.atKey(table, key, values.bind), ...currentOf(table, values)];
  const where = statements.whereOf(table, conditions, values.bind);
  const statement = statements.selectPage(table, columns, { where, bind: values.bind, limit: 1 });
  const [row] = await run<KeyedRow>(sql, statement, values.list);
  if (!row && table.current) throw notSure();
  return row;
}

function nextSize(rows: readonly FeatureRow[]): number {
  let characters = 0;
  for (const { feature, values, gml } of rows)
    characters += (feature ?? '').length + (values ?? '').length + (gml ?? '').length;
  const each = Math.max(1, characters / Math.max(1, rows.length));
  return Math.max(1, Math.min(LARGEST_BATCH, Math.floor(BATCH_CHARACTERS / each)));
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
    throw badFilter('翻页标记无效', 'the mark of the page is not one of this collection');
  }
  if (offset === 0) return null;
  const known = memory.places.get(placeName(query, offset));
  if (known) return known;
  const values = new statements.Values();
  const where = conditionsOf(query, values);
  const parts = { where, bind: values.bind, limit: 1 };
  const [row] = await run<KeyedRow>(sql, statements.selectKeys(table, [], parts, offset - 1), values.list);
  return row ? keyOf(table, row) : 'end';
}

async function readBatch(
  sql: Sql,
  query: FeatureQuery,
  shape: RowShape,
  key: readonly SqlValue[] | null | 'end',
  limit: number,
  isFirst = false,
): Promise<KeyedRow[]> {
  const { table } = query;
  const values = new statements.Values();
  const columns = columnsOf(query, shape, values);
  const behind = Array.isArray(key) ? [statements.afterKey(table, key, values.bind)] : [];
  const where = conditionsOf(query, values, [...behind, ...(isFirst ? currentOf(table, values) : [])]);
  const statement = statements.selectPage(table, columns, { where, bind: values.bind, limit });
  return run<KeyedRow>(sql, statement, values.list);
}

async function readListed(
  sql: Sql,
  query: FeatureQuery,
  shape: RowShape,
  keys: readonly (readonly SqlValue[])[],
): Promise<KeyedRow[]> {
  const values = new statements.Values();
  const columns = columnsOf(query, shape, values);
  const statement = statements.selectListed(query.table, columns, keys, values.bind);
  const rows = await run<KeyedRow>(sql, statement, values.list);
  if (rows.length === keys.length) return rows;
  throw new AppError('statement-lost', `${keys.length} rows were asked for, ${rows.length} came back`);
}

function columnsOf(
  { table, fields = table.fields, geometry }: Pick<FeatureQuery, 'table' | 'fields' | 'geometry'>,
  shape: RowShape,
  { bind }: statements.Values,
): string {
  return shape === 'feature'
    ? statements.featureSql(table, fields, geometry, bind)
    : statements.partsSql(table, fields, geometry, bind);
}

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

/** SQLSTATE class 22: a value of the request that the database can not compute with (overflow, root of −1). */
async function run<Row extends object>(
  sql: Sql,
  statement: string,
  values: readonly SqlValue[],
): Promise<Row[]> {
  // a shape in it: how many rows it meets decides the plan
  const text = statement.includes('::geometry') ? PLANNED_ANEW + statement : statement;
  try {
    return await sql.query<Row>(text, values);
  } catch (error) {
    const cause = (error as Error).cause as { code?: string } | undefined;
    if (cause?.code?.startsWith('22')) throw badFilter('数值无法计算', 'a value in it can not be computed');
    throw error;
  }
}

const keyOf = (table: FeatureTable, row: KeyedRow): readonly SqlValue[] =>
  table.key.length === 1 ? [row.k1] : [row.k1, row.k2!];

const idOfRow = (table: FeatureTable, row: KeyedRow): string => table.writeId(keyOf(table, row));

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
