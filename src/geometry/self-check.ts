/**
 * Puts the configured kernel through hard overlays with known answers before anything is served, and through the
 * stored tile format as well: a kernel, a build or a platform that gets one wrong must not answer checks.
 */
import { crsTable } from '../core/crs.js';
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';
import { roundHalfUp } from '../core/units.js';
import { type EdgeSet, edgesOf, overlapAreaM2, planarAreaM2 } from './area-kernel.js';
import { cutToTiles } from './cut-to-tiles.js';
import { decodeEdgeTile, encodeEdgeTile, measureTile } from './edge-tile.js';
import { toFlat } from './flat-rings.js';
import { officialAreaM2 } from './official-area.js';
import { planeToAnalysis } from './planes.js';
import { type OfficialCase, type OverlapCase, officialCases, overlapCases } from './self-check-cases.js';

export interface SelfCheckResult {
  ok: boolean;
  cases: number;
  /** One line for each wrong answer: case, way it was measured, expected and found. */
  failures: string[];
}

/** The functions under test; another kernel can be put in their place. */
export interface CheckedKernel {
  overlapAreaM2: (a: EdgeSet, b: EdgeSet) => number;
  measureTile: typeof measureTile;
  officialAreaM2: typeof officialAreaM2;
}

/** Allowed error as a share of the larger polygon. */
const RELATIVE = 1e-9;
/** Allowed difference of the analysis plane from the official algorithm, m² (its seconds have 6 decimals). */
const PLANE_M2 = 0.01;
/** Where parcels are in zone 38 with its prefix, m. */
const FAR: readonly [number, number] = [38_430_675, 3_898_777];

type Move = (rings: MultiPolygonRings) => MultiPolygonRings;
const each =
  (move: (x: number, y: number) => [number, number]): Move =>
  (rings) =>
    rings.map((polygon) => polygon.map((ring) => ring.map(([x, y]) => move(x, y))));
const far = each((x, y) => [x + FAR[0], y + FAR[1]]);
const turned = each((x, y) => [y, x]);

/** Runs every case in every way. Takes milliseconds; touches neither disk nor database. */
export function runKernelSelfCheck(
  kernel: CheckedKernel = { overlapAreaM2, measureTile, officialAreaM2 },
): SelfCheckResult {
  const failures: string[] = [];
  let cases = 0;
  const expect = (name: string, found: () => number, expected: number, tolerance: number): void => {
    cases++;
    try {
      const value = found();
      if (!(Math.abs(value - expected) <= tolerance))
        failures.push(`${name}: ${expected} expected, ${value} found`);
    } catch (error) {
      failures.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const item of overlapCases) checkOverlap(item, kernel, expect);
  for (const item of officialCases) checkOfficial(item, kernel, expect);
  return { ok: failures.length === 0, cases, failures };
}

type Expect = (name: string, found: () => number, expected: number, tolerance: number) => void;

function checkOverlap({ name, a, b, areaM2 }: OverlapCase, kernel: CheckedKernel, expect: Expect): void {
  const tolerance = RELATIVE * Math.max(planarAreaM2(a), planarAreaM2(b));
  const direct = (p: MultiPolygonRings, q: MultiPolygonRings, x: number, y: number) => () =>
    kernel.overlapAreaM2(edgesOf(p, x, y), edgesOf(q, x, y));
  expect(`${name}, as it is`, direct(a, b, 0, 0), areaM2, tolerance);
  expect(`${name}, sides exchanged`, direct(b, a, 0, 0), areaM2, tolerance);
  expect(`${name}, axes exchanged`, direct(turned(a), turned(b), 0, 0), areaM2, tolerance);
  expect(`${name}, far away`, direct(far(a), far(b), FAR[0], FAR[1]), areaM2, tolerance);
  expect(`${name}, through tiles`, () => throughTiles(a, b, kernel), areaM2, tolerance);
}

/** The way of the service: both sides cut to tiles, one stored and read back, measured tile by tile. */
function throughTiles(a: MultiPolygonRings, b: MultiPolygonRings, kernel: CheckedKernel): number {
  const size = tileSizeFor([...a, ...b].flat(2));
  const parcels = new Map(cutToTiles(a, size).map((cut) => [`${cut.tileX} ${cut.tileY}`, cut.rings]));
  let sum = 0;
  for (const { tileX, tileY, rings } of cutToTiles(b, size)) {
    const parcel = parcels.get(`${tileX} ${tileY}`);
    if (!parcel) continue;
    const tile = decodeEdgeTile([
      encodeEdgeTile([{ featureNo: 1, rings: toFlat(rings) }], tileX, tileY, size),
    ]);
    kernel.measureTile(edgesOf(parcel, tileX * size, tileY * size), tile, (_, areaM2) => {
      sum += areaM2;
    });
  }
  return sum;
}

/** Two to four tiles along each side, and never a size that the corners of a case lie on. */
function tileSizeFor(positions: readonly Position[]): number {
  const reach = Math.max(...positions.map(([x, y]) => Math.max(Math.abs(x), Math.abs(y))));
  return Math.ceil(reach / 2) + 0.5;
}

function checkOfficial(
  { name, epsg, ring, areaM2 }: OfficialCase,
  kernel: CheckedKernel,
  expect: Expect,
): void {
  const crs = crsTable.get(epsg)!;
  const rings = [[ring]];
  expect(`official area, ${name}`, () => roundHalfUp(kernel.officialAreaM2(rings, crs), 2), areaM2, 0.001);
  const plane = (): number => {
    const moved = planeToAnalysis(rings, crs);
    const [x, y] = moved[0]![0]![0]!;
    const edges = edgesOf(moved, x, y);
    return kernel.overlapAreaM2(edges, edges);
  };
  expect(`analysis plane, ${name}`, plane, areaM2, PLANE_M2 + 0.005);
}
