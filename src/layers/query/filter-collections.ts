/**
 * Collections of geometries in spatial functions: as points, lines and areas, each for itself. What a collection of
 * several kinds is within, or equals, versions of GEOS do not agree on. Areas that overlap are then no valid polygon.
 */
import type { Coordinates, Filter, GeometryLiteral } from './filter.js';
import { isGeometry } from './filter.js';
import { badFilter } from './filter-faults.js';

const kinds = ['Point', 'LineString', 'Polygon'] as const;
type Kind = (typeof kinds)[number];
type Simple = Exclude<GeometryLiteral, { type: 'GeometryCollection' }>;

/** By kind, as one geometry of many parts each. */
export type KindsOfParts = ReadonlyMap<Kind, GeometryLiteral>;

/** Undefined for what is no collection. */
export function partsByKind(node: Filter): KindsOfParts | undefined {
  if (typeof node !== 'object' || !isGeometry(node) || node.type !== 'GeometryCollection') return undefined;
  if (!Array.isArray(node.geometries) || node.geometries.length === 0)
    throw badFilter('GEOMETRYCOLLECTION 为空', 'an empty geometry collection');
  const parts = flatten(node);
  const found = new Map<Kind, GeometryLiteral>();
  for (const kind of kinds) {
    const coordinates = parts.flatMap(({ type, coordinates: own }): Coordinates[] =>
      type === kind ? [own] : type === `Multi${kind}` ? ([...own] as Coordinates[]) : [],
    );
    if (coordinates.length > 0) found.set(kind, { type: `Multi${kind}`, coordinates });
  }
  return found;
}

const flatten = (literal: GeometryLiteral): Simple[] =>
  literal.type === 'GeometryCollection' ? literal.geometries.flatMap(flatten) : [literal];

/** How an area stands to a collection of several kinds: `first` when it is the first argument. */
export function areaAndParts(
  op: string,
  area: string,
  written: (kind: Kind) => string | undefined,
  first: boolean,
): string {
  const parts = (): string[] => kinds.map(written).filter((part) => part !== undefined);
  const areas = (): string | undefined => written('Polygon');
  const some = (tests: readonly string[]): string => `(${['false', ...tests].join(' or ')})`;
  const inside = (): string =>
    `(${parts()
      .map((part) => `ST_Covers(${area}, ${part})`)
      .join(' and ')})`;
  // lines and points hold no area
  const within = (): string => (areas() ? `ST_CoveredBy(${area}, ${areas()})` : 'false');
  const contains = (): string =>
    `(${inside()} and ${some(parts().map((part) => `ST_Contains(${area}, ${part})`))})`;
  const share = (): string => (areas() ? `ST_Relate(${area}, ${areas()}, '2********')` : 'false');
  const neither = (): string => `not ${within()} and not ${inside()}`;
  const entered = (part: string): string =>
    `(ST_Intersects(${area}, ${part}) and not ST_Touches(${area}, ${part}))`;
  switch (op) {
    case 's_equals':
      return areas() ? `(ST_Equals(${area}, ${areas()}) and ${inside()})` : 'false';
    case 's_touches':
      return `(${some(parts().map((part) => `ST_Touches(${area}, ${part})`))} and not ${some(parts().map(entered))})`;
    case 's_overlaps':
      return `(${share()} and ${neither()})`;
    case 's_crosses':
      return `(${some(parts().map(entered))} and not ${share()} and ${neither()})`;
    default:
      return (op === 's_within') === first ? within() : contains();
  }
}
