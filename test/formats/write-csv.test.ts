import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ExportField, ExportTable } from '../../src/formats/export-table.js';
import { forSpreadsheet, toWkt, writeCsv } from '../../src/formats/write-csv.js';

const field = (name: string, type: ExportField['type'], decimals?: number): ExportField => ({
  ...{ name, short: name, type, title: { zh: `列${name}`, en: `Column ${name}` } },
  ...(decimals !== undefined && { decimals }),
});

const tableOf = (fields: ExportField[], rows: ExportTable['rows']): ExportTable => ({
  ...{ name: 'parcels', title: { zh: '地块', en: 'Parcels' }, fields, rows, epsg: 4526 },
});

/** A reader of RFC 4180 by its grammar, written for this test alone. */
function readCsv(text: string): string[][] {
  const rows: string[][] = [[]];
  let at = 0;
  while (at < text.length) {
    let cell = '';
    if (text[at] === '"') {
      for (at += 1; text[at] !== '"' || text[at + 1] === '"'; at++) {
        if (text[at] === '"') at += 1;
        cell += text[at];
      }
      at += 1;
    } else while (at < text.length && text[at] !== ',' && text[at] !== '\r') cell += text[at++];
    rows[rows.length - 1]!.push(cell);
    if (text[at] === ',') at += 1;
    else if (text.startsWith('\r\n', at)) {
      at += 2;
      rows.push([]);
    } else throw new Error(`neither comma nor end of line at ${at}`);
  }
  return rows.slice(0, -1);
}

const read = (bytes: Uint8Array): string[][] => readCsv(new TextDecoder('utf-8').decode(bytes));

describe('CSV out', () => {
  it('is UTF-8 with a mark, titles in the language asked for, figures with their decimals', () => {
    const table = tableOf(
      [field('a', 'code'), field('m2', 'number', 2), field('n', 'integer'), field('ok', 'flag')],
      [{ values: { a: '0101', m2: 20000, n: 3, ok: false } }, { values: { m2: 0.1 } }],
    );
    const { bytes, losses } = writeCsv(table, { language: 'zh', wkt: false });
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    expect(new TextDecoder().decode(bytes)).toBe(
      '列a,列m2,列n,列ok\r\n"\t0101",20000.00,3,false\r\n,0.10,,\r\n',
    );
    expect(losses).toEqual([]);
    expect(read(writeCsv(table, { language: 'en', wkt: false }).bytes)[0]).toEqual([
      ...['Column a', 'Column m2', 'Column n', 'Column ok'],
    ]);
  });

  it.each([
    ...[
      '0101',
      '410802198001010001',
      '1e5',
      '1-2',
      '3/4',
      '12:30',
      '05',
      '1.50',
      '(5)',
      '5%',
      '2024年1月1日',
    ],
  ])('%s stays text in a spreadsheet', (text) => expect(forSpreadsheet(text)).toBe(`\t${text}`));

  it.each(['=1+1', '+86', '-5', '@SUM(A1)', '\t=1', '＝1+1', ' =1', '\r\n=cmd|x'])(
    '%j is not run as a formula',
    (text) => expect(forSpreadsheet(text)).toBe(`'${text}`),
  );

  it.each(['甲地块', 'DK-01', 'stbhhx.12', '', '0201K', 'EPSG:4526', '1号地'])('%j stays as it is', (text) =>
    expect(forSpreadsheet(text)).toBe(text),
  );

  it('a reader of RFC 4180 gets every cell back, and no cell of text begins with a formula', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: fc.constantFrom(...'=+-@,"\r\n\t 0159甲a') }), {
          minLength: 1,
          maxLength: 5,
        }),
        (texts) => {
          const table = tableOf(
            texts.map((_, i) => field(`f${i}`, 'text')),
            [{ values: Object.fromEntries(texts.map((text, i) => [`f${i}`, text])) }],
          );
          const cells = read(writeCsv(table, { language: 'zh', wkt: false }).bytes)[1]!;
          expect(cells.map((cell, i) => (cell === texts[i] ? cell : cell.slice(1)))).toEqual(texts);
          for (const cell of cells) expect(cell).not.toMatch(/^[\t\r\n ]*[=+\-@]/);
        },
      ),
      { seed: 20250603, numRuns: 300 },
    );
  });

  it('leaves out what no cell holds, and says so; geometry on request', () => {
    const rings = [
      [
        [
          [1.5, 2],
          [3, 2],
          [3, 4],
          [1.5, 2],
        ],
      ],
    ] as const;
    const table = tableOf([field('a', 'data'), field('b', 'text')], [{ values: { a: [1], b: 'x' }, rings }]);
    const { bytes, losses } = writeCsv(table, { language: 'zh', wkt: true });
    expect(read(bytes)).toEqual([
      ['列b', 'WKT'],
      ['x', 'MULTIPOLYGON(((1.5 2,3 2,3 4,1.5 2)))'],
    ]);
    expect(losses.map(({ code }) => code)).toEqual(['fields-left-out']);
    expect(toWkt(rings)).not.toContain('e');
  });

  it('takes no long time over long digits', () => {
    const text = `${'1'.repeat(200_000)}x`;
    expect(forSpreadsheet(text)).toBe(text);
  });
});
