/** B45: land is handed over within 30 days of the contract (出让、租赁), or on the day of the allocation decision (划拨). */
import Type, { type Static } from 'typebox';
import { figure, outcome, refused, say } from './answer.js';
import { addDays, daysBetween } from './days.js';
import { defineMeasure } from './define-measure.js';
import type { MeasureContext, Outcome } from './measure-types.js';
import { day, inputObject, row } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const DAYS = 30;

const input = inputObject({
  contractDate: day('出让（租赁）合同签订日', 'Day of the contract'),
  deliveredOn: day('交付（或拟交付）土地日', 'Day on which the land is handed over'),
});

const result = row({ latest: Type.String(), days: Type.Number() });

export const deliveryDeadline = defineMeasure({
  id: 'delivery-deadline',
  title: say('净地交付期限', 'Day by which land is handed over'),
  summary: say(
    '出让（租赁）合同签订后 30 日内交付土地。',
    'Land is handed over within 30 days of the contract.',
  ),
  sources: [sources.b45],
  input,
  result,
  run: async (_parts, given, context) => run(given, context),
});

function run({ contractDate, deliveredOn }: Static<typeof input>, { faults }: MeasureContext): Outcome {
  if (deliveredOn < contractDate) {
    faults.push(
      fault(
        '/deliveredOn',
        'ends-before-start',
        '交付日早于合同签订日。',
        'The land is handed over before the contract.',
      ),
    );
    return refused();
  }
  const latest = addDays(contractDate, DAYS);
  const days = daysBetween(contractDate, deliveredOn);
  const inTime = deliveredOn <= latest;
  return outcome({
    verdict: inTime ? 'clear' : 'prohibited',
    sentence: inTime
      ? say(
          `合同签订后第 ${days} 日交付土地，未超过 30 日（最迟 ${latest}）。`,
          `Handed over ${days} days after the contract, within 30 (latest ${latest}).`,
        )
      : say(
          `合同签订后第 ${days} 日交付土地，超过 30 日（最迟 ${latest}）。`,
          `Handed over ${days} days after the contract, later than 30 (latest ${latest}).`,
        ),
    sources: [sources.b45],
    thresholds: [{ id: 'days', op: '<=', value: DAYS, unit: 'day', source: sources.b45 }],
    figures: [figure('days', '合同签订后天数', 'Days after the contract', days, 'day')],
    result: { latest, days },
  });
}
