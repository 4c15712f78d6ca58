/**
 * Field names of the standards and what the same field is called elsewhere (older dialects, Chinese headings,
 * database dumps), as data, and the matching of a file's properties to them. Sources: 三调数据库标准 TD/T 1057,
 * 二调 dialect (TKXS, GDPDJ), 市级国土空间总体规划数据库规范, 2017 dialect of 永久基本农田 (JBNTTBBH, PDJB).
 */

export interface FieldGroup {
  /** Standard field name, upper case. */
  name: string;
  zh: string;
  /** Other names of the same field; matched after the standard name, in this order. */
  aliases: readonly string[];
  type: 'code' | 'text' | 'number';
}

const code = (name: string, zh: string, ...aliases: string[]): FieldGroup => ({
  name,
  zh,
  aliases,
  type: 'code',
});
const text = (name: string, zh: string, ...aliases: string[]): FieldGroup => ({
  name,
  zh,
  aliases,
  type: 'text',
});
const number = (name: string, zh: string, ...aliases: string[]): FieldGroup => ({
  name,
  zh,
  aliases,
  type: 'number',
});

/** Every field group; the Chinese name always matches too. */
export const fieldGroups: readonly FieldGroup[] = [
  code('BSM', '标识码'),
  code('YSDM', '要素代码'),
  code('XZQDM', '行政区代码', 'XZDM', 'XJXZQDM', 'XJXZQHDM', '行政区划代码', '县级行政区代码'),
  text('XZQMC', '行政区名称', 'XZMC', 'XJXZQMC', '行政区划名称', '县级行政区名称'),
  code('SJXZQDM', '省级行政区代码'),
  text('SJXZQMC', '省级行政区名称'),
  text('SJXZQMC1', '市级行政区名称'),
  code('GHFQDM', '规划分区代码', 'FQDM'),
  text('GHFQMC', '规划分区名称', 'FQMC', '分区名称'),
  text('LHLX', '红线类型', 'HXLX', '类型'),
  code('LXDM', '类型代码'),
  code('SLDM', '生态类型代码'),
  text('MC', '名称', 'HXMC', 'NAME'),
  number('MJ', '面积', 'QYMJ', '区域面积'),
  text('GKCS', '管控措施'),
  code('TBYBH', '图斑预编号'),
  code('TBBH', '图斑编号'),
  code('YJJBNTTBBH', '永久基本农田图斑编号', 'JBNTTBBH', '基本农田图斑编号'),
  code('DLBM', '地类编码', '地类代码', 'DLDM'),
  text('DLMC', '地类名称'),
  code('QSXZ', '权属性质'),
  code('QSDWDM', '权属单位代码'),
  text('QSDWMC', '权属单位名称'),
  code('ZLDWDM', '坐落单位代码'),
  text('ZLDWMC', '坐落单位名称'),
  number('TBMJ', '图斑面积'),
  number('YJJBNTTBMJ', '永久基本农田图斑面积', 'JBNTTBMJ', '基本农田图斑面积'),
  number('YJJBNTMJ', '永久基本农田面积', 'JBNTMJ', '基本农田面积'),
  code('KCDLBM', '扣除地类编码', 'KCLX'),
  number('KCXS', '扣除地类系数', 'TKXS', '扣除系数', '田坎系数'),
  number('KCMJ', '扣除地类面积', 'TKMJ', '扣除面积', '田坎面积'),
  number('TBDLMJ', '图斑地类面积'),
  code('GDLX', '耕地类型'),
  code('GDPDJB', '耕地坡度级别', 'GDPDJ', 'PDJB', '坡度级别'),
  number('XXTBKD', '线性图斑宽度', 'XZDWKD', '线状地物宽度'),
  number('XZDWMJ', '线状地物面积'),
  number('LXDWMJ', '零星地物面积'),
  code('TBXHDM', '图斑细化代码'),
  text('TBXHMC', '图斑细化名称'),
  code('ZZSXDM', '种植属性代码'),
  text('ZZSXMC', '种植属性名称'),
  code('GDDB', '耕地等别'),
  code('FRDBS', '飞入地标识'),
  code('CZCSXM', '城镇村属性码'),
  code('SJNF', '数据年份'),
  text('MSSM', '描述说明'),
  text('HDMC', '海岛名称'),
  text('BHKSSJ', '保护开始时间'),
  text('BHJSSJ', '保护结束时间'),
  text('WDGD', '稳定利用耕地'),
  text('BZ', '备注'),
  code('YDYHDM', '用地用海代码', 'YDYHFLDM', 'GHYDYHDM', 'YDDM', '用地用海分类代码', '用地代码'),
  text('YDYHMC', '用地用海名称', 'YDYHFLMC', 'GHYDYHMC', 'YDMC', '用地用海分类名称', '用地名称'),
  code('XMDM', '项目代码'),
  text('XMMC', '项目名称'),
  code('DZJGH', '电子监管号'),
  code('AJBH', '案卷编号'),
  code('DSDM', '地市代码'),
  text('DSMC', '地市名称'),
  text('WZ', '位置'),
  number('YDMJ', '用地面积'),
  number('QZGYYDMJ', '其中工业用地面积'),
];

export interface FieldMapping {
  /** Name in the file. */
  source: string;
  /** Standard name it was taken for; null when no group knows it (kept under its own name). */
  standard: string | null;
  how: 'exact' | 'alias' | 'chinese' | 'declared' | 'unmatched' | 'shadowed';
}

export type AttributeValue = string | number | boolean | null;

export interface FieldMatcher {
  /** Properties under their standard names; codes as text with their leading zeros, numbers parsed where they are numbers. */
  normalise(properties: Readonly<Record<string, unknown>>): Record<string, AttributeValue>;
  /** What was matched so far, in the order in which the names were met. */
  mapping(): FieldMapping[];
}

interface Match {
  standard: string;
  how: FieldMapping['how'];
  /** Lower wins where two fields of one feature claim the same standard name. */
  rank: number;
  type: FieldGroup['type'];
}

const known: ReadonlyMap<string, Match> = (() => {
  const table = new Map<string, Match>();
  const add = (name: string, match: Match): void => {
    if (!table.has(name)) table.set(name, match);
  };
  for (const group of fieldGroups) {
    add(group.name, { standard: group.name, how: 'exact', rank: 0, type: group.type });
  }
  for (const group of fieldGroups) {
    const names = [group.zh, ...group.aliases];
    for (const [index, alias] of names.entries()) {
      const how = /^[\x20-\x7e]+$/.test(alias) ? 'alias' : 'chinese';
      add(alias.toUpperCase(), { standard: group.name, how, rank: index + 1, type: group.type });
    }
  }
  return table;
})();

/** Whether a field of that name, alias or Chinese name is known. */
export const isKnownField = (name: string): boolean => known.has(name.trim().toUpperCase());

/** The standard name that a name, alias or Chinese name stands for. */
export const standardField = (name: string): string | undefined =>
  known.get(name.trim().toUpperCase())?.standard;

/**
 * Matches property names case-insensitively by name, alias and Chinese name. `declared` (name in the file →
 * standard name) wins over both.
 */
export function createFieldMatcher(declared: Readonly<Record<string, string>> = {}): FieldMatcher {
  const declaredUpper = new Map(
    Object.entries(declared).map(([from, to]) => [
      from.trim().toUpperCase(),
      standardField(to) ?? to.toUpperCase(),
    ]),
  );
  const seen = new Map<string, Match | null>();
  const shadowed = new Set<string>();

  const match = (source: string): Match | null => {
    const found = seen.get(source);
    if (found !== undefined) return found;
    const upper = source.trim().toUpperCase();
    const told = declaredUpper.get(upper);
    const type = told ? (known.get(told)?.type ?? 'text') : 'text';
    const result: Match | null = told
      ? { standard: told, how: 'declared', rank: -1, type }
      : (known.get(upper) ?? null);
    seen.set(source, result);
    return result;
  };

  return {
    normalise(properties) {
      const result: Record<string, AttributeValue> = {};
      const ranks = new Map<string, { rank: number; source: string }>();
      for (const source in properties) {
        const found = match(source);
        if (!found) {
          result[cleanText(source)] = toAttribute(properties[source], 'text');
          continue;
        }
        const earlier = ranks.get(found.standard);
        const keeps = earlier !== undefined && earlier.rank <= found.rank;
        if (earlier) shadowed.add(keeps ? source : earlier.source);
        if (keeps) {
          result[ownName(source, found)] = toAttribute(properties[source], found.type);
          continue;
        }
        if (earlier) result[ownName(earlier.source, found)] = result[found.standard] ?? null;
        ranks.set(found.standard, { rank: found.rank, source });
        result[found.standard] = toAttribute(properties[source], found.type);
      }
      return result;
    },
    mapping: () =>
      [...seen].map(([source, found]) => ({
        source,
        standard: found?.standard ?? null,
        how: shadowed.has(source) ? 'shadowed' : (found?.how ?? 'unmatched'),
      })),
  };
}

/** Where a field stays whose standard name another field has taken; DLBM itself, pushed aside by a declared name, as `DLBM_`. */
function ownName(source: string, { standard }: Match): string {
  const name = cleanText(source);
  return name === standard ? `${name}_` : name;
}

/** PostgreSQL cannot store U+0000, which padded shapefile text brings along. */
const cleanText = (value: string): string => (value.includes('\0') ? value.replaceAll('\0', '') : value);

function toAttribute(value: unknown, type: FieldGroup['type']): AttributeValue {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') {
    const trimmed = cleanText(value).trim();
    if (trimmed === '') return null;
    return type === 'number' ? (toNumber(trimmed) ?? trimmed) : trimmed;
  }
  if (typeof value === 'number') return type === 'code' ? String(value) : value;
  if (typeof value === 'boolean') return value;
  return cleanText(JSON.stringify(value));
}

/** A decimal number written as text; undefined for anything else ("12 亩", "0x10", ""). */
function toNumber(value: string): number | undefined {
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : undefined;
}
