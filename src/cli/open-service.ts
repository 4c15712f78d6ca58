/** The one place where the parts are put together: database, GEOS threads, caches, rule packs → the service the doors call. */
import { readFile } from 'node:fs/promises';
import { createCheckOfJob } from '../checks/check-of-job.js';
import type { CheckParts, CheckRequest } from '../checks/check-parts.js';
import { checkPieces } from '../checks/check-pieces.js';
import { checkReport } from '../checks/check-report.js';
import { createCheck } from '../checks/create-check.js';
import { findCheck, listChecks } from '../checks/read-checks.js';
import { rehearseCheck } from '../checks/rehearse-check.js';
import { rehearseOnLayers } from '../checks/rehearse-on-layers.js';
import { replayCheck } from '../checks/replay-check.js';
import { chinaDay } from '../core/china-time.js';
import { AppError, type Bilingual } from '../core/errors.js';
import { migrate } from '../database/migrate.js';
import type { Database } from '../database/sql.js';
import { GeosPool } from '../geometry/geos-pool.js';
import { runKernelSelfCheck } from '../geometry/self-check.js';
import { localizeJson } from '../http/language.js';
import { rehearseStandards, rehearseStandardsOn } from '../http/rehearsal.js';
import type {
  CheckJobResult,
  ImportOptions,
  LayerInfo,
  LayerVersionInfo,
  Progress,
  Service,
  ServiceStatus,
} from '../http/service.js';
import type { Job, JobHandler } from '../jobs/job-types.js';
import { Jobs } from '../jobs/jobs.js';
import { getLayer } from '../layers/catalogue.js';
import type { CoverageInput } from '../layers/coverage.js';
import {
  getVersion,
  type LayerListing,
  type LayerVersion,
  listLayers,
  listVersions,
} from '../layers/describe-layers.js';
import { importLayer } from '../layers/import-layer.js';
import type { ImportProgress } from '../layers/import-watch.js';
import { inWordsOfFile, openLayerFile } from '../layers/open-layer-file.js';
import { VersionMemory } from '../layers/query/layer-collections.js';
import { QueryMemory } from '../layers/query/query-features.js';
import { sweepStaging } from '../layers/staging.js';
import { runMeasureOn } from '../measures/run-measure.js';
import { suggestionAsTxt } from '../measures/suggestion-as-txt.js';
import { FeatureCache } from '../overlay/feature-cache.js';
import { KnownGround } from '../overlay/known-ground.js';
import { TileCache } from '../overlay/tile-cache.js';
import { defaultParcelLimits } from '../parcels/parcel-types.js';
import { builtInRulePacks } from '../policy/load-rule-packs.js';
import type { Config } from './config.js';
import { openConfiguredDatabase } from './open-configured-database.js';
import { policyService } from './policy-service.js';
import { supplyService } from './supply-service.js';

/** Features kept as results show them: about 1 kB each. */
const FEATURES_KEPT = 50_000;

/**
 * The first check of a fresh process took four times as long as the tenth; most of that is gone after this time. A
 * database that opens at once leaves most of it to the layers, where the rehearsal is closest to a check.
 */
const REHEARSAL_MS = 2_000;
const REHEARSAL_IN_MEMORY_MS = { least: 300, most: 900 };
/** Of the rehearsal on the layers, however slow the database is. */
const REHEARSAL_AT_MOST_MS = 3_000;

/**
 * Opens the database (unless somebody has begun to), brings it up to date, proves the kernel and returns the service.
 * What takes long goes side by side: the engine starts in its thread, GEOS in another, and the kernel is proved here.
 * Throws `AppError`.
 */
export async function openService(
  config: Config,
  onTrouble: (reason: string) => void,
  {
    opening = openConfiguredDatabase(config, onTrouble),
    rehearse = false,
  }: { opening?: Promise<Database>; rehearse?: boolean } = {},
): Promise<Service> {
  const geos = new GeosPool({ workers: config.geosWorkers });
  const geosVersion = geos.version();
  // both are awaited below, unless something else fails first
  for (const begun of [opening, geosVersion]) begun.catch(() => undefined);
  try {
    const selfCheck = runKernelSelfCheck();
    if (!selfCheck.ok) throw kernelBroken(selfCheck.failures);
    const policy = builtInRulePacks();
    const began = performance.now();
    const passed = (): number => performance.now() - began;
    // this thread has nothing to do while the database is opened in another, or in another process
    let isOpen = false;
    const noteOpen = (): void => {
      isOpen = true;
    };
    opening.then(noteOpen, noteOpen);
    const goOn = (): boolean =>
      passed() < (isOpen ? REHEARSAL_IN_MEMORY_MS.least : REHEARSAL_IN_MEMORY_MS.most);
    const rehearsal = rehearse ? await rehearseCheck(geos, policy, goOn) : undefined;
    if (rehearse) await rehearseStandards();
    const db = await opening;
    if (rehearsal && !rehearsal.ok) throw kernelBroken(rehearsal.failures);
    await migrate(db);
    await sweepStaging(db);
    const parts = await openParts(config, { db, geos, policy, geosVersion: await geosVersion });
    if (rehearse) await rehearseBriefly(parts, REHEARSAL_MS - passed(), onTrouble);
    const jobs = new Jobs(db, jobLimits(config), (reason, error) => onTrouble(explain(reason, error)));
    handleJobs(jobs, parts, config.tempDir);
    return serviceOf(parts, selfCheck, config, jobs);
  } catch (error) {
    await geos.close();
    const db = await opening.catch(() => undefined);
    await db?.close();
    throw error;
  }
}

/** What is wrong with a layer does not keep the service from starting, nor does a database that is slow. */
async function rehearseBriefly(
  parts: CheckParts,
  budgetMs: number,
  onTrouble: (reason: string) => void,
): Promise<void> {
  const enough = AbortSignal.timeout(REHEARSAL_AT_MOST_MS);
  const rehearsal = rehearseAll(parts, budgetMs, enough).catch((error: unknown) =>
    onTrouble(explain('rehearsal on the layers', error)),
  );
  await Promise.race([rehearsal, new Promise((resolve) => enough.addEventListener('abort', resolve))]);
}

async function rehearseAll(parts: CheckParts, budgetMs: number, enough: AbortSignal): Promise<void> {
  await rehearseStandardsOn(parts.db);
  // the embedded engine takes longer to open, and a person waits for it
  if (parts.db.kind === 'embedded') return;
  await rehearseOnLayers(parts, budgetMs, enough, (whole) => localizeJson(whole, 'zh', whole));
}

async function openParts(
  config: Config,
  { db, geos, policy, geosVersion }: Pick<CheckParts, 'db' | 'geos' | 'policy'> & { geosVersion: string },
): Promise<CheckParts> {
  const { postgresql, postgis } = await db.status();
  return {
    db,
    geos,
    policy,
    tiles: new TileCache(config.cacheBytes),
    features: new FeatureCache(FEATURES_KEPT),
    districts: new KnownGround(),
    limits: {
      ...defaultParcelLimits,
      maxBytes: config.maxBodyBytes,
      maxFeatures: config.maxFeatures,
      maxVertices: config.maxVertices,
      maxPairs: config.maxPairs,
    },
    maxPairs: config.maxPairs,
    versions: { postgresql, postgis, geos: geosVersion },
    today: todayInChina,
  };
}

/** The day on which rules apply is a day in China, wherever the server's clock stands. */
const todayInChina = (): string => chinaDay(new Date());

function serviceOf(
  parts: CheckParts,
  selfCheck: ServiceStatus['selfCheck'],
  config: Config,
  jobs: Jobs,
): Service {
  const { db, geos } = parts;
  return {
    createCheck: (request, signal, take) => createCheck(parts, request, signal, undefined, take),
    submitCheck: (request) => submitCheck(jobs, parts, request),
    findCheck: (id) => findCheck(db, id),
    listChecks: (query) => listChecks(db, query),
    checkPieces: (id, signal) => checkPieces(parts, id, signal),
    checkReport: (id, request, signal) => checkReport(parts, id, request, signal),
    replayCheck: (id, signal) => replayCheck(parts, id, signal),
    ...supplyService(parts, jobs),
    runMeasure: (id, body, signal) => runMeasureOn(parts, id, body, signal),
    suggestionTxt: (answer) => suggestionAsTxt(parts, answer),
    listLayers: async () => (await listLayers(db)).map(toLayerInfo),
    getLayer: (id) => layerInfo(db, id),
    listVersions: async (id) => (await listVersions(db, id)).map(toVersionInfo),
    importLayer: (id, file, options, signal, onProgress) =>
      importFile({ parts, tempDir: config.tempDir }, id, file, options, signal, onProgress),
    submitImport: (id, file, options, release) => {
      const params = { layer: id, file, options };
      return jobs.submit({ kind: 'layer-import', params, local: { release } });
    },
    jobs,
    ...policyService(parts),
    standards: { check: parts, queries: new QueryMemory(), versions: new VersionMemory() },
    status: () => readStatus(parts, selfCheck, config),
    close: async () => {
      await jobs.close();
      await geos.close();
      await db.close();
    },
  };
}

const jobLimits = (config: Config) => ({
  running: config.jobsAtOnce,
  waiting: config.jobsWaiting,
  timeLimitMs: config.jobTimeLimitMs,
  keptMs: config.jobsKeptMs,
  lostAfterMs: config.jobLostAfterMs,
});

/** Every kind of long work and what does it. */
function handleJobs(jobs: Jobs, parts: CheckParts, tempDir: string): void {
  jobs.handle('check', async ({ id, input, params }, { signal, onProgress }) => {
    const result: CheckJobResult = await createCheckOfJob(
      parts,
      id,
      { ...params, body: input! },
      signal,
      onProgress,
    );
    return { location: `/v1/checks/${result.id}`, result };
  });
  const importJob: JobHandler = async ({ params }, { signal, onProgress }) => {
    const { layer, file, options } = params;
    const result = await importFile({ parts, tempDir }, layer, file, options, signal, onProgress);
    return { location: `/v1/layers/${layer}/versions`, result };
  };
  jobs.handle('layer-import', importJob, { atOnce: 1 });
}

/** The day is fixed when the check is asked for, so that a check taken up again tomorrow follows the same rules. */
function submitCheck(jobs: Jobs, parts: CheckParts, request: CheckRequest): Promise<Job> {
  const { body, ...params } = request;
  return jobs.submit({
    kind: 'check',
    params: { ...params, onDate: params.onDate ?? parts.today() },
    input: body,
  });
}

const explain = (reason: string, error: unknown): string =>
  error instanceof Error ? `${reason}: ${error.message}` : reason;

async function importFile(
  { parts, tempDir }: { parts: CheckParts; tempDir: string },
  id: string,
  file: { path: string; name: string },
  options: ImportOptions,
  signal: AbortSignal | undefined,
  onProgress: ((progress: Progress) => void) | undefined,
): Promise<LayerVersionInfo> {
  const coverage = await coverageOf(options);
  const { dataDate, crs, layer, encoding } = options;
  const opened = await openLayerFile({
    ...{ path: file.path, fileName: file.name, tempDir, wanted: getLayer(id), layer, encoding, crs, signal },
  });
  try {
    const { source, found, featureCount, inFile } = opened;
    const result = await importLayer(parts, {
      layerId: id,
      source,
      sourceFileName: file.name,
      inFile,
      fields: { ...opened.fields, ...options.fields },
      ...(found === null ? {} : { container: found }),
      ...(dataDate === undefined ? {} : { dataDate }),
      ...(crs === undefined ? {} : { crs }),
      ...(coverage === undefined ? {} : { coverage }),
      ...(signal === undefined ? {} : { signal }),
      onProgress: (progress) => onProgress?.(toProgress(progress, featureCount)),
    });
    const version = await getVersion(parts.db, result.layerId, result.version);
    return { ...toVersionInfo(version), certificate: { ...version.certificate } };
  } catch (error) {
    throw inWordsOfFile(error, opened.inFile);
  } finally {
    await opened.close();
  }
}

async function coverageOf(options: ImportOptions): Promise<CoverageInput | undefined> {
  const { coverage } = options;
  if (!coverage) return undefined;
  if ('districts' in coverage) return { kind: 'districts', codes: coverage.districts };
  return { kind: 'polygon', geojson: await readJsonFile(coverage.polygonFile) };
}

async function readJsonFile(path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new AppError(
      'bad-geojson',
      `coverage file ${path} cannot be read`,
      {
        detail: {
          zh: `覆盖范围文件 ${path} 无法读取或不是 JSON，请给出面状 GeoJSON 文件。`,
          en: `The coverage file ${path} cannot be read or is not JSON; give a GeoJSON file of polygons.`,
        },
      },
      cause,
    );
  }
}

const phases: Readonly<Record<ImportProgress['phase'], Bilingual>> = {
  features: { zh: '读取要素', en: 'reading features' },
  coverage: { zh: '覆盖范围', en: 'coverage' },
  tiles: { zh: '质检：重叠', en: 'certificate: overlaps' },
  gaps: { zh: '质检：空隙', en: 'certificate: gaps' },
  activating: { zh: '启用', en: 'activating' },
};

function toProgress(progress: ImportProgress, featureCount: number | null): Progress {
  const { phase, features, done } = progress;
  const step = phases[phase];
  const total = progress.total ?? (phase === 'features' ? (featureCount ?? undefined) : undefined);
  return total === undefined ? { step, done: done ?? features } : { step, done: done ?? features, total };
}

function toVersionInfo(version: LayerVersion): LayerVersionInfo {
  const {
    status,
    dataDate,
    receivedAt,
    activatedAt,
    sourceFile,
    sha256,
    sourceEpsg,
    featureCount,
    coverage,
  } = version;
  return {
    ...{
      version: version.version,
      status,
      dataDate,
      receivedAt,
      activatedAt,
      sourceFile,
      sha256,
      sourceEpsg,
    },
    ...{ featureCount, coverage, certificate: null },
  };
}

const toLayerInfo = ({ layerId, kind, nameZh, nameEn, active }: LayerListing): LayerInfo => ({
  id: layerId,
  kind,
  name: { zh: nameZh, en: nameEn },
  active: active ? toVersionInfo(active) : null,
});

async function layerInfo(db: Database, id: string): Promise<LayerInfo> {
  const { id: layerId } = getLayer(id);
  const listing = (await listLayers(db)).find((layer) => layer.layerId === layerId)!;
  const info = toLayerInfo(listing);
  if (!info.active) return info;
  const { certificate } = await getVersion(db, layerId, info.active.version);
  return { ...info, active: { ...info.active, certificate: { ...certificate } } };
}

async function readStatus(
  parts: CheckParts,
  selfCheck: ServiceStatus['selfCheck'],
  config: Config,
): Promise<ServiceStatus> {
  const cache = { bytes: parts.tiles.byteSize, budgetBytes: config.cacheBytes };
  try {
    const database = await parts.db.status();
    const layers = await listLayers(parts.db);
    return {
      ready: true,
      reasons: [],
      database: { reachable: true, ...database },
      selfCheck,
      layers: layers
        .filter((layer) => layer.active)
        .map(({ layerId, active }) => ({
          id: layerId,
          version: active!.version,
          dataDate: active!.dataDate,
        })),
      cache,
    };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return {
      ready: false,
      reasons: [error.facts.detail ?? { zh: '数据库不可用。', en: 'The database is not available.' }],
      database: {
        ...{ reachable: false, kind: parts.db.kind, postgresql: null, postgis: null, geos: null },
        ...{ schemaVersion: null, lostStatements: 0, reopened: 0 },
      },
      selfCheck,
      layers: [],
      cache,
    };
  }
}

function kernelBroken(failures: readonly string[]): AppError {
  return new AppError('self-check-failed', `kernel self-check: ${failures.join('; ')}`, {
    failures,
    detail: {
      zh: '面积核算自检未通过，服务拒绝启动。请核对安装包是否完整、处理器与运行环境是否受支持。',
      en: 'The area kernel failed its self-check; the service refuses to start. Check the installation and the machine.',
    },
  });
}
