/** B12/A(二十四): 20 % of the counties' reserves of replacement farmland are pooled by the province or the city. */
import Type, { type Static } from 'typebox';
import { basis, figure, outcome, print, say } from './answer.js';
import type { Outcome } from './measure-types.js';
import { compareAreas, exactArea, lessArea, percentOf, printM2, sumAreas, zeroArea } from './quantity.js';
import { area, innerObject, inputObject, label, oneOf, text } from './schemas.js';
import { sources } from './sources.js';

const POOL_PERCENT = 20;

export const farmlandPoolInput = inputObject({
  kind: Type.Literal('farmland-pool', label('补充耕地 20% 统筹', '20 % pool of replacement farmland')),
  level: oneOf(
    ['province', 'city'] as const,
    '统筹层级：省 province（第12条）/ 市 city（(二十四)）',
    'province (measure 12) or city (measure 24)',
  ),
  counties: Type.Array(
    innerObject({
      code: text('县级代码', 'Code of the county'),
      reserve: area('补充耕地储备（指标）', 'Reserve of replacement farmland'),
    }),
    { minItems: 1, maxItems: 500, ...label('各县（市、区）补充耕地储备', 'Reserves of the counties') },
  ),
  drawn: Type.Optional(area('统筹指标此前已用，缺省为 0', 'Drawn from the pool before; 0 when absent')),
  need: area('拟使用的统筹指标', 'What is asked from the pool'),
});

export function farmlandPool(given: Static<typeof farmlandPoolInput>): Outcome {
  const rows = given.counties.map(({ code, reserve }) => {
    const exact = exactArea(reserve);
    return { code, reserve: exact, pooled: percentOf(POOL_PERCENT, exact) };
  });
  const pool = sumAreas(rows.map((row) => row.pooled));
  const used = sumAreas([exactArea(given.need), given.drawn ? exactArea(given.drawn) : zeroArea]);
  const balance = lessArea(pool, used);
  const enough = compareAreas(balance, zeroArea) >= 0;
  const [poolM2, usedM2, balanceM2] = [pool, used, balance].map(printM2) as [number, number, number];
  const who = given.level === 'province' ? say('省级', 'provincial') : say('市级', 'city');
  const source = given.level === 'province' ? sources.b12 : sources.a24;
  return outcome({
    verdict: enough ? 'clear' : 'prohibited',
    sentence: enough
      ? say(
          `${who.zh}统筹的补充耕地指标（20%）为 ${print(poolM2)} ㎡，使用 ${print(usedM2)} ㎡，余 ${print(balanceM2)} ㎡。`,
          `The ${who.en} pool (20 %) holds ${print(poolM2)} m²; ${print(usedM2)} m² are used, ${print(balanceM2)} m² remain.`,
        )
      : say(
          `${who.zh}统筹的补充耕地指标（20%）为 ${print(poolM2)} ㎡，不足以使用 ${print(usedM2)} ㎡，缺 ${print(-balanceM2)} ㎡。`,
          `The ${who.en} pool (20 %) holds ${print(poolM2)} m², ${print(-balanceM2)} m² less than the ${print(usedM2)} m² used.`,
        ),
    sources: [source],
    thresholds: [{ id: 'pool', op: '<=', value: POOL_PERCENT, unit: '%', source }],
    figures: [
      figure('pool', '统筹指标（20%）', 'Pool (20 %)', poolM2, 'm2', basis.computed),
      figure('used', '使用（含此前已用）', 'Used, earlier draws included', usedM2, 'm2', basis.submitted),
      figure('balance', '余额', 'Balance', balanceM2, 'm2', basis.computed),
    ],
    result: {
      kind: given.kind,
      ...{ limitM2: poolM2, usedM2, balanceM2 },
      rows: rows.map(({ code, reserve, pooled }) => ({
        code,
        reserveM2: printM2(reserve),
        pooledM2: printM2(pooled),
      })),
    },
  });
}
