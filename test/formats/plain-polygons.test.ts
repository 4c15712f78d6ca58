import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findPlainGeometry } from '../../src/formats/plain-polygons.js';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

/** What is found, with nested positions, and the text around it. */
function read(text: string): { geometry: unknown; rest: string } | undefined {
  const bytes = bytesOf(text);
  const found = findPlainGeometry(bytes);
  if (!found) return undefined;
  const { type, coordinates } = found.geometry;
  const nest = (node: unknown): unknown =>
    node instanceof Float64Array
      ? Array.from({ length: node.length / 2 }, (_, i) => [node[2 * i], node[2 * i + 1]])
      : (node as unknown[]).map(nest);
  const [before, after] = [bytes.subarray(0, found.from), bytes.subarray(found.to)].map((part) =>
    new TextDecoder().decode(part),
  );
  return { geometry: { type, coordinates: nest(coordinates) }, rest: `${before}·${after}` };
}

const numberText = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(JSON.stringify),
  fc.double({ min: 73, max: 136, noNaN: true }).map((value) => value.toFixed(10)),
  fc.double({ min: -1e7, max: 4e7, noNaN: true }).map((value) => value.toFixed(4)),
  fc.tuple(fc.nat(), fc.bigInt(0n, 10n ** 22n)).map(([whole, decimals]) => `${whole}.${decimals}`),
  fc.bigInt(-(10n ** 25n), 10n ** 25n).map(String),
  fc.constantFrom('0', '-0', '0.0', '1e3', '-1.5E-7', '1E+400', '9007199254740993', '9007199254740992.5'),
);

describe('findPlainGeometry', () => {
  it('reads every number as JSON.parse does, to the bit', () => {
    fc.assert(
      fc.property(fc.array(numberText, { minLength: 2, maxLength: 40 }), (numbers) => {
        const ring = numbers.slice(1).map((y, i) => `[${numbers[i]},${y}]`);
        const text = `{"geometry":{"type":"Polygon","coordinates":[[${ring}]]}}`;
        expect(read(text)?.geometry).toEqual(JSON.parse(text).geometry);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads polygons and multipolygons among any properties and white space, and nothing but them', () => {
    const position = fc.array(fc.double({ noNaN: true, min: 0, max: 180 }), { minLength: 2, maxLength: 2 });
    const ring = fc.array(position, { minLength: 1, maxLength: 5 });
    const polygon = fc.array(ring, { minLength: 1, maxLength: 3 });
    const geometry = fc.oneof(
      fc.record({ type: fc.constant('Polygon'), coordinates: polygon }),
      fc.record({
        type: fc.constant('MultiPolygon'),
        coordinates: fc.array(polygon, { minLength: 1, maxLength: 3 }),
      }),
    );
    const properties = fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue());
    fc.assert(
      fc.property(
        geometry,
        properties,
        fc.boolean(),
        fc.constantFrom(0, 1, '\t'),
        (shape, other, first, indent) => {
          const members = { other: { ...other, geometry: 'a "geometry": {' } };
          const feature = first ? { geometry: shape, ...members } : { ...members, geometry: shape };
          const text = JSON.stringify(feature, null, indent);
          const found = read(text);
          expect(found?.geometry).toEqual(JSON.parse(text).geometry);
          expect(JSON.parse(found!.rest.replace('·', '0'))).toEqual({ ...JSON.parse(text), geometry: 0 });
        },
      ),
    );
  });

  it('leaves out a third coordinate', () => {
    const text = '{"geometry":{"coordinates":[[[1,2,3],[4,5,6,7]]],"type":"Polygon"}}';
    expect(read(text)?.geometry).toEqual({
      type: 'Polygon',
      coordinates: [
        [
          [1, 2],
          [4, 5],
        ],
      ],
    });
  });

  it.each([
    ['no geometry', '{"a":1}'],
    ['none', '{"geometry":null}'],
    ['another type', '{"geometry":{"type":"Point","coordinates":[1,2]}}'],
    ['a polygon nested like two', '{"geometry":{"type":"Polygon","coordinates":[[[[1,2]]]]}}'],
    ['two nested like one', '{"geometry":{"type":"MultiPolygon","coordinates":[[[1,2]]]}}'],
    ['another member', '{"geometry":{"type":"Polygon","bbox":[0,0,1,1],"coordinates":[[[1,2]]]}}'],
    ['an empty ring', '{"geometry":{"type":"Polygon","coordinates":[[]]}}'],
    ['a position of one', '{"geometry":{"type":"Polygon","coordinates":[[[1]]]}}'],
    ['text for a number', '{"geometry":{"type":"Polygon","coordinates":[[["1",2]]]}}'],
    ['a leading zero', '{"geometry":{"type":"Polygon","coordinates":[[[01,2]]]}}'],
    ['a sign', '{"geometry":{"type":"Polygon","coordinates":[[[+1,2]]]}}'],
    ['a point without digits', '{"geometry":{"type":"Polygon","coordinates":[[[1.,2]]]}}'],
    ['a point first', '{"geometry":{"type":"Polygon","coordinates":[[[.5,2]]]}}'],
    ['half an exponent', '{"geometry":{"type":"Polygon","coordinates":[[[1e,2]]]}}'],
    ['a comma too many', '{"geometry":{"type":"Polygon","coordinates":[[[1,2],]]}}'],
    ['a comma too few', '{"geometry":{"type":"Polygon","coordinates":[[[1 2]]]}}'],
    ['a bracket too few', '{"geometry":{"type":"Polygon","coordinates":[[[1,2]]}}'],
    ['the text cut off', '{"geometry":{"type":"Polygon","coordinates":[[[1,2'],
    ['a name that is not closed', '{"geometry'],
    [
      'a geometry of its properties only',
      '{"properties":{"geometry":{"type":"Polygon","coordinates":[[[1,2]]]}}}',
    ],
  ])('leaves to JSON.parse: %s', (_, text) => {
    expect(read(text)).toBeUndefined();
  });
});
