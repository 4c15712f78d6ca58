/**
 * What each parcel brings to a bundle: its ground inside 城镇开发边界, its use, the detailed plan's use, each with the
 * reason that keeps it in, out, or undecided. Fails closed: what is not known is never eligible.
 */
import type { Bilingual } from '../core/errors.js';
import type { MeasuredParcel } from '../overlay/measure-overlaps.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { BundleParcel, Reason, Standing } from './bundle-types.js';
import { type LandUse, type UseTable, usesAgree } from './use-groups.js';

export interface JudgedParcel {
  /** The answer's row; `bundle` is filled in once groups are known. */
  row: Omit<BundleParcel, 'bundle'>;
  /** Of both documents: boundary, use, exclusions, overlaps. */
  reasons: readonly Reason[];
  /** Of the city's article only: 在符合详细规划的基础上. */
  planReasons: readonly Reason[];
}

export interface ParcelFindings {
  measured: MeasuredParcel;
  boundary: OverlayMeasure;
  /** Undefined where no detailed plan is registered. */
  plan: OverlayMeasure | undefined;
  use: LandUse | undefined;
  /** As submitted with the parcel. */
  submittedPlanUse: string | null;
  /** Ids of parcels that lie on this one. */
  overlapping: readonly string[];
}

const rank: Readonly<Record<Standing, number>> = { eligible: 0, undetermined: 1, 'not-eligible': 2 };

export const worstOf = (standings: readonly Standing[]): Standing =>
  standings.reduce<Standing>((worst, one) => (rank[one] > rank[worst] ? one : worst), 'eligible');

export function judgeParcel(findings: ParcelFindings): JudgedParcel {
  const { measured, boundary, use } = findings;
  const { parcel, areaM2 } = measured;
  const say = (code: string, standing: Standing, zh: string, en: string): Reason => ({
    code,
    standing,
    parcel: parcel.id,
    detail: { zh: `${parcel.id}：${zh}`, en: `${parcel.id}: ${en}` },
  });
  const reasons = [
    ...boundaryReasons(boundary, say),
    ...useReasons(use, say),
    ...findings.overlapping.map((other) =>
      say(
        'overlap-defect',
        'undetermined',
        `与地块 ${other} 图形重叠，须先消除重叠再判定。`,
        `lies on parcel ${other}; mend the overlap first.`,
      ),
    ),
  ];
  const plan = planFinding(findings, say);
  const standing = worstOf(reasons.map((reason) => reason.standing));
  return {
    reasons,
    planReasons: plan.reasons,
    row: {
      id: parcel.id,
      name: parcel.name,
      landUse: parcel.landUse,
      useLabel: use?.label ?? null,
      useGroup: use?.group ?? null,
      areaM2,
      insideM2: boundary.areaM2,
      outsideM2: boundary.outsideM2,
      undeterminedM2: boundary.undeterminedM2,
      zones: boundary.byClass.map(({ code, label, areaM2: zoneM2 }) => ({
        zone: code ?? label,
        areaM2: zoneM2,
      })),
      detailedPlanUse: plan.use,
      detailedPlanFrom: plan.from,
      standing,
      reasons: [...reasons, ...plan.reasons],
    },
  };
}

type Say = (code: string, standing: Standing, zh: string, en: string) => Reason;

function boundaryReasons(boundary: OverlayMeasure, say: Say): Reason[] {
  const reasons: Reason[] = [];
  const { outsideM2, undeterminedM2, noise } = boundary;
  if (boundary.state === 'missing') {
    return [
      say(
        'boundary-missing',
        'undetermined',
        '未登记城镇开发边界图层，无法判定是否位于边界内。',
        'no urban development boundary is registered; whether it lies inside is not known.',
      ),
    ];
  }
  if (outsideM2 > 0 && !noise.outside) {
    const m2 = outsideM2.toFixed(2);
    reasons.push(
      say(
        'outside-boundary',
        'not-eligible',
        `位于城镇开发边界外 ${m2} ㎡。`,
        `${m2} m² lie outside the boundary.`,
      ),
    );
  }
  if (undeterminedM2 > 0 && !noise.undetermined) {
    const m2 = undeterminedM2.toFixed(2);
    reasons.push(
      say(
        'boundary-not-covering',
        'undetermined',
        `${m2} ㎡ 不在城镇开发边界数据的覆盖范围内，无法判定。`,
        `the boundary's data do not cover ${m2} m² of it.`,
      ),
    );
  }
  if (reasons.length > 0) return reasons;
  const zones = boundary.byClass.map(({ code, label }) => code ?? label ?? '—').join('、');
  return [
    say(
      'inside-boundary',
      'eligible',
      `位于城镇开发边界内（${zones}）。`,
      `lies inside the boundary (${zones}).`,
    ),
  ];
}

function useReasons(use: LandUse | undefined, say: Say): Reason[] {
  if (!use) {
    return [say('no-land-use', 'undetermined', '没有填写用途（用地用海代码）。', 'no wanted use was given.')];
  }
  const name = `${use.given}${use.label ? ` ${use.label}` : ''}`;
  const reasons: Reason[] = [];
  if (use.excluded) {
    reasons.push(
      say(
        'excluded-use',
        'not-eligible',
        `用途 ${name} 涉及公共安全、环境保护或特殊功能，不得混合（（十六）、第 37 条；口径见用途分组表）。`,
        `use ${name} touches public safety, the environment or a special function and may not be mixed ((16), measure 37).`,
      ),
    );
  } else if (use.publicInterest) {
    reasons.push(
      say(
        'public-interest',
        'eligible',
        `用途 ${name} 可能属公共利益用地，请认定是否适用（十六）的禁止混合。`,
        `use ${name} may be land of public interest: decide whether (16) keeps it out.`,
      ),
    );
  }
  return reasons;
}

interface PlanFinding {
  use: string | null;
  from: BundleParcel['detailedPlanFrom'];
  reasons: Reason[];
}

function planFinding({ plan, use, submittedPlanUse }: ParcelFindings, say: Say): PlanFinding {
  if (plan && plan.state !== 'missing') return planOfLayer(plan, use, say);
  if (submittedPlanUse === null) {
    const zh = '未登记详细规划图层，也未随地块提交详规用途，是否符合详细规划无法判定。';
    const en = 'no detailed plan is registered and none was submitted; agreement with it is not known.';
    return { use: null, from: null, reasons: [say('detailed-plan-missing', 'undetermined', zh, en)] };
  }
  const from = 'submitted' as const;
  if (!use?.code) {
    const zh = '用途不是 2023 版代码，无法与详规用途比对。';
    const en = 'the use is no 2023 code and cannot be compared with the plan.';
    return { use: submittedPlanUse, from, reasons: [say('detailed-plan-unknown', 'undetermined', zh, en)] };
  }
  const agrees = usesAgree(use.code, submittedPlanUse);
  const reason = agrees
    ? say(
        'detailed-plan-as-submitted',
        'eligible',
        `与提交的详规用途 ${submittedPlanUse} 一致（未与详规图层核对）。`,
        `agrees with the submitted plan use ${submittedPlanUse} (no layer to check it against).`,
      )
    : say(
        'detailed-plan-differs',
        'not-eligible',
        `用途 ${use.given} 与提交的详规用途 ${submittedPlanUse} 不一致。`,
        `use ${use.given} differs from the submitted plan use ${submittedPlanUse}.`,
      );
  return { use: submittedPlanUse, from, reasons: [reason] };
}

function planOfLayer(plan: OverlayMeasure, use: LandUse | undefined, say: Say): PlanFinding {
  const largest = [...plan.byClass].sort((p, q) => q.areaM2 - p.areaM2)[0]?.code ?? null;
  const found = { use: largest, from: 'layer' as const };
  const code = use?.code;
  if (!code) {
    const zh = '用途缺失或不是 2023 版代码，无法与详细规划比对。';
    const en = 'the use is missing or no 2023 code; it cannot be compared with the plan.';
    return { ...found, reasons: [say('detailed-plan-unknown', 'undetermined', zh, en)] };
  }
  const reasons: Reason[] = [];
  for (const row of plan.byClass) {
    if (row.noise || (row.code !== null && usesAgree(code, row.code))) continue;
    const m2 = row.areaM2.toFixed(2);
    const name = `${row.code ?? '—'}${row.label ? ` ${row.label}` : ''}`;
    reasons.push(
      say(
        'detailed-plan-differs',
        row.code === null ? 'undetermined' : 'not-eligible',
        `${m2} ㎡ 的详规用途为 ${name}，与用途 ${code} 不一致。`,
        `the plan has ${name} on ${m2} m² of it, not ${code}.`,
      ),
    );
  }
  if (plan.undeterminedM2 > 0 && !plan.noise.undetermined) {
    const m2 = plan.undeterminedM2.toFixed(2);
    reasons.push(
      say(
        'detailed-plan-not-covering',
        'undetermined',
        `${m2} ㎡ 没有详细规划数据。`,
        `no plan covers ${m2} m² of it.`,
      ),
    );
  }
  if (reasons.length === 0)
    reasons.push(
      say('detailed-plan-agrees', 'eligible', '与详细规划用途一致。', 'agrees with the detailed plan.'),
    );
  return { ...found, reasons };
}

/** Two parcels of a bundle differ in use when their groups do; what has no group differs from nothing. */
export function differingUses(
  parcels: readonly JudgedParcel[],
  table: UseTable,
): { standing: Standing; detail: Bilingual; groups: string[] } {
  const groups = [
    ...new Set(parcels.map(({ row }) => row.useGroup).filter((group) => group !== null)),
  ].sort();
  const names = (language: keyof Bilingual): string =>
    groups.map((group) => table.labelOf(group)[language]).join(language === 'zh' ? '、' : ', ');
  if (groups.length >= 2) {
    return {
      standing: 'eligible',
      groups,
      detail: {
        zh: `含 ${groups.length} 类不同用途：${names('zh')}。`,
        en: `${groups.length} different uses: ${names('en')}.`,
      },
    };
  }
  const isUnknown = parcels.some(({ row }) => row.useGroup === null);
  return {
    standing: isUnknown ? 'undetermined' : 'not-eligible',
    groups,
    detail: {
      zh: `只有一类可识别的用途（${names('zh') || '无'}），组合供应须含多个不同用途。`,
      en: `Only one recognised use (${names('en') || 'none'}); a bundle needs several different ones.`,
    },
  };
}
