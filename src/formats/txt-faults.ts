/**
 * Every reason to refuse a 国土 TXT file and every note about one, as data: the stable code, the error it is part of,
 * and the sentence for people with `{name}` places to fill. Nothing here looks at a file.
 */
import type { AppError, Bilingual, ErrorCode, InputFault } from '../core/errors.js';
import { FileFaults, fillBoth, type Values } from './file-faults.js';
import type { TxtWarning } from './txt-types.js';

interface FaultText extends Bilingual {
  /** The error of the whole answer when every fault of the file is of this family. */
  family: ErrorCode;
}

const parcel = (zh: string, en: string): FaultText => ({ family: 'bad-parcel', zh, en });
const crs = (zh: string, en: string): FaultText => ({ family: 'bad-crs', zh, en });
const large = (zh: string, en: string): FaultText => ({ family: 'too-large', zh, en });

const txtFaults = {
  // lines
  'unreadable-line': parcel(
    '第 {line} 行既不是属性行（以 @ 结尾）也不是界址点行：“{text}”。请更正或删除该行。',
    'Line {line} is neither an attribute line (ending in @) nor a point line: "{text}". Correct or remove it.',
  ),
  'bad-number': parcel(
    '第 {line} 行坐标“{text}”不是数值（应为十进制数，如 3898777.747），请更正。',
    'Line {line}: the coordinate "{text}" is not a decimal number such as 3898777.747. Correct it.',
  ),
  'attribute-columns': parcel(
    '第 {line} 行属性行有 {count} 列，应为 9、5 或 13 列（含 @）；若名称中有逗号，请改为其他符号。',
    'Line {line}: the attribute line has {count} columns; 9, 5 or 13 are known (with @). Take commas out of the name.',
  ),
  'not-areal-record': parcel(
    '第 {line} 行图形属性为“{found}”，只接受“面”。点、线不能计算占用面积，请提交面状地块。',
    'Line {line}: the record type is "{found}", only 面 (polygon) is accepted. Points and lines have no area.',
  ),
  'no-points': parcel(
    '第 {line} 行的地块没有界址点，请补充坐标或删除该行。',
    'The parcel at line {line} has no points. Add them or remove the line.',
  ),
  'no-parcels': parcel('文件中没有地块坐标。', 'The file holds no parcel coordinates.'),
  // rings
  'too-few-points': parcel(
    '第 {line} 行起的界址圈只有 {count} 个不同的点，至少需要 3 个。',
    'The ring from line {line} has {count} different points; it needs at least 3.',
  ),
  'bad-closing-point': parcel(
    '第 {line} 行应为闭合点（与第 {firstLine} 行起点相同），坐标却是 ({found})，起点为 ({expected})。请核对闭合点。',
    'Line {line} should close the ring begun at line {firstLine}, but is ({found}) instead of ({expected}). Correct the closing point.',
  ),
  'ring-resumed': parcel(
    '第 {line} 行又回到圈号“{ring}”，而该圈在第 {lastLine} 行中断时并未闭合，无法判断界址点顺序。请按圈连续列出界址点。',
    'Line {line} returns to ring "{ring}", which was left open at line {lastLine}: the order of points is not known. List each ring in one piece.',
  ),
  'repeated-ring': parcel(
    '第 {line} 行起的界址圈与第 {otherLine} 行起的界址圈完全相同，请删除其中一个。',
    'The ring from line {line} is the same as the one from line {otherLine}. Remove one of them.',
  ),
  'nested-records': parcel(
    '第 {line} 行的地块位于第 {otherLine} 行同编号同名地块之内，无法判断是内环（扣除）还是另一地块。内环请写在同一地块下并用下一个圈号，另一地块请用不同编号。',
    'The parcel at line {line} lies inside the one at line {otherLine} of the same number and name: a hole or another parcel? Write a hole as a further ring of the same parcel; give another parcel its own number.',
  ),
  // order and kind of coordinates
  'bad-coordinate': crs(
    '第 {line} 行坐标 ({found}) 不像任何 CGCS2000 坐标（纵坐标 7 位，横坐标 6 位或带带号 8 位；或经纬度）。请更正。',
    'Line {line}: ({found}) fits no CGCS2000 system (northing of 7 digits, easting of 6 or with zone number 8; or degrees). Correct it.',
  ),
  'mixed-orders': crs(
    '第 {line} 至 {lastLine} 行坐标顺序与文件其余部分相反（其余为{mainZh}）。同一文件顺序应一致，请更正。',
    'Lines {line} to {lastLine} have their coordinates the other way round than the rest of the file ({mainEn}). Use one order.',
  ),
  'mixed-kinds': crs(
    '第 {line} 至 {lastLine} 行为{foundZh}坐标，文件其余部分为{mainZh}坐标。请统一坐标后提交，不同带号的地块请分文件提交。',
    'Lines {line} to {lastLine} are {foundEn}, the rest of the file is {mainEn}. Use one system; submit parcels of different zones in separate files.',
  ),
  // head
  'old-datum': crs(
    '第 {line} 行坐标系为“{found}”（{datumZh}），没有可公开的转换参数。请先转换到 2000国家大地坐标系再提交。',
    'Line {line}: the coordinates are in "{found}" ({datumEn}); no public transformation exists. Convert them to CGCS2000 first.',
  ),
  'shifted-datum': crs(
    '第 {line} 行坐标系为“{found}”，是加密偏移坐标（偏差数百米），不能用于审查，请提供 2000国家大地坐标系坐标。',
    'Line {line}: "{found}" is shifted on purpose by hundreds of metres. Supply CGCS2000 coordinates.',
  ),
  'unknown-datum': crs(
    '第 {line} 行坐标系“{found}”无法识别，请改为“2000国家大地坐标系”（地方独立坐标须先转换）。',
    'Line {line}: the system "{found}" is not known. It must be 2000国家大地坐标系 (CGCS2000); convert local systems first.',
  ),
  'wrong-projection': crs(
    '第 {line} 行投影类型为“{found}”，只接受高斯克吕格投影，请转换后提交。',
    'Line {line}: the projection is "{found}", only Gauss–Krüger is accepted. Convert the coordinates first.',
  ),
  'bad-zone': crs(
    '第 {line} 行带号“{found}”不是带号（3度带 25–45，6度带 13–23），请更正。',
    'Line {line}: "{found}" is no zone number (3° zones 25–45, 6° zones 13–23). Correct it.',
  ),
  'bad-width': crs(
    '第 {line} 行分带“{found}”无法识别，应为 3 或 6，请更正。',
    'Line {line}: the zone width "{found}" is not known; it must be 3 or 6. Correct it.',
  ),
  'zone-contradiction': crs(
    '带号矛盾：第 {line} 行写带号 {declared}，而第 {pointLine} 行起横坐标以 {prefix} 开头。请核对并更正其中之一。',
    'Zones contradict: line {line} says {declared}, but the eastings from line {pointLine} begin with {prefix}. Correct one of them.',
  ),
  'width-contradiction': crs(
    '分带矛盾：第 {line} 行写 {declared} 度带，而带号 {zone} 属于 {width} 度带（3度带 25–45，6度带 13–23）。请更正其中之一。',
    'Zone width contradicts: line {line} says {declared}°, but zone {zone} is one of {width}° (3°: 25–45, 6°: 13–23). Correct one of them.',
  ),
  'meridian-contradiction': crs(
    '中央子午线矛盾：第 {line} 行写 {declared}，而按带号 {zone} 应为 {meridian}。请更正其中之一。',
    'The central meridian of line {line} is {declared}, but that of zone {zone} is {meridian}. Correct one of them.',
  ),
  'repeated-head': crs(
    '第 {line} 行“{key}={found}”与第 {otherLine} 行的“{other}”不一致，请更正其中之一。',
    'Line {line} says {key}={found}, but line {otherLine} says {other}. Correct one of them.',
  ),
  // size
  'too-many-vertices': large(
    '界址点总数超过上限 {limit} 个（第 {line} 行），请分批提交，或由管理员调高 ONEMAP_MAX_VERTICES。',
    'There are more than {limit} points in all (line {line}). Submit the parcels in parts, or have ONEMAP_MAX_VERTICES raised.',
  ),
  'too-many-parcels': large(
    '地块超过上限 {limit} 个（第 {line} 行），请分批提交，或由管理员调高 ONEMAP_MAX_FEATURES。',
    'There are more than {limit} parcels (line {line}). Submit them in parts, or have ONEMAP_MAX_FEATURES raised.',
  ),
  'rings-too-complex': large(
    '第 {line} 行的地块界址圈过多或层层嵌套，无法在限定的计算量内判断内外环，请拆分后提交。',
    'The parcel at line {line} has too many or too deeply nested rings to tell holes from parts within bounds. Split it.',
  ),
} as const satisfies Record<string, FaultText>;

export type TxtFaultCode = keyof typeof txtFaults;

const txtWarnings = {
  'crs-stated': {
    zh: '按国土 TXT 读取（{encoding}），坐标系{crsZh}（EPSG:{epsg}），坐标顺序{orderZh}。',
    en: 'Read as 国土 TXT ({encoding}), EPSG:{epsg}, {orderEn}.',
  },
  'crs-open': {
    zh: '按国土 TXT 读取（{encoding}），文件没有带号，横坐标也不带带号，由地块位置或参数 crs 确定坐标系，坐标顺序{orderZh}。',
    en: 'Read as 国土 TXT ({encoding}); neither head nor eastings name a zone, so the place or the parameter crs decides; {orderEn}.',
  },
  'easting-first': {
    zh: '坐标为横坐标（Y）在前、纵坐标（X）在后，按数值位数判定，与标准格式（X 在前）相反。',
    en: 'By their digits the coordinates have easting before northing, the reverse of the standard order.',
  },
  'datum-assumed': {
    zh: '文件没有写明坐标系，按 2000国家大地坐标系读取，请核对。',
    en: 'The file names no datum; it was read as CGCS2000. Please check.',
  },
  'datum-wgs84': {
    zh: '第 {line} 行坐标系为 WGS84，按 2000国家大地坐标系处理（两者在厘米级一致）；若来自网络地图，可能有数百米偏移。',
    en: 'Line {line} says WGS 84, treated as CGCS2000 (they agree to centimetres). Web map coordinates may be off by hundreds of metres.',
  },
  'lon-lat': {
    zh: '坐标为经纬度（{firstZh}），按 EPSG:4490 读取；请确认来源为测量成果，不是网络地图坐标。',
    en: 'The coordinates are degrees ({firstEn}), read as EPSG:4490. Make sure that they are no web map coordinates.',
  },
  'zone-is-width': {
    zh: '第 {line} 行带号写成了分带数 {found}，已忽略。',
    en: 'The zone number at line {line} is the zone width {found}; it was ignored.',
  },
  'meridian-as-zone': {
    zh: '文件没有带号，按中央子午线 {meridian} 读取。',
    en: 'The file has no zone number; its central meridian {meridian} was used.',
  },
  'unit-differs': {
    zh: '第 {line} 行计量单位“{found}”与坐标数值不符，以坐标数值为准。',
    en: 'The unit "{found}" at line {line} does not fit the coordinates; their digits decide.',
  },
  'projection-unknown': {
    zh: '第 {line} 行投影类型“{found}”无法识别，按高斯克吕格投影读取。',
    en: 'The projection "{found}" at line {line} is not known; Gauss–Krüger was assumed.',
  },
  'section-ignored': {
    zh: '第 {line} 行的“{found}”不是已知的部分（共 {count} 处），其中的文字未读取。',
    en: 'The section "{found}" at line {line} is not known ({count} such); its text was not read.',
  },
  'broken-characters': {
    zh: '第 {line} 行起有 {count} 行含无法识别的文字，请核对名称等文字；坐标不受影响。',
    en: 'From line {line} on, {count} lines hold characters that cannot be read. Check names; coordinates are not affected.',
  },
  'extra-columns': {
    zh: '第 {line} 行起有 {count} 个界址点行带有多余的列（如高程），未使用。',
    en: 'From line {line} on, {count} point lines have further columns (height?), which were not used.',
  },
  'no-attributes': {
    zh: '第 {line} 行起的界址点之前没有属性行（以 @ 结尾），按一个没有编号和名称的地块读取。',
    en: 'The points from line {line} on have no attribute line; they were read as one parcel without number and name.',
  },
  'type-assumed': {
    zh: '第 {line} 行没有写图形属性，按“面”读取。',
    en: 'Line {line} has no record type; 面 (polygon) was assumed.',
  },
  'columns-assumed': {
    zh: '第 {line} 行 5 列属性的首列“{found}”不是点数，按地块编号读取。',
    en: 'The first of the 5 columns at line {line}, "{found}", is no point count; it was read as the parcel number.',
  },
  'ring-closed': {
    zh: '{count} 个界址圈首尾不同（第 {line} 行起），已按起点闭合。',
    en: '{count} rings were not closed (from line {line}); each was closed to its first point.',
  },
  'ring-split': {
    zh: '第 {line} 行起有 {count} 处界址点在闭合点之后仍用同一圈号，按新的一圈读取。',
    en: 'From line {line} on, {count} times points follow a closing point under the same ring number; they were read as new rings.',
  },
  'rings-nested': {
    zh: '由位置关系判定：{parts} 个面、{holes} 个内环（扣除）。',
    en: 'By containment: {parts} parts and {holes} holes.',
  },
  'number-repeated': {
    zh: '地块编号“{found}”重复（第 {line} 行），记为“{id}”。',
    en: 'The parcel number "{found}" is used again at line {line}; it was named "{id}".',
  },
  'count-differs': {
    zh: '第 {line} 行写界址点数 {declared}，实际有 {count} 个点，以实际为准。',
    en: 'Line {line} declares {declared} points, there are {count}; the points themselves count.',
  },
  'area-unit': {
    zh: '第 {line} 行面积 {declared} 的单位应为公顷，从坐标计算为 {ha} 公顷：很可能写成了{unitZh}。以坐标计算为准。',
    en: 'The area {declared} at line {line} should be in hectares; the coordinates give {ha} ha: probably it was written in {unitEn}. The coordinates count.',
  },
  'area-differs': {
    zh: '第 {line} 行面积 {declared}，从坐标计算为 {ha} 公顷（平面），相差 {delta} 公顷。以坐标计算为准。',
    en: 'Line {line} declares the area {declared}; the coordinates give {ha} ha (plane), {delta} ha apart. The coordinates count.',
  },
  'characters-lost': {
    zh: '以下文字不在 GBK 字符集内，已写成问号：{found}',
    en: 'These characters are not in GBK and were written as question marks: {found}',
  },
  'rings-collapsed': {
    zh: '第 {line} 行的地块有 {count} 个界址圈按 0.001 米取整后不足 3 个点，未写出。',
    en: 'Rounded to 0.001 m, {count} rings of the parcel at line {line} have fewer than 3 points; they were left out.',
  },
  'area-unreadable': {
    zh: '第 {line} 行面积“{declared}”无法识别，未比对。',
    en: 'The area "{declared}" at line {line} cannot be read; it was not compared.',
  },
} as const satisfies Record<string, Bilingual>;

export type TxtWarningCode = keyof typeof txtWarnings;

/** A note about line `line`, which the sentence may name too. */
export function txtWarning(code: TxtWarningCode, line: number, values: Values = {}): TxtWarning {
  return { code, detail: fillBoth(txtWarnings[code], { ...values, line }), pointer: `line ${line}` };
}

/** The faults of one file as they are found. Lists the first `limit`, counts the rest. */
export interface TxtFaultList {
  add(code: TxtFaultCode, line: number, values?: Values, place?: readonly [number, number]): void;
  /** Throws one `AppError` with all faults when there are any. */
  throwIfAny(): void;
}

export function createTxtFaults(limit: number): TxtFaultList {
  const faults = new FileFaults(limit, 'TXT');
  return {
    add: (code, line, values, place) =>
      faults.add(txtFault(code, line, values, place), txtFaults[code].family),
    throwIfAny: () => faults.throwIfAny(),
  };
}

/** The refusal for a single fault that ends the reading at once. */
export function refuseTxt(code: TxtFaultCode, line: number, values: Values = {}): AppError {
  const faults = new FileFaults(1, 'TXT');
  faults.add(txtFault(code, line, values), txtFaults[code].family);
  return faults.refusal();
}

function txtFault(
  code: TxtFaultCode,
  line: number,
  values: Values = {},
  place?: readonly [number, number],
): InputFault {
  const fault = { pointer: `line ${line}`, code, detail: fillBoth(txtFaults[code], { ...values, line }) };
  return place === undefined ? fault : { ...fault, place };
}
