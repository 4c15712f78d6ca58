/** Which documents judge a bundle: the province's measure 33 always, the city's article (15) where the city's rules apply. */
import { DEFAULT_RULE_PACK, getRulePackOn } from '../policy/find-rule-pack.js';
import type { PolicyLibrary } from '../policy/rule-pack-types.js';

export interface DocumentsInForce {
  /** `id@version` of the pack. */
  rulePack: string;
  /** 焦政办规〔2025〕1号 applies: the pack is the city's, or one that extends it. */
  cityApplies: boolean;
}

/** @throws AppError not-found for an unknown pack, bad-parameter for a day on which it is not in force */
export function documentsInForce(
  policy: PolicyLibrary,
  id: string | undefined,
  onDate: string,
): DocumentsInForce {
  const pack = getRulePackOn(policy, id, onDate);
  const parentOf = (of: string): string | undefined => policy.packs.find((one) => one.id === of)?.extends;
  // resolving the pack has refused circles
  let cityApplies = false;
  for (let one: string | undefined = pack.id; one !== undefined; one = parentOf(one))
    cityApplies ||= one === DEFAULT_RULE_PACK;
  return { rulePack: `${pack.id}@${pack.version}`, cityApplies };
}
