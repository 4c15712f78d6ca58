/** A parcel made ready for measuring: its ground in the analysis plane and its parts by tile, computed once per tile size. */
import { crsTable } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { type EdgeSet, edgesOfFlat, planarAreaM2 } from '../geometry/area-kernel.js';
import { cutFlatToTiles } from '../geometry/cut-to-tiles.js';
import { toFlat } from '../geometry/flat-rings.js';
import { planeToAnalysis } from '../geometry/planes.js';
import type { Parcel } from '../parcels/parcel-types.js';

export interface ShapePart {
  x: number;
  y: number;
  /** Edges relative to the tile's lower left corner. */
  edges: EdgeSet;
}

export class Shape {
  /** Ellipsoid area by the analysis plane, m², unrounded. */
  readonly areaM2: number;
  /** Length of all rings in the analysis plane, m: only for bounds, never printed. */
  readonly perimeterM: number;
  private readonly partsBySize = new Map<number, ShapePart[]>();

  /** @param rings MultiPolygon in the analysis plane (SRID 904490). */
  constructor(readonly rings: MultiPolygonRings) {
    this.areaM2 = planarAreaM2(rings);
    this.perimeterM = perimeterOf(rings);
  }

  /** The shape cut to square tiles of the given size. */
  parts(tileSizeM: number): ShapePart[] {
    let parts = this.partsBySize.get(tileSizeM);
    if (!parts) {
      parts = cutFlatToTiles(toFlat(this.rings), tileSizeM).map(({ tileX, tileY, rings }) => ({
        x: tileX,
        y: tileY,
        edges: edgesOfFlat(rings, tileX * tileSizeM, tileY * tileSizeM),
      }));
      this.partsBySize.set(tileSizeM, parts);
    }
    return parts;
  }
}

/** The parcel's ground in the analysis plane; straight edges are those of its own 3° zone. */
export function shapeOfParcel(parcel: Parcel): Shape {
  const crs = crsTable.get(parcel.planeEpsg);
  if (!crs) throw new RangeError(`unknown plane EPSG:${parcel.planeEpsg}`);
  return new Shape(planeToAnalysis(parcel.plane, crs));
}

function perimeterOf(rings: MultiPolygonRings): number {
  let sum = 0;
  for (const polygon of rings) {
    for (const ring of polygon) {
      for (let i = 1; i < ring.length; i++) {
        const dx = ring[i]![0] - ring[i - 1]![0];
        const dy = ring[i]![1] - ring[i - 1]![1];
        sum += Math.sqrt(dx * dx + dy * dy);
      }
    }
  }
  return sum;
}
