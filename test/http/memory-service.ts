/**
 * Stands where the checks, layers and policy rooms will be put, so that the doors can be tested without a database:
 * it keeps answers in memory and measures nothing. A feature says itself which verdict its parcel gets.
 */

import { readFile } from 'node:fs/promises';
import type { CheckRequest } from '../../src/checks/check-parts.js';
import type { ReportRequest } from '../../src/checks/check-report.js';
import type { Check, CheckParcel } from '../../src/checks/check-types.js';
import type { LedgerEntry } from '../../src/checks/ledger.js';
import type { DraftReview } from '../../src/checks/review-draft.js';
import { AppError } from '../../src/core/errors.js';
import type {
  ImportOptions,
  JobRoom,
  LayerInfo,
  LayerVersionInfo,
  Service,
  ServiceStatus,
} from '../../src/http/service.js';
import { VersionMemory } from '../../src/layers/query/layer-collections.js';
import { QueryMemory } from '../../src/layers/query/query-features.js';
import type { MeasureParts } from '../../src/measures/measure-types.js';
import { runMeasureOn } from '../../src/measures/run-measure.js';
import { defaultParcelLimits } from '../../src/parcels/parcel-types.js';
import type { Verdict } from '../../src/policy/policy-types.js';

export interface MemoryService extends Service {
  /** What arrived, newest last. */
  readonly asked: CheckRequest[];
  readonly reports: ReportRequest[];
  readonly imports: { id: string; path: string; name: string; text: string; options: ImportOptions }[];
  /** Awaited before every piece of work: lets a test hold it or make it fail. */
  before: () => Promise<void>;
  ready: boolean;
  closed: boolean;
}

interface GivenFeature {
  id?: string;
  properties?: { name?: string; verdict?: Verdict; landUse?: string };
}

const severity: readonly Verdict[] = ['clear', 'attention', 'undetermined', 'prohibited'];

export function memoryService(jobs: JobRoom = noJobs): MemoryService {
  const checks = new Map<string, Check>();
  const versions: LayerVersionInfo[] = [];
  const ledger: LedgerEntry[] = [];
  const service: MemoryService = {
    asked: [],
    reports: [],
    imports: [],
    before: async () => {},
    ready: true,
    closed: false,
    async createCheck(request, _signal, take = (whole) => whole) {
      await service.before();
      service.asked.push(request);
      const check = answer(request, checks.size + 1);
      checks.set(check.id, check);
      const { id, verdict, parcels } = check;
      return { id, verdict, parcelCount: parcels.length, answer: take(Buffer.from(JSON.stringify(check))) };
    },
    submitSupply: (kind, { body, ...params }) => jobs.submit({ kind, params, input: body }),
    async createFragments() {
      await service.before();
      throw new AppError('internal', 'fragments are tested with the real service');
    },
    async createBundles() {
      await service.before();
      throw new AppError('internal', 'bundles are tested with the real service');
    },
    submitCheck: ({ body, ...params }) => jobs.submit({ kind: 'check', params, input: body }),
    submitImport: (id, file, options, release) =>
      jobs.submit({ kind: 'layer-import', params: { id, file, options }, local: { release } }),
    jobs,
    async findCheck(id) {
      const check = checks.get(id);
      return check && Buffer.from(JSON.stringify(check));
    },
    async listChecks({ limit, after, verdict }) {
      const all = [...checks.values()]
        .reverse()
        .filter((c) => verdict === undefined || c.verdict === verdict);
      const from = after === undefined ? 0 : all.findIndex((c) => c.id === after) + 1;
      const page = all.slice(from, from + limit);
      const last = page.at(-1);
      const summaries = page.map(({ id, createdAt, stage, verdict: v, parcels, rulePack }) => ({
        id,
        createdAt,
        stage,
        verdict: v,
        parcelCount: parcels.length,
        rulePack: { id: rulePack.id, version: rulePack.version },
      }));
      return from + limit < all.length && last ? { checks: summaries, next: last.id } : { checks: summaries };
    },
    async checkPieces(id) {
      if (!checks.has(id)) throw new AppError('not-found', 'no such check');
      return { type: 'FeatureCollection', features: [] };
    },
    async checkReport(id, request) {
      if (!checks.has(id)) throw new AppError('not-found', 'no such check');
      service.reports.push(request);
      const { format } = request;
      const bytes = Buffer.from('5bcaf45d', 'hex');
      const losses = [{ code: 'characters-lost', detail: { zh: '少字', en: 'lost' } }];
      return { mediaType: 'text/plain; charset=gbk', fileName: `${id}.${format}`, bytes, losses };
    },
    async replayCheck(id) {
      const check = checks.get(id);
      if (!check) throw new AppError('not-found', 'no such check');
      return { identical: true, sha256: check.sha256 };
    },
    suggestionTxt: async () => ({ bytes: new Uint8Array(), losses: [] }),
    async runMeasure(id, body) {
      await service.before();
      // figures alone: no database is asked
      return runMeasureOn(
        { limits: defaultParcelLimits, today: () => '2025-06-01' } as MeasureParts,
        id,
        body,
      );
    },
    listLayers: async () => [layer(versions)],
    async getLayer(id) {
      if (id !== 'stbhhx') throw new AppError('not-found', 'no such layer');
      return layer(versions);
    },
    listVersions: async () => versions,
    async importLayer(id, file, options, _signal, onProgress) {
      await service.before();
      const text = await readFile(file.path, 'utf8');
      service.imports.push({ id, path: file.path, name: file.name, text, options });
      onProgress?.({ step: { zh: '读取', en: 'reading' }, done: 1, total: 1 });
      versions.unshift(versionOf(file.name, options, versions.length + 1));
      return versions[0]!;
    },
    async reviewDraft(request) {
      service.asked.push(request);
      return { ...draftOf(request.modules ?? ['生态']), stage: request.stage };
    },
    async getCoverage(id) {
      if (id !== pack.id) throw new AppError('not-found', 'no such rule pack');
      const title = { zh: '红线', en: 'Red line' };
      const row = {
        article: '第17条',
        title,
        by: 'rule',
        rules: ['r'],
        measures: [],
        confidence: 'high',
      } as const;
      return { id, version: '1', documents: [{ document: '50条', rows: [row] }] };
    },
    async addRulePack(text, dryRun) {
      if (text === '{') throw badPack();
      const untried = { fires: [], passes: [], edge: [] };
      return { id: 'county', version: '1', ruleCount: 1, testsRun: 0, untried, broken: [], stored: !dryRun };
    },
    async readLedger({ limit }) {
      const entries = ledger.slice(0, limit);
      const last = entries.at(-1);
      return { entries, totals: [], ...(last && ledger.length > limit && { next: last.id }) };
    },
    ledgerCsv: async () => Buffer.from('\ufeff编号\r\n'),
    async enterLedger({ check, reason }) {
      ledger.push({ ...ledgerEntry, id: ledger.length + 1, check, reason });
      return ledger.slice(-1);
    },
    async withdrawLedgerEntry(id, reason) {
      const entry = ledger.find((one) => one.id === id);
      if (!entry) throw new AppError('not-found', 'no such entry');
      return { ...entry, withdrawnAt: '2025-07-01T00:00:00.000Z', withdrawnReason: reason };
    },
    listRulePacks: async () => [pack],
    async getRulePack(id) {
      if (id !== pack.id) throw new AppError('not-found', 'no such rule pack');
      return { ...pack, content: { rules: [{ title: { zh: '红线', en: 'red line' } }] } };
    },
    // no database stands behind this service
    get standards(): Service['standards'] {
      return { check: undefined as never, queries: new QueryMemory(), versions: new VersionMemory() };
    },
    status: async () => statusOf(service.ready),
    async close() {
      service.closed = true;
    },
  };
  return service;
}

/** Without a database there is no queue: tests of jobs hand in the real room. */
const none = async (): Promise<never> => {
  throw new AppError('internal', 'no jobs here');
};
const noJobs: JobRoom = {
  submit: none,
  find: none,
  get: none,
  list: none,
  readResult: none,
  cancel: none,
  remove: none,
  follow: () => ({ next: none, end() {} }),
  handle() {},
  onSuccess() {},
  start: async () => {},
};

const ledgerEntry: LedgerEntry = {
  ...{ id: 1, check: 'chk_1', parcel: 'A', name: null, landUse: '1001', county: null, areaM2: 1, ha: 0.0001 },
  ...{ mu: 0, layerVersion: '1', dataDate: null, reason: '', enteredAt: '2025-06-03T03:00:00.000Z' },
  ...{ withdrawnAt: null, withdrawnReason: null },
};

const draftOf = (modules: readonly string[]): DraftReview => ({
  ...{ draft: true, stage: 'pre-review', verdict: 'clear', complete: true, notReviewed: [], faults: [] },
  rulePack: { id: 'henan-2025', version: '1', effectiveFrom: '2025-01-01' },
  modules: modules.map((module) => ({
    ...{ module, status: 'passed', verdict: 'clear', inputSha256: 'c'.repeat(64), unchanged: false },
    ...{ rules: [], findings: [], faults: [], open: [], handedIn: [] },
  })),
  ...{ unreviewed: [], rules: {} },
});

const badPack = (): AppError =>
  new AppError('bad-rule-pack', 'no JSON', {
    errors: [
      { pointer: '', code: 'not-json', detail: { zh: '不是 JSON。', en: 'No JSON.' }, line: 1, column: 2 },
    ],
  });

const pack = {
  id: 'henan-2025',
  version: '1',
  name: { zh: '河南省规则', en: 'Rules of Henan' },
  effectiveFrom: '2025-01-01',
  effectiveTo: null,
  extends: null,
  ruleCount: 1,
  tests: { cases: 0, failed: [] },
};

const layer = (versions: readonly LayerVersionInfo[]): LayerInfo => ({
  id: 'stbhhx',
  kind: 'cover',
  name: { zh: '生态保护红线', en: 'Ecological protection red line' },
  active: versions[0] ?? null,
});

const versionOf = (sourceFile: string, options: ImportOptions, n: number): LayerVersionInfo => ({
  version: `${options.dataDate ?? 'undated'}.${n}`,
  status: 'active',
  dataDate: options.dataDate ?? null,
  receivedAt: '2025-06-03T02:11:09.000Z',
  activatedAt: '2025-06-03T02:12:40.000Z',
  sourceFile,
  sha256: null,
  sourceEpsg: 4490,
  featureCount: 0,
  coverage: options.coverage ? 'districts' : 'none',
  certificate: null,
});

const statusOf = (ready: boolean): ServiceStatus => ({
  ready,
  reasons: ready ? [] : [{ zh: '数据库无法连接。', en: 'The database cannot be reached.' }],
  database: {
    reachable: ready,
    kind: 'embedded',
    postgresql: '18.3',
    postgis: '3.6.2',
    geos: '3.14.0',
    schemaVersion: 1,
    lostStatements: 3,
    reopened: 1,
  },
  selfCheck: { ok: true, cases: 1, failures: [] },
  layers: [{ id: 'stbhhx', version: null, dataDate: null }],
  cache: { bytes: 42, budgetBytes: 1000 },
});

function answer(request: CheckRequest, n: number): Check {
  let features: GivenFeature[];
  try {
    features = JSON.parse(Buffer.from(request.body).toString('utf8')).features;
  } catch (cause) {
    throw new AppError('bad-json', 'not JSON', {}, cause);
  }
  if (!Array.isArray(features)) throw bowTie();
  const parcels = features.map(parcelOf);
  const worst = Math.max(...parcels.map((p) => severity.indexOf(p.verdict)));
  return {
    id: `chk_${n}`,
    createdAt: '2025-06-03T03:00:00.000Z',
    stage: request.stage,
    asOf: request.asOf ?? null,
    sha256: 'a'.repeat(64),
    rulePack: { id: request.rulePack ?? 'henan-2025', version: '1', effectiveFrom: '2025-01-01' },
    layers: [
      {
        id: 'stbhhx',
        version: '1',
        dataDate: '2024-12-31',
        sha256: 'b'.repeat(64),
        status: 'active',
        nameZh: '生态保护红线',
        nameEn: 'Red line',
      },
    ],
    engine: {
      kernel: 'trapezoid',
      verifiedBy: null,
      verifiedDifferenceM2: null,
      versions: { geos: '3.13.0' },
    },
    verdict: severity[worst]!,
    parcels,
    facts: { ...request.facts },
    ...{ findings: [], passed: [], checklist: [], unreviewed: [] },
    rules: {
      'stbhhx-overlap': {
        module: '生态',
        layer: 'stbhhx',
        source: { document: '焦政办规〔2025〕1号', article: '(六)', confidence: 'quoted' },
        alsoSources: [],
      },
      yjjbnt: {
        module: '耕地',
        layer: 'yjjbnt',
        passed: { zh: '不涉及永久基本农田。', en: 'No farmland.' },
      },
    },
    totals: { areaM2: 100 * parcels.length, byLayer: [] },
    warnings: [],
  };
}

function parcelOf({ id, properties }: GivenFeature): CheckParcel {
  const verdict = properties?.verdict ?? 'clear';
  const over = verdict === 'clear' ? 0 : 12.34;
  return {
    id: id ?? 'parcel-1',
    name: properties?.name ?? null,
    landUse: properties?.landUse ?? null,
    area: {
      ellipsoidM2: 100,
      planeM2: 100.01,
      planeCrs: 'EPSG:4526',
      mu: 0.15,
      ha: 0.01,
      uncertaintyM2: 0.1,
    },
    verdict,
    overlays: [
      {
        layer: 'stbhhx',
        verdict,
        areaM2: over,
        netAreaM2: null,
        outsideM2: 100 - over,
        share: over / 100,
        undeterminedM2: 0,
        undeterminedReason: null,
        byClass: [],
        features: [],
      },
    ],
    findings: [
      {
        rule: 'stbhhx-overlap',
        module: '生态',
        layer: 'stbhhx',
        verdict,
        areaM2: over,
        netAreaM2: null,
        undeterminedM2: 0,
        noise: false,
        source: { document: '焦政办规〔2025〕1号', article: '(六)' },
        byClass: [],
        title: { zh: '涉及生态保护红线', en: 'Meets the red line' },
        detail: { zh: '重叠 12.34 ㎡。', en: 'Overlap of 12.34 m².' },
        requires: [{ zh: '论证报告', en: 'A report' }],
      },
    ],
    passed: [{ rule: 'yjjbnt' }],
    warnings: [],
  };
}

function bowTie(): AppError {
  return new AppError('bad-parcel', 'parcels refused', {
    detail: { zh: '1 个地块图形有误。', en: '1 parcel is not usable.' },
    errors: [
      {
        pointer: '/geometry/coordinates/0/2',
        code: 'self-intersection',
        detail: { zh: '自相交。', en: 'Crosses itself.' },
        place: [113.2, 35.2],
      },
    ],
  });
}
