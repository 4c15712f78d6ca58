/**
 * The operations that a GEOS worker can do, on packed polygons. Overlays are GEOS 3.13's OverlayNG: floating, with
 * snapping and snap-rounding as its fallbacks. Leaves threads, limits and errors for people to the pool.
 */
import {
  buildCollection,
  buildMultiPolygon,
  type GeosScope,
  openScope,
  readDouble,
  readPolygons,
  readSequence,
} from './geos-geometry.js';
import { type Geos, GeosFailure, type Pointer } from './geos-library.js';
import { toNormalForm } from './geos-normal-form.js';
import { type FlatPolygon, flatPolygons, localOrigin, packFlat } from './geos-packing.js';
import type { GeosAnswer, GeosOperation, GeosRequest } from './geos-protocol.js';
import { splitIntoPieces } from './geos-split.js';
import { reasonOfMessage, type Validity, validityReasons } from './geos-validity.js';

type Origin = readonly [number, number];

interface Task {
  scope: GeosScope;
  /** The input geometries, absolute coordinates. */
  inputs: readonly (readonly FlatPolygon[])[];
  /** Local origin of all inputs; GEOS works relative to it. */
  origin: Origin;
  numbers: readonly number[];
}

/** A batch failed at one of its items. */
export class ItemFailure extends GeosFailure {
  readonly item: number;
  constructor(item: number, message: string) {
    super(message);
    this.item = item;
  }
}

const operations: Readonly<Record<GeosOperation, (task: Task) => GeosAnswer>> = {
  intersection: (task) => overlay(task, 'GEOSIntersection'),
  difference: (task) => overlay(task, 'GEOSDifference'),
  union: (task) => {
    const members = task.inputs.map((_, index) => input(task, index));
    return polygonal(task, task.scope.geos.f.GEOSUnaryUnion(buildCollection(task.scope, members)));
  },
  validity: (task) =>
    numbers(task.inputs.flatMap((polygons) => encodeValidity(validityOf(task.scope.geos, polygons)))),
  makeValid,
  buffer,
  distance,
  inscribedCircle,
  overlapAreas,
  sharedBoundaryLength,
  splitToPieces: (task) => {
    const [maxVertices = 0] = task.numbers;
    const pieces = splitIntoPieces(task.scope, input(task, 0), maxVertices);
    return {
      geometries: packFlat(
        pieces.map((piece) => toNormalForm(piece, task.origin)).filter((piece) => piece.length > 0),
      ),
      numbers: new Float64Array(),
    };
  },
  version: (task) => ({ ...numbers([]), text: task.scope.geos.version }),
};

/** Does one request; every geometry it made is freed when it returns or throws. */
export function runOperation(geos: Geos, request: GeosRequest): GeosAnswer {
  const scope = openScope(geos);
  try {
    const inputs = flatPolygons(request.geometries);
    const origin = localOrigin([request.geometries.coordinates]);
    return operations[request.operation]({ scope, inputs, origin, numbers: request.numbers });
  } finally {
    scope.free();
  }
}

const numbers = (values: readonly number[]): GeosAnswer => ({
  geometries: null,
  numbers: Float64Array.from(values),
});

const input = ({ scope, inputs, origin }: Task, index: number): Pointer =>
  buildMultiPolygon(scope, inputs[index] ?? [], origin);

function polygonal({ scope, origin }: Task, result: Pointer): GeosAnswer {
  const polygons = toNormalForm(readPolygons(scope, scope.own(result)), origin);
  return { geometries: packFlat([polygons]), numbers: new Float64Array() };
}

function overlay(task: Task, name: 'GEOSIntersection' | 'GEOSDifference'): GeosAnswer {
  return polygonal(task, task.scope.geos.f[name](input(task, 0), input(task, 1)));
}

/** Validity of one geometry (OGC rules); the place in the coordinates given. */
export function validityOf(geos: Geos, polygons: readonly FlatPolygon[]): Validity {
  const scope = openScope(geos);
  const { f, memory } = geos;
  try {
    const origin = localOrigin(polygons.flat());
    const geometry = buildMultiPolygon(scope, polygons, origin);
    const out = scope.allocate(8);
    const reasonAt = out / 4;
    memory.HEAPU32.fill(0, reasonAt, reasonAt + 2);
    const valid = f.GEOSisValidDetail(geometry, 0, out, out + 4);
    if (valid === 1) return { valid: true, reason: null, place: null };
    if (valid !== 0) throw new GeosFailure(geos.takeMessage());
    const text = memory.HEAPU32[reasonAt]!;
    const location = memory.HEAPU32[reasonAt + 1]!;
    const reason = reasonOfMessage(text ? memory.UTF8ToString(text) : '');
    if (text) f.GEOSFree(text);
    return { valid: false, reason, place: location ? pointPlace(scope, scope.own(location), origin) : null };
  } finally {
    scope.free();
  }
}

function pointPlace(scope: GeosScope, point: Pointer, [originX, originY]: Origin): readonly [number, number] {
  const { f } = scope.geos;
  const x = readDouble(scope, (at) => f.GEOSGeomGetX(point, at));
  const y = readDouble(scope, (at) => f.GEOSGeomGetY(point, at));
  return [x + originX, y + originY];
}

/** Reason as index into validityReasons (-1: valid), then the place (NaN: none). */
const encodeValidity = ({ reason, place }: Validity): number[] => [
  reason === null ? -1 : validityReasons.indexOf(reason),
  place?.[0] ?? Number.NaN,
  place?.[1] ?? Number.NaN,
];

function makeValid(task: Task): GeosAnswer {
  const { f } = task.scope.geos;
  const STRUCTURE = 1;
  const parameters = task.scope.check(f.GEOSMakeValidParams_create());
  try {
    f.GEOSMakeValidParams_setMethod(parameters, STRUCTURE);
    f.GEOSMakeValidParams_setKeepCollapsed(parameters, 0);
    return polygonal(task, f.GEOSMakeValidWithParams(input(task, 0), parameters));
  } finally {
    f.GEOSMakeValidParams_destroy(parameters);
  }
}

function buffer(task: Task): GeosAnswer {
  const { f } = task.scope.geos;
  const [distanceM = 0, quadrantSegments = 8, joinStyle = 1, mitreLimit = 5] = task.numbers;
  const parameters = task.scope.check(f.GEOSBufferParams_create());
  try {
    f.GEOSBufferParams_setQuadrantSegments(parameters, quadrantSegments);
    f.GEOSBufferParams_setJoinStyle(parameters, joinStyle);
    f.GEOSBufferParams_setMitreLimit(parameters, mitreLimit);
    return polygonal(task, f.GEOSBufferWithParams(input(task, 0), parameters, distanceM));
  } finally {
    f.GEOSBufferParams_destroy(parameters);
  }
}

function distance(task: Task): GeosAnswer {
  const { f } = task.scope.geos;
  // prepared: an index over the edges instead of every pair of edges
  const a = input(task, 0);
  const b = input(task, 1);
  if (f.GEOSisEmpty(a) || f.GEOSisEmpty(b)) return numbers([Number.POSITIVE_INFINITY]);
  const prepared = task.scope.check(f.GEOSPrepare(a));
  try {
    return numbers([readDouble(task.scope, (at) => f.GEOSPreparedDistance(prepared, b, at))]);
  } finally {
    f.GEOSPreparedGeom_destroy(prepared);
  }
}

function inscribedCircle(task: Task): GeosAnswer {
  const { f } = task.scope.geos;
  const [relativeTolerance = 1e-4] = task.numbers;
  const polygon = input(task, 0);
  const area = areaOf(task.scope, polygon);
  const perimeter = readDouble(task.scope, (at) => f.GEOSLength(polygon, at));
  // 2·area/perimeter is the radius for a circle, a square or a long strip, and of its order otherwise
  const toleranceM = (relativeTolerance * 2 * area) / perimeter;
  if (!(toleranceM > 0)) throw new GeosFailure('no circle fits into a polygon without area');
  const line = task.scope.own(f.GEOSMaximumInscribedCircle(polygon, toleranceM));
  const [x = 0, y = 0, edgeX = 0, edgeY = 0] = readSequence(task.scope, f.GEOSGeom_getCoordSeq(line));
  return numbers([x + task.origin[0], y + task.origin[1], Math.hypot(edgeX - x, edgeY - y)]);
}

const areaOf = (scope: GeosScope, geometry: Pointer): number =>
  readDouble(scope, (at) => scope.geos.f.GEOSArea(geometry, at));

function overlapAreas({ scope, inputs, numbers: pairs }: Task): GeosAnswer {
  const { f } = scope.geos;
  const areas = new Float64Array(pairs.length / 2);
  let kept = { index: -1, geometry: 0, origin: [0, 0] as Origin };
  for (let i = 0; i < areas.length; i++) {
    const indexA = pairs[2 * i]!;
    const partners = inputs[pairs[2 * i + 1]!]!;
    const inner = openScope(scope.geos);
    try {
      if (kept.index !== indexA) {
        if (kept.geometry) scope.release(kept.geometry);
        const origin = localOrigin(inputs[indexA]!.flat());
        kept = { index: indexA, geometry: buildMultiPolygon(scope, inputs[indexA]!, origin), origin };
      }
      const other = buildMultiPolygon(inner, partners, kept.origin);
      areas[i] = areaOf(inner, inner.own(f.GEOSIntersection(kept.geometry, other)));
    } catch (error) {
      throw error instanceof GeosFailure ? new ItemFailure(i, error.message) : error;
    } finally {
      inner.free();
    }
  }
  return { geometries: null, numbers: areas };
}

function sharedBoundaryLength(task: Task): GeosAnswer {
  const { scope } = task;
  const { f } = scope.geos;
  const a = scope.own(f.GEOSBoundary(input(task, 0)));
  const b = scope.own(f.GEOSBoundary(input(task, 1)));
  const shared = scope.own(f.GEOSIntersection(a, b));
  return numbers([readDouble(scope, (at) => f.GEOSLength(shared, at))]);
}
