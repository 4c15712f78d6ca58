/**
 * The embedded database as the product sees it: one connection, turns, a time limit of our own, and a new engine
 * when the old one is gone. What was committed survives the engine; a transaction does not.
 */

import { type DataFolder, openDataFolder } from './data-folder.js';
import { type EmbeddedEngine, type EngineEnd, startEngine } from './embedded-engine.js';
import { insertStatement } from './insert-rows.js';
import { insideTransaction, refuseNestedUse } from './nested-use.js';
import {
  RollbackFailed,
  runTransaction,
  sendScript,
  sendStatement,
  type TransactionChannel,
} from './pg-connection.js';
import type { Database, DatabaseStatus, Sql, SqlValue, Transaction } from './sql.js';
import { databaseError, toAppError } from './sqlstate.js';
import { isNameFault, StatementNames } from './statement-names.js';
import { readStatus } from './status.js';
import { TurnQueue } from './turn-queue.js';

export interface EmbeddedConfig {
  /** Folder that keeps the data; a temporary one, gone with the process, when not given. */
  dataDir?: string;
  /** Longest a statement may run before the engine is stopped. Scripts (migrations, maintenance) are exempt. */
  statementLimitMs?: number;
  /** Called when an engine ended out of order; for the log. */
  onEngineLost?: (reason: EngineEnd) => void;
}

export class EmbeddedDatabase implements Database {
  readonly kind = 'embedded';
  readonly #folder: DataFolder;
  readonly #limitMs: number;
  readonly #onEngineLost: (reason: EngineEnd) => void;
  readonly #turns = new TurnQueue();
  readonly #names = new StatementNames();
  #engine: EmbeddedEngine | undefined;
  #closing: Promise<void> | undefined;
  #lostStatements = 0;
  #reopened = 0;

  private constructor(folder: DataFolder, config: EmbeddedConfig) {
    this.#folder = folder;
    this.#limitMs = config.statementLimitMs ?? 60_000;
    this.#onEngineLost = config.onEngineLost ?? (() => {});
  }

  static async open(config: EmbeddedConfig): Promise<EmbeddedDatabase> {
    const folder = await openDataFolder(config.dataDir);
    try {
      const database = new EmbeddedDatabase(folder, config);
      database.#engine = await startEngine(folder.enginePath);
      folder.markInitialised();
      return database;
    } catch (error) {
      folder.release();
      throw error;
    }
  }

  query: Sql['query'] = (async (text: string, values: readonly SqlValue[] = []) => {
    refuseNestedUse(this);
    return this.#inTurn(async (engine) => {
      const { send } = this.#channel(engine);
      try {
        return (await send(text, values)).rows;
      } catch (error) {
        if (!isNameFault((error as Error).cause)) throw error;
        return (await send(text, values)).rows; // it never ran: once more, under another name
      }
    });
  }) as Sql['query'];

  async transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T> {
    refuseNestedUse(this);
    return this.#inTurn((engine) =>
      runTransaction(this.#channel(engine), (tx) => insideTransaction(this, () => work(tx))),
    );
  }

  async runScript(script: string): Promise<void> {
    await this.transaction((tx) => tx.runScript(script));
  }

  async status(): Promise<DatabaseStatus> {
    const versions = await readStatus(this);
    return { kind: this.kind, ...versions, lostStatements: this.#lostStatements, reopened: this.#reopened };
  }

  close(): Promise<void> {
    refuseNestedUse(this);
    this.#closing ??= this.#turns.take(async () => {
      try {
        if (this.#engine?.ended() === undefined) await this.#engine?.close();
      } finally {
        this.#folder.release();
      }
    });
    return this.#closing;
  }

  /** The connection to itself, on a living engine; a dead one is replaced before anybody has to wait for it. */
  async #inTurn<T>(work: (engine: EmbeddedEngine) => Promise<T>): Promise<T> {
    if (this.#closing) throw databaseError('database-unavailable', 'the embedded database is closed');
    return this.#turns.take(async () => {
      const engine = await this.#livingEngine();
      try {
        return await work(engine);
      } catch (error) {
        if (!(error instanceof RollbackFailed)) throw error;
        await engine.kill('crashed');
        throw error.reason;
      } finally {
        if (engine.ended() !== undefined) this.#replaceSoon(engine);
      }
    });
  }

  #replaceSoon(engine: EmbeddedEngine): void {
    const reason = engine.ended() as EngineEnd;
    if (reason === 'statement-lost') this.#lostStatements++;
    this.#onEngineLost(reason);
    // a start that fails here is tried again by the next statement, which gets the error
    if (!this.#closing) void this.#turns.take(() => this.#livingEngine()).catch(() => {});
  }

  async #livingEngine(): Promise<EmbeddedEngine> {
    if (!this.#folder.isHeld()) {
      await this.#engine?.kill('crashed');
      throw databaseError('database-unavailable', 'another process has taken over the data folder');
    }
    if (this.#engine && this.#engine.ended() === undefined) return this.#engine;
    this.#engine = undefined;
    const engine = await startEngine(this.#folder.enginePath);
    this.#engine = engine;
    this.#reopened++;
    return engine;
  }

  #channel(engine: EmbeddedEngine): TransactionChannel {
    const guarded = async <R>(limitMs: number | undefined, run: () => Promise<R>): Promise<R> => {
      if (engine.ended() !== undefined)
        throw databaseError('database-unavailable', 'the engine of this transaction ended');
      const timer =
        limitMs === undefined ? undefined : setTimeout(() => void engine.kill('time-limit'), limitMs);
      try {
        return await run();
      } catch (error) {
        throw await this.#explain(engine, error);
      } finally {
        clearTimeout(timer);
      }
    };
    const send: TransactionChannel['send'] = (text, values = []) =>
      guarded(this.#limitMs, () => sendStatement(engine.client, this.#names, text, values));
    return {
      send,
      append: async (table, columns) => {
        const { text, values } = insertStatement(table, columns);
        const [row] = (await send(text, values)).rows as { count: number }[];
        return row?.count ?? Number.NaN;
      },
      sendScript: (script) => guarded(undefined, () => sendScript(engine.client, script)),
    };
  }

  async #explain(engine: EmbeddedEngine, error: unknown): Promise<Error> {
    const known = toAppError(error);
    if (known.code === 'statement-lost') await engine.kill('statement-lost');
    switch (engine.ended()) {
      case undefined:
        return known;
      case 'statement-lost':
        return databaseError('statement-lost', 'the embedded engine lost a statement', {}, error);
      case 'time-limit':
        return databaseError('time-limit', `a statement ran over ${this.#limitMs} ms`, {}, error);
      default:
        return databaseError('database-unavailable', 'the embedded engine ended', {}, error);
    }
  }
}
