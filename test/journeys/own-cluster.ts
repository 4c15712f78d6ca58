/**
 * A private PostgreSQL + PostGIS cluster that a test may stop and start, on a unix socket in a temporary folder.
 * Undefined where the server's programs are not installed.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { whenProcessEnds } from '../database/when-process-ends.js';

export interface Cluster {
  /** A folder that the server's user may write to. */
  folder: string;
  url: string;
  start(): void;
  /** At once, as a crash: connections are cut. */
  crash(): void;
  remove(): void;
}

/** Stands in where there is none, so that tests can be listed. */
export const noCluster: Cluster = { folder: '', url: '', start() {}, crash() {}, remove() {} };

/** Stops the server and removes its folder, should this process end before it does so itself. */
const tidyUp = `import { readFileSync, rmSync } from 'node:fs';
const [, folder] = process.argv;
try {
  process.kill(Number(readFileSync(folder + '/data/postmaster.pid', 'utf8').split('\\n')[0]), 'SIGQUIT');
  await new Promise((resolve) => setTimeout(resolve, 1000));
} catch {}
rmSync(folder, { recursive: true, force: true });`;

function programs(): string | undefined {
  const root = '/usr/lib/postgresql';
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => Number(a) - Number(b)) : [];
  const bin = versions
    .map((version) => join(root, version, 'bin'))
    .findLast((path) => existsSync(join(path, 'initdb')));
  return bin;
}

/** PostgreSQL refuses to run as root. */
export function asServer(file: string, ...args: string[]): void {
  const isRoot = process.getuid?.() === 0;
  const [program, given] = isRoot
    ? ['su', ['postgres', '-s', '/bin/sh', '-c', 'exec "$0" "$@"', '--', file, ...args]]
    : [file, args];
  execFileSync(program as string, given as string[], { cwd: '/tmp', stdio: 'ignore' });
}

export function makeCluster(): Cluster | undefined {
  const bin = programs();
  if (bin === undefined) return undefined;
  // short: the path of a unix socket may have 107 characters at most
  const folder = mkdtempSync('/tmp/onemap-pg-');
  execFileSync('chmod', ['755', folder]);
  if (process.getuid?.() === 0) execFileSync('chown', ['postgres', folder]);
  whenProcessEnds(tidyUp, folder);
  const data = join(folder, 'data');
  asServer(
    join(bin, 'initdb'),
    '-D',
    data,
    '-U',
    'postgres',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C',
    '--no-sync',
  );
  const settings = {
    listen_addresses: '',
    unix_socket_directories: folder,
    fsync: 'off',
    full_page_writes: 'off',
  };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'\n`);
  writeFileSync(join(data, 'postgresql.conf'), lines.join(''), { flag: 'a' });
  const control = (...args: string[]): void => asServer(join(bin, 'pg_ctl'), '-D', data, '-w', ...args);
  const cluster: Cluster = {
    folder,
    url: `postgresql://postgres@localhost/postgres?host=${folder}`,
    start: () => control('-l', join(folder, 'log'), 'start'),
    crash: () => control('-m', 'immediate', 'stop'),
    remove: () => {
      try {
        cluster.crash();
      } catch {
        // not running
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
  cluster.start();
  return cluster;
}
