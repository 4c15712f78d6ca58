/** Rows as they come from the database, and rows as text: the frame into which each format puts its own signs. */
import { AppError } from '../../core/errors.js';
import type { SqlValue } from '../../database/sql.js';
import { ByteWriter } from './byte-writer.js';
import type { FeatureTable, Field } from './feature-table.js';
import { RowValues } from './row-values.js';
import type { GeometryOutput } from './sql.js';
import { pairMarks, type ShapeMarks, writeShape } from './wkb-text.js';

/** Columns of a statement made of `rowColumns`. */
export interface StoredRow {
  k1: number | Uint8Array | string;
  k2?: number | Uint8Array | string;
  /** WKB; empty: the row has no shape. */
  shape?: Uint8Array;
  document?: Uint8Array;
  list?: Uint8Array;
}

/** A row while it is written; the next one takes its place. */
export interface FeatureRow {
  /** Public id. */
  id: string;
  /** WKB of a polygon; undefined where there is none, or none was asked for. */
  shape: Uint8Array | undefined;
  /** Of the fields that were asked for, in their order. */
  values: RowValues;
}

export interface RowWriter {
  /** Stands between two rows. */
  between: string;
  write(out: ByteWriter, row: FeatureRow): void;
}

export interface RowShape {
  table: FeatureTable;
  /** Fields to answer; all of the table's without it. */
  fields?: readonly Field[];
  geometry: GeometryOutput | null;
}

/** Names, marks and numbers of a row beside its shape and values, bytes; a writer that is too small grows. */
const FRAME = 600;

/** About as long as the text of the rows: a position of 16 bytes takes 29 as GeoJSON in degrees. */
export const textSize = (rows: readonly StoredRow[]): number =>
  rows.reduce(
    (size, { shape, document, list }) =>
      size + 2 * (shape?.length ?? 0) + (document?.length ?? 0) + (list?.length ?? 0) + FRAME,
    0,
  );

/** The rows as text, joined. */
export function writeRows(
  { table, fields = table.fields }: RowShape,
  rows: readonly StoredRow[],
  writer: RowWriter,
): Buffer {
  const values = new RowValues(fields);
  const out = new ByteWriter(textSize(rows));
  for (const [i, row] of rows.entries()) {
    if (i > 0) out.ascii(writer.between);
    values.read(row.document, row.list);
    const shape = row.shape?.length ? row.shape : undefined;
    writer.write(out, { id: table.writeId(keyOf(table, row)), shape, values });
  }
  return out.take();
}

export const keyOf = ({ key }: FeatureTable, { k1, k2 }: StoredRow): readonly SqlValue[] =>
  key.length === 1 ? [keyValue(k1)] : [keyValue(k1), keyValue(k2)];

function keyValue(value: StoredRow['k2']): string | number {
  if (value === undefined) throw new AppError('internal', 'a row came without its key');
  return value instanceof Uint8Array ? Buffer.from(value).toString() : value;
}

const geoJsonMarks: ShapeMarks = {
  polygon: (out, number) => out.ascii(number === 0 ? '[' : ',['),
  polygonEnd: ']',
  ring: ['[', ',['],
  ringEnd: [']', ']'],
  position: pairMarks('[', ',', '],[', ']'),
};

/** Rows as GeoJSON features (RFC 7946 §3.2), coordinates in the order that is asked for. */
export function geoJsonWriter({ table, fields = table.fields, geometry }: RowShape): RowWriter {
  const names = fields.map(({ name }, i) => Buffer.from(`${i === 0 ? '' : ','}${JSON.stringify(name)}:`));
  return {
    between: ',\n',
    write(out, { id, shape, values }) {
      out.ascii('{"type":"Feature","id":');
      out.text(JSON.stringify(id));
      if (shape && geometry) {
        out.ascii(',"geometry":{"type":"MultiPolygon","coordinates":[');
        writeShape(out, shape, geometry, geoJsonMarks);
        out.ascii(']},"properties":{');
      } else out.ascii(',"geometry":null,"properties":{');
      for (let i = 0; i < names.length; i++) {
        out.copy(names[i]!);
        out.copy(values.bytes[i]!, values.from[i], values.to[i]);
      }
      out.ascii('}}');
    },
  };
}
