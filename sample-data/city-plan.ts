/**
 * The city at the scale of blocks (about 1.5 km): how many, which lines between them are roads, canals or rivers, where
 * hills and towns lie, and who administers what. A pure function of patch count and seed; the ground inside a block is
 * laid by others.
 */
import { type Axis, type LineKind, layAxis } from './axis.js';
import type { BlockGrid, Ground } from './block-grid.js';
import { districtsOf, type Town } from './districts.js';
import { chance } from './random.js';

/** Patches per km², the mean of Henan's 三调 database (13.08 million on 167,000 km²). */
export const PATCHES_PER_KM2 = 78;
export const MIN_PATCHES = 2_000;
export const MAX_PATCHES = 1_000_000;

export interface CityPlan {
  seed: number;
  patches: number;
  /** Points between two lattice nodes on every edge. */
  edgePoints: number;
  blocksX: number;
  blocksY: number;
  /** Block column of the laboratory's eastern half; its west line is the border of the two southern counties. */
  labColumn: number;
  columns: Axis;
  rows: Axis;
  verticalLines: readonly LineKind[];
  horizontalLines: readonly LineKind[];
  /** Northings of the middles of the rivers that run from west to east, m. */
  rivers: readonly number[];
  /** Per block, row by row from the south: index by·blocksX + bx. */
  ground: readonly Ground[];
  /** Number of the urban cluster a block belongs to, −1 outside. */
  cluster: Int32Array;
  /** Index into `towns`. */
  townOf: Int32Array;
  towns: readonly Town[];
}

const BLOCK_SIZE_M = 1545;

/** Lays out a city of `patches` patches. The same arguments give the same plan on every machine. */
export function planCity(patches: number, seed: number, edgePoints = 1): CityPlan {
  if (!Number.isInteger(patches) || patches < MIN_PATCHES || patches > MAX_PATCHES) {
    throw new RangeError(`patches must be an integer from ${MIN_PATCHES} to ${MAX_PATCHES}, got ${patches}`);
  }
  if (!Number.isInteger(seed)) throw new RangeError(`seed must be an integer, got ${seed}`);
  const areaM2 = (patches / PATCHES_PER_KM2) * 1e6;
  const blocksX = Math.max(3, Math.round(Math.sqrt(areaM2) / BLOCK_SIZE_M));
  const labColumn = Math.floor(blocksX / 2);
  const verticalLines = Array.from({ length: blocksX }, (_, i) => verticalKind(i, labColumn));
  const columns = layAxis(verticalLines, { firstFixed: labColumn - 1, lastFixed: labColumn, seed: seed + 1 });
  const heightM = areaM2 / (columns.at[columns.at.length - 1]! - columns.at[0]!);
  const blocksY = Math.max(3, Math.round(heightM / BLOCK_SIZE_M));
  const horizontalLines = Array.from({ length: blocksY }, (_, j) => horizontalKind(j, blocksY));
  const rows = layAxis(horizontalLines, { firstFixed: 0, lastFixed: 0, seed: seed + 2, totalM: heightM });
  const grid = { blocksX, blocksY, labColumn, seed };
  const ground = layGround(grid);
  const { townOf, towns } = districtsOf(grid, ground.kinds);
  return {
    ...grid,
    patches,
    edgePoints,
    columns,
    rows,
    verticalLines,
    horizontalLines,
    rivers: horizontalLines.flatMap((kind, j) => (kind === 'river' ? [rows.at[rows.first[j]! + 2]!] : [])),
    ground: ground.kinds,
    cluster: ground.cluster,
    townOf,
    towns,
  };
}

function verticalKind(i: number, labColumn: number): LineKind {
  if (i === 0) return 'edge';
  const k = (((i - labColumn) % 16) + 16) % 16;
  if (k === 6) return 'river';
  if (k === 11) return 'railway';
  if (k % 4 === 2 || k === 15) return 'highway';
  return k % 4 === 1 ? 'canal' : 'rural';
}

function horizontalKind(j: number, blocksY: number): LineKind {
  if (j === 0) return 'edge';
  if (j % 12 === 2) return 'river';
  if (j % 12 === 9 && blocksY > 10) return 'railway';
  if (j % 4 === 1) return 'highway';
  return j % 3 === 0 ? 'canal' : 'rural';
}

/** Northern quarter hills with an uneven foot; towns of two to six blocks about 12 km apart in the plain. */
function layGround(grid: BlockGrid): { kinds: Ground[]; cluster: Int32Array } {
  const { blocksX, blocksY, labColumn, seed } = grid;
  const hillRows = Math.max(1, Math.round(blocksY * 0.25));
  const kinds: Ground[] = [];
  for (let by = 0; by < blocksY; by++) {
    for (let bx = 0; bx < blocksX; bx++) {
      const foot = blocksY - hillRows - (hillRows > 1 ? Math.floor(chance(seed, 11, bx >> 1) * 2) : 0);
      kinds.push(by >= foot ? 'hills' : 'plain');
    }
  }
  const cluster = new Int32Array(blocksX * blocksY).fill(-1);
  const every = 8;
  let number = 0;
  for (let cy = 0; cy * every < blocksY; cy++) {
    for (let cx = -1; cx * every < blocksX; cx++) {
      const home = cx * every <= labColumn && labColumn < (cx + 1) * every && cy === 0;
      const bx = home ? labColumn - 1 : cx * every + 2 + Math.floor(chance(seed, 12, cx, cy) * 4);
      const by = home ? 1 : cy * every + 1 + Math.floor(chance(seed, 13, cx, cy) * 5);
      const wide = home ? Math.min(2, blocksX - 2) : 1 + Math.floor(chance(seed, 14, cx, cy) * 3);
      const high = home ? (blocksY > 5 ? 2 : 1) : 1 + Math.floor(chance(seed, 15, cx, cy) * 2);
      let used = false;
      for (let y = by; y < by + high; y++) {
        for (let x = bx; x < bx + wide; x++) {
          if (x < 0 || x >= blocksX || y < 1 || y >= blocksY || kinds[y * blocksX + x] !== 'plain') continue;
          kinds[y * blocksX + x] = 'town';
          cluster[y * blocksX + x] = number;
          used = true;
        }
      }
      if (used) number++;
    }
  }
  return { kinds, cluster };
}
