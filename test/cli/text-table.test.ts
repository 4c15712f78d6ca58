import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawTable, printable, textWidth } from '../../src/cli/text-table.js';

describe('text in columns', () => {
  it.each([
    ['', 0],
    ['abc', 3],
    ['生态保护红线', 12],
    ['㎡', 2],
    ['涉及—需论证', 11],
    ['〔2025〕', 8],
    ['（六）', 6],
    ['é', 1],
    ['𠀀', 2],
    ['👍', 2],
    ['ｱ', 1],
    ['Ａ', 2],
  ])('%j takes %i', (text, width) => {
    expect(textWidth(text)).toBe(width);
  });

  it('lines up whatever is in it', () => {
    const cell = fc.string({
      unit: fc.constantFrom('a', '9', '地', '（', 'é', '㎡', '\n', '\u001b'),
      maxLength: 8,
    });
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 6 }), (rows) => {
        const columns = [
          { title: '名称', align: 'left' },
          { title: 'm²', align: 'right' },
        ] as const;
        const lines = drawTable(columns, rows).replace(/\n$/, '').split('\n');
        expect(lines).toHaveLength(rows.length + 2);
        // the last column is right-aligned: every line that is not blank at its end is equally wide
        const full = textWidth(lines[1]!);
        for (const [i, row] of rows.entries()) {
          if (printable(row[1]).trim() === '' || printable(row[1]).endsWith(' ')) continue;
          expect(textWidth(lines[i + 2]!)).toBe(full);
        }
      }),
    );
  });

  it('lets nothing through that drives the terminal', () => {
    expect(printable('\u001b[31m地\u202e块\u0007')).not.toMatch(/\p{C}/u);
  });
});
