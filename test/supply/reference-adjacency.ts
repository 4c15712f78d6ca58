/**
 * The page docs/adjacency-semantics.md once more, as slow and plain as it reads: every segment against every segment, and
 * membership of a point asked point by point. Shares nothing with the product but the page.
 */
import type { MultiPolygonRings, Position } from '../../src/core/geometry-types.js';

interface Segment {
  p: Position;
  q: Position;
  /** The segment of the same ring that starts where this one ends. */
  next: Segment;
}

export interface Limits {
  gapToleranceM: number;
  minSharedEdgeM: number;
  reachM: number;
}

export interface ReferencePair {
  kind: 'edge' | 'corner' | 'gap' | 'overlap';
  sharedEdgeM: number;
  gapM: number;
  facingM: number;
  overlapM2: number;
}

const FORGIVEN = 1e-4;
const COS75 = Math.cos((75 / 180) * Math.PI);

const minus = (p: Position, q: Position): [number, number] => [p[0] - q[0], p[1] - q[1]];
const dot = (v: readonly number[], w: readonly number[]): number => v[0]! * w[0]! + v[1]! * w[1]!;
const norm = (v: readonly number[]): number => Math.hypot(v[0]!, v[1]!);
const direction = ({ p, q }: Segment): [number, number] => {
  const d = minus(q, p);
  return [d[0] / norm(d), d[1] / norm(d)];
};
const pointAt = ({ p, q }: Segment, share: number): Position => [
  p[0] + share * (q[0] - p[0]),
  p[1] + share * (q[1] - p[1]),
];

/** Borders with the parcel on the left. */
export function segmentsOf(shape: MultiPolygonRings): Segment[] {
  return shape.flatMap((polygon) =>
    polygon.flatMap((ring, ringNo) => {
      let area = 0;
      for (let i = 1; i < ring.length; i++) {
        const [ax, ay] = minus(ring[i - 1]!, ring[0]!);
        const [bx, by] = minus(ring[i]!, ring[0]!);
        area += ax * by - ay * bx;
      }
      const points = ring.slice(1).filter((p, i) => norm(minus(p, ring[i]!)) > 0);
      const walk = area > 0 === (ringNo === 0) ? points : [...points].reverse();
      const segments = walk.map((p, i) => ({ p, q: walk[(i + 1) % walk.length]! }) as Segment);
      segments.forEach((segment, i) => {
        segment.next = segments[(i + 1) % segments.length]!;
      });
      return segments;
    }),
  );
}

const opposed = (a: Segment, b: Segment): boolean => dot(direction(a), direction(b)) <= -COS75;

/** §3 as it stands: does p of a belong to run(A, {b…}, w)? */
function belongs(p: Position, a: Segment, others: readonly Segment[], w: number): boolean {
  return others.some((b) => {
    if (!opposed(a, b)) return false;
    const along = dot(minus(p, b.p), direction(b));
    const length = norm(minus(b.q, b.p));
    if (along >= 0 && along <= length) {
      const foot = pointAt(b, along / length);
      if (norm(minus(p, foot)) <= w) return true;
    }
    const v = b.q;
    return (
      opposed(a, b.next) &&
      norm(minus(p, v)) <= w &&
      dot(minus(p, v), direction(b)) >= 0 &&
      dot(minus(p, v), direction(b.next)) <= 0
    );
  });
}

/** Shares along a at which membership may change: where a condition of §3 holds with equality. */
function changes(a: Segment, b: Segment, w: number): number[] {
  const d = minus(a.q, a.p);
  const shares: number[] = [];
  const solve = (constant: number, slope: number): void => void shares.push(-constant / slope);
  const solveCircle = (v: Position): void => {
    const e = minus(a.p, v);
    const root = Math.sqrt(dot(d, e) ** 2 - dot(d, d) * (dot(e, e) - w * w));
    shares.push((-dot(d, e) - root) / dot(d, d), (-dot(d, e) + root) / dot(d, d));
  };
  for (const s of [b, b.next]) {
    const u = direction(s);
    const normal = [-u[1], u[0]];
    for (const v of [s.p, s.q]) solve(dot(minus(a.p, v), u), dot(d, u));
    for (const side of [w, -w]) solve(dot(minus(a.p, s.p), normal) - side, dot(d, normal));
    solveCircle(s.p);
    solveCircle(s.q);
  }
  return shares.filter((share) => share > 0 && share < 1);
}

function runLength(own: readonly Segment[], others: readonly Segment[], w: number): number {
  let sum = 0;
  for (const a of own) {
    const near = others.filter((b) => boxesWithin(a, b, w) || boxesWithin(a, b.next, w));
    if (near.length === 0) continue;
    const cuts = [0, 1, ...near.flatMap((b) => changes(a, b, w))].sort((x, y) => x - y);
    const length = norm(minus(a.q, a.p));
    for (let i = 1; i < cuts.length; i++) {
      const middle = pointAt(a, (cuts[i - 1]! + cuts[i]!) / 2);
      if (belongs(middle, a, near, w)) sum += (cuts[i]! - cuts[i - 1]!) * length;
    }
  }
  return sum;
}

function boxesWithin(a: Segment, b: Segment, w: number): boolean {
  return [0, 1].every(
    (n) =>
      Math.min(a.p[n]!, a.q[n]!) - Math.max(b.p[n]!, b.q[n]!) <= w &&
      Math.min(b.p[n]!, b.q[n]!) - Math.max(a.p[n]!, a.q[n]!) <= w,
  );
}

export function distanceTo(p: Position, { p: s, q }: Pick<Segment, 'p' | 'q'>): number {
  const d = minus(q, s);
  const share = Math.max(0, Math.min(1, dot(minus(p, s), d) / dot(d, d)));
  return norm(minus(p, [s[0] + share * d[0], s[1] + share * d[1]]));
}

function cross(a: Segment, b: Segment): boolean {
  const turn = (p: Position, q: Position, r: Position): number => {
    const [x, y] = minus(q, p);
    const [z, t] = minus(r, p);
    return x * t - y * z;
  };
  return turn(a.p, a.q, b.p) * turn(a.p, a.q, b.q) < 0 && turn(b.p, b.q, a.p) * turn(b.p, b.q, a.q) < 0;
}

function smallestDistance(a: readonly Segment[], b: readonly Segment[]): number {
  let best = Infinity;
  for (const s of a) {
    for (const t of b) {
      if (cross(s, t)) return 0;
      best = Math.min(best, distanceTo(s.p, t), distanceTo(s.q, t), distanceTo(t.p, s), distanceTo(t.q, s));
    }
  }
  return best;
}

/**
 * Area of the overlap in strips between the heights at which anything happens (vertices, crossings): within a strip the
 * common length is linear in the height, so its middle gives the strip exactly.
 */
function overlapArea(a: Drawn, b: Drawn): number {
  const low = Math.max(a.box[1], b.box[1]);
  const high = Math.min(a.box[3], b.box[3]);
  if (!(low < high && Math.max(a.box[0], b.box[0]) < Math.min(a.box[2], b.box[2]))) return 0;
  const heights = [low, high];
  for (const s of [...a.segments, ...b.segments]) heights.push(s.p[1]);
  for (const s of a.segments) {
    for (const t of b.segments) if (boxesWithin(s, t, 0)) heights.push(crossingHeight(s, t));
  }
  const cuts = heights.filter((y) => y >= low && y <= high).sort((x, y) => x - y);
  let sum = 0;
  for (let i = 1; i < cuts.length; i++) {
    const height = cuts[i]! - cuts[i - 1]!;
    if (height > 0) sum += height * commonLength(a, b, (cuts[i]! + cuts[i - 1]!) / 2);
  }
  return sum;
}

function crossingHeight(s: Segment, t: Segment): number {
  const d = minus(s.q, s.p);
  const e = minus(t.q, t.p);
  const f = minus(t.p, s.p);
  return s.p[1] + (d[1] * (f[0] * e[1] - f[1] * e[0])) / (d[0] * e[1] - d[1] * e[0]);
}

function commonLength(a: Drawn, b: Drawn, y: number): number {
  const spans = [a, b].map(({ segments }) =>
    segments
      .filter(({ p, q }) => p[1] > y !== q[1] > y)
      .map(({ p, q }) => p[0] + ((y - p[1]) / (q[1] - p[1])) * (q[0] - p[0]))
      .sort((x, z) => x - z),
  );
  let sum = 0;
  for (let i = 1; i < spans[0]!.length; i += 2) {
    for (let k = 1; k < spans[1]!.length; k += 2) {
      const start = Math.max(spans[0]![i - 1]!, spans[1]![k - 1]!);
      sum += Math.max(0, Math.min(spans[0]![i]!, spans[1]![k]!) - start);
    }
  }
  return sum;
}

/** Some point of one border, 3 cm from the next one asked, lies inside the other and off its border. */
function isDeep(a: Drawn, b: Drawn, w: number): boolean {
  const [minX, minY, maxX, maxY] = b.box;
  const isWithin = ([x, y]: Position): boolean => x > minX && x < maxX && y > minY && y < maxY;
  const border: Segment[] = [];
  return a.segments.some((s) => {
    if (Math.max(s.p[0], s.q[0]) < minX || Math.min(s.p[0], s.q[0]) > maxX) return false;
    if (Math.max(s.p[1], s.q[1]) < minY || Math.min(s.p[1], s.q[1]) > maxY) return false;
    border.splice(0, border.length, ...b.segments.filter((t) => boxesWithin(s, t, w)));
    const steps = Math.ceil(norm(minus(s.q, s.p)) / 0.03);
    for (let i = 0; i <= steps; i++) {
      const p = pointAt(s, i / steps);
      if (isWithin(p) && border.every((t) => distanceTo(p, t) > w) && isInside(p, b.segments)) return true;
    }
    return false;
  });
}

/** Winding number by angles. */
function isInside(p: Position, border: readonly Segment[]): boolean {
  let turned = 0;
  for (const s of border) {
    const [x, y] = minus(s.p, p);
    const [z, t] = minus(s.q, p);
    turned += Math.atan2(x * t - y * z, x * z + y * t);
  }
  return Math.abs(turned) > Math.PI;
}

export interface Drawn {
  segments: Segment[];
  box: [number, number, number, number];
}

export function draw(shape: MultiPolygonRings): Drawn {
  const xs = shape.flat(2).map(([x]) => x);
  const ys = shape.flat(2).map(([, y]) => y);
  return {
    segments: segmentsOf(shape),
    box: [Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)],
  };
}

/** §4 and §5 for one pair; undefined out of reach. */
export function referencePair(a: Drawn, b: Drawn, limits: Limits): ReferencePair | undefined {
  const t = limits.gapToleranceM + FORGIVEN;
  const r = limits.reachM + FORGIVEN;
  if (a.box[0] - b.box[2] > r || b.box[0] - a.box[2] > r) return undefined;
  if (a.box[1] - b.box[3] > r || b.box[1] - a.box[3] > r) return undefined;
  const area = overlapArea(a, b);
  const overlapM2 = area < 0.01 ? 0 : area;
  const gapM = smallestDistance(a.segments, b.segments);
  const run = (w: number): number =>
    Math.min(runLength(a.segments, b.segments, w), runLength(b.segments, a.segments, w));
  const sharedEdgeM = run(t);
  if (overlapM2 > 0) {
    const thick = overlapM2 > t * sharedEdgeM;
    const deep = isDeep(a, b, t) || isDeep(b, a, t);
    if (thick || deep) return { kind: 'overlap', sharedEdgeM, gapM: 0, facingM: sharedEdgeM, overlapM2 };
  }
  if (gapM <= t) {
    const kind = sharedEdgeM >= limits.minSharedEdgeM - FORGIVEN ? 'edge' : 'corner';
    return { kind, sharedEdgeM, gapM, facingM: sharedEdgeM, overlapM2 };
  }
  if (gapM > r) return undefined;
  return { kind: 'gap', sharedEdgeM: 0, gapM, facingM: run(r), overlapM2 };
}
