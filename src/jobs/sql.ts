/** The statements of the jobs room. Times are the database's: processes on several machines share one clock. */
import type { Sql } from '../database/sql.js';
import type { JobListQuery, JobProblem, JobStatus } from './job-types.js';

/** Results up to this size stand in the job itself, larger ones are read by themselves. */
const INLINE_RESULT_BYTES = 16_384;

const columns = `job_id, kind, status, cancel_requested, progress, revision, created_at, started_at, finished_at,
  heartbeat_at, location, problem, result is not null as has_result,
  case when octet_length(result::text) <= ${INLINE_RESULT_BYTES} then result end as result`;

export interface JobRow {
  job_id: string;
  kind: string;
  status: JobStatus;
  cancel_requested: boolean;
  progress: unknown;
  revision: number;
  created_at: Date;
  started_at: Date | null;
  finished_at: Date | null;
  heartbeat_at: Date;
  location: string | null;
  problem: JobProblem | null;
  has_result: boolean;
  result: unknown;
}

export interface NewJobRow {
  id: string;
  kind: string;
  params: string;
  input: Uint8Array | null;
  /** The process that alone can run it; null when any can. */
  owner: string | null;
}

/** No row when the queue is full. Several processes that insert at once may exceed the limit by their number. */
export async function insertJob(sql: Sql, row: NewJobRow, waiting: number): Promise<JobRow | undefined> {
  const [stored] = await sql.query<JobRow>(
    `insert into job (job_id, kind, parameters, input, owner, resumable, status)
     select $1, $2, $3::json, $4::bytea, $5, $5::text is null, 'queued'
      where (select count(*) from job where status = 'queued') < $6
     returning ${columns}`,
    [row.id, row.kind, row.params, row.input, row.owner, waiting],
  );
  return stored;
}

export async function selectJob(sql: Sql, id: string): Promise<JobRow | undefined> {
  const [row] = await sql.query<JobRow>(`select ${columns} from job where job_id = $1`, [id]);
  return row;
}

export function selectJobsById(sql: Sql, ids: readonly string[]): Promise<JobRow[]> {
  return sql.query<JobRow>(`select ${columns} from job where job_id = any($1::text[])`, [[...ids]]);
}

/** Newest first. */
export function selectJobs(sql: Sql, { limit, after, kinds, statuses }: JobListQuery): Promise<JobRow[]> {
  return sql.query<JobRow>(
    `select ${columns} from job
      where ($2::text is null or (created_at, job_id) < (select created_at, job_id from job where job_id = $2))
        and ($3::text[] is null or kind = any($3::text[]))
        and ($4::text[] is null or status = any($4::text[]))
      order by created_at desc, job_id desc
      limit $1`,
    [limit, after ?? null, kinds ? [...kinds] : null, statuses ? [...statuses] : null],
  );
}

export async function selectResult(sql: Sql, id: string): Promise<string | null | undefined> {
  const [row] = await sql.query<{ result: string | null }>(
    'select result::text as result from job where job_id = $1',
    [id],
  );
  return row?.result;
}

export async function countJobs(sql: Sql): Promise<{ queued: number; running: number }> {
  const [row] = await sql.query<{ queued: number; running: number }>(
    `select count(*) filter (where status = 'queued') as queued,
            count(*) filter (where status = 'running') as running
       from job where status in ('queued', 'running')`,
  );
  return row!;
}

export interface ClaimedRow {
  job_id: string;
  kind: string;
  parameters: object;
  input: Uint8Array | null;
  resumable: boolean;
  attempts: number;
}

/** Takes the oldest waiting job of these kinds that this process may run; `not`: jobs whose former run has not ended here. */
export async function claimJob(
  sql: Sql,
  owner: string,
  kinds: readonly string[],
  not: readonly string[],
): Promise<ClaimedRow | undefined> {
  const [row] = await sql.query<ClaimedRow>(
    `with next as (
       -- locked rows are being claimed by another process: passed over, not waited for
       select job_id from job
        where status = 'queued' and kind = any($2::text[]) and not_before <= now()
          and (owner is null or owner = $1) and job_id <> all($3::text[])
        order by created_at, job_id
        limit 1 for update skip locked
     )
     update job
        set status = 'running', owner = $1, started_at = coalesce(started_at, now()), heartbeat_at = now(),
            attempts = attempts + 1, progress = null, revision = revision + 1
       from next
      where job.job_id = next.job_id
     returning job.job_id, kind, parameters, input, resumable, attempts`,
    [owner, [...kinds], [...not]],
  );
  return row;
}

/** Sign of life with the progress, if there is news of it; no row when the job is no longer this process's. */
export async function beat(
  sql: Sql,
  id: string,
  owner: string,
  progress: string | null,
): Promise<{ cancel_requested: boolean } | undefined> {
  const [row] = await sql.query<{ cancel_requested: boolean }>(
    `update job
        set heartbeat_at = now(), progress = coalesce($3::json, progress),
            revision = revision + case when $3::text is null then 0 else 1 end
      where job_id = $1 and owner = $2 and status = 'running'
     returning cancel_requested`,
    [id, owner, progress],
  );
  return row;
}

/** Of the jobs whose input this process holds, those that still wait or run here; keeps them alive. */
export async function beatHeld(sql: Sql, ids: readonly string[], owner: string): Promise<string[]> {
  const rows = await sql.query<{ job_id: string }>(
    `update job set heartbeat_at = now()
      where job_id = any($1::text[]) and owner = $2 and status in ('queued', 'running')
     returning job_id`,
    [[...ids], owner],
  );
  return rows.map((row) => row.job_id);
}

export interface JobEnd {
  status: 'succeeded' | 'failed' | 'cancelled';
  location: string | null;
  result: string | null;
  problem: string | null;
}

/** `progress`: the last one, if it was not stored yet. False when the job was taken from this process meanwhile: then its outcome does not count. */
export async function finishJob(
  sql: Sql,
  id: string,
  owner: string,
  end: JobEnd & { progress: string | null },
): Promise<boolean> {
  const rows = await sql.query(
    `update job
        set status = $3, location = $4, result = $5::json, problem = $6::json, finished_at = now(),
            progress = coalesce($7::json, progress), heartbeat_at = now(), input = null, owner = null,
            revision = revision + 1
      where job_id = $1 and owner = $2 and status = 'running'
     returning job_id`,
    [id, owner, end.status, end.location, end.result, end.problem, end.progress],
  );
  return rows.length === 1;
}

/** Back into the queue: `free` does not count the attempt (the service stops; it is not the job's fault). */
export async function requeueJob(
  sql: Sql,
  id: string,
  owner: string,
  { free, pauseMs }: { free: boolean; pauseMs: number },
): Promise<void> {
  await sql.query(
    `update job
        set status = case when cancel_requested then 'cancelled' else 'queued' end,
            finished_at = case when cancel_requested then now() end,
            input = case when cancel_requested then null else input end,
            owner = null, progress = null, revision = revision + 1,
            attempts = attempts - case when $3 then 1 else 0 end,
            not_before = now() + $4 * interval '1 millisecond'
      where job_id = $1 and owner = $2 and status = 'running'`,
    [id, owner, free, pauseMs],
  );
}

/** A waiting job is cancelled at once; a running one is asked to stop. No row when it had ended before. */
export async function cancelJob(sql: Sql, id: string): Promise<JobRow | undefined> {
  const [row] = await sql.query<JobRow>(
    `update job
        set cancel_requested = true, revision = revision + 1,
            status = case when status = 'queued' then 'cancelled' else status end,
            finished_at = case when status = 'queued' then now() end,
            input = case when status = 'queued' then null else input end
      where job_id = $1 and status in ('queued', 'running') and not cancel_requested
     returning ${columns}`,
    [id],
  );
  return row;
}

/** Removes a finished job with its result; false when there is none. */
export async function deleteJob(sql: Sql, id: string): Promise<boolean> {
  const rows = await sql.query(
    'delete from job where job_id = $1 and finished_at is not null returning job_id',
    [id],
  );
  return rows.length === 1;
}

export interface LostJobRow {
  job_id: string;
  kind: string;
  status: JobStatus;
}

/**
 * Takes jobs from processes without a sign of life: back into the queue where the stored input allows it and they
 * were not tried too often, cancelled where somebody asked for that, failed otherwise.
 */
export function takeLostJobs(
  sql: Sql,
  lost: {
    owner: string;
    /** Jobs that this process knows it has: never taken by it. */
    own: readonly string[];
    afterMs: number;
    maxAttempts: number;
    problem: string;
  },
): Promise<LostJobRow[]> {
  return sql.query<LostJobRow>(
    `with lost as (
       -- running, or waiting for a process that holds its input; another sweeper may be at the same row
       select job_id, case when cancel_requested then 'cancelled'
                           when resumable and attempts < $3 then 'queued'
                           else 'failed' end as fate
         from job
        where status in ('queued', 'running') and owner is not null
          and (owner <> $1 or job_id <> all($5::text[]))
          and heartbeat_at <= now() - $2 * interval '1 millisecond'
          for update skip locked
     )
     update job
        set status = fate, owner = null, progress = null, revision = revision + 1,
            finished_at = case when fate = 'queued' then null else now() end,
            input = case when fate = 'queued' then input end,
            problem = case when fate = 'failed' then $4::json end
       from lost
      where job.job_id = lost.job_id
     returning job.job_id, kind, status`,
    [lost.owner, lost.afterMs, lost.maxAttempts, lost.problem, [...lost.own]],
  );
}

/** Jobs that ended so long ago that nobody will ask any more. */
export async function deleteOldJobs(sql: Sql, keptMs: number): Promise<number> {
  const rows = await sql.query(
    `delete from job where finished_at < now() - $1 * interval '1 millisecond' returning job_id`,
    [keptMs],
  );
  return rows.length;
}

/** The embedded engine has no autovacuum: without this the room of dropped inputs is never used again. */
export const vacuumJobs = 'vacuum job';
