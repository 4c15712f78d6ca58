/** One check, from submitted parcels to a stored, replayable answer. The REST route, the command line and later the OGC process all call this. */
import type { Database } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { describeLayers } from '../layers/describe-layers.js';
import type { FeatureCache } from '../overlay/feature-cache.js';
import { throwIfStopped } from '../overlay/measure-ground.js';
import { isPresent, type LayerOrMissing, measureOverlaps } from '../overlay/measure-overlaps.js';
import type { NoiseLimits } from '../overlay/noise.js';
import type { TileCache } from '../overlay/tile-cache.js';
import { verifyMeasures } from '../overlay/verify-measures.js';
import { readParcels } from '../parcels/read-parcels.js';
import type { Parcel, ParcelLimits, ParcelWarning } from '../parcels/parcel-types.js';
import { getRulePackOn } from '../policy/find-rule-pack.js';
import type { PolicyLibrary, ResolvedRulePack } from '../policy/rule-pack-types.js';
import type { Stage } from '../policy/policy-types.js';
import type { Check } from './check-types.js';
import { composeCheck } from './compose-check.js';
import { judgeParcels } from './judge-parcels.js';
import type { KnownGround } from './known-ground.js';
import { saveCheck } from './save-check.js';

/** What the doors hand in: a body in one of the formats, and the options of the contract. */
export interface CheckRequest {
  body: Uint8Array;
  contentType: string;
  fileName?: string;
  stage: Stage;
  /** Rule pack id; without it the default pack valid on `onDate`. */
  rulePack?: string;
  /** The day whose rules apply, YYYY-MM-DD; default today. */
  onDate?: string;
  /** Use the layer versions of this day, YYYY-MM-DD; default the active ones. */
  asOf?: string;
  /** CRS of projected coordinates, e.g. EPSG:4547. */
  crs?: string;
  /** Measure again with the second engine. */
  verify: boolean;
  /** Repair invalid parcels and list the change instead of refusing them. */
  repair?: boolean;
}

/** What one process holds for checks: opened once, shared by all requests. */
export interface CheckParts {
  db: Database;
  geos: GeosPool;
  tiles: TileCache;
  features: FeatureCache;
  districts: KnownGround;
  limits: ParcelLimits;
  /** Pairs parcel × feature measured in one check at most. */
  maxPairs: number;
  policy: PolicyLibrary;
  /** Versions of the engines, for the answer. */
  versions: Readonly<Record<string, string>>;
  today: () => string;
}

/** Options of a check that its answer depends on, with layer versions pinned: stored for replay. */
export interface PinnedRequest {
  stage: Stage;
  rulePack: { id: string; version: string };
  onDate: string;
  asOf: string | null;
  verify: boolean;
  layers: readonly { layerId: string; version: string | null }[];
}

export async function createCheck(
  parts: CheckParts,
  request: CheckRequest,
  signal?: AbortSignal,
): Promise<Check> {
  const onDate = request.onDate ?? parts.today();
  const pack = getRulePackOn(parts.policy, request.rulePack, onDate);
  const layers = await describeLayers(parts.db, layersToMeasure(pack), request.asOf);
  const jurisdiction = await parts.districts.groundOf(parts.db, layers);
  const { body, crs, repair } = request;
  const batch = await readParcels({ body, crs, repair, limits: parts.limits, jurisdiction }, parts.geos);
  const answer = await answerCheck(parts, {
    parcels: batch.parcels,
    warnings: batch.warnings,
    pack,
    layers: layers.filter((layer) => !isUnneeded(layer, pack)),
    stage: request.stage,
    onDate,
    asOf: request.asOf ?? null,
    verify: request.verify,
    signal,
  });
  throwIfStopped(signal);
  return saveCheck(parts.db, answer, batch.parcels);
}

/** Everything an answer is made of, nothing read from the clock or the registry any more. */
export interface PinnedInput {
  parcels: readonly Parcel[];
  warnings: readonly ParcelWarning[];
  pack: ResolvedRulePack;
  layers: readonly LayerOrMissing[];
  stage: Stage;
  onDate: string;
  asOf: string | null;
  verify: boolean;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  /** The check without id, time and hash. */
  body: Omit<Check, 'id' | 'createdAt' | 'sha256'>;
  pinned: PinnedRequest;
  warnings: readonly ParcelWarning[];
}

/** Measures, judges and composes: the part that a replay runs again. */
export async function answerCheck(parts: CheckParts, input: PinnedInput): Promise<Answer> {
  const snapshots = input.layers.filter(isPresent);
  const { db: sql, geos, tiles, features, maxPairs } = parts;
  const overlay = { sql, geos, tiles, features, maxPairs, signal: input.signal };
  const measured = await measureOverlaps(overlay, input.parcels, input.layers, (layerId) => noiseLimits(input.pack, layerId));
  const verification = input.verify ? await verifyMeasures(parts, measured, snapshots) : null;
  const judged = judgeParcels(input, measured, verification);
  return {
    body: composeCheck(input, measured, judged, verification, parts.versions),
    warnings: input.warnings,
    pinned: {
      stage: input.stage,
      rulePack: { id: input.pack.id, version: input.pack.version },
      onDate: input.onDate,
      asOf: input.asOf,
      verify: input.verify,
      layers: input.layers.map((layer) => ({
        layerId: layer.layerId,
        version: isPresent(layer) ? layer.version : null,
      })),
    },
  };
}

/** The pack's layers, and the districts, which no rule needs but every report names. */
const layersToMeasure = (pack: ResolvedRulePack): string[] => [
  ...new Set([...pack.layers.map((need) => need.layer), 'xzq']),
];

/** A layer that is not registered and that no rule reads is left out, so that it can not make anything undetermined. */
const isUnneeded = (layer: LayerOrMissing, pack: ResolvedRulePack): boolean =>
  !isPresent(layer) && !pack.layers.some((need) => need.layer === layer.layerId);

/** Half the tolerance of desktop GIS on metre data (0.001 m) on either side of a border, both ways. */
const DEFAULT_NOISE = { areaM2: 0.01, widthM: 0.002 };

function noiseLimits(pack: ResolvedRulePack, layerId: string): NoiseLimits {
  const need = pack.layers.find((one) => one.layer === layerId);
  return { ...DEFAULT_NOISE, ...need?.ignoreBelow };
}
