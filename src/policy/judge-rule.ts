/** One rule on one measure row → its findings. Fails closed: what was not measured or not said is undetermined, never clear. */
import { breakDown } from './break-down.js';
import { sourcesInForce } from './cite.js';
import { type FactReader, holds } from './facts.js';
import {
  missingFactsText,
  noiseText,
  stateFact,
  undeterminedNoiseText,
  undeterminedTexts,
  unknownClassText,
} from './generic-texts.js';
import type { FactFault, Finding, MeasureForPolicy, Stage } from './policy-types.js';
import { renderLate, renderText, type TextFigures } from './render-text.js';
import { type RuleFigures, readFigures } from './rule-figures.js';
import { NO_LAYER, type ResolvedRulePack, type Rule, type RuleOutcome } from './rule-pack-types.js';

/** What every rule of one parcel is judged under. */
export interface JudgementContext {
  pack: ResolvedRulePack;
  facts: FactReader;
  stage: Stage;
  /** YYYY-MM-DD; sources that are not in force on it are not cited. */
  onDate: string;
  /** Of rules that hold their ground against other ground, for the texts. */
  againstM2?: number;
  /** Details of findings may be `LateText`: for whoever writes them and does not read them. */
  lateTexts?: boolean;
}

export interface RuleJudgement {
  findings: Finding[];
  /** The sentence of a rule that is satisfied; none where there are findings. */
  passed?: Finding['title'];
}

export const layerOf = ({ measure }: Rule): string => (measure.kind === 'parcel' ? NO_LAYER : measure.layer);

/** Findings of one rule, or why there are none. `row.layer` is the rule's layer. */
export function judgeRule(rule: Rule, row: MeasureForPolicy, context: JudgementContext): RuleJudgement {
  const figures = readFigures(rule.measure, row, context.pack.classTables);
  const found = judgeFound(rule, row, figures, context);
  const { findings } = found;
  if (row.state !== 'measured' || row.undeterminedM2 > 0)
    findings.push(...judgeUndetermined(rule, row, context));
  if (figures.unknown.areaM2 > 0) findings.push(...judgeUnknownClasses(rule, row, figures, context));
  if (findings.length > 0) return { findings };
  return { findings, passed: found.passed ?? renderText(rule.clear, textFigures(rule, row, context, {})) };
}

function judgeFound(
  rule: Rule,
  row: MeasureForPolicy,
  figures: RuleFigures,
  context: JudgementContext,
): RuleJudgement {
  if (row.state === 'missing' || figures.areaM2 === 0) return { findings: [] };
  const { areaM2, netAreaM2, byClass } = figures;
  if (isBoundaryError(areaM2, figures.noise, row, context)) {
    const noise = { verdict: 'clear', noise: true, ...noiseText, areaM2, netAreaM2, byClass } as const;
    return { findings: [compose(rule, row, context, noise)] };
  }
  const limitM2 = thresholdM2(rule, row.parcelAreaM2, context);
  if (Array.isArray(limitM2)) return { findings: [factsMissing(rule, row, context, areaM2, limitM2)] };
  if (!passesThreshold(rule, figures, limitM2)) return { findings: [] };
  return judgeFiring(rule, row, figures, context);
}

/** The rule's ground is there and over its threshold: which of its outcomes holds, by what the applicant says. */
export function judgeFiring(
  rule: Rule,
  row: MeasureForPolicy,
  figures: Omit<RuleFigures, 'unknown'>,
  context: JudgementContext,
): RuleJudgement {
  const { areaM2, netAreaM2, byClass } = figures;
  const needed = rule.needs ? faultsOf(rule.needs, context) : nothing;
  if (needed.length > 0) return { findings: [factsMissing(rule, row, context, areaM2, needed)] };
  const { outcome, open } = chooseOutcome(rule, context);
  const wrong = open.filter((fault) => fault.why === 'wrong');
  if ('passes' in outcome) {
    if (wrong.length > 0) return { findings: [factsMissing(rule, row, context, areaM2, wrong)] };
    return { findings: [], passed: renderText(outcome.passes, textFigures(rule, row, context, figures)) };
  }
  const { title, detail } = outcome;
  const verdict = outcome.verdict[context.stage];
  if (wrong.length > 0 && verdict !== 'prohibited')
    return { findings: [factsMissing(rule, row, context, areaM2, wrong)] };
  const reason = rule.inPrinciple ? [rule.inPrinciple.reason] : [];
  const requires = [
    ...outcome.requires[context.stage],
    ...reason,
    ...open.map(({ label, fact }) => stateFact(label, fact)),
  ];
  const parts = { verdict, title, detail, requires, areaM2, netAreaM2, byClass, missing: open };
  return {
    findings: [compose(rule, row, context, { ...parts, ...breakDown(rule, row, byClass, context.pack) })],
  };
}

function judgeUndetermined(rule: Rule, row: MeasureForPolicy, context: JudgementContext): Finding[] {
  const isMissing = row.state === 'missing';
  const undeterminedM2 = isMissing ? row.parcelAreaM2 : row.undeterminedM2;
  if (row.state === 'measured' && undeterminedM2 === 0) return [];
  if (!isMissing && isBoundaryError(undeterminedM2, row.noise.undetermined, row, context))
    return [
      compose(rule, row, context, {
        ...{ verdict: 'clear', noise: true, ...undeterminedNoiseText, undeterminedM2 },
      }),
    ];
  const text = undeterminedTexts[row.missingReason ?? 'unknown'];
  return [compose(rule, row, context, { verdict: 'undetermined', ...text, undeterminedM2 })];
}

function judgeUnknownClasses(
  rule: Rule,
  row: MeasureForPolicy,
  { unknown }: RuleFigures,
  context: JudgementContext,
): Finding[] {
  const { areaM2: undeterminedM2, byClass } = unknown;
  if (row.state === 'missing' || undeterminedM2 === 0) return [];
  const found = { undeterminedM2, byClass };
  return isBoundaryError(undeterminedM2, unknown.noise, row, context)
    ? [compose(rule, row, context, { verdict: 'clear', noise: true, ...undeterminedNoiseText, ...found })]
    : [compose(rule, row, context, { verdict: 'undetermined', ...unknownClassText, ...found })];
}

/** The finding of a rule whose ground is there while what the applicant must say is not. */
export function factsMissing(
  rule: Rule,
  row: MeasureForPolicy,
  context: JudgementContext,
  undeterminedM2: number,
  missing: readonly FactFault[],
): Finding {
  const requires = missing.map(({ label, fact }) => stateFact(label, fact));
  const { title, detail } = missingFactsText;
  return compose(rule, row, context, {
    ...{ verdict: 'undetermined', title, detail, requires, undeterminedM2, missing },
  });
}

/** The flag is geometry's; how much ground may pass under it at all is the pack's. */
export function isBoundaryError(
  areaM2: number,
  flagged: boolean,
  { parcelAreaM2 }: Pick<MeasureForPolicy, 'parcelAreaM2'>,
  { pack: { boundaryError } }: Pick<JudgementContext, 'pack'>,
): boolean {
  return flagged && areaM2 <= boundaryError.upToM2 && areaM2 <= boundaryError.upToShare * parcelAreaM2;
}

/** The threshold in m², or what must be said before there is one. */
export function thresholdM2(
  { when }: Rule,
  parcelAreaM2: number,
  { facts }: JudgementContext,
): number | FactFault[] {
  let wholeM2 = parcelAreaM2;
  if (when.of !== undefined) {
    const fact = facts.read(when.of);
    if ('fault' in fact) return [fact.fault];
    wholeM2 = Number(fact.value);
  }
  const m2PerUnit = { m2: 1, mu: 2000 / 3, ha: 10_000, share: wholeM2 }[when.unit];
  // 3 亩 must be 2000 exactly, so the product is taken off its last bits
  return Math.round(when.value * m2PerUnit * 1e6) / 1e6;
}

export function passesThreshold(
  { basis, when }: Rule,
  figures: Pick<RuleFigures, 'areaM2' | 'netBasisM2'>,
  limitM2: number,
): boolean {
  const areaM2 = basis === 'net' ? figures.netBasisM2 : figures.areaM2;
  return when.op === '>' ? areaM2 > limitM2 : areaM2 >= limitM2;
}

const faultsOf = (names: readonly string[], { facts }: JudgementContext): FactFault[] =>
  names.flatMap((name) => {
    const fact = facts.read(name);
    return 'fault' in fact ? [fact.fault] : [];
  });

/** The first variant whose facts all hold, else the rule itself; `open` are facts that could have chosen another. */
function chooseOutcome(
  rule: Rule,
  context: JudgementContext,
): { outcome: RuleOutcome | { passes: Finding['title'] }; open: FactFault[] } {
  if (!rule.variants) return { outcome: rule, open: [] };
  const open = new Map<string, FactFault>();
  for (const variant of rule.variants) {
    const answers = variant.facts.map((test) => holds(test, context.facts));
    if (answers.every((answer) => answer === true)) return { outcome: variant, open: [...open.values()] };
    // a variant that another fact rules out is not open any more
    if (answers.includes(false)) continue;
    for (const fault of faultsOf(
      variant.facts.map((test) => test.name),
      context,
    ))
      open.set(fault.fact, fault);
  }
  return { outcome: rule, open: [...open.values()] };
}

export type FindingParts = Pick<Finding, 'verdict' | 'title' | 'detail' | 'requires'> &
  Partial<
    Pick<
      Finding,
      'noise' | 'areaM2' | 'netAreaM2' | 'undeterminedM2' | 'byClass' | 'breakdown' | 'ridges' | 'missing'
    >
  >;

export function compose(
  rule: Rule,
  row: MeasureForPolicy,
  context: JudgementContext,
  parts: FindingParts,
): Finding {
  const { verdict, noise = false, areaM2 = 0, netAreaM2 = null, undeterminedM2 = 0, byClass = [] } = parts;
  const { breakdown, ridges, missing, requires } = parts;
  const figures = textFigures(rule, row, context, parts);
  const { source, alsoSources } = sourcesInForce(rule, context.pack, context.onDate);
  const { id, module } = rule;
  // one literal: findings are made by the thousand, and spreading parts into them cost more than all else here
  const finding: Finding = {
    rule: id,
    module,
    layer: row.layer,
    verdict,
    areaM2,
    netAreaM2,
    undeterminedM2,
    noise,
    source,
    alsoSources,
    byClass,
    title: renderText(parts.title, figures),
    detail: context.lateTexts ? renderLate(parts.detail, figures) : renderText(parts.detail, figures),
    requires: requires.map((text) => renderText(text, figures)),
  };
  if (breakdown) finding.breakdown = breakdown;
  if (ridges) finding.ridges = ridges;
  if (missing && missing.length > 0) finding.missing = missing;
  if (rule.inPrinciple && (verdict === 'attention' || verdict === 'prohibited')) finding.inPrinciple = true;
  return finding;
}

const nothing: readonly never[] = [];

function textFigures(
  rule: Rule,
  { layer, dataDate = null, parcelAreaM2 }: MeasureForPolicy,
  { pack, facts, againstM2 }: JudgementContext,
  found: Partial<FindingParts>,
): TextFigures {
  const { measure, subject } = rule;
  return {
    layer,
    subject,
    dataDate,
    parcelAreaM2,
    groupLabels: 'table' in measure ? pack.classTables[measure.table]!.groups : noGroups,
    areaM2: found.areaM2 ?? 0,
    netAreaM2: found.netAreaM2 ?? null,
    undeterminedM2: found.undeterminedM2 ?? 0,
    byClass: found.byClass ?? nothing,
    breakdown: found.breakdown ?? nothing,
    partsTitle: rule.breakdown && pack.classTables[rule.breakdown.table]!.title,
    ridges: found.ridges,
    missing: found.missing ?? nothing,
    fact: facts.show,
    againstM2,
  };
}

const noGroups: TextFigures['groupLabels'] = {};
