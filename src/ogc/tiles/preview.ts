/** The ground of a collection at a glance: its largest features, thinned to the scale of a page. */
import type { Sql } from '../../database/sql.js';
import { decodeMultiPolygon } from '../../geometry/wkb.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { readTile } from '../../layers/query/read-tile.js';
import type { DrawnFeature } from '../common/map.js';
import { labelOf, shownFields, verdictOf } from '../common/shown-values.js';
import type { Language } from '../standard.js';
import { fieldsAt } from './make-tile.js';

export interface Preview {
  features: DrawnFeature[];
  /** There are smaller ones. */
  more: boolean;
}

/** Features at most: a page of some tens of kilobytes. */
const MOST = 300;
/** Lines may lie this share of the ground's width from the truth: a pixel. */
const SHARE = 1 / 1000;

/** `items`: the address below which a feature has its page. */
export async function readPreview(
  sql: Sql,
  { id, table, box }: FeatureCollection,
  items: string,
  language: Language,
): Promise<Preview> {
  if (!box) return { features: [], more: false };
  const fields = fieldsAt(table.fields, 0);
  const toleranceDegrees = Math.max(box[2] - box[0], box[3] - box[1]) * SHARE;
  const query = { table, box, minAreaM2: 0, limit: MOST, fields, bySize: true, toleranceDegrees };
  const { features: rows, more } = await readTile(sql, query);
  const shown = shownFields(id, fields, language);
  const features = rows.map(
    (row): DrawnFeature => ({
      label: labelOf(id, shown, row),
      href: `${items}/${encodeURIComponent(row.id)}?f=html`,
      ...verdictOf(id, row.properties),
      coordinates: decodeMultiPolygon(row.wkb),
    }),
  );
  return { features, more };
}
