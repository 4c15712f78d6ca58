import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MultiPolygonRings, Position, Ring } from '../../src/core/geometry-types.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { uncertaintyM2 } from '../../src/geometry/uncertainty.js';
import { seeded, star } from './nasty-pairs.js';

const ringArea = (ring: Ring): number => planarAreaM2([[ring]]);
const closed = (open: Position[]): Ring => [...open, open[0]!];

describe('uncertainty from coordinate resolution', () => {
  it('of a square: four chords of 100·√2 m', () => {
    const square: Ring = closed([
      [0, 0],
      [100, 0],
      [100, 100],
      [0, 100],
    ]);
    const reach = 0.001 / Math.SQRT2;
    expect(uncertaintyM2([[square]], 0.001)).toBeCloseTo(
      0.5 * reach * 4 * 100 * Math.SQRT2 + 2 * reach ** 2,
      12,
    );
  });

  it('grows with every ring and vanishes with the resolution', () => {
    const ring = star(seeded(1), 12, 0, 0, 100, 0.5);
    const one = uncertaintyM2([[ring]], 0.001);
    expect(uncertaintyM2([[ring, ring], [ring]], 0.001)).toBeCloseTo(3 * one, 12);
    expect(uncertaintyM2([[ring]], 0)).toBe(0);
    expect(uncertaintyM2([], 0.001)).toBe(0);
  });

  it('is never exceeded by rounding coordinates, or by any move within its reach', () => {
    const move = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
    fc.assert(
      fc.property(
        fc.integer(),
        fc.array(move, { minLength: 3, maxLength: 30 }),
        fc.constantFrom(0.0001, 0.001, 0.01, 0.1),
        (seed, turns, resolution) => {
          const ring = star(seeded(seed), turns.length, 0, 0, 100, 0.6);
          const bound = uncertaintyM2([[ring]], resolution);
          const reach = resolution / Math.SQRT2;
          const open = ring.slice(0, -1);
          const pushed = closed(
            open.map(([x, y], i) => [x + reach * Math.cos(turns[i]!), y + reach * Math.sin(turns[i]!)]),
          );
          const snap = (v: number): number => Math.round(v / resolution) * resolution;
          const snapped = closed(open.map(([x, y]) => [snap(x), snap(y)]));
          expect(Math.abs(ringArea(pushed) - ringArea(ring))).toBeLessThanOrEqual(bound + 1e-9);
          expect(Math.abs(ringArea(snapped) - ringArea(ring))).toBeLessThanOrEqual(bound + 1e-9);
        },
      ),
    );
  });

  it('is nearly reached when every vertex moves square to the chord of its neighbours', () => {
    const ring = star(seeded(6), 40, 0, 0, 100, 0.3);
    const open = ring.slice(0, -1);
    const n = open.length;
    const reach = 0.01 / Math.SQRT2;
    const worst: MultiPolygonRings = [
      [
        closed(
          open.map(([x, y], i) => {
            const [p, q] = [open[(i + n - 1) % n]!, open[(i + 1) % n]!];
            const length = Math.hypot(q[0] - p[0], q[1] - p[1]);
            return [x + (reach * (q[1] - p[1])) / length, y - (reach * (q[0] - p[0])) / length];
          }),
        ),
      ],
    ];
    const change = planarAreaM2(worst) - ringArea(ring);
    expect(change).toBeGreaterThan(0.999 * uncertaintyM2([[ring]], 0.01));
    expect(change).toBeLessThanOrEqual(uncertaintyM2([[ring]], 0.01));
  });
});
