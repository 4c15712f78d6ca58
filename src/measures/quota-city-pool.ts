/**
 * A(三)/B3: counties short of new urban construction land draw on 40 % of the city's total. Urban land laid out beyond the
 * boundary counts within the scale (the ledger), so it shortens what a county has left.
 */
import Type, { type Static } from 'typebox';
import type { InputFault } from '../core/errors.js';
import { basis, figure, outcome, print, say } from './answer.js';
import type { Outcome } from './measure-types.js';
import {
  compareAreas,
  type ExactArea,
  exactArea,
  lessArea,
  maxArea,
  percentOf,
  printM2,
  sumAreas,
  zeroArea,
} from './quantity.js';
import { area, innerObject, inputObject, label, text } from './schemas.js';
import { sources } from './sources.js';
import { fault } from './validate-input.js';

const POOL_PERCENT = 40;

export const cityPoolInput = inputObject({
  kind: Type.Literal('city-pool', label('市域 40% 统筹', '40 % pool of the city')),
  cityTotal: area('市域新增城镇建设用地总规模', "The city's total of new urban construction land"),
  counties: Type.Array(
    innerObject({
      code: text('县级代码', 'Code of the county'),
      available: area('剩余新增城镇建设用地空间', 'New urban land the county has left'),
      need: area('拟用新增城镇建设用地', 'New urban land the county needs'),
    }),
    { minItems: 1, maxItems: 500, ...label('各县（市、区）', 'The counties') },
  ),
  drawn: Type.Optional(area('此前已从统筹规模中使用，缺省为 0', 'Drawn from the pool before; 0 when absent')),
  ledger: Type.Optional(
    Type.Array(
      innerObject({
        id: text('台账编号', 'Id in the ledger'),
        county: text('县级代码', 'Code of the county'),
        area: area('边界外城镇建设用地面积', 'Urban land outside the boundary'),
      }),
      {
        maxItems: 10_000,
        ...label('边界外城镇建设用地动态台账', 'Ledger of urban land outside the boundary'),
      },
    ),
  ),
});
type Input = Static<typeof cityPoolInput>;

export function cityPool(given: Input, faults: InputFault[]): Outcome {
  const codes = given.counties.map(({ code }) => code);
  for (const [i, code] of codes.entries())
    if (codes.indexOf(code) !== i)
      faults.push(
        fault(
          `/counties/${i}/code`,
          'repeated',
          `县级代码 ${code} 重复。`,
          `The code ${code} is there twice.`,
        ),
      );
  for (const [i, { county }] of (given.ledger ?? []).entries())
    if (!codes.includes(county))
      faults.push(
        fault(
          `/ledger/${i}/county`,
          'unknown-county',
          `counties 中没有 ${county}。`,
          `${county} is not among counties.`,
        ),
      );
  const rows = given.counties.map((county) => countyRow(county, given.ledger ?? []));
  const pool = percentOf(POOL_PERCENT, exactArea(given.cityTotal));
  const before = given.drawn ? exactArea(given.drawn) : zeroArea;
  const deficit = sumAreas(rows.map((row) => row.deficit));
  const used = sumAreas([before, deficit]);
  const balance = lessArea(pool, used);
  const covered = compareAreas(balance, zeroArea) >= 0;
  const short = rows.filter((row) => compareAreas(row.deficit, zeroArea) > 0);
  const [poolM2, deficitM2, balanceM2] = [pool, deficit, balance].map(printM2) as [number, number, number];
  const names = short.map(({ code, deficit: one }) => `${code} ${print(printM2(one))} ㎡`).join('、');
  const namesEn = short.map(({ code, deficit: one }) => `${code} ${print(printM2(one))} m²`).join(', ');
  const verdict = !covered ? 'prohibited' : short.length > 0 ? 'attention' : 'clear';
  const sentence = {
    clear: say(
      `各县（市、区）新增城镇建设用地空间（已计入边界外台账）满足需要，无需使用市域统筹规模 ${print(poolM2)} ㎡。`,
      `Every county has room enough (the ledger counted in); the pool of ${print(poolM2)} m² is not needed.`,
    ),
    attention: say(
      `${short.length} 个县（市、区）空间不足（${names}），合计 ${print(deficitM2)} ㎡，可按市域总规模的 40% 统筹核算，统筹后余额 ${print(balanceM2)} ㎡，应优先保障稳经济促增长项目。`,
      `${short.length} counties are short (${namesEn}), ${print(deficitM2)} m² together; the 40 % pool covers them and keeps ${print(balanceM2)} m².`,
    ),
    prohibited: say(
      `${short.length} 个县（市、区）空间不足（${names || '无'}），统筹规模不足以弥补，超出 ${print(-balanceM2)} ㎡。`,
      `${short.length} counties are short (${namesEn || 'none'}); the 40 % pool is exceeded by ${print(-balanceM2)} m².`,
    ),
  }[verdict];
  return outcome({
    verdict,
    sentence,
    sources: [sources.a3, sources.b3, ...(given.ledger ? [sources.a3ledger] : [])],
    thresholds: [
      {
        id: 'pool',
        op: '<=',
        value: POOL_PERCENT,
        unit: '%',
        source: sources.b3,
        note: say(
          '条文为“按市域总规模的40%统筹核算”，此处理解为：各县缺口合计（含此前已用）不超过市域新增城镇建设用地总规模的 40%。',
          'Read as: what all counties draw, earlier draws included, is at most 40 % of the city total of new urban land.',
        ),
      },
    ],
    figures: [
      figure(
        'city-total',
        '市域总规模',
        'City total',
        printM2(exactArea(given.cityTotal)),
        'm2',
        basis.submitted,
      ),
      figure('pool', '统筹规模（40%）', 'Pool (40 %)', poolM2, 'm2', basis.computed),
      figure('drawn', '此前已用', 'Drawn before', printM2(before), 'm2', basis.submitted),
      figure('deficit', '缺口合计', 'Deficits together', deficitM2, 'm2', basis.computed),
      figure('balance', '统筹后余额', 'Balance', balanceM2, 'm2', basis.computed),
    ],
    result: {
      kind: given.kind,
      ...{ limitM2: poolM2, usedM2: printM2(used), balanceM2 },
      rows: rows.map(({ code, available, ledger, remaining, need, deficit: one }) => ({
        code,
        availableM2: printM2(available),
        ledgerM2: printM2(ledger),
        remainingM2: printM2(remaining),
        needM2: printM2(need),
        deficitM2: printM2(one),
      })),
    },
  });
}

interface CountyRow {
  code: string;
  available: ExactArea;
  ledger: ExactArea;
  remaining: ExactArea;
  need: ExactArea;
  deficit: ExactArea;
}

function countyRow(
  { code, available, need }: Input['counties'][number],
  entries: NonNullable<Input['ledger']>,
): CountyRow {
  const given = exactArea(available);
  const ledger = sumAreas(
    entries.filter(({ county }) => county === code).map((entry) => exactArea(entry.area)),
  );
  const remaining = lessArea(given, ledger);
  const wanted = exactArea(need);
  const deficit = maxArea(zeroArea, lessArea(wanted, remaining));
  return { code, available: given, ledger, remaining, need: wanted, deficit };
}
