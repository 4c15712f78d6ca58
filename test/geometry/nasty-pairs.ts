/**
 * Deterministic families of polygon pairs that overlay engines are known to lose: shared slanted borders, cells of a
 * jittered grid, near-coincident copies, combs, needles, holes. Every polygon is simple, in metres.
 */
import type { MultiPolygonRings, Position, Ring } from '../../src/core/geometry-types.js';

export interface NastyPair {
  name: string;
  a: MultiPolygonRings;
  b: MultiPolygonRings;
}

type Random = () => number;

/** A small seeded generator (LCG of Numerical Recipes), uniform in [0, 1). */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

const close = (points: Position[]): Ring => [...points, points[0]!];

/** Star-shaped polygon around a centre; `jitter` 0…1 pulls vertices inwards. */
export function star(
  random: Random,
  n: number,
  cx: number,
  cy: number,
  radius: number,
  jitter: number,
): Ring {
  const points: Position[] = [];
  for (let i = 0; i < n; i++) {
    const angle = (2 * Math.PI * i) / n;
    const r = radius * (1 - jitter * random());
    points.push([cx + r * Math.cos(angle), cy + r * Math.sin(angle)]);
  }
  return close(points);
}

const moved = (rings: MultiPolygonRings, dx: number, dy: number): MultiPolygonRings =>
  rings.map((p) => p.map((r) => r.map(([x, y]) => [x + dx, y + dy] as const)));

/** Corners of a grid of rotated, jittered cells: neighbours share both vertices of a border to the last bit. */
function gridCorners(random: Random, n: number, cell: number, jitter: number): Position[][] {
  const turn = random() * Math.PI;
  const [c, s] = [Math.cos(turn), Math.sin(turn)];
  return Array.from({ length: n + 1 }, (_, i) =>
    Array.from({ length: n + 1 }, (_, k): Position => {
      const x = (i + jitter * (random() - 0.5)) * cell;
      const y = (k + jitter * (random() - 0.5)) * cell;
      return [c * x - s * y, s * x + c * y];
    }),
  );
}

function* gridNeighbours(random: Random, count: number): Generator<NastyPair> {
  for (let i = 0; i < count; i++) {
    const g = gridCorners(random, 3, 10 + 90 * random(), i % 2 ? 0.6 : 0);
    const cell = (x: number, y: number): Ring =>
      close([g[x]![y]!, g[x + 1]![y]!, g[x + 1]![y + 1]!, g[x]![y + 1]!]);
    const strip = close([g[0]![0]!, g[1]![0]!, g[2]![0]!, g[2]![1]!, g[1]![1]!, g[0]![1]!]);
    const partner = [cell(1, 0), cell(1, 1), cell(0, 1), strip, cell(2, 2)][i % 5]!;
    yield { name: `grid ${i}`, a: [[i % 3 ? cell(0, 0) : strip]], b: [[partner]] };
  }
}

function* stars(random: Random, count: number): Generator<NastyPair> {
  for (let i = 0; i < count; i++) {
    const at = (n: number): Ring =>
      star(random, n, 100 * random(), 100 * random(), 20 + 80 * random(), random());
    yield { name: `stars ${i}`, a: [[at(4 + (i % 24))]], b: [[at(3 + ((5 * i) % 24))]] };
  }
}

function* nearCopies(random: Random, count: number): Generator<NastyPair> {
  for (let i = 0; i < count; i++) {
    const ring = star(random, 5 + (i % 16), 0, 0, 100, 0.7);
    const step = 10 ** -(6 + (i % 8));
    const copy = close(
      ring.slice(0, -1).map(([x, y]) => [x + step * (random() - 0.5), y + step * (random() - 0.5)]),
    );
    yield { name: `copy within ${step} m, ${i}`, a: [[ring]], b: [[copy]] };
  }
}

/** The same ring with extra vertices that lie on its edges up to rounding. */
function* brokenEdges(random: Random, count: number): Generator<NastyPair> {
  for (let i = 0; i < count; i++) {
    const ring = star(random, 5 + (i % 10), 0, 0, 100, 0.5);
    const broken: Position[] = [];
    for (let k = 1; k < ring.length; k++) {
      const [p, q] = [ring[k - 1]!, ring[k]!];
      broken.push(p);
      for (const t of [random() / 2, 0.5 + random() / 2]) {
        broken.push([p[0] + t * (q[0] - p[0]), p[1] + t * (q[1] - p[1])]);
      }
    }
    yield { name: `broken edges ${i}`, a: [[ring]], b: [[close(broken)]] };
  }
}

function comb(teeth: number, width: number, top: number, lean: number): Ring {
  const points: Position[] = [
    [0, 0],
    [(2 * teeth - 1) * width, 0],
  ];
  for (let i = teeth - 1; i >= 0; i--) {
    points.push([(2 * i + 1) * width + lean, top], [2 * i * width + lean, top]);
    if (i > 0) points.push([2 * i * width, 5], [(2 * i - 1) * width, 5]);
  }
  return close(points);
}

function* combs(random: Random, count: number): Generator<NastyPair> {
  for (let i = 0; i < count; i++) {
    const a = comb(3 + (i % 8), 1 + 4 * random(), 60, i % 2 ? 10 * random() : 0);
    const b = comb(3 + ((3 * i) % 8), 1 + 4 * random(), 60, i % 3 ? 10 * random() : 0);
    const turned = b.map(([x, y]): Position => (i % 4 < 2 ? [x, 64 - y] : [y, x]));
    yield { name: `combs ${i}`, a: [[a]], b: [[turned]] };
  }
}

function* needles(random: Random, count: number): Generator<NastyPair> {
  for (let i = 0; i < count; i++) {
    const angle = random() * Math.PI;
    const thin = 10 ** -(1 + (i % 6));
    const needle = (turn: number, dx: number): Ring => {
      const [c, s] = [Math.cos(turn), Math.sin(turn)];
      const at = (x: number, y: number): Position => [c * x - s * y + dx, s * x + c * y];
      return close([at(-200, 0), at(200, -thin), at(200, thin), at(-200, 2 * thin)]);
    };
    const other = i % 2 ? needle(angle + 10 ** -(i % 9), random()) : star(random, 12, 0, 0, 90, 0.5);
    yield { name: `needles ${i}`, a: [[needle(angle, 0)]], b: [[other]] };
  }
}

/** Rings with holes and several parts; the hole of one is often the other's shell. */
function* holesAndParts(random: Random, count: number): Generator<NastyPair> {
  for (let i = 0; i < count; i++) {
    const shell = star(random, 16, 0, 0, 100, 0.3);
    const hole = shell.map(([x, y]): Position => [x * 0.5, y * 0.5]);
    const far = star(random, 7, 220, 30, 60, 0.4);
    const a: MultiPolygonRings = i % 3 ? [[shell, hole], [far]] : [[shell, [...hole].reverse()]];
    const b: MultiPolygonRings = [[[hole]], [[star(random, 9, 90, 0, 140, 0.6)]], [[shell, hole]]][i % 3]!;
    yield { name: `holes and parts ${i}`, a, b };
  }
}

/** Rotated rectangles side by side along a slanted road, one border shared. */
function* sharedBorders(random: Random, count: number): Generator<NastyPair> {
  for (let i = 0; i < count; i++) {
    const [dx, dy] = [40 * random() + 1, 40 * random() - 20];
    const depth = 10 + 50 * random();
    const foot = (k: number): Position => [k * dx, k * dy];
    const top = (k: number): Position => [k * dx - (depth * dy) / 50, k * dy + depth];
    const plot = (k: number, to: number): Ring => close([foot(k), foot(to), top(to), top(k)]);
    const reach = i % 4;
    yield { name: `shared border ${i}`, a: [[plot(0, 2)]], b: [[plot(2 - (reach % 2), 3 + reach)]] };
  }
}

function* farAway(random: Random, count: number): Generator<NastyPair> {
  const near = [...stars(random, count / 2), ...gridNeighbours(random, count / 2)];
  for (const { name, a, b } of near) {
    yield {
      name: `far away: ${name}`,
      a: moved(a, 38_430_675.305, 3_898_777.747),
      b: moved(b, 38_430_675.305, 3_898_777.747),
    };
  }
}

/** 300 pairs, the same ones in every run. */
export function nastyPairs(): NastyPair[] {
  const random = seeded(20260101);
  return [
    ...gridNeighbours(random, 50),
    ...stars(random, 48),
    ...nearCopies(random, 40),
    ...brokenEdges(random, 24),
    ...combs(random, 32),
    ...needles(random, 36),
    ...holesAndParts(random, 24),
    ...sharedBorders(random, 26),
    ...farAway(random, 20),
  ];
}
