/**
 * 零星地块 (province, measure 35) over fragments, project range and hosts: limits, kinds with evidence, hosts and merged
 * outlines; with `discover` the fragments are found first. The story on one screen.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { roundHalfUp, toM2, toMu } from '../core/units.js';
import type { ParcelWarning } from '../parcels/parcel-types.js';
import { readParcelFile } from '../parcels/read-parcel-file.js';
import { worstVerdict } from '../policy/evaluate.js';
import { toCommonPlane } from './common-plane.js';
import { asParcel } from './constructed-parcel.js';
import { describeFragments } from './describe-fragments.js';
import { type Found, findFragments } from './find-fragments.js';
import { constructionClasses, type FragmentGround } from './fragment-ground.js';
import { type FragmentLimits, limitsOn } from './fragment-limits.js';
import { readRoles } from './fragment-roles.js';
import { drawScene, type Scene } from './fragment-scene.js';
import type { Fragment, FragmentAnswer, FragmentReason, FragmentRequest, Region } from './fragment-types.js';
import { readApproved, readFragmentLimits } from './read-fragment-request.js';
import { selectUnderCap } from './select-fragments.js';
import { nameLayer, type SupplyParts, type SupplyWatch } from './supply-parts.js';
import { useTableOn } from './use-groups.js';

const LAYERS = ['dltb', 'xzq'] as const;
/** Areas are printed to 0.01 m²; the cap is not held against less than that. */
const CAP_NOISE_M2 = 0.01;

export async function createFragments(
  parts: SupplyParts,
  request: FragmentRequest,
  watch: SupplyWatch = {},
): Promise<FragmentAnswer> {
  const numbers = readFragmentLimits(request);
  const onDate = request.onDate ?? parts.today();
  const limits = limitsOn(onDate);
  const { effectiveFrom, document, article, ...thresholds } = limits;
  const discover = request.discover ?? false;
  const approvedIds = discover ? readApproved(request) : [];
  const { layers, jurisdiction, warnings } = await parts.findGround(
    [...LAYERS, ...approvedIds],
    request.asOf,
  );
  const { body, contentType, crs, repair } = request;
  const batch = await readParcelFile(
    { body, contentType, crs, repair, limits: parts.limits, jurisdiction },
    parts.geos,
  );
  const uses = useTableOn(parts.policy, onDate);
  const roles = readRoles(batch.parcels, discover, uses, parts.limits.maxFaults);
  const plane = toCommonPlane(batch.parcels);
  const at = (places: readonly number[]): MultiPolygonRings[] => places.map((i) => plane.shapes[i]!);
  const ground: FragmentGround = {
    parts,
    layers,
    isConstruction: constructionClasses(parts.policy, onDate),
    uses,
    limits,
    numbers,
    planeEpsg: plane.epsg,
    signal: watch.signal,
  };
  const projects = roles.projects.map((i) => batch.parcels[i]!);
  const hosts = roles.hosts.map((i) => batch.parcels[i]!);
  const found = discover
    ? await findFragments(ground, { ranges: at(roles.projects), taken: at(roles.hosts), approvedIds }, watch)
    : undefined;
  const fragments = found
    ? found.pieces.map((shape, n) => asParcel(shape, plane.epsg, `LX-${n + 1}`))
    : roles.fragments.map((i) => batch.parcels[i]!);
  const scene = await drawScene(ground, {
    fragments,
    places: found ? undefined : roles.fragments,
    fragmentShapes: found ? found.pieces : at(roles.fragments),
    projects,
    projectShapes: at(roles.projects),
    hosts: [...hosts, ...(found?.approved.parcels ?? [])],
    hostShapes: [...at(roles.hosts), ...(found?.approved.shapes ?? [])],
  });
  const rows = await describeFragments(ground, scene, (done, total) =>
    watch.onProgress?.({ step: 'fragments', done, total }),
  );
  return {
    parameters: {
      ...numbers,
      ...thresholds,
      discover,
      ...(discover && { approved: approvedIds.join(',') }),
      planeCrs: `EPSG:${plane.epsg}`,
      onDate,
      source: `${document} ${article}`,
      limitsSince: effectiveFrom,
    },
    areaBasis: {
      zh: '面积为椭球面积（国土调查办发〔2008〕32号），2000.00 ㎡ 的上限按未取整的椭球面积判定；长度为 3 度带高斯平面长度。',
      en: 'Areas on the ellipsoid (official algorithm); the limit of 2,000.00 m² is held against the unrounded area. Lengths in the 3° Gauss–Krüger plane.',
    },
    layers: layers.map(nameLayer),
    ...withBlind(judgeSum(rows, scene, limits), found?.blind ?? []),
    fragments: rows,
    ...(found && { discovered: toDiscovered(rows, scene, limits, found) }),
    warnings: [
      ...batch.warnings,
      ...warnings,
      ...plane.warnings,
      ...scene.warnings,
      ...overlapWarnings(rows, roles.fragments),
      // a fragment lies within its project: what the file says of overlaps says nothing here
      ...batch.parcels.flatMap((parcel) => parcel.warnings.filter(({ code }) => !overlaps.includes(code))),
    ],
  };
}

const overlaps = ['parcels-overlap', 'duplicate-parcel'];

/** Fragments that lie on each other or on a host, with their places in the file. */
const overlapWarnings = (rows: readonly Fragment[], places: readonly number[]): ParcelWarning[] =>
  rows.flatMap(({ reasons }, n) =>
    reasons
      .filter(({ code }) => code === 'overlap-defect')
      .map(({ code, detail }) => ({ code, detail, pointer: `/features/${places[n]}/geometry` })),
  );

type SumPart = Pick<
  FragmentAnswer,
  'projectM2' | 'sumM2' | 'sumMu' | 'ratio' | 'withinCap' | 'withinCapExcluded' | 'verdict' | 'reasons'
>;

const withBlind = (sum: SumPart, blind: readonly FragmentReason[]): SumPart => ({
  ...sum,
  verdict: worstVerdict([sum.verdict, ...blind.map(({ verdict }) => verdict)]),
  reasons: [...sum.reasons, ...blind],
});

/** The cumulative cap: with the fragments counted in the project's land, and without. */
function judgeSum(rows: readonly Fragment[], scene: Scene, { cap }: FragmentLimits): SumPart {
  const sum = rows.reduce((total, row) => total + row.areaUnroundedM2, 0);
  const inside = rows
    .filter(({ position }) => position === 'inside')
    .reduce((total, row) => total + row.areaUnroundedM2, 0);
  const printed = sumOf(rows.map(({ areaM2 }) => areaM2));
  const base = { sumM2: printed, sumMu: toMu(printed) };
  const worst = worstVerdict(['clear', ...rows.map(({ verdict }) => verdict)]);
  if (scene.projectM2 === null) {
    const reason: FragmentReason = {
      code: 'no-project',
      verdict: 'undetermined',
      detail: {
        zh: '没有提交改造项目范围（role=project），累计占比无法判定。',
        en: 'No project range (role=project) was submitted; the cumulative share is not known.',
      },
    };
    return {
      ...base,
      projectM2: null,
      ratio: { included: null, excluded: null },
      withinCap: null,
      withinCapExcluded: null,
      verdict: worstVerdict([worst, 'undetermined']),
      reasons: [reason],
    };
  }
  const without = scene.projectM2 - inside;
  const included = without + sum;
  const withinCap = sum - cap * included <= CAP_NOISE_M2;
  const withinCapExcluded = sum - cap * without <= CAP_NOISE_M2;
  const reasons = capReasons(sum, included, without, withinCap, withinCapExcluded, cap);
  return {
    ...base,
    projectM2: toM2(scene.projectM2),
    ratio: {
      included: included > 0 ? roundHalfUp(sum / included, 4) : null,
      excluded: without > 0 ? roundHalfUp(sum / without, 4) : null,
    },
    withinCap,
    withinCapExcluded,
    verdict: worstVerdict([worst, ...reasons.map(({ verdict }) => verdict)]),
    reasons,
  };
}

function capReasons(
  sum: number,
  included: number,
  without: number,
  withinCap: boolean,
  withinCapExcluded: boolean,
  cap: number,
): FragmentReason[] {
  if (withinCap && withinCapExcluded) return [];
  const percent = (whole: number): string => `${((100 * sum) / whole).toFixed(2)} %`;
  const limit = `${100 * cap} %`;
  if (withinCap) {
    return [
      {
        // the text counts against the project's whole land: the other base is told, not judged
        code: 'cap-depends-on-base',
        verdict: 'clear',
        detail: {
          zh: `累计占比按含零星地块的总面积为 ${percent(included)}，按不含为 ${percent(without)}；后者超过 ${limit}，请说明采用的口径。`,
          en: `The share is ${percent(included)} with the fragments in the base and ${percent(without)} without; the latter exceeds ${limit}: state the base.`,
        },
      },
    ];
  }
  return [
    {
      code: 'over-cap',
      verdict: 'attention',
      detail: {
        zh: `累计 ${sum.toFixed(2)} ㎡，占改造开发项目用地总面积 ${included.toFixed(2)} ㎡ 的 ${percent(included)}，超过 ${limit}（第 35 条“原则上”），须说明理由。`,
        en: `${sum.toFixed(2)} m² in all, ${percent(included)} of the project's ${included.toFixed(2)} m², exceed ${limit} (measure 35, "in principle"): give the reason.`,
      },
    },
  ];
}

function toDiscovered(
  rows: readonly Fragment[],
  scene: Scene,
  { cap }: FragmentLimits,
  { takenM2, cleaned, larger, subtracted }: Found,
): NonNullable<FragmentAnswer['discovered']> {
  const usable = rows.filter(({ verdict }) => verdict === 'clear');
  const capCents = Math.floor(cap * (scene.projectM2 ?? 0) * 100 + 1e-6);
  const round = ({ pieces, areaM2 }: { pieces: number; areaM2: number }) => ({
    pieces,
    areaM2: toM2(areaM2),
  });
  return {
    selection: selectUnderCap(
      usable.map(({ id, areaM2 }) => ({ id, cents: Math.round(areaM2 * 100) })),
      capCents,
    ),
    towns: regionsOf(usable, 'towns'),
    villages: regionsOf(usable, 'villages'),
    // printed, the four add up
    builtM2: sumOf([
      ...rows.map(({ areaM2 }) => areaM2),
      toM2(takenM2),
      ...[cleaned, larger].map((one) => toM2(one.areaM2)),
    ]),
    takenM2: toM2(takenM2),
    cleaned: round(cleaned),
    larger: round(larger),
    subtracted,
  };
}

const sumOf = (m2: readonly number[]): number =>
  m2.reduce((cents, one) => cents + Math.round(one * 100), 0) / 100;

function regionsOf(rows: readonly Fragment[], level: 'towns' | 'villages'): Region[] {
  const regions = new Map<string | null, { name: string | null; fragments: number; cents: number }>();
  for (const row of rows) {
    for (const { code, name, areaM2 } of row[level]) {
      const region = regions.get(code) ?? { name, fragments: 0, cents: 0 };
      region.fragments++;
      region.cents += Math.round(areaM2 * 100);
      regions.set(code, region);
    }
  }
  return [...regions]
    .sort(([a], [b]) => ((a ?? '\uffff') < (b ?? '\uffff') ? -1 : 1))
    .map(([code, { name, fragments, cents }]) => ({ code, name, fragments, areaM2: cents / 100 }));
}
