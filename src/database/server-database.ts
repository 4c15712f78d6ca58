/** A PostgreSQL + PostGIS server behind a pool of connections that heals itself: a dead connection is dropped, the next one is new. */
import pg, { type PoolClient } from 'pg';
import type { AppError } from '../core/errors.js';
import { copyIn } from './copy-in.js';
import { copyOut } from './copy-out.js';
import { insideTransaction, refuseNestedUse } from './nested-use.js';
import {
  RollbackFailed,
  runTransaction,
  sendScript,
  sendStatement,
  type TransactionChannel,
} from './pg-connection.js';
import { sessionSettings } from './session-settings.js';
import type { Database, DatabaseStatus, Sql, SqlValue, Transaction } from './sql.js';
import { toAppError } from './sqlstate.js';
import { isNameFault, StatementNames } from './statement-names.js';
import { readStatus } from './status.js';
import { typeTable } from './types.js';

export interface ServerConfig {
  /** postgres://user:password@host:port/database */
  url: string;
  /** Connections at most. */
  poolSize?: number;
  /** Longest a statement may run. Scripts (migrations, maintenance) are exempt. */
  statementLimitMs?: number;
  /** Longest wait for a connection, free or new. */
  connectLimitMs?: number;
  /** Called with the reason when an idle or working connection breaks; for the log. */
  onConnectionLost?: (error: Error) => void;
}

/** Connections that stay open when there is nothing to do: a new one costs the next caller some twenty milliseconds. */
const KEPT = 2;

/** How much longer than the server's own limit an answer is waited for. */
const SILENCE_MS = 10_000;

export class ServerDatabase implements Database {
  readonly kind = 'server';
  readonly #pool: pg.Pool;
  readonly #names = new StatementNames();
  readonly #statementLimitMs: number;
  #closing: Promise<void> | undefined;

  constructor(config: ServerConfig) {
    const { statementLimitMs = 60_000, onConnectionLost = () => {} } = config;
    this.#statementLimitMs = statementLimitMs;
    const settings = sessionSettings({
      statementMs: statementLimitMs,
      idleInTransactionMs: Math.max(10 * statementLimitMs, 600_000),
    });
    const poolConfig: pg.PoolConfig = {
      connectionString: config.url,
      max: config.poolSize ?? 10,
      min: Math.min(KEPT, config.poolSize ?? 10),
      connectionTimeoutMillis: config.connectLimitMs ?? 10_000,
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      application_name: 'onemap-precheck',
      types: typeTable as pg.CustomTypesConfig,
    };
    this.#pool = new pg.Pool({
      ...poolConfig,
      // awaited before the connection is handed out; a failure closes it
      onConnect: async (client) => void (await client.query(settings)),
    });
    // idle or at work, a connection that breaks reports here; without a listener the process would end
    this.#pool.on('connect', (client) => {
      let reported = false;
      client.on('error', (error) => {
        if (!reported) onConnectionLost(error);
        reported = true;
      });
    });
    // the pool repeats what an idle connection said, and removes it; this listener too must be there
    this.#pool.on('error', () => {});
  }

  query: Sql['query'] = (async (text: string, values: readonly SqlValue[] = []) => {
    refuseNestedUse(this);
    const send = async (client: PoolClient) => (await this.#channel(client).send(text, values)).rows;
    try {
      return await this.#withClient(send);
    } catch (error) {
      if (!isNameFault((error as Error).cause)) throw error;
      return await this.#withClient(send); // it never ran: once more, under another name or none
    }
  }) as Sql['query'];

  readBinary: NonNullable<Sql['readBinary']> = (async (text, values, columns) => {
    refuseNestedUse(this);
    const limit = this.#statementLimitMs + SILENCE_MS;
    return this.#withClient((client) => copyOut(client, text, values, columns, limit).catch(rethrow));
  }) as NonNullable<Sql['readBinary']>;

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    refuseNestedUse(this);
    return this.#withClient((client) =>
      runTransaction(this.#channel(client), (tx) => insideTransaction(this, () => work(tx))),
    );
  }

  async runScript(script: string): Promise<void> {
    await this.transaction((tx) => tx.runScript(script));
  }

  async status(): Promise<DatabaseStatus> {
    return { kind: this.kind, ...(await readStatus(this)), lostStatements: 0, reopened: 0 };
  }

  close(): Promise<void> {
    this.#closing ??= this.#pool.end();
    return this.#closing;
  }

  /** Statements on one connection, every error of the driver translated. */
  #channel(client: PoolClient): TransactionChannel {
    const limit = this.#statementLimitMs;
    const send: TransactionChannel['send'] = (text, values = []) =>
      // the server cancels in time; the wait here ends only when the server or the network no longer answers
      sendStatement(client, this.#names, text, values, limit + SILENCE_MS).catch(rethrow);
    const setLimit = (ms: number) => send("select set_config('statement_timeout', $1, true)", [String(ms)]);
    return {
      send,
      append: (table, columns) => copyIn(client, table, columns, limit + SILENCE_MS).catch(rethrow),
      sendScript: async (script) => {
        await setLimit(0);
        await sendScript(client, script).catch(rethrow);
        await setLimit(limit);
      },
    };
  }

  /** Lends a connection to `work`; one whose state is unknown is closed instead of going back. */
  async #withClient<T>(work: (client: PoolClient) => Promise<T>): Promise<T> {
    const client = await this.#pool.connect().catch(rethrow);
    let broken = false;
    try {
      return await work(client);
    } catch (error) {
      broken = error instanceof RollbackFailed || (error as AppError).code === 'database-unavailable';
      throw error instanceof RollbackFailed ? error.reason : error;
    } finally {
      client.release(broken);
    }
  }
}

const rethrow = (error: unknown): never => {
  throw toAppError(error);
};
