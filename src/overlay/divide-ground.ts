/**
 * The ground of shapes under one layer version, ready to be printed: measured, counted once where features lie over
 * each other, and settled where they reach beyond the coverage. Parcels and their shrunk cores both go this way.
 */
import type { Sql } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { settleBeyondCoverage } from './beyond-coverage.js';
import type { FeatureCache, ShownFeature } from './feature-cache.js';
import { type Claims, noClaims, separateOverlaps } from './inner-overlaps.js';
import { type Ground, measureGround } from './measure-ground.js';
import { UNPRINTABLE_M2 } from './print-measure.js';
import type { Shape } from './shapes.js';
import type { TileCache } from './tile-cache.js';

export interface GroundParts {
  sql: Sql;
  geos: GeosPool;
  tiles: TileCache;
  features: FeatureCache;
  signal?: AbortSignal | undefined;
}

export interface DividedGround {
  /** In the order of the shapes. */
  grounds: Ground[];
  claims: Claims[];
  /** Every feature that can be printed for one of the shapes. */
  features: ReadonlyMap<number, ShownFeature>;
}

export async function divideGround(
  parts: GroundParts,
  layer: LayerSnapshot,
  shapes: readonly Shape[],
): Promise<DividedGround> {
  const measured = await measureGround(parts.sql, parts.tiles, layer, shapes, parts.signal);
  const features = await parts.features.get(parts.sql, layer, printable(measured));
  const separated = layer.hasInnerOverlaps
    ? await Promise.all(
        measured.map((ground, i) => separateOverlaps(parts, layer, shapes[i]!, ground, features)),
      )
    : measured.map((ground) => ({ ground, claims: noClaims }));
  const once = separated.map(({ ground }) => ground);
  const grounds = await settleBeyondCoverage(parts, layer, shapes, once);
  return { grounds, claims: separated.map(({ claims }) => claims), features };
}

function* printable(grounds: readonly Ground[]): Iterable<number> {
  for (const ground of grounds) {
    for (const [featureNo, areaM2] of ground.features) if (areaM2 >= UNPRINTABLE_M2) yield featureNo;
  }
}
