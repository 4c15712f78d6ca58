/** Ground of patches whose common borders have vertices on one side only: one piece, as on the ground. */
import { afterAll, expect, it } from 'vitest';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { cleanPieces } from '../../src/supply/clean-pieces.js';
import { joinNeighbours } from '../../src/supply/join-neighbours.js';
import { turnedBlock } from './lab-ground.js';

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

/** A block of 60 × 30 m below another one; its upper side has vertices that lie below the line by rounding. */
const dented = (turn: number, apart: number, over = -apart): MultiPolygonRings => {
  const corner = (x: number, y: number): Position => turnedBlock(turn, [x, y, x + 1, y + 1])[0]![0]![0]!;
  const ring = [corner(0, 0), corner(0, -30), corner(60, -30), corner(60, 0)];
  return [[[...ring, corner(45, over), corner(20, -apart), ring[0]!]]];
};

it('joins what a union leaves apart by rounding, and nothing that is apart on the ground', async () => {
  for (const turn of [0, 0.4, 1.2]) {
    for (const apart of [1e-9, 1e-7, 1e-4]) {
      const union = await geos.union([turnedBlock(turn, [0, 0, 60, 30]), dented(turn, apart)]);
      const [joined, ...more] = await joinNeighbours(geos, union);
      expect(more).toEqual([]);
      expect(joined).toHaveLength(1);
      expect(Math.abs(planarAreaM2([joined!]) - 3600)).toBeLessThan(0.02);
      const { pieces, larger } = await cleanPieces(geos, [joined!], 4526, { limitM2: 2000, minAreaM2: 20 });
      expect([pieces.length, larger.pieces]).toEqual([0, 1]);
    }
    const street = await geos.union([turnedBlock(turn, [0, 0.1, 60, 30]), dented(turn, 0)]);
    expect(await joinNeighbours(geos, street)).toEqual(street);
    // a common corner, or half a metre of border, joins nothing
    const corner = await geos.union([turnedBlock(turn, [59.5, 0, 80, 20]), dented(turn, 1e-7)]);
    expect(await joinNeighbours(geos, corner)).toHaveLength(2);
  }
});

it('measures a piece without the hole that rounding left in it', async () => {
  // one vertex over the line, which joins the two, and one below it, which leaves a hole
  const union = await geos.union([turnedBlock(0.4, [0, 0, 60, 30]), dented(0.4, 1e-7, 1e-7)]);
  expect(union.map((polygon) => polygon.length)).toEqual([2]);
  const { pieces } = await cleanPieces(geos, union, 4526, { limitM2: 4000, minAreaM2: 20 });
  expect(pieces.map((piece) => piece.map((polygon) => polygon.length))).toEqual([[1]]);
});
