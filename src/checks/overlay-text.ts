/**
 * One overlay of the answer as JSON text. Put together by hand because a thousand parcels meet seven thousand features,
 * whose attributes are JSON text already: written as objects they took a third of the time of composing.
 */
import { roundHalfUp } from '../core/units.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { Verdict } from '../policy/policy-types.js';
import type { AnswerWriter } from './answer-bytes.js';
import { writeOverlayClasses } from './class-text.js';

/** Writes a `CheckOverlay`. */
export function writeOverlay(out: AnswerWriter, overlay: OverlayMeasure, verdict: Verdict): void {
  const { layer, areaM2, parcelAreaM2, features } = overlay;
  out.ascii('{"layer":');
  out.string(layer);
  out.ascii(',"verdict":');
  out.string(verdict);
  out.ascii(',"areaM2":');
  out.figure(areaM2);
  out.ascii(',"netAreaM2":');
  out.figure(overlay.netAreaM2);
  out.ascii(',"outsideM2":');
  out.figure(overlay.outsideM2);
  out.ascii(',"share":');
  out.figure(parcelAreaM2 > 0 ? roundHalfUp(areaM2 / parcelAreaM2, 4) : 0);
  out.ascii(',"undeterminedM2":');
  out.figure(overlay.undeterminedM2);
  out.ascii(',"undeterminedReason":');
  out.string(overlay.missingReason);
  out.ascii(',"byClass":');
  writeOverlayClasses(out, overlay.byClass);
  out.ascii(',"features":[');
  for (let i = 0; i < features.length; i++) {
    if (i > 0) out.ascii(',');
    writeFeature(out, layer, features[i]!);
  }
  out.ascii(']}');
}

/** Writes a feature row of a `CheckOverlay`. */
function writeFeature(out: AnswerWriter, layer: string, feature: OverlayMeasure['features'][number]): void {
  out.ascii('{"featureId":"');
  out.ascii(layer);
  out.ascii('.');
  out.figure(feature.featureNo);
  out.ascii('","bsm":');
  out.string(feature.bsm);
  out.ascii(',"areaM2":');
  out.figure(feature.areaM2);
  if (feature.sharedM2 > 0) {
    out.ascii(',"sharedM2":');
    out.figure(feature.sharedM2);
  }
  out.ascii(',"netAreaM2":');
  out.figure(feature.netAreaM2);
  out.ascii(feature.wholeFeature ? ',"wholeFeature":true' : ',"wholeFeature":false');
  out.ascii(feature.noise ? ',"noise":true,"attributes":' : ',"noise":false,"attributes":');
  out.writeBytes(feature.attributesJson);
  out.ascii('}');
}
