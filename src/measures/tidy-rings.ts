/** Constructed rings made ready for 国土 TXT: multiples of 0.001 m, valid, no repeated vertices. */
import type { MultiPolygonRings, PolygonRings, Position, Ring } from '../core/geometry-types.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';

const MM = 1000;

const toMillimetres = (value: number): number => Math.round(value * MM) / MM;

/**
 * Plane rings rounded to 0.001 m. Rounding may make rings touch; then they are repaired and rounded again, a few times.
 * `valid` is false where that does not help: the geometry must then not be handed on as ready.
 */
export async function toMillimetreRings(
  geos: GeosPool,
  plane: MultiPolygonRings,
): Promise<{ rings: MultiPolygonRings; valid: boolean }> {
  let rings = roundRings(plane);
  for (let round = 0; round < 3; round++) {
    if (rings.length === 0) return { rings, valid: true };
    if ((await geos.validity(rings)).valid) return { rings, valid: true };
    rings = roundRings(await geos.makeValid(rings));
  }
  return { rings, valid: (await geos.validity(rings)).valid };
}

export const roundRings = (plane: MultiPolygonRings): MultiPolygonRings =>
  plane.flatMap((polygon) => roundPolygon(polygon));

function roundPolygon(polygon: PolygonRings): PolygonRings[] {
  const rings = polygon.map(roundRing);
  if (!rings[0]) return [];
  return [rings.filter((ring): ring is Ring => ring !== undefined)];
}

/** Undefined: nothing areal is left of the ring. */
function roundRing(ring: Ring): Ring | undefined {
  const out: Position[] = [];
  for (const [x, y] of ring) {
    const here: Position = [toMillimetres(x), toMillimetres(y)];
    const last = out.at(-1);
    if (!last || last[0] !== here[0] || last[1] !== here[1]) out.push(here);
  }
  return out.length >= 4 && planarAreaM2([[out]]) > 0 ? out : undefined;
}
