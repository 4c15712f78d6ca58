/** Fragments over the laboratory: the curated file with its known answers, the limits to the last digit, and discovery. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldenParcels } from '../../sample-data/golden-parcels.js';
import { fragmentAnswers } from '../../sample-data/supply-parcels.js';
import { packageRoot } from '../../src/core/package-root.js';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { createFragments } from '../../src/supply/create-fragments.js';
import type { FragmentAnswer, FragmentRequest } from '../../src/supply/fragment-types.js';
import type { SupplyParts } from '../../src/supply/supply-parts.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { feature } from '../layers/made-layers.js';
import { loadRings } from '../overlay/made-ground.js';
import { loadLaboratory, supplyParts } from './lab-ground.js';

const curated = readFileSync(join(packageRoot, 'sample-data', 'parcels', 'fragments.geojson'));
const LAB = [38_430_645, 3_897_900] as const;

let db: Database;
let parts: SupplyParts;
const geos = new GeosPool({ workers: 2 });

beforeAll(async () => {
  db = await openTestDatabase();
  await resetTables(db);
  await loadLaboratory({ db, geos });
  parts = supplyParts(db, geos);
});
afterAll(() => geos.close());

const ask = (request: Partial<FragmentRequest> = {}): Promise<FragmentAnswer> =>
  createFragments(parts, { body: curated, contentType: 'application/geo+json', ...request });

interface Made {
  id: string;
  role?: string;
  landUse?: string;
  /** Laboratory metres. */
  box: readonly [number, number, number, number];
}

const bodyOf = (features: readonly Made[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: 'FeatureCollection',
      features: features.map(({ id, box: [x0, y0, x1, y1], ...properties }) => ({
        type: 'Feature',
        id,
        properties,
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [LAB[0] + x0, LAB[1] + y0],
              [LAB[0] + x1, LAB[1] + y0],
              [LAB[0] + x1, LAB[1] + y1],
              [LAB[0] + x0, LAB[1] + y1],
              [LAB[0] + x0, LAB[1] + y0],
            ],
          ],
        },
      })),
    }),
  );

const askMade = (
  features: readonly Made[],
  request: Partial<FragmentRequest> = {},
): Promise<FragmentAnswer> => ask({ body: bodyOf(features), crs: 'EPSG:4526', ...request });

const project: Made = { id: 'XM', role: 'project', box: [20, 900, 220, 1000] };

describe('the curated file', () => {
  it('has the kinds and figures that follow from its rectangles', async () => {
    const { fragments } = await ask();
    expect(fragments.map(({ id }) => id)).toEqual(fragmentAnswers.map(({ id }) => id));
    for (const [i, expected] of fragmentAnswers.entries()) {
      const { kind, planeAreaM2, evidence, hosts, verdict, withinLimit, position } = fragments[i]!;
      expect([kind, verdict, withinLimit, position]).toEqual([expected.kind, 'clear', true, 'inside']);
      expect(planeAreaM2).toBeCloseTo(expected.planeM2, 1);
      expect(evidence.perimeterM).toBeCloseTo(expected.perimeterM, 2);
      expect(evidence.boundedM).toBeCloseTo(expected.boundedM, 2);
      expect(evidence.inscribedDiameterM).toBeCloseTo(expected.circleM, 1);
      expect(hosts.map(({ id, industrial }) => [id, industrial])).toEqual(
        expected.hosts.map((id) => [id, true]),
      );
    }
  });

  it('passes at exactly 10 % and tells both bases', async () => {
    const { ratio, withinCap, withinCapExcluded, verdict, sumM2, fragments } = await ask();
    expect(ratio).toEqual({ included: 0.1, excluded: 0.1111 });
    expect([withinCap, withinCapExcluded, verdict]).toEqual([true, false, 'clear']);
    const cents = fragments.reduce((sum, { areaM2 }) => sum + Math.round(areaM2 * 100), 0);
    expect(Math.round(sumM2 * 100)).toBe(cents);
  });

  it('merges a fragment with its host into one ring, no area lost', async () => {
    const { fragments } = await ask();
    const { merge } = fragments[2]!;
    expect(merge).toMatchObject({ host: 'CY-01', oneRing: true });
    expect(Math.abs(merge!.areaAfterM2 - merge!.areaBeforeM2)).toBeLessThanOrEqual(0.02);
    expect(fragments[2]!.hosts[0]!.sharedEdgeM).toBeCloseTo(10, 2);
    expect(fragments[0]!.merge).toBeNull();
  });
});

describe('limits', () => {
  it('holds 3 亩 against the unrounded ellipsoid area and warns where the plane says otherwise', async () => {
    const golden = goldenParcels.find(({ id }) => id === 'DK-30')!;
    const ring = golden.ring.map(([x, y]) => [x + 38e6, y]);
    const body = Buffer.from(
      JSON.stringify({
        type: 'Feature',
        id: 'G',
        properties: { role: 'fragment' },
        geometry: { type: 'Polygon', coordinates: [ring] },
      }),
    );
    const [row] = (await ask({ body, crs: 'EPSG:4526' })).fragments;
    expect(row!.planeAreaM2).toBeGreaterThan(2000);
    expect(row!.areaUnroundedM2).toBeLessThan(2000);
    expect(row!.withinLimit).toBe(true);
    expect(row!.reasons.map(({ code, verdict }) => [code, verdict])).toContainEqual([
      'basis-decides',
      'attention',
    ]);
  });

  it('over 3 亩 and over 10 % ask for the reason, in principle', async () => {
    const answer = await askMade([project, { id: 'A', role: 'fragment', box: [100, 920, 150, 965] }]);
    expect(answer.fragments[0]).toMatchObject({ withinLimit: false, verdict: 'attention' });
    expect(answer.fragments[0]!.reasons.map(({ code }) => code)).toEqual(['over-limit']);
    expect(answer.reasons.map(({ code }) => code)).toEqual(['over-cap']);
    expect([answer.withinCap, answer.verdict]).toEqual([false, 'attention']);
  });

  it('without a project the share is undetermined', async () => {
    const answer = await askMade([{ id: 'A', role: 'fragment', box: [100, 920, 120, 940] }]);
    expect([answer.withinCap, answer.ratio.included, answer.verdict]).toEqual([null, null, 'undetermined']);
  });

  it('a piece that is no construction land does not belong here', async () => {
    const answer = await askMade([
      { id: 'XM', role: 'project', box: [340, 900, 440, 1000] },
      { id: 'A', role: 'fragment', box: [370, 920, 390, 940] },
    ]);
    expect(answer.fragments[0]!.verdict).toBe('prohibited');
    expect(answer.fragments[0]!.reasons[0]!.detail.zh).toContain('0102');
  });

  it('ground that no layer covers is undetermined', async () => {
    await resetTables(db);
    await loadLaboratory({ db, geos }, ['xzq']);
    const without = await createFragments(supplyParts(db, geos), {
      body: curated,
      contentType: 'application/geo+json',
    });
    await resetTables(db);
    await loadLaboratory({ db, geos });
    parts = supplyParts(db, geos);
    expect(without.verdict).toBe('undetermined');
    expect(without.fragments.every(({ verdict }) => verdict === 'undetermined')).toBe(true);
    expect(without.fragments[0]!.evidence.builtShare).toBeNull();
  });
});

describe('beside the project', () => {
  it('counts a piece that shares its border with the project on top of its land', async () => {
    const answer = await askMade([project, { id: 'A', role: 'fragment', box: [220, 920, 240, 940] }]);
    expect(answer.fragments[0]).toMatchObject({ position: 'adjoining', evidence: { boundedM: 20 } });
    expect(answer.ratio).toEqual({ included: 0.0196, excluded: 0.02 });
    expect(answer.warnings.map(({ code }) => code)).toContain('fragment-beside-project');
  });

  it('refuses what lies neither within nor beside, and roles it does not know, each with its pointer', async () => {
    const far = askMade([
      project,
      { id: 'A', role: 'fragment', box: [300, 920, 320, 940] },
      { id: 'B', role: 'fragment', box: [210, 920, 230, 940] },
    ]);
    await expect(far).rejects.toMatchObject({
      code: 'bad-parcel',
      facts: {
        errors: [
          { pointer: '/features/1/geometry', code: 'fragment-outside-project' },
          { pointer: '/features/2/geometry', code: 'fragment-outside-project' },
        ],
      },
    });
    const roleless = askMade([
      project,
      { id: 'A', box: [100, 920, 120, 940] },
      { id: 'B', role: 'x', box: [60, 920, 70, 930] },
    ]);
    await expect(roleless).rejects.toMatchObject({
      facts: {
        errors: [
          { pointer: '/features/1/properties/role', code: 'missing-role' },
          { pointer: '/features/2/properties/role', code: 'unknown-role' },
          { pointer: '/features', code: 'no-fragments' },
        ],
      },
    });
  });
});

describe('discovery', () => {
  it('does not call a range free of fragments where the survey does not cover it', async () => {
    // the laboratory ends at x = 0
    const answer = await askMade([{ id: 'XM', role: 'project', box: [-50, 900, 50, 1000] }], {
      discover: true,
    });
    expect(answer.verdict).toBe('undetermined');
    expect(answer.reasons.map(({ code }) => code)).toEqual([
      'land-class-not-covering',
      'approved-land-not-registered',
    ]);
  });

  it('finds what is left of construction land between supplied parcels and cleans away slivers', async () => {
    // industry up to x = 380, then a field: all of it supplied but a strip of 20 × 60 and one of 0.4 m
    const answer = await askMade(
      [
        { id: 'XM', role: 'project', box: [200, 800, 500, 900] },
        { id: 'S1', role: 'host', landUse: '1001', box: [200, 800, 360, 860] },
        { id: 'S2', role: 'host', landUse: '0901', box: [200, 860, 379.6, 900] },
      ],
      { discover: true },
    );
    expect(answer.fragments).toHaveLength(1);
    const [piece] = answer.fragments;
    // 20 × 60 m and, hanging on it, the strip of 0.4 × 40 m
    expect(piece!.planeAreaM2).toBeCloseTo(1216, 0);
    expect(piece!.hosts.map(({ id, industrial }) => [id, industrial])).toEqual([
      ['S1', true],
      ['S2', false],
    ]);
    expect(piece!.landClasses.map(({ code }) => code)).toEqual(['0601']);
    expect(answer.discovered).toMatchObject({
      selection: { ids: ['LX-1'], search: 'exact' },
      cleaned: { pieces: 0 },
      larger: { pieces: 0 },
    });
    expect(answer.discovered!.towns).toMatchObject([{ code: '410891001001', fragments: 1 }]);
  });

  it('takes off what a registered layer says is approved, and names the layers that are not there', async () => {
    const made: Made[] = [
      { id: 'XM', role: 'project', box: [200, 800, 500, 900] },
      { id: 'S1', role: 'host', landUse: '1001', box: [200, 800, 360, 860] },
      { id: 'S2', role: 'host', landUse: '0901', box: [200, 860, 380, 900] },
    ];
    const before = await askMade(made, { discover: true });
    expect([before.fragments.length, before.verdict]).toEqual([1, 'attention']);
    expect(before.fragments[0]!.planeAreaM2).toBeCloseTo(1200, 0);
    expect(before.discovered!.subtracted.map(({ id, status }) => [id, status])).toEqual([
      ['xx_xmzdfw', 'missing'],
      ['zz_nydzyfw', 'missing'],
      ['zz_tdzsfw', 'missing'],
    ]);
    const [x0, y0, x1, y1] = [LAB[0] + 360, LAB[1] + 800, LAB[0] + 380, LAB[1] + 830];
    const ring: [number, number][] = [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
      [x0, y0],
    ];
    await loadRings({ db, geos }, 'zz_nydzyfw', [feature([[ring]], { XMDM: 'P1' })]);
    const after = await askMade(made, { discover: true });
    expect(after.fragments.map(({ planeAreaM2 }) => Math.round(planeAreaM2))).toEqual([600]);
    expect(after.discovered!.subtracted[1]).toMatchObject({
      id: 'zz_nydzyfw',
      status: 'active',
      features: 1,
    });
    expect(after.reasons.find(({ code }) => code === 'approved-land-not-registered')!.detail.zh).toBe(
      '未登记：先行用地范围、土地征收范围；未能扣除其中的已批准用地，已供应的宗地请以 role=host 提交。',
    );
  });
});
