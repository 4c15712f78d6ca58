/** Rounds the steps that patch borders make on the lattice, by moving nodes with two border edges towards their neighbours. */
import type { CityPlan } from './city-plan.js';
import { distanceToLab } from './laboratory.js';
import { spacing } from './lattice.js';

const ROUNDS = 4;
/** Largest move as a share of the distance to the next line: alone, beside another border, around a spot of few cells. */
const ALONE = 0.4;
const CROWDED = 0.16;
const SPOT = 0.08;
const SPOT_CELLS = 4;

/**
 * Shifts in lattice metres per node of a strip, from the labels of its cells (a border is where any of them changes;
 * the first tell patches). Nodes on the strip's first and last line stay (the neighbouring strip computes them too), nodes
 * of the laboratory stay.
 */
export function smoothCorners(
  plan: CityPlan,
  row0: number,
  labels: readonly Int32Array[],
  rowCount: number,
  columnCount: number,
): { shiftX: Float64Array; shiftY: Float64Array } {
  const width = columnCount + 1;
  const shiftX = new Float64Array((rowCount + 1) * width);
  const shiftY = new Float64Array((rowCount + 1) * width);
  const bends = findBends(labels, rowCount, columnCount);
  for (let round = 0; round < ROUNDS; round++) {
    for (const { node, one, two, most } of bends) {
      const i = node % width;
      const r = (node - i) / width;
      const [x, y] = [plan.columns.at[i]!, plan.rows.at[row0 + r]!];
      if (distanceToLab(x, y) === 0) continue;
      const at = (n: number): [number, number] => [
        plan.columns.at[n % width]! + shiftX[n]!,
        plan.rows.at[row0 + Math.floor(n / width)]! + shiftY[n]!,
      ];
      const [ax, ay] = at(one);
      const [bx, by] = at(two);
      const limitX = most * spacing(plan.columns.at, i);
      const limitY = most * spacing(plan.rows.at, row0 + r);
      shiftX[node] = clamp((shiftX[node]! + (ax + bx) / 2 - x) / 2, limitX);
      shiftY[node] = clamp((shiftY[node]! + (ay + by) / 2 - y) / 2, limitY);
    }
  }
  return { shiftX, shiftY };
}

const clamp = (value: number, limit: number): number => Math.max(-limit, Math.min(limit, value));

interface Bend {
  node: number;
  one: number;
  two: number;
  /** Largest move as a share of the distance to the next line. */
  most: number;
}

function findBends(labels: readonly Int32Array[], rowCount: number, columnCount: number): Bend[] {
  const width = columnCount + 1;
  const degree = new Uint8Array((rowCount + 1) * width);
  const differ = (a: number, b: number): boolean => {
    for (const cells of labels) if (cells[a] !== cells[b]) return true;
    return false;
  };
  const hasEast = (i: number, r: number): boolean => differ(r * columnCount + i, (r - 1) * columnCount + i);
  const hasNorth = (i: number, r: number): boolean => differ(r * columnCount + i, r * columnCount + i - 1);
  const bends: Bend[] = [];
  for (let r = 1; r < rowCount; r++) {
    for (let i = 1; i < columnCount; i++) {
      const n = r * width + i;
      const ends: number[] = [];
      if (hasEast(i, r)) ends.push(n + 1);
      if (hasEast(i - 1, r)) ends.push(n - 1);
      if (hasNorth(i, r)) ends.push(n + width);
      if (hasNorth(i, r - 1)) ends.push(n - width);
      degree[n] = ends.length;
      if (ends.length === 2) bends.push({ node: n, one: ends[0]!, two: ends[1]!, most: ALONE });
    }
  }
  const patches = labels[0]!;
  const sizes = new Map<number, number>();
  for (const patch of patches) sizes.set(patch, (sizes.get(patch) ?? 0) + 1);
  for (const item of bends) {
    const i = item.node % width;
    const cell = ((item.node - i) / width) * columnCount + i;
    const around = [cell, cell - 1, cell - columnCount, cell - columnCount - 1];
    const crowded = [1, -1, width, -width].some((step) => {
      const other = item.node + step;
      return other !== item.one && other !== item.two && degree[other]! > 0;
    });
    if (around.some((one) => sizes.get(patches[one]!)! <= SPOT_CELLS)) item.most = SPOT;
    else if (crowded) item.most = CROWDED;
  }
  return bends;
}
