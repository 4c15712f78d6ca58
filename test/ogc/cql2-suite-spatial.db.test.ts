/**
 * The abstract tests of CQL2 (OGC 21-065r2 Annex A) for spatial functions, asked of the running app; the titles are the
 * ids of the tests. What every predicate finds is counted on a grid, without a geometry library.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  ask,
  bothForms,
  closeSuite,
  type Feature,
  logicHolds,
  openSuite,
  type Source,
  type Suite,
  shapes,
} from './cql2-suite-client.js';
import { type Node, op, toText } from './filter-reference.js';
import { type Grid, relates, ring, type Shape, spatialFunctions, toGeoJson } from './lattice.js';

let suite: Suite;
let layer: Source;

beforeAll(async () => {
  suite = await openSuite();
  ({ layer } = suite);
});
afterAll(() => closeSuite(suite));

const geom = { property: 'geom' };
const point = (x: number, y: number): Node => ({ type: 'Point', coordinates: [x, y] });
const box = (...bbox: number[]): Node => ({ bbox });
const literal = (shape: Shape): Node => toGeoJson(shape) as Node;
const polygon = (...rings: number[][][]): Node => ({ type: 'Polygon', coordinates: rings });
const world = box(-180, -90, 180, 90);
const worldRing = [
  [-180, -90],
  [180, -90],
  [180, 90],
  [-180, 90],
  [-180, -90],
];
const line: Node = {
  type: 'LineString',
  coordinates: [
    [7, 50],
    [10, 51],
  ],
};
const twoPoints: Node = {
  type: 'MultiPoint',
  coordinates: [
    [7, 50],
    [10, 51],
  ],
};

const idOf = (bsm: string): string =>
  (layer.features as Feature[]).find(({ properties }) => properties.BSM === bsm)!.id;

/** Of the features of the grid: both encodings and both orders of the arguments find what the count finds. */
async function counted(name: string, shape: Shape, node: Node = literal(shape)): Promise<string[]> {
  const matching = (fits: (feature: Shape) => boolean): string[] =>
    Object.keys(shapes)
      .filter((bsm) => fits(shapes[bsm]!))
      .map(idOf);
  const found = await bothForms(suite, layer, op(name, geom, node));
  expect(found, `${name} ${toText(node)}`).toEqual(matching((feature) => relates(name, feature, shape)));
  const turned = await bothForms(suite, layer, op(name, node, geom));
  expect(turned, `${toText(node)} ${name}`).toEqual(matching((feature) => relates(name, shape, feature)));
  const not = await bothForms(suite, layer, op('not', op(name, geom, node)));
  expect([...found, ...not].sort()).toEqual(layer.features.map(({ id }) => id).sort());
  return found;
}

async function refused(node: Node): Promise<void> {
  for (const query of [
    { filter: toText(node) },
    { filter: JSON.stringify(node), 'filter-lang': 'cql2-json' },
  ] as Record<string, string>[]) {
    const { status, json } = await ask(suite, 'dltb', query);
    expect([query.filter, status, json.code]).toEqual([query.filter, 400, 'bad-parameter']);
  }
}

const sizes: readonly [string, Shape][] = [
  ['a point inside', { type: 'Point', at: [1, 1] }],
  ['a point on a border', { type: 'Point', at: [2, 1] }],
  ['a corner of three', { type: 'Point', at: [4, 2] }],
  ['points in and out', { type: 'MultiPoint', at: [[1, 1], [2, 0], [11, 11]] }],
  ['a line across', { type: 'LineString', at: [[-1, 1], [3, 1]] }],
  ['a line along a border', { type: 'LineString', at: [[2, 0], [2, 2]] }],
  ['a line inside', { type: 'LineString', at: [[6, 5], [6, 6], [7, 6]] }],
  ['a line through the hole', { type: 'LineString', at: [[0, 6], [5, 6]] }],
  ['lines', { type: 'MultiLineString', at: [[[0, 1], [2, 1]], [[12, 12], [12, 14]]] }],
  ['a neighbour', { type: 'Polygon', at: [ring(2, 0, 4, 2)] }],
  ['the hole', { type: 'Polygon', at: [ring(1, 5, 3, 7)] }],
  ['all of it with the hole', { type: 'Polygon', at: [ring(0, 4, 5, 9), ring(1, 5, 3, 7)] }],
  ['a part', { type: 'Polygon', at: [ring(3, 1, 5, 3)] }],
  ['most of it', { type: 'Polygon', at: [ring(-1, -1, 10, 10)] }],
  ['an L', { type: 'Polygon', at: [[[0, 0], [4, 0], [4, 1], [2, 1], [2, 2], [0, 2], [0, 0]]] }],
  ['two', { type: 'MultiPolygon', at: [[ring(0, 0, 2, 2)], [ring(8, 1, 10, 2)]] }],
  ['both parts', { type: 'MultiPolygon', at: [[ring(6, 0, 7, 1)], [ring(8, 0, 9, 3)]] }],
]; // biome-ignore format: shapes side by side

describe('basic-spatial-functions', () => {
  it('s_intersects', async () => {
    for (const source of suite.all) {
      const all = source.features.map(({ id }) => id);
      expect(await bothForms(suite, source, op('s_intersects', geom, world))).toEqual(all);
      expect(await bothForms(suite, source, op('s_intersects', geom, point(7.02, 49.92)))).toEqual([]);
      const twoBoxes = [box(-180, -90, -90, 90), box(90, -90, 180, 90)].map((one) =>
        op('s_intersects', geom, one),
      );
      expect(await bothForms(suite, source, op('and', ...twoBoxes))).toEqual([]);
      source.stored.push(op('s_intersects', geom, world), op('s_intersects', geom, point(7.02, 49.92)));
      source.stored.push(...twoBoxes);
    }
    await refused(op('s_intersects', geom, point(90, 180)));
  });

  it('test-data', async () => {
    const grid = (x1: number, y1: number, x2: number, y2: number): Node => {
      const [[a, b], [c, d]] = (
        toGeoJson({ type: 'LineString', at: [[x1, y1], [x2, y2]] }) as { coordinates: [Grid, Grid] }
      ).coordinates; // biome-ignore format: two corners
      return box(a, b, c, d);
    };
    for (const [x1, y1, x2, y2] of [
      [0, 0, 4, 2],
      [3, 1, 5, 3],
      [2, 6, 2, 6],
      [2, 4, 2, 9],
      [4, 2, 4, 2],
      [-3, -3, -1, -1],
    ] as const) {
      const shape: Shape =
        x1 === x2
          ? y1 === y2
            ? { type: 'Point', at: [x1, y1] }
            : { type: 'LineString', at: [[x1, y1], [x2, y2]] } // biome-ignore format: two ends
          : { type: 'Polygon', at: [ring(x1, y1, x2, y2)] };
      await counted('s_intersects', shape, grid(x1, y1, x2, y2));
    }
    for (const [, shape] of sizes.filter(([, { type }]) => type === 'Point'))
      await counted('s_intersects', shape);
  });

  it('a box over the antimeridian, of two corners or of two heights', async () => {
    const all = layer.features.map(({ id }) => id);
    const find = (name: string, bbox: number[]) => bothForms(suite, layer, op(name, geom, { bbox }));
    for (const bbox of [
      [100, -90, -100, 90],
      [113.05, 30, -170, 40],
      [100, -90, 0, -100, 90, 9000],
    ]) {
      const inside = bbox[0] === 113.05 ? ['A5', 'A6', 'A7', 'A8'].map(idOf) : all;
      const whole = bbox[0] === 113.05 ? ['A5', 'A7', 'A8'].map(idOf) : all;
      // a corner of A3 lies on the edge
      const met = bbox[0] === 113.05 ? [idOf('A3'), ...inside] : all;
      expect(await find('s_intersects', bbox)).toEqual(met);
      expect(await find('s_disjoint', bbox)).toEqual(all.filter((id) => !met.includes(id)));
      expect(await find('s_within', bbox)).toEqual(whole);
    }
    for (const bbox of [
      [150, -90, -150, 90],
      [120, 30, 113, 40],
    ])
      expect((await find('s_intersects', bbox)).length).toBe(bbox[0] === 150 ? 0 : 2);
  });

  it('logical', async () => {
    for (const source of suite.all) await spatialLogic(source);
  });
});

/** Each by itself is known: what their combination finds follows. */
async function spatialLogic(source: Source): Promise<void> {
  const { stored } = source;
  const alone = await Promise.all(stored.map(async (node) => new Set(await bothForms(suite, source, node))));
  for (let i = 0; i < 10; i++) {
    const picks = [i, 3 * i + 1, 5 * i + 2, 7 * i + 3].map((n) => n % stored.length);
    const [p1, p2, p3, p4] = picks.map((n) => toText(stored[n]!));
    const has = (id: string): boolean[] => picks.map((n) => alone[n]!.has(id));
    const expected = source.features
      .map(({ id }) => id)
      .filter((id) => {
        const [a, b, c, d] = has(id);
        return (!a && b) || (c && !d) || !(a && d);
      });
    const filter = `((NOT ${p1} AND ${p2}) OR (${p3} and NOT ${p4}) or not (${p1} AND ${p4}))`;
    const { status, json } = await ask(suite, source.id, { filter });
    expect([filter, status]).toEqual([filter, 200]);
    expect(json.features.map(({ id }: Feature) => id)).toEqual(expected);
  }
}

describe('basic-spatial-functions-plus', () => {
  it('s_intersects', async () => {
    const [west, hole, corner] = [
      [[-180, -90], [-90, -90], [-90, 90], [-180, 90], [-180, -90]],
      [[-120, -50], [-100, -50], [-100, -40], [-120, -40], [-120, -50]],
      [[0, 0], [10, 0], [10, 10], [0, 10], [0, 0]],
    ]; // biome-ignore format: rings
    const lines = [
      [[-180, -45], [0, -45]],
      [[0, 45], [180, 45]],
    ]; // biome-ignore format: lines
    for (const source of suite.all)
      for (const node of [
        { type: 'LineString', coordinates: lines[0]! },
        { type: 'MultiLineString', coordinates: lines },
        { type: 'Polygon', coordinates: [west, hole] },
        { type: 'MultiPolygon', coordinates: [[west, hole], [corner]] },
        { type: 'GeometryCollection', geometries: [point(7.02, 49.92), polygon(corner!)] },
      ]) {
        expect(await bothForms(suite, source, op('s_intersects', geom, node))).toEqual([]);
        source.stored.push(op('s_intersects', geom, node));
      }
    await refused(
      op('s_intersects', geom, {
        type: 'MultiPoint',
        coordinates: [
          [7.02, 49.92],
          [90, 180],
        ],
      }),
    );
  });

  it('test-data', async () => {
    for (const [, shape] of sizes) await counted('s_intersects', shape);
  });
});

describe('spatial-functions', () => {
  const everywhere = [world, polygon(worldRing)];
  /** All features are found by the first, none by the others. */
  const cases: readonly [string, readonly Node[], readonly Node[]][] = [
    ['s_intersects', everywhere, [line, point(7.02, 49.92)]],
    ['s_disjoint', [line, point(7.02, 49.92)], everywhere],
    ['s_equals', [], [polygon(worldRing), line, point(7.02, 49.92)]],
    ['s_touches', [], [...everywhere, line]],
    ['s_crosses', [], [...everywhere, line]],
    ['s_within', everywhere, [line, twoPoints]],
    ['s_contains', [], [...everywhere, line, twoPoints]],
    ['s_overlaps', [], [polygon(worldRing)]],
  ];
  it.each(cases)('%s', async (name, ofAll, ofNone) => {
    for (const source of suite.all) {
      for (const node of [...ofAll, ...ofNone]) {
        const expected = ofAll.includes(node) ? source.features.map(({ id }) => id) : [];
        const found = await bothForms(suite, source, op(name, geom, node));
        expect(found, `${name} ${toText(node)}`).toEqual(expected);
        source.stored.push(op(name, geom, node));
      }
    }
    if (/intersects|disjoint/.test(name)) await refused(op(name, geom, point(90, 180)));
  });

  it.each(spatialFunctions)('test-data: %s', async (name) => {
    let found = 0;
    for (const [, shape] of sizes) found += (await counted(name, shape)).length;
    expect(found).toBeGreaterThan(0);
  });

  it.each(spatialFunctions)('a collection is all its parts: %s', async (name) => {
    const collections = [
      [sizes[9]![1], sizes[10]![1]],
      [sizes[4]![1], sizes[6]![1]],
      [sizes[0]![1], sizes[1]![1]],
      [sizes[9]![1]],
    ];
    for (const [i, j] of [[0, 12], [4, 9], [0, 2], [6, 14], [1, 4], [5, 10], [3, 16], [7, 11]] as const)
      collections.push([sizes[i]![1], sizes[j]![1]]); // biome-ignore format: pairs
    collections.push([sizes[9]![1], sizes[1]![1], sizes[5]![1]]);
    const inner: Shape = { type: 'GeometryCollection', parts: collections[0]! };
    collections.push([inner, sizes[16]![1]]);
    for (const parts of collections) await counted(name, { type: 'GeometryCollection', parts });
    const mixed = literal({ type: 'GeometryCollection', parts: [sizes[0]![1], sizes[12]![1]] });
    if (!/intersects|disjoint/.test(name)) await refused(op(name, mixed, literal(sizes[9]![1])));
  });

  it('a feature equals itself, and two constants are compared like features', async () => {
    const all = layer.features.map(({ id }) => id);
    expect(await bothForms(suite, layer, op('s_equals', geom, geom))).toEqual(all);
    expect(await bothForms(suite, layer, op('s_touches', geom, geom))).toEqual([]);
    for (const name of spatialFunctions)
      for (const [, a] of sizes.slice(7, 12))
        for (const [, b] of sizes.slice(7, 12)) {
          const found = await bothForms(suite, layer, op(name, literal(a), literal(b)));
          expect(found, `${name} ${toText(literal(a))} ${toText(literal(b))}`).toEqual(
            relates(name, a, b) ? all : [],
          );
        }
  });

  it('logical', async () => {
    for (const source of suite.all) {
      await spatialLogic(source);
      source.stored.length = 0;
      source.stored.push(
        op('isNull', { property: 'area_m2' }),
        true,
        false,
        op('>', { property: 'area_m2' }, 1),
      );
      await logicHolds(suite, source);
    }
  });
});
