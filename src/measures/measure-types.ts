/** What a measure is and what it answers. The table of measures and everything in it knows nothing of HTTP. */
import type { TObject, TSchema, TUnion } from 'typebox';
import type { Bilingual, InputFault } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Database } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import type { FeatureCache } from '../overlay/feature-cache.js';
import type { KnownGround } from '../overlay/known-ground.js';
import type { TileCache } from '../overlay/tile-cache.js';
import type { ParcelLimits, ParcelWarning } from '../parcels/parcel-types.js';
import type { FindingSource, Verdict } from '../policy/policy-types.js';
import type { PolicyLibrary } from '../policy/rule-pack-types.js';

/** What one process holds; the parts of a check fit by shape. */
export interface MeasureParts {
  db: Database;
  geos: GeosPool;
  tiles: TileCache;
  features: FeatureCache;
  districts: KnownGround;
  limits: ParcelLimits;
  /** Pairs parcel × feature measured in one call at most. */
  maxPairs: number;
  policy: PolicyLibrary;
  today: () => string;
}

export interface MeasureContext {
  /** The day whose clauses and thresholds apply, YYYY-MM-DD. */
  onDate: string;
  signal: AbortSignal | undefined;
  /** Collects what is wrong with the input beyond its schema; all of it ends in one refusal. */
  faults: InputFault[];
}

/** A number that somebody may want to print, with its unit and how it came about. */
export interface Figure {
  id: string;
  label: Bilingual;
  /** Null: not determined. */
  value: number | null;
  unit: 'm2' | 'm' | '%' | 'CNY' | 'year' | 'day' | 'count' | 'degree' | '1';
  /** Ellipsoid, plane, as submitted …; null where the unit says it all. */
  basis: Bilingual | null;
}

/** A number of a clause as data: what is compared with what, and where it stands. */
export interface Threshold {
  id: string;
  op: '<=' | '>=' | '<' | '=';
  value: number;
  unit: Figure['unit'];
  source: FindingSource;
  /** How the clause was read where its words leave a choice. */
  note?: Bilingual;
}

export interface MissingInput {
  /** RFC 6901 pointer into what was sent: where it should stand. */
  pointer: string;
  detail: Bilingual;
}

export interface UsedLayer {
  id: string;
  version: string | null;
  dataDate: string | null;
  sha256: string | null;
  status: 'active' | 'superseded' | 'missing';
  nameZh: string;
  nameEn: string;
}

export interface AnswerFeature {
  type: 'Feature';
  id: string;
  geometry: { type: 'MultiPolygon'; coordinates: MultiPolygonRings };
  properties: Readonly<Record<string, unknown>>;
}

/** EPSG:4490 lon/lat to 10 decimals. */
export interface AnswerGeometry {
  type: 'FeatureCollection';
  features: readonly AnswerFeature[];
}

/** What a measure's own file gives; `run-measure.ts` adds the rest. */
export interface Outcome<Result = unknown> {
  verdict: Verdict;
  /** One sentence that an official would sign. */
  sentence: Bilingual;
  sources: readonly FindingSource[];
  thresholds: readonly Threshold[];
  figures: readonly Figure[];
  missing: readonly MissingInput[];
  layers: readonly UsedLayer[];
  warnings: readonly Pick<ParcelWarning, 'code' | 'detail'>[];
  /** The measure's own rows; null where nothing could be computed. */
  result: Result | null;
  geometry: AnswerGeometry | null;
}

export interface MeasureAnswer extends Outcome {
  measure: string;
  title: Bilingual;
  onDate: string;
  /** Trimmed parcels and shifted places: a proposal, not a judgement. */
  suggestion: boolean;
}

export interface Measure {
  id: string;
  title: Bilingual;
  summary: Bilingual;
  sources: readonly FindingSource[];
  /** Day from which the measure can be asked (its documents are in force), YYYY-MM-DD. */
  effectiveFrom: string;
  suggestion: boolean;
  input: TObject | TUnion;
  /** Schema of `result`. */
  result: TSchema;
  /** Layers it reads from the registry; empty for measures of figures alone. */
  layers: readonly string[];
  /** Its result holds proposed ground (`plane`), which can be written as 国土 TXT. */
  givesGround: boolean;
  run(parts: MeasureParts, input: never, context: MeasureContext): Promise<Outcome>;
}
