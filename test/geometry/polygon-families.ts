/** Polygons that overlay engines fail on, made from a seed, with areas that follow from the construction. */
import type { MultiPolygonRings, Position, Ring } from '../../src/core/geometry-types.js';

/** A corner of the analysis plane where doubles are 4.7e-10 m apart. */
export const farCorner: Position = [700_000.25, 3_900_000.75];

export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

export const polygon = (...ring: Position[]): MultiPolygonRings => [[[...ring, ring[0]!]]];

export const square = (x: number, y: number, side: number): MultiPolygonRings =>
  polygon([x, y], [x + side, y], [x + side, y + side], [x, y + side]);

export function rotatedRectangle(random: () => number): [Position, Position, Position, Position] {
  const [x, y] = [farCorner[0] + 100 * random(), farCorner[1] + 100 * random()];
  const [w, h, t] = [20 + 50 * random(), 20 + 50 * random(), 6 * random()];
  const corner = (a: number, b: number): Position => [
    x + a * Math.cos(t) - b * Math.sin(t),
    y + a * Math.sin(t) + b * Math.cos(t),
  ];
  return [corner(-w, -h), corner(w, -h), corner(w, h), corner(-w, h)];
}

export const between = (a: Position, b: Position, share: number): Position => [
  a[0] + (b[0] - a[0]) * share,
  a[1] + (b[1] - a[1]) * share,
];

export function star(vertices: number, radius: number, [x, y]: Position = farCorner): MultiPolygonRings {
  const point = (i: number): Position => {
    const angle = (2 * Math.PI * i) / vertices;
    const r = i % 2 === 0 ? radius : 0.6 * radius;
    return [x + r * Math.cos(angle), y + r * Math.sin(angle)];
  };
  return [[Array.from({ length: vertices + 1 }, (_, i) => point(i % vertices))]];
}

/** `teeth` teeth of 1 m × `height` m, 1 m apart, on a bar of 1 m. Area: teeth · height + 2·teeth − 1. */
export function comb(teeth: number, height: number, [x, y]: Position = farCorner): MultiPolygonRings {
  const right = x + 2 * teeth - 1;
  const top: Position[] = [];
  for (let i = teeth - 1; i >= 0; i--) {
    const left = x + 2 * i;
    top.push([left + 1, y + 1 + height], [left, y + 1 + height]);
    if (i > 0) top.push([left, y + 1], [left - 1, y + 1]);
  }
  return polygon([x, y], [right, y], ...top);
}

/** Independent of GEOS and of the area kernel: shoelace relative to the first vertex; holes are clockwise. */
export function areaM2(rings: MultiPolygonRings): number {
  return rings.flat().reduce((sum, ring) => sum + ringArea(ring), 0);
}

function ringArea(ring: Ring): number {
  const [x0, y0] = ring[0]!;
  let twice = 0;
  for (let i = 0; i + 1 < ring.length; i++) {
    const [x1, y1] = ring[i]!;
    const [x2, y2] = ring[i + 1]!;
    twice += (x1 - x0) * (y2 - y0) - (x2 - x0) * (y1 - y0);
  }
  return twice / 2;
}

/** The overlap of two convex counter-clockwise rings by clipping with half planes: an oracle that shares no code with GEOS. */
export function convexOverlapM2(a: readonly Position[], b: readonly Position[]): number {
  const [x0, y0] = a[0]!;
  const local = (ring: readonly Position[]): Position[] => ring.map(([x, y]) => [x - x0, y - y0]);
  const clip = local(b);
  let left = local(a);
  for (const [i, from] of clip.entries()) {
    const to = clip[(i + 1) % clip.length]!;
    const side = ([x, y]: Position): number =>
      (to[0] - from[0]) * (y - from[1]) - (to[1] - from[1]) * (x - from[0]);
    left = left.flatMap((point, k) => {
      const next = left[(k + 1) % left.length]!;
      const [here, there] = [side(point), side(next)];
      const crossing = here > 0 !== there > 0 ? [between(point, next, here / (here - there))] : [];
      return here > 0 ? [point, ...crossing] : crossing;
    });
  }
  return left.length < 3 ? 0 : areaM2(polygon(...left));
}
