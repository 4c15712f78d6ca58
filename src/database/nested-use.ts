/**
 * Notices when code inside a transaction reaches for the outer Database: on one connection that waits for ever, on
 * a pool it silently runs outside the transaction. Both become the same clear error.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { databaseError } from './sqlstate.js';

interface Frame {
  owner: object;
  open: boolean;
  outer: Frame | undefined;
}

const frames = new AsyncLocalStorage<Frame>();

/** Throws when the caller runs inside an open transaction of `owner`. */
export function refuseNestedUse(owner: object): void {
  for (let frame = frames.getStore(); frame !== undefined; frame = frame.outer) {
    if (frame.open && frame.owner === owner) {
      throw databaseError(
        'internal',
        'the outer Database was used inside its own transaction; use the Sql that `work` was given',
      );
    }
  }
}

/** Runs `work` marked as being inside a transaction of `owner`. */
export async function insideTransaction<T>(owner: object, work: () => Promise<T>): Promise<T> {
  const frame: Frame = { owner, open: true, outer: frames.getStore() };
  try {
    return await frames.run(frame, work);
  } finally {
    frame.open = false;
  }
}
