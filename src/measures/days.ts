/** Calendar arithmetic on YYYY-MM-DD text: terms in years and days, as the Civil Code counts them. */

/**
 * Last day of a term of whole years that begins on `from`: the corresponding day of the last month, or its last day
 * where there is none (民法典第二百零一条、第二百零二条: the first day is not counted).
 */
export function endOfTerm(from: string, years: number): string {
  const [year = 0, month = 1, day = 1] = from.split('-').map(Number);
  const last = new Date(Date.UTC(year + years, month, 0)).getUTCDate();
  return isoDay(Date.UTC(year + years, month - 1, Math.min(day, last)));
}

export const addDays = (from: string, days: number): string =>
  isoDay(Date.parse(`${from}T00:00:00Z`) + days * DAY_MS);

/** Whole days from one day to another. */
export const daysBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);

/** Years of a term to two decimals, for print only: the verdict compares days. */
export function yearsOf(from: string, to: string): number {
  let whole = 0;
  while (endOfTerm(from, whole + 1) <= to && whole < 200) whole++;
  const start = endOfTerm(from, whole);
  const rest = daysBetween(start, to) / daysBetween(start, endOfTerm(from, whole + 1));
  return Math.round((whole + rest) * 100) / 100;
}

const DAY_MS = 86_400_000;
const isoDay = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
