/**
 * The borders of many parcels in flat arrays: directed segments with the parcel on their left, boxes to pass over what is
 * far away, and the edge lists that the area kernel reads. Measures nothing (docs/adjacency-semantics.md §2).
 */
import type { MultiPolygonRings, Ring } from '../core/geometry-types.js';
import { type EdgeArrays, writeBox, writeOrder, writeRings } from '../geometry/edge-arrays.js';

/** A vertex that closes its ring and starts no segment. */
export const NO_SEGMENT = 0xffffffff;
/** Segments that share one box. */
export const SEGMENTS_PER_CHUNK = 32;

export interface Outlines {
  readonly count: number;
  /** Added back, they give the easting and northing of the plane. */
  readonly originX: number;
  readonly originY: number;
  /** Vertices as the kernel reads them; segment i runs from vertex i to vertex i + 1. */
  readonly edges: EdgeArrays;
  /** The vertices of parcel p are vertexFrom[p] … vertexFrom[p + 1] − 1. */
  readonly vertexFrom: Uint32Array;
  /** The kernel's edges of parcel p are orderFrom[p] … orderFrom[p + 1] − 1. */
  readonly orderFrom: Uint32Array;
  /** The segment that ends where segment i starts, or NO_SEGMENT where i starts none. */
  readonly previous: Uint32Array;
  /** minX, minY, maxX, maxY of each parcel. */
  readonly boxes: Float64Array;
  /** Boxes of SEGMENTS_PER_CHUNK segments; those of parcel p begin at chunkFrom[p]. */
  readonly chunkBoxes: Float64Array;
  readonly chunkFrom: Uint32Array;
}

/**
 * Packs multipolygons of one plane (closed rings, outer first, any winding, metres). About 24 bytes a vertex beside the
 * coordinates.
 */
export function packOutlines(shapes: readonly MultiPolygonRings[]): Outlines {
  const clean = shapes.map(withoutRepeats);
  const count = clean.length;
  const vertexFrom = new Uint32Array(count + 1);
  const chunkFrom = new Uint32Array(count + 1);
  for (let p = 0; p < count; p++) {
    let vertices = 0;
    for (const polygon of clean[p]!) for (const ring of polygon) vertices += ring.length;
    vertexFrom[p + 1] = vertexFrom[p]! + vertices;
    chunkFrom[p + 1] = chunkFrom[p]! + Math.ceil(vertices / SEGMENTS_PER_CHUNK);
  }
  const vertices = vertexFrom[count]!;
  const [originX, originY] = middleOf(clean);
  const xy = new Float64Array(2 * vertices);
  const order = new Uint32Array(vertices);
  const orderFrom = new Uint32Array(count + 1);
  const previous = new Uint32Array(vertices);
  const boxes = new Float64Array(4 * count);
  const chunkBoxes = new Float64Array(4 * chunkFrom[count]!);
  for (let p = 0; p < count; p++) {
    const from = vertexFrom[p]!;
    writeRings(xy, from, clean[p]!, originX, originY);
    orderFrom[p + 1] = writeOrder(xy, from, clean[p]!, order, orderFrom[p]!);
    writePrevious(previous, from, clean[p]!);
    writeBox(xy, from, vertexFrom[p + 1]!, boxes, 4 * p);
    writeChunks(xy, from, vertexFrom[p + 1]!, chunkBoxes, chunkFrom[p]!);
  }
  const edges = { xy, order };
  return { count, originX, originY, edges, vertexFrom, orderFrom, previous, boxes, chunkBoxes, chunkFrom };
}

/** Repeated vertices have no direction; a parcel without any comes back as it is. */
function withoutRepeats(shape: MultiPolygonRings): MultiPolygonRings {
  const repeats = (ring: Ring): boolean => ring.some((p, i) => i > 0 && isSame(p, ring[i - 1]!));
  if (!shape.some((polygon) => polygon.some(repeats))) return shape;
  return shape.map((polygon) =>
    polygon.map((ring) => ring.filter((p, i) => i === 0 || !isSame(p, ring[i - 1]!))),
  );
}

const isSame = (p: Ring[number], q: Ring[number]): boolean => p[0] === q[0] && p[1] === q[1];

/** Near all of them, so that differences keep their digits. */
function middleOf(shapes: readonly MultiPolygonRings[]): [number, number] {
  let minX = Infinity;
  let minY = Infinity;
  let maxX = -Infinity;
  let maxY = -Infinity;
  for (const shape of shapes) {
    for (const polygon of shape) {
      const first = polygon[0]?.[0];
      if (!first) continue;
      minX = Math.min(minX, first[0]);
      minY = Math.min(minY, first[1]);
      maxX = Math.max(maxX, first[0]);
      maxY = Math.max(maxY, first[1]);
    }
  }
  return minX <= maxX ? [Math.round((minX + maxX) / 2), Math.round((minY + maxY) / 2)] : [0, 0];
}

function writePrevious(previous: Uint32Array, from: number, shape: MultiPolygonRings): void {
  let at = from;
  for (const polygon of shape) {
    for (const ring of polygon) {
      const last = at + ring.length - 1;
      for (let i = at; i < last; i++) previous[i] = i === at ? last - 1 : i - 1;
      if (ring.length > 0) previous[last] = NO_SEGMENT;
      at += ring.length;
    }
  }
}

/** A chunk's box holds the ends of its segments too; the step from one ring to the next only makes it larger. */
function writeChunks(xy: Float64Array, from: number, to: number, boxes: Float64Array, chunk: number): void {
  for (let start = from, at = 4 * chunk; start < to; start += SEGMENTS_PER_CHUNK, at += 4) {
    writeBox(xy, start, Math.min(to, start + SEGMENTS_PER_CHUNK + 1), boxes, at);
  }
}
