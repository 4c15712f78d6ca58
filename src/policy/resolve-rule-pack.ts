/**
 * Puts one pack together for a day: its ancestors, replaced and amended rules, class tables with their options. Refuses
 * what refers to something that is not there.
 */
import type { InputFault } from '../core/errors.js';
import { factFaults, principleFaults } from './fact-faults.js';
import { isInForce, latestInForce } from './in-force.js';
import { measuresRead, tablesRead } from './measures-read.js';
import { absent, badRulePack, fault, token } from './pack-faults.js';
import type {
  BoundaryError,
  ClassTable,
  FactDefinition,
  LayerNeed,
  PolicyDocument,
  PolicyLibrary,
  ResolvedClassTable,
  ResolvedRulePack,
  Rule,
  RuleAmendment,
  RuleMeasure,
  RulePack,
  RuleSource,
} from './rule-pack-types.js';

/**
 * @param onDate YYYY-MM-DD; chooses the versions of ancestors and class tables
 * @throws AppError bad-rule-pack; a pointer into an ancestor is written `<pack id>#<pointer>`
 */
export function resolveRulePack(library: PolicyLibrary, pack: RulePack, onDate: string): ResolvedRulePack {
  const chain = lineage(library, pack, onDate);
  const documents: Record<string, PolicyDocument> = Object.assign({}, ...chain.map((one) => one.documents));
  const facts: Record<string, FactDefinition> = Object.assign({}, ...chain.map((one) => one.facts));
  const coverage: ResolvedRulePack['coverage'] = Object.assign({}, ...chain.map((one) => one.coverage));
  const layers = new Map<string, LayerNeed>();
  const rules = new Map<string, Rule>();
  const faults: InputFault[] = [];
  let boundaryError: BoundaryError | undefined;
  for (const one of chain) {
    const here = one === pack ? '' : `${one.id}#`;
    for (const need of one.layers ?? []) layers.set(need.layer, need);
    boundaryError = one.boundaryError ?? boundaryError;
    for (const rule of one.rules ?? []) rules.set(rule.id, rule);
    for (const [i, amendment] of (one.amend ?? []).entries()) {
      const rule = rules.get(amendment.rule);
      if (rule) {
        const amended = amendRule(rule, amendment);
        rules.set(rule.id, amended);
        faults.push(...principleFaults(amended, `${here}/amend/${i}/verdict`));
      } else faults.push(absent(`${here}/amend/${i}/rule`, 'unknown-rule', amendment.rule));
    }
    faults.push(...sourceFaults(one, here, documents, coverage), ...factFaults(one, here, facts, documents));
  }
  const tables = resolveTables(library, chain, onDate, faults);
  faults.push(...coverageFaults(pack, documents, rules));
  faults.push(...unsupportedRules(pack, rules, documents, onDate));
  for (const one of chain)
    faults.push(...measureFaults(one, one === pack ? '' : `${one.id}#`, layers, tables));
  if (rules.size === 0) faults.push(absent('/rules', 'missing-member', 'rules'));
  if (!boundaryError) faults.push(absent('/boundaryError', 'missing-member', 'boundaryError'));
  if (faults.length > 0 || !boundaryError) throw badRulePack(pack.id, faults);
  const {
    id,
    version,
    title,
    jurisdiction,
    effectiveFrom,
    effectiveTo = null,
    effectiveFromNote = null,
  } = pack;
  return {
    ...{ id, version, title, jurisdiction, effectiveFrom, effectiveTo, effectiveFromNote },
    notes: chain.map((one) => one.note).reverse(),
    composedOf: [...chain.toReversed(), ...Object.values(tables)].map((one) => `${one.id}@${one.version}`),
    ...{
      documents,
      layers: [...layers.values()],
      facts,
      contradictions: chain.flatMap((one) => one.contradictions ?? []),
      boundaryError,
      classTables: tables,
      rules: [...rules.values()],
      coverage,
    },
  };
}

/** The pack with everything it extends, root first. */
function lineage(library: PolicyLibrary, pack: RulePack, onDate: string): RulePack[] {
  const chain = [pack];
  for (let one = pack; one.extends !== undefined; ) {
    const parentId = one.extends;
    const versions = library.packs.filter((other) => other.id === parentId);
    const parent = latestInForce(versions, onDate);
    if (!parent) {
      const zh = `规则包“${parentId}”不存在或在 ${onDate} 不在有效期内。`;
      const en = `Rule pack "${parentId}" does not exist or is not in force on ${onDate}.`;
      throw badRulePack(pack.id, [fault('/extends', 'unknown-pack', zh, en)]);
    }
    if (chain.includes(parent)) {
      const zh = `extends 成环：“${parentId}”。`;
      const en = `extends runs in a circle through "${parentId}".`;
      throw badRulePack(pack.id, [fault('/extends', 'circular', zh, en)]);
    }
    chain.unshift(parent);
    one = parent;
  }
  return chain;
}

function amendRule(rule: Rule, amendment: RuleAmendment): Rule {
  const { rule: _, source, addSources = [], variants = [], ...rest } = amendment;
  const alsoSources = [...(source ? [rule.source] : []), ...addSources, ...rule.alsoSources];
  const all = [...variants, ...(rule.variants ?? [])];
  return {
    ...{ ...rule, ...rest, source: source ?? rule.source, alsoSources },
    ...(all.length > 0 && { variants: all }),
  };
}

function resolveTables(
  library: PolicyLibrary,
  chain: readonly RulePack[],
  onDate: string,
  faults: InputFault[],
): Record<string, ResolvedClassTable> {
  const tables: Record<string, ResolvedClassTable> = {};
  for (const id of tablesRead(chain.flatMap((one) => one.rules ?? []))) {
    const versions = library.classTables.filter((one) => one.id === id);
    const table = latestInForce(versions, onDate);
    if (!table) continue; // every rule that refers to it is a fault of its own
    const chosen: Record<string, string> = Object.assign({}, ...chain.map((one) => one.classOptions?.[id]));
    for (const [code, group] of Object.entries(chosen))
      if (!table.options?.[code]?.choices.includes(group))
        faults.push(absent(`/classOptions/${token(id)}/${token(code)}`, 'value-not-allowed', group));
    tables[id] = resolveTable(table, chosen);
  }
  return tables;
}

function resolveTable(table: ClassTable, chosen: Readonly<Record<string, string>>): ResolvedClassTable {
  const groupsOf = new Map<string, string[]>();
  const add = (code: string, group: string): void =>
    void groupsOf.set(code, [...(groupsOf.get(code) ?? []), group]);
  for (const [group, { codes }] of Object.entries(table.groups)) for (const code of codes) add(code, group);
  for (const [code, option] of Object.entries(table.options ?? {})) add(code, chosen[code] ?? option.default);
  const { id, version, codeSystem, title, groups } = table;
  return { id, version, codeSystem, title, groups, groupsOf: Object.fromEntries(groupsOf) };
}

function sourceFaults(
  pack: RulePack,
  here: string,
  documents: Readonly<Record<string, PolicyDocument>>,
  coverage: ResolvedRulePack['coverage'],
): InputFault[] {
  const faults: InputFault[] = [];
  const check = (source: RuleSource, at: string): void => {
    if (!Object.hasOwn(documents, source.document))
      faults.push(absent(`${at}/document`, 'unknown-document', source.document));
    else if (source.clause !== undefined && documents[source.document]!.confidence !== 'quoted')
      faults.push(
        fault(
          `${at}/clause`,
          'clause-not-quoted',
          `文件“${source.document}”未标为 quoted，不得引用条文原文。`,
          `Document "${source.document}" is not marked quoted, so no clause of it may be given as verbatim text.`,
        ),
      );
    const articles = Object.hasOwn(coverage, source.document) ? coverage[source.document] : undefined;
    if (articles && !articles.some(({ article }) => article === source.article))
      faults.push(absent(`${at}/article`, 'unknown-article', source.article));
  };
  for (const [i, rule] of (pack.rules ?? []).entries()) {
    check(rule.source, `${here}/rules/${i}/source`);
    for (const [j, source] of rule.alsoSources.entries())
      check(source, `${here}/rules/${i}/alsoSources/${j}`);
  }
  for (const [i, { source, addSources = [] }] of (pack.amend ?? []).entries()) {
    if (source) check(source, `${here}/amend/${i}/source`);
    for (const [j, added] of addSources.entries()) check(added, `${here}/amend/${i}/addSources/${j}`);
  }
  return faults;
}

/** A rule whose documents are all out of force on the day has nothing to stand on. */
function unsupportedRules(
  pack: RulePack,
  rules: ReadonlyMap<string, Rule>,
  documents: Readonly<Record<string, PolicyDocument>>,
  onDate: string,
): InputFault[] {
  return [...rules.values()].flatMap((rule) => {
    const cited = [rule.source, ...rule.alsoSources].flatMap(({ document }) =>
      Object.hasOwn(documents, document) ? documents[document]! : [],
    );
    const stands = !isInForce(rule, onDate) || cited.some((document) => isInForce(document, onDate));
    if (stands || cited.length === 0) return [];
    const own = (pack.rules ?? []).findIndex(({ id }) => id === rule.id);
    const at = own < 0 ? `${pack.id}#/rules/${rule.id}` : `/rules/${own}`;
    return [
      fault(
        `${at}/source`,
        'no-source-in-force',
        `规则“${rule.id}”在 ${onDate} 没有有效的依据文件。`,
        `Rule "${rule.id}" has no document in force on ${onDate}.`,
      ),
    ];
  });
}

/** Rows name rules that are there; whether a measure is offered is for the doors to say. */
function coverageFaults(
  { coverage = {} }: RulePack,
  documents: Readonly<Record<string, PolicyDocument>>,
  rules: ReadonlyMap<string, Rule>,
): InputFault[] {
  return Object.entries(coverage).flatMap(([document, rows]) => [
    ...(Object.hasOwn(documents, document)
      ? []
      : [absent(`/coverage/${token(document)}`, 'unknown-document', document)]),
    ...rows.flatMap((row, i) =>
      row.rules.flatMap((id, j) =>
        rules.has(id) ? [] : [absent(`/coverage/${token(document)}/${i}/rules/${j}`, 'unknown-rule', id)],
      ),
    ),
  ]);
}

function measureFaults(
  pack: RulePack,
  here: string,
  layers: ReadonlyMap<string, LayerNeed>,
  tables: Readonly<Record<string, ResolvedClassTable>>,
): InputFault[] {
  const faults: InputFault[] = [];
  for (const [i, rule] of (pack.rules ?? []).entries()) {
    const { breakdown } = rule;
    if (breakdown && !Object.hasOwn(tables, breakdown.table))
      faults.push(absent(`${here}/rules/${i}/breakdown/table`, 'unknown-table', breakdown.table));
    for (const { measure, at } of measuresRead(rule))
      faults.push(...namesInMeasure(measure, `${here}/rules/${i}/${at}`, layers, tables));
  }
  return faults;
}

function namesInMeasure(
  measure: RuleMeasure,
  at: string,
  layers: ReadonlyMap<string, LayerNeed>,
  tables: Readonly<Record<string, ResolvedClassTable>>,
): InputFault[] {
  if (measure.kind === 'parcel') return [];
  const faults = layers.has(measure.layer) ? [] : [absent(`${at}/layer`, 'unknown-layer', measure.layer)];
  if (!('table' in measure)) return faults;
  const table = Object.hasOwn(tables, measure.table) ? tables[measure.table]! : undefined;
  if (!table) return [...faults, absent(`${at}/table`, 'unknown-table', measure.table)];
  for (const [j, group] of (measure.groups ?? []).entries())
    if (!Object.hasOwn(table.groups, group)) faults.push(absent(`${at}/groups/${j}`, 'unknown-group', group));
  const codes = measure.kind === 'classes' ? (measure.codes ?? []) : [];
  for (const [j, code] of codes.entries())
    if (!Object.hasOwn(table.groupsOf, code)) faults.push(absent(`${at}/codes/${j}`, 'unknown-code', code));
  return faults;
}
