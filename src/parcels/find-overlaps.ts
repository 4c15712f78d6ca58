/**
 * Parcels of one submission that lie on each other, found before anything is measured against a layer. Areas from the
 * kernel; what to do about them is the applicant's business, so they are warnings on both parcels.
 */
import Flatbush from 'flatbush';
import { zoneCrs } from '../core/crs.js';
import { startTurn } from '../core/event-loop-turn.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { toM2 } from '../core/units.js';
import { areaOfEdges, type EdgeSet, edgesOf, overlapAreaM2 } from '../geometry/area-kernel.js';
import { planeToAnalysis } from '../geometry/planes.js';
import type { GeometryJudge } from './check-geometry.js';
import { parcelWarning, refuse } from './parcel-faults.js';
import type { ParcelLimits, ParcelWarning } from './parcel-types.js';

/** Less is rounding of shared borders, m². */
const NOISE_M2 = 0.01;
/** Edge comparisons on this thread, for one pair and for all; the rest is left to GEOS in worker threads. */
const OWN_COMPARISONS = { pair: 4e6, all: 2e8 };
/** Beyond this it is no submission of parcels any more. */
const MOST_COMPARISONS = 2e10;
/** Overlaps that are told one by one for one parcel; the rest are counted. */
const MOST_WARNINGS = 20;

export interface OverlapCandidate {
  id: string;
  draft: { pointer: string };
  plane: MultiPolygonRings;
  planeEpsg: number;
  warnings: ParcelWarning[];
}

type Pair = readonly [number, number];

/** Area in the ground that was compared in; `heavy`: measured by GEOS. */
interface Overlap {
  pair: Pair;
  areaM2: number;
  heavy: boolean;
}

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
  const edges = cached((i) => edgesOf(ground.rings[i]!, originX, originY));
  const heavy: Pair[] = [];
  const found: Overlap[] = [];
  const breathe = startTurn();
  let spent = 0;
  for (const pair of pairs) {
    const [a, b] = [edges(pair[0]), edges(pair[1])];
    const comparisons = a.order.length * b.order.length;
    spent += comparisons;
    if (spent > MOST_COMPARISONS) throw refuse('too-many-pairs', '/features', { limit: limits.maxPairs });
    if (comparisons > OWN_COMPARISONS.pair || spent > OWN_COMPARISONS.all) heavy.push(pair);
    else keep(found, { pair, areaM2: overlapAreaM2(a, b), heavy: false });
    const pause = breathe();
    if (pause) await pause;
  }
  if (heavy.length > 0) {
    const areas = await geos.overlapAreas(heavy.map(([a, b]) => [ground.rings[a]!, ground.rings[b]!]));
    for (const [i, pair] of heavy.entries()) keep(found, { pair, areaM2: areas[i]!, heavy: true });
  }
  if (found.length > 0) await report(found, parcels, (i) => areaOfEdges(edges(i)));
}

/** Fails closed: an area that is no number is no proof that there is none. */
function keep(found: Overlap[], overlap: Overlap): void {
  if (!(overlap.areaM2 <= NOISE_M2)) found.push(overlap);
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

interface Neighbour {
  other: string;
  areaM2: number;
  same: boolean;
}

/** Warnings in the order of the other's id: the order of features in the file must not show. */
async function report(
  found: readonly Overlap[],
  parcels: readonly OverlapCandidate[],
  groundM2: (i: number) => number,
): Promise<void> {
  const neighbours = new Map<number, Neighbour[]>();
  const note = (i: number, neighbour: Neighbour): void => {
    const list = neighbours.get(i);
    if (list) list.push(neighbour);
    else neighbours.set(i, [neighbour]);
  };
  const onEllipsoid = cached((i) => edgesOnEllipsoid(parcels[i]!, parcels[found[0]!.pair[0]]!));
  const ellipsoidM2 = cached((i) => areaOfEdges(onEllipsoid(i)));
  const breathe = startTurn();
  for (const { pair, areaM2, heavy } of found) {
    const [i, k] = pair;
    // the ratio of the two areas of one parcel is good to 1e-6 for the other's part in it, and costs nothing
    const shownM2 = heavy
      ? (areaM2 * ellipsoidM2(i)) / groundM2(i)
      : overlapAreaM2(onEllipsoid(i), onEllipsoid(k));
    const same = Math.max(groundM2(i), groundM2(k)) - areaM2 <= NOISE_M2;
    note(i, { other: parcels[k]!.id, areaM2: shownM2, same });
    note(k, { other: parcels[i]!.id, areaM2: shownM2, same });
    const pause = breathe();
    if (pause) await pause;
  }
  for (const [i, list] of neighbours) {
    const { warnings, draft } = parcels[i]!;
    list.sort((a, b) => (a.other < b.other ? -1 : 1));
    for (const { other, areaM2, same } of list.slice(0, MOST_WARNINGS)) {
      const code = same ? 'duplicate-parcel' : 'parcels-overlap';
      warnings.push(parcelWarning(code, { other, areaM2: toM2(areaM2).toFixed(2) }, draft.pointer));
    }
    const rest = list.slice(MOST_WARNINGS);
    if (rest.length === 0) continue;
    const largest = toM2(Math.max(...rest.map(({ areaM2 }) => areaM2))).toFixed(2);
    warnings.push(parcelWarning('more-overlaps', { count: rest.length, largest }, draft.pointer));
  }
}

/** In the plane whose areas are ellipsoid areas, as every printed figure; one origin for all. */
function edgesOnEllipsoid({ plane, planeEpsg }: OverlapCandidate, first: OverlapCandidate): EdgeSet {
  const corner: MultiPolygonRings = [[[first.plane[0]![0]![0]!]]];
  const [originX, originY] = planeToAnalysis(corner, zoneCrs(first.planeEpsg - 4488))[0]![0]![0]!;
  return edgesOf(planeToAnalysis(plane, zoneCrs(planeEpsg - 4488)), originX, originY);
}

function cached<T>(make: (i: number) => T): (i: number) => T {
  const made = new Map<number, T>();
  return (i) => {
    let value = made.get(i);
    if (value === undefined) {
      value = make(i);
      made.set(i, value);
    }
    return value;
  };
}
