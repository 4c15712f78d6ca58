/**
 * Puts rings into polygons by containment (even–odd): formats that only list rings do not say which are holes.
 * Crossing rings get some place; that they cross is for the judge of geometry to say.
 */
import Flatbush from 'flatbush';
import type { Box, Ring } from '../core/geometry-types.js';

export interface Nesting {
  /** Indices of rings: the outer one first, then its holes; in the order of the outer rings. */
  polygons: number[][];
  /** Pairs of rings that are the same. */
  repeated: [number, number][];
}

/** Edges tested in one nesting, a ring looked at counting as thirty; about half a second of work. */
const MOST_STEPS = 3e8;

/** `undefined` when the rings are too many or too deeply nested to be told apart within bounds. */
export function nestRings(rings: readonly Ring[]): Nesting | undefined {
  if (rings.length === 1) return { polygons: [[0]], repeated: [] };
  const boxes = rings.map(boxOf);
  const index = new Flatbush(rings.length);
  for (const box of boxes) index.add(...box);
  index.finish();
  const containers: number[][] = [];
  const repeated: [number, number][] = [];
  let steps = 0;
  for (const [i, box] of boxes.entries()) {
    const found = index.search(...box);
    steps += 30 * found.length;
    if (steps > MOST_STEPS) return undefined;
    const inside: number[] = [];
    for (const j of found) {
      if (j === i || !boxContains(boxes[j]!, box)) continue;
      const isInside = standingOf(rings[i]!, rings[j]!, (count) => {
        steps += count;
        return steps <= MOST_STEPS;
      });
      if (steps > MOST_STEPS) return undefined;
      if (isInside > 0) inside.push(j);
      else if (isInside === 0 && j < i) repeated.push([i, j]);
    }
    containers.push(inside);
  }
  return { polygons: toPolygons(containers), repeated };
}

/** At even depth a ring is an outer one; at odd depth a hole of the deepest ring around it. */
function toPolygons(containers: readonly number[][]): number[][] {
  const polygonOf = new Map<number, number[]>();
  for (const [i, around] of containers.entries()) if (around.length % 2 === 0) polygonOf.set(i, [i]);
  for (const [i, around] of containers.entries()) {
    if (around.length % 2 === 0) continue;
    // the deepest; crossing rings may leave no outer one there, then the ring stands alone and is judged as it is
    const parent = around.find((j) => containers[j]!.length === around.length - 1) ?? -1;
    const polygon = polygonOf.get(parent);
    if (polygon) polygon.push(i);
    else polygonOf.set(i, [i]);
  }
  return [...polygonOf.entries()].sort(([a], [b]) => a - b).map(([, polygon]) => polygon);
}

/** 1: `ring` inside `other`, −1: outside, 0: it runs along the other everywhere. Told by the first clear point. */
function standingOf(ring: Ring, other: Ring, spend: (steps: number) => boolean): number {
  for (const half of [0, 0.5]) {
    for (let i = 0; i + 1 < ring.length; i++) {
      if (!spend(other.length)) return 0;
      const [ax, ay] = ring[i]!;
      const [bx, by] = ring[i + 1]!;
      const standing = standingOfPoint(ax + (bx - ax) * half, ay + (by - ay) * half, other);
      if (standing !== 0) return standing;
    }
  }
  return 0;
}

/** Nearer to an edge than this (in the unit of the coordinates) is on it; doubles hold metres to 1e-8 here. */
const ON_EDGE = 1e-7;

/** Even–odd: 1 inside, −1 outside, 0 on the boundary of a closed ring. */
export function standingOfPoint(x: number, y: number, ring: Ring): number {
  let standing = -1;
  for (let i = 0; i + 1 < ring.length; i++) {
    const a = ring[i]!;
    const b = ring[i + 1]!;
    const ay = a[1] - y;
    const by = b[1] - y;
    // most edges lie clear above or below
    if ((ay > ON_EDGE && by > ON_EDGE) || (ay < -ON_EDGE && by < -ON_EDGE)) continue;
    const ax = a[0] - x;
    const bx = b[0] - x;
    const cross = ax * by - bx * ay;
    const length = Math.hypot(bx - ax, by - ay);
    if (Math.abs(cross) <= ON_EDGE * length && ax * bx + ay * by <= ON_EDGE * length) return 0;
    if (ay > 0 !== by > 0 && cross > 0 === by > ay) standing = -standing;
  }
  return standing;
}

export function boxOf(ring: Ring): Box {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of ring) {
    minX = Math.min(minX, x);
    minY = Math.min(minY, y);
    maxX = Math.max(maxX, x);
    maxY = Math.max(maxY, y);
  }
  return [minX, minY, maxX, maxY];
}

export const boxContains = (outer: Box, inner: Box): boolean =>
  outer[0] <= inner[0] && outer[1] <= inner[1] && outer[2] >= inner[2] && outer[3] >= inner[3];
