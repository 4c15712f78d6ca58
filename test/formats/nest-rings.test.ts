import { describe, expect, it } from 'vitest';
import type { Position, Ring } from '../../src/core/geometry-types.js';
import { nestRings } from '../../src/formats/nest-rings.js';

/** Far from the origin, as coordinates of a zone are. */
const at = (points: readonly (readonly [number, number])[]): Ring =>
  [...points, points[0]!].map(([x, y]): Position => [38_430_000.125 + x, 3_898_000.375 + y]);
const square = (x: number, y: number, size: number): Ring =>
  at([
    [x, y],
    [x + size, y],
    [x + size, y + size],
    [x, y + size],
  ]);
const diamond = (x: number, y: number, half: number): Ring =>
  at([
    [x, y - half],
    [x + half, y],
    [x, y + half],
    [x - half, y],
  ]);

describe('rings become polygons by containment', () => {
  it.each<[string, Ring[], number[][]]>([
    ['one ring', [square(0, 0, 10)], [[0]]],
    ['a hole before its outer ring', [square(2, 2, 2), square(0, 0, 10)], [[1, 0]]],
    ['parts side by side with a common edge', [square(0, 0, 10), square(10, 0, 10)], [[0], [1]]],
    ['parts that touch in a corner', [square(0, 0, 10), square(10, 10, 10)], [[0], [1]]],
    ['a hole along the edge of the outer ring', [square(0, 0, 10), square(0, 2, 3)], [[0, 1]]],
    ['a hole with all corners on the outer ring', [square(0, 0, 10), diamond(5, 5, 5)], [[0, 1]]],
    [
      'an island in a hole, with a hole of its own',
      [square(4, 4, 2), square(0, 0, 20), square(2, 2, 10), square(4.5, 4.5, 1)],
      [
        [0, 3],
        [1, 2],
      ],
    ],
    [
      'a part in the box of another, not inside',
      [
        at([
          [0, 0],
          [20, 0],
          [0, 20],
        ]),
        square(14, 14, 4),
      ],
      [[0], [1]],
    ],
  ])('%s', (_name, rings, polygons) => {
    expect(nestRings(rings)).toEqual({ polygons, repeated: [] });
    const reversed = rings.map((ring) => [...ring].reverse());
    expect(nestRings(reversed)).toEqual({ polygons, repeated: [] });
  });

  it('the same ring twice is told, from whichever point it starts', () => {
    const ring = square(0, 0, 10);
    const turned = [...ring.slice(2), ...ring.slice(1, 3)];
    expect(nestRings([ring, turned])?.repeated).toEqual([[1, 0]]);
  });
});
