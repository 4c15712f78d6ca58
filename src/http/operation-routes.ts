/** Routes for those who run the service and those who read about it. */
import Type from 'typebox';
import { AppError, type ErrorCode } from '../core/errors.js';
import { docsPage } from './docs-page.js';
import { landingPage } from './landing-page.js';
import { type Language, localize } from './language.js';
import { sendPage } from './page.js';
import { errorCodes, problemTable, problemType } from './problem.js';
import { operation } from './route.js';
import { nullable, parameters } from './schemas.js';

const json = 'application/json';
const html = 'text/html; charset=utf-8';

const LanguageQuery = parameters({
  lang: Type.Optional(
    Type.Union([Type.Literal('zh'), Type.Literal('en')], { description: 'Overrides Accept-Language' }),
  ),
});

const StatusSchema = Type.Object(
  {
    ready: Type.Boolean(),
    reasons: Type.Array(Type.String()),
    database: Type.Object({
      reachable: Type.Boolean(),
      kind: Type.Union([Type.Literal('server'), Type.Literal('embedded')]),
      postgresql: nullable(Type.String()),
      postgis: nullable(Type.String()),
      geos: nullable(Type.String()),
      schemaVersion: nullable(Type.Integer()),
      lostStatements: Type.Integer(),
      reopened: Type.Integer(),
    }),
    selfCheck: Type.Object({
      ok: Type.Boolean(),
      cases: Type.Integer(),
      failures: Type.Array(Type.String()),
    }),
    layers: Type.Array(
      Type.Object({
        id: Type.String(),
        version: nullable(Type.String()),
        dataDate: nullable(Type.String()),
      }),
    ),
    cache: Type.Object({ bytes: Type.Number(), budgetBytes: Type.Number() }),
  },
  { $id: 'Status' },
);

const readyExample = {
  ready: true,
  reasons: [] as string[],
  database: {
    reachable: true,
    kind: 'embedded',
    postgresql: '18.3',
    postgis: '3.6.2',
    geos: '3.14.0',
    schemaVersion: 1,
    lostStatements: 0,
    reopened: 0,
  },
  selfCheck: { ok: true, cases: 64, failures: [] as string[] },
  layers: [{ id: 'stbhhx', version: '2024-12-31.1', dataDate: '2024-12-31' }],
  cache: { bytes: 18_400_000, budgetBytes: 268_435_456 },
};

export const readHealth = operation({
  id: 'readHealth',
  tag: 'operations',
  summary: { zh: '进程是否存活', en: 'Whether the process is alive' },
  answers: {
    200: {
      description: { zh: '存活', en: 'Alive' },
      type: json,
      schema: Type.Object({ status: Type.Literal('ok'), version: Type.String() }),
      example: { status: 'ok', version: '0.1.0' },
    },
  },
  problems: [],
  handle: async ({ parts }) => ({ status: 'ok', version: parts.version }),
});

export const readReadiness = operation({
  id: 'readReadiness',
  tag: 'operations',
  summary: { zh: '能否出具预检', en: 'Whether checks can be made' },
  answers: {
    200: {
      description: { zh: '可以', en: 'Ready' },
      type: json,
      schema: StatusSchema,
      example: readyExample,
    },
    503: {
      description: { zh: '不可以，原因见 reasons', en: 'Not ready: reasons says why' },
      type: json,
      schema: StatusSchema,
      example: {
        ...readyExample,
        ready: false,
        reasons: ['数据库无法连接。'],
        database: { ...readyExample.database, reachable: false },
      },
    },
  },
  problems: [],
  async handle({ parts, reply, language }) {
    const status = await parts.service.status();
    if (!status.ready) reply.code(503);
    return localize(status, language);
  },
});

export const readMetrics = operation({
  id: 'readMetrics',
  tag: 'operations',
  summary: { zh: '运行指标（Prometheus）', en: 'Counters in the Prometheus text format' },
  answers: {
    200: {
      description: { zh: '指标', en: 'The counters' },
      type: 'text/plain; version=0.0.4; charset=utf-8',
      schema: Type.String(),
      example: 'onemap_checks_total{verdict="clear"} 7\n',
    },
  },
  problems: [],
  async handle({ parts, reply, log }) {
    const status = await parts.service.status().catch((error: unknown) => {
      log.warn({ err: error }, 'no status for the metrics');
      return undefined;
    });
    const checks = parts.checkGate.state();
    const imports = parts.importGate.state();
    reply.type('text/plain; version=0.0.4; charset=utf-8');
    return parts.metrics.render(status, {
      running: checks.running + imports.running,
      waiting: checks.waiting + imports.waiting,
    });
  },
});

export const readOpenApi = operation({
  id: 'readOpenApi',
  tag: 'operations',
  summary: { zh: '本接口的 OpenAPI 3.1 文档', en: 'This interface as OpenAPI 3.1' },
  answers: {
    200: {
      description: { zh: 'OpenAPI 文档', en: 'The OpenAPI document' },
      type: json,
      schema: Type.Object({ openapi: Type.String() }),
      example: { openapi: '3.1.0' },
    },
  },
  problems: [],
  handle: async ({ parts, language }) => parts.openApi(language),
});

export const readDocs = operation({
  id: 'readDocs',
  tag: 'operations',
  summary: { zh: '本接口的说明页', en: 'This interface as a page' },
  query: LanguageQuery,
  answers: { 200: { description: { zh: '网页', en: 'A page' }, type: html, schema: Type.String() } },
  problems: [],
  async handle({ parts, reply, query, language }) {
    const wanted = query.lang ?? language;
    return sendPage(reply, wanted, docsPage(parts.openApi(wanted), wanted));
  },
});

export const readLanding = operation({
  id: 'readLanding',
  tag: 'operations',
  summary: { zh: '首页', en: 'The front page' },
  query: LanguageQuery,
  answers: { 200: { description: { zh: '网页', en: 'A page' }, type: html, schema: Type.String() } },
  problems: [],
  async handle({ parts, request, reply, query, language }) {
    const wanted = query.lang ?? language;
    return sendPage(reply, wanted, landingPage(wanted, parts.publicAddress(request)));
  },
});

export const readProblem = operation({
  id: 'readProblem',
  tag: 'operations',
  summary: { zh: '错误代码的说明', en: 'What an error code means' },
  params: parameters({ code: Type.String({ maxLength: 60, examples: ['bad-parcel'] }) }),
  answers: {
    200: {
      description: { zh: '说明', en: 'The explanation' },
      type: json,
      schema: Type.Object({
        type: Type.String(),
        code: Type.String(),
        status: Type.Integer(),
        title: Type.String(),
        advice: Type.String(),
      }),
      example: describeProblem('bad-parcel', 'zh'),
    },
  },
  problems: ['not-found'],
  async handle({ params, language }) {
    const code = errorCodes.find((known) => known === params.code);
    if (!code) throw new AppError('not-found', 'no such error code');
    return describeProblem(code, language);
  },
});

function describeProblem(code: ErrorCode, language: Language) {
  const { status, title, advice } = problemTable[code];
  return { type: problemType(code), code, status, title: title[language], advice: advice[language] };
}
