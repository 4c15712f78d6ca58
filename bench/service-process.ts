/** Starts the built program as a user would, on a free port of the loopback, and stops it by its process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../src/core/package-root.js';

export interface RunningService {
  url: string;
  startMs: number;
  /** Resident memory now, MB. */
  residentMb(): number;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 120_000;

export async function startService(env: Record<string, string>): Promise<RunningService> {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, [join(packageRoot, 'dist', 'src', 'main.js'), 'serve'], {
    cwd: packageRoot,
    env: { ...process.env, HOST: '127.0.0.1', PORT: String(port), ONEMAP_LOG_LEVEL: 'warn', ...env },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, url, start);
  return {
    url,
    startMs: performance.now() - start,
    residentMb: () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

async function waitUntilReady(child: ChildProcess, url: string, start: number): Promise<void> {
  while (performance.now() - start < START_LIMIT_MS) {
    if (child.exitCode !== null) throw new Error(`the service ended with exit code ${child.exitCode}`);
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  throw new Error('the service did not become ready');
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() =>
        typeof address === 'object' && address ? resolve(address.port) : reject(new Error('no port')),
      );
    });
  });
}
