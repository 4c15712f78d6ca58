/** Boxes in a packed tree, so that what is near is found without asking everything. */
import Flatbush from 'flatbush';
import type { Box } from '../core/geometry-types.js';
import type { Outlines } from './outlines.js';

export interface BoxIndex {
  /** Places of the boxes that meet the box, in order. */
  search(minX: number, minY: number, maxX: number, maxY: number): number[];
}

export function indexBoxes(boxes: readonly Box[]): BoxIndex {
  // the tree does not take nothing
  if (boxes.length === 0) return { search: () => [] };
  const index = new Flatbush(boxes.length);
  for (const box of boxes) index.add(...box);
  return finished(index);
}

/** Of parcels, in metres from the outlines' origin. */
export function indexOutlines({ count, boxes }: Pick<Outlines, 'count' | 'boxes'>): BoxIndex {
  if (count === 0) return { search: () => [] };
  const index = new Flatbush(count);
  for (let p = 0; p < 4 * count; p += 4) index.add(boxes[p]!, boxes[p + 1]!, boxes[p + 2]!, boxes[p + 3]!);
  return finished(index);
}

function finished(index: Flatbush): BoxIndex {
  index.finish();
  return { search: (...box) => index.search(...box).sort((p, q) => p - q) };
}
