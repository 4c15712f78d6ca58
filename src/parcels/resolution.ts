/**
 * The resolution of submitted coordinates, read from how many decimals they are written with. It bounds how exact an
 * area can be; the bound itself is computed in `geometry/uncertainty.ts`.
 */
import type { Crs } from '../core/crs.js';

/** Finer than this is arithmetic residue, not surveying: 1e-9° and 0.1 mm. */
const FINEST_DECIMALS = { geographic: 9, 'gauss-kruger': 4 } as const;

/** From this many digits on, the last ones are the residue of binary arithmetic (113.23860000000001), not surveying. */
export const RESIDUE_DIGITS = 16;

/** Coarser than this (metres) earns a warning: coordinates of 界址点 are recorded to at least 0.01 m. */
export const COARSE_RESOLUTION_M = 0.01;

/** Decimals of the shortest decimal form of `value` within a few units of its last binary digit; at least `known`. */
export function decimalsOfNumber(value: number, known: number): number {
  for (let decimals = known; decimals < RESIDUE_DIGITS; decimals++) {
    const scaled = Math.abs(value) * 10 ** decimals;
    if (Math.abs(scaled - Math.round(scaled)) <= scaled * 2e-15) return decimals;
  }
  return RESIDUE_DIGITS;
}

/** Metres on the ground of one unit in the last decimal; for degrees the longer of the two directions at `lat`. */
export function resolutionMetres(decimals: number, crs: Crs, lat: number): number {
  const used = Math.min(decimals, FINEST_DECIMALS[crs.kind]);
  const unit = 10 ** -used;
  return crs.kind === 'geographic' ? unit * metresPerDegree(lat) : unit;
}

/** Length of one degree of meridian on the CGCS2000 ellipsoid (a, e² of GRS80) or of parallel, whichever is longer. */
function metresPerDegree(lat: number): number {
  const a = 6378137;
  const e2 = 0.0066943800229;
  const phi = (lat * Math.PI) / 180;
  const w2 = 1 - e2 * Math.sin(phi) ** 2;
  const meridian = (a * (1 - e2)) / (w2 * Math.sqrt(w2));
  const parallel = (a * Math.cos(phi)) / Math.sqrt(w2);
  return (Math.max(meridian, parallel) * Math.PI) / 180;
}
