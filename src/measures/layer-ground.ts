/** Registered layers as a measure sees them: pinned versions without made-up ones beside real ones, ranges measured against them. */

import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toLonLat } from '../geometry/planes.js';
import { describeLayers } from '../layers/describe-layers.js';
import { withoutMadeUp } from '../overlay/made-up-layers.js';
import { type LayerOrMissing, type MeasuredParcel, measureOverlaps } from '../overlay/measure-overlaps.js';
import type { NoiseLimits } from '../overlay/noise.js';
import type { Parcel, ParcelWarning } from '../parcels/parcel-types.js';
import type { ResolvedRulePack } from '../policy/rule-pack-types.js';
import type { MeasureParts } from './measure-types.js';

/** As the packs' own noise numbers (docs/overlay-semantics.md §6). */
const DEFAULT_NOISE: NoiseLimits = { areaM2: 0.01, widthM: 0.002 };

export async function pinLayers(
  parts: MeasureParts,
  layerIds: readonly string[],
  asOf: string | undefined,
): Promise<{ layers: LayerOrMissing[]; warnings: ParcelWarning[] }> {
  return withoutMadeUp(await describeLayers(parts.db, layerIds, asOf));
}

export const noiseOf =
  (pack: ResolvedRulePack | undefined) =>
  (layerId: string): NoiseLimits => ({
    ...DEFAULT_NOISE,
    ...pack?.layers.find((need) => need.layer === layerId)?.ignoreBelow,
  });

export function measureParcels(
  parts: MeasureParts,
  parcels: readonly Parcel[],
  layers: readonly LayerOrMissing[],
  signal: AbortSignal | undefined,
  pack?: ResolvedRulePack,
): Promise<MeasuredParcel[]> {
  const { db: sql, geos, tiles, features, maxPairs } = parts;
  return measureOverlaps({ sql, geos, tiles, features, maxPairs, signal }, parcels, layers, noiseOf(pack));
}

/** Rings of a 3° zone as a parcel, for ground that was constructed and not submitted. */
export function asParcel(
  id: string,
  plane: MultiPolygonRings,
  epsg: number,
  from?: Pick<Parcel, 'name' | 'landUse' | 'properties' | 'resolutionM'>,
): Parcel {
  return {
    id,
    name: from?.name ?? null,
    landUse: from?.landUse ?? null,
    properties: from?.properties ?? {},
    sourceEpsg: epsg,
    source: plane,
    lonLat: toLonLat(plane, zoneCrs(epsg - 4488)),
    plane,
    planeEpsg: epsg,
    resolutionM: from?.resolutionM ?? 0.001,
    warnings: [],
  };
}
