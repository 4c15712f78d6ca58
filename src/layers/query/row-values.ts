/**
 * The values of a row, found in the JSON text in which the database hands them over and left there as bytes: a text of
 * JSON can go into another as it stands.
 */
import { AppError } from '../../core/errors.js';
import type { FieldType } from './feature-table.js';

/** A field and where its value comes from: a member of the document of the row, else the list of values. */
export interface ValueSource {
  type: FieldType;
  member?: string;
}

const [QUOTE, BACKSLASH, COMMA, OPEN, CLOSE, OPEN_LIST, CLOSE_LIST, SPACE, COLON] = [
  34, 92, 44, 123, 125, 91, 93, 32, 58,
];
const [LOWER_N, MINUS, DOT, ZERO, NINE] = [110, 45, 46, 48, 57];
const NULL = Buffer.from('null');
/** Digits that a double keeps in any case. */
const SAFE_DIGITS = 15;

/** A member that came at this place in the row before: nearly always it does so again. */
interface Expected {
  /** The name with its quotes. */
  name: Uint8Array;
  /** Number of the field; -1: of none. */
  field: number;
}

export class RowValues {
  /** By field: the bytes of its JSON value, `null` where there is none. */
  readonly bytes: Uint8Array[];
  readonly from: number[];
  readonly to: number[];
  readonly #types: readonly FieldType[];
  readonly #members = new Map<string, number>();
  readonly #listed: readonly number[];
  readonly #expected: Expected[] = [];

  constructor(sources: readonly ValueSource[]) {
    this.bytes = sources.map(() => NULL);
    this.from = sources.map(() => 0);
    this.to = sources.map(() => NULL.length);
    this.#types = sources.map(({ type }) => type);
    for (const [i, { member }] of sources.entries()) if (member !== undefined) this.#members.set(member, i);
    this.#listed = sources.flatMap(({ member }, i) => (member === undefined ? [i] : []));
  }

  /** `document`: an object, `list`: an array of the values of the other fields in their order; both as PostgreSQL writes JSON. */
  read(document: Uint8Array | undefined, list: Uint8Array | undefined): void {
    for (let i = 0; i < this.bytes.length; i++) this.#set(i, NULL, 0, NULL.length);
    if (document !== undefined) this.#readDocument(document);
    if (list !== undefined) this.#readList(list);
  }

  isNull(field: number): boolean {
    return this.bytes[field]![this.from[field]!] === LOWER_N;
  }

  /** The value; for texts that are to be written in another way. */
  value(field: number): string | number | boolean | null {
    const bytes = this.bytes[field]!;
    const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return JSON.parse(text.toString('utf8', this.from[field], this.to[field]));
  }

  #set(field: number, bytes: Uint8Array, from: number, to: number): void {
    this.bytes[field] = bytes;
    this.from[field] = from;
    this.to[field] = to;
  }

  #readDocument(bytes: Uint8Array): void {
    let at = skip(bytes, skip(bytes, 0, OPEN), SPACE);
    for (let place = 0; bytes[at] === QUOTE; place++) {
      const end = endOfValue(bytes, at);
      const field = this.#fieldOf(bytes, at, end, place);
      const from = skip(bytes, skip(bytes, end, COLON), SPACE);
      const to = endOfValue(bytes, from);
      if (field >= 0) this.#setMember(field, bytes, from, to);
      at = skip(bytes, skip(bytes, to, COMMA), SPACE);
    }
    if (bytes[at] !== CLOSE) throw unreadable();
  }

  #fieldOf(bytes: Uint8Array, from: number, to: number, place: number): number {
    const expected = this.#expected[place];
    if (expected && isSame(expected.name, bytes, from, to)) return expected.field;
    const name = Buffer.from(bytes.subarray(from, to));
    const field = this.#members.get(JSON.parse(name.toString())) ?? -1;
    this.#expected[place] = { name, field };
    return field;
  }

  /** As the operator ->> and the types of the fields read a member: what is no number is none, what is no text becomes one. */
  #setMember(field: number, bytes: Uint8Array, from: number, to: number): void {
    const first = bytes[from]!;
    if (first === LOWER_N) return;
    const isNumber = first === MINUS || (first >= ZERO && first <= NINE);
    if (this.#types[field] === 'string') {
      if (first === QUOTE) this.#set(field, bytes, from, to);
      else this.#setText(field, JSON.stringify(Buffer.from(bytes.subarray(from, to)).toString()));
    } else if (isNumber) {
      if (isShortest(bytes, from, to)) this.#set(field, bytes, from, to);
      else this.#setText(field, shortest(Buffer.from(bytes.subarray(from, to)).toString()));
    }
  }

  #setText(field: number, text: string): void {
    const bytes = Buffer.from(text);
    this.#set(field, bytes, 0, bytes.length);
  }

  #readList(bytes: Uint8Array): void {
    let at = skip(bytes, 0, OPEN_LIST);
    for (const [i, field] of this.#listed.entries()) {
      if (i > 0) at = skip(bytes, skip(bytes, at, COMMA), SPACE);
      const to = endOfValue(bytes, at);
      this.#set(field, bytes, at, to);
      at = to;
    }
    if (bytes[at] !== CLOSE_LIST) throw unreadable();
  }
}

const unreadable = (): AppError => new AppError('internal', 'the database wrote JSON in an unknown way');

/** The place behind the sign, where it stands there. */
const skip = (bytes: Uint8Array, at: number, sign: number): number => (bytes[at] === sign ? at + 1 : at);

function isSame(name: Uint8Array, bytes: Uint8Array, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) if (name[i] !== bytes[from + i]) return false;
  return true;
}

/** The place behind the value that begins here. */
function endOfValue(bytes: Uint8Array, from: number): number {
  const first = bytes[from];
  if (first === QUOTE) return endOfText(bytes, from);
  if (first === OPEN || first === OPEN_LIST) return endOfNested(bytes, from);
  let at = from;
  for (let sign = first; sign !== undefined && sign !== COMMA && sign !== CLOSE && sign !== CLOSE_LIST; )
    sign = bytes[++at];
  if (at === from || at > bytes.length) throw unreadable();
  return at;
}

function endOfText(bytes: Uint8Array, from: number): number {
  for (let at = from + 1; at < bytes.length; at++) {
    const sign = bytes[at];
    if (sign === QUOTE) return at + 1;
    if (sign === BACKSLASH) at++;
  }
  throw unreadable();
}

function endOfNested(bytes: Uint8Array, from: number): number {
  let depth = 0;
  for (let at = from; at < bytes.length; at++) {
    const sign = bytes[at];
    if (sign === QUOTE) at = endOfText(bytes, at) - 1;
    else if (sign === OPEN || sign === OPEN_LIST) depth++;
    else if ((sign === CLOSE || sign === CLOSE_LIST) && --depth === 0) return at + 1;
  }
  throw unreadable();
}

/** Few digits and no zero behind the point: a double is written in the same way. */
const isShortest = (bytes: Uint8Array, from: number, to: number): boolean =>
  to - from <= SAFE_DIGITS &&
  (bytes[to - 1] !== ZERO || bytes.indexOf(DOT, from) >= to || bytes.indexOf(DOT, from) < 0);

/** As a double, which is what the field is; digits that no double holds stay as they are. */
function shortest(text: string): string {
  const value = Number(text);
  return Number.isFinite(value) ? String(value) : text;
}
