import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AnswerWriter } from '../../src/checks/answer-bytes.js';
import { FindingWriter } from '../../src/checks/finding-text.js';
import { RuleTable } from '../../src/checks/rule-table.js';
import type { Bilingual } from '../../src/core/errors.js';
import type { Finding, FindingSource, PassedRule } from '../../src/policy/policy-types.js';
import { LateText, placeholderNames, renderText, type TextFigures } from '../../src/policy/render-text.js';

// met again and again, as the sentences of rules are
const sharedTexts: Bilingual[] = [
  { zh: '补充“说明”', en: 'State "it"\\' },
  { zh: '𠀀换行\n', en: '\u2028 </script>' },
];
const text = fc.oneof(
  fc.constantFrom(...sharedTexts),
  fc.record({ zh: fc.string({ unit: 'binary' }), en: fc.string() }),
);
const m2 = fc.integer({ min: 0, max: 1e9 }).map((cents) => cents / 100);
const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: undefined });
const source = fc.record({
  document: fc.constantFrom('焦政办规〔2025〕1号', '《土地管理法》'),
  article: fc.constantFrom('(一)', '第"三十五"条'),
  confidence: fc.constantFrom<FindingSource['confidence']>('quoted', 'memory-high'),
});
const part = fc.record({
  code: fc.option(fc.constantFrom('0101', '"')),
  label: fc.option(fc.string()),
  group: fc.option(fc.constant('N')),
  areaM2: m2,
  netAreaM2: fc.option(m2),
});

const finding: fc.Arbitrary<Finding> = fc
  .record({
    fixed: fc.record({
      rule: fc.constantFrom('a', 'b"'),
      module: fc.constantFrom('生态', '规划'),
      layer: fc.constantFrom('stbhhx', 'dltb'),
      verdict: fc.constantFrom<Finding['verdict']>('clear', 'attention', 'prohibited', 'undetermined'),
      areaM2: m2,
      netAreaM2: fc.option(m2),
      undeterminedM2: m2,
      noise: fc.boolean(),
      source,
      alsoSources: fc.array(source, { maxLength: 2 }),
      byClass: fc.array(part, { maxLength: 2 }),
      title: text,
      detail: text,
      requires: fc.array(text, { maxLength: 3 }),
    }),
    breakdown: maybe(
      fc.constant([{ code: null, value: '1', label: null, areaM2: 1, netAreaM2: null, ridgeM2: null }]),
    ),
    ridges: maybe(fc.record({ byCoefficientM2: m2, patchesM2: m2, withoutM2: m2, withM2: m2 })),
    missing: maybe(
      fc.array(
        fc.record({ fact: fc.string(), label: text, why: fc.constant('missing' as const), detail: text }),
        {
          minLength: 1,
          maxLength: 2,
        },
      ),
    ),
    inPrinciple: maybe(fc.constant(true as const)),
  })
  .map(({ fixed, ...rest }) => ({
    ...fixed,
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)),
  }));

const passed: fc.Arbitrary<PassedRule> = fc.record({
  rule: fc.constantFrom('c', 'd"'),
  module: fc.constant('林地'),
  layer: fc.constant('dltb'),
  text,
});

const known = { minLength: 1, maxLength: 3 };
const figures: fc.Arbitrary<TextFigures> = fc.record({
  layer: fc.constantFrom('dltb', 'a"b'),
  subject: text,
  dataDate: fc.option(fc.constant('2024-12-31')),
  parcelAreaM2: fc.oneof(m2, fc.double({ min: 0, max: 1e6, noNaN: true })),
  areaM2: m2,
  netAreaM2: fc.option(m2),
  undeterminedM2: m2,
  byClass: fc.array(part, { maxLength: 3 }),
  groupLabels: fc.constant({ N: { label: { zh: '农用地', en: 'farmland' } } }),
  fact: fc.constant((name: string) => ({ zh: `“${name}”`, en: `"${name}"` })),
  missing: fc.array(
    fc.record({ fact: fc.string(), label: text, why: fc.constant('missing' as const), detail: text }),
    { maxLength: 2 },
  ),
  breakdown: fc.array(
    fc.record({
      ...{ code: fc.option(fc.constant('0101')), value: fc.constant('1'), label: fc.option(text) },
      ...{ areaM2: m2, netAreaM2: fc.option(m2), ridgeM2: fc.option(m2) },
    }),
    known,
  ),
  againstM2: m2,
  ridges: maybe(fc.record({ byCoefficientM2: m2, patchesM2: m2, withoutM2: m2, withM2: m2 })),
});

describe('findings as text', () => {
  it('write a late text as it reads, whatever its template and figures', () => {
    const places = fc.array(
      fc.oneof(
        fc.constantFrom(...placeholderNames, 'fact:use').map((name) => `{${name}}`),
        fc.constantFrom('占用', ' "x"\\', '\n', '；'),
      ),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(places, places, figures, (zh, en, filled) => {
        const template = { zh: zh.join(''), en: en.join('') };
        const wanted = renderText({ ...template }, filled);
        const late = new LateText(template, filled);
        expect({ zh: late.zh, en: late.en }).toEqual(wanted);
        const out = new AnswerWriter(1);
        const [one] = fc.sample(finding, { numRuns: 1, seed: 1 });
        new FindingWriter(out, new RuleTable()).writeFindings([{ ...one!, detail: late }]);
        const { detail } = JSON.parse(out.body().toString('utf8')) as Finding;
        expect(detail).toEqual(wanted);
      }),
      { numRuns: 500 },
    );
  });

  it('say what the rule table says, whatever is in them', () => {
    fc.assert(
      fc.property(
        fc.array(finding, { maxLength: 6 }),
        fc.array(passed, { maxLength: 4 }),
        (findings, rules) => {
          const out = new AnswerWriter(1);
          const writer = new FindingWriter(out, new RuleTable());
          out.write('{"findings":[');
          writer.writeFindings(findings);
          out.write('],"passed":[');
          writer.writePassed(rules);
          out.write(']}');
          const table = new RuleTable();
          expect(JSON.parse(out.body().toString('utf8'))).toEqual(
            JSON.parse(
              JSON.stringify({
                findings: findings.map((one) => table.finding(one)),
                passed: rules.map((one) => table.passed(one)),
              }),
            ),
          );
        },
      ),
    );
  });

  it('are right beyond the number of texts that are kept', () => {
    const out = new AnswerWriter(1);
    const writer = new FindingWriter(out, new RuleTable());
    const requires = Array.from({ length: 5_000 }, (_, i) => ({ zh: `材料${i}`, en: `material ${i}` }));
    const [one] = fc.sample(finding, 1);
    out.write('[');
    writer.writeFindings([
      { ...one!, requires },
      { ...one!, requires },
    ]);
    out.write(']');
    const [first, second] = JSON.parse(out.body().toString('utf8')) as Finding[];
    expect(first!.requires).toEqual(requires);
    expect(second).toEqual(first);
  });
});
