/** Rule packs as data and the pure judgement over measures. This room declares the measure it needs; it imports no other room. */
import type { Bilingual } from '../core/errors.js';

export type Verdict = 'clear' | 'attention' | 'prohibited' | 'undetermined';
export type Stage = 'pre-review' | 'approval';

/** The row a rule reads: one parcel against one layer. `OverlayMeasure` of the overlay room fits by shape. */
export interface MeasureForPolicy {
  layer: string;
  /** 数据日期 of the layer version, YYYY-MM-DD, printed in the texts; left out or null when nobody said. */
  dataDate?: string | null;
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
  /** The features behind the classes, for rules that break an area down by an attribute. */
  features?: readonly {
    classCode: string | null;
    areaM2: number;
    sharedM2: number;
    netAreaM2: number | null;
    attributes: Readonly<Record<string, unknown>>;
  }[];
}

/** What the applicant says about a parcel, as far as rules read it (e.g. crossesWithoutLand, projectType). */
export interface ParcelFacts {
  landUse: string | null;
  properties: Readonly<Record<string, unknown>>;
  /** Said once for the whole check; a property of the parcel goes before it. */
  project?: Readonly<Record<string, unknown>> | undefined;
}

/** A fact that is not there or can not be read, as findings name it. */
export interface FactFault {
  fact: string;
  label: Bilingual;
  why: 'missing' | 'wrong';
  /** The value as given, where it is wrong. */
  given?: string;
  detail: Bilingual;
}

/** Part of a finding's area by class and by an attribute of the features (坡度级别). */
export interface FindingPart {
  code: string | null;
  /** Value of the attribute; null where features have none. */
  value: string | null;
  label: Bilingual | null;
  areaM2: number;
  netAreaM2: number | null;
  /** 田坎 taken off by coefficient: gross less net. */
  ridgeM2: number | null;
}

/** 田坎 both ways: as other agricultural land, and added back to the farmland (custom of some counties). */
export interface FindingRidges {
  /** Taken off the farmland by coefficient. */
  byCoefficientM2: number;
  /** 田坎 patches of their own. */
  patchesM2: number;
  withoutM2: number;
  withM2: number;
}

/** How well a citation is known: `quoted` = the text is at hand and `clause` is verbatim; the rest has no verbatim text. */
export type Confidence = 'quoted' | 'secondary' | 'memory-high' | 'memory-medium' | 'memory-low';

export interface FindingSource {
  /** Document number where it has one, else its title. */
  document: string;
  article: string;
  /** Verbatim words of the article; only with confidence `quoted`. */
  clause?: string;
  confidence: Confidence;
}

/** Part of a finding's area by class code (DLBM, GHFQMC …), as measured. */
export interface FindingClass {
  code: string | null;
  label: string | null;
  /** Group of the rule's class table, e.g. `N` 农用地. */
  group: string | null;
  areaM2: number;
  netAreaM2: number | null;
}

/**
 * One sentence about one parcel under one rule. A rule gives up to one finding of each sort: what was found
 * (attention/prohibited, or noise), what could not be measured, and what carries an unknown class code.
 */
export interface Finding {
  rule: string;
  /** 规划/耕地/生态/林地/用地 … as the rule pack files it. */
  module: string;
  layer: string;
  verdict: Verdict;
  areaM2: number;
  netAreaM2: number | null;
  undeterminedM2: number;
  /** Overlap below geometry noise, listed as 边界误差; never raises the verdict. */
  noise: boolean;
  source: FindingSource;
  alsoSources: readonly FindingSource[];
  /** Classes behind areaM2 (or behind undeterminedM2 for unknown codes); empty for rules that do not read classes. */
  byClass: readonly FindingClass[];
  breakdown?: readonly FindingPart[];
  ridges?: FindingRidges;
  /** Facts that are missing or wrong and bear on this rule. */
  missing?: readonly FactFault[];
  /** 原则上: a reason may carry it. */
  inPrinciple?: true;
  title: Bilingual;
  detail: Bilingual;
  requires: readonly Bilingual[];
}

/** A rule that was evaluated on complete data and found nothing: the 否 of an official's form. */
export interface PassedRule {
  rule: string;
  module: string;
  layer: string;
  text: Bilingual;
}

export interface ParcelJudgement {
  verdict: Verdict;
  /** Worst verdict of the rules on each layer. */
  layerVerdicts: Readonly<Record<string, Verdict>>;
  /** Heaviest first: prohibited, undetermined, attention, boundary error; then the larger ground; then the pack's order. */
  findings: readonly Finding[];
  passed: readonly PassedRule[];
}
