/**
 * Rounds a column of figures so that it adds up to its total as printed (平差, largest remainder). Distributes
 * rounding only: figures that miss their total by more than rounding are an error, not something to spread.
 */
import { AppError } from '../core/errors.js';
import { roundHalfUp } from '../core/units.js';

/** Remainders closer than this share of a printed unit count as tied, so that noise never picks the winner. */
const TIE = 1e-4;

/**
 * Rounds `values` (≥ 0) to `decimals` so that their sum is exactly `total` rounded half up to the same decimals
 * (exact in integers of the last decimal). Units left over go to the largest remainders; ties to the larger value,
 * then to the smaller tie key (by code unit, e.g. BSM), then to the earlier place. No result is farther than one unit from its value, and none
 * becomes negative. Throws AppError('measure-mismatch') when the values do not add up to the total within one unit
 * per value.
 */
export function closeToTotal(
  values: readonly number[],
  total: number,
  tieKeys: readonly string[],
  decimals = 2,
): number[] {
  const scale = 10 ** decimals;
  const target = Math.round(roundHalfUp(total, decimals) * scale);
  const shares = values.map((value, index) => share(value, index, scale));
  let left = target - shares.reduce((sum, { units }) => sum + units, 0);
  if (!Number.isSafeInteger(left) || !addsUp(values, total, scale)) throw mismatch(values, total, decimals);
  if (left === 0) return shares.map(({ units }) => units / scale);
  const rank = (index: number): string => tieKeys[index] ?? '';
  const order = [...shares].sort(
    (p, q) =>
      q.remainder - p.remainder ||
      q.units - p.units ||
      (rank(p.index) < rank(q.index) ? -1 : rank(p.index) > rank(q.index) ? 1 : p.index - q.index),
  );
  for (const item of order) {
    if (left <= 0) break;
    item.units++;
    left--;
  }
  for (const item of order.reverse()) {
    if (left >= 0) break;
    if (item.units === 0) continue;
    item.units--;
    left++;
  }
  if (left !== 0) throw mismatch(values, total, decimals);
  return shares.map(({ units }) => units / scale);
}

interface Share {
  index: number;
  /** Whole printed units, rounded down. */
  units: number;
  /** What rounding down left, in steps of TIE. */
  remainder: number;
}

/** Splits a value into whole units and a remainder; noise below nothing is nothing. */
function share(value: number, index: number, scale: number): Share {
  const scaled = Math.max(0, value * scale);
  const units = Math.floor(scaled);
  return { index, units, remainder: Math.round((scaled - units) / TIE) };
}

function addsUp(values: readonly number[], total: number, scale: number): boolean {
  const sum = values.reduce((before, value) => before + value, 0);
  return Math.abs(sum - total) * scale <= values.length;
}

function mismatch(values: readonly number[], total: number, decimals: number): AppError {
  return new AppError('measure-mismatch', 'figures do not add up to their total', {
    detail: {
      zh: '分项面积与合计不闭合，差值超过取位误差；结果未输出，请检查图层是否重叠或缺失',
      en: 'the parts do not add up to their total beyond rounding; nothing was reported, check the layer for overlaps or gaps',
    },
    count: values.length,
    sum: values.reduce((before, value) => before + value, 0),
    total,
    decimals,
  });
}
