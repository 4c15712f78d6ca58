/** A parcel after the door: valid, located, its own coordinates kept. */
import type { Bilingual } from '../core/errors.js';
import type { Box, MultiPolygonRings } from '../core/geometry-types.js';

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
  /** Everything that was submitted with the parcel. */
  properties: Readonly<Record<string, unknown>>;
  /** EPSG code of the coordinates as submitted (4490, 4326, or a CGCS2000 Gauss–Krüger code). */
  sourceEpsg: number;
  /** MultiPolygon in the submitted CRS, untouched but for closing, winding and repeated vertices. */
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

/** What a submitted file may cost before it is refused as `too-large`. */
export interface ParcelLimits {
  maxBytes: number;
  maxFeatures: number;
  /** Positions of all parcels together. */
  maxVertices: number;
  /** Nesting of arrays and objects in the JSON text. */
  maxDepth: number;
  /** Faults listed in one refusal; the rest are counted. */
  maxFaults: number;
  /** Pairs of parcels with overlapping boxes that are measured against each other. */
  maxPairs: number;
}

/** The ground the service answers for (the extent of XZQ), EPSG:4490 degrees. */
export interface Jurisdiction {
  box: Box;
  rings?: MultiPolygonRings;
}

export interface ParcelInput {
  /** GeoJSON as bytes (UTF-8), as text, or already parsed. */
  body: unknown;
  /** Decimals as written, by feature index: for a body that comes parsed, where the numbers have lost them. */
  decimals?: ReadonlyMap<number, number> | undefined;
  /** EPSG code, URN, URL or name of the CRS of the coordinates; wins over nothing, must not contradict the file. */
  crs?: string | undefined;
  /** The format says nothing of a CRS where its file does not: never guess it. */
  mustDeclareCrs?: boolean | undefined;
  limits?: ParcelLimits | undefined;
  /** Absent: only the box of China is known. */
  jurisdiction?: Jurisdiction | undefined;
  /** Repair invalid geometry (area before and after as a warning) instead of refusing it. */
  repair?: boolean | undefined;
}

export interface ParcelBatch {
  parcels: readonly Parcel[];
  /** About the file as a whole; what concerns one parcel stands with the parcel. */
  warnings: readonly ParcelWarning[];
  sourceEpsg: number;
}

export const defaultParcelLimits: ParcelLimits = {
  maxBytes: 32 * 1024 * 1024,
  // of 41 corners: 12 s and 2.1 GB of memory with the embedded database; 5,000 take 1.5 GB
  maxFeatures: 10_000,
  maxVertices: 500_000,
  maxDepth: 64,
  maxFaults: 200,
  maxPairs: 200_000,
};
