/**
 * Sets of parcels grown one parcel at a time, always the few best of each size, and improved by exchanges. A step costs
 * the borders of the sets it keeps, not their number of parcels times those of their neighbours.
 */
import type { Candidate, Keep, ParcelGraph, Wanted } from './bundle-graph.js';
import { cutParcels } from './shrink-bundles.js';

/** Sets kept at each step. */
const BEAM = 6;
/** Exchanges one after the other. */
const MOST_EXCHANGES = 20;

interface State extends Candidate {
  /** How many parcels of each use. */
  counts: ReadonlyMap<string, number>;
  /** Parcels that could be added, with the border they would add, cm. */
  frontier: ReadonlyMap<number, number>;
  hash: number;
}

/** @param sense −1 keeps the smallest sets of a size instead of the largest */
export function* growFrom(
  graph: ParcelGraph,
  start: readonly number[],
  wanted: Wanted,
  keep: Keep,
  sense: 1 | -1,
): Generator<void, void> {
  let front = [start.slice(1).reduce((state, k) => withParcel(graph, state, k), single(graph, start[0]!))];
  let last = front[0]!;
  while (front.length > 0) {
    for (const state of front) {
      const { uses, cents, members } = state;
      if (members.length > 1 && meets(state.counts, members, wanted)) keep(uses, cents, () => bare(state));
    }
    last = front[0]!;
    front = nextFront(graph, front, wanted, sense);
    yield;
  }
  yield* improve(graph, last, wanted, keep);
}

interface Step {
  from: State;
  k: number;
  uses: number;
  cents: number;
  edgeCm: number;
}

/** Of equal steps the one from the better set, then with the smaller id. */
function nextFront(graph: ParcelGraph, front: readonly State[], wanted: Wanted, sense: 1 | -1): State[] {
  const steps = new Map<number, Step>();
  for (const from of front) {
    for (const [k, cm] of from.frontier) {
      const cents = from.cents + graph.cents[k]!;
      const hash = from.hash + hashOf(k);
      if (cents > wanted.maxCents || steps.has(hash)) continue;
      const uses = from.uses + (from.counts.has(graph.uses[k]!) ? 0 : 1);
      steps.set(hash, { from, k, uses, cents, edgeCm: from.edgeCm + cm });
    }
  }
  const order = (p: Step, q: Step): number =>
    q.uses - p.uses || sense * (q.cents - p.cents) || q.edgeCm - p.edgeCm || p.k - q.k;
  return [...steps.values()]
    .sort(order)
    .slice(0, BEAM)
    .map(({ from, k }) => withParcel(graph, from, k));
}

/** Sums of these tell sets of parcels apart, in whatever order they grew; 2⁴⁰ values, exact sums of 8,000. */
function hashOf(k: number): number {
  let t = Math.imul(k + 1, 0x9e3779b1);
  t = Math.imul(t ^ (t >>> 15), 0x85ebca6b);
  const low = (t ^ (t >>> 13)) >>> 0;
  const high = Math.imul(t ^ (t >>> 16), 0xc2b2ae35) >>> 24;
  return high * 2 ** 32 + low;
}

const single = (graph: ParcelGraph, i: number): State => ({
  members: [i],
  uses: 1,
  cents: graph.cents[i]!,
  edgeCm: 0,
  counts: new Map([[graph.uses[i]!, 1]]),
  frontier: new Map(graph.neighbours[i]!),
  hash: hashOf(i),
});

function withParcel(graph: ParcelGraph, state: State, k: number): State {
  const members = inserted(state.members, k);
  const counts = new Map(state.counts);
  counts.set(graph.uses[k]!, (counts.get(graph.uses[k]!) ?? 0) + 1);
  const frontier = new Map(state.frontier);
  frontier.delete(k);
  for (const [other, cm] of graph.neighbours[k]!)
    if (!holds(members, other)) frontier.set(other, (frontier.get(other) ?? 0) + cm);
  return {
    ...{ members, counts, frontier },
    uses: counts.size,
    cents: state.cents + graph.cents[k]!,
    edgeCm: state.edgeCm + (state.frontier.get(k) ?? 0),
    hash: state.hash + hashOf(k),
  };
}

/** Place of the first member that is not smaller. */
function placeOf(members: readonly number[], k: number): number {
  let low = 0;
  let high = members.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (members[middle]! < k) low = middle + 1;
    else high = middle;
  }
  return low;
}

const holds = (members: readonly number[], k: number): boolean => members[placeOf(members, k)] === k;

function inserted(members: readonly number[], k: number): number[] {
  const at = placeOf(members, k);
  return [...members.slice(0, at), k, ...members.slice(at)];
}

const bare = ({ members, uses, cents, edgeCm }: State): Candidate => ({ members, uses, cents, edgeCm });

const meets = (
  counts: ReadonlyMap<string, number>,
  members: readonly number[],
  { uses, include }: Wanted,
): boolean => uses.every((use) => counts.has(use)) && include.every((i) => holds(members, i));

interface Exchange {
  /** Parcel that goes; undefined: none. */
  without: number | undefined;
  k: number;
  uses: number;
  cents: number;
  edgeCm: number;
}

/** Exchanges or adds one parcel at a time as long as that is better: fills the range that a beam left open. */
function* improve(graph: ParcelGraph, start: State, wanted: Wanted, keep: Keep): Generator<void, void> {
  let best = start;
  for (let left = MOST_EXCHANGES; left > 0; left--) {
    const step = bestExchange(graph, best, wanted, keep);
    if (!step) return;
    best = afterExchange(graph, best, step);
    yield;
  }
}

function bestExchange(graph: ParcelGraph, state: State, wanted: Wanted, keep: Keep): Exchange | undefined {
  const cuts = cutParcels(graph, state.members);
  const free = state.members.filter((i) => !cuts.has(i) && !wanted.include.includes(i));
  let best: Exchange | undefined;
  for (const without of [undefined, ...free]) {
    for (const exchange of exchangesOf(graph, state, without, wanted)) {
      keep(exchange.uses, exchange.cents, () => bare(afterExchange(graph, state, exchange)));
      if (isBetter(exchange, best ?? state)) best = exchange;
    }
  }
  return best;
}

const isBetter = (p: Omit<Exchange, 'without' | 'k'>, q: Omit<Exchange, 'without' | 'k'>): boolean =>
  (q.uses - p.uses || q.cents - p.cents || q.edgeCm - p.edgeCm) < 0;

function* exchangesOf(
  graph: ParcelGraph,
  { members, counts, frontier, cents, edgeCm }: State,
  without: number | undefined,
  wanted: Wanted,
): Iterable<Exchange> {
  if (without !== undefined && members.length === 1) return;
  const gone = without === undefined ? undefined : graph.neighbours[without]!;
  const goneUse = without === undefined ? undefined : graph.uses[without]!;
  const goneCents = without === undefined ? 0 : graph.cents[without]!;
  let goneCm = 0;
  for (const [other, cm] of gone ?? []) if (holds(members, other)) goneCm += cm;
  for (const [k, cm] of frontier) {
    const next = cents - goneCents + graph.cents[k]!;
    if (next > wanted.maxCents || (gone?.has(k) && !touchesAnother(graph, members, k, without!))) continue;
    const use = graph.uses[k]!;
    const lost = goneUse !== undefined && goneUse !== use && counts.get(goneUse) === 1;
    if (lost && wanted.uses.includes(goneUse)) continue;
    if (!wanted.uses.every((one) => one === use || counts.has(one))) continue;
    const uses = counts.size + (counts.has(use) ? 0 : 1) - (lost ? 1 : 0);
    yield { without, k, uses, cents: next, edgeCm: edgeCm - goneCm + cm - (gone?.get(k) ?? 0) };
  }
}

function touchesAnother(graph: ParcelGraph, members: readonly number[], k: number, without: number): boolean {
  for (const other of graph.neighbours[k]!.keys())
    if (other !== without && holds(members, other)) return true;
  return false;
}

/** Built anew: it happens once for each exchange that is made. */
function afterExchange(graph: ParcelGraph, state: State, { without, k }: Exchange): State {
  const members = inserted(
    state.members.filter((i) => i !== without),
    k,
  );
  const counts = new Map<string, number>();
  const frontier = new Map<number, number>();
  let [cents, edge2, hash] = [0, 0, 0];
  for (const i of members) {
    counts.set(graph.uses[i]!, (counts.get(graph.uses[i]!) ?? 0) + 1);
    cents += graph.cents[i]!;
    hash += hashOf(i);
    for (const [other, cm] of graph.neighbours[i]!) {
      if (holds(members, other)) edge2 += cm;
      else frontier.set(other, (frontier.get(other) ?? 0) + cm);
    }
  }
  return { members, counts, frontier, cents, hash, uses: counts.size, edgeCm: edge2 / 2 };
}
