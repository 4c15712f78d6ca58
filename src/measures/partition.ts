/**
 * Pieces of one range: how much of it each takes, what no piece takes, what two pieces take, what lies beyond. Printed
 * figures close: Σ pieces inside (shared ground once) + rest = the whole.
 */

import { crsTable } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { closeToTotal } from '../geometry/closing.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { planeToAnalysis } from '../geometry/planes.js';
import { Shape } from '../overlay/shapes.js';
import { overlapM2 } from './ground.js';
import type { Range } from './ranges.js';

export interface GivenPiece {
  id: string;
  /** MultiPolygon in the whole's zone. */
  plane: MultiPolygonRings;
}

export interface PartitionPiece {
  id: string;
  /** Ground of the whole under this piece and under no earlier one, printed m². */
  areaM2: number;
  /** Ground already counted under an earlier piece, and ground beyond the whole, m² unrounded. */
  sharedM2: number;
  beyondM2: number;
  plane: MultiPolygonRings;
}

export interface Partition {
  wholeM2: number;
  pieces: PartitionPiece[];
  restM2: number;
  rest: MultiPolygonRings;
}

/** Below this nothing can be printed. */
const UNPRINTABLE_M2 = 0.005;

export async function partition(
  geos: GeosPool,
  whole: Range,
  given: readonly GivenPiece[],
): Promise<Partition> {
  const crs = crsTable.get(whole.epsg)!;
  const shapeOf = (plane: MultiPolygonRings): Shape => new Shape(planeToAnalysis(plane, crs));
  let left: MultiPolygonRings = whole.plane;
  const raw: { inside: number; shared: number; beyond: number }[] = [];
  for (const [i, { plane }] of given.entries()) {
    const shape = shapeOf(plane);
    const inWhole = overlapM2(shape, whole.shape);
    const leftShape = shapeOf(left);
    const fresh = left.length === 0 ? 0 : overlapM2(shape, leftShape);
    raw[i] = {
      inside: fresh,
      shared: Math.max(0, inWhole - fresh),
      beyond: Math.max(0, shape.areaM2 - inWhole),
    };
    if (fresh > 0) left = await geos.difference(left, plane);
  }
  const restRaw = Math.max(0, whole.shape.areaM2 - raw.reduce((sum, one) => sum + one.inside, 0));
  const values = [...raw.map((one) => one.inside), restRaw].map((v) => (v < UNPRINTABLE_M2 ? 0 : v));
  const total = values.reduce((sum, value) => sum + value, 0);
  const closed = closeToTotal(
    values.map((value) => (value * whole.areaM2) / total),
    whole.areaM2,
    [...given.map(({ id }) => id), '\uffff'],
  );
  return {
    wholeM2: whole.areaM2,
    pieces: given.map(({ id, plane }, i) => ({
      ...{ id, plane, areaM2: closed[i]! },
      ...{ sharedM2: unlessNoise(raw[i]!.shared), beyondM2: unlessNoise(raw[i]!.beyond) },
    })),
    restM2: closed.at(-1)!,
    rest: closed.at(-1)! > 0 ? left : [],
  };
}

const unlessNoise = (value: number): number => (value < UNPRINTABLE_M2 ? 0 : Math.round(value * 100) / 100);
