/**
 * Shapes along the lines of a grid, and how they lie to each other by counting squares, edges and corners: the relations
 * of OGC 06-103r4 §6.1.15 without any geometry library. A grid step is 0.01°, so that both sides read the same numbers.
 */
export type Grid = readonly [number, number];
export type Shape =
  | { type: 'Point'; at: Grid }
  | { type: 'MultiPoint'; at: readonly Grid[] }
  | { type: 'LineString'; at: readonly Grid[] }
  | { type: 'MultiLineString'; at: readonly (readonly Grid[])[] }
  | { type: 'Polygon'; at: readonly (readonly Grid[])[] }
  | { type: 'MultiPolygon'; at: readonly (readonly (readonly Grid[])[])[] }
  | { type: 'GeometryCollection'; parts: readonly Shape[] };

/** Closed ring of a rectangle from its lower left to its upper right corner. */
export const ring = (x1: number, y1: number, x2: number, y2: number): Grid[] => [
  [x1, y1],
  [x2, y1],
  [x2, y2],
  [x1, y2],
  [x1, y1],
];

const degrees = ([x, y]: Grid): [number, number] => [
  Number((113 + x / 100).toFixed(2)),
  Number((35 + y / 100).toFixed(2)),
];

const mapDeep = (node: unknown): unknown =>
  typeof (node as unknown[])[0] === 'number' ? degrees(node as Grid) : (node as unknown[]).map(mapDeep);

export const toGeoJson = (shape: Shape): object =>
  shape.type === 'GeometryCollection'
    ? { type: shape.type, geometries: shape.parts.map(toGeoJson) }
    : { type: shape.type, coordinates: mapDeep(shape.at) };

/** Squares, edges and corners by their middle in half steps: an odd number is the middle of a step. */
interface Atoms {
  interior: Set<string>;
  boundary: Set<string>;
}

const name = (x: number, y: number): string => `${x},${y}`;
const dimension = (atom: string): number => {
  const [x, y] = atom.split(',').map(Number) as [number, number];
  return Math.abs(x % 2) + Math.abs(y % 2);
};

/** Whether the middle of a square is inside: an odd number of upright edges to its right. */
function isInside(rings: readonly (readonly Grid[])[], x: number, y: number): boolean {
  let crossings = 0;
  for (const corners of rings)
    for (let i = 1; i < corners.length; i++) {
      const [[x1, y1], [x2, y2]] = [corners[i - 1]!, corners[i]!];
      if (x1 === x2 && 2 * x1 > x && Math.min(y1, y2) * 2 < y && Math.max(y1, y2) * 2 > y) crossings++;
    }
  return crossings % 2 === 1;
}

const SIZE = 16;

function area(polygons: readonly (readonly (readonly Grid[])[])[]): Atoms {
  const inside = (x: number, y: number): boolean => polygons.some((rings) => isInside(rings, x, y));
  const atoms: Atoms = { interior: new Set(), boundary: new Set() };
  for (let x = -2 * SIZE; x <= 2 * SIZE; x++)
    for (let y = -2 * SIZE; y <= 2 * SIZE; y++) {
      const xs = x % 2 === 0 ? [x - 1, x + 1] : [x];
      const ys = y % 2 === 0 ? [y - 1, y + 1] : [y];
      const squares = xs.flatMap((sx) => ys.map((sy) => inside(sx, sy)));
      if (squares.every(Boolean)) atoms.interior.add(name(x, y));
      else if (squares.some(Boolean)) atoms.boundary.add(name(x, y));
    }
  return atoms;
}

function lines(paths: readonly (readonly Grid[])[]): Atoms {
  const all = new Set<string>();
  const ends = new Map<string, number>();
  for (const path of paths) {
    for (const [x, y] of [path[0]!, path.at(-1)!])
      ends.set(name(2 * x, 2 * y), (ends.get(name(2 * x, 2 * y)) ?? 0) + 1);
    for (let i = 1; i < path.length; i++) {
      const [[x1, y1], [x2, y2]] = [path[i - 1]!, path[i]!];
      const steps = 2 * Math.max(Math.abs(x2 - x1), Math.abs(y2 - y1));
      for (let step = 0; step <= steps; step++)
        all.add(name(2 * x1 + Math.sign(x2 - x1) * step, 2 * y1 + Math.sign(y2 - y1) * step));
    }
  }
  const boundary = new Set([...ends].filter(([, count]) => count % 2 === 1).map(([end]) => end));
  return { interior: new Set([...all].filter((atom) => !boundary.has(atom))), boundary };
}

const points = (places: readonly Grid[]): Atoms => ({
  interior: new Set(places.map(([x, y]) => name(2 * x, 2 * y))),
  boundary: new Set(),
});

function atomsOf(shape: Shape): Atoms {
  switch (shape.type) {
    case 'Point':
      return points([shape.at]);
    case 'MultiPoint':
      return points(shape.at);
    case 'LineString':
      return lines([shape.at]);
    case 'MultiLineString':
      return lines(shape.at);
    case 'Polygon':
      return area([shape.at]);
    case 'MultiPolygon':
      return area(shape.at);
    case 'GeometryCollection': {
      const parts = shape.parts.map(atomsOf);
      const interior = new Set(parts.flatMap((part) => [...part.interior]));
      const boundary = parts.flatMap((part) => [...part.boundary]).filter((atom) => !interior.has(atom));
      return { interior, boundary: new Set(boundary) };
    }
  }
}

const common = (a: Set<string>, b: Set<string>): string[] => [...a].filter((atom) => b.has(atom));
const closed = ({ interior, boundary }: Atoms): Set<string> => new Set([...interior, ...boundary]);
const most = (atoms: Iterable<string>): number => Math.max(-1, ...[...atoms].map(dimension));
const isPart = (a: Set<string>, b: Set<string>): boolean => [...a].every((atom) => b.has(atom));

type Relation = (a: Atoms, b: Atoms) => boolean;

const meet: Relation = (a, b) => common(closed(a), closed(b)).length > 0;
const within: Relation = (a, b) => isPart(closed(a), closed(b)) && common(a.interior, b.interior).length > 0;
const neither: Relation = (a, b) => !isPart(closed(a), closed(b)) && !isPart(closed(b), closed(a));

const relations: Readonly<Record<string, Relation>> = {
  s_intersects: meet,
  s_disjoint: (a, b) => !meet(a, b),
  s_equals: (a, b) => isPart(closed(a), closed(b)) && isPart(closed(b), closed(a)),
  s_touches: (a, b) => meet(a, b) && common(a.interior, b.interior).length === 0,
  s_within: within,
  s_contains: (a, b) => within(b, a),
  s_crosses: (a, b) => {
    const inner = most(common(a.interior, b.interior));
    return inner >= 0 && inner < Math.max(most(a.interior), most(b.interior)) && neither(a, b);
  },
  s_overlaps: (a, b) => {
    const [left, right] = [most(a.interior), most(b.interior)];
    return left === right && most(common(a.interior, b.interior)) === left && neither(a, b);
  },
};

export const spatialFunctions = Object.keys(relations);

export const relates = (name: string, a: Shape, b: Shape): boolean =>
  relations[name]!(atomsOf(a), atomsOf(b));
