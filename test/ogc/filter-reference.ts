/**
 * CQL2-JSON evaluated on one feature in plain JavaScript, with the three truth values of OGC 21-065r2 §6.2, and written
 * as CQL2 text: what the service answers is held against it.
 */
export type Node =
  | null
  | string
  | number
  | boolean
  | readonly Node[]
  | { readonly [member: string]: unknown };

export const op = (name: string, ...args: Node[]): Node => ({ op: name, args });

export interface Plain {
  properties: Readonly<Record<string, string | number | boolean | null>>;
}

/** Names of the fields of days and of times. */
export interface Kinds {
  dates: readonly string[];
  times: readonly string[];
}

type Value = null | string | number | boolean | Moment | Value[];

/** Microseconds since 1970. */
interface Moment {
  start: bigint;
  timed: boolean;
}

interface Operation {
  op: string;
  args: readonly Node[];
}

const isMoment = (value: Value): value is Moment =>
  typeof value === 'object' && value !== null && 'start' in value;

const DAY = 86_400_000_000n;

export function momentOf(text: string): Moment {
  const timed = text.length > 10;
  const fraction = /\.(\d+)/.exec(text)?.[1] ?? '';
  const zoned = /Z$|[+-]\d\d:\d\d$/.test(text) ? text : `${text}${timed ? 'Z' : 'T00:00:00Z'}`;
  const whole = Date.parse(zoned.replace(/\.\d+/, ''));
  return { start: BigInt(whole) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6)), timed };
}

/** True, false or null for a condition; the value of anything else. */
export function evaluate(node: Node, feature: Plain, kinds: Kinds): Value {
  const read = (inner: Node): Value => evaluate(inner, feature, kinds);
  if (node === null || typeof node !== 'object') return node;
  if (Array.isArray(node)) return node.map((inner) => read(inner as Node));
  const { op, args, property, date, timestamp } = node as Partial<Operation> & Record<string, string>;
  if (date ?? timestamp) return momentOf((date ?? timestamp)!);
  if (property !== undefined) {
    const value = feature.properties[property] ?? null;
    const timed = kinds.dates.includes(property) || kinds.times.includes(property);
    return timed && value !== null ? momentOf(String(value)) : value;
  }
  const work = operations[op!]!;
  return work(
    args!.map((inner) => (isSpan(inner) ? (inner as unknown as Value) : read(inner))),
    read,
  );
}

const isSpan = (node: Node): boolean => typeof node === 'object' && node !== null && 'interval' in node;

type Work = (args: Value[], read: (node: Node) => Value) => Value;

const strict =
  (work: (...args: never[]) => Value): Work =>
  (args) =>
    args.some((arg) => arg === null) ? null : work(...(args as never[]));

const plain = (value: Value, beside: Value): string | number | bigint | boolean => {
  if (isMoment(value)) return value.start;
  return isMoment(beside) ? momentOf(String(value)).start : (value as string | number | boolean);
};

const compare =
  (holds: (a: never, b: never) => boolean): Work =>
  ([a, b]) =>
    a === null || b === null ? null : holds(plain(a!, b!) as never, plain(b!, a!) as never);

const negate = (value: Value): Value => (value === null ? null : !value);
const any = (values: readonly Value[]): Value =>
  values.includes(true) ? true : values.includes(null) ? null : false;
const all = (values: readonly Value[]): Value =>
  values.includes(false) ? false : values.includes(null) ? null : true;

const equal = compare((a, b) => a === b);
const atMost = compare((a, b) => a <= b);

function pattern(text: string): RegExp {
  const source = text.replace(/\\(.)|[%_]|[^%_\\]/gsu, (found, escaped?: string) => {
    if (found === '%') return '.*';
    if (found === '_') return '.';
    return (escaped ?? found).replace(/[.*+?^${}()|[\]\\/]/, '\\$&');
  });
  return new RegExp(`^${source}$`, 'su');
}

const operations: Readonly<Record<string, Work>> = {
  and: all,
  or: any,
  not: ([value]) => negate(value!),
  isNull: ([value]) => value === null,
  '=': equal,
  '<>': (args, read) => negate(equal(args, read)),
  '<': compare((a, b) => a < b),
  '>': compare((a, b) => a > b),
  '<=': atMost,
  '>=': compare((a, b) => a >= b),
  between: ([value, low, high], read) => all([atMost([low!, value!], read), atMost([value!, high!], read)]),
  in: ([value, list], read) => any((list as Value[]).map((one) => equal([value!, one], read))),
  like: strict((value: string, text: string) => pattern(text).test(value)),
  casei: strict((value: string) => [...value].map((one) => one.toUpperCase().toLowerCase()).join('')),
  '+': strict((a: number, b: number) => a + b),
  '-': strict((a: number, b: number) => a - b),
  '*': strict((a: number, b: number) => a * b),
  '/': strict((a: number, b: number) => (b === 0 ? null : a / b)),
  '%': strict((a: number, b: number) => (b === 0 ? null : a % b)),
  div: strict((a: number, b: number) => (b === 0 ? null : Math.trunc(a / b))),
  '^': strict((a: number, b: number) => a ** b),
  ...temporal(),
};

/** First and last moment; null where an end is not known. */
interface Span {
  from: bigint | null;
  to: bigint | null;
}

function temporal(): Record<string, Work> {
  const FOREVER = 10n ** 20n;
  type Test = (a: { [end in keyof Span]: bigint }, b: { [end in keyof Span]: bigint }) => boolean;
  const tests: Readonly<Record<string, Test>> = {
    t_after: (a, b) => a.from > b.to,
    t_before: (a, b) => a.to < b.from,
    t_disjoint: (a, b) => a.from > b.to || a.to < b.from,
    t_equals: (a, b) => a.from === b.from && a.to === b.to,
    t_intersects: (a, b) => !(a.from > b.to || a.to < b.from),
    t_contains: (a, b) => a.from < b.from && b.to < a.to,
    t_during: (a, b) => b.from < a.from && a.to < b.to,
    t_finishedBy: (a, b) => a.from < b.from && a.to === b.to,
    t_finishes: (a, b) => a.from > b.from && a.to === b.to,
    t_meets: (a, b) => a.to === b.from,
    t_metBy: (a, b) => a.from === b.to,
    t_overlappedBy: (a, b) => b.from < a.from && a.from < b.to && b.to < a.to,
    t_overlaps: (a, b) => a.from < b.from && b.from < a.to && a.to < b.to,
    t_startedBy: (a, b) => a.from === b.from && b.to < a.to,
    t_starts: (a, b) => a.from === b.from && a.to < b.to,
  };
  const ends = (arg: Value, read: (node: Node) => Value): (Moment | null)[] => {
    if (!isSpan(arg as Node)) return [arg, arg] as (Moment | null)[];
    return (arg as unknown as { interval: Node[] }).interval.map((end, i) => {
      if (end === '..') return { start: i === 0 ? -FOREVER : FOREVER, timed: false };
      return typeof end === 'string' ? momentOf(end) : (read(end) as Moment | null);
    });
  };
  const work =
    (test: Test): Work =>
    (args, read) => {
      const spans = args.map((arg) => ends(arg, read));
      if (spans.flat().includes(null)) return null;
      const timed = spans.flat().some((end) => end!.timed);
      const last = (end: Moment): bigint =>
        timed && !end.timed && end.start < FOREVER ? end.start + DAY - 1n : end.start;
      const [a, b] = spans.map(([from, to]) => ({ from: from!.start, to: last(to!) }));
      return test(a!, b!);
    };
  return Object.fromEntries(Object.entries(tests).map(([name, test]) => [name, work(test)]));
}

export const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** As text, every operation in parentheses. */
export function toText(node: Node): string {
  if (typeof node === 'string') return quoted(node);
  if (typeof node !== 'object' || node === null) return String(node);
  if (Array.isArray(node)) return `(${node.map(toText).join(', ')})`;
  const { op, args = [], property, date, timestamp, interval, bbox, type } = node as Record<string, never>;
  if (property !== undefined) return `"${property}"`;
  if (date !== undefined) return `DATE('${date}')`;
  if (timestamp !== undefined) return `TIMESTAMP('${timestamp}')`;
  if (interval !== undefined) return `INTERVAL(${(interval as Node[]).map(toText).join(', ')})`;
  if (bbox !== undefined) return `BBOX(${(bbox as number[]).join(', ')})`;
  if (type !== undefined) return wellKnownText(node as unknown as GeoJson);
  const texts = (args as Node[]).map(toText);
  if (op === 'not') return `(NOT ${texts[0]})`;
  if (op === 'isNull') return `(${texts[0]} IS NULL)`;
  if (op === 'between') return `(${texts[0]} BETWEEN ${texts[1]} AND ${texts[2]})`;
  if (/^[a-z]+_|^casei$/.test(op!)) return `${(op as string).toUpperCase()}(${texts.join(', ')})`;
  return `(${texts.join(` ${(op as string).toUpperCase()} `)})`;
}

interface GeoJson {
  type: string;
  coordinates?: unknown;
  geometries?: GeoJson[];
}

function wellKnownText({ type, coordinates, geometries }: GeoJson): string {
  const write = (node: unknown): string => {
    const items = node as unknown[];
    return typeof items[0] === 'number' ? items.join(' ') : `(${items.map(write).join(', ')})`;
  };
  if (geometries) return `${type.toUpperCase()}(${geometries.map(wellKnownText).join(', ')})`;
  return type === 'Point' ? `POINT(${write(coordinates)})` : `${type.toUpperCase()}${write(coordinates)}`;
}
