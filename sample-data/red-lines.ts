/** Where the ecological red line (生态保护红线) lies: woods in the northern hills, stretches of the rivers, and the laboratory's rectangle. */
import { BLOCK_CELLS } from './axis.js';
import { relief } from './block-ground.js';
import type { CityPlan } from './city-plan.js';
import { labPatchAt, labPatches } from './laboratory.js';
import { chance, smoothNoise } from './random.js';

export interface RedLineKind {
  /** LXDM/LHLX of the feature. */
  lhlx: string;
  name: string;
}

const HILLS = 1;
const RIVER = 2;
const LAB = 3;

const kindsByNumber: Readonly<Record<number, RedLineKind>> = {
  [HILLS]: { lhlx: '水源涵养', name: '北部山地水源涵养生态保护红线' },
  [RIVER]: { lhlx: '水土保持', name: '河流沿岸水土保持生态保护红线' },
  [LAB]: { lhlx: '生物多样性维护', name: '东滩生物多样性维护生态保护红线' },
};

export const redLineKind = (label: number): RedLineKind => kindsByNumber[label >> 16]!;

/** Label of the red line feature that a cell belongs to, 0 for none. */
export function redLineAt(plan: CityPlan, column: number, row: number): number {
  const x = (plan.columns.at[column]! + plan.columns.at[column + 1]!) / 2;
  const y = (plan.rows.at[row]! + plan.rows.at[row + 1]!) / 2;
  const lab = labPatchAt(x, y);
  if (lab >= 0) return labPatches[lab]!.redLine ? LAB << 16 : 0;
  const bx = plan.columns.block[column]!;
  const by = plan.rows.block[row]!;
  const ground = plan.ground[by * plan.blocksX + bx];
  if (ground === 'hills' && inHills(plan, x, y)) return (HILLS << 16) + ((by >> 3) << 8) + (bx >> 4);
  if (ground !== 'town' && alongRiver(plan, bx, by, plan.rows.local[row]!, x))
    return (RIVER << 16) + (bx >> 5);
  return 0;
}

function inHills(plan: CityPlan, x: number, y: number): boolean {
  if (relief(plan, x, y) < 0.4) return false;
  const worth =
    smoothNoise(plan.seed, 51, x, y, 1900) +
    0.35 * smoothNoise(plan.seed, 52, x, y, 420) +
    0.16 * smoothNoise(plan.seed, 53, x, y, 130);
  return worth > -0.1;
}

/** The river itself with its banks, and one to four cells of land on either side. */
function alongRiver(plan: CityPlan, bx: number, by: number, local: number, x: number): boolean {
  const river =
    plan.horizontalLines[by] === 'river' ? by : plan.horizontalLines[by + 1] === 'river' ? by + 1 : 0;
  if (river === 0 || !guarded(plan, bx, river)) return false;
  const reach = Math.round(
    2 + 1.9 * smoothNoise(plan.seed, 54, x, river * 5000 + (river === by ? 1 : 0), 310),
  );
  if (river === by) return local < reach;
  return local >= BLOCK_CELLS - reach;
}

function guarded(plan: CityPlan, bx: number, river: number): boolean {
  const near = [river, river - 1].some((by) => plan.ground[by * plan.blocksX + bx] === 'town');
  return !near && chance(plan.seed, 55, river, bx >> 1) < 0.7;
}
