/**
 * A filter as data, in the shape of CQL2-JSON (OGC 21-065r2 §8): what the dialects parse into and the SQL builder
 * reads. Says nothing of which properties or functions there are.
 */

/** How coordinates of a request become lon/lat degrees. */
export interface FilterCrs {
  name: string;
  /** First and second coordinate as they were given → [lon, lat]. Throws `bad-parameter` beyond its reach. */
  toLonLat(first: number, second: number): readonly [number, number];
  /** Straight lines stay straight: no need to break the edges of a box. */
  geographic: boolean;
}

export type Filter =
  | string
  | number
  | boolean
  | PropertyRef
  | Operation
  | { date: string }
  | { timestamp: string }
  | { interval: readonly Filter[] }
  /**
   * `crs`: the box speaks another CRS than the rest of the filter. `beyond`: where its CRS does not reach there is no
   * ground; without it such a box is a fault.
   */
  | { bbox: readonly number[]; crs?: FilterCrs; beyond?: 'nothing' }
  /** Features by their public ids. */
  | { ids: readonly string[] }
  | GeometryLiteral
  | readonly Filter[];

export interface PropertyRef {
  property: string;
}

export interface Operation {
  op: string;
  args: readonly Filter[];
}

export type Coordinates = readonly (number | Coordinates)[];

/** GeoJSON; coordinates in the CRS and axis order that the request names. */
export type GeometryLiteral =
  | {
      type: 'Point' | 'LineString' | 'Polygon' | 'MultiPoint' | 'MultiLineString' | 'MultiPolygon';
      coordinates: Coordinates;
    }
  | { type: 'GeometryCollection'; geometries: readonly GeometryLiteral[] };

/** What keeps a filter from costing more than it is worth; a page of a desktop's own filters has some dozen nodes. */
export const filterLimits = { textLength: 100_000, depth: 50, nodes: 2_000, vertices: 20_000 } as const;

export const isOperation = (node: Filter): node is Operation => typeof node === 'object' && 'op' in node;
export const isProperty = (node: Filter): node is PropertyRef =>
  typeof node === 'object' && 'property' in node;
export const isGeometry = (node: Filter): node is GeometryLiteral =>
  typeof node === 'object' && 'type' in node;

/** All of them; undefined for none. */
export function allOf(filters: readonly (Filter | undefined)[]): Filter | undefined {
  const present = filters.filter((filter) => filter !== undefined);
  return present.length > 1 ? { op: 'and', args: present } : present[0];
}
