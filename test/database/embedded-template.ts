/** A migrated embedded data folder, made once per machine and schema, so that a test run need not wait for initdb. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/package-root.js';
import { migrate } from '../../src/database/migrate.js';
import { openDatabase } from '../../src/database/open.js';

const cacheFolder = join(packageRoot, 'node_modules', '.cache', 'onemap-precheck');

/** The folder to copy, or undefined where the cache cannot be written: then a test run starts from nothing. */
export async function embeddedTemplate(): Promise<string | undefined> {
  const template = join(cacheFolder, `embedded-${fingerprint()}`);
  if (existsSync(template)) return template;
  try {
    mkdirSync(cacheFolder, { recursive: true });
  } catch {
    return undefined;
  }
  const making = mkdtempSync(join(cacheFolder, 'making-'));
  const database = await openDatabase({ dataDir: making });
  try {
    await migrate(database);
  } finally {
    await database.close();
  }
  try {
    renameSync(making, template);
  } catch {
    rmSync(making, { recursive: true, force: true }); // another run was first
  }
  return template;
}

/** Changes with the engine's versions and with any migration. */
function fingerprint(): string {
  const hash = createHash('sha256');
  for (const name of ['pglite', 'pglite-postgis']) {
    hash.update(readFileSync(join(packageRoot, 'node_modules', '@electric-sql', name, 'package.json')));
  }
  const migrations = join(packageRoot, 'migrations');
  for (const file of readdirSync(migrations).sort()) {
    hash.update(file).update(readFileSync(join(migrations, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
