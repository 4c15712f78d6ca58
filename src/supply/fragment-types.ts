/** The answer of 零星地块 (contract.md, Fragments): names of the contract, and the evidence they rest on. */
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Verdict } from '../policy/policy-types.js';
import type { NamedLayer, SupplyFile } from './supply-parts.js';

export type FragmentKind = '边角地' | '夹心地' | '插花地';

export interface FragmentRequest extends SupplyFile {
  gapToleranceM?: number | undefined;
  minSharedEdgeM?: number | undefined;
  /** Find the fragments within the project's range instead of taking them from the file. */
  discover?: boolean | undefined;
  /** Least area of a piece that is found, m²; smaller ones are counted as noise. */
  minAreaM2?: number | undefined;
  /** Layers of approved land that discovery takes off; default all of them. */
  approved?: readonly string[] | undefined;
}

export interface FragmentReason {
  code: string;
  verdict: Verdict;
  detail: Bilingual;
}

export interface FragmentEvidence {
  perimeterM: number;
  /** Part of the perimeter along the project's land or a host. */
  boundedM: number;
  boundedShare: number;
  /** Part of the ground half a metre around, outside project and hosts, that is built land by 地类图斑; null unknown. */
  builtShare: number | null;
  /** Wholly within another's land. */
  island: boolean;
  /** Diameter of the largest circle inside, m. */
  inscribedDiameterM: number;
  /** 2A/P, m. */
  meanWidthM: number;
  /** 4πA/P²: 1 is a circle. */
  compactness: number;
  /** Length along a road by 地类图斑, m; null unknown. */
  roadAccessM: number | null;
  /** Why it can hardly be developed alone (难以独立开发). */
  hardToDevelop: readonly Bilingual[];
}

export interface FragmentHost {
  id: string;
  landUse: string | null;
  industrial: boolean | null;
  sharedEdgeM: number;
  gapM: number;
}

export interface FragmentMerge {
  host: string;
  areaBeforeM2: number;
  areaAfterM2: number;
  oneRing: boolean;
  /** MultiPolygon in EPSG:4490 degrees, and in the plane of the answer for 国土 TXT. */
  outline: { type: 'MultiPolygon'; coordinates: MultiPolygonRings };
  plane: { crs: string; coordinates: MultiPolygonRings };
}

export interface Fragment {
  id: string;
  name: string | null;
  /** Ellipsoid area to 0.01; `areaUnroundedM2` is what the limit is held against. */
  areaM2: number;
  areaUnroundedM2: number;
  planeAreaM2: number;
  mu: number;
  /** ≤ 2,000.00 m² on the unrounded ellipsoid area. */
  withinLimit: boolean;
  /** inside: within the project's range; adjoining: beside it. */
  position: 'inside' | 'adjoining' | 'unknown';
  kind: FragmentKind;
  why: Bilingual;
  evidence: FragmentEvidence;
  landClasses: readonly { code: string | null; label: string | null; areaM2: number }[];
  hosts: readonly FragmentHost[];
  merge: FragmentMerge | null;
  towns: readonly { code: string | null; name: string | null; areaM2: number }[];
  villages: readonly { code: string | null; name: string | null; areaM2: number }[];
  verdict: Verdict;
  reasons: readonly FragmentReason[];
  outline: { type: 'MultiPolygon'; coordinates: MultiPolygonRings };
}

export interface Region {
  code: string | null;
  name: string | null;
  fragments: number;
  areaM2: number;
}

export interface Selection {
  ids: readonly string[];
  areaM2: number;
  capM2: number;
  /** exact: no set under the cap recovers more; bound: none recovers more than `boundM2`. */
  search: 'exact' | 'bound';
  boundM2: number;
}

export interface Subtracted extends NamedLayer {
  /** So many of its features lie in the range, */
  features: number;
  /** on so much of it, m². */
  areaM2: number;
}

export interface FragmentAnswer {
  parameters: Readonly<Record<string, number | string | boolean>>;
  areaBasis: Bilingual;
  layers: readonly NamedLayer[];
  projectM2: number | null;
  fragments: readonly Fragment[];
  sumM2: number;
  sumMu: number;
  /** Fractions of the project's land, with the fragments counted in it and without them; null without a project. */
  ratio: { included: number | null; excluded: number | null };
  /** ≤ 10 % of the land with the fragments in it; null without a project. */
  withinCap: boolean | null;
  withinCapExcluded: boolean | null;
  verdict: Verdict;
  reasons: readonly FragmentReason[];
  /** Only with `discover`: which to take under the cap, recoverable land by town and village, what was cleaned away. */
  discovered?: {
    selection: Selection;
    towns: readonly Region[];
    villages: readonly Region[];
    /** Construction land less roads in the range, and how much of it is taken; the fragments and the two rows below are the rest. */
    builtM2: number;
    takenM2: number;
    cleaned: { pieces: number; areaM2: number };
    larger: { pieces: number; areaM2: number };
    /** Layers of approved land: taken off where registered, named where not. */
    subtracted: readonly Subtracted[];
  };
  warnings: readonly { code: string; detail: Bilingual; pointer?: string | undefined }[];
}
