/** Says a thing once when it holds for the whole file (a wrong CRS), and parcel by parcel when it does not. */
import type { ParcelDraft } from './parcel-draft.js';
import type { FaultList, ParcelFaultCode } from './parcel-faults.js';

export interface DraftVerdict {
  draft: ParcelDraft;
  code: ParcelFaultCode;
  pointer: string;
  values: Readonly<Record<string, string | number>>;
  place?: readonly [number, number];
}

/** `total` is how many drafts were judged; one fault at `/features` when all of several share one code. */
export function addForAll(verdicts: readonly DraftVerdict[], total: number, faults: FaultList): void {
  const [first] = verdicts;
  if (!first) return;
  const shared = total > 1 && verdicts.length === total && verdicts.every(({ code }) => code === first.code);
  for (const { draft, code, pointer, values, place } of shared ? [first] : verdicts) {
    const [x, y] = place ?? [draft.box[0], draft.box[1]];
    faults.add(code, shared ? '/features' : pointer, values, [x, y]);
  }
}
