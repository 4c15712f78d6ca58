/**
 * 边组卷边审查 (豫 50 条第16条, 焦政办规〔2025〕1号 (六)): a dossier that is not complete yet, reviewed module by module. Nothing is
 * stored. The answer says what is missing, wrong or contradictory, what stays open, and what has passed on which input.
 */
import { createHash } from 'node:crypto';
import { AppError, type Bilingual } from '../core/errors.js';
import { isPresent, type MeasuredParcel } from '../overlay/measure-overlaps.js';
import { type OpenParcel, worstVerdict } from '../policy/evaluate.js';
import { openTotals } from '../policy/evaluate-totals.js';
import { contradictionsIn, type FactReader, factsRead } from '../policy/facts.js';
import { layersRead, tablesRead } from '../policy/measures-read.js';
import type { Finding, ParcelJudgement, PassedRule, Stage, Verdict } from '../policy/policy-types.js';
import type { ResolvedRulePack, Rule } from '../policy/rule-pack-types.js';
import { rulesInForce } from '../policy/rules-on.js';
import { measureInput } from './answer-check.js';
import type { CheckParts, CheckRequest, PinnedInput } from './check-parts.js';
import type { CheckFinding, ChecklistItem, CheckRule, UnreviewedLayer } from './check-types.js';
import { Checklist, unreviewedLayers } from './check-wide.js';
import { prepareInput } from './create-check.js';
import { judgeParcel, landUseWarnings, openMeasured } from './judge-parcels.js';
import { RuleTable } from './rule-table.js';

export interface DraftRequest extends CheckRequest {
  /** Modules to review; all of them when left out. */
  modules?: readonly string[];
  /** Ids of materials that the dossier holds already. */
  have?: readonly string[];
  /** Module → hash of the input it passed on before. */
  passedOn?: Readonly<Record<string, string>>;
}

export type DraftFaultCode = 'missing' | 'wrong' | 'contradictory';

export interface DraftFault {
  code: DraftFaultCode;
  /** Null where it was said for the whole check. */
  parcel: string | null;
  /** Facts or fields concerned. */
  fields: readonly string[];
  detail: Bilingual;
}

export interface ModuleReview {
  module: string;
  /**
   * passed: nothing open · open: something to supply · prohibited · undetermined: data missing · not-reviewed: none of
   * its rules could be asked, as their layers are not registered.
   */
  status: 'passed' | 'open' | 'prohibited' | 'undetermined' | 'not-reviewed';
  verdict: Verdict;
  /** Everything the module's answer rests on; while it holds, a module that passed need not be reviewed again. */
  inputSha256: string;
  /** It passed before on this very input. */
  unchanged: boolean;
  rules: readonly string[];
  findings: readonly (CheckFinding & { parcel: string | null })[];
  faults: readonly DraftFault[];
  /** Materials that are still to be handed in. */
  open: readonly ChecklistItem[];
  handedIn: readonly ChecklistItem[];
}

export interface DraftReview {
  draft: true;
  stage: Stage;
  rulePack: { id: string; version: string; effectiveFrom: string };
  /** Worst of the modules that were asked for and reviewed; no verdict on the others. */
  verdict: Verdict;
  /** Every module that was asked for has passed. */
  complete: boolean;
  modules: readonly ModuleReview[];
  /** Modules of the pack that were not asked for. */
  notReviewed: readonly string[];
  /** Faults of what was entered that belong to no module. */
  faults: readonly DraftFault[];
  unreviewed: readonly UnreviewedLayer[];
  rules: Readonly<Record<string, CheckRule>>;
}

/** @throws AppError as `createCheck`; bad-parameter for a module that the pack does not have */
export async function reviewDraft(
  parts: CheckParts,
  request: DraftRequest,
  signal?: AbortSignal,
): Promise<DraftReview> {
  const whole = await prepareInput(parts, request, signal, (pack, onDate) =>
    onlyModules(pack, onDate, request.modules),
  );
  const { input, allModules } = whole;
  const measured = await measureInput(parts, input);
  const table = new RuleTable();
  const reviews = openReviews(input, request, table);
  for (const [i, row] of measured.entries()) {
    const opened = openMeasured(input, row);
    reviews.add(row, opened, judgeParcel(input, row, opened, i, null));
  }
  const modules = reviews.close();
  const asked = new Set(modules.map(({ module }) => module));
  const { id, version, effectiveFrom } = input.pack;
  return {
    ...{ draft: true, stage: input.stage, rulePack: { id, version, effectiveFrom } },
    verdict: worstVerdict(
      modules.filter(({ status }) => status !== 'not-reviewed').map((one) => one.verdict),
    ),
    complete: modules.every(({ status }) => status === 'passed'),
    modules,
    notReviewed: allModules.filter((module) => !asked.has(module)),
    faults: measured.flatMap(entryFaults),
    unreviewed: unreviewedLayers(input),
    rules: table.toJson(),
  };
}

export const modulesOf = (rules: readonly Rule[]): string[] => [...new Set(rules.map((rule) => rule.module))];

/** The pack with the rules of some modules, and the layers that these read. */
function onlyModules(
  pack: ResolvedRulePack,
  onDate: string,
  modules: DraftRequest['modules'],
): { pack: ResolvedRulePack; allModules: string[] } {
  const allModules = modulesOf(rulesInForce(pack, onDate));
  if (!modules) return { pack, allModules };
  const unknown = modules.filter((module) => !allModules.includes(module));
  if (unknown.length > 0) throw unknownModules(unknown, allModules);
  const rules = pack.rules.filter((rule) => modules.includes(rule.module));
  const read = layersRead(rules);
  return { pack: { ...pack, rules, layers: pack.layers.filter(({ layer }) => read.has(layer)) }, allModules };
}

function unknownModules(unknown: readonly string[], known: readonly string[]): AppError {
  const detail = {
    zh: `规则包没有模块“${unknown.join('、')}”，可用：${known.join('、')}。`,
    en: `The rule pack has no module "${unknown.join(', ')}"; there are: ${known.join(', ')}.`,
  };
  return new AppError('bad-parameter', 'unknown module', {
    detail,
    errors: unknown.map(() => ({ pointer: '/query/module', code: 'unknown-module', detail })),
  });
}

interface OpenReview {
  module: string;
  rules: readonly Rule[];
  facts: ReadonlySet<string>;
  findings: { parcel: string | null; finding: Finding }[];
  faults: Map<string, DraftFault>;
  checklist: Checklist;
  /** What every parcel contributes to the hash. */
  ground: string[];
  /** A rule of it said something, be it that there is nothing. */
  isAnswered: boolean;
}

/** Collects findings by module while parcels go by. */
function openReviews(input: PinnedInput, request: DraftRequest, table: RuleTable) {
  const { pack, stage, onDate, facts: project } = input;
  const rules = rulesInForce(pack, onDate);
  const reviews = modulesOf(rules).map((module): OpenReview => {
    const own = rules.filter((rule) => rule.module === module);
    return {
      ...{ module, rules: own, facts: new Set(own.flatMap((rule) => factsRead(rule, pack))) },
      ...{ findings: [], faults: new Map(), checklist: new Checklist(), ground: [], isAnswered: false },
    };
  });
  const byModule = new Map(reviews.map((review) => [review.module, review]));
  const totals = openTotals(pack, project, stage, onDate);
  const take = (finding: Finding, parcel: string | null): void => {
    const review = byModule.get(finding.module);
    if (!review) return;
    review.isAnswered = true;
    review.findings.push({ parcel, finding });
    review.checklist.add(finding, parcel ?? undefined);
    for (const { fact, why, detail } of finding.missing ?? [])
      review.faults.set(`${parcel} ${fact} ${why}`, { code: why, parcel, fields: [fact], detail });
  };
  const pass = (passed: readonly PassedRule[]): void => {
    for (const { module } of passed) {
      const review = byModule.get(module);
      if (review) review.isAnswered = true;
    }
  };
  return {
    add(row: MeasuredParcel, opened: OpenParcel, judgement: ParcelJudgement): void {
      const reader = opened.facts;
      totals.add(opened);
      for (const finding of judgement.findings) take(finding, row.parcel.id);
      pass(judgement.passed);
      for (const { facts, text, id } of contradictionsIn(pack, reader))
        for (const review of reviews.filter((one) => facts.some((fact) => one.facts.has(fact))))
          review.faults.set(`${row.parcel.id} ${id}`, {
            ...{ code: 'contradictory', parcel: row.parcel.id, fields: facts, detail: text },
          });
      const shape = sha256Of(JSON.stringify(row.parcel.source));
      for (const review of reviews) {
        const said = [...review.facts].sort().map((name) => [name, stated(reader.read(name))]);
        review.ground.push(JSON.stringify([row.parcel.id, row.parcel.sourceEpsg, shape, said]));
      }
    },
    close(): ModuleReview[] {
      const whole = totals.judge();
      for (const finding of whole.findings) take(finding, null);
      pass(whole.passed);
      return reviews.map((review) => closeReview(review, input, request, table));
    },
  };
}

const stated = (fact: ReturnType<FactReader['read']>): unknown =>
  'fault' in fact ? [fact.fault.why, fact.fault.given ?? null] : fact.value;

function closeReview(
  review: OpenReview,
  input: PinnedInput,
  request: DraftRequest,
  table: RuleTable,
): ModuleReview {
  const have = new Set(request.have);
  const all = review.checklist.items();
  const open = all.filter(({ id }) => !have.has(id));
  const handedIn = all.filter(({ id }) => have.has(id));
  const faults = [...review.faults.values()];
  const verdict = worstVerdict(review.findings.map(({ finding }) => finding.verdict));
  const inputSha256 = hashInput(review, input, handedIn);
  const unasked = new Set(unreviewedLayers(input).flatMap(({ rules }) => rules));
  const isUnread = !review.isAnswered && review.rules.some(({ id }) => unasked.has(id));
  const status = isUnread ? 'not-reviewed' : statusOf(verdict, open.length + faults.length);
  return {
    ...{ module: review.module, status, verdict: isUnread ? 'undetermined' : verdict, inputSha256 },
    unchanged: status === 'passed' && request.passedOn?.[review.module] === inputSha256,
    rules: review.rules.map((rule) => rule.id),
    findings: review.findings.map(({ parcel, finding }) => ({ parcel, ...table.finding(finding) })),
    ...{ faults, open, handedIn },
  };
}

function statusOf(verdict: Verdict, open: number): ModuleReview['status'] {
  if (verdict === 'prohibited' || verdict === 'undetermined') return verdict;
  return open > 0 ? 'open' : 'passed';
}

/** What another module reads changes nothing here: other facts, other layers, other rules. */
function hashInput(review: OpenReview, input: PinnedInput, handedIn: readonly ChecklistItem[]): string {
  const { pack, stage, onDate, layers } = input;
  const read = layersRead(review.rules);
  const basis = {
    ...{ stage, onDate, rules: review.rules, boundaryError: pack.boundaryError },
    tables: [...tablesRead(review.rules)].sort().map((id) => pack.classTables[id]),
    needs: pack.layers.filter(({ layer }) => read.has(layer)),
    layers: layers
      .filter(({ layerId }) => read.has(layerId))
      .map((layer) => [
        layer.layerId,
        isPresent(layer) ? layer.version : null,
        isPresent(layer) ? layer.sha256 : null,
      ]),
    materials: handedIn.map(({ id }) => id).sort(),
  };
  return sha256Of(JSON.stringify([basis, review.ground]));
}

const sha256Of = (text: string): string => createHash('sha256').update(text).digest('hex');

/** Said of coordinates that are right as far as they go. */
const aboutPrecision: ReadonlySet<string> = new Set(['coarse-coordinates', 'six-degree-zone']);

/** 录入即合格: what is wrong with what was entered for a parcel, whatever the rules say. */
function entryFaults({ parcel }: MeasuredParcel): DraftFault[] {
  const { id, landUse } = parcel;
  const fault = (code: DraftFaultCode, field: string, detail: Bilingual): DraftFault => ({
    ...{ code, parcel: id, fields: [field], detail },
  });
  return [
    ...(landUse === null
      ? [
          fault('missing', 'landUse', {
            zh: `地块“${id}”没有填写拟用途（用地用海代码）。`,
            en: `Parcel "${id}" states no land use (用地用海 code).`,
          }),
        ]
      : landUseWarnings(landUse).map(({ detail }) => fault('wrong', 'landUse', detail))),
    ...parcel.warnings
      .filter(({ code }) => !aboutPrecision.has(code))
      .map(({ detail }) => fault('wrong', 'geometry', detail)),
  ];
}
