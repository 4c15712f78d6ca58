import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roundHalfUp } from '../../src/core/units.js';
import { closeToTotal } from '../../src/geometry/closing.js';

const cases = JSON.parse(
  readFileSync(new URL('../cases/geometry/closing.json', import.meta.url), 'utf8'),
) as {
  name: string;
  values: number[];
  total: number;
  keys: string[];
  decimals?: number;
  expected: number[];
}[];

const units = (values: readonly number[], decimals: number): number =>
  values.reduce((sum, value) => sum + Math.round(value * 10 ** decimals), 0);

describe('closing a column', () => {
  it.each(cases)('$name', ({ values, total, keys, decimals, expected }) => {
    expect(closeToTotal(values, total, keys, decimals)).toEqual(expected);
  });

  it('closes exactly, never moves a figure by a whole unit, never goes below nothing', () => {
    const share = fc.double({ min: 0, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(
        fc.array(share, { minLength: 1, maxLength: 60 }),
        fc.constantFrom(0, 2, 4),
        (values, decimals) => {
          const total = values.reduce((sum, value) => sum + value, 0);
          const keys = values.map((_, i) => `B${i}`);
          const closed = closeToTotal(values, total, keys, decimals);
          expect(units(closed, decimals)).toBe(Math.round(roundHalfUp(total, decimals) * 10 ** decimals));
          closed.forEach((figure, i) => {
            expect(Math.abs(figure - values[i]!)).toBeLessThan(10 ** -decimals * 1.001);
            expect(figure).toBeGreaterThanOrEqual(0);
          });
        },
      ),
    );
  });

  it('does not depend on the order of the rows', () => {
    const value = fc.integer({ min: 0, max: 2000 }).map((v) => v / 1600);
    fc.assert(
      fc.property(fc.array(value, { minLength: 2, maxLength: 30 }), (values) => {
        const keys = values.map((_, i) => `B${String(i).padStart(3, '0')}`);
        const total = values.reduce((sum, v) => sum + v, 0);
        const forward = closeToTotal(values, total, keys);
        const backward = closeToTotal([...values].reverse(), total, [...keys].reverse());
        expect(backward.reverse()).toEqual(forward);
      }),
    );
  });

  it('never hands a hundredth to a row that has no area', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0.001, max: 50, noNaN: true }), { minLength: 1, maxLength: 20 }),
        (values) => {
          const padded = values.flatMap((value) => [0, value]);
          const total = values.reduce((sum, value) => sum + value, 0);
          closeToTotal(padded, total, padded.map(String)).forEach((figure, i) => {
            if (padded[i] === 0) expect(figure).toBe(0);
          });
        },
      ),
    );
  });

  it.each([
    [[1, 2, 3], 7],
    [[100], 99.98],
    [[1.009, 1.009, 1.009], 2.98],
    [[], 0.01],
    [[Number.NaN], 1],
    [[1], Number.NaN],
    [[5, -5], 0],
  ])('refuses %j for a total of %d: that is no rounding', (values, total) => {
    expect(() => closeToTotal(values, total, values.map(String))).toThrow(
      expect.objectContaining({ code: 'measure-mismatch' }),
    );
  });
});
