import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import {
  type GeoJsonItem,
  type GeoJsonStreamOptions,
  readGeoJsonStream,
} from '../../src/formats/geojson-stream.js';

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function read(
  text: string | Uint8Array,
  size = 1 << 16,
  options?: GeoJsonStreamOptions,
): Promise<GeoJsonItem[]> {
  const bytes = typeof text === 'string' ? new TextEncoder().encode(text) : text;
  const items: GeoJsonItem[] = [];
  for await (const some of readGeoJsonStream(inChunks(bytes, size), options)) items.push(...some);
  return items;
}

async function codeOf(
  text: string | Uint8Array,
  size?: number,
  options?: GeoJsonStreamOptions,
): Promise<string> {
  try {
    await read(text, size, options);
  } catch (error) {
    return error instanceof AppError ? error.code : `not an AppError: ${error}`;
  }
  return 'accepted';
}

const features = (items: GeoJsonItem[]): unknown[] =>
  items.flatMap((item) => (item.kind === 'feature' ? [item.feature] : []));

const point = (properties: unknown): object => ({
  type: 'Feature',
  properties,
  geometry: { type: 'Point', coordinates: [113.2, 35.2] },
});

describe('readGeoJsonStream', () => {
  it('gives the same features as JSON.parse, however the bytes are cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(
          fc.dictionary(
            fc.string(),
            fc.oneof(
              fc.string({ unit: 'binary' }),
              fc.double({ noNaN: true, min: -1e12, max: 1e12 }),
              fc.boolean(),
            ),
          ),
        ),
        fc.integer({ min: 1, max: 40 }),
        fc.constantFrom(undefined, 2),
        async (all, size, indent) => {
          const collection = {
            name: '地类{"图斑\\"',
            type: 'FeatureCollection',
            features: all.map(point),
            after: [1, { a: '}' }],
          };
          const text = JSON.stringify(collection, null, indent);
          const items = await read(text, size);
          expect(features(items)).toEqual(JSON.parse(text).features);
          expect(items.filter((item) => item.kind === 'member').map((item) => item.name)).toEqual([
            'name',
            'type',
            'after',
          ]);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('keeps every digit of an 18-digit BSM, but not at the price of text that looks like one', async () => {
    const text =
      '{"type":"FeatureCollection","features":[{"properties":{"BSM": 410821001200000123 ,"n":-4108210012000001235,"BZ":"a: 410821001200000123, b","x":1e16,"d":0.1234567890123456},"geometry":null}]}';
    expect(features(await read(text))).toEqual([
      {
        properties: {
          BSM: '410821001200000123',
          n: '-4108210012000001235',
          BZ: 'a: 410821001200000123, b',
          x: 1e16,
          d: 0.1234567890123456,
        },
        geometry: null,
      },
    ]);
  });

  it('reads plain polygons into flat rings, others as they are, however the bytes are cut', async () => {
    const ring = [
      [113.0935649699, 35.2],
      [113.1, 35.2067032359],
      [113.1, 35.3],
      [113.0935649699, 35.2],
    ];
    const flat = Float64Array.from(ring.flat());
    const shapes: [object, unknown][] = [
      [
        { type: 'Polygon', coordinates: [ring] },
        { type: 'Polygon', coordinates: [flat] },
      ],
      [
        { type: 'MultiPolygon', coordinates: [[ring, ring]] },
        { type: 'MultiPolygon', coordinates: [[flat, flat]] },
      ],
      [
        { type: 'Polygon', coordinates: [] },
        { type: 'Polygon', coordinates: [] },
      ],
      [
        { type: 'LineString', coordinates: ring },
        { type: 'LineString', coordinates: ring },
      ],
    ];
    const collection = {
      type: 'FeatureCollection',
      features: shapes.map(([geometry], n) => ({
        type: 'Feature',
        properties: { n, 名称: '旱地' },
        geometry,
      })),
    };
    for (const size of [1, 7, 1000]) {
      const read1 = features(await read(JSON.stringify(collection), size)) as { geometry: unknown }[];
      expect(read1.map(({ geometry }) => geometry)).toEqual(shapes.map(([, expected]) => expected));
      expect(read1[1]).toMatchObject({ type: 'Feature', properties: { n: 1, 名称: '旱地' } });
    }
  });

  it('counts the last of two geometries, as JSON.parse does', async () => {
    const plain = '{"type":"Polygon","coordinates":[[[1,2],[3,4],[5,6],[1,2]]]}';
    const twice = `{"type":"FeatureCollection","features":[{"geometry":${plain},"geometry":null}]}`;
    expect(features(await read(twice))).toEqual([{ geometry: null }]);
  });

  it('reads a byte order mark, an empty collection and a single Feature', async () => {
    expect(features(await read('\uFEFF{"type":"FeatureCollection","features":[]}', 3))).toEqual([]);
    const single = point({ a: 1 });
    expect(features(await read(JSON.stringify(single)))).toEqual([single]);
  });

  it.each([
    ['{"type":"FeatureCollection","features":[{"a":1},', 'bad-json'],
    ['{"type":"FeatureCollection","features":[{"a":1}]', 'bad-json'],
    ['{"type":"FeatureCollection","features":[{"a":1} {"a":2}]}', 'bad-json'],
    ['{"type":"FeatureCollection","features":[{"a":1},]}', 'bad-json'],
    ['{"type":"FeatureCollection","features":[{"a":01}]}', 'bad-json'],
    ['{"type":"FeatureCollection","features":[]} trailing', 'bad-json'],
    ['{"type":"FeatureCollection","features":[7]}', 'bad-json'],
    ['', 'bad-json'],
    ['not json', 'bad-json'],
    ['[{"type":"Feature"}]', 'bad-geojson'],
    ['{"type":"FeatureCollection"}', 'bad-geojson'],
    ['{"type":"Topology","features":[]}', 'bad-geojson'],
    ['{"type":"FeatureCollection","features":{}}', 'bad-geojson'],
    ['{"type":"FeatureCollection","features":[],"features":[]}', 'bad-geojson'],
    ['{"type":"Polygon","coordinates":[]}', 'bad-geojson'],
  ])('refuses %s as %s', async (text, code) => {
    expect(await codeOf(text)).toBe(code);
    expect(await codeOf(text, 1)).toBe(code);
  });

  it('refuses GBK text instead of importing garbled names', async () => {
    const gbk = Uint8Array.from([
      ...new TextEncoder().encode('{"type":"FeatureCollection","features":[{"properties":{"DLMC":"'),
      0xcb,
      0xae,
      0xcc,
      0xef,
      ...new TextEncoder().encode('"},"geometry":null}]}'),
    ]);
    expect(await codeOf(gbk)).toBe('bad-layer-file');
  });

  it('stops at a feature beyond the limit without collecting it', async () => {
    const text = JSON.stringify({ type: 'FeatureCollection', features: [point({ a: 'x'.repeat(5000) })] });
    expect(await codeOf(text, 100, { maxFeatureBytes: 1000 })).toBe('too-large');
    expect(await codeOf(text, 100, { maxFeatureBytes: 6000 })).toBe('accepted');
  });
});
