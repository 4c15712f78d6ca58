/**
 * Reads what people and programs write for a coordinate reference system: EPSG codes, URNs, URLs, the names of EPSG,
 * Esri and Chinese software. Old, shifted and unusable systems are recognised so that they can be refused by name.
 */
import { type Crs, crsTable, oldDatum } from '../core/crs.js';

export type CrsReading =
  | { kind: 'crs'; crs: Crs }
  | { kind: 'old-datum'; datum: 'xian80' | 'beijing54' }
  | { kind: 'shifted'; datum: 'gcj02' | 'bd09' }
  | { kind: 'unusable'; system: 'web-mercator' | 'geocentric' }
  | { kind: 'unknown' };

const WEB_MERCATOR = new Set([3857, 3785, 900913, 102100, 102113]);
const GEOCENTRIC = new Set([4479, 4978]);
/** Geographic with height: the same longitude and latitude. */
const SAME_IN_PLAN = new Map([
  [4480, 4490],
  [4979, 4326],
]);

const unknown: CrsReading = { kind: 'unknown' };

export function readCrsName(value: string): CrsReading {
  const text = value.trim();
  const code = epsgCodeOf(text);
  if (code !== undefined) return byEpsg(code);
  if (
    /^(\[?(urn:ogc:def:crs:)?OGC:|https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/).*CRS84h?\]?$/i.test(text) ||
    /^CRS84h?$/i.test(text)
  ) {
    return byEpsg(4326);
  }
  return byWords(text);
}

/** Reads a code from `4547`, `EPSG:4547`, `[EPSG:4547]`, URNs and the two forms of URL. */
function epsgCodeOf(text: string): number | undefined {
  const patterns = [
    /^(\d{4,6})$/,
    /^\[?EPSG\s*:{1,2}\s*(\d{4,6})\]?$/i,
    /^(?:urn:(?:x-)?ogc:def:crs:)EPSG:[\d.]*:(\d{4,6})$/i,
    /^https?:\/\/www\.opengis\.net\/def\/crs\/EPSG\/[\d.]+\/(\d{4,6})\/?$/i,
    /^https?:\/\/www\.opengis\.net\/gml\/srs\/epsg\.xml#(\d{4,6})$/i,
    /^https?:\/\/(?:www\.)?(?:epsg\.io|spatialreference\.org\/ref\/epsg)\/(\d{4,6})\/?$/i,
  ];
  for (const pattern of patterns) {
    const found = pattern.exec(text);
    if (found) return Number(found[1]);
  }
  return undefined;
}

function byEpsg(code: number): CrsReading {
  const crs = crsTable.get(SAME_IN_PLAN.get(code) ?? code);
  if (crs) return { kind: 'crs', crs };
  const datum = oldDatum(code);
  if (datum) return { kind: 'old-datum', datum };
  if (WEB_MERCATOR.has(code)) return { kind: 'unusable', system: 'web-mercator' };
  if (GEOCENTRIC.has(code)) return { kind: 'unusable', system: 'geocentric' };
  return unknown;
}

function byWords(text: string): CrsReading {
  // one form for `CGCS2000_3_Degree_GK_Zone_38`, `CGCS2000 / 3-degree Gauss-Kruger zone 38` and their like
  const words = text
    .toUpperCase()
    .normalize('NFKC')
    .replace(/Ü/g, 'U')
    .replace(/['’`]/g, '')
    .replace(/[^A-Z0-9\u4e00-\u9fff.]+/g, ' ')
    .trim();
  if (/GCJ ?02|火星|高德|腾讯/.test(words)) return { kind: 'shifted', datum: 'gcj02' };
  if (/BD ?09|百度/.test(words)) return { kind: 'shifted', datum: 'bd09' };
  if (/XI ?AN ?(19)?80|西安 ?(19)?80|(19)?80年? ?西安|XIAN/.test(words))
    return { kind: 'old-datum', datum: 'xian80' };
  if (/BEIJING|北京 ?(19)?54|(19)?54年? ?北京|KRASOV/.test(words))
    return { kind: 'old-datum', datum: 'beijing54' };
  if (/WEB MERCATOR|PSEUDO MERCATOR|墨卡托|GOOGLE/.test(words))
    return { kind: 'unusable', system: 'web-mercator' };
  if (!/CGCS ?2000|CHINA GEODETIC COORDINATE SYSTEM 2000|2000 ?国家大地坐标系|国家 ?2000/.test(words)) {
    return /^(GCS )?WGS ?(19)?84( LON LAT| LONG LAT)?$/.test(words) ? byEpsg(4326) : unknown;
  }
  return cgcs2000(words);
}

/** A name that says CGCS2000: geographic unless it says a projection. */
function cgcs2000(words: string): CrsReading {
  const width = /\b6 ?(DEGREE|度)|6 ?度/.test(words)
    ? 6
    : /\b3 ?(DEGREE|度)|3 ?度/.test(words)
      ? 3
      : undefined;
  const zone = /ZONE ?(\d{2})\b|第? ?(\d{2}) ?带/.exec(words);
  const meridian = /(?:\bCM|\bCENTRAL MERIDIAN|中央(?:经|子午)线) ?(\d{2,3})(?:\.0*)? ?(?:E|度|°)?/.exec(
    words,
  );
  const projected = /GAUSS|GK|高斯|ZONE|\bCM\b|带|MERIDIAN|投影|中央/.test(words);
  if (!projected) return byEpsg(4490);
  if (zone) {
    const number = Number(zone[1] ?? zone[2]);
    if (number >= 25 && number <= 45 && width !== 6) return byEpsg(4488 + number);
    if (number >= 13 && number <= 23 && width !== 3) return byEpsg(4478 + number);
    return unknown;
  }
  if (!meridian) return unknown;
  const degrees = Number(meridian[1]);
  // EPSG and Esri name 6° systems without a width: `CGCS2000 / Gauss-Kruger CM 111E`
  const table = [...crsTable.values()].filter(
    (crs) => crs.zonePrefix === false && crs.centralMeridian === degrees,
  );
  const said =
    table.find((crs) => crs.zoneWidth === (width ?? 6)) ?? (width === undefined ? table[0] : undefined);
  return said ? { kind: 'crs', crs: said } : unknown;
}
