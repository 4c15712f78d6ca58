/** `parcel-check`: the check of the product as a standard process. The answer is the stored check, byte for byte. */

import { createCheckOfJob } from '../../checks/check-of-job.js';
import type { CheckRequest } from '../../checks/check-parts.js';
import { findCheck } from '../../checks/read-checks.js';
import { AppError } from '../../core/errors.js';
import type { Stage } from '../../policy/policy-types.js';
import { optional, parcelsInput, readingInputs } from './parcels-input.js';
import type { Process } from './process-types.js';

export const parcelCheck: Process = {
  id: 'parcel-check',
  title: { zh: '用地预检', en: 'Land-use check of parcels' },
  description: {
    zh: '地块与“一张图”各图层的叠加面积、结论与依据条款。结果即存档的预检。',
    en: 'Overlap of parcels with every layer of the one map, verdicts and articles. The answer is stored.',
  },
  version: '1.0.0',
  inputs: {
    parcels: parcelsInput('地块', 'Parcels'),
    stage: optional('阶段：pre-review 预审选址，approval 报批', 'Stage: pre-review or approval', {
      type: 'string',
      enum: ['pre-review', 'approval'],
      default: 'pre-review',
    }),
    rulePack: optional('规则包编号', 'Id of a rule pack', {
      type: 'string',
      pattern: '^[a-z0-9][a-z0-9-]{0,63}$',
    }),
    ...readingInputs,
    facts: optional(
      '申报项：名称与值，如 {"projectType": "energy"}；可用项见规则包',
      'Facts of the applicant by name, as {"projectType": "energy"}; the rule pack says which there are',
      { type: 'object', maxProperties: 50, additionalProperties: { type: 'string', maxLength: 200 } },
    ),
    verify: optional('用第二引擎复核', 'Measure again with the second engine', {
      type: 'boolean',
      default: false,
    }),
  },
  outputs: {
    check: {
      title: { zh: '预检结果', en: 'The check' },
      schema: { type: 'object', contentMediaType: 'application/json' },
    },
  },
  example: {
    inputs: {
      parcels: {
        type: 'Feature',
        id: 'DK-001',
        properties: { name: '示例地块' },
        geometry: {
          type: 'Polygon',
          coordinates: [
            [
              [113.2389, 35.2147],
              [113.2419, 35.2147],
              [113.2419, 35.2169],
              [113.2389, 35.2169],
              [113.2389, 35.2147],
            ],
          ],
        },
      },
      stage: 'pre-review',
    },
  },
  async run(parts, inputs, { jobId, signal, onProgress }) {
    const { parcels, stage = 'pre-review', verify = false, repair = false, ...rest } = inputs;
    const request = {
      body: Buffer.from(JSON.stringify(parcels)),
      contentType: 'application/geo+json',
      stage: stage as Stage,
      verify: verify as boolean,
      repair: repair as boolean,
      ...(rest as Pick<CheckRequest, 'rulePack' | 'onDate' | 'asOf' | 'crs' | 'facts'>),
    };
    const { id } = await createCheckOfJob(parts, jobId, request, signal, onProgress).catch(inInputs);
    return { check: id };
  },
  async read({ db }, { check }) {
    const text = await findCheck(db, check as string);
    if (text === undefined) throw new AppError('not-found', 'the check is no longer stored');
    return { check: text.toString() };
  },
  pages: ({ check }) =>
    (
      [
        ['findings', '结论', 'Findings'],
        ['pieces', '叠加图斑', 'Pieces of overlap'],
        ['parcels', '地块', 'Parcels'],
      ] as const
    ).map(([what, zh, en]) => ({
      title: { zh, en },
      path: `/collections/check-${what}/items?check_id=${check}&f=html`,
    })),
};

/** What the check calls a parameter is an input here. */
function inInputs(error: unknown): never {
  if (!(error instanceof AppError) || !error.facts.errors) throw error;
  const errors = error.facts.errors.map((one) => ({
    ...one,
    pointer: one.pointer.replace(/^\/query\//, '/inputs/'),
  }));
  throw new AppError(error.code, error.message, { ...error.facts, errors }, error.cause);
}
