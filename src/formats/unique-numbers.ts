/** 地块编号 repeat in real files (one 电子监管号 for all parcels of a supply): each parcel still needs its own id. */
import { txtWarning } from './txt-faults.js';
import type { TxtParcel } from './txt-types.js';

/** The first keeps its number; the others get `-2`, `-3` … behind it, with a warning. */
export function uniqueNumbers(parcels: readonly TxtParcel[]): TxtParcel[] {
  const taken = new Set(parcels.map(({ id }) => id));
  const seen = new Map<string, number>();
  return parcels.map((parcel) => {
    const { id: number, line } = parcel;
    if (number === undefined) return parcel;
    const before = seen.get(number);
    seen.set(number, (before ?? 0) + 1);
    if (before === undefined) return parcel;
    let next = before + 1;
    while (taken.has(`${number}-${next}`)) next += 1;
    const id = `${number}-${next}`;
    taken.add(id);
    seen.set(number, next);
    const warning = txtWarning('number-repeated', line, { found: number.slice(0, 40), id: id.slice(0, 48) });
    return { ...parcel, id, warnings: [...parcel.warnings, warning] };
  });
}
