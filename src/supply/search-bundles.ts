/** The search behind proposals in one connected group: exact where the group is small, else a beam with a bound. */

export interface ParcelGraph {
  /** Printed area in hundredths of a square metre. */
  cents: readonly number[];
  uses: readonly string[];
  /** By parcel: its neighbours in order, with the common border in cm. */
  neighbours: readonly ReadonlyMap<number, number>[];
}

export interface Candidate {
  /** In order. */
  members: readonly number[];
  uses: number;
  cents: number;
  edgeCm: number;
}

export interface Wanted {
  minCents: number;
  maxCents: number;
  uses: readonly string[];
  include: readonly number[];
  /** How many of the best to keep. */
  keep: number;
  /** Starts of the beam in one group; 16 without it. */
  starts?: number;
}

export interface Outcome {
  found: Candidate[];
  /** Every connected set was looked at, or nothing better can exist. */
  exact: boolean;
  /** No set of the group has more uses, nor, within the range, more area. */
  bound: { uses: number; cents: number };
}

/** Groups up to this size are searched exactly: at most 2²⁰ sets, as bits of one number. */
export const EXACT_UP_TO = 20;
/** Sets kept at each step of the beam, and starts of it. */
const BEAM = 6;
const MOST_STARTS = 16;
/** Exchanges one after the other from one start: each costs members × neighbours. */
const MOST_EXCHANGES = 10;

export function searchGroup(graph: ParcelGraph, group: readonly number[], wanted: Wanted): Outcome {
  const total = group.reduce((sum, i) => sum + graph.cents[i]!, 0);
  const bound = {
    uses: new Set(group.map((i) => graph.uses[i]!)).size,
    cents: Math.min(total, wanted.maxCents),
  };
  if (bound.uses < 2 || !wanted.uses.every((use) => group.some((i) => graph.uses[i] === use)))
    return { found: [], exact: true, bound: { uses: 0, cents: 0 } };
  const found: Candidate[] = [];
  const keep = keeper(found, wanted);
  if (group.length <= EXACT_UP_TO) {
    enumerate(graph, group, wanted, keep);
    return { found, exact: true, bound };
  }
  if (total <= wanted.maxCents) {
    wholeAndNext(graph, group, wanted, keep);
    return { found, exact: found.length > 0 || total < wanted.minCents, bound };
  }
  for (const sense of [1, -1] as const) beam(graph, group, wanted, keep, sense);
  const best = found[0];
  return {
    found,
    exact: best !== undefined && best.uses === bound.uses && best.cents === bound.cents,
    bound,
  };
}

type Keep = (candidate: Candidate) => void;

/** Keeps the best few that meet the constraints, each once. */
function keeper(found: Candidate[], wanted: Wanted): Keep {
  const seen = new Set<string>();
  return (candidate) => {
    if (candidate.cents < wanted.minCents || candidate.cents > wanted.maxCents || candidate.uses < 2) return;
    const last = found.at(-1);
    if (found.length >= wanted.keep && last && compare(candidate, last) >= 0) return;
    const key = candidate.members.join();
    if (seen.has(key)) return;
    seen.add(key);
    const at = found.findIndex((one) => compare(candidate, one) < 0);
    found.splice(at < 0 ? found.length : at, 0, candidate);
    if (found.length > wanted.keep) found.pop();
  };
}

/** More uses, more area, more border, fewer parcels, smaller ids. */
export function compare(p: Candidate, q: Candidate): number {
  if (p.uses !== q.uses) return q.uses - p.uses;
  if (p.cents !== q.cents) return q.cents - p.cents;
  if (p.edgeCm !== q.edgeCm) return q.edgeCm - p.edgeCm;
  if (p.members.length !== q.members.length) return p.members.length - q.members.length;
  for (let n = 0; n < p.members.length; n++) {
    if (p.members[n] !== q.members[n]) return p.members[n]! - q.members[n]!;
  }
  return 0;
}

function candidateOf(graph: ParcelGraph, members: readonly number[]): Candidate {
  const inside = new Set(members);
  let cents = 0;
  let edgeCm = 0;
  for (const i of members) {
    cents += graph.cents[i]!;
    for (const [k, cm] of graph.neighbours[i]!) if (k > i && inside.has(k)) edgeCm += cm;
  }
  return { members, cents, edgeCm, uses: new Set(members.map((i) => graph.uses[i]!)).size };
}

const meets = (graph: ParcelGraph, members: readonly number[], { uses, include }: Wanted): boolean =>
  include.every((i) => members.includes(i)) &&
  uses.every((use) => members.some((i) => graph.uses[i] === use));

/**
 * Every connected set once, as bits: sets are grown from their smallest member, and a neighbour that was passed over is
 * never taken later on the same branch. What is too large stays too large, so its branch ends.
 */
function enumerate(graph: ParcelGraph, group: readonly number[], wanted: Wanted, keep: Keep): void {
  const sorted = [...group].sort((p, q) => p - q);
  const placeOf = new Map(sorted.map((i, n) => [i, n] as const));
  const bitsOf = (list: Iterable<number>): number => {
    let bits = 0;
    for (const i of list) bits |= 1 << placeOf.get(i)!;
    return bits;
  };
  const near = sorted.map((i) => bitsOf(graph.neighbours[i]!.keys()));
  const useNames = [...new Set(sorted.map((i) => graph.uses[i]!))];
  const useBit = sorted.map((i) => 1 << useNames.indexOf(graph.uses[i]!));
  const mustHave = bitsOf(wanted.include);
  const mustUse = wanted.uses.reduce((bits, use) => bits | (1 << useNames.indexOf(use)), 0);
  const grow = (set: number, frontier: number, barred: number, cents: number, used: number): void => {
    // a single parcel has one use, and a bundle needs two
    if ((used & (used - 1)) !== 0 && (set & mustHave) === mustHave && (used & mustUse) === mustUse)
      keep(
        candidateOf(
          graph,
          sorted.filter((_, n) => set & (1 << n)),
        ),
      );
    let passed = barred;
    for (let rest = frontier; rest !== 0; ) {
      const bit = rest & -rest;
      rest ^= bit;
      passed |= bit;
      const n = 31 - Math.clz32(bit);
      const more = cents + graph.cents[sorted[n]!]!;
      if (more <= wanted.maxCents)
        grow(set | bit, (rest | near[n]!) & ~passed & ~set, passed, more, used | useBit[n]!);
    }
  };
  sorted.forEach((i, n) => {
    const smaller = (1 << (n + 1)) - 1;
    if (graph.cents[i]! <= wanted.maxCents)
      grow(1 << n, near[n]! & ~smaller, smaller, graph.cents[i]!, useBit[n]!);
  });
}

/**
 * Where the whole group fits, nothing has more uses or more area; next to it come the sets that miss one parcel without
 * falling apart (any smaller connected set misses at least one such parcel).
 */
function wholeAndNext(graph: ParcelGraph, group: readonly number[], wanted: Wanted, keep: Keep): void {
  const whole = [...group].sort((p, q) => p - q);
  keep(candidateOf(graph, whole));
  const smallest = [...whole].sort((p, q) => graph.cents[p]! - graph.cents[q]! || p - q);
  let kept = 0;
  for (const without of smallest) {
    const members = whole.filter((i) => i !== without);
    if (!meets(graph, members, wanted) || !isConnected(graph, members)) continue;
    keep(candidateOf(graph, members));
    if (++kept >= 2 * wanted.keep) return;
  }
}

function isConnected(graph: ParcelGraph, members: readonly number[]): boolean {
  const left = new Set(members);
  const queue = [members[0]!];
  left.delete(members[0]!);
  for (const i of queue) for (const k of graph.neighbours[i]!.keys()) if (left.delete(k)) queue.push(k);
  return left.size === 0;
}

/**
 * From several starts, always the few best sets of each size; a set that must hold parcels starts from them. Once with
 * the largest sets first and once (`sense` −1) with the smallest, which fill a range with more parcels.
 */
function beam(graph: ParcelGraph, group: readonly number[], wanted: Wanted, keep: Keep, sense: 1 | -1): void {
  const order = (p: Candidate, q: Candidate): number =>
    q.uses - p.uses || sense * (q.cents - p.cents) || compare(p, q);
  for (const start of startsOf(graph, group, wanted)) {
    let front: Candidate[] = [candidateOf(graph, start)];
    let last = front[0]!;
    while (front.length > 0) {
      const next = new Map<string, Candidate>();
      for (const state of front) {
        if (state.members.length > 1 && meets(graph, state.members, wanted)) keep(state);
        for (const grown of grownBy(graph, state, wanted)) {
          const key = grown.members.join();
          if (!next.has(key)) next.set(key, grown);
        }
      }
      last = front[0]!;
      front = [...next.values()].sort(order).slice(0, BEAM);
    }
    improve(graph, last, wanted, keep);
  }
}

/** Exchanges or adds one parcel at a time as long as that is better: fills the range that a beam left open. */
function improve(graph: ParcelGraph, start: Candidate, wanted: Wanted, keep: Keep): void {
  let best = start;
  let left = MOST_EXCHANGES;
  for (let found: Candidate | undefined = start; found && left > 0; left--) {
    found = undefined;
    for (const without of [undefined, ...best.members]) {
      if (without !== undefined && wanted.include.includes(without)) continue;
      const rest = best.members.filter((i) => i !== without);
      if (rest.length === 0 || (without !== undefined && !isConnected(graph, rest))) continue;
      for (const next of grownBy(graph, candidateOf(graph, rest), wanted)) {
        if (next.members.length < 2 || !meets(graph, next.members, wanted)) continue;
        if (compare(next, found ?? best) < 0) found = next;
        keep(next);
      }
    }
    if (found) best = found;
  }
}

function* grownBy(graph: ParcelGraph, state: Candidate, wanted: Wanted): Iterable<Candidate> {
  const members = new Set(state.members);
  const tried = new Set<number>();
  const uses = new Set(state.members.map((i) => graph.uses[i]!));
  for (const i of state.members) {
    for (const k of graph.neighbours[i]!.keys()) {
      if (members.has(k) || tried.has(k)) continue;
      tried.add(k);
      const cents = state.cents + graph.cents[k]!;
      if (cents > wanted.maxCents) continue;
      let edgeCm = state.edgeCm;
      for (const [other, cm] of graph.neighbours[k]!) if (members.has(other)) edgeCm += cm;
      yield {
        members: inserted(state.members, k),
        cents,
        edgeCm,
        uses: uses.size + (uses.has(graph.uses[k]!) ? 0 : 1),
      };
    }
  }
}

function inserted(members: readonly number[], k: number): number[] {
  const at = members.findIndex((i) => i > k);
  return at < 0 ? [...members, k] : [...members.slice(0, at), k, ...members.slice(at)];
}

/** The parcels that must be in, joined by shortest ways; without any, spread evenly over the group. */
function startsOf(
  graph: ParcelGraph,
  group: readonly number[],
  { include, starts: most = MOST_STARTS }: Wanted,
): number[][] {
  if (include.length > 0) return [joined(graph, include)];
  const sorted = [...group].sort((p, q) => p - q);
  const step = Math.max(1, sorted.length / most);
  const starts: number[][] = [];
  for (let at = 0; at < sorted.length; at += step) starts.push([sorted[Math.floor(at)]!]);
  return starts;
}

function joined(graph: ParcelGraph, include: readonly number[]): number[] {
  const members = new Set([include[0]!]);
  for (const target of include.slice(1)) for (const i of wayTo(graph, members, target)) members.add(i);
  return [...members].sort((p, q) => p - q);
}

function wayTo(graph: ParcelGraph, from: ReadonlySet<number>, target: number): number[] {
  const before = new Map<number, number>([...from].map((i) => [i, i]));
  const queue = [...from];
  for (let n = 0; n < queue.length && !before.has(target); n++) {
    for (const k of graph.neighbours[queue[n]!]!.keys()) {
      if (before.has(k)) continue;
      before.set(k, queue[n]!);
      queue.push(k);
    }
  }
  const way: number[] = [];
  for (let at = target; before.has(at) && before.get(at) !== at; at = before.get(at)!) way.push(at);
  return way;
}
