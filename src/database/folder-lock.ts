/**
 * One process at a time in a folder: a lock file that names its holder and is touched every few seconds. A lock whose
 * holder is gone is recognised (same machine: by the process; another machine or container: by a file that is no
 * longer touched) and taken over.
 */
import { randomUUID } from 'node:crypto';
import { readFileSync, readlinkSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseError } from './sqlstate.js';

const TOUCH_EVERY_MS = 2_000;
/** Long enough for a rival in the same moment to have written its name. */
const SETTLE_MS = 80;

export interface FolderLock {
  /** False once another process has taken over (this one was asleep for long): stop working in the folder. */
  isHeld(): boolean;
  release(): void;
}

interface Holder {
  id: string;
  pid: number;
  host: string;
  /** Namespace that `pid` counts in: two containers both have a process 1. */
  pidSpace: string;
  /** Start of the process as the system counts it; tells a process number that was given again. */
  started: string;
}

/**
 * Takes the folder or throws `bad-configuration` saying who has it. A holder whose process cannot be seen from here
 * and that has not touched its lock for `silentAfterMs` is gone.
 */
export async function lockFolder(folder: string, silentAfterMs = 15_000): Promise<FolderLock> {
  const file = join(folder, 'lock');
  const mine: Holder = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    pidSpace: pidSpace(),
    started: startOfProcess(process.pid) ?? 'unknown',
  };
  if (!claim(file, mine)) await takeOver(file, mine, folder, silentAfterMs);
  let held = true;
  const timer = setInterval(() => {
    held = readHolder(file)?.id === mine.id;
    if (held) touch(file);
  }, TOUCH_EVERY_MS);
  timer.unref();
  return {
    isHeld: () => held,
    release: () => {
      clearInterval(timer);
      if (readHolder(file)?.id === mine.id) rmSync(file, { force: true });
    },
  };
}

/** Making the file fails when it is there: the one step that only one process can win. */
function claim(file: string, mine: Holder): boolean {
  try {
    writeFileSync(file, JSON.stringify(mine), { flag: 'wx' });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function takeOver(file: string, mine: Holder, folder: string, silentAfterMs: number): Promise<void> {
  let before = readHolder(file);
  if (before === undefined) {
    await sleep(SETTLE_MS); // perhaps just being written
    before = readHolder(file);
  }
  if (before !== undefined && !(await isGone(before, file, silentAfterMs))) refuse(folder, before);
  if (readHolder(file)?.id !== before?.id) refuse(folder, readHolder(file));
  const own = `${file}.${mine.id}`;
  writeFileSync(own, JSON.stringify(mine));
  renameSync(own, file);
  await sleep(SETTLE_MS);
  if (readHolder(file)?.id !== mine.id) refuse(folder, readHolder(file));
}

async function isGone(holder: Holder, file: string, silentAfterMs: number): Promise<boolean> {
  if (holder.host === hostname() && holder.pidSpace === pidSpace()) {
    return startOfProcess(holder.pid) !== holder.started;
  }
  const touched = modified(file);
  for (let step = 0; step < 10; step++) {
    await sleep(silentAfterMs / 10);
    if (modified(file) !== touched) return false;
  }
  return true;
}

function pidSpace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return 'only';
  }
}

/** Undefined when no such process runs. Linux gives the start time; elsewhere a living number has to do. */
function startOfProcess(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // fields after the command in brackets; the 22nd of all is the start in clock ticks since boot
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  try {
    process.kill(pid, 0);
    return 'unknown';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'unknown' : undefined;
  }
}

function readHolder(file: string): Holder | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Holder;
  } catch {
    return undefined;
  }
}

function modified(file: string): number {
  try {
    return statSync(file).mtimeMs;
  } catch {
    return 0;
  }
}

function touch(file: string): void {
  const now = new Date();
  try {
    utimesSync(file, now, now);
  } catch {
    // the folder went away with us in it; the engine will say so
  }
}

function refuse(folder: string, holder: Holder | undefined): never {
  const who = holder ? `process ${holder.pid} on ${holder.host}` : 'another process';
  const whoZh = holder ? `主机 ${holder.host} 上的进程 ${holder.pid}` : '另一个进程';
  throw databaseError('bad-configuration', `data folder ${folder} is in use by ${who}`, {
    detail: {
      zh: `数据目录 ${folder} 正被${whoZh}使用；内嵌数据库一次只能由一个进程打开。请先停止该进程，或改用另一目录、PostgreSQL 服务器。`,
      en: `The data folder ${folder} is in use by ${who}; the embedded database can be open in one process only. Stop that process, or use another folder or a PostgreSQL server.`,
    },
  });
}
