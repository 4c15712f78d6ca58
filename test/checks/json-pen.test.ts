import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { JsonPen } from '../../src/checks/json-pen.js';

class Page extends JsonPen {
  text(): string {
    return this.bytes.toString('utf8', this.from, this.to);
  }
}

/** So little room that it has to be made again and again. */
const written = (write: (page: Page) => void): string => {
  const page = new Page(1, 1);
  write(page);
  return page.text();
};

describe('JSON written by hand', () => {
  it('has figures as JSON.stringify writes them', () => {
    const hundredths = fc.integer({ min: 0, max: 2 ** 40 }).map((cents) => cents / 100);
    const figure = fc.oneof(
      { weight: 3, arbitrary: hundredths },
      fc.integer({ min: 0, max: 400 }).map((cents) => cents / 100),
      fc.integer({ min: -1e6, max: 1e6 }).map((n) => n / 1e4),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.constantFrom(0, -0, 0.1, 0.29, 1.1, 21474836.47, 21474836.48, 1e21, 1e-7, null),
    );
    fc.assert(
      fc.property(figure, (value) => {
        expect(written((page) => page.figure(value))).toBe(JSON.stringify(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('has every text as JSON.stringify writes it', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({
        unit: fc.constantFrom(
          '耕',
          '地',
          'é',
          'a',
          '"',
          '\\',
          '\n',
          '\u001f',
          '\u2028',
          '𠀀',
          '\ud800',
          '\udc00',
        ),
      }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(text, (value) => {
        expect(written((page) => page.string(value))).toBe(JSON.stringify(value));
      }),
      { numRuns: 2_000 },
    );
  });

  it('puts pieces one after the other, whatever room there was', () => {
    const long = '永久基本农田'.repeat(500);
    const text = written((page) => {
      page.ascii('{"a":');
      page.figure(12.5);
      page.ascii(',"b":');
      page.string(long);
      page.ascii(',"c":');
      page.writeBytes(Buffer.from('[1,"甲"]'));
      page.write('}');
    });
    expect(JSON.parse(text)).toEqual({ a: 12.5, b: long, c: [1, '甲'] });
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY])('refuses %d, which JSON does not know', (value) => {
    expect(() => written((page) => page.figure(value))).toThrow(RangeError);
  });

  it('refuses text as ASCII that is none', () => {
    expect(() => written((page) => page.ascii('地'))).toThrow(RangeError);
  });
});
