/** Packing is exact, the local origin costs no bit, and the normal form is one form. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { toNormalForm } from '../../src/geometry/geos-normal-form.js';
import { localOrigin, packFlat, packGeometries, unpackGeometries } from '../../src/geometry/geos-packing.js';
import { areaM2, randomFrom, rotatedRectangle } from './polygon-families.js';

const position = fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }));
const geometries: fc.Arbitrary<MultiPolygonRings[]> = fc.array(fc.array(fc.array(fc.array(position))), {
  maxLength: 5,
});

describe('packing', () => {
  it('comes back as it was, nested or flat', () => {
    fc.assert(
      fc.property(geometries, (list) => {
        expect(unpackGeometries(packGeometries(list))).toEqual(list);
        const flat = list.map((polygons) =>
          polygons.map((rings) => rings.map((ring) => Float64Array.from(ring.flat()))),
        );
        expect(unpackGeometries(packFlat(flat))).toEqual(list);
      }),
      { numRuns: 100 },
    );
  });

  it('leaves heights out', () => {
    const withHeight: MultiPolygonRings = [
      [
        [
          [1, 2, 99],
          [3, 4, 99],
          [5, 6, 99],
          [1, 2, 99],
        ],
      ],
    ];
    expect(unpackGeometries(packGeometries([withHeight]))).toEqual([
      [
        [
          [
            [1, 2],
            [3, 4],
            [5, 6],
            [1, 2],
          ],
        ],
      ],
    ]);
  });
});

describe('local origin', () => {
  const coordinate = fc.oneof(
    fc.double({ min: -5e7, max: 5e7, noNaN: true }),
    fc.double({ min: 3.9e6, max: 4e6, noNaN: true }),
    fc.double({ min: -8e5, max: -7e5, noNaN: true }),
    fc.double({ min: -1, max: 1, noNaN: true }),
  );

  it('subtracted and added again changes no bit', () => {
    fc.assert(
      fc.property(
        fc.array(coordinate, { minLength: 1 }),
        fc.array(coordinate, { minLength: 1 }),
        (xs, ys) => {
          const ring = Float64Array.from(xs.flatMap((x, i) => [x, ys[i % ys.length]!]));
          const [originX, originY] = localOrigin([ring]);
          for (let i = 0; i < ring.length; i += 2) {
            expect(ring[i]! - originX + originX === ring[i]).toBe(true);
            expect(ring[i + 1]! - originY + originY === ring[i + 1]).toBe(true);
          }
        },
      ),
    );
  });

  it('is near the coordinates, on either side of the central meridian', () => {
    expect(localOrigin([Float64Array.of(700_000.7, 3_900_000.2, 700_010.1, 3_900_020.9)])).toEqual([
      700_000, 3_900_000,
    ]);
    expect(localOrigin([Float64Array.of(-700_000.7, -5.5, -700_010.1, 6)])).toEqual([-700_000, 0]);
    expect(localOrigin([])).toEqual([0, 0]);
  });
});

describe('normal form', () => {
  const flat = (...coordinates: number[]): Float64Array => Float64Array.from(coordinates);
  const square = flat(0, 0, 4, 0, 4, 4, 0, 4, 0, 0);
  const rows = (polygons: Float64Array[][]) => polygons.map((rings) => rings.map((ring) => [...ring]));

  it('does not depend on start vertex, direction or order', () => {
    const random = randomFrom(7);
    for (let n = 0; n < 50; n++) {
      const corners = [rotatedRectangle(random), rotatedRectangle(random)];
      const ring = (at: number, start: number, backwards: boolean): Float64Array => {
        const turned = corners[at]!.map((_, i, all) => all[(start + i) % 4]!);
        if (backwards) turned.reverse();
        return Float64Array.from([...turned, turned[0]!].flat());
      };
      const form = toNormalForm([[ring(0, 0, false)], [ring(1, 0, false)]], [0, 0]);
      const other = toNormalForm(
        [[ring(1, n % 4, n % 3 === 0)], [ring(0, (n + 1) % 4, n % 2 === 0)]],
        [0, 0],
      );
      expect(rows(other)).toEqual(rows(form));
      for (const polygon of unpackGeometries(packFlat([form]))[0]!)
        expect(areaM2([polygon])).toBeGreaterThan(0);
    }
  });

  it('shifts back, turns holes clockwise and sorts them', () => {
    const holes = [flat(2, 2, 3, 2, 3, 3, 2, 2), flat(1, 1, 1.5, 1.5, 1.5, 1, 1, 1)];
    expect(rows(toNormalForm([[square, ...holes]], [10, 20]))).toEqual([
      [
        [10, 20, 14, 20, 14, 24, 10, 24, 10, 20],
        [11, 21, 11.5, 21.5, 11.5, 21, 11, 21],
        [12, 22, 13, 23, 13, 22, 12, 22],
      ],
    ]);
  });

  it('leaves out repeated vertices and what is thinner than the spacing of doubles', () => {
    const repeated = flat(0, 0, 0, 0, 4, 0, 4, 4, 4, 4, 0, 4, 0, 0);
    expect(rows(toNormalForm([[repeated]], [0, 0]))).toEqual([[[...square]]]);
    expect(toNormalForm([[flat(0, 0, 4, 0, 4, 1e-10, 0, 0)]], [0, 4_000_000])).toEqual([]);
    expect(toNormalForm([[flat(0, 0, 4, 0, 4, 1e-10, 0, 0)]], [0, 0])).toHaveLength(1);
    expect(toNormalForm([[flat(0, 0, 4, 0, 0, 0)]], [0, 0])).toEqual([]);
    expect(toNormalForm([[square, flat(1, 1, 2, 1, 1, 1)]], [0, 0])).toHaveLength(1);
  });
});
