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

/** Layer name in findings of rules that read the parcel's own area and no layer. */
export const NO_LAYER = 'parcel';

/**
 * Something the applicant says about a parcel or about the project: a property of the feature or a parameter of the
 * check. A value that is none of the permitted ones is wrong, never guessed.
 */
export interface FactDefinition {
  label: Bilingual;
  /** `land-use`: a 用地用海 code, taken from the parcel's land use. Numbers are ≥ 0 and have a unit. */
  type: 'boolean' | 'choice' | 'number' | 'land-use';
  unit?: 'm2' | 'years';
  choices?: Readonly<Record<string, FactChoice>>;
  /** Other property names it may come under, e.g. the ten characters of a shapefile. */
  aliases?: readonly string[];
  /** What holds where nobody says anything; without it the fact is missing then. */
  unstated?: string | boolean;
  /** Rules that do not test this fact are asked only where it has its `unstated` value (e.g. a plot that is no building site). */
  selective?: boolean;
  note?: Bilingual;
}

/** One permitted value, with its own dates: lists of exceptions change with the documents they come from. */
export interface FactChoice extends InForce {
  label: Bilingual;
  source?: RuleSource;
  note?: Bilingual;
}

/** Holds where the fact is stated (or has an `unstated` value) and is one of these, or a code that begins with one. */
export interface FactTest {
  name: string;
  isOneOf?: readonly (string | boolean)[];
  startsWith?: readonly string[];
}

/** Facts that can not hold together in one dossier. */
export interface Contradiction {
  id: string;
  facts: readonly FactTest[];
  text: Bilingual;
}

/** Which square metres of a measure row a rule reads. */
export type RuleMeasure =
  /** The parcel itself; needs no layer. */
  | { kind: 'parcel' }
  /** Ground covered by the layer. */
  | { kind: 'overlap'; layer: string }
  /** Ground known to be free of the layer. */
  | { kind: 'outside'; layer: string }
  /** Ground of classes, matched by code: listed codes, or groups of a class table. Codes the table lacks are unknown. */
  | { kind: 'classes'; layer: string; table: string; codes?: readonly string[]; groups?: readonly string[] }
  /** Ground of zones, matched by name (GHFQMC) through groups of a class table. */
  | { kind: 'zone'; layer: string; table: string; groups: readonly string[] }
  /** Ground of features by one of their attributes (QSXZ 权属性质), through groups of a class table. */
  | { kind: 'attribute'; layer: string; field: string; table: string; groups: readonly string[] };

/** The rule's own threshold (owner: policy). `share` is a fraction of the parcel. Only upward tests, so more ground is never better. */
export interface RuleThreshold {
  op: '>' | '>=';
  value: number;
  unit: 'm2' | 'mu' | 'ha' | 'share';
  /** With `share`: a number fact in m² that the share is taken of, instead of the parcel. */
  of?: string;
  /** With `share` and scope `check`: ground of other parcels of the check that the share is taken of. */
  against?: CounterGround;
}

/** Ground that stands against the rule's own: what is offered in place of what is taken. On the basis of the rule. */
export interface CounterGround {
  measure: RuleMeasure;
  applies: readonly FactTest[];
  /** A number fact in m² that holds where no parcel of the check is such ground; nothing stated is nothing offered. */
  stated?: string;
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

/**
 * What else the same rule says where all these facts hold; the first variant that matches wins. With `passes` the rule
 * is satisfied and says so; else it has another outcome.
 */
export type RuleVariant = { facts: readonly FactTest[] } & (RuleOutcome | { passes: Bilingual });

export interface Rule extends RuleOutcome, InForce {
  id: string;
  module: string;
  /** `check`: the rows of all parcels it applies to are added up and judged once. Default `parcel`. */
  scope?: 'parcel' | 'check';
  /** The rule is asked only where all of these hold. */
  applies?: readonly FactTest[];
  /** Facts without which the rule can not be answered once its ground is there: missing means undetermined. */
  needs?: readonly string[];
  /** The rule needs its layer even where the layer is optional: not registered means undetermined. */
  required?: boolean;
  /** 原则上: the rule may be departed from for a stated reason, so it never prohibits. */
  inPrinciple?: { reason: Bilingual };
  /** Areas of the finding by an attribute of the features as well, e.g. GDPDJB; `ridges` are the codes of 田坎 patches. */
  breakdown?: { field: string; table: string; ridges?: readonly string[] };
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
  /** Measured and judged where it is registered; left out, and said to be left out, where it is not. */
  optional?: boolean;
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
  /** Put before the variants that are there. */
  variants?: readonly RuleVariant[];
}

/** One numbered measure of a document: what of it the program computes, or why it does not. */
export interface CoverageRow {
  article: string;
  title: Bilingual;
  /** rule: decided on the check · measure: a process of its own · trigger: pointed out only · service: another part of the service. */
  by: 'rule' | 'measure' | 'trigger' | 'service' | 'none';
  rules: readonly string[];
  measures: readonly string[];
  /** Why it is not computed; only and always with `none`. */
  reason?: Bilingual;
  /** How far the computation answers the measure. */
  confidence: 'high' | 'medium' | 'low';
  note?: Bilingual;
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
  facts?: Readonly<Record<string, FactDefinition>>;
  contradictions?: readonly Contradiction[];
  boundaryError?: BoundaryError;
  /** Choices among a class table's options: table id → code → group. */
  classOptions?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** New rules, and inherited ones replaced whole by id. */
  rules?: readonly Rule[];
  amend?: readonly RuleAmendment[];
  /** By document: one row per numbered measure, in order. Sources may only cite articles that are there. */
  coverage?: Readonly<Record<string, readonly CoverageRow[]>>;
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
  /** Left out in rules that were kept with checks of earlier versions. */
  title?: Bilingual;
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
  facts: Readonly<Record<string, FactDefinition>>;
  contradictions: readonly Contradiction[];
  boundaryError: BoundaryError;
  classTables: Readonly<Record<string, ResolvedClassTable>>;
  rules: readonly Rule[];
  coverage: Readonly<Record<string, readonly CoverageRow[]>>;
}
