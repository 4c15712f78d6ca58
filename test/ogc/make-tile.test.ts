import { VectorTile } from '@mapbox/vector-tile';
import { PbfReader } from 'pbf';
import { describe, expect, it } from 'vitest';
import type { Sql } from '../../src/database/sql.js';
import { encodeMultiPolygon } from '../../src/geometry/wkb.js';
import type { FeatureCollection } from '../../src/layers/query/layer-collections.js';
import { fewerBySize, makeTile } from '../../src/ogc/tiles/make-tile.js';
import { tileMatrixSets } from '../../src/ogc/tiles/tile-matrix-sets.js';

describe('the features of a tile are looked for', () => {
  it.each([
    ['a city of patches, the tile that shows it whole', 1, 200_000, true],
    ['a quarter of it', 0.25, 200_000, true],
    ['a street of it', 0.001, 200_000, false],
    ['none of it', 0, 200_000, false],
    ['nine red lines among the patches of the city', 0.001, 9, true],
    ['a layer of which nobody knows how many there are', 1, undefined, false],
  ])('by size or by place: %s', (_what, share, count, bySize) => {
    expect(fewerBySize(share, count, 2500)).toBe(bySize);
  });
});

/** Of 10,000 corners: more than the memory of the rings holds in one piece. */
const circle = (lon: number, lat: number, radius: number): [number, number][] =>
  Array.from({ length: 10_001 }, (_, i) => {
    const angle = (2 * Math.PI * (i % 10_000)) / 10_000;
    return [lon + radius * Math.cos(angle), lat + radius * Math.sin(angle)];
  });

const collection: FeatureCollection = {
  ...{ id: 'rings', title: { zh: '', en: '' }, description: { zh: '', en: '' } },
  ...{ box: [112, 34, 114, 36], days: [null, null], decimals: 9 },
  table: {
    ...{ tag: 'rings', from: 'nothing', geometry: 'geom', fields: [] },
    key: [{ sql: 'n', type: 'int' }],
    id: () => 'n',
    readId: () => undefined,
    writeId: ([n]) => String(n),
  },
};

describe('a tile of long rings', () => {
  it('keeps each of them apart, holes and parts, from one feature to the next', async () => {
    const [set] = tileMatrixSets;
    const [x, y] = set!.project(113, 35);
    const place = { z: 12, y: Math.floor(y * 4096), x: Math.floor(x * 4096) };
    const [lon, lat] = set!.unproject((place.x + 0.5) / 4096, (place.y + 0.5) / 4096);
    const wkb = encodeMultiPolygon([
      [circle(lon - 0.02, lat, 0.015), circle(lon - 0.02, lat, 0.01)],
      [circle(lon + 0.02, lat, 0.01)],
    ]);
    const row = (n: number) => ({ id: Buffer.from(`rings.${n}`), wkb, properties: Buffer.from('{}') });
    const sql = { readBinary: async () => [row(1), row(2)] } as unknown as Sql;
    const { bytes } = await makeTile(sql, collection, set!, place);
    const layer = new VectorTile(new PbfReader(bytes)).layers.rings!;
    expect(layer.length).toBe(2);
    // a degree is 4096 units of 4096 tiles around 360 degrees; higher by the scale of the projection
    const scale = (4096 * 4096) / 360;
    const stretch = 1 / Math.cos((lat * Math.PI) / 180);
    const areaOf = (radius: number): number => Math.PI * (radius * scale) ** 2 * stretch;
    for (const n of [0, 1]) {
      const rings = layer.feature(n).loadGeometry();
      const areas = rings.map((ring) =>
        ring.slice(1).reduce((sum, b, i) => sum + (ring[i]!.x * b.y - b.x * ring[i]!.y) / 2, 0),
      );
      for (const [i, radius] of [0.015, 0.01, 0.01].entries())
        expect(Math.abs(areas[i]!) / areaOf(radius)).toBeCloseTo(1, 2);
      expect(areas.map(Math.sign)).toEqual([1, -1, 1]);
    }
  });
});
