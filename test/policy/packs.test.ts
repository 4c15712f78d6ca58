/** The packs that ship: their cases, both ways for every rule, their quotations word for word, their class tables complete. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dlbmCodes } from '../../src/core/dlbm.js';
import type { Bilingual } from '../../src/core/errors.js';
import { packageRoot } from '../../src/core/package-root.js';
import { evaluate } from '../../src/policy/evaluate.js';
import { findRulePack, getRulePack, listRulePacks } from '../../src/policy/find-rule-pack.js';
import { builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import type { ParcelJudgement } from '../../src/policy/policy-types.js';
import { inTheWordsOf, type PackCase, readPackCases } from './pack-cases.js';

const library = builtInRulePacks();

function judge({ pack, measures, facts, stage, onDate }: PackCase): ParcelJudgement {
  return evaluate(
    findRulePack(library, pack, onDate)!,
    measures,
    { landUse: null, properties: facts },
    stage,
    onDate,
  );
}

describe.each(['jiaozuo-2025', 'henan-2025'])('cases of %s', (name) => {
  const cases = readPackCases(name);

  it.each(cases)('$name', (one) => {
    const { verdict, layerVerdicts, findings } = judge(one);
    const { expect: expected } = one;
    const shown = findings.map((finding, i) => inTheWordsOf(finding, expected.findings[i] ?? ({} as never)));
    const defaults = { areaM2: 0, undeterminedM2: 0, noise: false };
    expect(shown).toEqual(expected.findings.map((finding) => ({ ...defaults, ...finding })));
    expect(verdict).toBe(expected.verdict);
    if (expected.layerVerdicts) expect(layerVerdicts).toEqual(expected.layerVerdicts);
  });

  it('fire and pass every rule at least once', () => {
    const judgements = cases.map(judge);
    const fired = judgements
      .flatMap((one) => one.findings)
      .filter((one) => /attention|prohibited/.test(one.verdict));
    const passed = judgements.flatMap((one) => one.passed);
    const rules = getRulePack(library, name).rules.map((rule) => rule.id);
    expect(rules.filter((id) => !fired.some((one) => one.rule === id))).toEqual([]);
    expect(rules.filter((id) => !passed.some((one) => one.rule === id))).toEqual([]);
  });

  it('leave no template, no undefined and no empty sentence on the page', () => {
    for (const { findings, passed } of cases.map(judge)) {
      const texts: Bilingual[] = [
        ...findings.flatMap((one) => [one.title, one.detail, ...one.requires]),
        ...passed.map((one) => one.text),
      ];
      for (const { zh, en } of texts) {
        for (const text of [zh, en]) expect(text).not.toMatch(/[{}]|undefined|null|NaN|^\s*$/);
        expect(en).not.toMatch(/[，。；]/);
      }
      for (const { detail } of findings) {
        expect(detail.zh).toMatch(/^[^。]*。$/);
        expect(detail.en).toMatch(/\.$/);
      }
    }
  });
});

describe('sources', () => {
  const articles: { document: string; article: string; text: string }[] = JSON.parse(
    readFileSync(join(packageRoot, 'test', 'cases', 'policy', 'articles.json'), 'utf8'),
  );
  const quoted = library.packs
    .flatMap((pack) => [
      ...(pack.rules ?? []).flatMap((rule) => [rule.source, ...rule.alsoSources]),
      ...(pack.amend ?? []).flatMap((one) => [
        ...(one.source ? [one.source] : []),
        ...(one.addSources ?? []),
      ]),
    ])
    .filter((source) => source.clause !== undefined);

  it.each(quoted)('$document $article is quoted word for word', ({ document, article, clause }) => {
    const full = articles.find((one) => one.document === document && one.article === article);
    expect(full?.text).toContain(clause);
  });

  it('quotes nothing but the two documents that were read', () => {
    expect(new Set(quoted.map((source) => source.document))).toEqual(new Set(['henan-50', 'jiaozuo-1']));
  });
});

describe('class tables', () => {
  const { classTables } = getRulePack(library, 'jiaozuo-2025');

  it('file every DLBM code under exactly one of the three classes, and know no other code', () => {
    const { groupsOf } = classTables['land-classes']!;
    for (const code of dlbmCodes.keys())
      expect([code, groupsOf[code]?.filter((group) => 'NWJ'.includes(group)).length]).toEqual([code, 1]);
    expect(Object.keys(groupsOf).filter((code) => !dlbmCodes.has(code))).toEqual([]);
  });

  it('have the known flips on the right side', () => {
    const { groupsOf } = classTables['land-classes']!;
    expect(groupsOf['1006']).toEqual(['N']);
    expect(groupsOf['1103']).toEqual(['N']);
    expect(groupsOf['1109']).toEqual(['J']);
    expect(groupsOf['1201']).toEqual(['J']);
    expect(groupsOf['0603']).toEqual(['J']);
    expect(groupsOf['1106']).toEqual(['W']);
    expect(groupsOf['0404']).toEqual(['W']);
    expect(groupsOf['0101']).toEqual(['N', 'cultivated']);
    expect(groupsOf['0304']).toEqual(['N', 'woodland-wetland']);
  });
});

describe('listing', () => {
  it('shows the packs with what they are made of', () => {
    expect(listRulePacks(library).map(({ id, isDefault, ruleCount }) => [id, isDefault, ruleCount])).toEqual([
      ['henan-2025', false, 7],
      ['jiaozuo-2025', true, 8],
    ]);
    const pack = getRulePack(library, 'jiaozuo-2025');
    expect(pack.composedOf).toEqual([
      'jiaozuo-2025@2025.1',
      'henan-2025@2025.1',
      'land-classes@2025.1',
      'czkfbj-zones@2025.1',
    ]);
    expect(pack.effectiveFromNote?.zh).toContain('最早可能的生效日期');
    expect(pack.notes[0]?.zh).toContain('以国家、省最新政策规定为准');
    expect(pack.layers.map((need) => need.layer)).toEqual(['czkfbj', 'stbhhx', 'yjjbnt', 'dltb']);
  });
});
