/**
 * The operations of GEOS that make new polygons, and the ladder that makes sure of the result. Overlays are GEOS
 * 3.13's OverlayNG: floating, with snapping and snap-rounding as GEOS's own fallbacks.
 */
import { validityOf } from './geos-check-validity.js';
import {
  buildCollection,
  buildMultiPolygon,
  type GeosScope,
  type GeosTask,
  inScope,
  readPolygons,
} from './geos-geometry.js';
import { GeosFailure, type Pointer } from './geos-library.js';
import { toNormalForm } from './geos-normal-form.js';
import { type FlatPolygon, type Origin, packFlat } from './geos-packing.js';
import type { GeosAnswer } from './geos-protocol.js';
import { splitIntoPieces } from './geos-split.js';

/** Gives geometries relative to the task's origin, each a list of polygons. */
type Construction = (scope: GeosScope, task: GeosTask) => FlatPolygon[][];

export const constructions = {
  intersection: (scope, task) =>
    one(scope, scope.geos.f.GEOSIntersection(input(scope, task, 0), input(scope, task, 1))),
  difference: (scope, task) =>
    one(scope, scope.geos.f.GEOSDifference(input(scope, task, 0), input(scope, task, 1))),
  union: (scope, task) => {
    const members = task.inputs.map((_, index) => input(scope, task, index));
    return one(scope, scope.geos.f.GEOSUnaryUnion(buildCollection(scope, members)));
  },
  makeValid,
  buffer,
  splitToPieces: (scope, task) => splitIntoPieces(scope, input(scope, task, 0), task.numbers[0]!),
} satisfies Record<string, Construction>;

/**
 * Runs a construction and returns only polygons that GEOS finds valid. First rung: relative to the local origin,
 * where GEOS snaps at 10⁻¹² of a small number (measured on nearly coincident borders: pieces add up within 10⁻¹⁰;
 * in absolute coordinates 10⁻⁹, and up to twice as slow). Points that are closer than the spacing of doubles far from the
 * origin fall together on the way back, and 3 % of T-junctions of rotated rectangles then touch themselves. Second
 * rung for those, and for anything GEOS refuses: absolute coordinates (0 of 36,000 results invalid).
 */
export function construct(task: GeosTask, construction: Construction): GeosAnswer {
  const local = attempt(task, construction);
  const outcome = local instanceof GeosFailure ? attempt({ ...task, origin: [0, 0] }, construction) : local;
  if (outcome instanceof GeosFailure) throw outcome;
  return { geometries: packFlat(outcome), numbers: new Float64Array() };
}

function attempt(task: GeosTask, construction: Construction): FlatPolygon[][] | GeosFailure {
  const { geos, origin } = task;
  try {
    const raw = inScope(geos, (scope) => construction(scope, task));
    const results = raw.map((polygons) => toNormalForm(polygons, origin));
    for (const result of results) {
      const { reason, place } = validityOf(geos, result);
      if (reason) return new GeosFailure(`the result would not be valid: ${reason} at ${place}`);
    }
    return results;
  } catch (error) {
    if (error instanceof GeosFailure && !error.outOfMemory) return error;
    throw error;
  }
}

const input = (
  scope: GeosScope,
  { inputs, origin }: { inputs: GeosTask['inputs']; origin: Origin },
  index: number,
): Pointer => buildMultiPolygon(scope, inputs[index]!, origin);

const one = (scope: GeosScope, result: Pointer): FlatPolygon[][] => [readPolygons(scope, scope.own(result))];

function makeValid(scope: GeosScope, task: GeosTask): FlatPolygon[][] {
  const { f } = scope.geos;
  const STRUCTURE = 1;
  const parameters = scope.check(f.GEOSMakeValidParams_create());
  try {
    f.GEOSMakeValidParams_setMethod(parameters, STRUCTURE);
    f.GEOSMakeValidParams_setKeepCollapsed(parameters, 0);
    return one(scope, f.GEOSMakeValidWithParams(input(scope, task, 0), parameters));
  } finally {
    f.GEOSMakeValidParams_destroy(parameters);
  }
}

function buffer(scope: GeosScope, task: GeosTask): FlatPolygon[][] {
  const { f } = scope.geos;
  const [distanceM, quadrantSegments, joinStyle, mitreLimit] = task.numbers;
  const parameters = scope.check(f.GEOSBufferParams_create());
  try {
    f.GEOSBufferParams_setQuadrantSegments(parameters, quadrantSegments!);
    f.GEOSBufferParams_setJoinStyle(parameters, joinStyle!);
    f.GEOSBufferParams_setMitreLimit(parameters, mitreLimit!);
    return one(scope, f.GEOSBufferWithParams(input(scope, task, 0), parameters, distanceM!));
  } finally {
    f.GEOSBufferParams_destroy(parameters);
  }
}
