/** Tells by its content what a submitted file is. Names and media types are hints that decide nothing by themselves. */
import { AppError, type Bilingual } from '../core/errors.js';
import { isAttributeLine, readPointLine, sectionOf } from './txt-columns.js';
import { decodeText, splitLines } from './txt-encoding.js';

export type ParcelFormat = 'geojson' | 'txt';

/** So much of a file is looked at. */
const SAMPLE_BYTES = 16_384;

/**
 * The format of a file of parcels, from its first bytes. `contentType` only decides where the content says nothing:
 * text that is declared as JSON is read as such, to be told where it is not. Throws `unsupported-format`.
 */
export function detectFormat(bytes: Uint8Array, contentType: string): ParcelFormat {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  const container = containerOf(sample);
  if (container) throw unsupported(container);
  const text = decodeText(sample).text;
  if (looksLikeJson(text)) return 'geojson';
  if (looksLikeTxt(text)) return 'txt';
  if (/json/i.test(contentType)) return 'geojson';
  throw unsupported({ zh: '内容无法识别', en: 'of no known content' });
}

const named = (zh: string, en: string): Bilingual => ({ zh, en });

/** First bytes of files that are often sent instead. */
const signatures: readonly { start: readonly number[]; name: Bilingual }[] = [
  {
    start: [0x50, 0x4b, 0x03, 0x04],
    name: named('ZIP 压缩包（SHP、GDB、xlsx 等）', 'a ZIP archive (SHP, GDB, xlsx …)'),
  },
  { start: [0x52, 0x61, 0x72, 0x21], name: named('RAR 压缩包', 'a RAR archive') },
  { start: [0x37, 0x7a, 0xbc, 0xaf], name: named('7z 压缩包', 'a 7z archive') },
  { start: [0x1f, 0x8b], name: named('gzip 压缩文件', 'a gzip file') },
  { start: [0x00, 0x00, 0x27, 0x0a], name: named('SHP 图形文件', 'a shapefile (.shp)') },
  {
    start: [0x53, 0x51, 0x4c, 0x69, 0x74, 0x65],
    name: named('SQLite 或 GeoPackage 文件', 'an SQLite or GeoPackage file'),
  },
  { start: [0x25, 0x50, 0x44, 0x46], name: named('PDF 文件', 'a PDF') },
  {
    start: [0xd0, 0xcf, 0x11, 0xe0],
    name: named('旧版 Office 文件（doc、xls）', 'an old Office file (doc, xls)'),
  },
  { start: [0x41, 0x43, 0x31, 0x30], name: named('DWG 图形文件', 'a DWG drawing') },
];

function containerOf(sample: Uint8Array): Bilingual | undefined {
  const known = signatures.find(({ start }) => start.every((byte, i) => sample[i] === byte));
  if (known) return known.name;
  const isMarked = (sample[0] === 0xff && sample[1] === 0xfe) || (sample[0] === 0xfe && sample[1] === 0xff);
  return !isMarked && sample.includes(0) ? named('二进制文件', 'a binary file') : undefined;
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
      zh: `提交的文件为：${found.zh}。目前可读：GeoJSON（.geojson、.json）、国土 TXT（勘测定界界址点坐标，.txt）。请转换后重新提交。`,
      en: `The file is ${found.en}. Read today: GeoJSON (.geojson, .json) and 国土 TXT (boundary point coordinates, .txt). Convert it and send it again.`,
    },
  });
}
