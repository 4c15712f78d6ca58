/** Checks over the network: make one, list them, read one, its pieces, make it again. */
import type { FastifyReply } from 'fastify';
import Type, { type Static } from 'typebox';
import { giveBack } from '../checks/answer-memory.js';
import type { CheckRequest } from '../checks/check-parts.js';
import { AppError } from '../core/errors.js';
import { readFactsText } from '../policy/facts-text.js';
import { acceptJob, wantsJob } from './async.js';
import {
  CheckListQuerySchema,
  CheckListSchema,
  CheckQuery,
  CheckSchema,
  ParcelsSchema,
  PieceCollectionSchema,
  ReplaySchema,
} from './check-schemas.js';
import { toDraftRequest } from './draft.js';
import { DraftReviewSchema, draftExample } from './draft-schemas.js';
import { checkExample, checkSummaryExample, parcelsExample, piecesExample, txtExample } from './examples.js';
import { acceptedAnswer } from './job-schemas.js';
import { localize, localizeJson } from './language.js';
import { receiveFile } from './multipart.js';
import { operation } from './route.js';
import { parameters } from './schemas.js';

const geoJson = 'application/geo+json';
const json = 'application/json';

/** Archives, drawings, tables and databases; the content decides which. */
const binaryFiles: Readonly<Record<string, string>> = Object.fromEntries(
  [
    ...['application/zip', 'application/x-zip-compressed', 'application/geopackage+sqlite3'],
    ...['application/vnd.google-earth.kml+xml', 'application/vnd.google-earth.kmz'],
    ...['application/dxf', 'image/vnd.dxf', 'application/flatgeobuf', 'text/csv'],
  ].map((type) => [type, '(file)']),
);

export const CheckParams = parameters({
  id: Type.String({
    minLength: 1,
    maxLength: 100,
    description: 'Id of the check',
    examples: [checkExample.id],
  }),
});

export const createCheck = operation({
  id: 'createCheck',
  tag: 'checks',
  summary: { zh: '预检地块', en: 'Check parcels' },
  description: {
    zh: '提交地块，返回与各图层的叠加面积、结论与依据条款。答复即存档，可按编号再取。请求头 Prefer: respond-async 或文件较大时转为后台任务（202）。',
    en: 'Send parcels; the answer gives the overlap with every layer, the verdict and the articles. It is stored. With Prefer: respond-async, or for a large file, it becomes a job (202).',
  },
  query: CheckQuery,
  body: {
    description: {
      zh: '一个或多个地块，格式由内容判定，见 /v1/formats',
      en: 'One or more parcels; the content decides the format, see /v1/formats',
    },
    types: [geoJson, json],
    schema: ParcelsSchema,
    example: parcelsExample,
    files: { 'text/plain': txtExample, 'application/octet-stream': txtExample, ...binaryFiles },
    multipart: true,
  },
  answers: {
    200: {
      description: {
        zh: 'draft=true：按模块审查，不存档',
        en: 'draft=true: the review by modules, not stored',
      },
      type: json,
      schema: DraftReviewSchema,
      example: draftExample,
    },
    201: {
      description: { zh: '预检结果', en: 'The check' },
      type: json,
      schema: CheckSchema,
      example: checkExample,
      headers: { Location: { zh: '结果的地址', en: 'Address of the check' } },
    },
    202: acceptedAnswer,
  },
  problems: [
    'bad-json',
    'bad-geojson',
    'bad-parcel',
    'bad-crs',
    'outside-jurisdiction',
    'unsupported-format',
    'too-large',
    'not-found',
    'overloaded',
    'time-limit',
  ],
  async handle(context) {
    const { parts, request, reply, query, language, callerGone } = context;
    const { bytes, contentType, fileName } = await receiveFile(request);
    const asked = toCheckRequest(bytes, contentType, fileName, query);
    const draft = toDraftRequest(asked, query);
    if (draft) {
      const work = (signal: AbortSignal) => parts.service.reviewDraft(draft, signal);
      return localize(await parts.checkGate.run(work, callerGone), language);
    }
    if (wantsJob(request, parts.asyncAboveBytes)) {
      return acceptJob(context, await parts.service.submitCheck(asked));
    }
    const inLanguage = (whole: Buffer): Buffer => localizeJson(whole, language, whole);
    const stored = await parts.checkGate.run(
      (signal) => parts.service.createCheck(asked, signal, inLanguage),
      callerGone,
    );
    // sent to the last byte, or never to be sent
    reply.raw.once('close', () => giveBack(stored.answer));
    parts.metrics.countCheck(stored.verdict, stored.parcelCount);
    reply.code(201).header('location', `/v1/checks/${encodeURIComponent(stored.id)}`);
    return sendJson(reply, stored.answer);
  },
});

/** As Fastify sends an object, with its JSON in hand. */
const sendJson = (reply: FastifyReply, bytes: Buffer): Buffer => {
  reply.type('application/json; charset=utf-8');
  return bytes;
};

function toCheckRequest(
  body: unknown,
  contentType: string,
  fileName: string | undefined,
  query: Static<typeof CheckQuery>,
): CheckRequest {
  if (!(body instanceof Uint8Array) || body.byteLength === 0) {
    throw new AppError('bad-request', 'empty body', {
      detail: {
        zh: '请求没有内容，请提交地块文件。',
        en: 'The request has no body: send a file of parcels.',
      },
    });
  }
  const { stage, rulePack, onDate, asOf, crs, layer, encoding, facts, verify, repair } = query;
  return {
    body,
    contentType,
    stage,
    verify,
    repair,
    ...(fileName !== undefined && { fileName }),
    ...(rulePack !== undefined && { rulePack }),
    ...(onDate !== undefined && { onDate }),
    ...(asOf !== undefined && { asOf }),
    ...(crs !== undefined && { crs }),
    ...(layer !== undefined && { layer }),
    ...(encoding !== undefined && { encoding }),
    ...(facts !== undefined && { facts: readFactsText(facts) }),
  };
}

export const listChecks = operation({
  id: 'listChecks',
  tag: 'checks',
  summary: { zh: '列出已存的预检', en: 'List stored checks, newest first' },
  query: CheckListQuerySchema,
  answers: {
    200: {
      description: { zh: '一页预检', en: 'A page of checks' },
      type: json,
      schema: CheckListSchema,
      example: { checks: [checkSummaryExample], next: 'eyJjIjoiMjAyNS0wNi0wMyJ9' },
      headers: { Link: { zh: '下一页（rel="next"）', en: 'The next page (rel="next")' } },
    },
  },
  problems: [],
  async handle({ parts, reply, query }) {
    const { limit, after, verdict } = query;
    const page = await parts.service.listChecks({
      limit,
      ...(after !== undefined && { after }),
      ...(verdict !== undefined && { verdict }),
    });
    if (page.next !== undefined) {
      const next = new URLSearchParams({ limit: String(limit), after: page.next });
      if (verdict !== undefined) next.set('verdict', verdict);
      reply.header('link', `</v1/checks?${next}>; rel="next"`);
    }
    return page;
  },
});

export const readCheck = operation({
  id: 'readCheck',
  tag: 'checks',
  summary: { zh: '读取一次预检', en: 'Read a stored check' },
  params: CheckParams,
  answers: {
    200: {
      description: { zh: '预检结果', en: 'The check' },
      type: json,
      schema: CheckSchema,
      example: checkExample,
    },
  },
  problems: ['not-found'],
  async handle({ parts, params, reply, language }) {
    const stored = await parts.service.findCheck(params.id);
    if (stored === undefined) throw noSuchCheck(params.id);
    return sendJson(reply, localizeJson(stored, language));
  },
});

export const readPieces = operation({
  id: 'readPieces',
  tag: 'checks',
  summary: { zh: '叠加图斑', en: 'The pieces of ground behind the figures' },
  params: CheckParams,
  answers: {
    200: {
      description: { zh: 'GeoJSON，EPSG:4490 经纬度', en: 'GeoJSON, EPSG:4490 lon/lat' },
      type: geoJson,
      schema: PieceCollectionSchema,
      example: piecesExample,
    },
  },
  problems: ['not-found', 'overloaded', 'time-limit'],
  async handle({ parts, params, reply, language, callerGone }) {
    const pieces = await parts.checkGate.run(
      (signal) => parts.service.checkPieces(params.id, signal),
      callerGone,
    );
    reply.type(geoJson);
    // bytes, or Fastify would add a charset parameter, which this media type does not have
    return Buffer.from(JSON.stringify(localize(pieces, language)));
  },
});

export const replayCheck = operation({
  id: 'replayCheck',
  tag: 'checks',
  summary: { zh: '重算并比对', en: 'Make the check again and compare' },
  description: {
    zh: '用存档的输入与当时的图层版本重算；不一致时列出差异。',
    en: 'Recomputed from the stored input and the pinned versions; differences are listed.',
  },
  params: CheckParams,
  answers: {
    200: {
      description: { zh: '是否一致', en: 'Whether it came out the same' },
      type: json,
      schema: ReplaySchema,
      example: { identical: true, sha256: checkExample.sha256 },
    },
  },
  problems: ['not-found', 'overloaded', 'time-limit'],
  async handle({ parts, params, callerGone }) {
    return parts.checkGate.run((signal) => parts.service.replayCheck(params.id, signal), callerGone);
  },
});

const noSuchCheck = (id: string): AppError =>
  new AppError('not-found', 'no such check', {
    detail: { zh: `没有编号为 ${id} 的预检。`, en: `There is no check ${id}.` },
  });
