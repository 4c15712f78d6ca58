/**
 * The codes of 国土空间调查、规划、用途管制用地用海分类 (2023 edition): the language of plans and of a parcel's wanted use.
 * Labels are given where a source was read; a code without a label is valid all the same.
 */

/** Tag of this code list; the same digits mean other things in 三调 (10 is 交通运输 there, 工矿 here). */
export const YDYH_CODE_SYSTEM = 'ydyh-2023';

export interface YdyhCode {
  codeSystem: typeof YDYH_CODE_SYSTEM;
  /** 2, 4 or 6 digits, always text. */
  code: string;
  level: 1 | 2 | 3;
  /** Code one level up; null at level 1. */
  parent: string | null;
  label: string | null;
}

// Level 1 and its members; `*n` stands for the codes 01…n one level down whose labels were not read.
const table: readonly (readonly [string, string])[] = [
  ['01 耕地', '*3'],
  ['02 园地', '01 果园,02 茶园,03 橡胶园地,04 油料园地,05 其他园地'],
  ['03 林地', '*4'],
  ['04 草地', '*3'],
  ['05 湿地', '*7'],
  ['06 农业设施建设用地', '01 农村道路+01 村道用地+02 田间道,02 设施农用地*3'],
  ['07 居住用地', '01 城镇住宅用地*3,02 城镇社区服务设施用地,03 农村宅基地*2,04 农村社区服务设施用地'],
  [
    '08 公共管理与公共服务用地',
    '01 机关团体用地,02 科研用地,03 文化用地*2,04 教育用地*5,05 体育用地*2,06 医疗卫生用地*3,07 社会福利用地*4',
  ],
  ['09 商业服务业用地', '01 商业用地*5,02 商务金融用地,03 娱乐用地,04 其他商业服务业用地'],
  ['10 工矿用地', '01 工业用地*3,02 采矿用地,03 盐田'],
  ['11 仓储用地', '01 物流仓储用地*3,02 储备库用地'],
  [
    '12 交通运输用地',
    '01 铁路用地,02 公路用地,03 机场用地,04 港口码头用地,05 管道运输用地,06 城市轨道交通用地,07 城镇村道路用地,08 交通场站用地*3,09 其他交通设施用地',
  ],
  ['13 公用设施用地', '*12'],
  ['14 绿地与开敞空间用地', '01 公园绿地,02 防护绿地,03 广场用地'],
  [
    '15 特殊用地',
    '01 军事设施用地,02 使领馆用地,03 宗教用地,04 文物古迹用地,05 监教场所用地,06 殡葬用地,07 其他特殊用地',
  ],
  ['16 留白用地', ''],
  ['17 陆地水域', '*6'],
  ['18 渔业用海', ''],
  ['19 工矿通信用海', ''],
  ['20 交通运输用海', ''],
  ['21 游憩用海', ''],
  ['22 特殊用海', ''],
  ['23 其他土地', '01 空闲地,02 后备耕地,03 田坎,04 盐碱地,05 沙地,06 裸土地,07 裸岩石砾地'],
  ['24 其他海域', ''],
];

function buildCodes(): Map<string, YdyhCode> {
  const codes = new Map<string, YdyhCode>();
  const add = (code: string, parent: string | null, label: string | null): void => {
    const level = (code.length / 2) as 1 | 2 | 3;
    codes.set(code, { codeSystem: YDYH_CODE_SYSTEM, code, level, parent, label });
  };
  const addNumbered = (parent: string, count: string | undefined): void => {
    for (let n = 1; n <= Number(count ?? 0); n++) add(parent + String(n).padStart(2, '0'), parent, null);
  };
  for (const [top, members] of table) {
    const [group = '', groupLabel = ''] = top.split(' ');
    add(group, null, groupLabel);
    if (members.startsWith('*')) addNumbered(group, members.slice(1));
    else
      for (const member of members.split(',').filter(Boolean)) {
        const [head = '', ...named] = member.split('+');
        const [own = '', count] = head.split('*');
        const [code = '', label = ''] = own.split(' ');
        add(group + code, group, label);
        addNumbered(group + code, count);
        for (const child of named) {
          const [childCode = '', childLabel = ''] = child.split(' ');
          add(group + code + childCode, group + code, childLabel);
        }
      }
  }
  return codes;
}

/** Every 用地用海 code by code, levels 1 to 3 as far as the sources give them. Level 2 of the sea uses is not listed. */
export const ydyhCodes: ReadonlyMap<string, YdyhCode> = buildCodes();
