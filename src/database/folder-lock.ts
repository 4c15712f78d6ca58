/**
 * One process at a time in a folder: a lock file that names its holder and is touched every few seconds. A lock whose
 * holder is gone is recognised (same machine: by the process; another machine or container: by a file that is no
 * longer touched) and taken over.
 */
import { randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { databaseError } from './sqlstate.js';

const TOUCH_EVERY_MS = 2_000;
/** A holder on another machine that has not touched its lock for so long is gone. */
const SILENT_AFTER_MS = 7_000;
/** Long enough for a rival that took over in the same moment to show itself. */
const SETTLE_MS = 60;

export interface FolderLock {
  release(): void;
}

interface Holder {
  id: string;
  pid: number;
  host: string;
  /** Start of the process as the system counts it; tells a process number that was given again. */
  started: string;
}

/** Takes the folder or throws `bad-configuration` saying who has it. */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const file = join(folder, 'lock');
  const mine: Holder = {
    id: randomUUID(),
    pid: process.pid,
    host: hostname(),
    started: startOfProcess(process.pid) ?? 'unknown',
  };
  const own = `${file}.${mine.id}`;
  writeFileSync(own, JSON.stringify(mine));
  try {
    if (!claim(own, file)) await takeOver(own, file, folder);
    if (readHolder(file)?.id !== mine.id) refuse(folder, readHolder(file));
  } finally {
    rmSync(own, { force: true });
  }
  const timer = setInterval(() => touch(file), TOUCH_EVERY_MS);
  timer.unref();
  return {
    release: () => {
      clearInterval(timer);
      if (readHolder(file)?.id === mine.id) rmSync(file, { force: true });
    },
  };
}

/** A hard link fails when the name is taken: the one step that only one process can win. */
function claim(own: string, file: string): boolean {
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function takeOver(own: string, file: string, folder: string): Promise<void> {
  const before = readHolder(file);
  if (before !== undefined && !(await isGone(before, file))) refuse(folder, before);
  if (readHolder(file)?.id !== before?.id) refuse(folder, readHolder(file));
  renameSync(own, file);
  await sleep(SETTLE_MS);
}

async function isGone(holder: Holder, file: string): Promise<boolean> {
  if (holder.host === hostname()) return startOfProcess(holder.pid) !== holder.started;
  const touched = modified(file);
  for (let waited = 0; waited < SILENT_AFTER_MS; waited += 500) {
    await sleep(500);
    if (modified(file) !== touched) return false;
  }
  return true;
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
