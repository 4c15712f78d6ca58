/** What the overlay room answers: areas and where they come from, no opinions. */

/** Areas are unrounded ellipsoid m² unless the name says Cents (printed hundredths that close). */
export interface FeatureMeasure {
  featureNo: number;
  bsm: string | null;
  classCode: string | null;
  classLabel: string | null;
  areaM2: number;
  /** Part of areaM2 already counted under an earlier feature of the same layer (inner overlaps), else 0. */
  sharedM2: number;
  netAreaM2: number | null;
  wholeFeature: boolean;
  attributes: Readonly<Record<string, string | number | boolean | null>>;
  /** The same as JSON in UTF-8: written once per feature, copied into every answer. */
  attributesJson: Uint8Array;
}

export interface ClassMeasure {
  code: string | null;
  label: string | null;
  areaM2: number;
  netAreaM2: number | null;
}

/** One parcel against one layer version, printed figures: all in m² to 0.01, closing to the parcel's area. */
export interface OverlayMeasure {
  layer: string;
  /** 数据日期 of the version, YYYY-MM-DD; null when nobody said, or without a version. */
  dataDate: string | null;
  /** Missing: no version registered. Partial: some of the parcel lies outside the coverage or in a gap. */
  state: 'measured' | 'partial' | 'missing';
  /** Why not everything could be measured: no-version | no-coverage | outside-coverage | gap. */
  missingReason: 'no-version' | 'no-coverage' | 'outside-coverage' | 'gap' | null;
  parcelAreaM2: number;
  /** Area of the parcel covered by the layer's features (their union). */
  areaM2: number;
  netAreaM2: number | null;
  /** Parcel less features less undetermined: ground known to be free of the layer. */
  outsideM2: number;
  undeterminedM2: number;
  /** The three above with the geometry noise test applied: true where the ground is thinner than the noise width. */
  noise: { area: boolean; outside: boolean; undetermined: boolean };
  byClass: readonly (ClassMeasure & { noise: boolean })[];
  features: readonly (FeatureMeasure & { noise: boolean })[];
  warnings: readonly { code: string; detail: { zh: string; en: string } }[];
}
