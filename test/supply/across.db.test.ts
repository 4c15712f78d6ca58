/** Gaps that may be crossed: water by the survey, a green strip by the plan, and what stays apart. */
import { describe, expect, it } from 'vitest';
import type { BundleAnswer, BundleRequest } from '../../src/supply/bundle-types.js';
import { createBundles } from '../../src/supply/create-bundles.js';
import { feature } from '../layers/made-layers.js';
import { loadRings } from '../overlay/made-ground.js';
import { closedRing, cornersOf, type MadeParcel, openLaboratory, parcelsFile } from './lab-ground.js';

const laboratory = openLaboratory();

const ask = (parcels: readonly MadeParcel[], across: BundleRequest['across']): Promise<BundleAnswer> =>
  createBundles(laboratory.parts, {
    ...{ body: parcelsFile(parcels), contentType: 'application/geo+json', crs: 'EPSG:4526' },
    across,
  });

describe('a pond of 130 m between two parcels', () => {
  const sides: MadeParcel[] = [
    { id: 'W', landUse: '1001', box: [200, 600, 250, 700] },
    { id: 'E', landUse: '0901', box: [380, 600, 430, 700] },
  ];

  it('is crossed as water to its width, and told where it is not', async () => {
    const crossed = await ask(sides, { water: 130 });
    expect(crossed.adjacency).toMatchObject([
      { a: 'E', b: 'W', kind: 'gap', gapM: 130, facingM: 100, adjacent: true, across: 'water' },
    ]);
    expect(crossed.adjacency[0]!.between).toMatchObject([{ kind: 'water', code: '1104A', share: 1 }]);
    expect(crossed.bundles.map(({ parcels }) => parcels)).toEqual([['E', 'W']]);
    const narrow = await ask(sides, { water: 129 });
    expect(narrow.adjacency[0]).toMatchObject({ adjacent: false, between: [{ kind: 'water' }] });
    const asRoad = await ask(sides, { road: 130 });
    expect(asRoad.adjacency[0]).toMatchObject({ adjacent: false, across: null });
  });

  it('is not crossed where a third parcel lies in it, with areas that add up on one basis', async () => {
    const { adjacency } = await ask([...sides, { id: 'M', landUse: '0701', box: [300, 620, 330, 680] }], {
      water: 130,
    });
    const pair = adjacency.find(({ a, b }) => a === 'E' && b === 'W')!;
    expect(pair).toMatchObject({ adjacent: false, between: [{ kind: 'parcel' }, { kind: 'water' }] });
    // 13,000 m² of the plane lie 118 ppm lower on the ellipsoid
    expect(pair.between.reduce((sum, { areaM2 }) => sum + areaM2, 0)).toBeCloseTo(12_998.47, 1);
  });
});

describe('a green strip that only the plan knows', () => {
  it('is crossed as green by the planned use, where the survey shows something else', async () => {
    const strip = [[closedRing(cornersOf([600, 800, 612, 900]))]];
    await loadRings(laboratory, 'ghydyh', [feature(strip, { BSM: 'G', YDYHDM: '1402' })]);
    const sides: MadeParcel[] = [
      { id: 'A', landUse: '1001', box: [590, 800, 600, 900] },
      { id: 'B', landUse: '0901', box: [612, 800, 630, 900] },
    ];
    const { adjacency } = await ask(sides, { green: 12 });
    expect(adjacency).toMatchObject([{ adjacent: true, across: 'green', meanGapM: 12 }]);
    expect(adjacency[0]!.between).toMatchObject([{ kind: 'green', code: '1402', share: 1 }]);
    const asRoad = await ask(sides, { road: 12 });
    expect(asRoad.adjacency[0]).toMatchObject({ adjacent: false, across: null });
  });
});
