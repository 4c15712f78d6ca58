/**
 * One pass over the text of a GeoJSON file for what `JSON.parse` cannot say: the line and column of a syntax error,
 * the depth of nesting, and how many decimals each geometry was written with (trailing zeros included).
 */
import type { Bilingual } from '../core/errors.js';
import { decimalsOfNumber, RESIDUE_DIGITS } from './resolution.js';

export interface JsonScan {
  /** Index in `features` (−1 for a lone Feature or geometry) → most decimals written in its coordinates. */
  decimals: ReadonlyMap<number, number>;
  error?: { line: number; column: number; why: Bilingual };
  tooDeep: boolean;
}

interface Cursor {
  readonly text: string;
  at: number;
}

class SyntaxFault extends Error {
  constructor(
    readonly offset: number,
    readonly why: Bilingual,
  ) {
    super(why.en);
  }
}

/** Path members that matter, by the depth of the object that holds them. */
type PathKey = 'features' | 'geometry' | 'coordinates' | null;

interface Level {
  isArray: boolean;
  key: PathKey;
  index: number;
}

const QUOTE = 34;
const COMMA = 44;
const MINUS = 45;
const DOT = 46;
const COLON = 58;
const OPEN_ARRAY = 91;
const BACKSLASH = 92;
const CLOSE_ARRAY = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Scans strict JSON (RFC 8259). Never throws; stops at the first syntax error or when deeper than `maxDepth`. */
export function scanJson(text: string, maxDepth: number): JsonScan {
  const decimals = new Map<number, number>();
  try {
    const tooDeep = !scanDocument({ text, at: 0 }, maxDepth, decimals);
    return { decimals, tooDeep };
  } catch (fault) {
    if (!(fault instanceof SyntaxFault)) throw fault;
    return { decimals, tooDeep: false, error: { ...lineAndColumn(text, fault.offset), why: fault.why } };
  }
}

interface Walk {
  cursor: Cursor;
  levels: Level[];
  maxDepth: number;
  decimals: Map<number, number>;
  /** Number of levels inside the `coordinates` array of a geometry, 0 outside of any. */
  coordinatesDepth: number;
  featureNo: number;
}

/** Returns false when nesting exceeds the limit. */
function scanDocument(cursor: Cursor, maxDepth: number, decimals: Map<number, number>): boolean {
  const walk: Walk = { cursor, levels: [], maxDepth, decimals, coordinatesDepth: 0, featureNo: -1 };
  do {
    if (!scanValue(walk)) return false;
  } while (hasNextValue(walk));
  return true;
}

/** Scans down to the end of the next value that holds no other; false when too deep. */
function scanValue(walk: Walk): boolean {
  const { cursor, levels, decimals } = walk;
  for (;;) {
    skipSpace(cursor);
    const code = cursor.text.charCodeAt(cursor.at);
    if (code === QUOTE) {
      scanString(cursor);
      return true;
    }
    if (code === MINUS || isDigit(code)) {
      const written = scanNumber(cursor);
      if (walk.coordinatesDepth > 0 && written > decimals.get(walk.featureNo)!) {
        decimals.set(walk.featureNo, written);
      }
      return true;
    }
    if (code !== OPEN_ARRAY && code !== OPEN_OBJECT) {
      scanLiteral(cursor);
      return true;
    }
    if (levels.length >= walk.maxDepth) return false;
    if (code === OPEN_ARRAY && walk.coordinatesDepth === 0) noteCoordinates(walk);
    cursor.at += 1;
    levels.push({ isArray: code === OPEN_ARRAY, key: null, index: 0 });
    if (closesAtOnce(cursor, code === OPEN_ARRAY ? CLOSE_ARRAY : CLOSE_OBJECT)) {
      leave(walk);
      return true;
    }
    if (code === OPEN_OBJECT) scanKey(cursor, levels[levels.length - 1]!);
  }
}

/** Closes what closes; true where another value is due, false at the end of the text. */
function hasNextValue(walk: Walk): boolean {
  const { cursor, levels } = walk;
  for (;;) {
    skipSpace(cursor);
    const level = levels[levels.length - 1];
    if (!level) {
      if (cursor.at < cursor.text.length) {
        fail(cursor, '文件末尾有多余内容', 'there is text after the end of the JSON');
      }
      return false;
    }
    const code = cursor.text.charCodeAt(cursor.at);
    if (code === COMMA) {
      cursor.at += 1;
      level.index += 1;
      if (!level.isArray) scanKey(cursor, level);
      return true;
    }
    if (code !== (level.isArray ? CLOSE_ARRAY : CLOSE_OBJECT)) {
      const end = level.isArray ? ']' : '}';
      fail(cursor, `此处应为“,”或“${end}”`, `expected "," or "${end}"`);
    }
    cursor.at += 1;
    leave(walk);
  }
}

function leave(walk: Walk): void {
  if (walk.levels.length === walk.coordinatesDepth) walk.coordinatesDepth = 0;
  walk.levels.pop();
}

/** An array opens: is it the coordinates of a geometry? */
function noteCoordinates(walk: Walk): void {
  const featureNo = coordinatesOf(walk.levels);
  if (featureNo === null) return;
  walk.featureNo = featureNo;
  walk.decimals.set(featureNo, 0);
  walk.coordinatesDepth = walk.levels.length + 1;
}

function closesAtOnce(cursor: Cursor, close: number): boolean {
  skipSpace(cursor);
  if (cursor.text.charCodeAt(cursor.at) !== close) return false;
  cursor.at += 1;
  return true;
}

/** The feature whose `coordinates` array begins now, −1 for the root's own, null when it is some other array. */
function coordinatesOf(levels: readonly Level[]): number | null {
  const [root, second, third, fourth] = levels;
  if (levels.length === 1) return root?.key === 'coordinates' ? -1 : null;
  if (levels.length === 2) return root?.key === 'geometry' && second?.key === 'coordinates' ? -1 : null;
  if (levels.length !== 4 || root?.key !== 'features' || !second?.isArray) return null;
  return third?.key === 'geometry' && fourth?.key === 'coordinates' ? second.index : null;
}

function scanKey(cursor: Cursor, level: Level): void {
  skipSpace(cursor);
  if (cursor.text.charCodeAt(cursor.at) !== QUOTE)
    fail(cursor, '此处应为带双引号的名称', 'expected a name in double quotes');
  const start = cursor.at + 1;
  scanString(cursor);
  const { text, at } = cursor;
  const length = at - 1 - start;
  level.key = null;
  if (length === 8 || length === 11) {
    const name = text.slice(start, at - 1);
    if (name === 'features' || name === 'geometry' || name === 'coordinates') level.key = name;
  }
  skipSpace(cursor);
  if (text.charCodeAt(cursor.at) !== COLON) fail(cursor, '此处应为“:”', 'expected ":"');
  cursor.at += 1;
}

function scanString(cursor: Cursor): void {
  const { text } = cursor;
  const start = cursor.at;
  for (let at = start + 1; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      cursor.at = at + 1;
      return;
    }
    if (code < 32) {
      cursor.at = at;
      fail(
        cursor,
        '文字中有未转义的换行或控制字符',
        'an unescaped line break or control character in a text',
      );
    }
    if (code !== BACKSLASH) continue;
    at += 1;
    const escaped = text[at];
    if (escaped === 'u' && /^[0-9a-fA-F]{4}/.test(text.slice(at + 1, at + 5))) at += 4;
    else if (escaped === undefined || !'"\\/bfnrt'.includes(escaped)) {
      cursor.at = at;
      fail(cursor, '转义符“\\”使用错误', 'a wrong escape after "\\"');
    }
  }
  cursor.at = start;
  fail(cursor, '文字没有结束的双引号', 'a text without its closing quote');
}

/** Returns the number of decimals as written. */
function scanNumber(cursor: Cursor): number {
  const { text } = cursor;
  const start = cursor.at;
  let at = start;
  if (text.charCodeAt(at) === MINUS) at += 1;
  const integerStart = at;
  while (isDigit(text.charCodeAt(at))) at += 1;
  const integerDigits = at - integerStart;
  const leadingZero = integerDigits > 1 && text[integerStart] === '0';
  let fraction = 0;
  if (text.charCodeAt(at) === DOT) {
    at += 1;
    const fractionStart = at;
    while (isDigit(text.charCodeAt(at))) at += 1;
    fraction = at - fractionStart;
    if (fraction === 0) failNumber(cursor, at);
  }
  if (integerDigits === 0 || leadingZero) failNumber(cursor, integerStart);
  let exponent = 0;
  const mark = text[at];
  if (mark === 'e' || mark === 'E') {
    at += 1;
    const signed = text[at] === '-' || text[at] === '+';
    const exponentStart = at;
    if (signed) at += 1;
    const digitsStart = at;
    while (isDigit(text.charCodeAt(at))) at += 1;
    if (at === digitsStart) failNumber(cursor, at);
    exponent = Number(text.slice(exponentStart, at));
  }
  cursor.at = at;
  if (integerDigits + fraction >= RESIDUE_DIGITS) return decimalsOfNumber(Number(text.slice(start, at)), 0);
  return Math.max(fraction - exponent, 0);
}

function failNumber(cursor: Cursor, at: number): never {
  cursor.at = at;
  fail(cursor, '数值写法错误', 'a malformed number');
}

function scanLiteral(cursor: Cursor): void {
  const { text, at } = cursor;
  for (const literal of ['true', 'false', 'null']) {
    if (text.startsWith(literal, at)) {
      cursor.at = at + literal.length;
      return;
    }
  }
  if (at >= text.length) fail(cursor, '文件不完整，意外结束', 'the text ends too early');
  const found = /^[+-]?(NaN|Infinity|nan|inf|undefined)/.exec(text.slice(at, at + 12));
  if (found) fail(cursor, `“${found[0]}”不是 JSON 数值`, `"${found[0]}" is not a JSON number`);
  fail(cursor, '此处应为一个值', 'expected a value');
}

function skipSpace(cursor: Cursor): void {
  const { text } = cursor;
  let at = cursor.at;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code !== 32 && code !== 10 && code !== 13 && code !== 9) break;
    at += 1;
  }
  cursor.at = at;
}

const isDigit = (code: number): boolean => code >= 48 && code <= 57;

function fail(cursor: Cursor, zh: string, en: string): never {
  throw new SyntaxFault(cursor.at, { zh, en });
}

function lineAndColumn(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset).split(/\r\n|\r|\n/);
  return { line: before.length, column: (before[before.length - 1] ?? '').length + 1 };
}
