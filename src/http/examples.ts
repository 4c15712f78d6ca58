/** One small story for the OpenAPI document: a parcel of 100 亩 on the ground of the sample city, and how an answer looks. */
import type { Check, CheckSummary } from '../checks/check-types.js';
import type { Localized } from './language.js';
import type { LayerInfo, LayerVersionInfo, RulePackDocument } from './service.js';

export const parcelsExample = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      id: 'DK-001',
      properties: { name: '示例地块', landUse: '1001' },
      geometry: {
        type: 'Polygon',
        coordinates: [
          [
            [113.238, 35.2166],
            [113.241, 35.2166],
            [113.241, 35.2188],
            [113.238, 35.2188],
            [113.238, 35.2166],
          ],
        ],
      },
    },
  ],
};

const redLineVersion: LayerVersionInfo = {
  version: '2024-12-31.1',
  status: 'active',
  dataDate: '2024-12-31',
  receivedAt: '2025-06-03T02:11:09.000Z',
  activatedAt: '2025-06-03T02:12:40.000Z',
  sourceFile: 'STBHHX.geojson',
  sha256: '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef',
  sourceEpsg: 4490,
  featureCount: 38,
  coverage: 'districts',
  certificate: { featuresIn: 38, featuresOut: 38, repaired: [] },
};

export const layerVersionExample: Localized<LayerVersionInfo> = redLineVersion;

export const layerExample: Localized<LayerInfo> = {
  id: 'stbhhx',
  kind: 'cover',
  name: '生态保护红线',
  active: redLineVersion,
};

export const rulePackExample: Localized<RulePackDocument> = {
  id: 'jiaozuo-2025',
  version: '1',
  name: '焦作市用地预检规则 2025',
  effectiveFrom: '2025-01-01',
  effectiveTo: null,
  extends: 'henan-2025',
  ruleCount: 9,
  tests: { cases: 104, failed: [] },
  content: { rules: [{ id: 'stbhhx-overlap', layer: 'stbhhx' }] },
};

/** 国土 TXT: a square of 1 公顷. */
export const txtExample = [
  '[属性描述]',
  '坐标系=2000国家大地坐标系',
  '几度分带=3',
  '投影类型=高斯克吕格',
  '计量单位=米',
  '带号=38',
  '[地块坐标]',
  '4,1.0000,DK-001,示例地块,面,,工业用地,,@',
  'J1,1,3898877.747,38430675.305',
  'J2,1,3898877.747,38430775.305',
  'J3,1,3898777.747,38430775.305',
  'J4,1,3898777.747,38430675.305',
  'J1,1,3898877.747,38430675.305',
].join('\r\n');

export const checkExample: Localized<Check> = {
  id: 'chk_01JQ8Z6V3M',
  createdAt: '2025-06-03T03:00:00.000Z',
  stage: 'pre-review',
  asOf: null,
  sha256: '9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab',
  rulePack: { id: 'jiaozuo-2025', version: '1', effectiveFrom: '2025-01-01' },
  layers: [
    {
      id: 'stbhhx',
      version: '2024-12-31.1',
      dataDate: '2024-12-31',
      sha256: redLineVersion.sha256,
      status: 'active',
      nameZh: '生态保护红线',
      nameEn: 'Ecological protection red line',
    },
  ],
  engine: {
    kernel: 'trapezoid',
    verifiedBy: 'geos',
    verifiedDifferenceM2: 2e-8,
    versions: { 'onemap-precheck': '0.1.0', geos: '3.13.0' },
  },
  verdict: 'attention',
  parcels: [
    {
      id: 'DK-001',
      name: '示例地块',
      landUse: '1001',
      area: {
        ellipsoidM2: 66666.67,
        planeM2: 66674.54,
        planeCrs: 'EPSG:4526',
        mu: 100,
        ha: 6.6667,
        uncertaintyM2: 0.3,
      },
      verdict: 'attention',
      overlays: [
        {
          layer: 'stbhhx',
          verdict: 'attention',
          areaM2: 1234.56,
          netAreaM2: null,
          outsideM2: 65432.11,
          share: 0.018518399,
          undeterminedM2: 0,
          undeterminedReason: null,
          byClass: [{ code: null, label: null, areaM2: 1234.56, netAreaM2: null, noise: false }],
          features: [
            {
              featureId: '12',
              bsm: '410802000012',
              areaM2: 1234.56,
              netAreaM2: null,
              wholeFeature: false,
              noise: false,
              attributes: { HXMC: '示例生态保护红线' },
            },
          ],
        },
      ],
      findings: [
        {
          rule: 'stbhhx-overlap',
          module: '生态',
          layer: 'stbhhx',
          verdict: 'attention',
          areaM2: 1234.56,
          netAreaM2: null,
          undeterminedM2: 0,
          noise: false,
          source: { document: '焦政办规〔2025〕1号', article: '(六)' },
          byClass: [],
          title: '涉及生态保护红线',
          detail: '地块与生态保护红线重叠 1234.56 ㎡。',
          requires: ['有限人为活动论证纳入规划选址综合论证'],
        },
      ],
      passed: [{ rule: 'yjjbnt-overlap' }],
      warnings: [],
    },
  ],
  facts: { activityCategory: 'linear-infrastructure' },
  findings: [],
  passed: [],
  checklist: [
    {
      id: '0a1b2c3d4e',
      text: '有限人为活动论证纳入规划选址综合论证',
      verdict: 'attention',
      module: '生态',
      rules: ['stbhhx-overlap'],
      parcels: ['DK-001'],
    },
  ],
  unreviewed: [
    { layer: 'kcd', nameZh: '查明矿产资源范围', nameEn: 'Known mineral resources', rules: ['kcd-overlap'] },
  ],
  rules: {
    'stbhhx-overlap': {
      module: '生态',
      layer: 'stbhhx',
      source: { document: '焦政办规〔2025〕1号', article: '(六)', confidence: 'secondary' },
      alsoSources: [],
    },
    'yjjbnt-overlap': { module: '耕地', layer: 'yjjbnt', passed: '不涉及永久基本农田。' },
  },
  totals: {
    areaM2: 66666.67,
    byLayer: [{ layer: 'stbhhx', areaM2: 1234.56, netAreaM2: null, undeterminedM2: 0 }],
  },
  warnings: [],
};

export const checkSummaryExample: Localized<CheckSummary> = {
  id: checkExample.id,
  createdAt: checkExample.createdAt,
  stage: checkExample.stage,
  verdict: checkExample.verdict,
  parcelCount: 1,
  rulePack: { id: 'jiaozuo-2025', version: '1' },
};

export const piecesExample = {
  type: 'FeatureCollection',
  features: [
    {
      type: 'Feature',
      id: 'DK-001/stbhhx/12',
      properties: { parcel: 'DK-001', layer: 'stbhhx', featureId: '12', areaM2: 1234.56 },
      geometry: {
        type: 'MultiPolygon',
        coordinates: [
          [
            [
              [113.238, 35.2166],
              [113.2385, 35.2166],
              [113.2385, 35.21684],
              [113.238, 35.21684],
              [113.238, 35.2166],
            ],
          ],
        ],
      },
    },
  ],
};
