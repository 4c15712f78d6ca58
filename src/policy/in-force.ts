/** Dates of packs, rules and documents: calendar days as YYYY-MM-DD text, compared as text. */
import { AppError } from '../core/errors.js';
import type { InForce } from './rule-pack-types.js';

export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Both ends belong to the interval; an end that is left out is open. */
export function isInForce(what: InForce, onDate: string): boolean {
  return (what.effectiveFrom ?? onDate) <= onDate && onDate <= (what.effectiveTo ?? onDate);
}

// Asked once for every parcel of a check, with the same day each time.
let lastGood: string | undefined;

/** @throws AppError bad-parameter */
export function assertCalendarDate(onDate: string): void {
  if (onDate === lastGood) return;
  if (isCalendarDate(onDate)) {
    lastGood = onDate;
    return;
  }
  const shown = onDate.slice(0, 40);
  throw new AppError('bad-parameter', `not a calendar date: ${shown}`, {
    detail: {
      zh: `日期“${shown}”无效，应为 YYYY-MM-DD 形式的公历日期。`,
      en: `"${shown}" is not a date; give a calendar date as YYYY-MM-DD.`,
    },
  });
}

/** The version in force on the date; of several, the one that came into force last. */
export function latestInForce<T extends InForce>(versions: readonly T[], onDate: string): T | undefined {
  let found: T | undefined;
  for (const version of versions)
    if (isInForce(version, onDate) && (!found || (version.effectiveFrom ?? '') > (found.effectiveFrom ?? '')))
      found = version;
  return found;
}
