/** The one place that chooses between a PostgreSQL server and the embedded database. */
import { EmbeddedDatabase } from './embedded-database.js';
import { ServerDatabase } from './server-database.js';
import type { Database } from './sql.js';
import { databaseError } from './sqlstate.js';

export interface DatabaseConfig {
  /** postgres://… of a server; when given, the embedded database is not started. */
  url?: string;
  /** Folder of the embedded database; a temporary one, gone with the process, when not given. */
  dataDir?: string;
  /** Server only: connections at most (10). */
  poolSize?: number;
  /** Longest a statement may run (60 s); scripts are exempt. */
  statementLimitMs?: number;
  /** Server only: longest wait for a connection, free or new (10 s). */
  connectLimitMs?: number;
  /** A connection or an engine broke and will be replaced; `reason` is for the log. */
  onTrouble?: (reason: string) => void;
}

/** Opens the database and checks that it is one the product can work with. Ask `migrate` for the tables. */
export async function openDatabase(config: DatabaseConfig): Promise<Database> {
  const { url, dataDir, poolSize, statementLimitMs, connectLimitMs, onTrouble = () => {} } = config;
  const common = statementLimitMs === undefined ? {} : { statementLimitMs };
  if (url === undefined || url === '') {
    const folder = dataDir === undefined ? {} : { dataDir };
    return EmbeddedDatabase.open({
      ...common,
      ...folder,
      onEngineLost: (reason) => onTrouble(`embedded engine ended: ${reason}`),
    });
  }
  const database = new ServerDatabase({
    url,
    ...common,
    ...(poolSize === undefined ? {} : { poolSize }),
    ...(connectLimitMs === undefined ? {} : { connectLimitMs }),
    onConnectionLost: (error) => onTrouble(`database connection lost: ${error.message}`),
  });
  try {
    await refuseOldServer(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

const OLDEST_SERVER = 15;

async function refuseOldServer(database: Database): Promise<void> {
  const [row] = await database.query<{ version: number }>(
    "select current_setting('server_version_num')::int / 10000 as version",
  );
  const version = row!.version;
  if (version >= OLDEST_SERVER) return;
  throw databaseError('bad-configuration', `PostgreSQL ${version} is older than ${OLDEST_SERVER}`, {
    detail: {
      zh: `数据库为 PostgreSQL ${version}，需要 ${OLDEST_SERVER} 或更高版本；请升级数据库。`,
      en: `The database is PostgreSQL ${version}; version ${OLDEST_SERVER} or newer is needed. Upgrade the server.`,
    },
  });
}
