/**
 * Polygons in tile units: cut to the tile, thinned within a tolerance, rounded, and wound
 * as MVT 2.1 §4.3.3.3 wants them. For the eye only: no figure is ever taken from a tile.
 */
import type { FlatRing } from '../../core/geometry-types.js';

/** Whole units, closed. */
export type TileRing = { readonly x: number; readonly y: number }[];

export interface TileSquare {
  /** From the tile's corner to the edge of what is kept: below 0 and above the extent. */
  least: number;
  most: number;
}

/**
 * Closed rings in tile units, outer before its holes; empty when nothing of the polygon is as large as a unit. Points
 * may lie `tolerance` units from the line that stands for them; rounding adds another half.
 */
export function generalisePolygon(
  rings: readonly FlatRing[],
  square: TileSquare,
  tolerance: number,
): TileRing[] {
  const kept: TileRing[] = [];
  for (const [index, ring] of rings.entries()) {
    const whole = toWholeUnits(thin(cutToSquare(ring, square), tolerance));
    const doubled = doubledArea(whole);
    if (whole.length < 4 || doubled === 0) {
      if (index === 0) return [];
      continue;
    }
    // y points down: a positive sum is an outer ring
    kept.push(doubled > 0 === (index === 0) ? whole : whole.reverse());
  }
  return kept;
}

type Points = FlatRing | number[];

/** Sutherland–Hodgman against the four sides; lines along the margin lie outside the visible tile. */
function cutToSquare(ring: FlatRing, { least, most }: TileSquare): Points {
  let points: Points = ring;
  for (const [axis, limit, sign] of [
    [0, least, 1],
    [0, most, -1],
    [1, least, 1],
    [1, most, -1],
  ] as const) {
    if (isWithin(points, axis, limit, sign)) continue;
    points = cutToSide(points, axis, limit, sign);
    if (points.length === 0) return points;
  }
  return points;
}

function isWithin(points: Points, axis: 0 | 1, limit: number, sign: 1 | -1): boolean {
  for (let i = axis; i < points.length; i += 2) if (sign * (points[i]! - limit) < 0) return false;
  return true;
}

function cutToSide(ring: Points, axis: 0 | 1, limit: number, sign: 1 | -1): number[] {
  const kept: number[] = [];
  for (let i = 2; i < ring.length; i += 2) {
    const [ax, ay, bx, by] = [ring[i - 2]!, ring[i - 1]!, ring[i]!, ring[i + 1]!];
    const [from, to] = [sign * (ring[i - 2 + axis]! - limit), sign * (ring[i + axis]! - limit)];
    if (from >= 0) kept.push(ax, ay);
    if (from >= 0 !== to >= 0) {
      const share = from / (from - to);
      kept.push(ax + share * (bx - ax), ay + share * (by - ay));
    }
  }
  if (kept.length > 0) kept.push(kept[0]!, kept[1]!);
  return kept;
}

/** Douglas–Peucker on the two halves of the ring, without recursion. */
function thin(ring: Points, tolerance: number): Points {
  const last = ring.length / 2 - 1;
  if (last <= 4 || tolerance === 0) return ring;
  const keep = new Uint8Array(last + 1);
  const far = farthestFrom(ring, ring[0]!, ring[1]!);
  keep[0] = keep[last] = keep[far] = 1;
  const work: [number, number][] = [
    [0, far],
    [far, last],
  ];
  for (let span = work.pop(); span; span = work.pop()) {
    const [from, to] = span;
    const [at, distance] = farthestBetween(ring, from, to);
    if (distance <= tolerance * tolerance) continue;
    keep[at] = 1;
    work.push([from, at], [at, to]);
  }
  return ring.filter((_value: number, i: number) => keep[i >> 1] === 1);
}

function farthestFrom(ring: Points, x: number, y: number): number {
  let [best, most] = [1, -1];
  for (let i = 1; i < ring.length / 2 - 1; i++) {
    const distance = (ring[2 * i]! - x) ** 2 + (ring[2 * i + 1]! - y) ** 2;
    if (distance > most) [best, most] = [i, distance];
  }
  return best;
}

/** The point between two others that lies farthest from their segment, and its squared distance. */
function farthestBetween(ring: Points, from: number, to: number): [number, number] {
  const [ax, ay] = [ring[2 * from]!, ring[2 * from + 1]!];
  const [dx, dy] = [ring[2 * to]! - ax, ring[2 * to + 1]! - ay];
  const length = dx * dx + dy * dy;
  let [best, most] = [from, -1];
  for (let i = from + 1; i < to; i++) {
    const [px, py] = [ring[2 * i]! - ax, ring[2 * i + 1]! - ay];
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, (px * dx + py * dy) / length));
    const distance = (px - share * dx) ** 2 + (py - share * dy) ** 2;
    if (distance > most) [best, most] = [i, distance];
  }
  return [best, most];
}

function toWholeUnits(ring: Points): TileRing {
  const whole: TileRing = [];
  let [lastX, lastY] = [Number.NaN, Number.NaN];
  for (let i = 0; i < ring.length; i += 2) {
    const [x, y] = [Math.round(ring[i]!), Math.round(ring[i + 1]!)];
    if (x !== lastX || y !== lastY) whole.push({ x, y });
    [lastX, lastY] = [x, y];
  }
  return whole;
}

function doubledArea(ring: TileRing): number {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) {
    sum += ring[i - 1]!.x * ring[i]!.y - ring[i]!.x * ring[i - 1]!.y;
  }
  return sum;
}
