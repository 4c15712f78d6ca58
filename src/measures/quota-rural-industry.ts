/** B4: a township plan gives at least 10 % of its village land to rural industry. */
import Type, { type Static } from 'typebox';
import type { InputFault } from '../core/errors.js';
import { basis, figure, outcome, say } from './answer.js';
import { readCode, wantSystem } from './land-use-codes.js';
import type { Outcome } from './measure-types.js';
import {
  compareAreas,
  exactArea,
  lessArea,
  percentOf,
  printM2,
  printPercent,
  sumAreas,
  zeroArea,
} from './quantity.js';
import { area, codeSystem, flag, innerObject, inputObject, label, landUseCode } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const PERCENT = 10;

export const ruralIndustryInput = inputObject({
  kind: Type.Literal('rural-industry', label('乡村产业用地 10%', 'Rural industry, 10 %')),
  codeSystem: codeSystem(),
  villageLand: Type.Array(
    innerObject({
      code: landUseCode(),
      area: area('面积', 'Area'),
      ruralIndustry: flag('是否规划为乡村产业用地', 'Planned as land for rural industry'),
    }),
    {
      minItems: 1,
      maxItems: 10_000,
      ...label('规划村庄用地（逐类或逐块）', 'The planned village land, by class or by plot'),
    },
  ),
});

export function ruralIndustry(given: Static<typeof ruralIndustryInput>, faults: InputFault[]): Outcome {
  wantSystem(given.codeSystem, 'ydyh-2023', faults);
  const rows = given.villageLand.map(({ code, area: quantity, ruralIndustry: industry }, i) => {
    const labelZh =
      given.codeSystem === 'ydyh-2023' ? readCode(code, `/villageLand/${i}/code`, 'ydyh-2023', faults) : null;
    return { code, label: labelZh, industry, exact: exactArea(quantity) };
  });
  const village = sumAreas(rows.map((row) => row.exact));
  if (compareAreas(village, zeroArea) === 0)
    faults.push(
      fault('/villageLand', 'no-area', '村庄用地面积合计为零。', 'The village land adds up to nothing.'),
    );
  const industry = sumAreas(rows.filter((row) => row.industry).map((row) => row.exact));
  const limit = percentOf(PERCENT, village);
  const balance = lessArea(industry, limit);
  const enough = compareAreas(balance, zeroArea) >= 0;
  const share = printPercent(industry.thirds, village.thirds);
  const [limitM2, usedM2, balanceM2] = [limit, industry, balance].map(printM2) as [number, number, number];
  const figures = `${usedM2.toFixed(2)} ㎡，占村庄用地 ${printM2(village).toFixed(2)} ㎡ 的 ${share}%`;
  const figuresEn = `${usedM2.toFixed(2)} m², ${share} % of ${printM2(village).toFixed(2)} m² of village land`;
  return outcome({
    verdict: enough ? 'clear' : 'prohibited',
    sentence: enough
      ? say(`规划乡村产业用地 ${figures}，不少于 10%。`, `Rural industry has ${figuresEn}: at least 10 %.`)
      : say(
          `规划乡村产业用地 ${figures}，不足 10%，尚缺 ${(-balanceM2).toFixed(2)} ㎡。`,
          `Rural industry has ${figuresEn}: ${(-balanceM2).toFixed(2)} m² short of 10 %.`,
        ),
    sources: [sources.b4],
    thresholds: [{ id: 'rural-industry', op: '>=', value: PERCENT, unit: '%', source: sources.b4 }],
    figures: [
      figure('village', '村庄用地', 'Village land', printM2(village), 'm2', basis.submitted),
      figure('industry', '乡村产业用地', 'Rural industry', usedM2, 'm2', basis.submitted),
      figure('share', '占比', 'Share', share, '%', basis.computed),
      figure('limit', '最低面积（10%）', 'Least area (10 %)', limitM2, 'm2', basis.computed),
    ],
    result: {
      kind: given.kind,
      ...{ limitM2, usedM2, balanceM2 },
      rows: rows.map(({ code, label: name, industry: yes, exact }) => ({
        ...{ code, label: name, ruralIndustry: yes },
        areaM2: printM2(exact),
      })),
    },
  });
}
