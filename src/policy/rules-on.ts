/** The rules of a pack that are in force on a day, with all that does not change from parcel to parcel worked out once. */
import { AppError } from '../core/errors.js';
import { assertCalendarDate, isInForce } from './in-force.js';
import { layerOf } from './judge-rule.js';
import type { FactTest, ResolvedRulePack, Rule } from './rule-pack-types.js';

export interface PreparedRule {
  rule: Rule;
  /** Layer that it reads, `NO_LAYER` for the parcel itself. */
  layer: string;
  /** What must hold for the rule to be asked at all. */
  tests: readonly FactTest[];
  /** What must hold for a parcel to count on the other side of a rule that has one. */
  counterTests: readonly FactTest[];
  /** Left out where its layer has no version. */
  optional: boolean;
}

export interface RulesOnDay {
  all: readonly Rule[];
  ofParcels: readonly PreparedRule[];
  /** Asked once, over all parcels of a check together. */
  ofChecks: readonly PreparedRule[];
}

// a pack is asked about one day, thousands of times; a few days more in replays
const known = new WeakMap<ResolvedRulePack, Map<string, RulesOnDay>>();
const DAYS_KEPT = 64;

/** @throws AppError bad-parameter for no date, bad-rule-pack when no rule is in force on it */
export function rulesOn(pack: ResolvedRulePack, onDate: string): RulesOnDay {
  let ofPack = known.get(pack);
  if (!ofPack) {
    ofPack = new Map();
    known.set(pack, ofPack);
  }
  let rules = ofPack.get(onDate);
  if (!rules) {
    rules = prepare(pack, onDate);
    if (ofPack.size >= DAYS_KEPT) ofPack.clear();
    ofPack.set(onDate, rules);
  }
  return rules;
}

/** @throws AppError as `rulesOn` */
export const rulesInForce = (pack: ResolvedRulePack, onDate: string): readonly Rule[] =>
  rulesOn(pack, onDate).all;

function prepare(pack: ResolvedRulePack, onDate: string): RulesOnDay {
  assertCalendarDate(onDate);
  const all = pack.rules.filter((rule) => isInForce(rule, onDate));
  if (all.length === 0) throw noRules(pack.id, onDate);
  const prepared = all.map((rule): PreparedRule => {
    const layer = layerOf(rule);
    const { against } = rule.when;
    return {
      ...{ rule, layer, optional: isOptional(rule, layer, pack) },
      tests: testsOf(rule, pack),
      counterTests: against ? testsOf(against, pack) : [],
    };
  });
  return {
    all,
    ofParcels: prepared.filter(({ rule }) => rule.scope !== 'check'),
    ofChecks: prepared.filter(({ rule }) => rule.scope === 'check'),
  };
}

const isOptional = ({ required, measure }: Rule, layer: string, { layers }: ResolvedRulePack): boolean =>
  !required && measure.kind !== 'parcel' && layers.some((need) => need.layer === layer && need.optional);

type Asked = Pick<Rule, 'applies'>;

const testsOf = (rule: Asked, pack: ResolvedRulePack): FactTest[] => [
  ...(rule.applies ?? []),
  ...selectiveTests(rule, pack),
];

/** A fact that selects rules (a kind of project) lets through those that do not name it only where it is not stated. */
const selectiveTests = (rule: Asked, { facts }: ResolvedRulePack): FactTest[] =>
  Object.entries(facts).flatMap(([name, { selective, unstated }]) =>
    selective && unstated !== undefined && !rule.applies?.some((test) => test.name === name)
      ? [{ name, isOneOf: [unstated] }]
      : [],
  );

function noRules(id: string, onDate: string): AppError {
  return new AppError('bad-rule-pack', `no rule of ${id} in force on ${onDate}`, {
    detail: {
      zh: `规则包“${id}”在 ${onDate} 没有有效规则，不作判定，请更换规则包或日期。`,
      en: `Rule pack "${id}" has no rule in force on ${onDate}; no verdict is given. Use another pack or day.`,
    },
  });
}
