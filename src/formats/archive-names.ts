/** Names inside ZIP archives: which characters they are, and which of them may not be trusted. */
import { decodeText } from './txt-encoding.js';

/** The part of a ZIP entry that its name is decided by. */
export interface RawName {
  raw: Buffer;
  generalPurposeBitFlag: number;
  extraFields: readonly { id: number; data: Buffer }[];
}

const UTF8_FLAG = 0x800;
/** Info-ZIP Unicode Path: version, CRC of the plain name, the name in UTF-8 (APPNOTE 4.6.9). */
const UNICODE_PATH = 0x7075;

/**
 * The name of an entry: UTF-8 where the flag or the Unicode extra field says so, else UTF-8 where the bytes are, else
 * GBK, in which Windows writes Chinese names without saying so. Backslashes of old programs become slashes.
 */
export function decodeName({ raw, generalPurposeBitFlag, extraFields }: RawName): string {
  const unicode = extraFields.find(({ id }) => id === UNICODE_PATH)?.data.subarray(5);
  const name = unicode
    ? unicode.toString('utf8')
    : generalPurposeBitFlag & UTF8_FLAG
      ? raw.toString('utf8')
      : decodeText(raw).text;
  return name.replaceAll('\\', '/').normalize('NFC');
}

export type NameFault = 'absolute' | 'upwards' | 'control' | 'long' | 'empty';

/** What makes a name unfit to be written anywhere; undefined for a good one. */
export function faultOfName(name: string): NameFault | undefined {
  if (/\p{Cc}/u.test(name)) return 'control';
  if (/^\/|^[a-z]:/i.test(name)) return 'absolute';
  const parts = name.replace(/\/$/, '').split('/');
  if (parts.includes('..')) return 'upwards';
  if (parts.some((part) => part === '')) return 'empty';
  if (name.length > 1024 || parts.length > 32) return 'long';
  return undefined;
}

/** What macOS and Windows add by themselves. */
export const isLitter = (name: string): boolean =>
  /(^|\/)(__MACOSX\/|\.DS_Store$|Thumbs\.db$|desktop\.ini$|\._)/i.test(name);

/** A name for messages: bounded, on one line. */
export const shownName = (name: string): string => name.replace(/\p{C}/gu, '�').slice(0, 120);
