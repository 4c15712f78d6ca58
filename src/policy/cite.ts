/** What a rule rests on, as findings cite it: the documents in force on the day, worked out once per rule and day. */
import { AppError } from '../core/errors.js';
import { isInForce } from './in-force.js';
import type { Finding, FindingSource } from './policy-types.js';
import type { ResolvedRulePack, Rule, RuleSource } from './rule-pack-types.js';

// The same for every parcel of a check; a rule belongs to one pack as resolved, which is asked about one day at a time.
const citations = new WeakMap<Rule, { pack: ResolvedRulePack; onDate: string; citation: Citation }>();

type Citation = Pick<Finding, 'source' | 'alsoSources'>;

/** @throws AppError bad-rule-pack when no document of the rule is in force */
export function sourcesInForce(rule: Rule, pack: ResolvedRulePack, onDate: string): Citation {
  let known = citations.get(rule);
  if (!known || known.pack !== pack || known.onDate !== onDate) {
    known = { pack, onDate, citation: citeInForce(rule, pack, onDate) };
    citations.set(rule, known);
  }
  return known.citation;
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
