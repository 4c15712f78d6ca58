/**
 * The folder of an embedded database: which part of it belongs to the engine, whether a first start came to its
 * end, and that only one process works in it at a time.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type FolderLock, lockFolder } from './folder-lock.js';
import { databaseError } from './sqlstate.js';

/** PostgreSQL's major version in the pinned embedded engine: a data folder of another one cannot be opened. */
const ENGINE_MAJOR = '18';

export interface DataFolder {
  /** Where the engine keeps its files. */
  readonly enginePath: string;
  /** To be called when the engine has started for the first time: from now on the files are whole. */
  markInitialised(): void;
  /** False once another process has taken the folder over. */
  isHeld(): boolean;
  /** Gives the folder back; removes it when it was a temporary one. */
  release(): void;
}

/** Takes `dataDir` for this process, or a temporary folder when none is given. */
export async function openDataFolder(dataDir: string | undefined): Promise<DataFolder> {
  const folder = dataDir === undefined ? temporaryFolder() : resolve(dataDir);
  makeFolder(folder);
  const lock = await lockFolder(folder);
  try {
    return prepare(folder, lock, dataDir === undefined);
  } catch (error) {
    lock.release();
    throw error;
  }
}

function prepare(folder: string, lock: FolderLock, temporary: boolean): DataFolder {
  const enginePath = join(folder, 'pglite');
  const marker = join(folder, 'initialised');
  if (!existsSync(marker)) {
    // a first start that was interrupted leaves files that look like a database and are none
    rmSync(enginePath, { recursive: true, force: true });
    mkdirSync(enginePath, { mode: 0o700 });
  } else {
    refuseOtherVersion(enginePath);
  }
  const remove = (): void => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  if (temporary) process.once('exit', remove);
  return {
    enginePath,
    markInitialised: () => {
      if (!existsSync(marker)) writeFileSync(marker, `${new Date().toISOString()}\n`);
    },
    isHeld: lock.isHeld,
    release: () => {
      lock.release();
      if (!temporary) return;
      process.removeListener('exit', remove);
      remove();
    },
  };
}

function refuseOtherVersion(enginePath: string): void {
  const file = join(enginePath, 'PG_VERSION');
  const found = existsSync(file) ? readFileSync(file, 'utf8').trim() : 'none';
  if (found === ENGINE_MAJOR) return;
  throw databaseError('bad-configuration', `data folder of PostgreSQL ${found}, engine has ${ENGINE_MAJOR}`, {
    detail: {
      zh: `数据目录由 PostgreSQL ${found} 建立，本版本内嵌的是 ${ENGINE_MAJOR}，无法打开；请用原版本导出，或更换数据目录。`,
      en: `The data folder was made by PostgreSQL ${found}; this release embeds ${ENGINE_MAJOR} and cannot open it. Export with the release that made it, or use another data folder.`,
    },
  });
}

const temporaryFolder = (): string =>
  mkdtempSync(join(tmpdir(), `onemap-precheck-${randomUUID().slice(0, 8)}-`));

function makeFolder(folder: string): void {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw databaseError(
      'bad-configuration',
      `data folder ${folder} cannot be made`,
      {
        detail: {
          zh: `数据目录 ${folder} 无法创建；请检查路径和写权限。`,
          en: `The data folder ${folder} cannot be created; check the path and the right to write there.`,
        },
      },
      error,
    );
  }
}
