/**
 * One overlay of the answer as JSON text. Put together by hand because a thousand parcels meet seven thousand features,
 * whose attributes are JSON text already: written as objects they took a third of the time of composing.
 */
import { roundHalfUp } from '../core/units.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { Verdict } from '../policy/policy-types.js';
import type { AnswerWriter } from './answer-bytes.js';
import { overlayClasses } from './class-text.js';

/** Writes a `CheckOverlay`. Figures are finite: `JSON.stringify` and a template write them alike. */
export function writeOverlay(out: AnswerWriter, overlay: OverlayMeasure, verdict: Verdict): void {
  const { layer, areaM2, netAreaM2, outsideM2, parcelAreaM2, undeterminedM2, missingReason } = overlay;
  const share = parcelAreaM2 > 0 ? roundHalfUp(areaM2 / parcelAreaM2, 4) : 0;
  const { byClass, features } = overlay;
  out.write(
    `{"layer":"${layer}","verdict":"${verdict}","areaM2":${areaM2},"netAreaM2":${netAreaM2},` +
      `"outsideM2":${outsideM2},"share":${share},"undeterminedM2":${undeterminedM2},` +
      `"undeterminedReason":${missingReason === null ? 'null' : `"${missingReason}"`},` +
      `"byClass":${overlayClasses(byClass)},"features":[`,
  );
  for (let i = 0; i < features.length; i++) {
    if (i > 0) out.write(',');
    writeFeature(out, layer, features[i]!);
  }
  out.write(']}');
}

/** Writes a feature row of a `CheckOverlay`. */
function writeFeature(out: AnswerWriter, layer: string, feature: OverlayMeasure['features'][number]): void {
  const { featureNo, bsm, areaM2, sharedM2, netAreaM2, wholeFeature, noise, attributesJson } = feature;
  out.write(
    `{"featureId":"${layer}.${featureNo}","bsm":${bsm === null ? 'null' : JSON.stringify(bsm)},` +
      `"areaM2":${areaM2},${sharedM2 > 0 ? `"sharedM2":${sharedM2},` : ''}"netAreaM2":${netAreaM2},` +
      `"wholeFeature":${wholeFeature},"noise":${noise},"attributes":`,
  );
  out.writeBytes(attributesJson);
  out.write('}');
}
