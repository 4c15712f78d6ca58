/** The ground of a rule once more by an attribute of the features (坡度级别 GDPDJB), and its 田坎 shown both ways. */
import type { FindingClass, FindingPart, FindingRidges, MeasureForPolicy } from './policy-types.js';
import type { ResolvedClassTable, ResolvedRulePack, Rule } from './rule-pack-types.js';

interface Breakdown {
  breakdown?: readonly FindingPart[];
  ridges?: FindingRidges;
}

/** Parts add up to the classes of the finding; ground that no feature accounts for stands under `value` null. */
export function breakDown(
  rule: Rule,
  row: MeasureForPolicy,
  byClass: readonly FindingClass[],
  pack: ResolvedRulePack,
): Breakdown {
  const { breakdown, measure } = rule;
  if (!breakdown || measure.kind !== 'classes' || !row.features) return {};
  const values = pack.classTables[breakdown.table]!;
  const parts = byClass.flatMap(({ code, areaM2, netAreaM2 }) => {
    const features = row.features!.filter((feature) => feature.classCode === code);
    return closed(code, areaM2, netAreaM2, groupFeatures(features, breakdown.field), values);
  });
  return { breakdown: parts, ...ridgesOf(parts, breakdown.ridges ?? [], row) };
}

interface Sum {
  cents: number;
  netCents: number;
}

function groupFeatures(
  features: NonNullable<MeasureForPolicy['features']>,
  field: string,
): Map<string | null, Sum> {
  const sums = new Map<string | null, Sum>();
  for (const { areaM2, sharedM2, netAreaM2, attributes } of features) {
    const given = attributes[field];
    const value = given === null || given === undefined || given === '' ? null : String(given);
    const { cents, netCents } = sums.get(value) ?? { cents: 0, netCents: 0 };
    sums.set(value, {
      cents: cents + Math.round((areaM2 - sharedM2) * 100),
      netCents: netCents + Math.round((netAreaM2 ?? 0) * 100),
    });
  }
  return sums;
}

/** Contested ground belongs to no class, so what features say beyond the class is taken off the part without a value. */
function closed(
  code: string | null,
  areaM2: number,
  netAreaM2: number | null,
  sums: Map<string | null, Sum>,
  values: ResolvedClassTable,
): FindingPart[] {
  const left = { cents: Math.round(areaM2 * 100), netCents: Math.round((netAreaM2 ?? 0) * 100) };
  for (const [value, { cents, netCents }] of sums)
    if (value !== null) {
      left.cents -= cents;
      left.netCents -= netCents;
    }
  if (left.cents < 0) return [part(code, null, areaM2, netAreaM2, values)];
  sums.set(null, left);
  return [...sums]
    .filter(([, sum]) => sum.cents > 0)
    .sort(([a], [b]) => ((a ?? '~') < (b ?? '~') ? -1 : 1))
    .map(([value, sum]) =>
      part(code, value, sum.cents / 100, netAreaM2 === null ? null : sum.netCents / 100, values),
    );
}

function part(
  code: string | null,
  value: string | null,
  areaM2: number,
  netAreaM2: number | null,
  values: ResolvedClassTable,
): FindingPart {
  const group = value === null ? undefined : values.groupsOf[value]?.[0];
  const label = group === undefined ? null : values.groups[group]!.label;
  const ridgeM2 = netAreaM2 === null ? null : difference(areaM2, netAreaM2);
  return { code, value, label, areaM2, netAreaM2, ridgeM2 };
}

function ridgesOf(
  parts: readonly FindingPart[],
  codes: readonly string[],
  row: MeasureForPolicy,
): Pick<Breakdown, 'ridges'> {
  if (parts.some(({ netAreaM2 }) => netAreaM2 === null)) return {};
  const withoutM2 = sum(parts.map(({ netAreaM2 }) => netAreaM2!));
  const byCoefficientM2 = sum(parts.map(({ ridgeM2 }) => ridgeM2!));
  const patchesM2 = sum(
    row.byClass.filter(({ code }) => code !== null && codes.includes(code)).map(({ areaM2 }) => areaM2),
  );
  const withM2 = sum([withoutM2, byCoefficientM2, patchesM2]);
  return { ridges: { byCoefficientM2, patchesM2, withoutM2, withM2 } };
}

const difference = (a: number, b: number): number => (Math.round(a * 100) - Math.round(b * 100)) / 100;
const sum = (values: readonly number[]): number =>
  values.reduce((cents, value) => cents + Math.round(value * 100), 0) / 100;
