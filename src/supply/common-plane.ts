/** One plane for all parcels of a submission: the 3° zone that most of the ground lies in (docs/adjacency-semantics.md §1). */
import { gkZone3, zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { breakLongEdges, toLonLat, toPlane } from '../geometry/planes.js';
import type { Parcel, ParcelWarning } from '../parcels/parcel-types.js';

export interface CommonPlane {
  epsg: number;
  /** MultiPolygons in metres of that zone, in the order of the parcels. */
  shapes: MultiPolygonRings[];
  warnings: ParcelWarning[];
}

/** Parcels of the commonest zone keep their coordinates; the rest are moved there, long edges broken first. */
export function toCommonPlane(parcels: readonly Parcel[]): CommonPlane {
  const epsg = commonest(parcels.map((parcel) => parcel.planeEpsg));
  const moved: string[] = [];
  const shapes = parcels.map((parcel) => {
    if (parcel.planeEpsg === epsg) return parcel.plane;
    moved.push(parcel.id);
    return toOtherZone(parcel, epsg);
  });
  return { epsg, shapes, warnings: moved.length > 0 ? [movedWarning(moved, epsg)] : [] };
}

function commonest(codes: readonly number[]): number {
  const counts = new Map<number, number>();
  for (const code of codes) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || a - b)[0]?.[0] ?? zoneCrs(gkZone3(114)).epsg;
}

const crsOf = (epsg: number) => zoneCrs(epsg - 4488);

function toOtherZone(parcel: Parcel, epsg: number): MultiPolygonRings {
  const broken = parcel.plane.map((polygon) => polygon.map(breakLongEdges));
  return toPlane(toLonLat(broken, crsOf(parcel.planeEpsg)), crsOf(epsg));
}

function movedWarning(ids: readonly string[], epsg: number): ParcelWarning {
  const names = ids.slice(0, 5).join('、');
  return {
    code: 'two-zones',
    detail: {
      zh: `${ids.length} 个地块（${names}${ids.length > 5 ? ' 等' : ''}）位于相邻 3 度带，长度与间距统一在 EPSG:${epsg} 中量算。`,
      en: `${ids.length} parcels (${names}) lie in a neighbouring 3° zone; lengths and gaps of all are taken in EPSG:${epsg}.`,
    },
  };
}
