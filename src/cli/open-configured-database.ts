/** Opens the database that the configuration names. Apart from the service, because it takes longest and is begun first. */
import { openDatabase } from '../database/open.js';
import type { Database } from '../database/sql.js';
import type { Config } from './config.js';

export function openConfiguredDatabase(
  config: Config,
  onTrouble: (reason: string) => void,
): Promise<Database> {
  return openDatabase({
    ...(config.databaseUrl === undefined ? {} : { url: config.databaseUrl }),
    dataDir: config.dataDir,
    poolSize: config.poolSize,
    statementLimitMs: config.statementLimitMs,
    onTrouble,
  });
}
