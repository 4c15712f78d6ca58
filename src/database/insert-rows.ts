/** Many rows by one insert statement, for an engine that takes no COPY: arrays of plain values, binary ones packed. */
import type { ColumnType, RowColumn, SqlValue } from './sql.js';

const isBinary = (type: ColumnType): boolean => type === 'bytea' || type === 'geometry';

/** Type that a column's values have in a bound array. */
const bound = (type: ColumnType): string => (type === 'jsonb' ? 'text' : type);

/** The statement and its values; it answers with the number of rows stored as `count`. */
export function insertStatement(
  table: string,
  columns: readonly RowColumn[],
): { text: string; values: SqlValue[] } {
  const values: SqlValue[] = [];
  const arrays: string[] = [];
  const names: string[] = [];
  const bind = (value: SqlValue): string => `$${values.push(value)}`;
  const array = (value: SqlValue, type: string): string => {
    arrays.push(`${bind(value)}::${type}[]`);
    const name = `v${names.length}`;
    names.push(name);
    return `r.${name}`;
  };
  const selected = columns.map(({ type, values: given }) => {
    if (!isBinary(type)) return `${array(given, bound(type))}${type === 'jsonb' ? '::jsonb' : ''}`;
    const packed = packBlobs(given as readonly Uint8Array[]);
    const [first, length] = [array(packed.first, 'int4'), array(packed.length, 'int4')];
    return `substring(${bind(packed.bytes)}::bytea from ${first} for ${length})${type === 'geometry' ? '::geometry' : ''}`;
  });
  const text = `
    with inserted as (
      insert into ${table} (${columns.map(({ name }) => name).join(', ')})
      select ${selected.join(', ')} from unnest(${arrays.join(', ')}) as r (${names.join(', ')})
      returning 1
    )
    select count(*) as count from inserted`;
  return { text, values };
}

/** Binary values joined into one, with the place of each counted from 1, which the statement cuts apart again. */
function packBlobs(blobs: readonly Uint8Array[]): { bytes: Uint8Array; first: number[]; length: number[] } {
  const length = blobs.map((blob) => blob.length);
  const first: number[] = [];
  let at = 0;
  for (const size of length) {
    first.push(at + 1);
    at += size;
  }
  const bytes = Buffer.allocUnsafe(at);
  for (const [i, blob] of blobs.entries()) bytes.set(blob, first[i]! - 1);
  return { bytes, first, length };
}
