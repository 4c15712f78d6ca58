/** Composes the public answer from measures and judgements: names and shapes of the contract, sums as integers of 0.01 m². */
import { roundHalfUp, toHa, toM2, toMu } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { uncertaintyM2 } from '../geometry/uncertainty.js';
import { isPresent, type LayerOrMissing, type MeasuredParcel } from '../overlay/measure-overlaps.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { Verification } from '../overlay/verify-measures.js';
import { worstVerdict } from '../policy/evaluate.js';
import type { ParcelJudgement, Verdict } from '../policy/policy-types.js';
import { AnswerWriter } from './answer-bytes.js';
import type { PinnedInput } from './check-parts.js';
import type { Check, CheckLayer, CheckParcel, ComposedCheck } from './check-types.js';
import { type OpenCheckWide, openCheckWide } from './check-wide.js';
import { FindingWriter } from './finding-text.js';
import { judgeParcel, landUseWarnings, openMeasured } from './judge-parcels.js';
import { writeOverlay } from './overlay-text.js';
import { RuleTable } from './rule-table.js';

/**
 * Judges, composes and writes parcel by parcel, straight into the bytes of the answer: a thousand parcels held as
 * objects or as one string cost more in memory and its collection than in composing.
 */
export class CheckComposer {
  private readonly text: AnswerWriter;
  private readonly rules = new RuleTable();
  private readonly findings: FindingWriter;
  private readonly parcels: ComposedCheck['parcels'][number][] = [];
  private readonly totals: LayerTotals[];
  private readonly checkWide: OpenCheckWide;

  /** @param toStore the answer is packed while it grows */
  constructor(
    private readonly input: PinnedInput,
    private readonly toStore = false,
  ) {
    this.checkWide = openCheckWide(input);
    this.text = new AnswerWriter(input.parcels.length);
    this.findings = new FindingWriter(this.text, this.rules);
    this.totals = input.layers.map(() => ({ area: 0, net: 0, hasNet: false, undetermined: 0 }));
  }

  /** The next parcels in order of submission; `verification` counts parcels from the first of the check. */
  add(measured: readonly MeasuredParcel[], verification: Verification | null): void {
    for (const row of measured) {
      const index = this.parcels.length;
      const opened = openMeasured(this.input, row);
      const judgement = judgeParcel(this.input, row, opened, index, verification, true);
      this.checkWide.add(row.parcel.id, opened, judgement);
      if (index > 0) this.text.ascii(',');
      writeParcel(this.text, row, judgement, this.findings);
      this.parcels.push({ verdict: judgement.verdict, areaM2: row.areaM2 });
      row.overlays.forEach((overlay, i) => {
        addTotals(this.totals[i]!, overlay);
      });
    }
    if (this.toStore) this.text.packSoFar();
  }

  end(verification: Verification | null, versions: Readonly<Record<string, string>>): ComposedCheck {
    const { input, parcels, text } = this;
    const whole = this.checkWide.close();
    const verdict = worstVerdict([whole.verdict, ...parcels.map((parcel) => parcel.verdict)]);
    const before = { ...composeBasis(input, verification, versions), verdict } satisfies Partial<Check>;
    const after = {
      facts: input.facts ?? {},
      findings: whole.findings.map((finding) => this.rules.finding(finding)),
      passed: whole.passed.map((passed) => this.rules.passed(passed)),
      checklist: whole.checklist,
      unreviewed: whole.unreviewed,
      rules: this.rules.toJson(),
      totals: {
        areaM2: parcels.reduce((sum, parcel) => sum + cents(parcel.areaM2), 0) / 100,
        byLayer: input.layers.map((layer, i) => composeTotals(layer.layerId, this.totals[i]!)),
      },
      warnings: input.warnings.map(({ code, detail }) => ({ code, detail })),
    } satisfies Partial<Check>;
    text.write(`],${JSON.stringify(after).slice(1)}`);
    text.writeBefore(`${JSON.stringify(before).slice(0, -1)},"parcels":[`);
    return { text, verdict, parcels };
  }
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

/** Writes a `CheckParcel`; overlays and findings, which are most of it, are put together by hand. */
function writeParcel(
  out: AnswerWriter,
  row: MeasuredParcel,
  judgement: ParcelJudgement,
  findings: FindingWriter,
): void {
  const { overlays } = row;
  writeHead(out, row, judgement.verdict);
  out.ascii(',"overlays":[');
  for (let i = 0; i < overlays.length; i++) {
    if (i > 0) out.ascii(',');
    writeOverlay(out, overlays[i]!, judgement.layerVerdicts[overlays[i]!.layer]!);
  }
  out.ascii('],"findings":[');
  findings.writeFindings(judgement.findings);
  out.ascii('],"passed":[');
  findings.writePassed(judgement.passed);
  const warnings: CheckParcel['warnings'][number][] = landUseWarnings(row.parcel.landUse);
  warnings.unshift(...row.parcel.warnings.map(({ code, detail }) => ({ code, detail })));
  for (const overlay of overlays) warnings.push(...overlay.warnings);
  if (warnings.length === 0) out.ascii('],"warnings":[]}');
  else out.write(`],"warnings":${JSON.stringify(warnings)}}`);
}

/** What a `CheckParcel` begins with, up to its verdict. */
function writeHead(out: AnswerWriter, { parcel, areaM2 }: MeasuredParcel, verdict: Verdict): void {
  out.ascii('{"id":');
  out.string(parcel.id);
  out.ascii(',"name":');
  out.string(parcel.name);
  out.ascii(',"landUse":');
  out.string(parcel.landUse);
  out.ascii(',"area":{"ellipsoidM2":');
  out.figure(areaM2);
  out.ascii(',"planeM2":');
  out.figure(toM2(planarAreaM2(parcel.plane)));
  out.ascii(',"planeCrs":"EPSG:');
  out.figure(parcel.planeEpsg);
  out.ascii('","mu":');
  out.figure(toMu(areaM2));
  out.ascii(',"ha":');
  out.figure(toHa(areaM2));
  out.ascii(',"uncertaintyM2":');
  out.figure(toM2(uncertaintyM2(parcel.plane, parcel.resolutionM)));
  out.ascii('},"verdict":');
  out.string(verdict);
}

/** Sums over all parcels of one layer, in hundredths of m²: printed columns then add up exactly. */
interface LayerTotals {
  area: number;
  net: number;
  hasNet: boolean;
  undetermined: number;
}

function addTotals(totals: LayerTotals, overlay: OverlayMeasure): void {
  totals.area += cents(overlay.areaM2);
  totals.net += cents(overlay.netAreaM2 ?? 0);
  totals.hasNet ||= overlay.netAreaM2 !== null;
  totals.undetermined += cents(overlay.undeterminedM2);
}

const composeTotals = (layer: string, totals: LayerTotals): Check['totals']['byLayer'][number] => ({
  layer,
  areaM2: totals.area / 100,
  netAreaM2: totals.hasNet ? totals.net / 100 : null,
  undeterminedM2: totals.undetermined / 100,
});

const cents = (m2: number): number => Math.round(m2 * 100);
