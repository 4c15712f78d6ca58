/** Wanted use and submitted plan use of every parcel, or all codes that no list knows, each with its pointer. */

import type { Bilingual } from '../core/errors.js';
import { ydyhCodes } from '../core/ydyh.js';
import type { Parcel, ParcelWarning } from '../parcels/parcel-types.js';
import { createSupplyFaults, landUsePointer, propertyPointer } from './supply-faults.js';
import type { LandUse, UseTable } from './use-groups.js';

export interface SubmittedUses {
  /** In the order of the parcels; undefined where none was given. */
  uses: readonly (LandUse | undefined)[];
  /** 2023 code of the detailed plan's use as submitted, or null. */
  planUses: readonly (string | null)[];
  warnings: readonly ParcelWarning[];
}

const planFields = new Set(['detailedplanuse', 'detailed_plan_use', 'xgyt', '详规用途', '详细规划用途']);

/** @throws AppError bad-parcel with every unknown code */
export function readUses(parcels: readonly Parcel[], table: UseTable, maxFaults: number): SubmittedUses {
  const faults = createSupplyFaults(maxFaults);
  const warnings: ParcelWarning[] = [];
  const uses = parcels.map((parcel, i) => {
    if (parcel.landUse === null) return undefined;
    const use = table.find(parcel.landUse);
    const pointer = landUsePointer(parcel, i);
    if (!use) faults.add(pointer, 'unknown-land-use', unknownCode(parcel.landUse));
    else if (use.note) warnings.push({ code: 'former-land-use', detail: use.note, pointer });
    return use;
  });
  const planUses = parcels.map((parcel, i) => {
    const name = Object.keys(parcel.properties).find((key) => planFields.has(key.toLowerCase()));
    const value = name === undefined ? undefined : parcel.properties[name];
    if (name === undefined || value === null || value === '') return null;
    const code = String(value).trim();
    const use = table.find(code);
    if (use?.code) return use.code;
    faults.add(propertyPointer(i, name), 'unknown-land-use', unknownCode(code));
    return null;
  });
  faults.throwIfAny();
  return { uses, planUses, warnings };
}

/** What is wrong with a code that no list holds. */
export function unknownCode(given: string): Bilingual {
  const code = given.slice(0, 40);
  return {
    zh: `“${code}”不是用地用海分类（2023）代码，也不是已知的旧代码；请填写 2、4 或 6 位代码，例如 1001 工业用地（共 ${ydyhCodes.size} 个）。`,
    en: `"${code}" is no code of the 2023 land-use classification and no known older one; give 2, 4 or 6 digits, e.g. 1001.`,
  };
}
