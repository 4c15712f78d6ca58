/**
 * Writes a table as CSV for spreadsheets: UTF-8 with byte order mark, CRLF, RFC 4180 quotes. Two things that RFC 4180
 * does not know are done for Excel and WPS: texts that they would take for a number or a date keep their digits, and
 * texts that they would run as a formula do not run.
 */
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings, Ring } from '../core/geometry-types.js';
import { type ExportField, type ExportTable, type WrittenFile, withoutNested } from './export-table.js';

export interface CsvWriting {
  language: keyof Bilingual;
  /** Adds the column WKT with the geometry. */
  wkt: boolean;
}

export function writeCsv(given: ExportTable, { language, wkt }: CsvWriting): WrittenFile {
  const { table, losses } = withoutNested(given);
  const titles = table.fields.map(({ title }) => cell(title[language]));
  const lines = [[...titles, ...(wkt ? ['WKT'] : [])].join(',')];
  for (const { values, rings } of table.rows) {
    const cells = table.fields.map((field) => cellOf(values[field.name], field));
    if (wkt) cells.push(cell(rings ? toWkt(rings) : ''));
    lines.push(cells.join(','));
  }
  return { bytes: new TextEncoder().encode(`\ufeff${lines.join('\r\n')}\r\n`), losses };
}

function cellOf(value: unknown, { type, decimals }: ExportField): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'number' && (type === 'number' || type === 'integer')) {
    return decimals === undefined ? String(value) : value.toFixed(decimals);
  }
  return cell(forSpreadsheet(String(value)));
}

const cell = (text: string): string =>
  /[",\r\n\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;

/** Signs that begin a formula, in their full-width forms too; a tab or a line break may hide one (OWASP, CSV injection). */
const formula = /^[\t\r\n ]*[=+\-@＝＋－＠]/;

/** `0101`, `1e5`, `41080200000000001`, `1-2`, `3/4`, `1:30`, `(5)`, `5%`, `￥5`. */
const takenForNumber = /^[\s(￥¥$]*[\d.,]+(e[+-]?\d+)?[\d\s./:\-年月日,)%]*$/i;

const LONGEST_NUMBER = 60;

/**
 * An apostrophe before a formula makes it text, and shows; a tab before digits makes them text, and does not show. The
 * usual `="0101"` would itself be a formula, and every other program would read the sign as part of the code.
 */
export function forSpreadsheet(text: string): string {
  if (formula.test(text)) return `'${text}`;
  return text.length <= LONGEST_NUMBER && takenForNumber.test(text) ? `\t${text}` : text;
}

/** OGC Simple Features text; numbers as they are. */
export function toWkt(rings: MultiPolygonRings): string {
  const ringText = (ring: Ring): string => `(${ring.map(([x, y]) => `${x} ${y}`).join(',')})`;
  return `MULTIPOLYGON(${rings.map((polygon) => `(${polygon.map(ringText).join(',')})`).join(',')})`;
}
