/** Ground that several features of one layer version cover at once: constructed by GEOS, so that it is counted once. */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Sql } from '../database/sql.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { lonLatToAnalysis } from '../geometry/planes.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { innerOverlapsAmong, readFeatureGeometries } from '../layers/read-features.js';
import type { ShownFeature } from './feature-cache.js';
import { divideKnown, type Ground, refuseExcess } from './measure-ground.js';
import type { Shape } from './shapes.js';

/** Ground of one parcel that features of one version claim more than once. */
export interface Claims {
  /** By feature number, m² of its overlap already counted under an earlier feature. */
  shared: ReadonlyMap<number, number>;
  /** By feature number, m² counted under it that a feature of another class claims too: its class is not known. */
  contested: ReadonlyMap<number, number>;
}

export const noClaims: Claims = { shared: new Map(), contested: new Map() };

export interface SeparatedGround {
  ground: Ground;
  claims: Claims;
}

/** Half the width of 0.002 m below which ground is a border drawn twice, not a claim. */
const CLAIM_HALF_WIDTH_M = 0.001;

/**
 * Corrects one parcel's ground where features known to overlap each other both touch it. Features count in the order
 * of their code, so the same data always gives the same division.
 */
export async function separateOverlaps(
  parts: { sql: Sql; geos: GeosPool },
  layer: LayerSnapshot,
  shape: Shape,
  ground: Ground,
  features: ReadonlyMap<number, ShownFeature>,
): Promise<SeparatedGround> {
  const numbers = [...ground.features.keys()];
  const totalM2 = sum(ground.features.values());
  const pairs = numbers.length < 2 ? [] : await innerOverlapsAmong(parts.sql, layer, numbers);
  if (pairs.length === 0) {
    refuseExcess(layer, shape.areaM2, totalM2, numbers.length);
    return { ground, claims: noClaims };
  }
  const known = new Set(pairs.flatMap((pair) => [pair.featureA, pair.featureB]));
  const order = [...known].sort((a, b) => compareCodes(features.get(a), features.get(b)));
  const pieces = await constructClaims(parts, layer, shape, order);
  const claims = await divideClaims(
    parts.geos,
    pieces,
    (featureNo) => features.get(featureNo)?.classCode ?? null,
  );
  const countedM2 = totalM2 - sum(claims.shared.values());
  refuseExcess(layer, shape.areaM2, countedM2, numbers.length);
  const unionM2 = Math.min(countedM2, shape.areaM2);
  return {
    ground: divideKnown(layer, shape.areaM2, ground.features, unionM2, ground.coveredM2),
    claims,
  };
}

interface Claim {
  featureNo: number;
  rings: MultiPolygonRings;
}

async function constructClaims(
  parts: { sql: Sql; geos: GeosPool },
  layer: LayerSnapshot,
  shape: Shape,
  order: readonly number[],
): Promise<Claim[]> {
  const geometries = await readFeatureGeometries(parts.sql, layer, order);
  const claims: Claim[] = [];
  for (const featureNo of order) {
    const lonLat = geometries.get(featureNo)!;
    const rings = await parts.geos.intersection(shape.rings, lonLatToAnalysis(lonLat, layer.planeZone));
    if (rings.length > 0) claims.push({ featureNo, rings });
  }
  return claims;
}

/** The first claim counts the ground; what a claim of another class covers as well is contested. */
async function divideClaims(
  geos: GeosPool,
  pieces: readonly Claim[],
  classOf: (featureNo: number) => string | null,
): Promise<Claims> {
  const shared = new Map<number, number>();
  const contested = new Map<number, number>();
  for (const [i, { featureNo, rings }] of pieces.entries()) {
    const before = pieces.slice(0, i).map((piece) => piece.rings);
    const earlier = before.length > 0 ? await geos.union(before) : [];
    const again = earlier.length > 0 ? planarAreaM2(await geos.intersection(rings, earlier)) : 0;
    if (again > 0) shared.set(featureNo, again);
    const others = pieces.filter((piece) => classOf(piece.featureNo) !== classOf(featureNo));
    if (others.length === 0) continue;
    const own = earlier.length > 0 ? await geos.difference(rings, earlier) : rings;
    const claimed = await geos.intersection(own, await geos.union(others.map((piece) => piece.rings)));
    if (claimed.length === 0 || (await geos.erode(claimed, CLAIM_HALF_WIDTH_M)).length === 0) continue;
    contested.set(featureNo, planarAreaM2(claimed));
  }
  return { shared, contested };
}

function sum(values: Iterable<number>): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

function compareCodes(a: ShownFeature | undefined, b: ShownFeature | undefined): number {
  const left = a?.bsm ?? '';
  const right = b?.bsm ?? '';
  if (left !== right) return left < right ? -1 : 1;
  return (a?.featureNo ?? 0) - (b?.featureNo ?? 0);
}
