/**
 * Parcels whose areas are known from outside: rings of the golden vectors of the official ellipsoid area (国土调查办发
 * 〔2008〕32号), at their own coordinates, which lie in the laboratory or right beside it.
 */
import type { Bilingual } from '../src/core/errors.js';
import type { Ring } from '../src/core/geometry-types.js';
import type { ParcelVerdict } from './curated-parcels.js';

export interface GoldenParcel {
  id: string;
  slug: string;
  name: Bilingual;
  landUse: string;
  /** EPSG:4547 metres. */
  ring: Ring;
  planeM2: number;
  ellipsoidM2: number;
  /** True where the parcel lies wholly inside the laboratory's north-western patch. */
  insideLab: boolean;
  verdict: ParcelVerdict;
  how: Bilingual;
}

const square = (west: number, south: number, east: number, north: number): Ring => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

export const goldenParcels: readonly GoldenParcel[] = [
  {
    id: 'DK-30',
    slug: 'three-mu-edge',
    name: { zh: '3 亩临界', en: 'At the edge of 3 mu' },
    landUse: '1001',
    ring: square(430675.3051, 3898777.7467, 430720.0276, 3898822.4692),
    planeM2: 2000.1,
    ellipsoidM2: 1999.87,
    insideLab: true,
    verdict: 'clear',
    how: {
      zh: '44.7225 米见方：平面 2000.10 平方米超过 3 亩（2000 平方米），椭球 1999.87 平方米不超过。',
      en: '44.7225 m square: 2000.10 m² on the plane is over 3 mu (2000 m²), 1999.87 m² on the ellipsoid is not.',
    },
  },
  {
    id: 'DK-31',
    slug: 'golden-square',
    name: { zh: '椭球面积检验方块', en: 'Golden square' },
    landUse: '1001',
    ring: square(430675.305, 3898777.747, 430720.026, 3898822.468),
    planeM2: 1999.97,
    ellipsoidM2: 1999.73,
    insideLab: true,
    verdict: 'clear',
    how: {
      zh: '44.721 米见方，椭球面积取自两个独立实现一致的检验值。',
      en: '44.721 m square; the ellipsoid area is a check value on which two independent implementations agree.',
    },
  },
  {
    id: 'DK-32',
    slug: 'golden-quad',
    name: { zh: '椭球面积检验大四边形', en: 'Golden quadrilateral' },
    landUse: '1001',
    ring: [
      [430123.456, 3898234.567],
      [431345.678, 3898301.234],
      [431298.765, 3899456.789],
      [430045.123, 3899321.456],
      [430123.456, 3898234.567],
    ],
    planeM2: 1_394_321.52,
    ellipsoidM2: 1_394_156.6,
    insideLab: false,
    verdict: 'prohibited',
    how: {
      zh: '边长超过 1 公里的检验四边形，完整套住天窗内 150×150 米永久基本农田；全部在数据范围内，地类合计等于宗地面积。',
      en: 'Check quadrilateral with edges over 1 km; it holds the window’s 150 × 150 m of permanent basic farmland. All of it is covered: the classes add up to the parcel.',
    },
  },
];
