/** Rule packs as data and the pure judgement over measures. This room declares the measure it needs; it imports no other room. */
import type { Bilingual } from '../core/errors.js';

export type Verdict = 'clear' | 'attention' | 'prohibited' | 'undetermined';
export type Stage = 'pre-review' | 'approval';

/** The row a rule reads: one parcel against one layer. `OverlayMeasure` of the overlay room fits by shape. */
export interface MeasureForPolicy {
  layer: string;
  state: 'measured' | 'partial' | 'missing';
  missingReason: string | null;
  parcelAreaM2: number;
  areaM2: number;
  netAreaM2: number | null;
  outsideM2: number;
  undeterminedM2: number;
  noise: { area: boolean; outside: boolean; undetermined: boolean };
  byClass: readonly {
    code: string | null;
    label: string | null;
    areaM2: number;
    netAreaM2: number | null;
    noise: boolean;
  }[];
}

/** What the applicant says about a parcel, as far as rules read it (e.g. crossesWithoutLand, projectType). */
export interface ParcelFacts {
  landUse: string | null;
  properties: Readonly<Record<string, unknown>>;
}

export interface Finding {
  rule: string;
  layer: string;
  verdict: Verdict;
  areaM2: number;
  netAreaM2: number | null;
  undeterminedM2: number;
  /** Overlap below geometry noise, listed as 边界误差; never raises the verdict. */
  noise: boolean;
  source: { document: string; article: string; clause?: string };
  alsoSources: readonly { document: string; article: string; clause?: string }[];
  title: Bilingual;
  detail: Bilingual;
  requires: readonly Bilingual[];
}

export interface ParcelJudgement {
  verdict: Verdict;
  /** Worst verdict of the rules on each layer. */
  layerVerdicts: Readonly<Record<string, Verdict>>;
  findings: readonly Finding[];
}
