/**
 * The outline of ground that is joined to one parcel, fit for a file of boundary points: where two drawings of the common
 * border differ by less than two millimetres no slit and no spike stays, and every corner is one that was submitted.
 */
import Flatbush from 'flatbush';
import type { MultiPolygonRings, Position, Ring } from '../core/geometry-types.js';
import type { GeosPool } from '../geometry/geos-pool.js';

/** What is closed, m. Files of boundary points print millimetres. */
export const SLIT_M = 0.002;
const HALF_SLIT_M = SLIT_M / 2;
/** A corner down to 6° comes back to its point. */
const MITRE = { join: 'mitre', mitreLimit: 20 } as const;
/** Corners nearer than this are printed as one, m. */
const ONE_CORNER_M = 0.0015;

/** @param shapes metres of one plane; what is farther apart than two millimetres stays apart */
export async function mergeOutlines(
  geos: GeosPool,
  shapes: readonly MultiPolygonRings[],
): Promise<MultiPolygonRings> {
  const grown = await geos.buffer(await geos.union(shapes), HALF_SLIT_M, MITRE);
  const core = await geos.buffer(grown, -2 * HALF_SLIT_M, MITRE);
  if (core.length === 0) return geos.union(shapes);
  const drawn = await geos.buffer(core, HALF_SLIT_M, MITRE);
  const corner = cornersOf(shapes);
  return drawn.map((polygon) =>
    polygon.map((ring) => apart(ring.map(corner))).filter((ring) => ring.length > 3),
  );
}

/** A vertex as it was submitted, where one was submitted near it. */
function cornersOf(shapes: readonly MultiPolygonRings[]): (vertex: Position) => Position {
  const vertices = shapes.flat(2).flat();
  const index = new Flatbush(vertices.length);
  for (const [x, y] of vertices) index.add(x, y, x, y);
  index.finish();
  return (vertex) => {
    const [near] = index.neighbors(vertex[0], vertex[1], 1, ONE_CORNER_M);
    return near === undefined ? vertex : vertices[near]!;
  };
}

/** The ring without vertices that lie on the one before. */
function apart(ring: Ring): Ring {
  const kept: Position[] = [];
  for (const vertex of ring.slice(1)) {
    const last = kept.at(-1);
    if (!last || Math.hypot(vertex[0] - last[0], vertex[1] - last[1]) > ONE_CORNER_M) kept.push(vertex);
  }
  const [first, last] = [kept[0]!, kept.at(-1)!];
  if (kept.length > 1 && Math.hypot(first[0] - last[0], first[1] - last[1]) <= ONE_CORNER_M) kept.pop();
  return [...kept, first];
}
