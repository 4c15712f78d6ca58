import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowValues, type ValueSource } from '../../../src/layers/query/row-values.js';

/** As PostgreSQL writes jsonb: a space behind each colon and each comma. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}: ${spaced(member)}`)
    .join(', ')}}`;
}

const textOf = (values: RowValues, i: number): string =>
  Buffer.from(values.bytes[i]!).toString('utf8', values.from[i], values.to[i]);

const sources = (types: Record<string, ValueSource['type']>): ValueSource[] =>
  Object.entries(types).map(([member, type]) => ({ member, type }));

describe('the values of a row', () => {
  it('are members of its document, as ->> and the type of the field read them', () => {
    const values = new RowValues(
      sources({
        a: 'string',
        b: 'string',
        c: 'string',
        d: 'string',
        e: 'string',
        n: 'number',
        m: 'number',
        gone: 'string',
        k: 'number',
      }),
    );
    const document = `{"a": "x\\"y, }", "b": 12.50, "c": true, "d": {"z": [1, "]"]}, "e": null, "k": "12 亩", "m": -12.50, "n": 10543.21}`;
    values.read(Buffer.from(document), undefined);
    expect(values.bytes.map((_, i) => textOf(values, i))).toEqual([
      '"x\\"y, }"',
      '"12.50"',
      '"true"',
      '"{\\"z\\": [1, \\"]\\"]}"',
      'null',
      '10543.21',
      '-12.5',
      'null',
      'null',
    ]);
    expect(values.value(0)).toBe('x"y, }');
    expect([values.isNull(4), values.isNull(0)]).toEqual([true, false]);
  });

  it('stand in the list where they are no members, whatever else the row before had', () => {
    const values = new RowValues([{ type: 'string' }, { type: 'number', member: 'n' }, { type: 'boolean' }]);
    values.read(Buffer.from('{"n": 1, "x": 2}'), Buffer.from('["[,]", false]'));
    expect([0, 1, 2].map((i) => values.value(i))).toEqual(['[,]', 1, false]);
    values.read(Buffer.from('{"x": 2, "n": 3}'), Buffer.from('[null, true]'));
    expect([0, 1, 2].map((i) => values.value(i))).toEqual([null, 3, true]);
    values.read(Buffer.from('{}'), Buffer.from('[null, null]'));
    expect([0, 1, 2].map((i) => values.value(i))).toEqual([null, null, null]);
  });

  it('of numbers are the shortest that a double has, and no digit is lost that a text has', () => {
    const values = new RowValues(sources({ n: 'number', t: 'string' }));
    for (const [given, number] of [
      ['100', '100'],
      ['100.00', '100'],
      ['0.10', '0.1'],
      ['1234567890.1234567891', '1234567890.1234567'],
      ['12345678901234567890', '12345678901234567000'],
    ] as const) {
      values.read(Buffer.from(`{"n": ${given}, "t": ${given}}`), undefined);
      expect([textOf(values, 0), textOf(values, 1)]).toEqual([number, `"${given}"`]);
    }
  });

  it('are found in any document', () => {
    const name = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(
        fc.array(fc.dictionary(name, fc.jsonValue({ maxDepth: 2 })), { maxLength: 5 }),
        (documents) => {
          const names = [...new Set(documents.flatMap((one) => Object.keys(one)))];
          const values = new RowValues(names.map((member) => ({ member, type: 'string' })));
          for (const document of documents) {
            values.read(Buffer.from(spaced(document)), undefined);
            for (const [i, member] of names.entries()) {
              const value = Object.hasOwn(document, member) ? document[member] : null;
              const text = value === null || typeof value === 'string' ? value : spaced(value);
              expect(values.value(i)).toBe(text);
            }
          }
        },
      ),
    );
  });

  it('are refused where they are cut off', () => {
    const values = new RowValues(sources({ a: 'string' }));
    for (const text of ['{"a": "x', '{"a": "x"', '{"a": ', '{"a": {"b": 1}', 'null', ''])
      expect(() => values.read(Buffer.from(text), undefined), text).toThrow(/unknown way/);
  });
});
