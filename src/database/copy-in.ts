/**
 * Many rows to a server by COPY in the binary format (PostgreSQL documentation: COPY, "Binary Format"):
 * no text to write here and to parse there. What the rows mean is the caller's business.
 */
import type { ClientBase } from 'pg';
import { COPY_SIGNATURE, type CopyConnection, CopyQuery } from './copy-query.js';
import type { ColumnType, RowColumn } from './sql.js';

const JSONB_VERSION = 1;

/**
 * Appends the rows and returns how many the server says it took; `silenceMs`: longest wait for its answer. Not
 * pg-copy-streams: it writes on after an error of the server, to a connection it has already given up.
 */
export function copyIn(
  client: ClientBase,
  table: string,
  columns: readonly RowColumn[],
  silenceMs: number,
): Promise<number> {
  const names = columns.map(({ name }) => name).join(', ');
  return new CopyIn(
    `copy ${table} (${names}) from stdin (format binary)`,
    encodeRows(columns),
    silenceMs,
  ).run(client);
}

class CopyIn extends CopyQuery<number> {
  readonly #rows: Buffer;

  constructor(text: string, rows: Buffer, silenceMs: number) {
    super(text, silenceMs);
    this.#rows = rows;
  }

  handleCopyInResponse(connection: CopyConnection): void {
    connection.sendCopyFromChunk(this.#rows);
    connection.endCopyFrom();
  }

  protected result(): number {
    return this.count;
  }
}

/** All rows, header and trailer; columns are given one by one, rows leave one by one. */
export function encodeRows(columns: readonly RowColumn[]): Buffer {
  const writer = new RowWriter();
  writer.bytes(COPY_SIGNATURE);
  writer.int32(0);
  writer.int32(0);
  const count = columns[0]?.values.length ?? 0;
  for (let row = 0; row < count; row++) {
    writer.int16(columns.length);
    for (const { type, values } of columns) writeField(writer, type, values[row]!);
  }
  writer.int16(-1);
  return writer.take();
}

function writeField(writer: RowWriter, type: ColumnType, value: RowColumn['values'][number]): void {
  if (value === null) writer.int32(-1);
  else if (typeof value === 'number') {
    writer.int32(type === 'int4' ? 4 : 8);
    if (type === 'int4') writer.int32(value);
    else if (type === 'int8') writer.int64(value);
    else writer.float64(value);
  } else if (typeof value === 'string') writer.text(value, type === 'jsonb');
  else {
    writer.int32(value.length);
    writer.bytes(value);
  }
}

/** Bytes in network order, in room that grows. */
class RowWriter {
  #buffer = Buffer.allocUnsafeSlow(1 << 20);
  #at = 0;

  int16(value: number): void {
    this.#need(2);
    this.#at = this.#buffer.writeInt16BE(value, this.#at);
  }

  int32(value: number): void {
    this.#need(4);
    this.#at = this.#buffer.writeInt32BE(value, this.#at);
  }

  int64(value: number): void {
    this.#need(8);
    this.#at = this.#buffer.writeBigInt64BE(BigInt(value), this.#at);
  }

  float64(value: number): void {
    this.#need(8);
    this.#at = this.#buffer.writeDoubleBE(value, this.#at);
  }

  bytes(value: Uint8Array): void {
    this.#need(value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  /** Length and UTF-8; for jsonb the number of its format between them. */
  text(value: string, isJsonb: boolean): void {
    this.#need(5 + 3 * value.length);
    const start = this.#at + 4;
    if (isJsonb) this.#buffer[start] = JSONB_VERSION;
    const from = isJsonb ? start + 1 : start;
    const end = from + this.#buffer.write(value, from, 'utf8');
    this.#buffer.writeInt32BE(end - start, this.#at);
    this.#at = end;
  }

  take(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }

  #need(bytes: number): void {
    if (this.#at + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(2 * this.#buffer.length, this.#at + bytes));
    larger.set(this.#buffer.subarray(0, this.#at));
    this.#buffer = larger;
  }
}
