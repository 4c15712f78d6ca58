import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import proj4 from 'proj4';
import { describe, expect, it } from 'vitest';
import { ANALYSIS_PROJ4, crsTable, zoneCrs } from '../../src/core/crs.js';
import type { MultiPolygonRings, Position, Ring } from '../../src/core/geometry-types.js';
import { edgesOf, overlapAreaM2, planarAreaM2 } from '../../src/geometry/area-kernel.js';
import {
  analysisToLonLat,
  breakEdge,
  lonLatToAnalysis,
  planeToAnalysis,
  toLonLat,
  toPlane,
} from '../../src/geometry/planes.js';

/** Coordinates computed with PROJ 9.5. */
const cases = JSON.parse(readFileSync(new URL('../cases/geometry/planes.json', import.meta.url), 'utf8')) as {
  toleranceM: number;
  projected: { epsg: number; lon: number; lat: number; east: number; north: number }[];
  analysis: { lon: number; lat: number; x: number; y: number }[];
};

const point = (x: number, y: number): MultiPolygonRings => [[[[x, y]]]];
const only = (rings: MultiPolygonRings): Position => rings[0]![0]![0]!;
const crs38 = zoneCrs(38);
const box = (x: number, y: number, width: number, height: number): Ring => [
  [x, y],
  [x + width, y],
  [x + width, y + height],
  [x, y + height],
  [x, y],
];

describe('Gauss–Krüger', () => {
  it.each(cases.projected)('EPSG:$epsg at $lon, $lat', ({ epsg, lon, lat, east, north }) => {
    const crs = crsTable.get(epsg)!;
    const [x, y] = only(toPlane(point(lon, lat), crs));
    expect(Math.abs(x - east)).toBeLessThan(cases.toleranceM);
    expect(Math.abs(y - north)).toBeLessThan(cases.toleranceM);
    const [backLon, backLat] = only(toLonLat(point(east, north), crs));
    expect(Math.abs(backLon - lon)).toBeLessThan(1e-10);
    expect(Math.abs(backLat - lat)).toBeLessThan(1e-10);
  });

  it('takes geographic coordinates as they are', () => {
    const rings = point(113.2386, 35.2156);
    expect(toLonLat(rings, crsTable.get(4490)!)).toBe(rings);
    expect(toLonLat(rings, crsTable.get(4326)!)).toBe(rings);
  });

  it('refuses to project into a geographic system, and coordinates that no formula can take', () => {
    expect(() => toPlane(point(113, 35), crsTable.get(4490)!)).toThrow(
      expect.objectContaining({ code: 'internal' }),
    );
    expect(() => toLonLat(point(Number.NaN, 0), crs38)).toThrow(expect.objectContaining({ code: 'bad-crs' }));
    expect(() => toPlane(point(113, Infinity), crs38)).toThrow(expect.objectContaining({ code: 'bad-crs' }));
  });
});

describe('analysis plane', () => {
  it.each(cases.analysis)('at $lon, $lat', ({ lon, lat, x, y }) => {
    const [px, py] = only(lonLatToAnalysis(point(lon, lat), 38));
    expect(Math.abs(px - x)).toBeLessThan(cases.toleranceM);
    expect(Math.abs(py - y)).toBeLessThan(cases.toleranceM);
    const [backLon, backLat] = only(analysisToLonLat(point(x, y)));
    expect(Math.abs(backLon - lon)).toBeLessThan(1e-10);
    expect(Math.abs(backLat - lat)).toBeLessThan(1e-10);
  });

  it('breaks edges longer than 70 m into floor(d / 70) + 1 equal parts and no others', () => {
    const count = (length: number): number =>
      planeToAnalysis([[box(38_430_000, 3_898_000, length, 10)]], crs38)[0]![0]!.length - 5;
    expect(count(69.9)).toBe(0);
    expect(count(70)).toBe(0);
    expect(count(70.5)).toBe(2);
    expect(count(139)).toBe(2);
    expect(count(140)).toBe(4);
    expect(count(1300)).toBe(2 * 18);
  });

  it('keeps the vertices of lon/lat input to the last bit of their own projection', () => {
    const ring: Ring = [
      [113.2386, 35.2156],
      [113.2486, 35.2156],
      [113.2486, 35.2256],
      [113.2386, 35.2156],
    ];
    const placed = new Set(lonLatToAnalysis([[ring]], 38)[0]![0]!.map(String));
    const direct = proj4(ANALYSIS_PROJ4);
    for (const [lon, lat] of ring) expect(placed).toContain(String(direct.forward([lon, lat])));
    expect(placed.size).toBeGreaterThan(40);
  });

  it('is reached from the plane and from lon/lat within a micrometre', () => {
    const plane: MultiPolygonRings = [[box(38_430_000, 3_898_000, 800, 300)]];
    const direct = planeToAnalysis(plane, crs38)[0]![0]!;
    const through = lonLatToAnalysis(toLonLat(plane, crs38), 38)[0]![0]!;
    expect(through.length).toBe(direct.length);
    direct.forEach(([x, y], i) => {
      expect(Math.hypot(through[i]![0] - x, through[i]![1] - y)).toBeLessThan(1e-6);
    });
  });

  it('lets neighbours share a long slanted border to the last bit: no overlap, no gap', () => {
    const [p, q]: Position[] = [
      [38_430_000.123, 3_898_000.456],
      [38_431_213.789, 3_898_700.111],
    ];
    const north: Ring = [p!, q!, [38_430_000, 3_899_500], p!];
    const south: Ring = [q!, p!, [38_431_000, 3_897_000], q!];
    const [a, b] = [planeToAnalysis([[north]], crs38), planeToAnalysis([[south]], crs38)];
    const inserted = a[0]![0]!.slice(1, 20).map(String);
    expect(b[0]![0]!.map(String)).toEqual(expect.arrayContaining(inserted));
    const [x, y] = a[0]![0]![0]!;
    expect(Math.abs(overlapAreaM2(edgesOf(a, x, y), edgesOf(b, x, y)))).toBeLessThan(1e-7);
  });

  it('would make neighbours overlap by square metres without breaking their border', () => {
    // what the 70 m rule is for: one side has a vertex in the middle of a straight border, the other has not
    const [p, q]: Position[] = [
      [38_430_000, 3_898_000],
      [38_431_300, 3_898_900],
    ];
    const middle: Position = [38_430_650, 3_898_450];
    const vertices = (rings: MultiPolygonRings): MultiPolygonRings => {
      const lonLat = toLonLat(rings, crs38);
      return lonLat.map((polygon) =>
        polygon.map((ring) => ring.map(([x, y]) => only(lonLatToAnalysis(point(x, y), 38)))),
      );
    };
    const gap = (change: (rings: MultiPolygonRings) => MultiPolygonRings): number => {
      const triangle = change([[[p!, q!, middle, p!]]]);
      return planarAreaM2(triangle);
    };
    expect(gap(vertices)).toBeGreaterThan(0.5);
    expect(gap((rings) => planeToAnalysis(rings, crs38))).toBeLessThan(0.02);
  });
});

describe('breaking an edge', () => {
  it('gives the same points, bit for bit, in the opposite order from the other side', () => {
    const coordinate = fc.double({ min: -5000, max: 5000, noNaN: true });
    fc.assert(
      fc.property(coordinate, coordinate, coordinate, coordinate, (x1, y1, x2, y2) => {
        const points = (p: Position, q: Position): Position[] => {
          const out: Position[] = [];
          breakEdge(p, q, (x, y) => out.push([x, y]));
          return out;
        };
        const there = points([x1, y1], [x2, y2]);
        expect(points([x2, y2], [x1, y1]).reverse()).toEqual(there);
        const length = Math.hypot(x2 - x1, y2 - y1);
        expect(Math.abs(there.length - (length > 70 ? Math.floor(length / 70) : 0))).toBeLessThanOrEqual(1);
      }),
    );
  });
});
