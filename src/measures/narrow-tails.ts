/** Parts of a polygon that are thinner than a width although the polygon as a whole is not: tails, spikes, necks. */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';

export interface NarrowTail {
  /** Plane rings, m. */
  plane: MultiPolygonRings;
  widthM: number;
}

/**
 * What a disc of the width cannot reach, where it reaches further out than the width. Corners, which no disc reaches
 * either, stay below that down to an angle of some 39°; a spike sharper than that counts as a tail.
 */
export async function findNarrowTails(
  geos: GeosPool,
  plane: MultiPolygonRings,
  widthM: number,
): Promise<NarrowTail[]> {
  if (!(widthM > 0)) return [];
  const reached = await geos.buffer(await geos.erode(plane, widthM / 2), widthM / 2);
  const far = await geos.difference(plane, await geos.buffer(reached, widthM));
  if (far.length === 0) return [];
  const thin = await geos.difference(plane, reached);
  const tails: NarrowTail[] = [];
  for (const part of thin) {
    const common = await geos.intersection([part], far);
    if (!(planarAreaM2(common) > 0)) continue;
    tails.push({ plane: [part], widthM: 2 * (await geos.inscribedCircle([part])).radius });
  }
  return tails;
}
