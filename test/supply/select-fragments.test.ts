/** The choice under the cap against every subset, and its word where it does not try them all. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EXACT_CHOICES, selectUnderCap } from '../../src/supply/select-fragments.js';

const choicesOf = (cents: number[]) => cents.map((value, n) => ({ id: `L${n}`, cents: value }));

test('recovers the most that any subset under the cap does', () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 200_000 }), { maxLength: 10 }),
      fc.nat(900_000),
      (cents, cap) => {
        let best = 0;
        for (let bits = 0; bits < 2 ** cents.length; bits++) {
          const sum = cents.reduce((total, value, n) => total + (bits & (1 << n) ? value : 0), 0);
          if (sum <= cap) best = Math.max(best, sum);
        }
        const { ids, areaM2, search } = selectUnderCap(choicesOf(cents), cap);
        expect(Math.round(areaM2 * 100)).toBe(best);
        expect(search).toBe('exact');
        expect(ids.reduce((sum, id) => sum + cents[Number(id.slice(1))]!, 0)).toBe(best);
      },
    ),
  );
});

test('says its bound where there are too many to try', () => {
  const choices = choicesOf(Array.from({ length: EXACT_CHOICES + 6 }, (_, n) => 70_001 + 2 * n));
  const { areaM2, search, boundM2, capM2 } = selectUnderCap(choices, 500_000);
  expect([search, boundM2, capM2]).toEqual(['bound', 5000, 5000]);
  expect(areaM2).toBeLessThanOrEqual(5000);
  expect(areaM2).toBeGreaterThan(4200);
});
