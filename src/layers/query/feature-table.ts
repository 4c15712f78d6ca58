/** How a collection of features lies in the database: what a query needs to know of it, whichever room owns the rows. */
import type { Bilingual } from '../../core/errors.js';
import type { SqlValue } from '../../database/sql.js';

export type FieldType = 'string' | 'number' | 'integer' | 'boolean' | 'date' | 'timestamp';

/** Binds a value of a statement and answers its placeholder with the type it is bound as, e.g. `$3::text`. */
export type Bind = (value: SqlValue, type: string) => string;

export interface Field {
  /** Public name: letters (Chinese too), digits and underscore; unique in its table whatever the case. */
  name: string;
  type: FieldType;
  title: Bilingual;
  /** SQL expression: text, float8, int, boolean, date or timestamptz, as `type` says. */
  sql(bind: Bind): string;
  /** Member of the document of the row that says the same; of fields of text and numbers only. */
  member?: string;
}

export interface KeyColumn {
  sql: string;
  type: 'text' | 'int';
}

export interface FeatureTable {
  /** What the answers of this table depend on: the same tag, the same rows. */
  tag: string;
  /** From-item with its aliases. */
  from: string;
  /** Condition that every row of the collection meets; undefined when all rows do. */
  scope?(bind: Bind): string;
  /**
   * Condition that holds while this is the version to answer from; asked together with the first rows. Undefined where
   * that has been found out before.
   */
  current?(bind: Bind): string;
  /** MultiPolygon column, EPSG:4490 degrees, with a GiST index. */
  geometry: string;
  /** Columns that order the rows totally, backed by an index with `scope`. */
  key: readonly KeyColumn[];
  /** SQL expression of the public id (text). */
  id(bind: Bind): string;
  /** The key that a public id stands for; undefined for what can not be one. */
  readId(id: string): readonly SqlValue[] | undefined;
  writeId(key: readonly SqlValue[]): string;
  fields: readonly Field[];
  /** SQL expression (jsonb) of an object that holds the values of all fields with a member, and more. */
  document?: string;
  /** SQL expression of the area of a row, m², for leaving out small ones; the field `area_m2` without it. */
  size?: string;
  /** SQL expressions of the edges of a row (west, south, east, north) that one index holds behind `scope` and `size`. */
  edges?: readonly [string, string, string, string];
  /** Rows in all, where that is known without counting. */
  rowCount?: number;
}

/** The name of the geometry in filters and in XML; no field may have it. */
export const GEOMETRY = 'geom';

export const findField = (table: FeatureTable, name: string): Field | undefined =>
  table.fields.find((field) => field.name === name);
