/**
 * Counties and towns as groups of blocks. Every name and code is invented: the county codes lie in the range of 焦作
 * (4108xx) but belong to no county.
 */
import type { BlockGrid, Ground } from './block-grid.js';
import { chance } from './random.js';

export interface County {
  code: string;
  name: string;
}

export interface Town {
  county: County;
  /** 6-digit county code + 3 digits. */
  code: string;
  name: string;
}

export const counties: readonly County[] = [
  { code: '410891', name: '覃南县' },
  { code: '410892', name: '怀东县' },
  { code: '410893', name: '北岭县' },
];

/** A town that belongs to the office but whose data nobody has delivered: a strip along the city's south edge. */
export const townWithoutData: Town = { county: counties[0]!, code: '410891900', name: '南滩乡' };
export const TOWN_WITHOUT_DATA_DEPTH_M = 600;

const firstSyllables =
  '安白柏常陈大丹德东方丰高古官广和河红华黄吉嘉金景军康兰李龙马明南宁平青清庆三沙石寿水宋太唐王文西新兴徐杨义永玉张赵中周'.split(
    '',
  );
const secondSyllables = [
  '庄',
  '陵',
  '店',
  '桥',
  '丘',
  '原',
  '集',
  '寨',
  '河',
  '堡',
  '屯',
  '封',
  '召',
  '坡',
  '营',
  '村',
];

/** A made-up place name; the same number gives the same name, neighbouring numbers differ in both syllables. */
export function placeName(number: number): string {
  const count = firstSyllables.length * secondSyllables.length;
  // 397 is prime and divides neither list, so every name comes once
  const n = (number * 397) % count;
  return firstSyllables[n % firstSyllables.length]! + secondSyllables[Math.floor(n / firstSyllables.length)]!;
}

/** Assigns every block to a town; towns are connected groups of blocks inside one county. */
export function districtsOf(
  grid: BlockGrid,
  ground: readonly Ground[],
): { townOf: Int32Array; towns: Town[] } {
  const countyOf = layCounties(grid, ground);
  const groups = connect(grid, countyOf, roughTowns(grid));
  const townOf = new Int32Array(groups.length);
  const towns: Town[] = [];
  const known = new Map<number, number>();
  const perCounty = counties.map(() => 0);
  groups.forEach((group, block) => {
    let town = known.get(group);
    if (town === undefined) {
      const county = countyOf[block]!;
      const serial = perCounty[county]!++;
      town = towns.length;
      known.set(group, town);
      towns.push(makeTown(county, serial, grid.seed));
    }
    townOf[block] = town;
  });
  return { townOf, towns };
}

function makeTown(countyIndex: number, serial: number, seed: number): Town {
  const county = counties[countyIndex]!;
  const number = serial === 0 ? 1 : serial < 60 ? 99 + serial : 140 + serial;
  const name = placeName(serial * counties.length + countyIndex + Math.floor(chance(seed, 21) * 500));
  const suffix = serial === 0 ? '街道' : serial < 60 ? '镇' : '乡';
  return { county, code: county.code + String(number).padStart(3, '0'), name: name + suffix };
}

/** North (from a little below the foot of the hills) one county, the rest split west and east at the laboratory. */
function layCounties(grid: BlockGrid, ground: readonly Ground[]): Int32Array {
  const { blocksX, blocksY, labColumn, seed } = grid;
  const countyOf = new Int32Array(blocksX * blocksY);
  for (let bx = 0; bx < blocksX; bx++) {
    let foot = 0;
    while (foot < blocksY && ground[foot * blocksX + bx] !== 'hills') foot++;
    const north = Math.max(2, foot - Math.floor(blocksY / 12));
    for (let by = 0; by < blocksY; by++) {
      const swing = by < 2 || blocksX < 5 ? 0 : Math.floor(chance(seed, 22, by >> 1) * 3) - 1;
      countyOf[by * blocksX + bx] = by >= north ? 2 : bx < labColumn + swing ? 0 : 1;
    }
  }
  return countyOf;
}

/** Rectangles of blocks with steps in their borders: about 9 towns in a small city, 20 blocks each in a large one. */
function roughTowns(grid: BlockGrid): Int32Array {
  const { blocksX, blocksY, seed } = grid;
  const size = Math.min(4.5, Math.max(1.5, Math.sqrt((blocksX * blocksY) / 9)));
  const rough = new Int32Array(blocksX * blocksY);
  for (let by = 0; by < blocksY; by++) {
    for (let bx = 0; bx < blocksX; bx++) {
      const ty = Math.floor((by + chance(seed, 23, Math.floor(bx / size)) * 1.5) / size);
      const tx = Math.floor((bx + chance(seed, 24, ty) * 1.5) / size);
      rough[by * blocksX + bx] = ty * 1000 + tx;
    }
  }
  return rough;
}

/** Connected groups of equal county and rough town; a group of one block joins a neighbour of its county. */
function connect(grid: BlockGrid, countyOf: Int32Array, rough: Int32Array): Int32Array {
  const { blocksX, blocksY } = grid;
  const group = Int32Array.from(rough, (value, block) => countyOf[block]! * 1e7 + value);
  const near = (block: number): number[] => {
    const x = block % blocksX;
    const y = Math.floor(block / blocksX);
    const found: number[] = [];
    if (x > 0) found.push(block - 1);
    if (x < blocksX - 1) found.push(block + 1);
    if (y > 0) found.push(block - blocksX);
    if (y < blocksY - 1) found.push(block + blocksX);
    return found;
  };
  const component = (): { of: Int32Array; sizes: number[] } => {
    const of = new Int32Array(group.length).fill(-1);
    const sizes: number[] = [];
    for (let start = 0; start < group.length; start++) {
      if (of[start]! >= 0) continue;
      const stack = [start];
      of[start] = sizes.length;
      let size = 0;
      for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
        size++;
        for (const other of near(block)) {
          if (of[other]! >= 0 || group[other] !== group[block]) continue;
          of[other] = of[start]!;
          stack.push(other);
        }
      }
      sizes.push(size);
    }
    return { of, sizes };
  };
  const { of, sizes } = component();
  for (let block = 0; block < group.length; block++) group[block] = of[block]!;
  for (let block = 0; block < group.length; block++) {
    if (sizes[of[block]!] !== 1) continue;
    const host = near(block).find((other) => countyOf[other] === countyOf[block] && sizes[of[other]!]! > 1);
    if (host !== undefined) group[block] = group[host]!;
  }
  return component().of;
}
