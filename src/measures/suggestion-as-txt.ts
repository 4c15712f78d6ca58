/** The ground that a suggestion proposes as 国土 TXT, marked in its head as what it is: proposed, not examined. */
import { AppError } from '../core/errors.js';
import type { WrittenFile } from '../formats/export-table.js';
import { parcelsAsTxt } from '../parcels/parcels-as-txt.js';
import { readParcels } from '../parcels/read-parcels.js';
import type { MeasureAnswer, MeasureParts } from './measure-types.js';

/** Head of the file: who reads it must not take it for a surveyed parcel. */
const PRODUCER = '系统建议方案，未经审查';

/**
 * @throws AppError bad-input where the answer proposes nothing, or something that must not be used: a file of it would
 *   look like a way out
 */
export async function suggestionAsTxt(
  parts: Pick<MeasureParts, 'geos' | 'limits'>,
  { measure, verdict, sentence, onDate, result }: MeasureAnswer,
): Promise<WrittenFile> {
  const plane = (result as { plane?: { features: readonly unknown[] } | null } | null)?.plane;
  if (!plane || plane.features.length === 0 || verdict === 'prohibited')
    throw new AppError('bad-input', `${measure} proposes nothing that can be written`, {
      errors: [{ pointer: '', code: 'nothing-proposed', detail: sentence }],
      detail: sentence,
    });
  const { parcels } = await readParcels({ body: plane, limits: parts.limits }, parts.geos);
  return parcelsAsTxt(parcels, { date: onDate, producer: PRODUCER });
}
