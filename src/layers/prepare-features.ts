/**
 * Makes features of a file ready to store: repairs invalid shapes (and says so), moves them to lon/lat and to the
 * analysis plane, measures them. One batch at a time; storing is left to the writers.
 */
import type { Crs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { isPlainlyValid } from '../geometry/plainly-valid.js';
import { lonLatToAnalysis, planeToAnalysis, toLonLat } from '../geometry/planes.js';
import type { DroppedFeature, RepairedFeature } from './certificate.js';
import type { FeatureAttributes } from './read-attributes.js';

/** A feature as read: shape in the CRS of the file. */
export interface SourceFeature extends FeatureAttributes {
  /** Position in the file, from 1; stays the feature's number in the version. */
  featureNo: number;
  rings: MultiPolygonRings;
  /** What reading the shape had to mend. */
  mended: readonly string[];
}

export interface PreparedFeature extends FeatureAttributes {
  featureNo: number;
  /** EPSG:4490 degrees. */
  lonLat: MultiPolygonRings;
  /** Analysis plane, metres, edges broken at 70 m. */
  analysis: MultiPolygonRings;
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
        bsm: feature.bsm,
        reason: repair?.failure ?? (repair ? `nothing left after repair (${repair.reason})` : 'no area'),
      });
      continue;
    }
    result.features.push(prepared);
    const reasons = [...feature.mended, ...(repair ? [repair.reason] : [])];
    if (reasons.length > 0) {
      result.repaired.push({
        featureNo: feature.featureNo,
        bsm: feature.bsm,
        reason: reasons.join('; '),
        place: repair?.place ? placeOf(ground, repair.place) : null,
        areaBeforeM2: repair ? planarAreaM2(toAnalysis(ground, feature.rings)) : prepared.planeAreaM2,
        areaAfterM2: prepared.planeAreaM2,
      });
    }
  }
  return result;
}

interface Repair {
  reason: string;
  place: readonly [number, number] | null;
  rings: MultiPolygonRings | undefined;
  failure?: string;
}

/** The features that GEOS finds invalid, with their repaired shape; those missing from the answer are valid. */
async function findRepairs(geos: GeosPool, batch: readonly SourceFeature[]): Promise<Map<number, Repair>> {
  const doubtful = batch.filter((feature) => !isPlainlyValid(feature.rings));
  const repairs = new Map<number, Repair>();
  if (doubtful.length === 0) return repairs;
  const validities = await geos.validityOfAll(doubtful.map((feature) => feature.rings));
  await Promise.all(
    doubtful.map(async (feature, i) => {
      const validity = validities[i]!;
      if (validity.valid) return;
      const reason = validity.reason ?? 'invalid';
      try {
        const rings = await geos.makeValid(feature.rings);
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

function project(ground: Ground, feature: SourceFeature, rings: MultiPolygonRings): PreparedFeature {
  const analysis = toAnalysis(ground, rings);
  const { mended: _, rings: __, ...attributes } = feature;
  return {
    ...attributes,
    lonLat: toLonLat(rings, ground.crs),
    analysis,
    planeAreaM2: planarAreaM2(analysis),
  };
}

/** A file in the version's own 3° zone keeps its plane coordinates; anything else goes by way of lon/lat. */
export function toAnalysis(ground: Ground, rings: MultiPolygonRings): MultiPolygonRings {
  const { crs, planeZone } = ground;
  const inZone = crs.kind === 'gauss-kruger' && crs.zoneWidth === 3 && crs.zone === planeZone;
  return inZone ? planeToAnalysis(rings, crs) : lonLatToAnalysis(toLonLat(rings, crs), planeZone);
}

function placeOf(ground: Ground, [x, y]: readonly [number, number]): readonly [number, number] | null {
  const point = toLonLat([[[[x, y]]]], ground.crs)[0]?.[0]?.[0];
  return point ? [point[0], point[1]] : null;
}
