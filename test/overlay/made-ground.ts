/**
 * Ground for tests of the real overlay: layers of rectangles imported through `importLayer`, parcels read through
 * `readParcels`, and the areas that follow from the rectangles. Boxes are [x, y, width, height] in metres from the
 * test ground's corner (EPSG:4526).
 */
import type { MultiPolygonRings, Position, Ring } from '../../src/core/geometry-types.js';
import type { Database } from '../../src/database/sql.js';
import type { RawFeature } from '../../src/formats/geojson-stream.js';
import { planarAreaM2 } from '../../src/geometry/area-kernel.js';
import type { GeosPool } from '../../src/geometry/geos-pool.js';
import { planeToAnalysis } from '../../src/geometry/planes.js';
import { describeLayers } from '../../src/layers/describe-layers.js';
import { importLayer, type LayerImportResult } from '../../src/layers/import-layer.js';
import type { LayerSnapshot } from '../../src/layers/layer-types.js';
import { FeatureCache } from '../../src/overlay/feature-cache.js';
import { isPresent, type OverlayParts } from '../../src/overlay/measure-overlaps.js';
import { TileCache } from '../../src/overlay/tile-cache.js';
import type { Parcel } from '../../src/parcels/parcel-types.js';
import { readParcels } from '../../src/parcels/read-parcels.js';
import { feature, rectangle, stream, ZONE38 } from '../layers/made-layers.js';

export type Box = readonly [x: number, y: number, width: number, height: number];

/** One polygon for each box; a hole belongs to the box it lies in. */
export interface Shaped {
  boxes: readonly Box[];
  holes?: readonly Box[];
}

export interface MadeFeature extends Shaped {
  properties?: Record<string, unknown>;
}

export interface MadeLayer {
  features: readonly MadeFeature[];
  /** Declared coverage; without it the layer's default (own union, or none). */
  coverage?: readonly Box[];
  /** Declared coverage by district codes; needs `xzq` to be loaded before. */
  districts?: readonly string[];
  dataDate?: string;
  sourceFile?: string;
}

export interface MadeParcel extends Shaped {
  id?: string;
  properties?: Record<string, unknown>;
}

const holds = ([x, y, w, h]: Box, [hx, hy]: Box): boolean => hx >= x && hx < x + w && hy >= y && hy < y + h;

export const ringOf = (box: Box): Ring => rectangle(...box)[0]![0]!;

/** MultiPolygon in EPSG:4526. */
export function ringsOf({ boxes, holes = [] }: Shaped): MultiPolygonRings {
  return boxes.map((box) => [
    ringOf(box),
    ...holes.filter((hole) => holds(box, hole)).map((hole) => [...ringOf(hole)].reverse() as Position[]),
  ]);
}

/** Area in the analysis plane of rings in EPSG:4526, m². */
export const analysisAreaM2 = (rings: MultiPolygonRings): number =>
  planarAreaM2(planeToAnalysis(rings, ZONE38));

export async function loadRings(
  parts: { db: Database; geos: GeosPool },
  layerId: string,
  features: readonly RawFeature[],
  options: {
    coverage?: MultiPolygonRings;
    districts?: readonly string[];
    dataDate?: string;
    sourceFile?: string;
  } = {},
): Promise<LayerImportResult> {
  const { coverage, districts, dataDate, sourceFile = `${layerId}.geojson` } = options;
  return importLayer(parts, {
    layerId,
    source: stream(features),
    sourceFileName: sourceFile,
    crs: 4526,
    ...(dataDate === undefined ? {} : { dataDate }),
    ...(districts && { coverage: { kind: 'districts', codes: districts } }),
    ...(coverage === undefined
      ? {}
      : {
          coverage: {
            kind: 'polygon',
            geojson: { type: 'MultiPolygon', coordinates: coverage },
            crs: 4526,
          },
        }),
  });
}

export function loadLayer(
  parts: { db: Database; geos: GeosPool },
  layerId: string,
  { features, coverage, districts, dataDate, sourceFile }: MadeLayer,
): Promise<LayerImportResult> {
  const raw = features.map((one) => feature(ringsOf(one), one.properties ?? {}));
  return loadRings(parts, layerId, raw, {
    ...(coverage && { coverage: ringsOf({ boxes: coverage }) }),
    ...(districts && { districts }),
    ...(sourceFile !== undefined && { sourceFile }),
    ...(dataDate !== undefined && { dataDate }),
  });
}

/** The body of a submission: coordinates in EPSG:4526, so it needs `crs`. */
export function bodyOf(parcels: readonly (MadeParcel | { id?: string; rings: MultiPolygonRings })[]): Buffer {
  const features = parcels.map((parcel, i) => ({
    type: 'Feature',
    id: parcel.id ?? `P-${i + 1}`,
    properties: 'properties' in parcel ? (parcel.properties ?? {}) : {},
    geometry: {
      type: 'MultiPolygon',
      coordinates: 'rings' in parcel ? parcel.rings : ringsOf(parcel),
    },
  }));
  return Buffer.from(JSON.stringify({ type: 'FeatureCollection', features }));
}

export async function parcelsOf(
  geos: GeosPool,
  parcels: Parameters<typeof bodyOf>[0],
): Promise<readonly Parcel[]> {
  return (await readParcels({ body: bodyOf(parcels), crs: 'EPSG:4526' }, geos)).parcels;
}

/** Parts of the overlay with empty caches: tables that were emptied hand out the same version numbers again. */
export const overlayParts = (db: Database, geos: GeosPool): OverlayParts => ({
  sql: db,
  geos,
  tiles: new TileCache(64e6),
  features: new FeatureCache(10_000),
  maxPairs: 100_000,
});

export async function snapshotsOf(db: Database, layerIds: readonly string[]): Promise<LayerSnapshot[]> {
  const layers = await describeLayers(db, layerIds);
  return layers.map((layer) => {
    if (!isPresent(layer)) throw new Error(`${layer.layerId} is not active`);
    return layer;
  });
}

export const cents = (areaM2: number): number => Math.round(areaM2 * 100);
