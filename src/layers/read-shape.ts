/**
 * Turns the geometry member of a GeoJSON feature into rings: two dimensions, closed, no ring of fewer than three
 * corners. What it mends or cannot use it names; validity is not its concern.
 */
import type { MultiPolygonRings, Position, Ring } from '../core/geometry-types.js';

export interface Shape {
  rings: MultiPolygonRings;
  /** What had to be mended, English phrases; empty for a clean shape. */
  mended: string[];
  vertices: number;
}

export type ShapeResult = { shape: Shape } | { unusable: string };

/** Accepts Polygon and MultiPolygon in any CRS; everything else is unusable, with the reason. */
export function readShape(geometry: unknown): ShapeResult {
  if (geometry === null || geometry === undefined) return { unusable: 'no geometry' };
  const { type, coordinates } = geometry as { type?: unknown; coordinates?: unknown };
  if (type !== 'Polygon' && type !== 'MultiPolygon') return { unusable: `geometry type ${String(type)}` };
  if (!Array.isArray(coordinates)) return { unusable: 'coordinates are not an array' };
  const polygons: unknown[] = type === 'Polygon' ? [coordinates] : coordinates;
  const mended = new Set<string>();
  const rings: Ring[][] = [];
  let vertices = 0;
  for (const polygon of polygons) {
    if (!Array.isArray(polygon)) return { unusable: 'a polygon is not an array' };
    const kept: Ring[] = [];
    for (const [index, raw] of polygon.entries()) {
      const ring = readRing(raw, mended);
      if (typeof ring === 'string') return { unusable: ring };
      if (ring.length >= 4) {
        kept.push(ring);
        vertices += ring.length - 1;
      } else {
        mended.add(index === 0 ? 'a part without area' : 'a hole without area');
        if (index === 0) break;
      }
    }
    if (kept.length > 0) rings.push(kept);
  }
  if (rings.length === 0) return { unusable: 'empty geometry' };
  return { shape: { rings, mended: [...mended], vertices } };
}

function readRing(raw: unknown, mended: Set<string>): Ring | string {
  if (!Array.isArray(raw)) return 'a ring is not an array';
  const ring: Position[] = new Array(raw.length);
  for (let i = 0; i < raw.length; i++) {
    const position = raw[i];
    const x = position?.[0];
    const y = position?.[1];
    if (typeof x !== 'number' || typeof y !== 'number' || !Number.isFinite(x) || !Number.isFinite(y)) {
      return `coordinate ${i} of a ring is not a pair of numbers`;
    }
    ring[i] = position.length === 2 ? position : [x, y];
  }
  const first = ring[0];
  const last = ring.at(-1);
  if (first && last && (first[0] !== last[0] || first[1] !== last[1])) {
    ring.push([first[0], first[1]]);
    mended.add('ring not closed');
  }
  return ring;
}

/** Most decimals written in a sample of the coordinates (shortest form of the double); 12 at most. */
export function countDecimals(rings: MultiPolygonRings, sample = 16): number {
  let most = 0;
  const ring = rings[0]?.[0] ?? [];
  for (let i = 0; i < Math.min(sample, ring.length); i++) {
    for (const value of [ring[i]![0], ring[i]![1]]) {
      const text = String(value);
      const point = text.indexOf('.');
      if (point >= 0) most = Math.max(most, Math.min(12, text.length - point - 1));
    }
  }
  return most;
}
