/**
 * The statements of the feature query: a filter becomes a condition, a table and a page become a select. Every value
 * is bound; names come from the table's own fields, functions and operators from the lists below.
 */
import { AppError } from '../../core/errors.js';
import type { Box } from '../../core/geometry-types.js';
import type { BinaryType, SqlValue } from '../../database/sql.js';
import { type Bind, type FeatureTable, type Field, findField, GEOMETRY } from './feature-table.js';
import {
  type Filter,
  type FilterCrs,
  filterLimits,
  type GeometryLiteral,
  isGeometry,
  isOperation,
  isProperty,
  type Operation,
} from './filter.js';
import { areaAndParts, type KindsOfParts, partsByKind } from './filter-collections.js';
import { badFilter, unknownProperty } from './filter-faults.js';
import { bindFolding, foldText } from './filter-folding.js';
import { boxToEwkt, geometryToEwkt, safelyInsideEwkt } from './literals.js';

type Kind = 'string' | 'number' | 'boolean' | 'date' | 'timestamp' | 'geometry';

interface Term {
  /** Binds what it holds when it is first written: a value that is bound but not used is an error. */
  readonly sql: string;
  kind: Kind;
  /** The constant itself, where the term is one. */
  literal?: string | number | boolean;
  /** The constant text that the term was made of, as a pattern may be. */
  pattern?: string;
  folded?: true;
}

/** Collects bound values and writes their placeholders. */
export class Values {
  readonly list: SqlValue[] = [];
  readonly bind: Bind = (value, type) => {
    this.list.push(value);
    return `$${this.list.length}::${type}`;
  };
}

export interface FilterContext {
  table: FeatureTable;
  crs: FilterCrs;
  bind: Bind;
  /** EWKT of the client's own polygons: to be found valid before they are used. */
  polygons: string[];
}

interface State extends FilterContext {
  nodes: number;
  count: { vertices: number };
  fold?: (text: string) => string;
}

/** A boolean SQL expression; throws `bad-parameter` for whatever is not in the lists. */
export function filterToSql(filter: Filter, context: FilterContext): string {
  return condition(filter, { ...context, nodes: 0, count: { vertices: 0 } }, 0);
}

function condition(node: Filter, state: State, depth: number): string {
  const term = termOf(node, state, depth);
  if (term.kind !== 'boolean') throw badFilter('条件应为真或假', 'a condition must be true or false');
  return term.sql;
}

function enter(state: State, depth: number): void {
  if (depth > filterLimits.depth)
    throw badFilter(`嵌套超过 ${filterLimits.depth} 层`, `it nests deeper than ${filterLimits.depth}`);
  if (++state.nodes > filterLimits.nodes)
    throw badFilter(`超过 ${filterLimits.nodes} 项`, `it has more than ${filterLimits.nodes} parts`);
}

function termOf(node: Filter, state: State, depth: number): Term {
  enter(state, depth);
  const { bind } = state;
  if (typeof node === 'boolean') return { sql: node ? 'true' : 'false', kind: 'boolean', literal: node };
  if (typeof node === 'number') return numberTerm(node, bind);
  if (typeof node === 'string') return textTerm(node, bind);
  if (node === null || typeof node !== 'object' || Array.isArray(node))
    throw badFilter('此处不能用列表或空值', 'a list or null can not stand there');
  if (isOperation(node)) return operationTerm(node, state, depth + 1);
  if (isProperty(node)) return propertyTerm(node.property, state);
  if (isGeometry(node)) return geometryTerm(node, state);
  if ('ids' in node) return idsTerm(node.ids, state);
  if ('bbox' in node) return boxTerm(node, state);
  if ('date' in node) return { sql: bind(readDate(node.date), 'date'), kind: 'date' };
  if ('timestamp' in node)
    return { sql: bind(readTimestamp(node.timestamp), 'timestamptz'), kind: 'timestamp' };
  throw badFilter('区间只能用于时间函数', 'an interval belongs into a temporal function');
}

function numberTerm(value: number, bind: Bind): Term {
  if (!Number.isFinite(value)) throw badFilter('数值超出范围', 'a number is out of range');
  return { sql: bind(value, 'float8'), kind: 'number', literal: value };
}

function textTerm(literal: string, bind: Bind): Term {
  if (literal.includes('\0')) throw badFilter('文本中有空字符（NUL）', 'a text in it has a NUL character');
  let written: string | undefined;
  return {
    kind: 'string',
    literal,
    pattern: literal,
    get sql() {
      written ??= bind(literal, 'text');
      return written;
    },
  };
}

function propertyTerm(name: string, { table, bind }: State): Term {
  if (name === GEOMETRY) return { sql: table.geometry, kind: 'geometry' };
  const field = findField(table, name);
  if (!field) throw unknownProperty(String(name), [GEOMETRY, ...table.fields.map((one) => one.name)]);
  return { sql: field.sql(bind), kind: kindOf(field) };
}

const kindOf = ({ type }: Field): Kind => (type === 'integer' ? 'number' : type);

function geometryTerm(literal: GeometryLiteral, { crs, count, bind, polygons }: State): Term {
  const ewkt = geometryToEwkt(literal, crs, count);
  if (ewkt.includes('POLYGON')) polygons.push(ewkt);
  return { sql: bind(ewkt, 'geometry'), kind: 'geometry' };
}

/** Ids that can not be one of this table match nothing. */
function idsTerm(ids: readonly string[], { table, bind }: State): Term {
  if (ids.length > filterLimits.nodes)
    throw badFilter(`标识超过 ${filterLimits.nodes} 个`, `it names more than ${filterLimits.nodes} ids`);
  const keys = ids.map((id) => table.readId(id)).filter((key) => key !== undefined);
  return {
    sql: `(${[...keys.map((key) => atKey(table, key, bind)), 'false'].join(' or ')})`,
    kind: 'boolean',
  };
}

function boxTerm(
  { bbox: numbers, crs: own, beyond }: Extract<Filter, { bbox: readonly number[] }>,
  { crs, bind }: Pick<State, 'crs' | 'bind'>,
): Term {
  const fits = Array.isArray(numbers) && (numbers.length === 4 || numbers.length === 6);
  if (!fits || !numbers.every(Number.isFinite))
    throw badFilter('BBOX 应为 4 或 6 个数', 'a box must be 4 or 6 numbers');
  const write = (): string => boxToEwkt(numbers, own ?? crs);
  return { sql: bind(beyond ? orNothing(write) : write(), 'geometry'), kind: 'geometry' };
}

function orNothing(write: () => string): string {
  try {
    return write();
  } catch (error) {
    if (error instanceof AppError && error.facts.beyond === true) return 'SRID=4490;POLYGON EMPTY';
    throw error;
  }
}

type Work = (node: Operation, state: State, depth: number) => Term;

const bool = (sql: string): Term => ({ sql, kind: 'boolean' });

const logical =
  (word: 'and' | 'or'): Work =>
  (node, state, depth) => {
    if (node.args.length < 2) throw badArguments(node);
    return bool(`(${node.args.map((arg) => condition(arg, state, depth)).join(` ${word} `)})`);
  };

const comparison =
  (operator: string): Work =>
  (node, state, depth) => {
    const [left, right] = pair(node, state, depth);
    return bool(`(${left.sql} ${operator} ${right.sql})`);
  };

const arithmetic =
  (write: (left: string, right: string) => string): Work =>
  (node, state, depth) => {
    const [left, right] = exactly(node, 2).map((arg) => number(termOf(arg, state, depth))) as [Term, Term];
    return { sql: `(${write(left.sql, right.sql)})`, kind: 'number' };
  };

const spatial =
  (name: string): Work =>
  (node, state, depth) => {
    const [left, right] = exactly(node, 2).map((arg) => termOf(arg, state, depth)) as [Term, Term];
    if (left.kind !== 'geometry' || right.kind !== 'geometry')
      throw badFilter(`${node.op} 需要两个几何`, `${node.op} takes two geometries`);
    return bool(`${name}(${left.sql}, ${right.sql})`);
  };

/** As `spatial`, with collections taken apart. */
const byKind =
  (name: string): Work =>
  (node, state, depth) => {
    const parts = exactly(node, 2).map(partsByKind);
    const mixed = parts.findIndex((one) => one !== undefined && one.size > 1);
    if (mixed >= 0) return areaAndCollection(node, state, depth, mixed, parts[mixed]!);
    const args = node.args.map((arg, i) => (parts[i] ? [...parts[i].values()][0]! : arg));
    return spatial(name)({ op: node.op, args }, state, depth);
  };

function areaAndCollection(
  node: Operation,
  state: State,
  depth: number,
  at: number,
  parts: KindsOfParts,
): Term {
  const other = node.args[1 - at]!;
  const area = termOf(other, state, depth);
  if (area.kind !== 'geometry' || !isProperty(other))
    throw badFilter(
      `${node.op} 中混有点、线、面的集合只能与要素比较`,
      `${node.op} compares a collection of points, lines and areas with features only`,
    );
  const written = new Map<string, string>();
  const write = (kind: Parameters<KindsOfParts['get']>[0]): string | undefined => {
    const part = parts.get(kind);
    if (part && !written.has(kind)) written.set(kind, termOf(part, state, depth).sql);
    return written.get(kind);
  };
  return bool(areaAndParts(node.op.toLowerCase(), area.sql, write, at === 1));
}

/**
 * Features in a box: most lie in it whole, which their own boxes tell without GEOS (a page with the count of 160,000
 * patches in 0.7 s for 1.1 s).
 */
const intersects: Work = (node, state, depth) => {
  const [shape, box] = node.args;
  if (node.args.length !== 2 || typeof box !== 'object' || !('bbox' in box) || !isProperty(shape!))
    return spatial('ST_Intersects')(node, state, depth);
  const left = termOf(shape, state, depth);
  if (left.kind !== 'geometry') throw badFilter(`${node.op} 需要两个几何`, `${node.op} takes two geometries`);
  const right = termOf(box, state, depth).sql;
  const inside = safelyInsideEwkt(box.bbox, box.crs ?? state.crs);
  const exact = `ST_Intersects(${left.sql}, ${right})`;
  if (inside === undefined) return bool(exact);
  // as an operator: with functions that ask no index the planner takes a middling box for dear, and reads the whole version
  const whole = `${left.sql} @ ${state.bind(inside, 'geometry')}`;
  return bool(`(${left.sql} && ${right} and (${whole} or ${exact}))`);
};

/** Between two spans; an instant begins and ends at once. OGC 21-065r2 table 16 (ISO 19108 relations). */
type Relation = (a: Edges, b: Edges) => string;

/** Beside a time a day is a span, from its first moment to its last; among days it is an instant. */
const temporal =
  (relation: Relation): Work =>
  (node, state, depth) => {
    const [left, right] = exactly(node, 2).map((arg) => span(arg, state, depth)) as [Span, Span];
    const timed = [left, right].some(({ first, last }) => first.timed || last.timed);
    const edges = ({ first, last }: Span): Edges => ({
      start: () => first.start(),
      end: () => (timed ? last.end() : last.start()),
    });
    return bool(`(${relation(edges(left), edges(right))})`);
  };

const operations: Readonly<Record<string, Work>> = {
  and: logical('and'),
  or: logical('or'),
  not: (node, state, depth) => bool(`(not ${condition(exactly(node, 1)[0]!, state, depth)})`),
  '=': comparison('='),
  '<>': comparison('<>'),
  '<': comparison('<'),
  '>': comparison('>'),
  '<=': comparison('<='),
  '>=': comparison('>='),
  like,
  between,
  in: oneOf,
  isNull: (node, state, depth) => bool(`(${termOf(exactly(node, 1)[0]!, state, depth).sql} is null)`),
  casei: (node, state, depth) => {
    const term = text(termOf(exactly(node, 1)[0]!, state, depth), node.op);
    // twice folded is folded: the statement stays as long as the filter
    if (term.folded) return term;
    if (term.pattern === undefined) return { kind: term.kind, sql: folded(state, term.sql), folded: true };
    const constant = foldText(term.pattern);
    return { kind: term.kind, sql: state.bind(constant, 'text'), pattern: constant, folded: true };
  },
  '+': arithmetic((a, b) => `${a} + ${b}`),
  '-': minus,
  '*': arithmetic((a, b) => `${a} * ${b}`),
  '/': arithmetic((a, b) => `${a} / nullif(${b}, 0)`),
  // each side is written once, and `offset` keeps the planner from writing it twice: nested, it would double at every level
  '%': arithmetic(
    (a, b) =>
      `select given.a - given.b * trunc(given.a / nullif(given.b, 0)) from (select ${a} as a, ${b} as b offset 0) as given`,
  ),
  div: arithmetic((a, b) => `trunc(${a} / nullif(${b}, 0))`),
  '^': arithmetic((a, b) => `power(${a}, ${b})`),
  s_intersects: intersects,
  s_disjoint: spatial('ST_Disjoint'),
  s_equals: byKind('ST_Equals'),
  s_touches: byKind('ST_Touches'),
  s_within: byKind('ST_Within'),
  s_overlaps: byKind('ST_Overlaps'),
  s_crosses: byKind('ST_Crosses'),
  s_contains: byKind('ST_Contains'),
  t_after: temporal((a, b) => `${a.start()} > ${b.end()}`),
  t_before: temporal((a, b) => `${a.end()} < ${b.start()}`),
  t_contains: temporal((a, b) => `${a.start()} < ${b.start()} and ${a.end()} > ${b.end()}`),
  t_disjoint: temporal((a, b) => `${a.start()} > ${b.end()} or ${a.end()} < ${b.start()}`),
  t_during: temporal((a, b) => `${a.start()} > ${b.start()} and ${a.end()} < ${b.end()}`),
  t_equals: temporal((a, b) => `${a.start()} = ${b.start()} and ${a.end()} = ${b.end()}`),
  t_finishedby: temporal((a, b) => `${a.start()} < ${b.start()} and ${a.end()} = ${b.end()}`),
  t_finishes: temporal((a, b) => `${a.start()} > ${b.start()} and ${a.end()} = ${b.end()}`),
  t_intersects: temporal((a, b) => `${a.start()} <= ${b.end()} and ${a.end()} >= ${b.start()}`),
  t_meets: temporal((a, b) => `${a.end()} = ${b.start()}`),
  t_metby: temporal((a, b) => `${a.start()} = ${b.end()}`),
  t_overlappedby: temporal(
    (a, b) => `${a.start()} > ${b.start()} and ${a.start()} < ${b.end()} and ${a.end()} > ${b.end()}`,
  ),
  t_overlaps: temporal(
    (a, b) => `${a.start()} < ${b.start()} and ${a.end()} > ${b.start()} and ${a.end()} < ${b.end()}`,
  ),
  t_startedby: temporal((a, b) => `${a.start()} = ${b.start()} and ${a.end()} > ${b.end()}`),
  t_starts: temporal((a, b) => `${a.start()} = ${b.start()} and ${a.end()} < ${b.end()}`),
};

function folded(state: State, sql: string): string {
  state.fold ??= bindFolding(state.bind);
  return state.fold(sql);
}

function operationTerm(node: Operation, state: State, depth: number): Term {
  const name = String(node.op);
  const known = [name, name.toLowerCase()].find((one) => Object.hasOwn(operations, one));
  const work = known === undefined ? undefined : operations[known];
  if (!work || !Array.isArray(node.args)) {
    const shown = name.slice(0, 80);
    throw badFilter(`没有名为“${shown}”的运算或函数`, `there is no operator or function "${shown}"`);
  }
  return work(node, state, depth);
}

function exactly(node: Operation, count: number): readonly Filter[] {
  if (node.args.length !== count) throw badArguments(node);
  return node.args;
}

const badArguments = ({ op, args }: Operation) =>
  badFilter(`${op} 的参数个数 ${args.length} 不对`, `${op} does not take ${args.length} arguments`);

function number(term: Term): Term {
  if (term.kind === 'number') return term;
  throw badFilter('算术运算需要数值', 'arithmetic takes numbers');
}

function text(term: Term, op: string): Term {
  if (term.kind === 'string') return term;
  throw badFilter(`${op} 需要文本`, `${op} takes text`);
}

function minus(node: Operation, state: State, depth: number): Term {
  if (node.args.length !== 1) return arithmetic((a, b) => `${a} - ${b}`)(node, state, depth);
  return { sql: `(- ${number(termOf(node.args[0]!, state, depth)).sql})`, kind: 'number' };
}

/** Two terms that can be compared; a text constant beside a date is read as one (the dialect of GDAL). */
function pair(node: Operation, state: State, depth: number): [Term, Term] {
  const [left, right] = exactly(node, 2).map((arg) => termOf(arg, state, depth)) as [Term, Term];
  return comparable(node.op, left, right, state.bind);
}

function comparable(op: string, left: Term, right: Term, bind: Bind): [Term, Term] {
  if (isTime(left) && isTime(right)) return [left, right];
  if (isTime(left) && typeof right.literal === 'string') return [left, timeOf(right.literal, bind)];
  if (isTime(right) && typeof left.literal === 'string') return [timeOf(left.literal, bind), right];
  if (left.kind === right.kind && left.kind !== 'geometry') return [left, right];
  if ([left, right].some(({ kind }) => kind === 'geometry'))
    throw badFilter(
      `${op} 不能比较几何，请用 S_EQUALS 等`,
      `${op} takes no geometries: S_EQUALS and others do`,
    );
  const codes = [left, right].some(({ kind }) => kind === 'string');
  throw badFilter(
    `${op} 两边的类型不同（${left.kind}、${right.kind}）${codes ? "；代码类属性是文本，请加单引号，如 '0102'" : ''}`,
    `${op} compares ${left.kind} with ${right.kind}${codes ? "; codes are text: put them into quotes, as '0102'" : ''}`,
  );
}

const isTime = ({ kind }: Term): boolean => kind === 'date' || kind === 'timestamp';

function timeOf(value: string, bind: Bind): Term {
  if (value.length === 10) return { sql: bind(readDate(value.replaceAll('/', '-')), 'date'), kind: 'date' };
  return { sql: bind(readTimestamp(value), 'timestamptz'), kind: 'timestamp' };
}

function like(node: Operation, state: State, depth: number): Term {
  const [value, pattern] = exactly(node, 2).map((arg) => text(termOf(arg, state, depth), 'LIKE')) as [
    Term,
    Term,
  ];
  if (pattern.pattern === undefined)
    throw badFilter('LIKE 的模式应为常量', 'the pattern of LIKE must be a constant');
  const trailing = /(?<!\\)(?:\\\\)*\\$/.test(pattern.pattern);
  if (trailing)
    throw badFilter('LIKE 的模式以单个反斜杠结尾', 'the pattern of LIKE ends with a lone backslash');
  return bool(`(${value.sql} like ${pattern.sql})`);
}

function between(node: Operation, state: State, depth: number): Term {
  const [value, low, high] = exactly(node, 3).map((arg) => termOf(arg, state, depth)) as [Term, Term, Term];
  const { subject, others } = comparableWithAll('BETWEEN', value, [low, high], state.bind);
  return bool(`(${subject.sql} between ${others.map(({ sql }) => sql).join(' and ')})`);
}

function oneOf(node: Operation, state: State, depth: number): Term {
  const [value, list] = exactly(node, 2) as [Filter, Filter];
  if (!Array.isArray(list) || list.length === 0)
    throw badFilter('IN 的列表为空', 'IN takes a list of values');
  const items = list.map((item) => termOf(item, state, depth));
  const { subject, others } = comparableWithAll('IN', termOf(value, state, depth), items, state.bind);
  return bool(`(${subject.sql} in (${others.map(({ sql }) => sql).join(', ')}))`);
}

function comparableWithAll(
  op: string,
  term: Term,
  others: readonly Term[],
  bind: Bind,
): { subject: Term; others: Term[] } {
  const dated = typeof term.literal === 'string' && others.some(isTime);
  const subject = dated ? timeOf(String(term.literal), bind) : term;
  return { subject, others: others.map((other) => comparable(op, subject, other, bind)[1]) };
}

/** Written only when used, as terms are. */
interface Edges {
  start(): string;
  end(): string;
}

interface Instant extends Edges {
  /** It tells the time of the day. */
  timed: boolean;
}

interface Span {
  first: Instant;
  last: Instant;
}

function span(node: Filter, state: State, depth: number): Span {
  if (typeof node === 'object' && 'interval' in node) {
    enter(state, depth);
    const { interval } = node;
    if (!Array.isArray(interval) || interval.length !== 2)
      throw badFilter('INTERVAL 需要两端', 'an interval has two ends');
    const [start, end] = interval as [Filter, Filter];
    return { first: instant(start, '-', state, depth + 1), last: instant(end, '', state, depth + 1) };
  }
  const only = instant(node, undefined, state, depth);
  return { first: only, last: only };
}

/** `openSign`: within an interval `..` stands for no limit, backwards or forwards. */
function instant(node: Filter, openSign: '' | '-' | undefined, state: State, depth: number): Instant {
  if (node === '..' && openSign !== undefined) {
    const limit = () => `'${openSign}infinity'::timestamptz`;
    return { timed: false, start: limit, end: limit };
  }
  // read once without binding: an edge that a relation does not ask for must be one too
  const { kind } = timeTerm(node, { ...state, bind: () => '' }, depth);
  let written: string | undefined;
  const sql = (): string => {
    written ??= timeTerm(node, state, depth).sql;
    return written;
  };
  const start = () => `(${sql()})::timestamptz`;
  if (kind === 'timestamp') return { timed: true, start, end: start };
  return {
    timed: false,
    start,
    end: () => `(((${sql()}) + 1)::timestamptz - make_interval(secs => 0.000001))`,
  };
}

function timeTerm(node: Filter, state: State, depth: number): Term {
  const term = termOf(node, state, depth);
  const time = typeof term.literal === 'string' ? timeOf(term.literal, state.bind) : term;
  if (!isTime(time)) throw badFilter('时间函数需要日期或时间', 'a temporal function takes dates or times');
  return time;
}

function readDate(value: unknown): string {
  const found = typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value);
  if (found && !Number.isNaN(Date.parse(`${value}T00:00:00Z`)) && sameDay(value as string))
    return value as string;
  throw badFilter(`“${String(value).slice(0, 40)}”不是日期`, `"${String(value).slice(0, 40)}" is not a date`);
}

const sameDay = (day: string): boolean => new Date(`${day}T00:00:00Z`).toISOString().startsWith(day);

const TIMESTAMP = /^(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(Z|[+-]\d{2}:?\d{2})?$/;

/** RFC 3339; without an offset it counts as UTC. */
function readTimestamp(value: unknown): string {
  const found = typeof value === 'string' ? TIMESTAMP.exec(value.replaceAll('/', '-')) : null;
  const iso = found && `${readDate(found[1])}T${found[2]}${found[3] ?? 'Z'}`;
  if (iso && !Number.isNaN(Date.parse(iso))) return iso;
  throw badFilter(`“${String(value).slice(0, 40)}”不是时间`, `"${String(value).slice(0, 40)}" is not a time`);
}

export interface SortKey {
  field: Field;
  descending: boolean;
}

/** How the geometry of a row is written; null stands for none at all. */
export interface GeometryOutput {
  /** SRID of a projected CRS; null: degrees as stored. */
  srid: number | null;
  /** Northing or latitude first. */
  flipped: boolean;
  decimals: number;
}

export interface PageParts {
  where: string;
  bind: Bind;
  limit: number;
}

/** Columns `k1…`: the key of the row, for the next page. */
export const keyColumns = (table: FeatureTable): string =>
  table.key.map(({ sql }, i) => `${sql} as k${i + 1}`).join(', ');

const keyOrder = (table: FeatureTable): string => table.key.map(({ sql }) => sql).join(', ');

export function whereOf(table: FeatureTable, conditions: readonly string[], bind: Bind): string {
  const all = [...(table.scope ? [table.scope(bind)] : []), ...conditions];
  return all.length > 0 ? `where ${all.join(' and ')}` : '';
}

/** Rows behind a key, in the order of the key. */
export function afterKey(table: FeatureTable, key: readonly SqlValue[], bind: Bind): string {
  const values = table.key.map(({ type }, i) => bind(key[i]!, type));
  const columns = keyOrder(table);
  return table.key.length === 1 ? `${columns} > ${values[0]}` : `(${columns}) > (${values.join(', ')})`;
}

/** The row of a key and those before it, in the order of the key. */
export function upToKey(table: FeatureTable, key: readonly SqlValue[], bind: Bind): string {
  const values = table.key.map(({ type }, i) => bind(key[i]!, type));
  const columns = keyOrder(table);
  return table.key.length === 1 ? `${columns} <= ${values[0]}` : `(${columns}) <= (${values.join(', ')})`;
}

/** One row by its key. */
export const atKey = (table: FeatureTable, key: readonly SqlValue[], bind: Bind): string =>
  table.key.map(({ sql, type }, i) => `${sql} = ${bind(key[i]!, type)}`).join(' and ');

/** A page of rows as `columns`, in the order of the key. */
export const selectPage = (table: FeatureTable, columns: string, { where, bind, limit }: PageParts): string =>
  `select ${columns} from ${table.from} ${where}
   order by ${keyOrder(table)} limit ${bind(limit, 'int')}`;

/** The keys of a page from its end to its beginning. */
export const selectKeysBackwards = (table: FeatureTable, { where, bind, limit }: PageParts): string =>
  `select ${keyColumns(table)} from ${table.from} ${where}
   order by ${table.key.map(({ sql }) => `${sql} desc`).join(', ')} limit ${bind(limit, 'int')}`;

/** The keys of a page in another order; the key makes every order total. */
export function selectKeys(
  table: FeatureTable,
  sort: readonly SortKey[],
  { where, bind, limit }: PageParts,
  offset: number,
): string {
  const order = sort.map(
    ({ field, descending }) => `${field.sql(bind)} ${descending ? 'desc' : 'asc'} nulls last`,
  );
  return `select ${keyColumns(table)} from ${table.from} ${where}
    order by ${[...order, keyOrder(table)].join(', ')} limit ${bind(limit, 'int')} offset ${bind(offset, 'int')}`;
}

/** Rows by their keys, in the order in which these are listed. */
export function selectListed(
  table: FeatureTable,
  columns: string,
  keys: readonly (readonly SqlValue[])[],
  bind: Bind,
): string {
  const lists = table.key.map(({ type }, i) =>
    bind(
      keys.map((key) => key[i]!),
      `${type}[]`,
    ),
  );
  const names = table.key.map((_column, i) => `w${i + 1}`);
  const join = table.key.map(({ sql }, i) => `${sql} = wanted.w${i + 1}`).join(' and ');
  const scope = table.scope ? ` and ${table.scope(bind)}` : '';
  return `select ${columns}
    from unnest(${lists.join(', ')}) with ordinality as wanted (${[...names, 'place'].join(', ')})
    join ${table.from} on ${join}${scope} order by wanted.place`;
}

export const countRows = (table: FeatureTable, where: string): string =>
  `select count(*) as count from ${table.from} ${where}`;

/** $1 EWKT[]: whether all are valid. */
export const allValid = `select coalesce(bool_and(ST_IsValid(shape::geometry)), true) as valid from unnest($1::text[]) as shape`;

const movedSql = (table: FeatureTable, { srid }: GeometryOutput, bind: Bind): string =>
  srid === null ? table.geometry : `ST_Transform(${table.geometry}, ${bind(srid, 'int')})`;

/** The properties as the text of a JSON object: every key, in the order of the fields. */
export function propertiesSql(fields: readonly Field[], bind: Bind): string {
  if (fields.length === 0) return `'{}'`;
  const members = fields.map(
    (field, i) =>
      `${bind(`${i === 0 ? '{' : ','}${JSON.stringify(field.name)}:`, 'text')} || coalesce(to_json(${field.sql(bind)})::text, 'null')`,
  );
  return `${members.join(' || ')} || '}'`;
}

/** The columns of a row that is read as bytes, see `readRow`: their names and how they travel. */
export function rowColumns(
  table: FeatureTable,
  fields: readonly Field[],
  output: GeometryOutput | null,
  bind: Bind,
): { select: string; types: Record<string, BinaryType> } {
  const types: Record<string, BinaryType> = {};
  const columns: string[] = [];
  const add = (name: string, type: BinaryType, sql: string): void => {
    types[name] = type;
    columns.push(`${sql} as ${name}`);
  };
  for (const [i, { sql, type }] of table.key.entries())
    add(`k${i + 1}`, type === 'int' ? 'int4' : 'utf8', sql);
  if (output) add('shape', 'bytes', `coalesce(ST_AsBinary(${movedSql(table, output, bind)}, 'NDR'), '')`);
  const listed = fields.filter(({ member }) => member === undefined);
  if (listed.length < fields.length) add('document', 'utf8', `${table.document}::text`);
  if (listed.length > 0)
    add('list', 'utf8', `json_build_array(${listed.map((field) => field.sql(bind)).join(', ')})::text`);
  return { select: columns.join(', '), types };
}

/** $1 version id: what a collection of its features needs from the certificate. */
export const versionFacts = `
  select certificate -> 'fields' as fields, certificate -> 'extent' -> 'box' as box
  from layer_version where version_id = $1`;

/** $1 layer ids: the first day of which each tells. */
export const firstDays = `
  select layer_id, min(coalesce(data_date, ((received_at at time zone 'UTC') + interval '8 hours')::date)) as day
  from layer_version where layer_id = any($1::text[]) and status in ('active', 'superseded') group by layer_id`;

/** Features of one version, by their number. */
export const layerRows = {
  from: 'layer_feature f',
  scope: (versionId: number, bind: Bind): string => `f.version_id = ${bind(versionId, 'bigint')}`,
  current: (versionId: number, bind: Bind): string =>
    `exists (select from layer_version v where v.version_id = ${bind(versionId, 'bigint')} and v.status = 'active')`,
  geometry: 'f.geom',
  number: 'f.feature_no',
  bsm: 'f.bsm',
  id: (layerId: string, bind: Bind): string => `${bind(`${layerId}.`, 'text')} || f.feature_no`,
  size: 'f.plane_area_m2',
  edges: ['ST_XMin(f.geom)', 'ST_YMin(f.geom)', 'ST_XMax(f.geom)', 'ST_YMax(f.geom)'],
  areaM2: 'round(f.plane_area_m2::numeric, 2)::float8',
  document: 'f.attributes',
  text: (name: string, bind: Bind): string => `(f.attributes ->> ${bind(name, 'text')})`,
  /** What stands as text in a field of numbers ("12 亩") is no number: null. */
  numeric: (name: string, bind: Bind): string => {
    const value = bind(name, 'text');
    return `(case jsonb_typeof(f.attributes -> ${value}) when 'number' then (f.attributes ->> ${value})::float8 end)`;
  },
  constant: (value: string | null, type: 'text' | 'date', bind: Bind): string => bind(value, type),
} as const;

export interface TileParts {
  table: FeatureTable;
  /** EPSG:4490 degrees. */
  box: Box;
  /** Smaller features are left out; m². */
  minAreaM2: number;
  /** Features at most. */
  limit: number;
  fields: readonly Field[];
  /** Go through the features by size, not by place; where the table has edges. */
  bySize: boolean;
  /** Corners that lie this close to the line between their neighbours are left out; degrees. */
  toleranceDegrees: number;
}

/**
 * Rows whose box meets the rectangle, largest first, one more than the limit to tell that there are more. Their keys
 * are found and sorted alone: a row weighs a hundred times as much.
 */
export function selectTile(parts: TileParts, bind: Bind): string {
  const { table, box, minAreaM2, limit, fields, bySize, toleranceDegrees } = parts;
  const plain = table.size ?? findField(table, 'area_m2')?.sql(bind) ?? '0';
  const edges = bySize ? table.edges : undefined;
  const byPlace = table.edges !== undefined && !bySize;
  // as a term the size fits no index, as a truth the scope fits none: only that of the geometry is left
  const size = edges ? plain : `(${plain} + 0)`;
  const scope = table.scope?.(bind);
  const conditions = [
    ...(scope === undefined ? [] : [byPlace ? `(${scope}) is true` : scope]),
    ...inBox(table, box, edges, bind),
    ...(minAreaM2 > 0 ? [`${size} >= ${bind(minAreaM2, 'float8')}`] : []),
  ];
  const shape =
    toleranceDegrees > 0
      ? `ST_Simplify(${table.geometry}, ${bind(toleranceDegrees, 'float8')})`
      : table.geometry;
  const join = table.key.map(({ sql }, i) => `${sql} = wanted.k${i + 1}`);
  return `with wanted as materialized (
      select ${keyColumns(table)}, ${size} as size from ${table.from} where ${conditions.join(' and ')}
      order by ${size} desc, ${keyOrder(table)} limit ${bind(limit + 1, 'int')})
    select ${table.id(bind)} as id, coalesce(ST_AsBinary(${shape}), '') as wkb,
      ${propertiesSql(fields, bind)} as properties
    from wanted join ${table.from} on ${[...join, ...(scope === undefined ? [] : [scope])].join(' and ')}
    order by wanted.size desc, ${keyOrder(table)}`;
}

/** The box of a row meets the rectangle: by the index of the geometry, or by that of the size and the edges. */
function inBox(
  { geometry }: FeatureTable,
  box: Box,
  edges: FeatureTable['edges'],
  bind: Bind,
): readonly string[] {
  const [west, south, east, north] = box.map((edge) => bind(edge, 'float8'));
  return edges
    ? [
        ...[`${edges[0]} <= ${east}`, `${edges[1]} <= ${north}`],
        ...[`${edges[2]} >= ${west}`, `${edges[3]} >= ${south}`],
      ]
    : [`${geometry} && ST_MakeEnvelope(${west}, ${south}, ${east}, ${north}, 4490)`];
}
