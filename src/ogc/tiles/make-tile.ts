/** One vector tile (Mapbox Vector Tile 2.1): features of the ground of the tile, generalised to its scale. */
import { fromGeojsonVt } from 'vt-pbf';
import type { Sql } from '../../database/sql.js';
import type { Field } from '../../layers/query/feature-table.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { readTile } from '../../layers/query/read-tile.js';
import { generalisePolygon, type TileRing } from './generalise.js';
import { boxOfTile, type TileMatrixSet, type TilePlace } from './tile-matrix-sets.js';

export const EXTENT = 4096;
/** Ground around the tile that is drawn too, so that lines do not end at its edge. */
const MARGIN = 64;
/** Features in a tile at most; the largest are kept. */
export const MOST_FEATURES = 5000;
/** From here on nothing is left out for its size, and every field is there. */
export const FULL_ZOOM = 14;
/** Below that, features smaller than so many tile units squared are left out. */
const SMALLEST_UNITS = 16;

export interface Tile {
  /** Empty when there is nothing. */
  bytes: Uint8Array;
  features: number;
  /** Small features were left out: by their size at this scale, or because there were too many. */
  incomplete: boolean;
}

export async function makeTile(
  sql: Sql,
  { id, table }: FeatureCollection,
  set: TileMatrixSet,
  place: TilePlace,
): Promise<Tile> {
  const box = boxOfTile(set, place, MARGIN / EXTENT);
  const full = place.z >= FULL_ZOOM;
  const minAreaM2 = full ? 0 : SMALLEST_UNITS * unitAreaM2(box);
  const fields = fieldsAt(table.fields, place.z);
  const rows = await readTile(sql, { table, box, minAreaM2, limit: MOST_FEATURES, fields });
  const toUnits = projection(set, place);
  const square = { least: -MARGIN, most: EXTENT + MARGIN };
  const features = [];
  for (const row of rows.features) {
    const geometry = row.rings.flatMap((polygon) =>
      generalisePolygon(
        polygon.map((ring): TileRing => ring.map(([lon, lat]) => toUnits(lon, lat))),
        square,
      ),
    );
    if (geometry.length > 0)
      features.push({ type: 3 as const, geometry, tags: { id: row.id, ...row.properties } });
  }
  const bytes =
    features.length === 0
      ? new Uint8Array(0)
      : fromGeojsonVt({ [id]: { features } }, { version: 2, extent: EXTENT });
  return { bytes, features: features.length, incomplete: rows.more || !full };
}

/** A tile unit on the ground, m², by the middle of the box. */
function unitAreaM2([west, south, east, north]: readonly [number, number, number, number]): number {
  const metres = 111_320;
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  return ((east - west) * metres * shrink * (north - south) * metres) / (EXTENT + 2 * MARGIN) ** 2;
}

function projection(
  set: TileMatrixSet,
  { z, y, x }: TilePlace,
): (lon: number, lat: number) => [number, number] {
  const [across, down] = [set.width * 2 ** z, set.height * 2 ** z];
  return (lon, lat) => {
    const [px, py] = set.project(lon, lat);
    return [(px * across - x) * EXTENT, (py * down - y) * EXTENT];
  };
}

/** What a style asks for; the rest only where a person can point at one feature. */
const STYLED: readonly string[] = [
  ...['BSM', 'DLBM', 'DLMC', 'GHFQDM', 'GHFQMC', 'LHLX', 'HXMC', 'XZQDM', 'XZQMC', 'XZB', 'LYDLDM'],
  ...[
    'check_id',
    'parcel_id',
    'verdict',
    'verdict_zh',
    'layer',
    'kind',
    'rule',
    'class_code',
    'class_label',
    'area_m2',
  ],
];

export const fieldsAt = (fields: readonly Field[], zoom: number): readonly Field[] =>
  zoom >= FULL_ZOOM ? fields : fields.filter(({ name }) => STYLED.includes(name));
