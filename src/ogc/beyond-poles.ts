/** A box or geometry that lies nowhere on Earth, nearly always one whose axes stand the other way round. */
import type { Bilingual } from '../core/errors.js';
import type { NamedCrs } from './crs.js';

/**
 * What to say where every position, in the order of `crs`, lies beyond one of the poles: an empty answer would look like
 * "no conflict". Undefined for all others; a box around the whole world reaches beyond both.
 */
export function beyondPoles(
  positions: readonly (readonly number[])[],
  { kind, flipped, name }: NamedCrs,
): Bilingual | undefined {
  if (kind === 'metres' || positions.length === 0) return undefined;
  const latitudes = positions.map((position) => position[flipped ? 0 : 1]!);
  if (!latitudes.every((one) => one > 90) && !latitudes.every((one) => one < -90)) return undefined;
  const shown = name.slice(0, 80);
  return {
    zh: `纬度超过 90°，请核对坐标轴顺序：${shown} 为${flipped ? '纬度在前' : '经度在前'}`,
    en: `latitudes beyond 90°, check the order of the axes: in ${shown} the ${flipped ? 'latitude' : 'longitude'} stands first`,
  };
}
