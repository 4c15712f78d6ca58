/** The shapes of a rule pack and its class tables, as `read-rule-pack.ts` accepts them and `find-rule-pack.ts` resolves them. */
import type { Bilingual } from '../core/errors.js';
import type { Confidence, Stage } from './policy-types.js';

/** From (inclusive) and to (inclusive), YYYY-MM-DD; an open end is left out. */
export interface InForce {
  effectiveFrom?: string;
  effectiveTo?: string;
}

export interface PolicyDocument extends InForce {
  /** 文号; documents without one are cited by title. */
  number?: string;
  title: string;
  issuer?: string;
  confidence: Confidence;
  /** Why the confidence or the dates are what they are. */
  note?: string;
}

/** `document` is a key of the pack's `documents` (own or inherited). `clause` is verbatim or absent. */
export interface RuleSource {
  document: string;
  article: string;
  clause?: string;
}

/** Which square metres of a measure row a rule reads. */
export type RuleMeasure =
  /** Ground covered by the layer. */
  | { kind: 'overlap'; layer: string }
  /** Ground known to be free of the layer. */
  | { kind: 'outside'; layer: string }
  /** Ground of classes, matched by code: listed codes, or groups of a class table. Codes the table lacks are unknown. */
  | { kind: 'classes'; layer: string; table: string; codes?: readonly string[]; groups?: readonly string[] }
  /** Ground of zones, matched by name (GHFQMC) through groups of a class table. */
  | { kind: 'zone'; layer: string; table: string; groups: readonly string[] };

/** The rule's own threshold (owner: policy). `share` is a fraction of the parcel. Only upward tests, so more ground is never better. */
export interface RuleThreshold {
  op: '>' | '>=';
  value: number;
  unit: 'm2' | 'mu' | 'ha' | 'share';
}

export type FiringVerdict = 'attention' | 'prohibited';
export type ByStage<T> = Readonly<Record<Stage, T>>;

/** What a rule says when it fires; texts may hold the placeholders of `render-text.ts`. */
export interface RuleOutcome {
  verdict: ByStage<FiringVerdict>;
  title: Bilingual;
  detail: Bilingual;
  /** Materials to hand in or steps to take. */
  requires: ByStage<readonly Bilingual[]>;
}

/** Another outcome of the same rule when the applicant states a fact, e.g. `crossesWithoutLand`. First match wins. */
export interface RuleVariant extends RuleOutcome {
  fact: { name: string; isOneOf: readonly (string | number | boolean)[] };
}

export interface Rule extends RuleOutcome, InForce {
  id: string;
  module: string;
  /** What the rule is about, as it stands inside generic sentences: 生态保护红线 / the ecological protection red line. */
  subject: Bilingual;
  measure: RuleMeasure;
  /** Area the threshold is compared with. A net area that is not known counts as its gross area. */
  basis: 'gross' | 'net';
  when: RuleThreshold;
  source: RuleSource;
  alsoSources: readonly RuleSource[];
  /** The sentence for a rule that found nothing on complete data. */
  clear: Bilingual;
  variants?: readonly RuleVariant[];
  /** Explanations for maintainers and `/v1/rule-packs`; not printed in findings. */
  note?: Bilingual;
}

/** Geometry noise per layer (owner: geometry): ground below either number is flagged by the overlay, never by a rule. */
export interface LayerNeed {
  layer: string;
  /** True where every bit of ground must lie in a feature (DLTB): ground outside its features is then undetermined. */
  partition?: boolean;
  ignoreBelow: { areaM2?: number; widthM?: number };
}

/**
 * How much ground policy lets pass as 边界误差 at all, whatever its width (owner: policy). Flagged ground above
 * either number counts in full: a strip of 0.1 m × 5 km is no boundary error, nor is a parcel that is all strip.
 */
export interface BoundaryError {
  upToM2: number;
  upToShare: number;
}

/** Changes to one inherited rule. A new `source` moves the old one to the front of `alsoSources`. */
export interface RuleAmendment {
  rule: string;
  source?: RuleSource;
  addSources?: readonly RuleSource[];
  verdict?: ByStage<FiringVerdict>;
  when?: RuleThreshold;
  detail?: Bilingual;
  requires?: ByStage<readonly Bilingual[]>;
}

export interface RulePack extends InForce {
  kind: 'rule-pack';
  id: string;
  version: string;
  title: Bilingual;
  jurisdiction: Bilingual;
  effectiveFrom: string;
  effectiveFromNote?: Bilingual;
  /** What the reader must know about the pack as a whole, e.g. 以最新为准. */
  note: Bilingual;
  extends?: string;
  documents: Readonly<Record<string, PolicyDocument>>;
  layers?: readonly LayerNeed[];
  boundaryError?: BoundaryError;
  /** Choices among a class table's options: table id → code → group. */
  classOptions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** New rules, and inherited ones replaced whole by id. */
  rules?: readonly Rule[];
  amend?: readonly RuleAmendment[];
}

export interface ClassTable extends InForce {
  kind: 'class-table';
  id: string;
  version: string;
  effectiveFrom: string;
  /** What the codes are codes of: `sandiao-dlbm`, `czkfbj-zone`, … */
  codeSystem: string;
  title: Bilingual;
  /** Where the table comes from and what is disputed. */
  sources: readonly string[];
  confidence: Confidence;
  note?: Bilingual;
  groups: Readonly<Record<string, { label: Bilingual; codes: readonly string[] }>>;
  /** Codes that published tables file differently; the pack may choose, else the default holds. */
  options?: Readonly<Record<string, { choices: readonly string[]; default: string; note: Bilingual }>>;
}

/** Every version of every pack and table that is installed. */
export interface PolicyLibrary {
  packs: readonly RulePack[];
  classTables: readonly ClassTable[];
}

export interface ResolvedClassTable {
  id: string;
  version: string;
  codeSystem: string;
  groups: Readonly<Record<string, { label: Bilingual }>>;
  /** Code or zone name → groups it belongs to (a code may be in several: 农用地 and 林地). */
  groupsOf: Readonly<Record<string, readonly string[]>>;
}

/** A pack with everything it extends and refers to, for one date: all that `evaluate` needs. */
export interface ResolvedRulePack {
  id: string;
  version: string;
  title: Bilingual;
  jurisdiction: Bilingual;
  effectiveFrom: string;
  effectiveTo: string | null;
  effectiveFromNote: Bilingual | null;
  notes: readonly Bilingual[];
  /** The pack, its ancestors and its class tables, `id@version`: equal lists mean equal rules. */
  composedOf: readonly string[];
  documents: Readonly<Record<string, PolicyDocument>>;
  layers: readonly LayerNeed[];
  boundaryError: BoundaryError;
  classTables: Readonly<Record<string, ResolvedClassTable>>;
  rules: readonly Rule[];
}
