import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crsTable } from '../../src/core/crs.js';
import type { MultiPolygonRings, Ring } from '../../src/core/geometry-types.js';
import { edgesOf, planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { decodeEdgeTile, encodeEdgeTile } from '../../src/geometry/edge-tile.js';
import { boxOfFlat, countFlatVertices, flatAreaM2, toFlat, toNested } from '../../src/geometry/flat-rings.js';
import { placeFlat } from '../../src/geometry/place-flat.js';
import { lonLatToAnalysis, planeToAnalysis, toLonLat } from '../../src/geometry/planes.js';
import { encodeFlatMultiPolygon, encodeMultiPolygon } from '../../src/geometry/wkb.js';

/** Closed rings around (cx, cy), edges from a hundredth of `size` to all of it: some shorter than 70 m, some longer. */
const shapesNear = (cx: number, cy: number, size: number): fc.Arbitrary<MultiPolygonRings> => {
  const offset = fc.oneof(
    fc.double({ min: -size, max: size, noNaN: true }),
    fc.double({ min: -size / 100, max: size / 100, noNaN: true }),
  );
  const vertex = fc.tuple(offset, offset).map(([x, y]): [number, number] => [cx + x, cy + y]);
  const ring = fc.array(vertex, { minLength: 3, maxLength: 9 }).map((open): Ring => [...open, open[0]!]);
  const polygon = fc.array(ring, { minLength: 1, maxLength: 3 });
  return fc.array(polygon, { minLength: 1, maxLength: 3 });
};

const degrees = shapesNear(113.2, 35.2, 0.004);
const metres = shapesNear(38_430_000, 3_898_000, 400);
const zone38 = crsTable.get(4526)!;

describe('flat rings', () => {
  it('come back as they went in', () => {
    fc.assert(
      fc.property(metres, (rings) => {
        expect(toNested(toFlat(rings))).toEqual(rings);
      }),
    );
  });

  it('have the same area, size, box and stored form as nested ones, to the bit', () => {
    fc.assert(
      fc.property(metres, (rings) => {
        const flat = toFlat(rings);
        const set = edgesOf(rings, 0, 0);
        expect(flatAreaM2(flat)).toBe(planarAreaM2(rings));
        expect(countFlatVertices(flat)).toBe(rings.flat(2).length);
        expect(boxOfFlat(flat)).toEqual([set.minX, set.minY, set.maxX, set.maxY]);
        expect(encodeFlatMultiPolygon(flat, 4490)).toEqual(Buffer.from(encodeMultiPolygon(rings, 4490)));
        const tile = decodeEdgeTile([encodeEdgeTile([{ featureNo: 1, rings: flat }], 0, 0, 1)]);
        expect([tile.xy, tile.order]).toEqual([set.xy, set.order]);
      }),
    );
  });

  it('are placed where the few rings of a parcel would be, to the bit', () => {
    fc.assert(
      fc.property(degrees, (rings) => {
        const { lonLat, analysis } = placeFlat(toFlat(rings), crsTable.get(4490)!, 38);
        expect(toNested(lonLat)).toEqual(rings);
        expect(toNested(analysis)).toEqual(lonLatToAnalysis(rings, 38));
      }),
    );
    fc.assert(
      fc.property(metres, (rings) => {
        const own = placeFlat(toFlat(rings), zone38, 38);
        expect(toNested(own.lonLat)).toEqual(toLonLat(rings, zone38));
        expect(toNested(own.analysis)).toEqual(planeToAnalysis(rings, zone38));
        const beside = placeFlat(toFlat(rings), zone38, 37);
        expect(toNested(beside.analysis)).toEqual(lonLatToAnalysis(toLonLat(rings, zone38), 37));
      }),
    );
  });

  it('are placed alike far from the meridian, where the plane stretches', () => {
    const far = fc.integer({ min: 0, max: 25 }).chain((east) => shapesNear(114 + east, 20, 0.0008));
    fc.assert(
      fc.property(far, (rings) => {
        const { analysis } = placeFlat(toFlat(rings), crsTable.get(4490)!, 38);
        expect(toNested(analysis)).toEqual(lonLatToAnalysis(rings, 38));
      }),
    );
  });

  it('refuse what lies outside every plane', () => {
    const ring = [Float64Array.of(113, 35, 113, Number.POSITIVE_INFINITY, 114, 35, 113, 35)];
    expect(() => placeFlat([ring], crsTable.get(4490)!, 38)).toThrow(
      expect.objectContaining({ code: 'bad-crs' }),
    );
  });
});
