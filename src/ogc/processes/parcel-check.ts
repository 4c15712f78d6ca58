/** `parcel-check`: the check of the product as a standard process. The answer is the stored check, byte for byte. */
import { createCheck } from '../../checks/create-check.js';
import { findCheck } from '../../checks/read-checks.js';
import { AppError } from '../../core/errors.js';
import type { Stage } from '../../policy/policy-types.js';
import type { Process } from './process-types.js';

const day = { type: 'string', format: 'date' };
const optional = { required: false };

export const parcelCheck: Process = {
  id: 'parcel-check',
  title: { zh: '用地预检', en: 'Land-use check of parcels' },
  description: {
    zh: '地块与“一张图”各图层的叠加面积、结论与依据条款。结果即存档的预检。',
    en: 'Overlap of parcels with every layer of the one map, verdicts and articles. The answer is stored.',
  },
  version: '1.0.0',
  inputs: {
    parcels: {
      title: {
        zh: '地块（GeoJSON Feature、FeatureCollection 或面）',
        en: 'Parcels: GeoJSON Feature, FeatureCollection or polygon',
      },
      schema: {
        type: 'object',
        required: ['type'],
        properties: {
          type: { type: 'string', enum: ['Feature', 'FeatureCollection', 'Polygon', 'MultiPolygon'] },
        },
        contentMediaType: 'application/geo+json',
      },
      required: true,
    },
    stage: {
      title: { zh: '阶段：pre-review 预审选址，approval 报批', en: 'Stage: pre-review or approval' },
      schema: { type: 'string', enum: ['pre-review', 'approval'], default: 'pre-review' },
      ...optional,
    },
    rulePack: {
      title: { zh: '规则包编号', en: 'Id of a rule pack' },
      schema: { type: 'string', pattern: '^[a-z0-9][a-z0-9-]{0,63}$' },
      ...optional,
    },
    onDate: {
      title: { zh: '按哪一天的规则', en: 'The rules in force on this day' },
      schema: day,
      ...optional,
    },
    asOf: { title: { zh: '按哪一天的图层', en: 'The layers as of this day' }, schema: day, ...optional },
    crs: {
      title: { zh: '坐标系（EPSG 代码）', en: 'EPSG code of the coordinates' },
      schema: { type: 'string', pattern: '^([Ee][Pp][Ss][Gg]:)?[0-9]{4,6}$' },
      ...optional,
    },
    verify: {
      title: { zh: '用第二引擎复核', en: 'Measure again with the second engine' },
      schema: { type: 'boolean', default: false },
      ...optional,
    },
    repair: {
      title: { zh: '修复无效图形', en: 'Repair invalid parcels' },
      schema: { type: 'boolean', default: false },
      ...optional,
    },
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
              [113.2, 35.2],
              [113.203, 35.2],
              [113.203, 35.2022],
              [113.2, 35.2022],
              [113.2, 35.2],
            ],
          ],
        },
      },
      stage: 'pre-review',
    },
  },
  async run(parts, inputs, { signal, onProgress }) {
    const { parcels, stage = 'pre-review', verify = false, repair = false, ...rest } = inputs;
    const request = {
      body: Buffer.from(JSON.stringify(parcels)),
      contentType: 'application/geo+json',
      stage: stage as Stage,
      verify: verify as boolean,
      repair: repair as boolean,
      ...(rest as { rulePack?: string; onDate?: string; asOf?: string; crs?: string }),
    };
    const { id } = await createCheck(parts, request, signal, onProgress);
    return { check: id };
  },
  async read({ db }, { check }) {
    const text = await findCheck(db, check as string);
    if (text === undefined) throw new AppError('not-found', 'the check is no longer stored');
    return { check: text.toString() };
  },
};
