/** Sections of a page of results. */
import { type Cell, escapeHtml, say, table } from '../common/pages.js';
import type { Language } from '../standard.js';

/** Rows of a table at most; what is left out is told. */
const MOST_ROWS = 50;

/** A table under its heading; nothing where there is no row. */
export function part(
  heading: string,
  head: readonly Cell[],
  rows: readonly (readonly Cell[])[],
  language: Language,
): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, MOST_ROWS);
  const cut =
    shown.length === rows.length
      ? ''
      : `<p>${say(language, `共 ${rows.length} 行，显示前 ${MOST_ROWS} 行。`, `${rows.length} rows, the first ${MOST_ROWS} shown.`)}</p>`;
  return `<h3>${escapeHtml(heading)}</h3>${table(head, shown)}${cut}`;
}

export const list = (heading: string, texts: readonly string[] = []): string =>
  texts.length === 0
    ? ''
    : `<h3>${escapeHtml(heading)}</h3><ul>${texts.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`;

/** A figure with two decimals; empty where there is none. */
export const hundredths = (value: number | undefined): Cell => ({ figure: value?.toFixed(2) ?? '' });

/** @param verdict markup, as `verdictSpan` makes it */
export const verdictLine = (verdict: string, language: Language): string =>
  `<strong>${say(language, '结论：', 'Verdict: ')}${verdict}</strong>`;
