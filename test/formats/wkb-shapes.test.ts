import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import { readFlatPolygons, readShapes } from '../../src/formats/wkb-shapes.js';
import { toNested } from '../../src/geometry/flat-rings.js';

/** WKB of a multipolygon, or of its first polygon alone, with or without heights, in either byte order. */
function wkbOf(rings: MultiPolygonRings, form: { single: boolean; z: boolean; little: boolean }): Uint8Array {
  const { single, z, little } = form;
  const bytes: number[] = [];
  const number = (write: 'setUint32' | 'setFloat64', size: number) => (value: number) => {
    const view = new DataView(new ArrayBuffer(size));
    view[write](0, value, little);
    bytes.push(...new Uint8Array(view.buffer));
  };
  const [uint32, float64] = [number('setUint32', 4), number('setFloat64', 8)];
  const head = (kind: number): void => {
    bytes.push(little ? 1 : 0);
    uint32(kind + (z ? 1000 : 0));
  };
  const polygon = (polygonRings: MultiPolygonRings[number]): void => {
    head(3);
    uint32(polygonRings.length);
    for (const ring of polygonRings) {
      uint32(ring.length);
      for (const [x, y] of ring) for (const value of z ? [x, y, 7] : [x, y]) float64(value);
    }
  };
  if (!single) {
    head(6);
    uint32(rings.length);
  }
  for (const one of single ? rings.slice(0, 1) : rings) polygon(one);
  return Uint8Array.from(bytes);
}

describe('readFlatPolygons', () => {
  const position = fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }));
  const ring = fc.array(position, { maxLength: 6 });
  const rings = fc.array(fc.array(ring, { maxLength: 3 }), { minLength: 1, maxLength: 3 });
  const form = fc.record({ single: fc.boolean(), z: fc.boolean(), little: fc.boolean() });

  it('gives the rings that readShapes gives, to the bit', () => {
    fc.assert(
      fc.property(rings, form, (shape, how) => {
        const wkb = wkbOf(shape, how);
        expect(toNested(readFlatPolygons(wkb)!)).toEqual(readShapes(wkb).polygons);
      }),
    );
  });

  it('leaves lines, points and collections to the reader of all shapes', () => {
    const line = Buffer.from('010200000000000000', 'hex');
    const collection = Buffer.from('010700000000000000', 'hex');
    expect([readFlatPolygons(line), readFlatPolygons(collection)]).toEqual([undefined, undefined]);
  });

  it('does not read over the end', () => {
    const square = [
      [0, 0],
      [1, 0],
      [1, 1],
      [0, 0],
    ] as [number, number][];
    const wkb = wkbOf([[square]], { single: false, z: false, little: true });
    for (let end = 0; end < wkb.length; end++)
      expect(() => readFlatPolygons(wkb.subarray(0, end))).toThrow(RangeError);
  });
});
