/** Where a whole group fits the range: the group itself, and the best of the sets that are left when parcels go. */
import { type Candidate, candidateOf, type Keep, type ParcelGraph, type Wanted } from './bundle-graph.js';

/** Sets looked at before the search gives up on the lower ranks. */
const MOST_SETS = 400;

/**
 * Nothing has more uses or more area than the whole. Every smaller connected set is reached by taking off one parcel
 * after the other without ever falling apart, so the sets come in the order of their area: of those with all uses, the
 * largest are found first. From each set only as many of its smallest parcels go as sets are wanted: what lies behind a
 * larger one has that many before it.
 */
export function* shrinkWhole(
  graph: ParcelGraph,
  group: readonly number[],
  wanted: Wanted,
  keep: Keep,
): Generator<void, void> {
  const whole = candidateOf(
    graph,
    [...group].sort((p, q) => p - q),
  );
  const open: Candidate[] = [whole];
  const seen = new Set<string>();
  let kept = 0;
  for (let left = MOST_SETS; left > 0 && open.length > 0 && kept < wanted.keep; left--) {
    const best = open.shift()!;
    if (best.cents < wanted.minCents) return;
    keep(best.uses, best.cents, () => best);
    kept++;
    for (const i of removable(graph, best.members, wanted).slice(0, wanted.keep)) {
      const members = best.members.filter((k) => k !== i);
      const key = whole.members.length - members.length + removedKey(whole.members, members);
      if (members.length < 2 || seen.has(key)) continue;
      seen.add(key);
      const next = candidateOf(graph, members);
      const at = open.findIndex((one) => next.cents > one.cents);
      open.splice(at < 0 ? open.length : at, 0, next);
    }
    yield;
  }
}

/** What is missing from the whole: short where few are. */
function removedKey(whole: readonly number[], members: readonly number[]): string {
  let at = 0;
  const removed: number[] = [];
  for (const i of whole) {
    if (members[at] === i) at++;
    else removed.push(i);
  }
  return `:${removed.join()}`;
}

/** Parcels that may go: not asked for, not the last of their use, and nothing falls apart; the smallest first. */
function removable(graph: ParcelGraph, members: readonly number[], { include }: Wanted): number[] {
  const counts = new Map<string, number>();
  for (const i of members) counts.set(graph.uses[i]!, (counts.get(graph.uses[i]!) ?? 0) + 1);
  const cuts = cutParcels(graph, members);
  return members
    .filter((i) => !cuts.has(i) && !include.includes(i) && counts.get(graph.uses[i]!)! > 1)
    .sort((p, q) => graph.cents[p]! - graph.cents[q]! || p - q);
}

/** Parcels of a connected set without which it falls apart (Tarjan's articulation points, without recursion). */
export function cutParcels(graph: ParcelGraph, members: readonly number[]): Set<number> {
  const inside = new Set(members);
  const depth = new Map<number, number>();
  const low = new Map<number, number>();
  const cuts = new Set<number>();
  const root = members[0]!;
  let branches = 0;
  const stack: { at: number; from: number; next: Iterator<number> }[] = [];
  const enter = (at: number, from: number): void => {
    depth.set(at, depth.size);
    low.set(at, depth.get(at)!);
    stack.push({ at, from, next: graph.neighbours[at]!.keys() });
  };
  enter(root, -1);
  while (stack.length > 0) {
    const { at, from, next } = stack.at(-1)!;
    const step = next.next();
    if (step.done) {
      stack.pop();
      if (from < 0) continue;
      low.set(from, Math.min(low.get(from)!, low.get(at)!));
      if (from === root) branches++;
      else if (low.get(at)! >= depth.get(from)!) cuts.add(from);
      continue;
    }
    const k = step.value;
    if (k === from || !inside.has(k)) continue;
    if (depth.has(k)) low.set(at, Math.min(low.get(at)!, depth.get(k)!));
    else enter(k, at);
  }
  if (branches > 1) cuts.add(root);
  return cuts;
}
