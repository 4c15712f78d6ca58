/** From a kind of ground to a 三调 class with slope and 田坎系数, and the names and planning codes that go with it. */
import { kind } from './block-ground.js';
import { pick } from './random.js';

/** The attributes of a patch that do not depend on its shape. */
export interface LandClass {
  dlbm: string;
  kcxs: number;
  /** 耕地坡度级别 1…5; 0 where it is not farmland. */
  slope: number;
  /** 梯田 rather than 坡地. */
  terraced: boolean;
}

/** 三调工作分类 names of the classes that the city uses. */
export const classNames: Readonly<Record<string, string>> = {
  '0101': '水田',
  '0102': '水浇地',
  '0103': '旱地',
  '0201': '果园',
  '0201K': '可调整果园',
  '0204': '其他园地',
  '0301': '乔木林地',
  '0301K': '可调整乔木林地',
  '0305': '灌木林地',
  '0307': '其他林地',
  '0404': '其他草地',
  '0508': '物流仓储用地',
  '05H1': '商业服务业设施用地',
  '0601': '工业用地',
  '0602': '采矿用地',
  '0701': '城镇住宅用地',
  '0702': '农村宅基地',
  '0809': '公用设施用地',
  '0810': '公园与绿地',
  '0810A': '广场用地',
  '08H1': '机关团体新闻出版用地',
  '08H2': '科教文卫用地',
  '08H2A': '高教用地',
  '09': '特殊用地',
  '1001': '铁路用地',
  '1003': '公路用地',
  '1004': '城镇村道路用地',
  '1005': '交通服务场站用地',
  '1006': '农村道路',
  '1101': '河流水面',
  '1103': '水库水面',
  '1104': '坑塘水面',
  '1104A': '养殖坑塘',
  '1106': '内陆滩涂',
  '1107': '沟渠',
  '1107A': '干渠',
  '1109': '水工建筑用地',
  '1201': '空闲地',
  '1202': '设施农用地',
  '1206': '裸土地',
  '1207': '裸岩石砾地',
};

type Choices = readonly (readonly [string, number])[];

const choices: Readonly<Record<number, Choices>> = {
  [kind.field]: [
    ['0102', 84],
    ['0103', 3],
    ['0101', 2],
    ['0201', 3],
    ['0204', 2],
    ['0301', 1],
    ['0307', 2],
    ['0201K', 1],
    ['0301K', 1],
    ['0404', 1],
  ],
  [kind.village]: [
    ['0702', 62],
    ['0301', 4],
    ['0307', 5],
    ['0404', 4],
    ['1202', 4],
    ['08H2', 3],
    ['08H1', 2],
    ['05H1', 3],
    ['0601', 4],
    ['0810', 1],
    ['1201', 2],
    ['0809', 2],
    ['0102', 3],
    ['1104', 1],
  ],
  [kind.fieldRoad]: [['1006', 1]],
  [kind.ditch]: [['1107', 1]],
  [kind.pond]: [
    ['1104', 7],
    ['1104A', 3],
  ],
  [kind.grave]: [['09', 1]],
  [kind.farmyard]: [['1202', 1]],
  [kind.belt]: [
    ['0307', 6],
    ['0301', 4],
  ],
  [kind.wood]: [
    ['0301', 7],
    ['0307', 3],
  ],
  [kind.shrub]: [
    ['0305', 8],
    ['0307', 2],
  ],
  [kind.grass]: [['0404', 1]],
  [kind.bare]: [
    ['1207', 6],
    ['1206', 4],
  ],
  [kind.slope]: [
    ['0103', 80],
    ['0102', 6],
    ['0201', 7],
    ['0204', 4],
    ['0404', 3],
  ],
  [kind.orchard]: [
    ['0201', 8],
    ['0204', 2],
  ],
  [kind.mine]: [['0602', 1]],
  [kind.reservoir]: [['1103', 1]],
  [kind.quarter]: [
    ['0701', 40],
    ['05H1', 12],
    ['08H1', 6],
    ['08H2', 8],
    ['08H2A', 2],
    ['0601', 14],
    ['0508', 3],
    ['0809', 3],
    ['0810', 5],
    ['0810A', 1],
    ['1201', 3],
    ['1005', 2],
    ['0702', 4],
  ],
  [kind.cityField]: [['0102', 1]],
  [kind.street]: [['1004', 1]],
  [kind.park]: [
    ['0810', 8],
    ['1104', 1],
  ],
};

/** 田坎系数 by slope grade; terraces have wider ridges. Grade 1 (≤ 2°) has none. */
const ridgeShare = {
  terraced: [0, 0, 0.0683, 0.1134, 0.1523, 0.1967],
  plain: [0, 0, 0.0432, 0.0617, 0.0846, 0.1108],
};

/** Draws the class of a patch. `height` is the relief of its place, 0 on the plain. */
export function landClass(of: number, height: number, random: () => number): LandClass {
  const dlbm = pick(choices[of] ?? [['0102', 1]], random());
  const hilly = of === kind.slope || of === kind.orchard;
  const draw = random();
  if (!dlbm.startsWith('01')) return { dlbm, kcxs: 0, slope: 0, terraced: false };
  const slope = hilly ? Math.min(5, Math.max(2, Math.round(2 + height * 4 + draw - 0.5))) : 1;
  const terraced = slope > 2 && draw < 0.7;
  return { dlbm, slope, terraced, kcxs: ridgeShare[terraced ? 'terraced' : 'plain'][slope]! };
}

/** Names of the planned uses (用地用海分类, 2023). */
export const plannedUseNames: Readonly<Record<string, string>> = {
  '0701': '城镇住宅用地',
  '0801': '机关团体用地',
  '0804': '教育用地',
  '0901': '商业用地',
  '0902': '商务金融用地',
  '1001': '工业用地',
  '1101': '物流仓储用地',
  '1207': '城镇道路用地',
  '1401': '公园绿地',
  '1402': '防护绿地',
  '16': '留白用地',
};

/** Planned use of a bay by its zone (1 集中建设区, 2 弹性发展区, 3 特别用途区). */
export function plannedUse(zone: number, draw: number): string {
  if (zone === 2) return '16';
  if (zone === 3) return draw < 0.6 ? '1401' : '1402';
  return pick(
    [
      ['0701', 40],
      ['1001', 22],
      ['0901', 12],
      ['0902', 4],
      ['0801', 4],
      ['0804', 8],
      ['1101', 4],
      ['1401', 6],
    ],
    draw,
  );
}
