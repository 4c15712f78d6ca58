/** The formats that are read and written, as data for people and programs that ask. */
import type { Bilingual } from '../core/errors.js';

export interface FormatInfo {
  id: string;
  name: Bilingual;
  mediaTypes: readonly string[];
  /** With the dot. */
  extensions: readonly string[];
  /** What may be submitted in it. */
  read: readonly 'parcels'[];
  /** What may be asked for in it. */
  written: readonly ('check' | 'parcels' | 'pieces' | 'classes' | 'findings')[];
  note: Bilingual;
}

export const formatList: readonly FormatInfo[] = [
  {
    id: 'geojson',
    name: { zh: 'GeoJSON（RFC 7946）', en: 'GeoJSON (RFC 7946)' },
    mediaTypes: ['application/geo+json', 'application/json'],
    extensions: ['.geojson', '.json'],
    read: ['parcels'],
    written: ['parcels', 'pieces'],
    note: {
      zh: '经纬度（EPSG:4490、4326），或 CGCS2000 高斯投影米制坐标（crs 成员或参数）。写出默认为 RFC 7946 经纬度，给 crs 则为该坐标系。',
      en: 'Lon/lat (EPSG:4490, 4326), or CGCS2000 Gauss–Krüger metres (member or parameter crs). Written as RFC 7946 degrees, or in the crs asked for.',
    },
  },
  {
    id: 'txt',
    name: { zh: '国土 TXT（勘测定界界址点坐标交换格式）', en: '国土 TXT (boundary point coordinates)' },
    mediaTypes: ['text/plain', 'application/octet-stream'],
    extensions: ['.txt'],
    read: ['parcels'],
    written: ['parcels'],
    note: {
      zh: 'GBK、UTF-8、UTF-16；属性行 9、5、13 列；4 列或 6 列界址点行；内外环由位置关系判定；带号、分带、坐标系须前后一致。写出为 9 列、GBK。',
      en: 'GBK, UTF-8, UTF-16; attribute lines of 9, 5 or 13 columns; point lines of 4 or 6; holes told by containment; zone, width and datum must agree. Written with 9 columns in GBK.',
    },
  },
  {
    id: 'csv',
    name: { zh: 'CSV（电子表格）', en: 'CSV (spreadsheets)' },
    mediaTypes: ['text/csv'],
    extensions: ['.csv'],
    read: [],
    written: ['parcels', 'pieces', 'classes', 'findings'],
    note: {
      zh: 'UTF-8 带 BOM；编码按文本，保留前导零；不会被当作公式执行；wkt=true 时带图形列。',
      en: 'UTF-8 with BOM; codes as text with their zeros; nothing is run as a formula; wkt=true adds the geometry.',
    },
  },
];
