/** Stored checks as the doors list and return them. */
import type { Sql } from '../database/sql.js';
import type { Stage, Verdict } from '../policy/policy-types.js';
import type { CheckSummary } from './check-types.js';
import { selectAnswer, selectChecks } from './sql.js';

/** The stored answer, the very text that was composed, or undefined. */
export const findCheck = (sql: Sql, checkId: string): Promise<string | undefined> =>
  selectAnswer(sql, checkId);

/** A page of stored checks, newest first; `next` is the `after` of the following page. */
export async function listChecks(
  sql: Sql,
  page: { limit: number; after?: string; verdict?: Verdict },
): Promise<{ checks: CheckSummary[]; next?: string }> {
  const rows = await selectChecks(sql, { ...page, limit: page.limit + 1 });
  const checks = rows.slice(0, page.limit).map((row) => ({
    id: row.check_id,
    createdAt: row.created_at.toISOString(),
    stage: row.stage as Stage,
    verdict: row.verdict as Verdict,
    parcelCount: row.parcel_count,
    rulePack: { id: row.rule_pack, version: row.rule_pack_version },
  }));
  const last = checks.at(-1);
  return rows.length > page.limit && last ? { checks, next: last.id } : { checks };
}
