/** Faulty packs and what is said about them: every fault with its pointer; how packs are found, extended and amended. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { findRulePack, getRulePack, getRulePackOn } from '../../src/policy/find-rule-pack.js';
import { builtInRulePacks, loadRulePacks } from '../../src/policy/load-rule-packs.js';
import { readClassTable, readRulePack } from '../../src/policy/read-rule-pack.js';
import type { PolicyLibrary, RulePack } from '../../src/policy/rule-pack-types.js';

const library = builtInRulePacks();
const henan = library.packs.find((pack) => pack.id === 'henan-2025')!;
const jiaozuo = library.packs.find((pack) => pack.id === 'jiaozuo-2025')!;
const landClasses = library.classTables.find((table) => table.id === 'land-classes')!;

/** `code pointer` of each fault, or `code` alone for other errors; [] when there is none. */
function faultsOf(read: () => unknown): string[] {
  try {
    read();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(AppError);
    const { code, facts } = error as AppError;
    for (const { detail } of facts.errors ?? []) {
      expect(detail.zh).toMatch(/[\u4e00-\u9fff].*。$/);
      expect(detail.en).toMatch(/\.$/);
    }
    return facts.errors?.map((one) => `${one.code} ${one.pointer}`) ?? [code];
  }
}

/** A deep copy with members (by JSON pointer) set, or deleted where the value is undefined; `/-` appends. */
function changed<T>(from: T, edits: Readonly<Record<string, unknown>>): T {
  const copy = structuredClone(from);
  for (const [pointer, value] of Object.entries(edits)) {
    const names = pointer.slice(1).split('/');
    const last = names.pop()!;
    let holder = copy as Record<string, unknown>;
    for (const name of names) {
      holder[name] ??= {};
      holder = holder[name] as Record<string, unknown>;
    }
    if (Array.isArray(holder) && last === '-') holder.push(value);
    else if (value === undefined) delete holder[last];
    else holder[last] = value;
  }
  return copy;
}

type Edits = Record<string, unknown>;
const firstRule = henan.rules![0]!;
const placeOf = (id: string): string => `/rules/${henan.rules!.findIndex((rule) => rule.id === id)}`;
const farmland = placeOf('dltb-farmland');
const replacement = placeOf('replacement-area');
const outside = placeOf('czkfbj-outside');
const core = placeOf('zrbhd-core');
const redLine = placeOf('stbhhx-overlap');

describe('readRulePack', () => {
  it('reads the packs that ship', () => {
    expect(readRulePack(structuredClone(henan))).toEqual(henan);
  });

  it.each<[string, Edits, string[]]>([
    ['a missing member', { '/rules/1/source': undefined }, ['missing-member /rules/1/source']],
    ['a misspelt member', { '/rules/0/verdicts': 1 }, ['unknown-member /rules/0/verdicts']],
    [
      'clear as a rule verdict',
      { '/rules/0/verdict/approval': 'clear' },
      ['value-not-allowed /rules/0/verdict/approval'],
    ],
    [
      'a verdict for one stage only',
      { '/rules/0/verdict/approval': undefined },
      ['missing-member /rules/0/verdict/approval'],
    ],
    ['a text in one language', { '/rules/0/title/en': undefined }, ['missing-member /rules/0/title/en']],
    ['an unknown measure', { '/rules/0/measure/kind': 'near' }, ['value-not-allowed /rules/0/measure/kind']],
    ['a number as text', { '/rules/0/when/value': '0' }, ['wrong-type /rules/0/when/value']],
    ['a negative threshold', { '/rules/0/when/value': -1 }, ['bad-member /rules/0/when/value']],
    ['a day that is none', { '/effectiveFrom': '2025-02-29' }, ['not-a-date /effectiveFrom']],
    ['an end before the start', { '/effectiveTo': '2025-01-26' }, ['ends-before-start /effectiveTo']],
    ['a rule twice', { '/rules/-': firstRule }, [`repeated /rules/${henan.rules!.length}/id`]],
    [
      'an unknown placeholder',
      { '/rules/0/detail/zh': '{aera}㎡' },
      ['unknown-placeholder /rules/0/detail/zh'],
    ],
    ['a lone brace', { '/rules/0/clear/en': 'a } b.' }, ['unknown-placeholder /rules/0/clear/en']],
    [
      'a placeholder in a requirement',
      { '/rules/0/requires/approval/0/en': '{x}' },
      ['unknown-placeholder /rules/0/requires/approval/0/en'],
    ],
    [
      'codes and groups together',
      { [`${farmland}/measure/groups`]: ['N'] },
      [`codes-or-groups ${farmland}/measure`],
    ],
    [
      'neither codes nor groups',
      { [`${farmland}/measure/codes`]: undefined },
      [`codes-or-groups ${farmland}/measure`],
    ],
    [
      'ground that stands against one parcel',
      { [`${replacement}/scope`]: undefined },
      [`against-without-share ${replacement}/when/against`],
    ],
    ['net area of the outside', { [`${outside}/basis`]: 'net' }, [`no-net-outside ${outside}/basis`]],
    [
      '原则上 that prohibits',
      { [`${core}/verdict/approval`]: 'prohibited' },
      [`value-not-allowed ${core}/verdict/approval`],
    ],
    [
      '原则上 without a reason',
      { [`${core}/inPrinciple`]: {} },
      [`missing-member ${core}/inPrinciple/reason`],
    ],
    [
      '原则上 with a variant that prohibits',
      {
        [`${core}/variants`]: [
          {
            ...henan.rules![0]!.variants![0]!,
            verdict: { 'pre-review': 'prohibited', approval: 'attention' },
          },
        ],
      },
      [`value-not-allowed ${core}/variants/0/verdict/pre-review`],
    ],
    [
      'a variant that passes and has an outcome',
      { [`${redLine}/variants/0/passes`]: { zh: '。', en: '.' } },
      [`bad-member ${redLine}/variants/0`],
    ],
    [
      'a variant without an outcome',
      { [`${redLine}/variants/0/title`]: undefined },
      [`missing-member ${redLine}/variants/0/title`],
    ],
    ['a test of nothing', { [`${redLine}/applies`]: [{ name: 'x' }] }, [`bad-member ${redLine}/applies/0`]],
    [
      'a negative threshold of a share',
      { [`${redLine}/when`]: { op: '>', value: -0.1, unit: 'share' } },
      [`bad-member ${redLine}/when/value`],
    ],
    [
      'a threshold without a unit',
      { [`${redLine}/when`]: { op: '>', value: 3 } },
      [`missing-member ${redLine}/when/unit`],
    ],
    [
      'a breakdown of a rule without classes',
      { [`${redLine}/breakdown`]: { field: 'GDPDJB', table: 'slope-classes' } },
      [`no-classes ${redLine}/breakdown`],
    ],
    [
      'coverage that neither computes nor says why',
      { '/coverage/henan-50/0/reason': undefined },
      ['missing-member /coverage/henan-50/0/reason'],
    ],
    ['noise without a number', { '/layers/0/ignoreBelow': {} }, ['bad-member /layers/0/ignoreBelow']],
    [
      'amend without extends',
      { '/amend': [{ rule: 'stbhhx-overlap', when: firstRule.when }] },
      ['nothing-to-amend /amend'],
    ],
    [
      'two faults at once',
      { '/version': undefined, '/rules/0/basis': 'both' },
      ['missing-member /version', 'value-not-allowed /rules/0/basis'],
    ],
  ])('%s', (_, edits, expected) => {
    expect(faultsOf(() => readRulePack(changed(henan, edits)))).toEqual(expected);
  });

  it.each([[null], [[]], ['text'], [7]])('refuses %j', (json) => {
    expect(faultsOf(() => readRulePack(json))).toEqual(['wrong-type ']);
  });

  it('escapes pointers', () => {
    expect(faultsOf(() => readRulePack({ ...henan, 'a/b~': 1 }))).toEqual(['unknown-member /a~1b~0']);
  });
});

describe('readClassTable', () => {
  it.each<[string, Edits, string[]]>([
    [
      'a default that is no choice',
      { '/options/0404/default': 'J' },
      ['value-not-allowed /options/0404/default'],
    ],
    [
      'a choice that is no group',
      { '/options/0404/choices/-': 'X' },
      ['unknown-group /options/0404/choices/2'],
    ],
    [
      'an option that is fixed as well',
      { '/groups/N/codes/-': '0404' },
      ['repeated /options/0404/choices/0'],
    ],
    ['a code as a number', { '/groups/N/codes/0': 101 }, ['wrong-type /groups/N/codes/0']],
  ])('%s', (_, edits, expected) => {
    expect(faultsOf(() => readClassTable(changed(landClasses, edits)))).toEqual(expected);
  });
});

describe('putting packs together', () => {
  const withPacks = (...packs: RulePack[]): PolicyLibrary => ({ ...library, packs });
  const resolveWith = (edits: Edits): string[] =>
    faultsOf(() => getRulePack(withPacks(henan, changed(jiaozuo, edits)), 'jiaozuo-2025'));

  it.each<[string, Edits, string[]]>([
    ['an unknown parent', { '/extends': 'hebei-2025' }, ['unknown-pack /extends']],
    ['itself as parent', { '/extends': 'jiaozuo-2025' }, ['circular /extends']],
    ['an amendment to no rule', { '/amend/0/rule': 'gone' }, ['unknown-rule /amend/0/rule']],
    [
      'an unknown document',
      { '/amend/0/source/document': 'gone' },
      ['unknown-document /amend/0/source/document'],
    ],
    [
      'an inherited object member as document',
      { '/amend/0/source/document': 'constructor' },
      ['unknown-document /amend/0/source/document'],
    ],
    ['an unknown layer', { '/rules/0/measure/layer': 'ldtb' }, ['unknown-layer /rules/0/measure/layer']],
    ['an unknown table', { '/rules/0/measure/table': 'gone' }, ['unknown-table /rules/0/measure/table']],
    [
      'an unknown group',
      { '/rules/0/measure/groups': ['N', 'X'] },
      ['unknown-group /rules/0/measure/groups/1'],
    ],
    [
      'a choice that is not offered',
      { '/classOptions/land-classes/0404': 'J' },
      ['value-not-allowed /classOptions/land-classes/0404'],
    ],
    [
      'a choice for a fixed code',
      { '/classOptions/land-classes/0101': 'N' },
      ['value-not-allowed /classOptions/land-classes/0101'],
    ],
    [
      'a clause from a document that was not read',
      { '/rules/0/source': { document: 'land-law', article: '第三十条', clause: '…' } },
      ['clause-not-quoted /rules/0/source/clause'],
    ],
  ])('%s', (_, edits, expected) => {
    expect(resolveWith(edits)).toEqual(expected);
  });

  const henanWith = (edits: Edits): string[] =>
    faultsOf(() => getRulePack(withPacks(changed(henan, edits)), 'henan-2025'));

  it.each<[string, Edits, string[]]>([
    [
      'an unknown article',
      { [`${redLine}/source/article`]: '第170条' },
      [`unknown-article ${redLine}/source/article`],
    ],
    ['an unknown fact', { [`${redLine}/needs`]: ['colour'] }, [`unknown-fact ${redLine}/needs/0`]],
    [
      'an unknown fact in a test',
      { [`${redLine}/variants/0/facts/0/name`]: 'constructor' },
      [`unknown-fact ${redLine}/variants/0/facts/0/name`],
    ],
    [
      'a value that no choice has',
      { [`${redLine}/variants/1/facts/0/isOneOf/0`]: 'dancing' },
      [`unknown-value ${redLine}/variants/1/facts/0/isOneOf/0`],
    ],
    [
      'a text that shows an unknown fact',
      { [`${redLine}/detail/zh`]: '{fact:colour}。' },
      [`unknown-fact ${redLine}/detail/zh`],
    ],
    [
      'a use of the other code list',
      { [`${outside}/variants/0/facts/0/startsWith/0`]: '05H1' },
      [`unknown-code ${outside}/variants/0/facts/0/startsWith/0`],
    ],
    [
      'a number without a unit',
      { '/facts/redevelopmentAreaM2/unit': undefined },
      ['no-unit /facts/redevelopmentAreaM2/unit', `unknown-fact ${placeOf('fragment-share')}/when/of`],
    ],
    [
      'a choice without choices',
      { '/facts/purpose/choices': undefined, '/facts/purpose/type': 'boolean' },
      [
        'value-not-allowed /facts/purpose/unstated',
        `unknown-value ${placeOf('replacement-in-reserve')}/applies/0/isOneOf/0`,
        `unknown-value ${placeOf('replacement-not-permanent-yet')}/applies/0/isOneOf/0`,
        `unknown-value ${placeOf('replacement-area')}/when/against/applies/0/isOneOf/0`,
      ],
    ],
    [
      'ground to stand against that no layer, no table and no fact has',
      {
        [`${replacement}/when/against/measure`]: {
          kind: 'classes',
          layer: 'ldtb',
          table: 'gone',
          codes: ['1'],
        },
        [`${replacement}/when/against/stated`]: 'landUse',
      },
      [
        `unknown-fact ${replacement}/when/against/stated`,
        `unknown-layer ${replacement}/when/against/measure/layer`,
        `unknown-table ${replacement}/when/against/measure/table`,
      ],
    ],
    [
      'an owner that the table does not have',
      { [`${placeOf('convert-only-state-land')}/measure/groups/0`]: 'church' },
      [`unknown-group ${placeOf('convert-only-state-land')}/measure/groups/0`],
    ],
    [
      'an unknown table of a breakdown',
      { [`${farmland}/breakdown/table`]: 'gone' },
      [`unknown-table ${farmland}/breakdown/table`],
    ],
    [
      'a rule in the coverage that is not there',
      { '/coverage/henan-50/2/rules/0': 'gone' },
      ['unknown-rule /coverage/henan-50/2/rules/0'],
    ],
    [
      'a rule that has no document in force',
      { [`${redLine}/source`]: { document: 'order-17', article: 'x' }, [`${redLine}/alsoSources`]: [] },
      [`no-source-in-force ${redLine}/source`],
    ],
  ])('%s', (_, edits, expected) => {
    expect(henanWith(edits)).toEqual(expected);
  });

  it('does not let an amendment turn 原则上 into a prohibition', () => {
    const amend = [{ rule: 'zrbhd-core', verdict: { 'pre-review': 'prohibited', approval: 'prohibited' } }];
    expect(resolveWith({ '/amend': amend })).toEqual(['in-principle-prohibits /amend/0/verdict']);
  });

  it('points into the parent where the fault is', () => {
    const broken = changed(henan, { '/rules/0/measure/layer': 'gone' });
    expect(faultsOf(() => getRulePack(withPacks(broken, jiaozuo), 'jiaozuo-2025'))).toEqual([
      'unknown-layer henan-2025#/rules/0/measure/layer',
    ]);
  });

  it('lets a child turn 0404 into agricultural land', () => {
    const child = changed(jiaozuo, { '/classOptions/land-classes/0404': 'N' });
    const resolved = getRulePack(withPacks(henan, child), 'jiaozuo-2025');
    expect(resolved.classTables['land-classes']!.groupsOf['0404']).toEqual(['not-cultivated', 'N']);
  });

  it('replaces a rule by id in its place and keeps the others', () => {
    const own = { ...henan.rules![1]!, module: '替换' };
    const child = changed(jiaozuo, { '/rules/-': own });
    const resolved = getRulePack(withPacks(henan, child), 'jiaozuo-2025');
    expect(resolved.rules[1]).toEqual(own);
    expect(resolved.rules).toHaveLength(henan.rules!.length + jiaozuo.rules!.length);
  });

  it('moves an amended source to the front of the others', () => {
    const [redLine] = getRulePack(library, 'jiaozuo-2025').rules;
    expect([redLine!.source, ...redLine!.alsoSources].map((one) => `${one.document} ${one.article}`)).toEqual(
      ['jiaozuo-1 (六)', 'henan-50 第17条', 'zrzf-2022-142 条款待核实'],
    );
  });
});

describe('finding by day', () => {
  const later = { ...henan, version: '2027.1', effectiveFrom: '2027-01-01' };
  const both: PolicyLibrary = { ...library, packs: [{ ...henan, effectiveTo: '2027-06-30' }, later] };

  it('defaults to jiaozuo-2025, from its first day on', () => {
    expect(findRulePack(library, undefined, '2025-01-27')?.id).toBe('jiaozuo-2025');
    expect(findRulePack(library, undefined, '2025-01-26')).toBeUndefined();
    expect(findRulePack(library, 'nowhere', '2026-01-01')).toBeUndefined();
  });

  it('takes the version in force that began last', () => {
    expect(findRulePack(both, 'henan-2025', '2026-12-31')?.version).toBe('2025.1');
    expect(findRulePack(both, 'henan-2025', '2027-01-01')?.version).toBe('2027.1');
    expect(getRulePack(both, 'henan-2025').version).toBe('2027.1');
  });

  it('says why there is none', () => {
    expect(faultsOf(() => getRulePackOn(library, 'nowhere', '2026-01-01'))).toEqual(['not-found']);
    expect(faultsOf(() => getRulePack(library, 'nowhere'))).toEqual(['not-found']);
    expect(faultsOf(() => getRulePackOn(library, undefined, '2025-01-26'))).toEqual(['bad-parameter']);
    expect(faultsOf(() => getRulePackOn(library, undefined, '2025-13-01'))).toEqual(['bad-parameter']);
    expect(getRulePackOn(library, undefined, '2026-01-01').id).toBe('jiaozuo-2025');
  });

  it('refuses a child whose parent has ended', () => {
    const packs = [{ ...henan, effectiveTo: '2026-12-31' }, jiaozuo];
    expect(faultsOf(() => findRulePack({ ...library, packs }, undefined, '2027-01-01'))).toEqual([
      'unknown-pack /extends',
    ]);
  });
});

describe('loadRulePacks', () => {
  it('refuses a folder with a file that is not JSON or a pack that cannot be put together, naming the file only', () => {
    const folder = mkdtempSync(join(tmpdir(), 'packs-'));
    try {
      writeFileSync(join(folder, 'broken.json'), '{');
      expect(faultsOf(() => loadRulePacks(folder))).toEqual(['not-json ']);
      writeFileSync(join(folder, 'broken.json'), JSON.stringify(jiaozuo));
      expect(faultsOf(() => loadRulePacks(folder))).toEqual(['unknown-pack /extends']);
      writeFileSync(join(folder, 'broken.json'), JSON.stringify({ kind: 'class-table' }));
      const all = faultsOf(() => loadRulePacks(folder));
      expect(all).toContain('missing-member /groups');
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
