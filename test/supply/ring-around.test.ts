/** The ring around a fragment in which its surroundings are read. */
import { afterAll, expect, it } from 'vitest';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { ringAround } from '../../src/supply/measure-fragment.js';

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

/** From x0 to x1, y0 to y1, turned about the origin. */
const block = (
  turn: number,
  [x0, y0, x1, y1]: readonly [number, number, number, number],
): MultiPolygonRings => {
  const at = (x: number, y: number): Position => [
    38_430_000 + x * Math.cos(turn) - y * Math.sin(turn),
    3_898_000 + x * Math.sin(turn) + y * Math.cos(turn),
  ];
  return [[[at(x0, y0), at(x1, y0), at(x1, y1), at(x0, y1), at(x0, y0)]]];
};

it('has no hairline left along a border that was drawn twice, apart by rounding', async () => {
  for (const turn of [0, 0.3, 0.7, 1.1]) {
    // moved to the analysis plane, the two sides of a hairline would cross and measure less than nothing
    for (const apart of [0, 1e-9, 1e-7, 1e-5]) {
      const piece = block(turn, [0, 0, 58, 30]);
      const host = block(turn, [-5, -60, 63, -apart]);
      const { all, outside, ringM2 } = await ringAround(geos, piece, [host]);
      expect(all.map((polygon) => polygon.length)).toEqual([2]);
      // open along the host: one ring, and no hole
      expect(outside.map((polygon) => polygon.length)).toEqual([1]);
      expect(ringM2).toBeCloseTo(89, 3);
    }
  }
});
