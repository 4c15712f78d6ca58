import proj4 from 'proj4';
import { describe, expect, it } from 'vitest';
import { crsTable, gkZone3, oldDatum, zoneCrs } from '../../src/core/crs.js';

const forward = (epsg: number, lon: number, lat: number): number[] =>
  proj4(crsTable.get(epsg)!.proj4).forward([lon, lat]);

describe('CGCS2000 Gauss–Krüger codes', () => {
  it.each([
    [4526, 38_430_675.305, 3_898_777.747],
    [4547, 430_675.305, 3_898_777.747],
    [4497, 19_703_837.742, 3_900_809.081],
    [4508, 703_837.742, 3_900_809.081],
  ])('EPSG:%i has Jiaozuo 113.2386E 35.2156N at %d, %d', (epsg, east, north) => {
    const [x, y] = forward(epsg, 113.2386, 35.2156);
    expect(x).toBeCloseTo(east, 3);
    expect(y).toBeCloseTo(north, 3);
  });

  it.each([
    [4526, { zone: 38, centralMeridian: 114, zoneWidth: 3, zonePrefix: true, falseEasting: 38_500_000 }],
    [4547, { zone: 38, centralMeridian: 114, zoneWidth: 3, zonePrefix: false, falseEasting: 500_000 }],
    [4513, { zone: 25, centralMeridian: 75, zonePrefix: true }],
    [4533, { zone: 45, centralMeridian: 135, zonePrefix: true }],
    [4534, { zone: 25, centralMeridian: 75, zonePrefix: false }],
    [4554, { zone: 45, centralMeridian: 135, zonePrefix: false }],
    [4491, { zone: 13, centralMeridian: 75, zoneWidth: 6, zonePrefix: true, falseEasting: 13_500_000 }],
    [4497, { zone: 19, centralMeridian: 111, zoneWidth: 6, zonePrefix: true, falseEasting: 19_500_000 }],
    [4501, { zone: 23, centralMeridian: 135, zoneWidth: 6, zonePrefix: true }],
    [4502, { zone: 13, centralMeridian: 75, zoneWidth: 6, zonePrefix: false }],
    [4508, { zone: 19, centralMeridian: 111, zoneWidth: 6, zonePrefix: false }],
    [4512, { zone: 23, centralMeridian: 135, zoneWidth: 6, zonePrefix: false }],
  ])('EPSG:%i is what the registry says', (epsg, expected) => {
    expect(crsTable.get(epsg)).toMatchObject({ epsg, kind: 'gauss-kruger', ...expected });
  });

  it('are all there, once: 42 of 3°, 22 of 6°, and two geographic', () => {
    expect([...crsTable.values()].filter(({ kind }) => kind === 'gauss-kruger')).toHaveLength(64);
    expect(
      [...crsTable.values()].filter(({ kind }) => kind === 'geographic').map(({ epsg }) => epsg),
    ).toEqual([4490, 4326]);
    for (const [epsg, crs] of crsTable) expect(crs.epsg).toBe(epsg);
  });

  it('have east before north: no +axis', () => {
    for (const { proj4: definition } of crsTable.values()) expect(definition).not.toContain('+axis');
  });
});

describe('3° zones', () => {
  it.each([
    [112.4999, 37],
    [112.5, 38],
    [113.2386, 38],
    [115.4999, 38],
    [115.5, 39],
    [73.5, 25],
    [135.1, 45],
  ])('%d°E is in zone %i', (lon, zone) => {
    expect(gkZone3(lon)).toBe(zone);
  });

  it('name their CRS, and none outside China', () => {
    expect(zoneCrs(38).epsg).toBe(4526);
    expect(() => zoneCrs(24)).toThrow(RangeError);
    expect(() => zoneCrs(46)).toThrow(RangeError);
  });

  it('the same point has other coordinates in the next zone', () => {
    expect(forward(4526, 112.6, 35.07)[0]).toBeCloseTo(38_372_301, 0);
    expect(forward(4525, 112.6, 35.07)[0]).toBeCloseTo(37_645_943, 0);
  });
});

describe('old datums', () => {
  it.each([4610, 2327, 2337, 2338, 2348, 2349, 2362, 2369, 2370, 2383, 2390])(
    'EPSG:%i is Xi’an 80',
    (epsg) => {
      expect(oldDatum(epsg)).toBe('xian80');
    },
  );
  it.each([4214, 4555, 2401, 2414, 2421, 2422, 2435, 2442, 21413, 21423, 21453, 21463])(
    'EPSG:%i is Beijing 54',
    (epsg) => {
      expect(oldDatum(epsg)).toBe('beijing54');
    },
  );
  it.each([4490, 4326, 4526, 2326, 2391, 2400, 2443, 21412, 21424, 21464, 3857])(
    'EPSG:%i is neither',
    (epsg) => {
      expect(oldDatum(epsg)).toBeUndefined();
    },
  );
  it('are not in the table of accepted systems', () => {
    for (const epsg of crsTable.keys()) expect(oldDatum(epsg)).toBeUndefined();
  });
});
