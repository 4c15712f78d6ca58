/** What the embedded engine's thread and its owner say to each other. */

/** Exit code of the thread after a statement was lost. */
export const EXIT_STATEMENT_LOST = 86;

export type ToEngine = { kind: 'send'; bytes: Uint8Array } | { kind: 'close' };

export type FromEngine =
  | { kind: 'ready' }
  | { kind: 'failed'; message: string }
  | { kind: 'reply'; bytes: Uint8Array }
  | { kind: 'closed' };
