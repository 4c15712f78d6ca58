/**
 * A wide range made small: cut into squares that are measured one after the other, and cut to what lies near some ground.
 * Constructs with GEOS, in metres of one plane; knows no layers.
 */
import type { Box, MultiPolygonRings } from '../core/geometry-types.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { boxOfPolygon } from './union-by-cells.js';

/** Infinite for no polygon. */
export function boxOfAll(rings: MultiPolygonRings): Box {
  return rings.map(boxOfPolygon).reduce<Box>(joinBoxes, [Infinity, Infinity, -Infinity, -Infinity]);
}

export const joinBoxes = (a: Box, b: Box): Box => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
];

/**
 * The parts of the range in squares of at most `sideM`, empty ones left out, in a fixed order. Halved again and again, so
 * that a long border is not read once for every square.
 */
export async function cutToSquares(
  geos: GeosPool,
  range: MultiPolygonRings,
  sideM: number,
): Promise<MultiPolygonRings[]> {
  if (range.length === 0) return [];
  const [x0, y0, x1, y1] = boxOfAll(range);
  const [width, height] = [x1 - x0, y1 - y0];
  if (Math.max(width, height) <= sideM) return [range];
  const halves: Box[] =
    width >= height
      ? [
          [x0 - 1, y0 - 1, x0 + width / 2, y1 + 1],
          [x0 + width / 2, y0 - 1, x1 + 1, y1 + 1],
        ]
      : [
          [x0 - 1, y0 - 1, x1 + 1, y0 + height / 2],
          [x0 - 1, y0 + height / 2, x1 + 1, y1 + 1],
        ];
  const parts = await Promise.all(halves.map((half) => geos.intersection(range, rectangle(half))));
  return [...(await cutToSquares(geos, parts[0]!, sideM)), ...(await cutToSquares(geos, parts[1]!, sideM))];
}

/** The part of the range that the shapes can meet; its cuts stay a metre away from every one of them. */
export function cutToNear(
  geos: GeosPool,
  range: MultiPolygonRings,
  shapes: readonly MultiPolygonRings[],
): Promise<MultiPolygonRings> {
  const [x0, y0, x1, y1] = shapes.map(boxOfAll).reduce(joinBoxes);
  return geos.intersection(range, rectangle([x0 - 1, y0 - 1, x1 + 1, y1 + 1]));
}

const rectangle = ([x0, y0, x1, y1]: Box): MultiPolygonRings => [
  [
    [
      [x0, y0],
      [x1, y0],
      [x1, y1],
      [x0, y1],
      [x0, y0],
    ],
  ],
];
