/** The fields of a collection for people: names, types and what they mean. */
import type { Field } from '../../layers/query/feature-table.js';
import { type Cell, escapeHtml, say, table } from '../common/pages.js';
import type { Language } from '../standard.js';

const types: Readonly<Record<Field['type'], readonly [string, string]>> = {
  string: ['文本', 'text'],
  number: ['数值', 'number'],
  integer: ['整数', 'whole number'],
  boolean: ['是否', 'yes or no'],
  date: ['日期', 'date'],
  timestamp: ['时间', 'time'],
};

export function fieldTable(fields: readonly Field[], language: Language): string {
  const head = [say(language, '字段', 'Field'), say(language, '名称', 'Name'), say(language, '类型', 'Type')];
  const rows = fields.map(({ name, type, title }) => [name, title[language], say(language, ...types[type])]);
  return table(head, rows);
}

/** Head of a column: what it means above its name. */
export const fieldHead = (name: string, title: string): Cell =>
  title === name ? name : { html: `${escapeHtml(title)}<br><code>${escapeHtml(name)}</code>` };
