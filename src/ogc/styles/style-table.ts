/**
 * How each collection is drawn, as data. The three lines in the colours that plans in China use by custom (red for the
 * development boundary, green for the ecological red line, yellow for permanent basic farmland), the land classes by
 * their first-level class of 三调 in the hues of land-use maps. Customary colours, not the tables of a standard.
 */
import type { Bilingual } from '../../core/errors.js';
import { bySeverity } from '../../policy/evaluate.js';

export interface FillSymbol {
  /** #rrggbb, or none. */
  fill: string | 'none';
  /** 0 … 1 */
  opacity: number;
  stroke: string;
  strokeMm: number;
  /** A pattern that tells doubt: diagonal lines instead of a fill. */
  hatched?: boolean;
}

export interface StyleClass extends FillSymbol {
  value: string;
  label: Bilingual;
}

export type Style =
  | { kind: 'single'; symbol: FillSymbol }
  | {
      kind: 'classes';
      /** QGIS expression over the fields of the collection. */
      expression: string;
      classes: readonly StyleClass[];
      other: FillSymbol;
      /** QGIS expression: what has a higher value is drawn over the rest. */
      order?: string;
    };

const area = (fill: string, stroke: string, opacity = 0.35, strokeMm = 0.4): FillSymbol => ({
  ...{ fill, opacity, stroke, strokeMm },
});
const single = (symbol: FillSymbol): Style => ({ kind: 'single', symbol });
const line = (stroke: string, strokeMm: number): FillSymbol => ({
  fill: 'none',
  opacity: 1,
  stroke,
  strokeMm,
});

const landClass = (value: string, fill: string, zh: string, en: string): StyleClass => ({
  ...{ value, label: { zh, en }, ...area(fill, '#8c8c8c', 0.85, 0.1) },
});

const landClasses: readonly StyleClass[] = [
  landClass('00', '#b7e1e4', '湿地', 'Wetland'),
  landClass('01', '#fff2a8', '耕地', 'Arable land'),
  landClass('02', '#e3c08a', '种植园用地', 'Orchards'),
  landClass('03', '#7cc07a', '林地', 'Woodland'),
  landClass('04', '#c4e3a0', '草地', 'Grassland'),
  landClass('05', '#f4a6a0', '商业服务业用地', 'Commerce'),
  landClass('06', '#c7a3c9', '工矿用地', 'Industry and mining'),
  landClass('07', '#f28c96', '住宅用地', 'Housing'),
  landClass('08', '#f2a7cf', '公共管理与公共服务用地', 'Public services'),
  landClass('09', '#c9a08f', '特殊用地', 'Special use'),
  landClass('10', '#bdbdbd', '交通运输用地', 'Transport'),
  landClass('11', '#9cc9f0', '水域及水利设施用地', 'Water'),
  landClass('12', '#e0d9cf', '其他土地', 'Other land'),
];

const verdicts: readonly StyleClass[] = [
  { value: 'prohibited', label: { zh: '涉及—禁止', en: 'Prohibited' }, ...area('#d7191c', '#8b0000', 0.55) },
  {
    ...{ value: 'undetermined', label: { zh: '数据缺失—无法判定', en: 'Undetermined' } },
    ...{ ...area('#6a3d9a', '#6a3d9a', 1), hatched: true },
  },
  {
    value: 'attention',
    label: { zh: '涉及—需论证/说明', en: 'Attention' },
    ...area('#fd8d3c', '#b35806', 0.55),
  },
  { value: 'clear', label: { zh: '不涉及', en: 'Clear' }, ...area('#a6d96a', '#4d7d1c', 0.35) },
];

const byVerdict: Style = {
  kind: 'classes',
  expression: '"verdict"',
  classes: verdicts,
  other: area('#969696', '#525252'),
  // where pieces of several layers lie on the same ground the gravest must be seen
  order: `array_find(array(${bySeverity.map((one) => `'${one}'`).join()}),"verdict")`,
};

const styles: Readonly<Record<string, Style>> = {
  czkfbj: single(area('#f03b20', '#d7191c', 0.12, 0.8)),
  stbhhx: single(area('#31a354', '#006d2c', 0.3, 0.8)),
  yjjbnt: single(area('#ffd92f', '#b8a000', 0.4, 0.5)),
  dltb: {
    ...{ kind: 'classes', expression: 'left("DLBM", 2)', classes: landClasses },
    other: area('#f0f0f0', '#8c8c8c', 0.85, 0.1),
  },
  xzq: single(line('#6a3d9a', 0.6)),
  'check-parcels': single(line('#000000', 0.9)),
  'check-pieces': byVerdict,
  'check-findings': byVerdict,
};

/** Collections without a style of their own are drawn plainly. */
export const styleOf = (collection: string): Style =>
  Object.hasOwn(styles, collection) ? styles[collection]! : single(area('#9ecae1', '#3182bd', 0.3));
