import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { generalisePolygon } from '../../src/ogc/tiles/generalise.js';

const square = { least: -64, most: 4160 };
type TileRing = (readonly [number, number])[];
const drawn = (...rings: TileRing[]): TileRing[] =>
  generalisePolygon(
    rings.map((ring) => Float64Array.from(ring.flat())),
    square,
    0.5,
  ).map((ring) => ring.map(({ x, y }): readonly [number, number] => [x, y]));

/** A ring around a centre, its points at rising angles: it never crosses itself. */
const star = fc
  .record({
    x: fc.integer({ min: -200, max: 4300 }),
    y: fc.integer({ min: -200, max: 4300 }),
    radii: fc.array(fc.double({ min: 5, max: 900, noNaN: true }), { minLength: 3, maxLength: 60 }),
    turned: fc.boolean(),
  })
  .map(({ x, y, radii, turned }): TileRing => {
    const ring = radii.map((radius, i): [number, number] => {
      const angle = (2 * Math.PI * i) / radii.length;
      return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)];
    });
    ring.push(ring[0]!);
    return turned ? ring.reverse() : ring;
  });

function distanceToRing([px, py]: readonly [number, number], ring: TileRing): number {
  let least = Infinity;
  for (let i = 1; i < ring.length; i++) {
    const [[ax, ay], [bx, by]] = [ring[i - 1]!, ring[i]!];
    const [dx, dy] = [bx - ax, by - ay];
    const length = dx * dx + dy * dy;
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length));
    least = Math.min(least, Math.hypot(px - ax - share * dx, py - ay - share * dy));
  }
  return least;
}

const inside = ([x, y]: readonly [number, number]): boolean => x >= 0 && x <= 4096 && y >= 0 && y <= 4096;
const doubled = (ring: TileRing): number =>
  ring.slice(1).reduce((sum, [x, y], i) => sum + ring[i]![0] * y - x * ring[i]![1], 0);

describe('a polygon of a tile', () => {
  it('keeps every point of its border within a tile unit, in whole units, closed, wound for MVT', () => {
    fc.assert(
      fc.property(star, (ring) => {
        const [outer] = drawn(ring);
        if (!outer) return;
        expect(outer.flat().every(Number.isInteger)).toBe(true);
        expect(outer[0]).toEqual(outer.at(-1));
        expect(doubled(outer)).toBeGreaterThan(0);
        for (const point of ring.filter(inside)) expect(distanceToRing(point, outer)).toBeLessThan(1.21);
        for (const [x, y] of outer) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(square.least);
          expect(Math.max(x, y)).toBeLessThanOrEqual(square.most);
        }
      }),
    );
  });

  it('winds its holes the other way, and vanishes when it is smaller than a unit or lies elsewhere', () => {
    const box = (x: number, y: number, size: number): TileRing => [
      [x, y],
      [x + size, y],
      [x + size, y + size],
      [x, y + size],
      [x, y],
    ];
    const [outer, hole] = drawn(box(100, 100, 500), box(200, 200, 100));
    expect([doubled(outer!) > 0, doubled(hole!) < 0]).toEqual([true, true]);
    expect(drawn(box(100, 100, 500), box(200, 200, 0.3))).toHaveLength(1);
    expect(drawn(box(100.1, 100.1, 0.2))).toEqual([]);
    expect(drawn(box(9000, 100, 500))).toEqual([]);
  });

  it('is cut to the tile with its margin', () => {
    const wide: TileRing = [
      [-9000, -9000],
      [9000, -9000],
      [9000, 9000],
      [-9000, 9000],
      [-9000, -9000],
    ];
    const [outer] = drawn(wide);
    expect(Math.abs(doubled(outer!)) / 2).toBe(4224 ** 2);
  });
});
