/** This process's own terminal: its streams, its environment and its signals. */
import { buffer } from 'node:stream/consumers';
import type { Terminal } from './terminal.js';

export function systemTerminal(): Terminal {
  // `check … | head` closes the pipe early: that is no fault
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
  return {
    stdout: process.stdout,
    stderr: process.stderr,
    env: process.env,
    cwd: process.cwd(),
    readInput: () => buffer(process.stdin),
    onStop(callback) {
      const interrupted = (): void => callback('SIGINT');
      const terminated = (): void => callback('SIGTERM');
      process.on('SIGINT', interrupted).on('SIGTERM', terminated);
      return () => process.off('SIGINT', interrupted).off('SIGTERM', terminated);
    },
    exit: (code) => process.exit(code),
  };
}
