/**
 * Ground beyond the declared coverage that features cover all the same. It is known, so it must not count as
 * undetermined; how much it is only a construction can tell, because it lies in three shapes at once.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Sql } from '../database/sql.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { lonLatToAnalysis } from '../geometry/planes.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readCoverage, readFeatureGeometries } from '../layers/read-features.js';
import { type Ground, hasDeclaredCoverage } from './measure-ground.js';
import type { Shape } from './shapes.js';

/** Declared coverage in the analysis plane; undefined where none is declared. */
export async function readCoveragePlane(
  sql: Sql,
  layer: LayerSnapshot,
): Promise<MultiPolygonRings | undefined> {
  const lonLat = hasDeclaredCoverage(layer) ? await readCoverage(sql, layer) : undefined;
  return lonLat && lonLatToAnalysis(lonLat, layer.planeZone);
}

/** Corrects the grounds of a cover's parcels that reach beyond its coverage and meet features. */
export async function settleBeyondCoverage(
  parts: { sql: Sql; geos: GeosPool },
  layer: LayerSnapshot,
  shapes: readonly Shape[],
  grounds: readonly Ground[],
): Promise<Ground[]> {
  if (layer.kind === 'partition' || !hasDeclaredCoverage(layer)) return [...grounds];
  let coverage: Promise<MultiPolygonRings | undefined> | undefined;
  const reachesBeyond = (ground: Ground): boolean => ground.undeterminedM2 > 0 && ground.features.size > 0;
  if (!grounds.some(reachesBeyond)) return [...grounds];
  const settled = grounds.map(async (ground, i) => {
    if (!reachesBeyond(ground)) return ground;
    coverage ??= readCoveragePlane(parts.sql, layer);
    const unknown = await constructUnknown(parts, layer, shapes[i]!, ground, (await coverage) ?? []);
    const freeM2 = ground.outsideM2 + ground.undeterminedM2;
    const zero = 1e-6 + 1e-9 * ground.shapeAreaM2;
    const found = Math.min(planarAreaM2(unknown), freeM2);
    const undeterminedM2 = found <= zero ? 0 : freeM2 - found <= zero ? freeM2 : found;
    return {
      ...ground,
      undeterminedM2,
      outsideM2: freeM2 - undeterminedM2,
      missingReason: undeterminedM2 > 0 ? ground.missingReason : null,
    };
  });
  return Promise.all(settled);
}

async function constructUnknown(
  parts: { sql: Sql; geos: GeosPool },
  layer: LayerSnapshot,
  shape: Shape,
  ground: Ground,
  coverage: MultiPolygonRings,
): Promise<MultiPolygonRings> {
  const beyond = await parts.geos.difference(shape.rings, coverage);
  const geometries = await readFeatureGeometries(parts.sql, layer, [...ground.features.keys()]);
  const features = [...geometries.values()].map((lonLat) => lonLatToAnalysis(lonLat, layer.planeZone));
  return parts.geos.difference(beyond, await parts.geos.union(features));
}
