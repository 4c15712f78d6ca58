/** In which encoding the text of a shapefile's table is: what it says of itself, else what its bytes are. */
import { AppError } from '../core/errors.js';

export interface TextEncoding {
  /** A name that GDAL's iconv knows. */
  name: string;
  from: 'parameter' | 'cpg' | 'ldid' | 'content' | 'default';
}

/** Bytes of the table that are looked at. */
const SAMPLE_BYTES = 4 * 2 ** 20;

/** Language drivers of dBASE (byte 29) that occur in Chinese files: 0x4D and 0x7A are code page 936, 0x4F and 0x78 950. */
const languageDrivers: Readonly<Record<number, string>> = {
  77: 'GB18030',
  122: 'GB18030',
  79: 'CP950',
  120: 'CP950',
};

/**
 * The parameter; else .cpg; else the language driver; else UTF-8 where every byte of the table is, else GB18030, of
 * which GBK and GB2312 are part. A .cpg or driver that says UTF-8 of bytes that are not is not believed.
 */
export function encodingOfTable(
  dbf: Uint8Array,
  cpg: Uint8Array | undefined,
  parameter: string | undefined,
): TextEncoding {
  if (parameter !== undefined) return { name: readEncodingName(parameter), from: 'parameter' };
  const sample = dbf.subarray(headerLength(dbf), SAMPLE_BYTES);
  const isUtf8 = isStrictUtf8(sample);
  const said = cpg === undefined ? undefined : knownEncoding(Buffer.from(cpg).toString('latin1'));
  if (said !== undefined && (said !== 'UTF-8' || isUtf8)) return { name: said, from: 'cpg' };
  const driver = languageDrivers[dbf[29] ?? 0];
  if (driver !== undefined && said === undefined) return { name: driver, from: 'ldid' };
  return byContent(sample);
}

/** The parameter; else UTF-8 where every byte is, else GB18030. A drawing's own code page is often not that of its text. */
export function encodingOfText(sample: Uint8Array, parameter: string | undefined): TextEncoding {
  return parameter === undefined
    ? byContent(sample)
    : { name: readEncodingName(parameter), from: 'parameter' };
}

function byContent(sample: Uint8Array): TextEncoding {
  if (!sample.some((byte) => byte > 127)) return { name: 'UTF-8', from: 'default' };
  return { name: isStrictUtf8(sample) ? 'UTF-8' : 'GB18030', from: 'content' };
}

const headerLength = (dbf: Uint8Array): number => Math.min(dbf.length, (dbf[8] ?? 0) + 256 * (dbf[9] ?? 0));

/** A character cut off at the end of a field, or of the sample, makes no text foreign: only the rest decides. */
function isStrictUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** The encoding a person or a .cpg names; undefined for one that is not known. */
export function knownEncoding(name: string): string | undefined {
  const plain = name
    .trim()
    .toLowerCase()
    .replace(/[\s_-]/g, '');
  if (/^(utf8|65001|cp65001)$/.test(plain)) return 'UTF-8';
  if (
    /^(gbk|gb2312|gb18030|936|cp936|ansi936|54936|euccn|936gbk|oem936|936simplifiedchinesegbk)$/.test(plain)
  )
    return 'GB18030';
  if (/^(big5|950|cp950|ansi950)$/.test(plain)) return 'CP950';
  return undefined;
}

export function readEncodingName(name: string): string {
  const known = knownEncoding(name);
  if (known !== undefined) return known;
  throw new AppError('bad-parameter', 'unknown encoding', {
    detail: {
      zh: '参数 encoding 只接受 GBK（GB18030）、UTF-8、Big5。',
      en: 'The parameter encoding takes GBK (GB18030), UTF-8 or Big5.',
    },
    errors: [
      {
        pointer: '?encoding',
        code: 'unknown-encoding',
        detail: { zh: '不认识的编码', en: 'unknown encoding' },
      },
    ],
  });
}
