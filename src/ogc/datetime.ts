/** The `datetime` parameter: an instant or an interval, open with `..` or nothing (OGC 17-069r4 §7.15.4). */
import { checkDay } from '../layers/describe-layers.js';
import { badParameter } from './media.js';

export interface TimeSpan {
  /** RFC 3339 or YYYY-MM-DD; null: open. */
  start: string | null;
  end: string | null;
}

const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2}))?$/;
const DURATION =
  /^P(?=\d|T\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,5})W)?(?:(\d{1,6})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,9})S)?)?$/;

/** One end of an interval may be a duration (ISO 8601): the standard does not ask for it, its test suite does. */
export function readDatetime(text: string): TimeSpan {
  const sides = text.split('/');
  if (sides.length > 2) throw badDatetime();
  if (sides.length === 1) {
    const instant = readTime(text);
    return { start: instant, end: instant };
  }
  const [first, second] = sides as [string, string];
  if (DURATION.test(second)) {
    const start = readTime(first);
    return { start, end: later(start, second, 1) };
  }
  if (DURATION.test(first)) {
    const end = readTime(second);
    return { start: later(end, first, -1), end };
  }
  const [start, end] = [readSide(first), readSide(second)];
  if (start !== null && end !== null && Date.parse(start) > Date.parse(end)) throw badDatetime();
  return { start, end };
}

const readSide = (side: string): string | null => (side === '..' || side === '' ? null : readTime(side));

function readTime(text: string): string {
  if (!TIME.test(text) || Number.isNaN(Date.parse(text))) throw badDatetime();
  checkDay(text.slice(0, 10));
  return text;
}

/** The time so much later, or earlier; a day where a day was given and the duration is one of days. */
function later(from: string, duration: string, sign: 1 | -1): string {
  const parts = DURATION.exec(duration)!
    .slice(1)
    .map((part) => sign * Number(part ?? 0));
  const [years, months, weeks, days, hours, minutes, seconds] = parts as [
    number,
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const time = new Date(from);
  time.setUTCFullYear(
    time.getUTCFullYear() + years,
    time.getUTCMonth() + months,
    time.getUTCDate() + 7 * weeks + days,
  );
  time.setTime(time.getTime() + 1000 * (3600 * hours + 60 * minutes + seconds));
  const year = time.getUTCFullYear();
  if (Number.isNaN(year) || year < 1 || year > 9999) throw badDatetime();
  const text = time.toISOString();
  return from.length === 10 && !duration.includes('T') ? text.slice(0, 10) : text;
}

/** The day whose state of a layer a span of time asks for: its last; undefined: the present. */
export const dayOf = ({ end }: TimeSpan): string | undefined => end?.slice(0, 10);

/** From the beginning of its first day to the end of its last, where days were given: an interval of CQL2. */
export const intervalOf = ({ start, end }: TimeSpan): [string, string] => [
  start === null ? '..' : start.length === 10 ? `${start}T00:00:00Z` : start,
  end === null ? '..' : end.length === 10 ? `${end}T23:59:59.999999Z` : end,
];

const badDatetime = () =>
  badParameter(
    'datetime',
    '应为日期、时间或“起/止”区间，如 2024-12-31、../2024-12-31 或 2024-12-31/P1M',
    'it must be a date, a time or an interval, as 2024-12-31, ../2024-12-31 or 2024-12-31/P1M',
  );
