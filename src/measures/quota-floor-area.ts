/**
 * B32: industrial land may hold other uses up to 15 % of floor area and stays industrial. Supporting offices are not
 * counted, commodity housing is excluded. The clause does not name the denominator: both readings are reported.
 */
import Type, { type Static } from 'typebox';
import type { Bilingual, InputFault } from '../core/errors.js';
import type { Verdict } from '../policy/policy-types.js';
import { basis, figure, outcome, say } from './answer.js';
import type { Outcome } from './measure-types.js';
import {
  compareAreas,
  type ExactArea,
  exactArea,
  lessArea,
  percentOf,
  printM2,
  printPercent,
  sumAreas,
  zeroArea,
} from './quantity.js';
import { area, flag, innerObject, inputObject, label, oneOf, text } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const PERCENT = 15;
const uses = ['industry', 'supporting', 'compatible', 'commodity-housing'] as const;

export const compatibleFloorAreaInput = inputObject({
  kind: Type.Literal(
    'compatible-floor-area',
    label('工业用地兼容 15%', 'Compatible uses of industrial land, 15 %'),
  ),
  chainIndustry: flag('是否“7+28+N”产业链工业用地', 'Whether it is industrial land of the 7+28+N chains'),
  totalFloorArea: area('总建筑面积', 'Total floor area'),
  floors: Type.Array(
    innerObject({
      name: text('名称', 'Name'),
      use: oneOf(
        uses,
        '用途：工业 industry、按规定配套的行政办公及生活服务 supporting、兼容的其他用途 compatible、商品住宅 commodity-housing',
        'industry, supporting, compatible or commodity-housing',
      ),
      area: area('建筑面积', 'Floor area'),
    }),
    { minItems: 1, maxItems: 10_000, ...label('各部分建筑面积', 'The floor areas') },
  ),
});

type Input = Static<typeof compatibleFloorAreaInput>;

export function compatibleFloorArea(given: Input, faults: InputFault[]): Outcome {
  const total = exactArea(given.totalFloorArea);
  const of = (use: (typeof uses)[number]): ExactArea =>
    sumAreas(given.floors.filter((one) => one.use === use).map((one) => exactArea(one.area)));
  const all = sumAreas(uses.map(of));
  if (compareAreas(all, total) !== 0 || compareAreas(total, zeroArea) === 0)
    faults.push(
      fault(
        '/floors',
        'does-not-close',
        `各部分建筑面积之和 ${printM2(all)} ㎡ 与总建筑面积 ${printM2(total)} ㎡ 不一致或为零。`,
        `The floor areas add up to ${printM2(all)} m², the total is ${printM2(total)} m².`,
      ),
    );
  const compatible = of('compatible');
  const supporting = of('supporting');
  const housing = of('commodity-housing');
  const net = lessArea(total, supporting);
  const within = (base: ExactArea): boolean => compareAreas(compatible, percentOf(PERCENT, base)) <= 0;
  const shareOfTotal = printPercent(compatible.thirds, total.thirds);
  const shareOfNet = printPercent(compatible.thirds, net.thirds);
  const { verdict, sentence } = judge(given, {
    ...{ housing: compareAreas(housing, zeroArea) > 0, inTotal: within(total), inNet: within(net) },
    ...{ shareOfTotal, shareOfNet },
  });
  const limit = percentOf(PERCENT, total);
  return outcome({
    verdict,
    sentence,
    sources: [sources.b32],
    thresholds: [
      {
        id: 'compatible',
        op: '<=',
        value: PERCENT,
        unit: '%',
        source: sources.b32,
        note: say(
          '条文未写明 15% 的分母，按总建筑面积与扣除配套设施后的建筑面积两种口径并列；只有两种口径均不超过才判为符合。',
          'The clause does not name the denominator; both the total and the total less supporting offices are shown, and only within both is it clear.',
        ),
      },
    ],
    figures: [
      figure('total', '总建筑面积', 'Total floor area', printM2(total), 'm2', basis.submitted),
      figure(
        'supporting',
        '其中按规定配套（不计入兼容）',
        'Supporting, not counted',
        printM2(supporting),
        'm2',
        basis.submitted,
      ),
      figure('compatible', '兼容的其他用途', 'Compatible uses', printM2(compatible), 'm2', basis.submitted),
      figure('housing', '商品住宅', 'Commodity housing', printM2(housing), 'm2', basis.submitted),
      figure('share-total', '占总建筑面积', 'Share of the total', shareOfTotal, '%', basis.computed),
      figure(
        'share-net',
        '占扣除配套后的建筑面积',
        'Share of the total less supporting',
        shareOfNet,
        '%',
        basis.computed,
      ),
    ],
    result: {
      kind: given.kind,
      limitM2: printM2(limit),
      usedM2: printM2(compatible),
      balanceM2: printM2(lessArea(limit, compatible)),
      rows: given.floors.map(({ name, use, area: quantity }) => ({
        name,
        use,
        areaM2: printM2(exactArea(quantity)),
      })),
    },
  });
}

interface Found {
  housing: boolean;
  inTotal: boolean;
  inNet: boolean;
  shareOfTotal: number | null;
  shareOfNet: number | null;
}

function judge(given: Input, found: Found): { verdict: Verdict; sentence: Bilingual } {
  const share = `占总建筑面积 ${found.shareOfTotal}%（扣除配套后 ${found.shareOfNet}%）`;
  const shareEn = `${found.shareOfTotal} % of the total (${found.shareOfNet} % less supporting)`;
  if (found.housing)
    return {
      verdict: 'prohibited',
      sentence: say(
        '含有商品住宅，不属于可兼容的用途。',
        'There is commodity housing, which is no compatible use.',
      ),
    };
  if (!found.inTotal)
    return {
      verdict: 'prohibited',
      sentence: say(
        `兼容用途建筑面积${share}，超过 15%，不得仍按工业用途管理。`,
        `Compatible uses are ${shareEn}: over 15 %.`,
      ),
    };
  if (!given.chainIndustry)
    return {
      verdict: 'attention',
      sentence: say(
        `兼容用途建筑面积${share}，未超过 15%；但不属于“7+28+N”产业链工业用地，是否适用本条应另行说明。`,
        `Compatible uses are ${shareEn}, within 15 %; but the land is not of the 7+28+N chains the clause names.`,
      ),
    };
  if (!found.inNet)
    return {
      verdict: 'attention',
      sentence: say(
        `兼容用途建筑面积${share}，按总建筑面积未超过 15%，按扣除配套后的口径超过，应说明采用的口径。`,
        `Compatible uses are ${shareEn}: within 15 % of the total, over it less supporting; say which one is used.`,
      ),
    };
  return {
    verdict: 'clear',
    sentence: say(
      `兼容用途建筑面积${share}，不超过 15%，仍按工业用途管理。`,
      `Compatible uses are ${shareEn}: within 15 %, the land stays industrial.`,
    ),
  };
}
