/** What this room needs of the process, and the file of parcels that both of its documents begin with. */
import type { Database } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import type { FeatureCache } from '../overlay/feature-cache.js';
import { isPresent, type LayerOrMissing } from '../overlay/measure-overlaps.js';
import type { TileCache } from '../overlay/tile-cache.js';
import type { Jurisdiction, ParcelLimits, ParcelWarning } from '../parcels/parcel-types.js';
import type { PolicyLibrary } from '../policy/rule-pack-types.js';

/** The layer versions of one answer, pinned, and the ground they say the office answers for. */
export interface SupplyGround {
  layers: readonly LayerOrMissing[];
  jurisdiction: Jurisdiction | undefined;
  warnings: readonly ParcelWarning[];
}

export interface SupplyParts {
  db: Database;
  geos: GeosPool;
  tiles: TileCache;
  features: FeatureCache;
  limits: ParcelLimits;
  /** Pairs parcel × feature measured in one answer at most. */
  maxPairs: number;
  policy: PolicyLibrary;
  today: () => string;
  /** Versions of those layers: the active ones, or those of the day `asOf`. */
  findGround(layerIds: readonly string[], asOf: string | undefined): Promise<SupplyGround>;
}

/** A submitted file and how its coordinates are to be read. */
export interface SupplyFile {
  body: Uint8Array;
  contentType: string;
  crs?: string | undefined;
  repair?: boolean | undefined;
  /** The day whose tables apply, YYYY-MM-DD; default today. */
  onDate?: string | undefined;
  /** Use the layer versions of this day, YYYY-MM-DD. */
  asOf?: string | undefined;
}

export interface SupplyProgress {
  step: 'reading' | 'adjacency' | 'layers' | 'bundles' | 'proposals' | 'joining' | 'fragments';
  done: number;
  total: number;
}

export interface SupplyWatch {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: SupplyProgress) => void) | undefined;
}

/** A layer version as an answer names it. */
export interface NamedLayer {
  id: string;
  version: string | null;
  dataDate: string | null;
  status: LayerOrMissing['status'];
  nameZh: string;
  nameEn: string;
}

export const nameLayer = (layer: LayerOrMissing): NamedLayer => ({
  id: layer.layerId,
  version: isPresent(layer) ? layer.version : null,
  dataDate: isPresent(layer) ? layer.dataDate : null,
  status: layer.status,
  nameZh: layer.nameZh,
  nameEn: layer.nameEn,
});

/** Half the tolerance of desktop GIS on metre data on either side of a border, as checks take it. */
export const LAYER_NOISE = { areaM2: 0.01, widthM: 0.002 };
