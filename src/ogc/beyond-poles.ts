import type { NamedCrs } from './crs.js';

/**
 * Whether every position of a box or geometry, in the order of `crs`, lies beyond one of the poles: nowhere on Earth,
 * because the axes stand the other way round. An empty answer to it would look like "no conflict". A box around the whole
 * world reaches beyond both poles.
 */
export function isBeyondPoles(
  positions: readonly (readonly number[])[],
  { kind, flipped }: NamedCrs,
): boolean {
  if (kind === 'metres' || positions.length === 0) return false;
  const latitudes = positions.map((position) => position[flipped ? 0 : 1]!);
  return latitudes.every((one) => one > 90) || latitudes.every((one) => one < -90);
}
