/**
 * Every reason to refuse a submitted file and every warning about one, as data: the stable code, the error it is
 * part of, and the sentence for people with `{name}` places to fill. Nothing here looks at a parcel.
 */
import type { AppError, Bilingual, ErrorCode, InputFault } from '../core/errors.js';
import { FileFaults, fillBoth, type Values } from '../formats/file-faults.js';
import type { ParcelWarning } from './parcel-types.js';

interface FaultText extends Bilingual {
  /** The error of the whole answer when every fault of the file is of this family. */
  family: ErrorCode;
}

const text = (family: ErrorCode, zh: string, en: string): FaultText => ({ family, zh, en });

export const parcelFaults = {
  // the text
  'not-utf8': text(
    'bad-json',
    '文件不是 UTF-8 编码（第 {offset} 字节附近），请另存为 UTF-8 后重新提交。',
    'The file is not UTF-8 (near byte {offset}). Save it as UTF-8 and submit it again.',
  ),
  'json-syntax': text(
    'bad-json',
    '第 {line} 行第 {column} 列不是合法的 JSON：{whyZh}。',
    'Not valid JSON at line {line}, column {column}: {whyEn}.',
  ),
  'json-too-deep': text(
    'too-large',
    'JSON 嵌套超过 {limit} 层，已拒绝。',
    'The JSON is nested deeper than {limit} levels.',
  ),
  'too-many-bytes': text(
    'too-large',
    '文件 {count} 字节，超过上限 {limit} 字节，请分批提交，或由管理员调高 ONEMAP_MAX_BODY_MB。',
    'The file has {count} bytes, the limit is {limit}. Submit it in parts, or have ONEMAP_MAX_BODY_MB raised.',
  ),
  'too-many-features': text(
    'too-large',
    '共 {count} 个地块，超过上限 {limit} 个，请分批提交，或由管理员调高 ONEMAP_MAX_FEATURES。',
    'There are {count} parcels, the limit is {limit}. Submit them in parts, or have ONEMAP_MAX_FEATURES raised.',
  ),
  'too-many-vertices': text(
    'too-large',
    '界址点总数超过上限 {limit} 个，请分批提交，或由管理员调高 ONEMAP_MAX_VERTICES。',
    'There are more than {limit} vertices in all. Submit the parcels in parts, or have ONEMAP_MAX_VERTICES raised.',
  ),
  'too-many-pairs': text(
    'too-large',
    '外包框相互重叠的地块对超过上限 {limit} 对，请检查是否重复提交同一地块，或分批提交。',
    'More than {limit} pairs of parcels have overlapping boxes. Check for repeated parcels, or submit in parts.',
  ),
  // the structure
  'not-geojson': text(
    'bad-geojson',
    '不是 GeoJSON：应为 Feature、FeatureCollection、Polygon 或 MultiPolygon，实际是 {found}。',
    'Not GeoJSON: expected a Feature, FeatureCollection, Polygon or MultiPolygon, found {found}.',
  ),
  'esri-json': text(
    'bad-geojson',
    '这是 ArcGIS 的 JSON（rings/attributes），不是 GeoJSON，请用“要素转 JSON”勾选 GeoJSON 后导出。',
    'This is ArcGIS JSON (rings/attributes), not GeoJSON. Export it again as GeoJSON.',
  ),
  'bad-structure': text(
    'bad-geojson',
    '不符合 GeoJSON 结构（RFC 7946）：{message}。',
    'Not valid GeoJSON (RFC 7946): {message}.',
  ),
  'bad-properties': text(
    'bad-geojson',
    'properties 应为对象或 null。',
    'The member properties must be an object or null.',
  ),
  'bad-id': text(
    'bad-geojson',
    '地块编号应为文字或数字，不超过 {limit} 个字符，且不含控制字符。',
    'A parcel id must be text or a number of at most {limit} characters without control characters.',
  ),
  'duplicate-id': text(
    'bad-parcel',
    '地块编号“{id}”重复，已用于 {first}，请改为唯一编号。',
    'The parcel id "{id}" is already used at {first}. Ids must be unique.',
  ),
  'no-parcels': text('bad-parcel', '文件中没有地块。', 'The file holds no parcel.'),
  'null-geometry': text('bad-parcel', '该要素没有图形。', 'The feature has no geometry.'),
  'empty-geometry': text(
    'bad-parcel',
    '图形为空，没有坐标。',
    'The geometry is empty: it has no coordinates.',
  ),
  'not-areal': text(
    'bad-parcel',
    '地块必须是面（Polygon 或 MultiPolygon），实际是 {found}。',
    'A parcel must be a Polygon or MultiPolygon, found {found}.',
  ),
  'geometry-collection': text(
    'bad-parcel',
    '不接受 GeometryCollection：一宗地的多个面请写成一个 MultiPolygon，多宗地请分成多个 Feature。',
    'GeometryCollection is not accepted: write the parts of one parcel as a MultiPolygon, several parcels as several Features.',
  ),
  'bad-coordinates': text('bad-geojson', '此处应为{expectedZh}。', 'Expected {expectedEn} here.'),
  'not-a-number': text(
    'bad-parcel',
    '坐标不是有限的数值（{found}），请检查该界址点。',
    'The coordinate is not a finite number ({found}). Check this vertex.',
  ),
  // rings
  'unclosed-ring': text(
    'bad-parcel',
    '环未闭合：最后一点与第一点相差 {gap}，请在末尾重复第一点。',
    'The ring is not closed: its last point is {gap} from its first. Repeat the first point at the end.',
  ),
  'too-few-positions': text(
    'bad-parcel',
    '环只有 {count} 个不同的点，至少需要 3 个（加闭合点共 4 个）。',
    'The ring has {count} different points; it needs at least 3 (4 with the closing point).',
  ),
  'zero-area': text(
    'bad-parcel',
    '面积为零（不足 0.01 平方米），各点在一条线上或重合。',
    'The area is zero (below 0.01 m²): the points lie on one line or on each other.',
  ),
  spike: text(
    'bad-parcel',
    '界线在此处原路折返（尖刺），请删除该点。',
    'The boundary turns back on itself here (a spike). Remove this vertex.',
  ),
  'self-intersection': text(
    'bad-parcel',
    '界线自相交（蝴蝶形），交点见 place，请检查界址点顺序。',
    'The boundary crosses itself (bow-tie) at the given place. Check the order of the vertices.',
  ),
  'self-touch': text(
    'bad-parcel',
    '同一环在此处自相接触或重合，请拆分为多个环或多个面。',
    'A ring touches or runs along itself here. Split it into several rings or parts.',
  ),
  'hole-outside-shell': text(
    'bad-parcel',
    '内环（扣除部分）不在外环之内。',
    'A hole lies outside its outer ring.',
  ),
  'hole-crosses-shell': text(
    'bad-parcel',
    '内环（扣除部分）与外环相交，交点见 place。',
    'A hole crosses its outer ring at the given place.',
  ),
  'nested-holes': text('bad-parcel', '一个内环位于另一个内环之内。', 'A hole lies inside another hole.'),
  'holes-overlap': text(
    'bad-parcel',
    '两个内环相互重叠，位置见 place。',
    'Two holes overlap at the given place.',
  ),
  'parts-overlap': text(
    'bad-parcel',
    '同一地块的两个面相互重叠，位置见 place，重叠部分会被重复计算。',
    'Two parts of the parcel overlap at the given place; the overlap would be counted twice.',
  ),
  'interior-disconnected': text(
    'bad-parcel',
    '内环与外环或内环之间相接，把地块内部切断，请拆分为多个面。',
    'Touching rings cut the interior of the parcel into pieces. Split it into several parts.',
  ),
  'invalid-geometry': text(
    'bad-parcel',
    '图形无效：{reason}，位置见 place。',
    'The geometry is invalid: {reason}, at the given place.',
  ),
  'crosses-in-plane': text(
    'bad-parcel',
    '长边按高斯平面直线连接时与其他界线相交（经纬度直线与平面直线有弧差），请在长边上加密界址点。',
    'A long edge, straight in the Gauss plane, crosses another one (straight in degrees it does not). Add vertices on the long edge.',
  ),
  'repair-failed': text(
    'bad-parcel',
    '图形无法修复：修复后没有面积。',
    'The geometry cannot be repaired: nothing areal is left.',
  ),
  // the coordinate reference system
  'unknown-crs': text(
    'bad-crs',
    '不认识的坐标系“{found}”，请用 EPSG 代码，例如 EPSG:4490（经纬度）或 EPSG:4526（3度带第38带）。',
    'Unknown coordinate reference system "{found}". Use an EPSG code, e.g. EPSG:4490 (lon/lat) or EPSG:4526 (3° zone 38).',
  ),
  'crs-link': text(
    'bad-crs',
    'crs 成员为外部链接，本系统不访问网络，请改用名称，例如 urn:ogc:def:crs:EPSG::4490。',
    'The crs member is a link, which is never followed. Use a name, e.g. urn:ogc:def:crs:EPSG::4490.',
  ),
  'old-datum': text(
    'bad-crs',
    '坐标为{datumZh}，没有可公开的转换参数。请先转换到CGCS2000（2000国家大地坐标系）再提交。',
    'The coordinates are {datumEn}; no public transformation exists. Convert them to CGCS2000 first.',
  ),
  'shifted-datum': text(
    'bad-crs',
    '坐标为{datumZh}，是加密偏移坐标（偏差数百米），不能用于审查，请提供 CGCS2000 坐标。',
    'The coordinates are {datumEn}, shifted on purpose by hundreds of metres. Supply CGCS2000 coordinates.',
  ),
  'unusable-crs': text(
    'bad-crs',
    '不接受{nameZh}坐标，请提供 CGCS2000 经纬度（EPSG:4490）或高斯投影坐标（如 EPSG:4526）。',
    '{nameEn} coordinates are not accepted. Supply CGCS2000 lon/lat (EPSG:4490) or Gauss–Krüger metres (e.g. EPSG:4526).',
  ),
  'crs-contradiction': text(
    'bad-crs',
    '坐标系前后矛盾：{first} 与 {second}，请更正其中一处。',
    'Two coordinate reference systems contradict each other: {first} and {second}. Correct one of them.',
  ),
  'mixed-crs': text(
    'bad-crs',
    '同一文件中坐标形式不一致：{first} 与 {second}，请统一坐标系后提交。',
    'The coordinates of the file are of different kinds: {first} and {second}. Use one coordinate reference system.',
  ),
  'ambiguous-crs': text(
    'bad-crs',
    '坐标为不带带号的米制坐标，无法确定中央经线。请用 crs 参数说明，候选：{candidates}。',
    'The coordinates are metres without a zone number, so the central meridian is not known. Say it with the parameter crs; candidates: {candidates}.',
  ),
  'coordinates-out-of-range': text(
    'bad-crs',
    '坐标 ({x}, {y}) 不像任何 CGCS2000 坐标（经纬度 73–136/3–54，或 6/8 位横坐标与 7 位纵坐标），请检查该点。',
    'The coordinates ({x}, {y}) fit no CGCS2000 system (lon/lat 73–136/3–54, or a 6 or 8 digit easting with a 7 digit northing). Check this vertex.',
  ),
  'not-degrees': text(
    'bad-crs',
    '声明为{declaredZh}，但坐标值是米制的投影坐标{hintZh}。',
    'Declared as EPSG:{epsg} (degrees), but the coordinates are projected metres{hintEn}.',
  ),
  'not-metres': text(
    'bad-crs',
    '声明为{declaredZh}（米），但坐标值是经纬度，请用 crs=EPSG:4490。',
    'Declared as EPSG:{epsg} (metres), but the coordinates are degrees. Use crs=EPSG:4490.',
  ),
  'axes-swapped': text(
    'bad-crs',
    '坐标顺序颠倒：GeoJSON 应为先东后北（经度,纬度 或 横坐标Y,纵坐标X），此处为先北后东，请对调。',
    'The axes are swapped: GeoJSON wants east before north (lon, lat or easting, northing), here north comes first. Swap them.',
  ),
  'zone-prefix-missing': text(
    'bad-crs',
    '声明的{declaredZh}横坐标应带带号（8 位），实际只有 6 位；若中央经线为 {meridian}°，请用 crs=EPSG:{advised}。',
    'EPSG:{epsg} has eastings with a zone number (8 digits), here they have 6. If the central meridian is {meridian}°, use crs=EPSG:{advised}.',
  ),
  'zone-prefix-unexpected': text(
    'bad-crs',
    '声明的{declaredZh}横坐标不带带号，实际带有带号 {prefix}，请用 crs=EPSG:{advised}。',
    'EPSG:{epsg} has eastings without a zone number, here they begin with {prefix}. Use crs=EPSG:{advised}.',
  ),
  'zone-contradiction': text(
    'bad-crs',
    '带号矛盾：声明为{declaredZh}（中央经线 {meridian}°），但横坐标带号为 {prefix}（中央经线 {prefixMeridian}°）。',
    'Zones contradict: EPSG:{epsg} has central meridian {meridian}°, but the eastings begin with {prefix} (central meridian {prefixMeridian}°).',
  ),
  'crs-needed': text(
    'bad-crs',
    '文件没有坐标系说明（SHP 缺 .prj、DXF 与 CSV 不带坐标系），不作猜测。请用 crs 参数说明；使地块落在范围内的候选：{candidates}。',
    'The file does not say its coordinate reference system (a shapefile without .prj, DXF, CSV), and it is not guessed. Say it with the parameter crs; these place the parcels inside the area: {candidates}.',
  ),
  // the container
  'choose-layer': text(
    'bad-parameter',
    '文件中有多个面图层，请用 layer 参数选择其一：“{id}”（{kind}，{count} 个要素）。',
    'The file holds several polygon layers. Choose one with the parameter layer: "{id}" ({kind}, {count} features).',
  ),
  'unknown-layer': text(
    'bad-parameter',
    '文件中没有图层“{asked}”。可选：{list}。',
    'The file has no layer "{asked}". There are: {list}.',
  ),
  'no-polygon-layer': text(
    'bad-parcel',
    '文件中没有可用的面图层{found}。',
    'The file holds no polygon layer that can be used{found}.',
  ),
  'unusable-data': text('bad-parcel', '“{name}”不能使用：{whyZh}。', '"{name}" cannot be used: {whyEn}.'),
  'open-polyline': text(
    'bad-parcel',
    '多段线未闭合（{place}，首末点相距 {gap}），不能作为地块。请在 CAD 中闭合后重新导出。',
    'The polyline is open ({place}, its ends are {gap} apart) and is no parcel. Close it in the CAD program and export again.',
  ),
  // where it is
  'outside-jurisdiction': text(
    'outside-jurisdiction',
    '地块位于 ({lon}°E, {lat}°N)，不在本系统负责的行政区范围内{scopeZh}，请检查坐标系和坐标值。',
    'The parcel lies at ({lon}°E, {lat}°N), outside the area this service answers for{scopeEn}. Check the coordinates and their reference system.',
  ),
  'wrong-zone': text(
    'outside-jurisdiction',
    '地块落在 ({lon}°E, {lat}°N)，不在行政区范围内；经度恰好相差 {shift}°，很可能带号（中央经线）弄错，改为{likelyZh}则落在范围内。',
    'The parcel falls at ({lon}°E, {lat}°N), outside the area; the longitude is off by exactly {shift}°: probably the wrong zone. {likelyEn} would place it inside.',
  ),
  'wrong-zone-width': text(
    'outside-jurisdiction',
    '地块落在 ({lon}°E, {lat}°N)，不在行政区范围内；很可能把 {trueWidth}° 带坐标当作 {saidWidth}° 带，改为{likelyZh}则落在范围内。',
    'The parcel falls at ({lon}°E, {lat}°N), outside the area; probably {trueWidth}° zone coordinates read as {saidWidth}° zone. {likelyEn} would place it inside.',
  ),
  'web-mercator': text(
    'outside-jurisdiction',
    '坐标按 Web 墨卡托（EPSG:3857）读取才落在范围内；不接受该坐标系，请提供 CGCS2000 坐标。',
    'Only read as Web Mercator (EPSG:3857) the coordinates fall inside the area; that system is not accepted. Supply CGCS2000 coordinates.',
  ),
} as const satisfies Record<string, FaultText>;

export type ParcelFaultCode = keyof typeof parcelFaults;

const warning = (zh: string, en: string): Bilingual => ({ zh, en });

export const parcelWarnings = {
  'crs-assumed': warning(
    '文件未声明坐标系，按坐标数值判定为{crsZh}（EPSG:{epsg}）。',
    'The file declares no coordinate reference system; by their magnitude the coordinates were read as EPSG:{epsg}.',
  ),
  'crs-assumed-by-place': warning(
    '文件未声明坐标系，横坐标不带带号；只有{crsZh}（EPSG:{epsg}）使地块落在行政区范围内，按此读取。',
    'The file declares no coordinate reference system and eastings have no zone number; only EPSG:{epsg} places the parcels inside the area, so they were read as that.',
  ),
  'datum-wgs84': warning(
    '坐标声明为 WGS 84，按 CGCS2000 处理（两者在厘米级一致）；若由测量成果转换而来，请直接提交 CGCS2000。请确认不是取自高德、腾讯（GCJ-02）或百度（BD-09）地图：其偏移数百米，从数值上无法识别。',
    'The coordinates are declared as WGS 84 and treated as CGCS2000 (the two agree to centimetres). Submit CGCS2000 where you have it. Make sure that they were not taken from a map in GCJ-02 (Amap, Tencent) or BD-09 (Baidu): those are off by hundreds of metres, which the numbers do not show.',
  ),
  'z-dropped': warning(
    '坐标含高程等第三维（{count} 个点），已忽略。',
    'Third dimensions of the coordinates ({count} positions) were ignored.',
  ),
  'bad-bbox': warning('bbox 成员无效，已忽略。', 'The bbox member is invalid and was ignored.'),
  'missing-properties': warning(
    '要素没有 properties 成员，按空处理。',
    'The feature has no member properties; it was read as empty.',
  ),
  'missing-id': warning(
    '地块没有编号，按顺序记为“{id}”。',
    'The parcel has no id; it was named "{id}" by its position.',
  ),
  'land-use-padded': warning(
    '用地用海代码“{found}”缺少前导零，按“{code}”处理。',
    'The land-use code "{found}" has lost its leading zero; it was read as "{code}".',
  ),
  'duplicate-vertices': warning(
    '已去除 {count} 个连续重复的界址点。',
    '{count} repeated consecutive vertices were removed.',
  ),
  'coarse-coordinates': warning(
    '坐标分辨率约 {resolutionM} 米，粗于 0.01 米，仅此一项面积就可能相差 ±{uncertaintyM2} 平方米；经纬度请保留 8 位小数以上，米制请保留 3 位小数。',
    'The coordinates have a resolution of about {resolutionM} m, coarser than 0.01 m: the area may be off by ±{uncertaintyM2} m² from that alone. Give degrees with 8 decimals or more, metres with 3.',
  ),
  'file-understood': warning(
    '文件识别为 {kindZh}，图层“{layer}”，{count} 个要素{encodingZh}{crsZh}。',
    'The file was read as {kindEn}, layer "{layer}", {count} features{encodingEn}{crsEn}.',
  ),
  'deleted-records': warning(
    'SHP 中有 {count} 条记录标记为已删除，未读取；如属误删，请恢复后重新提交。',
    '{count} records of the shapefile are marked as deleted and were not read; restore them and submit again if that was a mistake.',
  ),
  'heights-dropped': warning(
    '{count} 个要素带有高程或量测值（Z/M），已忽略。',
    'Heights or measures (Z/M) of {count} features were ignored.',
  ),
  'arcs-as-chords': warning(
    '{count} 处圆弧已用折线代替（弦距弧不超过 0.1 毫米，CAD 圆弧按 0.1° 分段），请以界址点成果为准核对。',
    '{count} arcs were replaced by chords (at most 0.1 mm off; arcs of CAD drawings in steps of 0.1°). Check against the surveyed points.',
  ),
  'non-areal-left-out': warning(
    '{count} 个点、注记等非面要素未参与（{where}）。',
    '{count} points, texts and other things without area were left out ({where}).',
  ),
  'data-beside': warning('“{name}”未使用：{whyZh}。', '"{name}" was not used: {whyEn}.'),
  'id-not-unique': warning(
    '字段“{field}”的值不唯一，不作为地块编号，改用 {used}。',
    'The values of the field "{field}" are not unique and were not taken as ids; {used} was taken instead.',
  ),
  repaired: warning(
    '图形无效（{reasonsZh}），已按要求修复：面积由 {beforeM2} 变为 {afterM2} 平方米（高斯平面），请核对。',
    'The geometry was invalid ({reasons}) and was repaired as asked: area {beforeM2} m² before, {afterM2} m² after (Gauss plane). Please check it.',
  ),
  'crosses-jurisdiction': warning(
    '地块有一部分在行政区范围之外，该部分可能无数据。',
    'Part of the parcel lies outside the area this service answers for; data may be missing there.',
  ),
  'six-degree-zone': warning(
    '坐标为 6 度带，界址点已换算到 3 度带（EPSG:{epsg}），两点之间按 3 度带平面直线计算。',
    'The coordinates are in a 6° zone; vertices were converted to the 3° zone EPSG:{epsg}, edges are straight in that plane.',
  ),
  'duplicate-parcel': warning(
    '与地块“{other}”范围完全相同，面积 {areaM2} 平方米，合计时会重复计算。',
    'Covers exactly the same ground as parcel "{other}", {areaM2} m²; sums count it twice.',
  ),
  'parcels-overlap': warning(
    '与地块“{other}”重叠 {areaM2} 平方米，合计时会重复计算。',
    'Overlaps parcel "{other}" by {areaM2} m²; sums count that ground twice.',
  ),
  'more-overlaps': warning(
    '另与 {count} 个地块重叠，其中最大 {largest} 平方米，未逐一列出。',
    'Overlaps {count} more parcels, the largest by {largest} m², not listed one by one.',
  ),
} as const satisfies Record<string, Bilingual>;

/** What a repair mends, in a word. */
export const repairReasonsZh: Readonly<Partial<Record<ParcelFaultCode, string>>> = {
  'unclosed-ring': '环未闭合',
  'too-few-positions': '环的点数不足',
  'zero-area': '环没有面积',
  spike: '尖刺',
  'self-intersection': '自相交',
  'self-touch': '自相接触',
  'hole-outside-shell': '内环在外环之外',
  'hole-crosses-shell': '内环与外环相交',
  'nested-holes': '内环嵌套',
  'holes-overlap': '内环重叠',
  'parts-overlap': '面重叠',
  'interior-disconnected': '内部被切断',
  'invalid-geometry': '图形无效',
};

export type ParcelWarningCode = keyof typeof parcelWarnings;

export function parcelWarning(code: ParcelWarningCode, values: Values = {}, pointer?: string): ParcelWarning {
  const detail = fillBoth(parcelWarnings[code], values);
  return pointer === undefined ? { code, detail } : { code, detail, pointer };
}

export function parcelFault(
  code: ParcelFaultCode,
  pointer: string,
  values: Values = {},
  place?: readonly [number, number],
): InputFault {
  const detail = fillBoth(parcelFaults[code], values);
  return place === undefined ? { pointer, code, detail } : { pointer, code, detail, place };
}

/** The faults of one file as they are found. Lists the first `limit`, counts the rest. */
export interface FaultList {
  add(code: ParcelFaultCode, pointer: string, values?: Values, place?: readonly [number, number]): void;
  count(): number;
  /** Throws one `AppError` with all faults when there are any. */
  throwIfAny(): void;
}

export function createFaultList(limit: number): FaultList {
  const faults = new FileFaults(limit, 'parcels');
  return {
    add: (code, pointer, values, place) =>
      faults.add(parcelFault(code, pointer, values, place), parcelFaults[code].family),
    count: () => faults.count(),
    throwIfAny: () => faults.throwIfAny(),
  };
}

/** The refusal for a single fault that ends the reading at once. */
export function refuse(code: ParcelFaultCode, pointer: string, values: Values = {}): AppError {
  const faults = new FileFaults(1, 'parcels');
  faults.add(parcelFault(code, pointer, values), parcelFaults[code].family);
  return faults.refusal();
}
