import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { scanJson } from '../../src/parcels/scan-json.js';

const parses = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

describe('scanJson', () => {
  it('accepts exactly what JSON.parse accepts', () => {
    const broken = fc
      .tuple(
        fc.json(),
        fc.nat(200),
        fc.nat(3),
        fc.constantFrom('', ',', '"', '\\', ']', '}', '1', '.', 'e', '-', '0', 'nul', '\n', ' '),
      )
      .map(([text, at, cut, put]) => {
        const place = at % (text.length + 1);
        return text.slice(0, place) + put + text.slice(place + cut);
      });
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json(),
          fc.json({ maxDepth: 3 }).map((text) => ` ${text}\n`),
          broken,
        ),
        (text) => {
          expect(scanJson(text, 1000).error === undefined).toBe(parses(text));
        },
      ),
      { numRuns: 3000 },
    );
  });

  it.each(['1e2345678901234567890', '-0', '1E+05', '[1e-0]', '"\\u00e9\\n"', '{"":{}}', ' [ ] '])(
    'accepts %s',
    (text) => {
      expect(parses(text)).toBe(true);
      expect(scanJson(text, 10).error).toBeUndefined();
    },
  );

  it.each([
    ['{\n "a": 1,\n}', 3, 1],
    ['{"a": NaN}', 1, 7],
    ['[1, 2', 1, 6],
    ['["a\nb"]', 1, 4],
    ['[01]', 1, 2],
    ['[1] x', 1, 5],
    ['{"a" 1}', 1, 6],
    ["{'a': 1}", 1, 2],
    ['', 1, 1],
  ])('%j is wrong at line %i column %i', (text, line, column) => {
    expect(scanJson(text, 10).error).toMatchObject({ line, column });
  });

  it('stops at the depth limit and not before', () => {
    expect(scanJson('[[[1]]]', 3).tooDeep).toBe(false);
    expect(scanJson('[[[1]]]', 2).tooDeep).toBe(true);
    expect(scanJson('['.repeat(1e6), 64).tooDeep).toBe(true);
  });

  it.each([
    ['{"type":"Polygon","coordinates":[[[1.10,2.500]]]}', [[-1, 3]]],
    ['{"geometry":{"coordinates":[[[1.12345678,2]]]}}', [[-1, 8]]],
    [
      '{"features":[{"geometry":{"coordinates":[[1.1,2]]}},{"geometry":{"coordinates":[[1.000,2]]}}]}',
      [
        [0, 1],
        [1, 3],
      ],
    ],
    // elsewhere in the file decimals mean nothing
    [
      '{"bbox":[1.123456],"features":[{"properties":{"coordinates":[1.123],"x":1.23456},"geometry":{"coordinates":[[1.1,2]]}}]}',
      [[0, 1]],
    ],
    ['{"coordinates":[[1.5e-3,2E+1]]}', [[-1, 4]]],
    ['{"coordinates":[[113.23860000000001,35.2]]}', [[-1, 4]]],
    ['{"coordinates":[[38430675.305000003,3898777.747]]}', [[-1, 3]]],
    // of two members with one name the last counts, as for JSON.parse
    ['{"coordinates":[[1.12345,2]],"coordinates":[[1.1,2]]}', [[-1, 1]]],
  ])('decimals of %s', (text, expected) => {
    expect([...scanJson(text, 10).decimals]).toEqual(expected);
  });
});
