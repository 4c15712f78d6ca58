/** Puts the measures of each parcel before the rule pack, and fails closed where the two engines disagree. */

import type { Bilingual } from '../core/errors.js';
import { toM2 } from '../core/units.js';
import type { MeasuredParcel } from '../overlay/measure-overlaps.js';
import type { Verification } from '../overlay/verify-measures.js';
import { judgeOpenParcel, type OpenParcel, openParcel, worse, worstVerdict } from '../policy/evaluate.js';
import { explainLandUse, readLandUse } from '../policy/facts.js';
import type { Finding, ParcelJudgement } from '../policy/policy-types.js';
import type { PinnedInput } from './check-parts.js';

export function judgeParcel(
  { pack, stage, onDate }: PinnedInput,
  row: MeasuredParcel,
  opened: OpenParcel,
  index: number,
  verification: Verification | null,
  lateTexts = false,
): ParcelJudgement {
  const judgement = judgeOpenParcel(pack, opened, stage, onDate, lateTexts);
  return withDisagreement(withUnruledLayers(judgement, row, pack), verification, index);
}

/** What the rules read of a measured parcel. */
export const openMeasured = ({ pack, facts, onDate }: PinnedInput, row: MeasuredParcel): OpenParcel => {
  const { landUse, properties } = row.parcel;
  return openParcel(pack, row.overlays, { landUse, properties, project: facts }, onDate);
};

/** A use that is no code of its list is named even where no rule reads it. */
export function landUseWarnings(landUse: string | null): { code: string; detail: Bilingual }[] {
  if (landUse === null || readLandUse(landUse) !== undefined) return [];
  return [{ code: 'unknown-land-use', detail: explainLandUse(landUse.slice(0, 60)) }];
}

/**
 * A layer that no rule reads still may not look clear where it says nothing about the ground. An optional one of which
 * nothing was asked (the reserve of farmland, of a building site) does not bear on the parcel.
 */
function withUnruledLayers(
  judgement: ParcelJudgement,
  row: MeasuredParcel,
  pack: PinnedInput['pack'],
): ParcelJudgement {
  const layerVerdicts = { ...judgement.layerVerdicts };
  let verdict = judgement.verdict;
  for (const overlay of row.overlays) {
    if (layerVerdicts[overlay.layer]) continue;
    const unknown = overlay.undeterminedM2 > 0 && !overlay.noise.undetermined;
    layerVerdicts[overlay.layer] = unknown ? 'undetermined' : 'clear';
    if (pack.layers.some((need) => need.optional && need.layer === overlay.layer)) continue;
    verdict = worse(verdict, layerVerdicts[overlay.layer]!);
  }
  return { ...judgement, verdict, layerVerdicts };
}

function withDisagreement(
  judgement: ParcelJudgement,
  verification: Verification | null,
  index: number,
): ParcelJudgement {
  const differing = verification?.differences.filter((row) => row.parcelIndex === index) ?? [];
  if (differing.length === 0) return judgement;
  const layerVerdicts = { ...judgement.layerVerdicts };
  for (const { layerId } of differing) {
    layerVerdicts[layerId] = worstVerdict([layerVerdicts[layerId] ?? 'clear', 'undetermined']);
  }
  const findings = differing.map(
    (row): Finding => ({
      rule: 'engines-differ',
      module: '复核',
      layer: row.layerId,
      verdict: 'undetermined',
      areaM2: toM2(Math.abs(row.kernelM2 - row.secondM2)),
      netAreaM2: null,
      undeterminedM2: toM2(Math.max(row.kernelM2, row.secondM2)),
      noise: false,
      source: { document: 'docs/overlay-semantics.md', article: '§3', confidence: 'quoted' },
      alsoSources: [],
      byClass: [],
      title: { zh: '两套量算结果不一致', en: 'The two engines disagree' },
      detail: {
        zh: `图层 ${row.layerId} 图斑 ${row.featureNo}：面积核算 ${row.kernelM2.toFixed(4)} ㎡，复核 ${row.secondM2.toFixed(4)} ㎡，超出允许差，不出具结论。`,
        en: `Layer ${row.layerId}, feature ${row.featureNo}: kernel ${row.kernelM2.toFixed(4)} m², second engine ${row.secondM2.toFixed(4)} m², beyond the stated bound.`,
      },
      requires: [],
    }),
  );
  return {
    ...judgement,
    verdict: worstVerdict([judgement.verdict, 'undetermined']),
    layerVerdicts,
    findings: [...judgement.findings, ...findings],
  };
}
