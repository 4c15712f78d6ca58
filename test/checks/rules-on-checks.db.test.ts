/** Rules on whole checks: facts, totals, the checklist, optional layers; uploaded packs, drafts by module, the ledger. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CheckParts } from '../../src/checks/check-parts.js';
import { createCheck } from '../../src/checks/create-check.js';
import { enterLedger, ledgerCsv, readLedger, withdrawLedgerEntry } from '../../src/checks/ledger.js';
import { replayCheck } from '../../src/checks/replay-check.js';
import { type DraftRequest, reviewDraft } from '../../src/checks/review-draft.js';
import { addRulePack, currentLibrary, packTestStates } from '../../src/checks/rule-pack-store.js';
import { knownMeasures } from '../../src/cli/known-measures.js';
import type { AppError } from '../../src/core/errors.js';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import { builtInPackTests } from '../../src/policy/load-rule-packs.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { loadLayer, type MadeParcel } from '../overlay/made-ground.js';
import { checkParts, findingsOf, loadTown, makeCheck, requestFor, town } from './made-checks.js';

let db: Database;
let parts: CheckParts;
const geos = new GeosPool({ workers: 2 });
const wide = [[-3000, -3000, 10_000, 10_000]] as const;

/** Two counties that meet at x = 300. */
const counties = {
  ...town,
  xzq: {
    dataDate: '2024-12-31',
    features: [
      {
        boxes: [[-3000, -3000, 3300, 10_000]] as const,
        properties: { BSM: 'A', XZQDM: '410802', XZQMC: '甲区' },
      },
      {
        boxes: [[300, -3000, 6700, 10_000]] as const,
        properties: { BSM: 'B', XZQDM: '410803', XZQMC: '乙区' },
      },
    ],
  },
};

beforeAll(async () => {
  db = await openTestDatabase();
  await resetTables(db);
  await loadTown({ db, geos }, counties);
  parts = checkParts(db, geos);
});
afterAll(() => geos.close());

const plot = (id: string, box: readonly [number, number, number, number], properties = {}): MadeParcel => ({
  ...{ id, boxes: [box], properties },
});
const codeOf = (error: unknown): string => (error as AppError).code;
const faultsOf = (error: unknown): string[] =>
  ((error as AppError).facts.errors ?? []).map((fault) => `${fault.code} ${fault.pointer}`);

describe('a check', () => {
  it('judges all parcels together, and lists each material once with its parcels', async () => {
    const red = [
      plot('A', [-200, 100, 10, 10]),
      plot('B', [-300, 100, 10, 10]),
      plot('C', [100, 100, 10, 10]),
    ];
    const check = await makeCheck(parts, requestFor(red));
    expect(check.findings).toEqual([]);
    expect(check.passed.map(({ rule }) => rule)).toEqual([
      ...[
        'replacement-area',
        'state-council-permanent',
        'state-council-farmland',
        'state-council-other-land',
      ],
    ]);
    const item = check.checklist.find(({ text }) => text.zh.startsWith('将符合有限人为活动论证'))!;
    expect([item.rules, item.parcels, item.verdict]).toEqual([['stbhhx-overlap'], ['A', 'B'], 'attention']);
    expect(check.unreviewed.map(({ layer }) => layer)).toContain('kcd');
    expect(check.parcels[0]!.findings[0]!.missing?.map(({ fact }) => fact)).toEqual(['activityCategory']);
  });

  it('takes facts for all parcels, a property before them, and replays to the same', async () => {
    const red = [
      plot('A', [-200, 100, 10, 10]),
      plot('B', [-300, 100, 10, 10], { activityCategory: 'restoration' }),
    ];
    const check = await makeCheck(parts, requestFor(red, { facts: { activityCategory: 'none' } }));
    expect(check.parcels.map(({ verdict }) => verdict)).toEqual(['prohibited', 'attention']);
    expect(check.facts).toEqual({ activityCategory: 'none' });
    expect(await replayCheck(parts, check.id)).toMatchObject({ identical: true });
  });

  it('refuses facts that the pack does not have, or that no list has', async () => {
    const request = requestFor([plot('A', [100, 100, 10, 10])], {
      facts: { colour: 'red', projectType: 'magic' },
    });
    const error = await createCheck(parts, request).catch((thrown: unknown) => thrown);
    expect([codeOf(error), faultsOf(error)]).toEqual([
      'bad-parameter',
      ['unknown-fact /query/facts/colour', 'wrong-fact /query/facts/projectType'],
    ]);
  });

  it('names a land use of the other list, and more than 35 ha of farmland go to the State Council', async () => {
    const check = await makeCheck(
      parts,
      requestFor([plot('A', [510, 10, 190, 990], { landUse: '05H1' }), plot('B', [510, -2000, 480, 400])]),
    );
    expect(check.parcels[0]!.warnings.map(({ code }) => code)).toContain('unknown-land-use');
    expect(check.findings.map(({ rule }) => rule)).toEqual(['state-council-farmland']);
    expect(check.findings[0]!.areaM2).toBeGreaterThan(350_000);
    const [farmland] = findingsOf(check.parcels[1], 'dltb').filter(({ rule }) => rule === 'dltb-farmland');
    const { byCoefficientM2, withoutM2, withM2 } = farmland!.ridges!;
    expect(withoutM2 + byCoefficientM2).toBeCloseTo(withM2, 2);
    expect(withM2).toBe(farmland!.areaM2);
  });

  it('asks a reference layer once it is there, and nothing else changes', async () => {
    const request = requestFor([plot('A', [100, 100, 100, 100]), plot('B', [-200, 100, 100, 100])]);
    const before = await makeCheck(parts, request);
    const features = [{ boxes: [[150, 0, 50, 1000]] as const, properties: { BSM: 'K', MC: '矿' } }];
    await loadLayer({ db, geos }, 'kcd', { dataDate: '2024-12-31', coverage: wide, features });
    const after = await makeCheck(parts, request);
    expect(before.parcels[0]!.verdict).toBe('clear');
    expect(findingsOf(after.parcels[0], 'kcd')).toMatchObject([{ rule: 'kcd-overlap' }]);
    // its border halves the parcel
    const [found] = findingsOf(after.parcels[0], 'kcd');
    expect(Math.abs(found!.areaM2 * 2 - after.parcels[0]!.area.ellipsoidM2)).toBeLessThan(0.03);
    expect(after.unreviewed.map(({ layer }) => layer)).not.toContain('kcd');
    const others = (check: typeof after) =>
      check.parcels.map((parcel) => parcel.findings.filter((one) => one.layer !== 'kcd'));
    expect(others(after)).toEqual(others(before));
    expect(await replayCheck(parts, before.id)).toMatchObject({ identical: true });
    await db.query(`update layer_version set status = 'superseded' where layer_id = 'kcd'`);
  });
});

describe('uploaded packs', () => {
  const pack = {
    ...{ kind: 'rule-pack', id: 'jiaozuo-2025', version: '2025.2', extends: 'henan-2025' },
    ...{
      title: { zh: '新', en: 'New' },
      jurisdiction: { zh: '市', en: 'City' },
      note: { zh: '注。', en: 'Note.' },
    },
    ...{ effectiveFrom: '2025-02-01', documents: {} },
    amend: [{ rule: 'stbhhx-overlap', verdict: { 'pre-review': 'prohibited', approval: 'prohibited' } }],
  };
  const add = (value: unknown, dryRun = false) =>
    addRulePack(parts, JSON.stringify(value), knownMeasures, dryRun);

  it('hold for checks from then on, change no stored check, and are chosen by day or by version', async () => {
    const request = requestFor([plot('A', [-200, 100, 100, 100])]);
    const before = await makeCheck(parts, request);
    expect(before).toMatchObject({ verdict: 'attention', rulePack: { version: '2025.1' } });
    expect(await add(pack, true)).toMatchObject({ stored: false });
    expect((await makeCheck(parts, request)).rulePack.version).toBe('2025.1');
    expect(await add(pack)).toMatchObject({ stored: true });
    const after = await makeCheck(parts, request);
    expect(after).toMatchObject({ verdict: 'prohibited', rulePack: { version: '2025.2' } });
    const earlier = await makeCheck(parts, { ...request, onDate: '2025-01-31' });
    expect(earlier.rulePack.version).toBe('2025.1');
    const named = await makeCheck(parts, { ...request, rulePack: 'jiaozuo-2025@2025.1' });
    expect(named).toMatchObject({ verdict: 'attention', rulePack: { version: '2025.1' } });
    for (const { id } of [before, after, earlier, named])
      expect(await replayCheck(parts, id)).toMatchObject({ identical: true });
  });

  it('a new version of the parent does not change what a stored check of the child says', async () => {
    const [henan] = parts.policy.packs;
    const request = requestFor([plot('A', [-200, 100, 100, 100])], { rulePack: 'jiaozuo-2025@2025.1' });
    const before = await makeCheck(parts, request);
    const rules = henan!.rules!.map((rule) =>
      rule.id === 'stbhhx-overlap' ? { ...rule, module: '别的' } : rule,
    );
    await add({ ...henan, version: '2025.9', effectiveFrom: '2025-03-01', rules });
    const after = await makeCheck(parts, request);
    expect(after.parcels[0]!.findings[0]!.module).toBe('别的');
    expect(await replayCheck(parts, before.id)).toMatchObject({ identical: true });
  });

  it('the same again is fine, the same version with other content is a conflict', async () => {
    expect(await add(pack)).toMatchObject({ stored: false });
    const error = await add({ ...pack, title: { zh: '改', en: 'Changed' } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(codeOf(error)).toBe('conflict');
    expect(
      (await currentLibrary(db, parts.policy)).packs.filter((one) => one.version === '2025.2'),
    ).toHaveLength(1);
  });

  it('their tests are run again: a parent that changes what they say is told of, and shown afterwards', async () => {
    const county = {
      ...{ ...pack, id: 'county-a', version: '1', extends: 'jiaozuo-2025', effectiveFrom: '2025-04-01' },
      amend: [],
      rules: [{ ...parts.policy.packs[0]!.rules![0]!, id: 'own-red-line' }],
    };
    const [first] = builtInPackTests();
    const cases = [{ name: 'nothing', expect: { verdict: 'clear', findings: [] } }];
    const tests = { ...first, pack: 'county-a', onDate: '2025-05-01', cases };
    await add({ kind: 'rule-pack-upload', pack: county, classTables: [], tests });
    const stateOf = async () => (await packTestStates(parts)).find(({ id }) => id === 'county-a')!;
    expect(await stateOf()).toMatchObject({ cases: 1, failed: [] });
    // now the city asks for more: a parcel of the elastic zone only was clear, and nothing is any more
    const rule = { ...parts.policy.packs[0]!.rules!.find(({ id }) => id === 'fragment-area')! };
    const always = { ...rule, id: 'always', applies: undefined, when: { op: '>', value: 0, unit: 'm2' } };
    const city = { ...pack, version: '2025.5', effectiveFrom: '2025-04-01', rules: [always] };
    const dry = await add(JSON.parse(JSON.stringify(city)), true);
    expect(dry.broken).toContainEqual({ pack: 'county-a@1', name: 'nothing' });
    expect(await stateOf()).toMatchObject({ failed: [] });
    await add(JSON.parse(JSON.stringify(city)));
    expect((await stateOf()).failed.map(({ name }) => name)).toEqual(['nothing']);
    await db.query(`delete from rule_pack_file where pack_id = 'county-a' or version = '2025.5'`);
  });

  it('a parent is refused that a pack could not be put together with any more', async () => {
    const [henan] = parts.policy.packs;
    const rules = henan!.rules!.filter(({ id }) => id !== 'dltb-farmland');
    const bare = { ...henan, version: '2025.8', effectiveFrom: '2025-03-01', rules, coverage: {} };
    const error = await add(bare).catch((thrown: unknown) => thrown);
    expect(codeOf(error)).toBe('bad-rule-pack');
    expect(new Set(faultsOf(error))).toEqual(new Set(['breaks-pack /id']));
  });

  it('a faulty one leaves nothing behind', async () => {
    const error = await add({ ...pack, version: '3', colour: 1 }).catch((thrown: unknown) => thrown);
    expect([codeOf(error), faultsOf(error)]).toEqual(['bad-rule-pack', ['unknown-member /colour']]);
    const tables = await db.query<{ count: number }>('select count(*)::int as count from rule_pack_file');
    expect(tables[0]!.count).toBe(2);
  });
});

describe('a draft', () => {
  const draft = (parcels: MadeParcel[], options: Partial<DraftRequest> = {}) =>
    reviewDraft(parts, { ...requestFor(parcels, { rulePack: 'henan-2025@2025.1' }), ...options });
  const red = plot('A', [-200, 100, 100, 100], { landUse: '1001' });

  it('reviews the modules that are asked for, and stores nothing', async () => {
    const count = () => db.query('select count(*)::int as count from check_record');
    const before = await count();
    const review = await draft([red], { modules: ['生态', '耕地'] });
    expect(await count()).toEqual(before);
    expect(review.modules.map(({ module, status }) => [module, status])).toEqual([
      ['生态', 'open'],
      ['耕地', 'passed'],
    ]);
    expect([review.complete, review.verdict]).toEqual([false, 'attention']);
    expect(review.notReviewed).toContain('规划');
    expect(review.modules[0]!.faults).toMatchObject([
      { code: 'missing', parcel: 'A', fields: ['activityCategory'] },
    ]);
  });

  it('has not passed a module of which nothing could be asked, for want of its layers', async () => {
    const clear = plot('A', [100, 100, 10, 10], { landUse: '1001' });
    const review = await draft([clear], { modules: ['生态', '矿产'] });
    expect(review.modules.map(({ module, status, verdict }) => [module, status, verdict])).toEqual([
      ['生态', 'passed', 'clear'],
      ['矿产', 'not-reviewed', 'undetermined'],
    ]);
    expect([review.verdict, review.complete]).toEqual(['clear', false]);
    expect(review.unreviewed.map(({ layer }) => layer)).toEqual(expect.arrayContaining(['kcd', 'ckq']));
  });

  it('passes once what is open is handed in, on a hash that other modules do not touch', async () => {
    const stated = plot('A', [-200, 100, 100, 100], { landUse: '1001', activityCategory: 'restoration' });
    const first = await draft([stated], { modules: ['生态'] });
    const have = first.modules[0]!.open.map(({ id }) => id);
    expect(have.length).toBeGreaterThan(0);
    const second = await draft([stated], { modules: ['生态'], have });
    const [passed] = second.modules;
    expect([passed!.status, second.complete]).toEqual(['passed', true]);
    expect(passed!.inputSha256).not.toBe(first.modules[0]!.inputSha256);
    const passedOn = { 生态: passed!.inputSha256 };
    // a fact that this module does not read
    const again = await draft([{ ...stated, properties: { ...stated.properties, convertOnly: true } }], {
      modules: ['生态', '报批'],
      have,
      passedOn,
    });
    expect(again.modules.find(({ module }) => module === '生态')).toMatchObject({
      status: 'passed',
      unchanged: true,
    });
    // other ground, and another statement
    const moved = await draft([{ ...stated, boxes: [[-200.5, 100, 100, 100]] }], {
      modules: ['生态'],
      have,
      passedOn,
    });
    const said = await draft([red], { modules: ['生态'], have, passedOn });
    for (const { modules } of [moved, said]) expect(modules[0]!.unchanged).toBe(false);
  });

  it('a hash that somebody made up passes nothing', async () => {
    const first = await draft([red], { modules: ['生态'] });
    const passedOn = { 生态: first.modules[0]!.inputSha256 };
    const again = await draft([red], { modules: ['生态'], passedOn });
    expect(again.modules[0]).toMatchObject({ status: 'open', unchanged: false });
  });

  it('names what is missing, wrong and contradictory', async () => {
    const torn = plot('T', [100, 100, 10, 10], {
      landUse: '05H1',
      convertOnly: '是',
      nearTermUrbanTask: true,
      ruralUse: '城堡',
    });
    const review = await draft([torn, plot('U', [150, 100, 10, 10])]);
    expect(review.faults.map(({ code, parcel, fields }) => [code, parcel, ...fields])).toEqual([
      ['wrong', 'T', 'landUse'],
      ['missing', 'U', 'landUse'],
    ]);
    const approval = review.modules.find(({ module }) => module === '报批')!;
    expect(approval.status).toBe('undetermined');
    expect(approval.faults.map(({ code, fields }) => [code, ...fields])).toEqual([
      ['wrong', 'ruralUse'],
      ['missing', 'coordinatedWithPlan'],
      ['contradictory', 'convertOnly', 'nearTermUrbanTask', 'singleSite'],
    ]);
  });

  it('refuses a module that the pack does not have', async () => {
    const error = await draft([red], { modules: ['水产'] }).catch((thrown: unknown) => thrown);
    expect([codeOf(error), faultsOf(error)]).toEqual(['bad-parameter', ['unknown-module /query/module']]);
  });
});

describe('the ledger', () => {
  const outside = [
    plot('L1', [100, 950, 100, 100], { landUse: '1001', name: '=cmd()' }),
    plot('L2', [250, 950, 100, 100], { landUse: '1002' }),
    plot('IN', [100, 100, 10, 10], { landUse: '1001' }),
  ];
  const rulePack = 'henan-2025@2025.1';

  it('takes the ground outside by county, once, with totals that add up', async () => {
    const check = await makeCheck(parts, requestFor(outside, { stage: 'approval', rulePack }));
    const entries = await enterLedger(parts, { check: check.id, reason: '依托矿产' });
    expect(entries.map(({ parcel, county }) => [parcel, county?.code, county?.name])).toEqual([
      ['L1', '410802', '甲区'],
      ['L2', '410802', '甲区'],
      ['L2', '410803', '乙区'],
    ]);
    const figure = (id: string): number =>
      check.parcels.find((parcel) => parcel.id === id)!.overlays.find(({ layer }) => layer === 'czkfbj')!
        .outsideM2;
    expect(entries[0]!.areaM2).toBe(figure('L1'));
    expect(entries[1]!.areaM2 + entries[2]!.areaM2).toBeCloseTo(figure('L2'), 6);
    // the county border halves the strip of 100 m
    expect(Math.abs(entries[1]!.areaM2 - entries[2]!.areaM2)).toBeLessThan(0.05);
    const { totals } = await readLedger(db, { withdrawn: false, limit: 10 });
    expect(totals.map(({ county, entries: n }) => [county?.code, n])).toEqual([
      ['410802', 2],
      ['410803', 1],
    ]);
    expect(totals[0]!.areaM2).toBeCloseTo(entries[0]!.areaM2 + entries[1]!.areaM2, 6);
    const again = await enterLedger(parts, { check: check.id, reason: '再次' }).catch(
      (thrown: unknown) => thrown,
    );
    expect(codeOf(again)).toBe('conflict');
    expect((await readLedger(db, { withdrawn: true, limit: 10 })).entries).toHaveLength(3);
  });

  it('takes no ground outside the boundary twice: what overlaps is refused with its area', async () => {
    const enter = async (parcels: MadeParcel[]) => {
      const check = await makeCheck(parts, requestFor(parcels, { stage: 'approval', rulePack }));
      return enterLedger(parts, { check: check.id, reason: '依托矿产' });
    };
    const urban = { landUse: '1001' };
    // L1 lies from 100 to 200, its northern half outside
    const over = await enter([plot('M1', [190, 1000, 60, 20], urban)]).catch((thrown: unknown) => thrown);
    expect([codeOf(over), faultsOf(over)]).toEqual(['conflict', ['overlaps-entry /parcels/M1']]);
    expect((over as AppError).message).toContain('in part');
    expect((over as AppError).facts.errors![0]!.detail.en).toMatch(
      /shares (199\.\d\d|200\.\d\d) m².*entry \d+/,
    );
    const twice = await enter([
      plot('M2', [500, 1010, 40, 40], urban),
      plot('M3', [530, 1010, 40, 40], urban),
    ]).catch((thrown: unknown) => thrown);
    expect([codeOf(twice), faultsOf(twice)]).toEqual(['conflict', ['overlaps-parcel /parcels/M2']]);
    expect((await readLedger(db, { withdrawn: true, limit: 10 })).entries).toHaveLength(3);
    // a common border, and common ground inside the boundary, are nothing that the ledger counts
    const entered = await enter([
      plot('M4', [0, 1000, 100.0015, 50], urban),
      {
        ...{ id: 'M5', properties: urban },
        boxes: [
          [110, 960, 30, 35],
          [600, 1010, 20, 20],
        ],
      },
    ]);
    expect(entered.map(({ parcel }) => parcel)).toEqual(['M4', 'M5']);
    for (const { id } of entered) await withdrawLedgerEntry(db, id, '试');
  });

  it('keeps what is withdrawn, and lets the ground be entered again', async () => {
    const [first] = (await readLedger(db, { withdrawn: false, limit: 1 })).entries;
    const gone = await withdrawLedgerEntry(db, first!.id, '范围调整');
    expect(gone).toMatchObject({ parcel: 'L1', withdrawnReason: '范围调整' });
    await expect(withdrawLedgerEntry(db, first!.id, '再次')).rejects.toMatchObject({ code: 'not-found' });
    const { totals } = await readLedger(db, { withdrawn: false, limit: 10 });
    expect(totals[0]).toMatchObject({ entries: 1 });
    const entries = await enterLedger(parts, { check: first!.check, parcels: ['L1'], reason: '更正' });
    expect(entries).toMatchObject([{ parcel: 'L1', reason: '更正' }]);
  });

  it('pages, filters by county and goes to spreadsheets without formulas', async () => {
    const page = await readLedger(db, { withdrawn: true, limit: 2 });
    const rest = await readLedger(db, { withdrawn: true, limit: 10, after: page.next! });
    expect([page.entries.length, rest.entries.length, rest.next]).toEqual([2, 4, undefined]);
    const east = await readLedger(db, { withdrawn: false, limit: 10, county: '410803' });
    expect(east.entries.map(({ parcel }) => parcel)).toEqual(['L2']);
    const csv = Buffer.from(await ledgerCsv(db, { withdrawn: true, limit: 10 }, 'zh')).toString('utf8');
    expect(csv.split('\r\n')[0]).toContain('边界外面积（㎡）');
    expect(csv.split('\r\n')).toHaveLength(8);
    expect(csv).toContain("'=cmd()");
  });

  it.each<[string, MadeParcel, object, string[]]>([
    ['at pre-review', plot('A', [0, 1100, 10, 10], { landUse: '1001' }), {}, ['not-at-approval /check']],
    [
      'rural',
      plot('A', [0, 1100, 10, 10], { landUse: '0703' }),
      { stage: 'approval' },
      ['rural-use /parcels/A'],
    ],
    ['without a use', plot('A', [0, 1100, 10, 10]), { stage: 'approval' }, ['land-use-missing /parcels/A']],
    [
      'of the other list',
      plot('A', [0, 1100, 10, 10], { landUse: '05H1' }),
      { stage: 'approval' },
      ['unknown-land-use /parcels/A'],
    ],
    [
      'inside',
      plot('A', [0, 100, 10, 10], { landUse: '1001' }),
      { stage: 'approval' },
      ['nothing-outside /check'],
    ],
  ])('refuses a parcel %s', async (_, parcel, options, expected) => {
    const check = await makeCheck(parts, requestFor([parcel], { rulePack, ...options }));
    const error = await enterLedger(parts, { check: check.id, reason: 'x' }).catch(
      (thrown: unknown) => thrown,
    );
    expect([codeOf(error), faultsOf(error)]).toEqual(['bad-parameter', expected]);
  });
});
