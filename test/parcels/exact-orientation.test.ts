import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInsideRing, meetingOf, orientation } from '../../src/parcels/exact-orientation.js';

describe('orientation', () => {
  it('is exact where the plain determinant is not: whole steps of the last binary digit, checked in integers', () => {
    // coordinates k · 2⁻²⁷ near 4·10⁷ are doubles exactly, and so are the integers k
    const unit = 2 ** -27;
    const base = 38_430_000 / unit;
    const step = fc.integer({ min: -4, max: 4 });
    const far = fc.integer({ min: -(2 ** 40), max: 2 ** 40 });
    let zero = 0;
    let wrongPlain = 0;
    fc.assert(
      fc.property(far, far, fc.integer({ min: 2, max: 9 }), step, step, (dx, dy, times, ex, ey) => {
        const [ax, ay, bx, by] = [base, base / 10, base + dx, base / 10 + dy];
        // near the line through a and b, off it by a few units
        const [cx, cy] = [base + dx * times + ex, base / 10 + dy * times + ey];
        const exact =
          (BigInt(ax) - BigInt(cx)) * (BigInt(by) - BigInt(cy)) -
          (BigInt(ay) - BigInt(cy)) * (BigInt(bx) - BigInt(cx));
        const sign = exact > 0n ? 1 : exact < 0n ? -1 : 0;
        const [pax, pay, pbx, pby, pcx, pcy] = [ax, ay, bx, by, cx, cy].map((k) => k * unit) as [
          number,
          number,
          number,
          number,
          number,
          number,
        ];
        const plain = (pax - pcx) * (pby - pcy) - (pay - pcy) * (pbx - pcx);
        if (Math.sign(plain) !== sign) wrongPlain += 1;
        if (sign === 0) zero += 1;
        expect(Math.sign(orientation(pax, pay, pbx, pby, pcx, pcy))).toBe(sign);
      }),
      { numRuns: 3000 },
    );
    expect(zero).toBeGreaterThan(10);
    expect(wrongPlain).toBeGreaterThan(0);
  });

  it('turns its sign with two points exchanged and keeps it through a rotation', () => {
    const n = fc.integer({ min: -(2 ** 50), max: 2 ** 50 }).map((k) => k / 2 ** 24);
    fc.assert(
      fc.property(n, n, n, n, n, n, (ax, ay, bx, by, cx, cy) => {
        const sign = Math.sign(orientation(ax, ay, bx, by, cx, cy));
        expect(Math.sign(orientation(bx, by, ax, ay, cx, cy)) + sign).toBe(0);
        expect(Math.sign(orientation(bx, by, cx, cy, ax, ay)) - sign).toBe(0);
      }),
    );
  });
});

describe('meetingOf', () => {
  it.each([
    ['cross', [0, 0, 2, 2, 0, 2, 2, 0]],
    ['touch', [0, 0, 2, 0, 1, 0, 1, 5]],
    ['touch', [0, 0, 2, 0, 2, 0, 3, 1]],
    ['touch', [0, 0, 4, 0, 1, 0, 3, 0]],
    ['apart', [0, 0, 1, 0, 2, 0, 3, 0]],
    ['apart', [0, 0, 2, 0, 0, 1, 2, 1]],
    ['apart', [0, 0, 2, 0, 3, -1, 3, 1]],
  ] as const)('%s %j', (expected, [a, b, c, d, e, f, g, h]) => {
    expect(meetingOf(a, b, c, d, e, f, g, h)).toBe(expected);
    expect(meetingOf(e, f, g, h, a, b, c, d)).toBe(expected);
    expect(meetingOf(c, d, a, b, g, h, e, f)).toBe(expected);
  });
});

describe('isInsideRing', () => {
  it('counts a vertex at the height of the point once', () => {
    const ring = { x: Float64Array.of(0, 4, 8, 4, 0), y: Float64Array.of(4, 0, 4, 8, 4), start: 0, end: 4 };
    expect(isInsideRing(ring, 4, 4)).toBe(true);
    expect(isInsideRing(ring, -1, 4)).toBe(false);
    expect(isInsideRing(ring, 9, 4)).toBe(false);
  });
});
