/** Draws the overlap pieces of one parcel and layer with GEOS, for maps and exports. Areas are never taken from here. */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Sql } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { analysisToLonLat, lonLatToAnalysis } from '../geometry/planes.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readFeatureGeometries } from '../layers/read-features.js';
import type { Shape } from './shapes.js';

export interface Piece {
  kind: 'overlap' | 'rest';
  /** Null for the rest of the parcel: ground no feature of the layer covers. */
  featureNo: number | null;
  /** MultiPolygon, EPSG:4490 degrees. */
  lonLat: MultiPolygonRings;
}

/**
 * Pieces parcel ∩ feature for the given features, and the rest of the parcel when asked for. A piece without area
 * (a touch) is left out.
 */
export async function constructPieces(
  parts: { sql: Sql; geos: GeosPool },
  layer: LayerSnapshot,
  shape: Shape,
  featureNumbers: readonly number[],
  withRest: boolean,
): Promise<Piece[]> {
  const geometries = await readFeatureGeometries(parts.sql, layer, featureNumbers);
  const planes = featureNumbers.map((featureNo) => {
    const lonLat = geometries.get(featureNo);
    if (!lonLat) throw new Error(`geometry of feature ${featureNo} was not read`);
    return lonLatToAnalysis(lonLat, layer.planeZone);
  });
  const overlaps = await Promise.all(planes.map((plane) => parts.geos.intersection(shape.rings, plane)));
  const pieces: Piece[] = [];
  overlaps.forEach((rings, i) => {
    if (rings.length === 0) return;
    pieces.push({ kind: 'overlap', featureNo: featureNumbers[i]!, lonLat: analysisToLonLat(rings) });
  });
  if (!withRest) return pieces;
  const covered = overlaps.filter((rings) => rings.length > 0);
  const rest = covered.length
    ? await parts.geos.difference(shape.rings, await parts.geos.union(covered))
    : shape.rings;
  if (rest.length > 0) pieces.push({ kind: 'rest', featureNo: null, lonLat: analysisToLonLat(rest) });
  return pieces;
}
