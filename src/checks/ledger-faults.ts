/** Why a parcel can not be entered in the ledger, each with its place and what to do. */
import { AppError, type InputFault } from '../core/errors.js';
import { roundHalfUp } from '../core/units.js';
import { explainLandUse, readLandUse } from '../policy/facts.js';
import type { CheckParcel } from './check-types.js';
import type { LedgerOverlap } from './ledger-overlaps.js';
import type { LedgerRow, NewLedgerRow } from './sql.js';

export const toFault = (pointer: string, code: string, zh: string, en: string): InputFault => ({
  pointer,
  code,
  detail: { zh, en },
});

export const refused = (errors: readonly InputFault[]): AppError =>
  new AppError('bad-parameter', 'ledger entry refused', { errors, detail: errors[0]!.detail });

export const notAtApproval = (): AppError =>
  refused([
    toFault(
      '/check',
      'not-at-approval',
      '只有报批阶段（approval）的预检可以列入台账。',
      'Only a check at the approval stage can be entered in the ledger.',
    ),
  ]);

/** Ground that two entries share would be counted twice in the total of its county. */
export function countedTwice(overlaps: readonly LedgerOverlap[]): AppError {
  const errors = overlaps.map(({ parcel, other, entry, areaM2 }) => {
    const m2 = roundHalfUp(areaM2, 2).toFixed(2);
    return entry === null
      ? toFault(
          `/parcels/${parcel}`,
          'overlaps-parcel',
          `地块“${parcel}”与同时列入的地块“${other}”在边界外重叠 ${m2} ㎡，将被重复统计，请改正界址。`,
          `Parcel "${parcel}" shares ${m2} m² outside the boundary with parcel "${other}", which is to be entered with it; they would count twice. Correct the boundary points.`,
        )
      : toFault(
          `/parcels/${parcel}`,
          'overlaps-entry',
          `地块“${parcel}”与台账第 ${entry} 号记录（地块“${other}”）在边界外重叠 ${m2} ㎡，将被重复统计；请改正界址，或先撤销该记录。`,
          `Parcel "${parcel}" shares ${m2} m² outside the boundary with entry ${entry} (parcel "${other}"); they would count twice. Correct the boundary points, or withdraw the entry first.`,
        );
  });
  return new AppError('conflict', 'ground is in the ledger in part', { errors, detail: errors[0]!.detail });
}

export const changedMeanwhile = (): AppError =>
  new AppError('conflict', 'the ledger changed meanwhile', {
    detail: {
      zh: '台账刚刚有新的记录列入，请重新提交。',
      en: 'Something was entered in the ledger just now; submit again.',
    },
  });

export function enteredAlready(rows: readonly NewLedgerRow[], entered: readonly LedgerRow[]): AppError {
  const done = new Set(entered.map((row) => row.parcel_id));
  const names = [...new Set(rows.map((row) => row.parcelId).filter((id) => !done.has(id)))].join('、');
  return new AppError('conflict', 'ground is in the ledger', {
    detail: {
      zh: `地块 ${names} 的范围已在台账中，未重复列入；如需更正，请先撤销原记录。`,
      en: `The ground of ${names} is in the ledger already and was not entered again; withdraw the entry first to correct it.`,
    },
  });
}

/** 农业设施、农村宅基地、农村社区服务设施: no urban construction land. */
const ruralUses = ['06', '0703', '0704'];

export function entryFaults({ id, landUse, overlays }: CheckParcel): InputFault[] {
  const boundary = overlays.find((one) => one.layer === 'czkfbj')!;
  const at = `/parcels/${id}`;
  if (boundary.undeterminedM2 > 0)
    return [
      toFault(
        at,
        'undetermined',
        `地块“${id}”有 ${boundary.undeterminedM2.toFixed(2)} ㎡是否在城镇开发边界外无法判定，不能列入台账。`,
        `For ${boundary.undeterminedM2.toFixed(2)} m² of parcel "${id}" it is not known whether they lie outside the boundary; it cannot be entered.`,
      ),
    ];
  if (landUse === null)
    return [
      toFault(
        at,
        'land-use-missing',
        `地块“${id}”没有拟用途，无法认定为城镇建设用地。`,
        `Parcel "${id}" has no land use, so it cannot be told whether it is urban construction land.`,
      ),
    ];
  const code = readLandUse(landUse);
  if (code === undefined) return [{ pointer: at, code: 'unknown-land-use', detail: explainLandUse(landUse) }];
  if (!ruralUses.some((start) => code.startsWith(start))) return [];
  return [
    toFault(
      at,
      'rural-use',
      `地块“${id}”的用途 ${code} 为农村用地，不属于城镇建设用地，不列入台账。`,
      `The use ${code} of parcel "${id}" is rural, no urban construction land; it does not belong in the ledger.`,
    ),
  ];
}
