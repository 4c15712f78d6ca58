/** The operations of GEOS that give numbers: distances, lengths, circles, areas of overlap. No polygon leaves here. */
import {
  areaOf,
  buildMultiPolygon,
  type GeosTask,
  inScope,
  numbersOnly,
  openScope,
  readDouble,
  readSequence,
} from './geos-geometry.js';
import { GeosFailure } from './geos-library.js';
import { localOrigin, type Origin } from './geos-packing.js';
import type { GeosAnswer } from './geos-protocol.js';

/** A batch failed at one of its items. */
export class ItemFailure extends GeosFailure {
  readonly item: number;
  constructor(item: number, message: string) {
    super(message);
    this.item = item;
  }
}

/** One number: the shortest distance, Infinity if one of the two is empty. */
export function distance({ geos, inputs, origin }: GeosTask): GeosAnswer {
  const { f } = geos;
  return inScope(geos, (scope) => {
    const a = buildMultiPolygon(scope, inputs[0]!, origin);
    const b = buildMultiPolygon(scope, inputs[1]!, origin);
    if (f.GEOSisEmpty(a) || f.GEOSisEmpty(b)) return numbersOnly([Number.POSITIVE_INFINITY]);
    // prepared: an index over the edges instead of every pair of edges
    const prepared = scope.check(f.GEOSPrepare(a));
    try {
      return numbersOnly([readDouble(scope, (at) => f.GEOSPreparedDistance(prepared, b, at))]);
    } finally {
      f.GEOSPreparedGeom_destroy(prepared);
    }
  });
}

/** Three numbers: centre x, y, radius. */
export function inscribedCircle({ geos, inputs, origin, numbers }: GeosTask): GeosAnswer {
  const { f } = geos;
  return inScope(geos, (scope) => {
    const polygon = buildMultiPolygon(scope, inputs[0]!, origin);
    const perimeter = readDouble(scope, (at) => f.GEOSLength(polygon, at));
    // 2·area/perimeter is the radius of a circle, a square or a long strip, and of its order for other shapes
    const toleranceM = (numbers[0]! * 2 * areaOf(scope, polygon)) / perimeter;
    if (!(toleranceM > 0)) throw new GeosFailure('no circle fits into a polygon without area');
    const line = scope.own(f.GEOSMaximumInscribedCircle(polygon, toleranceM));
    const [x, y, edgeX, edgeY] = readSequence(scope, f.GEOSGeom_getCoordSeq(line));
    return numbersOnly([x! + origin[0], y! + origin[1], Math.hypot(edgeX! - x!, edgeY! - y!)]);
  });
}

/** One number: the length that the two boundaries share. */
export function sharedBoundaryLength({ geos, inputs, origin }: GeosTask): GeosAnswer {
  const { f } = geos;
  return inScope(geos, (scope) => {
    const [a, b] = inputs.map((rings) => scope.own(f.GEOSBoundary(buildMultiPolygon(scope, rings, origin))));
    const shared = scope.own(f.GEOSIntersection(a!, b!));
    return numbersOnly([readDouble(scope, (at) => f.GEOSLength(shared, at))]);
  });
}

/** One area per pair of indexes in `numbers`; each pair relative to the local origin of its first geometry. */
export function overlapAreas({ geos, inputs, numbers: pairs }: GeosTask): GeosAnswer {
  const areas = new Float64Array(pairs.length / 2);
  let kept = { index: -1, scope: openScope(geos), geometry: 0, origin: [0, 0] as Origin };
  const keep = (index: number): void => {
    kept.scope.free();
    const scope = openScope(geos);
    const origin = localOrigin(inputs[index]!.flat());
    kept = { index, scope, origin, geometry: 0 };
    kept.geometry = buildMultiPolygon(scope, inputs[index]!, origin);
  };
  try {
    for (let item = 0; item < areas.length; item++)
      areas[item] = atItem(item, () => {
        if (kept.index !== pairs[2 * item]) keep(pairs[2 * item]!);
        return inScope(geos, (scope) => {
          const other = buildMultiPolygon(scope, inputs[pairs[2 * item + 1]!]!, kept.origin);
          return areaOf(scope, scope.own(geos.f.GEOSIntersection(kept.geometry, other)));
        });
      });
  } finally {
    kept.scope.free();
  }
  return { geometries: null, numbers: areas };
}

function atItem<T>(item: number, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw error instanceof GeosFailure ? new ItemFailure(item, error.message) : error;
  }
}
