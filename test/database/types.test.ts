import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SqlValue } from '../../src/database/sql.js';
import { toWire, typeTable } from '../../src/database/types.js';

const OID = {
  bool: 16,
  bytea: 17,
  int8: 20,
  float8: 701,
  numeric: 1700,
  date: 1082,
  timestamptz: 1184,
  jsonb: 3802,
};
const ARRAY = { text: 1009, float8: 1022, bytea: 1001, bool: 1000, timestamptz: 1185, numeric: 1231 };
const read = (oid: number, text: string): unknown => typeTable.getTypeParser(oid)(text);
/** As PostgreSQL would print an array whose elements need no other spelling than the one that was sent. */
const arrayTrip = (oid: number, list: readonly unknown[]): unknown => read(oid, toWire(list, 0) as string);

describe('columns', () => {
  test.each([
    ['numeric keeps its digits', OID.numeric, '0.10', '0.10'],
    ['date is text', OID.date, '2024-12-31', '2024-12-31'],
    ['unknown types are text', 999_999, '(1,2)', '(1,2)'],
    ['float8 infinity', OID.float8, '-Infinity', Number.NEGATIVE_INFINITY],
    ['float8 not a number', OID.float8, 'NaN', Number.NaN],
    ['false', OID.bool, 'f', false],
    ['json null', OID.jsonb, 'null', null],
    ['offset with minutes', OID.timestamptz, '2024-01-01 05:30:00+05:30', new Date('2024-01-01T00:00:00Z')],
    ['negative offset', OID.timestamptz, '2024-01-01 00:00:00.5-08', new Date('2024-01-01T08:00:00.500Z')],
  ])('%s', (_name, oid, text, expected) => {
    expect(read(oid, text)).toEqual(expected);
  });

  test.each([
    [OID.int8, '9007199254740992'],
    [OID.int8, '-9223372036854775808'],
    [OID.timestamptz, 'infinity'],
    [OID.timestamptz, '0044-03-15 00:00:00+00 BC'],
    [OID.timestamptz, '12024-01-01 00:00:00+00'],
    [OID.bytea, 'octal\\000'],
    [ARRAY.text, '{"a"b}'],
  ])('type %i value %s is refused rather than changed', (oid, text) => {
    expect(() => read(oid, text)).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});

describe('arrays come back as they were sent', () => {
  const trips: [string, number, fc.Arbitrary<unknown>][] = [
    ['text', ARRAY.text, fc.option(fc.string({ unit: 'binary', maxLength: 12 }))],
    ['awkward text', ARRAY.text, fc.string({ unit: fc.constantFrom(...'{}",\\ NUL甲') })],
    ['numbers', ARRAY.float8, fc.option(fc.double({ noNaN: true }).map((value) => value + 0))],
    ['bytes', ARRAY.bytea, fc.option(fc.uint8Array({ maxLength: 9 }))],
    ['numeric text', ARRAY.numeric, fc.integer().map((n) => `${n}.50`)],
  ];
  test.each(trips)('%s', (_name, oid, element) => {
    const sameAgain = (list: unknown[]): void => {
      expect(arrayTrip(oid, list)).toEqual(list);
    };
    fc.assert(fc.property(fc.array(element), sameAgain));
  });

  test('nested', () => {
    expect(
      arrayTrip(ARRAY.text, [
        ['a', '}'],
        ['{', null],
      ]),
    ).toEqual([
      ['a', '}'],
      ['{', null],
    ]);
  });
});

describe('bound values', () => {
  test('bytes are sent as bytes, a view only its own part', () => {
    const view = new Uint8Array([1, 2, 3, 4]).subarray(1, 3);
    expect(toWire(view, 0)).toEqual(Buffer.from([2, 3]));
  });

  test.each([[undefined], [{ a: 1 }], [Symbol('s')], [new Date(Number.NaN)], [[{ a: 1 }]], [[undefined]]])(
    '%s is refused with its place',
    (value) => {
      expect(() => toWire(value as SqlValue, 2)).toThrow(/\$3/);
    },
  );
});
