/**
 * Goes once over all stored tiles of a new version and measures, with the area kernel, what features share with each
 * other, what lies outside the coverage and the districts, and in which tiles of a partition ground is missing.
 */

import { AppError } from '../core/errors.js';
import type { Sql } from '../database/sql.js';
import { decodeEdgeTile, type EdgeTile } from '../geometry/edge-tile.js';
import { areaOfRun, type EdgeRun, overlapOfRuns } from '../geometry/overlap-of-runs.js';
import { type ImportWatch, throwIfCancelled } from './import-watch.js';
import { readTilesOf } from './read-tiles.js';
import { areaInside, type ReferenceTiles } from './reference-tiles.js';
import { type TileEntry, type TileManifest, tileKey } from './tile-manifest.js';

/** Kernel rounding between neighbours stays below 1e-7 m² in a tile; smaller shares are not worth a row in memory. */
const SHARED_FROM_M2 = 1e-5;
/** A tile that lacks more than this is looked at closely; ten times below what a printed area can show. */
const MISSING_FROM_M2 = 0.001;
/** Beyond this many overlapping pairs the file is not a layer but several laid on top of each other. */
const MOST_PAIRS = 2_000_000;
const TILES_A_READ = 64;

export interface TileExamination {
  /** feature a → feature b (a < b) → shared m². */
  shared: Map<number, Map<number, number>>;
  /** Tiles of a partition that lack ground; empty for a cover. */
  lacking: TileEntry[];
  outsideCoverageM2: number;
  outsideDistrictsM2: number;
}

export interface ExaminationScope {
  version: { versionId: number; layerId: string; version: string };
  manifest: TileManifest;
  tileSizeM: number;
  isPartition: boolean;
  /** Undefined: not declared. */
  coverage: ReferenceTiles | undefined;
  districts: ReferenceTiles | undefined;
}

export async function examineTiles(
  sql: Sql,
  scope: ExaminationScope,
  watch: ImportWatch,
): Promise<TileExamination> {
  const result: TileExamination = {
    shared: new Map(),
    lacking: [],
    outsideCoverageM2: 0,
    outsideDistrictsM2: 0,
  };
  const tiles = scope.manifest.tiles('feature');
  const counter = { pairs: 0 };
  const read = (from: number): Promise<Map<string, Uint8Array[]>> => {
    const wanted = tiles.slice(from, from + TILES_A_READ).map(({ tileX, tileY }) => ({ x: tileX, y: tileY }));
    const parts = readTilesOf(sql, scope.version, scope.manifest, 'feature', wanted);
    parts.catch(() => undefined); // noticed when its turn comes
    return parts;
  };
  let coming = read(0);
  for (let from = 0; from < tiles.length; from += TILES_A_READ) {
    throwIfCancelled(watch.signal);
    const parts = await coming;
    // the database reads while these are measured
    coming = read(from + TILES_A_READ);
    const group = tiles.slice(from, from + TILES_A_READ);
    for (const entry of group) {
      const tile = decodeEdgeTile(parts.get(tileKey(entry.tileX, entry.tileY))!);
      examineTile(scope, entry, tile, result, counter);
    }
    watch.report({ phase: 'tiles', features: 0, done: from + group.length, total: tiles.length });
  }
  return result;
}

interface Piece extends EdgeRun {
  featureNo: number;
}

function examineTile(
  scope: ExaminationScope,
  entry: TileEntry,
  tile: EdgeTile,
  result: TileExamination,
  counter: { pairs: number },
): void {
  const key = tileKey(entry.tileX, entry.tileY);
  const coverage = scope.coverage?.get(key);
  const districts = scope.districts?.get(key);
  const pieces = piecesOf(tile);
  let areaM2 = 0;
  let coveredM2 = 0;
  let inDistrictsM2 = 0;
  for (const piece of pieces) {
    const own = areaOfRun(piece);
    areaM2 += own;
    if (scope.coverage) coveredM2 += areaInside(coverage, piece, own);
    if (scope.districts) inDistrictsM2 += areaInside(districts, piece, own);
  }
  if (scope.coverage) result.outsideCoverageM2 += areaM2 - coveredM2;
  if (scope.districts) result.outsideDistrictsM2 += areaM2 - inDistrictsM2;
  const sharedM2 = measureShared(pieces, result.shared, counter);
  if (!scope.isPartition) return;
  const wanted = scope.coverage ? (coverage?.areaM2 ?? 0) : scope.tileSizeM ** 2;
  // pairs subtract more than a triple overlap is worth, so this never hides a gap behind an overlap
  const known = (scope.coverage ? coveredM2 : areaM2) - sharedM2;
  if (wanted - known > MISSING_FROM_M2) result.lacking.push(entry);
}

/** The tile's pieces by left side of their boxes. */
function piecesOf(tile: EdgeTile): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < tile.pieceCount; i++) {
    pieces.push({
      featureNo: tile.featureNo[i]!,
      edges: tile,
      from: tile.start[i]!,
      to: tile.start[i + 1]!,
      minX: tile.box[4 * i]!,
      minY: tile.box[4 * i + 1]!,
      maxX: tile.box[4 * i + 2]!,
      maxY: tile.box[4 * i + 3]!,
    });
  }
  return pieces.sort((a, b) => a.minX - b.minX);
}

/** Adds what the pieces of one tile share to the pairs; returns the sum, small shares included. */
function measureShared(
  pieces: readonly Piece[],
  shared: TileExamination['shared'],
  counter: { pairs: number },
): number {
  let sumM2 = 0;
  for (let i = 0; i < pieces.length; i++) {
    const p = pieces[i]!;
    for (let j = i + 1; j < pieces.length; j++) {
      const q = pieces[j]!;
      if (q.minX >= p.maxX) break;
      if (q.minY >= p.maxY || p.minY >= q.maxY || p.featureNo === q.featureNo) continue;
      const areaM2 = overlapOfRuns(p, q);
      sumM2 += areaM2;
      if (areaM2 >= SHARED_FROM_M2) addPair(shared, counter, p.featureNo, q.featureNo, areaM2);
    }
  }
  return sumM2;
}

function addPair(
  shared: TileExamination['shared'],
  counter: { pairs: number },
  one: number,
  other: number,
  areaM2: number,
): void {
  const a = Math.min(one, other);
  const b = Math.max(one, other);
  let partners = shared.get(a);
  if (!partners) {
    partners = new Map();
    shared.set(a, partners);
  }
  const before = partners.get(b);
  partners.set(b, (before ?? 0) + areaM2);
  if (before === undefined && ++counter.pairs > MOST_PAIRS) throw tooManyPairs();
}

const tooManyPairs = (): AppError =>
  new AppError('bad-layer-file', `more than ${MOST_PAIRS} pairs of features overlap`, {
    detail: {
      zh: `图层内相互重叠的要素超过 ${MOST_PAIRS} 对，可能是同一数据重复合并。请去重后再导入，原版本不变。`,
      en: `More than ${MOST_PAIRS} pairs of features overlap; the data were probably merged with themselves. Remove the duplicates and import again; the old version stays.`,
    },
  });
