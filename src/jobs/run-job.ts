/**
 * One job from claim to end: the handler at work, the heartbeat that also carries progress out and a cancel in, and
 * the outcome written down however long the database is away.
 */
import { AppError } from '../core/errors.js';
import type { Database } from '../database/sql.js';
import { jobCancelled, jobTaken, jobTooLong, MAX_ATTEMPTS } from './job-faults.js';
import type { JobHandler, JobOutcome, JobProblem } from './job-types.js';
import { createProgressMeter } from './progress-meter.js';
import { beat, type ClaimedRow, finishJob, type JobEnd, requeueJob } from './sql.js';

/** A cancel made in another process is seen, and progress is shown, within this time. */
const BEAT_EVERY_MS = 1000;
/** Before work is tried again that failed because the database was away. */
const PAUSE_MS = 5000;

export interface RunningJob {
  id: string;
  kind: string;
  stop(reason: AppError): void;
  /** Never rejects. */
  ended: Promise<void>;
}

export interface RunParts {
  db: Database;
  owner: string;
  timeLimitMs: number;
  /** True once the service is being closed: what cannot be written down now is left to the next process. */
  closing(): boolean;
  onTrouble(reason: string, error: unknown): void;
  onSuccess(kind: string, outcome: JobOutcome): void;
}

export function runJob(parts: RunParts, claimed: ClaimedRow, handler: JobHandler): RunningJob {
  const { job_id: id, kind } = claimed;
  const stopper = new AbortController();
  const stop = (reason: AppError): void => stopper.abort(reason);
  return { id, kind, stop, ended: live(parts, claimed, handler, stopper) };
}

async function live(
  parts: RunParts,
  claimed: ClaimedRow,
  handler: JobHandler,
  stopper: AbortController,
): Promise<void> {
  const meter = createProgressMeter();
  const heart = startHeart(parts, claimed.job_id, meter.news, (reason) => stopper.abort(reason));
  const limit = setTimeout(() => stopper.abort(jobTooLong(parts.timeLimitMs)), parts.timeLimitMs);
  const { job_id: id, parameters: params, input } = claimed;
  let settle: Settle;
  let outcome: JobOutcome | undefined;
  try {
    outcome = await handler({ id, params, input }, { signal: stopper.signal, onProgress: meter.report });
    settle = { end: succeeded(outcome) };
  } catch (error) {
    settle = afterFailure(parts, claimed, error, stopper.signal);
  } finally {
    clearTimeout(limit);
    heart.end();
  }
  await writeDown(parts, claimed, settle, meter.news());
  if (!outcome) return;
  try {
    parts.onSuccess(claimed.kind, outcome);
  } catch (error) {
    parts.onTrouble(`the end of job ${id} was not counted`, error);
  }
}

interface Heart {
  end(): void;
}

function startHeart(
  { db, owner }: RunParts,
  id: string,
  news: () => string | null,
  stop: (reason: AppError) => void,
): Heart {
  let timer: NodeJS.Timeout;
  let ended = false;
  const once = async (): Promise<void> => {
    const progress = news();
    // a beat that fails is no verdict: the work meets the same fault and reports it
    const answer = await beat(db, id, owner, progress).catch(() => 'no answer' as const);
    if (ended) return;
    if (answer === undefined) stop(jobTaken());
    else if (answer !== 'no answer' && answer.cancel_requested) stop(jobCancelled());
    timer = setTimeout(once, BEAT_EVERY_MS);
  };
  timer = setTimeout(once, BEAT_EVERY_MS);
  return {
    end: () => {
      ended = true;
      clearTimeout(timer);
    },
  };
}

/** What is to be written down: an end, or that the job waits again. */
type Settle = { end: JobEnd } | { again: { free: boolean; pauseMs: number } };

const succeeded = ({ location, result }: JobOutcome): JobEnd => ({
  status: 'succeeded',
  location: location ?? null,
  result: result === undefined ? null : JSON.stringify(result),
  problem: null,
});

function afterFailure(parts: RunParts, claimed: ClaimedRow, thrown: unknown, signal: AbortSignal): Settle {
  const error = thrown instanceof AppError ? thrown : new AppError('internal', String(thrown), {}, thrown);
  const reason = signal.aborted && signal.reason instanceof AppError ? signal.reason : undefined;
  if (reason?.code === 'cancelled') return { end: failed('cancelled', reason) };
  if (reason?.code === 'interrupted' && claimed.resumable) return { again: { free: true, pauseMs: 0 } };
  const databaseAway = reason === undefined && error.code === 'database-unavailable';
  if (databaseAway && claimed.resumable && claimed.attempts < MAX_ATTEMPTS) {
    return { again: { free: false, pauseMs: PAUSE_MS } };
  }
  if (error.code === 'internal') parts.onTrouble(`job ${claimed.job_id} (${claimed.kind}) failed`, error);
  return { end: failed('failed', reason ?? error) };
}

function failed(status: 'failed' | 'cancelled', { code, facts }: AppError): JobEnd {
  const problem: JobProblem = {
    code,
    ...(facts.detail && { detail: facts.detail }),
    ...(facts.errors && { errors: facts.errors }),
  };
  return { status, location: null, result: null, problem: JSON.stringify(problem) };
}

/** Tries until it is written; a job that was taken up elsewhere meanwhile is no longer this process's to end. */
async function writeDown(
  parts: RunParts,
  claimed: ClaimedRow,
  settle: Settle,
  progress: string | null,
): Promise<void> {
  const { db, owner } = parts;
  let wanted = settle;
  for (let tries = 0; ; tries++) {
    try {
      if ('again' in wanted) await requeueJob(db, claimed.job_id, owner, wanted.again);
      else await finishJob(db, claimed.job_id, owner, { ...wanted.end, progress });
      return;
    } catch (error) {
      if (parts.closing()) return;
      if (tries === 0) parts.onTrouble(`the end of job ${claimed.job_id} is not written down yet`, error);
      if (!isAway(error)) {
        // an outcome that cannot be stored (no room, too large) is a failure with that reason
        if (tries > 0 && 'end' in wanted && wanted.end.status === 'failed') return;
        wanted = { end: failed('failed', toAppError(error)) };
      }
      await new Promise((resolve) => setTimeout(resolve, BEAT_EVERY_MS));
    }
  }
}

const isAway = (error: unknown): boolean => toAppError(error).code === 'database-unavailable';

const toAppError = (error: unknown): AppError =>
  error instanceof AppError ? error : new AppError('internal', String(error), {}, error);
