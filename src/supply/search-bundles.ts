/** The search behind proposals in one connected group: exact where the group is small, else a beam with a bound. */
import {
  type Candidate,
  candidateOf,
  compare,
  type Keep,
  type ParcelGraph,
  type Wanted,
} from './bundle-graph.js';
import { growFrom } from './grow-bundles.js';
import { shrinkWhole } from './shrink-bundles.js';

export interface Outcome {
  found: Candidate[];
  /** Every connected set was looked at, or the first has as many uses and as much area as the bound. */
  exact: boolean;
  /** No set of the group has more uses, nor, within the range, more area. */
  bound: { uses: number; cents: number };
}

/** Groups up to this size are searched exactly: at most 2²⁰ sets, as bits of one number. */
export const EXACT_UP_TO = 20;
const MOST_STARTS = 16;
/** Parcels that a beam may copy, about, over all its starts: a second or two. */
const BEAM_WORK = 1.2e7;

/** Ends its turn now and then: for `runInTurns`. */
export function* searchGroup(
  graph: ParcelGraph,
  group: readonly number[],
  wanted: Wanted,
): Generator<void, Outcome> {
  const total = group.reduce((sum, i) => sum + graph.cents[i]!, 0);
  const bound = {
    uses: new Set(group.map((i) => graph.uses[i]!)).size,
    cents: Math.min(total, wanted.maxCents),
  };
  if (bound.uses < 2 || !wanted.uses.every((use) => group.some((i) => graph.uses[i] === use)))
    return { found: [], exact: true, bound: { uses: 0, cents: 0 } };
  const found: Candidate[] = [];
  const keep = keeper(found, wanted);
  if (group.length <= EXACT_UP_TO && (yield* enumerate(graph, group, wanted, keep)))
    return { found, exact: true, bound };
  if (total <= wanted.maxCents) {
    yield* shrinkWhole(graph, group, wanted, keep);
    return { found, exact: found.length > 0 || total < wanted.minCents, bound };
  }
  const reached = (one: Candidate | undefined): boolean =>
    one?.uses === bound.uses && one.cents === bound.cents;
  for (const start of startsOf(graph, group, wanted)) {
    // nothing can be better than the bound, and the last of those kept has reached it
    if (found.length >= wanted.keep && reached(found.at(-1))) break;
    // once with the largest sets first and once with the smallest, which fill a range with more parcels
    for (const sense of [1, -1] as const) yield* growFrom(graph, start, wanted, keep, sense);
  }
  return { found, exact: reached(found[0]), bound };
}

/** Keeps the best few that meet the constraints, each once. */
function keeper(found: Candidate[], wanted: Wanted): Keep {
  return (uses, cents, make) => {
    if (cents < wanted.minCents || cents > wanted.maxCents || uses < 2) return;
    const last = found.length >= wanted.keep ? found.at(-1) : undefined;
    if (last && (uses < last.uses || (uses === last.uses && cents < last.cents))) return;
    const candidate = make();
    const at = found.findIndex((one) => compare(candidate, one) <= 0);
    if (at < 0 ? last : compare(candidate, found[at]!) === 0) return;
    found.splice(at < 0 ? found.length : at, 0, candidate);
    if (found.length > wanted.keep) found.pop();
  };
}

/** Sets tried in one turn. */
const SETS_A_TURN = 100_000;

/**
 * Every connected set once, as bits: sets are grown from their smallest member, and a neighbour that was passed over is
 * never taken later on the same branch. What is too large stays too large, so its branch ends. False when the budget
 * ended first.
 */
function* enumerate(
  graph: ParcelGraph,
  group: readonly number[],
  wanted: Wanted,
  keep: Keep,
): Generator<void, boolean> {
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
  const { budget = { sets: Number.POSITIVE_INFINITY } } = wanted;
  let turn = SETS_A_TURN;
  const grow = function* (
    set: number,
    frontier: number,
    barred: number,
    cents: number,
    used: number,
  ): Generator<void, void> {
    budget.sets--;
    if (--turn === 0) {
      turn = SETS_A_TURN;
      yield;
    }
    // a single parcel has one use, and a bundle needs two
    if ((used & (used - 1)) !== 0 && (set & mustHave) === mustHave && (used & mustUse) === mustUse) {
      const make = (): Candidate =>
        candidateOf(
          graph,
          sorted.filter((_, n) => set & (1 << n)),
        );
      keep(countBits(used), cents, make);
    }
    let passed = barred;
    for (let rest = frontier; rest !== 0 && budget.sets > 0; ) {
      const bit = rest & -rest;
      rest ^= bit;
      passed |= bit;
      const n = 31 - Math.clz32(bit);
      const more = cents + graph.cents[sorted[n]!]!;
      if (more <= wanted.maxCents)
        yield* grow(set | bit, (rest | near[n]!) & ~passed & ~set, passed, more, used | useBit[n]!);
    }
  };
  for (const [n, i] of sorted.entries()) {
    const smaller = (1 << (n + 1)) - 1;
    if (graph.cents[i]! <= wanted.maxCents)
      yield* grow(1 << n, near[n]! & ~smaller, smaller, graph.cents[i]!, useBit[n]!);
  }
  return budget.sets > 0;
}

function countBits(bits: number): number {
  let count = 0;
  for (let rest = bits; rest !== 0; rest &= rest - 1) count++;
  return count;
}

/** The parcels that must be in, joined by shortest ways; without any, spread evenly over the group. */
function startsOf(graph: ParcelGraph, group: readonly number[], wanted: Wanted): number[][] {
  const { include, maxCents, starts: most = MOST_STARTS } = wanted;
  if (include.length > 0) return [joined(graph, include)];
  const sorted = [...group].sort((p, q) => p - q);
  const total = sorted.reduce((sum, i) => sum + graph.cents[i]!, 0);
  // members of the sets that a beam ends with: each step copies as many
  const members = (sorted.length * maxCents) / total;
  const count = Math.max(1, Math.min(most, Math.floor(BEAM_WORK / members ** 2 / 12)));
  const step = Math.max(1, sorted.length / count);
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
