/**
 * The ground of a search for a place: every tile of the layers within reach, fetched once, so that a place is tried without
 * the database. Says of a shape whether it meets a layer to be avoided and whether all of its ground is known.
 */
import { AppError } from '../core/errors.js';
import type { Box, MultiPolygonRings } from '../core/geometry-types.js';
import { type EdgeTile, measureTile } from '../geometry/edge-tile.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { type TileRole, tileKey } from '../layers/tile-manifest.js';
import { hasDeclaredCoverage } from '../overlay/measure-ground.js';
import type { Shape } from '../overlay/shapes.js';
import type { TileAddress } from '../overlay/tile-cache.js';
import type { MeasureParts } from './measure-types.js';

/** Tiles of one layer at most: 128 MB of them would be a search over half a county. */
const MOST_TILES = 10_000;
/** Overlaps that print as 0.00 m². */
const FREE_BELOW_M2 = 0.005;

type Tiles = ReadonlyMap<string, EdgeTile | null>;

interface Obstacle {
  layer: LayerSnapshot;
  features: Tiles;
  /** Undefined: no coverage declared, so that ground without a feature is not known. */
  coverage: Tiles | undefined;
}

export interface SearchGround {
  obstacles: readonly Obstacle[];
  /** Districts: a place must lie in them. Undefined where none are registered. */
  districts: Obstacle | undefined;
}

export type Standing = 'free' | 'conflict' | 'unknown';

/** @param box analysis plane, m: everything that a tried place can reach */
export async function loadSearchGround(
  parts: MeasureParts,
  layers: readonly LayerSnapshot[],
  districts: LayerSnapshot | undefined,
  box: Box,
): Promise<SearchGround> {
  const load = async (layer: LayerSnapshot): Promise<Obstacle> => {
    const tiles = tilesOf(box, layer.tileSizeM);
    const read = async (role: TileRole): Promise<Tiles> => {
      const found = await parts.tiles.get(parts.db, layer, role, tiles);
      return new Map(tiles.map(({ x, y }, i) => [tileKey(x, y), found[i]!]));
    };
    const features = await read('feature');
    return { layer, features, coverage: hasDeclaredCoverage(layer) ? await read('coverage') : undefined };
  };
  const obstacles: Obstacle[] = [];
  for (const layer of layers) obstacles.push(await load(layer));
  return { obstacles, districts: districts && (await load(districts)) };
}

function tilesOf([minX, minY, maxX, maxY]: Box, size: number): TileAddress[] {
  const [x0, x1, y0, y1] = [minX, maxX, minY, maxY].map((v) => Math.floor(v / size)) as [
    number,
    number,
    number,
    number,
  ];
  const count = (x1 - x0 + 1) * (y1 - y0 + 1);
  if (!(count <= MOST_TILES)) {
    throw new AppError('too-large', `${count} tiles to search`, {
      detail: {
        zh: `搜索范围过大（${count} 个分块，上限 ${MOST_TILES}），请减小半径。`,
        en: `The search covers ${count} tiles, the limit is ${MOST_TILES}: make the radius smaller.`,
      },
    });
  }
  const tiles: TileAddress[] = [];
  for (let x = x0; x <= x1; x++) for (let y = y0; y <= y1; y++) tiles.push({ x, y });
  return tiles;
}

/** Conflict before unknown: a place that meets a layer is refused for that, whatever else is not known of it. */
export function standingOf(ground: SearchGround, shape: Shape): Standing {
  const zero = 1e-6 + 1e-9 * shape.areaM2;
  let unknown = false;
  for (const { layer, features, coverage } of ground.obstacles) {
    if (areaIn(features, shape, layer.tileSizeM, FREE_BELOW_M2) >= FREE_BELOW_M2) return 'conflict';
    const known = coverage ? areaIn(coverage, shape, layer.tileSizeM) : 0;
    if (shape.areaM2 - known > zero + FREE_BELOW_M2) unknown = true;
  }
  if (ground.districts) {
    const { layer, features } = ground.districts;
    const known = areaIn(features, shape, layer.tileSizeM);
    if (shape.areaM2 - known > zero + FREE_BELOW_M2) unknown = true;
  }
  return unknown ? 'unknown' : 'free';
}

/** Sum over pieces; stops once it has reached `enough`. */
function areaIn(tiles: Tiles, shape: Shape, size: number, enough = Number.POSITIVE_INFINITY): number {
  let sum = 0;
  for (const part of shape.parts(size)) {
    const key = tileKey(part.x, part.y);
    const tile = tiles.get(key);
    // a tile that was not fetched says nothing about its ground: that must never look free
    if (tile === undefined) throw new AppError('internal', `tile ${key} lies outside of what was fetched`);
    if (tile === null) continue;
    measureTile(part.edges, tile, (_featureNo, areaM2) => {
      sum += areaM2;
    });
    if (sum >= enough) return sum;
  }
  return sum;
}

/** Box of rings. */
export function boxOfRings(rings: MultiPolygonRings): Box {
  let [minX, minY, maxX, maxY] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const polygon of rings)
    for (const ring of polygon)
      for (const [x, y] of ring) {
        if (x < minX) minX = x;
        if (x > maxX) maxX = x;
        if (y < minY) minY = y;
        if (y > maxY) maxY = y;
      }
  return [minX, minY, maxX, maxY];
}
