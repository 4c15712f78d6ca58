/** The frame of a plain page: no scripts, no assets from elsewhere, everything escaped. */
import { createHash } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { Language } from './language.js';

export interface Page {
  title: string;
  /** HTML whose texts have gone through `escapeHtml`. */
  body: string;
}

const style = `
:root{color-scheme:light dark;--line:#8884;--soft:#8881;--accent:#0b6e4f}
@media(prefers-color-scheme:dark){:root{--accent:#5fd0a8}}
body{font:16px/1.6 system-ui,"PingFang SC","Microsoft YaHei",sans-serif;max-width:60rem;margin:0 auto;padding:1.5rem}
a{color:var(--accent)}h1{font-size:1.6rem}h2{margin-top:2.5rem;border-bottom:1px solid var(--line)}
details{border:1px solid var(--line);border-radius:6px;margin:.6rem 0;padding:0 .8rem}
summary{cursor:pointer;padding:.5rem 0}code,pre{font:14px/1.5 ui-monospace,Consolas,monospace}code,h1{overflow-wrap:anywhere}
pre{background:var(--soft);padding:.8rem;overflow:auto;border-radius:6px;max-height:28rem}
table{border-collapse:collapse;width:100%}th,td{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}
.verb{display:inline-block;min-width:3.5rem;font-weight:700;color:var(--accent)}nav{float:right}
`;

const policy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export function sendPage(reply: FastifyReply, language: Language, page: Page): string {
  reply.type('text/html; charset=utf-8').header('content-language', language);
  reply.header('content-security-policy', policy).header('referrer-policy', 'no-referrer');
  const other =
    language === 'zh'
      ? '<a href="?lang=en" hreflang="en">English</a>'
      : '<a href="?lang=zh" hreflang="zh">中文</a>';
  return `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escapeHtml(page.title)}</title><style>${style}</style></head>
<body><nav>${other}</nav>
${page.body}
</body></html>
`;
}

export const escapeHtml = (text: string): string =>
  text
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/"/g, '&quot;')
    .replace(/'/g, '&#39;');
