/** Which layers a parcel must keep clear of: those that a rule of the pack prohibits at the stage, or those asked for. */
import type { InputFault } from '../core/errors.js';
import { layerCatalogue } from '../layers/catalogue.js';
import type { Stage } from '../policy/policy-types.js';
import type { ResolvedRulePack } from '../policy/rule-pack-types.js';
import { fault } from './validate-input.js';

export interface Avoided {
  layerIds: string[];
  /** Rules that prohibit something else than an overlap with a whole layer: not cleared by moving or trimming. */
  otherRules: string[];
}

export function layersToAvoid(
  pack: ResolvedRulePack,
  stage: Stage,
  asked: readonly string[] | undefined,
  faults: InputFault[],
): Avoided {
  const prohibiting = pack.rules.filter((rule) => rule.verdict[stage] === 'prohibited');
  const whole = prohibiting.flatMap(({ measure }) => (measure.kind === 'overlap' ? [measure.layer] : []));
  const otherRules = prohibiting.filter(({ measure }) => measure.kind !== 'overlap').map((rule) => rule.id);
  if (!asked) return { layerIds: [...new Set(whole)], otherRules };
  for (const [i, id] of asked.entries())
    if (!layerCatalogue.some((layer) => layer.id === id && layer.kind === 'cover'))
      faults.push(
        fault(
          `/layers/${i}`,
          'unknown-layer',
          `没有可避让的图层“${id}”（须为红线、保护范围一类的图层）。`,
          `There is no layer "${id}" to keep clear of (it must be one that marks ground, not a partition).`,
        ),
      );
  return { layerIds: [...new Set(asked)], otherRules };
}
