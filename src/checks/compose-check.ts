/** Composes the public answer from measures and judgements: names and shapes of the contract, sums as integers of 0.01 m². */
import { roundHalfUp, toHa, toM2, toMu } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { uncertaintyM2 } from '../geometry/uncertainty.js';
import { isPresent, type LayerOrMissing, type MeasuredParcel } from '../overlay/measure-overlaps.js';
import type { Verification } from '../overlay/verify-measures.js';
import { worstVerdict } from '../policy/evaluate.js';
import type { ParcelJudgement, Verdict } from '../policy/policy-types.js';
import { AnswerWriter } from './answer-bytes.js';
import type { PinnedInput } from './check-parts.js';
import type { Check, CheckLayer, CheckParcel, ComposedCheck } from './check-types.js';
import { judgeParcel } from './judge-parcels.js';
import { writeOverlay } from './overlay-text.js';
import { RuleTable } from './rule-table.js';

/**
 * Judges, composes and writes parcel by parcel, straight into the bytes of the answer: a thousand parcels held as
 * objects or as one string cost more in memory and its collection than in composing.
 */
export function composeCheck(
  input: PinnedInput,
  measured: readonly MeasuredParcel[],
  verification: Verification | null,
  versions: Readonly<Record<string, string>>,
): ComposedCheck {
  const parcels: ComposedCheck['parcels'][number][] = [];
  const body = new AnswerWriter(measured.length);
  const rules = new RuleTable();
  const basis = composeBasis(input, verification, versions);
  measured.forEach((row, index) => {
    const judgement = judgeParcel(input, row, index, verification);
    parcels.push({ verdict: judgement.verdict, areaM2: row.areaM2 });
    if (index > 0) body.write(',');
    writeParcel(body, row, judgement, rules);
  });
  const verdict = worstVerdict(parcels.map((parcel) => parcel.verdict));
  const before = { ...basis, verdict } satisfies Partial<Check>;
  const after = {
    rules: rules.toJson(),
    totals: composeTotals(input.layers, measured),
    warnings: input.warnings.map(({ code, detail }) => ({ code, detail })),
  } satisfies Partial<Check>;
  body.write(`],${JSON.stringify(after).slice(1)}`);
  body.writeBefore(`${JSON.stringify(before).slice(0, -1)},"parcels":[`);
  return { text: body, verdict, parcels };
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

/** Writes a `CheckParcel`; the overlays, which are most of it, are put together by hand. */
function writeParcel(
  out: AnswerWriter,
  row: MeasuredParcel,
  judgement: ParcelJudgement,
  rules: RuleTable,
): void {
  const { overlays } = row;
  const head = JSON.stringify(composeHead(row, judgement.verdict));
  out.write(`${head.slice(0, -1)},"overlays":[`);
  overlays.forEach((overlay, i) => {
    if (i > 0) out.write(',');
    writeOverlay(out, overlay, judgement.layerVerdicts[overlay.layer]!);
  });
  const rest = {
    findings: judgement.findings.map((finding) => rules.finding(finding)),
    passed: judgement.passed.map((passed) => rules.passed(passed)),
    warnings: [
      ...row.parcel.warnings.map(({ code, detail }) => ({ code, detail })),
      ...overlays.flatMap((overlay) => overlay.warnings),
    ],
  } satisfies Omit<CheckParcel, keyof ParcelHead | 'overlays'>;
  out.write(`],${JSON.stringify(rest).slice(1)}`);
}

type ParcelHead = Pick<CheckParcel, 'id' | 'name' | 'landUse' | 'area' | 'verdict'>;

function composeHead({ parcel, areaM2 }: MeasuredParcel, verdict: Verdict): ParcelHead {
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
    verdict,
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
