/**
 * Every layer the product knows, as data: standard table name, other names seen in deliveries, what classifies a
 * feature and which fields carry gross and net area. Source: 三调数据库标准, 市级国土空间总体规划数据库规范(试行).
 */
import { AppError, type Bilingual } from '../core/errors.js';
import type { LayerKind } from './layer-types.js';

export interface LayerDefinition {
  /** Standard table name in lower case; the public id. */
  id: string;
  kind: LayerKind;
  nameZh: string;
  nameEn: string;
  /** Other table names and Chinese names, matched case-insensitively. */
  aliases: readonly string[];
  /** Standard fields that hold the class, first one filled wins. Empty: the layer has no classes. */
  classFields: readonly string[];
  labelFields: readonly string[];
  /** Which code list the class belongs to: the same digits mean different things in 三调 and 用地用海. */
  codeSystem: 'dlbm' | 'ydyh' | null;
  /** Class values that are the same zone under another name → the standard value. */
  classAliases?: Readonly<Record<string, string>>;
  /** The complete list of classes where the standard has one. */
  knownClasses?: readonly string[];
  /** Fields of the gross and the net area in m², first one filled wins. */
  areaFields: readonly string[];
  netAreaFields: readonly string[];
  /** The layer carries KCXS: net area differs from gross. */
  hasCoefficient: boolean;
  /** Attributes that a check's answer shows for a touched feature. */
  shownFields: readonly string[];
  note?: Bilingual;
}

const cover = { kind: 'cover', classFields: [], labelFields: [], codeSystem: null } as const;
const plainAreas = { areaFields: ['MJ'], netAreaFields: [], hasCoefficient: false } as const;
const landUse = {
  kind: 'partition',
  classFields: ['DLBM'],
  labelFields: ['DLMC'],
  codeSystem: 'dlbm',
  areaFields: ['TBMJ'],
  netAreaFields: ['TBDLMJ'],
  hasCoefficient: true,
  shownFields: [
    'BSM', 'TBBH', 'DLBM', 'DLMC', 'QSXZ', 'QSDWDM', 'QSDWMC', 'ZLDWDM', 'ZLDWMC', 'TBMJ', 'KCXS', 'KCMJ',
    'TBDLMJ', 'GDLX', 'GDPDJB', 'ZZSXDM', 'CZCSXM', 'SJNF',
  ],
} as const; // biome-ignore format: a list
const plannedZones = {
  kind: 'partition',
  classFields: ['GHFQDM', 'GHFQMC'],
  labelFields: ['GHFQMC'],
  codeSystem: null,
  shownFields: ['BSM', 'XZQDM', 'XZQMC', 'GHFQDM', 'GHFQMC', 'MJ'],
} as const;
const plannedUse = {
  kind: 'partition',
  classFields: ['YDYHDM'],
  labelFields: ['YDYHMC'],
  codeSystem: 'ydyh',
  shownFields: ['BSM', 'XZQDM', 'XZQMC', 'YDYHDM', 'YDYHMC', 'MJ'],
} as const;
const projectRange = {
  ...cover,
  ...plainAreas,
  shownFields: ['XMDM', 'XMMC', 'DZJGH', 'AJBH', 'XZQDM'],
} as const;
const cityLine = { ...cover, ...plainAreas, shownFields: ['BSM', 'XZQDM', 'XZQMC', 'MC', 'MJ'] } as const;

const czkfbjNote: Bilingual = {
  zh: '有系统将表名 czkfbj 用于村庄开发边界。本图层只接受城镇开发边界；分区名称含“村庄”的要素会被拒绝。',
  en: 'One system in use names its 村庄开发边界 (village boundary) czkfbj as well. This layer takes the urban development boundary only; features whose zone names a village are refused.',
};

/**
 * Layers that rules read where a bureau has registered them. No published standard table was found for them: the ids
 * are ours, and deliveries are told by name.
 */
const referenceLayers: readonly LayerDefinition[] = [
  {
    ...cityLine,
    id: 'zrbhd',
    nameZh: '自然保护地',
    nameEn: 'Nature reserves',
    aliases: ['ZRBHDFW', '自然保护地范围'],
    classFields: ['GNFQMC', 'GNFQ', 'FQMC'],
    labelFields: ['GNFQMC', 'GNFQ', 'FQMC'],
    shownFields: ['BSM', 'XZQDM', 'XZQMC', 'MC', 'GNFQMC', 'GNFQ', 'FQMC', 'MJ'],
  },
  {
    ...cityLine,
    id: 'jbntcbq',
    nameZh: '永久基本农田储备区',
    nameEn: 'Reserve of permanent basic farmland',
    aliases: ['YJJBNTCBQ', 'YJJBNTCBQTB'],
  },
  {
    ...cityLine,
    id: 'jsydgmfw',
    nameZh: '城市和村庄、集镇建设用地规模范围',
    nameEn: 'Planned extent of construction land of towns and villages',
    aliases: ['建设用地规模范围'],
  },
  {
    ...cityLine,
    id: 'cpkf',
    nameZh: '成片开发方案范围',
    nameEn: 'Approved area development',
    aliases: ['成片开发范围'],
  },
  {
    ...cityLine,
    id: 'kcd',
    nameZh: '查明矿产资源范围',
    nameEn: 'Known mineral resources',
    aliases: ['矿产地'],
  },
  { ...cityLine, id: 'ckq', nameZh: '采矿权范围', nameEn: 'Mining rights', aliases: ['采矿权'] },
  {
    ...cityLine,
    id: 'ldyzt',
    nameZh: '林地一张图',
    nameEn: 'Forestry map',
    aliases: ['LDXB', '林地小班'],
    shownFields: ['BSM', 'XZQDM', 'XZQMC', 'MC', 'BHDJ', 'LZ', 'MJ'],
  },
];

/** All layers, in the order in which they are listed. */
export const layerCatalogue: readonly LayerDefinition[] = [
  {
    ...plainAreas,
    id: 'czkfbj',
    kind: 'cover',
    nameZh: '城镇开发边界',
    nameEn: 'Urban development boundary',
    aliases: ['CSKFBJ', '封库城镇开发边界'],
    classFields: ['GHFQMC'],
    labelFields: ['GHFQMC'],
    codeSystem: null,
    knownClasses: ['城镇集中建设区', '城镇弹性发展区', '特别用途区'],
    classAliases: {
      城镇集建区: '城镇集中建设区',
      集中建设区: '城镇集中建设区',
      城镇弹性区: '城镇弹性发展区',
      弹性发展区: '城镇弹性发展区',
      城镇特别用途区: '特别用途区',
    },
    shownFields: ['BSM', 'XZQDM', 'XZQMC', 'GHFQDM', 'GHFQMC', 'MJ'],
    note: czkfbjNote,
  },
  {
    ...plainAreas,
    id: 'stbhhx',
    kind: 'cover',
    nameZh: '生态保护红线',
    nameEn: 'Ecological protection red line',
    aliases: ['STHX', '陆域生态保护红线'],
    classFields: ['LHLX', 'LXDM'],
    labelFields: ['LHLX', 'MC', 'LXDM'],
    codeSystem: null,
    shownFields: ['BSM', 'XZQDM', 'XZQMC', 'LHLX', 'LXDM', 'SLDM', 'MC', 'MJ'],
  },
  {
    id: 'yjjbnt',
    kind: 'cover',
    nameZh: '永久基本农田',
    nameEn: 'Permanent basic farmland',
    aliases: ['YJJBNTTB', 'YJJBNTBHTB', 'JBNTBHTB', 'YJJBNTBHHX', '永久基本农田保护图斑', '永久基本农田图斑'],
    classFields: ['DLBM'],
    labelFields: ['DLMC'],
    codeSystem: 'dlbm',
    areaFields: ['YJJBNTTBMJ', 'TBMJ'],
    netAreaFields: ['YJJBNTMJ'],
    hasCoefficient: true,
    shownFields: [
      'BSM', 'YJJBNTTBBH', 'TBBH', 'DLBM', 'DLMC', 'QSXZ', 'QSDWMC', 'ZLDWMC', 'YJJBNTTBMJ', 'YJJBNTMJ', 'KCXS',
      'KCMJ', 'GDPDJB', 'SJNF', 'WDGD',
    ],
  }, // biome-ignore format: a list
  {
    ...landUse,
    id: 'dltb',
    nameZh: '地类图斑',
    nameEn: 'Land use patches',
    aliases: ['SLZY_DLTB', '三调地类图斑'],
  },
  {
    ...landUse,
    id: 'jqdltb',
    nameZh: '基期地类图斑',
    nameEn: 'Land use patches of the planning base year',
    aliases: [],
  },
  {
    ...cover,
    id: 'gdbhmb',
    nameZh: '耕地保护目标',
    nameEn: 'Farmland protection target',
    aliases: [],
    classFields: ['DLBM'],
    labelFields: ['DLMC'],
    codeSystem: 'dlbm',
    areaFields: ['TBMJ', 'MJ'],
    netAreaFields: ['TBDLMJ'],
    hasCoefficient: true,
    shownFields: ['BSM', 'TBBH', 'DLBM', 'DLMC', 'ZLDWMC', 'TBMJ', 'KCXS', 'TBDLMJ', 'GDPDJB', 'SJNF'],
  },
  { ...plannedZones, ...plainAreas, id: 'ghfq', nameZh: '规划分区', nameEn: 'Planning zones', aliases: [] },
  {
    ...plannedZones,
    ...plainAreas,
    id: 'ydyhghfq',
    nameZh: '用地用海规划分区',
    nameEn: 'Land and sea use planning zones',
    aliases: [],
  },
  {
    ...plannedUse,
    ...plainAreas,
    id: 'ghydyh',
    nameZh: '规划用地用海',
    nameEn: 'Planned land and sea use',
    aliases: ['TDGHDL'],
  },
  {
    ...plannedZones,
    ...plainAreas,
    id: 'zxcqghfq',
    nameZh: '中心城区规划分区',
    nameEn: 'Planning zones, central city',
    aliases: [],
  },
  {
    ...plannedUse,
    ...plainAreas,
    id: 'zxcqghydyh',
    nameZh: '中心城区规划用地用海',
    nameEn: 'Planned land and sea use, central city',
    aliases: [],
  },
  {
    ...plannedUse,
    ...plainAreas,
    id: 'xxghydyh',
    nameZh: '详细规划用地用海',
    nameEn: 'Land use of detailed plans',
    aliases: ['XXGHYD', 'KGYD', '详细规划', '控规用地', '控制性详细规划用地'],
  },
  {
    ...cityLine,
    id: 'zxcqcslx',
    nameZh: '城市蓝线',
    nameEn: 'Urban blue line (water)',
    aliases: ['CSLX', '中心城区城市蓝线'],
  },
  {
    ...cityLine,
    id: 'zxcqcslvx',
    nameZh: '城市绿线',
    nameEn: 'Urban green line (parks)',
    aliases: ['CSLVX', '中心城区城市绿线'],
  },
  {
    ...cityLine,
    id: 'zxcqcszx',
    nameZh: '城市紫线',
    nameEn: 'Urban purple line (heritage)',
    aliases: ['CSZX', '中心城区城市紫线'],
  },
  {
    ...cityLine,
    id: 'zxcqcshx',
    nameZh: '城市黄线',
    nameEn: 'Urban yellow line (infrastructure)',
    aliases: ['CSHX', '中心城区城市黄线'],
  },
  { ...cityLine, id: 'hlfxkzx', nameZh: '洪涝风险控制线', nameEn: 'Flood risk control line', aliases: [] },
  {
    ...cityLine,
    id: 'lswhbhx',
    nameZh: '历史文化保护线',
    nameEn: 'Historic and cultural protection line',
    aliases: [],
  },
  {
    ...plainAreas,
    id: 'xzq',
    kind: 'partition',
    nameZh: '行政区',
    nameEn: 'Administrative districts',
    aliases: ['行政区划'],
    classFields: ['XZQDM'],
    labelFields: ['XZQMC'],
    codeSystem: null,
    shownFields: ['BSM', 'XZQDM', 'XZQMC', 'MJ'],
  },
  {
    ...projectRange,
    id: 'xs_xmkjfw',
    nameZh: '预审选址项目范围',
    nameEn: 'Projects at pre-review',
    aliases: ['XMKJFW'],
  },
  { ...projectRange, id: 'xx_xmzdfw', nameZh: '先行用地范围', nameEn: 'Advance land use', aliases: [] },
  {
    ...projectRange,
    id: 'zz_nydzyfw',
    nameZh: '农转用范围',
    nameEn: 'Farmland conversion approvals',
    aliases: ['NYDZYFW'],
  },
  {
    ...projectRange,
    id: 'zz_tdzsfw',
    nameZh: '土地征收范围',
    nameEn: 'Land expropriation',
    aliases: ['TDZSFW'],
  },
  { ...projectRange, id: 'lsyd_xmzdfw', nameZh: '临时用地范围', nameEn: 'Temporary land use', aliases: [] },
  { ...cityLine, id: 'wfdk', nameZh: '违法地块', nameEn: 'Illegal land use plots', aliases: [] },
  {
    ...cityLine,
    id: 'ygxzjsydtb',
    nameZh: '遥感新增建设用地图斑',
    nameEn: 'New construction seen by remote sensing',
    aliases: [],
  },
  {
    ...cityLine,
    id: 'ygysxzjsydtb',
    nameZh: '遥感疑似新增建设用地图斑',
    nameEn: 'Suspected new construction seen by remote sensing',
    aliases: [],
  },
  {
    ...cover,
    id: 'bjdchdjxd',
    nameZh: '未利用边角地、插花地、夹心地',
    nameEn: 'Unused corner, enclave and sandwiched land',
    aliases: [],
    areaFields: ['YDMJ', 'MJ'],
    netAreaFields: [],
    hasCoefficient: false,
    shownFields: ['BSM', 'DSDM', 'DSMC', 'MC', 'WZ', 'YDMJ', 'QZGYYDMJ', 'QSZY'],
  },
  ...referenceLayers,
];

const byName: ReadonlyMap<string, LayerDefinition> = new Map(
  layerCatalogue.flatMap((layer) =>
    [layer.id, layer.nameZh, ...layer.aliases].map((name) => [name.toUpperCase(), layer] as const),
  ),
);
const byId: ReadonlyMap<string, LayerDefinition> = new Map(layerCatalogue.map((layer) => [layer.id, layer]));

/** The layer of that id, or undefined. */
export const findLayer = (id: string): LayerDefinition | undefined => byId.get(id);

/** The layer that a table name, alias or Chinese name stands for; undefined when none does. */
export const findLayerByName = (name: string): LayerDefinition | undefined =>
  byName.get(name.trim().toUpperCase());

/** The layer of that id, table name or Chinese name; throws `not-found` and says which ids there are. */
export function getLayer(name: string): LayerDefinition {
  const layer = findLayerByName(name);
  if (layer) return layer;
  const ids = layerCatalogue.map((entry) => entry.id).join(', ');
  throw new AppError('not-found', `no layer ${name}`, {
    detail: {
      zh: `没有名为“${name}”的图层。可用图层：${ids}。`,
      en: `There is no layer named "${name}". Layers: ${ids}.`,
    },
  });
}

/** The attributes of a feature that an answer shows, in the layer's order; absent ones left out. */
export function shownAttributes<Value>(
  layerId: string,
  attributes: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const shown: Record<string, Value> = {};
  for (const name of findLayer(layerId)?.shownFields ?? []) {
    const value = attributes[name];
    if (value !== undefined) shown[name] = value;
  }
  return shown;
}
