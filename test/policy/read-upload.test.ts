/** Packs that are handed in: faults with line and column, names that nobody knows, tests that are run. */
import { describe, expect, it } from 'vitest';
import { AppError, type InputFault } from '../../src/core/errors.js';
import { parsePlacedJson } from '../../src/policy/json-places.js';
import { builtInPackTests, builtInRulePacks } from '../../src/policy/load-rule-packs.js';
import { readUpload } from '../../src/policy/read-upload.js';

const library = builtInRulePacks();
const known = { isLayer: (id: string) => id !== 'nowhere', isMeasure: (id: string) => id === 'trim' };
const henan = library.packs.find((pack) => pack.id === 'henan-2025')!;
const redLine = henan.rules!.find((rule) => rule.id === 'stbhhx-overlap')!;

/** A county that tightens the red line and adds nothing else. */
const county = {
  ...{ kind: 'rule-pack', id: 'county-2026', version: '1', extends: 'jiaozuo-2025' },
  ...{
    title: { zh: '县', en: 'County' },
    jurisdiction: { zh: '县', en: 'County' },
    note: { zh: '注。', en: 'Note.' },
  },
  ...{ effectiveFrom: '2026-01-01', documents: {} },
  amend: [{ rule: 'stbhhx-overlap', verdict: { 'pre-review': 'prohibited', approval: 'prohibited' } }],
};
const henanTests = builtInPackTests().find((file) => file.pack === 'henan-2025')!;
const tests = (verdict: string) => ({
  ...henanTests,
  ...{ pack: 'county-2026', onDate: '2026-03-01' },
  cases: [
    { name: 'clear', expect: { verdict: 'clear', findings: [] } },
    {
      name: 'red line',
      measures: { stbhhx: { areaM2: 5, outsideM2: 9995 } },
      expect: { verdict, findings: [{ rule: 'stbhhx-overlap', verdict: 'prohibited', areaM2: 5 }] },
    },
  ],
});

const lines = (value: unknown): string => JSON.stringify(value, null, 2);

function faultsOf(text: string): readonly InputFault[] {
  try {
    readUpload(library, text, known);
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    expect((error as AppError).code).toBe('bad-rule-pack');
    return (error as AppError).facts.errors ?? [];
  }
}

/** The text of the line a fault stands on, and what is wrong with it. */
const shown = (text: string): string[] =>
  faultsOf(text).map(
    ({ code, pointer, line }) => `${code} ${pointer} | ${text.split('\n')[line! - 1]!.trim()}`,
  );

describe('readUpload', () => {
  it('takes a pack alone, or with tests that hold, and says what they leave untried', () => {
    const alone = readUpload(library, lines(county), known);
    expect(alone.report).toMatchObject({ id: 'county-2026', ruleCount: 37, testsRun: 0 });
    expect(alone.report.untried.fires).toEqual(['stbhhx-overlap']);
    const upload = { kind: 'rule-pack-upload', pack: county, tests: tests('prohibited') };
    const { report, library: after } = readUpload(library, lines(upload), known);
    expect(report).toMatchObject({ testsRun: 2, untried: { fires: [], passes: [], edge: [] } });
    expect(after.packs[0]!.id).toBe('county-2026');
  });

  it('names the line of every fault at once', () => {
    const text = lines({ ...county, colour: 1, version: 7, effectiveFrom: '2026-02-30' });
    expect(shown(text).sort()).toEqual([
      'not-a-date /effectiveFrom | "effectiveFrom": "2026-02-30",',
      'unknown-member /colour | "colour": 1',
      'wrong-type /version | "version": 7,',
    ]);
  });

  it('puts what is missing at the object that lacks it', () => {
    const { effectiveFrom: _, ...rest } = county;
    const [fault, ...more] = faultsOf(lines(rest));
    expect(more).toEqual([]);
    expect(fault).toMatchObject({ code: 'missing-member', pointer: '/effectiveFrom', line: 1, column: 1 });
  });

  it('refuses layers, measures, articles and parents that nobody knows', () => {
    const layer = { layer: 'nowhere', ignoreBelow: { areaM2: 0.01 } };
    expect(shown(lines({ ...county, layers: [layer] }))).toEqual([
      'unknown-layer /layers/0/layer | "layer": "nowhere",',
    ]);
    const row = { article: '1', title: { zh: '一', en: 'one' }, by: 'measure', rules: [], confidence: 'low' };
    const documents = { own: { title: '本县', confidence: 'quoted' } };
    const coverage = { own: [{ ...row, measures: ['trim', 'divination'] }] };
    expect(shown(lines({ ...county, documents, coverage }))).toEqual([
      'unknown-measure /coverage/own/0/measures/1 | "divination"',
    ]);
    const rule = { ...redLine, id: 'own', source: { document: 'own', article: '2' }, alsoSources: [] };
    expect(
      shown(
        lines({ ...county, documents, coverage: { own: [{ ...row, measures: ['trim'] }] }, rules: [rule] }),
      ),
    ).toEqual(['unknown-article /rules/0/source/article | "article": "2"']);
    expect(shown(lines({ ...county, extends: 'hebei-2025' }))).toEqual([
      'unknown-pack /extends | "extends": "hebei-2025",',
    ]);
  });

  it('finds what holds on the first day and not on a later one', () => {
    const documents = { own: { title: '本县', confidence: 'secondary', effectiveTo: '2026-06-30' } };
    const rule = { ...redLine, id: 'own', source: { document: 'own', article: '1' }, alsoSources: [] };
    expect(shown(lines({ ...county, documents, rules: [rule] }))).toEqual([
      'no-source-in-force /rules/0/source | "source": {',
    ]);
  });

  it('runs the tests and names the case that does not hold', () => {
    const text = lines({ kind: 'rule-pack-upload', pack: county, tests: tests('attention') });
    expect(shown(text)).toEqual(['test-failed /tests/cases/1/expect/verdict | "verdict": "attention",']);
    const other = lines({
      kind: 'rule-pack-upload',
      pack: county,
      tests: { ...tests('prohibited'), pack: 'x' },
    });
    expect(shown(other)).toEqual(['unknown-pack /tests/pack | "pack": "x",']);
  });

  it('names a case whose figures do not close, and goes on', () => {
    const bad = tests('prohibited');
    bad.cases[0] = { ...bad.cases[0]!, measures: { stbhhx: { areaM2: 1, outsideM2: 1 } } } as never;
    const text = lines({ kind: 'rule-pack-upload', pack: county, tests: bad });
    expect(shown(text)).toEqual(['bad-case /tests/cases/0 | {']);
  });

  it.each([
    ['{', 1],
    ['{\n "a": 1,\n "b" 2}', 3],
    ['[1, 2,]', 1],
    ['{"a": 1} x', 1],
  ])('says where %j stops being JSON', (text, line) => {
    const [fault] = faultsOf(text);
    expect([fault!.code, fault!.line]).toEqual(['not-json', line]);
  });

  it('refuses a member that is written twice', () => {
    const text = lines(county).replace('"version": "1",', '"version": "1",\n  "version": "2",');
    expect(shown(text)).toEqual(['repeated /version | "version": "1",']);
  });
});

describe('places', () => {
  it('counts columns from one and escapes names', () => {
    const { place } = parsePlacedJson('{\n  "a/b": [1, {"~": 2}]\n}');
    const at = (pointer: string) => place({ pointer, code: 'x', detail: { zh: '', en: '' } });
    expect(at('/a~1b/1/~0')).toMatchObject({ line: 2, column: 15 });
    expect(at('/a~1b/0')).toMatchObject({ line: 2, column: 11 });
    expect(at('/gone/deep')).toMatchObject({ line: 1, column: 1 });
  });
});
