/** Pages of the services a person reads: plain HTML with everything escaped, no script, nothing fetched from elsewhere. */
import { createHash } from 'node:crypto';
import { bySeverity } from '../../policy/evaluate.js';
import { addressWith } from '../media.js';
import type { Language, StandardAnswer, StandardRequest } from '../standard.js';

const style = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#0b6e4f;--ground:#0b6e4f33
;--prohibited:#c4161a;--undetermined:#6a3d9a;--attention:#a84d00;--clear:#3f6b14}
@media(prefers-color-scheme:dark){:root{--accent:#5fd0a8;--ground:#5fd0a833
;--prohibited:#ff7b72;--undetermined:#c8a6f5;--attention:#f5a65b;--clear:#a6d96a}}
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:72rem;margin:0 auto;padding:1.5rem}
a{color:var(--accent)}:focus-visible{outline:3px solid var(--accent);outline-offset:2px}
h1{font-size:1.6rem}h1,nav{overflow-wrap:anywhere}h2{margin-top:2rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top;white-space:nowrap}
tbody th{font-weight:normal}.long{white-space:normal;min-width:min(24rem,70vw);overflow-wrap:anywhere}
td.figure{text-align:right;font-variant-numeric:tabular-nums}
.scroll{overflow-x:auto}header{display:flex;justify-content:space-between;gap:1rem}
code,pre{font:14px/1.5 ui-monospace,Consolas,monospace}code{overflow-wrap:anywhere}
pre{white-space:pre-wrap;overflow-wrap:anywhere;background:var(--soft);padding:.8rem;border-radius:6px}
figure{margin:1rem 0}figcaption{font-size:.9rem}
svg{display:block;width:100%;max-height:32rem;border:1px solid var(--line);background:var(--soft)}
svg path{fill:var(--ground);stroke:var(--accent);vector-effect:non-scaling-stroke;stroke-width:1}
svg .spot{stroke-width:9;stroke-linecap:round;stroke-opacity:.7}svg a:hover path{fill:#d9822b88;stroke-width:3}svg a:hover .spot{stroke-width:13}
${bySeverity.map((one) => `.${one}{color:var(--${one})}svg .${one} path{stroke:var(--${one});fill:var(--${one});fill-opacity:.3}`).join('\n')}
.verdict::before{content:"■ "}
`;

const digest = (text: string): string => createHash('sha256').update(text).digest('base64');

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${digest(style)}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const escapeHtml = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');

/**
 * `body`: HTML whose texts have gone through `escapeHtml`. `tag`: the state of the data, where a page depends on nothing
 * else; the next version of the program may write another page about it.
 */
export function pageAnswer(
  request: StandardRequest,
  title: string,
  body: string,
  tag?: string,
): StandardAnswer {
  const { language } = request;
  const html = frame(request, title, body);
  return {
    type: 'text/html; charset=utf-8',
    headers: {
      'content-language': language,
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
    },
    ...(tag !== undefined && { tag: `${tag}|${digest(html)}` }),
    body: html,
  };
}

function frame(request: StandardRequest, title: string, body: string): string {
  const { language } = request;
  const json = `<a href="${escapeHtml(addressWith(request, { f: 'json' }))}">JSON</a>`;
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><header><nav aria-label="${say(language, '上级页面', 'Pages above')}">${wayUp(request)}</nav>${json}</header>
<main><h1 id="title">${escapeHtml(title)}</h1>
${body}
</main></body></html>
`;
}

const names: Readonly<Record<string, readonly [string, string]>> = {
  ogc: ['OGC 服务', 'OGC services'],
  collections: ['数据集合', 'Collections'],
  items: ['要素', 'Features'],
  processes: ['处理过程', 'Processes'],
  jobs: ['任务', 'Jobs'],
  tiles: ['矢量瓦片', 'Vector tiles'],
  tileMatrixSets: ['瓦片格网', 'Grids of tiles'],
};

/** The pages above this one, each a link. */
function wayUp({ base, path, language }: StandardRequest): string {
  const steps = path.split('/').filter((step) => step !== '');
  const links = steps.slice(0, -1).map((step, i) => {
    const href = `${base}/${steps
      .slice(0, i + 1)
      .map(encodeURIComponent)
      .join('/')}?f=html`;
    return anchor(href, names[step] ? say(language, ...(names[step] as [string, string])) : step);
  });
  return [anchor(`${base}/`, say(language, '一张图预检', 'onemap-precheck')), ...links].join(' › ');
}

export const anchor = (href: string, text: string): string =>
  `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;

/** Text, or markup whose texts have gone through `escapeHtml`; `long` may be broken into lines. */
export type Cell = string | { html: string; long?: boolean } | { figure: string };

/** Wider than this a text is broken into lines; a Chinese character is as wide as two others. */
const LONG = 40;
const widthOf = (text: string): number => text.length + (text.match(/[^\0-\u02ff]/g)?.length ?? 0);
const isLong = (text: string): boolean => widthOf(text) > LONG;

/** What would take more than two lines is folded to its beginning: rows stay low. */
export const folded = (text: string): Cell =>
  widthOf(text) <= 2 * LONG
    ? text
    : {
        html: `<details><summary>${escapeHtml([...text].slice(0, LONG / 2).join(''))}…</summary>${escapeHtml(text)}</details>`,
        long: true,
      };

/**
 * A table that scrolls sideways where it is wider than the screen: names, figures and dates stay on one line. The first
 * cell names its row.
 */
export function table(head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const above =
    head.length === 0
      ? ''
      : `<thead><tr>${head.map((value) => cell('th', 'col', value)).join('')}</tr></thead>`;
  const body = rows
    .map(
      (row) =>
        `<tr>${row.map((value, i) => (i === 0 ? cell('th', 'row', value) : cell('td', '', value))).join('')}</tr>`,
    )
    .join('\n');
  return `<div class="scroll" role="region" aria-labelledby="title" tabindex="0"><table>${above}<tbody>${body}</tbody></table></div>`;
}

function cell(tag: 'th' | 'td', scope: string, value: Cell): string {
  const attributes = `${scope && ` scope="${scope}"`}${classOf(value)}`;
  if (typeof value === 'string') return `<${tag}${attributes}>${escapeHtml(value)}</${tag}>`;
  return `<${tag}${attributes}>${'figure' in value ? escapeHtml(value.figure) : value.html}</${tag}>`;
}

function classOf(value: Cell): string {
  if (typeof value !== 'string' && 'figure' in value) return ' class="figure"';
  return (typeof value === 'string' ? isLong(value) : value.long) ? ' class="long"' : '';
}

export const say = (language: Language, zh: string, en: string): string => (language === 'zh' ? zh : en);
