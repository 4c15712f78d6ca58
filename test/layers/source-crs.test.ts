import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { readShape } from '../../src/layers/read-shape.js';
import {
  checkPlausible,
  choosePlaneZone,
  readCrsMember,
  readEpsg,
  resolveSourceCrs,
} from '../../src/layers/source-crs.js';

function refusal(work: () => unknown): { code: string; zh: string } | undefined {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, zh: error.facts.detail?.zh ?? '' };
    throw error;
  }
  return undefined;
}

describe('CRS of a layer file', () => {
  it.each([
    ['4526', 4526],
    ['EPSG:4526', 4526],
    ['urn:ogc:def:crs:EPSG::4547', 4547],
    ['http://www.opengis.net/def/crs/EPSG/0/4490', 4490],
    ['urn:ogc:def:crs:OGC:1.3:CRS84', 4326],
    ['CGCS2000', undefined],
  ])('reads %s', (name, epsg) => {
    expect(readEpsg(name)).toBe(epsg);
  });

  it('takes longitude and latitude when nobody says anything, and notes WGS 84', () => {
    expect(resolveSourceCrs(undefined, undefined)).toMatchObject({ crs: { epsg: 4490 }, from: 'default' });
    expect(resolveSourceCrs(undefined, 'CRS84').note?.code).toBe('wgs84-as-cgcs2000');
    expect(resolveSourceCrs(4490, 'CRS84').crs.epsg).toBe(4490);
  });

  it.each([
    ['option and file disagree', () => resolveSourceCrs(4526, 'EPSG:4527')],
    ['an unknown code', () => resolveSourceCrs(3857, undefined)],
    ["Xi'an 80", () => resolveSourceCrs(2362, undefined)],
    ['an unreadable crs member', () => readCrsMember({ type: 'link' })],
  ])('refuses %s', (_, work) => {
    expect(refusal(work)?.code).toBe('bad-crs');
  });

  it('names the likely cause', () => {
    const degrees = resolveSourceCrs(undefined, undefined);
    const zone38 = resolveSourceCrs(4526, undefined);
    const prefixed = [38430000, 3898000, 38430100, 3898100] as const;
    expect(refusal(() => checkPlausible(prefixed, degrees, 1))?.zh).toContain('4526');
    expect(refusal(() => checkPlausible([35.1, 113.1, 35.2, 113.2], degrees, 1))?.zh).toContain('颠倒');
    expect(refusal(() => checkPlausible([3898000, 38430000, 3898100, 38430100], zone38, 1))?.zh).toContain(
      '颠倒',
    );
    expect(refusal(() => checkPlausible([113.1, 35.1, 113.2, 35.2], zone38, 1))?.zh).toContain('4490');
    expect(refusal(() => checkPlausible(prefixed, zone38, 1))).toBeUndefined();
  });

  it('keeps a 3° zone and places everything else', () => {
    expect(choosePlaneZone(resolveSourceCrs(4525, undefined).crs, 113)).toBe(37);
    expect(choosePlaneZone(resolveSourceCrs(4497, undefined).crs, 113.2)).toBe(38);
    expect(choosePlaneZone(resolveSourceCrs(4490, undefined).crs, 112.4)).toBe(37);
  });
});

describe('shape of a feature', () => {
  it('strips Z, closes rings and says so', () => {
    const coordinates = [
      [
        [0, 0, 5],
        [1, 0, 5],
        [1, 1, 5],
      ],
    ];
    expect(readShape({ type: 'Polygon', coordinates })).toEqual({
      shape: {
        rings: [[Float64Array.of(0, 0, 1, 0, 1, 1, 0, 0)]],
        mended: ['ring not closed'],
        vertices: 3,
      },
    });
  });

  it('takes flat rings as it takes positions', () => {
    const open = Float64Array.of(0, 0, 1, 0, 1, 1);
    const flat = readShape({ type: 'MultiPolygon', coordinates: [[open], [open.slice(0, 4)]] });
    const positions = [
      [0, 0],
      [1, 0],
      [1, 1],
    ];
    const nested = readShape({ type: 'MultiPolygon', coordinates: [[positions], [positions.slice(0, 2)]] });
    expect(flat).toEqual(nested);
    expect(nested).toMatchObject({ shape: { mended: ['ring not closed', 'a part without area'] } });
  });

  it.each([
    [null, 'no geometry'],
    [{ type: 'LineString', coordinates: [] }, 'geometry type LineString'],
    [{ type: 'Polygon', coordinates: [] }, 'empty geometry'],
    [
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 1],
            [0, 0],
          ],
        ],
      },
      'empty geometry',
    ],
    [
      {
        type: 'Polygon',
        coordinates: [
          [
            [0, 0],
            [1, 'x'],
            [0, 1],
            [0, 0],
          ],
        ],
      },
      'coordinate 1 of a ring is not a pair of numbers',
    ],
    [{ type: 'Polygon', coordinates: 'no' }, 'coordinates are not an array'],
    [
      { type: 'Polygon', coordinates: [Float64Array.of(0, 0, 1, Infinity, 0, 1, 0, 0)] },
      'coordinate 1 of a ring is not a pair of numbers',
    ],
  ])('cannot use %j', (geometry, unusable) => {
    expect(readShape(geometry)).toEqual({ unusable });
  });
});
