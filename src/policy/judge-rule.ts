/** One rule on one measure row → its findings. Fails closed: what was not measured is undetermined, never clear. */
import { AppError } from '../core/errors.js';
import { noiseText, undeterminedNoiseText, undeterminedTexts, unknownClassText } from './generic-texts.js';
import { isInForce } from './in-force.js';
import type {
  Finding,
  FindingClass,
  FindingSource,
  MeasureForPolicy,
  ParcelFacts,
  Stage,
  Verdict,
} from './policy-types.js';
import { renderText, type TextFigures } from './render-text.js';
import { type RuleFigures, readFigures } from './rule-figures.js';
import type { ResolvedRulePack, Rule, RuleOutcome, RuleSource } from './rule-pack-types.js';

/** What every rule of one parcel is judged under. */
export interface JudgementContext {
  pack: ResolvedRulePack;
  facts: ParcelFacts;
  stage: Stage;
  /** YYYY-MM-DD; sources that are not in force on it are not cited. */
  onDate: string;
}

/** Findings of one rule, none when complete data show nothing. `row.layer` is the rule's layer. */
export function judgeRule(rule: Rule, row: MeasureForPolicy, context: JudgementContext): Finding[] {
  const figures = readFigures(rule.measure, row, context.pack.classTables);
  return [
    ...judgeFound(rule, row, figures, context),
    ...judgeUndetermined(rule, row, context),
    ...judgeUnknownClasses(rule, row, figures, context),
  ];
}

/** The `clear` sentence of a rule without findings. */
export function passedText(rule: Rule, row: MeasureForPolicy, context: JudgementContext): Finding['title'] {
  return renderText(rule.clear, textFigures(rule, row, context));
}

function judgeFound(
  rule: Rule,
  row: MeasureForPolicy,
  figures: RuleFigures,
  context: JudgementContext,
): Finding[] {
  if (row.state === 'missing' || figures.areaM2 === 0) return [];
  const { areaM2, netAreaM2, byClass } = figures;
  if (isBoundaryError(areaM2, figures.noise, row, context))
    return [
      compose(rule, row, context, {
        verdict: 'clear',
        noise: true,
        ...noiseText,
        areaM2,
        netAreaM2,
        byClass,
      }),
    ];
  if (!passesThreshold(rule, figures, row.parcelAreaM2)) return [];
  const outcome = chooseOutcome(rule, context.facts);
  const { title, detail } = outcome;
  const verdict = outcome.verdict[context.stage];
  const requires = outcome.requires[context.stage];
  return [compose(rule, row, context, { verdict, title, detail, requires, areaM2, netAreaM2, byClass })];
}

function judgeUndetermined(rule: Rule, row: MeasureForPolicy, context: JudgementContext): Finding[] {
  const isMissing = row.state === 'missing';
  const undeterminedM2 = isMissing ? row.parcelAreaM2 : row.undeterminedM2;
  if (row.state === 'measured' && undeterminedM2 === 0) return [];
  if (!isMissing && isBoundaryError(undeterminedM2, row.noise.undetermined, row, context))
    return [
      compose(rule, row, context, {
        verdict: 'clear',
        noise: true,
        ...undeterminedNoiseText,
        undeterminedM2,
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

/** The flag is geometry's; how much ground may pass under it at all is the pack's. */
function isBoundaryError(
  areaM2: number,
  flagged: boolean,
  { parcelAreaM2 }: MeasureForPolicy,
  { pack: { boundaryError } }: JudgementContext,
): boolean {
  return flagged && areaM2 <= boundaryError.upToM2 && areaM2 <= boundaryError.upToShare * parcelAreaM2;
}

function passesThreshold({ basis, when }: Rule, figures: RuleFigures, parcelAreaM2: number): boolean {
  const m2PerUnit = { m2: 1, mu: 2000 / 3, ha: 10_000, share: parcelAreaM2 }[when.unit];
  // 3 亩 must be 2000 exactly, so the product is taken off its last bits
  const thresholdM2 = Math.round(when.value * m2PerUnit * 1e6) / 1e6;
  const areaM2 = basis === 'net' ? figures.netBasisM2 : figures.areaM2;
  return when.op === '>' ? areaM2 > thresholdM2 : areaM2 >= thresholdM2;
}

function chooseOutcome(rule: Rule, { properties }: ParcelFacts): RuleOutcome {
  const variant = rule.variants?.find(({ fact }) => {
    const stated = Object.hasOwn(properties, fact.name) ? properties[fact.name] : undefined;
    return fact.isOneOf.some((value) => value === stated);
  });
  return variant ?? rule;
}

interface FindingParts {
  verdict: Verdict;
  title: Finding['title'];
  detail: Finding['detail'];
  requires: Finding['requires'];
  noise?: boolean;
  areaM2?: number;
  netAreaM2?: number | null;
  undeterminedM2?: number;
  byClass?: readonly FindingClass[];
}

function compose(rule: Rule, row: MeasureForPolicy, context: JudgementContext, parts: FindingParts): Finding {
  const { verdict, noise = false, areaM2 = 0, netAreaM2 = null, undeterminedM2 = 0, byClass = [] } = parts;
  const figures = textFigures(rule, row, context, areaM2, netAreaM2, undeterminedM2, byClass);
  const { source, alsoSources } = sourcesInForce(rule, context);
  return {
    rule: rule.id,
    module: rule.module,
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
    detail: renderText(parts.detail, figures),
    requires: parts.requires.map((text) => renderText(text, figures)),
  };
}

function textFigures(
  rule: Rule,
  { layer, dataDate = null, parcelAreaM2 }: MeasureForPolicy,
  { pack }: JudgementContext,
  areaM2 = 0,
  netAreaM2: number | null = null,
  undeterminedM2 = 0,
  byClass: readonly FindingClass[] = [],
): TextFigures {
  const { measure, subject } = rule;
  const groupLabels = 'table' in measure ? pack.classTables[measure.table]!.groups : {};
  const found = { areaM2, netAreaM2, undeterminedM2, byClass };
  return { layer, subject, dataDate, parcelAreaM2, groupLabels, ...found };
}

// The same for every parcel of a check: worked out once per pack, rule and day.
const citations = new WeakMap<ResolvedRulePack, Map<string, Citation>>();

type Citation = Pick<Finding, 'source' | 'alsoSources'>;

function sourcesInForce(rule: Rule, { pack, onDate }: JudgementContext): Citation {
  const ofPack = citations.get(pack) ?? new Map<string, Citation>();
  citations.set(pack, ofPack);
  const key = `${rule.id} ${onDate}`;
  const sources = ofPack.get(key) ?? citeInForce(rule, pack, onDate);
  ofPack.set(key, sources);
  return sources;
}

function citeInForce(rule: Rule, pack: ResolvedRulePack, onDate: string): Citation {
  const cite = ({ document, article, clause }: RuleSource): FindingSource[] => {
    const cited = pack.documents[document]!;
    if (!isInForce(cited, onDate)) return [];
    const name = cited.number ?? `《${cited.title}》`;
    return [
      { document: name, article, ...(clause === undefined ? {} : { clause }), confidence: cited.confidence },
    ];
  };
  const [source, ...alsoSources] = [rule.source, ...rule.alsoSources].flatMap(cite);
  if (source) return { source, alsoSources };
  throw new AppError('bad-rule-pack', `rule ${rule.id} has no source in force on ${onDate}`, {
    detail: {
      zh: `规则包“${pack.id}”的规则“${rule.id}”在 ${onDate} 没有有效的依据文件，请更新规则包。`,
      en: `Rule "${rule.id}" of pack "${pack.id}" has no document in force on ${onDate}; update the rule pack.`,
    },
  });
}
