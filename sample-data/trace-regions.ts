/**
 * Follows the borders of labelled cells and turns them into polygons. Both sides of a border get the same points, because
 * every edge of the lattice has its points from one function; nothing is intersected, so nothing can gape or overlap.
 */
import type { PolygonRings, Position, Ring } from '../src/core/geometry-types.js';

/** Collects the directed edges of one region; the region lies on their left. */
export interface Region {
  label: number;
  from: number[];
  to: number[];
  /** x, y of an edge's first node and its inner points; every edge has the same number of them. */
  points: number[];
  /** True once a cell of the region touches the last row read so far. */
  open: boolean;
}

/** Appends an edge's points: from node (i, j) east (0) or north (1), backwards or not. */
export type EdgePoints = (i: number, j: number, along: 0 | 1, backwards: boolean, into: number[]) => void;

export interface Tracer {
  readonly regions: Map<number, Region>;
  /** Labels of the last row read, for the border to the next strip. */
  lastRow: Int32Array | undefined;
}

export const newTracer = (): Tracer => ({ regions: new Map(), lastRow: undefined });

/**
 * Reads one strip of cell labels (0: nothing), row by row from the south. `row0` is the global index of its first row,
 * `last` tells that nothing comes after it.
 */
export function readStrip(
  tracer: Tracer,
  labels: Int32Array,
  columnCount: number,
  row0: number,
  last: boolean,
  edgePoints: EdgePoints,
): void {
  const rowCount = labels.length / columnCount;
  const width = columnCount + 1;
  for (const region of tracer.regions.values()) region.open = false;
  const add = (label: number, i: number, j: number, along: 0 | 1, backwards: boolean): void => {
    if (label === 0) return;
    let region = tracer.regions.get(label);
    if (!region) {
      region = { label, from: [], to: [], points: [], open: false };
      tracer.regions.set(label, region);
    }
    const a = j * width + i;
    const b = along === 0 ? a + 1 : a + width;
    region.from.push(backwards ? b : a);
    region.to.push(backwards ? a : b);
    edgePoints(i, j, along, backwards, region.points);
  };
  for (let r = 0; r < rowCount; r++) {
    const j = row0 + r;
    for (let i = 0; i < columnCount; i++) {
      const label = labels[r * columnCount + i]!;
      const below = r > 0 ? labels[(r - 1) * columnCount + i]! : (tracer.lastRow?.[i] ?? 0);
      if (label !== below) {
        add(label, i, j, 0, false);
        add(below, i, j, 0, true);
      }
      const west = i > 0 ? labels[r * columnCount + i - 1]! : 0;
      if (label !== west) {
        add(west, i, j, 1, false);
        add(label, i, j, 1, true);
      }
    }
    add(labels[r * columnCount + columnCount - 1]!, columnCount, j, 1, false);
  }
  const top = labels.slice((rowCount - 1) * columnCount);
  if (last) for (let i = 0; i < columnCount; i++) add(top[i]!, i, row0 + rowCount, 0, true);
  else for (const label of top) markOpen(tracer, label);
  tracer.lastRow = top;
}

function markOpen(tracer: Tracer, label: number): void {
  const region = tracer.regions.get(label);
  if (region) region.open = true;
}

/** Removes and returns the regions that no later row can touch, in order of label. */
export function takeFinished(tracer: Tracer): Region[] {
  const finished = [...tracer.regions.values()].filter((region) => !region.open);
  for (const region of finished) tracer.regions.delete(region.label);
  return finished.sort((a, b) => a.label - b.label);
}

/**
 * Polygons of a region, in the plane of its points; outer rings counter-clockwise, holes clockwise. A ring that comes back
 * to one of its nodes is taken apart there, so that parts and holes may touch at a point but no ring touches itself.
 */
export function polygonsOf(region: Region, edgePointCount: number, nodeWidth: number): PolygonRings[] {
  const rings = simpleLoops(region, nodeWidth).map((edges) => ringOf(region, edges, edgePointCount));
  const outers: { ring: Ring; holes: Ring[]; area: number }[] = [];
  const holes: Ring[] = [];
  for (const ring of rings) {
    const area = signedArea(ring);
    if (area > 0) outers.push({ ring, holes: [], area });
    else holes.push(ring);
  }
  outers.sort((a, b) => a.area - b.area);
  for (const hole of holes) {
    const home = outers.length === 1 ? outers[0] : outers.find((outer) => holds(outer.ring, hole));
    if (!home) throw new Error(`region ${region.label}: a hole without an outer ring`);
    home.holes.push(hole);
  }
  return outers.map(({ ring, holes: inner }) => [ring, ...inner]);
}

/** Closed walks over edge indices that visit no node twice, taking the sharpest left turn at crossings. */
function simpleLoops(region: Region, nodeWidth: number): number[][] {
  const leaving = new Map<number, number[]>();
  region.from.forEach((node, edge) => {
    const list = leaving.get(node);
    if (list) list.push(edge);
    else leaving.set(node, [edge]);
  });
  const used = new Uint8Array(region.from.length);
  const loops: number[][] = [];
  for (let start = 0; start < used.length; start++) {
    if (used[start]) continue;
    const walk: number[] = [];
    for (let edge = start; !used[edge]; edge = nextEdge(region, edge, leaving, nodeWidth)) {
      used[edge] = 1;
      walk.push(edge);
    }
    loops.push(...takeApart(region, walk));
  }
  return loops;
}

function nextEdge(region: Region, edge: number, leaving: Map<number, number[]>, nodeWidth: number): number {
  const options = leaving.get(region.to[edge]!)!;
  if (options.length === 1) return options[0]!;
  const heading = (e: number): number => {
    const step = region.to[e]! - region.from[e]!;
    return step === 1 ? 0 : step === nodeWidth ? 1 : step === -1 ? 2 : 3;
  };
  const left = (heading(edge) + 1) % 4;
  return options.find((option) => heading(option) === left) ?? options[0]!;
}

function takeApart(region: Region, walk: readonly number[]): number[][] {
  const loops: number[][] = [];
  const open: number[] = [];
  const at = new Map<number, number>();
  for (const edge of walk) {
    at.set(region.from[edge]!, open.length);
    open.push(edge);
    const back = at.get(region.to[edge]!);
    if (back === undefined) continue;
    const loop = open.splice(back);
    for (const gone of loop) at.delete(region.from[gone]!);
    loops.push(loop);
  }
  return loops;
}

function ringOf(region: Region, edges: readonly number[], edgePointCount: number): Position[] {
  const stride = 2 * (edgePointCount + 1);
  const ring: Position[] = [];
  for (const edge of edges) {
    for (let k = edge * stride; k < (edge + 1) * stride; k += 2) {
      ring.push([region.points[k]!, region.points[k + 1]!]);
    }
  }
  ring.push(ring[0]!);
  return ring;
}

function signedArea(ring: Ring): number {
  const [ox, oy] = ring[0]!;
  let sum = 0;
  for (let n = 1; n < ring.length; n++) {
    const [x0, y0] = ring[n - 1]!;
    const [x1, y1] = ring[n]!;
    sum += (x0 - ox) * (y1 - oy) - (x1 - ox) * (y0 - oy);
  }
  return sum / 2;
}

/** True if a hole lies in a ring; judged at the middles of the hole's edges, of which at most a few lie on the ring. */
function holds(ring: Ring, hole: Ring): boolean {
  const [ax, ay] = hole[0]!;
  const [bx, by] = hole[1]!;
  // a point a hair to the right of the first edge: inside the hole, which runs clockwise
  const x = (ax + bx) / 2 + (by - ay) * 1e-3;
  const y = (ay + by) / 2 - (bx - ax) * 1e-3;
  let inside = false;
  for (let n = 1; n < ring.length; n++) {
    const [x0, y0] = ring[n - 1]!;
    const [x1, y1] = ring[n]!;
    if (y0 > y !== y1 > y && x < x0 + ((y - y0) / (y1 - y0)) * (x1 - x0)) inside = !inside;
  }
  return inside;
}
