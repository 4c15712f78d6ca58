/** One row per fragment: area against the limit, land class, kind with evidence, hosts, merged outline, reasons. */
import { crsTable, zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { roundHalfUp, toM2, toMu } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import { toLonLat } from '../geometry/planes.js';
import type { LayerOrMissing } from '../overlay/measure-overlaps.js';
import type { OverlayMeasure } from '../overlay/measure-types.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { worstVerdict } from '../policy/evaluate.js';
import { asParcel } from './constructed-parcel.js';
import { type Contact, measureContact } from './find-contacts.js';
import { type FragmentGround, measureLayers } from './fragment-ground.js';
import { beyondPlace, hostAt, projectPlace, type Scene } from './fragment-scene.js';
import type { Fragment, FragmentHost, FragmentMerge, FragmentReason } from './fragment-types.js';
import {
  type AroundIt,
  kindOf,
  measureBounded,
  type Ring,
  readSurroundings,
  ringAround,
  toEvidence,
} from './measure-fragment.js';
import { mergeOutlines } from './merge-outlines.js';
import { inTurns } from './union-by-cells.js';
import type { UseTable } from './use-groups.js';

/** Less is no ring to measure. */
const LEAST_RING_M2 = 0.05;

export async function describeFragments(
  ground: FragmentGround,
  scene: Scene,
  onProgress: (done: number, total: number) => void,
): Promise<Fragment[]> {
  const layers = ['dltb', 'xzq'].map((id) => ground.layers.find(({ layerId }) => layerId === id)!);
  const measured = await measureLayers(ground, scene.fragments, layers);
  const rings = await inTurns([...scene.fragments.keys()], (n) => {
    ground.signal?.throwIfAborted();
    return ringOf(ground, scene, n);
  });
  const all = await measureRings(
    ground,
    layers,
    rings.map((ring) => ring.all),
  );
  const outside = await measureRings(
    ground,
    layers,
    rings.map((ring) => ring.outside),
  );
  return inTurns(measured, (row, n) => {
    ground.signal?.throwIfAborted();
    onProgress(n, measured.length);
    const [land, district] = row.overlays as [OverlayMeasure, OverlayMeasure];
    const around = readSurroundings(all[n]!, outside[n], rings[n]!.ringM2, ground.isConstruction.all);
    return describe(ground, scene, n, row.areaM2, land, district, around);
  });
}

/** In the order of the rings; undefined for those without ground. */
async function measureRings(
  ground: FragmentGround,
  layers: readonly LayerOrMissing[],
  rings: readonly MultiPolygonRings[],
): Promise<(OverlayMeasure | undefined)[]> {
  const solid = rings.filter((ring) => planarAreaM2(ring) >= LEAST_RING_M2);
  const parcels = solid.map((ring) => asParcel(ring, ground.planeEpsg, 'ring'));
  const measured = await measureLayers(ground, parcels, layers.slice(0, 1));
  const overlays = new Map(solid.map((ring, i) => [ring, measured[i]!.overlays[0]!] as const));
  return rings.map((ring) => overlays.get(ring));
}

/** Fragments that were found lie in a range, not on a project's land: it bounds nothing. */
function ringOf({ parts }: FragmentGround, scene: Scene, n: number): Promise<Ring> {
  const hosts = hostsNear(scene, n).map((k) => scene.hostShapes[k]!);
  const known = scene.places === undefined ? hosts : [...hosts, scene.project];
  return ringAround(parts.geos, scene.fragmentShapes[n]!, known);
}

/** Hosts of the scene whose boxes come within the tolerance. */
const hostsNear = (scene: Scene, n: number): number[] =>
  scene.near(n).flatMap((place) => hostAt(scene, place) ?? []);

async function describe(
  ground: FragmentGround,
  scene: Scene,
  n: number,
  areaM2: number,
  land: OverlayMeasure,
  district: OverlayMeasure,
  around: AroundIt,
): Promise<Fragment> {
  const { limits, numbers, planeEpsg, parts } = ground;
  const fragment = scene.fragments[n]!;
  const shape = scene.fragmentShapes[n]!;
  const position = scene.positions[n]!;
  const bounded = measureBounded(
    scene.outlines,
    shape,
    {
      fragment: n,
      hosts: scene.near(n).filter((place) => hostAt(scene, place) !== undefined),
      adjoining: position === 'adjoining' ? scene.projects.map((_, k) => projectPlace(scene, k)) : [],
      beyond: position === 'inside' && scene.places !== undefined ? beyondPlace(scene) : undefined,
    },
    numbers.gapToleranceM,
  );
  const circle = await parts.geos.inscribedCircle(shape, 1e-3);
  const evidence = toEvidence(shape, bounded, around, circle.radius, limits);
  const unrounded = officialAreaM2(fragment.plane, crsTable.get(fragment.planeEpsg)!);
  const planeAreaM2 = planarAreaM2(fragment.plane);
  const { hosts, overlapping } = hostsOf(ground, scene, n);
  const withinLimit = unrounded <= limits.limitM2;
  const reasons = [
    ...limitReasons(ground, unrounded, planeAreaM2),
    ...landReasons(ground, land),
    // the ratio of the fragment's two areas is good to 1e-6 for any part of it
    ...overlapping.map(({ id, areaM2: m2 }) => overlapReason(id, (m2 * unrounded) / planeAreaM2)),
  ];
  return {
    id: fragment.id,
    name: fragment.name,
    areaM2,
    areaUnroundedM2: roundHalfUp(unrounded, 6),
    planeAreaM2: toM2(planeAreaM2),
    mu: toMu(areaM2),
    withinLimit,
    position,
    ...kindOf(evidence, limits),
    evidence,
    landClasses: land.byClass.map(({ code, label, areaM2: classM2 }) => ({ code, label, areaM2: classM2 })),
    hosts,
    merge: await mergeOf(ground, scene, n, hosts),
    towns: district.byClass.map(({ code, label, areaM2: townM2 }) => ({ code, name: label, areaM2: townM2 })),
    villages: villagesOf(land),
    verdict: worstVerdict(['clear', ...reasons.map(({ verdict }) => verdict)]),
    reasons,
    outline: { type: 'MultiPolygon', coordinates: toLonLat(shape, zoneCrs(planeEpsg - 4488)) },
  };
}

function limitReasons({ limits }: FragmentGround, unroundedM2: number, planeM2: number): FragmentReason[] {
  const reasons: FragmentReason[] = [];
  const say = (code: string, verdict: FragmentReason['verdict'], zh: string, en: string): void =>
    void reasons.push({ code, verdict, detail: { zh, en } });
  const over = unroundedM2 - limits.limitM2;
  if (over > 0) {
    say(
      'over-limit',
      'attention',
      `单宗 ${unroundedM2.toFixed(4)} ㎡，超过 3 亩（2000.00 ㎡）${over.toFixed(4)} ㎡（第 35 条“原则上”），须说明理由。`,
      `${unroundedM2.toFixed(4)} m² exceed 3 亩 (2,000.00 m²) by ${over.toFixed(4)} m² (measure 35, "in principle"): give the reason.`,
    );
  }
  if (over <= 0 !== planeM2 <= limits.limitM2) {
    say(
      'basis-decides',
      'attention',
      `椭球面积 ${unroundedM2.toFixed(4)} ㎡ 与平面面积 ${planeM2.toFixed(4)} ㎡ 分居 2000.00 ㎡ 两侧，结论取决于面积口径（此处按椭球面积）。`,
      `The ellipsoid area ${unroundedM2.toFixed(4)} m² and the plane area ${planeM2.toFixed(4)} m² lie on either side of 2,000.00 m²; here the ellipsoid decides.`,
    );
  }
  return reasons;
}

/** 零星建设用地: what is no construction land by the survey is none of measure 35's. */
function landReasons({ isConstruction }: FragmentGround, land: OverlayMeasure): FragmentReason[] {
  if (land.state === 'missing') {
    const zh = '未登记地类图斑图层，是否为现状建设用地无法判定。';
    const en = 'No survey of land use is registered; whether it is construction land is not known.';
    return [{ code: 'land-class-missing', verdict: 'undetermined', detail: { zh, en } }];
  }
  const reasons: FragmentReason[] = [];
  const other = land.byClass.filter(
    ({ code, noise }) => !noise && (code === null || !isConstruction.all(code)),
  );
  if (other.length > 0) {
    const named = other
      .map(({ code, label, areaM2 }) => `${code ?? '—'} ${label ?? ''} ${areaM2.toFixed(2)} ㎡`)
      .join('、');
    reasons.push({
      code: 'not-construction-land',
      verdict: 'prohibited',
      detail: {
        zh: `含非建设用地：${named}，不属于零星建设用地。`,
        en: `Not construction land: ${named}; measure 35 is for construction land.`,
      },
    });
  }
  if (land.undeterminedM2 > 0 && !land.noise.undetermined) {
    const m2 = land.undeterminedM2.toFixed(2);
    reasons.push({
      code: 'land-class-not-covering',
      verdict: 'undetermined',
      detail: {
        zh: `${m2} ㎡ 不在地类图斑数据的覆盖范围内，无法判定是否为建设用地。`,
        en: `The survey does not cover ${m2} m² of it; whether that is construction land is not known.`,
      },
    });
  }
  return reasons;
}

const overlapReason = (id: string, areaM2: number): FragmentReason => ({
  code: 'overlap-defect',
  verdict: 'undetermined',
  detail: {
    zh: `与“${id}”重叠 ${areaM2.toFixed(2)} ㎡，须先消除重叠。`,
    en: `Lies on "${id}" by ${areaM2.toFixed(2)} m²; mend the overlap first.`,
  },
});

/** Hosts that share an edge, industry first, then the longest edge; and whatever lies on the fragment. */
function hostsOf(
  { numbers, uses }: FragmentGround,
  scene: Scene,
  n: number,
): { hosts: FragmentHost[]; overlapping: { id: string; areaM2: number }[] } {
  const limits = { ...numbers, reachM: numbers.gapToleranceM };
  const hosts: FragmentHost[] = [];
  const overlapping: { id: string; areaM2: number }[] = [];
  for (const place of scene.near(n)) {
    const k = hostAt(scene, place);
    if (k !== undefined) {
      const host = scene.hosts[k]!;
      const contact = measureContact(scene.outlines, n, place, limits);
      if (contact?.kind === 'overlap') overlapping.push({ id: host.id, areaM2: contact.overlapM2 });
      if (contact?.kind === 'edge') hosts.push(toHost(host, contact, uses));
    } else if (scene.places !== undefined && place < scene.fragments.length) {
      // pieces that were found are parts of one union: none lies on another
      const contact = measureContact(scene.outlines, Math.min(n, place), Math.max(n, place), limits);
      if (contact?.kind === 'overlap')
        overlapping.push({ id: scene.fragments[place]!.id, areaM2: contact.overlapM2 });
    }
  }
  hosts.sort(
    (p, q) =>
      Number(q.industrial === true) - Number(p.industrial === true) ||
      q.sharedEdgeM - p.sharedEdgeM ||
      (p.id < q.id ? -1 : 1),
  );
  return { hosts, overlapping };
}

function toHost(host: Parcel, contact: Contact, uses: UseTable): FragmentHost {
  const use = host.landUse === null ? undefined : uses.find(host.landUse);
  return {
    id: host.id,
    landUse: host.landUse,
    industrial: use ? use.group === 'industry' : null,
    sharedEdgeM: roundHalfUp(contact.sharedEdgeM, 2),
    gapM: roundHalfUp(contact.gapM, 3),
  };
}

/** Outline of the fragment and its first host; the areas before and after are those of the official algorithm. */
async function mergeOf(
  { parts, planeEpsg }: FragmentGround,
  scene: Scene,
  n: number,
  [host]: readonly FragmentHost[],
): Promise<FragmentMerge | null> {
  if (!host) return null;
  const k = scene.hosts.findIndex(({ id }) => id === host.id);
  const shapes: MultiPolygonRings[] = [scene.fragmentShapes[n]!, scene.hostShapes[k]!];
  const merged = await mergeOutlines(parts.geos, shapes);
  const crs = zoneCrs(planeEpsg - 4488);
  const before =
    shapes.reduce((sum, shape) => sum + Math.round(toM2(officialAreaM2(shape, crs)) * 100), 0) / 100;
  return {
    host: host.id,
    areaBeforeM2: before,
    areaAfterM2: toM2(officialAreaM2(merged, crs)),
    oneRing: merged.length === 1 && merged[0]!.length === 1,
    outline: { type: 'MultiPolygon', coordinates: toLonLat(merged, crs) },
    plane: { crs: `EPSG:${planeEpsg}`, coordinates: merged },
  };
}

/** By 坐落单位 of the patches, to the village (first 12 digits). */
function villagesOf(land: OverlayMeasure): Fragment['villages'] {
  const villages = new Map<string | null, { name: string | null; cents: number }>();
  for (const { attributes, areaM2, sharedM2 } of land.features) {
    const code = typeof attributes.ZLDWDM === 'string' ? attributes.ZLDWDM.slice(0, 12) : null;
    const name = typeof attributes.ZLDWMC === 'string' ? attributes.ZLDWMC : null;
    const village = villages.get(code) ?? { name, cents: 0 };
    village.cents += Math.round((areaM2 - sharedM2) * 100);
    villages.set(code, village);
  }
  return [...villages]
    .sort(([a], [b]) => ((a ?? '\uffff') < (b ?? '\uffff') ? -1 : 1))
    .map(([code, { name, cents }]) => ({ code, name, areaM2: cents / 100 }));
}
