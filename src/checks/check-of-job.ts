/**
 * A check that a job makes. It is stored before its job ends: a process that dies between the two leaves a job that is
 * run again. The id of the check follows from that of the job, so the second run finds what the first one stored.
 */
import type { Sql } from '../database/sql.js';
import type { Verdict } from '../policy/policy-types.js';
import { giveBack } from './answer-memory.js';
import type { CheckParts, CheckRequest } from './check-parts.js';
import type { StoredCheck } from './check-types.js';
import { type CheckProgress, createCheck } from './create-check.js';
import { selectCheck } from './sql.js';

type CheckOfJob = Pick<StoredCheck, 'id' | 'verdict' | 'parcelCount'>;

export async function createCheckOfJob(
  parts: CheckParts,
  jobId: string,
  request: CheckRequest,
  signal: AbortSignal,
  onProgress?: (progress: CheckProgress) => void,
): Promise<CheckOfJob> {
  const id = `chk_${jobId.replace(/^job_/, '')}`;
  const before = await findStored(parts.db, id);
  if (before) return before;
  try {
    const { verdict, parcelCount, answer } = await createCheck(parts, { ...request, id }, signal, onProgress);
    giveBack(answer);
    return { id, verdict, parcelCount };
  } catch (error) {
    // a process taken for dead may have stored it meanwhile
    const meanwhile = await findStored(parts.db, id).catch(() => undefined);
    if (meanwhile) return meanwhile;
    throw error;
  }
}

async function findStored(sql: Sql, id: string): Promise<CheckOfJob | undefined> {
  const row = await selectCheck(sql, id);
  return row && { id, verdict: row.verdict as Verdict, parcelCount: row.parcel_count };
}
