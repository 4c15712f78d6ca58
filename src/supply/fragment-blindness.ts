/** What a search for fragments could not see, or set aside by a rule of its own: each as a reason of the answer. */
import type { LayerOrMissing } from '../overlay/measure-overlaps.js';
import type { FragmentReason } from './fragment-types.js';

export const noSurvey: FragmentReason = {
  code: 'land-class-missing',
  verdict: 'undetermined',
  detail: {
    zh: '未登记地类图斑图层，范围内有无零星地块无法判定。',
    en: 'No survey of land use is registered; whether the range holds fragments is not known.',
  },
};

export const notSurveyed = (m2: number): FragmentReason => ({
  code: 'land-class-not-covering',
  verdict: 'undetermined',
  detail: {
    zh: `范围内 ${m2.toFixed(2)} ㎡ 没有地类图斑数据，其中有无零星地块无法判定。`,
    en: `The survey does not cover ${m2.toFixed(2)} m² of the range; whether fragments lie there is not known.`,
  },
});

export const notCovered = ({ nameZh, nameEn }: LayerOrMissing, m2: number): FragmentReason => ({
  code: 'approved-land-not-covering',
  verdict: 'attention',
  detail: {
    zh: `范围内 ${m2.toFixed(2)} ㎡ 不在“${nameZh}”数据的覆盖范围内，其中的地块可能已批准，请核对。`,
    en: `"${nameEn}" does not cover ${m2.toFixed(2)} m² of the range; pieces there may be approved already: check them.`,
  },
});

export function notRegistered(missing: readonly LayerOrMissing[]): FragmentReason {
  const names = (key: 'nameZh' | 'nameEn', comma: string): string =>
    missing.map((layer) => layer[key]).join(comma);
  return {
    code: 'approved-land-not-registered',
    verdict: 'attention',
    detail: {
      zh: `未登记：${names('nameZh', '、')}；未能扣除其中的已批准用地，已供应的宗地请以 role=host 提交。`,
      en: `Not registered: ${names('nameEn', ', ')}; land approved there is not taken off. Submit supplied parcels with role host.`,
    },
  };
}

/** 征收 comes before supply: what is left over in it is set aside, not supplied (docs/decisions/0009). */
export const expropriated = (features: number, m2: number): FragmentReason => ({
  code: 'expropriated-land-set-aside',
  verdict: 'attention',
  detail: {
    zh: `${features} 个土地征收范围（范围内 ${m2.toFixed(2)} ㎡）按已批准用地扣除；征收不等于供应，其中批而未供的地块未列入，需要时请以 approved 参数去掉 zz_tdzsfw 后重新查找。`,
    en: `${features} expropriation ranges (${m2.toFixed(2)} m² within the range) were taken off as approved. Expropriated is not yet supplied: what lies unsupplied in them is not listed; leave zz_tdzsfw out of \`approved\` to search there too.`,
  },
});
