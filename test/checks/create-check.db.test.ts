import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckParts } from '../../src/checks/check-parts.js';
import { createCheck } from '../../src/checks/create-check.js';
import { listChecks } from '../../src/checks/read-checks.js';
import { replayCheck } from '../../src/checks/replay-check.js';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type Box, bodyOf, cents, loadLayer } from '../overlay/made-ground.js';
import {
  checkBoxes,
  checkParts,
  findingsOf,
  loadTown,
  makeCheck,
  overlayOf,
  requestFor,
  town,
} from './made-checks.js';

let db: Database;
let parts: CheckParts;
const geos = new GeosPool({ workers: 2 });

beforeAll(async () => {
  db = await openTestDatabase();
  await resetTables(db);
  await loadTown({ db, geos });
  parts = checkParts(db, geos);
});
afterAll(() => geos.close());

const stored = async (): Promise<number> => {
  const [row] = await db.query<{ count: number }>(
    'select (select count(*) from check_record) + (select count(*) from check_parcel) as count',
  );
  return row!.count;
};

describe('verdicts', () => {
  it.each<[string, Box, string, Record<string, string>]>([
    ['on construction land inside the boundary', [100, 100, 100, 100], 'clear', {}],
    ['sharing its border with the red line', [-100, 100, 100, 100], 'clear', {}],
    ['1 cm into the red line', [-100.01, 100, 100, 100], 'attention', { stbhhx: 'attention' }],
    ['1 mm into the red line', [-100.001, 100, 100, 100], 'clear', {}],
    ['1 cm beyond the boundary', [100, 900.01, 100, 100], 'attention', { czkfbj: 'attention' }],
    [
      '1 cm into permanent farmland',
      [600.01, 100, 100, 100],
      'prohibited',
      { yjjbnt: 'prohibited', dltb: 'attention' },
    ],
    ['sharing its border with permanent farmland', [600, 100, 100, 100], 'attention', { dltb: 'attention' }],
    ['1 mm into permanent farmland', [600.001, 100, 100, 100], 'attention', { dltb: 'attention' }],
  ])('%s', async (_, box, verdict, layers) => {
    const check = await checkBoxes(parts, [box], { verify: true });
    expect(check.verdict).toBe(verdict);
    for (const overlay of check.parcels[0]!.overlays)
      expect([overlay.layer, overlay.verdict]).toEqual([overlay.layer, layers[overlay.layer] ?? 'clear']);
    expect(check.engine.verifiedBy).toBe(db.kind === 'server' ? 'postgis' : 'geos');
    expect(check.engine.verifiedDifferenceM2).toBeLessThan(0.001);
  });

  it('noise is listed as 边界误差 and changes nothing', async () => {
    const check = await checkBoxes(parts, [[600.001, 100, 100, 100]]);
    const [finding] = findingsOf(check.parcels[0], 'yjjbnt');
    expect(finding).toMatchObject({ verdict: 'clear', noise: true, areaM2: 0.1 });
    expect(finding!.title.zh).toContain('边界误差');
    expect(overlayOf(check, 'yjjbnt').features).toMatchObject([{ bsm: 'Y', areaM2: 0.1, noise: true }]);
  });

  it('a parcel thinner than the noise width is never noise', async () => {
    const check = await checkBoxes(parts, [[690, 100, 20, 0.003]]);
    expect(overlayOf(check, 'yjjbnt')).toMatchObject({ verdict: 'prohibited', areaM2: 0.03 });
  });

  it('the sums over all parcels are the sums of the printed figures', async () => {
    const check = await makeCheck(
      parts,
      requestFor([{ boxes: [[600, 10, 210.3, 33.3]] }, { boxes: [[650, 200, 77.7, 55.5]] }]),
    );
    const sum = (of: (index: number) => number): number => cents(of(0)) + cents(of(1));
    expect(cents(check.totals.areaM2)).toBe(sum((i) => check.parcels[i]!.area.ellipsoidM2));
    for (const row of check.totals.byLayer) {
      expect(cents(row.areaM2)).toBe(sum((i) => overlayOf(check, row.layer, i).areaM2));
      expect(cents(row.undeterminedM2)).toBe(sum((i) => overlayOf(check, row.layer, i).undeterminedM2));
    }
  });
});

describe('what is stored', () => {
  it('is nothing when the parcels are refused, the time is over or the rules are unknown', async () => {
    const before = await stored();
    const bowTie = [[[[0, 0] as const, [1, 1] as const, [1, 0] as const, [0, 1] as const, [0, 0] as const]]];
    await expect(createCheck(parts, requestFor([{ rings: bowTie }]))).rejects.toMatchObject({
      code: expect.stringMatching(/^(bad-parcel|bad-crs|outside-jurisdiction)$/),
    });
    const request = requestFor([{ boxes: [[100, 100, 100, 100]] }]);
    await expect(createCheck(parts, request, AbortSignal.abort())).rejects.toMatchObject({
      code: 'cancelled',
    });
    await expect(createCheck(parts, { ...request, rulePack: 'nowhere' })).rejects.toMatchObject({
      code: 'not-found',
    });
    await expect(createCheck({ ...parts, maxPairs: 2 }, request)).rejects.toMatchObject({
      code: 'too-large',
    });
    expect(await stored()).toBe(before);
  });

  it('lists page by page, newest first, each check once', async () => {
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.push((await checkBoxes(parts, [[100, 100, 10 + i, 10]])).id);
    const all = await listChecks(db, { limit: 1000 });
    expect(all.next).toBeUndefined();
    expect(new Set(all.checks.slice(0, 5).map((check) => check.id))).toEqual(new Set(made));
    const paged: string[] = [];
    let after: string | undefined;
    do {
      const page = await listChecks(db, { limit: 2, ...(after !== undefined && { after }) });
      expect(page.checks.length).toBeLessThanOrEqual(2);
      paged.push(...page.checks.map((check) => check.id));
      after = page.next;
    } while (after !== undefined);
    expect(paged).toEqual(all.checks.map((check) => check.id));
    const clear = await listChecks(db, { limit: 1000, verdict: 'clear' });
    expect(clear.checks.length).toBe(all.checks.filter((check) => check.verdict === 'clear').length);
    expect(clear.checks.every((check) => check.verdict === 'clear')).toBe(true);
  });
});

describe('a layer that is not there', () => {
  it('makes the parcel undetermined, whatever the others say', async () => {
    await resetTables(db);
    const { stbhhx: _, ...others } = town;
    await loadTown({ db, geos }, others);
    const fresh = checkParts(db, geos);
    const check = await checkBoxes(fresh, [[100, 100, 100, 100]], { verify: true });
    expect(check.verdict).toBe('undetermined');
    expect(check.layers.find((layer) => layer.id === 'stbhhx')).toMatchObject({
      status: 'missing',
      version: null,
    });
    expect(overlayOf(check, 'stbhhx')).toMatchObject({
      verdict: 'undetermined',
      undeterminedM2: check.parcels[0]!.area.ellipsoidM2,
      undeterminedReason: 'no-version',
    });
    const prohibited = await checkBoxes(fresh, [[800, 100, 100, 100]]);
    expect(prohibited.verdict).toBe('prohibited');
    expect(overlayOf(prohibited, 'stbhhx').verdict).toBe('undetermined');
  });

  it('is there again after its import, and a parcel outside the city is refused', async () => {
    await loadLayer({ db, geos }, 'stbhhx', town.stbhhx!);
    const check = await checkBoxes(checkParts(db, geos), [[100, 100, 100, 100]]);
    expect(check.verdict).toBe('clear');
    const far = bodyOf([{ boxes: [[-90_000, 0, 100, 100]] }]);
    await expect(createCheck(checkParts(db, geos), { ...requestFor([]), body: far })).rejects.toMatchObject({
      code: 'outside-jurisdiction',
    });
  });
});

describe('made-up layers', () => {
  it('are told of, and count as missing beside a real one, for a replay too', async () => {
    await resetTables(db);
    const madeUp = Object.entries(town).map(([id, layer]) => [
      id,
      { ...layer, sourceFile: `sample-city/${id}` },
    ]);
    await loadTown({ db, geos }, Object.fromEntries(madeUp));
    const sample = await checkBoxes(checkParts(db, geos), [[100, 100, 100, 100]]);
    expect(sample.verdict).toBe('clear');
    expect(sample.warnings.map(({ code }) => code)).toEqual(['sample-data']);
    await loadLayer({ db, geos }, 'stbhhx', town.stbhhx!);
    const mixed = await checkBoxes(checkParts(db, geos), [[100, 100, 100, 100]]);
    expect(mixed.verdict).toBe('undetermined');
    expect(mixed.warnings.map(({ code }) => code)).toEqual(['sample-layers-ignored']);
    expect(overlayOf(mixed, 'stbhhx').verdict).toBe('clear');
    expect(overlayOf(mixed, 'dltb')).toMatchObject({ verdict: 'undetermined', areaM2: 0 });
    for (const { id } of [sample, mixed])
      expect(await replayCheck(checkParts(db, geos), id)).toMatchObject({ identical: true });
  });
});
