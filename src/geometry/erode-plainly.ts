/**
 * Shrinks a polygon by a small distance where that is plainly a matter of moving each side inwards: no side vanishes
 * and nothing comes near anything else. Where it is not plain the answer is undefined, and GEOS has to say. Border
 * noise is told from conflict by such shrinking, for one parcel in ten, and a worker round trip for each was the
 * slowest part of a small check.
 */
import type { MultiPolygonRings, PolygonRings, Position, Ring } from '../core/geometry-types.js';
import { signedArea2 } from './edge-arrays.js';

/** Sharper corners than move this many distances are left to GEOS; so are reflex ones beyond its mitre limit. */
const FARTHEST_CONVEX = 10;
const FARTHEST_REFLEX = 5;
/** All pairs of sides are looked at. */
const MOST_SIDES = 400;

/**
 * All points at least `distance` inside the border, mitred at reflex corners, vertex by vertex.
 * @param rings valid MultiPolygon in one plane, rings closed, in any direction
 * @param distance > 0, in the units of the plane
 */
export function erodePlainly(rings: MultiPolygonRings, distance: number): MultiPolygonRings | undefined {
  const eroded: PolygonRings[] = [];
  for (const polygon of rings) {
    const moved = erodePolygon(polygon, distance);
    if (!moved) return undefined;
    eroded.push(moved);
  }
  return eroded;
}

function erodePolygon(polygon: PolygonRings, distance: number): PolygonRings | undefined {
  let sides = 0;
  for (const ring of polygon) sides += ring.length - 1;
  if (sides > MOST_SIDES) return undefined;
  let farthest = distance;
  const eroded: Ring[] = [];
  for (const [i, ring] of polygon.entries()) {
    // the ground lies to the left of a shell that runs counter-clockwise and of a hole that runs clockwise
    const groundIsLeft = signedArea2(ring) > 0 === (i === 0);
    const moved = moveSides(ring, groundIsLeft ? distance : -distance);
    if (!moved) return undefined;
    eroded.push(moved.ring);
    farthest = Math.max(farthest, moved.farthest);
  }
  return sidesAreApart(polygon, 2 * farthest) ? eroded : undefined;
}

/** Each side moved to its left by `offset` (to its right if negative); a side that vanishes or turns round is no answer. */
function moveSides(ring: Ring, offset: number): { ring: Ring; farthest: number } | undefined {
  const count = ring.length - 1;
  const distance = Math.abs(offset);
  const moved: Position[] = [];
  let farthest = 0;
  for (let i = 0; i < count; i++) {
    const corner = ring[i]!;
    const before = direction(ring[(i + count - 1) % count]!, corner);
    const after = direction(corner, ring[i + 1]!);
    if (!before || !after) return undefined;
    // the corner moves along the sum of both normals
    const nx = -(before[1] + after[1]);
    const ny = before[0] + after[0];
    const share = 1 + before[0] * after[0] + before[1] * after[1];
    if (!(share > 1e-3)) return undefined;
    const dx = (offset * nx) / share;
    const dy = (offset * ny) / share;
    const length = Math.hypot(dx, dy);
    const turnsToGround = (before[0] * after[1] - before[1] * after[0]) * offset >= 0;
    if (!(length <= distance * (turnsToGround ? FARTHEST_CONVEX : FARTHEST_REFLEX))) return undefined;
    farthest = Math.max(farthest, length);
    moved.push([corner[0] + dx, corner[1] + dy]);
  }
  moved.push(moved[0]!);
  for (let i = 0; i < count; i++) {
    const [ax, ay] = ring[i]!;
    const [bx, by] = ring[i + 1]!;
    const [cx, cy] = moved[i]!;
    const [dx, dy] = moved[i + 1]!;
    if (!((bx - ax) * (dx - cx) + (by - ay) * (dy - cy) > 0)) return undefined;
  }
  return { ring: moved, farthest };
}

function direction([ax, ay]: Position, [bx, by]: Position): readonly [number, number] | undefined {
  const length = Math.hypot(bx - ax, by - ay);
  return length > 0 ? [(bx - ax) / length, (by - ay) / length] : undefined;
}

/** Whether all sides that have no corner in common are farther apart than `gap`. */
function sidesAreApart(polygon: PolygonRings, gap: number): boolean {
  const sides = polygon.flatMap((ring, r) =>
    ring.slice(1).map((end, i) => ({ a: ring[i]!, b: end, r, i, last: ring.length - 2 })),
  );
  for (let p = 0; p < sides.length; p++) {
    const { a, b, r, i, last } = sides[p]!;
    const minX = Math.min(a[0], b[0]) - gap;
    const maxX = Math.max(a[0], b[0]) + gap;
    const minY = Math.min(a[1], b[1]) - gap;
    const maxY = Math.max(a[1], b[1]) + gap;
    for (let q = p + 1; q < sides.length; q++) {
      const { a: c, b: d, r: ring, i: at } = sides[q]!;
      if ((c[0] < minX && d[0] < minX) || (c[0] > maxX && d[0] > maxX)) continue;
      if ((c[1] < minY && d[1] < minY) || (c[1] > maxY && d[1] > maxY)) continue;
      if (ring === r && (at === i + 1 || (i === 0 && at === last))) continue;
      if (distanceOfApart(a, b, c, d) <= gap) return false;
    }
  }
  return true;
}

/** Between two sides that do not cross: from an end of one to the other. */
const distanceOfApart = (a: Position, b: Position, c: Position, d: Position): number =>
  Math.min(toSide(a, c, d), toSide(b, c, d), toSide(c, a, b), toSide(d, a, b));

function toSide([x, y]: Position, [ax, ay]: Position, [bx, by]: Position): number {
  const dx = bx - ax;
  const dy = by - ay;
  const along = ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy);
  const t = Math.max(0, Math.min(1, along));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
