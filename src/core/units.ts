/** Units of area and the one way numbers are rounded for print. */

/** 1 亩 = 2000/3 m² exactly. */
export const toMu = (areaM2: number): number => roundHalfUp((areaM2 * 3) / 2000, 2);
/** Hectares (公顷) to 4 decimals. */
export const toHa = (areaM2: number): number => roundHalfUp(areaM2 / 10_000, 4);
/** Square metres to 0.01. */
export const toM2 = (areaM2: number): number => roundHalfUp(areaM2, 2);

/**
 * Rounds half away from zero (四舍五入) as a person reads the shortest decimal form: 1.005 → 1.01 at 2 decimals,
 * although the nearest double lies below it. `toFixed` and banker's rounding both differ here.
 */
export function roundHalfUp(value: number, decimals: number): number {
  if (!Number.isFinite(value)) return value;
  const factor = powersOfTen[decimals];
  if (factor !== undefined) {
    const scaled = value * factor;
    const nearest = Math.round(scaled);
    // away from a half the digits need not be read, which takes 20 times as long: the product is off by its last bits
    // only, and the quotient of two whole numbers is the double nearest to the decimal, as reading it would give
    if (Math.abs(scaled) < SURE_BELOW && Math.abs(Math.abs(scaled - nearest) - 0.5) > NEAR_A_HALF) {
      return nearest / factor || 0;
    }
  }
  const shifted = shiftDecimal(Math.abs(value), decimals);
  if (!Number.isFinite(shifted)) return value;
  // not floor(shifted + 0.5): that sum rounds 0.49999999999999994 and large odd numbers up by itself
  const whole = Math.floor(shifted);
  const result = shiftDecimal(shifted - whole >= 0.5 ? whole + 1 : whole, -decimals);
  return value < 0 ? -result || 0 : result;
}

const powersOfTen = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const;
/** Products below this are off by less than 2.5e-4. */
const SURE_BELOW = 2 ** 40;
const NEAR_A_HALF = 1e-3;

function shiftDecimal(value: number, places: number): number {
  const [mantissa = '0', exponent = '0'] = String(value).split('e');
  return Number(`${mantissa}e${Number(exponent) + places}`);
}
