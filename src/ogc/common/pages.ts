/** Pages of the services a person reads: plain HTML with everything escaped, a map drawn as SVG, nothing fetched from elsewhere. */
import { createHash } from 'node:crypto';
import { addressWith } from '../media.js';
import type { Language, StandardAnswer, StandardRequest } from '../standard.js';

const style = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#0b6e4f;--ground:#0b6e4f33}
@media(prefers-color-scheme:dark){:root{--accent:#5fd0a8;--ground:#5fd0a833}}
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:72rem;margin:0 auto;padding:1.5rem}
a{color:var(--accent)}h1{font-size:1.6rem;overflow-wrap:anywhere}h2{margin-top:2rem;border-bottom:1px solid var(--line)}
table{border-collapse:collapse}th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top;white-space:nowrap}
td.long{white-space:normal;min-width:min(30rem,80vw);overflow-wrap:anywhere}
.scroll{overflow-x:auto}header{display:flex;justify-content:space-between;gap:1rem}
code,pre{font:14px/1.5 ui-monospace,Consolas,monospace}code{overflow-wrap:anywhere}
pre{overflow-x:auto;background:var(--soft);padding:.8rem;border-radius:6px}
svg{width:100%;max-height:32rem;border:1px solid var(--line);background:var(--soft)}
svg path{fill:var(--ground);stroke:var(--accent);vector-effect:non-scaling-stroke;stroke-width:1}
svg a:hover path{fill:#d9822b88}
`;

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
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

/** `body`: HTML whose texts have gone through `escapeHtml`. */
export function pageAnswer(
  request: StandardRequest,
  title: string,
  body: string,
  tag?: string,
): StandardAnswer {
  const { language } = request;
  const json = `<a href="${escapeHtml(addressWith(request, { f: 'json' }))}">JSON</a>`;
  return {
    type: 'text/html; charset=utf-8',
    headers: {
      'content-language': language,
      'content-security-policy': policy,
      'referrer-policy': 'no-referrer',
    },
    ...(tag !== undefined && { tag }),
    body: `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(title)}</title><style>${style}</style></head>
<body><header><nav>${wayUp(request)}</nav>${json}</header>
<h1>${escapeHtml(title)}</h1>
${body}
</body></html>
`,
  };
}

const names: Readonly<Record<string, readonly [string, string]>> = {
  ogc: ['OGC 服务', 'OGC services'],
  collections: ['数据集合', 'Collections'],
  items: ['要素', 'Features'],
  processes: ['处理过程', 'Processes'],
  jobs: ['任务', 'Jobs'],
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
  return links.join(' › ');
}

export const anchor = (href: string, text: string): string =>
  `<a href="${escapeHtml(href)}">${escapeHtml(text)}</a>`;

/** Text, or markup whose texts have gone through `escapeHtml`; `long` may be broken into lines. */
export type Cell = string | { html: string; long?: boolean };

/** Wider than this a text is broken into lines; a Chinese character is as wide as two others. */
const LONG = 40;
const isLong = (text: string): boolean => text.length + (text.match(/[^\0-\u02ff]/g)?.length ?? 0) > LONG;

/** A table that scrolls sideways where it is wider than the screen: names, figures and dates stay on one line. */
export function table(head: readonly Cell[], rows: readonly (readonly Cell[])[]): string {
  const inside = (value: Cell): string => (typeof value === 'string' ? escapeHtml(value) : value.html);
  const cell = (value: Cell): string => {
    const long = typeof value === 'string' ? isLong(value) : value.long;
    return `<td${long ? ' class="long"' : ''}>${inside(value)}</td>`;
  };
  const headCells = head.map((value) => `<th>${inside(value)}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map(cell).join('')}</tr>`).join('\n');
  const above = head.length === 0 ? '' : `<thead><tr>${headCells}</tr></thead>`;
  return `<div class="scroll"><table>${above}<tbody>${body}</tbody></table></div>`;
}

export interface DrawnFeature {
  id: string;
  href: string;
  /** GeoJSON MultiPolygon coordinates, lon/lat degrees. */
  coordinates: readonly (readonly (readonly (readonly number[])[])[])[];
}

/** A map of the features as SVG: degrees, longitude shortened by the cosine of the latitude. Empty text for none. */
export function drawMap(features: readonly DrawnFeature[]): string {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { coordinates } of features) {
    for (const position of coordinates.flat(2)) {
      const [x, y] = position as [number, number];
      west = Math.min(west, x);
      east = Math.max(east, x);
      south = Math.min(south, y);
      north = Math.max(north, y);
    }
  }
  if (!(west <= east)) return '';
  const shrink = Math.cos((((south + north) / 2) * Math.PI) / 180);
  const scale = 1000 / Math.max((east - west) * shrink, north - south, 1e-6);
  const place = ([x, y]: readonly number[]): string =>
    `${((x! - west) * shrink * scale).toFixed(1)} ${((north - y!) * scale).toFixed(1)}`;
  const shapes = features.map(({ id, href, coordinates }) => {
    const path = coordinates
      .flat(1)
      .map((ring) => `M${ring.map(place).join('L')}Z`)
      .join('');
    return `<a href="${escapeHtml(href)}"><path fill-rule="evenodd" d="${path}"><title>${escapeHtml(id)}</title></path></a>`;
  });
  const [width, height] = [(east - west) * shrink * scale, (north - south) * scale];
  return `<svg viewBox="-5 -5 ${(width + 10).toFixed(1)} ${(height + 10).toFixed(1)}" role="img">${shapes.join('')}</svg>`;
}

export const say = (language: Language, zh: string, en: string): string => (language === 'zh' ? zh : en);
