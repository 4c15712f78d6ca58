/** The shape every room uses to talk to a database; which database it is, only this room knows. */

export type SqlValue = string | number | bigint | boolean | Date | Uint8Array | null | readonly unknown[];

export interface Sql {
  /**
   * Runs one statement with bound values ($1, $2, …) and returns its rows. Types: int8 → number (error beyond 2^53),
   * numeric → string, float8 → number, json/jsonb → parsed, bytea → Uint8Array, timestamptz → Date, date → 'YYYY-MM-DD'.
   */
  query<Row extends object = Record<string, unknown>>(
    text: string,
    values?: readonly SqlValue[],
  ): Promise<Row[]>;
  /**
   * `query` for many rows that are mostly bytes, on a database that has a faster way for them: the columns of the select
   * in order, none of them null. Values are written into the text, which is planned anew each time; each that is not a
   * whole number needs a cast beside it. Ask by `queryBinary`.
   */
  readBinary?<Row extends object>(
    text: string,
    values: readonly SqlValue[],
    columns: Readonly<Record<keyof Row, BinaryType>>,
  ): Promise<Row[]>;
}

/** `bytes`: bytea that may share its buffer with others. `utf8`: text as such bytes, for those who pass it on. */
export type BinaryType = 'int4' | 'bytea' | 'bytes' | 'utf8';

/** Many rows that are mostly bytes, the fastest way that the database has. */
export const queryBinary = <Row extends object>(
  sql: Sql,
  text: string,
  values: readonly SqlValue[],
  columns: Readonly<Record<keyof Row, BinaryType>>,
): Promise<Row[]> =>
  sql.readBinary ? sql.readBinary<Row>(text, values, columns) : queryBytes<Row>(sql, text, values, columns);

/** The same rows by `query`: few of them by a statement that stays prepared. */
export async function queryBytes<Row extends object>(
  sql: Sql,
  text: string,
  values: readonly SqlValue[],
  columns: Readonly<Record<keyof Row, BinaryType>>,
): Promise<Row[]> {
  const rows = await sql.query<Record<string, unknown>>(text, values);
  const texts = Object.entries(columns).flatMap(([name, type]) => (type === 'utf8' ? [name] : []));
  for (const row of rows) for (const name of texts) row[name] = Buffer.from(row[name] as string);
  return rows as Row[];
}

/** How the values of a column travel; jsonb as JSON text, geometry as EWKB. Binary ones are never null. */
export type ColumnType = 'int4' | 'int8' | 'float8' | 'text' | 'jsonb' | 'bytea' | 'geometry';

export interface RowColumn {
  name: string;
  type: ColumnType;
  /** One a row. */
  values: readonly (number | string | Uint8Array | null)[];
}

/** What `work` of a transaction gets: valid until `work` has ended. */
export interface Transaction extends Sql {
  /** Appends rows, given column by column, the fastest way the database has; returns how many were stored. */
  append(table: string, columns: readonly RowColumn[]): Promise<number>;
  /** Runs a script of several statements inside the transaction; no values, no transaction control. */
  runScript(script: string): Promise<void>;
}

export interface Database extends Sql {
  readonly kind: 'server' | 'embedded';
  /**
   * Runs `work` in one transaction; rolls back when it throws. The outer Database used inside `work` (any of its
   * methods) throws instead of waiting for itself for ever. An error of a statement that `work` swallows still
   * fails the transaction.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>): Promise<T>;
  /** Runs a script of several statements (migrations, maintenance); no values. */
  runScript(script: string): Promise<void>;
  /** Counters and versions for /readyz and /metrics. */
  status(): Promise<DatabaseStatus>;
  close(): Promise<void>;
}

export interface DatabaseStatus {
  kind: 'server' | 'embedded';
  postgresql: string;
  postgis: string;
  geos: string;
  schemaVersion: number;
  /** Statements lost without an error by the embedded engine and instances reopened because of it. */
  lostStatements: number;
  reopened: number;
}
