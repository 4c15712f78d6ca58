/** What the head of a 国土 TXT file says about its coordinates: datum, projection, zone. Not yet held against them. */
import { plain } from './txt-columns.js';
import { type TxtFaultList, txtWarning } from './txt-faults.js';
import { clip, type HeadEntry, type TxtLines } from './txt-records.js';
import type { TxtWarning } from './txt-types.js';

interface Stated {
  value: number;
  line: number;
}

export interface HeadStatement {
  datum: 'cgcs2000' | 'wgs84';
  /** 带号: 25–45 or 13–23. */
  zone?: Stated;
  /** 几度分带: 3 or 6. */
  width?: Stated;
  /** 中央子午线, degrees. */
  meridian?: Stated;
  /** 计量单位, as written. */
  unit?: HeadEntry;
}

type Head = TxtLines['head'];

export function readHead(head: Head, faults: TxtFaultList, warnings: TxtWarning[]): HeadStatement {
  const statement: HeadStatement = { datum: readDatum(head, faults, warnings) };
  readProjection(head, faults, warnings);
  const width = readWidth(head, faults);
  if (width) statement.width = width;
  const zone = readZone(head, faults, warnings);
  if (zone) statement.zone = zone;
  const meridian = readMeridian(head);
  if (meridian) statement.meridian = meridian;
  const unit = entryNamed(head, '计量单位', '单位');
  if (unit) statement.unit = unit;
  agreeWithin(statement, faults);
  return statement;
}

/** The first of the keys that is filled. */
function entryNamed(head: Head, ...keys: string[]): HeadEntry | undefined {
  for (const key of keys) {
    const entry = head.get(key);
    if (entry && plain(entry.value) !== '') return entry;
  }
  return undefined;
}

const datums = [
  { pattern: /80/, datum: 'xian80', zh: '1980西安坐标系', en: "Xi'an 1980" },
  { pattern: /西安/, datum: 'xian80', zh: '1980西安坐标系', en: "Xi'an 1980" },
  { pattern: /54|北京/, datum: 'beijing54', zh: '1954北京坐标系', en: 'Beijing 1954' },
  { pattern: /GCJ|火星|高德|腾讯|BD-?09|百度/, datum: 'shifted', zh: '', en: '' },
  { pattern: /2000|CGCS/, datum: 'cgcs2000', zh: '', en: '' },
  { pattern: /WGS/, datum: 'wgs84', zh: '', en: '' },
] as const;

function readDatum(head: Head, faults: TxtFaultList, warnings: TxtWarning[]): HeadStatement['datum'] {
  const entry = entryNamed(head, '坐标系', '坐标系统', '坐标系名称');
  if (!entry) {
    warnings.push(txtWarning('datum-assumed', head.get('坐标系')?.line ?? 1));
    return 'cgcs2000';
  }
  const { line } = entry;
  const found = clip(entry.value);
  const text = plain(entry.value).toUpperCase().replaceAll(' ', '');
  const matches = datums.filter(({ pattern }) => pattern.test(text));
  const [first] = matches;
  if (!first || matches.some(({ datum }) => datum !== first.datum)) {
    faults.add('unknown-datum', line, { found });
  } else if (first.datum === 'xian80' || first.datum === 'beijing54') {
    faults.add('old-datum', line, { found, datumZh: first.zh, datumEn: first.en });
  } else if (first.datum === 'shifted') faults.add('shifted-datum', line, { found });
  else if (first.datum === 'wgs84') {
    warnings.push(txtWarning('datum-wgs84', line));
    return 'wgs84';
  } else if (isLocal(text)) faults.add('unknown-datum', line, { found });
  return 'cgcs2000';
}

/** 焦作独立坐标系（CGCS2000 椭球）: the ellipsoid is that of CGCS2000, the coordinates are not. */
const isLocal = (text: string): boolean => /独立|地方|工程|城建|假定/.test(text);

function readProjection(head: Head, faults: TxtFaultList, warnings: TxtWarning[]): void {
  const entry = entryNamed(head, '投影类型', '投影', '投影方式');
  if (!entry) return;
  const text = plain(entry.value).toUpperCase();
  const found = clip(entry.value);
  if (/高斯|GAUSS|GK|经纬|地理|大地|无/.test(text)) return;
  if (/UTM|墨卡托|MERCATOR|兰伯特|LAMBERT|ALBERS|阿尔伯斯/.test(text)) {
    faults.add('wrong-projection', entry.line, { found });
  } else warnings.push(txtWarning('projection-unknown', entry.line, { found }));
}

function readWidth(head: Head, faults: TxtFaultList): Stated | undefined {
  const entry = entryNamed(head, '几度分带', '分带', '分带方式', '度带');
  if (!entry) return undefined;
  const found = /^(3|6|三|六)\s*(?:°|度)?\s*(?:分?带)?$/.exec(plain(entry.value))?.[1];
  if (found === undefined) {
    faults.add('bad-width', entry.line, { found: clip(entry.value) });
    return undefined;
  }
  return { value: found === '3' || found === '三' ? 3 : 6, line: entry.line };
}

function readZone(head: Head, faults: TxtFaultList, warnings: TxtWarning[]): Stated | undefined {
  const entry = entryNamed(head, '带号', '投影带号');
  if (!entry) return undefined;
  const { line } = entry;
  const value = Number(/^第?\s*(\d{1,3})(?:\.0*)?\s*(?:号?带)?$/.exec(plain(entry.value))?.[1] ?? Number.NaN);
  if (widthOfZone(value) !== undefined) return { value, line };
  // a known exporter writes the width here
  if (value === 3 || value === 6) warnings.push(txtWarning('zone-is-width', line, { found: value }));
  else faults.add('bad-zone', line, { found: clip(entry.value) });
  return undefined;
}

function readMeridian(head: Head): Stated | undefined {
  const entry = entryNamed(head, '中央子午线', '中央经线', '中央子午线经度');
  const found = entry && /^(\d{2,3})(?:\.0*)?\s*(?:°|度|E)*$/i.exec(plain(entry.value))?.[1];
  return found ? { value: Number(found), line: entry.line } : undefined;
}

function agreeWithin({ zone, width, meridian }: HeadStatement, faults: TxtFaultList): void {
  if (!zone) return;
  const ofZone = widthOfZone(zone.value)!;
  if (width && width.value !== ofZone) {
    faults.add('width-contradiction', width.line, { declared: width.value, zone: zone.value, width: ofZone });
  }
  const expected = meridianOfZone(zone.value);
  if (meridian && meridian.value !== expected) {
    const values = { declared: meridian.value, zone: zone.value, meridian: expected };
    faults.add('meridian-contradiction', meridian.line, values);
  }
}

/** Zones 13–23 are 6° zones, 25–45 are 3° zones: in China the numbers do not meet. */
export function widthOfZone(zone: number): 3 | 6 | undefined {
  if (Number.isInteger(zone) && zone >= 25 && zone <= 45) return 3;
  return Number.isInteger(zone) && zone >= 13 && zone <= 23 ? 6 : undefined;
}

export const meridianOfZone = (zone: number): number => (zone >= 25 ? zone * 3 : zone * 6 - 3);
