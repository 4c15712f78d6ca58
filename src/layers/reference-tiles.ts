/** A reference area (declared coverage, districts) cut to a layer's tiles, to measure pieces against without constructing anything. */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { edgesOf, wholeRun } from '../geometry/area-kernel.js';
import { cutToTiles } from '../geometry/cut-to-tiles.js';
import { areaOfRun, type EdgeRun, overlapOfRuns } from '../geometry/overlap-of-runs.js';
import { tileKey } from './tile-manifest.js';

export interface ReferenceTile {
  tileX: number;
  tileY: number;
  /** Analysis plane. */
  rings: MultiPolygonRings;
  areaM2: number;
  /** Null where the reference fills the whole tile: then nothing has to be measured. */
  edges: EdgeRun | null;
}

export type ReferenceTiles = ReadonlyMap<string, ReferenceTile>;

/** Area of a tile that may be missing before it no longer counts as full; far above rounding, far below 0.01 m². */
const FULL_WITHIN_M2 = 1e-5;

/** Rings in the analysis plane whose parts do not overlap. */
export function cutReference(rings: MultiPolygonRings, tileSizeM: number): ReferenceTiles {
  const tiles = new Map<string, ReferenceTile>();
  for (const { tileX, tileY, rings: cut } of cutToTiles(rings, tileSizeM)) {
    const edges = wholeRun(edgesOf(cut, tileX * tileSizeM, tileY * tileSizeM));
    const areaM2 = areaOfRun(edges);
    const full = areaM2 >= tileSizeM * tileSizeM - FULL_WITHIN_M2;
    tiles.set(tileKey(tileX, tileY), { tileX, tileY, rings: cut, areaM2, edges: full ? null : edges });
  }
  return tiles;
}

/** Area of a piece inside the reference, m². The piece lies in that tile; edges relative to the tile's corner. */
export function areaInside(tile: ReferenceTile | undefined, piece: EdgeRun, pieceAreaM2: number): number {
  if (!tile) return 0;
  return tile.edges ? overlapOfRuns(piece, tile.edges) : pieceAreaM2;
}
