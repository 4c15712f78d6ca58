/**
 * Parcels for 宗地组合供应 with answers known from where they lie: rectangles on the laboratory's table, in its metres.
 * The figures here were worked out by hand from the rectangles.
 */
import type { Bilingual } from '../src/core/errors.js';
import type { LabBox } from './laboratory.js';

export interface SupplyParcel {
  id: string;
  name: Bilingual;
  box: LabBox;
  /** 用地用海 code. */
  landUse: string;
  detailedPlanUse?: string;
}

/** Three groups that may or may not be supplied together, an overlap, and two parcels with a road between. */
export const bundleParcels: readonly SupplyParcel[] = [
  {
    id: 'ZH-01',
    name: { zh: '工业', en: 'Industry' },
    box: [60, 780, 180, 880],
    landUse: '1001',
    detailedPlanUse: '1001',
  },
  {
    id: 'ZH-02',
    name: { zh: '商业，与 ZH-01 共边', en: 'Commerce, borders on ZH-01' },
    box: [180, 780, 300, 880],
    landUse: '0901',
    detailedPlanUse: '0901',
  },
  {
    id: 'ZH-03',
    name: { zh: '住宅，与 ZH-02 共边、与 ZH-01 点接触', en: 'Housing, touches ZH-01 at a corner' },
    box: [180, 880, 300, 960],
    landUse: '0701',
    detailedPlanUse: '0701',
  },
  {
    id: 'ZH-04',
    name: { zh: '工业，与 ZH-02 间隔 5 厘米', en: 'Industry, 5 cm from ZH-02' },
    box: [300.05, 800, 360, 860],
    landUse: '1001',
    detailedPlanUse: '1001',
  },
  {
    id: 'ZH-05',
    name: { zh: '住宅，位于开天窗内', en: 'Housing in the window of the boundary' },
    box: [500, 500, 560, 560],
    landUse: '0701',
    detailedPlanUse: '0701',
  },
  {
    id: 'ZH-06',
    name: { zh: '商业，与 ZH-05 共边', en: 'Commerce, borders on ZH-05' },
    box: [440, 500, 480, 560],
    landUse: '0901',
    detailedPlanUse: '0901',
  },
  {
    id: 'ZH-07',
    name: { zh: '商业，也位于开天窗内', en: 'Commerce, in the window too' },
    box: [480, 500, 500, 560],
    landUse: '0901',
    detailedPlanUse: '0901',
  },
  {
    id: 'ZH-08',
    name: { zh: '工业，与 ZH-09 重叠 0.5 米', en: 'Industry, lies half a metre on ZH-09' },
    box: [60, 1000, 160, 1100],
    landUse: '1001',
    detailedPlanUse: '1001',
  },
  {
    id: 'ZH-09',
    name: { zh: '商业', en: 'Commerce' },
    box: [159.5, 1000, 260, 1100],
    landUse: '0901',
    detailedPlanUse: '0901',
  },
  {
    id: 'ZH-10',
    name: { zh: '商业，道路西侧', en: 'Commerce west of the road' },
    box: [700, 780, 755, 840],
    landUse: '0901',
    detailedPlanUse: '0901',
  },
  {
    id: 'ZH-11',
    name: { zh: '工业，道路东侧', en: 'Industry east of the road' },
    box: [765, 780, 825, 840],
    landUse: '1001',
    detailedPlanUse: '1001',
  },
];

/** Plane lengths and distances that follow from the rectangles, m and m². Pairs that are not here are out of reach. */
export const bundleContacts = [
  { a: 'ZH-01', b: 'ZH-02', kind: 'edge', sharedEdgeM: 100, gapM: 0, overlapM2: 0 },
  { a: 'ZH-01', b: 'ZH-03', kind: 'corner', sharedEdgeM: 0, gapM: 0, overlapM2: 0 },
  { a: 'ZH-02', b: 'ZH-03', kind: 'edge', sharedEdgeM: 120, gapM: 0, overlapM2: 0 },
  { a: 'ZH-02', b: 'ZH-04', kind: 'edge', sharedEdgeM: 60, gapM: 0.05, overlapM2: 0 },
  { a: 'ZH-05', b: 'ZH-07', kind: 'edge', sharedEdgeM: 60, gapM: 0, overlapM2: 0 },
  { a: 'ZH-06', b: 'ZH-07', kind: 'edge', sharedEdgeM: 60, gapM: 0, overlapM2: 0 },
  { a: 'ZH-08', b: 'ZH-09', kind: 'overlap', sharedEdgeM: 0, gapM: 0, overlapM2: 50 },
] as const;

export interface FragmentParcel extends Omit<SupplyParcel, 'landUse' | 'detailedPlanUse'> {
  role: 'fragment' | 'project' | 'host';
  landUse?: string;
}

/**
 * A project of 200 × 100 m on industrial land, its south-east corner against a pond and a field, with three fragments of
 * 2,000 m² in all: exactly 10 % of it.
 */
export const fragmentParcels: readonly FragmentParcel[] = [
  {
    id: 'XM-01',
    name: { zh: '改造开发项目', en: 'Redevelopment project' },
    box: [180, 760, 380, 860],
    role: 'project',
  },
  {
    id: 'LX-01',
    name: { zh: '东南角', en: 'South-east corner' },
    box: [360, 760, 380, 800],
    role: 'fragment',
  },
  {
    id: 'LX-02',
    name: { zh: '项目中间', en: 'In the middle of the project' },
    box: [260, 800, 290, 830],
    role: 'fragment',
  },
  {
    id: 'LX-03',
    name: { zh: '北缘，与 CY-01 共边', en: 'North edge, borders on CY-01' },
    box: [310, 830, 320, 860],
    role: 'fragment',
  },
  {
    id: 'CY-01',
    name: { zh: '相邻产业地块', en: 'Neighbouring industry' },
    box: [300, 860, 330, 890],
    role: 'host',
    landUse: '1001',
  },
];

/** What follows from the rectangles, in the plane. */
export const fragmentAnswers = [
  { id: 'LX-01', planeM2: 800, kind: '边角地', boundedM: 60, perimeterM: 120, circleM: 20, hosts: [] },
  { id: 'LX-02', planeM2: 900, kind: '插花地', boundedM: 120, perimeterM: 120, circleM: 30, hosts: [] },
  { id: 'LX-03', planeM2: 300, kind: '夹心地', boundedM: 80, perimeterM: 80, circleM: 10, hosts: ['CY-01'] },
] as const;
