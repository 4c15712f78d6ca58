/** Classes of overlays and findings as JSON text. */
import type { AnswerWriter } from './answer-bytes.js';

interface OverlayClass {
  code: string | null;
  label: string | null;
  areaM2: number;
  netAreaM2: number | null;
  noise: boolean;
}

/** `byClass` of a `CheckOverlay`. */
export function writeOverlayClasses(out: AnswerWriter, classes: readonly OverlayClass[]): void {
  out.ascii('[');
  for (let i = 0; i < classes.length; i++) {
    const { code, label, areaM2, netAreaM2, noise } = classes[i]!;
    out.ascii(i > 0 ? ',{"code":' : '{"code":');
    out.string(code);
    out.ascii(',"label":');
    out.string(label);
    out.ascii(',"areaM2":');
    out.figure(areaM2);
    out.ascii(',"netAreaM2":');
    out.figure(netAreaM2);
    out.ascii(noise ? ',"noise":true}' : ',"noise":false}');
  }
  out.ascii(']');
}

interface RuleClass {
  code: string | null;
  label: string | null;
  group: string | null;
  areaM2: number;
  netAreaM2: number | null;
}

/** `byClass` of a `CheckFinding`. */
export function writeFindingClasses(out: AnswerWriter, classes: readonly RuleClass[]): void {
  out.ascii('[');
  for (let i = 0; i < classes.length; i++) {
    const { code, label, group, areaM2, netAreaM2 } = classes[i]!;
    out.ascii(i > 0 ? ',{"code":' : '{"code":');
    out.string(code);
    out.ascii(',"label":');
    out.string(label);
    out.ascii(',"group":');
    out.string(group);
    out.ascii(',"areaM2":');
    out.figure(areaM2);
    out.ascii(',"netAreaM2":');
    out.figure(netAreaM2);
    out.ascii('}');
  }
  out.ascii(']');
}
