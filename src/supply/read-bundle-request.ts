/** The numbers of a bundle request with their defaults, refused where they make no sense; all faults at once. */
import { AppError, type Bilingual, type InputFault } from '../core/errors.js';
import { acrossKinds, type BundleRequest } from './bundle-types.js';
import type { ContactLimits } from './find-contacts.js';

const DEFAULT_GAP_M = 0.1;
const DEFAULT_EDGE_M = 1;
/** Gaps are shown this far even where nothing may be crossed. */
const LEAST_REACH_M = 0.5;

/** @throws AppError bad-parameter */
export function readBundleLimits(request: BundleRequest): ContactLimits {
  const { gapToleranceM = DEFAULT_GAP_M, minSharedEdgeM = DEFAULT_EDGE_M, across = {}, propose } = request;
  const faults: InputFault[] = [];
  const check = (name: string, value: number | undefined, least: number, most: number): void => {
    if (value === undefined || (value >= least && value <= most)) return;
    faults.push({ pointer: name, code: 'out-of-range', detail: rangeText(name, least, most) });
  };
  check('gapToleranceM', gapToleranceM, 0, 5);
  check('minSharedEdgeM', minSharedEdgeM, 0.01, 1000);
  for (const kind of acrossKinds) check(`across.${kind}`, across[kind], 0, 200);
  check('minAreaM2', propose?.minAreaM2, 0, 1e9);
  check('maxAreaM2', propose?.maxAreaM2, 0, 1e9);
  check('maxGapM', propose?.maxGapM, 0, 200);
  check('limit', propose?.limit, 1, 50);
  const { minAreaM2 = 0, maxAreaM2 = Infinity } = propose ?? {};
  if (minAreaM2 > maxAreaM2) {
    const zh = '总面积下限大于上限。';
    const en = 'The least total area is above the most.';
    faults.push({ pointer: 'minAreaM2', code: 'out-of-range', detail: { zh, en } });
  }
  if (faults.length > 0) throw new AppError('bad-parameter', 'bad bundle parameters', { errors: faults });
  const widest = Math.max(...acrossKinds.map((kind) => across[kind] ?? 0));
  // a strip is as wide as its mean: looked at a little beyond, so that its wider places count in it
  const reachM =
    widest > 0
      ? Math.max(gapToleranceM, 1.1 * widest + LEAST_REACH_M)
      : Math.max(gapToleranceM, LEAST_REACH_M);
  return { gapToleranceM, minSharedEdgeM, reachM };
}

const rangeText = (name: string, least: number, most: number): Bilingual => ({
  zh: `${name} 应在 ${least} 与 ${most} 之间。`,
  en: `${name} must lie between ${least} and ${most}.`,
});
