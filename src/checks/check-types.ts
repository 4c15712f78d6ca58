/** The stored answer: exactly the JSON of the public contract (texts already in one language are `string`). */
import type { Bilingual } from '../core/errors.js';
import type { Finding, FindingSource, Stage, Verdict } from '../policy/policy-types.js';
import type { AnswerWriter } from './answer-bytes.js';

export interface CheckLayer {
  id: string;
  version: string | null;
  dataDate: string | null;
  sha256: string | null;
  status: 'active' | 'superseded' | 'missing';
  nameZh: string;
  nameEn: string;
}

export interface CheckOverlay {
  layer: string;
  verdict: Verdict;
  areaM2: number;
  netAreaM2: number | null;
  outsideM2: number;
  share: number;
  undeterminedM2: number;
  undeterminedReason: string | null;
  byClass: readonly {
    code: string | null;
    label: string | null;
    areaM2: number;
    netAreaM2: number | null;
    noise: boolean;
  }[];
  features: readonly {
    featureId: string;
    bsm: string | null;
    areaM2: number;
    sharedM2?: number;
    netAreaM2: number | null;
    wholeFeature: boolean;
    noise: boolean;
    attributes: Readonly<Record<string, unknown>>;
  }[];
}

/**
 * A rule as the answer says it once, under its id in `Check.rules`. Clause texts, how well a citation is known and
 * further documents live here and nowhere else; a finding names its document and article only.
 */
export interface CheckRule {
  module: string;
  layer: string;
  /** Left out where the rule found nothing on any parcel. */
  source?: FindingSource;
  alsoSources?: readonly FindingSource[];
  /** What is said of a parcel on which the rule found nothing; left out where there is none. */
  passed?: Bilingual;
}

/** `source` holds more, and `alsoSources` is there, only where they differ from the row of the rule. */
export interface CheckFinding extends Omit<Finding, 'source' | 'alsoSources'> {
  source: Pick<FindingSource, 'document' | 'article'> & Partial<FindingSource>;
  alsoSources?: readonly FindingSource[];
}

/** `text` only where it differs from `Check.rules[rule].passed`. */
export interface CheckPassedRule {
  rule: string;
  text?: Bilingual;
}

export interface CheckParcel {
  id: string;
  name: string | null;
  landUse: string | null;
  area: {
    ellipsoidM2: number;
    planeM2: number;
    planeCrs: string;
    mu: number;
    ha: number;
    uncertaintyM2: number;
  };
  verdict: Verdict;
  overlays: readonly CheckOverlay[];
  findings: readonly CheckFinding[];
  /** Rules that were evaluated on complete data and found nothing. */
  passed: readonly CheckPassedRule[];
  warnings: readonly { code: string; detail: Bilingual }[];
}

/** One material to hand in at this stage, for all parcels and rules that ask for it. */
export interface ChecklistItem {
  /** The same for the same material in every check. */
  id: string;
  text: Bilingual;
  /** Worst verdict of the findings that ask for it. */
  verdict: Verdict;
  module: string;
  rules: readonly string[];
  /** Ids; empty where the check as a whole asks for it. */
  parcels: readonly string[];
}

/** A layer that is not registered and that no rule needed: what its rules would say was not reviewed. */
export interface UnreviewedLayer {
  layer: string;
  nameZh: string;
  nameEn: string;
  rules: readonly string[];
}

export interface Check {
  id: string;
  createdAt: string;
  stage: Stage;
  asOf: string | null;
  /** SHA-256 over everything but id, createdAt and sha256: the same input on the same versions gives the same value. */
  sha256: string;
  rulePack: { id: string; version: string; effectiveFrom: string };
  layers: readonly CheckLayer[];
  engine: {
    kernel: 'trapezoid';
    verifiedBy: 'postgis' | 'geos' | null;
    /** Largest difference between the engines over all pairs, m²; null when not verified. */
    verifiedDifferenceM2: number | null;
    versions: Readonly<Record<string, string>>;
  };
  verdict: Verdict;
  parcels: readonly CheckParcel[];
  /** What the applicant said for the whole check. */
  facts: Readonly<Record<string, string>>;
  /** Findings over all parcels together, heaviest first. */
  findings: readonly CheckFinding[];
  passed: readonly CheckPassedRule[];
  /** Most pressing first. */
  checklist: readonly ChecklistItem[];
  unreviewed: readonly UnreviewedLayer[];
  /** By rule id: what does not change from parcel to parcel. */
  rules: Readonly<Record<string, CheckRule>>;
  totals: {
    areaM2: number;
    byLayer: readonly { layer: string; areaM2: number; netAreaM2: number | null; undeterminedM2: number }[];
  };
  warnings: readonly { code: string; detail: Bilingual }[];
}

/** The answer without id, time and hash. */
export interface ComposedCheck {
  /** JSON of a `Check` without these three. */
  text: AnswerWriter;
  verdict: Verdict;
  /** In order of submission. */
  parcels: readonly { verdict: Verdict; areaM2: number }[];
}

/** A check as it was stored just now. */
export interface StoredCheck {
  id: string;
  verdict: Verdict;
  parcelCount: number;
  /**
   * The very bytes that were stored: JSON, UTF-8, every text in both languages; or what the door made of them when it
   * took them to pick a language. `giveBack` when nobody reads them any more.
   */
  answer: Buffer;
}

export interface CheckSummary {
  id: string;
  createdAt: string;
  stage: Stage;
  verdict: Verdict;
  parcelCount: number;
  rulePack: { id: string; version: string };
}
