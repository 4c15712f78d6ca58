/** Cuts the cells of one block into connected regions, exactly as many as asked for. Knows nothing of land use but weights. */
import { BLOCK_CELLS, isNarrow } from './axis.js';

export interface Region {
  /** What the cells are; equal neighbours without a mark between them are one region. */
  kind: number;
  /** Cells as row·63 + column. */
  cells: number[];
  /** Makes some regions stay large and others be cut small. */
  appetite: number;
}

export interface SplitHabits {
  /** 0: never cut. The region with the most cells × weight × appetite is cut first. */
  weight: number;
  /** Chance that a cut is a straight line. */
  straight: number;
  /** Sideways steps of a cut that is not straight, cells a row. */
  wander: number;
}

const CELLS = BLOCK_CELLS * BLOCK_CELLS;

/** Nothing smaller is left by joining or made by cutting, in full cells: about 750 m² (三调 maps no field below 400 m²). */
const SMALLEST = 1.2;

/** Size in full cells; a cell of a narrow strip is a fifth of one. */
function sizeOf(cells: readonly number[]): number {
  let size = 0;
  for (const cell of cells) {
    size += (isNarrow(cell % BLOCK_CELLS) ? 0.2 : 1) * (isNarrow(Math.floor(cell / BLOCK_CELLS)) ? 0.2 : 1);
  }
  return size;
}

/** Four-connected components of equal mark. Kind of a region is `kinds` at its first cell. */
export function connectedRegions(marks: Int32Array, kinds: Uint8Array, random: () => number): Region[] {
  const seen = new Uint8Array(CELLS);
  const regions: Region[] = [];
  for (let start = 0; start < CELLS; start++) {
    if (seen[start]) continue;
    const cells = flood(start, seen, (cell) => marks[cell] === marks[start]);
    regions.push({ kind: kinds[start]!, cells, appetite: 0.4 + 1.8 * random() });
  }
  return regions;
}

function flood(start: number, seen: Uint8Array, belongs: (cell: number) => boolean): number[] {
  const found = [start];
  seen[start] = 1;
  const visit = (cell: number): void => {
    if (seen[cell] || !belongs(cell)) return;
    seen[cell] = 1;
    found.push(cell);
  };
  for (let n = 0; n < found.length; n++) forNeighbours(found[n]!, visit);
  return found;
}

/** Cuts or joins until there are exactly `quota` regions. Regions of weight 0 are neither cut nor joined. */
export function fitToQuota(
  regions: Region[],
  quota: number,
  habitsOf: (kind: number) => SplitHabits,
  random: () => number,
): Region[] {
  const result = [...regions];
  joinSmallest(result, (smallest) => result.length > quota || sizeOf(smallest.cells) < SMALLEST, habitsOf);
  const stuck = new Set<Region>();
  while (result.length < quota) {
    const at = hungriest(result, habitsOf, stuck);
    const region = result[at];
    if (!region) throw new RangeError(`a block cannot be cut into ${quota} patches`);
    const halves = cut(region, habitsOf(region.kind), random);
    if (halves) result.splice(at, 1, ...halves);
    else stuck.add(region);
  }
  return result;
}

function hungriest(
  regions: readonly Region[],
  habitsOf: (kind: number) => SplitHabits,
  stuck: Set<Region>,
): number {
  let best = -1;
  let most = 0;
  regions.forEach((region, n) => {
    const hunger = region.cells.length * region.appetite * habitsOf(region.kind).weight;
    if (hunger > most && region.cells.length > 2 && !stuck.has(region)) {
      most = hunger;
      best = n;
    }
  });
  return best;
}

/** Joins the smallest cuttable region to the neighbour it shares most border with, while `wanted` says so. */
function joinSmallest(
  regions: Region[],
  wanted: (smallest: Region) => boolean,
  habitsOf: (kind: number) => SplitHabits,
): void {
  const owner = new Int32Array(CELLS);
  for (;;) {
    regions.forEach((region, n) => {
      for (const cell of region.cells) owner[cell] = n;
    });
    const order = regions
      .map((region, n) => ({ region, n }))
      .filter(({ region }) => habitsOf(region.kind).weight > 0)
      .sort((a, b) => a.region.cells.length - b.region.cells.length || a.n - b.n);
    const next = order.find(
      ({ region, n }) => wanted(region) && bestNeighbour(region, n, owner, regions, habitsOf) >= 0,
    );
    if (!next) return;
    const host = bestNeighbour(next.region, next.n, owner, regions, habitsOf);
    regions[host]!.cells.push(...next.region.cells);
    regions.splice(next.n, 1);
  }
}

function bestNeighbour(
  region: Region,
  self: number,
  owner: Int32Array,
  regions: readonly Region[],
  habitsOf: (kind: number) => SplitHabits,
): number {
  const shared = new Map<number, number>();
  const look = (cell: number): void => {
    const other = owner[cell]!;
    if (other !== self && habitsOf(regions[other]!.kind).weight > 0)
      shared.set(other, (shared.get(other) ?? 0) + 1);
  };
  for (const cell of region.cells) forNeighbours(cell, look);
  let best = -1;
  let most = 0;
  for (const [other, count] of shared) {
    if (count > most) {
      most = count;
      best = other;
    }
  }
  return best;
}

// Scratch marks for one cut at a time; a cell is marked when it holds the number of the current run.
const scratch = new Int32Array(CELLS);
let run = 0;

/** Cuts a region across its longer side; both halves are connected. Undefined where no cut leaves two halves. */
function cut(region: Region, habits: SplitHabits, random: () => number): [Region, Region] | undefined {
  for (let attempt = 0; attempt < 4; attempt++) {
    const side = sideOfCut(region, attempt === 3 ? { ...habits, straight: 1 } : habits, random);
    const ones = largestPart(region.cells.filter(side));
    if (ones.length === 0 || ones.length === region.cells.length) continue;
    const others = largestPart(without(region.cells, ones));
    const first = without(region.cells, others);
    const small = Math.min(sizeOf(first), sizeOf(others));
    if (small === 0 || small < SMALLEST) continue;
    const half = (cells: number[]): Region => ({ kind: region.kind, cells, appetite: 0.4 + 1.8 * random() });
    return [half(first), half(others)];
  }
  return undefined;
}

function without(cells: readonly number[], gone: readonly number[]): number[] {
  run++;
  for (const cell of gone) scratch[cell] = run;
  return cells.filter((cell) => scratch[cell] !== run);
}

/** The largest four-connected part of some cells. */
function largestPart(cells: readonly number[]): number[] {
  const mine = ++run;
  for (const cell of cells) scratch[cell] = mine;
  let best: number[] = [];
  for (const start of cells) {
    if (scratch[start] !== mine) continue;
    const part = [start];
    scratch[start] = 0;
    const visit = (cell: number): void => {
      if (scratch[cell] !== mine) return;
      scratch[cell] = 0;
      part.push(cell);
    };
    for (let n = 0; n < part.length; n++) forNeighbours(part[n]!, visit);
    if (part.length > best.length) best = part;
  }
  return best;
}

function forNeighbours(cell: number, visit: (cell: number) => void): void {
  const column = cell % BLOCK_CELLS;
  if (column > 0) visit(cell - 1);
  if (column < BLOCK_CELLS - 1) visit(cell + 1);
  if (cell >= BLOCK_CELLS) visit(cell - BLOCK_CELLS);
  if (cell < CELLS - BLOCK_CELLS) visit(cell + BLOCK_CELLS);
}

function sideOfCut(region: Region, habits: SplitHabits, random: () => number): (cell: number) => boolean {
  let [west, east, south, north] = [BLOCK_CELLS, 0, BLOCK_CELLS, 0];
  for (const cell of region.cells) {
    const column = cell % BLOCK_CELLS;
    const row = (cell - column) / BLOCK_CELLS;
    west = Math.min(west, column);
    east = Math.max(east, column);
    south = Math.min(south, row);
    north = Math.max(north, row);
  }
  const wide = east - west >= north - south;
  const alongColumns = random() < 0.85 ? wide : !wide;
  const acrossOf = (cell: number): number =>
    alongColumns ? cell % BLOCK_CELLS : Math.floor(cell / BLOCK_CELLS);
  const alongOf = (cell: number): number =>
    alongColumns ? Math.floor(cell / BLOCK_CELLS) : cell % BLOCK_CELLS;
  const counts = new Uint16Array(BLOCK_CELLS + 1);
  for (const cell of region.cells) counts[acrossOf(cell)]!++;
  let rest = region.cells.length * (0.32 + 0.36 * random());
  let place = 0;
  for (; rest >= counts[place]!; place++) rest -= counts[place]!;
  if (random() < 0.5) place++;
  const offset = new Int8Array(BLOCK_CELLS);
  if (random() >= habits.straight) {
    const slope = (random() - 0.5) * 0.5;
    let walk = 0;
    const [from, to] = alongColumns ? [south, north] : [west, east];
    for (let n = from; n <= to; n++) {
      if (random() < habits.wander) walk += random() < 0.5 ? -1 : 1;
      offset[n] = Math.round(slope * (n - (from + to) / 2) + walk);
    }
  }
  return (cell) => acrossOf(cell) < place + offset[alongOf(cell)]!;
}
