/**
 * Turns the geometry member of a GeoJSON feature into flat rings: two dimensions, closed, no ring of fewer than three
 * corners. What it mends or cannot use it names; validity is not its concern.
 */
import type { FlatMultiPolygon, FlatRing } from '../core/geometry-types.js';

export interface Shape {
  rings: FlatMultiPolygon;
  /** What had to be mended, English phrases; empty for a clean shape. */
  mended: string[];
  vertices: number;
}

export type ShapeResult = { shape: Shape } | { unusable: string };

/**
 * Accepts Polygon and MultiPolygon in any CRS, rings of positions or flat ones; everything else is unusable, with the
 * reason.
 */
export function readShape(geometry: unknown): ShapeResult {
  if (geometry === null || geometry === undefined) return { unusable: 'no geometry' };
  const { type, coordinates } = geometry as { type?: unknown; coordinates?: unknown };
  if (type !== 'Polygon' && type !== 'MultiPolygon') return { unusable: `geometry type ${String(type)}` };
  if (!Array.isArray(coordinates)) return { unusable: 'coordinates are not an array' };
  const polygons: unknown[] = type === 'Polygon' ? [coordinates] : coordinates;
  const mended = new Set<string>();
  const rings: FlatRing[][] = [];
  let vertices = 0;
  for (const polygon of polygons) {
    if (!Array.isArray(polygon)) return { unusable: 'a polygon is not an array' };
    const kept: FlatRing[] = [];
    for (const [index, raw] of polygon.entries()) {
      const ring = readRing(raw, mended);
      if (typeof ring === 'string') return { unusable: ring };
      if (ring.length >= 8) {
        kept.push(ring);
        vertices += ring.length / 2 - 1;
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

function readRing(raw: unknown, mended: Set<string>): FlatRing | string {
  const ring = raw instanceof Float64Array ? raw : flatRing(raw);
  if (typeof ring === 'string') return ring;
  const wrong = ring.findIndex((value) => !Number.isFinite(value));
  if (wrong >= 0) return `coordinate ${wrong >> 1} of a ring is not a pair of numbers`;
  const last = ring.length - 2;
  if (last < 0 || (ring[0] === ring[last] && ring[1] === ring[last + 1])) return ring;
  mended.add('ring not closed');
  const closed = new Float64Array(ring.length + 2);
  closed.set(ring);
  closed.set(ring.subarray(0, 2), ring.length);
  return closed;
}

/** What is no number becomes NaN. */
function flatRing(raw: unknown): FlatRing | string {
  if (!Array.isArray(raw)) return 'a ring is not an array';
  const ring = new Float64Array(2 * raw.length);
  for (let i = 0; i < raw.length; i++) {
    const x = raw[i]?.[0];
    const y = raw[i]?.[1];
    ring[2 * i] = typeof x === 'number' ? x : Number.NaN;
    ring[2 * i + 1] = typeof y === 'number' ? y : Number.NaN;
  }
  return ring;
}

/** Most decimals written in a sample of the coordinates (shortest form of the double); 12 at most. */
export function countDecimals(rings: FlatMultiPolygon, sample = 16): number {
  let most = 0;
  for (const value of rings[0]?.[0]?.subarray(0, 2 * sample) ?? []) {
    const text = String(value);
    const point = text.indexOf('.');
    if (point >= 0) most = Math.max(most, Math.min(12, text.length - point - 1));
  }
  return most;
}
