/**
 * The columns of what goes out of a check, as data: name, short name for shapefiles (at most 10 letters), title, unit.
 * docs/export-fields.md is drawn from here.
 */
import type { Bilingual } from '../core/errors.js';
import type { ExportField, FieldType } from '../formats/export-table.js';
import type { Stage, Verdict } from '../policy/policy-types.js';

export const verdictWords: Readonly<Record<Verdict, Bilingual>> = {
  clear: { zh: '不涉及', en: 'clear' },
  attention: { zh: '涉及—需论证/说明', en: 'found: argue or explain' },
  prohibited: { zh: '涉及—禁止', en: 'found: not allowed' },
  undetermined: { zh: '数据缺失—无法判定', en: 'data missing: undetermined' },
};

export const stageWords: Readonly<Record<Stage, Bilingual>> = {
  'pre-review': { zh: '用地预审与规划选址', en: 'pre-review' },
  approval: { zh: '农用地转用和土地征收报批', en: 'approval' },
};

/** Kinds of ground of a piece. */
export const kindWords: Readonly<Record<'overlap' | 'outside' | 'undetermined', Bilingual>> = {
  overlap: { zh: '叠加', en: 'overlap' },
  outside: { zh: '范围外', en: 'outside' },
  undetermined: { zh: '无法判定', en: 'undetermined' },
};

const field = (name: string, short: string, type: FieldType, zh: string, en: string): ExportField => ({
  ...{ name, short, type, title: { zh, en } },
});

/** Square metres to 0.01. */
const areaField = (name: string, short: string, zh: string, en: string): ExportField => ({
  ...field(name, short, 'number', `${zh}（㎡）`, `${en} (m²)`),
  decimals: 2,
});

const ofParcel = [
  field('parcel', 'DKBH', 'code', '地块编号', 'Parcel'),
  field('parcelName', 'DKMC', 'text', '地块名称', 'Name of the parcel'),
];
const verdictFields = [
  field('verdict', 'JL', 'text', '结论代码', 'Verdict code'),
  field('verdictText', 'JLMC', 'text', '结论', 'Verdict'),
];
const ofLayer = [
  field('layer', 'TC', 'text', '图层', 'Layer'),
  field('layerName', 'TCMC', 'text', '图层名称', 'Name of the layer'),
];

/** One row for each parcel; the columns of each layer, then those that were submitted, follow. */
export const parcelFields: readonly ExportField[] = [
  ...ofParcel,
  field('landUse', 'DKYT', 'code', '地块用途', 'Wanted use'),
  ...verdictFields,
  areaField('ellipsoidM2', 'TQMJ', '椭球面积', 'Ellipsoid area'),
  areaField('planeM2', 'PMMJ', '平面面积', 'Plane area'),
  field('planeCrs', 'PMZBX', 'text', '平面面积的坐标系', 'CRS of the plane area'),
  { ...field('ha', 'MJGQ', 'number', '椭球面积（公顷）', 'Ellipsoid area (ha)'), decimals: 4 },
  { ...field('mu', 'MJM', 'number', '椭球面积（亩）', 'Ellipsoid area (mu)'), decimals: 2 },
  areaField('uncertaintyM2', 'MJBQDD', '坐标取位带来的面积不确定度', 'Uncertainty from the decimals'),
];

/** Layers whose id has more than six letters are cut by this table, so that no two meet. */
const shortLayers: Readonly<Record<string, string>> = {
  ydyhghfq: 'YDGHFQ',
  zxcqghfq: 'ZXGHFQ',
  zxcqghydyh: 'ZXGHYD',
  zxcqcslx: 'ZXLANX',
  zxcqcslvx: 'ZXLVX',
  zxcqcszx: 'ZXZX',
  zxcqcshx: 'ZXHX',
  hlfxkzx: 'HLFXKZ',
  lswhbhx: 'LSWHBH',
  xs_xmkjfw: 'XSXMKJ',
  xx_xmzdfw: 'XXXMZD',
  zz_nydzyfw: 'ZZNYDZ',
  zz_tdzsfw: 'ZZTDZS',
  lsyd_xmzdfw: 'LSXMZD',
  ygxzjsydtb: 'YGXZJS',
  ygysxzjsydtb: 'YGYSXZ',
  bjdchdjxd: 'BJDCHD',
};

export const shortLayer = (id: string): string => shortLayers[id] ?? id.toUpperCase().slice(0, 6);

/** The columns of one layer in the table of parcels. */
export function layerFields(id: string, { zh, en }: Bilingual): readonly ExportField[] {
  const short = shortLayer(id);
  return [
    field(`${id}_verdict`, `${short}_JL`, 'text', `${zh}：结论代码`, `${en}: verdict code`),
    areaField(`${id}_areaM2`, `${short}_MJ`, `${zh}：涉及面积`, `${en}: area`),
    areaField(`${id}_netAreaM2`, `${short}_JMJ`, `${zh}：净面积`, `${en}: net area`),
    areaField(`${id}_outsideM2`, `${short}_WMJ`, `${zh}：界外面积`, `${en}: area outside`),
    areaField(`${id}_undeterminedM2`, `${short}_QMJ`, `${zh}：数据缺失面积`, `${en}: area without data`),
  ];
}

/** One row for each piece of ground where a parcel meets a feature; attributes of the feature follow. */
export const pieceFields: readonly ExportField[] = [
  ...ofParcel,
  ...ofLayer,
  field('kind', 'LB', 'text', '类别（overlap 重叠、outside 界外、undetermined 缺数据）', 'Kind of piece'),
  field('featureId', 'YSID', 'text', '要素编号', 'Feature'),
  ...verdictFields,
  areaField('areaM2', 'DYMJ', '面积', 'Area'),
  areaField('netAreaM2', 'DYJMJ', '净面积', 'Net area'),
  field('noise', 'BJWC', 'flag', '边界误差', 'Border noise'),
  field('layerVersion', 'TCBB', 'text', '图层版本', 'Layer version'),
  field('dataDate', 'SJRQ', 'text', '数据日期', 'Data date'),
];

/** One row for each class of a layer in a parcel: 地类, 规划分区 … */
export const classFields: readonly ExportField[] = [
  ...ofParcel,
  ...ofLayer,
  field('class', 'FLDM', 'code', '分类代码', 'Class'),
  field('className', 'FLMC', 'text', '分类名称', 'Name of the class'),
  areaField('areaM2', 'DYMJ', '面积', 'Area'),
  areaField('netAreaM2', 'DYJMJ', '净面积', 'Net area'),
  field('noise', 'BJWC', 'flag', '边界误差', 'Border noise'),
];

/** In place of a verdict: a layer that is not registered, whose rules said nothing. */
export const notReviewed: Bilingual = {
  zh: '未审查（图层未登记）',
  en: 'not reviewed: layer not registered',
};

/** One row for each rule that says something about a parcel or about all of them; rules that found nothing are `clear`. */
export const findingFields: readonly ExportField[] = [
  ...ofParcel,
  ...ofLayer,
  field('rule', 'GZ', 'text', '规则', 'Rule'),
  field('module', 'MK', 'text', '模块', 'Module'),
  ...verdictFields,
  field('title', 'BT', 'text', '事项', 'Title'),
  field('detail', 'XQ', 'text', '说明', 'Detail'),
  areaField('areaM2', 'DYMJ', '面积', 'Area'),
  areaField('netAreaM2', 'DYJMJ', '净面积', 'Net area'),
  areaField('undeterminedM2', 'QMJ', '数据缺失面积', 'Area without data'),
  field('noise', 'BJWC', 'flag', '边界误差', 'Border noise'),
  field('document', 'YJWJ', 'text', '依据文件', 'Document'),
  field('article', 'YJTK', 'text', '依据条款', 'Article'),
  field('requires', 'XTJ', 'text', '须提交', 'To hand in'),
];

/** One row for each material to hand in, the most pressing first. */
export const checklistFields: readonly ExportField[] = [
  field('material', 'CL', 'text', '须提交的材料或须办理的事项', 'What to hand in or to do'),
  field('module', 'MK', 'text', '模块', 'Module'),
  ...verdictFields,
  field('parcels', 'DKBHS', 'text', '地块编号（空为全部地块合计）', 'Parcels; none: all together'),
  field('rules', 'GZS', 'text', '规则', 'Rules'),
  field('id', 'CLBH', 'code', '材料编号', 'Id of the material'),
];
