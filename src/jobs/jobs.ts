/** The room's one face: ask for work, see how it goes, stop it. Handlers are named by the place that knows all parts. */
import { randomBytes } from 'node:crypto';
import type { Database } from '../database/sql.js';
import { noSuchJob, queueFull, unknownKind } from './job-faults.js';
import { JobRunner, type Kind } from './job-runner.js';
import {
  isFinished,
  type Job,
  type JobHandler,
  type JobKindOptions,
  type JobLimits,
  type JobListQuery,
  type JobOutcome,
  type JobRequest,
} from './job-types.js';
import { type Follower, JobWatcher } from './job-watcher.js';
import * as statements from './sql.js';

export class Jobs {
  readonly #db: Database;
  readonly #limits: JobLimits;
  readonly #kinds = new Map<string, Kind>();
  readonly #owner = `proc_${process.pid}_${randomBytes(8).toString('hex')}`;
  readonly #runner: JobRunner;
  readonly #watcher: JobWatcher;
  readonly #listeners: ((kind: string, outcome: JobOutcome) => void)[] = [];

  constructor(db: Database, limits: JobLimits, onTrouble: (reason: string, error?: unknown) => void) {
    this.#db = db;
    this.#limits = limits;
    const onSuccess = (kind: string, outcome: JobOutcome): void => {
      for (const listener of this.#listeners) listener(kind, outcome);
    };
    this.#runner = new JobRunner({
      ...{ db, owner: this.#owner, limits, kinds: this.#kinds, onTrouble, onSuccess },
      onChange: () => this.#watcher.poke(),
    });
    this.#watcher = new JobWatcher(db, toJob);
  }

  /** Names the handler of a kind. Before `start`. */
  handle(kind: string, run: JobHandler, options: JobKindOptions = {}): void {
    this.#kinds.set(kind, { run, ...options });
  }

  /** Told of every job that succeeded in this process, for the counters. */
  onSuccess(listener: (kind: string, outcome: JobOutcome) => void): void {
    this.#listeners.push(listener);
  }

  /** Begins to run jobs in this process; without it they are only asked for and looked at. */
  start(): Promise<void> {
    return this.#runner.start();
  }

  /** Puts work into the queue. Throws `overloaded` when it is full; then nothing was stored and nothing released. */
  async submit({ kind, params, input, local }: JobRequest): Promise<Job> {
    if (!this.#kinds.has(kind)) throw unknownKind(kind);
    const id = newJobId();
    if (local) this.#runner.hold(id, local);
    const stored = await statements
      .insertJob(
        this.#db,
        {
          id,
          kind,
          params: JSON.stringify(params),
          input: input ?? null,
          owner: local ? this.#owner : null,
        },
        this.#limits.waiting,
      )
      .catch((error: unknown) => {
        this.#runner.letGo(id);
        throw error;
      });
    if (!stored) {
      this.#runner.letGo(id);
      throw queueFull(this.#limits.waiting);
    }
    this.#runner.holdStored(id);
    this.#runner.wake();
    return toJob(stored);
  }

  async find(id: string): Promise<Job | undefined> {
    const row = await statements.selectJob(this.#db, id);
    return row && toJob(row);
  }

  async get(id: string): Promise<Job> {
    const job = await this.find(id);
    if (!job) throw noSuchJob(id);
    return job;
  }

  /** Newest first. */
  async list(query: JobListQuery): Promise<{ jobs: readonly Job[]; next?: string }> {
    const rows = await statements.selectJobs(this.#db, { ...query, limit: query.limit + 1 });
    const jobs = rows.slice(0, query.limit).map(toJob);
    return rows.length > query.limit ? { jobs, next: jobs.at(-1)!.id } : { jobs };
  }

  /** JSON text of the result, its texts in both languages; null when the job has none. */
  async readResult(id: string): Promise<string | null> {
    const result = await statements.selectResult(this.#db, id);
    if (result === undefined) throw noSuchJob(id);
    return result;
  }

  /**
   * Waiting jobs end at once; running ones, in whichever process, are told to stop and end soon after. A job that
   * has ended stays as it is: the answer says which it was.
   */
  async cancel(id: string): Promise<Job> {
    const row = await statements.cancelJob(this.#db, id);
    if (row) this.#runner.cancelHere(id);
    return row ? toJob(row) : this.get(id);
  }

  /** Removes a finished job with its result; throws `not-found`. */
  async remove(id: string): Promise<void> {
    if (!(await statements.deleteJob(this.#db, id))) throw noSuchJob(id);
  }

  follow(id: string): Follower {
    return this.#watcher.follow(id);
  }

  count(): Promise<{ queued: number; running: number }> {
    return statements.countJobs(this.#db);
  }

  /** Running jobs that another process can take up go back into the queue, the others end as interrupted. */
  async close(): Promise<void> {
    this.#watcher.close();
    await this.#runner.close();
  }
}

let lastId = 0;

/** Time first, so that ids sort by age (in one process strictly); 80 random bits, so that they can not be guessed. */
function newJobId(): string {
  lastId = Math.max(lastId + 1, Date.now() * 1000);
  return `job_${lastId.toString(36).padStart(11, '0')}${randomBytes(10).toString('hex')}`;
}

function toJob(row: statements.JobRow): Job {
  const { job_id: id, kind, status, revision, problem, result } = row;
  const done = isFinished({ status });
  return {
    id,
    kind,
    status,
    cancelRequested: row.cancel_requested && !done,
    progress: row.progress as Job['progress'],
    revision,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
    heartbeatAt: row.heartbeat_at.toISOString(),
    location: row.location ?? (row.has_result ? `/v1/jobs/${id}/result` : null),
    result,
    problem,
  };
}
