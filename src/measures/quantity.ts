/**
 * Figures that were handed in, as exact decimals: a limit is compared with what was written, never with the nearest
 * double. Areas are kept in thirds of a square metre, so that 亩 (2000/3 m²) is exact as well.
 */
import Big from 'big.js';
import type { AreaQuantity, LengthQuantity, MoneyQuantity } from './schemas.js';

export { Big };

const thirdsPer = { m2: 3, mu: 2000, ha: 30_000, km2: 3_000_000 } as const;

/** An exact area; `thirds` is three times its m². */
export interface ExactArea {
  thirds: Big;
}

export const zeroArea: ExactArea = { thirds: new Big(0) };

export const exactArea = ({ value, unit }: AreaQuantity): ExactArea => ({
  thirds: new Big(value).times(thirdsPer[unit]),
});

export const sumAreas = (areas: readonly ExactArea[]): ExactArea => ({
  thirds: areas.reduce((sum, one) => sum.plus(one.thirds), new Big(0)),
});

export const lessArea = (a: ExactArea, b: ExactArea): ExactArea => ({ thirds: a.thirds.minus(b.thirds) });

/** `percent` of an area, exact. */
export const percentOf = (percent: number, of: ExactArea): ExactArea => ({
  thirds: of.thirds.times(percent).times('0.01'),
});

export const compareAreas = (a: ExactArea, b: ExactArea): -1 | 0 | 1 => a.thirds.cmp(b.thirds);

export const maxArea = (a: ExactArea, b: ExactArea): ExactArea => (compareAreas(a, b) >= 0 ? a : b);

/** For print: m² to 0.01, half away from zero. */
export const printM2 = ({ thirds }: ExactArea): number => divideRounded(thirds, new Big(3), 2);

/** Share in per cent to `decimals`, half up; null where the whole is nothing. */
export function printPercent(part: Big, whole: Big, decimals = 2): number | null {
  return whole.eq(0) ? null : divideRounded(part.times(100), whole, decimals);
}

/** Rounded quotient. Exact division is tried with many digits, so that a tie is seen as one. */
export function divideRounded(a: Big, b: Big, decimals: number): number {
  const wide = Big();
  wide.DP = 40;
  const quotient = new wide(a.toFixed()).div(b.toFixed());
  return quotient.round(decimals, Big.roundHalfUp).toNumber();
}

export const metresOf = ({ value, unit }: LengthQuantity): number => (unit === 'km' ? value * 1000 : value);
export const yuanOf = ({ value, unit }: MoneyQuantity): Big =>
  new Big(value).times(unit === '10kCNY' ? 10_000 : 1);
