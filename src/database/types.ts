/**
 * The one table of how values travel: what a bound value looks like on the wire and what a column's text becomes.
 * Both databases use it, so that a row is the same whichever of them answered.
 */
import { AppError } from '../core/errors.js';
import type { SqlValue } from './sql.js';

type Parser = (text: string) => unknown;

/** Object identifiers of the built-in types that are not simply text (pg_type.oid, fixed since PostgreSQL 8). */
const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  int2: 21,
  int4: 23,
  oid: 26,
  json: 114,
  float4: 700,
  float8: 701,
  timestamptz: 1184,
  jsonb: 3802,
} as const;

const parsers: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [OID.bool, (text) => text === 't'],
  [OID.bytea, readBytea],
  [OID.int8, readInt8],
  [OID.int2, Number],
  [OID.int4, Number],
  [OID.oid, Number],
  [OID.float4, Number],
  [OID.float8, Number],
  [OID.json, (text) => JSON.parse(text)],
  [OID.jsonb, (text) => JSON.parse(text)],
  [OID.timestamptz, readTimestamptz],
]);

/** Array type → element type. Types that are text as elements are text in arrays too (numeric, date, uuid, …). */
const arrayElement: ReadonlyMap<number, number> = new Map([
  [1000, OID.bool],
  [1001, OID.bytea],
  [1016, OID.int8],
  [1005, OID.int2],
  [1007, OID.int4],
  [1028, OID.oid],
  [199, OID.json],
  [1021, OID.float4],
  [1022, OID.float8],
  [1185, OID.timestamptz],
  [3807, OID.jsonb],
  [1002, 0], // char[]
  [1009, 0], // text[]
  [1014, 0], // bpchar[]
  [1015, 0], // varchar[]
  [1115, 0], // timestamp[]
  [1182, 0], // date[]
  [1231, 0], // numeric[]
  [2951, 0], // uuid[]
]);

const asText: Parser = (text) => text;

/** In the shape the driver asks for. Every column comes as text; a type that is not in the table stays text. */
export const typeTable = {
  getTypeParser(oid: number, _format?: string): Parser {
    const element = arrayElement.get(oid);
    if (element === undefined) return parsers.get(oid) ?? asText;
    const parse = parsers.get(element) ?? asText;
    return (text) => readArray(text, parse);
  },
};

function readInt8(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new AppError('internal', `int8 value ${text} does not fit a number without loss; select it as text`);
}

/** Own buffer, offset 0: readers may lay typed arrays over the result. */
function readBytea(text: string): Uint8Array {
  if (!text.startsWith('\\x')) throw new AppError('internal', 'bytea must come in hex; check bytea_output');
  const hex = text.slice(2);
  const bytes = Buffer.allocUnsafeSlow(hex.length / 2);
  bytes.write(hex, 'hex');
  return new Uint8Array(bytes.buffer, 0, bytes.length);
}

const TIMESTAMPTZ = /^(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(?:\.(\d{1,6}))?([+-]\d\d)(?::?(\d\d))?$/;

/** ISO style with an offset; microseconds are cut to what a Date holds. */
function readTimestamptz(text: string): Date {
  const found = TIMESTAMPTZ.exec(text);
  if (!found) throw new AppError('internal', `timestamptz ${text} has no place in a Date`);
  const [, year, month, day, hour, minute, second, fraction = '', offsetHour, offsetMinute = '00'] = found;
  const millis = fraction.padEnd(3, '0').slice(0, 3);
  return new Date(
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${millis}${offsetHour}:${offsetMinute}`,
  );
}

/** PostgreSQL's array text: {1,NULL,"quoted \"text\""}, nested braces for more dimensions. */
function readArray(text: string, parse: Parser): unknown[] {
  let at = text.indexOf('{');
  const readElement = (): unknown => {
    if (text[at] === '{') return readList();
    let value = '';
    const quoted = text[at] === '"';
    if (quoted) at++;
    for (; at < text.length; at++) {
      const char = text[at] as string;
      if (quoted ? char === '"' : char === ',' || char === '}') break;
      if (char === '\\') at++;
      value += text[at];
    }
    if (quoted) at++;
    return !quoted && value === 'NULL' ? null : parse(value);
  };
  const readList = (): unknown[] => {
    const list: unknown[] = [];
    at++;
    while (text[at] !== '}') {
      list.push(readElement());
      if (text[at] === ',') at++;
      else if (text[at] !== '}') throw new AppError('internal', 'unreadable array text from the database');
    }
    at++;
    return list;
  };
  return readList();
}

/** One bound value as the driver sends it: text, or bytes for bytea. */
export function toWire(value: SqlValue | undefined, index: number): string | Buffer | null {
  if (value === null) return null;
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    case 'object':
      if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
      if (value instanceof Date) return dateToWire(value, index);
      if (Array.isArray(value)) return arrayToWire(value, index);
  }
  throw new AppError('internal', `value $${index + 1} (${typeof value}) cannot be bound; pass JSON as text`);
}

function dateToWire(value: Date, index: number): string {
  if (Number.isNaN(value.getTime())) throw new AppError('internal', `value $${index + 1} is an invalid Date`);
  return value.toISOString();
}

function arrayToWire(list: readonly unknown[], index: number): string {
  const parts = list.map((item) => {
    if (item === null) return 'NULL';
    if (Array.isArray(item)) return arrayToWire(item, index);
    const wire = toWire(item as SqlValue, index) as string | Buffer;
    if (typeof wire !== 'string') return `"\\\\x${wire.toString('hex')}"`;
    return typeof item === 'string' ? `"${wire.replace(/["\\]/g, '\\$&')}"` : wire;
  });
  return `{${parts.join(',')}}`;
}
