/** The ground to the left of a line, far enough to divide a parcel: the line run out at both ends and closed around it. */
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';

/**
 * Polygon (plane, m) whose border is the line, run out straight at both ends, and an arc far outside of the parcel. Not
 * valid where the line crosses itself: the caller's GEOS refuses it.
 */
export function sideOfLine(line: readonly Position[], parcel: MultiPolygonRings): MultiPolygonRings {
  const { x, y, radius } = circleAround([...line, ...parcel.flat(2)]);
  const first = runOut(line[1]!, line[0]!, x, y, radius);
  const last = runOut(line.at(-2)!, line.at(-1)!, x, y, radius);
  const from = Math.atan2(last[1] - y, last[0] - x);
  let to = Math.atan2(first[1] - y, first[0] - x);
  if (to <= from) to += 2 * Math.PI;
  const arc: Position[] = [];
  const steps = 64;
  for (let i = 1; i < steps; i++) {
    const angle = from + ((to - from) * i) / steps;
    arc.push([x + radius * Math.cos(angle), y + radius * Math.sin(angle)]);
  }
  return [[[first, ...line, last, ...arc, first]]];
}

function circleAround(points: readonly Position[]): { x: number; y: number; radius: number } {
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  const [minX, maxX, minY, maxY] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  return { x: (minX + maxX) / 2, y: (minY + maxY) / 2, radius: 4 * Math.hypot(maxX - minX, maxY - minY) + 1 };
}

/** Where the ray from `a` through `b` meets the circle. */
function runOut(a: Position, b: Position, x: number, y: number, radius: number): Position {
  const length = Math.hypot(b[0] - a[0], b[1] - a[1]);
  const [dx, dy] = [(b[0] - a[0]) / length, (b[1] - a[1]) / length];
  const [px, py] = [b[0] - x, b[1] - y];
  const along = px * dx + py * dy;
  const t = -along + Math.sqrt(along * along - (px * px + py * py - radius * radius));
  return [b[0] + t * dx, b[1] + t * dy];
}
