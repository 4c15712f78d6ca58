import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FeatureTable } from '../../src/layers/query/feature-table.js';
import { type Filter, filterLimits } from '../../src/layers/query/filter.js';
import { lonLatCrs } from '../../src/layers/query/literals.js';
import { filterToSql, Values } from '../../src/layers/query/sql.js';
import { readCql2Json } from '../../src/ogc/cql2/read-json.js';
import { readCql2Text } from '../../src/ogc/cql2/read-text.js';
import { bothWays, cql2Examples, exampleTable } from './cql2-examples.js';

const table: FeatureTable = {
  tag: 't',
  from: 't',
  geometry: 'geom',
  key: [{ sql: 'n', type: 'int' }],
  id: () => 'n',
  readId: () => undefined,
  writeId: () => '',
  fields: [
    { name: 'a', type: 'number', title: { zh: '', en: '' }, sql: () => 'a' },
    { name: 'b', type: 'string', title: { zh: '', en: '' }, sql: () => 'b' },
  ],
};

const sqlOf = (filter: Filter, of = table): { sql: string; values: unknown[] } => {
  const values = new Values();
  const sql = filterToSql(filter, { table: of, crs: lonLatCrs, bind: values.bind, polygons: [] });
  return { sql, values: values.list };
};

describe("the standard's own examples", () => {
  it.each(cql2Examples)('$name is read whole', ({ text, json }) => {
    // −0 and 0 are the same coordinate, and a second without a fraction is the same second
    const plain = (filter: Filter): unknown => JSON.parse(JSON.stringify(filter).replaceAll('.000000Z', 'Z'));
    expect(plain(readCql2Text(text))).toEqual(plain(json));
    expect(plain(readCql2Json(JSON.stringify(json)))).toEqual(plain(json));
  });

  it.each(cql2Examples.filter(({ beyond }) => beyond))(
    '$name is refused: its functions are of no declared class',
    (example) => {
      const refused = new RegExp(`(${example.beyond!.join('|')})"|must be true or false`, 'i');
      for (const filter of bothWays(example))
        expect(() => sqlOf(filter, exampleTable(example))).toThrow(refused);
    },
  );
});

describe('CQL2 text', () => {
  it.each([
    ['a = 1 OR a = 2 AND a = 3', '((a = $1::float8) or ((a = $2::float8) and (a = $3::float8)))'],
    ['(a = 1 OR a = 2) AND a = 3', '(((a = $1::float8) or (a = $2::float8)) and (a = $3::float8))'],
    ['NOT (a = 1 OR a = 2)', '(not ((a = $1::float8) or (a = $2::float8)))'],
    ['NOT a = 1 OR a = 2', '((not (a = $1::float8)) or (a = $2::float8))'],
    ['a - 1 - 2 > 3', '(((a - $1::float8) - $2::float8) > $3::float8)'],
    ['a + 2 * 3 = 7', '((a + ($1::float8 * $2::float8)) = $3::float8)'],
  ])('%s keeps its parentheses', (text, sql) => {
    expect(sqlOf(readCql2Text(text)).sql).toBe(sql);
  });

  it('binds every value: nothing that was written gets into the SQL', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\0', '')),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        (text, number) => {
          const literal = text.replaceAll('\\', '\\\\').replaceAll("'", "''");
          const { sql, values } = sqlOf(readCql2Text(`b = '${literal}' AND a < ${number}`));
          expect(sql).toBe('((b = $1::text) and (a < $2::float8))');
          // −0 is written as 0
          expect(values).toEqual([text, number + 0]);
        },
      ),
    );
  });

  it('never answers anything but a filter or a refusal', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      "'x'",
      '1',
      '(',
      ')',
      'AND',
      'OR',
      'NOT',
      '=',
      '<>',
      'LIKE',
      'IN',
      ',',
      'BETWEEN',
      'IS',
      'NULL',
      '-',
      '*',
      'S_INTERSECTS',
      'POINT',
      'BBOX',
      'geom',
      'DATE',
      'INTERVAL',
      "'..'",
      '"',
      "'",
      '\\',
      ';',
      '--',
      '$1',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        try {
          const { sql } = sqlOf(readCql2Text(pieces.join(' ')));
          expect(sql).not.toMatch(/'|;|--|\\|"/);
        } catch (error) {
          expect((error as { code?: string }).code).toBe('bad-parameter');
        }
      }),
      { numRuns: 2000 },
    );
  });

  it.each([
    ["'a''b'", "a'b"],
    ["'a\\'b'", "a'b"],
    ["'a\\\\b'", 'a\\b'],
    ["'\\a\\b\\t\\n\\v\\f\\r'", '\x07\b\t\n\v\f\r'],
    ["'\\%\\_\\x'", '\\%\\_\\x'],
    ["'\\\\%'", '\\%'],
    ["'焦作\n市'", '焦作\n市'],
  ])('%s is read with its escapes', (written, text) => {
    expect(readCql2Text(`b = ${written}`)).toEqual({ op: '=', args: [{ property: 'b' }, text] });
  });

  it('nests without growing: a statement is about as long as its filter', () => {
    const chain = Array(45).fill('a');
    for (const text of [
      `${chain.join('%')} = 0`,
      `${chain.map((name) => `(${name}`).join('%')}${')'.repeat(45)} = 0`,
      `${'CASEI('.repeat(45)}b${')'.repeat(45)} = 'x'`,
    ])
      expect(sqlOf(readCql2Text(text)).sql.length).toBeLessThan(10_000);
  });

  it('is refused beyond its limits before anything is read', () => {
    const long = `b = '${'x'.repeat(filterLimits.textLength)}'`;
    expect(() => readCql2Text(long)).toThrow(/longer/);
    expect(() => readCql2Json(JSON.stringify(long))).toThrow(/longer/);
  });
});
