/**
 * Parcels for the rules that ask for more than ground: what the applicant states, farmland by class and slope, and the sum of
 * a whole project. Rectangles of the laboratory like the curated parcels; areas follow from its table, texts of rules do not.
 */
import type { Bilingual } from '../src/core/errors.js';
import type { ParcelVerdict } from './curated-parcels.js';
import type { LabBox } from './laboratory.js';

export interface PolicyParcel {
  id: string;
  name: Bilingual;
  /** 用地用海 code. */
  landUse: string;
  boxes: readonly LabBox[];
  /** What the applicant states, as properties of the feature. */
  facts?: Readonly<Record<string, string | boolean>>;
}

export interface StatedParcel extends PolicyParcel {
  /** At the stage of approval: the worst verdict, rules that speak and rules that pass, of those that this parcel is about. */
  expected: { verdict: ParcelVerdict; found: readonly string[]; passed: readonly string[] };
}

const energy = { projectType: 'energy', activityCategory: 'linear-infrastructure' } as const;
const convertOnly = {
  ...{ convertOnly: true, ruralUse: 'villager-housing' },
  ...{ nearTermUrbanTask: false, coordinatedWithPlan: true },
} as const;

export const statedParcels: readonly StatedParcel[] = [
  {
    id: 'DK-41',
    name: { zh: '耕地按地类和坡度', en: 'Farmland by class and slope' },
    landUse: '1001',
    boxes: [
      [260, 400, 360, 500],
      [10, 500, 110, 600],
      [890, 490, 920, 520],
      [800, 600, 900, 700],
    ],
    expected: {
      verdict: 'attention',
      found: ['dltb-farmland'],
      passed: ['stbhhx-overlap', 'yjjbnt-overlap'],
    },
  },
  {
    id: 'DK-42',
    name: {
      zh: '能源项目占压红线（线性基础设施）',
      en: 'Energy project on the red line, linear infrastructure',
    },
    landUse: '1303',
    boxes: [[1045, 950, 1245, 1050]],
    facts: energy,
    expected: { verdict: 'attention', found: ['stbhhx-overlap'], passed: ['yjjbnt-overlap'] },
  },
  {
    id: 'DK-43',
    name: {
      zh: '能源项目占压红线，不属于有限人为活动',
      en: 'Energy project on the red line, no limited activity',
    },
    landUse: '1303',
    boxes: [[1045, 800, 1245, 900]],
    facts: { ...energy, activityCategory: 'none' },
    expected: { verdict: 'prohibited', found: ['stbhhx-overlap'], passed: ['yjjbnt-overlap'] },
  },
  {
    id: 'DK-44',
    name: { zh: '能源项目占用永久基本农田', en: 'Energy project on permanent basic farmland' },
    landUse: '1303',
    boxes: [[965, 100, 1145, 200]],
    facts: energy,
    expected: {
      verdict: 'attention',
      found: ['yjjbnt-overlap', 'dltb-farmland'],
      passed: ['stbhhx-overlap'],
    },
  },
  {
    id: 'DK-45',
    name: { zh: '只转用不征收，全部在边界内', en: 'Conversion only, inside the boundary' },
    landUse: '0703',
    boxes: [[20, 620, 100, 700]],
    facts: convertOnly,
    expected: {
      verdict: 'attention',
      found: ['dltb-farmland'],
      passed: ['convert-only-boundary', 'convert-only-conditions', 'convert-only-state-land'],
    },
  },
  {
    id: 'DK-46',
    name: { zh: '只转用不征收，一半在边界外', en: 'Conversion only, half outside the boundary' },
    landUse: '0703',
    boxes: [[25, 330, 125, 430]],
    facts: convertOnly,
    expected: { verdict: 'attention', found: ['convert-only-boundary'], passed: ['convert-only-conditions'] },
  },
  {
    id: 'DK-47',
    name: { zh: '只转用不征收，一半为国有土地', en: 'Conversion only, half of it state-owned' },
    landUse: '0703',
    boxes: [[20, 710, 100, 810]],
    facts: convertOnly,
    expected: {
      verdict: 'attention',
      found: ['convert-only-state-land', 'dltb-farmland'],
      passed: ['convert-only-boundary', 'convert-only-conditions'],
    },
  },
];

const field = (id: string, box: LabBox): PolicyParcel => ({
  ...{ id, landUse: '1001', boxes: [box] },
  name: { zh: `项目用地 ${id}`, en: `Project land ${id}` },
});

const fields = (last: LabBox): readonly PolicyParcel[] => [
  field('GT-1', [381, 761, 579, 1139]),
  field('GT-2', [1, 1, 199, 379]),
  field('GT-3', [1, 381, 124, 759]),
  field('GT-4', [766, 381, 1144, 759]),
  field('GT-5', [265, 381, 379, 465]),
  field('GT-6', last),
];

/** 18,000 m² of permanent basic farmland with ridges of 0.1523, and a plot of level farmland in its place: enough, or 1 m² short. */
const replaced = (last: LabBox): readonly PolicyParcel[] => [
  {
    ...{ id: 'BH-1', landUse: '1303', boxes: [[965, 100, 1145, 200]], facts: energy },
    name: { zh: '能源项目占用永久基本农田', en: 'Energy project on permanent basic farmland' },
  },
  {
    ...{ id: 'BH-2', landUse: '0102', boxes: [last], facts: { purpose: 'replacement-farmland' } },
    name: { zh: '补划地块', en: 'Replacement plot' },
  },
];

/** Net of ridges 18,000 × (1 − 0.1523) = 15,258.60 m² are taken; the level plots are 15,260 and 15,258 m². */
export const replacementProjects = {
  enough: replaced([20, 20, 160, 129]),
  short: replaced([20, 20, 160, 128.986]),
} as const;

/** Projects of farmland only, a metre clear of other ground, whose areas on the ellipsoid add up to 350,000.00 m² and 0.01 m² more; a millimetre of the last is 0.01 m². */
export const farmlandProjects = {
  exactly: fields([251, 381, 261, 520.884]),
  above: fields([251, 381, 261, 520.885]),
} as const;
