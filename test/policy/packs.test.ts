/** The packs that ship: their tests, both ways for every rule, their quotations word for word, coverage and tables complete. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { knownMeasures } from '../../src/cli/known-measures.js';
import { dlbmCodes } from '../../src/core/dlbm.js';
import type { Bilingual } from '../../src/core/errors.js';
import { packageRoot } from '../../src/core/package-root.js';
import { findLayer } from '../../src/layers/catalogue.js';
import { measureTable } from '../../src/measures/measure-table.js';
import { getRulePack, listRulePacks } from '../../src/policy/find-rule-pack.js';
import { builtInPackTests, builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import { failedCases, judgeCase, type PackTestFile, untriedRules } from '../../src/policy/pack-tests.js';

const library = builtInRulePacks();
const files = builtInPackTests();
const fileOf = (pack: string): PackTestFile => files.find((file) => file.pack === pack)!;

it('every pack that ships has tests', () => {
  expect(files.map((file) => file.pack).sort()).toEqual(library.packs.map((pack) => pack.id).sort());
});

describe.each(library.packs.map((pack) => pack.id))('tests of %s', (name) => {
  const file = fileOf(name);
  // what a pack inherits is tried by the cases of its ancestors, under its own sources
  const inherited = library.packs.flatMap((pack) =>
    pack.id === name && pack.extends ? [{ ...fileOf(pack.extends), pack: name }] : [],
  );

  it.each(file.cases.map((one, i) => ({ name: one.name, i })))('$name', ({ i }) => {
    const one = { ...file, cases: [file.cases[i]!] };
    expect(failedCases(library, one).map((fault) => `${fault.pointer} ${fault.detail.en}`)).toEqual([]);
  });

  it('fire every rule, pass every rule and meet every threshold exactly', () => {
    expect(untriedRules(library, [file, ...inherited])).toEqual({ fires: [], passes: [], edge: [] });
  });

  it('leave no template, no undefined and no empty sentence on the page', () => {
    for (const i of file.cases.keys()) {
      const { judgement, totals } = judgeCase(library, file, i);
      const findings = [...judgement.findings, ...totals.findings];
      const texts: Bilingual[] = [
        ...findings.flatMap((one) => [one.title, one.detail, ...one.requires]),
        ...findings.flatMap((one) => one.missing ?? []).map(({ detail }) => detail),
        ...[...judgement.passed, ...totals.passed].map((one) => one.text),
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

it('a test that does not hold is named with its place, what was wanted and what came', () => {
  const file = fileOf('henan-2025');
  const [first] = file.cases;
  const wrong = { ...first!, expect: { verdict: 'prohibited' as const, findings: [] } };
  const [fault, ...rest] = failedCases(library, { ...file, cases: [first!, wrong] });
  expect([fault!.pointer, fault!.code, rest]).toEqual(['/cases/1/expect/verdict', 'test-failed', []]);
  expect(fault!.detail.en).toContain('should give "prohibited" and gives "clear"');
});

it('every layer that a pack reads is in the catalogue', () => {
  const layers = library.packs.flatMap((pack) => (pack.layers ?? []).map((need) => need.layer));
  expect(layers.filter((layer) => !findLayer(layer))).toEqual([]);
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

  it('every measure of both documents is covered, in order and under its own number', () => {
    const { coverage, rules } = getRulePack(library, 'jiaozuo-2025');
    const documents = ['jiaozuo-1', 'henan-50'] as const;
    for (const document of documents)
      expect(coverage[document]!.map((row) => row.article)).toEqual(
        articles.filter((one) => one.document === document).map((one) => one.article),
      );
    expect(documents.map((document) => coverage[document]!.length)).toEqual([26, 50]);
    const rows = documents.flatMap((document) => coverage[document]!);
    const known = new Set(rules.map((rule) => rule.id));
    for (const { by, rules: ids, measures, reason } of rows) {
      expect(ids.filter((id) => !known.has(id))).toEqual([]);
      expect(measures.filter((id) => !knownMeasures.has(id))).toEqual([]);
      // what claims to be computed names by what, and what is not says why
      expect(by === 'none').toBe(reason !== undefined);
      expect(by === 'none' || by === 'service').toBe(ids.length + measures.length === 0);
    }
    // every rule that rests on a measure of the documents is named by the row of that measure
    for (const { id, source } of rules) {
      const row = coverage[source.document]?.find((one) => one.article === source.article);
      if (row) expect([id, row.article, row.rules.includes(id)]).toEqual([id, row.article, true]);
    }
  });

  it('coverage and measures agree: a row names every measure that cites its article, and no other', () => {
    const { coverage, documents } = getRulePack(library, 'jiaozuo-2025');
    const named = Object.entries(coverage).flatMap(([key, rows]) => {
      const document = documents[key]!.number ?? documents[key]!.title;
      return rows.flatMap(({ article, measures }) => measures.map((id) => ({ id, document, article })));
    });
    // suggestions and processes of supply cite what they rest on by their answers
    const citing = measureTable.filter(({ suggestion }) => !suggestion);
    const cited = citing.flatMap(({ id, sources }) =>
      sources.map(({ document, article }) => `${id} ${document} ${article}`),
    );
    expect([...new Set(cited)].sort()).toEqual(
      named
        .filter(({ id }) => citing.some((one) => one.id === id))
        .map(({ id, document, article }) => `${id} ${document} ${article}`)
        .sort(),
    );
    expect(new Set(named.map(({ id }) => id))).toEqual(knownMeasures);
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
      expect([code, groupsOf[code]?.filter((group) => ['N', 'W', 'J'].includes(group)).length]).toEqual([
        code,
        1,
      ]);
    expect(Object.keys(groupsOf).filter((code) => !dlbmCodes.has(code))).toEqual([]);
  });

  it('have the known flips on the right side', () => {
    const { groupsOf } = classTables['land-classes']!;
    expect(groupsOf['1006']).toEqual(['N', 'not-cultivated']);
    expect(groupsOf['1103']).toEqual(['N', 'not-cultivated']);
    expect(groupsOf['1109']).toEqual(['J', 'not-cultivated']);
    expect(groupsOf['1201']).toEqual(['J', 'not-cultivated']);
    expect(groupsOf['0603']).toEqual(['J', 'not-cultivated']);
    expect(groupsOf['1106']).toEqual(['W', 'not-cultivated']);
    expect(groupsOf['0404']).toEqual(['not-cultivated', 'W']);
    expect(groupsOf['0101']).toEqual(['N', 'cultivated']);
    expect(groupsOf['0304']).toEqual(['N', 'woodland-wetland', 'not-cultivated']);
  });
});

describe('listing', () => {
  it('shows the packs with what they are made of', () => {
    expect(listRulePacks(library).map(({ id, isDefault, ruleCount }) => [id, isDefault, ruleCount])).toEqual([
      ['henan-2025', false, 34],
      ['jiaozuo-2025', true, 37],
    ]);
    const pack = getRulePack(library, 'jiaozuo-2025');
    expect(pack.composedOf).toEqual([
      'jiaozuo-2025@2025.1',
      'henan-2025@2025.1',
      'reserve-zones@2025.1',
      'land-classes@2025.1',
      'slope-classes@2025.1',
      'czkfbj-zones@2025.1',
      'ownership@2025.1',
    ]);
    expect(pack.effectiveFromNote?.zh).toContain('最早可能的生效日期');
    expect(pack.notes[0]?.zh).toContain('以国家、省最新政策规定为准');
    expect(pack.layers.filter((need) => !need.optional).map((need) => need.layer)).toEqual([
      ...['czkfbj', 'stbhhx', 'yjjbnt', 'dltb'],
    ]);
  });
});
