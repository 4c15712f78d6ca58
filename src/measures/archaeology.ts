/** 考古前置 (A十三): which parcels may go without archaeological work, and what is due at which step. Facts, no geometry. */
import Type, { type Static } from 'typebox';
import type { Verdict } from '../policy/policy-types.js';
import { outcome, say } from './answer.js';
import { defineMeasure } from './define-measure.js';
import type { Outcome } from './measure-types.js';
import { flag, inputObject, oneOf, row } from './schemas.js';
import { sources } from './sources.js';

const reasons = [
  'existing-construction-land',
  'done-before',
  'late-formalities',
  'house-and-land',
  'none',
] as const;

const input = inputObject({
  reason: oneOf(
    reasons,
    '情形：存量建设用地 existing-construction-land、已开展过考古 done-before、未供即用补办 late-formalities、房地一体 house-and-land、其他 none',
    'existing-construction-land, done-before, late-formalities, house-and-land or none',
  ),
  heritageAgrees: flag('是否已征得文物主管部门同意', 'The heritage authority agrees'),
  step: oneOf(
    ['detailed-plan', 'before-supply'] as const,
    '环节：详细规划编制 detailed-plan / 土地入库或供应前 before-supply',
    'detailed-plan or before-supply',
  ),
  surveyDone: flag('考古调查是否完成', 'The survey is done'),
  excavationDone: flag('考古勘探、发掘是否完成', 'Prospection and excavation are done'),
});

const result = row({ exempt: Type.Boolean(), due: Type.Array(Type.String()) });

export const archaeology = defineMeasure({
  id: 'archaeology',
  title: say('考古前置核验', 'Archaeology first'),
  summary: say(
    '可不再进行考古工作的情形，以及各环节应完成的考古工作。',
    'When no archaeological work is needed, and what is due at which step.',
  ),
  sources: [sources.a13],
  input,
  result,
  run: async (_parts, given) => run(given),
});

function run({ reason, heritageAgrees, step, surveyDone, excavationDone }: Static<typeof input>): Outcome {
  const listed = reason !== 'none';
  const exempt = listed && heritageAgrees;
  const due = [
    ...(surveyDone ? [] : ['survey']),
    ...(step === 'before-supply' && !excavationDone ? ['excavation'] : []),
  ];
  const verdict: Verdict = exempt || due.length === 0 ? 'clear' : 'attention';
  const work = due.map((one) => (one === 'survey' ? '考古调查' : '考古勘探、发掘')).join('、');
  const ask = listed ? '；属可不再进行考古工作的情形，但须先征得文物主管部门同意' : '';
  const askEn = listed
    ? '; the case is one of those that may go without, once the heritage authority agrees'
    : '';
  return outcome({
    verdict,
    sentence: exempt
      ? say(
          '属可不再进行考古工作的情形，已征得文物主管部门同意。',
          'No archaeological work is needed; the heritage authority agrees.',
        )
      : due.length === 0
        ? say('本环节应完成的考古工作已完成。', 'The archaeological work due at this step is done.')
        : say(`尚须完成：${work}${ask}。`, `Still due: ${due.join(', ')}${askEn}.`),
    sources: [sources.a13],
    result: { exempt, due: exempt ? [] : due },
  });
}
