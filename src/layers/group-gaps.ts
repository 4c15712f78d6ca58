/**
 * Puts bits of uncovered ground, found tile by tile, together across tile borders, and tells enclosed gaps from the
 * ground around the layer. Pure: near-linear in tiles and bits, empty tiles as runs per row.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';

/** One connected bit of uncovered ground inside one tile, analysis plane. */
export interface GapBit {
  tileX: number;
  tileY: number;
  areaM2: number;
  rings: MultiPolygonRings;
}

export interface GapGroup {
  areaM2: number;
  bits: GapBit[];
  /** Whole tiles without any feature that belong to the gap. */
  emptyTiles: { tileX: number; tileY: number }[];
}

/** Bits meet where their borders on the common tile side overlap by more than this (0.1 mm, the grid of the trade). */
const MEET_M = 1e-4;
/** Distance from a tile side at which a vertex constructed on it may come out. */
const ON_SIDE_M = 1e-6;

/**
 * `around`: the tiles that hold features. With it, ground that connects to beyond the outermost tiles is outside
 * and left out; without it every bit is a gap.
 */
export function groupGaps(
  bits: readonly GapBit[],
  tileSizeM: number,
  around?: readonly { tileX: number; tileY: number }[],
): GapGroup[] {
  const runs = around ? emptyRuns(around) : noRuns;
  const outside = bits.length + runs.list.length;
  const links = createLinks(outside + 1);
  linkRuns(runs, bits.length, outside, links);
  linkBits(bits, tileSizeM, runs, bits.length, outside, links);

  const groups = new Map<number, GapGroup>();
  const groupOf = (node: number): GapGroup | undefined => {
    const root = links.find(node);
    if (around && root === links.find(outside)) return undefined;
    let group = groups.get(root);
    if (!group) {
      group = { areaM2: 0, bits: [], emptyTiles: [] };
      groups.set(root, group);
    }
    return group;
  };
  for (const [node, bit] of bits.entries()) {
    const group = groupOf(node);
    group?.bits.push(bit);
    if (group) group.areaM2 += bit.areaM2;
  }
  for (const [index, run] of runs.list.entries()) {
    const group = groupOf(bits.length + index);
    if (!group) continue;
    for (let tileX = run.from; tileX <= run.to; tileX++) group.emptyTiles.push({ tileX, tileY: run.tileY });
    group.areaM2 += (run.to - run.from + 1) * tileSizeM ** 2;
  }
  return [...groups.values()].sort((a, b) => b.areaM2 - a.areaM2);
}

interface Run {
  tileY: number;
  from: number;
  to: number;
}

interface Runs {
  /** Empty tiles between two filled ones of a row. */
  list: Run[];
  rows: ReadonlyMap<number, { runs: number[]; filled: ReadonlySet<number>; first: number; last: number }>;
}

const noRuns: Runs = { list: [], rows: new Map() };

function emptyRuns(around: readonly { tileX: number; tileY: number }[]): Runs {
  const byRow = new Map<number, number[]>();
  for (const { tileX, tileY } of around) {
    const row = byRow.get(tileY);
    if (row) row.push(tileX);
    else byRow.set(tileY, [tileX]);
  }
  const list: Run[] = [];
  const rows = new Map<number, { runs: number[]; filled: Set<number>; first: number; last: number }>();
  for (const [tileY, xs] of byRow) {
    xs.sort((a, b) => a - b);
    const runs: number[] = [];
    for (let i = 1; i < xs.length; i++) {
      if (xs[i]! - xs[i - 1]! <= 1) continue;
      runs.push(list.length);
      list.push({ tileY, from: xs[i - 1]! + 1, to: xs[i]! - 1 });
    }
    rows.set(tileY, { runs, filled: new Set(xs), first: xs[0]!, last: xs.at(-1)! });
  }
  return { list, rows };
}

/** A run connects to runs above and below it; next to a row's open ends or an empty row it is outside. */
function linkRuns(runs: Runs, firstNode: number, outside: number, links: Links): void {
  for (const [index, run] of runs.list.entries()) {
    for (const tileY of [run.tileY - 1, run.tileY + 1]) {
      const row = runs.rows.get(tileY);
      if (!row || run.from < row.first || run.to > row.last) links.join(firstNode + index, outside);
      for (const other of row?.runs ?? []) {
        const { from, to } = runs.list[other]!;
        if (from <= run.to && to >= run.from) links.join(firstNode + index, firstNode + other);
      }
    }
  }
}

function linkBits(
  bits: readonly GapBit[],
  tileSizeM: number,
  runs: Runs,
  firstRun: number,
  outside: number,
  links: Links,
): void {
  const sides = bits.map((bit) => sidesOf(bit, tileSizeM));
  const byTile = new Map<string, number[]>();
  for (const [node, bit] of bits.entries()) {
    const key = `${bit.tileX}/${bit.tileY}`;
    const list = byTile.get(key);
    if (list) list.push(node);
    else byTile.set(key, [node]);
  }
  const isEmpty = (tileX: number, tileY: number): boolean =>
    runs !== noRuns && !runs.rows.get(tileY)?.filled.has(tileX);
  const joinEmpty = (node: number, tileX: number, tileY: number): void => {
    const row = runs.rows.get(tileY);
    const run = row?.runs.find((index) => runs.list[index]!.from <= tileX && runs.list[index]!.to >= tileX);
    links.join(node, run === undefined ? outside : firstRun + run);
  };
  for (const [node, bit] of bits.entries()) {
    for (const [side, opposite, dx, dy] of neighbours) {
      const own = sides[node]![side];
      if (own.length === 0) continue;
      const tileX = bit.tileX + dx;
      const tileY = bit.tileY + dy;
      if (isEmpty(tileX, tileY)) joinEmpty(node, tileX, tileY);
      for (const other of byTile.get(`${tileX}/${tileY}`) ?? []) {
        if (meet(own, sides[other]![opposite])) links.join(node, other);
      }
    }
  }
}

type Side = 'left' | 'right' | 'bottom' | 'top';
type Sides = Record<Side, [number, number][]>;

const neighbours: readonly (readonly [Side, Side, number, number])[] = [
  ['left', 'right', -1, 0],
  ['right', 'left', 1, 0],
  ['bottom', 'top', 0, -1],
  ['top', 'bottom', 0, 1],
];

/** The stretches of the tile's four sides that the bit reaches. */
function sidesOf(bit: GapBit, tileSizeM: number): Sides {
  const sides: Sides = { left: [], right: [], bottom: [], top: [] };
  const minX = bit.tileX * tileSizeM;
  const minY = bit.tileY * tileSizeM;
  const along = (p: number, q: number, line: number): boolean =>
    Math.abs(p - line) <= ON_SIDE_M && Math.abs(q - line) <= ON_SIDE_M;
  const stretch = (p: number, q: number): [number, number] => [Math.min(p, q), Math.max(p, q)];
  for (const polygon of bit.rings) {
    for (const ring of polygon) {
      for (let i = 1; i < ring.length; i++) {
        const [x1, y1] = ring[i - 1]!;
        const [x2, y2] = ring[i]!;
        if (along(x1, x2, minX)) sides.left.push(stretch(y1, y2));
        else if (along(x1, x2, minX + tileSizeM)) sides.right.push(stretch(y1, y2));
        else if (along(y1, y2, minY)) sides.bottom.push(stretch(x1, x2));
        else if (along(y1, y2, minY + tileSizeM)) sides.top.push(stretch(x1, x2));
      }
    }
  }
  return sides;
}

const meet = (a: readonly [number, number][], b: readonly [number, number][]): boolean =>
  a.some(([from, to]) => b.some((other) => Math.min(to, other[1]) - Math.max(from, other[0]) > MEET_M));

interface Links {
  find(node: number): number;
  join(a: number, b: number): void;
}

/** Disjoint sets with path halving. */
function createLinks(count: number): Links {
  const parent = Int32Array.from({ length: count }, (_, i) => i);
  const find = (node: number): number => {
    let at = node;
    while (parent[at] !== at) {
      parent[at] = parent[parent[at]!]!;
      at = parent[at]!;
    }
    return at;
  };
  return {
    find,
    join(a, b) {
      parent[find(a)] = find(b);
    },
  };
}
