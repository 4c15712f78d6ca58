/** Draws the overlap pieces of one parcel and layer with GEOS, for maps and exports. Areas are never taken from here. */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Sql } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { analysisToLonLat, lonLatToAnalysis } from '../geometry/planes.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readFeatureGeometries } from '../layers/read-features.js';
import { readCoveragePlane } from './beyond-coverage.js';
import type { Shape } from './shapes.js';

export interface Piece {
  kind: 'overlap' | 'outside' | 'undetermined';
  /** Null for ground that no feature of the layer covers. */
  featureNo: number | null;
  /** MultiPolygon, EPSG:4490 degrees. */
  lonLat: MultiPolygonRings;
}

type Parts = { sql: Sql; geos: GeosPool };

/**
 * Pieces parcel ∩ feature for the given features and, when asked for, the rest of the parcel: what is known to be
 * free and what is not known. A piece without area (a touch) is left out.
 */
export async function constructPieces(
  parts: Parts,
  layer: LayerSnapshot,
  shape: Shape,
  featureNumbers: readonly number[],
  withRest: boolean,
): Promise<Piece[]> {
  const geometries = await readFeatureGeometries(parts.sql, layer, featureNumbers);
  const planes = featureNumbers.map((featureNo) =>
    // readFeatureGeometries answers every number or throws
    lonLatToAnalysis(geometries.get(featureNo)!, layer.planeZone),
  );
  const overlaps = await Promise.all(planes.map((plane) => parts.geos.intersection(shape.rings, plane)));
  const pieces = overlaps.map((rings, i) => ({
    kind: 'overlap' as const,
    featureNo: featureNumbers[i]!,
    rings,
  }));
  const rest = withRest ? await constructRest(parts, layer, shape, overlaps) : [];
  return [...pieces, ...rest]
    .filter(({ rings }) => rings.length > 0)
    .map(({ kind, featureNo, rings }) => ({ kind, featureNo, lonLat: analysisToLonLat(rings) }));
}

async function constructRest(
  { sql, geos }: Parts,
  layer: LayerSnapshot,
  shape: Shape,
  overlaps: readonly MultiPolygonRings[],
): Promise<{ kind: 'outside' | 'undetermined'; featureNo: null; rings: MultiPolygonRings }[]> {
  const covered = overlaps.filter((rings) => rings.length > 0);
  const rest =
    covered.length > 0 ? await geos.difference(shape.rings, await geos.union(covered)) : shape.rings;
  const coverage = layer.kind === 'cover' ? await readCoveragePlane(sql, layer) : undefined;
  if (!coverage) return [{ kind: 'undetermined', featureNo: null, rings: rest }];
  const [outside, undetermined] = await Promise.all([
    geos.intersection(rest, coverage),
    geos.difference(rest, coverage),
  ]);
  return [
    { kind: 'outside', featureNo: null, rings: outside },
    { kind: 'undetermined', featureNo: null, rings: undetermined },
  ];
}
