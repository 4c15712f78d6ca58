/**
 * A parcel less the ground of layers, one layer after the other: constructed by GEOS in the parcel's zone, held against the
 * kernel's figure for every layer. Trimming and the search for replacement farmland both go this way.
 */
import { crsTable, zoneCrs } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { breakLongEdges, planeToAnalysis, toLonLat, toPlane } from '../geometry/planes.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readFeatureGeometries } from '../layers/read-features.js';
import { divideGround } from '../overlay/divide-ground.js';
import { Shape } from '../overlay/shapes.js';
import type { MeasureParts } from './measure-types.js';

export interface LostGround {
  layerId: string;
  /** Kernel area in the analysis plane, m², unrounded; ground that an earlier layer took is not in it. */
  rawM2: number;
  /** The same as constructed, in the parcel's zone. */
  rings: MultiPolygonRings;
}

export interface Subtracted {
  wholeRawM2: number;
  restRawM2: number;
  rest: MultiPolygonRings;
  lost: LostGround[];
}

/** Overlaps below this are rounding at a common border. */
const TOUCH_M2 = 1e-6;

export async function subtractLayers(
  parts: MeasureParts,
  plane: MultiPolygonRings,
  epsg: number,
  layers: readonly LayerSnapshot[],
  signal: AbortSignal | undefined,
): Promise<Subtracted> {
  const crs = crsTable.get(epsg)!;
  let rest = plane;
  let shape = new Shape(planeToAnalysis(plane, crs));
  const wholeRawM2 = shape.areaM2;
  const lost: LostGround[] = [];
  for (const layer of layers) {
    const found = rest.length === 0 ? undefined : await takeLayer(parts, rest, shape, epsg, layer, signal);
    lost.push({ layerId: layer.layerId, rawM2: found?.unionM2 ?? 0, rings: found?.taken ?? [] });
    if (!found) continue;
    const left = new Shape(planeToAnalysis(found.rest, crs));
    assertKernelAgrees(layer, shape, left, found.unionM2);
    rest = found.rest;
    shape = left;
  }
  return { wholeRawM2, restRawM2: shape.areaM2, rest, lost };
}

async function takeLayer(
  parts: MeasureParts,
  rest: MultiPolygonRings,
  shape: Shape,
  epsg: number,
  layer: LayerSnapshot,
  signal: AbortSignal | undefined,
): Promise<{ rest: MultiPolygonRings; taken: MultiPolygonRings; unionM2: number } | undefined> {
  const { db: sql, geos, tiles, features } = parts;
  const { grounds } = await divideGround({ sql, geos, tiles, features, signal }, layer, [shape]);
  const ground = grounds[0]!;
  const touched = [...ground.features].filter(([, areaM2]) => areaM2 > TOUCH_M2).map(([no]) => no);
  if (touched.length === 0) return undefined;
  const geometries = await readFeatureGeometries(
    sql,
    layer,
    touched.sort((a, b) => a - b),
  );
  const planes = [...geometries.values()].map((lonLat) => lonLatToZone(lonLat, layer.planeZone, epsg));
  const cut = await geos.union(planes);
  const [taken, left] = await Promise.all([geos.intersection(rest, cut), geos.difference(rest, cut)]);
  return { rest: left, taken, unionM2: ground.unionM2 };
}

/** Features whose edges are straight in their own zone, in the parcel's; long edges are broken where the zones differ. */
export function lonLatToZone(lonLat: MultiPolygonRings, fromZone: number, epsg: number): MultiPolygonRings {
  const target = zoneCrs(epsg - 4488);
  if (fromZone === target.zone) return toPlane(lonLat, target);
  const own = zoneCrs(fromZone);
  const broken = toPlane(lonLat, own).map((polygon) => polygon.map((ring) => breakLongEdges(ring)));
  return toPlane(toLonLat(broken, own), target);
}

/** What was constructed must be what the kernel measured, or nothing may be said about it. */
function assertKernelAgrees(layer: LayerSnapshot, before: Shape, after: Shape, unionM2: number): void {
  const difference = Math.abs(before.areaM2 - after.areaM2 - unionM2);
  if (difference <= 0.01 + 1e-7 * before.areaM2) return;
  throw new AppError(
    'measure-mismatch',
    `${layer.layerId}: constructed and measured ground differ by ${difference} m²`,
    {
      layer: layer.layerId,
      differenceM2: difference,
    },
  );
}
