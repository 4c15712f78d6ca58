/**
 * Tells followers of jobs what changed. One statement per interval for all followers of this process together, none
 * while nobody follows; a follower that is slow to read gets the newest state, not a queue of old ones.
 */
import type { Sql } from '../database/sql.js';
import type { Job } from './job-types.js';
import { type JobRow, selectJobsById } from './sql.js';

const LOOK_EVERY_MS = 500;

export interface Follower {
  /**
   * The job once its revision is above `since`; undefined when nothing came within `waitMs` or the signal fired;
   * null when the job is no longer kept.
   */
  next(since: number, waitMs: number, signal: AbortSignal): Promise<Job | undefined | null>;
  end(): void;
}

interface Entry {
  latest: Job | undefined | null;
  look: () => void;
}

export class JobWatcher {
  readonly #sql: Sql;
  readonly #toJob: (row: JobRow) => Job;
  readonly #entries = new Map<string, Set<Entry>>();
  #timer: NodeJS.Timeout | undefined;
  #looking = false;

  constructor(sql: Sql, toJob: (row: JobRow) => Job) {
    this.#sql = sql;
    this.#toJob = toJob;
  }

  follow(id: string): Follower {
    const entry: Entry = { latest: undefined, look: () => {} };
    const entries = this.#entries.get(id) ?? new Set();
    this.#entries.set(id, entries.add(entry));
    this.#schedule(0);
    return {
      next: (since, waitMs, signal) => waitFor(entry, since, waitMs, signal),
      end: () => {
        entries.delete(entry);
        if (entries.size === 0 && this.#entries.get(id) === entries) this.#entries.delete(id);
      },
    };
  }

  /** Something changed in this process: followers hear of it now. */
  poke(): void {
    if (this.#entries.size === 0 || this.#looking) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#schedule(0);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#entries.clear();
  }

  #schedule(ms: number): void {
    this.#timer ??= setTimeout(() => void this.#look(), ms).unref();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    const ids = [...this.#entries.keys()];
    // while the database is away followers see no change, and their stream stays open
    const rows = await selectJobsById(this.#sql, ids).catch(() => undefined);
    for (const id of rows ? ids : []) {
      const row = rows!.find((one) => one.job_id === id);
      for (const entry of this.#entries.get(id) ?? []) {
        entry.latest = row ? this.#toJob(row) : null;
        entry.look();
      }
    }
    this.#looking = false;
    this.#timer = undefined;
    if (this.#entries.size > 0) this.#schedule(LOOK_EVERY_MS);
  }
}

function waitFor(
  entry: Entry,
  since: number,
  waitMs: number,
  signal: AbortSignal,
): Promise<Job | undefined | null> {
  return new Promise((resolve) => {
    const finish = (job: Job | undefined | null): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', gone);
      entry.look = () => {};
      resolve(job);
    };
    const gone = (): void => finish(undefined);
    const timer = setTimeout(gone, waitMs);
    entry.look = () => {
      const { latest } = entry;
      if (latest === null || (latest && latest.revision > since)) finish(latest);
    };
    signal.addEventListener('abort', gone, { once: true });
    if (signal.aborted) gone();
    else entry.look();
  });
}
