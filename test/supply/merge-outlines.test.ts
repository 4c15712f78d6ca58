/** A fragment and its host as one outline: whole, valid, and with the corners that were submitted. */
import { afterAll, expect, it } from 'vitest';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { mergeOutlines } from '../../src/supply/merge-outlines.js';
import { turnedBlock } from './lab-ground.js';

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

it('joins along a border that was drawn twice, whatever way it runs', async () => {
  for (const turn of [0, 0.3, 0.7, 1.1, 2.5]) {
    for (const apart of [-5e-4, -1e-7, 0, 1e-9, 1e-7, 1e-5, 5e-4]) {
      const host = turnedBlock(turn, [-10, -40, 40, 0]);
      const piece = turnedBlock(turn, [0, apart, 30, 20]);
      const merged = await mergeOutlines(geos, [host, piece]);
      expect(merged.map((polygon) => polygon.map((ring) => ring.length))).toEqual([[9]]);
      expect(await geos.validity(merged)).toMatchObject({ valid: true });
      expect(Math.abs(planarAreaM2(merged) - 2600)).toBeLessThan(0.05);
      const given = [...host, ...piece].flat(2).map(String);
      for (const corner of merged.flat(2)) expect(given).toContain(String(corner));
    }
  }
});

it('leaves apart what is a real gap', async () => {
  const merged = await mergeOutlines(geos, [
    turnedBlock(0.3, [-10, -40, 40, 0]),
    turnedBlock(0.3, [0, 0.05, 30, 20]),
  ]);
  expect(merged).toHaveLength(2);
});
