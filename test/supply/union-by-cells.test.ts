/** The union cell by cell against one union of the whole, on touching, overlapping and far-apart ground. */
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { boxOfPolygon, unionByCells } from '../../src/supply/union-by-cells.js';

const geos = new GeosPool({ workers: 1 });
afterAll(() => geos.close());

const square = (x: number, y: number, width: number, height: number): MultiPolygonRings => {
  const [x0, y0] = [38_430_000 + x, 3_898_000 + y];
  const [x1, y1] = [x0 + width, y0 + height];
  return [
    [
      [
        [x0, y0],
        [x1, y0],
        [x1, y1],
        [x0, y1],
        [x0, y0],
      ],
    ],
  ];
};

/** Box, area and rings of each polygon, in one order. */
const told = (rings: MultiPolygonRings): string[] =>
  rings
    .map((polygon) => `${boxOfPolygon(polygon)} ${planarAreaM2([polygon]).toFixed(6)} ${polygon.length}`)
    .sort();

const side = fc.integer({ min: 1, max: 12 });
const place = fc.integer({ min: 0, max: 90 });
const ground = fc.array(
  fc.tuple(place, place, side, side).map(([x, y, w, h]) => square(x, y, w, h)),
  { minLength: 1, maxLength: 120 },
);

/** A frame around a hole, two parts that meet in a corner, and a strip of a millimetre: on lines 10 m apart. */
const onLattice = fc
  .tuple(
    fc.nat(8),
    fc.nat(8),
    fc.integer({ min: 1, max: 3 }),
    fc.constantFrom('block', 'frame', 'parts', 'strip'),
  )
  .map(([column, row, size, kind]): MultiPolygonRings => {
    const [x, y, side] = [10 * column, 10 * row, 10 * size];
    const outer = square(x, y, side, side)[0]!;
    if (kind === 'frame')
      return [[outer[0]!, [...square(x + 2, y + 2, side - 4, side - 4)[0]![0]!].reverse()]];
    if (kind === 'parts') return [outer, square(x + side, y + side, 10, 10)[0]!];
    if (kind === 'strip') return square(x, y, 40, 0.001);
    return [outer];
  });
const lattice = fc.array(onLattice, { minLength: 1, maxLength: 60 });

const triangle = fc.tuple(place, place, side, side).map(([x, y, w, h]): MultiPolygonRings => {
  const [a, b, c] = square(x, y, w, h)[0]![0]!;
  return [[[a!, b!, c!, a!]]];
});
const adversaries = fc.array(fc.oneof(onLattice, triangle), { minLength: 1, maxLength: 50 });

describe('the union of very many polygons', () => {
  it('is the union of the whole, however small the cells', async () => {
    await fc.assert(
      fc.asyncProperty(ground, fc.integer({ min: 1, max: 8 }), async (shapes, perCell) => {
        expect(told(await unionByCells(geos, shapes, undefined, perCell))).toEqual(
          told(await geos.union(shapes)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('is the union of the whole over holes, several parts, hairline strips, coincident and slanted borders', async () => {
    await fc.assert(
      fc.asyncProperty(adversaries, fc.integer({ min: 1, max: 6 }), async (shapes, perCell) => {
        const cells = await unionByCells(geos, shapes, undefined, perCell);
        const whole = await geos.union(shapes);
        // slanted borders cross at rounded points, which depend on what was joined first
        const apart = [await geos.difference(cells, whole), await geos.difference(whole, cells)];
        for (const rings of apart) expect(planarAreaM2(rings)).toBeLessThan(1e-4);
        expect(planarAreaM2(cells)).toBeCloseTo(planarAreaM2(whole), 4);
        // polygons that were told done apart from each other do not touch but in points
        for (const [n, polygon] of cells.entries())
          for (const other of cells.slice(n + 1))
            expect(await geos.sharedBoundaryLength([polygon], [other])).toBeLessThan(1e-6);
      }),
      { numRuns: 60 },
    );
  });

  it('keeps every vertex of shapes on a lattice whose lines are the borders of cells', async () => {
    await fc.assert(
      fc.asyncProperty(lattice, fc.integer({ min: 1, max: 6 }), async (shapes, perCell) => {
        expect(told(await unionByCells(geos, shapes, undefined, perCell))).toEqual(
          told(await geos.union(shapes)),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('joins a strip that runs through every cell, and leaves the islands beside it', async () => {
    const strip = Array.from({ length: 200 }, (_, i) => square(10 * i, 0, 10, 10));
    const islands = Array.from({ length: 50 }, (_, i) => square(40 * i, 15, 8, 8));
    const joined = await unionByCells(geos, [...strip, ...islands], undefined, 5);
    expect(joined).toHaveLength(51);
    expect(planarAreaM2(joined)).toBeCloseTo(200 * 100 + 50 * 64, 6);
  });

  it('of nothing is nothing', async () => {
    expect(await unionByCells(geos, [])).toEqual([]);
  });
});
