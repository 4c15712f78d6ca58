/**
 * The search itself: nearest first over a grid, then finer around what was found; every place tried by the kernel over tiles
 * fetched once, the one proposed measured again as a check does, with the pack's judgement on it.
 */
import { crsTable } from '../core/crs.js';
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';
import { officialAreaCents } from '../geometry/official-area.js';
import { planeToAnalysis } from '../geometry/planes.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { throwIfStopped } from '../overlay/measure-ground.js';
import type { LayerOrMissing, MeasuredParcel } from '../overlay/measure-overlaps.js';
import { Shape } from '../overlay/shapes.js';
import { evaluate } from '../policy/evaluate.js';
import type { ParcelJudgement, Stage } from '../policy/policy-types.js';
import type { ResolvedRulePack } from '../policy/rule-pack-types.js';
import { asParcel, measureParcels } from './layer-ground.js';
import type { MeasureParts } from './measure-types.js';
import type { Range } from './ranges.js';
import { movedTo, type Place, placesAround, placesWithin } from './search-grid.js';
import { boxOfRings, loadSearchGround, type SearchGround, standingOf } from './search-ground.js';
import { toMillimetreRings } from './tidy-rings.js';

export interface SearchPlan {
  range: Range;
  pack: ResolvedRulePack;
  stage: Stage;
  onDate: string;
  signal: AbortSignal | undefined;
  /** Layers that a place must keep clear of, all registered. */
  obstacles: readonly LayerSnapshot[];
  districts: LayerSnapshot | undefined;
  /** Every layer of the answer: obstacles and what else the pack reads. */
  layers: readonly LayerOrMissing[];
  radiusM: number;
  stepM: number;
  turns: readonly number[];
}

export interface Candidate {
  place: Place;
  /** Rings in the parcel's zone, multiples of 0.001 m. */
  rings: MultiPolygonRings;
  areaM2: number;
  measured: MeasuredParcel;
  judgement: ParcelJudgement;
}

export interface Found {
  best: Candidate | undefined;
  before: MeasuredParcel;
  refinedToM: number;
  tried: number;
  conflict: number;
  unknown: number;
  rejected: number;
}

/** The finest grid around a place that was found, m. */
const FINEST_M = 0.1;
/** Places that pass the search and fail the exact check, after which the search ends. */
const MOST_REJECTED = 25;
/** Other requests get their turn after so many places. */
const AT_ONCE = 128;

export async function findPlace(parts: MeasureParts, plan: SearchPlan): Promise<Found> {
  const { range } = plan;
  const ground = await loadSearchGround(parts, plan.obstacles, plan.districts, reachOf(plan));
  const counts = { tried: 0, conflict: 0, unknown: 0, rejected: 0 };
  const [before] = await measure(parts, plan, range.plane);
  const first = await firstFree(
    parts,
    plan,
    ground,
    placesWithin(plan.radiusM, plan.stepM, plan.turns),
    counts,
  );
  let best = first;
  let stepM = plan.stepM;
  while (best && Math.hypot(best.place.dx, best.place.dy) > 0 && stepM > FINEST_M) {
    const finer = Math.max(FINEST_M, Math.round((stepM / 4) * 1000) / 1000);
    const nearer = placesAround(best.place, stepM, finer, plan.turns);
    best = (await firstFree(parts, plan, ground, nearer, { ...counts })) ?? best;
    stepM = finer;
  }
  return { best, before: before!, refinedToM: best ? stepM : plan.stepM, ...counts };
}

type Counts = Pick<Found, 'tried' | 'conflict' | 'unknown' | 'rejected'>;

/** The first place of the list that is free and passes the exact check. */
async function firstFree(
  parts: MeasureParts,
  plan: SearchPlan,
  ground: SearchGround,
  places: readonly Place[],
  counts: Counts,
): Promise<Candidate | undefined> {
  const crs = crsTable.get(plan.range.epsg)!;
  const centre = centreOf(plan.range.plane);
  for (const place of places) {
    if (counts.tried % AT_ONCE === 0) {
      await new Promise(setImmediate);
      throwIfStopped(plan.signal);
    }
    counts.tried++;
    const rings = movedTo(plan.range.plane, centre, place);
    const standing = standingOf(ground, new Shape(planeToAnalysis(rings, crs)));
    if (standing !== 'free') {
      counts[standing]++;
      continue;
    }
    const candidate = await verify(parts, plan, place, rings);
    if (candidate) return candidate;
    counts.rejected++;
    if (counts.rejected >= MOST_REJECTED) return undefined;
  }
  return undefined;
}

/** Measures the place as it would be handed out (0.001 m) like any parcel; undefined where it does not pass. */
async function verify(
  parts: MeasureParts,
  plan: SearchPlan,
  place: Place,
  exact: MultiPolygonRings,
): Promise<Candidate | undefined> {
  const { rings, valid } = await toMillimetreRings(parts.geos, exact);
  if (!valid) return undefined;
  const [measured, judgement] = await measure(parts, plan, rings);
  const avoided = new Set(plan.obstacles.map((layer) => layer.layerId));
  const blocked = measured.overlays.some(
    ({ layer, areaM2, undeterminedM2, noise }) =>
      avoided.has(layer) && ((areaM2 > 0 && !noise.area) || (undeterminedM2 > 0 && !noise.undetermined)),
  );
  if (blocked) return undefined;
  const areaM2 = officialAreaCents(rings, crsTable.get(plan.range.epsg)!) / 100;
  return { place, rings, areaM2, measured, judgement };
}

async function measure(
  parts: MeasureParts,
  plan: SearchPlan,
  rings: MultiPolygonRings,
): Promise<[MeasuredParcel, ParcelJudgement]> {
  const { range, layers, pack, stage, onDate, signal } = plan;
  const [first] = range.parcels;
  const parcel = asParcel(range.parcels.map(({ id }) => id).join('+'), rings, range.epsg, first);
  const [measured] = await measureParcels(parts, [parcel], layers, signal, pack);
  const facts = { landUse: parcel.landUse, properties: parcel.properties };
  return [measured!, evaluate(pack, measured!.overlays, facts, stage, onDate)];
}

function centreOf(plane: MultiPolygonRings): Position {
  const [minX, minY, maxX, maxY] = boxOfRings(plane);
  return [(minX + maxX) / 2, (minY + maxY) / 2];
}

/** Analysis-plane box of all ground that a tried place can reach. */
function reachOf({ range, radiusM, stepM }: SearchPlan) {
  const [minX, minY, maxX, maxY] = boxOfRings(range.plane);
  const [cx, cy] = [(minX + maxX) / 2, (minY + maxY) / 2];
  const half = Math.hypot(maxX - minX, maxY - minY) / 2 + radiusM + stepM + 1;
  const square: Position[] = [
    [cx - half, cy - half],
    [cx + half, cy - half],
    [cx + half, cy + half],
    [cx - half, cy + half],
    [cx - half, cy - half],
  ];
  const [a, b, c, d] = boxOfRings(planeToAnalysis([[square]], crsTable.get(range.epsg)!));
  return [a - 1, b - 1, c + 1, d + 1] as const;
}
