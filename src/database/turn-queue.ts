/** One after another, in the order of asking: whoever has the turn has the connection to itself. */
export class TurnQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Turns asked for and not yet ended. */
  get length(): number {
    return this.#waiting;
  }

  /** Runs `work` when every earlier turn has ended, however it ended. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    this.#waiting++;
    const turn = this.#last.then(work);
    this.#last = turn.then(ignore, ignore);
    try {
      return await turn;
    } finally {
      this.#waiting--;
    }
  }
}

const ignore = (): void => {};
