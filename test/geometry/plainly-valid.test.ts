import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { toFlat } from '../../src/geometry/flat-rings.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { isPlainlyValid } from '../../src/geometry/plainly-valid.js';

const box = (x: number, y: number, size: number): [number, number][] => [
  [x, y],
  [x + size, y],
  [x + size, y + size],
  [x, y + size],
  [x, y],
];
const bowTie: [number, number][] = [
  [0, 0],
  [2, 2],
  [2, 0],
  [0, 2],
  [0, 0],
];
const spike: [number, number][] = [
  [0, 0],
  [4, 0],
  [4, 4],
  [2, 4],
  [2, 9],
  [2, 4],
  [0, 4],
  [0, 0],
];
const repeated: [number, number][] = [
  [0, 0],
  [0, 0],
  [4, 0],
  [4, 4],
  [4, 4],
  [0, 4],
  [0, 0],
];

describe('isPlainlyValid', () => {
  it.each<[string, MultiPolygonRings, boolean]>([
    ['a square', [[box(0, 0, 1)]], true],
    [
      'a square with a vertex in the middle of a side',
      [
        [
          [
            [0, 0],
            [1, 0],
            [2, 0],
            [2, 2],
            [0, 2],
            [0, 0],
          ],
        ],
      ],
      true,
    ],
    ['repeated vertices', [[repeated]], true],
    ['a hole', [[box(0, 0, 9), box(2, 2, 2)]], true],
    ['two holes', [[box(0, 0, 9), box(1, 1, 2), box(5, 5, 2)]], true],
    ['two parts apart', [[box(0, 0, 1)], [box(5, 5, 1)]], true],
    ['a bow-tie', [[bowTie]], false],
    ['a spike', [[spike]], false],
    ['a hole outside', [[box(0, 0, 4), box(6, 6, 1)]], false],
    ['nested holes', [[box(0, 0, 9), box(1, 1, 7), box(3, 3, 2)]], false],
    ['the same nested holes, inner first', [[box(0, 0, 9), box(3, 3, 2), box(1, 1, 7)]], false],
    ['a hole that touches the shell (valid, but GEOS has to say)', [[box(0, 0, 4), box(0, 1, 1)]], false],
    ['parts that overlap', [[box(0, 0, 4)], [box(2, 2, 4)]], false],
    ['a part inside another', [[box(0, 0, 9)], [box(2, 2, 1)]], false],
    ['nothing', [], false],
    [
      'an open ring',
      [
        [
          [
            [0, 0],
            [1, 0],
            [1, 1],
            [0, 1],
          ],
        ],
      ],
      false,
    ],
    [
      'a line there and back',
      [
        [
          [
            [0, 0],
            [3, 0],
            [5, 0],
            [0, 0],
          ],
        ],
      ],
      false,
    ],
  ])('%s', (_, rings, expected) => {
    expect(isPlainlyValid(toFlat(rings))).toBe(expected);
  });

  const geos = new GeosPool({ workers: 1 });
  afterAll(() => geos.close());

  it('never calls valid what GEOS calls invalid', async () => {
    const vertex = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 }));
    const ring = fc
      .array(vertex, { minLength: 3, maxLength: 7 })
      .map((points) => [...points, points[0]!] as [number, number][]);
    const shapes = fc.sample(
      fc.array(fc.array(ring, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
      4000,
    );
    const plain = shapes.filter((shape) => isPlainlyValid(toFlat(shape)));
    expect(plain.length).toBeGreaterThan(100);
    const verdicts = await geos.validityOfAll(plain);
    expect(plain.filter((_, i) => !verdicts[i]!.valid)).toEqual([]);
  });
});
