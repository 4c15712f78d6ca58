/** Stored checks as the doors list and return them. */
import { AppError } from '../core/errors.js';
import type { Sql } from '../database/sql.js';
import type { Stage, Verdict } from '../policy/policy-types.js';
import type { CheckSummary } from './check-types.js';
import { unpackAnswer } from './packed-answer.js';
import { selectAnswer, selectChecks } from './sql.js';

/** A stored check as it was composed. */
export interface StoredAnswer {
  request: unknown;
  /** JSON of a `Check`, UTF-8: the very bytes that were composed. */
  answer: Buffer;
}

/** Undefined where there is no such check; throws `statement-lost` for a stored answer that can not be unpacked. */
export async function readAnswer(sql: Sql, checkId: string): Promise<StoredAnswer | undefined> {
  const row = await selectAnswer(sql, checkId);
  if (!row) return undefined;
  const { request, answer, answer_packed: packed } = row;
  if (!packed) return { request, answer: Buffer.from(answer!) };
  return {
    request,
    answer: await unpackAnswer(packed).catch((cause) => Promise.reject(damaged(checkId, cause))),
  };
}

/** The answer of `readAnswer`. */
export const findCheck = async (sql: Sql, checkId: string): Promise<Buffer | undefined> =>
  (await readAnswer(sql, checkId))?.answer;

const damaged = (checkId: string, cause: unknown): AppError =>
  new AppError(
    'statement-lost',
    `the stored answer of ${checkId} is damaged`,
    {
      detail: {
        zh: `预检 ${checkId} 的存档结果已损坏，无法读取；请按原文件重新预检，并检查数据库。`,
        en: `The stored answer of check ${checkId} is damaged. Make the check again from its file, and look at the database.`,
      },
    },
    cause,
  );

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
