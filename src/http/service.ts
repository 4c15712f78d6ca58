/** What the doors (network and terminal) call; the parts behind it are put together in cli/open-service.ts. */

import type { CheckRequest } from '../checks/check-parts.js';
import type { ReportFile, ReportRequest } from '../checks/check-report.js';
import type { CheckSummary, StoredCheck } from '../checks/check-types.js';
import type { LedgerEntry, LedgerQuery, LedgerRequest, LedgerTotal } from '../checks/ledger.js';
import type { Replay } from '../checks/replay-check.js';
import type { DraftRequest, DraftReview } from '../checks/review-draft.js';
import type { UploadResult } from '../checks/rule-pack-store.js';
import type { Bilingual } from '../core/errors.js';
import type { Position } from '../core/geometry-types.js';
import type { WrittenFile } from '../formats/export-table.js';
import type { Job } from '../jobs/job-types.js';
import type { Jobs } from '../jobs/jobs.js';
import type { LayerKind } from '../layers/layer-types.js';
import type { MeasureAnswer } from '../measures/measure-types.js';
import type { StandardParts } from '../ogc/standard.js';
import type { Verdict } from '../policy/policy-types.js';
import type { CoverageRow } from '../policy/rule-pack-types.js';
import type { BundleAnswer, BundleRequest } from '../supply/bundle-types.js';
import type { FragmentAnswer, FragmentRequest } from '../supply/fragment-types.js';

export interface CheckListQuery {
  limit: number;
  /** The cursor of an earlier answer's `next`. */
  after?: string;
  verdict?: Verdict;
}

/** Any GeoJSON geometry, EPSG:4490 degrees. */
export interface PieceFeature {
  type: 'Feature';
  id?: string | number;
  geometry: { type: string; coordinates: readonly Position[] | readonly unknown[] } | null;
  properties: Readonly<Record<string, unknown>>;
}

export interface PieceCollection {
  type: 'FeatureCollection';
  features: readonly PieceFeature[];
}

export interface LayerVersionInfo {
  version: string;
  status: 'active' | 'superseded';
  dataDate: string | null;
  receivedAt: string;
  activatedAt: string | null;
  sourceFile: string;
  sha256: string | null;
  /** EPSG code of the coordinates as received. */
  sourceEpsg: number | null;
  featureCount: number;
  coverage: 'polygon' | 'districts' | 'own-union' | 'none';
  /** The quality certificate of the import; null where it was not asked for. */
  certificate: Readonly<Record<string, unknown>> | null;
}

export interface LayerInfo {
  id: string;
  kind: LayerKind;
  name: Bilingual;
  /** The version checks use now; null when no data has been imported. */
  active: LayerVersionInfo | null;
}

export interface LayerFile {
  path: string;
  /** As the supplier called it. */
  name: string;
}

export interface ImportOptions {
  /** 数据年份/标准时点, YYYY-MM-DD. */
  dataDate?: string;
  /** What ground the file speaks for: administrative codes, or a polygon file. */
  coverage?: { districts: readonly string[] } | { polygonFile: string };
  crs?: string;
  /** Which layer of a file of several. */
  layer?: string;
  /** Encoding of text, over what the file says. */
  encoding?: string;
  /** Field of the file → standard field, over the built-in names. */
  fields?: Readonly<Record<string, string>>;
}

export interface Progress {
  /** What is going on, for people. */
  step: Bilingual;
  done: number;
  /** Unknown while a stream is being read. */
  total?: number;
}

export interface RulePackInfo {
  id: string;
  version: string;
  name: Bilingual;
  effectiveFrom: string;
  effectiveTo: string | null;
  extends: string | null;
  ruleCount: number;
  /** The tests that came with this version as they come out now; none came where `cases` is 0. */
  tests: { cases: number; failed: readonly { name: string; detail: Bilingual }[] };
}

/** One row per numbered measure of each document. */
export interface PackCoverage {
  id: string;
  version: string;
  documents: readonly { document: string; rows: readonly CoverageRow[] }[];
}

/** The whole pack as data: the summary and the pack's own JSON. */
export interface RulePackDocument extends RulePackInfo {
  content: Readonly<Record<string, unknown>>;
}

export interface ServiceStatus {
  ready: boolean;
  /** Why not ready; empty when ready. */
  reasons: readonly Bilingual[];
  database: {
    reachable: boolean;
    kind: 'server' | 'embedded';
    postgresql: string | null;
    postgis: string | null;
    geos: string | null;
    schemaVersion: number | null;
    lostStatements: number;
    reopened: number;
  };
  /** The boot self-check of the area kernel. */
  selfCheck: { ok: boolean; cases: number; failures: readonly string[] };
  layers: readonly { id: string; version: string | null; dataDate: string | null }[];
  cache: { bytes: number; budgetBytes: number };
}

/** What a job of kind `check` answers; the check itself is at the job's location. */
export interface CheckJobResult {
  id: string;
  verdict: Verdict;
  parcelCount: number;
}

/** The part of the jobs room that doors use. */
export type JobRoom = Pick<
  Jobs,
  | 'handle'
  | 'submit'
  | 'find'
  | 'get'
  | 'list'
  | 'readResult'
  | 'cancel'
  | 'remove'
  | 'follow'
  | 'onSuccess'
  | 'start'
>;

/** Every method throws `AppError`; `find…` answers undefined for an id that does not exist. */
export interface Service {
  /** @param take is given the bytes of the answer while they are being stored, to make of them what is sent */
  createCheck(
    request: CheckRequest,
    signal?: AbortSignal,
    take?: (whole: Buffer) => Buffer,
  ): Promise<StoredCheck>;
  /** The same as a job; the rules are those of the day it was asked for. */
  submitCheck(request: CheckRequest): Promise<Job>;
  /** A dossier reviewed module by module; nothing is stored. */
  reviewDraft(request: DraftRequest, signal?: AbortSignal): Promise<DraftReview>;
  /** The stored answer, byte for byte: JSON, UTF-8, texts in both languages. */
  findCheck(id: string): Promise<Buffer | undefined>;
  listChecks(query: CheckListQuery): Promise<{ checks: readonly CheckSummary[]; next?: string }>;
  checkPieces(id: string, signal?: AbortSignal): Promise<PieceCollection>;
  /** A stored check as a file. */
  checkReport(id: string, request: ReportRequest, signal?: AbortSignal): Promise<ReportFile>;
  replayCheck(id: string, signal?: AbortSignal): Promise<Replay>;
  /** 宗地组合供应: neighbours, bundles and, when asked for, proposals. Nothing is stored. */
  createBundles(request: BundleRequest, signal?: AbortSignal): Promise<BundleAnswer>;
  /** 零星地块: limits, kinds with evidence, hosts; with `discover` they are found. Nothing is stored. */
  createFragments(request: FragmentRequest, signal?: AbortSignal): Promise<FragmentAnswer>;
  /** The same as a job, whose result is the answer. */
  submitSupply(kind: 'bundles' | 'fragments', request: BundleRequest | FragmentRequest): Promise<Job>;
  /** Runs one measure on the bytes of its JSON input. */
  runMeasure(id: string, body: Uint8Array, signal?: AbortSignal): Promise<MeasureAnswer>;
  /** The ground that an answer proposes as 国土 TXT; throws `bad-input` where it proposes none that may be used. */
  suggestionTxt(answer: MeasureAnswer): Promise<WrittenFile>;
  listLayers(): Promise<readonly LayerInfo[]>;
  getLayer(id: string): Promise<LayerInfo>;
  listVersions(id: string): Promise<readonly LayerVersionInfo[]>;
  importLayer(
    id: string,
    file: LayerFile,
    options: ImportOptions,
    signal?: AbortSignal,
    onProgress?: (progress: Progress) => void,
  ): Promise<LayerVersionInfo>;
  /** The same as a job; `release` is called when the file is needed no more, once this has answered. */
  submitImport(
    id: string,
    file: LayerFile,
    options: ImportOptions,
    release: () => Promise<void>,
  ): Promise<Job>;
  /** Long work: how it goes. It runs once `jobs.start` was called. */
  readonly jobs: JobRoom;
  listRulePacks(): Promise<readonly RulePackInfo[]>;
  /** `id`, or one version of it as `id@version`. */
  getRulePack(id: string): Promise<RulePackDocument>;
  getCoverage(id: string): Promise<PackCoverage>;
  /** JSON text of a pack, a class table or both with tests; `dryRun` stores nothing. */
  addRulePack(text: string, dryRun: boolean): Promise<UploadResult>;
  readLedger(query: LedgerQuery): Promise<{ entries: LedgerEntry[]; totals: LedgerTotal[]; next?: number }>;
  ledgerCsv(query: LedgerQuery, language: keyof Bilingual): Promise<Uint8Array>;
  enterLedger(request: LedgerRequest): Promise<LedgerEntry[]>;
  withdrawLedgerEntry(id: number, reason: string): Promise<LedgerEntry>;
  /** What the standards (src/ogc) work with. */
  standards: Pick<StandardParts, 'check' | 'queries' | 'versions'>;
  status(): Promise<ServiceStatus>;
  close(): Promise<void>;
}
