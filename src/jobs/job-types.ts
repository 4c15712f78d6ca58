/**
 * What long work is to the rest of the program. A capability joins with one line in `src/cli/open-service.ts`:
 *
 *     jobs.handle('bundles', ({ input, params }, watch) => bundle(parts, input, params, watch));
 *
 * and its door asks `wantsJob(context)` and answers `acceptJob(context, { kind: 'bundles', params, input })`
 * (`src/http/async.ts`). A handler must be pure up to its last statement: after a crash it is run again from the
 * stored input. What it returns as `result` is read at `/v1/jobs/{id}/result`; a `location` of its own comes first.
 */
import type { Bilingual, ErrorCode, InputFault } from '../core/errors.js';

export type JobStatus = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

export interface JobProgress {
  /** What is going on, for people. */
  step: Bilingual;
  done: number;
  /** Unknown while a stream is being read. */
  total?: number;
}

/** Why a job failed: what an `AppError` carries, without what belongs into the log only. */
export interface JobProblem {
  code: ErrorCode;
  detail?: Bilingual;
  errors?: readonly InputFault[];
}

export interface Job {
  id: string;
  kind: string;
  status: JobStatus;
  /** A running job that was told to stop and has not stopped yet. */
  cancelRequested: boolean;
  /** `rate`: units of `done` in a second of this step; null while unknown. */
  progress: (JobProgress & { rate: number | null }) | null;
  /** Grows with every change; the id of an event. */
  revision: number;
  createdAt: string;
  startedAt: string | null;
  finishedAt: string | null;
  /** Last sign of life while running. */
  heartbeatAt: string;
  /** Where the result is read, once succeeded. */
  location: string | null;
  /** A small result itself; null when there is none or it is larger than 16 kB (then it is read at `location`). */
  result: unknown;
  problem: JobProblem | null;
}

export interface JobRequest {
  kind: string;
  /** JSON: options of the work. */
  params: object;
  input?: Uint8Array;
  /** The input lives on this machine (an upload): `release` removes it when the job has ended without running. */
  local?: { release(): Promise<void> };
}

export interface JobWork {
  id: string;
  // biome-ignore lint/suspicious/noExplicitAny: the handler that stored them knows their shape
  params: any;
  input: Uint8Array | null;
}

export interface JobWatch {
  /** Aborts with an `AppError`: `cancelled`, `time-limit`, or `interrupted` when the service stops. */
  signal: AbortSignal;
  onProgress(progress: JobProgress): void;
}

export interface JobOutcome {
  /** Path at which the result is read. */
  location?: string;
  /** JSON. */
  result?: unknown;
}

export type JobHandler = (work: JobWork, watch: JobWatch) => Promise<JobOutcome>;

export interface JobKindOptions {
  /** Jobs of this kind that one process runs at once; default: as many as jobs in all. */
  atOnce?: number;
}

export interface JobLimits {
  /** Jobs that one process runs at once. */
  running: number;
  /** Jobs that may wait in the queue; the next one is refused as overloaded. */
  waiting: number;
  /** From start to end of one job. */
  timeLimitMs: number;
  /** How long finished jobs are kept. */
  keptMs: number;
  /** A running job without a sign of life for so long is taken from its process. */
  lostAfterMs: number;
}

export interface JobListQuery {
  limit: number;
  /** Id of the last job of the page before. */
  after?: string;
  kinds?: readonly string[];
  statuses?: readonly JobStatus[];
}

export const isFinished = ({ status }: Pick<Job, 'status'>): boolean =>
  status !== 'queued' && status !== 'running';
