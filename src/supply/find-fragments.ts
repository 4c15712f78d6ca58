/**
 * What a search for fragments knows before it starts: the ranges, the survey within them, and the land that is taken, as
 * submitted and by registered layers of approved land; and what it does not know. The search is `discover-fragments.ts`.
 */
import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toPlane } from '../geometry/planes.js';
import { readFeatureGeometries } from '../layers/read-features.js';
import { isPresent } from '../overlay/measure-overlaps.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { type Discovered, discoverFragments } from './discover-fragments.js';
import { type FragmentGround, measureLayers } from './fragment-ground.js';
import type { FragmentReason, Subtracted } from './fragment-types.js';
import { nameLayer, type SupplyWatch } from './supply-parts.js';

/** Approved for a project: advance use, conversion, expropriation. No standard table of supplied land is known. */
export const approvedLayers = ['xx_xmzdfw', 'zz_nydzyfw', 'zz_tdzsfw'] as const;

export interface Found extends Discovered {
  /** What the search could not see, with what that means for its answer. */
  blind: FragmentReason[];
  subtracted: Subtracted[];
}

export interface Ranges {
  projects: readonly Parcel[];
  ranges: readonly MultiPolygonRings[];
  /** As submitted with role host. */
  taken: readonly MultiPolygonRings[];
}

export async function findFragments(
  ground: FragmentGround,
  { projects, ranges, taken }: Ranges,
  watch: SupplyWatch,
): Promise<Found> {
  const layer = ground.layers.find(({ layerId }) => layerId === 'dltb')!;
  const approved = await findApproved(ground, projects);
  if (!isPresent(layer)) {
    const none = { pieces: 0, areaM2: 0 };
    const blind = [noSurvey, ...approved.blind];
    return { pieces: [], cleaned: none, larger: none, blind, subtracted: approved.subtracted };
  }
  const measured = await measureLayers(ground, projects, [layer]);
  const overlays = measured.map((row) => row.overlays[0]!);
  const found = await discoverFragments(
    ground.parts,
    {
      layer,
      overlays,
      range: await ground.parts.geos.union(ranges),
      taken: [...taken, ...approved.shapes],
      planeEpsg: ground.planeEpsg,
      limitM2: ground.limits.limitM2,
      minAreaM2: ground.numbers.minAreaM2,
      isConstruction: ground.isConstruction.withoutRoads,
    },
    watch,
  );
  // what the survey does not cover may hold fragments that nobody sees
  const unseen = overlays.filter(hasUnknown).map(({ undeterminedM2 }) => notSurveyed(undeterminedM2));
  return { ...found, blind: [...unseen, ...approved.blind], subtracted: approved.subtracted };
}

const hasUnknown = ({ undeterminedM2, noise }: OverlayMeasure): boolean =>
  undeterminedM2 > 0 && !noise.undetermined;

interface Approved {
  shapes: MultiPolygonRings[];
  subtracted: Subtracted[];
  blind: FragmentReason[];
}

/** Features of the approved layers that lie in the ranges, in the plane of the answer. */
async function findApproved(ground: FragmentGround, projects: readonly Parcel[]): Promise<Approved> {
  const layers = ground.layers.filter(({ layerId }) => approvedLayers.some((id) => id === layerId));
  const present = layers.filter(isPresent);
  const measured = await measureLayers(ground, projects, present);
  const answer: Approved = { shapes: [], subtracted: [], blind: [] };
  for (const layer of layers) {
    const overlays = measured.flatMap((row) => row.overlays.filter(({ layer: id }) => id === layer.layerId));
    const touched = overlays.flatMap(({ features }) => features.filter(({ areaM2 }) => areaM2 > 0));
    const numbers = [...new Set(touched.map(({ featureNo }) => featureNo))].sort((p, q) => p - q);
    answer.subtracted.push({ ...nameLayer(layer), features: numbers.length });
    if (!isPresent(layer)) continue;
    const read = await readFeatureGeometries(ground.parts.db, layer, numbers);
    for (const rings of read.values()) answer.shapes.push(toPlane(rings, zoneCrs(ground.planeEpsg - 4488)));
    const unknown = overlays.filter(hasUnknown).reduce((sum, { undeterminedM2 }) => sum + undeterminedM2, 0);
    if (unknown > 0) answer.blind.push(notCovered(layer.nameZh, layer.nameEn, unknown));
  }
  const missing = layers.filter((layer) => !isPresent(layer));
  if (missing.length > 0) {
    const names = (key: 'nameZh' | 'nameEn', comma: string): string =>
      missing.map((layer) => layer[key]).join(comma);
    answer.blind.push(notRegistered(names('nameZh', '、'), names('nameEn', ', ')));
  }
  return answer;
}

const noSurvey: FragmentReason = {
  code: 'land-class-missing',
  verdict: 'undetermined',
  detail: {
    zh: '未登记地类图斑图层，范围内有无零星地块无法判定。',
    en: 'No survey of land use is registered; whether the range holds fragments is not known.',
  },
};

const notSurveyed = (m2: number): FragmentReason => ({
  code: 'land-class-not-covering',
  verdict: 'undetermined',
  detail: {
    zh: `范围内 ${m2.toFixed(2)} ㎡ 没有地类图斑数据，其中有无零星地块无法判定。`,
    en: `The survey does not cover ${m2.toFixed(2)} m² of the range; whether fragments lie there is not known.`,
  },
});

const notCovered = (zh: string, en: string, m2: number): FragmentReason => ({
  code: 'approved-land-not-covering',
  verdict: 'attention',
  detail: {
    zh: `范围内 ${m2.toFixed(2)} ㎡ 不在“${zh}”数据的覆盖范围内，其中的地块可能已批准，请核对。`,
    en: `"${en}" does not cover ${m2.toFixed(2)} m² of the range; pieces there may be approved already: check them.`,
  },
});

const notRegistered = (zh: string, en: string): FragmentReason => ({
  code: 'approved-land-not-registered',
  verdict: 'attention',
  detail: {
    zh: `未登记：${zh}；未能扣除其中的已批准用地，已供应的宗地请以 role=host 提交。`,
    en: `Not registered: ${en}; land approved there is not taken off. Submit supplied parcels with role host.`,
  },
});
