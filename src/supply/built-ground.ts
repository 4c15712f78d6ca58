/**
 * The shapes of surveyed features in the plane of the answer, and the construction ground of one square cut to the range
 * and joined. What lies wholly within the range keeps its vertices bit for bit.
 */
import { zoneCrs } from '../core/crs.js';
import type { Box, MultiPolygonRings, Position } from '../core/geometry-types.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { toPlane } from '../geometry/planes.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { readFeatureGeometries } from '../layers/read-features.js';
import { boxOfAll, cutToNear } from './cut-range.js';
import type { FragmentGround } from './fragment-ground.js';
import { type BoxIndex, indexBoxes } from './index-boxes.js';
import type { SurveyedFeature } from './survey-range.js';
import { inTurns } from './union-by-cells.js';

/** Features read in one go. */
const FEATURES_AT_ONCE = 500;

/** In the order of the features. */
export async function readShapes(
  { parts, planeEpsg, signal }: FragmentGround,
  layer: LayerSnapshot,
  features: readonly SurveyedFeature[],
): Promise<MultiPolygonRings[]> {
  const shapes: MultiPolygonRings[] = [];
  for (let from = 0; from < features.length; from += FEATURES_AT_ONCE) {
    signal?.throwIfAborted();
    const window = features.slice(from, from + FEATURES_AT_ONCE).map(({ featureNo }) => featureNo);
    const read = await readFeatureGeometries(parts.db, layer, window);
    for (const featureNo of window) shapes.push(toPlane(read.get(featureNo)!, zoneCrs(planeEpsg - 4488)));
  }
  return shapes;
}

/** The range, and the boxes of its border's segments. */
export interface BorderedRange {
  rings: MultiPolygonRings;
  border: BoxIndex;
}

export const withBorder = (rings: MultiPolygonRings): BorderedRange => ({
  rings,
  border: indexBoxes(
    rings.flat().flatMap((ring) => ring.slice(1).map((q, i): Box => segmentBox(ring[i]!, q))),
  ),
});

const segmentBox = (p: Position, q: Position): Box => [
  Math.min(p[0], q[0]),
  Math.min(p[1], q[1]),
  Math.max(p[0], q[0]),
  Math.max(p[1], q[1]),
];

/** As the overlay tells a whole feature: what is cut off is less than its figures are good to. */
const isWhole = (shape: MultiPolygonRings, cut: MultiPolygonRings): boolean => {
  const areaM2 = planarAreaM2(shape);
  return areaM2 - planarAreaM2(cut) <= 0.01 + 2e-6 * areaM2;
};

/** The shapes cut to the range, in their order; empty ones left out. */
export async function cutToRange(
  { parts: { geos } }: FragmentGround,
  { rings, border }: BorderedRange,
  features: readonly SurveyedFeature[],
  shapes: readonly MultiPolygonRings[],
): Promise<MultiPolygonRings[]> {
  // all of them meet the range, so what the border does not come near lies within
  const meetsBorder = shapes.map(
    (shape, i) => !features[i]!.whole && border.search(...boxOfAll(shape)).length > 0,
  );
  const crossing = shapes.filter((_, i) => meetsBorder[i]);
  if (crossing.length === 0) return [...shapes];
  const near = await cutToNear(geos, rings, crossing);
  const cuts = await inTurns(crossing, async (shape) => {
    const cut = await geos.intersection(shape, near);
    return isWhole(shape, cut) ? shape : cut;
  });
  let next = 0;
  return shapes
    .map((shape, i) => (meetsBorder[i] ? cuts[next++]! : shape))
    .filter((shape) => shape.length > 0 && planarAreaM2(shape) > 0);
}
