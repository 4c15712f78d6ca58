/** The answer of 宗地组合供应 (contract.md, Bundles): names of the contract, and what they rest on. */
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { ContactKind } from './find-contacts.js';
import type { NamedLayer, SupplyFile } from './supply-parts.js';

/** What a gap may be made of for parcels to count as neighbours across it. */
export const acrossKinds = ['road', 'green', 'water'] as const;
export type AcrossKind = (typeof acrossKinds)[number];

export interface ProposalRequest {
  /** Total area in m²; both ends belong to the range. */
  minAreaM2?: number | undefined;
  maxAreaM2?: number | undefined;
  /** Use groups that must all be there: industry, housing, commerce … */
  uses?: readonly string[] | undefined;
  /** Widest gap in m that a link of the bundle may have. */
  maxGapM?: number | undefined;
  include?: readonly string[] | undefined;
  exclude?: readonly string[] | undefined;
  /** How many, best first; default 5. */
  limit?: number | undefined;
}

export interface BundleRequest extends SupplyFile {
  gapToleranceM?: number | undefined;
  minSharedEdgeM?: number | undefined;
  /** Widest road, green strip or water in m across which parcels are neighbours. */
  across?: Partial<Record<AcrossKind, number>> | undefined;
  propose?: ProposalRequest | undefined;
  /** Rules that judge, `id` or `id@version`; default the city's. Without the city's the article (15) is not asked. */
  rulePack?: string | undefined;
}

export type Standing = 'eligible' | 'not-eligible' | 'undetermined';

export interface Reason {
  code: string;
  standing: Standing;
  /** The parcel it is about; null for the bundle as a whole. */
  parcel: string | null;
  detail: Bilingual;
}

/** One document's word on a bundle. */
export interface DocumentStanding {
  document: string;
  article: string;
  standing: Standing;
  reasons: readonly Reason[];
}

export interface BundleParcel {
  id: string;
  name: string | null;
  /** As submitted. */
  landUse: string | null;
  useLabel: string | null;
  useGroup: string | null;
  /** Official ellipsoid area, m² to 0.01. */
  areaM2: number;
  /** Of 城镇开发边界; the three add up to areaM2. */
  insideM2: number;
  outsideM2: number;
  undeterminedM2: number;
  zones: readonly { zone: string | null; areaM2: number }[];
  /** Use of the detailed plan: from the layer where one is registered, else as submitted, else null. */
  detailedPlanUse: string | null;
  detailedPlanFrom: 'layer' | 'submitted' | null;
  standing: Standing;
  reasons: readonly Reason[];
  /** The bundle it is in; null where it has no neighbour. */
  bundle: string | null;
}

export interface GapGround {
  /** road, green, water, parcel (another parcel of the submission), other, unknown. */
  kind: AcrossKind | 'parcel' | 'other' | 'unknown';
  code: string | null;
  label: string | null;
  areaM2: number;
  share: number;
}

export interface Adjacency {
  a: string;
  b: string;
  kind: ContactKind;
  sharedEdgeM: number;
  gapM: number;
  meanGapM: number | null;
  /** Length over which the borders run along each other at that distance. */
  facingM: number;
  overlapM2: number;
  /** Whether the two count as neighbours, and across what. */
  adjacent: boolean;
  across: AcrossKind | null;
  /** What lies in the gap, where it is as long as a shared edge must be. */
  between: readonly GapGround[];
}

export interface Bundle {
  id: string;
  parcels: readonly string[];
  uses: readonly { group: string | null; label: Bilingual; areaM2: number; parcels: readonly string[] }[];
  /** Sum of the parcels' areas; the uses add up to it. */
  areaM2: number;
  mu: number;
  connected: boolean;
  /** Under every document that applies, none undecided; see `documents` for each, `reasons` for what is against it. */
  eligible: boolean;
  /** Of all documents together: undetermined wherever one of them is. */
  standing: Standing;
  documents: readonly DocumentStanding[];
  reasons: readonly Reason[];
  planningConditions: readonly PlanningCondition[];
  /** Length of all borders between its parcels. */
  sharedEdgeM: number;
  /** 4πA/P² of the outline: 1 is a circle. */
  compactness: number;
  perimeterM: number;
  /** MultiPolygon, EPSG:4490 degrees. */
  outline: { type: 'MultiPolygon'; coordinates: MultiPolygonRings };
}

/** 分别出具规划条件: one for each parcel of the bundle. */
export interface PlanningCondition {
  parcel: string;
  landUse: string | null;
  useLabel: string | null;
  areaM2: number;
  detail: Bilingual;
}

export interface Proposal {
  rank: number;
  parcels: readonly string[];
  useGroups: readonly string[];
  areaM2: number;
  sharedEdgeM: number;
  standing: Standing;
  /** Why it stands before the next one; null for the last. */
  beatsNext: Bilingual | null;
}

export interface Proposals {
  /** exact: proved that no set within the constraints has more uses or more area than the first; bound: none exceeds `bound`. */
  search: 'exact' | 'bound';
  bound: { useGroups: number; areaM2: number };
  order: Bilingual;
  proposals: readonly Proposal[];
  /** Candidates left out, with the reason. */
  left: readonly { parcel: string; reason: string; detail: Bilingual }[];
}

export interface BundleAnswer {
  parameters: {
    gapToleranceM: number;
    minSharedEdgeM: number;
    across: Partial<Record<AcrossKind, number>>;
    reachM: number;
    planeCrs: string;
    onDate: string;
    rulePack: string;
    useTable: string;
  };
  areaBasis: Bilingual;
  layers: readonly NamedLayer[];
  parcels: readonly BundleParcel[];
  adjacency: readonly Adjacency[];
  bundles: readonly Bundle[];
  proposals?: Proposals;
  warnings: readonly { code: string; detail: Bilingual; pointer?: string | undefined }[];
}
