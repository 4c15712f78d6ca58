/** The ring around a fragment in which its surroundings are read. */
import { afterAll, expect, it } from 'vitest';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { ringAround } from '../../src/supply/measure-fragment.js';
import { turnedBlock } from './lab-ground.js';

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

it('has no hairline left along a border that was drawn twice, apart by rounding', async () => {
  for (const turn of [0, 0.3, 0.7, 1.1]) {
    // moved to the analysis plane, the two sides of a hairline would cross and measure less than nothing
    for (const apart of [0, 1e-9, 1e-7, 1e-5]) {
      const piece = turnedBlock(turn, [0, 0, 58, 30]);
      const host = turnedBlock(turn, [-5, -60, 63, -apart]);
      const { all, outside, ringM2 } = await ringAround(geos, piece, [host]);
      expect(all.map((polygon) => polygon.length)).toEqual([2]);
      // open along the host: one ring, and no hole
      expect(outside.map((polygon) => polygon.length)).toEqual([1]);
      expect(ringM2).toBeCloseTo(89, 3);
    }
  }
});
