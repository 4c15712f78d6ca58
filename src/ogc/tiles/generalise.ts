/**
 * Polygons in tile units: cut to the tile, thinned within a tolerance, rounded, and wound
 * as MVT 2.1 §4.3.3.3 wants them. For the eye only: no figure is ever taken from a tile.
 */
export type TilePoint = readonly [number, number];
export type TileRing = TilePoint[];

export interface TileSquare {
  /** From the tile's corner to the edge of what is kept: below 0 and above the extent. */
  least: number;
  most: number;
}

/**
 * Closed rings, outer before its holes; empty when nothing of the polygon is as large as a unit. Points may lie
 * `tolerance` units from the line that stands for them; rounding adds another half.
 */
export function generalisePolygon(
  rings: readonly TileRing[],
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

/** Sutherland–Hodgman against the four sides; lines along the margin lie outside the visible tile. */
function cutToSquare(ring: TileRing, { least, most }: TileSquare): TileRing {
  let points = ring;
  for (const [axis, limit, sign] of [
    [0, least, 1],
    [0, most, -1],
    [1, least, 1],
    [1, most, -1],
  ] as const) {
    if (points.every((point) => sign * (point[axis] - limit) >= 0)) continue;
    points = cutToSide(points, axis, limit, sign);
    if (points.length === 0) return points;
  }
  return points;
}

function cutToSide(ring: TileRing, axis: 0 | 1, limit: number, sign: 1 | -1): TileRing {
  const kept: TileRing = [];
  for (let i = 1; i < ring.length; i++) {
    const [a, b] = [ring[i - 1]!, ring[i]!];
    const [from, to] = [sign * (a[axis] - limit), sign * (b[axis] - limit)];
    if (from >= 0) kept.push(a);
    if (from >= 0 !== to >= 0) {
      const share = from / (from - to);
      kept.push([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]);
    }
  }
  if (kept.length > 0) kept.push(kept[0]!);
  return kept;
}

/** Douglas–Peucker on the two halves of the ring, without recursion. */
function thin(ring: TileRing, tolerance: number): TileRing {
  if (ring.length <= 5 || tolerance === 0) return ring;
  const last = ring.length - 1;
  const keep = new Uint8Array(ring.length);
  const far = farthestFrom(ring, ring[0]!);
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
  return ring.filter((_point, i) => keep[i] === 1);
}

function farthestFrom(ring: TileRing, [x, y]: TilePoint): number {
  let [best, most] = [1, -1];
  for (let i = 1; i < ring.length - 1; i++) {
    const distance = (ring[i]![0] - x) ** 2 + (ring[i]![1] - y) ** 2;
    if (distance > most) [best, most] = [i, distance];
  }
  return best;
}

/** The point between two others that lies farthest from their segment, and its squared distance. */
function farthestBetween(ring: TileRing, from: number, to: number): [number, number] {
  const [ax, ay] = ring[from]!;
  const [bx, by] = ring[to]!;
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  let [best, most] = [from, -1];
  for (let i = from + 1; i < to; i++) {
    const [px, py] = ring[i]!;
    const share = length === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * dx + (py - ay) * dy) / length));
    const distance = (px - ax - share * dx) ** 2 + (py - ay - share * dy) ** 2;
    if (distance > most) [best, most] = [i, distance];
  }
  return [best, most];
}

function toWholeUnits(ring: TileRing): TileRing {
  const whole: TileRing = [];
  for (const [x, y] of ring) {
    const [px, py] = [Math.round(x), Math.round(y)];
    const before = whole.at(-1);
    if (!before || before[0] !== px || before[1] !== py) whole.push([px, py]);
  }
  return whole;
}

function doubledArea(ring: TileRing): number {
  let sum = 0;
  for (let i = 1; i < ring.length; i++) {
    sum += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1];
  }
  return sum;
}
