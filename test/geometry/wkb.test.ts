import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeMultiPolygon, encodeMultiPolygon, encodeMultiPolygonHex } from '../../src/geometry/wkb.js';

const position = fc.tuple(fc.double({ noNaN: true }), fc.double({ noNaN: true }));
const rings = fc.array(fc.array(fc.array(position, { maxLength: 6 }), { maxLength: 3 }), { maxLength: 3 });

describe('WKB', () => {
  it('gives back every coordinate bit for bit, with and without SRID', () => {
    fc.assert(
      fc.property(rings, fc.constantFrom(undefined, 4490, 904490), (shape, srid) => {
        expect(decodeMultiPolygon(encodeMultiPolygon(shape, srid))).toEqual(shape);
      }),
    );
  });

  it('is what PostGIS writes for a triangle in EPSG:4490', () => {
    // select 'SRID=4490;MULTIPOLYGON(((0 0,1 0,0 1,0 0)))'::geometry
    const triangle = [
      [
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ],
    ] as [number, number][][][];
    expect(encodeMultiPolygonHex(triangle, 4490).toUpperCase()).toBe(
      '01060000208A11000001000000010300000001000000040000000000000000000000000000000000000000000000' +
        '0000F03F00000000000000000000000000000000000000000000F03F00000000000000000000000000000000',
    );
  });

  it('reads big endian and Z', () => {
    const bigEndianZ = Buffer.from(
      '00800000030000000100000004' +
        '000000000000000000000000000000004022000000000000'.repeat(1) +
        '3ff000000000000000000000000000004022000000000000' +
        '00000000000000003ff00000000000004022000000000000' +
        '000000000000000000000000000000004022000000000000',
      'hex',
    );
    expect(decodeMultiPolygon(bigEndianZ)).toEqual([
      [
        [
          [0, 0],
          [1, 0],
          [0, 1],
          [0, 0],
        ],
      ],
    ]);
  });

  it('refuses a line', () => {
    expect(() => decodeMultiPolygon(Buffer.from('010200000000000000', 'hex'))).toThrow(/not a polygon/);
  });
});
