import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crsTable } from '../../src/core/crs.js';
import type { MultiPolygonRings } from '../../src/core/geometry-types.js';
import type { Database } from '../../src/database/sql.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { officialAreaCents } from '../../src/geometry/official-area.js';
import type { MeasureAnswer, MeasureParts } from '../../src/measures/measure-types.js';
import { suggestionAsTxt } from '../../src/measures/suggestion-as-txt.js';
import { readParcelFile } from '../../src/parcels/read-parcel-file.js';
import { loadTown, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type Box, cents, type MadeLayer, ringsOf } from '../overlay/made-ground.js';
import { ask, boxes, measureParts, rangeOf } from './made-input.js';

let db: Database;
let parts: MeasureParts;
const geos = new GeosPool({ workers: 2 });
afterAll(() => geos.close());

async function load(layers: Readonly<Record<string, MadeLayer>>): Promise<void> {
  await resetTables(db);
  await loadTown({ db, geos }, layers);
  parts = measureParts(geos, db);
}

/** Permanent farmland: a band, a second one to the west, and an island of 20 × 20 m. */
const bands: readonly Box[] = [
  [700, 0, 300, 1000],
  [300, 0, 70, 1000],
  [550, 500, 20, 20],
];
const withFarmland = (
  list: readonly Box[],
  coverage = town.yjjbnt!.coverage!,
): Record<string, MadeLayer> => ({
  ...town,
  yjjbnt: {
    dataDate: '2024-12-31',
    coverage,
    features: list.map((box, i) => ({ boxes: [box], properties: { BSM: `Y${i}`, DLBM: '0102', KCXS: 0 } })),
  },
});

interface TrimResult {
  parcels: {
    parcelM2: number;
    keptM2: number;
    droppedM2: number;
    trimmedM2: number;
    lost: { layer: string; areaM2: number }[];
    dropped: { areaM2: number; widthM: number }[];
    remaining: { layer: string; areaM2: number; noise: boolean }[];
  }[];
  plane: { features: { geometry: { coordinates: MultiPolygonRings } }[] };
}
const trimmedOf = (answer: MeasureAnswer) => answer.result as TrimResult;
const planeOf = (result: unknown): MultiPolygonRings =>
  (result as TrimResult).plane.features[0]!.geometry.coordinates;

/** Independent of the service: GEOS on the rectangles themselves. */
const farmlandIn = async (rings: MultiPolygonRings): Promise<number> =>
  planarAreaM2(
    await geos.intersection(rings, await geos.union(bands.map((box) => ringsOf({ boxes: [box] })))),
  );

describe('trim', () => {
  beforeAll(async () => {
    db = await openTestDatabase();
    await load(withFarmland(bands));
  });

  it('takes the farmland off and closes', async () => {
    const answer = await ask(parts, 'trim', { parcels: boxes([600, 100, 200, 100]) });
    const [one] = trimmedOf(answer).parcels;
    expect(answer).toMatchObject({ verdict: 'clear', suggestion: true });
    // both halves are the same but for the cent that closes the column
    expect(Math.abs(cents(one!.lost[0]!.areaM2) - cents(one!.keptM2))).toBeLessThanOrEqual(1);
    expect(cents(one!.keptM2) + cents(one!.lost[0]!.areaM2)).toBe(cents(one!.parcelM2));
    expect(planeOf(answer.result)).toEqual(ringsOf({ boxes: [[600, 100, 100, 100]] }));
  });

  it('leaves a hole where an island lies inside', async () => {
    const answer = await ask(parts, 'trim', { parcels: boxes([500, 450, 120, 120]) });
    expect(planeOf(answer.result)[0]!.length).toBe(2);
    expect(trimmedOf(answer).parcels[0]!.remaining).toMatchObject([{ layer: 'yjjbnt', areaM2: 0 }]);
  });

  it('drops what is too narrow or too small, and lists it', async () => {
    // 3 m remain on the east side of the band, 100 m on the west
    const answer = await ask(parts, 'trim', { parcels: boxes([600, 100, 403, 100]) });
    expect(trimmedOf(answer).parcels[0]!.dropped).toMatchObject([{ widthM: 3 }]);
    const all = { minWidth: { value: 0, unit: 'm' }, minArea: { value: 0, unit: 'm2' } };
    const kept = await ask(parts, 'trim', { parcels: boxes([600, 100, 403, 100]), ...all });
    expect(trimmedOf(kept).parcels[0]!.dropped).toEqual([]);
  });

  it('leaves thin tails and tells of them with area and width; a plain parcel has none', async () => {
    // what is kept: 100 m by 100 m west of the band, and a strip of 4 m that leaves it 46 m to the west
    const parcel = [
      [550, 100, 50, 4],
      [600, 100, 200, 100],
    ] as const;
    const union = await geos.union(parcel.map((box) => ringsOf({ boxes: [box] })));
    const answer = await ask(parts, 'trim', { parcels: rangeOf({ rings: union }) });
    const [{ narrow }] = trimmedOf(answer).parcels as unknown as [
      { narrow: { areaM2: number; widthM: number }[] },
    ];
    expect(narrow).toHaveLength(1);
    expect(narrow[0]!.widthM).toBeCloseTo(4, 1);
    // the strip, and what the disc leaves of the corner that it runs into
    expect(narrow[0]!.areaM2).toBeGreaterThan(195);
    expect(narrow[0]!.areaM2).toBeLessThan(203);
    expect(answer.warnings.map(({ code }) => code)).toContain('narrow-tails');
    const plain = await ask(parts, 'trim', { parcels: boxes([600, 100, 200, 100]) });
    expect(trimmedOf(plain).parcels[0]).toMatchObject({ narrow: [] });
    const wanted = { minWidth: { value: 3.9, unit: 'm' } };
    const wide = await ask(parts, 'trim', { parcels: rangeOf({ rings: union }), ...wanted });
    expect(trimmedOf(wide).parcels[0]).toMatchObject({ narrow: [] });
  });

  it('is written as 国土 TXT that reads back as the very ground; what must not be used is not', async () => {
    const answer = await ask(parts, 'trim', { parcels: boxes([500, 450, 120, 120]) });
    const { bytes, losses } = await suggestionAsTxt(parts, answer);
    expect(losses).toEqual([]);
    expect(new TextDecoder('gbk').decode(bytes)).toContain('数据产生单位=系统建议方案，未经审查');
    const { parcels } = await readParcelFile({ body: bytes, contentType: 'text/plain' }, geos);
    const [{ trimmedM2 }] = trimmedOf(answer).parcels as unknown as [{ trimmedM2: number }];
    const [written] = parcels;
    expect(officialAreaCents(written!.plane, crsTable.get(written!.planeEpsg)!) / 100).toBe(trimmedM2);
    const corners = (rings: MultiPolygonRings) => [...new Set(rings.flat(2).map(String))].sort();
    expect(corners(written!.source)).toEqual(corners(planeOf(answer.result)));
    const nothing = await ask(parts, 'trim', { parcels: boxes([750, 100, 50, 50]) });
    await expect(suggestionAsTxt(parts, nothing)).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('says so when nothing is left, when there is no conflict and when a layer is missing', async () => {
    expect((await ask(parts, 'trim', { parcels: boxes([750, 100, 50, 50]) })).verdict).toBe('prohibited');
    const none = await ask(parts, 'trim', { parcels: boxes([500, 100, 50, 50]) });
    expect(trimmedOf(none).parcels[0]!.lost).toEqual([{ layer: 'yjjbnt', areaM2: 0 }]);
    const missing = await ask(parts, 'trim', { parcels: boxes([500, 100, 50, 50]), layers: ['lswhbhx'] });
    expect(missing).toMatchObject({ verdict: 'undetermined', missing: [{ pointer: '' }] });
    const unknown = ask(parts, 'trim', { parcels: boxes([500, 100, 50, 50]), layers: ['dltb'] });
    await expect(unknown).rejects.toMatchObject({ code: 'bad-input' });
  });

  it('trimmed, dropped and lost ground are the parcel, and what is handed out is free', async () => {
    const corner = fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.integer({ min: 0, max: 90_000 }));
    await fc.assert(
      fc.asyncProperty(corner, corner, corner, async (...corners) => {
        const ring = corners.map(([x, y]) => [38_430_500 + x / 200, 3_898_300 + y / 200] as [number, number]);
        const parcel: MultiPolygonRings = [[[...ring, ring[0]!]]];
        fc.pre(planarAreaM2(parcel) > 500);
        const answer = await ask(parts, 'trim', {
          parcels: rangeOf({ rings: parcel }),
          minArea: { value: 1, unit: 'm2' },
        });
        const [one] = trimmedOf(answer).parcels;
        const lost = one!.lost.reduce((sum, { areaM2 }) => sum + cents(areaM2), 0);
        expect(cents(one!.keptM2) + cents(one!.droppedM2) + lost).toBe(cents(one!.parcelM2));
        if (trimmedOf(answer).plane.features.length === 0) return;
        const rings = planeOf(answer.result);
        const length = 2000;
        expect(await farmlandIn(rings)).toBeLessThan(0.001 * length);
        const outside = planarAreaM2(await geos.difference(rings, parcel));
        expect(outside).toBeLessThan(0.001 * length);
        expect(one!.remaining.every(({ areaM2, noise }) => areaM2 === 0 || noise)).toBe(true);
      }),
      { numRuns: 25 },
    );
  });
});

interface SitingResult {
  found: boolean;
  place: { dxM: number; dyM: number; distanceM: number; turnDeg: number } | null;
  search: { tried: number; conflict: number; unknown: number; refinedToM: number };
}

describe('siting', () => {
  beforeAll(() => load(withFarmland(bands)));
  const site = async (box: Box, radius: number, step: number, more: object = {}) => {
    const m = (value: number) => ({ value, unit: 'm' });
    const answer = await ask(parts, 'siting', {
      parcels: boxes(box),
      radius: m(radius),
      step: m(step),
      ...more,
    });
    return { answer, result: answer.result as SitingResult };
  };

  it('finds the smallest shift on the grid', async () => {
    const { answer, result } = await site([650, 100, 100, 100], 100, 10);
    expect(answer.suggestion).toBe(true);
    expect(result.place).toMatchObject({ dxM: -50, dyM: 0, distanceM: 50 });
    expect(await farmlandIn(planeOf(answer.result))).toBe(0);
  });

  it('refines around it, and GEOS finds the place free', async () => {
    const { answer, result } = await site([655.3, 100, 100, 100], 100, 10);
    expect(result.place!.distanceM).toBeGreaterThanOrEqual(55.29);
    expect(result.place!.distanceM).toBeLessThan(55.6);
    expect(await farmlandIn(planeOf(answer.result))).toBeLessThan(0.01);
  });

  it('leaves a parcel where it is that has no conflict', async () => {
    const { result, answer } = await site([500, 100, 50, 50], 50, 10);
    expect(result).toMatchObject({ found: true, place: { distanceM: 0 }, search: { tried: 1 } });
    expect(answer.verdict).not.toBe('prohibited');
  });

  it('proves over the grid that there is none', async () => {
    const { result, answer } = await site([800, 400, 100, 100], 60, 10);
    expect(result).toMatchObject({ found: false, place: null, search: { unknown: 0 } });
    expect(result.search.conflict).toBe(result.search.tried);
    expect(answer.verdict).toBe('prohibited');
  });

  it('turns a parcel where it may', async () => {
    // 340 m wide between the bands: a strip of 360 m fits only upright
    const strip: Box = [355, 300, 360, 20];
    expect((await site(strip, 20, 5)).result.found).toBe(false);
    const turned = await site(strip, 20, 5, { rotation: { upTo: 90, step: 30 } });
    expect(turned.result.found).toBe(true);
    expect(Math.abs(turned.result.place!.turnDeg)).toBeGreaterThan(0);
    expect(await farmlandIn(planeOf(turned.answer.result))).toBeLessThan(0.01);
  });

  it('is bounded, and answers the same every time', async () => {
    await expect(site([650, 100, 100, 100], 5000, 1)).rejects.toMatchObject({ code: 'too-large' });
    const [a, b] = [await site([655.3, 100, 80, 60], 120, 15), await site([655.3, 100, 80, 60], 120, 15)];
    expect(a.answer).toEqual(b.answer);
  });

  it('never proposes ground that nobody has looked at', async () => {
    // known only east of x = 640: what lies west of the parcel is not
    await load(withFarmland([[700, 0, 300, 1000]], [[640, -3000, 6000, 10_000]]));
    const { result, answer } = await site([650, 400, 100, 100], 100, 10);
    expect(result.found).toBe(false);
    expect(result.search.unknown).toBeGreaterThan(0);
    expect(answer.verdict).toBe('undetermined');
  });

  it('does not search where a layer is missing', async () => {
    const { yjjbnt: _gone, ...rest } = town;
    await load(rest);
    const { answer } = await site([650, 100, 100, 100], 100, 10);
    expect(answer).toMatchObject({ verdict: 'undetermined', result: null, missing: [{ pointer: '' }] });
  });
});
