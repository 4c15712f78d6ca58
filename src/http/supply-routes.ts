/** 宗地组合供应 and 零星地块 over the network: parcels in, an explained answer out, nothing stored. */
import type { Static } from 'typebox';
import { AppError } from '../core/errors.js';
import type { BundleRequest } from '../supply/bundle-types.js';
import type { FragmentRequest } from '../supply/fragment-types.js';
import { readAcross, readList } from '../supply/read-across.js';
import { acceptJob, wantsJob } from './async.js';
import { mediaTypeOf } from './body.js';
import { ParcelsSchema } from './check-schemas.js';
import { txtExample } from './examples.js';
import { acceptedAnswer } from './job-schemas.js';
import { localize } from './language.js';
import { operation } from './route.js';
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

export const createBundles = operation({
  id: 'createBundles',
  tag: 'supply',
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
    types: [geoJson, json],
    schema: ParcelsSchema,
    example: bundleParcelsExample,
    files: { 'text/plain': txtExample, 'application/octet-stream': txtExample },
  },
  answers: {
    200: {
      description: { zh: '相邻关系与组合', en: 'Adjacency and bundles' },
      type: json,
      schema: BundleAnswerSchema,
      example: bundleExample,
    },
    202: acceptedAnswer,
  },
  problems,
  async handle(context) {
    const { parts, request, query, language, callerGone } = context;
    const asked = toBundleRequest(bodyOf(request.body), mediaTypeOf(request), query);
    if (wantsJob(request, parts.asyncAboveBytes))
      return acceptJob(context, await parts.service.submitSupply('bundles', asked));
    const answer = await parts.checkGate.run(
      (signal) => parts.service.createBundles(asked, signal),
      callerGone,
    );
    return localize(answer, language);
  },
});

export const createFragments = operation({
  id: 'createFragments',
  tag: 'supply',
  summary: { zh: '零星地块', en: 'Fragments of construction land' },
  description: {
    zh: '零星地块（第 35 条）：单宗 3 亩、累计 10% 的核对，边角地、夹心地、插花地的类型与依据，相邻产业地块，归并后的外轮廓；discover=true 在项目范围内查找零星地块。',
    en: 'Measure 35: each piece against 3 亩 and all against 10 %, kinds with evidence, neighbouring industry, merged outlines; with discover=true the pieces are found within the range.',
  },
  query: FragmentQuery,
  body: {
    description: {
      zh: '要素属性 role：fragment 零星地块、project 改造项目范围、host 相邻产业地块（landUse 为用地用海代码）',
      en: 'Features with role: fragment, project or host (landUse a 用地用海 code)',
    },
    types: [geoJson, json],
    schema: ParcelsSchema,
    example: fragmentParcelsExample,
    files: { 'text/plain': txtExample, 'application/octet-stream': txtExample },
  },
  answers: {
    200: {
      description: { zh: '零星地块', en: 'Fragments' },
      type: json,
      schema: FragmentAnswerSchema,
      example: fragmentExample,
    },
    202: acceptedAnswer,
  },
  problems,
  async handle(context) {
    const { parts, request, query, language, callerGone } = context;
    const asked: FragmentRequest = {
      body: bodyOf(request.body),
      contentType: mediaTypeOf(request),
      ...query,
    };
    if (wantsJob(request, parts.asyncAboveBytes))
      return acceptJob(context, await parts.service.submitSupply('fragments', asked));
    const answer = await parts.checkGate.run(
      (signal) => parts.service.createFragments(asked, signal),
      callerGone,
    );
    return localize(answer, language);
  },
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

function toBundleRequest(
  body: Uint8Array,
  contentType: string,
  query: Static<typeof BundleQuery>,
): BundleRequest {
  const { across, propose, uses, include, exclude, minAreaM2, maxAreaM2, maxGapM, limit, ...rest } = query;
  return {
    body,
    contentType,
    ...rest,
    across: readAcross(across),
    ...(propose && {
      propose: {
        ...{ minAreaM2, maxAreaM2, maxGapM, limit },
        uses: readList(uses),
        include: readList(include),
        exclude: readList(exclude),
      },
    }),
  };
}
