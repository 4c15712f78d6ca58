/** Asks GEOS whether polygons are valid, why not, and where. Leaves the meaning of the codes to geos-validity.ts. */
import { buildMultiPolygon, type GeosScope, inScope, readDouble } from './geos-geometry.js';
import { type Geos, GeosFailure, type Pointer } from './geos-library.js';
import { type FlatPolygon, localOrigin, type Origin } from './geos-packing.js';
import { reasonOfMessage, type Validity, validityReasons } from './geos-validity.js';

/** Validity by the OGC rules of one multipolygon in absolute coordinates; so is the place. */
export function validityOf(geos: Geos, polygons: readonly FlatPolygon[]): Validity {
  return inScope(geos, (scope) => {
    const { f, memory } = geos;
    const origin = localOrigin(polygons.flat());
    const geometry = buildMultiPolygon(scope, polygons, origin);
    const out = scope.allocate(8);
    memory.HEAPU32.fill(0, out / 4, out / 4 + 2);
    const valid = f.GEOSisValidDetail(geometry, 0, out, out + 4);
    if (valid === 1) return { valid: true, reason: null, place: null };
    if (valid !== 0) throw new GeosFailure(geos.takeMessage());
    const text = memory.HEAPU32[out / 4]!;
    const location = memory.HEAPU32[out / 4 + 1]!;
    const reason = reasonOfMessage(text ? memory.UTF8ToString(text) : '');
    if (text) f.GEOSFree(text);
    return { valid: false, reason, place: location ? placeOf(scope, scope.own(location), origin) : null };
  });
}

function placeOf(scope: GeosScope, point: Pointer, [originX, originY]: Origin): Origin {
  const { f } = scope.geos;
  const x = readDouble(scope, (at) => f.GEOSGeomGetX(point, at));
  const y = readDouble(scope, (at) => f.GEOSGeomGetY(point, at));
  return [x + originX, y + originY];
}

/** Three numbers: the reason as index into validityReasons (-1: valid), then the place (NaN: none). */
export const encodeValidity = ({ reason, place }: Validity): number[] => [
  reason === null ? -1 : validityReasons.indexOf(reason),
  place?.[0] ?? Number.NaN,
  place?.[1] ?? Number.NaN,
];
