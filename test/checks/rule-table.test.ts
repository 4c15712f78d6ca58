import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckFinding, CheckRule } from '../../src/checks/check-types.js';
import { RuleTable } from '../../src/checks/rule-table.js';
import type { Finding, FindingSource, PassedRule } from '../../src/policy/policy-types.js';

const source = (article: string): FindingSource => ({
  document: '焦政办规〔2025〕1号',
  article,
  clause: `原文 ${article}`,
  confidence: 'quoted',
});

const finding = (rule: string, article: string, others: readonly string[]): Finding => ({
  rule,
  module: '生态',
  layer: 'stbhhx',
  verdict: 'attention',
  areaM2: 1,
  netAreaM2: null,
  undeterminedM2: 0,
  noise: false,
  source: source(article),
  alsoSources: others.map(source),
  byClass: [],
  title: { zh: '题', en: 'title' },
  detail: { zh: '文', en: 'text' },
  requires: [],
});

const passed = (rule: string, zh: string): PassedRule => ({
  rule,
  module: '生态',
  layer: 'stbhhx',
  text: { zh, en: zh },
});

/** What a reader does: the finding's own words first, then those of its rule. */
function sourcesOf(shown: CheckFinding, rules: Readonly<Record<string, CheckRule>>) {
  const row = rules[shown.rule]!;
  return {
    source: shown.source.confidence ? shown.source : row.source,
    alsoSources: shown.alsoSources ?? row.alsoSources,
  };
}

describe('rule table', () => {
  it('loses nothing, whatever differs between the findings of a rule', () => {
    const article = fc.constantFrom('(一)', '(二)');
    const some = fc.record({
      rule: fc.constantFrom('a', 'b'),
      article,
      others: fc.array(article, { maxLength: 2 }),
    });
    fc.assert(
      fc.property(fc.array(some), (given) => {
        const findings = given.map((one) => finding(one.rule, one.article, one.others));
        const table = new RuleTable();
        const shown = findings.map((one) => table.finding(one));
        const rules = table.toJson();
        shown.forEach((one, i) => {
          const { source, alsoSources } = findings[i]!;
          expect(sourcesOf(one, rules)).toEqual({ source, alsoSources });
        });
      }),
    );
  });

  it('says documents, clauses and sentences once for many parcels', () => {
    const table = new RuleTable();
    const shown = [1, 2, 3].map(() => table.finding(finding('a', '(一)', ['(二)'])));
    const none = [1, 2].map(() => table.passed(passed('b', '不涉及')));
    expect(shown[2]).toMatchObject({ source: { document: '焦政办规〔2025〕1号', article: '(一)' } });
    expect(JSON.stringify([shown, none])).not.toMatch(/原文|alsoSources|不涉及/);
    expect(table.toJson()).toMatchObject({
      a: { source: source('(一)'), alsoSources: [source('(二)')] },
      b: { passed: { zh: '不涉及' } },
    });
  });

  it('keeps another sentence of the same rule with the parcel', () => {
    const table = new RuleTable();
    table.passed(passed('b', '不涉及'));
    expect(table.passed(passed('b', '宗地 5 ㎡ 不涉及'))).toEqual({
      rule: 'b',
      text: { zh: '宗地 5 ㎡ 不涉及', en: '宗地 5 ㎡ 不涉及' },
    });
  });
});
