/** Plain coordinate shapes shared by every room. Axis order is always [x, y]: lon/lat in degrees, east/north in metres. */

export type Position = readonly [number, number, ...number[]];
/** A closed ring: first position equals last. */
export type Ring = readonly Position[];
/** Outer ring first, then holes. */
export type PolygonRings = readonly Ring[];
export type MultiPolygonRings = readonly PolygonRings[];

/** A closed ring as x0, y0, x1, y1, …: bulk work has no room for an object per vertex. */
export type FlatRing = Float64Array;
/** Outer ring first, then holes. */
export type FlatPolygon = readonly FlatRing[];
export type FlatMultiPolygon = readonly FlatPolygon[];

/** [minX, minY, maxX, maxY] */
export type Box = readonly [number, number, number, number];

export interface MultiPolygonGeometry {
  type: 'MultiPolygon';
  coordinates: MultiPolygonRings;
}
