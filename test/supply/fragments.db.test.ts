/** Fragments over the laboratory: the curated file with its known answers, and the limits to the last digit. */
import { describe, expect, it } from 'vitest';
import { goldenParcels } from '../../sample-data/golden-parcels.js';
import { fragmentAnswers } from '../../sample-data/supply-parcels.js';
import { writeTxt } from '../../src/formats/write-txt.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import { readParcelFile } from '../../src/parcels/read-parcel-file.js';
import { createFragments } from '../../src/supply/create-fragments.js';
import type { FragmentAnswer, FragmentRequest } from '../../src/supply/fragment-types.js';
import {
  curatedParcels,
  type MadeParcel,
  openLaboratory,
  parcelsFile,
  reloadLaboratory,
} from './lab-ground.js';

const curated = curatedParcels('fragments.geojson');
const laboratory = openLaboratory();

const ask = (request: Partial<FragmentRequest> = {}): Promise<FragmentAnswer> =>
  createFragments(laboratory.parts, { body: curated, contentType: 'application/geo+json', ...request });

const askMade = (parcels: readonly MadeParcel[]): Promise<FragmentAnswer> =>
  ask({ body: parcelsFile(parcels), crs: 'EPSG:4526' });

const project: MadeParcel = { id: 'XM', role: 'project', box: [20, 900, 220, 1000] };

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

  it('merges into an outline that a file of boundary points carries back whole', async () => {
    const { merge } = (await ask()).fragments[2]!;
    const rings = merge!.plane.coordinates;
    const parcel = { id: 'M', name: null, landUse: null, attributes: {}, rings };
    const body = writeTxt([parcel], { epsg: 4526 }).bytes;
    const { limits } = laboratory.parts;
    const { parcels } = await readParcelFile({ body, contentType: 'text/plain', limits }, laboratory.geos);
    // the host's 30 m square and, on the middle of a side, the fragment of 10 × 30 m
    expect(parcels.map(({ plane }) => plane.map((polygon) => polygon.map((ring) => ring.length)))).toEqual([
      [[9]],
    ]);
    expect(Math.abs(planarAreaM2(parcels[0]!.plane) - 1200)).toBeLessThan(0.1);
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
    await reloadLaboratory(laboratory, ['xzq']);
    const without = await ask();
    await reloadLaboratory(laboratory);
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

  it('names an unknown use of a host, and what lies on it with its place', async () => {
    const fragment: MadeParcel = { id: 'A', role: 'fragment', box: [100, 920, 120, 940] };
    await expect(
      askMade([project, fragment, { id: 'H', role: 'host', landUse: 'QQ', box: [120, 920, 140, 940] }]),
    ).rejects.toMatchObject({
      code: 'bad-parcel',
      facts: { errors: [{ pointer: '/features/2/properties/landUse', code: 'unknown-land-use' }] },
    });
    const answer = await askMade([
      project,
      fragment,
      { id: 'H', role: 'host', landUse: '1001', box: [110, 920, 140, 940] },
    ]);
    expect(answer.verdict).toBe('undetermined');
    expect(answer.warnings.find(({ code }) => code === 'overlap-defect')).toMatchObject({
      pointer: '/features/1/geometry',
      detail: { zh: expect.stringContaining('与“H”重叠 199.98 ㎡') },
    });
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
