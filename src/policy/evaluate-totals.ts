/**
 * Rules over all parcels of a check together (approval level by area): the ground of every parcel they apply to is
 * added up and judged once. What is not known counts as if it could be the rule's ground.
 */
import { applies, byWeight, type CheckedRows, checkClasses, isLeftOut, type OpenParcel } from './evaluate.js';
import { readFacts } from './facts.js';
import { passedWithUnknown, undeterminedTexts, undeterminedTotalText } from './generic-texts.js';
import {
  compose,
  factsMissing,
  isBoundaryError,
  type JudgementContext,
  judgeFiring,
  passesThreshold,
  type RuleJudgement,
  thresholdM2,
} from './judge-rule.js';
import type {
  FactFault,
  Finding,
  FindingClass,
  MeasureForPolicy,
  ParcelFacts,
  PassedRule,
  Stage,
} from './policy-types.js';
import { renderText } from './render-text.js';
import { readFigures } from './rule-figures.js';
import type { ResolvedRulePack } from './rule-pack-types.js';
import { type PreparedRule, rulesOn } from './rules-on.js';

export interface TotalsJudgement {
  /** Heaviest first. */
  findings: readonly Finding[];
  passed: readonly PassedRule[];
}

/** Adds parcels one by one and keeps sums only, so that a thousand of them need not be held. */
export interface Totals {
  /** @param parcel opened with the same pack, project and day */
  add(parcel: OpenParcel): void;
  judge(): TotalsJudgement;
}

/** Sums in hundredths of m², so that they close. */
interface Sums {
  prepared: PreparedRule;
  dataDate: string | null;
  parcels: number;
  parcelCents: number;
  cents: number;
  netCents: number;
  hasNet: boolean;
  undeterminedCents: number;
  isMissing: boolean;
  byClass: Map<string, FindingClass>;
  openFacts: Map<string, FactFault>;
}

export function openTotals(
  pack: ResolvedRulePack,
  project: ParcelFacts['project'],
  stage: Stage,
  onDate: string,
): Totals {
  const all = rulesOn(pack, onDate).ofChecks.map(noSums);
  const common = new CommonFacts(project);
  return {
    add({ rows, facts, properties }) {
      if (all.length === 0) return;
      common.add(properties);
      for (const sums of all) {
        const asked = applies(sums.prepared, facts);
        if (asked === false || isLeftOut(sums.prepared, rows)) continue;
        if (asked !== true) for (const fault of asked) sums.openFacts.set(fault.fact, fault);
        addRow(sums, rows, pack);
      }
    },
    judge() {
      const facts = readFacts(pack, common.facts(), onDate);
      const context: JudgementContext = { pack, facts, stage, onDate };
      const findings: Finding[] = [];
      const passed: PassedRule[] = [];
      for (const sums of all.filter((one) => one.parcels > 0)) {
        const { findings: found, passed: text } = judgeSums(sums, context);
        findings.push(...found);
        const { rule, layer } = sums.prepared;
        if (text) passed.push({ rule: rule.id, module: rule.module, layer, text });
      }
      return { findings: findings.sort(byWeight), passed };
    },
  };
}

const noSums = (prepared: PreparedRule): Sums => ({
  ...{ prepared, dataDate: null, parcels: 0, parcelCents: 0, cents: 0, netCents: 0 },
  ...{ hasNet: true, undeterminedCents: 0, isMissing: false, byClass: new Map(), openFacts: new Map() },
});

const cents = (areaM2: number): number => Math.round(areaM2 * 100);

function addRow(sums: Sums, rows: CheckedRows, pack: ResolvedRulePack): void {
  const { rule, layer } = sums.prepared;
  const row = rows.of(layer);
  if ('table' in rule.measure) checkClasses(row);
  sums.parcels++;
  sums.parcelCents += cents(row.parcelAreaM2);
  sums.dataDate = row.dataDate ?? sums.dataDate;
  if (row.state === 'missing') {
    sums.isMissing = true;
    sums.undeterminedCents += cents(row.parcelAreaM2);
    return;
  }
  const { areaM2, netAreaM2, netBasisM2, noise, byClass, unknown } = readFigures(
    rule.measure,
    row,
    pack.classTables,
  );
  const counts = (m2: number, flagged: boolean): boolean =>
    m2 > 0 && !isBoundaryError(m2, flagged, row, { pack });
  if (counts(row.undeterminedM2, row.noise.undetermined)) sums.undeterminedCents += cents(row.undeterminedM2);
  if (counts(unknown.areaM2, unknown.noise)) sums.undeterminedCents += cents(unknown.areaM2);
  if (!counts(areaM2, noise)) return;
  sums.cents += cents(areaM2);
  sums.netCents += cents(netBasisM2);
  sums.hasNet &&= netAreaM2 !== null;
  for (const one of byClass) addClass(sums.byClass, one);
}

function addClass(classes: Map<string, FindingClass>, one: FindingClass): void {
  const key = one.code ?? '';
  const before = classes.get(key);
  const plus = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : (cents(a) + cents(b)) / 100;
  if (!before) {
    classes.set(key, { ...one });
    return;
  }
  before.areaM2 = (cents(before.areaM2) + cents(one.areaM2)) / 100;
  before.netAreaM2 = plus(before.netAreaM2, one.netAreaM2);
}

function judgeSums(sums: Sums, context: JudgementContext): RuleJudgement {
  const { dataDate } = sums;
  const { rule, layer } = sums.prepared;
  const areaM2 = sums.cents / 100;
  const undeterminedM2 = sums.undeterminedCents / 100;
  const row: MeasureForPolicy = {
    ...{ layer, dataDate, state: 'measured', missingReason: null, parcelAreaM2: sums.parcelCents / 100 },
    ...{ areaM2, netAreaM2: null, outsideM2: 0, undeterminedM2, byClass: [] },
    noise: { area: false, outside: false, undetermined: false },
  };
  const open = [...sums.openFacts.values()];
  if (open.length > 0) return { findings: [factsMissing(rule, row, context, row.parcelAreaM2, open)] };
  const limitM2 = thresholdM2(rule, row.parcelAreaM2, context);
  if (Array.isArray(limitM2)) return { findings: [factsMissing(rule, row, context, areaM2, limitM2)] };
  const byClass = [...sums.byClass.values()].sort((a, b) => ((a.code ?? '') < (b.code ?? '') ? -1 : 1));
  const figures = {
    ...{ areaM2, netAreaM2: sums.hasNet ? sums.netCents / 100 : null, netBasisM2: sums.netCents / 100 },
    ...{ noise: false, byClass },
  };
  if (areaM2 > 0 && passesThreshold(rule, figures, limitM2)) return judgeFiring(rule, row, figures, context);
  const withUnknown = { areaM2: areaM2 + undeterminedM2, netBasisM2: figures.netBasisM2 + undeterminedM2 };
  if (undeterminedM2 > 0 && passesThreshold(rule, withUnknown, limitM2)) {
    const text = sums.isMissing ? undeterminedTexts['no-version'] : undeterminedTotalText;
    const parts = { verdict: 'undetermined', ...text, areaM2, undeterminedM2 } as const;
    return { findings: [compose(rule, row, context, parts)] };
  }
  const { subject, clear } = rule;
  const shown = { layer, subject, dataDate, parcelAreaM2: row.parcelAreaM2, groupLabels: {} };
  return {
    findings: [],
    passed: renderText(undeterminedM2 > 0 ? passedWithUnknown : clear, {
      ...shown,
      ...figures,
      undeterminedM2,
      fact: context.facts.show,
    }),
  };
}

/** What all parcels say alike holds for the whole; what they say differently does not. */
class CommonFacts {
  private common: Map<string, unknown> | undefined;
  constructor(private readonly project: ParcelFacts['project']) {}

  add(properties: ParcelFacts['properties']): void {
    if (!this.common) {
      this.common = new Map(Object.entries(properties));
      return;
    }
    for (const [name, value] of this.common)
      if (!Object.hasOwn(properties, name) || properties[name] !== value) this.common.delete(name);
  }

  facts(): ParcelFacts {
    const properties = Object.fromEntries(this.common ?? []);
    return { landUse: null, properties, project: this.project };
  }
}
