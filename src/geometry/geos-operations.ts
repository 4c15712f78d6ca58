/**
 * What a GEOS worker can do, by name. Frees everything a request has made, whatever happens. Leaves threads, limits
 * and errors for people to the pool.
 */
import { encodeValidity, validityOf } from './geos-check-validity.js';
import { construct, constructions } from './geos-constructions.js';
import { type GeosTask, numbersOnly } from './geos-geometry.js';
import type { Geos } from './geos-library.js';
import { distance, inscribedCircle, overlapAreas, sharedBoundaryLength } from './geos-measures.js';
import { flatPolygons, localOrigin } from './geos-packing.js';
import type { GeosAnswer, GeosOperation, GeosRequest } from './geos-protocol.js';

const operations: Readonly<Record<GeosOperation, (task: GeosTask) => GeosAnswer>> = {
  intersection: (task) => construct(task, constructions.intersection),
  difference: (task) => construct(task, constructions.difference),
  union: (task) => construct(task, constructions.union),
  makeValid: (task) => construct(task, constructions.makeValid),
  buffer: (task) => construct(task, constructions.buffer),
  splitToPieces: (task) => construct(task, constructions.splitToPieces),
  validity: ({ geos, inputs }) =>
    numbersOnly(inputs.flatMap((polygons) => encodeValidity(validityOf(geos, polygons)))),
  distance,
  inscribedCircle,
  overlapAreas,
  sharedBoundaryLength,
  version: ({ geos }) => ({ ...numbersOnly([]), text: geos.version }),
};

export function runOperation(geos: Geos, request: GeosRequest): GeosAnswer {
  const { geometries, numbers, operation } = request;
  const inputs = flatPolygons(geometries);
  const origin = localOrigin([geometries.coordinates]);
  return operations[operation]({ geos, inputs, origin, numbers });
}
