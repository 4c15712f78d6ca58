/** Fragments that are found: leftovers between supplied and approved land, cleaned of slivers, in ranges of any size. */
import { afterEach, describe, expect, it } from 'vitest';
import { approvedLayers } from '../../src/supply/approved-layers.js';
import { createFragments } from '../../src/supply/create-fragments.js';
import { type Found, findFragments } from '../../src/supply/find-fragments.js';
import { constructionClasses, type FragmentGround } from '../../src/supply/fragment-ground.js';
import { limitsOn } from '../../src/supply/fragment-limits.js';
import type { FragmentAnswer, FragmentRequest } from '../../src/supply/fragment-types.js';
import { useTableOn } from '../../src/supply/use-groups.js';
import { feature } from '../layers/made-layers.js';
import { loadRings } from '../overlay/made-ground.js';
import {
  closedRing,
  cornersOf,
  type MadeParcel,
  openLaboratory,
  parcelsFile,
  reloadLaboratory,
} from './lab-ground.js';

const laboratory = openLaboratory();

const discover = (
  parcels: readonly MadeParcel[],
  request: Partial<FragmentRequest> = {},
): Promise<FragmentAnswer> =>
  createFragments(laboratory.parts, {
    ...{ body: parcelsFile(parcels), contentType: 'application/geo+json', crs: 'EPSG:4526', discover: true },
    ...request,
  });

const box = (...corners: [number, number, number, number]) => [[closedRing(cornersOf(corners))]];
const cents = (m2: number): number => Math.round(100 * m2);
/** Built is taken, fragments, larger and cleaned, to the cent. */
const closes = ({ discovered, fragments }: FragmentAnswer): boolean => {
  const { builtM2, takenM2, cleaned, larger } = discovered!;
  const parts = [takenM2, cleaned.areaM2, larger.areaM2, ...fragments.map(({ areaM2 }) => areaM2)];
  return cents(builtM2) === parts.reduce((sum, m2) => sum + cents(m2), 0);
};

// industry up to x = 380, then a field
const range: MadeParcel = { id: 'XM', role: 'project', box: [200, 800, 500, 900] };

describe('discovery', () => {
  it('does not call a range free of fragments where the survey does not cover it', async () => {
    // the laboratory ends at x = 0
    const answer = await discover([{ id: 'XM', role: 'project', box: [-50, 900, 50, 1000] }]);
    expect(answer.verdict).toBe('undetermined');
    expect(answer.reasons.map(({ code }) => code)).toEqual([
      'land-class-not-covering',
      'approved-land-not-registered',
    ]);
  });

  it('finds what is left of construction land between supplied parcels and cleans away slivers', async () => {
    // all of it supplied but a strip of 20 × 60 m and, hanging on it, one of 0.4 × 40 m
    const answer = await discover([
      range,
      { id: 'S1', role: 'host', landUse: '1001', box: [200, 800, 360, 860] },
      { id: 'S2', role: 'host', landUse: '0901', box: [200, 860, 379.6, 900] },
    ]);
    expect(answer.fragments).toHaveLength(1);
    const [piece] = answer.fragments;
    expect(piece!.planeAreaM2).toBeCloseTo(1200, 1);
    expect(piece!.hosts.map(({ id, industrial }) => [id, industrial])).toEqual([
      ['S1', true],
      ['S2', false],
    ]);
    expect(piece!.landClasses.map(({ code }) => code)).toEqual(['0601']);
    expect(answer.discovered).toMatchObject({
      selection: { ids: ['LX-1'], search: 'exact' },
      cleaned: { pieces: 1, areaM2: 15.99 },
      larger: { pieces: 0 },
    });
    expect(answer.discovered!.towns).toMatchObject([{ code: '410891001001', fragments: 1 }]);
    expect(closes(answer)).toBe(true);
  });

  it('does not join two leftovers by a strip of three centimetres', async () => {
    const answer = await discover([
      range,
      { id: 'S1', role: 'host', landUse: '1001', box: [200, 800, 340, 900] },
      { id: 'S2', role: 'host', landUse: '1001', box: [340, 830, 379.97, 870] },
    ]);
    expect(answer.fragments.map(({ planeAreaM2 }) => Math.round(planeAreaM2))).toEqual([1200, 1200]);
    expect(answer.discovered).toMatchObject({ larger: { pieces: 0 }, cleaned: { pieces: 1, areaM2: 1.2 } });
    expect(closes(answer)).toBe(true);
  });

  it('does not pass over fragments that were submitted for a search', async () => {
    const answer = discover([range, { id: 'A', role: 'fragment', box: [210, 810, 220, 820] }]);
    await expect(answer).rejects.toMatchObject({
      code: 'bad-parcel',
      facts: { errors: [{ pointer: '/features/1/properties/role', code: 'fragment-with-discover' }] },
    });
  });

  it('cuts the land to a range that lies across the axes', async () => {
    const ring: [number, number][] = [
      [190, 780],
      [330, 950],
      [190, 1120],
      [50, 950],
    ];
    const { discovered, projectM2 } = await discover([{ id: 'XM', role: 'project', ring }]);
    expect(discovered!.larger.pieces).toBe(1);
    expect(discovered!.builtM2).toBeCloseTo(projectM2!, 1);
  });

  it('gives the same pieces whatever squares it measures, and asks no limit on pairs', async () => {
    const { parts } = laboratory;
    const day = '2026-01-01';
    const { layers } = await parts.findGround(['dltb', ...approvedLayers], undefined);
    const ground: FragmentGround = {
      ...{ parts: { ...parts, maxPairs: 1 }, layers, planeEpsg: 4526, signal: undefined },
      isConstruction: constructionClasses(parts.policy, day),
      ...{ uses: useTableOn(parts.policy, day), limits: limitsOn(day) },
      numbers: { gapToleranceM: 0.1, minSharedEdgeM: 1, minAreaM2: 20 },
    };
    const ranges = [
      [
        [
          closedRing([
            [-30, 20],
            [1400, -10],
            [1380, 1100],
            [90, 1130],
          ]),
        ],
      ],
    ];
    const taken = [box(20, 780, 340, 1120), box(380, 380, 700, 700), box(800, 800, 1100, 1000)];
    const find = (squareM: number | undefined) =>
      findFragments(ground, { ranges, taken, approvedIds: approvedLayers, squareM }, {});
    const whole = await find(undefined);
    const squares = await find(90);
    expect(whole.pieces.length + whole.larger.pieces).toBeGreaterThan(3);
    expect(squares.pieces).toEqual(whole.pieces);
    expect(squares.larger.pieces).toBe(whole.larger.pieces);
    expect(squares.larger.areaM2).toBeCloseTo(whole.larger.areaM2, 2);
    expect(squares.takenM2).toBeCloseTo(whole.takenM2, 2);
    const unknown = /范围内 ([\d.]+) ㎡ 没有地类图斑数据/;
    const blindM2 = ({ blind }: Found) => Number(unknown.exec(blind[0]!.detail.zh)![1]);
    expect(blindM2(squares)).toBeCloseTo(blindM2(whole), 0);
  });
});

describe('approved land', () => {
  afterEach(() => reloadLaboratory(laboratory));
  const made: MadeParcel[] = [
    range,
    { id: 'S1', role: 'host', landUse: '1001', box: [200, 800, 360, 860] },
    { id: 'S2', role: 'host', landUse: '0901', box: [200, 860, 380, 900] },
  ];

  it('is taken off where a layer has it, as a neighbour, and layers that are not there are named', async () => {
    const before = await discover(made);
    expect([before.fragments.length, before.verdict]).toEqual([1, 'attention']);
    expect(before.fragments[0]!.planeAreaM2).toBeCloseTo(1200, 0);
    expect(before.discovered!.subtracted.map(({ id, status }) => [id, status])).toEqual([
      ['xx_xmzdfw', 'missing'],
      ['zz_nydzyfw', 'missing'],
      ['zz_tdzsfw', 'missing'],
    ]);
    await loadRings(laboratory, 'zz_nydzyfw', [
      feature(box(360, 800, 380, 830), { BSM: 'P1', XMMC: '某项目' }),
    ]);
    const after = await discover(made);
    expect(after.fragments.map(({ planeAreaM2 }) => Math.round(planeAreaM2))).toEqual([600]);
    expect(after.fragments[0]!.hosts.map(({ id, industrial }) => [id, industrial])).toEqual([
      ['S1', true],
      ['S2', false],
      ['zz_nydzyfw:P1', null],
    ]);
    expect(after.discovered!.subtracted[1]).toMatchObject({
      ...{ id: 'zz_nydzyfw', status: 'active', features: 1 },
      areaM2: expect.closeTo(599.93, 1),
    });
    expect(after.reasons.find(({ code }) => code === 'approved-land-not-registered')!.detail.zh).toBe(
      '未登记：先行用地范围、土地征收范围；未能扣除其中的已批准用地，已供应的宗地请以 role=host 提交。',
    );
    expect(closes(after)).toBe(true);
  });

  it('says what lies in expropriated land, and leaves that in when asked', async () => {
    await loadRings(laboratory, 'zz_tdzsfw', [feature(box(360, 800, 380, 830), { BSM: 'Z1' })]);
    const aside = await discover(made);
    expect(aside.fragments.map(({ planeAreaM2 }) => Math.round(planeAreaM2))).toEqual([600]);
    expect(aside.parameters.approved).toBe('xx_xmzdfw,zz_nydzyfw,zz_tdzsfw');
    expect(aside.reasons.map(({ code, verdict }) => [code, verdict])).toContainEqual([
      'expropriated-land-set-aside',
      'attention',
    ]);
    const kept = await discover(made, { approved: ['zz_nydzyfw', 'xx_xmzdfw'] });
    expect(kept.fragments.map(({ planeAreaM2 }) => Math.round(planeAreaM2))).toEqual([1200]);
    expect(kept.reasons.map(({ code }) => code)).toEqual(['approved-land-not-registered']);
    const none = await discover(made, { approved: ['none'] });
    expect(none.discovered!.subtracted).toEqual([]);
    await expect(discover(made, { approved: ['dltb'] })).rejects.toMatchObject({
      code: 'bad-parameter',
      facts: { errors: [{ pointer: 'approved' }] },
    });
  });
});
