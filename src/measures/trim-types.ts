/** What the files about trimming hand each other. */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Parcel } from '../parcels/parcel-types.js';

export interface TrimmedPart {
  plane: MultiPolygonRings;
  rawM2: number;
  widthM: number;
}

export interface Remaining {
  layer: string;
  areaM2: number;
  undeterminedM2: number;
  /** The remaining area, or the unknown ground, is thinner than the pack's noise width. */
  noise: boolean;
  undeterminedNoise: boolean;
}

export interface Trimmed {
  parcel: Parcel;
  parcelM2: number;
  keptM2: number;
  droppedM2: number;
  trimmedM2: number;
  lost: { layer: string; areaM2: number; rings: MultiPolygonRings }[];
  dropped: { areaM2: number; widthM: number; rings: MultiPolygonRings }[];
  /** Thinner than the least width although the part they belong to is not: they stay, and are told. */
  narrow: { areaM2: number; widthM: number; rings: MultiPolygonRings }[];
  remaining: Remaining[];
  rings: MultiPolygonRings;
  valid: boolean;
}
