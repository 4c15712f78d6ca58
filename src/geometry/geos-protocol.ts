/** What the pool and a GEOS worker say to each other. Leaves scheduling to the pool and geometry to the worker. */
import type { PackedGeometries } from './geos-packing.js';
import type { ValidityReason } from './geos-validity.js';

export type GeosOperation =
  | 'intersection'
  | 'difference'
  | 'union'
  | 'validity'
  | 'makeValid'
  | 'buffer'
  | 'distance'
  | 'inscribedCircle'
  | 'overlapAreas'
  | 'sharedBoundaryLength'
  | 'splitToPieces'
  | 'version';

/** Handed to a worker when it starts. */
export interface GeosWorkerData {
  memoryLimitMb: number;
  /** Shared with the pool; the worker stores the id of the request that it has begun, so that a crash can tell. */
  begun: Int32Array;
}

export interface GeosRequest {
  id: number;
  operation: GeosOperation;
  geometries: PackedGeometries;
  /** Parameters of the operation; for overlapAreas the pairs as indexes into the geometries. */
  numbers: readonly number[];
}

export interface GeosFailureReport {
  message: string;
  /** The memory limit was reached. */
  outOfMemory: boolean;
  /** Set when one of the inputs turned out to be invalid. */
  invalidInput?: { index: number; reason: ValidityReason; place: readonly [number, number] | null };
  /** For batches: which pair failed. */
  item?: number;
}

export interface GeosAnswer {
  geometries: PackedGeometries | null;
  numbers: Float64Array;
  text?: string;
}

export type GeosReply =
  | { kind: 'ready' }
  | { kind: 'done'; id: number; answer: GeosAnswer; memoryBytes: number }
  /** `unusable`: the WebAssembly instance must not be used again. */
  | { kind: 'failed'; id: number; failure: GeosFailureReport; unusable: boolean };
