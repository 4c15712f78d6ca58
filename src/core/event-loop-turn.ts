/** Gives the event loop back during long synchronous work, so that one big file does not hold up everybody else. */
import { setImmediate as nextTurn } from 'node:timers/promises';

const LONGEST_TURN_MS = 20;

/** Returns a function to await between steps: it pauses only when the turn has lasted too long. */
export function startTurn(): () => Promise<void> | undefined {
  let began = performance.now();
  return () => {
    if (performance.now() - began < LONGEST_TURN_MS) return undefined;
    return nextTurn().then(() => {
      began = performance.now();
    });
  };
}

/** Runs work that is cut into steps, in turns. The steps of a generator cost nothing where nobody waits. */
export async function runInTurns<T>(steps: Iterator<void, T>): Promise<T> {
  const breathe = startTurn();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    const pause = breathe();
    if (pause) await pause;
  }
}

/** The same work in one go. */
export function runAtOnce<T>(steps: Iterator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
  }
}
