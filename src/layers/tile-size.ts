/** Chooses the edge of a version's square tiles from a sample of its features. */
import { countFlatVertices } from '../geometry/flat-rings.js';
import type { PreparedFeature } from './prepare-features.js';

const SMALLEST_M = 256;
const LARGEST_M = 8192;
/**
 * A tile of about six patches. A parcel loads one to four tiles; what it loads beside what it touches is what a check
 * with an empty cache waits for (with twenty patches a tile it was 56 MB for a thousand parcels).
 */
const FEATURES_ACROSS = 2.5;
/** Keeps a tile of long, finely drawn borders near 35 kB of packed edges. */
const VERTICES_A_TILE = 1000;

/** 256 m × a power of two, so that the tiles of any two versions nest: 256 for a city's DLTB, more for large features. */
export function chooseTileSize(sample: readonly Pick<PreparedFeature, 'analysis' | 'planeAreaM2'>[]): number {
  let areaM2 = 0;
  let vertices = 0;
  for (const feature of sample) {
    areaM2 += feature.planeAreaM2;
    vertices += countFlatVertices(feature.analysis);
  }
  const bySize = FEATURES_ACROSS * Math.sqrt(areaM2 / sample.length);
  const byDetail = Math.sqrt((VERTICES_A_TILE * areaM2) / vertices);
  const wanted = Math.min(bySize, byDetail, LARGEST_M) / SMALLEST_M;
  return wanted < 2 ? SMALLEST_M : SMALLEST_M * 2 ** Math.floor(Math.log2(wanted));
}
