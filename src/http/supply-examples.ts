/** Examples of the supply routes for the OpenAPI document: the sample file `bundles.geojson`, shortened. */
import { parcelsExample } from './examples.js';

const SOUTH = 35.2166;
const degrees = (value: number): number => Number(value.toFixed(4));

const corner = (west: number, use: string, id: string, width = 0.003, height = 0.0022) => ({
  ...parcelsExample.features[0]!,
  id,
  properties: { landUse: use, detailedPlanUse: use },
  geometry: {
    type: 'Polygon',
    coordinates: [
      [
        [west, SOUTH],
        [degrees(west + width), SOUTH],
        [degrees(west + width), degrees(SOUTH + height)],
        [west, degrees(SOUTH + height)],
        [west, SOUTH],
      ],
    ],
  },
});

export const bundleParcelsExample = {
  type: 'FeatureCollection',
  features: [corner(113.238, '1001', 'ZH-01'), corner(113.241, '0901', 'ZH-02')],
};

const eligible = { standing: 'eligible', parcel: null };

export const bundleExample = {
  parameters: { gapToleranceM: 0.1, minSharedEdgeM: 1, across: {}, planeCrs: 'EPSG:4526' },
  areaBasis: '面积为椭球面积；长度与间距为 3 度带高斯平面长度。',
  layers: [
    {
      id: 'czkfbj',
      version: '2024-12-31.1',
      dataDate: '2024-12-31',
      status: 'active',
      nameZh: '城镇开发边界',
      nameEn: 'Urban development boundary',
    },
  ],
  parcels: [],
  adjacency: [
    {
      a: 'ZH-01',
      b: 'ZH-02',
      kind: 'edge',
      sharedEdgeM: 244.06,
      gapM: 0,
      meanGapM: 0,
      facingM: 244.06,
      overlapM2: 0,
      adjacent: true,
      across: null,
      between: [],
    },
  ],
  bundles: [
    {
      id: 'ZH-1',
      parcels: ['ZH-01', 'ZH-02'],
      uses: [{ group: 'industry', label: '产业', areaM2: 66650.12, parcels: ['ZH-01'] }],
      areaM2: 133300.24,
      mu: 199.95,
      connected: true,
      eligible: true,
      standing: 'eligible',
      documents: [
        {
          document: '焦政办规〔2025〕1号',
          article: '（十五）',
          standing: 'eligible',
          reasons: [{ ...eligible, code: 'different-uses', detail: '含 2 类不同用途：商业、产业。' }],
        },
      ],
      reasons: [],
      planningConditions: [{ parcel: 'ZH-01', landUse: '1001', areaM2: 66650.12 }],
      sharedEdgeM: 244.06,
      compactness: 0.7,
      perimeterM: 1580.5,
      outline: { type: 'MultiPolygon', coordinates: [] },
    },
  ],
  warnings: [],
};

export const fragmentParcelsExample = {
  type: 'FeatureCollection',
  features: [
    {
      ...corner(113.238, '1001', 'P-1'),
      properties: { role: 'project', landUse: '1001', detailedPlanUse: '1001' },
    },
    {
      ...corner(113.241, '1001', 'F-1', 0.0002, 0.0008),
      properties: { role: 'fragment', landUse: '1001', detailedPlanUse: '1001' },
    },
  ],
};

export const fragmentExample = {
  parameters: { limitM2: 2000, cap: 0.1, source: '河南省 50 条 35' },
  areaBasis: '面积为椭球面积，2000.00 ㎡ 的上限按未取整的椭球面积判定。',
  layers: bundleExample.layers,
  projectM2: 19997.64,
  fragments: [],
  sumM2: 1999.76,
  sumMu: 3,
  ratio: { included: 0.1, excluded: 0.1111 },
  withinCap: true,
  withinCapExcluded: false,
  verdict: 'clear',
  reasons: [],
  warnings: [],
};
