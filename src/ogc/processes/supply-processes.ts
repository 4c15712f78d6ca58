/** `supply-bundles` (宗地组合供应) and `fragments` (零星地块) as standard processes; the answers are those of /v1. */
import { approvedLayers } from '../../supply/approved-layers.js';
import { acrossKinds, type BundleRequest } from '../../supply/bundle-types.js';
import { createBundles } from '../../supply/create-bundles.js';
import { createFragments } from '../../supply/create-fragments.js';
import type { FragmentRequest } from '../../supply/fragment-types.js';
import { supplyPartsOf, supplyWatchOf } from '../../supply/open-supply.js';
import { optional, parcelsInput, readingInputs } from './parcels-input.js';
import type { Process } from './process-types.js';

const least = (minimum: number) => ({ type: 'number', minimum });
const ids = { type: 'array', items: { type: 'string' } };
const answer = { answer: { title: { zh: '结果', en: 'The answer' }, schema: { type: 'object' } } };

const borderInputs = {
  gapToleranceM: optional(
    '视为共边的最大间距（米）',
    'Borders that run this close are one border, m',
    least(0),
  ),
  minSharedEdgeM: optional('更短的接触视为角点（米）', 'A shorter contact is a corner, m', least(0)),
};

const boxFeature = (west: number, south: number, width: number, id: string, properties: object) => ({
  type: 'Feature',
  id,
  properties,
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, south],
        [west + width, south],
        [west + width, south + 0.001],
        [west, south + 0.001],
        [west, south],
      ],
    ],
  },
});

const collection = (...features: object[]) => ({ type: 'FeatureCollection', features });

/** The request that both rooms' own doors build: the parcels as a file, the rest as it is. */
const requestOf = ({ parcels, ...rest }: Readonly<Record<string, unknown>>) => ({
  body: Buffer.from(JSON.stringify(parcels)),
  contentType: 'application/geo+json',
  ...rest,
});

export const supplyBundles: Process = {
  id: 'supply-bundles',
  title: { zh: '宗地组合供应', en: 'Bundles of neighbouring parcels' },
  description: {
    zh: '地块的相邻关系、可组合供应的相邻地块组及理由；propose 另给最优组合方案。',
    en: 'Who borders on whom, which groups may be supplied as one project and why; with propose the best bundles.',
  },
  version: '1.0.0',
  inputs: {
    parcels: parcelsInput('地块，属性 landUse（用地用海代码）', 'Parcels with landUse'),
    ...readingInputs,
    ...borderInputs,
    across: optional(
      '可跨越的道路、绿地、水面宽度（米）',
      'Road, green strip or water between neighbours, m',
      {
        type: 'object',
        additionalProperties: false,
        properties: Object.fromEntries(acrossKinds.map((kind) => [kind, least(0)])),
      },
    ),
    propose: optional('推荐组合方案的约束', 'Constraints on proposed bundles', {
      type: 'object',
      additionalProperties: false,
      properties: {
        ...{ minAreaM2: least(0), maxAreaM2: least(0), maxGapM: least(0) },
        ...{ uses: ids, include: ids, exclude: ids },
        limit: { type: 'integer', minimum: 1, maximum: 50, default: 5 },
      },
    }),
  },
  outputs: answer,
  example: {
    inputs: {
      parcels: collection(
        boxFeature(113.2389, 35.2147, 0.0012, 'ZH-01', { landUse: '1001', detailedPlanUse: '1001' }),
        boxFeature(113.2401, 35.2147, 0.0012, 'ZH-02', { landUse: '0901', detailedPlanUse: '0901' }),
      ),
    },
  },
  async run(parts, inputs, watch) {
    const request = requestOf(inputs) as BundleRequest;
    return { answer: await createBundles(supplyPartsOf(parts), request, supplyWatchOf(watch)) };
  },
};

export const fragments: Process = {
  id: 'fragments',
  title: { zh: '零星地块', en: 'Fragments of construction land' },
  description: {
    zh: '零星地块（第 35 条）：单宗与累计上限、类型与依据、相邻产业地块、归并后的外轮廓。',
    en: 'Measure 35: each piece and all of them against the limits, kinds with evidence, neighbours, merged outlines.',
  },
  version: '1.0.0',
  inputs: {
    parcels: parcelsInput(
      '要素，属性 role：fragment、project、host',
      'Features with role: fragment, project or host',
    ),
    ...readingInputs,
    ...borderInputs,
    discover: optional('在项目范围内查找零星地块', 'Find the fragments within the project range', {
      type: 'boolean',
      default: false,
    }),
    minAreaM2: optional('查找时的最小面积（㎡）', 'Least area of a piece that is found, m²', least(0)),
    approved: {
      ...optional(
        '查找时扣除的已批准用地图层，缺省为全部，["none"] 为不扣除',
        'Layers of approved land that a search takes off: all without it, ["none"] for none',
        { type: 'array', minItems: 1, items: { type: 'string', enum: [...approvedLayers, 'none'] } },
      ),
      most: approvedLayers.length,
    },
  },
  outputs: answer,
  example: {
    inputs: {
      parcels: collection(
        boxFeature(113.2389, 35.2147, 0.002, 'XM-1', { role: 'project' }),
        boxFeature(113.2409, 35.2147, 0.0001, 'LX-1', { role: 'fragment' }),
      ),
    },
  },
  async run(parts, inputs, watch) {
    const request = requestOf(inputs) as FragmentRequest;
    return { answer: await createFragments(supplyPartsOf(parts), request, supplyWatchOf(watch)) };
  },
};
