/** Writes stand in line while the next batch is read and prepared: one at a time, in order, few in memory. */

/** Writes under way or waiting, beyond which the reader waits. */
const MOST_WAITING = 2;

export interface WriteLine {
  /** Puts a write in the line; resolves when there is room for the next. Rejects as soon as one has failed. */
  put(write: () => Promise<void>): Promise<void>;
  /** Waits for all of them; throws what went wrong. */
  finish(): Promise<void>;
  /** Waits for all of them, whatever became of them. */
  settle(): Promise<void>;
}

export function createWriteLine(): WriteLine {
  const waiting: Promise<void>[] = [];
  let last: Promise<void> = Promise.resolve();
  return {
    async put(write) {
      // after a failure the ones behind it are not begun
      last = last.then(write);
      // noticed at the next wait; without a handler now, Node would end the process first
      last.catch(() => undefined);
      waiting.push(last);
      if (waiting.length > MOST_WAITING) await waiting.shift();
    },
    finish: () => last,
    settle: () => last.catch(() => undefined),
  };
}
