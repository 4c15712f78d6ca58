/**
 * Rows that are mostly bytes, read from a server by COPY in the binary format (PostgreSQL documentation: COPY, "Binary
 * Format"; "Message Flow", COPY operations). As text every byte is two letters, written there and read here: the half of
 * the time in which the tiles of a thousand parcels are loaded.
 */
import type { ClientBase } from 'pg';
import { AppError } from '../core/errors.js';
import { COPY_SIGNATURE, CopyQuery } from './copy-query.js';
import type { BinaryType, SqlValue } from './sql.js';
import { toWire } from './types.js';

type Columns = Readonly<Record<string, BinaryType>>;

/**
 * Runs a select whose columns are `columns`, in that order; `silenceMs`: longest wait for the end. COPY takes no bound
 * values, so they are written into the text.
 */
export function copyOut(
  client: ClientBase,
  text: string,
  values: readonly SqlValue[],
  columns: Columns,
  silenceMs: number,
): Promise<object[]> {
  const statement = `copy (${withValues(text, values)}) to stdout (format binary)`;
  return new CopyOut(statement, new RowReader(columns), silenceMs).run(client);
}

/** The text with `$1`, `$2` … written out. */
export function withValues(text: string, values: readonly SqlValue[]): string {
  return text.replace(/\$(\d+)/g, (_, place: string) =>
    literal(values[Number(place) - 1], Number(place) - 1),
  );
}

/** A value as a literal; the form for strings with backslashes does not depend on the settings of the session. */
function literal(value: SqlValue | undefined, index: number): string {
  if (Number.isSafeInteger(value)) return String(value);
  const wire = toWire(value, index);
  if (wire === null) return 'null';
  if (typeof wire !== 'string' || wire.includes('\0'))
    throw new AppError('internal', `value $${index + 1} cannot be written into a statement`);
  const quoted = `'${wire.replaceAll("'", "''")}'`;
  return wire.includes('\\') ? ` E${quoted.replaceAll('\\', '\\\\')}` : quoted;
}

class CopyOut extends CopyQuery<object[]> {
  readonly #reader: RowReader;
  #error: unknown;

  constructor(text: string, reader: RowReader, silenceMs: number) {
    super(text, silenceMs);
    this.#reader = reader;
  }

  handleCopyData({ chunk }: { chunk: Uint8Array }): void {
    try {
      this.#reader.take(chunk);
    } catch (error) {
      this.#error ??= error; // the rest is read away, so that the connection stays usable
    }
  }

  protected result(): object[] {
    const { rows, ended } = this.#reader;
    if (this.#error) throw this.#error;
    if (this.count === rows.length && ended) return rows;
    throw new AppError('statement-lost', `the server sent ${this.count} rows, ${rows.length} came`);
  }
}

const HEADER_BYTES = COPY_SIGNATURE.length + 8;
const END_OF_ROWS = -1;

/** Puts rows together from pieces cut anywhere. Bytes are copied, once: the driver uses its buffers again. */
export class RowReader {
  readonly rows: Record<string, unknown>[] = [];
  /** The end mark has come. */
  ended = false;
  readonly #names: readonly string[];
  readonly #types: readonly BinaryType[];
  #rest: Buffer | undefined;
  #started = false;

  constructor(columns: Columns) {
    this.#names = Object.keys(columns);
    this.#types = Object.values(columns);
  }

  take(chunk: Uint8Array): void {
    const bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : Buffer.from(chunk);
    let at = 0;
    for (let next = this.#read(bytes, at); next !== undefined; next = this.#read(bytes, at)) at = next;
    this.#rest = at === bytes.length ? undefined : bytes.subarray(at);
  }

  /** Reads the header, a row or the end; the place after it, undefined where it has not come in full. */
  #read(bytes: Buffer, at: number): number | undefined {
    if (!this.#started) return this.#readHeader(bytes, at);
    if (bytes.length - at < 2) return undefined;
    if (this.ended) throw malformed('bytes after the end');
    const count = bytes.readInt16BE(at);
    if (count === END_OF_ROWS) {
      this.ended = true;
      return at + 2;
    }
    if (count !== this.#names.length) throw malformed(`${count} columns instead of ${this.#names.length}`);
    return this.#readRow(bytes, at + 2);
  }

  #readHeader(bytes: Buffer, at: number): number | undefined {
    if (bytes.length - at < HEADER_BYTES) return undefined;
    if (bytes.compare(COPY_SIGNATURE, 0, COPY_SIGNATURE.length, at, at + COPY_SIGNATURE.length) !== 0)
      throw malformed('no signature');
    const extension = bytes.readInt32BE(at + COPY_SIGNATURE.length + 4);
    if (bytes.length - at < HEADER_BYTES + extension) return undefined;
    this.#started = true;
    return at + HEADER_BYTES + extension;
  }

  #readRow(bytes: Buffer, from: number): number | undefined {
    const row: Record<string, unknown> = {};
    let at = from;
    for (let i = 0; i < this.#names.length; i++) {
      if (bytes.length - at < 4) return undefined;
      const length = bytes.readInt32BE(at);
      at += 4;
      if (length < 0) throw malformed(`null in ${this.#names[i]}`);
      if (bytes.length - at < length) return undefined;
      row[this.#names[i]!] = readField(bytes, at, length, this.#types[i]!);
      at += length;
    }
    this.rows.push(row);
    return at;
  }
}

function readField(bytes: Buffer, at: number, length: number, type: BinaryType): number | Uint8Array {
  // own buffer, offset 0: readers may lay typed arrays over the result
  if (type === 'bytea') return new Uint8Array(bytes.subarray(at, at + length));
  if (type === 'bytes' || type === 'utf8') return bytes.subarray(at, at + length);
  if (length !== 4) throw malformed(`an int4 of ${length} bytes`);
  return bytes.readInt32BE(at);
}

const malformed = (what: string): AppError =>
  new AppError('statement-lost', `binary rows of the server: ${what}`);
