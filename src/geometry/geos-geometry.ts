/**
 * Geometries in the memory of GEOS: building them from flat coordinates, reading polygons back, and freeing all of
 * them whatever happens. Leaves the operations to geos-operations.ts.
 */
import { type Geos, GeosFailure, type Pointer } from './geos-library.js';
import type { FlatPolygon, Origin } from './geos-packing.js';
import type { GeosAnswer } from './geos-protocol.js';

const POLYGON = 3;
const MULTIPOLYGON = 6;
const COLLECTION = 7;

/** Owns every geometry of one task; `free` destroys them all. */
export interface GeosScope {
  readonly geos: Geos;
  /** Takes over a geometry that GEOS returned; null (0) is GEOS's way to fail and becomes a GeosFailure. */
  own(geometry: Pointer): Pointer;
  /** Destroys an owned geometry now. */
  release(geometry: Pointer): void;
  /** Gives the geometry away to GEOS, which will destroy it with its new owner. */
  handOver(geometry: Pointer): Pointer;
  /** Throws GEOS's message if a call that returns 0 for failure did. */
  check(result: number): number;
  /** `bytes` of memory, freed with the scope. */
  allocate(bytes: number): Pointer;
  free(): void;
}

/** One request inside the worker. */
export interface GeosTask {
  readonly geos: Geos;
  /** Absolute coordinates. */
  readonly inputs: readonly (readonly FlatPolygon[])[];
  /** The local origin of all inputs. */
  readonly origin: Origin;
  readonly numbers: readonly number[];
}

export const numbersOnly = (values: readonly number[]): GeosAnswer => ({
  geometries: null,
  numbers: Float64Array.from(values),
});

/** Does some work and frees what it made, also when it throws. */
export function inScope<T>(geos: Geos, work: (scope: GeosScope) => T): T {
  const scope = openScope(geos);
  try {
    return work(scope);
  } finally {
    scope.free();
  }
}

export function openScope(geos: Geos): GeosScope {
  const geometries = new Set<Pointer>();
  const blocks: Pointer[] = [];
  return {
    geos,
    own(geometry) {
      if (geometry === 0) throw new GeosFailure(geos.takeMessage());
      geometries.add(geometry);
      return geometry;
    },
    release(geometry) {
      if (geometries.delete(geometry)) geos.f.GEOSGeom_destroy(geometry);
    },
    handOver(geometry) {
      geometries.delete(geometry);
      return geometry;
    },
    check(result) {
      if (result === 0) throw new GeosFailure(geos.takeMessage());
      return result;
    },
    allocate(bytes) {
      const block = geos.memory._malloc(bytes);
      if (block === 0) throw new GeosFailure('out of memory');
      blocks.push(block);
      return block;
    },
    free() {
      for (const geometry of geometries) geos.f.GEOSGeom_destroy(geometry);
      for (const block of blocks) geos.memory._free(block);
      geometries.clear();
      blocks.length = 0;
    },
  };
}

/** A multipolygon of flat rings, shifted so that `origin` becomes 0, 0. An empty list gives an empty multipolygon. */
export function buildMultiPolygon(
  scope: GeosScope,
  polygons: readonly FlatPolygon[],
  origin: Origin,
): Pointer {
  const { f } = scope.geos;
  if (polygons.length === 0) return scope.own(f.GEOSGeom_createEmptyCollection(MULTIPOLYGON));
  const built = polygons.map((rings) => buildPolygon(scope, rings, origin));
  return buildCollection(scope, built, MULTIPOLYGON);
}

/** A collection that takes over the geometries. */
export function buildCollection(scope: GeosScope, members: readonly Pointer[], type = COLLECTION): Pointer {
  const { f } = scope.geos;
  const array = pointerArray(scope, members);
  for (const member of members) scope.handOver(member);
  return scope.own(f.GEOSGeom_createCollection(type, array, members.length));
}

function buildPolygon(scope: GeosScope, rings: FlatPolygon, origin: Origin): Pointer {
  const [shell, ...holes] = rings.map((ring) => buildRing(scope, ring, origin));
  if (shell === undefined) throw new GeosFailure('polygon without a ring');
  const array = pointerArray(scope, holes);
  for (const ring of [shell, ...holes]) scope.handOver(ring);
  return scope.own(scope.geos.f.GEOSGeom_createPolygon(shell, array, holes.length));
}

function buildRing(scope: GeosScope, ring: Float64Array, [originX, originY]: Origin): Pointer {
  const { f, memory } = scope.geos;
  const buffer = memory._malloc(ring.byteLength);
  if (buffer === 0) throw new GeosFailure('out of memory');
  const heap = memory.HEAPF64;
  const start = buffer / 8;
  for (let i = 0; i < ring.length; i += 2) {
    heap[start + i] = ring[i]! - originX;
    heap[start + i + 1] = ring[i + 1]! - originY;
  }
  const sequence = f.GEOSCoordSeq_copyFromBuffer(buffer, ring.length / 2, 0, 0);
  memory._free(buffer);
  // the ring owns its sequence from here on, also when it cannot be made
  return scope.own(f.GEOSGeom_createLinearRing(scope.check(sequence)));
}

function pointerArray(scope: GeosScope, pointers: readonly Pointer[]): Pointer {
  if (pointers.length === 0) return 0;
  const array = scope.allocate(pointers.length * 4);
  scope.geos.memory.HEAPU32.set(pointers, array / 4);
  return array;
}

/** The polygons of a geometry, relative to the local origin; points and lines in it are left out. */
export function readPolygons(scope: GeosScope, geometry: Pointer): FlatPolygon[] {
  const polygons: FlatPolygon[] = [];
  collectPolygons(scope, geometry, polygons);
  return polygons;
}

function collectPolygons(scope: GeosScope, geometry: Pointer, into: FlatPolygon[]): void {
  const { f } = scope.geos;
  const type = f.GEOSGeomTypeId(geometry);
  if (type === POLYGON) {
    if (f.GEOSisEmpty(geometry)) return;
    const rings = [readRing(scope, f.GEOSGetExteriorRing(geometry))];
    const holes = f.GEOSGetNumInteriorRings(geometry);
    for (let i = 0; i < holes; i++) rings.push(readRing(scope, f.GEOSGetInteriorRingN(geometry, i)));
    into.push(rings);
  } else if (type === MULTIPOLYGON || type === COLLECTION) {
    const members = f.GEOSGetNumGeometries(geometry);
    for (let i = 0; i < members; i++) collectPolygons(scope, f.GEOSGetGeometryN(geometry, i), into);
  }
}

function readRing(scope: GeosScope, ring: Pointer): Float64Array {
  const { f } = scope.geos;
  return readSequence(scope, f.GEOSGeom_getCoordSeq(ring));
}

/** x, y alternating. */
export function readSequence(scope: GeosScope, sequence: Pointer): Float64Array {
  const { f, memory } = scope.geos;
  const size = readNumber(scope, 4, (at) => {
    scope.check(f.GEOSCoordSeq_getSize(sequence, at));
    return memory.HEAPU32[at / 4]!;
  });
  return readNumber(scope, size * 16, (at) => {
    scope.check(f.GEOSCoordSeq_copyToBuffer(sequence, at, 0, 0));
    return memory.HEAPF64.slice(at / 8, at / 8 + size * 2);
  });
}

/** What a function wrote to an address given to it (`double *out`). */
export function readDouble(scope: GeosScope, write: (at: Pointer) => number): number {
  return readNumber(scope, 8, (at) => {
    scope.check(write(at));
    return scope.geos.memory.HEAPF64[at / 8]!;
  });
}

function readNumber<T>(scope: GeosScope, bytes: number, read: (at: Pointer) => T): T {
  const { memory } = scope.geos;
  const at = memory._malloc(Math.max(bytes, 8));
  if (at === 0) throw new GeosFailure('out of memory');
  try {
    return read(at);
  } finally {
    memory._free(at);
  }
}

export const areaOf = (scope: GeosScope, geometry: Pointer): number =>
  readDouble(scope, (at) => scope.geos.f.GEOSArea(geometry, at));
