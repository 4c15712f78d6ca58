/**
 * The grids of tiles (OGC 17-083r4): WebMercatorQuad, and a quad grid in CGCS2000 degrees. The datum of CGCS2000 is
 * taken for WGS 84, from which it differs by centimetres: less than a unit of any tile offered here.
 */
import type { Box } from '../../core/geometry-types.js';

export interface TileMatrixSet {
  id: 'WebMercatorQuad' | 'CGCS2000Quad';
  title: string;
  crs: string;
  /** Registered address; absent for a grid of our own, which is described at its own address. */
  uri?: string;
  orderedAxes: readonly [string, string];
  pointOfOrigin: readonly [number, number];
  /** Units of the CRS for a pixel of a tile of 256 at level 0, and metres for such a unit. */
  cellSize: number;
  metresPerUnit: number;
  /** Tiles across and down at level 0. */
  width: number;
  height: number;
  /** lon/lat degrees → fraction of the whole width and height, from the north-west. */
  project(lon: number, lat: number): [number, number];
  unproject(x: number, y: number): [number, number];
}

export const MAX_ZOOM = 20;

const webMercatorQuad: TileMatrixSet = {
  id: 'WebMercatorQuad',
  title: 'Google Maps Compatible for the World',
  crs: 'http://www.opengis.net/def/crs/EPSG/0/3857',
  uri: 'http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad',
  orderedAxes: ['X', 'Y'],
  pointOfOrigin: [-20037508.3427892, 20037508.3427892],
  cellSize: 156543.03392804097,
  metresPerUnit: 1,
  width: 1,
  height: 1,
  project(lon, lat) {
    const sine = Math.sin((lat * Math.PI) / 180);
    return [lon / 360 + 0.5, 0.5 - Math.atanh(sine) / (2 * Math.PI)];
  },
  unproject: (x, y) => [360 * (x - 0.5), (Math.atan(Math.sinh(2 * Math.PI * (0.5 - y))) * 180) / Math.PI],
};

const cgcs2000Quad: TileMatrixSet = {
  id: 'CGCS2000Quad',
  title: 'CGCS2000 经纬度四叉格网（EPSG:4490，0 级 2×1）',
  crs: 'http://www.opengis.net/def/crs/EPSG/0/4490',
  orderedAxes: ['Lat', 'Lon'],
  pointOfOrigin: [90, -180],
  cellSize: 180 / 256,
  // length of a degree of the equator of the ellipsoid, 2π · 6378137 / 360 (OGC 17-083r4 §6.1.1.1)
  metresPerUnit: 111319.49079327358,
  width: 2,
  height: 1,
  project: (lon, lat) => [(lon + 180) / 360, (90 - lat) / 180],
  unproject: (x, y) => [360 * x - 180, 90 - 180 * y],
};

export const tileMatrixSets: readonly TileMatrixSet[] = [webMercatorQuad, cgcs2000Quad];

export interface TilePlace {
  z: number;
  /** Row from the north. */
  y: number;
  /** Column from the west. */
  x: number;
}

/** The place inside the grid; undefined when it is not a number or lies outside. */
export function readPlace(
  set: TileMatrixSet,
  { z, y, x }: Readonly<Record<string, string>>,
): TilePlace | undefined {
  const [level, row, column] = [z, y, x].map((text) => (/^\d{1,8}$/.test(text ?? '') ? Number(text) : NaN));
  const inside = level! <= MAX_ZOOM && row! < set.height * 2 ** level! && column! < set.width * 2 ** level!;
  return inside ? { z: level!, y: row!, x: column! } : undefined;
}

/** The ground of a tile with `margin` (share of its width) around it, lon/lat degrees. */
export function boxOfTile(set: TileMatrixSet, { z, y, x }: TilePlace, margin: number): Box {
  const [across, down] = [set.width * 2 ** z, set.height * 2 ** z];
  const clamp = (value: number): number => Math.min(1, Math.max(0, value));
  const [west, north] = set.unproject(clamp((x - margin) / across), clamp((y - margin) / down));
  const [east, south] = set.unproject(clamp((x + 1 + margin) / across), clamp((y + 1 + margin) / down));
  return [west, south, east, north];
}

/** Tile matrix set document (OGC 17-083r4 §10). */
export function describeTileMatrixSet(set: TileMatrixSet) {
  return {
    id: set.id,
    title: set.title,
    ...(set.uri !== undefined && { uri: set.uri }),
    crs: set.crs,
    orderedAxes: set.orderedAxes,
    tileMatrices: Array.from({ length: MAX_ZOOM + 1 }, (_, z) => {
      const cellSize = set.cellSize / 2 ** z;
      return {
        id: String(z),
        // a pixel of 0.28 mm (§6.1.1.1)
        scaleDenominator: (cellSize * set.metresPerUnit) / 0.00028,
        cellSize,
        cornerOfOrigin: 'topLeft',
        pointOfOrigin: set.pointOfOrigin,
        tileWidth: 256,
        tileHeight: 256,
        matrixWidth: set.width * 2 ** z,
        matrixHeight: set.height * 2 ** z,
      };
    }),
  };
}
