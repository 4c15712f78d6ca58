/** How much heavy work runs at once, and how much may wait for its turn. */
import { AppError } from '../core/errors.js';

export interface GateLimits {
  /** Pieces of work at the same time. */
  running: number;
  /** Pieces of work that may wait; the next one is refused as overloaded. */
  waiting: number;
  /** How long one may wait for its turn. */
  waitMs: number;
  /** How long one may take from its start; then its caller gets an error and its signal is aborted. */
  timeLimitMs: number;
}

export interface Gate {
  /**
   * Runs `work` when there is room. The place is given back when the work itself has ended, not when its caller
   * was told that it took too long: work that cannot be stopped must still count.
   */
  run<T>(work: (signal: AbortSignal) => Promise<T>, callerGone?: AbortSignal): Promise<T>;
  state(): { running: number; waiting: number };
}

export function createGate(limits: GateLimits): Gate {
  let running = 0;
  const queue: (() => void)[] = [];

  // a place is handed straight to the next in the queue, so that nobody can slip in between
  const leave = (): void => {
    const next = queue.shift();
    if (next) next();
    else running--;
  };

  const enter = async (callerGone: AbortSignal | undefined): Promise<void> => {
    if (callerGone?.aborted) throw cancelled();
    if (running < limits.running) {
      running++;
      return;
    }
    if (queue.length >= limits.waiting) throw overloaded('queue is full');
    await waitForTurn(queue, limits.waitMs, callerGone);
  };

  return {
    async run(work, callerGone) {
      await enter(callerGone);
      const stop = new AbortController();
      const relay = (): void => stop.abort(cancelled());
      callerGone?.addEventListener('abort', relay, { once: true });
      const done = start(work, stop.signal).finally(() => {
        callerGone?.removeEventListener('abort', relay);
        leave();
      });
      return withTimeLimit(done, stop, limits.timeLimitMs);
    },
    state: () => ({ running, waiting: queue.length }),
  };
}

// so that work that throws before its first await ends like any other
const start = async <T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> =>
  work(signal);

function waitForTurn(queue: (() => void)[], waitMs: number, callerGone?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void) => (): void => {
      clearTimeout(timer);
      callerGone?.removeEventListener('abort', gone);
      const place = queue.indexOf(turn);
      if (place >= 0) queue.splice(place, 1);
      finish();
    };
    const turn = settle(resolve);
    const gone = settle(() => reject(cancelled()));
    const timer = setTimeout(
      settle(() => reject(overloaded('waited too long'))),
      waitMs,
    );
    callerGone?.addEventListener('abort', gone, { once: true });
    queue.push(turn);
  });
}

function withTimeLimit<T>(done: Promise<T>, stop: AbortController, timeLimitMs: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      const error = new AppError('time-limit', `work took longer than ${timeLimitMs} ms`);
      stop.abort(error);
      reject(error);
    }, timeLimitMs);
    done.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

const overloaded = (why: string): AppError => new AppError('overloaded', why);
const cancelled = (): AppError => new AppError('cancelled', 'the caller went away');
