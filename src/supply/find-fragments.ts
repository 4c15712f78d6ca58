/**
 * Finds leftover pieces of existing construction land within a range of any size: patches of 地类图斑 less roads, water,
 * submitted hosts and registered approved land, joined, cleaned of slivers and sorted by size. Says what it could not see.
 */
import { zoneCrs } from '../core/crs.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { officialAreaM2 } from '../geometry/official-area.js';
import type { LayerSnapshot } from '../layers/layer-types.js';
import { isPresent } from '../overlay/measure-overlaps.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { EXPROPRIATION } from './approved-layers.js';
import { cutToRange, readShapes, withBorder } from './built-ground.js';
import { cleanPieces, type Tally } from './clean-pieces.js';
import { asParcel } from './constructed-parcel.js';
import { boxOfAll, cutToSquares } from './cut-range.js';
import { expropriated, noSurvey, notCovered, notRegistered, notSurveyed } from './fragment-blindness.js';
import type { FragmentGround } from './fragment-ground.js';
import type { FragmentReason, Subtracted } from './fragment-types.js';
import { indexBoxes } from './index-boxes.js';
import { joinNeighbours } from './join-neighbours.js';
import { nameLayer, type SupplyWatch } from './supply-parts.js';
import { type SurveyedFeature, type SurveySums, squareOf, surveyRange } from './survey-range.js';
import { boxOfPolygon, inTurns, unionByCells } from './union-by-cells.js';

export interface Found {
  /** Each one polygon, by place from north-west to south-east; metres of the plane. */
  pieces: MultiPolygonRings[];
  /** Construction land that hosts and approved land took, m². */
  takenM2: number;
  cleaned: Tally;
  larger: Tally;
  /** What the search could not see, with what that means for its answer. */
  blind: FragmentReason[];
  subtracted: Subtracted[];
  /** Features of approved land in the range, as neighbours that a piece may be merged with. */
  approved: { parcels: Parcel[]; shapes: MultiPolygonRings[] };
}

export interface Ranges {
  ranges: readonly MultiPolygonRings[];
  /** As submitted with role host. */
  taken: readonly MultiPolygonRings[];
  /** Side of the squares that are measured one after the other, m; by the survey's tiles where it is absent. */
  squareM?: number | undefined;
  /** Ids of the layers that count as approved. */
  approvedIds: readonly string[];
}

export async function findFragments(
  ground: FragmentGround,
  asked: Ranges,
  watch: SupplyWatch,
): Promise<Found> {
  const survey = ground.layers.find(({ layerId }) => layerId === 'dltb')!;
  const approved = ground.layers.filter(({ layerId }) => asked.approvedIds.includes(layerId));
  const missing = approved.filter((layer) => !isPresent(layer));
  const blind = missing.length > 0 ? [notRegistered(missing)] : [];
  if (!isPresent(survey)) {
    const none = { pieces: 0, areaM2: 0 };
    const subtracted = approved.map((layer) => ({ ...nameLayer(layer), features: 0, areaM2: 0 }));
    return {
      ...{ pieces: [], takenM2: 0, cleaned: none, larger: none },
      ...{ blind: [noSurvey, ...blind], subtracted, approved: { parcels: [], shapes: [] } },
    };
  }
  const present = approved.filter(isPresent);
  const read = await readRange(ground, survey, present, asked, watch);
  const { geos } = ground.parts;
  watch.onProgress?.({ step: 'joining', done: 0, total: 1 });
  const built = await joinNeighbours(geos, await unionByCells(geos, read.built, watch.signal), watch.signal);
  const free = await lessTaken(geos, built, [...asked.taken, ...read.approved.shapes]);
  watch.onProgress?.({ step: 'joining', done: 1, total: 1 });
  const { limits, numbers, planeEpsg } = ground;
  const sorted = await cleanPieces(geos, free, planeEpsg, { ...limits, ...numbers }, watch.signal);
  const areaOf = (polygons: MultiPolygonRings): number =>
    polygons.reduce((sum, polygon) => sum + officialAreaM2([polygon], zoneCrs(planeEpsg - 4488)), 0);
  return {
    ...sorted,
    pieces: sorted.pieces.sort(byPlace),
    takenM2: free === built ? 0 : areaOf(built) - areaOf(free),
    blind: [...blindness(read.sums, survey, present, read.counts), ...blind],
    subtracted: approved.map((layer) => ({
      ...nameLayer(layer),
      features: read.counts.get(layer.layerId) ?? 0,
      areaM2: read.sums.coveredM2.get(layer.layerId) ?? 0,
    })),
    approved: read.approved,
  };
}

/** North-western corner of the box, northern ones first. */
function byPlace(p: MultiPolygonRings, q: MultiPolygonRings): number {
  const [a, b] = [boxOfAll(p), boxOfAll(q)];
  return b[3] - a[3] || a[0] - b[0];
}

interface ReadRange {
  /** Joined square by square. */
  built: MultiPolygonRings[];
  approved: Found['approved'];
  /** Features by layer of approved land. */
  counts: Map<string, number>;
  sums: SurveySums;
}

/** Square by square: measured, read, cut to the range, and joined while the next square is read. */
async function readRange(
  ground: FragmentGround,
  survey: LayerSnapshot,
  approved: readonly LayerSnapshot[],
  { ranges, squareM = squareOf(survey) }: Ranges,
  watch: SupplyWatch,
): Promise<ReadRange> {
  const { geos } = ground.parts;
  const range = withBorder(await geos.union(ranges));
  const read: ReadRange = {
    built: [],
    approved: { parcels: [], shapes: [] },
    counts: new Map(),
    sums: { coveredM2: new Map(), unknownM2: new Map() },
  };
  let joining: Promise<unknown> = Promise.resolve();
  const squares = await cutToSquares(geos, range.rings, squareM);
  for await (const square of surveyRange(ground, squares, survey, approved, read.sums, watch)) {
    const shapes = await readShapes(ground, survey, square.built);
    await joining;
    joining = cutToRange(ground, range, square.built, shapes)
      .then((cut) => unionByCells(geos, cut, watch.signal))
      .then((joined) => read.built.push(joined));
    // a failure is met when the next square is there
    joining.catch(() => undefined);
    for (const layer of approved)
      await readApproved(ground, layer, square.approved.get(layer.layerId)!, read);
  }
  await joining;
  return read;
}

async function readApproved(
  ground: FragmentGround,
  layer: LayerSnapshot,
  features: readonly SurveyedFeature[],
  { approved, counts }: ReadRange,
): Promise<void> {
  const shapes = await readShapes(ground, layer, features);
  counts.set(layer.layerId, (counts.get(layer.layerId) ?? 0) + features.length);
  features.forEach(({ featureNo, bsm, name }, i) => {
    const id = `${layer.layerId}:${bsm ?? featureNo}`;
    approved.parcels.push({ ...asParcel(shapes[i]!, ground.planeEpsg, id), name });
    approved.shapes.push(shapes[i]!);
  });
}

function blindness(
  { coveredM2, unknownM2 }: SurveySums,
  survey: LayerSnapshot,
  approved: readonly LayerSnapshot[],
  counts: ReadonlyMap<string, number>,
): FragmentReason[] {
  const unknown = (layer: LayerSnapshot): number => unknownM2.get(layer.layerId) ?? 0;
  const uncovered = approved.filter((layer) => unknown(layer) > 0);
  const setAside = counts.get(EXPROPRIATION) ?? 0;
  return [
    ...(unknown(survey) > 0 ? [notSurveyed(unknown(survey))] : []),
    ...uncovered.map((layer) => notCovered(layer, unknown(layer))),
    ...(setAside > 0 ? [expropriated(setAside, coveredM2.get(EXPROPRIATION) ?? 0)] : []),
  ];
}

/** Each polygon less the taken land whose box meets it. */
async function lessTaken(
  geos: GeosPool,
  polygons: MultiPolygonRings,
  taken: readonly MultiPolygonRings[],
): Promise<MultiPolygonRings> {
  const parts = taken.flat();
  if (parts.length === 0) return polygons;
  const index = indexBoxes(parts.map(boxOfPolygon));
  const left = await inTurns(polygons, async (polygon) => {
    const near = index.search(...boxOfPolygon(polygon));
    if (near.length === 0) return [polygon];
    return geos.difference([polygon], await geos.union(near.map((i) => [parts[i]!])));
  });
  return left.flat();
}
