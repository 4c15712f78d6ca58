/** 宗地组合供应 and 零星地块 over the network: parcels in, an explained answer out, nothing stored. */
import type { Static, TObject } from 'typebox';
import { AppError, type Bilingual } from '../core/errors.js';
import type { BundleRequest } from '../supply/bundle-types.js';
import type { FragmentRequest } from '../supply/fragment-types.js';
import { mergedTxt } from '../supply/merged-txt.js';
import { readAcross, readList } from '../supply/read-across.js';
import { readProposal } from '../supply/read-proposal.js';
import type { SupplyFile } from '../supply/supply-parts.js';
import { acceptJob, wantsJob } from './async.js';
import { mediaTypeOf } from './body.js';
import { ParcelsSchema } from './check-schemas.js';
import { txtExample } from './examples.js';
import { acceptedAnswer } from './job-schemas.js';
import { localize } from './language.js';
import { type AnswerDoc, type BodyDoc, type Operation, operation } from './route.js';
import type { Service } from './service.js';
import {
  bundleExample,
  bundleParcelsExample,
  fragmentExample,
  fragmentParcelsExample,
} from './supply-examples.js';
import { BundleAnswerSchema, BundleQuery, FragmentAnswerSchema, FragmentQuery } from './supply-schemas.js';

const geoJson = 'application/geo+json';
const json = 'application/json';

const problems = [
  'bad-json',
  'bad-geojson',
  'bad-parcel',
  'bad-crs',
  'outside-jurisdiction',
  'unsupported-format',
  'too-large',
  'overloaded',
  'time-limit',
] as const;

/** What the two operations differ in. */
interface SupplyOperation<Query extends TObject, Request, Answer> {
  id: string;
  kind: 'bundles' | 'fragments';
  summary: Bilingual;
  description: Bilingual;
  query: Query;
  body: Pick<BodyDoc, 'description' | 'example'>;
  answer: Required<Pick<AnswerDoc, 'description' | 'schema' | 'example'>>;
  toRequest(file: SupplyFile, query: Static<Query>): Request;
  create(service: Service, request: Request, signal: AbortSignal): Promise<Answer>;
  /** The answer as a file, for a caller that wants one. */
  file?: { wanted(query: Static<Query>): boolean; name: string; write(answer: Answer): Uint8Array };
}

/** Parcels in; the answer at once, or a job where the caller prefers one or the body is large. */
const supplyOperation = <Query extends TObject, Request extends SupplyFile, Answer extends object>({
  kind,
  body,
  answer,
  toRequest,
  create,
  file: written,
  ...texts
}: SupplyOperation<Query, Request, Answer>): Operation =>
  operation({
    ...texts,
    tag: 'supply',
    body: {
      ...body,
      types: [geoJson, json],
      schema: ParcelsSchema,
      files: { 'text/plain': txtExample, 'application/octet-stream': txtExample },
    },
    answers: { 200: { ...answer, type: json }, 202: acceptedAnswer },
    problems,
    async handle(context) {
      const { parts, request, reply, query, language, callerGone } = context;
      const file = { body: bodyOf(request.body), contentType: mediaTypeOf(request) };
      const asked = toRequest(file, query);
      const asFile = written?.wanted(query) ? written : undefined;
      if (!asFile && wantsJob(request, parts.asyncAboveBytes))
        return acceptJob(context, await parts.service.submitSupply(kind, asked));
      const made = await parts.checkGate.run((signal) => create(parts.service, asked, signal), callerGone);
      if (!asFile) return localize(made, language);
      const bytes = Buffer.from(asFile.write(made));
      reply
        .type('text/plain; charset=gbk')
        .header('content-disposition', `attachment; filename="${asFile.name}"`);
      return bytes;
    },
  });

export const createBundles = supplyOperation({
  id: 'createBundles',
  kind: 'bundles',
  summary: { zh: '宗地组合供应', en: 'Bundles of neighbouring parcels' },
  description: {
    zh: '地块的相邻关系（共边、点接触、间隔、重叠）、可组合供应的相邻地块组及理由、分用途面积、须分别出具的规划条件；propose=true 另给最优组合方案。定义见 docs/adjacency-semantics.md。',
    en: 'Who borders on whom, which groups may be supplied as one project and why, areas by use, planning conditions to issue; with propose=true the best bundles. Defined in docs/adjacency-semantics.md.',
  },
  query: BundleQuery,
  body: {
    description: {
      zh: '地块；属性 landUse（用地用海代码）、可选 detailedPlanUse（详规用途）',
      en: 'Parcels with landUse (用地用海 code) and optionally detailedPlanUse',
    },
    example: bundleParcelsExample,
  },
  answer: {
    description: { zh: '相邻关系与组合', en: 'Adjacency and bundles' },
    schema: BundleAnswerSchema,
    example: bundleExample,
  },
  toRequest: toBundleRequest,
  create: (service, request, signal) => service.createBundles(request, signal),
});

export const createFragments = supplyOperation({
  id: 'createFragments',
  kind: 'fragments',
  summary: { zh: '零星地块', en: 'Fragments of construction land' },
  description: {
    zh: '零星地块（第 35 条）：单宗 3 亩、累计 10% 的核对，边角地、夹心地、插花地的类型与依据，相邻产业地块，归并后的外轮廓；discover=true 在项目范围内查找零星地块（全县范围请加 Prefer: respond-async）。',
    en: 'Measure 35: each piece against 3 亩 and all against 10 %, kinds with evidence, neighbouring industry, merged outlines; with discover=true the pieces are found within the range (for a whole district add Prefer: respond-async).',
  },
  query: FragmentQuery,
  body: {
    description: {
      zh: '要素属性 role：fragment 零星地块、project 改造项目范围、host 相邻产业地块（landUse 为用地用海代码）',
      en: 'Features with role: fragment, project or host (landUse a 用地用海 code)',
    },
    example: fragmentParcelsExample,
  },
  answer: {
    description: { zh: '零星地块', en: 'Fragments' },
    schema: FragmentAnswerSchema,
    example: fragmentExample,
  },
  toRequest: (file, { approved, f: _, ...query }): FragmentRequest => ({
    ...file,
    ...query,
    approved: readList(approved),
  }),
  create: (service, request, signal) => service.createFragments(request, signal),
  file: { wanted: ({ f }) => f === 'txt', name: 'merged-outlines.txt', write: mergedTxt },
});

function bodyOf(body: unknown): Uint8Array {
  if (body instanceof Uint8Array && body.byteLength > 0) return body;
  throw new AppError('bad-request', 'empty body', {
    detail: {
      zh: '请求没有内容，请提交地块文件。',
      en: 'The request has no body: send a file of parcels.',
    },
  });
}

function toBundleRequest(file: SupplyFile, query: Static<typeof BundleQuery>): BundleRequest {
  const { across, propose, uses, include, exclude, minAreaM2, maxAreaM2, maxGapM, limit, ...rest } = query;
  return {
    ...file,
    ...rest,
    across: readAcross(across),
    propose: readProposal(propose, {
      ...{ minAreaM2, maxAreaM2, maxGapM, limit },
      ...{ uses: readList(uses), include: readList(include), exclude: readList(exclude) },
    }),
  };
}
