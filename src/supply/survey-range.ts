/**
 * What the layers say about a range of any size: which construction patches lie in it, what is approved there, and how
 * much of it no layer covers. Measured square by square, so that a whole district costs no more memory than a square.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { isPresent } from '../overlay/measure-overlaps.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import { asParcel } from './constructed-parcel.js';
import { type FragmentGround, measureLayers } from './fragment-ground.js';
import type { SupplyWatch } from './supply-parts.js';

/** Tiles along the side of a square: about 6,000 patches, and one window of the measure. */
const TILES_ACROSS = 32;

/** Side of a square, m. */
export const squareOf = ({ tileSizeM }: LayerSnapshot): number => TILES_ACROSS * tileSizeM;

export interface SurveyedFeature {
  featureNo: number;
  bsm: string | null;
  name: string | null;
  /** The whole of it lies in the square; where false, it may still lie in the range. */
  whole: boolean;
}

/** One square: features that no square before it had. */
export interface SurveyedSquare {
  built: SurveyedFeature[];
  /** By layer of approved land. */
  approved: ReadonlyMap<string, SurveyedFeature[]>;
}

/** Printed m² in all squares so far, by layer. */
export interface SurveySums {
  coveredM2: Map<string, number>;
  unknownM2: Map<string, number>;
}

/** In the order of the squares; while one is worked on, the next one is measured. */
export async function* surveyRange(
  ground: FragmentGround,
  squares: readonly MultiPolygonRings[],
  survey: LayerSnapshot,
  approved: readonly LayerSnapshot[],
  sums: SurveySums,
  { signal, onProgress }: SupplyWatch,
): AsyncGenerator<SurveyedSquare> {
  const layers = [survey, ...approved].filter(isPresent);
  const seen = new Map(layers.map(({ layerId }) => [layerId, new Set<number>()]));
  const measure = async (n: number): Promise<readonly OverlayMeasure[]> => {
    const [row] = await measureLayers(ground, [asParcel(squares[n]!, ground.planeEpsg, 'range')], layers, {
      // squares do not overlap, so all of them together meet little more than the range's features
      maxPairs: Infinity,
    });
    return row!.overlays;
  };
  let next = squares.length > 0 ? measure(0) : undefined;
  for (let n = 0; next; n++) {
    const overlays = await next;
    signal?.throwIfAborted();
    onProgress?.({ step: 'layers', done: n, total: squares.length });
    next = n + 1 < squares.length ? measure(n + 1) : undefined;
    // a failure is met when its turn comes
    next?.catch(() => undefined);
    for (const overlay of overlays) addUp(sums, overlay);
    const found = overlays.map((overlay) => newFeatures(ground, overlay, survey, seen.get(overlay.layer)!));
    yield {
      built: found[0]!,
      approved: new Map(approved.map(({ layerId }, i) => [layerId, found[i + 1]!])),
    };
  }
}

function addUp(sums: SurveySums, { layer, areaM2, undeterminedM2, noise }: OverlayMeasure): void {
  const add = (to: Map<string, number>, m2: number): void =>
    void to.set(layer, (Math.round((to.get(layer) ?? 0) * 100) + Math.round(m2 * 100)) / 100);
  add(sums.coveredM2, areaM2);
  add(sums.unknownM2, noise.undetermined ? 0 : undeterminedM2);
}

function newFeatures(
  { isConstruction }: FragmentGround,
  overlay: OverlayMeasure,
  survey: LayerSnapshot,
  seen: Set<number>,
): SurveyedFeature[] {
  const isBuilt = (code: string | null): boolean => code !== null && isConstruction.withoutRoads(code);
  const fresh = overlay.features.filter(
    ({ featureNo, areaM2, classCode }) =>
      areaM2 > 0 && (overlay.layer !== survey.layerId || isBuilt(classCode)) && !seen.has(featureNo),
  );
  for (const { featureNo } of fresh) seen.add(featureNo);
  return fresh.map(({ featureNo, bsm, wholeFeature, attributes }) => ({
    ...{ featureNo, bsm, whole: wholeFeature },
    name: typeof attributes.XMMC === 'string' ? attributes.XMMC : null,
  }));
}
