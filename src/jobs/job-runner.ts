/**
 * Takes waiting jobs and runs a bounded number of them at once. Several processes on one database share the queue:
 * each polls, takes what nobody else has taken, and gives back what a vanished process left.
 */
import type { AppError } from '../core/errors.js';
import type { Database } from '../database/sql.js';
import { jobCancelled, jobStopped, MAX_ATTEMPTS, processVanished } from './job-faults.js';
import type { JobHandler, JobKindOptions, JobLimits, JobOutcome } from './job-types.js';
import { type RunningJob, runJob } from './run-job.js';
import { beatHeld, claimJob, deleteOldJobs, takeLostJobs, vacuumJobs } from './sql.js';

export interface Kind extends JobKindOptions {
  run: JobHandler;
}

interface RunnerConfig {
  db: Database;
  /** Names this process in the table; random, so that a process number used again means nothing. */
  owner: string;
  limits: JobLimits;
  kinds: ReadonlyMap<string, Kind>;
  onTrouble(reason: string, error?: unknown): void;
  onSuccess(kind: string, outcome: JobOutcome): void;
  /** A job of this process began or ended. */
  onChange(): void;
}

/** Jobs asked for here start at once; this is how long those asked for elsewhere, or put back, may lie. */
const POLL_MS = { server: 1000, embedded: 2000 };

export class JobRunner {
  readonly #config: RunnerConfig;
  readonly #running = new Map<string, RunningJob>();
  /** Uploads on this machine, by the job that waits for them. */
  readonly #held = new Map<string, { release(): Promise<void>; stored: boolean }>();
  #timer: NodeJS.Timeout | undefined;
  #upkeepTimer: NodeJS.Timeout | undefined;
  #claiming: Promise<void> | undefined;
  #woken = false;
  #state: 'idle' | 'started' | 'closing' = 'idle';
  #away = false;

  constructor(config: RunnerConfig) {
    this.#config = config;
  }

  /** Begins to take jobs; what an earlier process of an embedded database left is taken back first. */
  async start(): Promise<void> {
    const { db, limits } = this.#config;
    this.#state = 'started';
    // the folder has one owner: whatever another process had, it has no more
    await this.#upkeep(db.kind === 'embedded' ? 0 : limits.lostAfterMs);
    this.#scheduleUpkeep();
    this.wake();
  }

  /** The upload of a job that is about to be stored. */
  hold(id: string, local: { release(): Promise<void> }): void {
    this.#held.set(id, { release: () => local.release(), stored: false });
  }

  holdStored(id: string): void {
    const held = this.#held.get(id);
    if (held) held.stored = true;
  }

  /** The job was not stored: its upload is the caller's again. */
  letGo(id: string): void {
    this.#held.delete(id);
  }

  /** There may be something to take. */
  wake(): void {
    if (this.#state !== 'started') return;
    clearTimeout(this.#timer);
    this.#woken = true;
    this.#claiming ??= this.#claimAll().finally(() => {
      this.#claiming = undefined;
      const { db } = this.#config;
      this.#timer = setTimeout(() => this.wake(), POLL_MS[db.kind]);
      this.#timer.unref();
    });
  }

  /** Stops a job that runs here, without waiting for the next heartbeat. */
  cancelHere(id: string): void {
    this.#running.get(id)?.stop(jobCancelled());
  }

  async close(): Promise<void> {
    this.#state = 'closing';
    clearTimeout(this.#timer);
    clearInterval(this.#upkeepTimer);
    await this.#claiming;
    for (const job of this.#running.values()) job.stop(jobStopped());
    await Promise.all([...this.#running.values()].map((job) => job.ended));
    await Promise.all([...this.#held.keys()].map((id) => this.#release(id)));
  }

  async #claimAll(): Promise<void> {
    const { db, owner, limits } = this.#config;
    try {
      while (this.#woken) {
        this.#woken = false;
        while (this.#state === 'started' && this.#running.size < limits.running) {
          const claimed = await claimJob(db, owner, this.#freeKinds(), [...this.#running.keys()]);
          if (!claimed) break;
          this.#run(claimed);
        }
      }
      this.#away = false;
    } catch (error) {
      this.#tell('jobs cannot be taken from the database', error);
    }
  }

  /** Kinds of which another one may start. */
  #freeKinds(): string[] {
    const { kinds } = this.#config;
    const atWork = (kind: string): number =>
      [...this.#running.values()].filter((job) => job.kind === kind).length;
    return [...kinds].filter(([kind, { atOnce = Infinity }]) => atWork(kind) < atOnce).map(([kind]) => kind);
  }

  #run(claimed: Parameters<typeof runJob>[1]): void {
    const { db, owner, limits, kinds, onTrouble, onSuccess } = this.#config;
    const { timeLimitMs } = limits;
    const closing = (): boolean => this.#state === 'closing';
    const handler = kinds.get(claimed.kind)!.run;
    const job = runJob({ db, owner, timeLimitMs, closing, onTrouble, onSuccess }, claimed, handler);
    this.#running.set(job.id, job);
    void job.ended.then(async () => {
      this.#running.delete(job.id);
      this.#config.onChange();
      await this.#release(job.id);
      this.wake();
    });
  }

  async #release(id: string): Promise<void> {
    const held = this.#held.get(id);
    this.#held.delete(id);
    await held?.release().catch((error: unknown) => this.#config.onTrouble('an upload stays behind', error));
  }

  #scheduleUpkeep(): void {
    const { lostAfterMs } = this.#config.limits;
    const every = Math.min(30_000, Math.max(500, lostAfterMs / 4));
    this.#upkeepTimer = setInterval(() => void this.#upkeep(lostAfterMs), every);
    this.#upkeepTimer.unref();
  }

  async #upkeep(afterMs: number): Promise<void> {
    const { db, owner, limits } = this.#config;
    try {
      await this.#keepHeld();
      const own = [...this.#running.keys(), ...this.#held.keys()];
      const problem = JSON.stringify(processVanished);
      const lost = await takeLostJobs(db, { owner, own, afterMs, maxAttempts: MAX_ATTEMPTS, problem });
      for (const { job_id, kind, status } of lost) {
        this.#config.onTrouble(`job ${job_id} (${kind}) was left by a process that is gone: now ${status}`);
      }
      const deleted = await deleteOldJobs(db, limits.keptMs);
      if (deleted > 0 && db.kind === 'embedded') await db.query(vacuumJobs);
      if (lost.length > 0) this.wake();
    } catch (error) {
      this.#tell('the queue of jobs cannot be looked after', error);
    }
  }

  /** Keeps waiting uploads alive, and lets go of those whose job was cancelled before it ran. */
  async #keepHeld(): Promise<void> {
    const ids = [...this.#held].filter(([, { stored }]) => stored).map(([id]) => id);
    if (ids.length === 0) return;
    const alive = new Set(await beatHeld(this.#config.db, ids, this.#config.owner));
    for (const id of ids) if (!alive.has(id) && !this.#running.has(id)) await this.#release(id);
  }

  /** Once for each time the database is away, not for each poll. */
  #tell(reason: string, error: unknown): void {
    if (!this.#away && this.#state === 'started') this.#config.onTrouble(reason, error as AppError);
    this.#away = true;
  }
}
