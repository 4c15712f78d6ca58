import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { crsTable } from '../../src/core/crs.js';
import type { MultiPolygonRings, Ring } from '../../src/core/geometry-types.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { officialAreaCents, officialAreaM2, planeAreaM2 } from '../../src/geometry/official-area.js';
import { planeToAnalysis, toLonLat, toPlane } from '../../src/geometry/planes.js';

/** Vectors recomputed from two public implementations of the official algorithm. */
const golden = JSON.parse(
  readFileSync(new URL('../cases/geometry/golden-area.json', import.meta.url), 'utf8'),
) as {
  name: string;
  epsg: number;
  ring_EN: [number, number][];
  planar: number;
  official_sm: number;
  official_2dp: number;
  geodesic_dens5m: number;
}[];

const crs = (epsg: number) => crsTable.get(epsg)!;
const shifted = (ring: Ring, east: number): Ring => ring.map(([x, y]) => [x + east, y]);
const byName = (name: string) => golden.find((item) => item.name.startsWith(name))!;

describe('official ellipsoid area', () => {
  it('has eight vectors to meet', () => expect(golden).toHaveLength(8));

  it.each(golden)('$name', ({ epsg, ring_EN, planar, official_sm, official_2dp, geodesic_dens5m }) => {
    const rings = [[ring_EN]];
    const area = officialAreaM2(rings, crs(epsg));
    expect(Math.abs(area - official_sm)).toBeLessThan(0.005);
    expect(officialAreaCents(rings, crs(epsg))).toBe(Math.round(official_2dp * 100));
    expect(Math.abs(area - geodesic_dens5m)).toBeLessThan(0.01);
    expect(Math.abs(planeAreaM2(rings) - planar)).toBeLessThan(0.0001);
  });

  it.each(golden)('$name: the analysis plane agrees within 0.008 m²', ({ epsg, ring_EN }) => {
    const plane = planarAreaM2(planeToAnalysis([[ring_EN]], crs(epsg)));
    expect(Math.abs(plane - officialAreaM2([[ring_EN]], crs(epsg)))).toBeLessThan(0.008);
  });

  it.each(golden)('$name: the same with the zone in front of the easting', ({ ring_EN }) => {
    const prefixed = [[shifted(ring_EN, 38_000_000)]];
    // an easting of 8 digits holds 7 nm, which may move a rounded arc-second
    expect(
      Math.abs(officialAreaM2(prefixed, crs(4526)) - officialAreaM2([[ring_EN]], crs(4547))),
    ).toBeLessThan(0.002);
    expect(officialAreaCents(prefixed, crs(4526))).toBe(officialAreaCents([[ring_EN]], crs(4547)));
  });

  it('subtracts holes, whatever the winding', () => {
    const outer = byName('hole outer').ring_EN;
    const inner = byName('hole inner').ring_EN;
    const donut = officialAreaM2([[outer, inner]], crs(4547));
    expect(donut).toBeCloseTo(39995.1814 - 1999.7587, 3);
    expect(officialAreaM2([[[...outer].reverse(), [...inner].reverse()]], crs(4547))).toBeCloseTo(donut, 6);
  });

  it('adds the parts of a multipolygon', () => {
    const [a, b] = [byName('sq44').ring_EN, byName('rect').ring_EN];
    const both = officialAreaM2([[a], [shifted(b, 2000)]], crs(4547));
    const apart = officialAreaM2([[a]], crs(4547)) + officialAreaM2([[shifted(b, 2000)]], crs(4547));
    expect(both).toBeCloseTo(apart, 9);
  });

  it('is the same ground in the 6° zone and in the next 3° zone', () => {
    const lonLat = toLonLat([[byName('rect').ring_EN]], crs(4547));
    for (const epsg of [4497, 4508, 4525]) {
      const elsewhere = toPlane(lonLat, crs(epsg));
      // straight in another plane is another edge: 500 m bulge by square centimetres, corners round to 0.1 mm
      expect(Math.abs(officialAreaM2(elsewhere, crs(epsg)) - 149982.02)).toBeLessThan(0.5);
    }
  });

  it('keeps plane and ellipsoid apart at the 3 mu limit', () => {
    const { ring_EN } = byName('3mu');
    expect(planeAreaM2([[ring_EN]])).toBeGreaterThan(2000);
    expect(officialAreaCents([[ring_EN]], crs(4547))).toBeLessThanOrEqual(200_000);
  });

  it('does not depend on the vertex a ring starts from or on its direction', () => {
    const open = byName('quad').ring_EN.slice(1);
    const areas = open.flatMap((_, k) => {
      const turned = [...open.slice(k), ...open.slice(0, k)];
      const ring = [...turned, turned[0]!];
      return [ring, [...ring].reverse()].map((r) => officialAreaCents([[r]], crs(4547)));
    });
    expect(new Set(areas).size).toBe(1);
  });

  it('takes coordinates to a tenth of a millimetre, as the document does', () => {
    const { ring_EN } = byName('quad');
    const noise = [0.00004, -0.00003, 0.00002, 0.00001, 0.00004];
    const noisy: Ring = ring_EN.map(([x, y], i) => [x + noise[i]!, y - noise[i]!]);
    expect(planeAreaM2([[noisy]])).not.toBe(planeAreaM2([[ring_EN]]));
    expect(officialAreaM2([[noisy]], crs(4547))).toBe(officialAreaM2([[ring_EN]], crs(4547)));
  });

  it('refuses degrees', () => {
    const degrees: MultiPolygonRings = [
      [
        [
          [113, 35],
          [113.1, 35],
          [113.1, 35.1],
          [113, 35],
        ],
      ],
    ];
    expect(() => officialAreaM2(degrees, crs(4490))).toThrow(expect.objectContaining({ code: 'internal' }));
  });
});
