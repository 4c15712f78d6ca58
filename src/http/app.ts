/** The whole network interface on one screen: every route, its scope and its work. Listening is the caller's business. */
import type { FastifyInstance } from 'fastify';
import { writeProblem } from '../ogc/common/fault.js';
import { readApi, readConformance, readLandingPage } from '../ogc/common/landing.js';
import { readCollection, readCollections } from '../ogc/features/collection-pages.js';
import { readFieldSchema } from '../ogc/features/field-schema.js';
import { readItem, readItems } from '../ogc/features/items.js';
import { executeProcess } from '../ogc/processes/execute.js';
import {
  dismissProcessJob,
  readProcessJob,
  readProcessJobs,
  readProcessResults,
} from '../ogc/processes/job-pages.js';
import { writeProcessProblem } from '../ogc/processes/process-faults.js';
import { readProcess, readProcesses } from '../ogc/processes/process-pages.js';
import { processTable } from '../ogc/processes/process-table.js';
import { awaitedKindOf, kindOf, runProcess } from '../ogc/processes/run-process.js';
import { readLayerDefinition, readProject, readStyle } from '../ogc/styles/style-pages.js';
import {
  readTile,
  readTileMatrixSet,
  readTileMatrixSets,
  readTileset,
  readTilesets,
} from '../ogc/tiles/tile-pages.js';
import { TileStore } from '../ogc/tiles/tile-store.js';
import { writeException } from '../ogc/wfs/fault.js';
import { answerWfs } from '../ogc/wfs/wfs.js';

import { createCheck, listChecks, readCheck, readPieces, replayCheck } from './check-routes.js';
import { listFormats } from './format-routes.js';
import { createGate, type GateLimits } from './gate.js';
import { cancelJob, listJobs, readJob, readJobEvents, readJobResult } from './job-routes.js';
import type { KeyRing } from './keys.js';
import type { Language } from './language.js';
import { importLayerVersion, listLayers, listLayerVersions, readLayer } from './layer-routes.js';
import { enterLedger, readLedger, withdrawLedgerEntry } from './ledger-routes.js';
import { listMeasures, measureRoutes, readMeasure } from './measure-routes.js';
import { createMetrics, type Metrics } from './metrics.js';
import { buildOpenApi } from './openapi.js';
import {
  readDocs,
  readHealth,
  readLanding,
  readMetrics,
  readOpenApi,
  readProblem,
  readReadiness,
} from './operation-routes.js';
import { publicAddress } from './public-address.js';
import { readReport } from './report-routes.js';
import { type Route, route } from './route.js';
import { addRulePack, listRulePacks, readCoverage, readRulePack } from './rule-pack-routes.js';
import { createServer, type ServerOptions } from './server.js';
import type { CheckJobResult, Service } from './service.js';
import { type Standard, standard } from './standards.js';
import { createBundles, createFragments } from './supply-routes.js';

export const routes: readonly Route[] = [
  route('POST', '/v1/checks', 'check', createCheck),
  route('GET', '/v1/checks', 'read', listChecks),
  route('GET', '/v1/checks/{id}', 'read', readCheck),
  route('GET', '/v1/checks/{id}/pieces', 'read', readPieces),
  route('GET', '/v1/checks/{id}/report', 'read', readReport),
  route('POST', '/v1/checks/{id}/replay', 'check', replayCheck),
  route('POST', '/v1/bundles', 'check', createBundles),
  route('POST', '/v1/fragments', 'check', createFragments),
  route('GET', '/v1/measures', 'read', listMeasures),
  route('GET', '/v1/measures/{measure}', 'read', readMeasure),
  ...measureRoutes,
  route('GET', '/v1/jobs', 'read', listJobs),
  route('GET', '/v1/jobs/{id}', 'read', readJob),
  route('GET', '/v1/jobs/{id}/result', 'read', readJobResult),
  route('GET', '/v1/jobs/{id}/events', 'read', readJobEvents),
  route('DELETE', '/v1/jobs/{id}', 'check', cancelJob),
  route('GET', '/v1/formats', 'read', listFormats),
  route('GET', '/v1/layers', 'read', listLayers),
  route('GET', '/v1/layers/{id}', 'read', readLayer),
  route('GET', '/v1/layers/{id}/versions', 'read', listLayerVersions),
  route('POST', '/v1/layers/{id}/versions', 'admin', importLayerVersion),
  route('GET', '/v1/rule-packs', 'read', listRulePacks),
  route('POST', '/v1/rule-packs', 'admin', addRulePack),
  route('GET', '/v1/rule-packs/{id}', 'read', readRulePack),
  route('GET', '/v1/rule-packs/{id}/coverage', 'read', readCoverage),
  route('GET', '/v1/ledger', 'read', readLedger),
  route('POST', '/v1/ledger', 'check', enterLedger),
  route('POST', '/v1/ledger/{id}/withdrawal', 'check', withdrawLedgerEntry),
  route('GET', '/healthz', 'open', readHealth),
  route('GET', '/readyz', 'open', readReadiness),
  route('GET', '/metrics', 'read', readMetrics),
  route('GET', '/openapi.json', 'open', readOpenApi),
  route('GET', '/docs', 'open', readDocs),
  route('GET', '/problems/{code}', 'open', readProblem),
  route('GET', '/', 'open', readLanding),
];

const ogc = standard(writeProblem);
const wfs = standard(writeException);
const ogcProcesses = standard(writeProcessProblem);

/** The standards: same doors, other manners (src/ogc). */
export const standards: readonly Standard[] = [
  ogc('GET', '/ogc', 'read', readLandingPage),
  ogc('GET', '/ogc/conformance', 'read', readConformance),
  ogc('GET', '/ogc/api', 'read', readApi),
  ogc('GET', '/ogc/collections', 'read', readCollections),
  ogc('GET', '/ogc/collections/{id}', 'read', readCollection),
  ogc('GET', '/ogc/collections/{id}/queryables', 'read', readFieldSchema('queryables')),
  ogc('GET', '/ogc/collections/{id}/sortables', 'read', readFieldSchema('sortables')),
  ogc('GET', '/ogc/collections/{id}/schema', 'read', readFieldSchema('schema')),
  ogc('GET', '/ogc/collections/{id}/items', 'read', readItems),
  ogc('GET', '/ogc/collections/{id}/items/{feature}', 'read', readItem),
  wfs('GET', '/wfs', 'read', answerWfs),
  wfs('POST', '/wfs', 'read', answerWfs),
  ogc('GET', '/ogc/collections/{id}/style.qml', 'read', readStyle),
  ogc('GET', '/ogc/checks/{check}/project.qgs', 'read', readProject),
  ogc('GET', '/ogc/checks/{check}/layers.qlr', 'read', readLayerDefinition),
  ogc('GET', '/ogc/tileMatrixSets', 'read', readTileMatrixSets),
  ogc('GET', '/ogc/tileMatrixSets/{tms}', 'read', readTileMatrixSet),
  ogc('GET', '/ogc/collections/{id}/tiles', 'read', readTilesets),
  ogc('GET', '/ogc/collections/{id}/tiles/{tms}', 'read', readTileset),
  ogc('GET', '/ogc/collections/{id}/tiles/{tms}/{z}/{y}/{x}', 'read', readTile),
  ogcProcesses('GET', '/ogc/processes', 'read', readProcesses),
  ogcProcesses('GET', '/ogc/processes/{id}', 'read', readProcess),
  ogcProcesses('POST', '/ogc/processes/{id}/execution', 'check', executeProcess),
  ogcProcesses('GET', '/ogc/jobs', 'read', readProcessJobs),
  ogcProcesses('GET', '/ogc/jobs/{job}', 'read', readProcessJob),
  ogcProcesses('DELETE', '/ogc/jobs/{job}', 'check', dismissProcessJob),
  ogcProcesses('GET', '/ogc/jobs/{job}/results', 'read', readProcessResults),
];

export interface AppOptions extends ServerOptions {
  keys: KeyRing;
  version: string;
  checkLimits: GateLimits;
  importLimits: GateLimits;
  /** Uploads are kept here while they are imported. */
  tempDir: string;
  maxLayerBytes: number;
  asyncAboveBytes: number;
  /** Offer the process that the test suite of OGC drives. */
  echoProcess: boolean;
  /** Memory for vector tiles. */
  tileCacheBytes: number;
}

export function buildApp(service: Service, options: AppOptions): FastifyInstance {
  const { keys, version, tempDir, maxLayerBytes, asyncAboveBytes } = options;
  const metrics = createMetrics();
  service.jobs.onSuccess((kind, { result }) => {
    if (kind === 'check') countCheck(metrics, result);
  });
  const processes = processTable({ echo: options.echoProcess });
  for (const process of processes) {
    const run = runProcess(process, () => service.standards.check);
    for (const kind of [kindOf(process), awaitedKindOf(process)]) service.jobs.handle(kind, run);
  }
  const documents = new Map<Language, object>();
  return createServer(routes, standards, options, {
    service,
    keys,
    version,
    tempDir,
    maxLayerBytes,
    asyncAboveBytes,
    processes,
    tiles: new TileStore(options.tileCacheBytes),
    checkGate: createGate(options.checkLimits),
    importGate: createGate(options.importLimits),
    metrics,
    publicAddress: (request) => publicAddress(request, options.standards),
    openApi(language) {
      const document = documents.get(language) ?? buildOpenApi(routes, version, language);
      documents.set(language, document);
      return document;
    },
  });
}

function countCheck(metrics: Metrics, result: unknown): void {
  const { verdict, parcelCount } = result as CheckJobResult;
  metrics.countCheck(verdict, parcelCount);
}
