/**
 * Measures parcels against layer versions: areas from the kernel, ground divided and closed, noise told apart.
 * It has no opinion about what an overlap means; that is policy's.
 */

import { crsTable } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import type { Sql } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { officialAreaCents } from '../geometry/official-area.js';
import type { LayerSnapshot, MissingLayer } from '../layers/layer-types.js';
import type { Parcel } from '../parcels/parcel-types.js';
import type { FeatureCache } from './feature-cache.js';
import { noClaims, type SeparatedGround, separateOverlaps } from './inner-overlaps.js';
import { type Ground, measureGround } from './measure-ground.js';
import type { OverlayMeasure } from './measure-types.js';
import { findNoise, mayHoldNoise, type NoiseLimits, noNoise, shrinkShape } from './noise.js';
import { missingMeasure, printMeasure, UNPRINTABLE_M2 } from './print-measure.js';
import { type Shape, shapeOfParcel } from './shapes.js';
import type { TileCache } from './tile-cache.js';

export interface OverlayParts {
  sql: Sql;
  geos: GeosPool;
  tiles: TileCache;
  features: FeatureCache;
  /** Pairs parcel × feature measured in one check at most. */
  maxPairs: number;
  signal?: AbortSignal | undefined;
}

export interface MeasuredParcel {
  parcel: Parcel;
  shape: Shape;
  /** Printed ellipsoid area, m² to 0.01. */
  areaM2: number;
  /** One row per layer asked for, in that order. */
  overlays: OverlayMeasure[];
  /** Unrounded area by layer version and feature: what the second engine is compared with. */
  grounds: ReadonlyMap<number, Ground>;
}

export type LayerOrMissing = LayerSnapshot | MissingLayer;

export const isPresent = (layer: LayerOrMissing): layer is LayerSnapshot => layer.status !== 'missing';

export async function measureOverlaps(
  parts: OverlayParts,
  parcels: readonly Parcel[],
  layers: readonly LayerOrMissing[],
  noiseOf: (layerId: string) => NoiseLimits,
): Promise<MeasuredParcel[]> {
  const measured = parcels.map((parcel) => ({
    parcel,
    shape: shapeOfParcel(parcel),
    areaM2: officialAreaCents(parcel.plane, crsTable.get(parcel.planeEpsg)!) / 100,
    overlays: [] as OverlayMeasure[],
    grounds: new Map<number, Ground>(),
  }));
  const shrunk: ShrunkShapes = new Map();
  let pairs = 0;
  for (const layer of layers) {
    if (!isPresent(layer)) {
      for (const row of measured) row.overlays.push(missingMeasure(layer.layerId, row.areaM2));
      continue;
    }
    const rows = await measureLayer(parts, layer, measured, shrunk, noiseOf(layer.layerId));
    pairs += rows.reduce((acc, { ground }) => acc + ground.features.size, 0);
    if (pairs > parts.maxPairs) throw tooManyPairs(pairs, parts.maxPairs);
    rows.forEach(({ overlay, ground }, i) => {
      measured[i]!.overlays.push(overlay);
      measured[i]!.grounds.set(layer.versionId, ground);
    });
  }
  return measured;
}

function tooManyPairs(pairs: number, limit: number): AppError {
  return new AppError('too-large', `${pairs} pairs of parcel and feature, limit ${limit}`, {
    pairs,
    limit,
    detail: {
      zh: `本次提交与图层图斑的叠加对数超过上限 ${limit}；请分批提交，或由管理员调高上限。`,
      en: `The submission meets more than ${limit} pairs of parcel and feature; submit in parts, or have the limit raised.`,
    },
  });
}

async function measureLayer(
  parts: OverlayParts,
  layer: LayerSnapshot,
  parcels: readonly { shape: Shape; areaM2: number }[],
  shrunk: ShrunkShapes,
  noise: NoiseLimits,
): Promise<{ overlay: OverlayMeasure; ground: Ground }[]> {
  const shapes = parcels.map((row) => row.shape);
  const grounds = await measureGround(parts.sql, parts.tiles, layer, shapes, parts.signal);
  const features = await parts.features.get(parts.sql, layer, printable(grounds));
  const divided = await divideShared(parts, layer, shapes, grounds, features);
  const suspects = divided
    .map(({ ground }, i) => ({ ground, shape: shapes[i]!, i }))
    .filter(({ ground, shape }) => mayHoldNoise(ground, shape, noise));
  const flags = new Map<number, Awaited<ReturnType<typeof findNoise>>[number]>();
  if (suspects.length > 0) {
    const cores = await Promise.all(
      suspects.map(({ shape }) => shrinkOnce(parts.geos, shape, shrunk, noise)),
    );
    const found = await findNoise(
      parts.sql,
      parts.tiles,
      layer,
      suspects.map(({ ground }) => ground),
      cores,
      features,
      noise,
    );
    for (const [n, { i }] of suspects.entries()) flags.set(i, found[n]!);
  }
  return divided.map(({ ground, claims }, i) => ({
    ground,
    overlay: printMeasure(layer, parcels[i]!.areaM2, ground, features, claims, flags.get(i) ?? noNoise),
  }));
}

function* printable(grounds: readonly Ground[]): Iterable<number> {
  for (const ground of grounds) {
    for (const [featureNo, areaM2] of ground.features) if (areaM2 >= UNPRINTABLE_M2) yield featureNo;
  }
}

async function divideShared(
  parts: OverlayParts,
  layer: LayerSnapshot,
  shapes: readonly Shape[],
  grounds: readonly Ground[],
  features: Parameters<typeof separateOverlaps>[4],
): Promise<SeparatedGround[]> {
  if (!layer.hasInnerOverlaps) return grounds.map((ground) => ({ ground, claims: noClaims }));
  return Promise.all(
    grounds.map((ground, i) => separateOverlaps(parts, layer, shapes[i]!, ground, features)),
  );
}

/** Shrunk parcels by noise width: computed once for all layers that share a width. */
type ShrunkShapes = Map<number, Map<Shape, Promise<Shape | undefined>>>;

function shrinkOnce(
  geos: GeosPool,
  shape: Shape,
  known: ShrunkShapes,
  noise: NoiseLimits,
): Promise<Shape | undefined> {
  let ofWidth = known.get(noise.widthM);
  if (!ofWidth) {
    ofWidth = new Map();
    known.set(noise.widthM, ofWidth);
  }
  let shrunk = ofWidth.get(shape);
  if (!shrunk) {
    shrunk = shrinkShape(geos, shape, noise);
    ofWidth.set(shape, shrunk);
  }
  return shrunk;
}
