/** The sentences that every rule shares: data missing, class codes unknown, boundary error. Templates of `render-text.ts`. */
import type { Bilingual } from '../core/errors.js';
import type { MeasureForPolicy } from './policy-types.js';

interface GenericText {
  title: Bilingual;
  detail: Bilingual;
  requires: readonly Bilingual[];
}

const undeterminedTitle: Bilingual = {
  zh: '数据缺失，无法判定是否涉及{subject}',
  en: 'Data missing: cannot tell whether the parcel touches {subject}',
};
const supplyData: Bilingual = {
  zh: '补充图层{layer}的数据或其覆盖范围后重新预检。',
  en: 'Supply the data of layer {layer} or its coverage and check again.',
};

const undetermined = (zh: string, en: string): GenericText => ({
  title: undeterminedTitle,
  detail: { zh, en },
  requires: [supplyData],
});

type Reason = NonNullable<MeasureForPolicy['missingReason']> | 'unknown';

export const undeterminedTexts: Readonly<Record<Reason, GenericText>> = {
  'no-version': undetermined(
    '图层{layer}尚无可用的数据版本，宗地{undeterminedM2}㎡（{undeterminedMu}亩）是否涉及{subject}无法判定。',
    'Layer {layer} has no version that can be used, so it cannot be told whether {undeterminedM2} m² ({undeterminedMu} mu) of the parcel touch {subject}.',
  ),
  'no-coverage': undetermined(
    '图层{layer}（{dataDate}）未载明数据覆盖范围，宗地{undeterminedM2}㎡（{undeterminedMu}亩）是否涉及{subject}无法判定。',
    'Layer {layer} ({dataDate}) does not say what ground it covers, so it cannot be told whether {undeterminedM2} m² ({undeterminedMu} mu) of the parcel touch {subject}.',
  ),
  'outside-coverage': undetermined(
    '宗地有{undeterminedM2}㎡（{undeterminedMu}亩）超出图层{layer}（{dataDate}）的数据覆盖范围，该部分是否涉及{subject}无法判定。',
    '{undeterminedM2} m² ({undeterminedMu} mu) of the parcel lie outside the coverage of layer {layer} ({dataDate}); it cannot be told whether they touch {subject}.',
  ),
  gap: undetermined(
    '宗地有{undeterminedM2}㎡（{undeterminedMu}亩）落在图层{layer}（{dataDate}）的图斑缝隙内，该部分是否涉及{subject}无法判定。',
    '{undeterminedM2} m² ({undeterminedMu} mu) of the parcel fall into gaps between the features of layer {layer} ({dataDate}); it cannot be told whether they touch {subject}.',
  ),
  unknown: undetermined(
    '图层{layer}（{dataDate}）对宗地{undeterminedM2}㎡（{undeterminedMu}亩）没有可用的套合结果，是否涉及{subject}无法判定。',
    'Layer {layer} ({dataDate}) gives no usable result for {undeterminedM2} m² ({undeterminedMu} mu) of the parcel; it cannot be told whether they touch {subject}.',
  ),
};

export const unknownClassText: GenericText = {
  title: {
    zh: '类别无法识别，无法判定是否涉及{subject}',
    en: 'Unknown class: cannot tell whether the parcel touches {subject}',
  },
  detail: {
    zh: '宗地有{undeterminedM2}㎡（{undeterminedMu}亩）在图层{layer}（{dataDate}）中的类别不在现行分类表内：{classes}，该部分是否涉及{subject}无法判定。',
    en: '{undeterminedM2} m² ({undeterminedMu} mu) of the parcel carry classes in layer {layer} ({dataDate}) that the class table in force does not have: {classes}; it cannot be told whether they touch {subject}.',
  },
  requires: [
    {
      zh: '核实并更正图层{layer}中上述图斑的类别后重新预检。',
      en: 'Verify and correct the classes of these features in layer {layer} and check again.',
    },
  ],
};

export const noiseText: GenericText = {
  title: { zh: '边界误差：{subject}', en: 'Boundary error: {subject}' },
  detail: {
    zh: '经套合（{dataDate}），宗地与{subject}有{areaM2}㎡的重叠，其面积或宽度低于套合精度，属边界误差，列示备查，不认定为占用。',
    en: 'The parcel overlaps {subject} by {areaM2} m² ({dataDate}); the overlap is smaller or thinner than the precision of the overlay and is listed as boundary error, not counted as occupation.',
  },
  requires: [],
};

export const undeterminedNoiseText: GenericText = {
  title: { zh: '边界误差：图层{layer}未覆盖', en: 'Boundary error: layer {layer} does not cover' },
  detail: {
    zh: '宗地有{undeterminedM2}㎡在图层{layer}（{dataDate}）中没有可判定的数据，其面积或宽度低于套合精度，属边界误差，列示备查，不影响对{subject}的判定。',
    en: 'For {undeterminedM2} m² of the parcel layer {layer} ({dataDate}) gives nothing to judge by; they are smaller or thinner than the precision of the overlay, are listed as boundary error and do not bear on {subject}.',
  },
  requires: [],
};

/** The ground is there, but what the applicant must say about it is not, or can not be read. */
export const missingFactsText: GenericText = {
  title: {
    zh: '申报信息缺失或有误，无法判定{subject}',
    en: 'Statements missing or wrong: cannot judge {subject}',
  },
  detail: {
    zh: '经套合（{dataDate}），涉及{subject}的{undeterminedM2}㎡（{undeterminedMu}亩）因申报信息缺失或有误无法判定：{missing}。',
    en: '{undeterminedM2} m² ({undeterminedMu} mu) concerning {subject} ({dataDate}) cannot be judged for want of what the applicant must state: {missing}.',
  },
  requires: [],
};

// templates are kept cut by their object: one object for each fact, however many parcels lack it
const statements = new WeakMap<Bilingual, Bilingual>();

/** Added to a finding that another statement could change. */
export function stateFact(label: Bilingual, name: string): Bilingual {
  let text = statements.get(label);
  if (!text) {
    text = { zh: `补充说明“${label.zh}”（${name}）。`, en: `State "${label.en}" (${name}).` };
    statements.set(label, text);
  }
  return text;
}

/** Over all parcels: even with what is not known the limit is not reached. The sum alone would look like all there is. */
export const passedWithUnknown: Bilingual = {
  zh: '各宗地合计已知{areaM2}㎡，另有{undeterminedM2}㎡无法判定，全部计入也未达到规定的界限：{subject}。',
  en: 'The parcels add up to {areaM2} m² that are known; even with {undeterminedM2} m² that cannot be judged the limit is not reached: {subject}.',
};

/** Over all parcels: what is not known could carry the sum over the threshold. */
export const undeterminedTotalText: GenericText = {
  title: { zh: '数据缺失，无法判定{subject}', en: 'Data missing: cannot tell {subject}' },
  detail: {
    zh: '各宗地合计{areaM2}㎡，另有{undeterminedM2}㎡（{undeterminedMu}亩）在图层{layer}中没有可判定的数据，计入后可能达到规定的界限，无法判定{subject}。',
    en: 'The parcels add up to {areaM2} m²; for another {undeterminedM2} m² ({undeterminedMu} mu) layer {layer} gives nothing to judge by, and with them the limit may be reached: {subject} cannot be judged.',
  },
  requires: [supplyData],
};

/** Over all parcels: what is not known of the ground offered in return could be enough, or not. */
export const undeterminedCounterText: GenericText = {
  title: undeterminedTotalText.title,
  detail: {
    zh: '各宗地合计{areaM2}㎡，可与之相抵的面积已知{againstM2}㎡，另有{undeterminedM2}㎡（{undeterminedMu}亩）没有可判定的数据，无法判定{subject}。',
    en: 'The parcels add up to {areaM2} m²; {againstM2} m² stand against them, and for another {undeterminedM2} m² ({undeterminedMu} mu) there is nothing to judge by: {subject} cannot be judged.',
  },
  requires: [
    {
      zh: '补充相抵地块的图层数据后重新预检。',
      en: 'Supply the layers for the plots that stand against it and check again.',
    },
  ],
};
