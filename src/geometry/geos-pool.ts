/**
 * GEOS in worker threads: constructs, repairs and checks polygons without blocking the event loop. For geometry that
 * somebody wants to see and as a second engine; printed areas come from the area kernel, never from here.
 *
 * Coordinates are planar, in one projected CRS per call; results are in the same one. Lengths, distances and buffers
 * are in its units: pass a Gauss–Krüger zone for those, never the analysis plane. Inputs must be valid polygons
 * except where said otherwise. Results are polygons only, closed, outer rings counter-clockwise, holes clockwise,
 * in a fixed order; vertices of the input come back bit for bit unless GEOS has to snap nearly coincident lines.
 */
import { availableParallelism } from 'node:os';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { workerFile } from '../core/package-root.js';
import { GeosCrew } from './geos-crew.js';
import { explainFailure, refuseFaulty } from './geos-failures.js';
import {
  closedRings,
  packGeometries,
  structuralFault,
  unpackGeometries,
  vertexCount,
} from './geos-packing.js';
import type { GeosAnswer, GeosOperation } from './geos-protocol.js';
import { type Validity, validityReasons } from './geos-validity.js';

export interface GeosPoolOptions {
  /** Threads at most; default 2, but one core is left to the event loop. They start when there is work. */
  workers?: number;
  /** For one operation, or one batch of a list; default 30,000. */
  timeLimitMs?: number;
  /** WebAssembly memory of one worker, default 1024. */
  memoryLimitMb?: number;
  /** The worker's file; another one only to test the recovery from faults. */
  workerUrl?: URL;
}

export interface BufferOptions {
  /** Segments of a quarter circle, default 8. */
  quadrantSegments?: number;
  /** Default round. */
  join?: 'round' | 'mitre' | 'bevel';
  /** How far a mitred corner may reach, in distances; default 5. */
  mitreLimit?: number;
}

export interface InscribedCircle {
  x: number;
  y: number;
  radius: number;
}

/** Batches stay small enough for the time limit and to keep every worker busy. */
const BATCH_ITEMS = 500;
const BATCH_VERTICES = 100_000;

const joinStyle = { round: 1, mitre: 2, bevel: 3 } as const;

export class GeosPool {
  readonly #crew: GeosCrew;

  constructor(options: GeosPoolOptions = {}) {
    const limits = {
      workers: options.workers ?? Math.max(1, Math.min(2, availableParallelism() - 1)),
      timeLimitMs: options.timeLimitMs ?? 30_000,
      memoryLimitMb: options.memoryLimitMb ?? 1024,
      workerUrl: options.workerUrl ?? workerFile(import.meta.url, 'geos-worker'),
    };
    this.#crew = new GeosCrew(limits, explainFailure);
  }

  /** What a and b have in common. Common borders and points are no polygons and left out. */
  intersection(a: MultiPolygonRings, b: MultiPolygonRings): Promise<MultiPolygonRings> {
    return this.#polygons('intersection', [a, b]);
  }

  /** What of a is not in b. */
  difference(a: MultiPolygonRings, b: MultiPolygonRings): Promise<MultiPolygonRings> {
    return this.#polygons('difference', [a, b]);
  }

  /** The union of all; they may overlap each other. */
  union(list: readonly MultiPolygonRings[]): Promise<MultiPolygonRings> {
    return this.#polygons('union', list);
  }

  /** OGC validity: the first fault and its place. Takes any input. Repeated vertices are valid, and so is no polygon. */
  async validity(a: MultiPolygonRings): Promise<Validity> {
    return (await this.validityOfAll([a]))[0]!;
  }

  /** The validity of many geometries, in batches; in the same order. */
  async validityOfAll(list: readonly MultiPolygonRings[]): Promise<Validity[]> {
    const result = list.map((rings): Validity => {
      const fault = structuralFault(rings);
      return fault ? { valid: false, ...fault } : { valid: true, reason: null, place: null };
    });
    const sound = [...list.keys()].filter((index) => result[index]!.valid);
    const ask = async (batch: readonly number[]): Promise<void> => {
      const { numbers } = await this.#run(
        'validity',
        batch.map((index) => list[index]!),
      );
      for (const [n, index] of batch.entries())
        result[index] = readValidity(numbers.subarray(3 * n, 3 * n + 3));
    };
    await Promise.all(inBatches(sound, (index) => vertexCount(list[index]!)).map(ask));
    return result;
  }

  /**
   * A valid polygon from an invalid one (GEOS's structure method): open rings are closed, each ring is repaired,
   * shells are merged, holes subtracted, a hole outside its shell becomes a part, lines and points are dropped. Takes
   * any finite coordinates. What this does to the area is for the caller to report.
   */
  makeValid(a: MultiPolygonRings): Promise<MultiPolygonRings> {
    return this.#polygons('makeValid', [closedRings(a)]);
  }

  /** All points of a at least `distanceM` inside its border; mitred, so that straight sides stay straight. */
  erode(a: MultiPolygonRings, distanceM: number): Promise<MultiPolygonRings> {
    return this.buffer(a, -distanceM, { join: 'mitre' });
  }

  /** a widened by `distanceM` (narrowed if negative). */
  buffer(a: MultiPolygonRings, distanceM: number, options: BufferOptions = {}): Promise<MultiPolygonRings> {
    const { quadrantSegments = 8, join = 'round', mitreLimit = 5 } = options;
    return this.#polygons('buffer', [a], [distanceM, quadrantSegments, joinStyle[join], mitreLimit]);
  }

  /** The shortest distance, 0 if they touch or overlap, Infinity if one is empty. */
  async distance(a: MultiPolygonRings, b: MultiPolygonRings): Promise<number> {
    return (await this.#run('distance', [a, b])).numbers[0]!;
  }

  /** The largest circle inside a; its radius is at most about `relativeTolerance` too small. */
  async inscribedCircle(a: MultiPolygonRings, relativeTolerance = 1e-4): Promise<InscribedCircle> {
    const [x, y, radius] = (await this.#run('inscribedCircle', [a], [relativeTolerance])).numbers;
    return { x: x!, y: y!, radius: radius! };
  }

  /**
   * The area of the constructed intersection of each pair, in batches; m² for metre coordinates. Fast when pairs
   * that share their first geometry (the same object) follow each other.
   */
  async overlapAreas(pairs: readonly (readonly [MultiPolygonRings, MultiPolygonRings])[]): Promise<number[]> {
    const weight = (index: number): number => vertexCount(pairs[index]![0]) + vertexCount(pairs[index]![1]);
    const batches = inBatches([...pairs.keys()], weight);
    const areas = await Promise.all(
      batches.map(async (batch) => {
        const places = new Map<MultiPolygonRings, number>();
        const placeOf = (rings: MultiPolygonRings): number => {
          if (!places.has(rings)) places.set(rings, places.size);
          return places.get(rings)!;
        };
        const numbers = batch.flatMap((index) => pairs[index]!.map(placeOf));
        return (await this.#run('overlapAreas', [...places.keys()], numbers)).numbers;
      }),
    );
    return areas.flatMap((part) => [...part]);
  }

  /** The length that the borders of a and b have in common; 0 for mere points. */
  async sharedBoundaryLength(a: MultiPolygonRings, b: MultiPolygonRings): Promise<number> {
    return (await this.#run('sharedBoundaryLength', [a, b])).numbers[0]!;
  }

  /** Valid pieces of at most `maxVertices` vertices (at least 8), cut along x and y; their areas add up within 1e-9. */
  async splitToPieces(a: MultiPolygonRings, maxVertices = 128): Promise<MultiPolygonRings[]> {
    const { geometries } = await this.#run('splitToPieces', [a], [maxVertices]);
    return unpackGeometries(geometries!);
  }

  /** e.g. 3.13.0-CAPI-1.19.0 */
  async version(): Promise<string> {
    return (await this.#run('version', [])).text!;
  }

  /** Cancels what is unfinished and ends the threads. An idle pool does not keep the process alive. */
  close(): Promise<void> {
    return this.#crew.close();
  }

  async #polygons(
    operation: GeosOperation,
    inputs: readonly MultiPolygonRings[],
    numbers: readonly number[] = [],
  ): Promise<MultiPolygonRings> {
    const { geometries } = await this.#run(operation, inputs, numbers);
    return unpackGeometries(geometries!)[0]!;
  }

  #run(
    operation: GeosOperation,
    inputs: readonly MultiPolygonRings[],
    numbers: readonly number[] = [],
  ): Promise<GeosAnswer> {
    const pack = () => {
      refuseFaulty(operation, inputs);
      return { geometries: packGeometries(inputs), numbers };
    };
    return this.#crew.run({ operation, pack });
  }
}

function readValidity([code, x, y]: Float64Array): Validity {
  if (code === -1) return { valid: true, reason: null, place: null };
  return { valid: false, reason: validityReasons[code!]!, place: Number.isNaN(x) ? null : [x!, y!] };
}

/** Consecutive items in groups of limited number and weight. */
function inBatches(items: readonly number[], weight: (item: number) => number): number[][] {
  const batches: number[][] = [];
  let batchWeight = Number.POSITIVE_INFINITY;
  for (const item of items) {
    batchWeight += weight(item);
    if (batchWeight > BATCH_VERTICES || batches.at(-1)!.length >= BATCH_ITEMS) {
      batches.push([]);
      batchWeight = weight(item);
    }
    batches.at(-1)!.push(item);
  }
  return batches;
}
