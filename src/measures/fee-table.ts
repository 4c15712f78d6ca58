/**
 * New construction land by grade for the paid-use fee (A十一/B19). The documents move the moment of payment and name no
 * rate: amounts are given only for rates that were handed in.
 */
import Type, { type Static } from 'typebox';
import type { InputFault } from '../core/errors.js';
import { basis, figure, outcome, print, say } from './answer.js';
import { defineMeasure } from './define-measure.js';
import type { Outcome } from './measure-types.js';
import { Big, divideRounded, type ExactArea, exactArea, printM2, sumAreas } from './quantity.js';
import { area, innerObject, inputObject, label, m2, nullable, rate, row, text } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const input = inputObject({
  rows: Type.Array(
    innerObject({
      district: text('所在县（市、区）', 'County'),
      grade: text('土地等别', 'Grade of the land'),
      area: area('新增建设用地面积', 'New construction land'),
    }),
    { minItems: 1, maxItems: 10_000, ...label('新增建设用地', 'The new construction land') },
  ),
  rates: Type.Optional(
    Type.Array(innerObject({ grade: text('土地等别', 'Grade'), rate: rate('征收标准', 'Rate of the fee') }), {
      maxItems: 100,
      ...label('各等别征收标准（不给则只列面积）', 'Rates by grade; areas alone without them'),
    }),
  ),
});

const result = row({
  totalM2: m2(),
  totalCny: nullable(Type.Number()),
  grades: Type.Array(
    row({
      grade: Type.String(),
      areaM2: m2(),
      rateCnyPerM2: nullable(Type.Number()),
      amountCny: nullable(Type.Number()),
    }),
  ),
  rows: Type.Array(row({ district: Type.String(), grade: Type.String(), areaM2: m2() })),
});

export const feeTable = defineMeasure({
  id: 'fee-table',
  title: say('新增建设用地有偿使用费面积表', 'Areas for the fee on new construction land'),
  summary: say(
    '按土地等别汇总新增建设用地面积；给出征收标准时计算金额。',
    'Sums new construction land by grade; amounts where rates are given.',
  ),
  sources: [sources.a11, sources.b19],
  input,
  result,
  run: async (_parts, given, { faults }) => run(given, faults),
});

function run({ rows, rates = [] }: Static<typeof input>, faults: InputFault[]): Outcome {
  for (const [i, { grade }] of rates.entries())
    if (rates.findIndex((one) => one.grade === grade) !== i)
      faults.push(
        fault(`/rates/${i}/grade`, 'repeated', `等别 ${grade} 重复。`, `The grade ${grade} is there twice.`),
      );
  const byGrade = new Map<string, ExactArea[]>();
  for (const { grade, area: quantity } of rows)
    byGrade.set(grade, [...(byGrade.get(grade) ?? []), exactArea(quantity)]);
  const grades = [...byGrade]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([grade, areas]) => {
      const sum = sumAreas(areas);
      const found = rates.find((one) => one.grade === grade)?.rate.value ?? null;
      const amount = found === null ? null : divideRounded(sum.thirds.times(found), new Big(3), 2);
      return { grade, sum, areaM2: printM2(sum), rateCnyPerM2: found, amountCny: amount };
    });
  const totalM2 = printM2(sumAreas(grades.map(({ sum }) => sum)));
  const complete = grades.every(({ amountCny }) => amountCny !== null);
  const totalCny = complete
    ? grades.reduce((sum, one) => sum.plus(one.amountCny!), new Big(0)).toNumber()
    : null;
  return outcome({
    verdict: 'attention',
    sentence: say(
      `新增建设用地 ${print(totalM2)} ㎡，涉及 ${grades.length} 个等别${totalCny === null ? '（征收标准未给全，不计算金额）' : `，有偿使用费 ${print(totalCny)} 元`}；缴费票据可在组卷上报阶段或领取省政府用地批复前提供。`,
      `${print(totalM2)} m² of new construction land in ${grades.length} grades${totalCny === null ? ' (rates are not complete, no amount)' : `, fee ${print(totalCny)} CNY`}; proof of payment with the application or before the approval is collected.`,
    ),
    sources: [sources.a11, sources.b19],
    figures: [
      figure('total', '新增建设用地', 'New construction land', totalM2, 'm2', basis.submitted),
      figure('amount', '有偿使用费', 'Fee', totalCny, 'CNY', basis.computed),
    ],
    result: {
      ...{ totalM2, totalCny },
      grades: grades.map(({ sum: _sum, ...grade }) => grade),
      rows: rows.map(({ district, grade, area: quantity }) => ({
        district,
        grade,
        areaM2: printM2(exactArea(quantity)),
      })),
    },
  });
}
