/**
 * The land classes of the third national land survey (三调工作分类, column DLBM) with their Chinese labels and level-1
 * group. Which of them are 农用地/建设用地/未利用地 is a matter of dated rule data, not of this list.
 * Source: TD/T 1055-2019 工作分类; codes and labels as in a public toolbox's table of the survey regulation.
 */

/** Tag of this code list; the same digits mean other things in 用地用海 (`ydyh-2023`). */
export const DLBM_CODE_SYSTEM = 'sandiao-dlbm';

/** Level-1 groups. 00 湿地 is no code prefix: its members begin with 03, 04, 06 and 11. */
export const dlbmGroups: ReadonlyMap<string, string> = new Map([
  ['00', '湿地'],
  ['01', '耕地'],
  ['02', '种植园用地'],
  ['03', '林地'],
  ['04', '草地'],
  ['05', '商业服务业用地'],
  ['06', '工矿用地'],
  ['07', '住宅用地'],
  ['08', '公共管理与公共服务用地'],
  ['09', '特殊用地'],
  ['10', '交通运输用地'],
  ['11', '水域及水利设施用地'],
  ['12', '其他土地'],
]);

export interface DlbmCode {
  codeSystem: typeof DLBM_CODE_SYSTEM;
  /** 4 digits or digits with H, and K (可调整) or A as fifth character; 特殊用地 is `09` alone. Always text. */
  code: string;
  label: string;
  /** Level-1 group, a key of `dlbmGroups`. */
  group: string;
  groupLabel: string;
}

// One line per level-1 group: group, then code and label in turn.
const table: readonly (readonly [string, string])[] = [
  [
    '00',
    '0303 红树林地,0304 森林沼泽,0306 灌丛沼泽,0402 沼泽草地,0603 盐田,1105 沿海滩涂,1106 内陆滩涂,1108 沼泽地',
  ],
  ['01', '0101 水田,0102 水浇地,0103 旱地'],
  ['02', '0201 果园,0201K 可调整果园,0202 茶园,0202K 可调整茶园,0203 橡胶园,0203K 可调整橡胶园'],
  ['02', '0204 其他园地,0204K 可调整其他园地'],
  ['03', '0301 乔木林地,0301K 可调整乔木林地,0302 竹林地,0302K 可调整竹林地,0305 灌木林地'],
  ['03', '0307 其他林地,0307K 可调整其他林地'],
  ['04', '0401 天然牧草地,0403 人工牧草地,0403K 可调整人工牧草地,0404 其他草地'],
  ['05', '05H1 商业服务业设施用地,0508 物流仓储用地'],
  ['06', '0601 工业用地,0602 采矿用地'],
  ['07', '0701 城镇住宅用地,0702 农村宅基地'],
  ['08', '08H1 机关团体新闻出版用地,08H2 科教文卫用地,08H2A 高教用地,0809 公用设施用地'],
  ['08', '0810 公园与绿地,0810A 广场用地'],
  ['09', '09 特殊用地'],
  ['10', '1001 铁路用地,1002 轨道交通用地,1003 公路用地,1004 城镇村道路用地,1005 交通服务场站用地'],
  ['10', '1006 农村道路,1007 机场用地,1008 港口码头用地,1009 管道运输用地'],
  ['11', '1101 河流水面,1102 湖泊水面,1103 水库水面,1104 坑塘水面,1104A 养殖坑塘,1104K 可调整养殖坑塘'],
  ['11', '1107 沟渠,1107A 干渠,1109 水工建筑用地,1110 冰川及永久积雪'],
  ['12', '1201 空闲地,1202 设施农用地,1203 田坎,1204 盐碱地,1205 沙地,1206 裸土地,1207 裸岩石砾地'],
];

/** Every DLBM code by code. A code that is not a key is unknown: never guess it from its prefix. */
export const dlbmCodes: ReadonlyMap<string, DlbmCode> = new Map(
  table.flatMap(([group, members]) =>
    members.split(',').map((member) => {
      const [code = '', label = ''] = member.split(' ');
      const entry: DlbmCode = {
        codeSystem: DLBM_CODE_SYSTEM,
        code,
        label,
        group,
        groupLabel: dlbmGroups.get(group)!,
      };
      return [code, entry] as const;
    }),
  ),
);
