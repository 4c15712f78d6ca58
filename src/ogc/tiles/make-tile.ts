/** One vector tile (Mapbox Vector Tile 2.1): features of the ground of the tile, generalised to its scale. */
import { fromVectorTileJs, type TileFeature } from 'vt-pbf';
import type { Box, FlatRing } from '../../core/geometry-types.js';
import type { Sql } from '../../database/sql.js';
import { type RingReader, readMultiPolygon } from '../../geometry/wkb.js';
import type { Field } from '../../layers/query/feature-table.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { readTile } from '../../layers/query/read-tile.js';
import { generalisePolygon } from './generalise.js';
import { boxOfTile, type TileMatrixSet, type TilePlace } from './tile-matrix-sets.js';

export const EXTENT = 4096;
/** Ground around the tile that is drawn too, so that lines do not end at its edge. */
const MARGIN = 64;
/** Features in a tile at most, the largest; fewer where a patch of a hectare is hardly more than a point. */
export const MOST_FEATURES = 5000;
export const MOST_FAR = 2500;
/** Levels at which MOST_FAR holds: a hectare is 1.6 pixels wide on the last. */
export const FAR_ZOOM = 11;
/** From here on nothing is left out for its size, and every field is there. */
export const FULL_ZOOM = 14;
/** Below that, features smaller than so many tile units squared are left out: a pixel of a tile drawn 512 wide. */
const SMALLEST_UNITS = 64;
/** Points may lie this far from the line that stands for them, in tile units; rounding adds another half. */
const TOLERANCE = 0.5;

export interface Tile {
  /** Empty when there is nothing. */
  bytes: Uint8Array;
  features: number;
  /** Small features were left out: by their size at this scale, or because there were too many. */
  incomplete: boolean;
}

export async function makeTile(
  sql: Sql,
  { id, table, box: ground }: FeatureCollection,
  set: TileMatrixSet,
  place: TilePlace,
): Promise<Tile> {
  const box = boxOfTile(set, place, MARGIN / EXTENT);
  const full = place.z >= FULL_ZOOM;
  const minAreaM2 = full ? 0 : SMALLEST_UNITS * unitAreaM2(box);
  const fields = fieldsAt(table.fields, place.z);
  // where features are many the database thins their lines: what it leaves is read in a tenth of the time
  const toleranceDegrees = full ? 0 : TOLERANCE * unitDegrees(box);
  const limit = place.z <= FAR_ZOOM ? MOST_FAR : MOST_FEATURES;
  const bySize = fewerBySize(shareOf(box, ground), table.rowCount, limit);
  const rows = await readTile(sql, { table, box, minAreaM2, limit, fields, bySize, toleranceDegrees });
  const memory = new RingMemory();
  const readRing = ringsInUnits(set, place, memory);
  const tolerance = full ? TOLERANCE : 0;
  const square = { least: -MARGIN, most: EXTENT + MARGIN };
  const features: TileFeature[] = [];
  for (const row of rows.features) {
    memory.startAgain();
    const geometry = readMultiPolygon(row.wkb, readRing).flatMap((polygon) =>
      generalisePolygon(polygon, square, tolerance),
    );
    if (geometry.length === 0) continue;
    const { id, properties } = row;
    features.push({ type: 3, properties: { id, ...properties }, loadGeometry: () => geometry });
  }
  const layer = {
    ...({ name: id, version: 2, extent: EXTENT } as const),
    ...{ length: features.length, feature: (i: number) => features[i]! },
  };
  const bytes = features.length === 0 ? new Uint8Array(0) : fromVectorTileJs({ layers: { [id]: layer } });
  return { bytes, features: features.length, incomplete: rows.more || !full };
}

/** So many entries of the index of the sizes are looked at in a millisecond or two. */
const FEW = 10_000;

/**
 * By size some limit / share features are looked at until enough of them lie in the box, by place all count · share of
 * the box, and those of other layers there; each costs four times as much, as the index of the sizes tells where a
 * feature lies.
 */
export function fewerBySize(share: number, count: number | undefined, limit: number): boolean {
  if (count === undefined) return false;
  const bySize = Math.min(count, limit / share);
  return bySize <= FEW || bySize < 4 * share * count;
}

/** How much of the ground of a collection lies in the box. */
function shareOf(box: Box, ground: Box | null): number {
  if (!ground) return 0;
  const along = (from: number, to: number): number =>
    Math.max(0, Math.min(box[to]!, ground[to]!) - Math.max(box[from]!, ground[from]!));
  const all = (ground[2] - ground[0]) * (ground[3] - ground[1]);
  return all > 0 ? (along(0, 2) * along(1, 3)) / all : 0;
}

/** The shorter side of a tile unit, degrees. */
const unitDegrees = ([west, south, east, north]: Box): number =>
  Math.min(east - west, north - south) / (EXTENT + 2 * MARGIN);

/** A tile unit on the ground, m², by the middle of the box. */
function unitAreaM2([west, south, east, north]: Box): number {
  const metres = 111_320;
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  return ((east - west) * metres * shrink * (north - south) * metres) / (EXTENT + 2 * MARGIN) ** 2;
}

/** Rings of one feature, in memory that the next one uses again. */
class RingMemory {
  #values = new Float64Array(20_000);
  #used = 0;

  take(length: number): FlatRing {
    if (this.#used + length > this.#values.length) {
      this.#values = new Float64Array(Math.max(length, this.#values.length));
      this.#used = 0;
    }
    this.#used += length;
    return this.#values.subarray(this.#used - length, this.#used);
  }

  startAgain(): void {
    this.#used = 0;
  }
}

/** Degrees to units of the tile. */
function ringsInUnits(set: TileMatrixSet, { z, y, x }: TilePlace, memory: RingMemory): RingReader<FlatRing> {
  const [across, down] = [set.width * 2 ** z, set.height * 2 ** z];
  return (view, from, count, { little, width }) => {
    const ring = memory.take(2 * count);
    for (let i = 0; i < count; i++) {
      const at = from + i * width;
      const [px, py] = set.project(view.getFloat64(at, little), view.getFloat64(at + 8, little));
      ring[2 * i] = (px * across - x) * EXTENT;
      ring[2 * i + 1] = (py * down - y) * EXTENT;
    }
    return ring;
  };
}

/** What a style asks for; the rest only where a person can point at one feature. */
const STYLED: readonly string[] = [
  ...['DLBM', 'DLMC', 'GHFQDM', 'GHFQMC', 'LHLX', 'HXMC', 'XZQDM', 'XZQMC', 'XZB', 'LYDLDM'],
  ...['check_id', 'parcel_id', 'verdict', 'verdict_zh', 'layer', 'kind', 'rule', 'class_code', 'class_label'],
];

export const fieldsAt = (fields: readonly Field[], zoom: number): readonly Field[] =>
  zoom >= FULL_ZOOM ? fields : fields.filter(({ name }) => STYLED.includes(name));
