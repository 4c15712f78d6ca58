/**
 * Makes features of a file ready to store: repairs invalid shapes (and says so), moves them to lon/lat and to the
 * analysis plane, measures them. One batch at a time; storing is left to the writers.
 */
import type { Crs } from '../core/crs.js';
import type { FlatMultiPolygon } from '../core/geometry-types.js';
import { flatAreaM2, toFlat, toNested } from '../geometry/flat-rings.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { placeFlat } from '../geometry/place-flat.js';
import { isPlainlyValid } from '../geometry/plainly-valid.js';
import { toLonLat } from '../geometry/planes.js';
import type { DroppedFeature, RepairedFeature } from './certificate.js';
import type { FeatureAttributes } from './read-attributes.js';

/** A feature as read: shape in the CRS of the file. */
export interface SourceFeature {
  /** Position in the file, from 1; stays the feature's number in the version. */
  featureNo: number;
  own: FeatureAttributes;
  rings: FlatMultiPolygon;
  /** What reading the shape had to mend. */
  mended: readonly string[];
}

export interface PreparedFeature {
  featureNo: number;
  own: FeatureAttributes;
  /** EPSG:4490 degrees. */
  lonLat: FlatMultiPolygon;
  /** Analysis plane, metres, edges broken at 70 m. */
  analysis: FlatMultiPolygon;
  /** Ellipsoid m². */
  planeAreaM2: number;
}

export interface Ground {
  crs: Crs;
  planeZone: number;
}

export interface PreparedBatch {
  features: PreparedFeature[];
  repaired: RepairedFeature[];
  dropped: DroppedFeature[];
}

/** Below this a polygon holds no ground that any figure could show (printed areas have 0.01 m²). */
const NO_AREA_M2 = 1e-6;

export async function prepareBatch(
  geos: GeosPool,
  ground: Ground,
  batch: readonly SourceFeature[],
): Promise<PreparedBatch> {
  const result: PreparedBatch = { features: [], repaired: [], dropped: [] };
  const repairs = await findRepairs(geos, batch);
  for (const feature of batch) {
    const repair = repairs.get(feature.featureNo);
    const rings = repair ? repair.rings : feature.rings;
    const prepared = rings && project(ground, feature, rings);
    if (!prepared || !(prepared.planeAreaM2 > NO_AREA_M2)) {
      result.dropped.push({
        featureNo: feature.featureNo,
        bsm: feature.own.bsm,
        reason: repair?.failure ?? (repair ? `nothing left after repair (${repair.reason})` : 'no area'),
      });
      continue;
    }
    result.features.push(prepared);
    const reasons = [...feature.mended, ...(repair ? [repair.reason] : [])];
    if (reasons.length > 0) {
      result.repaired.push({
        featureNo: feature.featureNo,
        bsm: feature.own.bsm,
        reason: reasons.join('; '),
        place: repair?.place ? placeOf(ground, repair.place) : null,
        areaBeforeM2: repair
          ? flatAreaM2(placeFlat(feature.rings, ground.crs, ground.planeZone).analysis)
          : prepared.planeAreaM2,
        areaAfterM2: prepared.planeAreaM2,
      });
    }
  }
  return result;
}

interface Repair {
  reason: string;
  place: readonly [number, number] | null;
  rings: FlatMultiPolygon | undefined;
  failure?: string;
}

/** The features that GEOS finds invalid, with their repaired shape; those missing from the answer are valid. */
async function findRepairs(geos: GeosPool, batch: readonly SourceFeature[]): Promise<Map<number, Repair>> {
  const doubtful = batch.filter((feature) => !isPlainlyValid(feature.rings));
  const repairs = new Map<number, Repair>();
  if (doubtful.length === 0) return repairs;
  const shapes = doubtful.map((feature) => toNested(feature.rings));
  const validities = await geos.validityOfAll(shapes);
  await Promise.all(
    doubtful.map(async (feature, i) => {
      const validity = validities[i]!;
      if (validity.valid) return;
      const reason = validity.reason ?? 'invalid';
      try {
        const rings = toFlat(await geos.makeValid(shapes[i]!));
        repairs.set(feature.featureNo, {
          reason,
          place: validity.place,
          rings: rings.length > 0 ? rings : undefined,
        });
      } catch (error) {
        const failure = `${reason}; repair failed: ${error instanceof Error ? error.message : String(error)}`;
        repairs.set(feature.featureNo, { reason, place: validity.place, rings: undefined, failure });
      }
    }),
  );
  return repairs;
}

function project(
  { crs, planeZone }: Ground,
  { featureNo, own }: SourceFeature,
  rings: FlatMultiPolygon,
): PreparedFeature {
  const { lonLat, analysis } = placeFlat(rings, crs, planeZone);
  return { featureNo, own, lonLat, analysis, planeAreaM2: flatAreaM2(analysis) };
}

function placeOf(ground: Ground, [x, y]: readonly [number, number]): readonly [number, number] | null {
  const point = toLonLat([[[[x, y]]]], ground.crs)[0]?.[0]?.[0];
  return point ? [point[0], point[1]] : null;
}
