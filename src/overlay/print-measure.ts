/**
 * Turns the division of a parcel's ground into printed figures: scaled to the parcel's official area, closed with the
 * largest remainder, net areas by the survey's rules (docs/overlay-semantics.md §4, §5).
 */
import { roundHalfUp } from '../core/units.js';
import { closeToTotal } from '../geometry/closing.js';
import type { LayerFeature, LayerSnapshot } from '../layers/layer-types.js';
import type { Ground } from './measure-ground.js';
import type { ClassMeasure, OverlayMeasure } from './measure-types.js';

/** What cannot be printed at 0.01 m²: left out of lists, its ground goes to the rest. */
export const UNPRINTABLE_M2 = 0.005;

/** Keys that sort after every feature code. */
const OUTSIDE_KEY = '\uffff1';
const UNDETERMINED_KEY = '\uffff2';

export interface NoiseFlags {
  area: boolean;
  outside: boolean;
  undetermined: boolean;
  features: ReadonlySet<number>;
  classes: ReadonlySet<string | null>;
}

interface Part {
  featureNo: number;
  feature: LayerFeature;
  rawM2: number;
  sharedRawM2: number;
}

/**
 * @param parcelAreaM2 printed ellipsoid area of the parcel (two decimals)
 * @param shared by feature number, unrounded m² already counted under an earlier feature
 */
export function printMeasure(
  layer: LayerSnapshot,
  parcelAreaM2: number,
  ground: Ground,
  features: ReadonlyMap<number, LayerFeature>,
  shared: ReadonlyMap<number, number>,
  noise: NoiseFlags,
): OverlayMeasure {
  const parts = printableParts(ground, features, shared);
  const rest = [ground.outsideM2, ground.undeterminedM2].map((v) => (v < UNPRINTABLE_M2 ? 0 : v));
  const closed = closeParts(parts, rest, parcelAreaM2);
  const rows = parts.map((part, i) => printFeature(part, closed[i]!, ground, parcelAreaM2, noise));
  const outsideM2 = closed[parts.length]!;
  const undeterminedM2 = closed[parts.length + 1]!;
  const areaM2 = roundHalfUp(parcelAreaM2 - outsideM2 - undeterminedM2, 2);
  const hasNet = rows.some((row) => row.netAreaM2 !== null);
  return {
    layer: layer.layerId,
    state: undeterminedM2 > 0 ? 'partial' : 'measured',
    missingReason: undeterminedM2 > 0 ? ground.missingReason : null,
    parcelAreaM2,
    areaM2,
    netAreaM2: hasNet ? sum(rows.map((row) => row.netAreaM2 ?? 0)) : null,
    outsideM2,
    undeterminedM2,
    noise: { area: noise.area, outside: noise.outside, undetermined: noise.undetermined },
    byClass: printClasses(rows, hasNet, noise),
    features: rows,
    warnings: warningsOf(parts),
  };
}

/** The answer where no version of the layer is registered: nothing is known about the whole parcel. */
export function missingMeasure(layerId: string, parcelAreaM2: number): OverlayMeasure {
  return {
    layer: layerId,
    state: 'missing',
    missingReason: 'no-version',
    parcelAreaM2,
    areaM2: 0,
    netAreaM2: null,
    outsideM2: 0,
    undeterminedM2: parcelAreaM2,
    noise: { area: false, outside: false, undetermined: false },
    byClass: [],
    features: [],
    warnings: [],
  };
}

function printableParts(
  ground: Ground,
  features: ReadonlyMap<number, LayerFeature>,
  shared: ReadonlyMap<number, number>,
): Part[] {
  const parts: Part[] = [];
  for (const [featureNo, rawM2] of ground.features) {
    if (rawM2 < UNPRINTABLE_M2) continue;
    const feature = features.get(featureNo);
    if (!feature) throw new Error(`feature ${featureNo} was measured but not read`);
    parts.push({ featureNo, feature, rawM2, sharedRawM2: Math.min(shared.get(featureNo) ?? 0, rawM2) });
  }
  return parts.sort((a, b) => compareText(featureKey(a.feature), featureKey(b.feature)));
}

/** Closed figures of features (without shared ground), outside and undetermined, in that order. */
function closeParts(parts: readonly Part[], rest: readonly number[], parcelAreaM2: number): number[] {
  const values = [...parts.map((part) => part.rawM2 - part.sharedRawM2), ...rest];
  const keys = [...parts.map((part) => featureKey(part.feature)), OUTSIDE_KEY, UNDETERMINED_KEY];
  const live = values.map((value, i) => ({ value, i })).filter(({ value }) => value > 0);
  const total = live.reduce((acc, { value }) => acc + value, 0);
  const out = values.map(() => 0);
  if (total === 0) return out;
  const scaled = live.map(({ value }) => (value * parcelAreaM2) / total);
  const closed = closeToTotal(
    scaled,
    parcelAreaM2,
    live.map(({ i }) => keys[i]!),
  );
  live.forEach(({ i }, n) => {
    out[i] = closed[n]!;
  });
  return out;
}

/** Feature codes sort as text; the feature number breaks ties so that the order never depends on the database. */
const featureKey = (feature: LayerFeature): string =>
  `${feature.bsm ?? ''}\u0000${String(feature.featureNo).padStart(10, '0')}`;

function printFeature(
  part: Part,
  countedM2: number,
  ground: Ground,
  parcelAreaM2: number,
  noise: NoiseFlags,
): OverlayMeasure['features'][number] {
  const { feature } = part;
  const sharedM2 = roundHalfUp((part.sharedRawM2 * parcelAreaM2) / ground.shapeAreaM2, 2);
  const wholeFeature = feature.planeAreaM2 - part.rawM2 <= 0.01 + 2e-6 * feature.planeAreaM2;
  return {
    featureNo: part.featureNo,
    bsm: feature.bsm,
    classCode: feature.classCode,
    classLabel: feature.classLabel,
    areaM2: roundHalfUp(countedM2 + sharedM2, 2),
    sharedM2,
    netAreaM2: netArea(feature, countedM2, wholeFeature && sharedM2 === 0),
    wholeFeature,
    attributes: feature.attributes,
    noise: noise.features.has(part.featureNo),
  };
}

/** Whole feature → attribute net area; otherwise gross less 田坎 by coefficient, net by subtraction. */
function netArea(feature: LayerFeature, grossM2: number, whole: boolean): number | null {
  if (feature.kcxs === null && feature.attributeNetAreaM2 === null) return null;
  if (whole && feature.attributeNetAreaM2 !== null) return roundHalfUp(feature.attributeNetAreaM2, 2);
  return roundHalfUp(grossM2 - roundHalfUp(grossM2 * (feature.kcxs ?? 0), 2), 2);
}

function printClasses(
  rows: readonly OverlayMeasure['features'][number][],
  hasNet: boolean,
  noise: NoiseFlags,
): OverlayMeasure['byClass'] {
  const groups = new Map<string, ClassMeasure & { cents: number; netCents: number }>();
  for (const row of rows) {
    const key = row.classCode ?? '';
    const group = groups.get(key) ?? {
      code: row.classCode,
      label: row.classLabel,
      areaM2: 0,
      netAreaM2: null,
      cents: 0,
      netCents: 0,
    };
    group.cents += Math.round((row.areaM2 - row.sharedM2) * 100);
    group.netCents += Math.round((row.netAreaM2 ?? 0) * 100);
    groups.set(key, group);
  }
  return [...groups.values()]
    .sort((a, b) => compareText(a.code ?? '\uffff', b.code ?? '\uffff'))
    .map(({ cents, netCents, code, label }) => ({
      code,
      label,
      areaM2: cents / 100,
      netAreaM2: hasNet ? netCents / 100 : null,
      noise: noise.classes.has(code),
    }));
}

/** Two decimals are summed as integers: adding doubles would leave 0.30000000000000004 behind. */
function sum(values: readonly number[]): number {
  return values.reduce((acc, value) => acc + Math.round(value * 100), 0) / 100;
}

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function warningsOf(parts: readonly Part[]): OverlayMeasure['warnings'] {
  const without = parts.filter(({ feature }) => needsCoefficient(feature) && feature.kcxs === null);
  if (without.length === 0) return [];
  const codes = without
    .slice(0, 5)
    .map(({ feature }) => feature.bsm ?? String(feature.featureNo))
    .join('、');
  return [
    {
      code: 'kcxs-missing',
      detail: {
        zh: `${without.length} 个耕地图斑缺少田坎系数（KCXS），净面积按系数 0 计算：${codes}`,
        en: `${without.length} farmland features have no KCXS; net area uses 0: ${codes}`,
      },
    },
  ];
}

/** 田坎 exist in farmland only (三调: 01 耕地). */
const needsCoefficient = (feature: LayerFeature): boolean =>
  feature.attributeNetAreaM2 !== null && (feature.classCode ?? '').startsWith('01');
