/** Ground of two ranges against each other: kernel areas, closed to both printed figures, and what GEOS draws of it. */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { roundHalfUp } from '../core/units.js';
import { edgesOf, overlapAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import type { Shape } from '../overlay/shapes.js';
import type { Range } from './ranges.js';

/** Below this nothing can be printed at 0.01 m². */
const UNPRINTABLE_M2 = 0.005;

/** Two ranges of one zone: printed m², `kept + lost` is the first's area, `kept + gained` the second's. */
export interface Compared {
  keptM2: number;
  lostM2: number;
  gainedM2: number;
  /** Rings in the first range's zone. */
  lost: MultiPolygonRings;
  gained: MultiPolygonRings;
}

/** Overlap of two shapes in the analysis plane, m², never below nothing. */
export function overlapM2(a: Shape, b: Shape): number {
  const [[[first = [0, 0]] = []] = []] = a.rings;
  const [x, y] = first;
  return Math.max(0, overlapAreaM2(edgesOf(a.rings, x, y), edgesOf(b.rings, x, y)));
}

export async function compareRanges(geos: GeosPool, a: Range, b: Range): Promise<Compared> {
  const shared = overlapM2(a.shape, b.shape);
  const keptM2 = printKept(a, b, shared);
  const lostM2 = cents(a.areaM2 - keptM2);
  const gainedM2 = cents(b.areaM2 - keptM2);
  const [lost, gained] = await Promise.all([
    lostM2 > 0 ? geos.difference(a.plane, b.plane) : [],
    gainedM2 > 0 ? geos.difference(b.plane, a.plane) : [],
  ]);
  return { keptM2, lostM2, gainedM2, lost, gained };
}

/** The common ground as printed. Where nothing of a range lies outside the other, all of it is kept, to the cent. */
function printKept(a: Range, b: Range, shared: number): number {
  const most = Math.min(a.areaM2, b.areaM2);
  const aInB = a.shape.areaM2 - shared < UNPRINTABLE_M2;
  const bInA = b.shape.areaM2 - shared < UNPRINTABLE_M2;
  if (aInB && bInA) return most;
  if (aInB) return Math.min(a.areaM2, most);
  if (bInA) return Math.min(b.areaM2, most);
  // the two official figures differ from the plane's by the same share, but for their rounding
  const scale = (a.areaM2 / a.shape.areaM2 + b.areaM2 / b.shape.areaM2) / 2;
  return Math.min(roundHalfUp(shared * scale, 2), most);
}

export const cents = (value: number): number => Math.round(value * 100) / 100;

/** Ground thinner than `widthM` everywhere: a border drawn twice. Plane rings, m. */
export async function isThin(geos: GeosPool, plane: MultiPolygonRings, widthM: number): Promise<boolean> {
  if (plane.length === 0) return true;
  if (!(widthM > 0)) return false;
  return (await geos.erode(plane, widthM / 2)).length === 0;
}
