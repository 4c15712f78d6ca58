/**
 * Finds the ground of a partition that no feature covers: constructs the difference only in the tiles where the area
 * kernel says that some is missing, and puts the bits together. An area without a figure here is never silently full.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Sql } from '../database/sql.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { type GapBit, type GapGroup, groupGaps } from './group-gaps.js';
import { type ImportWatch, throwIfCancelled } from './import-watch.js';
import { piecesInBox } from './read-features.js';
import type { ReferenceTiles } from './reference-tiles.js';
import { type TileEntry, type TileManifest, tileKey } from './tile-manifest.js';

export interface GapScope {
  version: { versionId: number; layerId: string; version: string };
  manifest: TileManifest;
  tileSizeM: number;
  /** Declared coverage; undefined: the features' own union, of which only enclosed gaps can be told. */
  coverage: ReferenceTiles | undefined;
  /** Tiles that lack ground, from `examineTiles`. */
  lacking: readonly TileEntry[];
}

const TILES_AT_ONCE = 8;

/** Gaps, largest first, shapes in the analysis plane. */
export async function findGaps(
  parts: { db: Sql; geos: GeosPool },
  scope: GapScope,
  watch: ImportWatch,
): Promise<GapGroup[]> {
  const bits: GapBit[] = [];
  for (let from = 0; from < scope.lacking.length; from += TILES_AT_ONCE) {
    throwIfCancelled(watch.signal);
    const group = scope.lacking.slice(from, from + TILES_AT_ONCE);
    const found = await Promise.all(group.map((tile) => bitsOfTile(parts, scope, tile)));
    bits.push(...found.flat());
    watch.report({ phase: 'gaps', features: 0, done: from + group.length, total: scope.lacking.length });
  }
  if (!scope.coverage) return groupGaps(bits, scope.tileSizeM, scope.manifest.tiles('feature'));
  for (const tile of scope.coverage.values()) {
    if (!scope.manifest.find('feature', tile.tileX, tile.tileY)) bits.push(...toBits(tile, tile.rings));
  }
  return groupGaps(bits, scope.tileSizeM);
}

async function bitsOfTile(
  { db, geos }: { db: Sql; geos: GeosPool },
  scope: GapScope,
  tile: TileEntry,
): Promise<GapBit[]> {
  const { tileSizeM } = scope;
  const minX = tile.tileX * tileSizeM;
  const minY = tile.tileY * tileSizeM;
  const box = [minX, minY, minX + tileSizeM, minY + tileSizeM] as const;
  const reference = scope.coverage?.get(tileKey(tile.tileX, tile.tileY));
  const wanted = reference?.edges ? reference.rings : square(box);
  const pieces = await piecesInBox(db, scope.version, box);
  const covered = await geos.union(pieces.map((piece) => piece.rings));
  return toBits(tile, await geos.difference(wanted, covered));
}

const toBits = ({ tileX, tileY }: { tileX: number; tileY: number }, rings: MultiPolygonRings): GapBit[] =>
  rings.map((polygon) => ({ tileX, tileY, rings: [polygon], areaM2: planarAreaM2([polygon]) }));

const square = ([x1, y1, x2, y2]: readonly [number, number, number, number]): MultiPolygonRings => [
  [
    [
      [x1, y1],
      [x2, y1],
      [x2, y2],
      [x1, y2],
      [x1, y1],
    ],
  ],
];
