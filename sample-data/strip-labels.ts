/** Says for every cell of one row of blocks which patch, zone, red line, planned unit and town it belongs to. */
import { BLOCK_CELLS } from './axis.js';
import { fromLab, layBlock, type Patch } from './block-patches.js';
import type { CityPlan } from './city-plan.js';
import { type Corridors, horizontalWins, STRIP_SLOTS } from './corridors.js';
import { counties } from './districts.js';
import { LAB_ISLAND_PARENT, labIsland, labPatches } from './laboratory.js';
import { plannedUse } from './land-classes.js';
import { chance } from './random.js';
import { redLineAt } from './red-lines.js';

/** Labels of a strip's cells, row by row from the south; 0 is nothing. */
export interface StripLabels {
  row0: number;
  rowCount: number;
  patch: Int32Array;
  zone: Int32Array;
  redLine: Int32Array;
  planned: Int32Array;
  town: Int32Array;
}

/** What the labels stand for, for as long as they are needed. */
export interface LabelBook {
  patches: Map<number, Patch>;
  /** A block that a zone or red line touches, for its county. */
  homes: { zone: Map<number, number>; redLine: Map<number, number> };
  planned: Map<number, { block: number; code: string }>;
  nextPatch: number;
}

/** Patch labels 1…n are the corridors; those of blocks follow. */
export function newLabelBook(corridors: Corridors): LabelBook {
  const patches = new Map<number, Patch>();
  corridors.list.forEach((corridor, n) => {
    patches.set(n + 1, {
      block: corridor.block,
      dlbm: corridor.dlbm,
      kcxs: 0,
      slope: 0,
      terraced: false,
      zone: 0,
      permanent: false,
      czcsxm: '',
      widthM: corridor.widthM,
      stateOwned: corridor.line !== 'rural',
      lab: -1,
    });
  });
  const homes = { zone: new Map<number, number>(), redLine: new Map<number, number>() };
  return { patches, homes, planned: new Map(), nextPatch: corridors.list.length + 1 };
}

/** The patch that lies as an island in a laboratory rectangle, and the rectangle's index. */
export const islandPatch = (plan: CityPlan): { patch: Patch; parent: number } => ({
  patch: fromLab(labIsland, plan.labColumn),
  parent: LAB_ISLAND_PARENT,
});

/** Patches in each block, so that corridors, blocks and the island make exactly `plan.patches`. */
export function blockQuotas(plan: CityPlan, corridors: Corridors): Int32Array {
  const weights = plan.ground.map((ground, block) => {
    const lab = block === plan.labColumn || block === plan.labColumn - 1;
    return lab ? 0.7 : ground === 'hills' ? 0.8 : ground === 'town' ? 1.15 : 1;
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const share = plan.patches - corridors.list.length - 1;
  const quotas = new Int32Array(weights.length);
  let sum = 0;
  let given = 0;
  weights.forEach((weight, block) => {
    sum += weight;
    const upTo = Math.round((share * sum) / total);
    quotas[block] = upTo - given;
    given = upTo;
  });
  return quotas;
}

export function labelStrip(
  plan: CityPlan,
  corridors: Corridors,
  quotas: Int32Array,
  by: number,
  book: LabelBook,
): StripLabels {
  const row0 = plan.rows.first[by]!;
  const rowCount = plan.rows.first[by + 1]! - row0;
  const size = rowCount * plan.columns.block.length;
  const make = (): Int32Array => new Int32Array(size);
  const labels: StripLabels = {
    row0,
    rowCount,
    patch: make(),
    zone: make(),
    redLine: make(),
    planned: make(),
    town: make(),
  };
  for (let bx = 0; bx < plan.blocksX; bx++) {
    labelCorridors(plan, corridors, bx, by, labels, book);
    labelBlock(plan, quotas, bx, by, labels, book);
  }
  return labels;
}

function labelBlock(
  plan: CityPlan,
  quotas: Int32Array,
  bx: number,
  by: number,
  labels: StripLabels,
  book: LabelBook,
): void {
  const block = by * plan.blocksX + bx;
  const { owner, patches } = layBlock(plan, bx, by, quotas[block]!);
  const first = book.nextPatch;
  patches.forEach((patch, n) => {
    book.patches.set(first + n, patch);
  });
  book.nextPatch += patches.length;
  const width = plan.columns.block.length;
  const column0 = plan.columns.first[bx + 1]! - BLOCK_CELLS;
  const cellRow0 = labels.rowCount - BLOCK_CELLS;
  for (let cell = 0; cell < owner.length; cell++) {
    const column = cell % BLOCK_CELLS;
    const row = Math.floor(cell / BLOCK_CELLS);
    const at = (cellRow0 + row) * width + column0 + column;
    const patch = patches[owner[cell]!]!;
    labels.patch[at] = first + owner[cell]!;
    labels.town[at] = plan.townOf[block]! + 1;
    setRedLine(plan, labels, book, at, column0 + column, labels.row0 + cellRow0 + row, block);
    if (patch.zone === 0) continue;
    setZone(plan, labels, book, at, block, patch.zone, patch.lab >= 0);
    const unit = patch.lab >= 0 ? 32 + patch.lab : patch.widthM > 0 ? 16 : (column >> 4) + 4 * (row >> 4);
    const code =
      patch.lab >= 0
        ? labPatches[patch.lab]!.plannedUse!
        : patch.widthM > 0
          ? '1207'
          : plannedUse(patch.zone, chance(plan.seed, 91, block, unit));
    setPlanned(labels, book, at, block, unit, patch.zone, code);
  }
}

function labelCorridors(
  plan: CityPlan,
  corridors: Corridors,
  bx: number,
  by: number,
  labels: StripLabels,
  book: LabelBook,
): void {
  const width = plan.columns.block.length;
  const block = by * plan.blocksX + bx;
  const across = horizontalWins(plan.verticalLines[bx]!, plan.horizontalLines[by]!);
  for (let row = 0; row < labels.rowCount; row++) {
    const partY = -1 - plan.rows.local[labels.row0 + row]!;
    for (let column = plan.columns.first[bx]!; column < plan.columns.first[bx + 1]!; column++) {
      const partX = -1 - plan.columns.local[column]!;
      if (partX < 0 && partY < 0) continue;
      const horizontal = partY >= 0 && (partX < 0 || across);
      const slots = horizontal ? corridors.horizontal : corridors.vertical;
      const at = row * width + column;
      labels.patch[at] = slots[block * STRIP_SLOTS + (horizontal ? partY : partX)]! + 1;
      labels.town[at] = plan.townOf[block]! + 1;
      const red = setRedLine(plan, labels, book, at, column, labels.row0 + row, block);
      const line = horizontal ? plan.horizontalLines[by] : plan.verticalLines[bx];
      if (red || line === 'river' || line === 'railway' || !besideTown(plan, bx, by, partX, partY)) continue;
      setZone(plan, labels, book, at, block, 1, false);
      setPlanned(labels, book, at, block, 17, 1, '1207');
    }
  }
}

/** A road belongs to the built-up zone where both sides of it are town. */
function besideTown(plan: CityPlan, bx: number, by: number, partX: number, partY: number): boolean {
  const isTown = (x: number, y: number): boolean =>
    x >= 0 && y >= 0 && plan.ground[y * plan.blocksX + x] === 'town';
  const xs = partX >= 0 ? [bx - 1, bx] : [bx];
  const ys = partY >= 0 ? [by - 1, by] : [by];
  return xs.every((x) => ys.every((y) => isTown(x, y)));
}

function setRedLine(
  plan: CityPlan,
  labels: StripLabels,
  book: LabelBook,
  at: number,
  column: number,
  row: number,
  block: number,
): boolean {
  const label = redLineAt(plan, column, row);
  labels.redLine[at] = label;
  if (label > 0 && !book.homes.redLine.has(label)) book.homes.redLine.set(label, block);
  return label > 0;
}

function setZone(
  plan: CityPlan,
  labels: StripLabels,
  book: LabelBook,
  at: number,
  block: number,
  zone: number,
  lab: boolean,
): void {
  const county = counties.indexOf(plan.towns[plan.townOf[block]!]!.county);
  const label = ((county * 4096 + (lab ? 4095 : nearestCluster(plan, block) + 1)) << 2) + zone;
  labels.zone[at] = label;
  if (!book.homes.zone.has(label)) book.homes.zone.set(label, block);
}

/** Zone number in a zone label. */
export const zoneOfLabel = (label: number): number => label & 3;

function nearestCluster(plan: CityPlan, block: number): number {
  if (plan.cluster[block]! >= 0) return plan.cluster[block]!;
  const bx = block % plan.blocksX;
  const by = Math.floor(block / plan.blocksX);
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const [x, y] = [bx + dx, by + dy];
      const inside = x >= 0 && y >= 0 && x < plan.blocksX && y < plan.blocksY;
      if (inside && plan.cluster[y * plan.blocksX + x]! >= 0) return plan.cluster[y * plan.blocksX + x]!;
    }
  }
  return -1;
}

function setPlanned(
  labels: StripLabels,
  book: LabelBook,
  at: number,
  block: number,
  unit: number,
  zone: number,
  code: string,
): void {
  const label = ((block * 64 + unit) << 2) + zone;
  labels.planned[at] = label;
  if (!book.planned.has(label)) book.planned.set(label, { block, code });
}
