import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from '../../../src/layers/query/byte-writer.js';

function written(work: (out: ByteWriter) => void): string {
  const out = new ByteWriter(0);
  work(out);
  return out.take().toString();
}

const decimal = (value: number, decimals: number): string => written((out) => out.decimal(value, decimals));

/** As plain as it goes: the digits of `toFixed` without what they do not need. */
function expected(value: number, decimals: number): string {
  const text = value.toFixed(decimals);
  const short = text.includes('.') ? text.replace(/0+$/, '').replace(/\.$/, '') : text;
  return short === '-0' ? '0' : short;
}

describe('a number', () => {
  it.each([
    [0, 9, '0'],
    [-0, 9, '0'],
    [113.4583655635, 9, '113.458365563'],
    [35, 9, '35'],
    [35.1, 10, '35.1'],
    [99.9999999999, 9, '100'],
    [-0.0000000001, 9, '0'],
    [-0.5, 9, '-0.5'],
    [0.000000001, 9, '0.000000001'],
    [38_431_080.550835, 5, '38431080.55083'],
    [2 ** 31, 2, '2147483648'],
    [123_456_789_012.25, 4, '123456789012.25'],
    [12.5, 0, '13'],
  ])('%d to %i decimals is %s', (value, decimals, text) => {
    expect(decimal(value, decimals)).toBe(text);
  });

  it('is rounded as toFixed does, at halves too', () => {
    const places = fc.constantFrom(0, 4, 5, 7, 9, 10, 12);
    const degrees = fc.double({ min: -180, max: 180, noNaN: true });
    const metres = fc.double({ min: -5e7, max: 5e7, noNaN: true });
    const halves = fc.integer({ min: -2e12, max: 2e12 }).map((n) => (2 * n + 1) / 2e10);
    const values = fc.oneof(degrees, metres, halves, fc.double({ noNaN: true, min: -1e20, max: 1e20 }));
    fc.assert(
      fc.property(values, places, (value, decimals) => {
        expect(decimal(value, decimals)).toBe(expected(value, decimals));
      }),
      { numRuns: 5_000 },
    );
  });
});

describe('pieces', () => {
  it('come out in their order, however short or long and whatever their signs', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme', maxLength: 60 })), (texts) => {
        const all = written((out) => {
          for (const text of texts) {
            out.text(text);
            const bytes = Buffer.from(`«${text}»`);
            out.copy(bytes, 2, bytes.length - 2);
            out.ascii('|');
          }
        });
        expect(all).toBe(texts.map((text) => `${text}${text}|`).join(''));
      }),
    );
  });
});
