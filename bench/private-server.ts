/** Runs this same bench once more inside a private, throw-away PostgreSQL cluster, where its programs are installed. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../src/core/package-root.js';

/** What test/server/with-postgis.sh ends with where it cannot start a cluster at all. */
const NO_CLUSTER = [69, 70];
const INSIDE = 'BENCH_INSIDE_CLUSTER';

/** The exit code of the run inside; undefined where no cluster can be had (or this is already the run inside). */
export function runWithPrivateServer(args: readonly string[]): Promise<number | undefined> {
  if (process.env[INSIDE]) return Promise.resolve(undefined);
  const script = join(packageRoot, 'test', 'server', 'with-postgis.sh');
  const command = 'BENCH_DATABASE_URL="$TEST_DATABASE_URL"; export BENCH_DATABASE_URL; exec "$@"';
  const again = [process.execPath, ...process.execArgv, process.argv[1]!, ...args];
  return new Promise((resolve) => {
    const child = spawn('sh', [script, 'sh', '-c', command, 'bench', ...again], {
      stdio: 'inherit',
      env: { ...process.env, [INSIDE]: '1' },
    });
    child.once('error', () => resolve(undefined));
    child.once('exit', (code) => resolve(code === null || NO_CLUSTER.includes(code) ? undefined : code));
  });
}
