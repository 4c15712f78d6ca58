/**
 * The rules of a check, each said once: clause texts, further documents and the sentence of a rule that found nothing
 * were a fifth of an answer of a thousand parcels when every parcel repeated them.
 */
import type { Finding, PassedRule } from '../policy/policy-types.js';
import type { CheckFinding, CheckPassedRule, CheckRule } from './check-types.js';

/** Collects rules while parcels are composed. What differs from the row of its rule stays with the parcel, whole. */
export class RuleTable {
  private readonly rows = new Map<string, CheckRule>();
  private readonly short = new Map<CheckRule, Pick<CheckFinding, 'source'>>();

  finding(finding: Finding): CheckFinding {
    const { source: _, alsoSources: __, ...shown } = finding;
    return { ...shown, ...this.cite(finding) };
  }

  /** What a finding says itself of its documents; the object is the same for all findings that say the same. */
  cite(finding: Finding): Pick<CheckFinding, 'source' | 'alsoSources'> {
    const { source, alsoSources } = finding;
    const row = this.rowOf(finding);
    if (!row.source) {
      row.source = source;
      row.alsoSources = alsoSources;
      const { document, article } = source;
      this.short.set(row, { source: { document, article } });
    }
    const short = this.short.get(row)!;
    if (same(row.alsoSources, alsoSources)) return same(row.source, source) ? short : { source };
    return { source: same(row.source, source) ? short.source : source, alsoSources };
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
