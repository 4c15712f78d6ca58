/** What answers of supply say in codes, in words. */
import type { Bilingual } from '../core/errors.js';
import type { Verdict } from '../policy/policy-types.js';
import type { Adjacency, Standing } from './bundle-types.js';

export const standingWords: Readonly<Record<Standing, Bilingual>> = {
  eligible: { zh: '可组合', en: 'eligible' },
  'not-eligible': { zh: '不可组合', en: 'not eligible' },
  undetermined: { zh: '无法判定', en: 'undetermined' },
};

const contacts: Readonly<Record<Adjacency['kind'], Bilingual>> = {
  edge: { zh: '共边', en: 'edge' },
  corner: { zh: '点接触', en: 'corner' },
  gap: { zh: '间隔', en: 'gap' },
  overlap: { zh: '重叠', en: 'overlap' },
};

const across: Readonly<Record<string, Bilingual>> = {
  road: { zh: '隔道路相邻', en: 'across a road' },
  green: { zh: '隔绿地相邻', en: 'across green' },
  water: { zh: '隔水面相邻', en: 'across water' },
};

export const relationWords = (row: Pick<Adjacency, 'kind' | 'across'>): Bilingual =>
  row.across ? across[row.across]! : contacts[row.kind];

/** A fragment meets the limits of its article or needs a reason. */
export const fragmentVerdicts: Readonly<Record<Verdict, Bilingual>> = {
  clear: { zh: '符合', en: 'meets it' },
  attention: { zh: '须说明', en: 'give the reason' },
  prohibited: { zh: '不适用', en: 'does not apply' },
  undetermined: { zh: '无法判定', en: 'undetermined' },
};
