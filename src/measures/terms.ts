/** The terms of temporary land (B28): the first must be under four years, both together at most four. Days, not doubles. */
import type { Bilingual, InputFault } from '../core/errors.js';
import { figure, say } from './answer.js';
import { daysBetween, endOfTerm, yearsOf } from './days.js';
import type { Figure, Threshold } from './measure-types.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const YEARS = 4;

export interface Terms {
  result: { firstFrom: string; firstTo: string; renewTo: string; latest: string; totalDays: number };
  figures: Figure[];
  thresholds: Threshold[];
  problems: Bilingual[];
  sentence: Bilingual;
}

/** @param faults gets an end that comes before its beginning */
export function termsOf(
  { firstFrom, firstTo, renewTo }: { firstFrom: string; firstTo: string; renewTo: string },
  faults: InputFault[],
): Terms {
  if (firstTo <= firstFrom)
    faults.push(
      fault('/firstTo', 'ends-before-start', '到期日不晚于起始日。', 'The term ends before it begins.'),
    );
  if (renewTo <= firstTo)
    faults.push(
      fault(
        '/renewTo',
        'ends-before-start',
        '续期到期日不晚于首次到期日。',
        'The renewal ends before the first term.',
      ),
    );
  const latest = endOfTerm(firstFrom, YEARS);
  const firstYears = yearsOf(firstFrom, firstTo);
  const totalYears = yearsOf(firstFrom, renewTo);
  const problems: Bilingual[] = [];
  if (firstTo >= latest)
    problems.push(
      say(
        `首次使用期限已满四年（${firstFrom} 至 ${firstTo}）`,
        `the first term was already four years (${firstFrom} to ${firstTo})`,
      ),
    );
  if (renewTo > latest)
    problems.push(
      say(
        `总期限超过四年（最迟 ${latest}，申请至 ${renewTo}）`,
        `the total term exceeds four years (latest ${latest}, asked for ${renewTo})`,
      ),
    );
  return {
    result: { firstFrom, firstTo, renewTo, latest, totalDays: daysBetween(firstFrom, renewTo) },
    figures: [
      figure('first-years', '首次使用期限', 'First term', firstYears, 'year'),
      figure('total-years', '总期限', 'Total term', totalYears, 'year'),
    ],
    thresholds: [
      {
        id: 'total-years',
        op: '<=',
        value: YEARS,
        unit: 'year',
        source: sources.b28,
        note: say(
          '按年计算的期间，起始当日不计入，到期为最后一年的对应日（民法典第二百零一条、第二百零二条，凭专业记忆著录）。',
          'A term in years does not count its first day and ends on the corresponding day (Civil Code 201, 202; from memory).',
        ),
      },
      { id: 'first-years', op: '<', value: YEARS, unit: 'year', source: sources.b28 },
    ],
    problems,
    sentence: say(
      `总期限 ${firstFrom} 至 ${renewTo}，不超过四年`,
      `the total term from ${firstFrom} to ${renewTo} is within four years`,
    ),
  };
}
