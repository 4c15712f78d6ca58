/** Names of the fields of a shapefile: at most 10 bytes in its encoding, no two alike without regard to case. */
import type { ExportField, ExportLoss } from './export-table.js';

const MAX_BYTES = 10;

/** Length in bytes of a text in the encoding of the file. */
export type ByteLength = (text: string) => number;

export interface ShortNames {
  /** In the order of the fields. */
  names: readonly string[];
  losses: readonly ExportLoss[];
}

/** Documented short names stay as they are; others are cut, and counted where two would be the same. */
export function shortNamesOf(fields: readonly ExportField[], lengthOf: ByteLength): ShortNames {
  const taken = new Set<string>();
  const cut: string[] = [];
  const names = fields.map(({ name, short }) => {
    const free = freeName(short, taken, lengthOf);
    taken.add(free.toLowerCase());
    // what the documents say is no loss
    if (free !== short) cut.push(`${name} → ${free}`);
    return free;
  });
  return { names, losses: cut.length > 0 ? [namesCut(cut)] : [] };
}

function freeName(wanted: string, taken: ReadonlySet<string>, lengthOf: ByteLength): string {
  const plain = wanted.replace(/[\s\p{C}"'`,;.]+/gu, '_') || 'F';
  let free = cutTo(plain, MAX_BYTES, lengthOf);
  for (let n = 1; taken.has(free.toLowerCase()); n++) {
    free = `${cutTo(plain, MAX_BYTES - String(n).length - 1, lengthOf)}_${n}`;
  }
  return free;
}

/** The longest beginning of a text that has at most so many bytes; no character is halved. */
export function cutTo(text: string, maxBytes: number, lengthOf: ByteLength): string {
  // most texts are short: no character has more than 4 bytes
  if (text.length * 4 <= maxBytes) return text;
  let cut = '';
  let bytes = 0;
  for (const character of text) {
    bytes += lengthOf(character);
    if (bytes > maxBytes) return cut;
    cut += character;
  }
  return text;
}

const namesCut = (cut: readonly string[]): ExportLoss => ({
  code: 'names-cut',
  detail: {
    zh: `Shapefile 字段名不超过 10 个字节，以下字段已改名：${cut.join('，')}。`,
    en: `Field names of a shapefile have at most 10 bytes; renamed: ${cut.join(', ')}.`,
  },
});
