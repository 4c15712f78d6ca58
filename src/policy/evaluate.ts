/**
 * Judges one parcel: (pack, measures, facts, stage, date) → verdicts. Pure and without opinions of its own: rules are data,
 * areas come measured, and a measure that does not add up is an error, not an answer.
 */
import { AppError } from '../core/errors.js';
import { type FactReader, holds, readFacts } from './facts.js';
import { factsMissing, type JudgementContext, judgeRule } from './judge-rule.js';
import type {
  FactFault,
  Finding,
  MeasureForPolicy,
  ParcelFacts,
  ParcelJudgement,
  PassedRule,
  Stage,
  Verdict,
} from './policy-types.js';
import { NO_LAYER, type ResolvedRulePack } from './rule-pack-types.js';
import { type PreparedRule, rulesOn } from './rules-on.js';

/** From the mildest to the gravest. */
export const bySeverity: readonly Verdict[] = ['clear', 'attention', 'undetermined', 'prohibited'];

const severity = Object.fromEntries(bySeverity.map((verdict, i) => [verdict, i])) as Record<Verdict, number>;

/** prohibited > undetermined > attention > clear; clear when there is nothing. */
export function worstVerdict(verdicts: Iterable<Verdict>): Verdict {
  let worst: Verdict = 'clear';
  for (const verdict of verdicts) worst = worse(worst, verdict);
  return worst;
}

export const worse = (a: Verdict, b: Verdict): Verdict => (severity[b] > severity[a] ? b : a);

/** One parcel as every rule reads it: its rows checked, its facts at hand. */
export interface OpenParcel {
  rows: CheckedRows;
  facts: FactReader;
  properties: ParcelFacts['properties'];
}

/**
 * @param measures printed figures (m² to 0.01) of one parcel, at most one row per layer, in any order; rows of layers
 *   without rules are ignored; a layer that rules need and that has no row counts as missing
 * @throws AppError measure-mismatch for figures that are no areas or do not add up
 */
export const openParcel = (
  pack: ResolvedRulePack,
  measures: readonly MeasureForPolicy[],
  facts: ParcelFacts,
  onDate: string,
): OpenParcel => ({
  rows: readRows(pack, measures),
  facts: readFacts(pack, facts, onDate),
  properties: facts.properties,
});

/**
 * @param onDate YYYY-MM-DD; rules and sources not in force on it are left out
 * @throws AppError as `openParcel`, and bad-rule-pack when no rule is in force
 */
export function evaluate(
  pack: ResolvedRulePack,
  measures: readonly MeasureForPolicy[],
  facts: ParcelFacts,
  stage: Stage,
  onDate: string,
): ParcelJudgement {
  return judgeOpenParcel(pack, openParcel(pack, measures, facts, onDate), stage, onDate);
}

/**
 * The rules that are asked of each parcel; those over a whole check are `Totals`.
 * @param lateTexts details of findings are to be written, not read
 */
export function judgeOpenParcel(
  pack: ResolvedRulePack,
  { rows, facts }: OpenParcel,
  stage: Stage,
  onDate: string,
  lateTexts = false,
): ParcelJudgement {
  const { ofParcels } = rulesOn(pack, onDate);
  const context: JudgementContext = { pack, facts, stage, onDate, lateTexts };
  const findings: Finding[] = [];
  const passed: PassedRule[] = [];
  const layerVerdicts: Record<string, Verdict> = {};
  let verdict: Verdict = 'clear';
  for (const prepared of ofParcels) {
    const { rule, layer } = prepared;
    if (isLeftOut(prepared, rows)) continue;
    const asked = applies(prepared, facts);
    if (asked === false) continue;
    const row = rows.of(layer);
    if ('table' in rule.measure) checkClasses(row);
    layerVerdicts[layer] ??= 'clear';
    const before = findings.length;
    if (asked === true) {
      const found = judgeRule(rule, row, context);
      findings.push(...found.findings);
      if (found.passed) passed.push({ rule: rule.id, module: rule.module, layer, text: found.passed });
    } else findings.push(factsMissing(rule, row, context, row.parcelAreaM2, asked));
    for (let i = before; i < findings.length; i++) {
      layerVerdicts[layer] = worse(layerVerdicts[layer], findings[i]!.verdict);
      verdict = worse(verdict, findings[i]!.verdict);
    }
  }
  return { verdict, layerVerdicts, findings: findings.sort(byWeight), passed };
}

/** Heaviest first; the sort is stable, so rules of equal weight keep the pack's order. */
export const byWeight = (a: Finding, b: Finding): number =>
  severity[b.verdict] - severity[a.verdict] || b.areaM2 + b.undeterminedM2 - (a.areaM2 + a.undeterminedM2);

export interface CheckedRows {
  parcelAreaM2: number;
  byLayer: ReadonlyMap<string, MeasureForPolicy>;
  /** The row of a layer, or one that says that nothing is known. */
  of(layer: string): MeasureForPolicy;
}

export function readRows(pack: ResolvedRulePack, measures: readonly MeasureForPolicy[]): CheckedRows {
  const parcelAreaM2 = checkMeasures(measures);
  const byLayer = new Map<string, MeasureForPolicy>();
  for (const row of measures)
    byLayer.set(row.layer, isPartition(pack, row.layer) ? withoutOutside(row) : row);
  const of = (layer: string): MeasureForPolicy =>
    layer === NO_LAYER ? parcelRow(parcelAreaM2) : (byLayer.get(layer) ?? missingRow(layer, parcelAreaM2));
  return { parcelAreaM2, byLayer, of };
}

const isPartition = ({ layers }: ResolvedRulePack, layer: string): boolean =>
  layers.some((need) => need.partition && need.layer === layer);

/** An optional layer that is not registered: its rules are left out, unless a rule says that it needs it. */
export const isLeftOut = ({ optional, layer }: PreparedRule, { byLayer }: CheckedRows): boolean =>
  optional && !byLayer.has(layer);

/** Whether a rule is asked of a parcel, or the statements without which that can not be told. */
export function applies({ tests }: Pick<PreparedRule, 'tests'>, facts: FactReader): boolean | FactFault[] {
  let open: FactFault[] = noFaults;
  for (const test of tests) {
    const answer = holds(test, facts);
    if (answer === false) return false;
    const fact = facts.read(test.name);
    if ('fault' in fact) open = [...open, fact.fault];
  }
  return open.length > 0 ? open : true;
}

const noFaults: FactFault[] = [];

/** The ground of a rule that reads the parcel itself. */
const parcelRow = (parcelAreaM2: number): MeasureForPolicy => ({
  ...{ layer: NO_LAYER, state: 'measured', missingReason: null, parcelAreaM2, areaM2: parcelAreaM2 },
  ...{ netAreaM2: null, outsideM2: 0, undeterminedM2: 0, byClass: [] },
  noise: { area: false, outside: false, undetermined: false },
});

function missingRow(layer: string, parcelAreaM2: number): MeasureForPolicy {
  return {
    ...{ layer, state: 'missing', missingReason: 'no-version', parcelAreaM2, areaM2: 0, netAreaM2: null },
    ...{ outsideM2: 0, undeterminedM2: parcelAreaM2, byClass: [] },
    noise: { area: false, outside: false, undetermined: false },
  };
}

/** A partition has no outside: ground in none of its features is ground that nobody classified. */
function withoutOutside(row: MeasureForPolicy): MeasureForPolicy {
  const { outsideM2, undeterminedM2, noise, missingReason } = row;
  if (row.state === 'missing' || outsideM2 === 0) return row;
  const undetermined = noise.outside && (undeterminedM2 === 0 || noise.undetermined);
  return {
    ...row,
    ...{ state: 'partial', missingReason: missingReason ?? 'gap', outsideM2: 0 },
    undeterminedM2: undeterminedM2 + outsideM2,
    noise: { ...noise, outside: false, undetermined },
  };
}

/** Half of the last printed digit: printed columns add up exactly, doubles nearly so. */
const CLOSING_M2 = 0.005;

/** Returns the parcel's area, which every row must agree on. */
function checkMeasures(measures: readonly MeasureForPolicy[]): number {
  const [first] = measures;
  if (!first) throw mismatch('', 'no rows', '没有任何图层的套合结果', 'there is no measure of any layer');
  for (let i = 0; i < measures.length; i++) {
    const row = measures[i]!;
    const { layer, parcelAreaM2, areaM2, outsideM2, undeterminedM2 } = row;
    if (isRepeated(measures, i))
      throw mismatch(layer, 'repeated', '同一图层出现两次', 'the layer appears twice');
    if (!hasAreas(row))
      throw mismatch(layer, 'not an area', '面积不是非负有限数', 'an area is negative or not a number');
    if (parcelAreaM2 !== first.parcelAreaM2)
      throw mismatch(
        layer,
        'parcel area',
        '宗地面积与其他图层不一致',
        'the parcel area differs from other layers',
      );
    if (
      row.state === 'missing'
        ? areaM2 > 0 || outsideM2 > 0
        : !closes(areaM2 + outsideM2 + undeterminedM2, parcelAreaM2)
    )
      throw mismatch(
        layer,
        'does not close',
        '各部分面积之和不等于宗地面积',
        'the parts do not add up to the parcel',
      );
  }
  return first.parcelAreaM2;
}

/** A few dozen layers at most: looking through them costs less than a set. */
function isRepeated(measures: readonly MeasureForPolicy[], i: number): boolean {
  for (let j = 0; j < i; j++) if (measures[j]!.layer === measures[i]!.layer) return true;
  return false;
}

const isArea = (value: number): boolean => Number.isFinite(value) && value >= 0;

function hasAreas(row: MeasureForPolicy): boolean {
  if (!isArea(row.parcelAreaM2) || !isArea(row.outsideM2) || !isArea(row.undeterminedM2)) return false;
  if (!isArea(row.areaM2) || !isArea(row.netAreaM2 ?? 0)) return false;
  for (const part of row.byClass) if (!isArea(part.areaM2) || !isArea(part.netAreaM2 ?? 0)) return false;
  return true;
}

/** Rules by class would overlook ground that no class row accounts for. */
export function checkClasses({ layer, areaM2, byClass }: MeasureForPolicy): void {
  let sumM2 = 0;
  for (const part of byClass) sumM2 += part.areaM2;
  if (byClass.length > 0 && !closes(sumM2, areaM2))
    throw mismatch(
      layer,
      'classes',
      '各类别面积之和不等于图层面积',
      'the classes do not add up to the layer',
    );
}

const closes = (sumM2: number, totalM2: number): boolean => Math.abs(sumM2 - totalM2) < CLOSING_M2;

function mismatch(layer: string, why: string, zh: string, en: string): AppError {
  return new AppError('measure-mismatch', `measures of ${layer || 'parcel'}: ${why}`, {
    detail: {
      zh: `图层“${layer}”的套合面积有误：${zh}，不作判定，请重新套合；若仍出现请报告管理员。`,
      en: `The measured areas of layer "${layer}" are wrong: ${en}. No verdict is given; run the overlay again and report it if it persists.`,
    },
    layer,
  });
}
