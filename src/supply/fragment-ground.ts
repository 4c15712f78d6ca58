/** The layers of a fragment answer: what is construction land, and parcels measured against a layer. */
import { type LayerOrMissing, type MeasuredParcel, measureOverlaps } from '../overlay/measure-overlaps.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { latestInForce } from '../policy/in-force.js';
import type { PolicyLibrary } from '../policy/rule-pack-types.js';
import type { FragmentLimits } from './fragment-limits.js';
import type { FragmentNumbers } from './read-fragment-request.js';
import { LAYER_NOISE, type SupplyParts } from './supply-parts.js';
import type { UseTable } from './use-groups.js';

export interface ConstructionClasses {
  /** 建设用地 of the three main classes. */
  all(code: string): boolean;
  /** The same without transport (10) and water works (11). */
  withoutRoads(code: string): boolean;
}

export interface FragmentGround {
  parts: SupplyParts;
  layers: readonly LayerOrMissing[];
  isConstruction: ConstructionClasses;
  uses: UseTable;
  limits: FragmentLimits;
  numbers: FragmentNumbers;
  planeEpsg: number;
  signal: AbortSignal | undefined;
}

/** By the `land-classes` table in force on the day. */
export function constructionClasses(policy: PolicyLibrary, onDate: string): ConstructionClasses {
  const versions = policy.classTables.filter(({ id }) => id === 'land-classes');
  const table = latestInForce(versions, onDate) ?? versions[0]!;
  const codes = new Set(table.groups.J?.codes ?? []);
  return {
    all: (code) => codes.has(code),
    withoutRoads: (code) => codes.has(code) && !code.startsWith('10') && !code.startsWith('11'),
  };
}

/** Parcels measured in one go: bounds what is in memory, and so does the limit on pairs, which holds for each go. */
const PARCELS_AT_ONCE = 500;

/** Rows in the order of the parcels, one overlay per layer. */
export async function measureLayers(
  { parts, signal }: FragmentGround,
  parcels: readonly Parcel[],
  layers: readonly LayerOrMissing[],
  { maxPairs }: Pick<SupplyParts, 'maxPairs'> = parts,
): Promise<MeasuredParcel[]> {
  const rows: MeasuredParcel[] = [];
  for (let from = 0; from < parcels.length; from += PARCELS_AT_ONCE) {
    const window = parcels.slice(from, from + PARCELS_AT_ONCE);
    const overlay = { ...parts, maxPairs, sql: parts.db, signal };
    rows.push(...(await measureOverlaps(overlay, window, layers, () => LAYER_NOISE)));
  }
  return rows;
}
