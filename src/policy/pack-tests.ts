/**
 * Pack tests: figures of one parcel in, the complete list of findings out. They ship with a pack, run when it is tested
 * and when it is uploaded, and say which rules no case fires, passes or meets exactly at its threshold.
 */
import { AppError, type Bilingual, type InputFault } from '../core/errors.js';
import { judgeOpenParcel, openParcel, readRows } from './evaluate.js';
import { openTotals } from './evaluate-totals.js';
import { readFacts } from './facts.js';
import { findRulePack } from './find-rule-pack.js';
import { layerOf, thresholdM2 } from './judge-rule.js';
import { absent, fault } from './pack-faults.js';
import type {
  Finding,
  MeasureForPolicy,
  ParcelFacts,
  ParcelJudgement,
  PassedRule,
  Stage,
  Verdict,
} from './policy-types.js';
import { readFigures } from './rule-figures.js';
import type { PolicyLibrary, ResolvedRulePack, RulePack } from './rule-pack-types.js';
import { rulesInForce } from './rules-on.js';

/** A measure row with what is not said left at nothing: measured, 0 m², no noise, data of 2024-12-31. */
export interface ShortRow {
  state?: MeasureForPolicy['state'];
  missingReason?: NonNullable<MeasureForPolicy['missingReason']>;
  areaM2?: number;
  netAreaM2?: number;
  outsideM2?: number;
  undeterminedM2?: number;
  noise?: readonly ('area' | 'outside' | 'undetermined')[];
  byClass?: readonly {
    code: string | null;
    label?: string;
    areaM2: number;
    netAreaM2?: number;
    noise?: boolean;
  }[];
  features?: readonly {
    classCode: string | null;
    areaM2: number;
    netAreaM2?: number;
    attributes: Readonly<Record<string, unknown>>;
  }[];
}

/** Numbers must be equal; `source` and `alsoSources` are `document article`; title, detail, requires are contained (zh). */
export interface ExpectedFinding {
  rule: string;
  verdict: Verdict;
  areaM2?: number;
  netAreaM2?: number | null;
  undeterminedM2?: number;
  noise?: boolean;
  source?: string;
  alsoSources?: readonly string[];
  title?: string;
  detail?: string;
  requires?: string;
}

export interface ParcelOfCase {
  parcelAreaM2?: number;
  /** Layers that differ from the file's. */
  measures?: Readonly<Record<string, ShortRow>>;
  /** Layers without a row. */
  without?: readonly string[];
  /** Properties of the parcel. */
  facts?: Readonly<Record<string, unknown>>;
  landUse?: string;
}

export interface PackTestCase extends ParcelOfCase {
  name: string;
  onDate?: string;
  stage?: Stage;
  /** Further parcels of the same check; `findings` are of the first, `totals` of all. */
  others?: readonly ParcelOfCase[];
  /** Parameters of the check. */
  project?: Readonly<Record<string, unknown>>;
  expect: {
    verdict: Verdict;
    layerVerdicts?: Readonly<Record<string, Verdict>>;
    /** Heaviest first, complete. */
    findings: readonly ExpectedFinding[];
    /** Findings over the whole check (rules of scope `check`), complete; not looked at when left out. */
    totals?: readonly ExpectedFinding[];
    /** Ids of rules that must say that they are satisfied. */
    passed?: readonly string[];
  };
}

export interface PackTestFile {
  kind: 'rule-pack-tests';
  pack: string;
  onDate: string;
  stage: Stage;
  parcelAreaM2: number;
  measures: Readonly<Record<string, ShortRow>>;
  cases: readonly PackTestCase[];
}

export interface JudgedCase {
  name: string;
  pack: ResolvedRulePack;
  measures: readonly MeasureForPolicy[];
  facts: ParcelFacts;
  stage: Stage;
  onDate: string;
  judgement: ParcelJudgement;
  totals: { findings: readonly Finding[]; passed: readonly PassedRule[]; metExactly: readonly string[] };
}

export function toRow(layer: string, parcelAreaM2: number, short: ShortRow): MeasureForPolicy {
  const has = (part: 'area' | 'outside' | 'undetermined'): boolean => short.noise?.includes(part) ?? false;
  return {
    layer,
    dataDate: '2024-12-31',
    state: short.state ?? 'measured',
    missingReason: short.missingReason ?? null,
    parcelAreaM2,
    areaM2: short.areaM2 ?? 0,
    netAreaM2: short.netAreaM2 ?? null,
    outsideM2: short.outsideM2 ?? 0,
    undeterminedM2: short.undeterminedM2 ?? 0,
    noise: { area: has('area'), outside: has('outside'), undetermined: has('undetermined') },
    byClass: (short.byClass ?? []).map(({ code, label, areaM2, netAreaM2, noise }) => ({
      ...{ code, label: label ?? null, areaM2, netAreaM2: netAreaM2 ?? null, noise: noise ?? false },
    })),
    ...(short.features && {
      features: short.features.map((feature) => ({
        ...feature,
        netAreaM2: feature.netAreaM2 ?? null,
        sharedM2: 0,
      })),
    }),
  };
}

/** Judges case `i` of a file. Throws as `evaluate` does: figures that do not close are a fault of the case. */
export function judgeCase(library: PolicyLibrary, file: PackTestFile, i: number): JudgedCase {
  const one = file.cases[i]!;
  const { onDate = file.onDate, stage = file.stage } = one;
  const pack = findRulePack(library, file.pack, onDate)!;
  const totals = openTotals(pack, one.project, stage, onDate);
  const [first] = [one, ...(one.others ?? [])].map((parcel) => {
    const measures = rowsOf(file, parcel);
    const facts = { landUse: parcel.landUse ?? null, properties: parcel.facts ?? {}, project: one.project };
    const opened = openParcel(pack, measures, facts, onDate);
    totals.add(opened);
    return { measures, facts, opened };
  });
  const { measures, facts, opened } = first!;
  const judgement = judgeOpenParcel(pack, opened, stage, onDate);
  return {
    ...{ name: one.name, pack, measures, facts, stage, onDate, judgement },
    totals: { ...totals.judge(), metExactly: totals.metExactly() },
  };
}

const rowsOf = (file: PackTestFile, { parcelAreaM2 = file.parcelAreaM2, measures, without }: ParcelOfCase) =>
  Object.entries({ ...file.measures, ...measures })
    .filter(([layer]) => !without?.includes(layer))
    .map(([layer, short]) => toRow(layer, parcelAreaM2, short));

/** Every case that comes out otherwise than it says, with its place in the file. */
export function failedCases(library: PolicyLibrary, file: PackTestFile): InputFault[] {
  if (!library.packs.some((pack) => pack.id === file.pack))
    return [absent('/pack', 'unknown-pack', file.pack)];
  return file.cases.flatMap((one, i) => {
    const judged = judgeCase(library, file, i);
    return differences(one.expect, judged).map(({ at, wanted, found }) =>
      fault(
        `/cases/${i}/expect/${at}`,
        'test-failed',
        `用例“${one.name}”应为 ${JSON.stringify(wanted)}，实为 ${JSON.stringify(found)}。`,
        `Case "${one.name}" should give ${JSON.stringify(wanted)} and gives ${JSON.stringify(found)}.`,
      ),
    );
  });
}

/** As `failedCases`, with pointers below `at`; a case whose figures do not close is a fault of the case. */
export function runCases(library: PolicyLibrary, tests: PackTestFile, at: string): InputFault[] {
  return tests.cases.flatMap((one, i) => {
    try {
      return failedCases(library, { ...tests, cases: [one] }).map((failed) => ({
        ...failed,
        pointer: failed.pointer.replace(/^\/cases\/0/, `${at}/cases/${i}`),
      }));
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      const { zh, en } = error.facts.detail ?? { zh: error.message, en: error.message };
      return [fault(`${at}/cases/${i}`, 'bad-case', zh, en)];
    }
  });
}

/** How the tests of one version of a pack come out on the library as it is now. */
export interface PackTestState {
  id: string;
  version: string;
  cases: number;
  /** Cases that do not hold, each with what came first. */
  failed: readonly { name: string; detail: Bilingual }[];
}

/** Other versions of the pack stand aside; what it extends is taken as it is now. */
export function stateOfTests(
  library: PolicyLibrary,
  { id, version }: Pick<RulePack, 'id' | 'version'>,
  tests: PackTestFile,
): PackTestState {
  const packs = library.packs.filter((pack) => pack.id !== id || pack.version === version);
  const narrowed = { ...library, packs };
  const failed = tests.cases.flatMap((one) => {
    const [first] = runCases(narrowed, { ...tests, cases: [one] }, '');
    return first ? [{ name: one.name, detail: first.detail }] : [];
  });
  return { id, version, cases: tests.cases.length, failed };
}

interface Difference {
  at: string;
  wanted: unknown;
  found: unknown;
}

function differences(expected: PackTestCase['expect'], { judgement, totals }: JudgedCase): Difference[] {
  const list: Difference[] = [];
  const compare = (at: string, wanted: unknown, found: unknown): void => {
    if (JSON.stringify(wanted) !== JSON.stringify(found)) list.push({ at, wanted, found });
  };
  compareFindings('findings', expected.findings, judgement.findings, compare);
  if (expected.totals) compareFindings('totals', expected.totals, totals.findings, compare);
  compare('verdict', expected.verdict, judgement.verdict);
  for (const [layer, verdict] of Object.entries(expected.layerVerdicts ?? {}))
    compare(`layerVerdicts/${layer}`, verdict, judgement.layerVerdicts[layer]);
  const passed = [...judgement.passed, ...totals.passed].map((one) => one.rule);
  expected.passed?.forEach((rule, i) => {
    if (!passed.includes(rule)) list.push({ at: `passed/${i}`, wanted: rule, found: null });
  });
  return list;
}

function compareFindings(
  at: string,
  expected: readonly ExpectedFinding[],
  found: readonly Finding[],
  compare: (at: string, wanted: unknown, found: unknown) => void,
): void {
  const length = Math.max(expected.length, found.length);
  for (let i = 0; i < length; i++)
    compare(`${at}/${i}`, inFull(expected[i]), inTheWordsOf(found[i], expected[i]));
}

const inFull = (expected: ExpectedFinding | undefined): unknown =>
  expected && inOrder({ areaM2: 0, undeterminedM2: 0, noise: false, ...expected });

/** The finding in the words of what was expected, so that a difference shows all members at once. */
function inTheWordsOf(finding: Finding | undefined, expected: Partial<ExpectedFinding> = {}): unknown {
  if (!finding) return undefined;
  const cite = ({ document, article }: Finding['source']): string => `${document} ${article}`;
  const found = (text: string, part: string): string => (text.includes(part) ? part : text);
  const { rule, verdict, areaM2, netAreaM2, undeterminedM2, noise } = finding;
  return inOrder({
    ...{ rule, verdict, areaM2, undeterminedM2, noise },
    ...('netAreaM2' in expected && { netAreaM2 }),
    ...(expected.source && { source: cite(finding.source) }),
    ...(expected.alsoSources && { alsoSources: finding.alsoSources.map(cite) }),
    ...(expected.title && { title: found(finding.title.zh, expected.title) }),
    ...(expected.detail && { detail: found(finding.detail.zh, expected.detail) }),
    ...(expected.requires && {
      requires: found(finding.requires.map((text) => text.zh).join('|'), expected.requires),
    }),
  });
}

const inOrder = (value: object): object =>
  Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));

/** What the cases of a pack leave untried: rules that never fire, never pass, or are never met exactly at the threshold. */
export function untriedRules(
  library: PolicyLibrary,
  files: readonly PackTestFile[],
): { fires: string[]; passes: string[]; edge: string[] } {
  const judged = files.flatMap((file) => file.cases.map((_, i) => judgeCase(library, file, i)));
  const pack = judged[0]?.pack;
  if (!pack) return { fires: [], passes: [], edge: [] };
  const fired = new Set(
    judged
      .flatMap(({ judgement, totals }) => [...judgement.findings, ...totals.findings])
      .filter(({ verdict }) => verdict === 'attention' || verdict === 'prohibited')
      .map(({ rule }) => rule),
  );
  const passed = new Set(
    judged
      .flatMap(({ judgement, totals }) => [...judgement.passed, ...totals.passed])
      .map(({ rule }) => rule),
  );
  const ids = pack.rules.map(({ id }) => id);
  const met = new Set(judged.flatMap(metAtEdge));
  return {
    fires: ids.filter((id) => !fired.has(id)),
    passes: ids.filter((id) => !passed.has(id)),
    edge: pack.rules.filter(({ id, when }) => when.value > 0 && !met.has(id)).map(({ id }) => id),
  };
}

function metAtEdge({ pack, measures, facts, stage, onDate, totals }: JudgedCase): string[] {
  const rows = readRows(pack, measures);
  const context = { pack, stage, onDate, facts: readFacts(pack, facts, onDate) };
  const ofParcel = rulesInForce(pack, onDate).filter((rule) => {
    if (rule.scope === 'check') return false;
    const { areaM2, netBasisM2 } = readFigures(rule.measure, rows.of(layerOf(rule)), pack.classTables);
    const limitM2 = thresholdM2(rule, rows.parcelAreaM2, context);
    return limitM2 === (rule.basis === 'net' ? netBasisM2 : areaM2);
  });
  return [...ofParcel.map(({ id }) => id), ...totals.metExactly];
}
