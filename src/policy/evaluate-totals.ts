/**
 * Rules over all parcels of a check together (approval level by area): the ground of every parcel they apply to is
 * added up and judged once. What is not known counts as if it could be the rule's ground.
 */
import { applies, byWeight, isLeftOut, type OpenParcel } from './evaluate.js';
import { type FactReader, readFacts } from './facts.js';
import {
  passedWithUnknown,
  undeterminedCounterText,
  undeterminedTexts,
  undeterminedTotalText,
} from './generic-texts.js';
import {
  compose,
  factsMissing,
  type JudgementContext,
  judgeFiring,
  passesThreshold,
  type RuleJudgement,
  thresholdM2,
} from './judge-rule.js';
import type { FactFault, Finding, MeasureForPolicy, ParcelFacts, PassedRule, Stage } from './policy-types.js';
import { renderText } from './render-text.js';
import type { CounterGround, ResolvedRulePack } from './rule-pack-types.js';
import { type PreparedRule, rulesOn } from './rules-on.js';
import { addGround, type GroundSum, noGround } from './sum-ground.js';

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
  /** Rules whose ground is exactly at the threshold. */
  metExactly(): string[];
}

interface Sums {
  prepared: PreparedRule;
  ground: GroundSum;
  /** What the ground is held against, where the rule has such a thing. */
  counter: GroundSum;
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
  const context = (): JudgementContext => ({
    ...{ pack, facts: readFacts(pack, common.facts(), onDate), stage, onDate },
  });
  return {
    add(parcel) {
      if (all.length === 0) return;
      common.add(parcel.properties);
      for (const sums of all) {
        const { prepared } = sums;
        addCounter(sums, parcel, pack);
        const asked = applies(prepared, parcel.facts);
        if (asked === false || isLeftOut(prepared, parcel.rows)) continue;
        if (asked !== true) for (const fault of asked) sums.openFacts.set(fault.fact, fault);
        addGround(sums.ground, prepared.rule.measure, parcel.rows, pack);
      }
    },
    judge() {
      const findings: Finding[] = [];
      const passed: PassedRule[] = [];
      const judged = context();
      for (const sums of all.filter((one) => one.ground.parcels > 0)) {
        const { findings: found, passed: text } = judgeSums(sums, judged);
        findings.push(...found);
        const { rule, layer } = sums.prepared;
        if (text) passed.push({ rule: rule.id, module: rule.module, layer, text });
      }
      return { findings: findings.sort(byWeight), passed };
    },
    metExactly: () =>
      all.flatMap((sums) => {
        const limits = limitsOf(sums, context());
        const { areaM2, netBasisM2 } = figuresOf(sums.ground);
        const { rule } = sums.prepared;
        const figure = rule.basis === 'net' ? netBasisM2 : areaM2;
        return 'highestM2' in limits && limits.highestM2 === figure ? [rule.id] : [];
      }),
  };
}

const noSums = (prepared: PreparedRule): Sums => ({
  ...{ prepared, ground: noGround(), counter: noGround(), openFacts: new Map() },
});

/** Ground of parcels of which it is not certain that they belong on the other side does not count there. */
function addCounter({ prepared, counter }: Sums, { rows, facts }: OpenParcel, pack: ResolvedRulePack): void {
  const { against } = prepared.rule.when;
  if (against && applies({ tests: prepared.counterTests }, facts) === true)
    addGround(counter, against.measure, rows, pack);
}

function figuresOf({ cents, netCents, hasNet, byClass }: GroundSum) {
  return {
    ...{ areaM2: cents / 100, netAreaM2: hasNet ? netCents / 100 : null, netBasisM2: netCents / 100 },
    noise: false,
    byClass: [...byClass.values()].sort((a, b) => ((a.code ?? '') < (b.code ?? '') ? -1 : 1)),
  };
}

interface Limits {
  /** Between these the limit lies; they are one where everything about the counter ground is known. */
  lowestM2: number;
  highestM2: number;
  /** The counter ground: as far as it is known, and what of it is not known; undefined for rules without. */
  againstM2?: number;
  againstOpenM2?: number;
}

function limitsOf({ prepared, ground, counter }: Sums, context: JudgementContext): Limits | FactFault[] {
  const { rule } = prepared;
  const { against } = rule.when;
  if (!against) {
    const limitM2 = thresholdM2(rule, ground.parcelCents / 100, context);
    return Array.isArray(limitM2) ? limitM2 : { lowestM2: limitM2, highestM2: limitM2 };
  }
  const stated = counter.parcels > 0 ? undefined : statedGround(against, context.facts);
  if (Array.isArray(stated)) return stated;
  const { knownNetCents, netCents, cents, undeterminedCents } = counter;
  const [known, most] = rule.basis === 'net' ? [knownNetCents, netCents] : [cents, cents];
  const againstM2 = stated ?? known / 100;
  const againstOpenM2 = stated === undefined ? (most - known + undeterminedCents) / 100 : 0;
  const limit = (m2: number): number => Math.round(rule.when.value * m2 * 1e6) / 1e6;
  const highestM2 = limit(againstM2 + againstOpenM2);
  return { lowestM2: limit(againstM2), highestM2, againstM2, againstOpenM2 };
}

/** What is said of the counter ground where no parcel of the check is such ground: nothing said is nothing offered. */
function statedGround({ stated }: CounterGround, facts: FactReader): number | FactFault[] {
  if (stated === undefined) return 0;
  const fact = facts.read(stated);
  if (!('fault' in fact)) return Number(fact.value);
  return fact.state === 'missing' ? 0 : [fact.fault];
}

function judgeSums(sums: Sums, context: JudgementContext): RuleJudgement {
  const { ground } = sums;
  const { rule, layer } = sums.prepared;
  const figures = figuresOf(ground);
  const { areaM2 } = figures;
  const undeterminedM2 = ground.undeterminedCents / 100;
  const row: MeasureForPolicy = {
    ...{ layer, dataDate: ground.dataDate, state: 'measured', missingReason: null },
    ...{ parcelAreaM2: ground.parcelCents / 100, areaM2, netAreaM2: null, outsideM2: 0, undeterminedM2 },
    ...{ byClass: [], noise: { area: false, outside: false, undetermined: false } },
  };
  const open = [...sums.openFacts.values()];
  if (open.length > 0) return { findings: [factsMissing(rule, row, context, row.parcelAreaM2, open)] };
  const limits = limitsOf(sums, context);
  if (Array.isArray(limits)) return { findings: [factsMissing(rule, row, context, areaM2, limits)] };
  const { lowestM2, highestM2, againstM2, againstOpenM2 = 0 } = limits;
  const shown = { ...context, ...(againstM2 !== undefined && { againstM2 }) };
  if (areaM2 > 0 && passesThreshold(rule, figures, highestM2)) return judgeFiring(rule, row, figures, shown);
  const withUnknown = { areaM2: areaM2 + undeterminedM2, netBasisM2: figures.netBasisM2 + undeterminedM2 };
  if (withUnknown.areaM2 > 0 && passesThreshold(rule, withUnknown, lowestM2)) {
    const isAgainst = againstOpenM2 > 0;
    const text = isAgainst
      ? undeterminedCounterText
      : ground.isMissing
        ? undeterminedTexts['no-version']
        : undeterminedTotalText;
    const openM2 = Math.round((undeterminedM2 + againstOpenM2) * 100) / 100;
    const parts = { verdict: 'undetermined', ...text, areaM2, undeterminedM2: openM2 } as const;
    return { findings: [compose(rule, row, shown, parts)] };
  }
  const { subject, clear } = rule;
  return {
    findings: [],
    passed: renderText(undeterminedM2 > 0 ? passedWithUnknown : clear, {
      ...{ layer, subject, dataDate: ground.dataDate, parcelAreaM2: row.parcelAreaM2, groupLabels: {} },
      ...{ ...figures, undeterminedM2, fact: context.facts.show, againstM2 },
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
