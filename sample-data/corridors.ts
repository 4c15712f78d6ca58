/** Roads, railways, canals and rivers between the blocks: long patches that cross many blocks and stop at town borders. */
import { type LineKind, lineRank, lineStrips } from './axis.js';
import type { CityPlan } from './city-plan.js';

/** One long patch. */
export interface Corridor {
  dlbm: string;
  /** Mean width, m (XXTBKD); 0 for water. */
  widthM: number;
  /** Block that the patch starts in, for its administrative codes. */
  block: number;
  line: LineKind;
}

export interface Corridors {
  list: readonly Corridor[];
  /** Per block and strip part (4 slots): number of the corridor on the block's west line, beside its bays. */
  vertical: Int32Array;
  /** Per block and strip part (4 slots): number of the corridor on the block's south line. */
  horizontal: Int32Array;
}

export const STRIP_SLOTS = 4;

/** True where the line from west to east keeps the crossing. */
export const horizontalWins = (vertical: LineKind, horizontal: LineKind): boolean =>
  lineRank[horizontal] >= lineRank[vertical];

/** Numbers every corridor of the city. A line is cut at town borders (a river at county borders) and where it loses a crossing. */
export function layCorridors(plan: CityPlan): Corridors {
  const list: Corridor[] = [];
  const size = plan.blocksX * plan.blocksY * STRIP_SLOTS;
  const result = { list, vertical: new Int32Array(size).fill(-1), horizontal: new Int32Array(size).fill(-1) };
  for (let bx = 0; bx < plan.blocksX; bx++) {
    layLine(plan, list, result.vertical, plan.verticalLines[bx]!, plan.blocksY, (by) => ({
      block: by * plan.blocksX + bx,
      cut: horizontalWins(plan.verticalLines[bx]!, plan.horizontalLines[by]!),
    }));
  }
  for (let by = 0; by < plan.blocksY; by++) {
    layLine(plan, list, result.horizontal, plan.horizontalLines[by]!, plan.blocksX, (bx) => ({
      block: by * plan.blocksX + bx,
      cut: !horizontalWins(plan.verticalLines[bx]!, plan.horizontalLines[by]!),
    }));
  }
  return result;
}

function layLine(
  plan: CityPlan,
  list: Corridor[],
  into: Int32Array,
  line: LineKind,
  steps: number,
  at: (step: number) => { block: number; cut: boolean },
): void {
  lineStrips[line].forEach((strip, part) => {
    let current = -1;
    let previous = -1;
    for (let step = 0; step < steps; step++) {
      const { block, cut } = at(step);
      const sameWater = part > 0 && strip.use === 'water' && lineStrips[line][part - 1]!.use === 'water';
      if (sameWater) {
        into[block * STRIP_SLOTS + part] = into[block * STRIP_SLOTS + part - 1]!;
        continue;
      }
      if (current < 0 || (step > 0 && cut) || districtChanges(plan, line, previous, block)) {
        current = list.length;
        list.push({
          dlbm: corridorClass(line, strip.use),
          widthM: strip.use === 'way' ? strip.widthM : 0,
          block,
          line,
        });
      }
      into[block * STRIP_SLOTS + part] = current;
      previous = block;
    }
  });
}

function districtChanges(plan: CityPlan, line: LineKind, from: number, to: number): boolean {
  const a = plan.townOf[from]!;
  const b = plan.townOf[to]!;
  return line === 'river' ? plan.towns[a]!.county !== plan.towns[b]!.county : a !== b;
}

function corridorClass(line: LineKind, use: 'way' | 'bank' | 'water'): string {
  if (use === 'water') return '1101';
  if (use === 'bank') return '1109';
  return { edge: '', rural: '1006', canal: '1107A', highway: '1003', railway: '1001', river: '' }[line];
}
