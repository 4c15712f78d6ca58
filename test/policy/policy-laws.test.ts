/** The laws of judgement as properties: fail closed, monotone in area and threshold, blind to order and to unrelated layers. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dlbmCodes } from '../../src/core/dlbm.js';
import { evaluate, openParcel } from '../../src/policy/evaluate.js';
import { openTotals } from '../../src/policy/evaluate-totals.js';
import { findRulePack } from '../../src/policy/find-rule-pack.js';
import { builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import { toRow } from '../../src/policy/pack-tests.js';
import type { MeasureForPolicy, ParcelJudgement, Stage, Verdict } from '../../src/policy/policy-types.js';
import type { ResolvedRulePack, RuleMeasure, RuleThreshold } from '../../src/policy/rule-pack-types.js';

// findings are compared whole: fewer runs keep the file under a second
fc.configureGlobal({ numRuns: 60 });

const onDate = '2026-03-01';
const pack = findRulePack(builtInRulePacks(), undefined, onDate)!;
// those that must be there; the others are asked only where they are registered
const layers = pack.layers.filter((need) => !need.optional).map((need) => need.layer);
const optional = pack.layers.filter((need) => need.optional).map((need) => need.layer);
const noFacts = { landUse: null, properties: {} };
const rank: Record<Verdict, number> = { clear: 0, attention: 1, undetermined: 2, prohibited: 3 };

const judge = (measures: MeasureForPolicy[], stage: Stage = 'approval', rules = pack): ParcelJudgement =>
  evaluate(rules, measures, noFacts, stage, onDate);

const PARCEL_CENTS = 1_000_000;
const classCodes: Record<string, readonly (string | null)[]> = {
  czkfbj: ['城镇集中建设区', '城镇弹性发展区', '特别用途区', '别的区', null],
  dltb: [...dlbmCodes.keys(), '0104', null],
};

/** Any row that closes: areas in whole hundredths, classes that add up, flags and states at will. */
function anyRow(layer: string): fc.Arbitrary<MeasureForPolicy> {
  const weights = fc.tuple(fc.nat(9), fc.nat(9), fc.nat(9)).filter((parts) => parts.some((part) => part > 0));
  return fc
    .record({
      weights,
      states: fc.constantFrom('measured', 'partial', 'missing'),
      flags: fc.tuple(fc.boolean(), fc.boolean(), fc.boolean()),
      codes: fc.uniqueArray(fc.constantFrom(...(classCodes[layer] ?? [null])), { maxLength: 4 }),
      net: fc.constantFrom(null, 0.5, 1),
    })
    .map(({ weights: [a, b, c], states, flags, codes, net }) => {
      const cents = (part: number): number => Math.floor((PARCEL_CENTS * part) / (a + b + c));
      const [area, outside] = states === 'missing' ? [0, 0] : [cents(a), cents(b)];
      const state = states === 'measured' && area + outside < PARCEL_CENTS ? 'partial' : states;
      const shares = codes.map((code, i) => {
        const part = Math.floor(area / codes.length) + (i === 0 ? area % codes.length : 0);
        return {
          code,
          label: null,
          areaM2: part / 100,
          netAreaM2: net && (part * net) / 100,
          noise: flags[0],
        };
      });
      return {
        ...{ layer, state, missingReason: state === 'measured' ? null : 'gap' },
        ...{ parcelAreaM2: PARCEL_CENTS / 100, areaM2: area / 100, netAreaM2: net && (area * net) / 100 },
        ...{ outsideM2: outside / 100, undeterminedM2: (PARCEL_CENTS - area - outside) / 100 },
        ...{ noise: { area: flags[0], outside: flags[1], undetermined: flags[2] }, byClass: shares },
      };
    });
}

const anyRows = fc.tuple(...layers.map(anyRow));
const anyStage = fc.constantFrom<Stage>('pre-review', 'approval');

/** One rule over one measure with the pack's tables: thresholds under test, not texts. */
function onlyRule(
  measure: RuleMeasure,
  when: RuleThreshold,
  basis: 'gross' | 'net' = 'gross',
): ResolvedRulePack {
  const rule = { ...pack.rules[0]!, id: 'only', measure, when, basis };
  return { ...pack, rules: [rule] };
}

describe('fail closed', () => {
  it('a needed layer that is missing or partly measured never gives an overall clear', () => {
    fc.assert(
      fc.property(anyRows, anyStage, (rows, stage) => {
        const holes = rows.filter(
          (row) => row.state === 'missing' || (row.state === 'partial' && !row.noise.undetermined),
        );
        fc.pre(holes.length > 0);
        const { verdict, layerVerdicts } = judge(rows, stage);
        expect(rank[verdict]).toBeGreaterThanOrEqual(rank.undetermined);
        for (const hole of holes)
          expect(rank[layerVerdicts[hole.layer]!]).toBeGreaterThanOrEqual(rank.undetermined);
      }),
    );
  });

  it('a missing layer is undetermined however much boundary error the pack lets pass', () => {
    const lenient = { ...pack, boundaryError: { upToM2: 1e9, upToShare: 1 } };
    fc.assert(
      fc.property(anyRows, (rows) => {
        const missing = rows.filter((row) => row.state === 'missing');
        const { layerVerdicts } = judge(rows, 'approval', lenient);
        for (const { layer } of missing) expect(layerVerdicts[layer]).toBe('undetermined');
      }),
    );
  });

  it('clear means: everything measured up to boundary error, and every rule passed or lists noise only', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { verdict, findings, passed } = judge(rows);
        if (verdict !== 'clear') return;
        for (const finding of findings) expect([finding.noise, finding.verdict]).toEqual([true, 'clear']);
        const answered = new Set([...findings, ...passed].map((one) => one.rule));
        expect([...answered].sort()).toEqual(pack.rules.map((rule) => rule.id).sort());
        for (const row of rows)
          expect(row.undeterminedM2).toBeLessThanOrEqual(pack.boundaryError.upToShare * row.parcelAreaM2);
      }),
    );
  });

  it('dropping any row that rules need never improves the verdict to clear', () => {
    fc.assert(
      fc.property(anyRows, fc.constantFrom(...layers), (rows, gone) => {
        const { verdict, layerVerdicts } = judge(rows.filter((row) => row.layer !== gone));
        expect(verdict).not.toBe('clear');
        expect(layerVerdicts[gone]).toBe('undetermined');
      }),
    );
  });

  it('every square metre that a rule cannot judge is said', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { findings } = judge(rows);
        for (const row of rows.filter((one) => one.layer === 'stbhhx')) {
          const said = findings
            .filter((one) => one.rule === 'stbhhx-overlap')
            .map((one) => one.undeterminedM2);
          expect(said.reduce((sum, value) => sum + value, 0)).toBeCloseTo(
            row.state === 'missing' ? row.parcelAreaM2 : row.undeterminedM2,
            6,
          );
        }
      }),
    );
  });
});

describe('one worst verdict', () => {
  it('overall is the worst of the layers, a layer the worst of its findings, prohibited before undetermined', () => {
    fc.assert(
      fc.property(anyRows, anyStage, (rows, stage) => {
        const { verdict, layerVerdicts, findings } = judge(rows, stage);
        expect(rank[verdict]).toBe(Math.max(...Object.values(layerVerdicts).map((one) => rank[one])));
        for (const layer of layers) {
          const ranks = findings.filter((one) => one.layer === layer).map((one) => rank[one.verdict]);
          expect(rank[layerVerdicts[layer]!]).toBe(Math.max(0, ...ranks));
        }
      }),
    );
  });
});

describe('monotone', () => {
  const cents = fc.nat(PARCEL_CENTS);
  const overlap: RuleMeasure = { kind: 'overlap', layer: 'stbhhx' };
  const anyUnit = fc.constantFrom<RuleThreshold['unit']>('m2', 'mu', 'ha', 'share');
  const thresholds = fc.record({
    op: fc.constantFrom<RuleThreshold['op']>('>', '>='),
    value: fc.double({ min: 0, max: 2, noNaN: true }),
    unit: anyUnit,
  });
  const row = (areaCents: number, flagged: boolean): MeasureForPolicy => ({
    ...{ layer: 'stbhhx', state: 'measured', missingReason: null, parcelAreaM2: PARCEL_CENTS / 100 },
    ...{
      areaM2: areaCents / 100,
      netAreaM2: null,
      outsideM2: (PARCEL_CENTS - areaCents) / 100,
      undeterminedM2: 0,
    },
    ...{ noise: { area: flagged, outside: false, undetermined: false }, byClass: [] },
  });

  it('more ground never gives a better verdict, flagged as noise or not', () => {
    fc.assert(
      fc.property(cents, cents, thresholds, fc.boolean(), (a, b, when, flagged) => {
        const rules = onlyRule(overlap, when);
        const [less, more] = [Math.min(a, b), Math.max(a, b)];
        const before = judge([row(less, flagged)], 'approval', rules).verdict;
        expect(rank[judge([row(more, flagged)], 'approval', rules).verdict]).toBeGreaterThanOrEqual(
          rank[before],
        );
      }),
    );
  });

  it('a higher threshold never gives a worse verdict', () => {
    fc.assert(
      fc.property(cents, thresholds, fc.double({ min: 0, max: 2, noNaN: true }), (area, when, more) => {
        const low = judge([row(area, false)], 'approval', onlyRule(overlap, when)).verdict;
        const high = judge(
          [row(area, false)],
          'approval',
          onlyRule(overlap, { ...when, value: when.value + more }),
        ).verdict;
        expect(rank[high]).toBeLessThanOrEqual(rank[low]);
      }),
    );
  });

  it('losing the noise flag never gives a better verdict', () => {
    fc.assert(
      fc.property(cents, thresholds, (area, when) => {
        fc.pre(when.value === 0 || area > 0);
        const rules = onlyRule(overlap, { ...when, op: '>', value: 0 });
        const flagged = judge([row(area, true)], 'approval', rules).verdict;
        expect(rank[judge([row(area, false)], 'approval', rules).verdict]).toBeGreaterThanOrEqual(
          rank[flagged],
        );
      }),
    );
  });

  it.each([
    ['>', 3, 'mu', 200_000, 'clear'],
    ['>', 3, 'mu', 200_001, 'attention'],
    ['>=', 3, 'mu', 200_000, 'attention'],
    ['>=', 3, 'mu', 199_999, 'clear'],
    ['>', 0.35, 'ha', 350_000, 'clear'],
    ['>', 0.35, 'ha', 350_001, 'attention'],
    ['>', 0.1, 'share', 100_000, 'clear'],
    ['>', 0.1, 'share', 100_001, 'attention'],
    ['>', 0, 'm2', 0, 'clear'],
    ['>', 0, 'm2', 1, 'attention'],
  ] as const)('edge: %s %d %s at %d hundredths is %s', (op, value, unit, areaCents, expected) => {
    expect(judge([row(areaCents, false)], 'approval', onlyRule(overlap, { op, value, unit })).verdict).toBe(
      expected,
    );
  });

  it('a net basis compares the net area, and the gross one where no net is known', () => {
    const rules = onlyRule(overlap, { op: '>', value: 1000, unit: 'm2' }, 'net');
    const gross = row(110_000, false);
    expect(judge([{ ...gross, netAreaM2: 1000 }], 'approval', rules).verdict).toBe('clear');
    expect(judge([{ ...gross, netAreaM2: 1000.01 }], 'approval', rules).verdict).toBe('attention');
    expect(judge([gross], 'approval', rules).verdict).toBe('attention');
  });

  it('a class without net area counts in full beside classes that have one', () => {
    const farmland: RuleMeasure = {
      kind: 'classes',
      layer: 'dltb',
      table: 'land-classes',
      codes: ['0101', '0102'],
    };
    const rules = onlyRule(farmland, { op: '>', value: 1500, unit: 'm2' }, 'net');
    const part = (code: string, areaM2: number, netAreaM2: number | null) => ({
      ...{ code, label: null, areaM2, netAreaM2, noise: false },
    });
    const dltb = (secondNet: number | null): MeasureForPolicy => ({
      ...{ ...row(PARCEL_CENTS, false), layer: 'dltb' },
      byClass: [part('0101', 1000, 500), part('0102', 9000, secondNet)],
    });
    expect(judge([dltb(1000)], 'approval', rules).verdict).toBe('clear');
    expect(judge([dltb(null)], 'approval', rules).verdict).toBe('attention');
  });
});

describe('optional layers', () => {
  const facts = { landUse: null, properties: { expropriationBasis: 'area-development', singleSite: true } };

  it('absent, they change nothing; there, they speak for themselves and for no other layer', () => {
    fc.assert(
      fc.property(anyRows, fc.constantFrom(...optional).chain(anyRow), (rows, extra) => {
        const before = judge(rows);
        const after = judge([...rows, extra]);
        const others = after.findings.filter((finding) => finding.layer !== extra.layer);
        expect(others).toEqual(before.findings);
        expect({ ...after.layerVerdicts, [extra.layer]: 'clear' }).toEqual({
          ...before.layerVerdicts,
          [extra.layer]: 'clear',
        });
      }),
    );
  });

  it('partly known, they are undetermined like any other', () => {
    fc.assert(
      fc.property(fc.constantFrom('kcd', 'lswhbhx', 'zrbhd').chain(anyRow), (row) => {
        fc.pre(row.state !== 'measured' && !row.noise.undetermined);
        const clean = layers.map((layer) => toRow(layer, row.parcelAreaM2, { outsideM2: row.parcelAreaM2 }));
        expect(rank[judge([...clean, row]).layerVerdicts[row.layer]!]).toBeGreaterThanOrEqual(
          rank.undetermined,
        );
      }),
    );
  });

  it('needed by what the applicant claims and absent: undetermined, never clear', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { layerVerdicts } = evaluate(pack, rows, facts, 'approval', onDate);
        expect([layerVerdicts.cpkf, layerVerdicts.jsydgmfw]).toEqual(['undetermined', 'undetermined']);
      }),
    );
  });
});

describe('what the applicant says', () => {
  const words = fc.constantFrom('true', '是', 'false', 'no', 'industry', 'minerals', '5', '随便', '');
  const said = fc.dictionary(fc.constantFrom(...Object.keys(pack.facts)), words, { maxKeys: 6 });

  it('never makes ground that lies outside a layer worse for that layer, nor measured ground vanish', () => {
    fc.assert(
      fc.property(anyRows, said, (rows, properties) => {
        const { verdict, findings } = evaluate(pack, rows, { landUse: null, properties }, 'approval', onDate);
        for (const { verdict: own } of findings) expect(rank[verdict]).toBeGreaterThanOrEqual(rank[own]);
      }),
    );
  });

  it('cannot clear a prohibition by words that no list has', () => {
    const nonsense = Object.fromEntries(Object.keys(pack.facts).map((name) => [name, '随便']));
    const onlyBuilding = { ...nonsense, purpose: 'construction' };
    fc.assert(
      fc.property(anyRows, (rows) => {
        const before = judge(rows).verdict;
        const facts = { landUse: null, properties: onlyBuilding };
        const after = evaluate(pack, rows, facts, 'approval', onDate).verdict;
        expect(rank[after]).toBeGreaterThanOrEqual(rank[before]);
      }),
    );
  });
});

describe('over all parcels', () => {
  const totals = (all: readonly MeasureForPolicy[][]) => {
    const sums = openTotals(pack, undefined, 'approval', onDate);
    for (const rows of all) sums.add(openParcel(pack, rows, noFacts, onDate));
    return sums.judge();
  };

  it('what passes says how much of it is not known', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const { passed } = totals([rows]);
        const dltb = rows.find((row) => row.layer === 'dltb')!;
        fc.pre(dltb.undeterminedM2 > 0 && !dltb.noise.undetermined);
        const said = passed.filter(({ layer }) => layer === 'dltb').map(({ text }) => text.zh);
        expect(said.length).toBeGreaterThan(0);
        for (const text of said) expect(text).toContain('无法判定');
      }),
    );
  });

  it('the order of parcels changes nothing', () => {
    fc.assert(
      fc.property(fc.array(anyRows, { minLength: 1, maxLength: 5 }), (all) => {
        expect(totals(all.toReversed())).toEqual(totals(all));
      }),
    );
  });

  it('what fires over some parcels fires over more of them', () => {
    fc.assert(
      fc.property(fc.array(anyRows, { minLength: 1, maxLength: 5 }), anyRows, (all, more) => {
        const fired = (rows: readonly MeasureForPolicy[][]): string[] =>
          totals(rows)
            .findings.filter((finding) => finding.verdict === 'attention')
            .map((finding) => finding.rule);
        expect(fired([...all, more])).toEqual(expect.arrayContaining(fired(all)));
      }),
    );
  });

  it('a layer that is missing for one parcel leaves the total undetermined unless it is over already', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const gone = rows.filter((row) => row.layer !== 'yjjbnt');
        const { findings } = totals([rows, gone]);
        expect(findings.some((finding) => finding.rule === 'state-council-permanent')).toBe(true);
      }),
    );
  });
});

describe('blind to what does not matter', () => {
  it('order of rows and of classes changes nothing', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const turned = rows.toReversed().map((row) => ({ ...row, byClass: row.byClass.toReversed() }));
        expect(judge(turned)).toEqual(judge(rows));
      }),
    );
  });

  it('a layer without rules changes nothing', () => {
    fc.assert(
      fc.property(anyRows, anyRow('xzq'), (rows, unrelated) => {
        expect(judge([unrelated, ...rows])).toEqual(judge(rows));
      }),
    );
  });

  it('the same input gives the same answer, and the input is left alone', () => {
    fc.assert(
      fc.property(anyRows, (rows) => {
        const before = JSON.stringify(rows);
        expect(judge(rows)).toEqual(judge(rows));
        expect(JSON.stringify(rows)).toBe(before);
      }),
    );
  });
});
