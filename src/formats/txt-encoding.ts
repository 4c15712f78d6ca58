/**
 * Bytes of Chinese text files to lines, and text to GBK bytes. Which characters stand in the file is decided here by
 * the bytes alone; what the lines mean is the caller's business.
 */

export type TextEncodingName = 'utf-8' | 'utf-16le' | 'utf-16be' | 'gb18030';

export interface DecodedText {
  /** Without byte order mark. */
  text: string;
  encoding: TextEncodingName;
}

/** By the byte order mark; else UTF-8 where every byte is; else GB18030, of which GBK and GB2312 are part. */
export function decodeText(bytes: Uint8Array): DecodedText {
  const marked = encodingOfMark(bytes);
  // the decoders take the mark away themselves
  if (marked) return { text: new TextDecoder(marked).decode(bytes), encoding: marked };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), encoding: 'utf-8' };
  } catch {
    return { text: new TextDecoder('gb18030').decode(bytes), encoding: 'gb18030' };
  }
}

function encodingOfMark(bytes: Uint8Array): TextEncodingName | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be';
  return undefined;
}

/** Lines by CRLF, LF or CR alone. */
export const splitLines = (text: string): string[] => text.split(/\r\n|\n|\r/);

let gbkTable: Map<string, number> | undefined;

/** Character → two bytes (first byte high), made once from the decoder of the same name. */
function tableOfGbk(): Map<string, number> {
  if (gbkTable) return gbkTable;
  const decoder = new TextDecoder('gbk');
  const table = new Map<string, number>();
  const pair = new Uint8Array(2);
  for (let high = 0x81; high <= 0xfe; high++) {
    for (let low = 0x40; low <= 0xfe; low++) {
      if (low === 0x7f) continue;
      pair[0] = high;
      pair[1] = low;
      const character = decoder.decode(pair);
      // an empty place of the table decodes to the replacement or a private character, or to two characters
      if (/^[^\ufffd\ue000-\uf8ff]$/u.test(character) && !table.has(character)) {
        table.set(character, high * 256 + low);
      }
    }
  }
  gbkTable = table;
  return table;
}

export interface GbkText {
  bytes: Uint8Array;
  /** Characters that GBK does not have, each once; a question mark stands in their place. */
  lost: readonly string[];
}

export function encodeGbk(text: string): GbkText {
  const table = tableOfGbk();
  const bytes = new Uint8Array(text.length * 2);
  const lost = new Set<string>();
  let length = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i)!;
    if (code < 0x80) {
      bytes[length++] = code;
      continue;
    }
    const character = String.fromCodePoint(code);
    i += character.length - 1;
    const pair = table.get(character) ?? 0x3f;
    if (pair === 0x3f) lost.add(character);
    else bytes[length++] = pair >> 8;
    bytes[length++] = pair & 0xff;
  }
  return { bytes: bytes.slice(0, length), lost: [...lost] };
}
