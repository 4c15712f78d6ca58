/** Plots of two plans matched by id first, then by ground; what became of each. Order of the plots changes nothing. */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import type { Parcel } from '../parcels/parcel-types.js';
import { compareRanges, isThin, overlapM2 } from './ground.js';
import { inZone, type Range, rangeOf } from './ranges.js';

export interface PlotChange {
  /** Id before and now; null where there is no such plot. */
  before: string | null;
  after: string | null;
  /** renumbered: the same ground under another id. */
  change: 'same' | 'renumbered' | 'reshaped' | 'added' | 'removed';
  matchedBy: 'id' | 'geometry' | null;
  beforeM2: number;
  afterM2: number;
  keptM2: number;
  lostM2: number;
  gainedM2: number;
  lost: MultiPolygonRings;
  gained: MultiPolygonRings;
}

interface Plot {
  id: string;
  range: Range;
}

/** More than half of the smaller plot in common: the same plot under another id. */
const SAME_GROUND = 0.5;

export async function changedPlots(
  geos: GeosPool,
  before: Range,
  after: Range,
  limits: { areaM2: number; widthM: number },
): Promise<PlotChange[]> {
  const old = plotsOf(before, before.epsg);
  const now = plotsOf(after, before.epsg);
  const pairs = matchPlots(old, now);
  const changes = await Promise.all(
    pairs.map(([a, b, matchedBy]) => compareTwo(geos, a, b, matchedBy, limits)),
  );
  const removed = old.filter((plot) => !pairs.some(([a]) => a === plot)).map(asRemoved);
  const added = now.filter((plot) => !pairs.some(([, b]) => b === plot)).map(asAdded);
  const key = ({ before: a, after: b }: PlotChange): string => a ?? `\uffff${b}`;
  return [...changes, ...removed, ...added].sort((x, y) => (key(x) < key(y) ? -1 : 1));
}

function plotsOf(range: Range, epsg: number): Plot[] {
  const toPlot = (parcel: Parcel): Plot => ({
    id: parcel.id,
    range: rangeOf([parcel], inZone(parcel, epsg), epsg),
  });
  return range.parcels.map(toPlot).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function matchPlots(old: readonly Plot[], now: readonly Plot[]): [Plot, Plot, 'id' | 'geometry'][] {
  const pairs: [Plot, Plot, 'id' | 'geometry'][] = [];
  const free = new Set(now);
  for (const plot of old) {
    const same = now.find((other) => other.id === plot.id);
    if (!same) continue;
    pairs.push([plot, same, 'id']);
    free.delete(same);
  }
  const left = old.filter((plot) => !pairs.some(([a]) => a === plot));
  const candidates = left.flatMap((a) =>
    [...free].map((b) => {
      const smaller = Math.min(a.range.shape.areaM2, b.range.shape.areaM2);
      return { a, b, share: overlapM2(a.range.shape, b.range.shape) / smaller };
    }),
  );
  candidates.sort((x, y) => y.share - x.share || (x.a.id + x.b.id < y.a.id + y.b.id ? -1 : 1));
  const taken = new Set<Plot>();
  for (const { a, b, share } of candidates) {
    if (share <= SAME_GROUND || taken.has(a) || taken.has(b)) continue;
    pairs.push([a, b, 'geometry']);
    taken.add(a).add(b);
  }
  return pairs;
}

async function compareTwo(
  geos: GeosPool,
  a: Plot,
  b: Plot,
  matchedBy: 'id' | 'geometry',
  limits: { areaM2: number; widthM: number },
): Promise<PlotChange> {
  const compared = await compareRanges(geos, a.range, b.range);
  const changed = compared.lostM2 + compared.gainedM2;
  const thin =
    (await isThin(geos, compared.lost, limits.widthM)) &&
    (await isThin(geos, compared.gained, limits.widthM));
  const same = changed <= limits.areaM2 || thin;
  const change = same ? (a.id === b.id ? 'same' : 'renumbered') : 'reshaped';
  return {
    ...{ before: a.id, after: b.id, change, matchedBy },
    ...{ beforeM2: a.range.areaM2, afterM2: b.range.areaM2 },
    ...compared,
  };
}

const asRemoved = ({ id, range }: Plot): PlotChange => ({
  ...{ before: id, after: null, change: 'removed', matchedBy: null },
  ...{ beforeM2: range.areaM2, afterM2: 0, keptM2: 0, lostM2: range.areaM2, gainedM2: 0 },
  ...{ lost: range.plane, gained: [] },
});

const asAdded = ({ id, range }: Plot): PlotChange => ({
  ...{ before: null, after: id, change: 'added', matchedBy: null },
  ...{ beforeM2: 0, afterM2: range.areaM2, keptM2: 0, lostM2: 0, gainedM2: range.areaM2 },
  ...{ lost: [], gained: range.plane },
});
