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
