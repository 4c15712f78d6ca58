import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundHalfUp, toHa, toM2, toMu } from '../../src/core/units.js';

/** The rule on the shortest decimal form, by whole numbers of any size. */
function byDigits(value: number, decimals: number): number {
  const [mantissa = '', exponent = '0'] = Math.abs(value).toString().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  const places = fraction.length - Number(exponent);
  const digits = BigInt(whole + fraction);
  if (places <= decimals) return value === 0 ? 0 : value;
  const unit = 10n ** BigInt(places - decimals);
  const rounded = Number(`${(2n * digits + unit) / (2n * unit)}e${-decimals}`);
  return value < 0 ? -rounded || 0 : rounded;
}

describe('rounding half up', () => {
  it.each([
    [1.005, 2, 1.01], // toFixed: 1.00
    [2.675, 2, 2.68], // toFixed: 2.67
    [1.115, 2, 1.12],
    [0.125, 2, 0.13], // half-even: 0.12
    [0.5, 0, 1],
    [1.5, 0, 2],
    [2.5, 0, 3], // half-even: 2
    [8.345, 2, 8.35],
    [1.004999999999, 2, 1],
    [149982.0163, 2, 149982.02],
    [1234.5678, 4, 1234.5678],
    [1234.56785, 4, 1234.5679],
    [1e21, 2, 1e21],
    [1.7976931348623157e308, 2, 1.7976931348623157e308],
    [1e-7, 2, 0],
    [1e-7, 7, 1e-7],
    [5e-8, 7, 1e-7],
    [4.9e-8, 7, 0],
    [0.005, 2, 0.01],
    [0.0049999, 2, 0],
    [9.995, 2, 10],
    [1250, -2, 1300],
    [0.49999999999999994, 0, 0], // + 0.5 is 1 in doubles
    [45035996273704.97, 2, 45035996273704.97], // + 0.5 goes to the next even number
  ])('%d to %i decimals is %d', (value, decimals, expected) => {
    expect(roundHalfUp(value, decimals)).toBe(expected);
  });

  it.each([
    [-1.005, 2, -1.01],
    [-2.5, 0, -3],
    [-0.125, 2, -0.13],
    [-12.344, 2, -12.34],
  ])('goes away from zero below it: %d to %i decimals is %d', (value, decimals, expected) => {
    expect(roundHalfUp(value, decimals)).toBe(expected);
  });

  it('never prints a negative zero', () => {
    expect(Object.is(roundHalfUp(-0.001, 2), 0)).toBe(true);
    expect(Object.is(roundHalfUp(-0, 2), 0)).toBe(true);
  });

  it.each([Number.NaN, Infinity, -Infinity])('lets %d through', (value) => {
    expect(roundHalfUp(value, 2)).toBe(value);
  });

  it('is what the digits say, wherever the value lies', () => {
    const anywhere = fc.double({ min: -1e11, max: 1e11, noNaN: true });
    // hundred-thousandths: every tenth one ends in a 5 at some of these decimals
    const nearHalves = fc.integer({ min: -1e12, max: 1e12 }).map((n) => n / 1e5);
    fc.assert(
      fc.property(fc.oneof(anywhere, nearHalves), fc.integer({ min: 0, max: 4 }), (value, d) => {
        expect(roundHalfUp(value, d)).toBe(byDigits(value, d));
      }),
      { numRuns: 2000 },
    );
  });

  it('stays within half a unit and is repeatable', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -1e9, max: 1e9, noNaN: true }),
        fc.integer({ min: 0, max: 4 }),
        (value, d) => {
          const once = roundHalfUp(value, d);
          expect(Math.abs(once - value)).toBeLessThanOrEqual(0.5 * 10 ** -d + 1e-6 * 10 ** -d);
          expect(roundHalfUp(once, d)).toBe(once);
        },
      ),
    );
  });
});

describe('units', () => {
  it.each([
    [2000, 3],
    [2000 / 3, 1],
    [66666.67, 100],
    [2003, 3], // 3.0045 亩 prints as 3.00 although it is above the limit of 2000 m²
    [1e7, 15000], // ÷ 666.667 would print 14999.99
  ])('%d m² are %d 亩', (areaM2, mu) => {
    expect(toMu(areaM2)).toBe(mu);
  });

  it('prints hectares to 4 decimals and square metres to 2', () => {
    expect(toHa(66666.67)).toBe(6.6667);
    expect(toHa(0.5)).toBe(0.0001);
    expect(toM2(1999.865)).toBe(1999.87);
    expect(toM2(0.01 * 50)).toBe(0.5);
  });
});
