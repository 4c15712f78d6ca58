/** Quantiles, medians, and one way to print them. Targets are printed beside what was reached; nothing is asserted. */

export const quantile = (values: readonly number[], q: number): number => {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
};

export const median = (values: readonly number[]): number => quantile(values, 0.5);

const WIDTH = 60;

export const heading = (text: string): void => console.log(`\n== ${text}`);
export const note = (text: string): void => console.log(`   ${text}`);

export const row = (name: string, ...cells: (string | number)[]): void =>
  console.log([pad(name), ...cells.map((cell) => String(cell).padStart(14))].join(' '));

/** A figure with the most it should be. */
export const target = (name: string, value: number, most: number, show: (value: number) => string): void =>
  row(name, show(value), `≤ ${show(most)}`, value <= most ? 'reached' : 'MISSED');

/** A figure with the least it should be. */
export const targetAtLeast = (
  name: string,
  value: number,
  least: number,
  show: (value: number) => string,
): void => row(name, show(value), `≥ ${show(least)}`, value >= least ? 'reached' : 'MISSED');

export const ms = (value: number): string => `${value < 100 ? value.toFixed(2) : value.toFixed(0)} ms`;
export const seconds = (value: number): string => `${(value / 1000).toFixed(1)} s`;
export const times = (value: number): string => `${value.toFixed(2)}×`;

/** Chinese signs take two columns. */
function pad(text: string): string {
  const columns = [...text].reduce((sum, sign) => sum + (sign > '\u2e80' ? 2 : 1), 0);
  return text + ' '.repeat(Math.max(0, WIDTH - columns));
}
