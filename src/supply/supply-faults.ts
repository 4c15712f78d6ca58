/** What is wrong with a submission of this room, all of it in one refusal, each with its pointer. */
import { AppError, type Bilingual, type InputFault } from '../core/errors.js';
import { fieldAliases } from '../parcels/name-parcels.js';
import type { Parcel } from '../parcels/parcel-types.js';

export interface SupplyFaults {
  add(pointer: string, code: string, detail: Bilingual): void;
  /** @throws AppError bad-parcel */
  throwIfAny(): void;
}

/** @param most faults that are listed; the rest are counted */
export function createSupplyFaults(most: number): SupplyFaults {
  const faults: InputFault[] = [];
  let count = 0;
  return {
    add(pointer, code, detail) {
      count++;
      if (faults.length < most) faults.push({ pointer, code, detail });
    },
    throwIfAny() {
      if (count === 0) return;
      throw new AppError('bad-parcel', `${count} faults in a submission for supply`, {
        errors: faults,
        detail: {
          zh: `提交的地块有 ${count} 处问题，请按 errors 逐项修正后重新提交。`,
          en: `${count} faults in the submission: mend what errors lists and send it again.`,
        },
      });
    },
  };
}

const useFields = new Set(fieldAliases.landUse.map((alias) => alias.toLowerCase()));

/** The place of a parcel's wanted use in a FeatureCollection. */
export function landUsePointer(parcel: Parcel, index: number): string {
  const name = Object.keys(parcel.properties).find((key) => useFields.has(key.toLowerCase()));
  return propertyPointer(index, name ?? 'landUse');
}

export const propertyPointer = (index: number, name: string): string =>
  `/features/${index}/properties/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;

/** @throws AppError bad-parameter */
export function badParameter(name: string, detail: Bilingual): AppError {
  return new AppError('bad-parameter', `bad value of ${name}`, {
    detail,
    errors: [{ pointer: name, code: 'bad-parameter', detail }],
  });
}
