/** `POST /v1/checks?draft=true`: what the parameters of a draft say. */
import type { CheckRequest } from '../checks/check-parts.js';
import type { DraftRequest } from '../checks/review-draft.js';
import { AppError } from '../core/errors.js';

export interface DraftQuery {
  draft: boolean;
  module?: string;
  have?: string;
  passed?: string;
}

/** The request of a draft, undefined where none was asked for. Throws where a draft's parameters come without it. */
export function toDraftRequest(asked: CheckRequest, query: DraftQuery): DraftRequest | undefined {
  const { draft, module, have, passed } = query;
  if (!draft) {
    if (module === undefined && have === undefined && passed === undefined) return undefined;
    throw new AppError('bad-parameter', 'draft parameters without draft', {
      detail: {
        zh: 'module、have、passed 只用于 draft=true 的模块审查；正式预检总是审查全部模块。',
        en: 'module, have and passed belong to a review with draft=true; a check that is stored always covers all modules.',
      },
    });
  }
  return {
    ...asked,
    ...(module !== undefined && { modules: list(module) }),
    ...(have !== undefined && { have: list(have) }),
    ...(passed !== undefined && { passedOn: Object.fromEntries(list(passed).map(pair)) }),
  };
}

const list = (text: string): string[] => [
  ...new Set(
    text
      .split(/[,，]/)
      .map((part) => part.trim())
      .filter((part) => part !== ''),
  ),
];

function pair(text: string): [string, string] {
  const [module = '', hash = ''] = text.split(/[:：]/);
  if (module !== '' && /^[0-9a-f]{64}$/.test(hash)) return [module, hash];
  throw new AppError('bad-parameter', 'passed cannot be read', {
    detail: {
      zh: `passed 中的“${text.slice(0, 60)}”应写成 模块:哈希（64 位十六进制）。`,
      en: `"${text.slice(0, 60)}" in passed must be module:hash (64 hexadecimal digits).`,
    },
  });
}
