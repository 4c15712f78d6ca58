/** Chooses the edge of a version's square tiles from a sample of its features. */
import type { PreparedFeature } from './prepare-features.js';
import { countVertices } from './write-features.js';

const SMALLEST_M = 512;
const LARGEST_M = 8192;
/** A tile of about 20 patches: one parcel then loads one to four tiles and few pieces that it does not touch. */
const FEATURES_ACROSS = 4.5;
/** Keeps a tile of long, finely drawn borders near 70 kB of packed edges. */
const VERTICES_A_TILE = 2000;

/** 512 m × a power of two, so that the tiles of any two versions nest: 512 for a city's DLTB, more for large features. */
export function chooseTileSize(sample: readonly Pick<PreparedFeature, 'analysis' | 'planeAreaM2'>[]): number {
  let areaM2 = 0;
  let vertices = 0;
  for (const feature of sample) {
    areaM2 += feature.planeAreaM2;
    vertices += countVertices(feature.analysis);
  }
  const bySize = FEATURES_ACROSS * Math.sqrt(areaM2 / sample.length);
  const byDetail = Math.sqrt((VERTICES_A_TILE * areaM2) / vertices);
  const wanted = Math.min(bySize, byDetail, LARGEST_M) / SMALLEST_M;
  return wanted < 2 ? SMALLEST_M : SMALLEST_M * 2 ** Math.floor(Math.log2(wanted));
}
