/** The features of a rectangle for a map, largest first: a bounded number of them, as binary geometry. */
import type { Sql } from '../../database/sql.js';
import { PLANNED_ANEW } from '../../database/statement-names.js';
import { decodeMultiPolygon } from '../../geometry/wkb.js';
import type { TileParts } from './sql.js';
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

export async function readTile(sql: Sql, query: TileParts): Promise<TileRows> {
  const values = new statements.Values();
  const text = PLANNED_ANEW + statements.selectTile(query, values.bind);
  const rows = await sql.query<{ id: string; wkb: Uint8Array | null; properties: string }>(text, values.list);
  // without a shape: nothing of it is as large as the tolerance
  const features = rows
    .slice(0, query.limit)
    .flatMap(({ id, wkb, properties }) =>
      wkb === null ? [] : [{ id, rings: decodeMultiPolygon(wkb), properties: JSON.parse(properties) }],
    );
  return { features, more: rows.length > query.limit };
}
