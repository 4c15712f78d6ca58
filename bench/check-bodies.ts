/** The submissions of a bench run: all parcels in one file, and each in a file of its own. */
import type { Box, MultiPolygonRings } from '../src/core/geometry-types.js';
import { lonLatToAnalysis } from '../src/geometry/planes.js';
import type { PlainParcel } from './plain-sql.js';
import { type ParcelFeature, randomParcels } from './random-parcels.js';

export interface Submissions {
  features: readonly ParcelFeature[];
  together: Buffer;
  single: readonly Buffer[];
  plain: readonly PlainParcel[];
}

/** 3° zone of the made-up city (central meridian 114°E). */
export const CITY_ZONE = 38;

export function submissions(count: number, box: Box): Submissions {
  const features = randomParcels(count, box);
  return {
    features,
    together: bodyOf(features),
    single: features.map((feature) => bodyOf([feature])),
    plain: features.map(({ geometry }) => {
      const lonLat: MultiPolygonRings = [geometry.coordinates];
      return { lonLat, plane: lonLatToAnalysis(lonLat, CITY_ZONE) };
    }),
  };
}

const bodyOf = (features: readonly ParcelFeature[]): Buffer =>
  Buffer.from(JSON.stringify({ type: 'FeatureCollection', features }));
