/** Made-up layers and parcels for the rehearsal: a chequerboard whose answers are known from how it is laid out. */
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';
import { cutFlatToTiles } from '../geometry/cut-to-tiles.js';
import { decodeEdgeTile, encodeEdgeTile, type TilePiece } from '../geometry/edge-tile.js';
import { toFlat } from '../geometry/flat-rings.js';
import { analysisToLonLat, lonLatToAnalysis } from '../geometry/planes.js';
import { getLayer } from '../layers/catalogue.js';
import type { LayerFeature, LayerSnapshot } from '../layers/layer-types.js';
import type { TileRole } from '../layers/tile-manifest.js';
import { type FeatureCache, toShown } from '../overlay/feature-cache.js';
import type { TileCache } from '../overlay/tile-cache.js';

const ZONE = 38;
const TILE_M = 256;
const TILES = 4;
const SIDE_M = TILE_M * TILES;
/** Fields of the partition: they meet tile borders at all places. */
const FIELD_M = 60;

/** Lower left corner, analysis plane: a corner of the tile grid near Jiaozuo. */
const corner: Position = (() => {
  const [x, y] = lonLatToAnalysis([[[[113.23, 35.21]]]], ZONE)[0]![0]![0]!;
  return [Math.floor(x / TILE_M) * TILE_M, Math.floor(y / TILE_M) * TILE_M];
})();

interface MadeFeature {
  rings: MultiPolygonRings;
  code: string | null;
  label: string | null;
  attributes: LayerFeature['attributes'];
}

/** West of this line lies the red line's ground, in m from the corner. */
export const RED_LINE_EAST_M = SIDE_M / 4;

/** A layer of the rehearsal with everything that is measured of it in the caches. */
export function makeRehearsalLayers(tiles: TileCache, features: FeatureCache): LayerSnapshot[] {
  return Object.entries(madeFeatures()).map(([layerId, made], i) => {
    const layer = snapshotOf(layerId, -1 - i);
    keepTiles(
      tiles,
      layer,
      'feature',
      made.map((one) => one.rings),
    );
    // partitions are their own coverage; what a cover says of ground is known on all of it
    if (layer.coverage === 'polygon') keepTiles(tiles, layer, 'coverage', [rectangle(0, 0, SIDE_M, SIDE_M)]);
    made.forEach((one, n) => {
      features.keep(layer, toShown(layerId, featureOf(layerId, one, n + 1)));
    });
    return layer;
  });
}

function madeFeatures(): Record<string, MadeFeature[]> {
  const fields = squares(FIELD_M);
  const classes = ['0102', '0103', '0301', '0701', '1001', '1101', '0201', '0601'];
  const zones = ['城镇集中建设区', '城镇弹性发展区', '特别用途区'];
  return {
    czkfbj: squares(SIDE_M / 4)
      .filter((_, i) => i % 4 > 1)
      .map((rings, i) => made(rings, null, zones[i % 3]!, { GHFQMC: zones[i % 3]! })),
    stbhhx: [made(rectangle(0, 0, RED_LINE_EAST_M, SIDE_M), null, null, { HXLX: '生态保护红线' })],
    yjjbnt: fields.filter((_, i) => i % 3 === 0).map((rings) => made(rings, '0102', null, { PDJB: '1' })),
    dltb: fields.map((rings, i) => {
      const code = classes[i % classes.length]!;
      return made(rings, code, null, { DLBM: code, GDPDJB: '2', QSXZ: i % 2 ? '20' : '30', KCXS: 0.05 });
    }),
    xzq: [made(rectangle(0, 0, SIDE_M, SIDE_M), '410802', '解放区', { XZQMC: '解放区' })],
  };
}

const made = (
  rings: MultiPolygonRings,
  code: string | null,
  label: string | null,
  attributes: MadeFeature['attributes'],
): MadeFeature => ({ rings, code, label, attributes });

/** In m from the corner, west, south, east, north. */
export function rectangle(west: number, south: number, east: number, north: number): MultiPolygonRings {
  const [x, y] = corner;
  const at = (dx: number, dy: number): Position => [x + dx, y + dy];
  return [[[at(west, south), at(east, south), at(east, north), at(west, north), at(west, south)]]];
}

/** The ground cut into squares, row by row; the last of a row and a column are what is left. */
function squares(size: number): MultiPolygonRings[] {
  const count = Math.ceil(SIDE_M / size);
  return Array.from({ length: count * count }, (_, i) => {
    const [west, south] = [(i % count) * size, Math.floor(i / count) * size];
    return rectangle(west, south, Math.min(west + size, SIDE_M), Math.min(south + size, SIDE_M));
  });
}

function featureOf(
  layerId: string,
  { code, label, attributes }: MadeFeature,
  featureNo: number,
): LayerFeature {
  return {
    ...{ featureNo, bsm: `${layerId}${featureNo}`, classCode: code, classLabel: label },
    ...{
      planeAreaM2: SIDE_M * SIDE_M,
      kcxs: 0.05,
      attributeAreaM2: null,
      attributeNetAreaM2: null,
      attributes,
    },
  };
}

function keepTiles(
  cache: TileCache,
  layer: LayerSnapshot,
  role: TileRole,
  features: readonly MultiPolygonRings[],
): void {
  const pieces = new Map<string, { x: number; y: number; pieces: TilePiece[] }>();
  const add = (x: number, y: number, piece?: TilePiece): void => {
    const key = `${x}/${y}`;
    const tile = pieces.get(key) ?? { x, y, pieces: [] };
    pieces.set(key, tile);
    if (piece) tile.pieces.push(piece);
  };
  features.forEach((rings, i) => {
    for (const { tileX, tileY, rings: cut } of cutFlatToTiles(toFlat(rings), TILE_M))
      add(tileX, tileY, { featureNo: i + 1, rings: cut });
  });
  const [x0, y0] = corner.map((value) => value / TILE_M) as [number, number];
  for (let i = 0; i < TILES * TILES; i++) add(x0 + (i % TILES), y0 + Math.floor(i / TILES));
  for (const { x, y, pieces: own } of pieces.values())
    cache.keep(
      layer,
      role,
      { x, y },
      own.length ? decodeEdgeTile([encodeEdgeTile(own, x, y, TILE_M)]) : null,
    );
}

const snapshotOf = (layerId: string, versionId: number): LayerSnapshot => {
  const { kind, nameZh, nameEn } = getLayer(layerId);
  return {
    ...{ layerId, kind, nameZh, nameEn, versionId, version: 'rehearsal', status: 'active' },
    ...{
      dataDate: '2024-12-31',
      receivedDate: '2024-12-31',
      sha256: '',
      sourceFile: 'rehearsal',
      featureCount: 1,
    },
    ...{
      coverage: kind === 'partition' ? 'own-union' : 'polygon',
      tileSizeM: TILE_M,
      planeZone: ZONE,
      resolutionM: 0.001,
    },
    ...{ hasInnerOverlaps: false, manifestSha256: '' },
  };
};

/** A submission of eight-cornered parcels of a hectare or less all over the ground, GeoJSON in EPSG:4490. */
export function makeRehearsalParcels(count: number): Buffer {
  let state = 20250127;
  const random = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
  return submissionOf(
    Array.from({ length: count }, (_, i) => {
      const [half, turn] = [25 + 25 * random(), random()];
      const reach = SIDE_M - 4 * half;
      const [cx, cy] = [2 * half + reach * random(), 2 * half + reach * random()];
      const middle: Position = [corner[0] + cx, corner[1] + cy];
      return { id: `R${i + 1}`, rings: [[eightCorners(middle, half, turn)]] };
    }),
  );
}

/** A closed ring of a star with four points, in metres; `turn` is a share of a full one. */
export const eightCorners = (middle: Position, half: number, turn: number): Position[] =>
  Array.from({ length: 9 }, (_, k): Position => {
    const angle = (turn + (k % 8) / 8) * 2 * Math.PI;
    const radius = half * (k % 2 ? 1 : 1.3);
    return [middle[0] + radius * Math.cos(angle), middle[1] + radius * Math.sin(angle)];
  });

/** GeoJSON of parcels in the analysis plane, as somebody would submit it. */
export const submissionOf = (parcels: readonly { id: string; rings: MultiPolygonRings }[]): Buffer =>
  Buffer.from(
    JSON.stringify({
      type: 'FeatureCollection',
      features: parcels.map(({ id, rings }) => ({
        type: 'Feature',
        id,
        properties: { landUse: '1001' },
        geometry: {
          type: 'Polygon',
          coordinates: analysisToLonLat(rings)[0]!.map((ring) => {
            const open = ring.slice(0, -1).map(([lon, lat]) => [round10(lon), round10(lat)]);
            return [...open, open[0]];
          }),
        },
      })),
    }),
  );

const round10 = (value: number): number => Math.round(value * 1e10) / 1e10;
