/**
 * Tidying up that happens however this process ends: the test runner stops its workers with a signal, so exit
 * handlers do not run. A small process of its own waits for the end of this one.
 */
import { spawn } from 'node:child_process';
import { packageRoot } from '../../src/core/package-root.js';

/** Runs `script` (an ES module; arguments from process.argv[1] on) when this process has ended. */
export function whenProcessEnds(script: string, ...values: string[]): void {
  const waiting = `process.stdin.resume(); await new Promise((end) => process.stdin.on('end', end));\n${script}`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', waiting, ...values], {
    cwd: packageRoot,
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  child.unref();
  // the pipe closes with this process; until then it must not keep it alive
  (child.stdin as unknown as { unref(): void }).unref();
}

export const removeFolder = `import { rmSync } from 'node:fs';
rmSync(process.argv[1], { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });`;

export const dropDatabase = `import pg from 'pg';
const client = new pg.Client(process.argv[1]);
await client.connect();
await client.query('drop database if exists ' + process.argv[2] + ' with (force)');
await client.end();`;
