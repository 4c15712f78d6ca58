/** Composes the public answer from measures and judgements: names and shapes of the contract, sums as integers of 0.01 m². */
import { roundHalfUp, toHa, toM2, toMu } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { uncertaintyM2 } from '../geometry/uncertainty.js';
import { isPresent, type LayerOrMissing, type MeasuredParcel } from '../overlay/measure-overlaps.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { Verification } from '../overlay/verify-measures.js';
import { worstVerdict } from '../policy/evaluate.js';
import type { ParcelJudgement, Verdict } from '../policy/policy-types.js';
import type { PinnedInput } from './check-parts.js';
import type { Check, CheckLayer, CheckOverlay, CheckParcel, ComposedCheck } from './check-types.js';
import { openCheckWide } from './check-wide.js';
import { judgeParcel, landUseWarnings } from './judge-parcels.js';
import { RuleTable } from './rule-table.js';

/**
 * Judges and composes parcel by parcel and writes each as JSON at once: a thousand parcels held as objects until the
 * end cost more in memory and its collection than in composing.
 */
export function composeCheck(
  input: PinnedInput,
  measured: readonly MeasuredParcel[],
  verification: Verification | null,
  versions: Readonly<Record<string, string>>,
): ComposedCheck {
  const parcels: ComposedCheck['parcels'][number][] = [];
  const texts: string[] = [];
  const rules = new RuleTable();
  const checkWide = openCheckWide(input);
  measured.forEach((row, index) => {
    const judgement = judgeParcel(input, row, index, verification);
    checkWide.add(row, judgement);
    const parcel = composeParcel(row, judgement, rules);
    parcels.push({ verdict: parcel.verdict, areaM2: parcel.area.ellipsoidM2 });
    texts.push(`${index > 0 ? ',' : ''}${JSON.stringify(parcel)}`);
  });
  const whole = checkWide.close();
  const verdict = worstVerdict([whole.verdict, ...parcels.map((parcel) => parcel.verdict)]);
  const before = { ...composeBasis(input, verification, versions), verdict } satisfies Partial<Check>;
  const after = {
    facts: input.facts ?? {},
    findings: whole.findings.map((finding) => rules.finding(finding)),
    passed: whole.passed.map((passed) => rules.passed(passed)),
    checklist: whole.checklist,
    unreviewed: whole.unreviewed,
    rules: rules.toJson(),
    totals: composeTotals(input.layers, measured),
    warnings: input.warnings.map(({ code, detail }) => ({ code, detail })),
  } satisfies Partial<Check>;
  // joined in one step: every further one copies megabytes
  const json = [
    `${JSON.stringify(before).slice(0, -1)},"parcels":[`,
    ...texts,
    `],${JSON.stringify(after).slice(1)}`,
  ].join('');
  return { json, verdict, parcels };
}

/** What the answer rests on: stage, rules, layer versions and engines. */
const composeBasis = (
  input: PinnedInput,
  verification: Verification | null,
  versions: Readonly<Record<string, string>>,
): Pick<Check, 'stage' | 'asOf' | 'rulePack' | 'layers' | 'engine'> => ({
  stage: input.stage,
  asOf: input.asOf,
  rulePack: {
    id: input.pack.id,
    version: input.pack.version,
    effectiveFrom: input.pack.effectiveFrom,
  },
  layers: input.layers.map(composeLayer),
  engine: {
    kernel: 'trapezoid',
    verifiedBy: verification?.engine ?? null,
    verifiedDifferenceM2: verification ? roundHalfUp(verification.largestDifferenceM2, 9) : null,
    versions,
  },
});

function composeLayer(layer: LayerOrMissing): CheckLayer {
  const { nameZh, nameEn } = layer;
  if (!isPresent(layer)) {
    return {
      id: layer.layerId,
      version: null,
      dataDate: null,
      sha256: null,
      status: 'missing',
      nameZh,
      nameEn,
    };
  }
  const { layerId, version, dataDate, sha256, status } = layer;
  return { id: layerId, version, dataDate, sha256, status, nameZh, nameEn };
}

function composeParcel(row: MeasuredParcel, judgement: ParcelJudgement, rules: RuleTable): CheckParcel {
  const { parcel, areaM2, overlays } = row;
  return {
    id: parcel.id,
    name: parcel.name,
    landUse: parcel.landUse,
    area: {
      ellipsoidM2: areaM2,
      planeM2: toM2(planarAreaM2(parcel.plane)),
      planeCrs: `EPSG:${parcel.planeEpsg}`,
      mu: toMu(areaM2),
      ha: toHa(areaM2),
      uncertaintyM2: toM2(uncertaintyM2(parcel.plane, parcel.resolutionM)),
    },
    verdict: judgement.verdict,
    overlays: overlays.map((overlay) => composeOverlay(overlay, judgement.layerVerdicts[overlay.layer]!)),
    findings: judgement.findings.map((finding) => rules.finding(finding)),
    passed: judgement.passed.map((passed) => rules.passed(passed)),
    warnings: [
      ...parcel.warnings.map(({ code, detail }) => ({ code, detail })),
      ...landUseWarnings(parcel.landUse),
      ...overlays.flatMap((overlay) => overlay.warnings),
    ],
  };
}

function composeOverlay(overlay: OverlayMeasure, verdict: Verdict): CheckOverlay {
  return {
    layer: overlay.layer,
    verdict,
    areaM2: overlay.areaM2,
    netAreaM2: overlay.netAreaM2,
    outsideM2: overlay.outsideM2,
    share: overlay.parcelAreaM2 > 0 ? roundHalfUp(overlay.areaM2 / overlay.parcelAreaM2, 4) : 0,
    undeterminedM2: overlay.undeterminedM2,
    undeterminedReason: overlay.missingReason,
    byClass: overlay.byClass,
    features: overlay.features.map((feature) => ({
      featureId: `${overlay.layer}.${feature.featureNo}`,
      bsm: feature.bsm,
      areaM2: feature.areaM2,
      ...(feature.sharedM2 > 0 ? { sharedM2: feature.sharedM2 } : {}),
      netAreaM2: feature.netAreaM2,
      wholeFeature: feature.wholeFeature,
      noise: feature.noise,
      attributes: feature.attributes,
    })),
  };
}

function composeTotals(
  layers: readonly LayerOrMissing[],
  measured: readonly MeasuredParcel[],
): Check['totals'] {
  return {
    areaM2: sumM2(measured.map((row) => row.areaM2)),
    byLayer: layers.map((layer, i) => {
      const overlays = measured.map((row) => row.overlays[i]!);
      const hasNet = overlays.some((overlay) => overlay.netAreaM2 !== null);
      return {
        layer: layer.layerId,
        areaM2: sumM2(overlays.map((overlay) => overlay.areaM2)),
        netAreaM2: hasNet ? sumM2(overlays.map((overlay) => overlay.netAreaM2 ?? 0)) : null,
        undeterminedM2: sumM2(overlays.map((overlay) => overlay.undeterminedM2)),
      };
    }),
  };
}

/** Figures of two decimals are summed as integers, so that printed columns add up exactly. */
const sumM2 = (values: readonly number[]): number =>
  values.reduce((acc, value) => acc + Math.round(value * 100), 0) / 100;
