/**
 * Some programs write every ring as a record of its own. A record inside another one of the same number and name may
 * then be a hole or a parcel: counted either way it would be a guess, so it is a fault.
 */
import Flatbush from 'flatbush';
import { countVertices } from '../geometry/edge-arrays.js';
import { boxContains, boxOf, standingOfPoint } from './nest-rings.js';
import type { TxtFaultList } from './txt-faults.js';
import type { TxtParcel } from './txt-types.js';

/** In steps of one parcel. */
export function* findNestedRecords(
  parcels: readonly TxtParcel[],
  faults: TxtFaultList,
): Generator<void, void> {
  const groups = new Map<string, TxtParcel[]>();
  for (const parcel of parcels) {
    const key = JSON.stringify([parcel.id ?? '', parcel.name ?? '']);
    const group = groups.get(key);
    if (group) group.push(parcel);
    else groups.set(key, [parcel]);
  }
  for (const group of groups.values()) if (group.length > 1) yield* findInGroup(group, faults);
}

/** Edges tested at most: beyond, parcels that overlap are still told by the parcels room. */
const MOST_STEPS = 3e7;

function* findInGroup(group: readonly TxtParcel[], faults: TxtFaultList): Generator<void, void> {
  const boxes = group.map(({ rings }) => boxOf(rings.flatMap(([outer]) => outer!)));
  const index = new Flatbush(group.length);
  for (const box of boxes) index.add(...box);
  index.finish();
  let steps = 0;
  for (const [i, parcel] of group.entries()) {
    yield;
    for (const j of index.search(...boxes[i]!)) {
      if (j === i || !boxContains(boxes[j]!, boxes[i]!)) continue;
      const other = group[j]!;
      steps += countVertices(other.rings);
      if (steps > MOST_STEPS) return;
      if (isInside(parcel, other)) {
        faults.add('nested-records', parcel.line, { otherLine: other.line });
        break;
      }
    }
  }
}

/** By the first vertex that is not on a boundary of the other; identical ground is not inside. */
function isInside(parcel: TxtParcel, other: TxtParcel): boolean {
  for (const [x, y] of parcel.rings[0]![0]!) {
    let inside = false;
    let onBoundary = false;
    for (const ring of other.rings.flat()) {
      const standing = standingOfPoint(x, y, ring);
      if (standing === 0) onBoundary = true;
      if (standing > 0) inside = !inside;
    }
    if (!onBoundary) return inside;
  }
  return false;
}
