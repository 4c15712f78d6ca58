import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MultiPolygonRings, Position, Ring } from '../../src/core/geometry-types.js';
import { edgesOf, overlapAreaM2, planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { cutToTiles } from '../../src/geometry/cut-to-tiles.js';
import { nastyPairs, seeded, star } from './nasty-pairs.js';

const box = (x0: number, y0: number, x1: number, y1: number): Ring => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
  [x0, y0],
];
const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
const partAreas = (rings: MultiPolygonRings, size: number): number[] =>
  cutToTiles(rings, size).map((cut) => planarAreaM2(cut.rings));

describe('cutting to tiles', () => {
  it('leaves a polygon within one tile as it is', () => {
    const rings: MultiPolygonRings = [[box(10, 10, 20, 20), box(12, 12, 14, 14)]];
    expect(cutToTiles(rings, 100)).toEqual([{ tileX: 0, tileY: 0, rings }]);
  });

  it('cuts a rectangle over four tiles, negative ones included', () => {
    const cuts = cutToTiles([[box(-30, -20, 50, 60)]], 100);
    expect(cuts.map(({ tileX, tileY, rings }) => [tileX, tileY, planarAreaM2(rings)])).toEqual([
      [-1, -1, 600],
      [-1, 0, 1800],
      [0, -1, 1000],
      [0, 0, 3000],
    ]);
  });

  it('does not reach over a border that lies on a tile line', () => {
    expect(cutToTiles([[box(0, 0, 100, 100)]], 100)).toHaveLength(1);
    expect(cutToTiles([[box(100, 100, 300, 200)]], 100).map(({ tileX, tileY }) => [tileX, tileY])).toEqual([
      [1, 1],
      [2, 1],
    ]);
  });

  it('puts every part inside its tile, on the exact values of the lines', () => {
    for (const { tileX, tileY, rings } of cutToTiles([[star(seeded(5), 300, 40.5, -13.25, 900, 0.6)]], 128)) {
      for (const [x, y] of rings.flat(2)) {
        expect(x).toBeGreaterThanOrEqual(tileX * 128);
        expect(x).toBeLessThanOrEqual((tileX + 1) * 128);
        expect(y).toBeGreaterThanOrEqual(tileY * 128);
        expect(y).toBeLessThanOrEqual((tileY + 1) * 128);
      }
      for (const ring of rings.flat()) expect(ring[0]).toEqual(ring[ring.length - 1]);
    }
  });

  it('leaves out tiles that a hole fills, and keeps what is left around it', () => {
    const cuts = cutToTiles([[box(-50, -50, 550, 550), box(50, 50, 450, 450)]], 100);
    const names = cuts.map(({ tileX, tileY }) => `${tileX} ${tileY}`);
    expect(names).not.toContain('2 2');
    expect(names).toHaveLength(7 * 7 - 3 * 3);
    expect(sum(cuts.map((cut) => planarAreaM2(cut.rings)))).toBe(600 * 600 - 400 * 400);
  });

  it('keeps the parts of several polygons of one tile together', () => {
    const cuts = cutToTiles([[box(10, 10, 20, 20)], [box(30, 30, 150, 40)]], 100);
    expect(cuts.map(({ rings }) => rings.length)).toEqual([2, 1]);
  });

  it('gives neighbours identical bits along a shared border, however each of them is halved', () => {
    const random = seeded(11);
    for (let round = 0; round < 60; round++) {
      const p: Position = [3000 * random(), 3000 * random()];
      const q: Position = [3000 * random(), 3000 * random()];
      const apex = (): Position => [9000 * random() - 3000, 9000 * random() - 3000];
      const onBorder = (ring: Ring): Set<string> => pointsOn(p, q, cutToTiles([[ring]], 250));
      const [r, s] = [apex(), apex()];
      expect(onBorder([p, q, r, p])).toEqual(onBorder([q, p, s, q]));
    }
  });

  it('adds up to the whole for every polygon of the robustness corpus', () => {
    for (const { name, a } of nastyPairs()) {
      const whole = planarAreaM2(a);
      for (const size of [7, 64]) {
        expect(Math.abs(sum(partAreas(a, size)) - whole), name).toBeLessThanOrEqual(1e-9 * whole + 1e-9);
      }
    }
  });

  it('changes no overlap: tile by tile is the same as at once', () => {
    for (const { name, a, b } of nastyPairs()) {
      const size = 50;
      const others = new Map(cutToTiles(b, size).map((cut) => [`${cut.tileX} ${cut.tileY}`, cut.rings]));
      let parts = 0;
      for (const { tileX, tileY, rings } of cutToTiles(a, size)) {
        const other = others.get(`${tileX} ${tileY}`);
        if (!other) continue;
        const [x, y] = [tileX * size, tileY * size];
        parts += overlapAreaM2(edgesOf(rings, x, y), edgesOf(other, x, y));
      }
      const [x, y] = a[0]![0]![0]!;
      const whole = overlapAreaM2(edgesOf(a, x, y), edgesOf(b, x, y));
      // moved to 3.8·10⁷ the coordinates of cuts have 7 nm steps
      const allowed =
        1e-9 * Math.max(planarAreaM2(a), planarAreaM2(b)) + (name.startsWith('far') ? 1e-5 : 1e-9);
      expect(Math.abs(parts - whole), name).toBeLessThanOrEqual(allowed);
    }
  });

  it('cuts 100,000 vertices with holes without losing ground', () => {
    const shell = star(seeded(1), 100_000, 0, 0, 20_000, 0.01);
    const holes = [-8000, 0, 8000].map((x) => star(seeded(2), 5000, x, 500, 3000, 0.2));
    const rings: MultiPolygonRings = [[shell, ...holes]];
    const whole = planarAreaM2(rings);
    expect(Math.abs(sum(partAreas(rings, 1000)) - whole)).toBeLessThan(1e-9 * whole);
  });

  it('refuses coordinates that would make more tiles than can be right', () => {
    expect(() => cutToTiles([[box(0, 0, 1e9, 1e9)]], 100)).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
    expect(() => cutToTiles([[box(0, 0, Number.NaN, Infinity)]], 100)).toThrow(
      expect.objectContaining({ code: 'too-large' }),
    );
  });

  it('has nothing to cut in nothing', () => {
    expect(cutToTiles([], 100)).toEqual([]);
    expect(
      cutToTiles(
        [
          [
            [
              [1, 1],
              [2, 2],
              [1, 1],
            ],
          ],
        ],
        100,
      ),
    ).toEqual([]);
  });

  it('adds up for random polygons and tile sizes', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 3, max: 40 }),
        fc.integer(),
        fc.double({ min: 5, max: 700, noNaN: true }),
        fc.double({ min: 20, max: 300, noNaN: true }),
        (n, seed, radius, size) => {
          const rings: MultiPolygonRings = [[star(seeded(seed), n, 3.3, -8.8, radius, 0.8)]];
          const whole = planarAreaM2(rings);
          expect(Math.abs(sum(partAreas(rings, size)) - whole)).toBeLessThanOrEqual(1e-9 * whole + 1e-9);
        },
      ),
    );
  });
});

/** Every vertex of the parts that lies on segment pq (within 1 µm), by its exact value. */
function pointsOn(p: Position, q: Position, cuts: ReturnType<typeof cutToTiles>): Set<string> {
  const [dx, dy] = [q[0] - p[0], q[1] - p[1]];
  const length = Math.hypot(dx, dy);
  const found = new Set<string>();
  for (const { rings } of cuts) {
    for (const [x, y] of rings.flat(2)) {
      const along = ((x - p[0]) * dx + (y - p[1]) * dy) / length;
      const off = Math.abs((x - p[0]) * dy - (y - p[1]) * dx) / length;
      if (off < 1e-6 && along > -1e-6 && along < length + 1e-6) found.add(`${x} ${y}`);
    }
  }
  return found;
}
