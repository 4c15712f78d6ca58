/** Folders of this machine that archives are unpacked to: one for one file, removed with it, and swept after a crash. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';

const prefix = 'onemap-unpack-';

/** A folder of its own in `tempDir`. Folders that dead processes left behind are removed first. */
export async function makeUnpackFolder(tempDir: string): Promise<{ path: string; remove(): Promise<void> }> {
  await sweepUnpackFolders(tempDir);
  const path = await mkdtemp(join(tempDir, `${prefix}${process.pid}-`));
  return { path, remove: () => rm(path, { recursive: true, force: true }) };
}

/**
 * For a program that starts: what a killed process left is removed. In a container every process has the same number,
 * so folders under our own are those of one before us.
 */
export const sweepUnpackFoldersAtStart = (tempDir: string): Promise<void> =>
  sweepUnpackFolders(tempDir, (pid) => pid !== process.pid && isAlive(pid));

async function sweepUnpackFolders(tempDir: string, isInUse = isAlive): Promise<void> {
  for (const name of await readdir(tempDir)) {
    if (!name.startsWith(prefix)) continue;
    const pid = Number(name.slice(prefix.length).split('-')[0]);
    if (!isInUse(pid)) await rm(join(tempDir, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
