/** Groups of neighbours as bundles: uses that add up, each document's word with reasons, conditions, outline. */
import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { roundHalfUp, toMu } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { toLonLat } from '../geometry/planes.js';
import type { Bundle, DocumentStanding, PlanningCondition, Reason } from './bundle-types.js';
import { differingUses, type JudgedParcel, worstOf } from './judge-parcel.js';
import type { UseTable } from './use-groups.js';

/** A link between two parcels of the submission; across: not a common border. */
export interface BundleLink {
  a: number;
  b: number;
  sharedEdgeM: number;
  gapM: number;
  across: string | null;
}

export interface BundleInput {
  judged: readonly JudgedParcel[];
  shapes: readonly MultiPolygonRings[];
  planeEpsg: number;
  uses: UseTable;
  /** The city's article judges as well. */
  cityApplies: boolean;
}

export const CITY = { document: '焦政办规〔2025〕1号', article: '（十五）' } as const;
export const PROVINCE = { document: '河南省 50 条', article: '33' } as const;

/** Figures of two decimals summed as integers. */
const sumM2 = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + Math.round(value * 100), 0) / 100;

export async function composeBundle(
  geos: GeosPool,
  input: BundleInput,
  id: string,
  members: readonly number[],
  links: readonly BundleLink[],
): Promise<Bundle> {
  const parcels = members.map((i) => input.judged[i]!);
  const documents = judgeBundle(parcels, input);
  const areaM2 = sumM2(parcels.map(({ row }) => row.areaM2));
  const outline = await geos.union(members.map((i) => input.shapes[i]!));
  const perimeterM = perimeterOf(outline);
  const standing = worstOf(documents.map((document) => document.standing));
  return {
    id,
    parcels: parcels.map(({ row }) => row.id),
    uses: usesOf(parcels, input.uses),
    areaM2,
    mu: toMu(areaM2),
    connected: true,
    // an official reads it as yes: never while a document that applies is undecided
    eligible: standing === 'eligible',
    standing,
    documents,
    reasons: documents[0]!.reasons.filter((reason) => reason.standing !== 'eligible'),
    planningConditions: parcels.map(conditionOf),
    sharedEdgeM: roundHalfUp(
      links.reduce((sum, link) => sum + link.sharedEdgeM, 0),
      2,
    ),
    compactness: roundHalfUp((4 * Math.PI * planarAreaM2(outline)) / perimeterM ** 2, 4),
    perimeterM: roundHalfUp(perimeterM, 2),
    outline: { type: 'MultiPolygon', coordinates: toLonLat(outline, zoneCrs(input.planeEpsg - 4488)) },
  };
}

/** The city's article first where it applies: it asks for all that the province asks for, and for the detailed plan. */
export function judgeBundle(
  parcels: readonly JudgedParcel[],
  { uses, cityApplies }: Pick<BundleInput, 'uses' | 'cityApplies'>,
): DocumentStanding[] {
  const { standing, detail } = differingUses(parcels, uses);
  const code = standing === 'eligible' ? 'different-uses' : 'one-use';
  const asBundle: Reason = { code, standing, parcel: null, detail };
  const base = [asBundle, ...parcels.flatMap((parcel) => parcel.reasons)];
  const withPlan = [...base, ...parcels.flatMap((parcel) => parcel.planReasons)];
  const of = (reasons: readonly Reason[]) => ({
    standing: worstOf(reasons.map((reason) => reason.standing)),
    reasons,
  });
  const province = { ...PROVINCE, ...of(base) };
  return cityApplies ? [{ ...CITY, ...of(withPlan) }, province] : [province];
}

function usesOf(parcels: readonly JudgedParcel[], uses: UseTable): Bundle['uses'] {
  const groups = new Map<string | null, JudgedParcel[]>();
  for (const parcel of parcels) {
    const { useGroup } = parcel.row;
    groups.set(useGroup, [...(groups.get(useGroup) ?? []), parcel]);
  }
  return [...groups]
    .sort(([a], [b]) => ((a ?? '\uffff') < (b ?? '\uffff') ? -1 : 1))
    .map(([group, members]) => ({
      group,
      label: group === null ? { zh: '未识别用途', en: 'no recognised use' } : uses.labelOf(group),
      areaM2: sumM2(members.map(({ row }) => row.areaM2)),
      parcels: members.map(({ row }) => row.id),
    }));
}

function conditionOf({ row }: JudgedParcel): PlanningCondition {
  const { id, landUse, useLabel, areaM2 } = row;
  const use = landUse === null ? '—' : `${landUse}${useLabel ? ` ${useLabel}` : ''}`;
  return {
    parcel: id,
    landUse,
    useLabel,
    areaM2,
    detail: {
      zh: `地块 ${id}：用途 ${use}，用地面积 ${areaM2.toFixed(2)} ㎡，单独出具规划条件。`,
      en: `Parcel ${id}: use ${use}, ${areaM2.toFixed(2)} m²; its own planning conditions.`,
    },
  };
}

export function perimeterOf(rings: MultiPolygonRings): number {
  let sum = 0;
  for (const polygon of rings) {
    for (const ring of polygon) {
      for (let i = 1; i < ring.length; i++)
        sum += Math.hypot(ring[i]![0] - ring[i - 1]![0], ring[i]![1] - ring[i - 1]![1]);
    }
  }
  return sum;
}
