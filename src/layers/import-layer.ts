/**
 * The story of an import: features stream into a staging version, the version is examined and certified, and only
 * then, in one transaction, takes the place of the old one. Whatever goes wrong before leaves the old one as it was.
 */
import { AppError } from '../core/errors.js';
import type { Database } from '../database/sql.js';
import { toFlat } from '../geometry/flat-rings.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { lonLatToAnalysis } from '../geometry/planes.js';
import { encodeMultiPolygon } from '../geometry/wkb.js';
import { getLayer } from './catalogue.js';
import type { LayerCertificate } from './certificate.js';
import { composeCertificate } from './compose-certificate.js';
import { type Coverage, type CoverageInput, resolveCoverage } from './coverage.js';
import { checkDay } from './describe-layers.js';
import { examineVersion } from './examine-version.js';
import { type ImportProgress, type ImportWatch, throwIfCancelled } from './import-watch.js';
import { type LoadedFeatures, loadFeatures } from './load-features.js';
import type { InFile } from './open-layer-file.js';
import type { LayerSource } from './open-source.js';
import type { AttributeOptions } from './read-attributes.js';
import { sha256Of } from './read-tiles.js';
import * as statements from './sql.js';
import { activate, beginStaging, discardStaging, type Staging, sweepStaging } from './staging.js';
import { decodeTileManifest, encodeTileManifest, type TileEntry } from './tile-manifest.js';
import { createTileWriter } from './tile-writer.js';
import { expectCount } from './write-features.js';

export interface LayerImportRequest extends AttributeOptions {
  /** Layer id, or any table or Chinese name of the catalogue. */
  layerId: string;
  source: LayerSource;
  sourceFileName: string;
  /** What the source was found in, for the certificate. */
  container?: LayerCertificate['source']['container'];
  inFile?: InFile;
  /** 数据年份/标准时点, YYYY-MM-DD. */
  dataDate?: string;
  /** Without it a partition covers what its features cover, and a cover layer is undetermined everywhere. */
  coverage?: CoverageInput;
  /** EPSG code; needed for projected files without a `crs` member. */
  crs?: string | number;
  /** Consent to leave out features without usable shape; the certificate lists them. */
  allowDropped?: boolean;
  onProgress?: (progress: ImportProgress) => void;
  signal?: AbortSignal;
}

export interface LayerImportResult {
  layerId: string;
  versionId: number;
  version: string;
  featureCount: number;
  certificate: LayerCertificate;
}

type Parts = { db: Database; geos: GeosPool };

/**
 * Imports one version of a layer and makes it the active one. Throws `bad-layer-file`, `bad-geojson`, `bad-json`,
 * `bad-crs`, `bad-parameter`, `cancelled` or a database code; then nothing of the import remains.
 */
export async function importLayer(parts: Parts, request: LayerImportRequest): Promise<LayerImportResult> {
  const layer = getLayer(request.layerId);
  const dataDate = request.dataDate === undefined ? null : checkDay(request.dataDate);
  const watch: ImportWatch = { report: request.onProgress ?? (() => undefined), signal: request.signal };
  throwIfCancelled(watch.signal);
  await sweepStaging(parts.db);
  const coverage = await resolveCoverage(parts, layer, request.coverage);
  const staging = await beginStaging(parts.db, {
    layerId: layer.id,
    dataDate,
    sourceFile: request.sourceFileName,
    coverage: coverage.kind,
    coverageDetail: coverage.detail,
  });
  try {
    const loadRequest = { ...request, layer, allowDropped: request.allowDropped ?? false };
    const loaded = await loadFeatures(parts, staging, loadRequest, watch);
    const certificate = await certify(parts, staging, { request, dataDate, coverage, loaded, watch });
    return {
      layerId: layer.id,
      versionId: staging.versionId,
      version: staging.version,
      featureCount: loaded.featuresOut,
      certificate,
    };
  } catch (error) {
    await discardAfter(parts.db, staging, error);
    throw error;
  } finally {
    staging.release();
  }
}

/** Examines, certifies and activates what has been loaded. */
async function certify(
  parts: Parts,
  staging: Staging,
  facts: {
    request: LayerImportRequest;
    dataDate: string | null;
    coverage: Coverage;
    loaded: LoadedFeatures;
    watch: ImportWatch;
  },
): Promise<LayerCertificate> {
  const { loaded, coverage, watch, request } = facts;
  const layer = getLayer(request.layerId);
  const version = { versionId: staging.versionId, layerId: layer.id, version: staging.version };
  watch.report({ phase: 'coverage', features: loaded.featuresIn });
  const coverageTiles = await storeCoverage(parts.db, staging.versionId, coverage, loaded);
  await verifyStored(parts.db, staging.versionId, loaded, coverageTiles);
  // before anybody asks for the new rows, the examination first of all
  await parts.db.runScript(statements.analyseTables);
  const manifest = encodeTileManifest({ feature: loaded.tiles, coverage: coverageTiles });
  const scope = { version, layer, loaded, coverage, manifest: decodeTileManifest(manifest) };
  const examined = await examineVersion(parts, scope, watch);
  const certificate = composeCertificate({
    ...examined,
    layer,
    version: staging.version,
    dataDate: facts.dataDate,
    sourceFile: request.sourceFileName,
    container: request.container,
    inFile: request.inFile,
    loaded,
    coverage,
  });
  throwIfCancelled(watch.signal);
  staging.check();
  watch.report({ phase: 'activating', features: loaded.featuresIn });
  await activate(parts.db, layer.id, staging, {
    sha256: loaded.sha256,
    sourceEpsg: loaded.sourceCrs.crs.epsg,
    planeZone: loaded.planeZone,
    tileSizeM: loaded.tileSizeM,
    resolutionM: loaded.resolutionM,
    featureCount: loaded.featuresOut,
    hasInnerOverlaps: examined.overlaps.total > 0,
    manifest,
    manifestSha256: sha256Of(manifest),
    certificate,
    coverage: coverage.rings ? encodeMultiPolygon(coverage.rings, 4490) : null,
    coverageDetail: coverage.detail,
  });
  return certificate;
}

/** Declared coverage as tiles; parts do not overlap, so each polygon is its own piece. */
async function storeCoverage(
  db: Database,
  versionId: number,
  coverage: Coverage,
  loaded: LoadedFeatures,
): Promise<TileEntry[]> {
  if (!coverage.rings) return [];
  const writer = createTileWriter(versionId, 'coverage', loaded.tileSizeM);
  for (const [index, polygon] of lonLatToAnalysis(coverage.rings, loaded.planeZone).entries()) {
    writer.add(index + 1, toFlat([polygon]));
    if (writer.isFull()) await writer.write(db, writer.take());
  }
  await writer.write(db, writer.take());
  return writer.entries();
}

/** What the tables hold must be what was sent, before anybody can rely on it. */
async function verifyStored(
  db: Database,
  versionId: number,
  loaded: LoadedFeatures,
  coverageTiles: readonly TileEntry[],
): Promise<void> {
  const [stored] = await db.query<{
    features: number;
    pieces: number;
    tile_rows: number;
    tile_pieces: number;
  }>(statements.countStored, [versionId]);
  const tiles = [...loaded.tiles, ...coverageTiles];
  expectCount('features', loaded.featuresOut, stored?.features);
  expectCount('pieces', loaded.pieces, stored?.pieces);
  expectCount(
    'tiles',
    tiles.reduce((sum, tile) => sum + tile.partCount, 0),
    stored?.tile_rows,
  );
  expectCount(
    'tile pieces',
    tiles.reduce((sum, tile) => sum + tile.pieceCount, 0),
    stored?.tile_pieces,
  );
}

/** The cause of the failure is what the caller must hear; rows that cannot be deleted now are swept later. */
async function discardAfter(db: Database, staging: Staging, cause: unknown): Promise<void> {
  try {
    await discardStaging(db, staging.versionId);
  } catch (error) {
    if (cause instanceof AppError)
      cause.facts.discard = error instanceof Error ? error.message : String(error);
  }
}
