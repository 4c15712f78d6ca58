/**
 * A(二十一): where some buildings are finished and the price for their share of floor area is paid, the land of that share may
 * be registered; the whole price at the latest two years after the contract.
 */
import Type, { type Static } from 'typebox';
import { basis, figure, outcome, print, refused, say } from './answer.js';
import { endOfTerm } from './days.js';
import { defineMeasure } from './define-measure.js';
import type { MeasureContext, Outcome } from './measure-types.js';
import { compareAreas, divideRounded, exactArea, printPercent, yuanOf, zeroArea } from './quantity.js';
import { area, day, flag, inputObject, m2, money, nullable, row } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const YEARS = 2;

const input = inputObject({
  landArea: area('宗地面积', 'Area of the parcel'),
  totalFloorArea: area('规划总建筑面积', 'Planned floor area'),
  completedFloorArea: area('已完工建筑面积', 'Floor area finished'),
  price: money('土地出让价款', 'Price of the land'),
  paid: money('已缴价款', 'Price paid'),
  contractDate: day('出让合同签订日', 'Day of the contract'),
  lastPayment: day('约定的最后缴清日', 'Day on which the rest is due'),
  confirmedIdle: flag('是否经市、县人民政府确认的闲置存量土地', 'Idle land confirmed by the government'),
  approved: flag('是否经市、县（市）人民政府批准', 'Whether the government has approved'),
});

const result = row({
  completedShare: nullable(Type.Number()),
  paidShare: nullable(Type.Number()),
  registrableM2: m2('Land of the finished share'),
  dueCny: Type.Number({ description: 'Price of the finished share' }),
  latestPayment: Type.String(),
  paidEnough: Type.Boolean(),
  paymentInTime: Type.Boolean(),
});

export const partialRegistration = defineMeasure({
  id: 'partial-registration',
  title: say('分期登记与价款缴纳核算', 'Registration of a finished share'),
  summary: say(
    '已完工建筑面积比例与已缴价款比例、可登记的土地面积、两年缴清期限。',
    'Share finished against share paid, the land that may be registered, the two-year limit.',
  ),
  sources: [sources.a21, sources.a21term],
  input,
  result,
  run: async (_parts, given, context) => run(given, context),
});

function run(given: Static<typeof input>, { faults }: MeasureContext): Outcome {
  const [land, total, done] = [given.landArea, given.totalFloorArea, given.completedFloorArea].map(
    exactArea,
  ) as [ReturnType<typeof exactArea>, ReturnType<typeof exactArea>, ReturnType<typeof exactArea>];
  const [price, paid] = [yuanOf(given.price), yuanOf(given.paid)];
  if (compareAreas(total, zeroArea) === 0)
    faults.push(
      fault('/totalFloorArea/value', 'no-area', '总建筑面积为零。', 'The planned floor area is zero.'),
    );
  if (compareAreas(done, total) > 0)
    faults.push(
      fault(
        '/completedFloorArea',
        'contradiction',
        '已完工面积大于总建筑面积。',
        'More is finished than planned.',
      ),
    );
  if (price.eq(0)) faults.push(fault('/price/value', 'no-amount', '价款为零。', 'The price is zero.'));
  if (faults.length > 0) return refused();
  // paid / price ≥ done / total, without a division
  const paidEnough = paid.times(total.thirds).gte(price.times(done.thirds));
  const latest = endOfTerm(given.contractDate, YEARS);
  const inTime = given.lastPayment <= latest;
  const registrableM2 = divideRounded(land.thirds.times(done.thirds), total.thirds.times(3), 2);
  const dueCny = divideRounded(price.times(done.thirds), total.thirds, 2);
  const [completedShare, paidShare] = [printPercent(done.thirds, total.thirds), printPercent(paid, price)];
  const zh: string[] = [];
  const en: string[] = [];
  if (!paidEnough) {
    zh.push(
      `已缴价款占 ${paidShare}%，低于已完工建筑面积比例 ${completedShare}%，相应价款（${print(dueCny)} 元）未缴清`,
    );
    en.push(
      `${paidShare} % of the price is paid for ${completedShare} % finished; the share of ${print(dueCny)} CNY is not covered`,
    );
  }
  if (!inTime) {
    zh.push(`约定缴清日 ${given.lastPayment} 晚于合同签订之日起两年（${latest}）`);
    en.push(`the rest is due on ${given.lastPayment}, after the two years that end on ${latest}`);
  }
  const hard = zh.length > 0;
  if (!given.confirmedIdle) {
    zh.push('未经市、县人民政府确认为闲置存量土地');
    en.push('the land is not confirmed as idle by the government');
  }
  if (!given.approved) {
    zh.push('尚未经市、县（市）人民政府批准');
    en.push('the approval of the government is missing');
  }
  const fine = zh.length === 0;
  const enText = en.join('; ');
  return outcome({
    verdict: hard ? 'prohibited' : fine ? 'clear' : 'attention',
    sentence: fine
      ? say(
          `已完工建筑面积占 ${completedShare}%，相应价款已缴清，可对 ${print(registrableM2)} ㎡ 土地办理不动产登记。`,
          `${completedShare} % is finished and paid; ${print(registrableM2)} m² of land may be registered.`,
        )
      : say(`${zh.join('；')}。`, `${enText[0]!.toUpperCase()}${enText.slice(1)}.`),
    sources: [sources.a21, sources.a21term],
    thresholds: [
      { id: 'paid-share', op: '>=', value: completedShare ?? 0, unit: '%', source: sources.a21 },
      { id: 'payment-years', op: '<=', value: YEARS, unit: 'year', source: sources.a21term },
    ],
    figures: [
      figure('completed', '已完工建筑面积占比', 'Share finished', completedShare, '%', basis.computed),
      figure('paid', '已缴价款占比', 'Share paid', paidShare, '%', basis.computed),
      figure(
        'registrable',
        '可登记土地面积',
        'Land that may be registered',
        registrableM2,
        'm2',
        basis.computed,
      ),
      figure('due', '相应价款', 'Price of the finished share', dueCny, 'CNY', basis.computed),
    ],
    result: {
      completedShare,
      paidShare,
      registrableM2,
      dueCny,
      latestPayment: latest,
      paidEnough,
      paymentInTime: inTime,
    },
  });
}
