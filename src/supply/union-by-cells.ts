/**
 * The union of very many polygons, exactly: neighbours are joined cell by cell, and cells four by four, until nothing of
 * one cell can touch anything of another. No polygon is cut. One union of a district would not end within GEOS's limits.
 */
import type { Box, MultiPolygonRings, PolygonRings } from '../core/geometry-types.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { groupNeighbours, type Link } from './group-neighbours.js';
import { indexBoxes } from './index-boxes.js';

/** Patches of one cell, about; a union of so many takes well under a second. */
const PATCHES_PER_CELL = 400;
/** Operations asked for at once. */
const AT_ONCE = 8;

export function boxOfPolygon([outer]: PolygonRings): Box {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of outer!) {
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return box;
}

/** @param shapes metres of one plane; they may touch and overlap */
export async function unionByCells(
  geos: GeosPool,
  shapes: readonly MultiPolygonRings[],
  signal?: AbortSignal,
  perCell = PATCHES_PER_CELL,
): Promise<MultiPolygonRings> {
  let open = shapes.flat();
  const done: PolygonRings[] = [];
  for (let cells = Math.ceil(open.length / perCell); open.length > 0; cells = Math.floor(cells / 4)) {
    const groups = cells > 1 ? intoCells(open, cells) : [open.map((_, i) => i)];
    const joined = await inTurns(groups, async (group) => {
      signal?.throwIfAborted();
      return geos.union(group.map((i) => [open[i]!]));
    });
    if (groups.length === 1) return [...done, ...joined[0]!];
    const settled = settle(joined);
    done.push(...settled.done);
    open = settled.open;
  }
  return done;
}

/** By the middle of the box, in a square grid over all of them. */
function intoCells(polygons: readonly PolygonRings[], cells: number): number[][] {
  const boxes = polygons.map(boxOfPolygon);
  const [x0, y0, x1, y1] = boxes.reduce((all, box) => [
    Math.min(all[0], box[0]),
    Math.min(all[1], box[1]),
    Math.max(all[2], box[2]),
    Math.max(all[3], box[3]),
  ]);
  const side = Math.ceil(Math.sqrt(cells));
  const step = (low: number, high: number, from: number, to: number): number =>
    Math.min(side - 1, Math.floor((side * ((low + high) / 2 - from)) / (to - from || 1)));
  const groups = new Map<number, number[]>();
  boxes.forEach((box, i) => {
    const key = step(box[0], box[2], x0, x1) * side + step(box[1], box[3], y0, y1);
    const group = groups.get(key);
    if (group) group.push(i);
    else groups.set(key, [i]);
  });
  return [...groups.values()];
}

/** Done is what hangs together, by boxes, with polygons of its own cell alone: those are joined already. */
function settle(cells: readonly MultiPolygonRings[]): { done: PolygonRings[]; open: PolygonRings[] } {
  const polygons = cells.flat();
  const cellOf = cells.flatMap((cell, n) => cell.map(() => n));
  if (polygons.length === 0) return { done: [], open: [] };
  const boxes = polygons.map(boxOfPolygon);
  const index = indexBoxes(boxes);
  const links: Link[] = boxes.flatMap((box, a) =>
    index
      .search(...box)
      .filter((b) => b > a && cellOf[a] !== cellOf[b])
      .map((b) => ({ a, b })),
  );
  const groups = groupNeighbours(polygons.length, links);
  const result: { done: PolygonRings[]; open: PolygonRings[] } = { done: [], open: [] };
  for (const group of groups) {
    const target = group.length > 1 ? result.open : result.done;
    for (const i of group) target.push(polygons[i]!);
  }
  return result;
}

/** A few at a time; answers in the order of the items. */
export async function inTurns<T, R>(
  items: readonly T[],
  work: (item: T, place: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  for (let from = 0; from < items.length; from += AT_ONCE) {
    const window = items.slice(from, from + AT_ONCE);
    results.push(...(await Promise.all(window.map((item, n) => work(item, from + n)))));
  }
  return results;
}
