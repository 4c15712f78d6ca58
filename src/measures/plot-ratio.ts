/** A(五): floor area of supporting facilities handed over free of charge is not counted in the plot ratio, if the supply plan says so. */
import Type, { type Static } from 'typebox';
import { basis, figure, outcome, print, say } from './answer.js';
import { defineMeasure } from './define-measure.js';
import type { MeasureContext, Outcome } from './measure-types.js';
import { Big, compareAreas, divideRounded, exactArea, printM2, sumAreas, zeroArea } from './quantity.js';
import { area, flag, innerObject, inputObject, label, m2, nullable, row, text } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const input = inputObject({
  landArea: area('用地面积', 'Area of the land'),
  floors: Type.Array(
    innerObject({
      name: text('名称', 'Name'),
      area: area('建筑面积', 'Floor area'),
      handedOverFree: flag('是否无偿移交的配建设施', 'Supporting facility handed over free of charge'),
      inSupplyPlan: flag('是否已在供地方案中明确', 'Set out in the supply plan'),
    }),
    { minItems: 1, maxItems: 10_000, ...label('各部分建筑面积', 'The floor areas') },
  ),
  limit: Type.Optional(
    Type.Number({
      exclusiveMinimum: 0,
      ...label('规划条件的容积率上限', 'Plot ratio allowed by the planning conditions'),
    }),
  ),
});

const result = row({
  countedM2: m2('Floor area that counts'),
  excludedM2: m2('Handed over free and in the supply plan: not counted'),
  notInPlanM2: m2('Handed over free but not in the supply plan: counted'),
  ratio: Type.Number(),
  ratioOfAll: Type.Number(),
  limit: nullable(Type.Number()),
});

export const plotRatio = defineMeasure({
  id: 'plot-ratio',
  title: say('容积率核算（配建设施不计容）', 'Plot ratio without facilities handed over'),
  summary: say(
    '无偿移交且在供地方案中明确的配建设施不计入容积率。',
    'Facilities handed over free and set out in the supply plan are not counted.',
  ),
  sources: [sources.a5],
  input,
  result,
  run: async (_parts, given, context) => run(given, context),
});

function run({ landArea, floors, limit }: Static<typeof input>, { faults }: MeasureContext): Outcome {
  const land = exactArea(landArea);
  if (compareAreas(land, zeroArea) === 0) {
    faults.push(fault('/landArea/value', 'no-area', '用地面积为零。', 'The area of the land is zero.'));
    return outcome({ verdict: 'undetermined', sentence: say('', ''), sources: [] });
  }
  const sumOf = (wanted: (one: (typeof floors)[number]) => boolean) =>
    sumAreas(floors.filter(wanted).map((one) => exactArea(one.area)));
  const counted = sumOf((one) => !(one.handedOverFree && one.inSupplyPlan));
  const excluded = sumOf((one) => one.handedOverFree && one.inSupplyPlan);
  const notInPlan = sumOf((one) => one.handedOverFree && !one.inSupplyPlan);
  const all = sumAreas([counted, excluded]);
  const ratio = divideRounded(counted.thirds, land.thirds, 4);
  const ratioOfAll = divideRounded(all.thirds, land.thirds, 4);
  const over = limit !== undefined && counted.thirds.gt(land.thirds.times(new Big(limit)));
  const open = compareAreas(notInPlan, zeroArea) > 0;
  const tail = open
    ? say(
        `；另有 ${print(printM2(notInPlan))} ㎡ 无偿移交的配建设施未在供地方案中明确，仍计入容积率`,
        `; ${print(printM2(notInPlan))} m² handed over free are not in the supply plan and count`,
      )
    : say('', '');
  const compared =
    limit === undefined
      ? say('', '')
      : over
        ? say(`，超过规划条件的 ${limit}`, `, over the ${limit} allowed`)
        : say(`，不超过规划条件的 ${limit}`, `, within the ${limit} allowed`);
  return outcome({
    verdict: over ? 'prohibited' : open ? 'attention' : 'clear',
    sentence: say(
      `不计入无偿移交的配建设施 ${print(printM2(excluded))} ㎡ 后，容积率为 ${ratio}（全部计入为 ${ratioOfAll}）${compared.zh}${tail.zh}。`,
      `Without ${print(printM2(excluded))} m² of facilities handed over free the plot ratio is ${ratio} (${ratioOfAll} with them)${compared.en}${tail.en}.`,
    ),
    sources: [sources.a5],
    figures: [
      figure('land', '用地面积', 'Land', printM2(land), 'm2', basis.submitted),
      figure('counted', '计容建筑面积', 'Floor area that counts', printM2(counted), 'm2', basis.computed),
      figure('excluded', '不计容的配建设施', 'Not counted', printM2(excluded), 'm2', basis.computed),
      figure('ratio', '容积率', 'Plot ratio', ratio, '1', basis.computed),
    ],
    result: {
      ...{ countedM2: printM2(counted), excludedM2: printM2(excluded), notInPlanM2: printM2(notInPlan) },
      ...{ ratio, ratioOfAll, limit: limit ?? null },
    },
  });
}
