/** Ground that several features of one layer version cover at once: constructed by GEOS, so that it is counted once. */
import type { Sql } from '../database/sql.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { lonLatToAnalysis } from '../geometry/planes.js';
import type { LayerFeature, LayerSnapshot } from '../layers/layer-types.js';
import { innerOverlapsAmong, readFeatureGeometries } from '../layers/read-features.js';
import { divideKnown, type Ground } from './measure-ground.js';
import type { Shape } from './shapes.js';

export interface SharedGround {
  ground: Ground;
  /** By feature number, m² of the feature's overlap already counted under an earlier feature. */
  shared: ReadonlyMap<number, number>;
}

/**
 * Corrects one parcel's ground where features known to overlap each other both touch it. Features count in the order
 * of their code, so the same data always gives the same division.
 */
export async function separateOverlaps(
  parts: { sql: Sql; geos: GeosPool },
  layer: LayerSnapshot,
  shape: Shape,
  ground: Ground,
  features: ReadonlyMap<number, LayerFeature>,
): Promise<SharedGround> {
  const numbers = [...ground.features.keys()];
  if (numbers.length < 2) return { ground, shared: new Map() };
  const pairs = await innerOverlapsAmong(parts.sql, layer, numbers);
  if (pairs.length === 0) return { ground, shared: new Map() };
  const known = new Set(pairs.flatMap((pair) => [pair.featureA, pair.featureB]));
  const order = [...known].sort((a, b) => compareCodes(features.get(a), features.get(b)));
  const geometries = await readFeatureGeometries(parts.sql, layer, order);
  const shared = new Map<number, number>();
  let sharedSum = 0;
  const counted: (typeof shape.rings)[] = [];
  for (const featureNo of order) {
    const lonLat = geometries.get(featureNo);
    if (!lonLat) throw new Error(`geometry of feature ${featureNo} was not read`);
    const piece = await parts.geos.intersection(shape.rings, lonLatToAnalysis(lonLat, layer.planeZone));
    const before = counted.length ? await parts.geos.union(counted) : [];
    const again = before.length ? planarAreaM2(await parts.geos.intersection(before, piece)) : 0;
    if (again > 0) shared.set(featureNo, again);
    sharedSum += again;
    counted.push(piece);
  }
  const total = [...ground.features.values()].reduce((acc, value) => acc + value, 0);
  return {
    ground: divideKnown(layer, shape.areaM2, ground.features, Math.min(total - sharedSum, shape.areaM2), ground.coveredM2),
    shared,
  };
}

function compareCodes(a: LayerFeature | undefined, b: LayerFeature | undefined): number {
  const left = a?.bsm ?? '';
  const right = b?.bsm ?? '';
  if (left !== right) return left < right ? -1 : 1;
  return (a?.featureNo ?? 0) - (b?.featureNo ?? 0);
}
