/**
 * The second engine: measures every pair again by constructing the intersection (PostGIS on a server, GEOS in worker
 * threads on the embedded database), from geometry that did not go through the tiles, and reports the differences.
 */
import { ANALYSIS_SRID } from '../core/crs.js';
import type { Database } from '../database/sql.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { lonLatToAnalysis } from '../geometry/planes.js';
import { encodeMultiPolygon } from '../geometry/wkb.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readFeatureGeometries } from '../layers/read-features.js';
import { throwIfStopped } from './measure-ground.js';
import type { MeasuredParcel } from './measure-overlaps.js';
import { findCandidatePairs, measurePairsInPostgis, type PairArea } from './sql.js';

/** The stated bound: an absolute part for the constructed coordinates, a relative part for large parcels. */
export const differenceBoundM2 = (parcelAreaM2: number): number => 0.001 + 1e-9 * parcelAreaM2;

export interface EngineDifference {
  parcelIndex: number;
  layerId: string;
  featureNo: number;
  kernelM2: number;
  secondM2: number;
}

export interface Verification {
  engine: 'postgis' | 'geos';
  pairs: number;
  largestDifferenceM2: number;
  /** Pairs beyond the bound. */
  differences: readonly EngineDifference[];
}

/** Parcels sent in one statement: bounds the size of the statement's values. */
const PARCELS_PER_STATEMENT = 500;

export async function verifyMeasures(
  parts: { db: Database; geos: GeosPool; signal?: AbortSignal | undefined },
  parcels: readonly MeasuredParcel[],
  layers: readonly LayerSnapshot[],
): Promise<Verification> {
  const engine = parts.db.kind === 'server' ? 'postgis' : 'geos';
  let pairs = 0;
  let largest = 0;
  const differences: EngineDifference[] = [];
  for (let from = 0; from < parcels.length; from += PARCELS_PER_STATEMENT) {
    throwIfStopped(parts.signal);
    const batch = parcels.slice(from, from + PARCELS_PER_STATEMENT);
    const second =
      engine === 'postgis'
        ? await measureOnServer(parts.db, batch, layers)
        : await measureWithGeos(parts, batch, layers);
    for (const pair of compare(batch, layers, second)) {
      pairs++;
      const difference = Math.abs(pair.kernelM2 - pair.secondM2);
      largest = Math.max(largest, difference);
      const bound = differenceBoundM2(batch[pair.parcelIndex]!.areaM2);
      if (!(difference <= bound)) differences.push({ ...pair, parcelIndex: pair.parcelIndex + from });
    }
  }
  return { engine, pairs, largestDifferenceM2: largest, differences };
}

const ewkbOf = (parcels: readonly MeasuredParcel[]): Uint8Array[] =>
  parcels.map(({ shape }) => encodeMultiPolygon(shape.rings, ANALYSIS_SRID));

function measureOnServer(
  db: Database,
  parcels: readonly MeasuredParcel[],
  layers: readonly LayerSnapshot[],
): Promise<PairArea[]> {
  const ids = layers.map((layer) => layer.versionId);
  return measurePairsInPostgis(db, ids, ewkbOf(parcels));
}

async function measureWithGeos(
  parts: { db: Database; geos: GeosPool },
  parcels: readonly MeasuredParcel[],
  layers: readonly LayerSnapshot[],
): Promise<PairArea[]> {
  const ids = layers.map((layer) => layer.versionId);
  const pairs = await findCandidatePairs(parts.db, ids, ewkbOf(parcels));
  const result: PairArea[] = [];
  for (const layer of layers) {
    const own = pairs.filter((pair) => pair.versionId === layer.versionId);
    const geometries = await readFeatureGeometries(parts.db, layer, [
      ...new Set(own.map((p) => p.featureNo)),
    ]);
    const planes = new Map(
      [...geometries].map(([featureNo, lonLat]) => [featureNo, lonLatToAnalysis(lonLat, layer.planeZone)]),
    );
    const areas = await parts.geos.overlapAreas(
      own.map((pair) => [parcels[pair.ordinal]!.shape.rings, planes.get(pair.featureNo)!]),
    );
    result.push(...own.map((pair, i) => ({ ...pair, areaM2: areas[i]! })));
  }
  return result;
}

/** Every pair that either engine knows: one that only one of them found counts with 0 from the other. */
function compare(
  parcels: readonly MeasuredParcel[],
  layers: readonly LayerSnapshot[],
  second: readonly PairArea[],
): EngineDifference[] {
  const names = new Map(layers.map((layer) => [layer.versionId, layer.layerId]));
  const pairs = new Map<string, EngineDifference>();
  parcels.forEach((parcel, parcelIndex) => {
    for (const [versionId, ground] of parcel.grounds) {
      for (const [featureNo, kernelM2] of ground.features) {
        pairs.set(`${parcelIndex}:${versionId}:${featureNo}`, {
          parcelIndex,
          layerId: names.get(versionId) ?? String(versionId),
          featureNo,
          kernelM2,
          secondM2: 0,
        });
      }
    }
  });
  for (const row of second) {
    const key = `${row.ordinal}:${row.versionId}:${row.featureNo}`;
    const known = pairs.get(key);
    if (known) known.secondM2 = row.areaM2;
    else {
      pairs.set(key, {
        parcelIndex: row.ordinal,
        layerId: names.get(row.versionId) ?? String(row.versionId),
        featureNo: row.featureNo,
        kernelM2: 0,
        secondM2: row.areaM2,
      });
    }
  }
  return [...pairs.values()];
}
