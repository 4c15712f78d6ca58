/** Tells by its content what a submitted file is. Names and media types are hints that decide nothing by themselves. */
import { AppError, type Bilingual } from '../core/errors.js';
import type { DatasetKind } from './find-datasets.js';
import { isAttributeLine, readPointLine, sectionOf } from './txt-columns.js';
import { decodeText, splitLines } from './txt-encoding.js';

export type FileFormat = 'zip' | Exclude<DatasetKind, 'shp' | 'gdb' | 'tab'>;

/** So much of a file is looked at. */
export const SAMPLE_BYTES = 16_384;

/**
 * The format of a file, from its first bytes. `contentType` only decides where the content says nothing: text that is
 * declared as JSON is read as such, to be told where it is not. Throws `unsupported-format`.
 */
export function detectFormat(bytes: Uint8Array, contentType: string): FileFormat {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const binary = signatures.find(({ start }) => startsWith(sample, start));
  if (binary && typeof binary.is === 'string') return binary.is;
  if (binary) throw unsupported(binary.is as Bilingual);
  if (isDbf(sample)) throw unsupported(loneTable);
  if (looksBinary(sample)) throw unsupported(named('二进制文件', 'a binary file'));
  const text = decodeText(sample).text;
  return detectText(text, contentType);
}

function detectText(text: string, contentType: string): FileFormat {
  if (looksLikeJson(text)) return 'geojson';
  if (/^(\s*999\s*\r?\n.*\r?\n)*\s*0\s*\r?\n\s*SECTION\s*\r?\n/i.test(text)) return 'dxf';
  if (/^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)*<(\w+:)?kml[\s>]/i.test(text)) return 'kml';
  if (/^\s*version\s+\d+\s*\r?\n/i.test(text) && /^\s*columns\s+\d+/im.test(text)) return 'mif';
  if (/^\s*!table\b/i.test(text)) {
    throw unsupported(
      named(
        'MapInfo TAB 的一个组成文件，请把 .tab、.dat、.map、.id 一起压缩',
        'one part of a MapInfo TAB; zip .tab, .dat, .map and .id together',
      ),
    );
  }
  if (looksLikeTxt(text)) return 'txt';
  if (looksLikeWktTable(text)) return 'csv';
  if (/json/i.test(contentType)) return 'geojson';
  if (/^\s*<\?xml|^\s*<\w+[\s>]/.test(text))
    throw unsupported(named('XML 文件（不是 KML）', 'XML, but not KML'));
  throw unsupported({ zh: '内容无法识别', en: 'of no known content' });
}

/** A table whose heading names a column of well-known text. */
function looksLikeWktTable(text: string): boolean {
  const columns = (splitLines(text)[0] ?? '')
    .split(/[,;\t]/)
    .map((name) => name.trim().replace(/^"|"$/g, ''));
  return columns.some((name) => wktColumns.includes(name.toLowerCase()));
}

/** Names that the column with the geometry of a CSV goes by. */
export const wktColumns = ['wkt', 'wkt_geometry', 'geom', 'geometry', 'the_geom', 'shape', '图形', '几何'];

const named = (zh: string, en: string): Bilingual => ({ zh, en });

/** First bytes of files that are known: what they are read as, or what they are. */
const signatures: readonly { start: readonly number[]; is: FileFormat | Bilingual }[] = [
  { start: [0x50, 0x4b, 0x03, 0x04], is: 'zip' },
  { start: [0x50, 0x4b, 0x05, 0x06], is: 'zip' },
  { start: [0x66, 0x67, 0x62, 0x03], is: 'fgb' },
  { start: bytesOf('SQLite format 3\0'), is: 'gpkg' },
  { start: [0x52, 0x61, 0x72, 0x21], is: named('RAR 压缩包，请改用 ZIP', 'a RAR archive; use ZIP') },
  { start: [0x37, 0x7a, 0xbc, 0xaf], is: named('7z 压缩包，请改用 ZIP', 'a 7z archive; use ZIP') },
  { start: [0x1f, 0x8b], is: named('gzip 压缩文件，请改用 ZIP', 'a gzip file; use ZIP') },
  {
    start: [0x00, 0x00, 0x27, 0x0a],
    is: named(
      'SHP 的一个组成文件，请把 .shp、.shx、.dbf、.prj 一起压缩成 ZIP',
      'one part of a shapefile; zip .shp, .shx, .dbf and .prj together',
    ),
  },
  { start: [0x25, 0x50, 0x44, 0x46], is: named('PDF 文件', 'a PDF') },
  {
    start: [0xd0, 0xcf, 0x11, 0xe0],
    is: named('旧版 Office 文件（doc、xls）', 'an old Office file (doc, xls)'),
  },
  {
    start: [0x41, 0x43, 0x31, 0x30],
    is: named('DWG 图形文件，请另存为 DXF', 'a DWG drawing; save it as DXF'),
  },
  {
    start: bytesOf('AutoCAD Binary DXF'),
    is: named('二进制 DXF，请另存为文本 DXF', 'a binary DXF; save it as text DXF'),
  },
];

function bytesOf(text: string): number[] {
  return [...Buffer.from(text, 'latin1')];
}

const startsWith = (sample: Uint8Array, start: readonly number[]): boolean =>
  start.every((byte, i) => sample[i] === byte);

function looksBinary(sample: Uint8Array): boolean {
  const isMarked = (sample[0] === 0xff && sample[1] === 0xfe) || (sample[0] === 0xfe && sample[1] === 0xff);
  return !isMarked && sample.includes(0);
}

const loneTable: Bilingual = {
  zh: 'SHP 的属性表（DBF），请与 .shp、.shx、.prj 一起压缩成 ZIP',
  en: 'the table of a shapefile (DBF); zip it with .shp, .shx and .prj',
};

/** dBASE III: version, a date, a header of 32 bytes and as many for each field, ended by 0x0D. */
function isDbf(sample: Uint8Array): boolean {
  if (sample.length < 65 || ![0x03, 0x83, 0x30, 0xf5].includes(sample[0]!)) return false;
  const header = sample[8]! + 256 * sample[9]!;
  return sample[2]! >= 1 && sample[2]! <= 12 && sample[3]! <= 31 && sample[header - 1] === 0x0d;
}

/** `[` also begins the sections of the TXT format: in JSON a value follows it. */
const looksLikeJson = (text: string): boolean => /^\s*(\{|\[\s*([[{"\]\d-]|true|false|null))/.test(text);

const knownSections = /^(属性描述|地块坐标|项目信息)$/;

function looksLikeTxt(text: string): boolean {
  return splitLines(text).some((line) => {
    const section = sectionOf(line);
    if (section !== undefined) return knownSections.test(section);
    if (isAttributeLine(line)) return /[,，]/.test(line);
    const columns = readPointLine(line);
    return columns !== undefined && 'first' in columns;
  });
}

function unsupported(found: Bilingual): AppError {
  return new AppError('unsupported-format', `not a format that is read: ${found.en}`, {
    detail: {
      zh: `提交的文件为：${found.zh}。可读：GeoJSON、国土 TXT、SHP（ZIP）、FileGDB（ZIP）、GeoPackage、DXF、KML/KMZ、MapInfo、FlatGeobuf、带 WKT 列的 CSV。`,
      en: `The file is ${found.en}. Read: GeoJSON, 国土 TXT, shapefile (ZIP), FileGDB (ZIP), GeoPackage, DXF, KML/KMZ, MapInfo, FlatGeobuf, CSV with a WKT column.`,
    },
  });
}
