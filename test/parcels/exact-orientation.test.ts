import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isInsideRing, meetingOf, orientation } from '../../src/parcels/exact-orientation.js';

describe('orientation', () => {
  it('is exact where the plain determinant is not: points beside a long line, checked in integers', () => {
    // coordinates k · 2⁻²⁴ are doubles exactly, and so are the integers k
    const unit = 2 ** -24;
    const far = fc.integer({ min: -(2 ** 49), max: 2 ** 49 }).map((k) => 4 * k);
    const along = fc.constantFrom(0.25, 0.5, 0.75, 1 / 3, 0.1, 0.7);
    let zero = 0;
    let wrongPlain = 0;
    fc.assert(
      fc.property(
        far,
        far,
        far,
        far,
        along,
        fc.integer({ min: -1, max: 1 }),
        (ax, ay, bx, by, share, off) => {
          const cx = Math.round(ax + (bx - ax) * share);
          const cy = Math.round(ay + (by - ay) * share) + off;
          const [iax, iay, ibx, iby, icx, icy] = [ax, ay, bx, by, cx, cy].map(BigInt) as [
            bigint,
            bigint,
            bigint,
            bigint,
            bigint,
            bigint,
          ];
          const exact = (iax - icx) * (iby - icy) - (iay - icy) * (ibx - icx);
          const sign = exact > 0n ? 1 : exact < 0n ? -1 : 0;
          const plain = (ax - cx) * (by - cy) - (ay - cy) * (bx - cx);
          if (Math.sign(plain) !== sign) wrongPlain += 1;
          if (sign === 0) zero += 1;
          const found = orientation(ax * unit, ay * unit, bx * unit, by * unit, cx * unit, cy * unit);
          expect(Math.sign(found) + 0).toBe(sign);
        },
      ),
      { numRuns: 3000, seed: 1 },
    );
    // the law is worth nothing without the hard cases
    expect(Math.min(zero, wrongPlain)).toBeGreaterThan(10);
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
