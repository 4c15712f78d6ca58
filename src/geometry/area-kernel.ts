/**
 * The one engine that measures overlaps: area(A ∩ B) as a signed sum over pairs of edges, without constructing
 * the overlap. No tolerance, no topology, no failure on coincident borders. Geometry is constructed elsewhere.
 * What it sees is the winding number: ground covered twice by one input counts twice, so repair or refuse first.
 */
import type { FlatMultiPolygon, MultiPolygonRings } from '../core/geometry-types.js';
import {
  countVertices,
  type EdgeArrays,
  signedArea2,
  writeBox,
  writeFlatRings,
  writeOrder,
  writeRings,
} from './edge-arrays.js';
import { countFlatVertices } from './flat-rings.js';
import { areaOfRun, type EdgeRun, overlapOfRuns } from './overlap-of-runs.js';

/**
 * A multipolygon ready for the kernel, in metres relative to an origin. The box is that of all vertices; an empty
 * set has minX = +Infinity.
 */
export interface EdgeSet extends EdgeArrays {
  readonly minX: number;
  readonly minY: number;
  readonly maxX: number;
  readonly maxY: number;
}

/**
 * Prepares a multipolygon (closed rings, outer first, metres of one plane) for the kernel. Winding is normalised
 * by the ring's role (outer counter-clockwise, holes clockwise), whatever the input's. The origin should be near
 * the polygon: rounding errors grow with the coordinates that are left. Throws AppError('internal') for a
 * coordinate that is not finite.
 */
export function edgesOf(rings: MultiPolygonRings, originX: number, originY: number): EdgeSet {
  const { xy, order } = roomFor(countVertices(rings));
  writeRings(xy, 0, rings, originX, originY);
  return edgeSet(xy, order, writeOrder(xy, 0, rings, order, 0));
}

/** `edgesOf` of flat rings. */
export function edgesOfFlat(rings: FlatMultiPolygon, originX: number, originY: number): EdgeSet {
  const { xy, order } = roomFor(countFlatVertices(rings));
  writeFlatRings(xy, 0, rings, originX, originY);
  return edgeSet(xy, order, writeOrder(xy, 0, rings, order, 0, 2));
}

function edgeSet(xy: Float64Array, order: Uint32Array, count: number): EdgeSet {
  const box = new Float64Array(4);
  writeBox(xy, 0, xy.length / 2, box, 0);
  return { xy, order: order.subarray(0, count), minX: box[0]!, minY: box[1]!, maxX: box[2]!, maxY: box[3]! };
}

const SLAB_BYTES = 1 << 16;
let slab = new ArrayBuffer(SLAB_BYTES);
let used = 0;

/**
 * Arrays for the edges of one set. Small ones share a buffer: a check of a thousand parcels makes ten thousand of
 * them, and buffers are what the collector is slowest with.
 */
function roomFor(vertices: number): { xy: Float64Array; order: Uint32Array } {
  const bytes = 24 * vertices;
  if (bytes > SLAB_BYTES / 8) return { xy: new Float64Array(2 * vertices), order: new Uint32Array(vertices) };
  if (used + bytes > SLAB_BYTES) {
    slab = new ArrayBuffer(SLAB_BYTES);
    used = 0;
  }
  const xy = new Float64Array(slab, used, 2 * vertices);
  const order = new Uint32Array(slab, used + 16 * vertices, vertices);
  used += bytes;
  return { xy, order };
}

/**
 * Area in m² of the overlap of two prepared multipolygons of one plane and one origin. Rounding leaves noise of
 * either sign (about 1e-8 m² on parcels) where the polygons only touch: sum first, round last.
 */
export function overlapAreaM2(a: EdgeSet, b: EdgeSet): number {
  return overlapOfRuns(wholeRun(a), wholeRun(b));
}

/** Area in m² of a prepared multipolygon by its own edges. */
export function areaOfEdges(set: EdgeSet): number {
  return areaOfRun(wholeRun(set));
}

/** Area in m² of a multipolygon (closed rings, outer first, any winding) in its own plane, holes subtracted. */
export function planarAreaM2(rings: MultiPolygonRings): number {
  let sum = 0;
  for (const polygon of rings) {
    for (let r = 0; r < polygon.length; r++) {
      const area2 = Math.abs(signedArea2(polygon[r]!));
      sum += r === 0 ? area2 : -area2;
    }
  }
  return sum / 2;
}

/** All edges of a set as one run. */
export function wholeRun(set: EdgeSet): EdgeRun {
  const { minX, minY, maxX, maxY } = set;
  return { edges: set, from: 0, to: set.order.length, minX, minY, maxX, maxY };
}
