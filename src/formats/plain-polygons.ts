/**
 * Finds the geometry in the JSON text of a GeoJSON feature and reads it into flat rings when it is a polygon or
 * multipolygon written plainly: coordinates are two thirds of a layer file, and JSON.parse makes an object of every
 * vertex. Takes nothing that JSON.parse would not take, and gives the same numbers; what it does not know it leaves.
 */
import type { FlatRing } from '../core/geometry-types.js';
import { RingPen } from '../geometry/ring-pen.js';

export interface PlainGeometry {
  type: 'Polygon' | 'MultiPolygon';
  /** Rings as in the file, each a Float64Array; a third coordinate is left out, as the import does. */
  coordinates: FlatRing[] | FlatRing[][];
}

/** Where the geometry's text begins and ends. */
export interface FoundGeometry {
  geometry: PlainGeometry;
  from: number;
  to: number;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const MINUS = 0x2d;
const POINT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const COLON = 0x3a;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The text under the hand, and the place in it: one feature at a time, without an object per step. */
let bytes: Uint8Array = new Uint8Array();
let at = 0;
const drawn = new RingPen();

/** Undefined: no geometry, or one that is not plain; then the whole text goes to JSON.parse. */
export function findPlainGeometry(feature: Uint8Array): FoundGeometry | undefined {
  bytes = feature;
  at = valueOfGeometry();
  if (at < 0) return undefined;
  const from = at;
  const geometry = readGeometry();
  return geometry && { geometry, from, to: at };
}

/** Place of the value of the first member "geometry" of the object itself, −1 when there is none. */
function valueOfGeometry(): number {
  let depth = 0;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth++;
    else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth--;
    else if (byte === QUOTE) {
      const end = endOfString(i);
      if (end < 0) return -1;
      if (depth === 1 && isText(i, end, 'geometry')) {
        at = end;
        skipSpace();
        if (bytes[at] === COLON) {
          at++;
          skipSpace();
          return at;
        }
      }
      i = end - 1;
    }
  }
  return -1;
}

/** The place behind the closing quote of the string that begins at `from`. */
function endOfString(from: number): number {
  for (let i = from + 1; i < bytes.length; i++) {
    const byte = bytes[i];
    if (byte === BACKSLASH) i++;
    else if (byte === QUOTE) return i + 1;
  }
  return -1;
}

/** Whether the string from `from` to `to`, quotes included, is this word, written without escapes. */
function isText(from: number, to: number, word: string): boolean {
  if (to - from !== word.length + 2) return false;
  for (let i = 0; i < word.length; i++) if (bytes[from + 1 + i] !== word.charCodeAt(i)) return false;
  return true;
}

function skipSpace(): void {
  let byte = bytes[at];
  while (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) byte = bytes[++at];
}

/** Takes the byte if it is the next one that is no white space. */
function take(byte: number): boolean {
  skipSpace();
  if (bytes[at] !== byte) return false;
  at++;
  return true;
}

/** An object of exactly `type` and `coordinates`, in either order. */
function readGeometry(): PlainGeometry | undefined {
  if (!take(OPEN_OBJECT)) return undefined;
  let type: PlainGeometry['type'] | undefined;
  let coordinates: FlatRing[] | FlatRing[][] | undefined;
  do {
    const member = readWord();
    if (!member || !take(COLON)) return undefined;
    if (isText(member.from, member.to, 'type') && !type) type = readType();
    else if (isText(member.from, member.to, 'coordinates') && !coordinates) coordinates = readCoordinates();
    else return undefined;
  } while (take(COMMA));
  if (!take(CLOSE_OBJECT) || !type || !coordinates) return undefined;
  const isMulti = Array.isArray(coordinates[0]);
  return isMulti === (type === 'MultiPolygon') ? { type, coordinates } : undefined;
}

function readWord(): { from: number; to: number } | undefined {
  skipSpace();
  if (bytes[at] !== QUOTE) return undefined;
  const from = at;
  at = endOfString(from);
  return at < 0 ? undefined : { from, to: at };
}

function readType(): PlainGeometry['type'] | undefined {
  const word = readWord();
  if (!word) return undefined;
  if (isText(word.from, word.to, 'Polygon')) return 'Polygon';
  return isText(word.from, word.to, 'MultiPolygon') ? 'MultiPolygon' : undefined;
}

/** Rings of a polygon, or polygons of rings: three or four brackets before the first number. */
function readCoordinates(): FlatRing[] | FlatRing[][] | undefined {
  const start = at;
  let depth = 0;
  while (take(OPEN_ARRAY)) depth++;
  at = start;
  if (depth === 3) return readList(readRing);
  return depth === 4 ? readList(() => readList(readRing)) : undefined;
}

/** One or more items in brackets. */
function readList<T>(readItem: () => T | undefined): T[] | undefined {
  if (!take(OPEN_ARRAY)) return undefined;
  const items: T[] = [];
  do {
    const item = readItem();
    if (item === undefined) return undefined;
    items.push(item);
  } while (take(COMMA));
  return take(CLOSE_ARRAY) ? items : undefined;
}

function readRing(): FlatRing | undefined {
  if (!take(OPEN_ARRAY)) return undefined;
  drawn.begin();
  do {
    if (!take(OPEN_ARRAY)) return undefined;
    const x = readNumber();
    if (x === undefined || !take(COMMA)) return undefined;
    const y = readNumber();
    if (y === undefined) return undefined;
    while (take(COMMA)) if (readNumber() === undefined) return undefined;
    if (!take(CLOSE_ARRAY)) return undefined;
    drawn.add(x, y);
  } while (take(COMMA));
  return take(CLOSE_ARRAY) ? drawn.take() : undefined;
}

/** Whole powers of ten that a double holds exactly. */
const powersOfTen = Array.from({ length: 23 }, (_, n) => 10 ** n);
/** One more digit behind this and the digits may no longer be exact in a double. */
const MOST_BEFORE_DIGIT = 900_719_925_474_098;

/**
 * A JSON number. Digits and power of ten are both exact in a double, so that one division rounds as a reader of
 * decimal numbers must (W. D. Clinger, 1990); longer ones and those with an exponent are left to the language.
 */
function readNumber(): number | undefined {
  skipSpace();
  const from = at;
  let i = at;
  if (bytes[i] === MINUS) i++;
  const first = i;
  let digits = 0;
  let isExact = true;
  for (; bytes[i]! >= ZERO && bytes[i]! <= NINE; i++) {
    if (digits > MOST_BEFORE_DIGIT) isExact = false;
    digits = 10 * digits + bytes[i]! - ZERO;
  }
  if (i === first || (bytes[first] === ZERO && i > first + 1)) return undefined;
  let decimals = 0;
  if (bytes[i] === POINT) {
    const behind = ++i;
    for (; bytes[i]! >= ZERO && bytes[i]! <= NINE; i++) {
      if (digits > MOST_BEFORE_DIGIT) isExact = false;
      digits = 10 * digits + bytes[i]! - ZERO;
    }
    decimals = i - behind;
    if (decimals === 0) return undefined;
  }
  at = i;
  const next = bytes[i]! | 0x20;
  if (next === 0x65 || !isExact || decimals > 22) return readAnyNumber(from);
  const value = digits / powersOfTen[decimals]!;
  return first > from ? -value : value;
}

const numberSyntax = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** The number that begins at `from`, whatever its form. */
function readAnyNumber(from: number): number | undefined {
  let to = from;
  while (to < bytes.length && isOfNumber(bytes[to]!)) to++;
  const text = String.fromCharCode(...bytes.subarray(from, to));
  if (to - from > 400 || !numberSyntax.test(text)) return undefined;
  at = to;
  return Number(text);
}

/** 0–9 + - . e E */
const isOfNumber = (byte: number): boolean =>
  (byte >= ZERO && byte <= NINE) ||
  byte === MINUS ||
  byte === POINT ||
  byte === 0x2b ||
  byte === 0x65 ||
  byte === 0x45;
