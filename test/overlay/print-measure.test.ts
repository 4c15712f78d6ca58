import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { LayerSnapshot } from '../../src/layers/layer-types.js';
import type { ShownFeature } from '../../src/overlay/feature-cache.js';
import type { Claims } from '../../src/overlay/inner-overlaps.js';
import type { Ground } from '../../src/overlay/measure-ground.js';
import { noNoise } from '../../src/overlay/noise.js';
import { printMeasure } from '../../src/overlay/print-measure.js';

const layer = { layerId: 'dltb', kind: 'partition', version: 't' } as LayerSnapshot;

const feature = (featureNo: number, over: Partial<ShownFeature> = {}): ShownFeature => ({
  featureNo,
  bsm: `B${featureNo}`,
  classCode: '0103',
  classLabel: '旱地',
  planeAreaM2: 1e6,
  kcxs: 0,
  attributeAreaM2: null,
  attributeNetAreaM2: null,
  attributes: {},
  attributesJson: Buffer.from('{}'),
  sortKey: '',
  ...over,
});

function ground(features: Record<number, number>, outsideM2 = 0, undeterminedM2 = 0): Ground {
  const unionM2 = Object.values(features).reduce((a, b) => a + b, 0);
  return {
    shapeAreaM2: unionM2 + outsideM2 + undeterminedM2,
    features: new Map(Object.entries(features).map(([k, v]) => [Number(k), v])),
    unionM2,
    outsideM2,
    undeterminedM2,
    coveredM2: 0,
    missingReason: undeterminedM2 > 0 ? 'outside-coverage' : null,
  };
}

const print = (
  parcelAreaM2: number,
  g: Ground,
  features: ShownFeature[],
  shared = new Map<number, number>(),
  contested = new Map<number, number>(),
) =>
  printMeasure(
    layer,
    parcelAreaM2,
    g,
    new Map(features.map((f) => [f.featureNo, f])),
    { shared, contested } satisfies Claims,
    noNoise,
  );

const cents = (v: number): number => Math.round(v * 100);

describe('printed figures', () => {
  it('close to the parcel: three thirds of 100.00', () => {
    const third = 100 / 3;
    const m = print(100, ground({ 1: third, 2: third, 3: third }), [feature(1), feature(2), feature(3)]);
    expect(m.features.map((f) => f.areaM2)).toEqual([33.34, 33.33, 33.33]);
    expect(m.areaM2).toBe(100);
  });

  it('never print ground that is not there', () => {
    const m = print(100, ground({ 1: 100 }), [feature(1)]);
    expect(m.undeterminedM2).toBe(0);
    expect(m.outsideM2).toBe(0);
    expect(m.state).toBe('measured');
  });

  it('leave out what cannot be printed and say the rest is undetermined', () => {
    const m = print(100, ground({ 1: 60, 2: 0.004 }, 0, 39.996), [feature(1)]);
    expect(m.features.map((f) => f.featureNo)).toEqual([1]);
    expect(m.state).toBe('partial');
    expect(cents(m.areaM2) + cents(m.undeterminedM2)).toBe(10000);
  });

  it('take the attribute net area of a whole feature and subtract 田坎 from a cut one', () => {
    const whole = feature(1, { planeAreaM2: 100.01, kcxs: 0.5, attributeNetAreaM2: 50 });
    const cut = feature(2, { kcxs: 0.5, attributeNetAreaM2: 500_000 });
    const m = print(200.02, ground({ 1: 100.01, 2: 100.01 }), [whole, cut]);
    expect(m.features[0]).toMatchObject({ areaM2: 100.01, wholeFeature: true, netAreaM2: 50 });
    // 100.01 × 0.5 = 50.005 → 50.01 田坎, net 50.00 by subtraction: not 50.01 + 50.01
    expect(m.features[1]).toMatchObject({ areaM2: 100.01, wholeFeature: false, netAreaM2: 50 });
    expect(m.netAreaM2).toBe(100);
  });

  it('warn when farmland has no coefficient', () => {
    const m = print(10, ground({ 1: 10 }), [feature(1, { kcxs: null, attributeNetAreaM2: 1e6 })]);
    expect(m.warnings.map((w) => w.code)).toEqual(['kcxs-missing']);
    expect(m.features[0]!.netAreaM2).toBe(10);
  });

  it('count ground under two features once', () => {
    const g = { ...ground({ 1: 60, 2: 50 }), shapeAreaM2: 100, unionM2: 100 };
    const m = print(100, g, [feature(1), feature(2)], new Map([[2, 10]]));
    expect(m.areaM2).toBe(100);
    expect(m.features.map((f) => [f.areaM2, f.sharedM2])).toEqual([
      [60, 0],
      [50, 10],
    ]);
    expect(m.byClass[0]!.areaM2).toBe(100);
  });

  it('give ground of contradicting classes to neither', () => {
    const g = { ...ground({ 1: 60, 2: 50 }), shapeAreaM2: 100, unionM2: 100 };
    const features = [feature(1, { classCode: '0601' }), feature(2)];
    const m = print(100, g, features, new Map([[2, 10]]), new Map([[1, 10]]));
    expect(m.byClass.map((c) => [c.code, c.areaM2])).toEqual([
      ['0103', 40],
      ['0601', 50],
      ['重叠', 10],
    ]);
  });

  it('take the net area of a feature without coefficient as its gross, never as nothing', () => {
    const m = print(20, ground({ 1: 10, 2: 10 }), [feature(1), feature(2, { kcxs: null })]);
    expect(m.netAreaM2).toBe(20);
  });
});

describe('law: columns close', () => {
  const amount = fc.double({ min: 0, max: 50_000, noNaN: true });
  it('features, outside and undetermined add up to the parcel; classes add up to the layer', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(amount, fc.constantFrom('0101', '0103', '0301')), { minLength: 1, maxLength: 40 }),
        amount,
        amount,
        fc.double({ min: 0.9996, max: 1.0004, noNaN: true }),
        (rows, outside, undetermined, ratio) => {
          const g = ground(Object.fromEntries(rows.map(([v], i) => [i, v])), outside, undetermined);
          const parcelAreaM2 = Math.round(g.shapeAreaM2 * ratio * 100) / 100;
          fc.pre(parcelAreaM2 > 1);
          const m = print(
            parcelAreaM2,
            g,
            rows.map(([, classCode], i) => feature(i, { classCode })),
          );
          const features = m.features.reduce((acc, f) => acc + cents(f.areaM2), 0);
          expect(features + cents(m.outsideM2) + cents(m.undeterminedM2)).toBe(cents(parcelAreaM2));
          expect(features).toBe(cents(m.areaM2));
          expect(m.byClass.reduce((acc, c) => acc + cents(c.areaM2), 0)).toBe(cents(m.areaM2));
        },
      ),
      { numRuns: 300 },
    );
  });
});
