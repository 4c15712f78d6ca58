/** Turns what a GEOS worker reports into the product's error, with words for people. Decides nothing else. */
import { AppError, type Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { structuralFault } from './geos-packing.js';
import type { GeosFailureReport, GeosOperation } from './geos-protocol.js';
import { validityDetail } from './geos-validity.js';

/**
 * `too-large` when memory ran out, otherwise `internal` with `geosMessage` and, when an input is to blame,
 * `invalidInput: { index, reason, place }` in the facts: the caller knows whether it was a parcel or a layer.
 */
export function explainFailure(operation: GeosOperation, failure: GeosFailureReport): AppError {
  const { message: geosMessage, invalidInput, item } = failure;
  const facts = {
    operation,
    geosMessage,
    ...(invalidInput && { invalidInput }),
    ...(item !== undefined && { item }),
  };
  if (failure.outOfMemory)
    return new AppError('too-large', `GEOS ${operation} ran out of memory`, {
      ...facts,
      detail: tooLarge(operation),
    });
  const detail = invalidInput ? validityDetail[invalidInput.reason] : refused(operation);
  return new AppError('internal', `GEOS ${operation}: ${geosMessage}`, { ...facts, detail });
}

/** Throws if one of the inputs could not even be built as rings. */
export function refuseFaulty(operation: GeosOperation, list: readonly MultiPolygonRings[]): void {
  for (const [index, rings] of list.entries()) {
    const fault = structuralFault(rings);
    if (!fault) continue;
    const message = `input ${index}: ${fault.reason}`;
    throw explainFailure(operation, { message, outOfMemory: false, invalidInput: { index, ...fault } });
  }
}

const tooLarge = (operation: GeosOperation): Bilingual => ({
  zh: `几何运算（${operation}）超出内存上限。请减少图形节点数或分批提交。`,
  en: `The geometry operation ${operation} exceeds the memory limit. Submit fewer vertices or smaller batches.`,
});

const refused = (operation: GeosOperation): Bilingual => ({
  zh: `几何运算（${operation}）未能得出结果，因此没有给出结论。请检查图形后重试；若图形无误请联系管理员。`,
  en: `The geometry operation ${operation} gave no result, so nothing is concluded. Check the geometry and try again; if it is sound, tell the operator.`,
});
