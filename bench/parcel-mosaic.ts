/**
 * A made-up town of parcels for the adjacency: blocks of adjoining parcels between roads, their common borders drawn by
 * hands that do not agree (other vertices, 2 cm teeth, small shifts). Deterministic by seed, metres of a plane.
 */
import type { MultiPolygonRings, Position } from '../src/core/geometry-types.js';

export interface MosaicOptions {
  count: number;
  seed: number;
  /** Extra vertices on each side of a parcel, at most. */
  density: number;
  /** Position of the lower left corner. */
  originX: number;
  originY: number;
}

const CELL_M = 60;
const ROAD_M = 12;
/** Parcels along and across a block. */
const BLOCK = 6;

/** `count` parcels of about 3,000 m², row by row. */
export function parcelMosaic(options: MosaicOptions): MultiPolygonRings[] {
  const columns = Math.ceil(Math.sqrt(options.count));
  const parcels: MultiPolygonRings[] = [];
  for (let n = 0; n < options.count; n++) {
    parcels.push(parcelAt(n % columns, Math.floor(n / columns), options));
  }
  return parcels;
}

function parcelAt(column: number, row: number, options: MosaicOptions): MultiPolygonRings {
  const at = (c: number, r: number): Position => node(column, row, c, r, options);
  const hand = generator(options.seed ^ hash(column, row, 77));
  const ring: Position[] = [
    ...side(at(0, 0), at(1, 0), hand, options.density),
    ...side(at(1, 0), at(1, 1), hand, options.density),
    ...side(at(1, 1), at(0, 1), hand, options.density),
    ...side(at(0, 1), at(0, 0), hand, options.density),
  ];
  return [[[...ring, ring[0]!]]];
}

/** A corner of a cell: the same for the cells of one block, apart by a road between blocks. */
function node(column: number, row: number, c: number, r: number, options: MosaicOptions): Position {
  const inBlock = (cell: number, step: number): number =>
    cell * CELL_M + Math.floor(cell / BLOCK) * ROAD_M + step * CELL_M;
  const blockOf = (cell: number): number => Math.floor(cell / BLOCK);
  const random = generator(options.seed ^ hash(column + c, row + r, blockOf(column) * 8191 + blockOf(row)));
  const edge = (cell: number, step: number): boolean => {
    const place = (cell % BLOCK) + step;
    return place === 0 || place === BLOCK;
  };
  const wobble = (random() - 0.5) * 14;
  const wobble2 = (random() - 0.5) * 14;
  return [
    options.originX + inBlock(column, c) + (edge(column, c) ? 0 : wobble),
    options.originY + inBlock(row, r) + (edge(row, r) ? 0 : wobble2),
  ];
}

/** One side without its end: a straight line as this parcel's surveyor drew it. */
function side(from: Position, to: Position, random: () => number, density: number): Position[] {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  const nx = -(to[1] - from[1]) / length;
  const ny = (to[0] - from[0]) / length;
  const style = random();
  const teeth = style < 0.3 ? 0.02 : 0;
  const shift = style > 0.8 ? 0.03 * random() : 0;
  const count = Math.floor(random() * (density + 1));
  const out: Position[] = [[from[0] + nx * shift, from[1] + ny * shift]];
  for (let i = 1; i <= count; i++) {
    const share = (i + 0.4 * (random() - 0.5)) / (count + 1);
    const off = shift + (i % 2 ? teeth : -teeth);
    out.push([
      from[0] + (to[0] - from[0]) * share + nx * off,
      from[1] + (to[1] - from[1]) * share + ny * off,
    ]);
  }
  return out;
}

const hash = (a: number, b: number, c: number): number =>
  (Math.imul(a + 1, 73856093) ^ Math.imul(b + 1, 19349663) ^ Math.imul(c + 1, 83492791)) >>> 0;

function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
