/**
 * The evidence of one fragment: how much of its border is bounded, how wide it is, what lies around it, and the kind that
 * follows. Lengths in the common plane, exact; what lies around by a ring of half a metre against 地类图斑.
 */
import type { Bilingual } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { roundHalfUp } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import { runLengthAlong } from './border-runs.js';
import { perimeterOf } from './compose-bundles.js';
import type { FragmentLimits } from './fragment-limits.js';
import type { FragmentEvidence, FragmentKind } from './fragment-types.js';
import type { Outlines } from './outlines.js';
import { withoutHairlines } from './without-hairlines.js';

/** Width of the ring around a fragment in which its surroundings are read, m. */
export const RING_M = 0.5;

/** Places in the outlines. */
export interface Surroundings {
  fragment: number;
  hosts: readonly number[];
  /** Projects that the fragment lies beside. */
  adjoining: readonly number[];
  /** Everything that is not project: set where the fragment lies within it. */
  beyond: number | undefined;
}

export interface Bounded {
  perimeterM: number;
  boundedM: number;
  /** Bounded by one parcel's land alone. */
  byOneM: number;
}

/** Within the project all of the border is bounded but what runs along the project's edge with no host behind it. */
export function measureBounded(
  outlines: Outlines,
  shape: MultiPolygonRings,
  { fragment, hosts, adjoining, beyond }: Surroundings,
  toleranceM: number,
): Bounded {
  const perimeterM = perimeterOf(shape);
  const along = (others: readonly number[]): number => runLengthAlong(outlines, fragment, others, toleranceM);
  const single = Math.max(0, ...[...hosts, ...adjoining].map((other) => along([other])));
  if (beyond === undefined) {
    const boundedM = Math.min(perimeterM, along([...hosts, ...adjoining]));
    return { perimeterM, boundedM, byOneM: single };
  }
  const open = along([beyond]);
  const openOrHosted = along([beyond, ...hosts]);
  const bare = openOrHosted - along(hosts);
  return {
    perimeterM,
    boundedM: Math.max(0, perimeterM - bare),
    byOneM: Math.max(single, perimeterM - open),
  };
}

export interface Ring {
  ringM2: number;
  /** All of it, for roads. */
  all: MultiPolygonRings;
  /** Outside project and hosts, for built land that nobody submitted. */
  outside: MultiPolygonRings;
}

/** The ring of half a metre around a shape. */
export async function ringAround(
  geos: GeosPool,
  shape: MultiPolygonRings,
  known: readonly MultiPolygonRings[],
): Promise<Ring> {
  const wide = await geos.buffer(shape, RING_M, { join: 'mitre' });
  const all = await geos.difference(wide, shape);
  return { ringM2: planarAreaM2(all), all, outside: await lessKnown(geos, all, wide, known) };
}

async function lessKnown(
  geos: GeosPool,
  ring: MultiPolygonRings,
  wide: MultiPolygonRings,
  known: readonly MultiPolygonRings[],
): Promise<MultiPolygonRings> {
  const near = known.length > 0 ? await geos.intersection(await geos.union(known), wide) : [];
  return near.length === 0 ? ring : withoutHairlines(geos, await geos.difference(ring, near));
}

/** 三调 classes of roads one can drive in from, and of built land that bounds (construction less transport and dams). */
const isRoad = (code: string): boolean => /^100[346]/.test(code);
const bounds = (code: string): boolean => !code.startsWith('10') && !code.startsWith('11');

export interface AroundIt {
  builtShare: number | null;
  roadAccessM: number | null;
  /** Share of the ring, outside project and hosts, that the commonest class has. */
  oneClassShare: number;
}

/** @param all the ring against dltb; @param outside the part of it outside project and hosts, undefined where empty */
export function readSurroundings(
  all: OverlayMeasure,
  outside: OverlayMeasure | undefined,
  ringM2: number,
  isBuilt: (code: string) => boolean,
): AroundIt {
  if (all.state === 'missing' || all.undeterminedM2 > 0.05 * all.parcelAreaM2)
    return { builtShare: null, roadAccessM: null, oneClassShare: 0 };
  const sum = (of: OverlayMeasure | undefined, holds: (code: string) => boolean): number =>
    (of?.byClass ?? [])
      .filter(({ code }) => code !== null && holds(code))
      .reduce((total, { areaM2 }) => total + areaM2, 0);
  const largest = Math.max(0, ...(outside?.byClass ?? []).map(({ areaM2 }) => areaM2));
  return {
    builtShare: Math.min(1, sum(outside, (code) => isBuilt(code) && bounds(code)) / ringM2),
    roadAccessM: sum(all, isRoad) / RING_M,
    oneClassShare: largest / ringM2,
  };
}

export function toEvidence(
  shape: MultiPolygonRings,
  bounded: Bounded,
  around: AroundIt,
  inscribedRadiusM: number,
  limits: FragmentLimits,
): FragmentEvidence {
  const areaM2 = planarAreaM2(shape);
  const { perimeterM, boundedM, byOneM } = bounded;
  const figures = {
    inscribedDiameterM: 2 * inscribedRadiusM,
    meanWidthM: (2 * areaM2) / perimeterM,
    compactness: (4 * Math.PI * areaM2) / perimeterM ** 2,
  };
  return {
    perimeterM: roundHalfUp(perimeterM, 2),
    boundedM: roundHalfUp(boundedM, 2),
    boundedShare: roundHalfUp(boundedM / perimeterM, 4),
    builtShare: around.builtShare === null ? null : roundHalfUp(around.builtShare, 4),
    island: Math.max(byOneM / perimeterM, around.oneClassShare) >= limits.islandShare,
    inscribedDiameterM: roundHalfUp(figures.inscribedDiameterM, 2),
    meanWidthM: roundHalfUp(figures.meanWidthM, 2),
    compactness: roundHalfUp(figures.compactness, 4),
    roadAccessM: around.roadAccessM === null ? null : roundHalfUp(around.roadAccessM, 1),
    hardToDevelop: whyHard(figures, around, limits),
  };
}

function whyHard(
  shape: { inscribedDiameterM: number; meanWidthM: number; compactness: number },
  { roadAccessM }: AroundIt,
  limits: FragmentLimits,
): Bilingual[] {
  const reasons: Bilingual[] = [];
  const say = (zh: string, en: string): void => void reasons.push({ zh, en });
  const { inscribedDiameterM: diameter, meanWidthM: width, compactness } = shape;
  if (diameter < limits.inscribedDiameterM) {
    say(
      `最大内切圆直径 ${diameter.toFixed(2)} 米，小于 ${limits.inscribedDiameterM} 米。`,
      `The largest circle inside is ${diameter.toFixed(2)} m across, less than ${limits.inscribedDiameterM} m.`,
    );
  }
  if (width < limits.meanWidthM) {
    say(
      `平均宽度 ${width.toFixed(2)} 米，小于 ${limits.meanWidthM} 米。`,
      `Mean width ${width.toFixed(2)} m, less than ${limits.meanWidthM} m.`,
    );
  }
  if (compactness < limits.compactness) {
    say(
      `紧凑度 ${compactness.toFixed(2)}，小于 ${limits.compactness}，形状狭长或不规则。`,
      `Compactness ${compactness.toFixed(2)}, less than ${limits.compactness}: slender or ragged.`,
    );
  }
  if (roadAccessM !== null && roadAccessM < limits.roadAccessM) {
    say(
      `临路长度 ${roadAccessM.toFixed(1)} 米，不足 ${limits.roadAccessM} 米，没有独立出入口。`,
      `${roadAccessM.toFixed(1)} m along a road, less than ${limits.roadAccessM} m: no way in of its own.`,
    );
  }
  return reasons;
}

/** 插花地 before 夹心地 before 边角地: an island is bounded all round, a sandwiched piece for the most part. */
export function kindOf(
  evidence: FragmentEvidence,
  limits: FragmentLimits,
): { kind: FragmentKind; why: Bilingual } {
  const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
  if (evidence.island) {
    return {
      kind: '插花地',
      why: {
        zh: `周长的 ${percent(limits.islandShare)} 以上在同一宗他人用地或同一地类之内。`,
        en: `At least ${percent(limits.islandShare)} of the perimeter lies within one other parcel's land or one other use.`,
      },
    };
  }
  const share = Math.min(1, evidence.boundedShare + (evidence.builtShare ?? 0));
  const told = {
    zh: `周长的 ${percent(share)} 由项目用地、相邻宗地或已建用地围合`,
    en: `${percent(share)} of the perimeter is bounded by the project, hosts or built land`,
  };
  // a millimetre of perimeter decides nothing
  if (share >= limits.sandwichedShare - 1e-3) return { kind: '夹心地', why: withDot(told) };
  const why = {
    zh: `${told.zh}，不足 ${percent(limits.sandwichedShare)}；最大内切圆直径 ${evidence.inscribedDiameterM.toFixed(2)} 米`,
    en: `${told.en}, less than ${percent(limits.sandwichedShare)}; largest circle ${evidence.inscribedDiameterM.toFixed(2)} m`,
  };
  return { kind: '边角地', why: withDot(why) };
}

const withDot = ({ zh, en }: Bilingual): Bilingual => ({ zh: `${zh}。`, en: `${en}.` });
