/** A FastCGI program behind lighttpd on a free port of the loopback: how the peers of the services part are run. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const LIGHTTPD = '/usr/sbin/lighttpd';
/** Processes of the program: one for each core of the machine that the figures are told of. */
const PROCESSES = 2;

export interface FastCgi {
  stop(): void;
}

export interface FastCgiPlace {
  /** For the files of the program; removed with `stop`. */
  folder: string;
  /** Address of the program without a slash at its end. */
  url: string;
  port: number;
}

export const isInstalled = (program: string): boolean => existsSync(LIGHTTPD) && existsSync(program);

export async function newPlace(name: string): Promise<FastCgiPlace> {
  const port = await freePort();
  const folder = mkdtempSync(join(tmpdir(), `onemap-${name}-`));
  return { folder, port, url: `http://127.0.0.1:${port}/peer` };
}

/** `probe`: an address that answers 200 once the program is ready. */
export async function startFastCgi(
  { folder, port }: FastCgiPlace,
  program: string,
  environment: Readonly<Record<string, string>>,
  probe: string,
): Promise<FastCgi> {
  const variables = Object.entries(environment).map(([name, value]) => `"${name}" => "${value}"`);
  writeFileSync(
    join(folder, 'lighttpd.conf'),
    `server.document-root = "${folder}"
server.bind = "127.0.0.1"
server.port = ${port}
server.modules = ("mod_fastcgi")
server.errorlog = "${folder}/error.log"
fastcgi.server = ("/peer" => (("bin-path" => "${program}", "socket" => "${folder}/cgi.sock",
  "max-procs" => ${PROCESSES}, "check-local" => "disable", "bin-environment" => (${variables.join(', ')}))))
`,
  );
  // a group of its own: the programs outlive their lighttpd
  const child = spawn(LIGHTTPD, ['-D', '-f', join(folder, 'lighttpd.conf')], {
    stdio: 'ignore',
    detached: true,
  });
  const stop = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await untilReady(child, probe);
  } catch (error) {
    stop();
    throw error;
  }
  return { stop };
}

async function untilReady(child: ChildProcess, probe: string): Promise<void> {
  for (let tries = 0; tries < 100 && child.exitCode === null; tries++) {
    const ready = await fetch(probe).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ready) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${probe} does not answer`);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
