/** What every writer of this room is given: a table of named fields, with or without ground. What it means is the caller's. */
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';

/** `code`: text of digits whose leading zeros matter. `data`: anything JSON can hold; tables can not. */
export type FieldType = 'text' | 'code' | 'number' | 'integer' | 'flag' | 'data';

export interface ExportField {
  /** In formats without a limit on names. */
  name: string;
  /** For shapefiles: at most 10 bytes. */
  short: string;
  type: FieldType;
  /** Decimals that are written; only of `number`. */
  decimals?: number;
  /** Title of the column for people, with its unit. */
  title: Bilingual;
}

export interface ExportRow {
  id?: string;
  /** By field name; what is missing is null. */
  values: Readonly<Record<string, unknown>>;
  /** MultiPolygon in the CRS of the table, outer rings first. */
  rings?: MultiPolygonRings;
}

export interface ExportTable {
  /** Name of the layer or file: `parcels`, `pieces` … */
  name: string;
  title: Bilingual;
  fields: readonly ExportField[];
  rows: readonly ExportRow[];
  /** EPSG code of the rings; undefined for a table without ground. */
  epsg: number | undefined;
}

/** What could not be written as it was. */
export interface ExportLoss {
  code: string;
  detail: Bilingual;
}

export interface WrittenFile {
  bytes: Uint8Array;
  losses: readonly ExportLoss[];
}

/** Nested values have no place in a column: the fields are left out, and the loss is told. */
export function withoutNested(table: ExportTable): { table: ExportTable; losses: ExportLoss[] } {
  const nested = table.fields.filter(({ type }) => type === 'data');
  if (nested.length === 0) return { table, losses: [] };
  const names = nested.map(({ name }) => name);
  const fields = table.fields.filter(({ type }) => type !== 'data');
  return { table: { ...table, fields }, losses: [fieldsLeftOut(names)] };
}

const fieldsLeftOut = (names: readonly string[]): ExportLoss => ({
  code: 'fields-left-out',
  detail: {
    zh: `字段 ${names.join('、')} 的值是数组或对象，该格式无法存放，未写出。`,
    en: `Fields ${names.join(', ')} hold arrays or objects, which the format cannot hold: left out.`,
  },
});

/** The narrowest type that holds every value of a column. */
export function typeOf(values: readonly unknown[]): FieldType {
  const filled = values.filter((value) => value !== null && value !== undefined);
  if (filled.some((value) => typeof value === 'object')) return 'data';
  if (filled.length === 0) return 'text';
  if (filled.every((value) => typeof value === 'boolean')) return 'flag';
  if (filled.every((value) => Number.isSafeInteger(value))) return 'integer';
  if (filled.every((value) => typeof value === 'number')) return 'number';
  return 'text';
}
