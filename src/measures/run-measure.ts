/** Runs one measure: its input held against the schema, its clauses in force, its outcome named and dated. */
import { AppError, type InputFault } from '../core/errors.js';
import { readJson } from '../parcels/read-json.js';
import { undetermined } from './answer.js';
import { findMeasure, measureTable } from './measure-table.js';
import type { Measure, MeasureAnswer, MeasureParts } from './measure-types.js';
import type { CommonInput } from './schemas.js';
import { refuseInput, validateInput } from './validate-input.js';

/** As `runMeasure`, from the bytes of a JSON text; also throws `bad-json` and `too-large`. */
export const runMeasureOn = async (
  parts: MeasureParts,
  id: string,
  body: Uint8Array,
  signal?: AbortSignal,
): Promise<MeasureAnswer> => runMeasure(parts, id, readJson(body, parts.limits).json, signal);

/**
 * @param input a parsed JSON value
 * @throws AppError not-found for an unknown measure, bad-input with every fault and its JSON pointer
 */
export async function runMeasure(
  parts: MeasureParts,
  id: string,
  input: unknown,
  signal?: AbortSignal,
): Promise<MeasureAnswer> {
  const measure = getMeasure(id);
  const missing = validateInput(measure, input);
  const onDate = (input as CommonInput).onDate ?? parts.today();
  if (onDate < measure.effectiveFrom) throw notInForce(measure, onDate);
  const faults: InputFault[] = [];
  const outcome =
    missing.length > 0
      ? undetermined(measure.sources, missing)
      : await measure.run(parts, input as never, { onDate, signal, faults });
  if (faults.length > 0) throw refuseInput(id, faults);
  const { title, suggestion } = measure;
  return { measure: id, title, onDate, suggestion, ...outcome };
}

/** @throws AppError not-found */
export function getMeasure(id: string): Measure {
  const found = findMeasure(id);
  if (found) return found;
  const list = measureTable.map((measure) => measure.id).join(', ');
  throw new AppError('not-found', `no measure ${id.slice(0, 60)}`, {
    detail: {
      zh: `没有名为“${id.slice(0, 60)}”的测算，可用：${list}。`,
      en: `There is no measure "${id.slice(0, 60)}"; there are: ${list}.`,
    },
  });
}

function notInForce({ id, effectiveFrom }: Measure, onDate: string): AppError {
  return new AppError('bad-input', `${id} on ${onDate}`, {
    errors: [
      {
        pointer: '/onDate',
        code: 'not-in-force',
        detail: {
          zh: `${onDate} 时有关措施尚未施行（自 ${effectiveFrom} 起）。`,
          en: `The measures were not in force on ${onDate} (they apply from ${effectiveFrom}).`,
        },
      },
    ],
    detail: {
      zh: `${onDate} 时有关措施尚未施行（自 ${effectiveFrom} 起）。`,
      en: `The measures were not in force on ${onDate} (they apply from ${effectiveFrom}).`,
    },
  });
}
