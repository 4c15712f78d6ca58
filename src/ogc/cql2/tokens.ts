/** Cuts CQL2 text into tokens (OGC 21-065r2 annex B). Nothing is skipped: what is no token is an error with its place. */
import { filterLimits } from '../../layers/query/filter.js';
import { badParameter } from '../media.js';

export interface Token {
  kind: 'name' | 'quoted' | 'text' | 'number' | 'sign' | 'end';
  /** Names as written, quoted names and texts without their quotes, signs as they are. */
  value: string;
  at: number;
}

/** What the grammar has beyond the white space of JavaScript: the next line of Latin-1. */
const SPACE = /[\s\x85]*/y;
const NUMBER = /(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/y;
/** Letters of every script; dots and colons inside, as in eo:cloud_cover. */
const NAME = /[\p{L}_:][\p{L}\p{M}\p{N}_:.]*/uy;
const QUOTED = /"((?:[^"]|"")+)"/y;
/** A quote inside a text is doubled or has a backslash before it. */
const TEXT = /'((?:''|\\.|[^'\\])*)'/sy;
/** Of /req/cql2-text/escaping. Before another letter a backslash stays: it may belong to a pattern. */
const ESCAPED = /''|\\(['\\abtnvfr])/g;
const escapes: Readonly<Record<string, string>> = {
  ...{ a: '\x07', b: '\b', t: '\t', n: '\n', v: '\v', f: '\f', r: '\r' },
};
const SIGN = /<>|<=|>=|[=<>+\-*/%^(),]/y;

export function readTokens(text: string): Token[] {
  if (text.length > filterLimits.textLength)
    throw badCql2(
      0,
      `长度超过 ${filterLimits.textLength} 个字符`,
      `longer than ${filterLimits.textLength} characters`,
    );
  const tokens: Token[] = [];
  for (let at = skipSpace(text, 0); at < text.length; ) {
    const token = tokenAt(text, at);
    tokens.push(token.token);
    at = skipSpace(text, token.end);
  }
  tokens.push({ kind: 'end', value: '', at: text.length });
  return tokens;
}

function tokenAt(text: string, at: number): { token: Token; end: number } {
  const found = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(text);
  };
  const make = (kind: Token['kind'], value: string, whole: string) => ({
    token: { kind, value, at },
    end: at + whole.length,
  });
  const number = found(NUMBER);
  if (number) {
    const next = text[at + number[0].length] ?? '';
    if (/[\p{L}_]/u.test(next)) throw badCql2(at, '数字后紧跟字母', 'a letter follows a number');
    return make('number', number[0], number[0]);
  }
  const name = found(NAME);
  if (name) return make('name', name[0], name[0]);
  const quoted = found(QUOTED);
  if (quoted) return make('quoted', quoted[1]!.replaceAll('""', '"'), quoted[0]);
  const literal = found(TEXT);
  if (literal) return make('text', unescaped(literal[1]!), literal[0]);
  const sign = found(SIGN);
  if (sign) return make('sign', sign[0], sign[0]);
  throw badCql2(
    at,
    '无法识别的字符或引号没有闭合',
    'a character that does not belong there, or a quote that is not closed',
  );
}

const unescaped = (text: string): string =>
  text.replace(ESCAPED, (_whole, letter: string = "'") => escapes[letter] ?? letter);

function skipSpace(text: string, at: number): number {
  SPACE.lastIndex = at;
  return at + (SPACE.exec(text)?.[0].length ?? 0);
}

export const badCql2 = (at: number, zh: string, en: string) =>
  badParameter('filter', `第 ${at + 1} 个字符处：${zh}`, `at character ${at + 1}: ${en}`);
