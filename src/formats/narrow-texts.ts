/** Fits the texts of a table into columns of so many bytes of an encoding; what is cut or lost is told. */
import type { ExportLoss, ExportRow, ExportTable } from './export-table.js';
import { type ByteLength, cutTo } from './short-names.js';

export interface TextLimit {
  maxBytes: number;
  lengthOf: ByteLength;
  /** Characters that the encoding does not have. */
  lostIn: (text: string) => readonly string[];
}

export interface NarrowTable {
  table: ExportTable;
  /** Bytes that each field needs, at least 1; of fields that hold text. */
  widths: readonly number[];
  losses: readonly ExportLoss[];
}

export function narrowTexts(table: ExportTable, limit: TextLimit): NarrowTable {
  const lost = new Set<string>();
  const cut = new Set<string>();
  const widths = table.fields.map(() => 1);
  const rows = table.rows.map((row): ExportRow => {
    const values: Record<string, unknown> = { ...row.values };
    for (const [i, { name, type }] of table.fields.entries()) {
      const value = values[name];
      if ((type !== 'text' && type !== 'code') || value === null || value === undefined) continue;
      // a column of mixed values is one of text
      const text = withoutLost(String(value), limit, lost);
      const kept = cutTo(text, limit.maxBytes, limit.lengthOf);
      if (kept !== text) cut.add(name);
      values[name] = kept;
      widths[i] = Math.max(widths[i]!, limit.lengthOf(kept));
    }
    return { ...row, values };
  });
  return { table: { ...table, rows }, widths, losses: lossesOf([...lost], [...cut], limit.maxBytes) };
}

/** A question mark stands for what the encoding lacks. */
function withoutLost(text: string, { lostIn }: TextLimit, lost: Set<string>): string {
  const here = lostIn(text);
  for (const character of here) lost.add(character);
  return here.reduce((rest, character) => rest.replaceAll(character, '?'), text);
}

function lossesOf(lost: readonly string[], cut: readonly string[], maxBytes: number): ExportLoss[] {
  const losses: ExportLoss[] = [];
  if (lost.length > 0) {
    const shown = lost.slice(0, 20).join('');
    losses.push({
      code: 'characters-lost',
      detail: {
        zh: `GBK 没有以下字，写成了问号：${shown}。可改用 UTF-8。`,
        en: `GBK lacks these characters, written as question marks: ${shown}. UTF-8 keeps them.`,
      },
    });
  }
  if (cut.length > 0) {
    losses.push({
      code: 'texts-cut',
      detail: {
        zh: `字段 ${cut.join('、')} 有超过 ${maxBytes} 字节的文字，已截断。`,
        en: `Fields ${cut.join(', ')} hold texts of more than ${maxBytes} bytes: cut.`,
      },
    });
  }
  return losses;
}
