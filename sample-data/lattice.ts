/**
 * Where the nodes of the lattice lie on the ground: the tensor grid bent by smooth noise, each node shaken a little, every
 * coordinate rounded to 0.001 m before anything is built on it. One strip (one row of blocks) is held at a time.
 */
import type { CityPlan } from './city-plan.js';
import { distanceToLab } from './laboratory.js';
import { chance, smoothNoise } from './random.js';

/** The nodes and labels of one row of blocks. Node (i, j) is the south-west corner of cell (i, j). */
export interface Strip {
  /** Row index of the first cell row, and number of cell rows. */
  row0: number;
  rowCount: number;
  columnCount: number;
  /** Positions in EPSG:4526 metres, (rowCount + 1) × (columnCount + 1), row by row. */
  x: Float64Array;
  y: Float64Array;
}

export const roundMm = (value: number): number => Math.round(value * 1000) / 1000;

/** Shift of the landscape at a place, m. None in the laboratory; growing over some kilometres around it. */
export function bend(plan: CityPlan, x: number, y: number): [number, number] {
  const distance = distanceToLab(x, y);
  if (distance === 0) return [0, 0];
  const near = fade(distance / 1300);
  const far = fade(distance / 12_000);
  const noise = (channel: number, wavelengthM: number): number =>
    smoothNoise(plan.seed, channel, x, y, wavelengthM);
  return [
    near * (150 * noise(71, 3400) + 30 * noise(72, 690)) + far * 600 * noise(73, 26_000),
    near * (150 * noise(74, 3100) + 30 * noise(75, 640) + meander(plan, x, y)) +
      far * 600 * noise(76, 24_000),
  ];
}

/** Rivers swing to either side and change their width; the fields beside them follow. */
function meander(plan: CityPlan, x: number, y: number): number {
  let shift = 0;
  for (const river of plan.rivers) {
    const away = y - river;
    const reach = 1 - Math.abs(away) / 900;
    if (reach <= 0) continue;
    shift += fade(reach) * 95 * smoothNoise(plan.seed, 81, x, river, 1050);
    shift +=
      Math.max(-60, Math.min(60, away)) * fade(reach) * 0.5 * smoothNoise(plan.seed, 82, x, river, 480);
  }
  return shift;
}

const fade = (t: number): number => (t >= 1 ? 1 : t * t * (3 - 2 * t));

/** Computes a strip's nodes. `shiftX`/`shiftY` (lattice metres, same layout as the nodes) smooth corners. */
export function layStrip(plan: CityPlan, by: number, shiftX: Float64Array, shiftY: Float64Array): Strip {
  const row0 = plan.rows.first[by]!;
  const rowCount = plan.rows.first[by + 1]! - row0;
  const columnCount = plan.columns.block.length;
  const size = (rowCount + 1) * (columnCount + 1);
  const strip: Strip = { row0, rowCount, columnCount, x: new Float64Array(size), y: new Float64Array(size) };
  for (let r = 0; r <= rowCount; r++) {
    for (let i = 0; i <= columnCount; i++) {
      const n = r * (columnCount + 1) + i;
      placeNode(plan, i, row0 + r, shiftX[n]!, shiftY[n]!, strip, n);
    }
  }
  return strip;
}

function placeNode(
  plan: CityPlan,
  i: number,
  j: number,
  dx: number,
  dy: number,
  strip: Strip,
  n: number,
): void {
  const x = plan.columns.at[i]!;
  const y = plan.rows.at[j]!;
  if (distanceToLab(x, y) === 0) {
    strip.x[n] = x;
    strip.y[n] = y;
    return;
  }
  const shake = shakeAt(plan, i, j);
  const u = x + dx + (chance(plan.seed, 77, i, j) * 2 - 1) * shake * spacing(plan.columns.at, i);
  const v = y + dy + (chance(plan.seed, 78, i, j) * 2 - 1) * shake * spacing(plan.rows.at, j);
  const [bx, by] = bend(plan, u, v);
  strip.x[n] = roundMm(u + bx);
  strip.y[n] = roundMm(v + by);
}

/** Roads and canals are built smooth, fields are surveyed along straight banks; the edges of woods are neither. */
function shakeAt(plan: CityPlan, i: number, j: number): number {
  if (besideLine(plan.columns.local, i) || besideLine(plan.rows.local, j)) return 0.015;
  const bx = plan.columns.block[Math.min(i, plan.columns.block.length - 1)]!;
  const by = plan.rows.block[Math.min(j, plan.rows.block.length - 1)]!;
  const ground = plan.ground[by * plan.blocksX + bx];
  return ground === 'hills' ? 0.08 : ground === 'town' ? 0.012 : 0.03;
}

const besideLine = (local: Int8Array, n: number): boolean => (local[n] ?? 0) < 0 || (local[n - 1] ?? 0) < 0;

/** The smaller distance to a neighbouring line. */
export function spacing(at: Float64Array, n: number): number {
  const before = n > 0 ? at[n]! - at[n - 1]! : Number.POSITIVE_INFINITY;
  const after = n + 1 < at.length ? at[n + 1]! - at[n]! : Number.POSITIVE_INFINITY;
  return Math.min(before, after);
}

/**
 * The points of the edge from node (i, j) eastwards (`along` 0) or northwards (1), first node included, last not; appended
 * to `into` as x, y pairs, in reverse order of the edge when `backwards` (then starting at the far node).
 */
export function appendEdge(
  plan: CityPlan,
  strip: Strip,
  i: number,
  j: number,
  along: 0 | 1,
  backwards: boolean,
  into: number[],
): void {
  const width = strip.columnCount + 1;
  const a = (j - strip.row0) * width + i;
  const b = along === 0 ? a + 1 : a + width;
  const [x0, y0, x1, y1] = [strip.x[a]!, strip.y[a]!, strip.x[b]!, strip.y[b]!];
  into.push(backwards ? x1 : x0, backwards ? y1 : y0);
  const straight =
    distanceToLab(plan.columns.at[i]!, plan.rows.at[j]!) === 0 &&
    distanceToLab(plan.columns.at[along === 0 ? i + 1 : i]!, plan.rows.at[along === 1 ? j + 1 : j]!) === 0;
  const length = Math.hypot(x1 - x0, y1 - y0);
  const room = Math.min(length, along === 0 ? spacing(plan.rows.at, j) : spacing(plan.columns.at, i));
  const sway = straight ? 0 : (shakeAt(plan, i, j) * room) / length;
  for (let n = 1; n <= plan.edgePoints; n++) {
    const k = backwards ? plan.edgePoints + 1 - n : n;
    const t = k / (plan.edgePoints + 1);
    const off = sway === 0 ? 0 : (chance(plan.seed, 79 + along, i, j, k) * 2 - 1) * sway;
    into.push(roundMm(x0 + (x1 - x0) * t - (y1 - y0) * off), roundMm(y0 + (y1 - y0) * t + (x1 - x0) * off));
  }
}
