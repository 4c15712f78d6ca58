import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { MultiPolygonRings, Position, Ring } from '../../src/core/geometry-types.js';
import { areaOfEdges, edgesOf, overlapAreaM2, planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { exactArea, exactOverlap } from './exact-overlap.js';
import { nastyPairs, seeded, star } from './nasty-pairs.js';

const box = (x0: number, y0: number, x1: number, y1: number): Ring => [
  [x0, y0],
  [x1, y0],
  [x1, y1],
  [x0, y1],
  [x0, y0],
];

/** The kernel with the origin at the first vertex of `a`, as its callers choose it: near the ground measured. */
function overlap(a: MultiPolygonRings, b: MultiPolygonRings): number {
  const [x, y] = a[0]![0]![0]!;
  return overlapAreaM2(edgesOf(a, x, y), edgesOf(b, x, y));
}

const larger = (a: MultiPolygonRings, b: MultiPolygonRings): number =>
  Math.max(planarAreaM2(a), planarAreaM2(b));

describe('exact oracle', () => {
  it('knows answers that follow from construction', () => {
    const triangle: MultiPolygonRings = [
      [
        [
          [0, 0],
          [7, 0],
          [0, 5],
          [0, 0],
        ],
      ],
    ];
    expect(exactOverlap(triangle, [[box(0, 0, 3, 3)]])).toBe(9 - 1 / 70);
    expect(exactOverlap([[box(0, 0, 2, 2), box(0.5, 0.5, 1.5, 1.5)]], [[box(1, 1, 3, 3)]])).toBe(0.75);
    expect(exactArea([[box(0, 0, 2, 2), box(0.5, 0.5, 1.5, 1.5)]])).toBe(3);
  });
});

describe('robustness corpus', () => {
  const pairs = nastyPairs();

  it('has at least 260 pairs, most of which overlap', () => {
    expect(pairs.length).toBeGreaterThanOrEqual(260);
    expect(pairs.filter(({ a, b }) => overlap(a, b) > 1e-6).length).toBeGreaterThan(150);
  });

  it('agrees with exact arithmetic to 1e-9 of the larger polygon, both ways round', () => {
    const wrong = pairs.flatMap(({ name, a, b }) => {
      const exact = exactOverlap(a, b);
      // needles of 1 µm × 400 m have areas near the rounding of their own coordinates: 1e-10 m² is let pass
      const allowed = Math.max(1e-9 * larger(a, b), 1e-10);
      const found = [overlap(a, b), overlap(b, a)];
      return found.every((value) => Math.abs(value - exact) <= allowed)
        ? []
        : [{ name, exact, found, allowed }];
    });
    expect(wrong).toEqual([]);
  });

  it('finds the area of each polygon as its overlap with itself and from its edges', () => {
    for (const { name, a } of pairs) {
      const exact = exactArea(a);
      const [x, y] = a[0]![0]![0]!;
      const edges = edgesOf(a, x, y);
      expect(Math.abs(overlapAreaM2(edges, edges) - exact), name).toBeLessThanOrEqual(1e-12 * exact + 1e-9);
      expect(Math.abs(areaOfEdges(edges) - exact), name).toBeLessThanOrEqual(1e-12 * exact + 1e-9);
      expect(Math.abs(planarAreaM2(a) - exact), name).toBeLessThanOrEqual(1e-12 * exact + 1e-9);
    }
  });
});

describe('edges', () => {
  it('leave out vertical edges and are sorted by their left end', () => {
    const { xy, order } = edgesOf([[star(seeded(3), 110, 5, 5, 50, 0.5), box(0, 0, 1, 1)]], 0, 0);
    expect(order.length).toBe(112);
    const left = [...order].map((edge) => Math.min(xy[edge & ~1]!, xy[(edge & ~1) + 2]!));
    expect(left).toEqual([...left].sort((p, q) => p - q));
    for (const edge of order) expect(xy[edge & ~1]! > xy[(edge & ~1) + 2]!).toBe((edge & 1) === 1);
  });

  it('have a box around all vertices, relative to the origin', () => {
    const { minX, minY, maxX, maxY } = edgesOf([[box(10, 20, 30, 40)]], 10, 10);
    expect([minX, minY, maxX, maxY]).toEqual([0, 10, 20, 30]);
  });

  it('skip rings without vertices', () => {
    const strange: MultiPolygonRings = [[box(0, 0, 2, 2), []], [[]], [box(3, 0, 4, 2)]];
    expect(overlap(strange, [[box(1, 1, 9, 9)]])).toBe(2);
  });

  it('of nothing overlap nothing', () => {
    const none = edgesOf([], 0, 0);
    expect(none.minX).toBe(Infinity);
    expect(overlapAreaM2(none, edgesOf([[box(0, 0, 1, 1)]], 0, 0))).toBe(0);
    expect(areaOfEdges(none)).toBe(0);
  });

  it.each([Number.NaN, Infinity, -Infinity])(
    'refuse a coordinate of %s instead of measuring nothing',
    (bad) => {
      const ring: Ring = [
        [0, 0],
        [1, 0],
        [1, bad],
        [0, 1],
        [0, 0],
      ];
      expect(() => edgesOf([[ring]], 0, 0)).toThrow(expect.objectContaining({ code: 'internal' }));
    },
  );

  it('steeper than a double can say count as vertical', () => {
    const ring: Ring = [
      [0, 0],
      [1, 0],
      [1, 1],
      [5e-324, 1],
      [0, 0],
    ];
    expect(overlap([[ring]], [[box(-1, -1, 2, 2)]])).toBeCloseTo(1, 12);
  });
});

describe('single traits', () => {
  it('10,000 vertices against 10,000 vertices', () => {
    const n = 10_000;
    const circle = (cx: number, r: number): Ring => star(seeded(1), n, cx, 0, r, 0);
    const area = (r: number): number => (n / 2) * Math.sin((2 * Math.PI) / n) * r * r;
    const inner = overlap([[circle(0, 1000)]], [[circle(0, 500)]]);
    expect(Math.abs(inner - area(500))).toBeLessThan(1e-9 * area(1000));
    // halves: a circle cut by the half-plane through its centre
    const half = overlap([[circle(0, 1000)]], [[box(0, -2000, 2000, 2000)]]);
    expect(Math.abs(half - area(1000) / 2)).toBeLessThan(1e-9 * area(1000));
  });

  it('a jagged ring of 10,000 vertices is cut into halves that add up', () => {
    const ring = star(seeded(7), 10_000, 0, 0, 1000, 0.4);
    const left = overlap([[ring]], [[box(-2000, -2000, 37.123, 2000)]]);
    const right = overlap([[ring]], [[box(37.123, -2000, 2000, 2000)]]);
    expect(Math.abs(left + right - planarAreaM2([[ring]]))).toBeLessThan(1e-9 * 1e6);
  });

  it('vertical edges alone between two polygons', () => {
    expect(overlap([[box(0, 0, 10, 10)]], [[box(10, 0, 20, 10)]])).toBe(0);
    expect(overlap([[box(0, 0, 10, 10)]], [[box(5, -5, 20, 15)]])).toBe(50);
  });

  it('winding against the rules changes nothing, and a hole stays a hole', () => {
    const donut: MultiPolygonRings = [[[...box(0, 0, 10, 10)].reverse(), box(2, 2, 8, 8)]];
    expect(overlap(donut, [[box(0, 0, 5, 10)]])).toBe(50 - 18);
    expect(overlap(donut, [[box(3, 3, 7, 7)]])).toBe(0);
    expect(planarAreaM2(donut)).toBe(64);
  });

  it('ground covered twice by one input counts twice, which is why input is validated first', () => {
    expect(overlap([[box(0, 0, 2, 2)], [box(0, 0, 2, 2)]], [[box(1, 1, 3, 3)]])).toBe(2);
  });

  it('long edges that pass under, over and around the other side', () => {
    const around: MultiPolygonRings = [[box(-500, -500, 500, 500), box(-50, -50, 50, 50)]];
    expect(overlap(around, [[star(seeded(2), 24, 0, 0, 40, 0.5)]])).toBe(0);
    const small: MultiPolygonRings = [[star(seeded(2), 24, 200, 0, 40, 0.5)]];
    expect(Math.abs(overlap(around, small) - planarAreaM2(small))).toBeLessThan(1e-9);
    expect(Math.abs(overlap(small, around) - planarAreaM2(small))).toBeLessThan(1e-9);
  });
});

const coordinate = fc.integer({ min: -2000, max: 2000 }).map((v) => v / 16);
/** A simple polygon around a centre, seldom convex, with grid coordinates so that coincidences are common. */
const polygon = fc
  .record({
    cx: coordinate,
    cy: coordinate,
    radii: fc.array(fc.integer({ min: 16, max: 1600 }), { minLength: 3, maxLength: 14 }),
  })
  .map(({ cx, cy, radii }): MultiPolygonRings => {
    const points = radii.map((r, i): Position => {
      const angle = (2 * Math.PI * i) / radii.length;
      return [cx + Math.round(r * Math.cos(angle)) / 16, cy + Math.round(r * Math.sin(angle)) / 16];
    });
    return [[[...points, points[0]!]]];
  });
const tolerance = (a: MultiPolygonRings, b: MultiPolygonRings): number => 1e-9 * larger(a, b) + 1e-9;

describe('laws', () => {
  it('overlap is symmetric, never above the smaller area and never below nothing', () => {
    fc.assert(
      fc.property(polygon, polygon, (a, b) => {
        const ab = overlap(a, b);
        const eps = tolerance(a, b);
        expect(Math.abs(ab - overlap(b, a))).toBeLessThanOrEqual(eps);
        expect(ab).toBeLessThanOrEqual(Math.min(planarAreaM2(a), planarAreaM2(b)) + eps);
        expect(ab).toBeGreaterThanOrEqual(-eps);
      }),
    );
  });

  it('cutting one side along any line changes no sum', () => {
    fc.assert(
      fc.property(polygon, polygon, coordinate, (a, b, x) => {
        const far = 1e4;
        const left = [[box(-far, -far, x, far)]];
        const right = [[box(x, -far, far, far)]];
        // a ∩ left and a ∩ right as sets of edges of (a ∩ b): three-fold overlap through the oracle of the two-fold
        const parts = overlapWithin(a, b, left) + overlapWithin(a, b, right);
        expect(Math.abs(parts - overlap(a, b))).toBeLessThanOrEqual(tolerance(a, b));
      }),
    );
  });

  it('a polygon shrunk towards its centre overlaps no more', () => {
    fc.assert(
      fc.property(polygon, polygon, fc.double({ min: 0, max: 1, noNaN: true }), (a, b, share) => {
        const ring = a[0]![0]!;
        const n = ring.length - 1;
        const cx = ring.slice(1).reduce((sum, p) => sum + p[0], 0) / n;
        const cy = ring.slice(1).reduce((sum, p) => sum + p[1], 0) / n;
        fc.pre(ring.slice(1).every((q, i) => turns([cx, cy], ring[i]!, q) > 0));
        const shrunk = [[ring.map(([x, y]): Position => [cx + share * (x - cx), cy + share * (y - cy)])]];
        expect(overlap(shrunk, b)).toBeLessThanOrEqual(overlap(a, b) + tolerance(a, b));
      }),
    );
  });

  it('the vertex a ring starts from and its direction change nothing', () => {
    fc.assert(
      fc.property(polygon, polygon, fc.nat(), (a, b, k) => {
        const open = a[0]![0]!.slice(1);
        const from = k % open.length;
        const rotated = [...open.slice(from), ...open.slice(0, from)];
        const ring = [...rotated, rotated[0]!];
        const base = overlap(a, b);
        expect(Math.abs(overlap([[ring]], b) - base)).toBeLessThanOrEqual(tolerance(a, b));
        expect(Math.abs(overlap([[ring.reverse()]], b) - base)).toBeLessThanOrEqual(tolerance(a, b));
      }),
    );
  });

  it('moving both by 4·10⁷ changes nothing', () => {
    fc.assert(
      fc.property(polygon, polygon, (a, b) => {
        const move = (rings: MultiPolygonRings): MultiPolygonRings =>
          rings.map((p) => p.map((r) => r.map(([x, y]) => [x + 4e7, y + 4e7] as const)));
        // sixteenths are exact there too, and so is the local origin
        expect(overlap(move(a), move(b))).toBe(overlap(a, b));
      }),
    );
  });
});

/** Area of a ∩ b ∩ half-plane box: a is clipped to the box by hand, which the kernel has no part in. */
function overlapWithin(a: MultiPolygonRings, b: MultiPolygonRings, half: MultiPolygonRings): number {
  const [x0, , x1] = [half[0]![0]![0]![0], 0, half[0]![0]![1]![0]];
  const low = clip(a[0]![0]!, (p) => p[0] >= x0, x0);
  const both = clip(low, (p) => p[0] <= x1, x1);
  return both.length < 4 ? 0 : overlap([[both]], b);
}

function clip(ring: Ring, keep: (p: Position) => boolean, x: number): Ring {
  const out: Position[] = [];
  for (let i = 1; i < ring.length; i++) {
    const [p, q] = [ring[i - 1]!, ring[i]!];
    if (keep(p)) out.push(p);
    if (keep(p) !== keep(q)) out.push([x, p[1] + ((x - p[0]) / (q[0] - p[0])) * (q[1] - p[1])]);
  }
  return out.length ? [...out, out[0]!] : [];
}

const turns = (o: Position, p: Position, q: Position): number =>
  (p[0] - o[0]) * (q[1] - o[1]) - (q[0] - o[0]) * (p[1] - o[1]);
