/**
 * Parcels with answers known from where they lie: rectangles on the laboratory's table, in its metres (EPSG:4526 minus
 * LAB_ORIGIN). The areas here were worked out by hand from the rectangles; tests hold them against the table.
 */
import type { Bilingual } from '../src/core/errors.js';
import type { LabBox } from './laboratory.js';

export type ParcelVerdict = 'clear' | 'attention' | 'prohibited' | 'undetermined';

/** Expected plane areas in m², by class. What is not named is 0. */
export interface ExpectedAreas {
  dltb: Readonly<Record<string, number>>;
  czkfbj?: Readonly<Record<string, number>>;
  /** Ground known to lie outside the development boundary. */
  outside?: number;
  stbhhx?: number;
  yjjbnt?: number;
  /** Ground outside every coverage. */
  undetermined?: number;
  /** By county code. */
  xzq: Readonly<Record<string, number>>;
}

export interface CuratedParcel {
  id: string;
  /** File name part. */
  slug: string;
  name: Bilingual;
  /** 用地用海 code. */
  landUse: string;
  /** Disjoint rectangles; each is one part. */
  boxes: readonly LabBox[];
  /** Rectangles cut out of the first part. */
  holes?: readonly LabBox[];
  planeM2: number;
  areas: ExpectedAreas;
  verdicts: Readonly<Record<'czkfbj' | 'stbhhx' | 'yjjbnt' | 'dltb', ParcelVerdict>>;
  verdict: ParcelVerdict;
  how: Bilingual;
}

const JZ = '城镇集中建设区';
const TX = '城镇弹性发展区';
const TB = '特别用途区';
const WEST = '410891';
const EAST = '410892';

const clear = { czkfbj: 'clear', stbhhx: 'clear', yjjbnt: 'clear', dltb: 'clear' } as const;

export const curatedParcels: readonly CuratedParcel[] = [
  {
    id: 'DK-01',
    slug: 'clear',
    name: { zh: '集中建设区内工业用地', en: 'Industry inside the concentrated zone' },
    landUse: '1001',
    boxes: [[100, 860, 300, 1010]],
    planeM2: 30_000,
    areas: { dltb: { '0601': 30_000 }, czkfbj: { [JZ]: 30_000 }, xzq: { [WEST]: 30_000 } },
    verdicts: clear,
    verdict: 'clear',
    how: {
      zh: '200×150 米，整体位于工业用地图斑和城镇集中建设区内，距红线、永久基本农田均超过 100 米。',
      en: '200 × 150 m wholly inside one industrial patch in the concentrated zone, more than 100 m from any line.',
    },
  },
  {
    id: 'DK-02',
    slug: 'red-line-1cm',
    name: { zh: '越过生态保护红线 1 厘米', en: 'One centimetre over the red line' },
    landUse: '1001',
    boxes: [[1045, 800, 1145.01, 900]],
    planeM2: 10_001,
    areas: {
      dltb: { '0601': 10_000, '1106': 1 },
      czkfbj: { [JZ]: 10_000 },
      outside: 1,
      stbhhx: 1,
      xzq: { [EAST]: 10_001 },
    },
    verdicts: { ...clear, czkfbj: 'attention', stbhhx: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '红线西界为 x=1145 的直线，宗地东界 x=1145.01，边长 100 米：0.01×100=1.00 平方米。',
      en: "The red line's western border is x = 1145; the parcel ends at x = 1145.01 along 100 m: 0.01 × 100 = 1.00 m².",
    },
  },
  {
    id: 'DK-03',
    slug: 'red-line-shared-border',
    name: { zh: '与生态保护红线共边', en: 'Shares its border with the red line' },
    landUse: '1001',
    boxes: [[1045, 800, 1145, 900]],
    planeM2: 10_000,
    areas: { dltb: { '0601': 10_000 }, czkfbj: { [JZ]: 10_000 }, xzq: { [EAST]: 10_000 } },
    verdicts: clear,
    verdict: 'clear',
    how: {
      zh: '东界与红线西界 x=1145 重合 100 米，重合线无面积，不构成占用。',
      en: 'The eastern border lies on the red line x = 1145 for 100 m; a line has no area, so nothing is occupied.',
    },
  },
  {
    id: 'DK-04',
    slug: 'red-line-half',
    name: { zh: '一半位于生态保护红线内', en: 'Half inside the red line' },
    landUse: '1001',
    boxes: [[1045, 950, 1245, 1050]],
    planeM2: 20_000,
    areas: {
      dltb: { '0601': 10_000, '1106': 10_000 },
      czkfbj: { [JZ]: 10_000 },
      outside: 10_000,
      stbhhx: 10_000,
      xzq: { [EAST]: 20_000 },
    },
    verdicts: { ...clear, czkfbj: 'attention', stbhhx: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '红线 x=1145 将 200×100 米的宗地平分：100×100=10000 平方米。',
      en: 'The red line x = 1145 halves the 200 × 100 m parcel: 100 × 100 = 10,000 m².',
    },
  },
  {
    id: 'DK-05',
    slug: 'farmland-sliver',
    name: { zh: '压永久基本农田 5 厘米', en: 'A 5 cm sliver of permanent basic farmland' },
    landUse: '0703',
    boxes: [[379.95, 100, 480, 300]],
    planeM2: 20_010,
    areas: {
      dltb: { '0102': 10, '0702': 10_000, '1202': 10_000 },
      outside: 20_010,
      yjjbnt: 10,
      xzq: { [WEST]: 20_010 },
    },
    verdicts: { ...clear, czkfbj: 'attention', yjjbnt: 'prohibited', dltb: 'attention' },
    verdict: 'prohibited',
    how: {
      zh: '永久基本农田东界 x=380，宗地西界 x=379.95，长 200 米：0.05×200=10.00 平方米，不因狭长而忽略。',
      en: 'The protected patch ends at x = 380, the parcel begins at x = 379.95, along 200 m: 0.05 × 200 = 10.00 m². Thin is not nothing.',
    },
  },
  {
    id: 'DK-06',
    slug: 'farmland-shared-border',
    name: { zh: '与永久基本农田共边', en: 'Shares its border with permanent basic farmland' },
    landUse: '0703',
    boxes: [[380, 50, 480, 150]],
    planeM2: 10_000,
    areas: { dltb: { '0702': 10_000 }, outside: 10_000, xzq: { [WEST]: 10_000 } },
    verdicts: { ...clear, czkfbj: 'attention' },
    verdict: 'attention',
    how: {
      zh: '西界与永久基本农田东界 x=380 重合，不占用；整体在城镇开发边界外。',
      en: 'The western border lies on the protected patch’s border x = 380 and takes nothing; all of it is outside the boundary.',
    },
  },
  {
    id: 'DK-07',
    slug: 'two-counties',
    name: { zh: '跨两县', en: 'Across two counties' },
    landUse: '1202',
    boxes: [[695, 50, 825, 150]],
    planeM2: 13_000,
    areas: {
      dltb: { '0702': 6_000, '1006': 1_000, '0602': 6_000 },
      outside: 13_000,
      xzq: { [WEST]: 6_000, [EAST]: 7_000 },
    },
    verdicts: { ...clear, czkfbj: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '县界为 x=755（10 米宽农村道路西缘）：西侧 60×100，东侧道路 10×100 与采矿用地 60×100。',
      en: 'The county border is x = 755, the west edge of a field road 10 m wide: 60 × 100 west, 10 × 100 and 60 × 100 east of it.',
    },
  },
  {
    id: 'DK-08',
    slug: 'boundary-window',
    name: { zh: '跨城镇开发边界天窗', en: 'Over a window in the boundary' },
    landUse: '0701',
    boxes: [[430, 430, 680, 680]],
    planeM2: 62_500,
    areas: {
      dltb: { '0701': 40_000, '0102': 22_500 },
      czkfbj: { [JZ]: 40_000 },
      outside: 22_500,
      yjjbnt: 22_500,
      xzq: { [WEST]: 62_500 },
    },
    verdicts: { ...clear, czkfbj: 'attention', yjjbnt: 'prohibited', dltb: 'attention' },
    verdict: 'prohibited',
    how: {
      zh: '250×250 米宗地完整套住 150×150 米的天窗（永久基本农田）：62500−22500=40000 平方米在边界内。',
      en: 'The 250 × 250 m parcel holds the whole 150 × 150 m window of permanent basic farmland: 62,500 − 22,500 = 40,000 m² are inside.',
    },
  },
  {
    id: 'DK-09',
    slug: 'exactly-the-window',
    name: { zh: '恰为天窗', en: 'Exactly the window' },
    landUse: '0701',
    boxes: [[480, 480, 630, 630]],
    planeM2: 22_500,
    areas: { dltb: { '0102': 22_500 }, outside: 22_500, yjjbnt: 22_500, xzq: { [WEST]: 22_500 } },
    verdicts: { ...clear, czkfbj: 'attention', yjjbnt: 'prohibited', dltb: 'attention' },
    verdict: 'prohibited',
    how: {
      zh: '四界与天窗完全重合：全部为永久基本农田，边界内面积为 0。',
      en: 'All four borders are those of the window: everything is permanent basic farmland, nothing is inside the boundary.',
    },
  },
  {
    id: 'DK-10',
    slug: 'beside-the-window',
    name: { zh: '与天窗共边', en: 'Beside the window' },
    landUse: '0701',
    boxes: [[430, 480, 480, 630]],
    planeM2: 7_500,
    areas: { dltb: { '0701': 7_500 }, czkfbj: { [JZ]: 7_500 }, xzq: { [WEST]: 7_500 } },
    verdicts: clear,
    verdict: 'clear',
    how: {
      zh: '东界与天窗西界 x=480 重合 150 米，不占用天窗内农田。',
      en: 'The eastern border lies on the window’s border x = 480 for 150 m and takes none of its farmland.',
    },
  },
  {
    id: 'DK-11',
    slug: 'special-zone',
    name: { zh: '特别用途区内', en: 'In the special use zone' },
    landUse: '1401',
    boxes: [[600, 800, 700, 900]],
    planeM2: 10_000,
    areas: { dltb: { '0201K': 10_000 }, czkfbj: { [TB]: 10_000 }, xzq: { [WEST]: 10_000 } },
    verdicts: { ...clear, czkfbj: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '100×100 米，整体位于特别用途区；现状为可调整果园（农用地）。',
      en: '100 × 100 m wholly in the special use zone; today a convertible orchard, agricultural land.',
    },
  },
  {
    id: 'DK-12',
    slug: 'elastic-zone',
    name: { zh: '弹性发展区内', en: 'In the elastic development zone' },
    landUse: '1001',
    boxes: [[400, 800, 500, 900]],
    planeM2: 10_000,
    areas: { dltb: { '0102': 10_000 }, czkfbj: { [TX]: 10_000 }, xzq: { [WEST]: 10_000 } },
    verdicts: { ...clear, czkfbj: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '100×100 米，整体位于弹性发展区；现状为水浇地，非永久基本农田。',
      en: '100 × 100 m wholly in the elastic zone; today irrigated farmland that is not permanent.',
    },
  },
  {
    id: 'DK-13',
    slug: 'three-zones',
    name: { zh: '跨三个分区', en: 'Across all three zones' },
    landUse: '1001',
    boxes: [[330, 900, 680, 1000]],
    planeM2: 35_000,
    areas: {
      dltb: { '0601': 5_000, '0102': 20_000, '0201K': 10_000 },
      czkfbj: { [JZ]: 5_000, [TX]: 20_000, [TB]: 10_000 },
      xzq: { [WEST]: 35_000 },
    },
    verdicts: { ...clear, czkfbj: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '分区界为 x=380 与 x=580：50、200、100 米各乘 100 米。',
      en: 'The zones change at x = 380 and x = 580: 50, 200 and 100 m, each times 100 m.',
    },
  },
  {
    id: 'DK-14',
    slug: 'half-outside-boundary',
    name: { zh: '一半位于城镇开发边界外', en: 'Half outside the development boundary' },
    landUse: '0901',
    boxes: [[25, 330, 125, 430]],
    planeM2: 10_000,
    areas: {
      dltb: { '0102': 5_000, '0103': 5_000 },
      czkfbj: { [JZ]: 5_000 },
      outside: 5_000,
      xzq: { [WEST]: 10_000 },
    },
    verdicts: { ...clear, czkfbj: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '边界南界为 y=380：南 50×100 为界外水浇地，北 50×100 为界内旱地（田坎系数 0.1134，净面积按扣减）。',
      en: 'The boundary’s south edge is y = 380: 50 × 100 of irrigated land outside, 50 × 100 of dry land (KCXS 0.1134) inside.',
    },
  },
  {
    id: 'DK-15',
    slug: 'outside-every-coverage',
    name: { zh: '数据范围外', en: 'Outside every coverage' },
    landUse: '1001',
    boxes: [[400, -150, 500, -50]],
    planeM2: 10_000,
    areas: { dltb: {}, undetermined: 10_000, xzq: { [WEST]: 10_000 } },
    verdicts: {
      czkfbj: 'undetermined',
      stbhhx: 'undetermined',
      yjjbnt: 'undetermined',
      dltb: 'undetermined',
    },
    verdict: 'undetermined',
    how: {
      zh: '数据南界为 y=0，宗地在其南 50 米以外的南滩乡：在行政区内，但各图层均未交付数据。',
      en: 'The data end at y = 0 and the parcel lies 50 m south of it, in the town 南滩乡: within the districts, but no layer has been delivered there.',
    },
  },
  {
    id: 'DK-16',
    slug: 'half-outside-coverage',
    name: { zh: '一半位于数据范围外', en: 'Half outside the coverage' },
    landUse: '0703',
    boxes: [[450, -50, 550, 50]],
    planeM2: 10_000,
    areas: { dltb: { '0702': 5_000 }, outside: 5_000, undetermined: 5_000, xzq: { [WEST]: 10_000 } },
    verdicts: {
      czkfbj: 'undetermined',
      stbhhx: 'undetermined',
      yjjbnt: 'undetermined',
      dltb: 'undetermined',
    },
    verdict: 'undetermined',
    how: {
      zh: '数据南界 y=0 平分宗地：北半为宅基地且在边界外，南半位于未交付数据的南滩乡。',
      en: 'The data’s edge y = 0 halves the parcel: housing outside the boundary in the north, the town without data in the south.',
    },
  },
  {
    id: 'DK-17',
    slug: 'whole-patch-permanent',
    name: { zh: '整图斑占用永久基本农田', en: 'A whole patch of permanent basic farmland' },
    landUse: '1001',
    boxes: [[965, 0, 1145, 380]],
    planeM2: 68_400,
    areas: { dltb: { '0103': 68_400 }, outside: 68_400, yjjbnt: 68_400, xzq: { [EAST]: 68_400 } },
    verdicts: { ...clear, czkfbj: 'attention', yjjbnt: 'prohibited', dltb: 'attention' },
    verdict: 'prohibited',
    how: {
      zh: '四界与田坎系数 0.1523 的图斑完全重合：净面积取图斑属性（图斑地类面积），南界与数据范围边界重合不产生缺失。',
      en: 'The parcel is one patch (KCXS 0.1523), border for border: net area is the attribute. Its south edge is the coverage’s edge and loses nothing.',
    },
  },
  {
    id: 'DK-18',
    slug: 'cut-patch-permanent',
    name: { zh: '部分占用永久基本农田', en: 'Part of a patch of permanent basic farmland' },
    landUse: '1001',
    boxes: [[965, 100, 1145, 200]],
    planeM2: 18_000,
    areas: { dltb: { '0103': 18_000 }, outside: 18_000, yjjbnt: 18_000, xzq: { [EAST]: 18_000 } },
    verdicts: { ...clear, czkfbj: 'attention', yjjbnt: 'prohibited', dltb: 'attention' },
    verdict: 'prohibited',
    how: {
      zh: '截取同一图斑 180×100 米：净面积=面积−面积×0.1523（先进位扣除面积再相减）。',
      en: '180 × 100 m cut from the same patch: net is gross minus the rounded gross × 0.1523.',
    },
  },
  {
    id: 'DK-19',
    slug: 'net-area-leak',
    name: { zh: '净面积进位陷阱', en: 'The rounding trap of net areas' },
    landUse: '0601',
    boxes: [[890, 490, 920, 520]],
    planeM2: 900,
    areas: { dltb: { '0103': 900 }, outside: 900, xzq: { [EAST]: 900 } },
    verdicts: { ...clear, czkfbj: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '完整包含一块 10×10.002 米、图斑面积 100.01、系数 0.5 的图斑：扣除 50.01，净 50.00，不能两边都进位成 50.01。',
      en: 'Holds a whole patch of 10 × 10.002 m with TBMJ 100.01 and KCXS 0.5: 50.01 deducted, 50.00 net; rounding both gives 0.01 m² from nowhere.',
    },
  },
  {
    id: 'DK-20',
    slug: 'woodland',
    name: { zh: '占用林地', en: 'Woodland' },
    landUse: '0901',
    boxes: [[150, 400, 230, 500]],
    planeM2: 8_000,
    areas: { dltb: { '0301': 8_000 }, czkfbj: { [JZ]: 8_000 }, xzq: { [WEST]: 8_000 } },
    verdicts: { ...clear, dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '80×100 米，整体位于集中建设区内的乔木林地图斑。',
      en: '80 × 100 m wholly inside one patch of arbor woodland in the concentrated zone.',
    },
  },
  {
    id: 'DK-21',
    slug: 'other-grassland',
    name: { zh: '占用其他草地', en: 'Other grassland (0404)' },
    landUse: '0901',
    boxes: [[150, 600, 230, 700]],
    planeM2: 8_000,
    areas: { dltb: { '0404': 8_000 }, czkfbj: { [JZ]: 8_000 }, xzq: { [WEST]: 8_000 } },
    verdicts: { ...clear, dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '80×100 米其他草地：无论归农用地还是未利用地，都是新增建设用地。',
      en: '80 × 100 m of 0404: new construction land whichever of the two classes the table puts it in.',
    },
  },
  {
    id: 'DK-22',
    slug: 'unused-land',
    name: { zh: '设施农用地与未利用地', en: 'Facility farmland and unused land' },
    landUse: '0703',
    boxes: [[480, 250, 680, 350]],
    planeM2: 20_000,
    areas: { dltb: { '1202': 10_000, '1206': 10_000 }, outside: 20_000, xzq: { [WEST]: 20_000 } },
    verdicts: { ...clear, czkfbj: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '地类界 x=580 平分宗地：农用地 10000、未利用地 10000，新增建设用地 20000 平方米。',
      en: 'The classes change at x = 580: 10,000 m² agricultural, 10,000 m² unused, 20,000 m² new construction land.',
    },
  },
  {
    id: 'DK-23',
    slug: 'pond-and-field',
    name: { zh: '养殖坑塘与水田', en: 'Fish pond and paddy field' },
    landUse: '0804',
    boxes: [[270, 530, 370, 630]],
    planeM2: 10_000,
    areas: { dltb: { '0101': 5_000, '1104A': 5_000 }, czkfbj: { [JZ]: 10_000 }, xzq: { [WEST]: 10_000 } },
    verdicts: { ...clear, dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '地类界 y=580 平分宗地；地类编码带后缀（1104A）。',
      en: 'The classes change at y = 580; one of the codes has a suffix (1104A).',
    },
  },
  {
    id: 'DK-24',
    slug: 'two-parts',
    name: { zh: '两个部分', en: 'Two parts' },
    landUse: '1001',
    boxes: [
      [20, 800, 70, 850],
      [300, 800, 350, 850],
    ],
    planeM2: 5_000,
    areas: { dltb: { '0601': 5_000 }, czkfbj: { [JZ]: 5_000 }, xzq: { [WEST]: 5_000 } },
    verdicts: clear,
    verdict: 'clear',
    how: {
      zh: '两块 50×50 米，均在同一工业用地图斑内。',
      en: 'Two parts of 50 × 50 m, both inside the same industrial patch.',
    },
  },
  {
    id: 'DK-25',
    slug: 'two-parts-one-red',
    name: { zh: '两个部分，其一位于红线内', en: 'Two parts, one inside the red line' },
    landUse: '1001',
    boxes: [
      [20, 1000, 120, 1100],
      [1195, 600, 1245, 650],
    ],
    planeM2: 12_500,
    areas: {
      dltb: { '0601': 10_000, '0301': 2_500 },
      czkfbj: { [JZ]: 10_000 },
      outside: 2_500,
      stbhhx: 2_500,
      xzq: { [WEST]: 10_000, [EAST]: 2_500 },
    },
    verdicts: { ...clear, czkfbj: 'attention', stbhhx: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '第二部分 50×50 米整体在红线内的林地上，且在另一县。',
      en: 'The second part, 50 × 50 m, lies wholly on woodland inside the red line, in the other county.',
    },
  },
  {
    id: 'DK-26',
    slug: 'with-hole',
    name: { zh: '带洞宗地', en: 'A parcel with a hole' },
    landUse: '1001',
    boxes: [[50, 900, 250, 1100]],
    holes: [[100, 950, 200, 1050]],
    planeM2: 30_000,
    areas: { dltb: { '0601': 30_000 }, czkfbj: { [JZ]: 30_000 }, xzq: { [WEST]: 30_000 } },
    verdicts: clear,
    verdict: 'clear',
    how: {
      zh: '200×200 减去 100×100：30000 平方米。',
      en: '200 × 200 less 100 × 100: 30,000 m².',
    },
  },
  {
    id: 'DK-27',
    slug: 'around-the-window',
    name: { zh: '绕开天窗', en: 'Around the window' },
    landUse: '0701',
    boxes: [[430, 430, 680, 680]],
    holes: [[480, 480, 630, 630]],
    planeM2: 40_000,
    areas: { dltb: { '0701': 40_000 }, czkfbj: { [JZ]: 40_000 }, xzq: { [WEST]: 40_000 } },
    verdicts: clear,
    verdict: 'clear',
    how: {
      zh: '宗地的洞与天窗完全重合：不占用永久基本农田，全部在边界内。',
      en: 'The parcel’s hole is the window, border for border: no permanent basic farmland, all inside the boundary.',
    },
  },
  {
    id: 'DK-28',
    slug: 'corner-touch',
    name: { zh: '与永久基本农田仅角点相接', en: 'Touches permanent basic farmland at a corner' },
    landUse: '0701',
    boxes: [[380, 380, 430, 430]],
    planeM2: 2_500,
    areas: { dltb: { '0701': 2_500 }, czkfbj: { [JZ]: 2_500 }, xzq: { [WEST]: 2_500 } },
    verdicts: clear,
    verdict: 'clear',
    how: {
      zh: '西南角 (380, 380) 是永久基本农田的东北角：只有一点相接。',
      en: 'The south-west corner (380, 380) is the protected patch’s north-east corner: one point in common.',
    },
  },
  {
    id: 'DK-29',
    slug: 'whole-patch',
    name: { zh: '整图斑非永久基本农田', en: 'A whole patch of ordinary farmland' },
    landUse: '1001',
    boxes: [[380, 760, 580, 1140]],
    planeM2: 76_000,
    areas: { dltb: { '0102': 76_000 }, czkfbj: { [TX]: 76_000 }, xzq: { [WEST]: 76_000 } },
    verdicts: { ...clear, czkfbj: 'attention', dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '四界与图斑和弹性发展区完全重合，田坎系数为 0，净面积等于面积。',
      en: 'Border for border one patch and one zone; KCXS is 0, so net is gross.',
    },
  },
  {
    id: 'DK-33',
    slug: 'paddy',
    name: { zh: '占用水田', en: 'Paddy field (0101)' },
    landUse: '0804',
    boxes: [[260, 400, 360, 500]],
    planeM2: 10_000,
    areas: { dltb: { '0101': 10_000 }, czkfbj: { [JZ]: 10_000 }, xzq: { [WEST]: 10_000 } },
    verdicts: { ...clear, dltb: 'attention' },
    verdict: 'attention',
    how: {
      zh: '100×100 米，整体位于集中建设区内的水田图斑；坡度 1 级，无田坎系数，净面积等于毛面积。',
      en: '100 × 100 m wholly inside one patch of paddy field in the concentrated zone; slope class 1 and no ridges, so net is gross.',
    },
  },
];
