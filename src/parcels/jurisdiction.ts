/**
 * Where the service answers for: whether a point or a parcel lies inside. With no jurisdiction known it is the box of
 * China. Only tells inside from outside; areas beyond a layer's coverage are the overlay's business.
 */
import type { Box, MultiPolygonRings } from '../core/geometry-types.js';
import { edgesOf, overlapAreaM2 } from '../geometry/area-kernel.js';
import type { Jurisdiction } from './parcel-types.js';

/** Land and territorial sea, lon/lat degrees. */
export const chinaBox: Box = [73, 3, 136, 54];

export type Standing = 'inside' | 'partly' | 'outside';

/** Edges of the rings by slabs of latitude, so that a point meets only a few of them. */
interface Slabs {
  minY: number;
  height: number;
  /** Per slab: x1, y1, x2, y2 of each edge that reaches into it. */
  edges: number[][];
}

const SLAB_COUNT = 256;
const slabsOf = new WeakMap<Jurisdiction, Slabs>();

export function isInJurisdiction(lon: number, lat: number, jurisdiction: Jurisdiction | undefined): boolean {
  const [minX, minY, maxX, maxY] = jurisdiction?.box ?? chinaBox;
  if (!(lon >= minX && lon <= maxX && lat >= minY && lat <= maxY)) return false;
  if (!jurisdiction?.rings) return true;
  const slabs = slabsOf.get(jurisdiction) ?? buildSlabs(jurisdiction, jurisdiction.rings);
  const edges = slabs.edges[slabAt(slabs, lat)]!;
  let inside = false;
  for (let i = 0; i < edges.length; i += 4) {
    const y1 = edges[i + 1]!;
    const y2 = edges[i + 3]!;
    if (y1 > lat === y2 > lat) continue;
    const x1 = edges[i]!;
    if (lon < x1 + ((lat - y1) / (y2 - y1)) * (edges[i + 2]! - x1)) inside = !inside;
  }
  return inside;
}

function buildSlabs(jurisdiction: Jurisdiction, rings: MultiPolygonRings): Slabs {
  const [, minY, , maxY] = jurisdiction.box;
  const height = Math.max((maxY - minY) / SLAB_COUNT, Number.MIN_VALUE);
  const slabs: Slabs = { minY, height, edges: Array.from({ length: SLAB_COUNT }, () => []) };
  for (const ring of rings.flat()) {
    for (let i = 1; i < ring.length; i++) {
      const [x1, y1] = ring[i - 1]!;
      const [x2, y2] = ring[i]!;
      const last = slabAt(slabs, Math.max(y1, y2));
      for (let slab = slabAt(slabs, Math.min(y1, y2)); slab <= last; slab++)
        slabs.edges[slab]!.push(x1, y1, x2, y2);
    }
  }
  slabsOf.set(jurisdiction, slabs);
  return slabs;
}

/** How a parcel (lon/lat degrees, with its box) lies to the jurisdiction. */
export function standingOf(lonLat: MultiPolygonRings, jurisdiction: Jurisdiction | undefined): Standing {
  const first = lonLat[0]?.[0]?.[0];
  if (first && !mayMeetBorder(lonLat, jurisdiction)) {
    // all of it lies on one side: one vertex tells
    return isInJurisdiction(first[0], first[1], jurisdiction) ? 'inside' : 'outside';
  }
  let inside = 0;
  let vertices = 0;
  for (const part of lonLat) {
    for (const [lon, lat] of part[0] ?? []) {
      vertices += 1;
      if (isInJurisdiction(lon, lat, jurisdiction)) inside += 1;
    }
  }
  if (inside === vertices) return 'inside';
  if (inside > 0) return 'partly';
  return overlapsAll(lonLat, jurisdiction) ? 'partly' : 'outside';
}

/** False where no border of the jurisdiction comes into the box of the parts (of each by itself, if they are many). */
function mayMeetBorder(lonLat: MultiPolygonRings, jurisdiction: Jurisdiction | undefined): boolean {
  if (!jurisdiction?.rings || lonLat.length !== 1) return true;
  const slabs = slabsOf.get(jurisdiction) ?? buildSlabs(jurisdiction, jurisdiction.rings);
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const [x, y] of lonLat[0]?.[0] ?? []) {
    if (x < minX) minX = x;
    if (x > maxX) maxX = x;
    if (y < minY) minY = y;
    if (y > maxY) maxY = y;
  }
  for (let slab = slabAt(slabs, minY); slab <= slabAt(slabs, maxY); slab++) {
    const edges = slabs.edges[slab]!;
    for (let i = 0; i < edges.length; i += 4) {
      if (Math.max(edges[i]!, edges[i + 2]!) < minX || Math.min(edges[i]!, edges[i + 2]!) > maxX) continue;
      if (Math.max(edges[i + 1]!, edges[i + 3]!) >= minY && Math.min(edges[i + 1]!, edges[i + 3]!) <= maxY)
        return true;
    }
  }
  return false;
}

const slabAt = ({ minY, height }: Slabs, y: number): number =>
  Math.min(SLAB_COUNT - 1, Math.max(0, Math.floor((y - minY) / height)));

/** For a parcel none of whose vertices is inside: it may still lie across the jurisdiction. */
function overlapsAll(lonLat: MultiPolygonRings, jurisdiction: Jurisdiction | undefined): boolean {
  const [minX, minY, maxX, maxY] = jurisdiction?.box ?? chinaBox;
  const parcel = edgesOf(lonLat, minX, minY);
  if (parcel.maxX < 0 || parcel.maxY < 0 || parcel.minX > maxX - minX || parcel.minY > maxY - minY)
    return false;
  const boxRing = [
    [minX, minY],
    [maxX, minY],
    [maxX, maxY],
    [minX, maxY],
    [minX, minY],
  ] as const;
  const ground = edgesOf(jurisdiction?.rings ?? [[boxRing]], minX, minY);
  // square degrees; 1e-12 is about 0.01 m²
  return overlapAreaM2(parcel, ground) > 1e-12;
}
