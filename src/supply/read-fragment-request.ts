/** The numbers of a fragment request with their defaults; all that is out of range in one refusal. */
import { AppError, type InputFault } from '../core/errors.js';
import { approvedLayers } from './approved-layers.js';
import type { FragmentRequest } from './fragment-types.js';
import { badParameter } from './supply-faults.js';

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

/** @throws AppError bad-parameter for a layer that is none of approved land */
export function readApproved({ approved = approvedLayers }: FragmentRequest): string[] {
  if (approved.join() === 'none') return [];
  const wrong = approved.find((id) => !approvedLayers.some((known) => known === id));
  if (wrong === undefined) return approvedLayers.filter((id) => approved.includes(id));
  throw badParameter('approved', {
    zh: `approved 只能取 ${approvedLayers.join('、')} 或 none，“${wrong.slice(0, 40)}”不在其中。`,
    en: `approved takes ${approvedLayers.join(', ')} or none; "${wrong.slice(0, 40)}" is none of them.`,
  });
}
