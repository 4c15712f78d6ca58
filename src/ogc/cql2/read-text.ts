/**
 * CQL2 text → filter (OGC 21-065r2), by recursive descent. The whole text must be read or it is refused. Beyond the
 * standard: `ILIKE`, as GDAL writes it. Which names and functions there are is for the query to say.
 */
import type { Filter } from '../../layers/query/filter.js';
import { isInterval, onlyIntervals, takesIntervals } from './intervals.js';
import { TokenReader } from './token-reader.js';
import { badCql2, readTokens } from './tokens.js';
import { geometryNames, readGeometry } from './wkt.js';

export function readCql2Text(text: string): Filter {
  const reader = new TokenReader(readTokens(text));
  const filter = readOr(reader);
  const rest = reader.peek();
  if (rest.kind !== 'end') throw reader.unexpected();
  return filter;
}

const chain = (reader: TokenReader, word: 'AND' | 'OR', read: (reader: TokenReader) => Filter): Filter => {
  const args = [read(reader)];
  while (reader.takeWord(word)) args.push(read(reader));
  return args.length === 1 ? args[0]! : { op: word.toLowerCase(), args };
};

const readOr = (reader: TokenReader): Filter =>
  reader.nested(() => chain(reader, 'OR', (inner) => chain(inner, 'AND', readNot)));

function readNot(reader: TokenReader): Filter {
  if (!reader.takeWord('NOT')) return readPredicate(reader);
  return { op: 'not', args: [reader.nested(() => readNot(reader))] };
}

const comparisons = ['=', '<>', '<', '>', '<=', '>='];
const not = (negated: boolean, filter: Filter): Filter => (negated ? { op: 'not', args: [filter] } : filter);

function readPredicate(reader: TokenReader): Filter {
  const left = readSum(reader);
  const { kind, value } = reader.peek();
  if (kind === 'sign' && comparisons.includes(value)) {
    reader.take();
    return { op: value, args: [left, readSum(reader)] };
  }
  if (reader.takeWord('IS')) {
    const negated = reader.takeWord('NOT');
    reader.needWord('NULL');
    return not(negated, { op: 'isNull', args: [left] });
  }
  const negated = reader.isWord('NOT') && reader.takeWord('NOT');
  if (reader.takeWord('LIKE')) return not(negated, { op: 'like', args: [left, readSum(reader)] });
  if (reader.takeWord('ILIKE')) {
    const casei = (arg: Filter): Filter => ({ op: 'casei', args: [arg] });
    return not(negated, { op: 'like', args: [casei(left), casei(readSum(reader))] });
  }
  if (reader.takeWord('BETWEEN')) {
    const low = readSum(reader);
    reader.needWord('AND');
    return not(negated, { op: 'between', args: [left, low, readSum(reader)] });
  }
  if (reader.takeWord('IN')) return not(negated, { op: 'in', args: [left, readList(reader)] });
  if (negated) throw reader.unexpected('LIKE、BETWEEN 或 IN', 'LIKE, BETWEEN or IN');
  return left;
}

/** Values in parentheses, at least one. */
function readList(reader: TokenReader): Filter[] {
  reader.needSign('(');
  const items = [readOr(reader)];
  while (reader.takeSign(',')) items.push(readOr(reader));
  reader.needSign(')');
  return items;
}

const readSum = (reader: TokenReader): Filter =>
  leftToRight(reader, () => reader.isSign('+') || reader.isSign('-'), readProduct);

const readProduct = (reader: TokenReader): Filter =>
  leftToRight(
    reader,
    () => ['*', '/', '%'].some((sign) => reader.isSign(sign)) || reader.isWord('DIV'),
    readPower,
  );

/** Every further operand puts those before it one level deeper. */
function leftToRight(
  reader: TokenReader,
  more: () => boolean,
  read: (reader: TokenReader) => Filter,
): Filter {
  let left = read(reader);
  for (let levels = 1; more(); levels++) {
    reader.refuseDeeper(levels);
    left = { op: reader.take().value.toLowerCase(), args: [left, read(reader)] };
  }
  return left;
}

function readPower(reader: TokenReader): Filter {
  const base = readSigned(reader);
  return reader.takeSign('^') ? { op: '^', args: [base, reader.nested(() => readPower(reader))] } : base;
}

/** A minus before anything but a number multiplies by −1, as the standard's examples have it. */
function readSigned(reader: TokenReader): Filter {
  if (reader.takeSign('+')) return reader.nested(() => readSigned(reader));
  if (!reader.takeSign('-')) return readPrimary(reader);
  const operand = reader.nested(() => readSigned(reader));
  return typeof operand === 'number' ? -operand : { op: '*', args: [-1, operand] };
}

function readPrimary(reader: TokenReader): Filter {
  const token = reader.peek();
  switch (token.kind) {
    case 'number':
      reader.take();
      return Number(token.value);
    case 'text':
      reader.take();
      return token.value;
    case 'quoted':
      reader.take();
      return { property: token.value };
    case 'name':
      return readNamed(reader);
    case 'sign':
      if (token.value === '(') return readParenthesis(reader);
  }
  throw reader.unexpected();
}

/** An expression in parentheses, or a list where commas follow (the arrays of A_CONTAINS and others). */
function readParenthesis(reader: TokenReader): Filter {
  reader.needSign('(');
  if (reader.takeSign(')')) return [];
  const first = readOr(reader);
  if (reader.takeSign(')')) return first;
  const items = [first];
  while (reader.takeSign(',')) items.push(readOr(reader));
  reader.needSign(')');
  return items;
}

const keywords = new Set(['AND', 'OR', 'NOT', 'LIKE', 'ILIKE', 'BETWEEN', 'IN', 'IS', 'NULL', 'DIV']);

function readNamed(reader: TokenReader): Filter {
  const { value } = reader.peek();
  const word = value.toUpperCase();
  if (keywords.has(word)) throw reader.unexpected();
  const called = reader.peek(1).kind === 'sign' && reader.peek(1).value === '(';
  if (word === 'BBOX' && called) return readBox(reader);
  if (geometryNames.has(word) && (called || reader.isWord('Z', 1))) return readGeometry(reader);
  reader.take();
  if (!called) {
    if (word === 'TRUE' || word === 'FALSE') return word === 'TRUE';
    return { property: value };
  }
  if (word === 'DATE') return { date: readOneText(reader) };
  if (word === 'TIMESTAMP') return { timestamp: readOneText(reader) };
  return readCall(reader, word, value);
}

/** Standard functions get the spelling of CQL2-JSON, others keep their own. */
function readCall(reader: TokenReader, word: string, value: string): Filter {
  const isArray = word.startsWith('A_');
  const { at } = reader.peek();
  const args = readArguments(reader, isArray);
  if (word === 'INTERVAL') return { interval: args.map(plainInstant) };
  if (takesIntervals(word) && !args.every(isInterval)) throw badCql2(at, ...onlyIntervals(word));
  const standard = /^[AST]_[A-Z]+$/.test(word) || word === 'CASEI' || word === 'ACCENTI';
  return { op: standard ? word.toLowerCase().replace(/by$/, 'By') : value, args };
}

/** Inside an interval CQL2-JSON has the bare text of an instant. */
function plainInstant(node: Filter): Filter {
  if (typeof node === 'object' && 'date' in node) return node.date;
  if (typeof node === 'object' && 'timestamp' in node) return node.timestamp;
  return node;
}

function readArguments(reader: TokenReader, lists: boolean): Filter[] {
  reader.needSign('(');
  const args: Filter[] = [];
  if (reader.takeSign(')')) return args;
  do args.push(lists && reader.isSign('(') ? asList(readParenthesis(reader)) : readOr(reader));
  while (reader.takeSign(','));
  reader.needSign(')');
  return args;
}

const asList = (node: Filter): Filter => (Array.isArray(node) ? node : [node]);

function readOneText(reader: TokenReader): string {
  reader.needSign('(');
  const { kind, value } = reader.peek();
  if (kind !== 'text') throw reader.unexpected('带引号的文本', 'a text in quotes');
  reader.take();
  reader.needSign(')');
  return value;
}

function readBox(reader: TokenReader): Filter {
  reader.take();
  const bbox = readArguments(reader, false);
  if (bbox.every((value) => typeof value === 'number')) return { bbox: bbox as number[] };
  throw reader.unexpected('BBOX 的数值', 'numbers of the BBOX');
}
