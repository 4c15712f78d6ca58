/**
 * Joined ground joined once more where a union cannot see it: two patches whose common border has a vertex on one side
 * only are apart by rounding there, touch in points, and stay two polygons. Such ground would pass for small leftovers.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { SLIVER_M } from './clean-pieces.js';
import { findContacts } from './find-contacts.js';
import { groupNeighbours } from './group-neighbours.js';
import { mergeOutlines, SLIT_M } from './merge-outlines.js';
import { packOutlines } from './outlines.js';
import { inTurns } from './union-by-cells.js';

/** @param polygons metres of one plane, a union; those that are nobody's neighbours come back as they are */
export async function joinNeighbours(
  geos: GeosPool,
  polygons: MultiPolygonRings,
  signal?: AbortSignal,
): Promise<MultiPolygonRings> {
  const outlines = packOutlines(polygons.map((polygon) => [polygon]));
  const limits = { gapToleranceM: SLIT_M, minSharedEdgeM: SLIVER_M, reachM: SLIT_M };
  const contacts = await findContacts(outlines, limits, { signal });
  const links = contacts.filter(({ kind }) => kind !== 'corner');
  const joined = await inTurns(groupNeighbours(polygons.length, links), async (group) => {
    signal?.throwIfAborted();
    const shapes = group.map((i) => [polygons[i]!]);
    return group.length > 1 ? mergeOutlines(geos, shapes) : shapes[0]!;
  });
  return joined.flat();
}
