/**
 * Parcels of one submission that lie on each other, found before anything is measured against a layer. Areas from the
 * kernel; what to do about them is the applicant's business, so they are warnings on both parcels.
 */
import Flatbush from 'flatbush';
import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toM2 } from '../core/units.js';
import { areaOfEdges, type EdgeSet, edgesOf, overlapAreaM2 } from '../geometry/area-kernel.js';
import { planeToAnalysis } from '../geometry/planes.js';
import type { GeometryJudge } from './check-geometry.js';
import { startTurn } from './event-loop-turn.js';
import { parcelWarning, refuse } from './parcel-faults.js';
import type { ParcelLimits, ParcelWarning } from './parcel-types.js';

/** Less is rounding of shared borders, m². */
const NOISE_M2 = 0.01;
/** Edge comparisons on this thread, for one pair and for all; the rest is left to GEOS in worker threads. */
const OWN_COMPARISONS = { pair: 4e6, all: 2e8 };
/** Beyond this it is no submission of parcels any more. */
const MOST_COMPARISONS = 2e10;

export interface OverlapCandidate {
  id: string;
  draft: { pointer: string };
  plane: MultiPolygonRings;
  planeEpsg: number;
  warnings: ParcelWarning[];
}

type Pair = readonly [number, number];

/** Adds `duplicate-parcel` and `parcels-overlap` to the warnings of both parcels, in the order of the other's id. */
export async function findOverlaps(
  parcels: readonly OverlapCandidate[],
  limits: ParcelLimits,
  geos: GeometryJudge,
): Promise<void> {
  if (parcels.length < 2) return;
  const ground = commonGround(parcels);
  const pairs = candidatePairs(ground.boxes, limits);
  if (pairs.length === 0) return;
  const [originX, originY] = ground.boxes[0]!;
  const prepared = new Map<number, EdgeSet>();
  const edges = (i: number): EdgeSet => {
    let set = prepared.get(i);
    if (!set) {
      set = edgesOf(ground.rings[i]!, originX, originY);
      prepared.set(i, set);
    }
    return set;
  };
  const heavy: Pair[] = [];
  const found: { pair: Pair; areaM2: number }[] = [];
  const breathe = startTurn();
  let spent = 0;
  for (const pair of pairs) {
    const [a, b] = [edges(pair[0]), edges(pair[1])];
    const comparisons = a.order.length * b.order.length;
    spent += comparisons;
    if (spent > MOST_COMPARISONS) throw refuse('too-many-pairs', '/features', { limit: limits.maxPairs });
    if (comparisons > OWN_COMPARISONS.pair || spent > OWN_COMPARISONS.all) heavy.push(pair);
    else found.push({ pair, areaM2: overlapAreaM2(a, b) });
    const pause = breathe();
    if (pause) await pause;
  }
  const areas =
    heavy.length > 0
      ? await geos.overlapAreas(heavy.map(([a, b]) => [ground.rings[a]!, ground.rings[b]!]))
      : [];
  for (const [i, pair] of heavy.entries()) found.push({ pair, areaM2: areas[i]! });
  for (const { pair, areaM2 } of found) if (areaM2 > NOISE_M2) report(pair, areaM2, parcels, edges);
  for (const { warnings } of parcels) sortOverlaps(warnings);
}

interface Ground {
  rings: readonly MultiPolygonRings[];
  boxes: readonly (readonly [number, number, number, number])[];
}

/** One plane for all: the zone's own where there is one zone, else the analysis plane. */
function commonGround(parcels: readonly OverlapCandidate[]): Ground {
  const epsg = parcels[0]!.planeEpsg;
  const oneZone = parcels.every((parcel) => parcel.planeEpsg === epsg);
  const rings = parcels.map(({ plane, planeEpsg }) =>
    oneZone ? plane : planeToAnalysis(plane, zoneCrs(planeEpsg - 4488)),
  );
  return { rings, boxes: rings.map(boxOf) };
}

function boxOf(rings: MultiPolygonRings): [number, number, number, number] {
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const part of rings) {
    for (const [x, y] of part[0] ?? []) {
      if (x < box[0]) box[0] = x;
      if (y < box[1]) box[1] = y;
      if (x > box[2]) box[2] = x;
      if (y > box[3]) box[3] = y;
    }
  }
  return box;
}

/** Pairs whose boxes share more ground than noise. */
function candidatePairs(boxes: Ground['boxes'], limits: ParcelLimits): Pair[] {
  const index = new Flatbush(boxes.length);
  for (const box of boxes) index.add(...box);
  index.finish();
  const pairs: Pair[] = [];
  for (const [i, box] of boxes.entries()) {
    const near = index.search(...box, (k) => k > i && sharedM2(box, boxes[k]!) > NOISE_M2);
    if (pairs.length + near.length > limits.maxPairs)
      throw refuse('too-many-pairs', '/features', { limit: limits.maxPairs });
    for (const k of near) pairs.push([i, k]);
  }
  return pairs;
}

const sharedM2 = (a: Ground['boxes'][number], b: Ground['boxes'][number]): number =>
  (Math.min(a[2], b[2]) - Math.max(a[0], b[0])) * (Math.min(a[3], b[3]) - Math.max(a[1], b[1]));

function report(
  [i, k]: Pair,
  areaM2: number,
  parcels: readonly OverlapCandidate[],
  edges: (i: number) => EdgeSet,
): void {
  const least = Math.min(areaOfEdges(edges(i)), areaOfEdges(edges(k)));
  const most = Math.max(areaOfEdges(edges(i)), areaOfEdges(edges(k)));
  const same = most - areaM2 <= NOISE_M2 && least - areaM2 <= NOISE_M2;
  const a = parcels[i]!;
  const b = parcels[k]!;
  const figure = toM2(onEllipsoid(a, b)).toFixed(2);
  const code = same ? 'duplicate-parcel' : 'parcels-overlap';
  a.warnings.push(parcelWarning(code, { other: b.id, areaM2: figure }, a.draft.pointer));
  b.warnings.push(parcelWarning(code, { other: a.id, areaM2: figure }, b.draft.pointer));
}

/** The figure that is shown: ellipsoid area, as every printed area. */
function onEllipsoid(a: OverlapCandidate, b: OverlapCandidate): number {
  const first = planeToAnalysis(a.plane, zoneCrs(a.planeEpsg - 4488));
  const second = planeToAnalysis(b.plane, zoneCrs(b.planeEpsg - 4488));
  const [originX, originY] = boxOf(first);
  return overlapAreaM2(edgesOf(first, originX, originY), edgesOf(second, originX, originY));
}

/** The order of features in the file must not show. */
function sortOverlaps(warnings: ParcelWarning[]): void {
  const isOverlap = ({ code }: ParcelWarning): boolean =>
    code === 'parcels-overlap' || code === 'duplicate-parcel';
  const overlaps = warnings.filter(isOverlap).sort((a, b) => (a.detail.en < b.detail.en ? -1 : 1));
  if (overlaps.length < 2) return;
  const rest = warnings.filter((warning) => !isOverlap(warning));
  warnings.splice(0, warnings.length, ...rest, ...overlaps);
}
