/** Starts the built program as a user would, on a free port of the loopback, and stops it by its process id. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { packageRoot } from '../src/core/package-root.js';

export interface RunningService {
  url: string;
  startMs: number;
  /** Resident memory now and at its highest, MB; not a number where the system has no /proc. */
  residentMb(): number;
  peakMb(): number;
  cache(): Promise<{ bytes: number; budgetBytes: number }>;
  stop(): Promise<void>;
}

const START_LIMIT_MS = 300_000;
/** What the log's end is kept of, for the message when a start fails. */
const LOG_TAIL = 4_000;

/** @param env DATABASE_URL or ONEMAP_DATA_DIR; without ONEMAP_SAMPLE=1 no sample city is loaded. */
export async function startService(env: Record<string, string>): Promise<RunningService> {
  const port = await freePort();
  const start = performance.now();
  const child = spawn(process.execPath, [join(packageRoot, 'dist', 'src', 'main.js'), 'serve'], {
    cwd: packageRoot,
    env: { ...cleanEnv(), HOST: '127.0.0.1', PORT: String(port), ONEMAP_SAMPLE: '0', ...env },
    // the log is written as in service, one line per request, and read away
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const log = { tail: '' };
  child.stderr!.setEncoding('utf8').on('data', (text: string) => {
    log.tail = (log.tail + text).slice(-LOG_TAIL);
  });
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, url, start, log);
  return {
    url,
    startMs: performance.now() - start,
    residentMb: () => memoryMb(child, 'VmRSS'),
    peakMb: () => memoryMb(child, 'VmHWM'),
    cache: async () => {
      const status = (await (await fetch(`${url}/readyz`)).json()) as {
        cache: { bytes: number; budgetBytes: number };
      };
      return status.cache;
    },
    stop: () => stop(child),
  };
}

/** Settings of the surroundings must not reach the service: a bench measures the defaults. */
function cleanEnv(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ONEMAP_|DATABASE_URL$|HOST$|PORT$)/.test(name)),
  );
}

function memoryMb(child: ChildProcess, field: string): number {
  try {
    const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
    return (Number(new RegExp(`${field}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024) / 1e6;
  } catch {
    return Number.NaN;
  }
}

async function waitUntilReady(
  child: ChildProcess,
  url: string,
  start: number,
  log: { tail: string },
): Promise<void> {
  while (performance.now() - start < START_LIMIT_MS) {
    if (child.exitCode !== null) {
      throw new Error(`the service ended with exit code ${child.exitCode}: ${log.tail}`);
    }
    const ready = await fetch(`${url}/readyz`).then(
      (response) => response.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  await stop(child);
  throw new Error(`the service did not become ready: ${log.tail}`);
}

function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    child.once('exit', () => resolve());
    child.kill('SIGTERM');
  });
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
