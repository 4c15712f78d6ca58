/** The verdicts and units of measures in words. A measure asks whether something is met: its words are not those of a check. */
import type { Bilingual } from '../core/errors.js';
import type { Verdict } from '../policy/policy-types.js';

export const measureVerdicts: Readonly<Record<Verdict, Bilingual>> = {
  clear: { zh: '符合', en: 'clear' },
  attention: { zh: '需论证/说明', en: 'attention' },
  prohibited: { zh: '不符合', en: 'prohibited' },
  undetermined: { zh: '无法判定', en: 'undetermined' },
};

const units: Readonly<Record<string, string>> = { m2: '㎡', degree: '°', count: '', '1': '' };

/** The sign of a unit; the others are signs already. */
export const unitSign = (unit: string): string => units[unit] ?? unit;

export const figureText = (value: number | null, unit: string): string => {
  if (value === null) return '—';
  return unit === 'm2' ? value.toFixed(2) : String(value);
};
