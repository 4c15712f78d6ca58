/**
 * Quotas and shares (A三/B3, B12/A二十四, A七/B9, B11, B21, B4, B32): one measure, one file a kind. Every limit is compared
 * exactly, as it was written; figures are printed to 0.01 m².
 */
import Type from 'typebox';
import { say } from './answer.js';
import { defineMeasure } from './define-measure.js';
import { advanceLand, advanceLandInput } from './quota-advance-land.js';
import { cityPool, cityPoolInput } from './quota-city-pool.js';
import { farmlandPool, farmlandPoolInput } from './quota-farmland-pool.js';
import { compatibleFloorArea, compatibleFloorAreaInput } from './quota-floor-area.js';
import { dedicatedQuota, dedicatedQuotaInput, planAdvance, planAdvanceInput } from './quota-plan.js';
import { ruralIndustry, ruralIndustryInput } from './quota-rural-industry.js';
import { row } from './schemas.js';
import { sources } from './sources.js';

const input = Type.Union([
  cityPoolInput,
  farmlandPoolInput,
  planAdvanceInput,
  dedicatedQuotaInput,
  advanceLandInput,
  ruralIndustryInput,
  compatibleFloorAreaInput,
]);

const result = row({
  kind: Type.String(),
  limitM2: Type.Union([Type.Number(), Type.Null()], {
    description: 'What the clause allows or asks for, m²',
  }),
  usedM2: Type.Union([Type.Number(), Type.Null()], { description: 'What is compared with it, m²' }),
  balanceM2: Type.Union([Type.Number(), Type.Null()], { description: 'limit − used; negative: exceeded' }),
  rows: Type.Array(Type.Unknown()),
});

export const quota = defineMeasure({
  id: 'quota',
  title: say('指标与比例核算', 'Quotas and shares'),
  summary: say(
    '市域 40% 统筹、补充耕地 20%、计划指标 50% 预支、专项指标、先行用地 30%、乡村产业 10%、工业兼容 15%。',
    'City pool 40 %, farmland pool 20 %, plan advance 50 %, dedicated quotas, advance land 30 %, rural industry 10 %, compatible floor area 15 %.',
  ),
  sources: [
    ...[sources.a3, sources.a3ledger, sources.b3, sources.b12, sources.a24, sources.a7, sources.b9],
    ...[sources.b11, sources.b21, sources.b4, sources.b32],
  ],
  input,
  result,
  async run(_parts, given, { faults }) {
    switch (given.kind) {
      case 'city-pool':
        return cityPool(given, faults);
      case 'farmland-pool':
        return farmlandPool(given);
      case 'plan-advance':
        return planAdvance(given);
      case 'dedicated':
        return dedicatedQuota(given);
      case 'advance-land':
        return advanceLand(given, faults);
      case 'rural-industry':
        return ruralIndustry(given, faults);
      case 'compatible-floor-area':
        return compatibleFloorArea(given, faults);
    }
  },
});
