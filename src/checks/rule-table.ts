/**
 * The rules of a check, each said once: clause texts, further documents and the sentence of a rule that found nothing
 * were a fifth of an answer of a thousand parcels when every parcel repeated them.
 */
import type { Finding, PassedRule } from '../policy/policy-types.js';
import type { CheckFinding, CheckPassedRule, CheckRule } from './check-types.js';

/** Collects rules while parcels are composed. What differs from the row of its rule stays with the parcel, whole. */
export class RuleTable {
  private readonly rows = new Map<string, CheckRule>();

  finding(finding: Finding): CheckFinding {
    const { source, alsoSources, ...shown } = finding;
    const row = this.rowOf(finding);
    row.source ??= source;
    row.alsoSources ??= alsoSources;
    const { document, article } = source;
    return {
      ...shown,
      source: same(row.source, source) ? { document, article } : source,
      ...(same(row.alsoSources, alsoSources) ? {} : { alsoSources }),
    };
  }

  passed(passed: PassedRule): CheckPassedRule {
    const row = this.rowOf(passed);
    row.passed ??= passed.text;
    return same(row.passed, passed.text) ? { rule: passed.rule } : { rule: passed.rule, text: passed.text };
  }

  /** By rule id, in the order in which the rules were met. */
  toJson(): Readonly<Record<string, CheckRule>> {
    return Object.fromEntries(this.rows);
  }

  private rowOf({ rule, module, layer }: Finding | PassedRule): CheckRule {
    let row = this.rows.get(rule);
    if (!row) {
      row = { module, layer };
      this.rows.set(rule, row);
    }
    return row;
  }
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);
