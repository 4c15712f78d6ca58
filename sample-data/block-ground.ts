/**
 * Paints the ground of one block cell by cell: field roads, villages, ponds, graves and shelter belts on the plain,
 * woods and sloping fields in the hills, streets and quarters in a town, rectangles in the laboratory.
 */
import { BLOCK_CELLS, isNarrow } from './axis.js';
import type { CityPlan } from './city-plan.js';
import { labPatchAt } from './laboratory.js';
import { chance, dice, smoothNoise } from './random.js';
import type { SplitHabits } from './split-regions.js';

/** What a cell is, before it becomes a patch with a DLBM. Laboratory rectangles are LAB + index. */
export const kind = {
  field: 1,
  village: 2,
  fieldRoad: 3,
  ditch: 4,
  pond: 5,
  grave: 6,
  farmyard: 7,
  belt: 8,
  wood: 10,
  shrub: 11,
  grass: 12,
  bare: 13,
  slope: 14,
  orchard: 15,
  mine: 16,
  reservoir: 17,
  quarter: 20,
  cityField: 21,
  street: 22,
  park: 23,
  lab: 100,
} as const;

const plainHabits: SplitHabits = { weight: 1, straight: 0.6, wander: 0.15 };
const never: SplitHabits = { weight: 0, straight: 1, wander: 0 };

/** How regions of a kind are cut. */
export function habitsOf(of: number): SplitHabits {
  if (of >= kind.lab) return never;
  switch (of) {
    case kind.village:
      return { weight: 2.2, straight: 0.5, wander: 0.3 };
    case kind.fieldRoad:
    case kind.ditch:
    case kind.street:
    case kind.grave:
    case kind.pond:
    case kind.farmyard:
    case kind.reservoir:
      return never;
    case kind.quarter:
      return { weight: 1.3, straight: 0.9, wander: 0.1 };
    case kind.wood:
    case kind.shrub:
    case kind.grass:
    case kind.bare:
      return { weight: 0.45, straight: 0, wander: 0.7 };
    case kind.slope:
      return { weight: 1, straight: 0.1, wander: 0.5 };
    default:
      return plainHabits;
  }
}

/** Kinds of the block's 63 × 63 cells, and marks: equal neighbours of equal mark belong together. */
export interface Painted {
  kinds: Uint8Array;
  marks: Int32Array;
}

interface Painter {
  plan: CityPlan;
  bx: number;
  by: number;
  random: () => number;
  kinds: Uint8Array;
}

/** Middle of a cell on the lattice, m in EPSG:4526 before the landscape is bent. */
export function cellMiddle(plan: CityPlan, bx: number, by: number, cell: number): [number, number] {
  const column = plan.columns.first[bx + 1]! - BLOCK_CELLS + (cell % BLOCK_CELLS);
  const row = plan.rows.first[by + 1]! - BLOCK_CELLS + Math.floor(cell / BLOCK_CELLS);
  return [
    (plan.columns.at[column]! + plan.columns.at[column + 1]!) / 2,
    (plan.rows.at[row]! + plan.rows.at[row + 1]!) / 2,
  ];
}

export function paintBlock(plan: CityPlan, bx: number, by: number): Painted {
  const kinds = new Uint8Array(BLOCK_CELLS * BLOCK_CELLS);
  const painter: Painter = { plan, bx, by, random: dice(plan.seed, 41, bx, by), kinds };
  const ground = plan.ground[by * plan.blocksX + bx]!;
  if (ground === 'hills') paintHills(painter);
  else if (ground === 'town') paintTown(painter);
  else paintPlain(painter);
  if (by === 0 && (bx === plan.labColumn || bx === plan.labColumn - 1)) paintLab(painter);
  const marks = Int32Array.from(kinds);
  if (ground === 'town') separateQuarters(painter, marks);
  return { kinds, marks };
}

function paintLab({ plan, bx, by, kinds }: Painter): void {
  for (let cell = 0; cell < kinds.length; cell++) {
    const [x, y] = cellMiddle(plan, bx, by, cell);
    const patch = labPatchAt(x, y);
    if (patch >= 0) kinds[cell] = kind.lab + patch;
  }
}

function paintPlain(painter: Painter): void {
  painter.kinds.fill(kind.field);
  paintFieldRoads(painter, 0.68);
  const villages = painter.random() < 0.2 ? 2 : painter.random() < 0.9 ? 1 : 0;
  for (let n = 0; n < villages; n++) paintVillage(painter);
  paintBelts(painter);
  scatter(painter, kind.field, kind.pond, 1 + Math.floor(painter.random() * 3), 5);
  scatter(painter, kind.field, kind.grave, 2 + Math.floor(painter.random() * 5), 1);
  scatter(painter, kind.field, kind.farmyard, 1 + Math.floor(painter.random() * 4), 3);
}

/** Field roads in the narrow strips: those from west to east run through, the others stop at them. */
function paintFieldRoads({ random, kinds }: Painter, share: number): void {
  const across = [15, 31, 47].filter(() => random() < share);
  for (const row of across) {
    const of = random() < 0.15 ? kind.ditch : kind.fieldRoad;
    for (let column = 0; column < BLOCK_CELLS; column++) kinds[row * BLOCK_CELLS + column] = of;
  }
  const stops = [-1, ...across, BLOCK_CELLS];
  for (const column of [15, 31, 47]) {
    for (let n = 0; n + 1 < stops.length; n++) {
      if (random() >= share) continue;
      const of = random() < 0.15 ? kind.ditch : kind.fieldRoad;
      for (let row = stops[n]! + 1; row < stops[n + 1]!; row++) kinds[row * BLOCK_CELLS + column] = of;
    }
  }
}

function paintVillage({ plan, bx, by, random, kinds }: Painter): void {
  const column = 12 + random() * 39;
  const row = 12 + random() * 39;
  const radius = 5 + random() * 4;
  const stretch = 0.75 + random() * 0.5;
  for (let cell = 0; cell < kinds.length; cell++) {
    if (kinds[cell] !== kind.field) continue;
    const dc = ((cell % BLOCK_CELLS) - column) * stretch;
    const dr = (Math.floor(cell / BLOCK_CELLS) - row) / stretch;
    const wobble = smoothNoise(
      plan.seed,
      42,
      bx * 64 + (cell % BLOCK_CELLS),
      by * 64 + cell / BLOCK_CELLS,
      5,
    );
    // squarish: villages grow along lanes
    const reach = Math.max(Math.abs(dc), Math.abs(dr)) * 0.6 + Math.hypot(dc, dr) * 0.4;
    if (reach < radius * (1 + 0.3 * wobble)) kinds[cell] = kind.village;
  }
}

/** Rows of trees one cell wide beside some roads and along some edges of the block. */
function paintBelts({ random, kinds }: Painter): void {
  for (const column of [0, 14, 16, 30, 32, 46, 48, 62]) {
    if (random() >= 0.09) continue;
    const from = Math.floor(random() * 40);
    const to = from + 10 + Math.floor(random() * 20);
    for (let row = from; row < Math.min(to, BLOCK_CELLS); row++) {
      const cell = row * BLOCK_CELLS + column;
      if (kinds[cell] === kind.field) kinds[cell] = kind.belt;
    }
  }
}

/** Small spots of something in the middle of something else. */
function scatter(
  { random, kinds }: Painter,
  within: number,
  of: number,
  count: number,
  largest: number,
): void {
  for (let n = 0; n < count; n++) {
    let cell = Math.floor(random() * kinds.length);
    const size = 1 + Math.floor(random() * largest);
    for (let step = 0; step < size; step++) {
      const column = cell % BLOCK_CELLS;
      if (kinds[cell] !== within || isNarrow(column) || isNarrow(Math.floor(cell / BLOCK_CELLS))) break;
      kinds[cell] = of;
      cell += random() < 0.5 ? 1 : BLOCK_CELLS;
      if (cell >= kinds.length || cell % BLOCK_CELLS === 0) break;
    }
  }
}

/** Height above the foot of the hills, about 0 to 1, smooth over the city. */
export function relief(plan: CityPlan, x: number, y: number): number {
  const top = plan.rows.at[plan.rows.at.length - 1]!;
  const foot = plan.rows.at[plan.rows.first[Math.floor(plan.blocksY * 0.75)]!]!;
  const climb = (y - foot) / Math.max(1500, top - foot);
  return (
    climb * 0.6 +
    0.2 +
    0.3 * smoothNoise(plan.seed, 43, x, y, 1400) +
    0.12 * smoothNoise(plan.seed, 44, x, y, 450)
  );
}

function paintHills(painter: Painter): void {
  const { plan, bx, by, kinds, random } = painter;
  for (let cell = 0; cell < kinds.length; cell++) {
    const [x, y] = cellMiddle(plan, bx, by, cell);
    const height = relief(plan, x, y);
    const cover = smoothNoise(plan.seed, 45, x, y, 520) + 0.4 * smoothNoise(plan.seed, 46, x, y, 170);
    kinds[cell] = hillKind(height, cover);
  }
  if (random() < 0.6) paintVillageInValley(painter);
  scatter(painter, kind.slope, kind.pond, 2, 3);
  if (random() < 0.3) scatter(painter, kind.wood, kind.mine, 1, 12);
  if (random() < 0.25) scatter(painter, kind.wood, kind.reservoir, 1, 16);
  paintFieldRoads(painter, 0.2);
}

function hillKind(height: number, cover: number): number {
  if (height < 0.3) return cover > 0.55 ? kind.orchard : kind.slope;
  if (height < 0.42 && cover < 0.1) return kind.slope;
  if (height > 0.85 && cover < -0.35) return kind.bare;
  if (cover > 0.05) return kind.wood;
  return cover > -0.25 ? kind.shrub : cover > -0.5 ? kind.wood : kind.grass;
}

function paintVillageInValley(painter: Painter): void {
  const { kinds } = painter;
  const before = kinds.slice();
  for (let cell = 0; cell < kinds.length; cell++) if (kinds[cell] === kind.slope) kinds[cell] = kind.field;
  paintVillage(painter);
  for (let cell = 0; cell < kinds.length; cell++) if (kinds[cell] === kind.field) kinds[cell] = before[cell]!;
}

/** Streets 30 m wide on every narrow strip; some bays are parks or fields that were built around. */
function paintTown({ plan, bx, by, kinds }: Painter): void {
  for (let cell = 0; cell < kinds.length; cell++) {
    const column = cell % BLOCK_CELLS;
    const row = Math.floor(cell / BLOCK_CELLS);
    if (isNarrow(column) || isNarrow(row) || column % 16 === 14 || row % 16 === 14) {
      kinds[cell] = kind.street;
      continue;
    }
    const use = chance(plan.seed, 47, bx * 4 + (column >> 4), by * 4 + (row >> 4));
    kinds[cell] = use < 0.08 ? kind.park : use < 0.2 ? kind.cityField : kind.quarter;
  }
}

function separateQuarters({ kinds }: Painter, marks: Int32Array): void {
  for (let cell = 0; cell < kinds.length; cell++) {
    if (kinds[cell] === kind.street || kinds[cell]! >= kind.lab) continue;
    const bay = ((cell % BLOCK_CELLS) >> 4) + 4 * (Math.floor(cell / BLOCK_CELLS) >> 4);
    marks[cell] = 1000 + bay;
  }
}
