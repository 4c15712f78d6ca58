import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { MultiPolygonRings, Position, Ring } from '../../src/core/geometry-types.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { erodePlainly } from '../../src/geometry/erode-plainly.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';

let geos: GeosPool;
beforeAll(() => {
  geos = new GeosPool({ workers: 1 });
});
afterAll(() => geos.close());

const [X, Y] = [3_500_000, 4_100_000];
const box = (west: number, south: number, east: number, north: number): Ring => [
  [X + west, Y + south],
  [X + east, Y + south],
  [X + east, Y + north],
  [X + west, Y + north],
  [X + west, Y + south],
];
const reversed = (ring: Ring): Ring => [...ring].reverse();

/** A star round a middle: simple, with reflex corners; radii between `least` and `most` metres. */
const star = (least: number, most: number): fc.Arbitrary<Ring> =>
  fc
    .array(fc.double({ min: least, max: most, noNaN: true }), { minLength: 3, maxLength: 24 })
    .map((radii) => {
      const open = radii.map((radius, i): Position => {
        const angle = (2 * Math.PI * i) / radii.length;
        return [X + radius * Math.cos(angle), Y + radius * Math.sin(angle)];
      });
      return [...open, open[0]!];
    });

const ground: fc.Arbitrary<MultiPolygonRings> = fc
  .tuple(star(40, 120), fc.option(star(2, 20)), fc.boolean())
  .map(([shell, hole, turned]) => [
    [turned ? reversed(shell) : shell, ...(hole ? [turned ? hole : reversed(hole)] : [])],
  ]);

describe('shrinking where it is plain', () => {
  it('is what GEOS makes of it', async () => {
    let plain = 0;
    let all = 0;
    await fc.assert(
      fc.asyncProperty(ground, fc.constantFrom(0.002, 0.05, 1), async (rings, distance) => {
        all++;
        const eroded = erodePlainly(rings, distance);
        if (!eroded) return;
        plain++;
        const wanted = await geos.erode(rings, distance);
        // the same but for rounding: what only one of them has
        const common = planarAreaM2(await geos.intersection(eroded, wanted));
        const apart = planarAreaM2(eroded) + planarAreaM2(wanted) - 2 * common;
        expect(Math.abs(apart)).toBeLessThan(1e-4);
      }),
      { numRuns: 150 },
    );
    expect(plain).toBeGreaterThan(all / 3);
  });

  it('moves each side of a box inwards, whichever way the ring runs', () => {
    for (const ring of [box(0, 0, 100, 60), reversed(box(0, 0, 100, 60))]) {
      const [[shell]] = erodePlainly([[ring]], 0.5)! as [[Ring]];
      const xs = shell.map(([x]) => x - X);
      const ys = shell.map(([, y]) => y - Y);
      expect([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)]).toEqual([
        0.5, 0.5, 99.5, 59.5,
      ]);
    }
  });

  it('widens a hole', () => {
    const eroded = erodePlainly([[box(0, 0, 100, 60), reversed(box(40, 20, 60, 40))]], 1)!;
    expect(planarAreaM2(eroded)).toBeCloseTo(98 * 58 - 22 * 22, 6);
  });

  it.each<[string, MultiPolygonRings]>([
    ['a strip thinner than twice the distance', [[box(0, 0, 100, 0.9)]]],
    [
      'a neck in it',
      [
        [
          [
            ...box(0, 0, 40, 40).slice(0, 2),
            [X + 40, Y + 20],
            [X + 0.8, Y + 20],
            [X + 0.8, Y + 22],
            [X + 40, Y + 22],
            ...box(0, 0, 40, 40).slice(2),
          ],
        ],
      ],
    ],
    ['a hole close to the border', [[box(0, 0, 100, 60), reversed(box(0.8, 20, 60, 40))]]],
    [
      'a side shorter than what its corners move',
      [
        [
          [
            [X, Y],
            [X + 100, Y],
            [X + 100, Y + 60],
            [X + 99.7, Y + 60.3],
            [X, Y + 60],
            [X, Y],
          ],
        ],
      ],
    ],
    [
      'a needle',
      [
        [
          [
            [X, Y],
            [X + 100, Y],
            [X + 100, Y + 3],
            [X, Y],
          ],
        ],
      ],
    ],
    [
      'a vertex said twice',
      [
        [
          [
            [X, Y],
            [X, Y],
            [X + 100, Y],
            [X + 50, Y + 60],
            [X, Y],
          ],
        ],
      ],
    ],
  ])('leaves %s to GEOS', (_, rings) => {
    expect(erodePlainly(rings, 0.5)).toBeUndefined();
  });

  it('leaves a parcel of thousands of corners to GEOS', () => {
    const open = Array.from({ length: 2_000 }, (_, i): Position => {
      const angle = (2 * Math.PI * i) / 2_000;
      return [X + 500 * Math.cos(angle), Y + 500 * Math.sin(angle)];
    });
    expect(erodePlainly([[[...open, open[0]!]]], 0.002)).toBeUndefined();
  });
});
