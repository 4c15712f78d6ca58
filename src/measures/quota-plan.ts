/** A(七)/B9: half of last year's quota (增存挂钩) may be used in advance. B11: dedicated quotas of named kinds of county. */
import Type, { type Static } from 'typebox';
import type { FindingSource } from '../policy/policy-types.js';
import { basis, figure, outcome, print, say } from './answer.js';
import type { Outcome, Threshold } from './measure-types.js';
import {
  compareAreas,
  type ExactArea,
  exactArea,
  lessArea,
  percentOf,
  printM2,
  sumAreas,
  zeroArea,
} from './quantity.js';
import { area, inputObject, label, oneOf } from './schemas.js';
import { sources } from './sources.js';

const ADVANCE_PERCENT = 50;
/** 亩, by kind of county (B11). */
const DEDICATED_MU = {
  'national-poverty': 600,
  'provincial-poverty': 300,
  'yellow-river': 300,
  dabie: 300,
} as const;

export const planAdvanceInput = inputObject({
  kind: Type.Literal('plan-advance', label('“增存挂钩”指标 50% 预支', '50 % advance of the plan quota')),
  lastYear: area('上年度“增存挂钩”核算计划指标', "Last year's quota (增存挂钩)"),
  advanced: Type.Optional(area('本年度此前已预支，缺省为 0', 'Advanced this year before; 0 when absent')),
  need: area('拟预支的新增建设用地计划指标', 'Quota asked for in advance'),
});

export const dedicatedQuotaInput = inputObject({
  kind: Type.Literal('dedicated', label('第11条 专项计划指标', 'Measure 11, dedicated quota')),
  countyKind: oneOf(
    Object.keys(DEDICATED_MU) as (keyof typeof DEDICATED_MU)[],
    '县的类型：国家级脱贫县 national-poverty、省级脱贫县 provincial-poverty、黄河滩区迁建县 yellow-river、大别山革命老区县 dabie',
    'national-poverty, provincial-poverty, yellow-river or dabie',
  ),
  used: Type.Optional(area('此前已用，缺省为 0', 'Used before; 0 when absent')),
  need: area('拟使用', 'What is asked for'),
});

export function planAdvance(given: Static<typeof planAdvanceInput>): Outcome {
  const limit = percentOf(ADVANCE_PERCENT, exactArea(given.lastYear));
  const threshold = {
    id: 'advance',
    op: '<=',
    value: ADVANCE_PERCENT,
    unit: '%',
    source: sources.b9,
  } as const;
  const name = say('上年度核算指标的 50%', "half of last year's quota");
  return compareWithLimit(
    given.kind,
    limit,
    given.advanced,
    given.need,
    name,
    [sources.a7, sources.b9],
    threshold,
  );
}

export function dedicatedQuota(given: Static<typeof dedicatedQuotaInput>): Outcome {
  const mu = DEDICATED_MU[given.countyKind];
  const limit = exactArea({ value: mu, unit: 'mu' });
  const name = say(`专项计划指标 ${mu} 亩`, `the dedicated quota of ${mu} mu`);
  const note = say(`${mu} 亩，1 亩 = 2000/3 平方米。`, `${mu} mu of 2000/3 m².`);
  const threshold: Threshold = {
    id: 'dedicated',
    op: '<=',
    value: printM2(limit),
    unit: 'm2',
    source: sources.b11,
    note,
  };
  return compareWithLimit(given.kind, limit, given.used, given.need, name, [sources.b11], threshold);
}

function compareWithLimit(
  kind: string,
  limit: ExactArea,
  before: { value: number; unit: 'm2' | 'mu' | 'ha' | 'km2' } | undefined,
  need: { value: number; unit: 'm2' | 'mu' | 'ha' | 'km2' },
  name: { zh: string; en: string },
  cited: readonly FindingSource[],
  threshold: Threshold,
): Outcome {
  const used = sumAreas([exactArea(need), before ? exactArea(before) : zeroArea]);
  const balance = lessArea(limit, used);
  const within = compareAreas(balance, zeroArea) >= 0;
  const [limitM2, usedM2, balanceM2] = [limit, used, balance].map(printM2) as [number, number, number];
  return outcome({
    verdict: within ? 'clear' : 'prohibited',
    sentence: within
      ? say(
          `${name.zh}为 ${print(limitM2)} ㎡，使用合计 ${print(usedM2)} ㎡，未超出，余 ${print(balanceM2)} ㎡。`,
          `Of ${name.en} (${print(limitM2)} m²) ${print(usedM2)} m² are used; ${print(balanceM2)} m² remain.`,
        )
      : say(
          `${name.zh}为 ${print(limitM2)} ㎡，使用合计 ${print(usedM2)} ㎡，超出 ${print(-balanceM2)} ㎡。`,
          `${print(usedM2)} m² exceed ${name.en} (${print(limitM2)} m²) by ${print(-balanceM2)} m².`,
        ),
    sources: cited,
    thresholds: [threshold],
    figures: [
      figure('limit', '可用指标', 'What may be used', limitM2, 'm2', basis.computed),
      figure('used', '使用合计', 'Used, earlier use included', usedM2, 'm2', basis.submitted),
      figure('balance', '余额', 'Balance', balanceM2, 'm2', basis.computed),
    ],
    result: { kind, limitM2, usedM2, balanceM2, rows: [] },
  });
}
