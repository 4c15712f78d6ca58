/**
 * How far an area can be from the true one because coordinates were given with limited digits. A bound on that
 * alone: it says nothing of survey error or of the datum.
 *
 * Coordinates rounded to a step d move each vertex by a vector δᵢ with |δᵢ| ≤ d/√2 = r. The shoelace area changes by
 *   ½ Σ δᵢ × (vᵢ₊₁ − vᵢ₋₁)  +  ½ Σ δᵢ × δᵢ₊₁,
 * hence by at most ½ r Σ |vᵢ₊₁ − vᵢ₋₁| + ½ n r² over a ring's n vertices. The first term is attained when every vertex
 * moves square to the chord of its neighbours. Rings move independently, so their bounds add up.
 */
import type { MultiPolygonRings, Ring } from '../core/geometry-types.js';

/**
 * Upper bound in m² of the area error of a multipolygon (closed rings, metres) whose coordinates are multiples of
 * `resolutionM` (0.001 for millimetre data) in the true position's nearest rounding.
 */
export function uncertaintyM2(planeRings: MultiPolygonRings, resolutionM: number): number {
  const reach = Math.abs(resolutionM) / Math.SQRT2;
  let chords = 0;
  let vertices = 0;
  for (const polygon of planeRings) {
    for (const ring of polygon) {
      vertices += Math.max(0, ring.length - 1);
      chords += sumOfChords(ring);
    }
  }
  return 0.5 * reach * chords + 0.5 * vertices * reach * reach;
}

/** Σ of the distances between the two neighbours of each vertex of a closed ring. */
function sumOfChords(ring: Ring): number {
  const count = ring.length - 1;
  let sum = 0;
  for (let i = 0; i < count; i++) {
    const before = ring[(i + count - 1) % count]!;
    const after = ring[i + 1]!;
    sum += Math.hypot(after[0] - before[0], after[1] - before[1]);
  }
  return sum;
}
