/** Multipolygons as flat coordinate arrays: to and from nested positions, their box, size and area. Any one plane. */
import type { Box, FlatMultiPolygon, FlatRing, MultiPolygonRings, Position } from '../core/geometry-types.js';

export const toFlat = (rings: MultiPolygonRings): FlatMultiPolygon =>
  rings.map((polygon) =>
    polygon.map((ring) => {
      const flat = new Float64Array(2 * ring.length);
      for (let i = 0; i < ring.length; i++) {
        flat[2 * i] = ring[i]![0];
        flat[2 * i + 1] = ring[i]![1];
      }
      return flat;
    }),
  );

export const toNested = (rings: FlatMultiPolygon): MultiPolygonRings =>
  rings.map((polygon) =>
    polygon.map((ring) => {
      const positions = new Array<Position>(ring.length / 2);
      for (let i = 0; i < positions.length; i++) positions[i] = [ring[2 * i]!, ring[2 * i + 1]!];
      return positions;
    }),
  );

/** Vertices of all rings, closing ones included. */
export function countFlatVertices(rings: FlatMultiPolygon): number {
  let count = 0;
  for (const polygon of rings) for (const ring of polygon) count += ring.length / 2;
  return count;
}

/** Of all vertices; +∞, +∞, −∞, −∞ for none. */
export const boxOfFlat = (rings: FlatMultiPolygon): Box => boxOfFlatRings(rings.flat());

/** `boxOfFlat` of rings, whatever they belong to. */
export function boxOfFlatRings(rings: Iterable<FlatRing>): Box {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (const ring of rings) {
    for (let i = 0; i < ring.length; i += 2) {
      const x = ring[i]!;
      const y = ring[i + 1]!;
      if (x < minX) minX = x;
      if (x > maxX) maxX = x;
      if (y < minY) minY = y;
      if (y > maxY) maxY = y;
    }
  }
  return [minX, minY, maxX, maxY];
}

/** Twice the signed area of a closed ring (counter-clockwise positive), summed around its first vertex. */
export function flatSignedArea2(ring: FlatRing): number {
  const ox = ring[0]!;
  const oy = ring[1]!;
  let sum = 0;
  let px = 0;
  let py = 0;
  for (let i = 2; i < ring.length; i += 2) {
    const x = ring[i]! - ox;
    const y = ring[i + 1]! - oy;
    sum += px * y - x * py;
    px = x;
    py = y;
  }
  return sum;
}

/** Area of a multipolygon (closed rings, outer first, any winding) in its own plane, holes subtracted. */
export function flatAreaM2(rings: FlatMultiPolygon): number {
  let sum = 0;
  for (const polygon of rings) {
    for (let r = 0; r < polygon.length; r++) {
      const area2 = Math.abs(flatSignedArea2(polygon[r]!));
      sum += r === 0 ? area2 : -area2;
    }
  }
  return sum / 2;
}
