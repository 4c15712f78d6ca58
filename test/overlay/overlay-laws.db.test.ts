import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { MultiPolygonRings, Position, Ring } from '../../src/core/geometry-types.js';
import type { Database } from '../../src/database/sql.js';
import type { RawFeature } from '../../src/formats/geojson-stream.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { type MeasuredParcel, measureOverlaps } from '../../src/overlay/measure-overlaps.js';
import { verifyMeasures } from '../../src/overlay/verify-measures.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { feature, ORIGIN, rectangle } from '../layers/made-layers.js';
import { cents, loadRings, overlayParts, parcelsOf, snapshotsOf } from './made-ground.js';

/** Random layouts through the real import and overlay: each costs imports, so few runs with many parcels each. */
const limits = { numRuns: 5, interruptAfterTimeLimit: 60_000 };

let db: Database;
const geos = new GeosPool({ workers: 2 });
beforeAll(async () => {
  db = await openTestDatabase();
});
beforeEach(() => resetTables(db));
afterAll(() => geos.close());

const mm = (value: number): number => Math.round(value * 1000) / 1000;
const at = (x: number, y: number): Position => [mm(ORIGIN[0] + x), mm(ORIGIN[1] + y)];
const close = (points: readonly Position[]): Ring => [...points, points[0]!];

interface Blob {
  x: number;
  y: number;
  radius: number;
  /** Shares of the radius, one for each corner; all 1: convex. */
  corners: readonly number[];
}

const blob = (corner: fc.Arbitrary<number>): fc.Arbitrary<Blob> =>
  fc.record({
    x: fc.double({ min: 0, max: 600, noNaN: true }),
    y: fc.double({ min: 0, max: 600, noNaN: true }),
    radius: fc.double({ min: 8, max: 160, noNaN: true }),
    corners: fc.array(corner, { minLength: 3, maxLength: 9 }),
  });

/** Star-shaped around its middle, so always valid. */
function ringsOfBlob({ x, y, radius, corners }: Blob): MultiPolygonRings {
  const points = corners.map((share, i) => {
    const angle = (2 * Math.PI * (i + 0.3)) / corners.length;
    return at(x + radius * share * Math.cos(angle), y + 0.7 * radius * share * Math.sin(angle));
  });
  return [[close(points)]];
}

interface Layout {
  red: readonly Blob[];
  /** Where the inner nodes of a 4 × 4 partition of quadrilaterals lie, −1 to 1. */
  nodes: readonly (readonly [number, number])[];
  parcels: readonly Blob[];
}

const layout: fc.Arbitrary<Layout> = fc.record({
  red: fc.array(blob(fc.double({ min: 0.3, max: 1, noNaN: true })), { minLength: 2, maxLength: 9 }),
  nodes: fc.array(
    fc.tuple(fc.double({ min: -1, max: 1, noNaN: true }), fc.double({ min: -1, max: 1, noNaN: true })),
    {
      minLength: 25,
      maxLength: 25,
    },
  ),
  parcels: fc.array(blob(fc.constant(1)), { minLength: 4, maxLength: 9 }),
});

const redFeatures = ({ red }: Layout): RawFeature[] =>
  red.map((one, i) => feature(ringsOfBlob(one), { BSM: `R${i}`, LHLX: '水源涵养' }));

/** Cell (1, 2) is missing: a gap. Neighbours share their nodes to the last bit. */
function partition({ nodes }: Layout): RawFeature[] {
  const node = (column: number, row: number): Position => {
    const [dx, dy] = nodes[row * 5 + column]!;
    return at(150 * column + 60 * dx, 150 * row + 60 * dy);
  };
  const cells: RawFeature[] = [];
  for (let row = 0; row < 4; row++) {
    for (let column = 0; column < 4; column++) {
      if (row === 1 && column === 2) continue;
      const corners = [
        node(column, row),
        node(column + 1, row),
        node(column + 1, row + 1),
        node(column, row + 1),
      ];
      const code = ['0102', '0301', '0601'][(row + column) % 3];
      cells.push(feature([[close(corners)]], { BSM: `D${row}${column}`, DLBM: code, KCXS: 0.1 }));
    }
  }
  return cells;
}

/** Known from x = 60 to 540 only. */
const coverage = rectangle(60, 40, 480, 520);

async function measure(
  layerIds: readonly string[],
  shapes: readonly { id: string; rings: MultiPolygonRings }[],
): Promise<MeasuredParcel[]> {
  const parcels = await parcelsOf(geos, shapes);
  return measureOverlaps(overlayParts(db, geos), parcels, await snapshotsOf(db, layerIds), () => ({
    areaM2: 0.01,
    widthM: 0.002,
  }));
}

const parcelShapes = ({ parcels }: Layout) =>
  parcels.map((one, i) => ({ id: `P${i}`, rings: ringsOfBlob(one) }));

async function load(made: Layout): Promise<void> {
  await resetTables(db);
  await loadRings({ db, geos }, 'stbhhx', redFeatures(made), { coverage });
  await loadRings({ db, geos }, 'dltb', partition(made));
}

/** Cut edges get other points every 70 m, which moves a border by up to 0.02 mm: L³/12R of an edge as an area. */
const cutToleranceM2 = (row: MeasuredParcel): number => 1e-6 + 2e-5 * row.shape.perimeterM;

describe('laws of the overlay', () => {
  it('pieces, outside and unknown are the parcel, in every column, and the second engine agrees', async () => {
    await fc.assert(
      fc.asyncProperty(layout, async (made) => {
        await load(made);
        const rows = await measure(['stbhhx', 'dltb'], parcelShapes(made));
        for (const row of rows) {
          for (const ground of row.grounds.values()) {
            const parts = [ground.unionM2, ground.outsideM2, ground.undeterminedM2];
            for (const part of parts) expect(part).toBeGreaterThanOrEqual(0);
            const sum = parts.reduce((total, part) => total + part, 0);
            expect(Math.abs(sum - row.shape.areaM2)).toBeLessThan(1e-6 + 1e-9 * row.shape.areaM2);
          }
          for (const overlay of row.overlays) {
            const counted = overlay.features.reduce((n, f) => n + cents(f.areaM2) - cents(f.sharedM2), 0);
            const { outsideM2, undeterminedM2 } = overlay;
            expect(counted + cents(outsideM2) + cents(undeterminedM2)).toBe(cents(row.areaM2));
            expect(overlay.byClass.reduce((n, one) => n + cents(one.areaM2), 0)).toBe(counted);
          }
        }
        const snapshots = await snapshotsOf(db, ['stbhhx', 'dltb']);
        const { differences, pairs } = await verifyMeasures({ db, geos }, rows, snapshots);
        expect(differences).toEqual([]);
        expect(pairs).toBeGreaterThan(0);
      }),
      limits,
    );
  });

  it('cutting a parcel in two changes no sum', async () => {
    const share = fc.double({ min: 0.1, max: 0.9, noNaN: true });
    await fc.assert(
      fc.asyncProperty(layout, share, async (made, where) => {
        await load(made);
        const whole = parcelShapes(made);
        const halves = whole.flatMap(({ id, rings }) =>
          cutAt(rings[0]![0]!, where).map((ring, i) => ({ id: `${id}/${i}`, rings: [[ring]] })),
        );
        const rows = await measure(['stbhhx', 'dltb'], whole);
        const cut = await measure(['stbhhx', 'dltb'], halves);
        for (const [i, row] of rows.entries()) {
          for (const [versionId, ground] of row.grounds) {
            const two = [2 * i, 2 * i + 1].map((n) => cut[n]!.grounds.get(versionId)!);
            const sumOf = (of: (one: typeof ground) => number): number => of(two[0]!) + of(two[1]!);
            const near = (whole: number, sum: number): void =>
              expect(Math.abs(whole - sum)).toBeLessThan(cutToleranceM2(row));
            near(
              ground.unionM2,
              sumOf((one) => one.unionM2),
            );
            near(
              ground.outsideM2,
              sumOf((one) => one.outsideM2),
            );
            near(
              ground.undeterminedM2,
              sumOf((one) => one.undeterminedM2),
            );
            for (const [no, areaM2] of ground.features)
              near(
                areaM2,
                sumOf((one) => one.features.get(no) ?? 0),
              );
          }
        }
      }),
      limits,
    );
  });

  it('the order of features and of parcels changes nothing that is printed', async () => {
    await fc.assert(
      fc.asyncProperty(layout, fc.integer(), async (made, seed) => {
        const shapes = parcelShapes(made);
        await load(made);
        const before = printed(await measure(['stbhhx', 'dltb'], shapes));
        await resetTables(db);
        await loadRings({ db, geos }, 'stbhhx', shuffled(redFeatures(made), seed), { coverage });
        await loadRings({ db, geos }, 'dltb', shuffled(partition(made), seed + 1));
        const after = printed(await measure(['stbhhx', 'dltb'], shuffled(shapes, seed + 2)));
        expect(after).toEqual(before);
      }),
      limits,
    );
  });

  it('a layer more changes nothing about the others', async () => {
    await fc.assert(
      fc.asyncProperty(layout, async (made) => {
        await load(made);
        const shapes = parcelShapes(made);
        const before = await measure(['stbhhx', 'dltb'], shapes);
        await loadRings({ db, geos }, 'yjjbnt', redFeatures(made).reverse());
        const after = await measure(['stbhhx', 'yjjbnt', 'dltb'], shapes);
        for (const [i, row] of after.entries()) {
          const [red, , land] = row.overlays;
          expect([red, land]).toEqual(before[i]!.overlays);
        }
      }),
      { ...limits, numRuns: 2 },
    );
  });

  it('who is parcel and who is layer makes no difference', async () => {
    await fc.assert(
      fc.asyncProperty(layout, async (made) => {
        await load(made);
        const parcels = parcelShapes(made);
        const there = await measure(['stbhhx'], parcels);
        await loadRings(
          { db, geos },
          'zxcqcslx',
          parcels.map(({ rings }) => feature(rings)),
        );
        const reds = made.red.map((one, i) => ({ id: `R${i}`, rings: ringsOfBlob(one) }));
        const back = await measure(['zxcqcslx'], reds);
        const areaOf = (row: MeasuredParcel, featureNo: number): number =>
          [...row.grounds.values()][0]!.features.get(featureNo) ?? 0;
        for (const [p, row] of there.entries()) {
          for (const [r, red] of back.entries()) {
            expect(Math.abs(areaOf(row, r + 1) - areaOf(red, p + 1))).toBeLessThan(1e-6);
          }
        }
      }),
      limits,
    );
  });
});

/** What is printed, by parcel and feature code; numbers of features change with their order in the file. */
function printed(rows: readonly MeasuredParcel[]): Record<string, unknown> {
  return Object.fromEntries(
    rows.map((row) => [
      row.parcel.id,
      row.overlays.map(({ features, ...rest }) => ({
        ...rest,
        features: features.map(({ featureNo: _, ...one }) => one),
      })),
    ]),
  );
}

function shuffled<T>(list: readonly T[], seed: number): T[] {
  let state = seed >>> 0;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return list
    .map((item) => ({ item, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

/** A convex ring cut by a vertical line at a share of its width. */
function cutAt(ring: Ring, share: number): [Ring, Ring] {
  const xs = ring.map(([x]) => x);
  const x = Math.min(...xs) + share * (Math.max(...xs) - Math.min(...xs));
  const half = (side: 1 | -1): Ring => {
    const out: Position[] = [];
    for (let i = 0; i + 1 < ring.length; i++) {
      const [p, q] = [ring[i]!, ring[i + 1]!];
      if ((p[0] - x) * side >= 0) out.push(p);
      if ((p[0] - x) * (q[0] - x) < 0) out.push(crossing(p, q, x));
    }
    return close(out);
  };
  return [half(-1), half(1)];
}

/** From the end that comes first, so that both halves get the same bits. */
function crossing(p: Position, q: Position, x: number): Position {
  const [a, b] = p[0] < q[0] ? [p, q] : [q, p];
  return [x, a[1] + ((x - a[0]) / (b[0] - a[0])) * (b[1] - a[1])];
}
