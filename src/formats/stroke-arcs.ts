/** Circular arcs as chords, fine enough that no printed area can tell the difference. */
import type { Position } from '../core/geometry-types.js';

/**
 * Largest distance of a chord from its arc: 0.1 mm in metres. The area changes by at most 2/3 of it times the length
 * of the arc: 0.007 m² on 100 m. In degrees the same relation to the radius is kept by the floor of segments.
 */
const SAGITTA_M = 1e-4;
const SAGITTA_DEGREES = 1e-9;
const FEWEST = 8;
const MOST = 20_000;

/** The string of arcs start, middle, end, middle, end … (ISO 13249-3 circular string) as vertices; its points stay as they are. */
export function strokeArcs(points: readonly Position[]): Position[] {
  if (points.length === 0) return [];
  const line: Position[] = [points[0]!];
  for (let i = 0; i + 2 < points.length; i += 2) strokeArc(line, points[i]!, points[i + 1]!, points[i + 2]!);
  return line;
}

function strokeArc(line: Position[], from: Position, middle: Position, to: Position): void {
  const closed = from[0] === to[0] && from[1] === to[1];
  // start = end: the middle point is the opposite end of a diameter
  const centre = closed
    ? { x: (from[0] + middle[0]) / 2, y: (from[1] + middle[1]) / 2 }
    : centreOf(from, middle, to);
  if (!centre) {
    line.push(middle, to);
    return;
  }
  const turn = closed ? 2 * Math.PI : sweepOf(centre, from, middle, to);
  const radius = Math.hypot(from[0] - centre.x, from[1] - centre.y);
  const sagitta = Math.abs(from[0]) <= 180 && Math.abs(from[1]) <= 90 ? SAGITTA_DEGREES : SAGITTA_M;
  const step = 2 * Math.acos(Math.max(0, 1 - sagitta / radius));
  const segments = Math.min(MOST, Math.max(FEWEST, Math.ceil(Math.abs(turn) / (step || 1))));
  const start = Math.atan2(from[1] - centre.y, from[0] - centre.x);
  for (let i = 1; i < segments; i++) {
    const angle = start + (turn * i) / segments;
    line.push([centre.x + radius * Math.cos(angle), centre.y + radius * Math.sin(angle)]);
  }
  line.push(to);
}

/** Undefined for three points in a line. */
function centreOf(a: Position, b: Position, c: Position): { x: number; y: number } | undefined {
  // relative to a: eight-digit coordinates would lose the figures that matter
  const [bx, by, cx, cy] = [b[0] - a[0], b[1] - a[1], c[0] - a[0], c[1] - a[1]];
  const d = 2 * (bx * cy - by * cx);
  const [b2, c2] = [bx * bx + by * by, cx * cx + cy * cy];
  if (Math.abs(d) <= 1e-12 * Math.max(b2, c2)) return undefined;
  return { x: a[0] + (cy * b2 - by * c2) / d, y: a[1] + (bx * c2 - cx * b2) / d };
}

/** Signed angle from `from` by way of `middle` to `to`. */
function sweepOf(centre: { x: number; y: number }, from: Position, middle: Position, to: Position): number {
  const angle = (p: Position): number => Math.atan2(p[1] - centre.y, p[0] - centre.x);
  const positive = (turn: number): number => (turn < 0 ? turn + 2 * Math.PI : turn);
  const toMiddle = positive(angle(middle) - angle(from));
  const toEnd = positive(angle(to) - angle(from));
  return toMiddle < toEnd ? toEnd : toEnd - 2 * Math.PI;
}
