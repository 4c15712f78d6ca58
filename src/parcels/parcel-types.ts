/** A parcel after the door: valid, located, its own coordinates kept. */
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';

export interface ParcelWarning {
  code: string;
  detail: Bilingual;
  pointer?: string;
}

export interface Parcel {
  /** As submitted (`id`, or property DKBH/ZDDM/BH…), else `parcel-N` by position, with a warning. Unique in one check. */
  id: string;
  name: string | null;
  /** 用地用海 code of the wanted use, when given. */
  landUse: string | null;
  /** Everything else that was submitted with the parcel. */
  properties: Readonly<Record<string, unknown>>;
  /** EPSG code of the coordinates as submitted (4490, or a CGCS2000 Gauss–Krüger code). */
  sourceEpsg: number;
  /** MultiPolygon in the submitted CRS, untouched but for closing and winding. */
  source: MultiPolygonRings;
  /** MultiPolygon in EPSG:4490 degrees, unrounded. */
  lonLat: MultiPolygonRings;
  /** MultiPolygon in the parcel's 3° Gauss–Krüger zone with zone prefix (metres); its edges are the true straight edges. */
  plane: MultiPolygonRings;
  /** EPSG of `plane`, e.g. 4526. */
  planeEpsg: number;
  /** Resolution of the submitted coordinates in metres, read from their decimals (1e-8° → about 0.001 m). */
  resolutionM: number;
  warnings: readonly ParcelWarning[];
}
