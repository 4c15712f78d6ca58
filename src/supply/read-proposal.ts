/** The wishes for proposed bundles: refused where nobody asked for proposals, or where they name what is not there. */
import { AppError, type Bilingual, type InputFault } from '../core/errors.js';
import type { Parcel } from '../parcels/parcel-types.js';
import type { ProposalRequest } from './bundle-types.js';
import { badParameter } from './supply-faults.js';
import type { UseTable } from './use-groups.js';

/** @throws AppError bad-parameter for a wish without proposals */
export function readProposal(
  asked: boolean,
  { limit, ...wishes }: ProposalRequest,
): ProposalRequest | undefined {
  if (asked) return { ...wishes, limit };
  const given = Object.entries(wishes).find(([, value]) => value !== undefined);
  if (!given) return undefined;
  throw badParameter(given[0], {
    zh: `${given[0]} 是推荐组合（propose）的条件，请同时要求 propose。`,
    en: `${given[0]} is a condition of proposals: ask for propose as well.`,
  });
}

/** @throws AppError bad-parameter for ids and use groups that do not occur */
export function checkProposal(
  { include = [], exclude = [], uses = [] }: ProposalRequest,
  parcels: readonly Parcel[],
  table: UseTable,
): void {
  const ids = new Set(parcels.map(({ id }) => id));
  const faults: InputFault[] = [];
  const refuse = (pointer: string, code: string, detail: Bilingual): void =>
    void faults.push({ pointer, code, detail });
  for (const [pointer, list] of Object.entries({ include, exclude })) {
    for (const id of list) {
      if (ids.has(id)) continue;
      const zh = `${pointer} 中的“${id.slice(0, 40)}”不在提交的地块中。`;
      refuse(pointer, 'unknown-parcel', {
        zh,
        en: `"${id.slice(0, 40)}" in ${pointer} is none of the parcels.`,
      });
    }
  }
  for (const id of include.filter((one) => exclude.includes(one))) {
    const zh = `地块“${id.slice(0, 40)}”同时在 include 与 exclude 中。`;
    refuse('exclude', 'contradiction', { zh, en: `"${id.slice(0, 40)}" is in include and in exclude.` });
  }
  for (const group of uses) {
    if (table.groups.includes(group)) continue;
    refuse('uses', 'unknown-use-group', {
      zh: `uses 中的“${group.slice(0, 40)}”不是用途分组；可用：${table.groups.map((one) => `${one}（${table.labelOf(one).zh}）`).join('、')}。`,
      en: `"${group.slice(0, 40)}" in uses is no use group; there are ${table.groups.join(', ')}.`,
    });
  }
  if (faults.length > 0) throw new AppError('bad-parameter', 'bad wishes for proposals', { errors: faults });
}
