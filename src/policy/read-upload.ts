/**
 * A rule pack as somebody hands it in: text in, a library with the pack in it out, or every fault with its line. A pack
 * may come alone, with class tables and with tests; nothing is taken unless all of it holds.
 */
import { AppError, type InputFault } from '../core/errors.js';
import { parsePlacedJson } from './json-places.js';
import { absent, badRulePack, fault } from './pack-faults.js';
import { type PackTestFile, runCases, untriedRules } from './pack-tests.js';
import { readClassTable, readPackTests, readRulePack } from './read-rule-pack.js';
import { resolveRulePack } from './resolve-rule-pack.js';
import type { ClassTable, PolicyLibrary, ResolvedRulePack, RulePack } from './rule-pack-types.js';

/** What other rooms know and packs may name. */
export interface KnownNames {
  isLayer(id: string): boolean;
  isMeasure(id: string): boolean;
}

export interface RulePackUpload {
  pack: RulePack | null;
  classTables: readonly ClassTable[];
  tests: PackTestFile | null;
  /** What was there, with what was handed in before it. */
  library: PolicyLibrary;
  report: RulePackReport;
}

export interface RulePackReport {
  id: string;
  version: string;
  ruleCount: number;
  testsRun: number;
  /** Rules that no test fires, passes or meets exactly at the threshold. */
  untried: { fires: readonly string[]; passes: readonly string[]; edge: readonly string[] };
}

/**
 * @param text a pack, a class table, or `{kind: "rule-pack-upload", pack, classTables, tests}`
 * @throws AppError bad-rule-pack; each fault has its pointer into the text, its line and its column
 */
export function readUpload(library: PolicyLibrary, text: string, known: KnownNames): RulePackUpload {
  const json = parsePlacedJson(text);
  const refuse = (faults: readonly InputFault[]): AppError =>
    badRulePack('rule pack', faults.map(json.place));
  if (json.faults.length > 0) throw badRulePack('rule pack', json.faults);
  const parts = partsOf(json.value);
  const faults: InputFault[] = [];
  const read = <T>(part: Part | undefined, reader: (value: unknown) => T): T | undefined => {
    if (!part) return undefined;
    try {
      return reader(part.value);
    } catch (error) {
      faults.push(...faultsIn(error, part.at));
      return undefined;
    }
  };
  const classTables = parts.classTables.flatMap((part) => read(part, readClassTable) ?? []);
  const pack = read(parts.pack, readRulePack);
  const tests = read(parts.tests, readPackTests);
  if (faults.length > 0) throw refuse(faults);
  const added: PolicyLibrary = {
    packs: [...(pack ? [pack] : []), ...library.packs],
    classTables: [...classTables, ...library.classTables],
  };
  if (!pack)
    return { pack: null, classTables, tests: null, library: added, report: tableReport(classTables) };
  faults.push(
    ...nameFaults(pack, parts.pack!.at, known),
    ...assemblyFaults(added, pack, parts.pack!.at),
    ...heirFaults(added, pack, parts.pack!.at),
  );
  if (tests && tests.pack !== pack.id)
    faults.push(absent(`${parts.tests!.at}/pack`, 'unknown-pack', tests.pack));
  if (faults.length > 0) throw refuse(faults);
  const failed = tests ? runCases(added, tests, parts.tests!.at) : [];
  if (failed.length > 0) throw refuse(failed);
  return { pack, classTables, tests: tests ?? null, library: added, report: packReport(added, pack, tests) };
}

interface Part {
  value: unknown;
  /** Pointer of the part in what was sent. */
  at: string;
}

function partsOf(value: unknown): { pack?: Part; tests?: Part; classTables: Part[] } {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return { pack: { value, at: '' }, classTables: [] };
  const { kind, pack, tests, classTables } = value as Record<string, unknown>;
  if (kind === 'class-table') return { classTables: [{ value, at: '' }] };
  if (kind !== 'rule-pack-upload') return { pack: { value, at: '' }, classTables: [] };
  const tables = Array.isArray(classTables) ? classTables : [];
  return {
    pack: { value: pack, at: '/pack' },
    ...(tests !== undefined && { tests: { value: tests, at: '/tests' } }),
    classTables: tables.map((table, i) => ({ value: table, at: `/classTables/${i}` })),
  };
}

/** Faults of one part with pointers into the whole; whatever is no fault of the input goes on. */
function faultsIn(error: unknown, at: string): InputFault[] {
  if (!(error instanceof AppError) || error.code !== 'bad-rule-pack') throw error;
  const { errors = [] } = error.facts;
  // a pointer into an ancestor is written `<pack>#<pointer>`: it stands at the pack that extends it
  return errors.map((one) => ({
    ...one,
    pointer: one.pointer.includes('#') ? one.pointer : at + one.pointer,
  }));
}

function nameFaults(pack: RulePack, at: string, known: KnownNames): InputFault[] {
  return [
    ...(pack.layers ?? []).flatMap(({ layer }, i) =>
      known.isLayer(layer) ? [] : [absent(`${at}/layers/${i}/layer`, 'unknown-layer', layer)],
    ),
    ...Object.entries(pack.coverage ?? {}).flatMap(([document, rows]) =>
      rows.flatMap(({ measures }, i) =>
        measures.flatMap((measure, j) =>
          known.isMeasure(measure)
            ? []
            : [absent(`${at}/coverage/${document}/${i}/measures/${j}`, 'unknown-measure', measure)],
        ),
      ),
    ),
  ];
}

/** Put together on every day on which something begins or has just ended: what holds on one may not on another. */
function assemblyFaults(library: PolicyLibrary, pack: RulePack, at: string): InputFault[] {
  const found = new Map<string, InputFault>();
  for (const day of daysOfChange(library, pack))
    try {
      resolveRulePack(library, pack, day);
    } catch (error) {
      for (const one of faultsIn(error, at)) found.set(`${one.code} ${one.pointer}`, one);
    }
  return [...found.values()];
}

/** A pack that rests on this one and could not be put together with it any more: its checks would stop. */
function heirFaults(library: PolicyLibrary, pack: RulePack, at: string): InputFault[] {
  return heirsOf(library, pack.id).flatMap((heir) =>
    assemblyFaults(library, heir, '')
      .slice(0, 1)
      .map(({ pointer, detail }) =>
        fault(
          `${at}/id`,
          'breaks-pack',
          `规则包“${heir.id}@${heir.version}”继承本包，将无法再组合：${pointer} ${detail.zh}`,
          `Pack "${heir.id}@${heir.version}" extends this one and could not be put together any more: ${pointer} ${detail.en}`,
        ),
      ),
  );
}

function heirsOf(library: PolicyLibrary, id: string): RulePack[] {
  const direct = library.packs.filter((one) => one.extends === id);
  return [...direct, ...direct.flatMap((one) => (one.id === id ? [] : heirsOf(library, one.id)))];
}

function daysOfChange(library: PolicyLibrary, pack: RulePack): string[] {
  const { effectiveFrom, effectiveTo = '9999-12-31', documents, rules = [] } = pack;
  const ancestors = library.packs.filter((other) => other !== pack);
  const spans = [
    ...Object.values(documents),
    ...rules,
    ...ancestors,
    ...ancestors.flatMap((one) => Object.values(one.documents)),
  ];
  const days = spans.flatMap((span) =>
    [span.effectiveFrom ?? [], span.effectiveTo ? dayAfter(span.effectiveTo) : []].flat(),
  );
  return [...new Set([effectiveFrom, ...days])]
    .filter((day) => day >= effectiveFrom && day <= effectiveTo)
    .sort();
}

const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);

function packReport(library: PolicyLibrary, pack: RulePack, tests: PackTestFile | undefined): RulePackReport {
  const { id, version } = pack;
  const { rules }: ResolvedRulePack = resolveRulePack(library, pack, pack.effectiveFrom);
  const own = new Set([
    ...(pack.rules ?? []).map((rule) => rule.id),
    ...(pack.amend ?? []).map(({ rule }) => rule),
  ]);
  const all = tests ? untriedRules(library, [tests]) : undefined;
  const ownOnly = (ids: readonly string[]): string[] => ids.filter((one) => own.has(one));
  const none = [...own];
  return {
    ...{ id, version, ruleCount: rules.length, testsRun: tests?.cases.length ?? 0 },
    untried: all
      ? { fires: ownOnly(all.fires), passes: ownOnly(all.passes), edge: ownOnly(all.edge) }
      : { fires: none, passes: none, edge: [] },
  };
}

const tableReport = (tables: readonly ClassTable[]): RulePackReport => ({
  ...{ id: tables[0]!.id, version: tables[0]!.version, ruleCount: 0, testsRun: 0 },
  untried: { fires: [], passes: [], edge: [] },
});
