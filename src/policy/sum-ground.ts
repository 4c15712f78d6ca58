/** The ground of one measure over several parcels, kept as sums in hundredths of m² so that they close. */
import { type CheckedRows, checkClasses } from './evaluate.js';
import { isBoundaryError } from './judge-rule.js';
import type { FindingClass } from './policy-types.js';
import { readFigures } from './rule-figures.js';
import { NO_LAYER, type ResolvedRulePack, type RuleMeasure } from './rule-pack-types.js';

export interface GroundSum {
  dataDate: string | null;
  parcels: number;
  parcelCents: number;
  cents: number;
  /** Net where it is known, gross where it is not. */
  netCents: number;
  /** Net where it is known, nothing where it is not. */
  knownNetCents: number;
  hasNet: boolean;
  undeterminedCents: number;
  isMissing: boolean;
  byClass: Map<string, FindingClass>;
}

export const noGround = (): GroundSum => ({
  ...{ dataDate: null, parcels: 0, parcelCents: 0, cents: 0, netCents: 0, knownNetCents: 0 },
  ...{ hasNet: true, undeterminedCents: 0, isMissing: false, byClass: new Map() },
});

const cents = (areaM2: number): number => Math.round(areaM2 * 100);

export function addGround(
  sum: GroundSum,
  measure: RuleMeasure,
  rows: CheckedRows,
  pack: ResolvedRulePack,
): void {
  const row = rows.of(measure.kind === 'parcel' ? NO_LAYER : measure.layer);
  if ('table' in measure) checkClasses(row);
  sum.parcels++;
  sum.parcelCents += cents(row.parcelAreaM2);
  sum.dataDate = row.dataDate ?? sum.dataDate;
  if (row.state === 'missing') {
    sum.isMissing = true;
    sum.undeterminedCents += cents(row.parcelAreaM2);
    return;
  }
  const figures = readFigures(measure, row, pack.classTables);
  const { areaM2, netAreaM2, netBasisM2, noise, byClass, unknown } = figures;
  const counts = (m2: number, flagged: boolean): boolean =>
    m2 > 0 && !isBoundaryError(m2, flagged, row, { pack });
  if (counts(row.undeterminedM2, row.noise.undetermined)) sum.undeterminedCents += cents(row.undeterminedM2);
  if (counts(unknown.areaM2, unknown.noise)) sum.undeterminedCents += cents(unknown.areaM2);
  if (!counts(areaM2, noise)) return;
  sum.cents += cents(areaM2);
  sum.netCents += cents(netBasisM2);
  sum.knownNetCents += cents(netAreaM2 ?? 0);
  sum.hasNet &&= netAreaM2 !== null;
  for (const one of byClass) addClass(sum.byClass, one);
}

function addClass(classes: Map<string, FindingClass>, one: FindingClass): void {
  const key = one.code ?? '';
  const before = classes.get(key);
  const plus = (a: number | null, b: number | null): number | null =>
    a === null || b === null ? null : (cents(a) + cents(b)) / 100;
  if (!before) {
    classes.set(key, { ...one });
    return;
  }
  before.areaM2 = (cents(before.areaM2) + cents(one.areaM2)) / 100;
  before.netAreaM2 = plus(before.netAreaM2, one.netAreaM2);
}
