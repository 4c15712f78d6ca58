/** What `evaluate` refuses: figures that are no areas or do not add up, days without rules. */
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { evaluate } from '../../src/policy/evaluate.js';
import { findRulePack } from '../../src/policy/find-rule-pack.js';
import { builtInPackTests, builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import { judgeCase } from '../../src/policy/pack-tests.js';
import type { MeasureForPolicy } from '../../src/policy/policy-types.js';
import type { ResolvedRulePack } from '../../src/policy/rule-pack-types.js';

const pack = findRulePack(builtInRulePacks(), undefined, '2026-03-01')!;
const [henanTests] = builtInPackTests();
const clean = [...judgeCase(builtInRulePacks(), henanTests!, 0).measures];

function refusal(
  measures: MeasureForPolicy[],
  onDate = '2026-03-01',
  rules: ResolvedRulePack = pack,
): string {
  try {
    evaluate(rules, measures, { landUse: null, properties: {} }, 'approval', onDate);
    return 'no refusal';
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).facts.detail?.zh).toMatch(/。$/);
    return (error as AppError).code;
  }
}

const change = (layer: string, part: Partial<MeasureForPolicy>): MeasureForPolicy[] =>
  clean.map((row) => (row.layer === layer ? { ...row, ...part } : row));
const oneClass = (areaM2: number, netAreaM2: number | null = null): Partial<MeasureForPolicy> => ({
  byClass: [{ code: '0601', label: null, areaM2, netAreaM2, noise: false }],
});

describe('measure-mismatch', () => {
  it('accepts the clean rows that the refusals below start from', () => {
    expect(refusal(clean)).toBe('no refusal');
  });

  it.each<[string, MeasureForPolicy[]]>([
    ['NaN', change('stbhhx', { areaM2: Number.NaN })],
    ['negative', change('stbhhx', { areaM2: -1, outsideM2: 10_001 })],
    ['infinite', change('stbhhx', { outsideM2: Number.POSITIVE_INFINITY })],
    ['negative net', change('yjjbnt', { netAreaM2: -0.01 })],
    ['NaN in a class', change('dltb', oneClass(Number.NaN))],
    ['negative net in a class', change('dltb', oneClass(10_000, -1))],
    ['NaN undetermined', change('stbhhx', { undeterminedM2: Number.NaN })],
    ['parts short of the parcel', change('stbhhx', { outsideM2: 9999.99 })],
    ['parts beyond the parcel', change('stbhhx', { areaM2: 0.01 })],
    ['classes short of the layer', change('dltb', oneClass(9999.99))],
    ['two parcel areas', change('stbhhx', { parcelAreaM2: 9999, outsideM2: 9999 })],
    ['missing, yet with area', change('stbhhx', { state: 'missing', areaM2: 1, outsideM2: 9999 })],
    ['a layer twice', [...clean, clean[1]!]],
    ['no rows', []],
  ])('%s', (_, measures) => {
    expect(refusal(measures)).toBe('measure-mismatch');
  });
});

describe('days', () => {
  it('a malformed day', () => {
    for (const day of ['2026-02-30', '2026-3-1', '', 'today'])
      expect(refusal(clean, day)).toBe('bad-parameter');
  });

  it('no rule in force is no clear', () => {
    const ended = { ...pack, rules: pack.rules.map((rule) => ({ ...rule, effectiveTo: '2025-12-31' })) };
    expect(refusal(clean, '2026-03-01', ended)).toBe('bad-rule-pack');
    expect(refusal(clean, '2025-12-31', ended)).toBe('no refusal');
  });

  it('a finding without a document in force is refused, not printed without source', () => {
    const documents = Object.fromEntries(
      Object.entries(pack.documents).map(([key, one]) => [key, { ...one, effectiveTo: '2026-01-01' }]),
    );
    const touching = change('stbhhx', { areaM2: 1, outsideM2: 9999 });
    expect(refusal(touching, '2026-03-01', { ...pack, documents })).toBe('bad-rule-pack');
  });
});
