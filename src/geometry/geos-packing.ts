/**
 * Polygons as two flat arrays, the form in which they travel between the main thread and the GEOS workers without
 * JSON. Only moves coordinates and checks that rings can be rings at all; meaning is left to GEOS.
 */
import type { MultiPolygonRings, PolygonRings, Ring } from '../core/geometry-types.js';
import { boxOfFlatRings } from './flat-rings.js';
import type { StructuralReason } from './geos-validity.js';

/** One polygon as flat closed rings x0, y0, x1, y1, …; outer ring first. */
export type FlatPolygon = Float64Array[];

/** Subtracted from coordinates to work near zero. */
export type Origin = readonly [number, number];

/** A list of multipolygons. `structure`: count, then per geometry its polygon count, per polygon its ring count, per ring its vertex count. */
export interface PackedGeometries {
  structure: Int32Array<ArrayBuffer>;
  /** x, y alternating, all rings one after the other, absolute coordinates. */
  coordinates: Float64Array<ArrayBuffer>;
}

/** Why a ring cannot even be handed to GEOS, and where. `place` is null when there is no finite coordinate to show. */
export interface StructuralFault {
  reason: StructuralReason;
  place: readonly [number, number] | null;
}

export const vertexCount = (rings: MultiPolygonRings): number =>
  rings.reduce((sum, polygon) => sum + polygon.reduce((ringSum, ring) => ringSum + ring.length, 0), 0);

/** Packs a list of multipolygons; vertices beyond x and y are left out. */
export function packGeometries(list: readonly MultiPolygonRings[]): PackedGeometries {
  const structure: number[] = [list.length];
  let vertices = 0;
  for (const polygons of list) {
    structure.push(polygons.length);
    for (const rings of polygons) {
      structure.push(rings.length);
      for (const ring of rings) {
        structure.push(ring.length);
        vertices += ring.length;
      }
    }
  }
  const coordinates = new Float64Array(2 * vertices);
  let at = 0;
  for (const polygons of list)
    for (const rings of polygons)
      for (const ring of rings)
        for (const position of ring) {
          coordinates[at++] = position[0];
          coordinates[at++] = position[1];
        }
  return { structure: Int32Array.from(structure), coordinates };
}

/** Packs what a worker produced: per geometry its flat polygons. */
export function packFlat(list: readonly (readonly FlatPolygon[])[]): PackedGeometries {
  const structure: number[] = [list.length];
  let length = 0;
  for (const polygons of list) {
    structure.push(polygons.length);
    for (const rings of polygons) {
      structure.push(rings.length);
      for (const ring of rings) {
        structure.push(ring.length / 2);
        length += ring.length;
      }
    }
  }
  const coordinates = new Float64Array(length);
  let at = 0;
  for (const ring of list.flat(2)) {
    coordinates.set(ring, at);
    at += ring.length;
  }
  return { structure: Int32Array.from(structure), coordinates };
}

/** The packed geometries as flat polygons; rings are views on the packed array. */
export function flatPolygons(packed: PackedGeometries): FlatPolygon[][] {
  const { structure, coordinates } = packed;
  let next = 0;
  let at = 0;
  const count = (): number => structure[next++]!;
  const list: FlatPolygon[][] = [];
  for (let left = count(); left > 0; left--) {
    const polygons: FlatPolygon[] = [];
    for (let polygonsLeft = count(); polygonsLeft > 0; polygonsLeft--) {
      const rings: FlatPolygon = [];
      for (let ringsLeft = count(); ringsLeft > 0; ringsLeft--) {
        const end = at + 2 * count();
        rings.push(coordinates.subarray(at, end));
        at = end;
      }
      polygons.push(rings);
    }
    list.push(polygons);
  }
  return list;
}

/** The packed geometries as nested coordinate arrays. */
export function unpackGeometries(packed: PackedGeometries): MultiPolygonRings[] {
  return flatPolygons(packed).map((polygons) =>
    polygons.map((rings): PolygonRings => rings.map((ring): Ring => toPositions(ring))),
  );
}

function toPositions(ring: Float64Array): [number, number][] {
  const positions: [number, number][] = [];
  for (let i = 0; i < ring.length; i += 2) positions.push([ring[i]!, ring[i + 1]!]);
  return positions;
}

/**
 * The first reason why GEOS could not build these rings: a coordinate that is no number, a ring that is not closed,
 * fewer than four positions, a polygon without a ring. Repeated vertices are no fault here, nor for OGC validity.
 */
export function structuralFault(polygons: MultiPolygonRings): StructuralFault | undefined {
  for (const rings of polygons) {
    if (rings.length === 0) return { reason: 'too-few-points', place: null };
    for (const ring of rings) {
      const fault = ringFault(ring);
      if (fault) return fault;
    }
  }
  return undefined;
}

function ringFault(ring: Ring): StructuralFault | undefined {
  let place: readonly [number, number] | null = null;
  for (const [x, y] of ring) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) return { reason: 'invalid-coordinate', place };
    place = [x, y];
  }
  const first = ring[0];
  const last = ring[ring.length - 1];
  if (!first || !last) return { reason: 'too-few-points', place };
  if (first[0] !== last[0] || first[1] !== last[1]) return { reason: 'unclosed-ring', place };
  return ring.length < 4 ? { reason: 'too-few-points', place } : undefined;
}

/** The same rings, closed; those that are still too short to enclose anything are left out. */
export function closedRings(polygons: MultiPolygonRings): MultiPolygonRings {
  const isRing = (ring: Ring): boolean => ring.length >= 4;
  return polygons
    .map((rings) => rings.map(closeRing))
    .filter(([shell]) => shell && isRing(shell))
    .map((rings) => rings.filter(isRing));
}

function closeRing(ring: Ring): Ring {
  const first = ring[0];
  const last = ring[ring.length - 1];
  if (!first || !last || (first[0] === last[0] && first[1] === last[1])) return ring;
  return [...ring, first];
}

/**
 * The local origin for a set of flat rings: the corner of their box nearest to zero, cut to whole units, or 0 where
 * the box lies on both sides of zero. |origin| ≤ |coordinate| with equal sign, so that subtracting it (and adding it
 * again) changes no bit of an input vertex.
 */
export function localOrigin(rings: Iterable<Float64Array>): Origin {
  const [minX, minY, maxX, maxY] = boxOfFlatRings(rings);
  return [nearestToZero(minX, maxX), nearestToZero(minY, maxY)];
}

function nearestToZero(min: number, max: number): number {
  if (!(min <= max) || (min <= 0 && max >= 0)) return 0;
  return min > 0 ? Math.floor(min) : Math.ceil(max);
}
