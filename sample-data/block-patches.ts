/** The patches of one block: which cell belongs to which, what each patch is, and how the planners have zoned it. */
import { BLOCK_CELLS } from './axis.js';
import { cellMiddle, habitsOf, kind, paintBlock, relief } from './block-ground.js';
import type { CityPlan } from './city-plan.js';
import { type LabPatch, labPatches, type Zone } from './laboratory.js';
import { type LandClass, landClass } from './land-classes.js';
import { chance, dice, smoothNoise } from './random.js';
import { redLineAt } from './red-lines.js';
import { connectedRegions, fitToQuota, type Region } from './split-regions.js';

/** Zones of the development boundary by number; 0 is outside. */
export const zoneNames: readonly ('' | Zone)[] = ['', '城镇集中建设区', '城镇弹性发展区', '特别用途区'];

/** One patch (图斑) before it has a shape. */
export interface Patch extends LandClass {
  block: number;
  /** Index into `zoneNames`. */
  zone: number;
  permanent: boolean;
  /** 城镇村属性码, empty outside. */
  czcsxm: string;
  /** Mean width of a linear patch, m; 0 otherwise. */
  widthM: number;
  stateOwned: boolean;
  /** Index into `labPatches`; −1 outside the laboratory. */
  lab: number;
}

export interface BlockPatches {
  /** Index into `patches` of each of the 63 × 63 cells. */
  owner: Int16Array;
  patches: readonly Patch[];
}

/** Cuts a block into exactly `quota` patches. */
export function layBlock(plan: CityPlan, bx: number, by: number, quota: number): BlockPatches {
  const random = dice(plan.seed, 61, bx, by);
  const { kinds, marks } = paintBlock(plan, bx, by);
  const regions = fitToQuota(connectedRegions(marks, kinds, random), quota, habitsOf, random);
  const owner = new Int16Array(BLOCK_CELLS * BLOCK_CELLS);
  const patches = regions.map((region, n) => {
    for (const cell of region.cells) owner[cell] = n;
    return region.kind >= kind.lab
      ? fromLab(labPatches[region.kind - kind.lab]!, by * plan.blocksX + bx)
      : makePatch(plan, bx, by, region, random);
  });
  return { owner, patches };
}

/** A laboratory rectangle (or its island) as a patch. */
export function fromLab(lab: LabPatch, block: number): Patch {
  return {
    block,
    dlbm: lab.dlbm,
    kcxs: lab.kcxs ?? 0,
    slope: lab.slope ?? (lab.dlbm.startsWith('01') ? 1 : 0),
    terraced: lab.kcxs !== undefined,
    zone: lab.zone ? zoneNames.indexOf(lab.zone) : 0,
    permanent: lab.permanent ?? false,
    czcsxm: lab.dlbm === '0702' ? '203' : lab.dlbm === '0601' || lab.dlbm === '0701' ? '202' : '',
    widthM: 0,
    stateOwned: lab.dlbm === '0601' || lab.dlbm === '0701',
    lab: labPatches.indexOf(lab),
  };
}

function makePatch(plan: CityPlan, bx: number, by: number, region: Region, random: () => number): Patch {
  const place = middleOf(plan, bx, by, region.cells);
  const block = by * plan.blocksX + bx;
  const ground = plan.ground[block]!;
  const land = landClass(region.kind, ground === 'hills' ? relief(plan, place[0], place[1]) : 0, random);
  const red = touchesRedLine(plan, bx, by, region.cells);
  const zone = red ? 0 : zoneOf(plan, bx, by, region.kind, place, random());
  const town = ground === 'town' && region.kind !== kind.cityField;
  return {
    ...land,
    block,
    zone,
    permanent: zone === 0 && !red && isPermanent(plan, region.kind, land, place, random()),
    czcsxm: town ? '202' : region.kind === kind.village ? '203' : '',
    widthM:
      region.kind === kind.fieldRoad || region.kind === kind.ditch ? 5 : region.kind === kind.street ? 30 : 0,
    stateOwned: town || land.dlbm === '1103',
    lab: -1,
  };
}

function middleOf(plan: CityPlan, bx: number, by: number, cells: readonly number[]): [number, number] {
  let x = 0;
  let y = 0;
  for (const cell of cells) {
    const at = cellMiddle(plan, bx, by, cell);
    x += at[0] / cells.length;
    y += at[1] / cells.length;
  }
  return [x, y];
}

function touchesRedLine(plan: CityPlan, bx: number, by: number, cells: readonly number[]): boolean {
  const column = plan.columns.first[bx + 1]! - BLOCK_CELLS;
  const row = plan.rows.first[by + 1]! - BLOCK_CELLS;
  return cells.some(
    (cell) => redLineAt(plan, column + (cell % BLOCK_CELLS), row + Math.floor(cell / BLOCK_CELLS)) > 0,
  );
}

/** Towns are built-up zone; a belt of some 400 m around them is reserve or special-purpose zone. */
function zoneOf(
  plan: CityPlan,
  bx: number,
  by: number,
  of: number,
  place: readonly [number, number],
  draw: number,
): number {
  const ground = plan.ground[by * plan.blocksX + bx];
  if (ground === 'town') return of === kind.cityField ? (draw < 0.65 ? 0 : 2) : 1;
  if (ground !== 'plain' || by === 0) return 0;
  let zone = 0;
  for (let dy = -1; dy <= 1; dy++) {
    for (let dx = -1; dx <= 1; dx++) {
      const x = bx + dx;
      const y = by + dy;
      const inside = x >= 0 && y >= 0 && x < plan.blocksX && y < plan.blocksY;
      if (!inside || plan.ground[y * plan.blocksX + x] !== 'town') continue;
      const reach = 400 * (0.6 + 0.8 * chance(plan.seed, 62, x * 3 + dx, y * 3 + dy));
      if (distanceToBlock(plan, x, y, place) > reach) continue;
      zone = chance(plan.seed, 63, x * 3 + dx, y * 3 + dy) < 0.3 ? 3 : 2;
    }
  }
  // a window for farmland that stays
  return zone > 0 && of === kind.field && draw < 0.12 ? 0 : zone;
}

function distanceToBlock(plan: CityPlan, bx: number, by: number, place: readonly [number, number]): number {
  const { columns, rows } = plan;
  const west = columns.at[columns.first[bx]!]!;
  const east = columns.at[columns.first[bx + 1]!]!;
  const south = rows.at[rows.first[by]!]!;
  const north = rows.at[rows.first[by + 1]!]!;
  return Math.hypot(
    Math.max(west - place[0], place[0] - east, 0),
    Math.max(south - place[1], place[1] - north, 0),
  );
}

function isPermanent(
  plan: CityPlan,
  of: number,
  land: LandClass,
  place: readonly [number, number],
  draw: number,
): boolean {
  if (!land.dlbm.startsWith('01') || of === kind.village) return false;
  if (of === kind.cityField) return true;
  const good = smoothNoise(plan.seed, 64, place[0], place[1], 2600);
  return of === kind.slope ? land.slope <= 4 && good > 0.05 : good > -0.5 && draw < 0.95;
}
