/** What the 国土 TXT reader hands on: the file's own coordinates, numbers and attributes, nothing judged as geometry. */
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';

/** Something that was assumed or does not agree, without making the file unusable. */
export interface TxtWarning {
  code: string;
  detail: Bilingual;
  /** `line N` of the file. */
  pointer?: string;
}

export interface TxtParcel {
  /** 地块编号 (电子监管号), made unique within the file; undefined where the file has none. */
  id: string | undefined;
  name: string | null;
  /** 地块用途 as written: a code or a name. */
  landUse: string | null;
  /** Filled columns by standard name: JZDS, DKMJ, DKBH, DKMC, JLTXSX, TFH, DKYT, DLBM, TBLX, DL, GZQ, GZH, BZ. */
  attributes: Readonly<Record<string, string>>;
  /** MultiPolygon [east, north] as written (or [lon, lat]); rings closed, outer first, winding as written. */
  rings: MultiPolygonRings;
  /** 点号 as written, in the shape of `rings`. */
  pointNumbers: readonly (readonly (readonly string[])[])[];
  /** Line of each position, in the shape of `rings`. */
  lines: readonly (readonly (readonly number[])[])[];
  /** Most decimals of its coordinates. */
  decimals: number;
  /** Line of its attributes, or of its first point. */
  line: number;
  warnings: readonly TxtWarning[];
}

export interface TxtDocument {
  /** EPSG code of the coordinates as written; undefined when the file does not say the central meridian. */
  crs: number | undefined;
  /** EPSG codes the coordinates may be in, when `crs` is undefined. */
  candidates: readonly number[];
  /** Line that says most about the CRS. */
  crsLine: number;
  encoding: string;
  /** Entries of [属性描述] as written. */
  head: Readonly<Record<string, string>>;
  /** Entries of [项目信息] as written. */
  project: Readonly<Record<string, string>>;
  parcels: readonly TxtParcel[];
  /** About the file as a whole. */
  warnings: readonly TxtWarning[];
}

export interface TxtLimits {
  maxParcels: number;
  /** Point lines of all parcels together. */
  maxVertices: number;
  /** Faults listed in one refusal; the rest are counted. */
  maxFaults: number;
}
