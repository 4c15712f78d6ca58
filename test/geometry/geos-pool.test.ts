/** The geometry that the GEOS pool makes: right areas on what other engines lose, validity and repair by case. */
import { afterAll, describe, expect, it } from 'vitest';
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { validityDetail } from '../../src/geometry/geos-validity.js';
import repairCases from '../cases/geometry/make-valid.json' with { type: 'json' };
import validityCases from '../cases/geometry/validity.json' with { type: 'json' };
import {
  areaM2,
  between,
  comb,
  convexOverlapM2,
  farCorner,
  polygon,
  randomFrom,
  rotatedRectangle,
  square,
  star,
} from './polygon-families.js';

const pool = new GeosPool({ workers: 1 });
afterAll(() => pool.close());

const [x0, y0] = farCorner;
const shift = (rings: unknown, dx: number, dy: number): MultiPolygonRings =>
  (rings as MultiPolygonRings).map((polygonRings) =>
    polygonRings.map((ring) => ring.map(([x, y]): Position => [x + dx, y + dy])),
  );

/** intersection + difference = a, union = difference + b, and every result is valid. */
async function expectPartition(a: MultiPolygonRings, b: MultiPolygonRings): Promise<number> {
  const [common, rest, all, [overlap]] = await Promise.all([
    pool.intersection(a, b),
    pool.difference(a, b),
    pool.union([a, b]),
    pool.overlapAreas([[a, b]]),
  ]);
  const whole = areaM2(a);
  expect(Math.abs(areaM2(common) + areaM2(rest) - whole)).toBeLessThan(1e-9 * whole);
  expect(Math.abs(areaM2(all) - areaM2(rest) - areaM2(b))).toBeLessThan(1e-9 * areaM2(all));
  expect(Math.abs(overlap! - areaM2(common))).toBeLessThan(1e-9 * whole);
  const validities = await pool.validityOfAll([common, rest, all]);
  expect(validities.map(({ reason }) => reason)).toEqual([null, null, null]);
  return areaM2(common);
}

describe('overlay on what other engines lose', () => {
  const random = randomFrom(20260707);
  const rounds = Array.from({ length: 25 }, (_, i) => i);

  it('rotated rectangles agree with clipping by half planes', async () => {
    for (const _ of rounds) {
      const [a, b] = [rotatedRectangle(random), rotatedRectangle(random)];
      const common = await expectPartition(polygon(...a), polygon(...b));
      expect(Math.abs(common - convexOverlapM2(a, b))).toBeLessThan(1e-9 * areaM2(polygon(...a)));
    }
  });

  it('neighbours that share an edge to the last bit have nothing in common but its length', async () => {
    for (const _ of rounds) {
      const [p, q, r, s] = rotatedRectangle(random);
      const beyond = (edge: Position, from: Position): Position => [
        2 * edge[0] - from[0],
        2 * edge[1] - from[1],
      ];
      const [a, b] = [polygon(p, q, r, s), polygon(q, beyond(q, p), beyond(r, s), r)];
      expect(await pool.intersection(a, b)).toEqual([]);
      expect(await expectPartition(a, b)).toBe(0);
      const sharedM = await pool.sharedBoundaryLength(a, b);
      expect(sharedM).toBeCloseTo(Math.hypot(q[0] - r[0], q[1] - r[1]), 9);
    }
  });

  it('T-junctions that rounding puts beside the edge overlap by no more than that', async () => {
    for (const _ of rounds) {
      const [p, q, r, s] = rotatedRectangle(random);
      const [m, n] = [between(q, r, 0.6 * random()), between(q, r, 0.7 + 0.3 * random())];
      const out = (point: Position): Position => [point[0] + q[0] - p[0], point[1] + q[1] - p[1]];
      const common = await expectPartition(polygon(p, q, r, s), polygon(m, out(m), out(n), n));
      expect(common).toBeLessThan(1e-6);
    }
  });

  it('a border redrawn with a jitter from 0.1 mm down to the last bits closes', async () => {
    for (const jitter of [1e-4, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10]) {
      const a = star(100, 80);
      const b = [
        [
          a[0]![0]!.map(([x, y], i, { length }): Position => {
            if (i === 0 || i === length - 1) return [x, y];
            return [x + (random() - 0.5) * jitter, y + (random() - 0.5) * jitter];
          }),
        ],
      ];
      const common = await expectPartition(a, b);
      expect(Math.abs(common - areaM2(a))).toBeLessThan(jitter * 4000 + 1e-6);
    }
  });

  it('a sliver of 0.05 m × 200 m keeps its 10 m²', async () => {
    const common = await expectPartition(
      square(x0, y0, 200),
      polygon(
        [x0 - 1, y0 + 200 - 0.05],
        [x0 + 300, y0 + 200 - 0.05],
        [x0 + 300, y0 + 300],
        [x0 - 1, y0 + 300],
      ),
    );
    expect(common).toBeCloseTo(10, 6);
  });

  it('a comb over a bar gives its teeth, in order', async () => {
    const bar = polygon([x0 - 5, y0 + 2], [x0 + 200, y0 + 2], [x0 + 200, y0 + 4], [x0 - 5, y0 + 4]);
    expect(areaM2(comb(40, 10))).toBeCloseTo(40 * 10 + 79, 6);
    const teeth = await pool.intersection(comb(40, 10), bar);
    expect(teeth).toHaveLength(40);
    expect(areaM2(teeth)).toBeCloseTo(80, 6);
    const lefts = teeth.map(([ring]) => ring![0]![0]);
    expect(lefts).toEqual([...lefts].sort((a, b) => a - b));
    await expectPartition(comb(40, 10), bar);
  });

  it('a grid of squares unites to one square with the same corners', async () => {
    const cells = Array.from({ length: 100 }, (_, i) =>
      square(x0 + 10 * (i % 10), y0 + 10 * Math.floor(i / 10), 10),
    );
    const all = await pool.union(cells);
    expect(all).toHaveLength(1);
    expect(all[0]).toHaveLength(1);
    expect(areaM2(all)).toBe(10_000);
  });
});

describe('the form of results', () => {
  it('outer ring counter-clockwise from its lowest left corner, hole clockwise, input vertices unchanged', async () => {
    const [u, v] = [x0 + 0.1, y0 + 0.3];
    const ring = await pool.difference(square(u, v, 10), square(u + 2, v + 2, 3));
    expect(ring).toEqual([
      [
        [
          [u, v],
          [u + 10, v],
          [u + 10, v + 10],
          [u, v + 10],
          [u, v],
        ],
        [
          [u + 2, v + 2],
          [u + 2, v + 2 + 3],
          [u + 2 + 3, v + 2 + 3],
          [u + 2 + 3, v + 2],
          [u + 2, v + 2],
        ],
      ],
    ]);
  });

  it('touching borders and points are no polygons', async () => {
    expect(await pool.intersection(square(0, 0, 10), square(10, 0, 10))).toEqual([]);
    expect(await pool.intersection(square(0, 0, 10), square(10, 10, 10))).toEqual([]);
  });

  it('nothing in, nothing out', async () => {
    expect(await pool.intersection([], square(0, 0, 1))).toEqual([]);
    expect(await pool.difference(square(0, 0, 1), [])).toEqual(square(0, 0, 1));
    expect(await pool.union([])).toEqual([]);
    expect(await pool.overlapAreas([])).toEqual([]);
    expect(await pool.makeValid([])).toEqual([]);
    expect(await pool.splitToPieces([])).toEqual([]);
  });
});

describe('validity', () => {
  it.each(validityCases)('$name', async ({ rings, reason, place }) => {
    const near = await pool.validity(rings as never);
    expect(near).toEqual({ valid: reason === null, reason, place: place ?? null });
    const far = await pool.validity(shift(rings, ...(farCorner as [number, number])));
    const farPlace = place ? [place[0]! + x0, place[1]! + y0] : null;
    expect(far).toEqual({ valid: reason === null, reason, place: farPlace });
    if (near.reason) expect(validityDetail[near.reason].zh).toMatch(/[。]$/);
  });

  it('many at once come back in order', async () => {
    const many = Array.from({ length: 1200 }, (_, i) => validityCases[i % validityCases.length]!);
    const answers = await pool.validityOfAll(many.map(({ rings }) => rings as never));
    expect(answers.map(({ reason }) => reason)).toEqual(many.map(({ reason }) => reason));
  });
});

describe('repair', () => {
  it.each(repairCases)('$name', async ({ rings, areaM2: expected, polygons }) => {
    const repaired = await pool.makeValid(shift(rings, ...(farCorner as [number, number])));
    expect(areaM2(repaired)).toBeCloseTo(expected, 6);
    expect(repaired).toHaveLength(polygons);
    expect(await pool.validity(repaired)).toMatchObject({ valid: true });
  });
});

describe('distances', () => {
  it('distance is planar, zero inside, infinite to nothing', async () => {
    expect(await pool.distance(square(x0, y0, 10), square(x0 + 13, y0 + 14, 10))).toBeCloseTo(5, 9);
    expect(await pool.distance(square(x0, y0, 10), square(x0 + 2, y0 + 2, 1))).toBe(0);
    expect(await pool.distance(square(x0, y0, 10), [])).toBe(Number.POSITIVE_INFINITY);
  });

  it('erosion keeps straight sides and loses what is narrower', async () => {
    expect(await pool.erode(square(x0, y0, 10), 1)).toEqual(square(x0 + 1, y0 + 1, 8));
    expect(await pool.erode(comb(5, 10), 0.6)).toEqual([]);
  });

  it('buffer: quarter circles of the given number of segments, or mitred corners', async () => {
    const quarter = (segments: number): number => (segments / 2) * Math.sin(Math.PI / 2 / segments);
    const round = await pool.buffer(square(x0, y0, 10), 1, { quadrantSegments: 4 });
    expect(areaM2(round)).toBeCloseTo(140 + 4 * quarter(4), 6);
    const mitred = await pool.buffer(square(x0, y0, 10), 1, { join: 'mitre' });
    expect(areaM2(mitred)).toBeCloseTo(144, 6);
  });

  it('inscribed circle: a rectangle, a ring, a 3-4-5 triangle, a long strip', async () => {
    const radius = async (rings: MultiPolygonRings) => (await pool.inscribedCircle(rings)).radius;
    expect(await radius(polygon([x0, y0], [x0 + 20, y0], [x0 + 20, y0 + 8], [x0, y0 + 8]))).toBeCloseTo(4, 2);
    expect(await radius(await pool.difference(square(x0, y0, 30), square(x0 + 10, y0 + 10, 10)))).toBeCloseTo(
      10 * (2 - Math.SQRT2),
      2,
    );
    expect(await radius(polygon([x0, y0], [x0 + 4, y0], [x0, y0 + 3]))).toBeCloseTo(1, 3);
    expect(await radius(polygon([x0, y0], [x0 + 5000, y0], [x0 + 5000, y0 + 10], [x0, y0 + 10]))).toBeCloseTo(
      5,
      2,
    );
    const { x, y } = await pool.inscribedCircle(square(x0, y0, 10));
    expect(Math.hypot(x - x0 - 5, y - y0 - 5)).toBeLessThan(0.01);
  });
});

describe('pieces of a large polygon', () => {
  it.each([
    ['star', star(500, 800)],
    ['comb', comb(300, 50)],
    [
      'two parts with holes',
      [[...star(400, 300)[0]!, star(120, 50)[0]![0]!.toReversed()], ...shift(star(200, 200), 900, 0)],
    ],
  ])('%s: small, valid, and together the whole', async (_, whole) => {
    const pieces = await pool.splitToPieces(whole, 100);
    expect(Math.max(...pieces.map((piece) => piece.flat(2).length))).toBeLessThanOrEqual(100);
    expect((await pool.validityOfAll(pieces)).every(({ valid }) => valid)).toBe(true);
    const sum = pieces.reduce((total, piece) => total + areaM2(piece), 0);
    expect(Math.abs(sum - areaM2(whole))).toBeLessThan(1e-9 * areaM2(whole));
    expect(areaM2(await pool.union(pieces)) / areaM2(whole)).toBeCloseTo(1, 9);
  });

  it('refuses pieces too small to hold a cut polygon', async () => {
    await expect(pool.splitToPieces(star(100, 10), 4)).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('areas of many overlaps', () => {
  it('come back in order, over several batches', async () => {
    const pairs = Array.from({ length: 1300 }, (_, i): [MultiPolygonRings, MultiPolygonRings] => [
      square(x0 + Math.floor(i / 100), y0, 10),
      square(x0 + Math.floor(i / 100) + (i % 12), y0 + 5, 10),
    ]);
    const areas = await pool.overlapAreas(pairs);
    expect(areas.map((area) => Math.round(area * 1e6) / 1e6)).toEqual(
      pairs.map((_, i) => 5 * Math.max(0, 10 - (i % 12))),
    );
  });
});

describe('what GEOS refuses', () => {
  const bowTie = polygon([0, 0], [10, 10], [10, 0], [0, 10]);

  it('is an error with its message, the input to blame, and the place', async () => {
    await expect(pool.intersection(square(0, 0, 3), bowTie)).rejects.toMatchObject({
      code: 'internal',
      facts: {
        operation: 'intersection',
        geosMessage: expect.stringContaining('TopologyException'),
        invalidInput: { index: 1, reason: 'self-intersection', place: [5, 5] },
        detail: validityDetail['self-intersection'],
      },
    });
  });

  it('in a batch says which pair', async () => {
    const good = square(0, 0, 3);
    const result = pool.overlapAreas([
      [good, good],
      [good, bowTie],
    ]);
    await expect(result).rejects.toMatchObject({
      facts: { item: 1, invalidInput: { reason: 'self-intersection' } },
    });
  });

  it('rings that are none are refused before GEOS, and the pool goes on', async () => {
    const open = [
      [
        [
          [0, 0],
          [1, 0],
          [1, 1],
        ],
      ],
    ] as MultiPolygonRings;
    const results = await Promise.allSettled([
      pool.union([square(0, 0, 1), open]),
      pool.union([square(0, 0, 1)]),
    ]);
    expect(results[0]).toMatchObject({
      reason: { facts: { invalidInput: { index: 1, reason: 'unclosed-ring', place: [1, 1] } } },
    });
    expect(results[1]).toMatchObject({ value: square(0, 0, 1) });
  });
});

it('says its version', async () => {
  expect(await pool.version()).toMatch(/^3\.13\./);
});
