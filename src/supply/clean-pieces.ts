/**
 * Leftover ground sorted into pieces: what is thinner than a metre is cut off, and the rest is a piece, larger than the
 * limit, or too small. Areas of the parts add up to the ground.
 */
import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings, PolygonRings } from '../core/geometry-types.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import { mergeOutlines } from './merge-outlines.js';
import { inTurns } from './union-by-cells.js';

/** What is thinner is no ground to build on, and joins nothing, m. */
export const SLIVER_M = 1;
/** The core is grown back a little farther than it was shrunk, so that only real slivers stay outside it, m. */
const BEYOND_M = 0.01;
/** A corner down to 6° is grown back to its point; its tip is no sliver. */
const SHARPEST = 20;
/** Less is a hairline that two drawings of one border left: cut off, and not counted, m². */
const LEAST_SLIVER_M2 = 1e-4;

export interface Tally {
  pieces: number;
  areaM2: number;
}

export interface Sorted {
  /** Each one polygon within the limits. */
  pieces: MultiPolygonRings[];
  cleaned: Tally;
  larger: Tally;
}

export interface PieceLimits {
  limitM2: number;
  minAreaM2: number;
}

/** @param ground polygons in metres of the 3° zone `planeEpsg`, apart from each other */
export async function cleanPieces(
  geos: GeosPool,
  ground: MultiPolygonRings,
  planeEpsg: number,
  { limitM2, minAreaM2 }: PieceLimits,
  signal?: AbortSignal,
): Promise<Sorted> {
  const crs = zoneCrs(planeEpsg - 4488);
  const sorted: Sorted = {
    pieces: [],
    cleaned: { pieces: 0, areaM2: 0 },
    larger: { pieces: 0, areaM2: 0 },
  };
  const count = (tally: Tally, polygon: PolygonRings): void => {
    if (planarAreaM2([polygon]) <= LEAST_SLIVER_M2) return;
    tally.pieces++;
    tally.areaM2 += officialAreaM2([polygon], crs);
  };
  const cut = await inTurns(ground, (polygon) => {
    signal?.throwIfAborted();
    return cutSlivers(geos, polygon);
  });
  const pieces: PolygonRings[] = [];
  for (const { solid, slivers } of cut) {
    for (const polygon of slivers) count(sorted.cleaned, polygon);
    for (const polygon of solid) {
      const areaM2 = officialAreaM2([polygon], crs);
      if (areaM2 > limitM2) count(sorted.larger, polygon);
      else if (areaM2 < minAreaM2) count(sorted.cleaned, polygon);
      else pieces.push(polygon);
    }
  }
  sorted.pieces = await inTurns(pieces, (polygon) => withoutSlits(geos, polygon));
  return sorted;
}

/** A slit or a hole of rounding would count twice in the perimeter. */
async function withoutSlits(geos: GeosPool, polygon: PolygonRings): Promise<MultiPolygonRings> {
  const closed = await mergeOutlines(geos, [[polygon]]);
  return closed.length === 1 ? closed : [polygon];
}

interface Cut {
  solid: MultiPolygonRings;
  slivers: MultiPolygonRings;
}

/** A polygon without slivers comes back as it is. */
async function cutSlivers(geos: GeosPool, polygon: PolygonRings): Promise<Cut> {
  const core = await geos.erode([polygon], SLIVER_M / 2);
  if (core.length === 0) return { solid: [], slivers: [polygon] };
  const grown = await geos.buffer(core, SLIVER_M / 2 + BEYOND_M, { join: 'mitre', mitreLimit: SHARPEST });
  const outside = await geos.difference([polygon], grown);
  if (outside.length === 0) return { solid: [polygon], slivers: [] };
  const slivers = outside.filter((part) => planarAreaM2([part]) > LEAST_SLIVER_M2);
  return { solid: await geos.intersection([polygon], grown), slivers };
}
