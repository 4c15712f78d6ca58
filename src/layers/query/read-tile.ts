/** The features of a rectangle for a map, largest first: a bounded number of them, as binary geometry. */
import type { Box } from '../../core/geometry-types.js';
import type { Sql } from '../../database/sql.js';
import { decodeMultiPolygon } from '../../geometry/wkb.js';
import type { FeatureTable, Field } from './feature-table.js';
import * as statements from './sql.js';

export interface TileRows {
  features: readonly {
    id: string;
    /** EPSG:4490 degrees. */
    rings: ReturnType<typeof decodeMultiPolygon>;
    properties: Readonly<Record<string, string | number | boolean | null>>;
  }[];
  /** There are more than were asked for: the smallest are missing. */
  more: boolean;
}

export interface TileQuery {
  table: FeatureTable;
  /** EPSG:4490 degrees. */
  box: Box;
  /** Smaller features are left out; m². */
  minAreaM2: number;
  /** Features at most. */
  limit: number;
  fields: readonly Field[];
}

export async function readTile(sql: Sql, query: TileQuery): Promise<TileRows> {
  const values = new statements.Values();
  const text = statements.selectTile(query, values.bind);
  const rows = await sql.query<{ id: string; wkb: Uint8Array; properties: string }>(text, values.list);
  const features = rows.slice(0, query.limit).map(({ id, wkb, properties }) => ({
    id,
    rings: decodeMultiPolygon(wkb),
    properties: JSON.parse(properties),
  }));
  return { features, more: rows.length > query.limit };
}
