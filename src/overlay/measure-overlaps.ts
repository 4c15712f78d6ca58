/**
 * Measures parcels against layer versions: areas from the kernel, ground divided and closed, noise told apart.
 * It has no opinion about what an overlap means; that is policy's.
 */

import { crsTable } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { officialAreaCents } from '../geometry/official-area.js';
import type { LayerSnapshot, MissingLayer } from '../layers/layer-types.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { divideGround, type GroundParts } from './divide-ground.js';
import type { ShownFeature } from './feature-cache.js';
import type { Ground } from './measure-ground.js';
import type { OverlayMeasure } from './measure-types.js';
import { findNoise, mayHoldNoise, type NoiseLimits, noNoise, shrinkShape } from './noise.js';
import { missingMeasure, type NoiseFlags, printMeasure } from './print-measure.js';
import { type Shape, shapeOfParcel } from './shapes.js';

export interface OverlayParts extends GroundParts {
  /** Pairs parcel × feature measured in one check at most. */
  maxPairs: number;
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
  /** Pairs of earlier parcels of the same check; counted on. */
  counted = { pairs: 0 },
): Promise<MeasuredParcel[]> {
  const measured = parcels.map((parcel) => ({
    parcel,
    shape: shapeOfParcel(parcel),
    areaM2: officialAreaCents(parcel.plane, crsTable.get(parcel.planeEpsg)!) / 100,
    overlays: [] as OverlayMeasure[],
    grounds: new Map<number, Ground>(),
  }));
  const shrunk: ShrunkShapes = new Map();
  const byLayer = await inTurns(layers, LAYERS_AT_ONCE, async (layer) => {
    if (!isPresent(layer)) return undefined;
    const rows = await measureLayer(parts, layer, measured, shrunk, noiseOf(layer.layerId));
    counted.pairs += rows.reduce((acc, { ground }) => acc + ground.features.size, 0);
    if (counted.pairs > parts.maxPairs) throw tooManyPairs(counted.pairs, parts.maxPairs);
    return { layer, rows };
  });
  byLayer.forEach((found, n) => {
    measured.forEach((row, i) => {
      if (!found) {
        row.overlays.push(missingMeasure(layers[n]!.layerId, row.areaM2));
        return;
      }
      const { overlay, ground } = found.rows[i]!;
      row.overlays.push(overlay);
      row.grounds.set(found.layer.versionId, ground);
    });
  });
  return measured;
}

/** While the database looks for tiles of one layer, this thread unpacks and measures those of another. */
const LAYERS_AT_ONCE = 3;

/** Works on all items, `atOnce` of them at any time; answers in their order. The first failure starts nothing more. */
async function inTurns<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const worker = async (): Promise<void> => {
    while (next < items.length && !failed) {
      const i = next++;
      results[i] = await work(items[i]!).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return results;
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
  const { grounds, claims, features } = await divideGround(parts, layer, shapes);
  const flags = await findFlags(parts, layer, shapes, grounds, features, shrunk, noise);
  return grounds.map((ground, i) => ({
    ground,
    overlay: printMeasure(layer, parcels[i]!.areaM2, ground, features, claims[i]!, flags[i]!),
  }));
}

/** Noise of each ground. Only parcels with a figure small enough are shrunk and measured again. */
async function findFlags(
  parts: OverlayParts,
  layer: LayerSnapshot,
  shapes: readonly Shape[],
  grounds: readonly Ground[],
  features: ReadonlyMap<number, ShownFeature>,
  shrunk: ShrunkShapes,
  noise: NoiseLimits,
): Promise<NoiseFlags[]> {
  const suspects = shapes.filter((shape, i) => mayHoldNoise(grounds[i]!, shape, noise));
  const cores = await Promise.all(suspects.map((shape) => shrinkOnce(parts.geos, shape, shrunk, noise)));
  const plump = cores.filter((core) => core !== undefined);
  const measured = plump.length > 0 ? (await divideGround(parts, layer, plump)).grounds : [];
  const coreOf = new Map(plump.map((core, n) => [core, measured[n]!]));
  const groundOfCore = new Map(suspects.map((shape, n) => [shape, cores[n] && coreOf.get(cores[n])]));
  return grounds.map((ground, i) => {
    const core = groundOfCore.get(shapes[i]!);
    return core ? findNoise(ground, core, shapes[i]!, features, noise) : noNoise;
  });
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
