/** What a layer is to the rest of the program: a pinned version with its coverage, never a table name. */

/** A partition covers the ground without gaps or overlaps (DLTB, XZQ); a cover marks some of the ground (red line). */
export type LayerKind = 'partition' | 'cover';

export type CoverageKind = 'polygon' | 'districts' | 'own-union' | 'none';

/** One version of one layer, pinned for the length of a check. */
export interface LayerSnapshot {
  layerId: string;
  kind: LayerKind;
  nameZh: string;
  nameEn: string;
  /** Key in the database. */
  versionId: number;
  /** Public name of the version, e.g. `2024-12-31.1`. */
  version: string;
  status: 'active' | 'superseded';
  /** 数据年份/标准时点, YYYY-MM-DD, null when the supplier did not say. */
  dataDate: string | null;
  /** Day of reception (UTC+8), YYYY-MM-DD: stands in for the data date where the supplier gave none. */
  receivedDate: string;
  sha256: string;
  sourceFile: string;
  featureCount: number;
  coverage: CoverageKind;
  /** Edge length in metres of the square tiles (analysis plane) that the version's edges are stored in. */
  tileSizeM: number;
  /** 3° zone in which straight edges of this version's features are straight. */
  planeZone: number;
  /** Largest coordinate resolution of the source in metres (0.001 for millimetre data). */
  resolutionM: number;
  /** True when the certificate found features of this version overlapping each other. */
  hasInnerOverlaps: boolean;
  /** SHA-256 of the tile manifest: what the stored tiles must hold. */
  manifestSha256: string;
}

/** A layer without a version that could answer: every figure about it is undetermined. */
export interface MissingLayer {
  layerId: string;
  status: 'missing';
  kind: LayerKind | null;
  nameZh: string;
  nameEn: string;
}

/** A feature as the result of a check shows it. */
export interface LayerFeature {
  featureNo: number;
  bsm: string | null;
  /** DLBM, GHFQMC, LHLX … whatever the layer is classified by; null where the layer has no classes. */
  classCode: string | null;
  classLabel: string | null;
  /** Ellipsoid area of the whole feature by the plane, m². */
  planeAreaM2: number;
  /** 田坎系数 KCXS (TKXS) as a fraction; null when missing. */
  kcxs: number | null;
  /** Attribute gross area (TBMJ, YJJBNTTBMJ, MJ) and net area (TBDLMJ, YJJBNTMJ), m². */
  attributeAreaM2: number | null;
  attributeNetAreaM2: number | null;
  /** Standard-name attributes of the feature, codes as text. */
  attributes: Readonly<Record<string, string | number | boolean | null>>;
}
