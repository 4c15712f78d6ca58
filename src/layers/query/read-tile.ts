/** The features of a rectangle for a map, largest first: a bounded number of them, as binary geometry. */

import { queryBinary, type Sql } from '../../database/sql.js';
import { PLANNED_ANEW } from '../../database/statement-names.js';
import type { TileParts } from './sql.js';
import * as statements from './sql.js';

export interface TileRows {
  features: readonly {
    id: string;
    /** MultiPolygon or Polygon, EPSG:4490 degrees. */
    wkb: Uint8Array;
    properties: Readonly<Record<string, string | number | boolean | null>>;
  }[];
  /** There are more than were asked for: the smallest are missing. */
  more: boolean;
}

interface StoredRow {
  id: Buffer;
  wkb: Uint8Array;
  properties: Buffer;
}

export async function readTile(sql: Sql, query: TileParts): Promise<TileRows> {
  const values = new statements.Values();
  const text = PLANNED_ANEW + statements.selectTile(query, values.bind);
  const types = { id: 'utf8', wkb: 'bytes', properties: 'utf8' } as const;
  const rows = await queryBinary<StoredRow>(sql, text, values.list, types);
  // without a shape: nothing of it is as large as the tolerance
  const features = rows
    .slice(0, query.limit)
    .filter(({ wkb }) => wkb.byteLength > 0)
    .map(({ id, wkb, properties }) => ({
      id: id.toString(),
      wkb,
      properties: JSON.parse(properties.toString()),
    }));
  return { features, more: rows.length > query.limit };
}
