/**
 * One deterministic form for the polygons that GEOS returns: absolute coordinates, outer rings counter-clockwise,
 * holes clockwise, fixed start vertex and order, nothing thinner than the spacing of doubles. Pure, no GEOS here.
 */
import type { FlatPolygon, Origin } from './geos-packing.js';

interface NormalRing {
  ring: Float64Array;
  minX: number;
  minY: number;
  areaM2: number;
}

/**
 * Shifts rings (relative to the origin, in any ring order and orientation that GEOS uses) back to absolute
 * coordinates and puts them in normal form. Polygons sorted by min x, min y, area; holes within a polygon likewise.
 */
export function toNormalForm(polygons: readonly FlatPolygon[], origin: Origin): FlatPolygon[] {
  const normal: { outer: NormalRing; holes: NormalRing[] }[] = [];
  for (const [shell, ...holes] of polygons) {
    const outer = shell && normalRing(shell, origin, 1);
    if (!outer) continue;
    const kept = holes.map((hole) => normalRing(hole, origin, -1)).filter((hole) => hole !== undefined);
    normal.push({ outer, holes: kept.sort(byPlace) });
  }
  normal.sort((a, b) => byPlace(a.outer, b.outer));
  return normal.map(({ outer, holes }) => [outer.ring, ...holes.map((hole) => hole.ring)]);
}

const byPlace = (a: NormalRing, b: NormalRing): number =>
  a.minX - b.minX || a.minY - b.minY || a.areaM2 - b.areaM2 || a.ring.length - b.ring.length;

function normalRing(local: Float64Array, [originX, originY]: Origin, turn: 1 | -1): NormalRing | undefined {
  // the open ring in absolute coordinates; vertices that fall together there are one vertex
  const open = new Float64Array(local.length);
  let length = 0;
  for (let i = 0; i + 3 < local.length; i += 2) {
    const x = local[i]! + originX;
    const y = local[i + 1]! + originY;
    if (length > 0 && x === open[length - 2] && y === open[length - 1]) continue;
    open[length++] = x;
    open[length++] = y;
  }
  while (length > 2 && open[0] === open[length - 2] && open[1] === open[length - 1]) length -= 2;
  const shape = measure(open, length);
  // thinner than the grid of doubles at this place: nothing that could be drawn or measured
  if (length < 6 || Math.abs(shape.areaM2) <= shape.perimeter * shape.spacing) return undefined;
  const ring = new Float64Array(length + 2);
  const forward = shape.areaM2 > 0 === turn > 0;
  for (let k = 0; k <= length; k += 2) {
    const from = (shape.first + (forward ? k : 2 * length - k)) % length;
    ring[k] = open[from]!;
    ring[k + 1] = open[from + 1]!;
  }
  return { ring, minX: shape.minX, minY: shape.minY, areaM2: Math.abs(shape.areaM2) };
}

function measure(open: Float64Array, length: number) {
  const x0 = open[0]!;
  const y0 = open[1]!;
  let twice = 0;
  let perimeter = 0;
  let largest = 0;
  let first = 0;
  let minY = Number.POSITIVE_INFINITY;
  for (let i = 0; i < length; i += 2) {
    const j = i + 2 < length ? i + 2 : 0;
    const x = open[i]!;
    const y = open[i + 1]!;
    twice += (x - x0) * (open[j + 1]! - y0) - (open[j]! - x0) * (y - y0);
    perimeter += Math.hypot(open[j]! - x, open[j + 1]! - y);
    largest = Math.max(largest, Math.abs(x), Math.abs(y));
    minY = Math.min(minY, y);
    if (x < open[first]! || (x === open[first] && y < open[first + 1]!)) first = i;
  }
  return { areaM2: twice / 2, perimeter, spacing: spacingAt(largest), first, minX: open[first]!, minY };
}

/** Distance between neighbouring doubles at this magnitude (4·10⁶ → 4.7·10⁻¹⁰). */
const spacingAt = (value: number): number => 2 ** (Math.floor(Math.log2(value || 1)) - 52);
