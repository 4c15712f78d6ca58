/** The numbers of a fragment request with their defaults; all that is out of range in one refusal. */
import { AppError, type InputFault } from '../core/errors.js';
import type { FragmentRequest } from './fragment-types.js';

export interface FragmentNumbers {
  gapToleranceM: number;
  minSharedEdgeM: number;
  minAreaM2: number;
}

/** @throws AppError bad-parameter */
export function readFragmentLimits(request: FragmentRequest): FragmentNumbers {
  const { gapToleranceM = 0.1, minSharedEdgeM = 1, minAreaM2 = 20 } = request;
  const faults: InputFault[] = [];
  const check = (pointer: string, value: number, least: number, most: number): void => {
    if (value >= least && value <= most) return;
    const zh = `${pointer} 应在 ${least} 与 ${most} 之间。`;
    const en = `${pointer} must lie between ${least} and ${most}.`;
    faults.push({ pointer, code: 'out-of-range', detail: { zh, en } });
  };
  check('gapToleranceM', gapToleranceM, 0, 5);
  check('minSharedEdgeM', minSharedEdgeM, 0.01, 1000);
  check('minAreaM2', minAreaM2, 0.01, 2000);
  if (faults.length > 0) throw new AppError('bad-parameter', 'bad fragment parameters', { errors: faults });
  return { gapToleranceM, minSharedEdgeM, minAreaM2 };
}
