/**
 * Turns the division of a parcel's ground into printed figures: scaled to the parcel's official area, closed with the
 * largest remainder, net areas by the survey's rules (docs/overlay-semantics.md §4, §5).
 */
import { roundHalfUp } from '../core/units.js';
import { closeToTotal } from '../geometry/closing.js';
import { getLayer } from '../layers/catalogue.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import type { ShownFeature } from './feature-cache.js';
import type { Claims } from './inner-overlaps.js';
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
  feature: ShownFeature;
  rawM2: number;
  sharedRawM2: number;
}

/**
 * @param parcelAreaM2 printed ellipsoid area of the parcel (two decimals)
 * @param claims ground that several features claim, unrounded m²
 */
export function printMeasure(
  layer: LayerSnapshot,
  parcelAreaM2: number,
  ground: Ground,
  features: ReadonlyMap<number, ShownFeature>,
  claims: Claims,
  noise: NoiseFlags,
): OverlayMeasure {
  const parts = printableParts(ground, features, claims.shared);
  const rest = [ground.outsideM2, ground.undeterminedM2].map((v) => (v < UNPRINTABLE_M2 ? 0 : v));
  const closed = closeParts(parts, rest, parcelAreaM2);
  const hasNet = getLayer(layer.layerId).hasCoefficient;
  const rows = parts.map((part, i) => printFeature(part, closed[i]!, ground, parcelAreaM2, noise, hasNet));
  const scale = parcelAreaM2 / ground.shapeAreaM2;
  const outsideM2 = closed[parts.length]!;
  const undeterminedM2 = closed[parts.length + 1]!;
  const areaM2 = roundHalfUp(parcelAreaM2 - outsideM2 - undeterminedM2, 2);
  return {
    layer: layer.layerId,
    dataDate: layer.dataDate,
    state: undeterminedM2 > 0 ? 'partial' : 'measured',
    missingReason: undeterminedM2 > 0 ? ground.missingReason : null,
    parcelAreaM2,
    areaM2,
    netAreaM2: hasNet ? sum(rows.map((row) => row.netAreaM2 ?? 0)) : null,
    outsideM2,
    undeterminedM2,
    noise: { area: noise.area, outside: noise.outside, undetermined: noise.undetermined },
    byClass: printClasses(rows, hasNet, noise, (no) => (claims.contested.get(no) ?? 0) * scale),
    features: rows,
    warnings: hasNet ? warningsOf(parts) : [],
  };
}

/** The answer where no version of the layer is registered: nothing is known about the whole parcel. */
export function missingMeasure(layerId: string, parcelAreaM2: number): OverlayMeasure {
  return {
    layer: layerId,
    dataDate: null,
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
  features: ReadonlyMap<number, ShownFeature>,
  shared: ReadonlyMap<number, number>,
): Part[] {
  const parts: Part[] = [];
  for (const [featureNo, rawM2] of ground.features) {
    if (rawM2 < UNPRINTABLE_M2) continue;
    const feature = features.get(featureNo);
    if (!feature) throw new Error(`feature ${featureNo} was measured but not read`);
    parts.push({ featureNo, feature, rawM2, sharedRawM2: Math.min(shared.get(featureNo) ?? 0, rawM2) });
  }
  if (parts.length < 2) return parts;
  return parts.sort((a, b) => compareText(a.feature.sortKey, b.feature.sortKey));
}

/** Closed figures of features (without shared ground), outside and undetermined, in that order. */
function closeParts(parts: readonly Part[], rest: readonly number[], parcelAreaM2: number): number[] {
  const values = parts.map((part) => part.rawM2 - part.sharedRawM2);
  values.push(...rest);
  const live: number[] = [];
  let total = 0;
  values.forEach((value, i) => {
    if (!(value > 0)) return;
    live.push(i);
    total += value;
  });
  const out = values.map(() => 0);
  if (live.length === 1) out[live[0]!] = parcelAreaM2;
  if (live.length < 2) return out;
  const keyOf = (i: number): string =>
    i < parts.length ? parts[i]!.feature.sortKey : i === parts.length ? OUTSIDE_KEY : UNDETERMINED_KEY;
  const scaled = live.map((i) => (values[i]! * parcelAreaM2) / total);
  const closed = closeToTotal(scaled, parcelAreaM2, live.map(keyOf));
  live.forEach((i, n) => {
    out[i] = closed[n]!;
  });
  return out;
}

function printFeature(
  part: Part,
  countedM2: number,
  ground: Ground,
  parcelAreaM2: number,
  noise: NoiseFlags,
  hasNet: boolean,
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
    netAreaM2: hasNet ? netArea(feature, countedM2, wholeFeature && sharedM2 === 0) : null,
    wholeFeature,
    attributes: feature.attributes,
    attributesJson: feature.attributesJson,
    noise: noise.features.has(part.featureNo),
  };
}

/** Whole feature → attribute net area, where it is one; otherwise gross less 田坎 by coefficient, net by subtraction. */
function netArea(feature: ShownFeature, grossM2: number, whole: boolean): number {
  if (whole && feature.attributeNetAreaM2 !== null && agreesWithGeometry(feature)) {
    return roundHalfUp(feature.attributeNetAreaM2, 2);
  }
  return roundHalfUp(grossM2 - roundHalfUp(grossM2 * (feature.kcxs ?? 0), 2), 2);
}

/** Class of ground that features of different classes claim: no class table knows it, so no rule may pass over it. */
const CONTESTED: Pick<ClassMeasure, 'code' | 'label'> = { code: '重叠', label: '图斑重叠、类别矛盾' };

/** An attribute area more than a tenth off the geometry belongs to another shape or another unit: not to be printed. */
function agreesWithGeometry({ planeAreaM2, attributeAreaM2, attributeNetAreaM2 }: ShownFeature): boolean {
  const most = planeAreaM2 * 1.1;
  const gross = attributeAreaM2 ?? planeAreaM2;
  return gross <= most && gross >= planeAreaM2 * 0.9 && (attributeNetAreaM2 ?? 0) <= most;
}

/** In hundredths of m². */
interface ClassSum {
  code: string | null;
  label: string | null;
  cents: number;
  netCents: number;
}

function printClasses(
  rows: readonly OverlayMeasure['features'][number][],
  hasNet: boolean,
  noise: NoiseFlags,
  contestedOf: (featureNo: number) => number,
): OverlayMeasure['byClass'] {
  if (rows.length === 0) return [];
  const groups = new Map<string | null, ClassSum>();
  const add = (code: string | null, label: string | null, cents: number, netCents: number): void => {
    const group = groups.get(code);
    if (!group) {
      groups.set(code, { code, label, cents, netCents });
      return;
    }
    group.cents += cents;
    group.netCents += netCents;
  };
  for (const row of rows) {
    const cents = Math.round((row.areaM2 - row.sharedM2) * 100);
    const netCents = Math.round((row.netAreaM2 ?? 0) * 100);
    const contested = Math.min(cents, Math.round(contestedOf(row.featureNo) * 100));
    const contestedNet = Math.min(netCents, contested);
    if (cents > contested) add(row.classCode, row.classLabel, cents - contested, netCents - contestedNet);
    if (contested > 0) add(CONTESTED.code, CONTESTED.label, contested, contestedNet);
  }
  const sums = [...groups.values()];
  if (sums.length > 1) sums.sort((a, b) => compareText(a.code ?? '\uffff', b.code ?? '\uffff'));
  return sums.map(({ code, label, cents, netCents }) => ({
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
  const names = (rows: readonly Part[]): string =>
    rows
      .slice(0, 5)
      .map(({ feature }) => feature.bsm ?? String(feature.featureNo))
      .join('、');
  const without = parts.filter(({ feature }) => needsCoefficient(feature) && feature.kcxs === null);
  const differing = parts.filter(({ feature }) => !agreesWithGeometry(feature));
  const warnings: OverlayMeasure['warnings'][number][] = [];
  if (without.length > 0) {
    warnings.push({
      code: 'kcxs-missing',
      detail: {
        zh: `${without.length} 个耕地图斑缺少田坎系数（KCXS），净面积按系数 0 计算：${names(without)}`,
        en: `${without.length} farmland features have no KCXS; net area uses 0: ${names(without)}`,
      },
    });
  }
  if (differing.length > 0) {
    warnings.push({
      code: 'attribute-area-differs',
      detail: {
        zh: `${differing.length} 个图斑的属性面积与图形面积相差超过 10%，净面积按图形面积推算：${names(differing)}`,
        en: `The attribute area of ${differing.length} features is more than 10 % off the geometry; net area is derived from the geometry: ${names(differing)}`,
      },
    });
  }
  return warnings;
}

/** 田坎 exist in farmland only (三调: 01 耕地). */
const needsCoefficient = (feature: ShownFeature): boolean => (feature.classCode ?? '').startsWith('01');
