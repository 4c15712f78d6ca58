/** Coordinates whose axes stand the other way round than their system says: an empty answer would look like "no conflict". */
import { isBeyondPoles } from '../beyond-poles.js';
import type { NamedCrs } from '../crs.js';
import { wfsFault } from './fault.js';

/**
 * Positions of one box or geometry in the order of `crs`. Where a request states none, numbers that can only be
 * longitudes stand first in it; where it states one that puts every position beyond a pole, it is refused.
 */
export function inAxisOrder(
  positions: readonly (readonly number[])[],
  crs: NamedCrs,
  isStated: boolean,
  locator: string,
): readonly (readonly number[])[] {
  const meant = !isStated && isLonFirst(positions) ? positions.map(([lon, lat]) => [lat!, lon!]) : positions;
  if (!isBeyondPoles(meant, crs)) return meant;
  throw wfsFault(
    'InvalidParameterValue',
    locator,
    `纬度超过 90°，请核对坐标轴顺序：${crs.name.slice(0, 80)} 为${crs.flipped ? '纬度在前' : '经度在前'}`,
    `latitudes beyond 90°, check the order of the axes: in ${crs.name.slice(0, 80)} the ${crs.flipped ? 'latitude' : 'longitude'} stands first`,
  );
}

/** China lies at 73–136° E and 3–54° N: a number above 60 can be no latitude of ours. */
const isLonFirst = (positions: readonly (readonly number[])[]): boolean =>
  positions.every(([first, second]) => first! > 60 && second! < 60);
