import { describe, expect, it } from 'vitest';
import { encodeMultiPolygon } from '../../../src/geometry/wkb.js';
import { ByteWriter } from '../../../src/layers/query/byte-writer.js';
import type { FeatureTable } from '../../../src/layers/query/feature-table.js';
import { RowValues } from '../../../src/layers/query/row-values.js';
import { geoJsonWriter } from '../../../src/layers/query/row-writer.js';

type Rings = [number, number][][];
const table = { fields: [] } as unknown as FeatureTable;

function geometryOf(shape: Uint8Array | undefined, flipped: boolean, decimals: number) {
  const out = new ByteWriter(0);
  const writer = geoJsonWriter({ table, geometry: { srid: null, flipped, decimals } });
  writer.write(out, { id: 'a.1', shape, values: new RowValues([]) });
  return JSON.parse(out.take().toString()).geometry;
}

const holed: Rings = [
  [
    [0, 1],
    [10.5, 1],
    [10.5, 11],
    [0, 1],
  ],
  [
    [1, 2],
    [3, 4],
    [3, 2],
    [1, 2],
  ],
];
const plain: Rings = [
  [
    [20, 21],
    [30, 21],
    [30, 31.1234567891],
    [20, 21],
  ],
];

describe('a shape', () => {
  it('is written with all its parts and rings', () => {
    const { type, coordinates } = geometryOf(encodeMultiPolygon([holed, plain]), false, 9);
    expect(type).toBe('MultiPolygon');
    expect(coordinates).toEqual([holed, [[...plain[0]!.slice(0, 2), [30, 31.123456789], [20, 21]]]]);
  });

  it('is written in the other order of axes, and to as many decimals as are asked for', () => {
    const { coordinates } = geometryOf(encodeMultiPolygon([plain]), true, 2);
    expect(coordinates[0][0][2]).toEqual([31.12, 30]);
  });

  it('has its ground to the left of every ring, however it was drawn', () => {
    const turned = (rings: Rings): Rings => rings.map((ring) => [...ring].reverse());
    const [outer, inner] = holed as [Rings[0], Rings[0]];
    for (const drawn of [
      holed,
      turned(holed),
      [outer!, ...turned([inner!])],
      [...turned([outer!]), inner!],
    ]) {
      const { coordinates } = geometryOf(encodeMultiPolygon([drawn]), false, 9);
      expect(coordinates).toEqual([holed]);
    }
  });

  it('may be empty, or not be there', () => {
    expect(geometryOf(encodeMultiPolygon([]), false, 9)).toEqual({ type: 'MultiPolygon', coordinates: [] });
    expect(geometryOf(undefined, false, 9)).toBeNull();
  });

  it('that is a polygon counts as one of one part; anything else is refused', () => {
    // the polygon stands behind the header and the count of the whole
    const polygon = encodeMultiPolygon([holed]).slice(9);
    expect(geometryOf(polygon, false, 9).coordinates).toEqual([holed]);
    const point = Buffer.from([1, 1, 0, 0, 0, ...new Uint8Array(16)]);
    expect(() => geometryOf(point, false, 9)).toThrow(/no polygon/);
  });
});
