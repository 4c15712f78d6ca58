/**
 * One connection of the `pg` driver, whatever is at its other end: statements with the shared type table, scripts,
 * and a transaction from begin to a commit that is known to have happened.
 */
import type { ClientBase, QueryResult } from 'pg';
import { AppError } from '../core/errors.js';
import type { RowColumn, Sql, SqlValue, Transaction } from './sql.js';
import { databaseError } from './sqlstate.js';
import type { StatementNames } from './statement-names.js';
import { TurnQueue } from './turn-queue.js';
import { toWire } from './types.js';

export interface StatementResult {
  /** Command tag, e.g. SELECT, INSERT, COMMIT. */
  command: string;
  rows: object[];
}

/**
 * Sends one statement; `silenceMs`: give up on the connection when nothing is heard for so long. The extended protocol always: several statements in one text fail alike (42601) everywhere.
 */
export async function sendStatement(
  client: ClientBase,
  names: StatementNames,
  text: string,
  values: readonly SqlValue[],
  silenceMs?: number,
): Promise<StatementResult> {
  const name = names.nameFor(text);
  const config = {
    text,
    values: values.map(toWire),
    queryMode: 'extended' as const,
    ...(silenceMs === undefined ? {} : { query_timeout: silenceMs }),
  };
  try {
    const { command, rows }: QueryResult = await client.query(
      name === undefined ? config : { ...config, name },
    );
    // no command tag: the engine lost the statement; that is never an empty answer
    if (!command) throw databaseError('statement-lost', 'a statement ended without a command tag');
    return { command, rows };
  } catch (error) {
    if (name !== undefined) names.learnFrom(text, error);
    throw error;
  }
}

const SENTINEL = 'end of script';

/** Runs a script in the simple protocol and makes sure that its end was reached. */
export async function sendScript(client: ClientBase, script: string): Promise<void> {
  const answer: unknown = await client.query(`${script}\n;select '${SENTINEL}' as sentinel`);
  const last = (Array.isArray(answer) ? answer.at(-1) : answer) as QueryResult | undefined;
  if (last?.rows?.[0]?.sentinel !== SENTINEL) {
    throw databaseError('statement-lost', 'a script ended before its last statement');
  }
}

/** How an adapter sends on the connection that a transaction has to itself. */
export interface TransactionChannel {
  send(text: string, values?: readonly SqlValue[]): Promise<StatementResult>;
  sendScript(script: string): Promise<void>;
  append: Transaction['append'];
}

/** The work of a transaction failed and so did its rollback: the connection must not be used again. */
export class RollbackFailed extends Error {
  readonly reason: unknown;
  constructor(reason: unknown) {
    super('rollback failed', { cause: reason });
    this.name = 'RollbackFailed';
    this.reason = reason;
  }
}

/**
 * begin, `work`, commit; rollback when `work` throws. Statements of `work` run one after another even when it sends
 * several at once.
 */
export async function runTransaction<T>(
  channel: TransactionChannel,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const turns = new TurnQueue();
  let open = true;
  const inTurn = <R>(run: () => Promise<R>): Promise<R> =>
    turns.take(() => {
      if (!open) throw databaseError('internal', 'a transaction was used after its end');
      return run();
    });
  const tx: Transaction = {
    query: (async (text, values = []) =>
      (await inTurn(() => channel.send(text, values))).rows) as Sql['query'],
    append: async (table, columns) => {
      checkWhole(columns);
      return inTurn(() => channel.append(table, columns));
    },
    runScript: (script) => inTurn(() => channel.sendScript(script)),
  };
  await channel.send('begin');
  try {
    const result = await work(tx);
    open = false;
    await turns.take(() => commit(channel));
    return result;
  } catch (error) {
    open = false;
    await turns.take(() => rollback(channel, error));
    throw error;
  }
}

function checkWhole(columns: readonly RowColumn[]): void {
  const count = columns[0]?.values.length;
  for (const { name, values } of columns) {
    if (values.length !== count)
      throw databaseError('internal', `column ${name} has ${values.length} values for ${count} rows`);
  }
}

async function rollback(channel: TransactionChannel, reason: unknown): Promise<void> {
  // a connection that does not answer would only be waited for once more; closing it rolls back too
  if (reason instanceof AppError && reason.code === 'database-unavailable') throw new RollbackFailed(reason);
  try {
    await channel.send('rollback');
  } catch {
    throw new RollbackFailed(reason);
  }
}

/** `commit` after a failed statement answers ROLLBACK and no error: nothing was stored, so it must not pass. */
async function commit(channel: TransactionChannel): Promise<void> {
  const { command } = await channel.send('commit');
  if (command === 'COMMIT') return;
  throw databaseError(
    'internal',
    'the transaction was rolled back: a statement had failed and its error was swallowed',
  );
}
