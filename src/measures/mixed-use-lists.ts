/**
 * Uses that may be mixed and uses that may not, by 用地用海 code, as dated data. The clauses name kinds (工业、仓储、科研、办公、
 * 商业; 公共安全、公共利益、环境保护、特殊功能), not codes: the codes are this tool's reading.
 */
import type { Bilingual } from '../core/errors.js';

export const mixedUseLists = {
  version: '2025.1',
  effectiveFrom: '2025-01-27',
  codeSystem: 'ydyh-2023',
  confidence: 'memory-low',
  note: {
    zh: '条文列举的是功能而非代码；代码对应为本工具的理解，各地制定的“准入组合+负面清单”优先。',
    en: 'The clauses name functions, not codes; the codes are this tool’s reading, and a local list goes before it.',
  },
  allowed: ['1001', '1101', '0802', '0902', '0901'],
  negative: [
    { code: '100103', reason: { zh: '三类工业用地（环境保护）', en: 'class 3 industry (environment)' } },
    { code: '1102', reason: { zh: '储备库用地（特殊功能）', en: 'reserve depots (special function)' } },
    {
      code: '08',
      reason: { zh: '公共管理与公共服务用地（公共利益）', en: 'public services (public interest)' },
    },
    {
      code: '13',
      reason: { zh: '公用设施用地（公共安全、公共利益）', en: 'utilities (public safety, public interest)' },
    },
    { code: '1402', reason: { zh: '防护绿地（公共安全）', en: 'protective green (public safety)' } },
    { code: '15', reason: { zh: '特殊用地（特殊功能）', en: 'special uses (special function)' } },
  ],
} as const satisfies {
  allowed: readonly string[];
  negative: readonly { code: string; reason: Bilingual }[];
  [name: string]: unknown;
};

/** The longest code of either list that the use begins with decides: 0802 is allowed although 08 is not. */
export function standingOfUse(code: string): {
  standing: 'allowed' | 'negative' | 'unlisted';
  reason: Bilingual | null;
} {
  const longest = (codes: readonly string[]): number =>
    Math.max(0, ...codes.filter((one) => code.startsWith(one)).map((one) => one.length));
  const allowed = longest(mixedUseLists.allowed);
  const negative = longest(mixedUseLists.negative.map((one) => one.code));
  if (allowed === 0 && negative === 0) return { standing: 'unlisted', reason: null };
  if (allowed > negative) return { standing: 'allowed', reason: null };
  const found = mixedUseLists.negative.find(
    (one) => one.code.length === negative && code.startsWith(one.code),
  );
  return { standing: 'negative', reason: found?.reason ?? null };
}
