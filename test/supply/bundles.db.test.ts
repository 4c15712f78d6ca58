/** Bundles over the laboratory: the curated file with its known answers, and what happens where something is not known. */
import { afterAll, describe, expect, it } from 'vitest';
import { bundleContacts, bundleParcels } from '../../sample-data/supply-parcels.js';
import { AppError } from '../../src/core/errors.js';
import type { Bundle, BundleAnswer, BundleRequest } from '../../src/supply/bundle-types.js';
import { createBundles } from '../../src/supply/create-bundles.js';
import { readProposal } from '../../src/supply/read-proposal.js';
import { feature } from '../layers/made-layers.js';
import { loadRings } from '../overlay/made-ground.js';
import { closedRing, cornersOf, curatedParcels, openLaboratory, reloadLaboratory } from './lab-ground.js';

const curated = curatedParcels('bundles.geojson');
const laboratory = openLaboratory();

const ask = (request: Partial<BundleRequest> = {}): Promise<BundleAnswer> =>
  createBundles(laboratory.parts, { body: curated, contentType: 'application/geo+json', ...request });

interface Collection {
  features: { id: string; properties: Record<string, unknown>; geometry: { coordinates: number[][][] } }[];
}

/** The curated file, changed. */
function changed(change: (collection: Collection) => void): Buffer {
  const collection = JSON.parse(curated.toString()) as Collection;
  change(collection);
  return Buffer.from(JSON.stringify(collection));
}

const bundleWith = (answer: BundleAnswer, id: string): Bundle | undefined =>
  answer.bundles.find((bundle) => bundle.parcels.includes(id));

const only =
  (...ids: string[]) =>
  (collection: Collection): void => {
    collection.features = collection.features.filter(({ id }) => ids.includes(id));
  };

describe('the curated file', () => {
  it('has the contacts that follow from its rectangles', async () => {
    const { adjacency } = await ask();
    expect(adjacency).toHaveLength(bundleContacts.length);
    for (const [i, expected] of bundleContacts.entries()) {
      const { a, b, kind, sharedEdgeM, gapM, overlapM2 } = adjacency[i]!;
      expect([a, b, kind]).toEqual([expected.a, expected.b, expected.kind]);
      expect(sharedEdgeM).toBeCloseTo(expected.sharedEdgeM, 2);
      expect(gapM).toBeCloseTo(expected.gapM, 3);
      // printed on the ellipsoid: 118 ppm less than in the plane
      expect(Math.abs(overlapM2 - expected.overlapM2)).toBeLessThanOrEqual(0.011);
    }
  });

  it('gives one eligible bundle of four, each figure closing', async () => {
    const answer = await ask();
    const bundle = bundleWith(answer, 'ZH-01')!;
    expect(bundle.parcels).toEqual(['ZH-01', 'ZH-02', 'ZH-03', 'ZH-04']);
    expect([bundle.eligible, bundle.standing, bundle.connected]).toEqual([true, 'eligible', true]);
    expect(bundle.uses.map(({ group }) => group)).toEqual(['commerce', 'housing', 'industry']);
    const cents = (values: number[]): number =>
      values.reduce((sum, value) => sum + Math.round(value * 100), 0);
    expect(cents(bundle.uses.map(({ areaM2 }) => areaM2))).toBe(Math.round(bundle.areaM2 * 100));
    const members = answer.parcels.filter(({ id }) => bundle.parcels.includes(id));
    expect(cents(members.map(({ areaM2 }) => areaM2))).toBe(Math.round(bundle.areaM2 * 100));
    expect(bundle.sharedEdgeM).toBeCloseTo(280, 2);
    expect(bundle.planningConditions.map(({ parcel }) => parcel)).toEqual(bundle.parcels);
    for (const parcel of answer.parcels)
      expect(cents([parcel.insideM2, parcel.outsideM2, parcel.undeterminedM2])).toBe(
        Math.round(parcel.areaM2 * 100),
      );
  });

  it('keeps out what lies in the window of the boundary, with the square metres', async () => {
    const answer = await ask();
    const bundle = bundleWith(answer, 'ZH-05')!;
    expect([bundle.eligible, bundle.standing]).toEqual([false, 'not-eligible']);
    expect(bundle.reasons.map(({ code, parcel }) => [code, parcel])).toEqual([
      ['outside-boundary', 'ZH-05'],
      ['outside-boundary', 'ZH-07'],
    ]);
  });

  it('lists an overlap as a defect and makes no bundle of it', async () => {
    const answer = await ask();
    expect(bundleWith(answer, 'ZH-08')).toBeUndefined();
    const row = answer.parcels.find(({ id }) => id === 'ZH-08')!;
    expect([row.standing, row.bundle]).toEqual(['undetermined', null]);
    expect(row.reasons.map(({ code }) => code)).toContain('overlap-defect');
  });

  it('joins parcels across a road only when asked, and says what lies between', async () => {
    expect(bundleWith(await ask(), 'ZH-10')).toBeUndefined();
    expect(bundleWith(await ask({ across: { road: 9 } }), 'ZH-10')).toBeUndefined();
    expect(bundleWith(await ask({ across: { green: 20 } }), 'ZH-10')).toBeUndefined();
    const answer = await ask({ across: { road: 10 } });
    expect(bundleWith(answer, 'ZH-10')?.parcels).toEqual(['ZH-10', 'ZH-11']);
    const pair = answer.adjacency.find(({ a }) => a === 'ZH-10')!;
    expect(pair).toMatchObject({ kind: 'gap', gapM: 10, facingM: 60, adjacent: true, across: 'road' });
    expect(pair.between).toMatchObject([{ kind: 'road', code: '1006', share: 1 }]);
  });

  it('says what lies in a gap that may not be crossed', async () => {
    // a road of 10 m, asked for to 9.5 m
    const { adjacency } = await ask({ across: { road: 9.5 } });
    const pair = adjacency.find(({ a }) => a === 'ZH-10')!;
    expect(pair).toMatchObject({ adjacent: false, across: null, between: [{ kind: 'road', code: '1006' }] });
  });

  it('does not join across a third parcel', async () => {
    const { adjacency } = await ask({ across: { road: 30 } });
    const pair = adjacency.find(({ a, b }) => a === 'ZH-05' && b === 'ZH-06')!;
    expect(pair).toMatchObject({ adjacent: false, between: [{ kind: 'parcel', share: 1 }] });
  });
});

describe('what is not known', () => {
  afterAll(() => reloadLaboratory(laboratory));

  it('is never eligible: use missing, plan missing', async () => {
    const without = changed((collection) => {
      only('ZH-01', 'ZH-02')(collection);
      delete collection.features[0]!.properties.landUse;
      delete collection.features[1]!.properties.detailedPlanUse;
    });
    const { bundles } = await ask({ body: without });
    expect(bundles[0]).toMatchObject({ eligible: false, standing: 'undetermined' });
    expect(bundles[0]!.reasons.map(({ code }) => code)).toEqual([
      'one-use',
      'no-land-use',
      'detailed-plan-unknown',
      'detailed-plan-missing',
    ]);
  });

  it('without the detailed plan nothing is eligible in the city, while the province has its own word', async () => {
    const body = changed((collection) => {
      only('ZH-01', 'ZH-02')(collection);
      for (const { properties } of collection.features) delete properties.detailedPlanUse;
    });
    const { bundles } = await ask({ body });
    expect(bundles[0]!.documents.map(({ standing }) => standing)).toEqual(['undetermined', 'eligible']);
    expect(bundles[0]).toMatchObject({ eligible: false, standing: 'undetermined' });
    expect(bundles[0]!.reasons.map(({ code, parcel }) => [code, parcel])).toEqual([
      ['detailed-plan-missing', 'ZH-01'],
      ['detailed-plan-missing', 'ZH-02'],
    ]);
    const elsewhere = await ask({ body, rulePack: 'henan-2025' });
    expect(elsewhere.bundles[0]).toMatchObject({ eligible: true, standing: 'eligible', reasons: [] });
    expect(elsewhere.bundles[0]!.documents.map(({ article }) => article)).toEqual(['33']);
    await expect(ask({ body, rulePack: 'nowhere' })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('a submitted plan use that differs keeps the bundle out', async () => {
    const body = changed((collection) => {
      only('ZH-01', 'ZH-02')(collection);
      collection.features[1]!.properties.detailedPlanUse = '0701';
    });
    const { bundles } = await ask({ body });
    expect(bundles[0]).toMatchObject({ eligible: false, standing: 'not-eligible' });
  });

  it('a missing boundary leaves everything undetermined', async () => {
    await reloadLaboratory(laboratory, ['dltb', 'xzq']);
    const { bundles, parcels } = await ask();
    expect(bundles.every(({ standing, eligible }) => standing === 'undetermined' && !eligible)).toBe(true);
    expect(parcels.every(({ areaM2, undeterminedM2 }) => areaM2 === undeterminedM2)).toBe(true);
  });

  it('a registered detailed plan decides, with the square metres that differ', async () => {
    await reloadLaboratory(laboratory);
    const box = (...corners: [number, number, number, number]) => [[closedRing(cornersOf(corners))]];
    await loadRings(laboratory, 'xxghydyh', [
      feature(box(0, 760, 180, 1140), { BSM: 'P1', YDYHDM: '10' }),
      feature(box(180, 760, 290, 1140), { BSM: 'P2', YDYHDM: '0901' }),
      feature(box(290, 760, 380, 1140), { BSM: 'P3', YDYHDM: '1401' }),
    ]);
    const { bundles } = await ask({ body: changed(only('ZH-01', 'ZH-02')) });
    expect(bundles[0]!.documents.map(({ standing }) => standing)).toEqual(['not-eligible', 'eligible']);
    expect(bundles[0]!.eligible).toBe(false);
    expect(bundles[0]!.reasons).toHaveLength(1);
    // 10 × 100 m of park, on the ellipsoid
    expect(bundles[0]!.reasons[0]!.detail.zh).toContain('ZH-02：999.88 ㎡ 的详规用途为 1401');
  });
});

describe('bad input', () => {
  it('names every unknown use with its pointer, in one refusal', async () => {
    const body = changed((collection) => {
      collection.features[0]!.properties.landUse = '9999';
      collection.features[2]!.properties.detailedPlanUse = 'X1';
    });
    const refused = await ask({ body }).catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(AppError);
    expect((refused as AppError).code).toBe('bad-parcel');
    expect((refused as AppError).facts.errors?.map(({ pointer, code }) => [pointer, code])).toEqual([
      ['/features/0/properties/landUse', 'unknown-land-use'],
      ['/features/2/properties/detailedPlanUse', 'unknown-land-use'],
    ]);
  });

  it('refuses repeated ids and parameters out of range', async () => {
    const twice = changed((collection) => {
      collection.features[1]!.id = 'ZH-01';
    });
    await expect(ask({ body: twice })).rejects.toMatchObject({ code: 'bad-parcel' });
    await expect(ask({ gapToleranceM: 50, minSharedEdgeM: 0 })).rejects.toMatchObject({
      code: 'bad-parameter',
      facts: { errors: [{ pointer: 'gapToleranceM' }, { pointer: 'minSharedEdgeM' }] },
    });
  });

  it('names wishes for parcels and uses that are not there', async () => {
    const propose = { include: ['ZH-01', 'NN'], exclude: ['ZH-01'], uses: ['industry', 'parks'] };
    await expect(ask({ propose })).rejects.toMatchObject({
      code: 'bad-parameter',
      facts: {
        errors: [
          { pointer: 'include', code: 'unknown-parcel' },
          { pointer: 'exclude', code: 'contradiction' },
          { pointer: 'uses', code: 'unknown-use-group' },
        ],
      },
    });
    expect(() => readProposal(false, { uses: ['industry'], limit: 5 })).toThrow('bad value of uses');
    expect(readProposal(false, { limit: 5 })).toBeUndefined();
  });

  it('keeps out uses that may not be mixed and reads older codes', async () => {
    const body = changed((collection) => {
      only('ZH-01', 'ZH-02', 'ZH-03')(collection);
      for (const { properties } of collection.features) delete properties.detailedPlanUse;
      collection.features[0]!.properties.landUse = '1501';
      collection.features[2]!.properties.landUse = 'R2';
    });
    const { parcels, warnings } = await ask({ body });
    expect(parcels[0]!.reasons.map(({ code }) => code)).toContain('excluded-use');
    expect(parcels[2]!.useGroup).toBe('housing');
    expect(warnings.map(({ code }) => code)).toContain('former-land-use');
  });
});

it('the order of the file changes nothing', async () => {
  const turned = changed((collection) => collection.features.reverse());
  const [plain, other] = [
    await ask({ across: { road: 10 } }),
    await ask({ across: { road: 10 }, body: turned }),
  ];
  expect(other.bundles).toEqual(plain.bundles);
  expect(other.adjacency).toEqual(plain.adjacency);
});

it('proposes the best of the curated parcels and says why it is better than the next', async () => {
  const { proposals } = await ask({ propose: { maxAreaM2: 30_000, limit: 2 } });
  expect(proposals!.search).toBe('exact');
  // with all three uses and within 30,000 m² only ZH-02, ZH-03, ZH-04 hang together
  expect(proposals!.proposals[0]!.parcels).toEqual(['ZH-02', 'ZH-03', 'ZH-04']);
  expect(proposals!.proposals[0]!.beatsNext?.zh).toContain('用途 3 类，多于下一方案的 2 类');
  expect(proposals!.proposals[0]!.areaM2).toBeLessThanOrEqual(30_000);
  expect(proposals!.left[0]!.detail.zh).toBe('ZH-05：位于城镇开发边界外 3599.58 ㎡。');
  expect(proposals!.left.map(({ parcel }) => parcel)).toEqual(['ZH-05', 'ZH-07', 'ZH-08', 'ZH-09']);
  expect(bundleParcels).toHaveLength(11);
});
