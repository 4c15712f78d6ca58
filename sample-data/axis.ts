/**
 * One direction of the city's lattice: the positions of its lines, and what the cells between two lines are for.
 * Positions are metres in EPSG:4526 before the landscape is bent; the laboratory's lines are exact.
 */
import { LAB_ORIGIN } from './laboratory.js';
import { chance } from './random.js';

/** What runs along the line on the west (south) side of a block. `edge`: the city ends there, nothing runs. */
export type LineKind = 'edge' | 'rural' | 'canal' | 'highway' | 'railway' | 'river';

export type StripUse = 'way' | 'bank' | 'water';

/** Strips of a line from west to east (south to north): width in metres and use. */
export const lineStrips: Record<LineKind, readonly { widthM: number; use: StripUse }[]> = {
  edge: [],
  rural: [{ widthM: 10, use: 'way' }],
  canal: [{ widthM: 14, use: 'way' }],
  highway: [{ widthM: 26, use: 'way' }],
  railway: [{ widthM: 34, use: 'way' }],
  river: [
    { widthM: 16, use: 'bank' },
    { widthM: 48, use: 'water' },
    { widthM: 48, use: 'water' },
    { widthM: 16, use: 'bank' },
  ],
};

/** Which strips win where two lines cross. */
export const lineRank: Record<LineKind, number> = {
  edge: 0,
  rural: 1,
  canal: 2,
  highway: 3,
  railway: 4,
  river: 5,
};

/** Cells of a block in one direction: four bays of 15 with a narrow strip between them. */
export const BLOCK_CELLS = 63;
export const BAY_CELLS = 15;
export const FIELD_ROAD_M = 5;
const FIXED_CELL_M = 25;
/** True for the narrow strips at 15, 31 and 47. */
export const isNarrow = (local: number): boolean => local % 16 === 15;

export interface Axis {
  /** Positions of the lines, one more than cells, m. */
  at: Float64Array;
  /** Per cell: its block. */
  block: Int32Array;
  /** Per cell: 0…62 inside the block, −1, −2 … for the strips of the block's line. */
  local: Int8Array;
  /** Per block: index of the first cell of its line; one more entry at the end. */
  first: Int32Array;
}

interface AxisOptions {
  /** Blocks whose cells are exactly 25 m, for the laboratory. */
  firstFixed: number;
  lastFixed: number;
  seed: number;
  /** Stretches the free blocks so that the whole comes near this length. */
  totalM?: number;
}

/** Lays the lines of one direction. The laboratory's lines stay where `laboratory.ts` says. */
export function layAxis(kinds: readonly LineKind[], options: AxisOptions): Axis {
  const bays = kinds.map((_, block) => bayCells(block, options));
  const stretch = stretchOf(kinds, bays, options);
  const at: number[] = [0];
  const block: number[] = [];
  const local: number[] = [];
  const first: number[] = [];
  const add = (widthM: number, b: number, l: number): void => {
    at.push(at[at.length - 1]! + widthM);
    block.push(b);
    local.push(l);
  };
  kinds.forEach((kind, b) => {
    first.push(block.length);
    lineStrips[kind].forEach((strip, part) => {
      add(strip.widthM, b, -1 - part);
    });
    const fixed = b >= options.firstFixed && b <= options.lastFixed;
    for (let cell = 0; cell < BLOCK_CELLS; cell++) {
      const bayCell = bays[b]![cell >> 4]! * (fixed ? 1 : stretch);
      add(isNarrow(cell) ? FIELD_ROAD_M : Math.round(bayCell * 10) / 10, b, cell);
    }
  });
  first.push(block.length);
  const shift = originOf(kinds, options) - at[anchorLine(kinds, first, options)]!;
  return {
    at: Float64Array.from(at, (value) => Math.round((value + shift) * 10) / 10),
    block: Int32Array.from(block),
    local: Int8Array.from(local),
    first: Int32Array.from(first),
  };
}

function bayCells(block: number, options: AxisOptions): readonly number[] {
  const fixed = block >= options.firstFixed && block <= options.lastFixed;
  return [0, 1, 2, 3].map((bay) => (fixed ? FIXED_CELL_M : 22.5 + chance(options.seed, 1, block, bay) * 5));
}

function stretchOf(
  kinds: readonly LineKind[],
  bays: readonly (readonly number[])[],
  options: AxisOptions,
): number {
  if (options.totalM === undefined) return 1;
  let rigid = 0;
  let free = 0;
  kinds.forEach((kind, b) => {
    rigid += lineStrips[kind].reduce((sum, strip) => sum + strip.widthM, 0) + 3 * FIELD_ROAD_M;
    const length = bays[b]!.reduce((sum, cell) => sum + cell * BAY_CELLS, 0);
    if (b >= options.firstFixed && b <= options.lastFixed) rigid += length;
    else free += length;
  });
  return Math.min(1.35, Math.max(0.75, (options.totalM - rigid) / free));
}

/** Columns: the laboratory's east half begins at its road's east side. Rows: the city's south edge. */
const originOf = (kinds: readonly LineKind[], options: AxisOptions): number =>
  options.totalM === undefined
    ? LAB_ORIGIN.x + 755 + lineStrips[kinds[options.lastFixed]!].reduce((sum, s) => sum + s.widthM, 0)
    : LAB_ORIGIN.y;

const anchorLine = (kinds: readonly LineKind[], first: readonly number[], options: AxisOptions): number =>
  options.totalM === undefined ? first[options.lastFixed]! + lineStrips[kinds[options.lastFixed]!].length : 0;
