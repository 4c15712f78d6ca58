/** What the files of this room hand each other: the request, the parts of the process, the pinned input and its answer. */
import type { Database } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import type { FeatureCache } from '../overlay/feature-cache.js';
import type { KnownGround } from '../overlay/known-ground.js';
import type { LayerOrMissing } from '../overlay/measure-overlaps.js';
import type { TileCache } from '../overlay/tile-cache.js';
import type { Parcel, ParcelLimits, ParcelWarning } from '../parcels/parcel-types.js';
import type { Stage } from '../policy/policy-types.js';
import type { PolicyLibrary, ResolvedRulePack } from '../policy/rule-pack-types.js';
import type { ComposedCheck } from './check-types.js';

/** What the doors hand in: a body in one of the formats, and the options of the contract. */
export interface CheckRequest {
  /** Id under which the check is stored; a new one without it. */
  id?: string;
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
  /** Which layer of a file of several. */
  layer?: string;
  /** Encoding of text in the file: GBK, UTF-8, Big5. */
  encoding?: string;
  /** Measure again with the second engine. */
  verify: boolean;
  /** Repair invalid parcels and list the change instead of refusing them. */
  repair?: boolean;
  /** What the applicant says for the whole check (project type …), by the facts of the rule pack. */
  facts?: Readonly<Record<string, string>>;
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
  /** SHA-256 of the rules as they were put together for the day: a replay takes these and no others. */
  rulesSha256?: string;
  facts?: Readonly<Record<string, string>>;
  onDate: string;
  asOf: string | null;
  verify: boolean;
  /** `status` is that of the day of the check: a replay shows it as it was, whatever was imported since. */
  layers: readonly { layerId: string; version: string | null; status: LayerOrMissing['status'] }[];
}

/** Everything an answer is made of, nothing read from the clock or the registry any more. */
export interface PinnedInput {
  parcels: readonly Parcel[];
  warnings: readonly ParcelWarning[];
  pack: ResolvedRulePack;
  layers: readonly LayerOrMissing[];
  stage: Stage;
  facts?: Readonly<Record<string, string>> | undefined;
  onDate: string;
  asOf: string | null;
  verify: boolean;
  signal?: AbortSignal | undefined;
}

export interface Answer {
  body: ComposedCheck;
  pinned: PinnedRequest;
  warnings: readonly ParcelWarning[];
}
