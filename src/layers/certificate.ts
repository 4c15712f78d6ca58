/** The quality certificate of one layer version: what came in, what was repaired and what an official should know. Stored as JSON. */
import type { Bilingual } from '../core/errors.js';
import type { Box } from '../core/geometry-types.js';
import type { FieldMapping } from './fields.js';
import type { CoverageKind } from './layer-types.js';

/** All of them counted, the first (or largest) listed. */
export interface BoundedList<Item> {
  total: number;
  items: Item[];
}

export const LISTED = 100;

/** [lon, lat] in degrees, EPSG:4490. */
export type Place = readonly [number, number];

/** A feature as the program that wrote the file shows it: `FID 3`, `OBJECTID 17`; left out where it has no such number. */
export interface InFileName {
  inFile?: string;
}

export interface RepairedFeature extends InFileName {
  /** Position in the file, from 1. */
  featureNo: number;
  bsm: string | null;
  reason: string;
  place: Place | null;
  /** Ellipsoid m²; before: sum over the rings as they were wound, so a bow-tie's halves cancel. */
  areaBeforeM2: number;
  areaAfterM2: number;
}

export interface DroppedFeature extends InFileName {
  featureNo: number;
  bsm: string | null;
  reason: string;
}

export interface OverlapPair {
  featureA: number;
  featureB: number;
  inFileA?: string;
  inFileB?: string;
  bsmA: string | null;
  bsmB: string | null;
  areaM2: number;
  place: Place | null;
}

export interface Gap {
  areaM2: number;
  /** A point inside the gap. */
  place: Place | null;
  /** Diameter of the largest circle in it, metres. */
  widthM: number | null;
}

export interface AreaDifference extends InFileName {
  featureNo: number;
  bsm: string | null;
  attributeAreaM2: number;
  planeAreaM2: number;
}

export interface LayerCertificate {
  formatVersion: 1;
  layerId: string;
  version: string;
  dataDate: string | null;
  source: {
    file: string;
    sha256: string;
    epsg: number;
    crsName: string;
    crsFrom: 'option' | 'file' | 'default';
    resolutionM: number;
    /** Of files that are not GeoJSON: format, layer in the file, encoding of its text where that was in question. */
    container?: { format: string; layer: string; encoding: string | null };
  };
  planeZone: number;
  tileSizeM: number;
  counts: {
    featuresIn: number;
    featuresOut: number;
    repaired: number;
    dropped: number;
    /** Of a shapefile: records marked as deleted, which no program shows. Left out where there are none. */
    deletedRecords?: number;
    vertices: number;
    pieces: number;
    tiles: number;
  };
  areas: { planeM2: number; attributeM2: number | null };
  fields: FieldMapping[];
  repaired: BoundedList<RepairedFeature>;
  dropped: BoundedList<DroppedFeature>;
  bsm: {
    missing: number;
    duplicates: BoundedList<InFileName & { bsm: string; count: number; firstFeatureNo: number }>;
  };
  overlaps: BoundedList<OverlapPair> & { totalM2: number; belowThresholdM2: number; thresholdM2: number };
  /** Null for a cover layer, which may leave ground free. */
  gaps: (BoundedList<Gap> & { totalM2: number; belowThresholdM2: number; thresholdM2: number }) | null;
  /** Null when the layer has no code list or none was at hand. */
  unknownClasses: BoundedList<InFileName & { code: string; count: number; firstFeatureNo: number }> | null;
  unclassified: number;
  /** Attribute area more than 10 % off the geometry. `compared`: features that carry an attribute area. */
  areaDifferences: BoundedList<AreaDifference> & { compared: number };
  coefficient: { missing: number; netAreaMissing: number; netAreaNotClosing: number } | null;
  extent: {
    /** EPSG:4490 degrees. */
    box: Box;
    /** Feature area outside the active districts; null when no district layer is active. */
    outsideDistrictsM2: number | null;
    districtsVersion: string | null;
  };
  coverage: {
    kind: CoverageKind;
    /** Of the declared polygon or districts; null when not declared. */
    areaM2: number | null;
    /** Feature area outside the declared coverage. */
    featuresOutsideM2: number | null;
  };
  warnings: { code: string; detail: Bilingual; count?: number }[];
}

export interface Tally<Item> {
  add(item: Item): void;
  list(): BoundedList<Item>;
}

/** Counts everything, keeps the first hundred. */
export function createTally<Item>(): Tally<Item> {
  let total = 0;
  const items: Item[] = [];
  return {
    add(item) {
      total++;
      if (items.length < LISTED) items.push(item);
    },
    list: () => ({ total, items }),
  };
}
