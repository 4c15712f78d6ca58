/** B21: works other than the single structures that set the pace may take 30 % of (control scale − single structures). */
import Type, { type Static } from 'typebox';
import type { InputFault } from '../core/errors.js';
import { basis, figure, outcome, print, say } from './answer.js';
import type { Outcome } from './measure-types.js';
import { compareAreas, exactArea, lessArea, percentOf, printM2, zeroArea } from './quantity.js';
import { area, flag, inputObject, label } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const PERCENT = 30;

export const advanceLandInput = inputObject({
  kind: Type.Literal('advance-land', label('先行用地 30%', 'Advance land, 30 %')),
  nationalMajorProject: flag(
    '是否国家重大建设项目（不适用本条）',
    'Whether it is a national major project (the clause excludes it)',
  ),
  controlScale: area('项目用地预审控制规模', 'Control scale of the pre-review'),
  singleStructures: area('控制工期的单体工程用地规模', 'Land of the single structures that set the pace'),
  otherWorks: area('拟先行用地的其他工程', 'Other works that ask for land in advance'),
});

export function advanceLand(given: Static<typeof advanceLandInput>, faults: InputFault[]): Outcome {
  const scale = exactArea(given.controlScale);
  const single = exactArea(given.singleStructures);
  const others = exactArea(given.otherWorks);
  const base = lessArea(scale, single);
  if (compareAreas(base, zeroArea) < 0)
    faults.push(
      fault(
        '/singleStructures',
        'contradiction',
        '单体工程用地规模大于预审控制规模。',
        'The single structures are larger than the control scale.',
      ),
    );
  const limit = percentOf(PERCENT, base);
  const balance = lessArea(limit, others);
  const within = compareAreas(balance, zeroArea) >= 0;
  const [limitM2, usedM2, balanceM2] = [limit, others, balance].map(printM2) as [number, number, number];
  const excluded = given.nationalMajorProject;
  return outcome({
    verdict: excluded ? 'attention' : within ? 'clear' : 'prohibited',
    sentence: excluded
      ? say(
          '国家重大建设项目不适用本条，先行用地按国家规定办理。',
          'The clause excludes national major projects; national rules decide on their advance land.',
        )
      : within
        ? say(
            `其他工程先行用地 ${print(usedM2)} ㎡，不超过（预审控制规模 − 单体工程）的 30%（${print(limitM2)} ㎡），余 ${print(balanceM2)} ㎡；单体工程不受规模限制。`,
            `Other works take ${print(usedM2)} m² of the ${print(limitM2)} m² (30 % of the scale less single structures); ${print(balanceM2)} m² remain.`,
          )
        : say(
            `其他工程先行用地 ${print(usedM2)} ㎡，超过（预审控制规模 − 单体工程）的 30%（${print(limitM2)} ㎡），超出 ${print(-balanceM2)} ㎡。`,
            `Other works take ${print(usedM2)} m², ${print(-balanceM2)} m² more than 30 % of the scale less single structures (${print(limitM2)} m²).`,
          ),
    sources: [sources.b21],
    thresholds: [{ id: 'other-works', op: '<=', value: PERCENT, unit: '%', source: sources.b21 }],
    figures: [
      figure('scale', '预审控制规模', 'Control scale', printM2(scale), 'm2', basis.submitted),
      figure('single', '单体工程', 'Single structures', printM2(single), 'm2', basis.submitted),
      figure(
        'base',
        '控制规模扣除单体工程',
        'Scale less single structures',
        printM2(base),
        'm2',
        basis.computed,
      ),
      figure('limit', '其他工程上限（30%）', 'Limit of other works (30 %)', limitM2, 'm2', basis.computed),
      figure('used', '其他工程', 'Other works', usedM2, 'm2', basis.submitted),
      figure('balance', '余额', 'Balance', balanceM2, 'm2', basis.computed),
    ],
    result: { kind: given.kind, limitM2, usedM2, balanceM2, rows: [] },
  });
}
