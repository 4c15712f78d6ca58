/**
 * Tells border noise from conflict: an area is noise when it disappears once the parcel is shrunk by the noise width
 * all round (docs/overlay-semantics.md §6). Policy has its own threshold; this one is geometry's.
 */
import { erodePlainly } from '../geometry/erode-plainly.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import type { ShownFeature } from './feature-cache.js';
import type { Ground } from './measure-ground.js';
import { type NoiseFlags, UNPRINTABLE_M2 } from './print-measure.js';
import { Shape } from './shapes.js';

/** Numbers of the rule pack: below `areaM2`, or thinner than `widthM` along the parcel's border, is noise. */
export interface NoiseLimits {
  areaM2: number;
  widthM: number;
}

/** The analysis plane stretches lengths by up to 4 % between 31°N and 37°N; candidates are taken that much wider. */
const STRETCH = 1.1;

export const noNoise: NoiseFlags = {
  area: false,
  outside: false,
  undetermined: false,
  features: new Set(),
  classes: new Set(),
};

/** A strip along the parcel's border of the noise width cannot hold more. */
const largestNoiseM2 = (shape: Shape, limits: NoiseLimits): number =>
  Math.max(limits.areaM2, limits.widthM * shape.perimeterM * STRETCH);

/** True where some figure of this ground is small enough to be a strip along the parcel's border. */
export function mayHoldNoise(ground: Ground, shape: Shape, limits: NoiseLimits): boolean {
  const strip = largestNoiseM2(shape, limits);
  const small = (value: number): boolean => value >= UNPRINTABLE_M2 && value < strip;
  if (small(ground.unionM2) || small(ground.outsideM2) || small(ground.undeterminedM2)) return true;
  for (const value of ground.features.values()) if (small(value)) return true;
  return false;
}

/**
 * The parcel shrunk by the noise width, or undefined where some part of it is itself too thin to be shrunk: nothing
 * of such a parcel may be called noise, or a thin parcel would hide every conflict.
 */
export async function shrinkShape(
  geos: GeosPool,
  shape: Shape,
  limits: NoiseLimits,
): Promise<Shape | undefined> {
  const plainly = erodePlainly(shape.rings, limits.widthM);
  if (plainly) return new Shape(plainly);
  const parts = await Promise.all(shape.rings.map((polygon) => geos.erode([polygon], limits.widthM)));
  return parts.some((part) => part.length === 0) ? undefined : new Shape(parts.flat());
}

/** Which figures of a parcel's ground are noise: those that its shrunk core no longer has. */
export function findNoise(
  ground: Ground,
  core: Ground,
  shape: Shape,
  features: ReadonlyMap<number, ShownFeature>,
  limits: NoiseLimits,
): NoiseFlags {
  const strip = largestNoiseM2(shape, limits);
  const gone = (value: number, inCore: number): boolean =>
    value >= UNPRINTABLE_M2 && value < strip && inCore < limits.areaM2;
  const noisy = new Set<number>();
  const classes = new Map<string | null, { value: number; inCore: number }>();
  for (const [featureNo, value] of ground.features) {
    const inCore = core.features.get(featureNo) ?? 0;
    if (gone(value, inCore)) noisy.add(featureNo);
    const code = features.get(featureNo)?.classCode ?? null;
    const sum = classes.get(code) ?? { value: 0, inCore: 0 };
    sum.value += value;
    sum.inCore += inCore;
    classes.set(code, sum);
  }
  return {
    area: gone(ground.unionM2, core.unionM2),
    outside: gone(ground.outsideM2, core.outsideM2),
    undetermined: gone(ground.undeterminedM2, core.undeterminedM2),
    features: noisy,
    classes: new Set([...classes].filter(([, s]) => gone(s.value, s.inCore)).map(([code]) => code)),
  };
}
