/** The search behind proposals against every subset tried one by one, and its word where it does not try them all. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { runAtOnce } from '../../src/core/event-loop-turn.js';
import { type Candidate, compare, type ParcelGraph, type Wanted } from '../../src/supply/bundle-graph.js';
import { type Outcome, searchGroup as searchInTurns } from '../../src/supply/search-bundles.js';
import { cutParcels } from '../../src/supply/shrink-bundles.js';

const searchGroup = (graph: ParcelGraph, group: readonly number[], wanted: Wanted): Outcome =>
  runAtOnce(searchInTurns(graph, group, wanted));

const anything: Wanted = { minCents: 0, maxCents: Number.POSITIVE_INFINITY, uses: [], include: [], keep: 4 };

function graphOf(cents: number[], uses: string[], edges: [number, number, number][]): ParcelGraph {
  const neighbours = cents.map(() => new Map<number, number>());
  for (const [a, b, cm] of edges) {
    if (a === b) continue;
    neighbours[a]!.set(b, cm);
    neighbours[b]!.set(a, cm);
  }
  return { cents, uses, neighbours: neighbours.map((of) => new Map([...of].sort(([p], [q]) => p - q))) };
}

/** All subsets, kept when connected and within the wishes, in the order of the page. */
function byTryingAll(graph: ParcelGraph, wanted: Wanted): Candidate[] {
  const n = graph.cents.length;
  const found: Candidate[] = [];
  for (let bits = 1; bits < 2 ** n; bits++) {
    const members = [...graph.cents.keys()].filter((i) => bits & (1 << i));
    const cents = members.reduce((sum, i) => sum + graph.cents[i]!, 0);
    const uses = new Set(members.map((i) => graph.uses[i]!));
    if (uses.size < 2 || cents < wanted.minCents || cents > wanted.maxCents) continue;
    if (!wanted.uses.every((use) => uses.has(use)) || !wanted.include.every((i) => members.includes(i)))
      continue;
    const reached = new Set([members[0]!]);
    for (const i of reached)
      for (const k of graph.neighbours[i]!.keys()) if (members.includes(k)) reached.add(k);
    if (reached.size < members.length) continue;
    let edgeCm = 0;
    for (const i of members)
      for (const [k, cm] of graph.neighbours[i]!) if (k > i && members.includes(k)) edgeCm += cm;
    found.push({ members, uses: uses.size, cents, edgeCm });
  }
  return found.sort(compare).slice(0, wanted.keep);
}

const graphs = fc
  .integer({ min: 2, max: 9 })
  .chain((n) =>
    fc.tuple(
      fc.array(fc.integer({ min: 1, max: 6 }), { minLength: n, maxLength: n }),
      fc.array(fc.constantFrom('industry', 'housing', 'commerce'), { minLength: n, maxLength: n }),
      fc.array(fc.tuple(fc.nat(n - 1), fc.nat(n - 1), fc.integer({ min: 1, max: 3 })), { maxLength: 2 * n }),
    ),
  )
  .map(([cents, uses, edges]) => {
    // a chain holds the group together
    const chain = cents.slice(1).map((_, i) => [i, i + 1, 1] as [number, number, number]);
    return graphOf(cents, uses, [...chain, ...edges]);
  });

test('a small group is searched exactly', () => {
  fc.assert(
    fc.property(graphs, fc.nat(12), fc.nat(30), fc.boolean(), (graph, least, more, mustHave) => {
      const wanted: Wanted = {
        ...anything,
        minCents: least,
        maxCents: least + more,
        include: mustHave ? [graph.cents.length - 1] : [],
        uses: mustHave ? [] : ['housing'],
      };
      const group = [...graph.cents.keys()];
      const { found, exact } = searchGroup(graph, group, wanted);
      expect(exact).toBe(true);
      expect(found).toEqual(byTryingAll(graph, wanted));
    }),
    { numRuns: 300 },
  );
});

/** 5 × 6 parcels: more than are searched exactly. */
function block(): ParcelGraph {
  const edges: [number, number, number][] = [];
  for (let i = 0; i < 30; i++) {
    if (i % 6 < 5) edges.push([i, i + 1, 100]);
    if (i < 24) edges.push([i, i + 6, 100]);
  }
  const cents = Array.from({ length: 30 }, (_, i) => 100 + ((i * 37) % 50));
  return graphOf(
    cents,
    cents.map((_, i) => ['industry', 'housing', 'commerce'][i % 3]!),
    edges,
  );
}

test('a large group that fits as a whole is proposed as a whole, and that is exact', () => {
  const graph = block();
  const { found, exact } = searchGroup(graph, [...graph.cents.keys()], anything);
  expect(exact).toBe(true);
  expect(found[0]!.members).toHaveLength(30);
  expect(found[1]!.cents).toBe(found[0]!.cents - Math.min(...graph.cents));
});

test('of a group that fits as a whole the largest sets with all uses come first, however many parcels they miss', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const group = [...graph.cents.keys()];
      const total = graph.cents.reduce((sum, cents) => sum + cents, 0);
      const wanted = { ...anything, keep: 6, maxCents: total, budget: { sets: 0 } };
      const { found } = searchGroup(graph, group, wanted);
      const uses = new Set(graph.uses).size;
      const all = byTryingAll(graph, { ...wanted, keep: 1000 }).filter((one) => one.uses === uses);
      expect(found.map(({ cents }) => cents)).toEqual(all.slice(0, 6).map(({ cents }) => cents));
    }),
    { numRuns: 300 },
  );
});

test('when the budget ends, the beam finds connected sets within the range and says that it is no proof', () => {
  fc.assert(
    fc.property(graphs, fc.integer({ min: 2, max: 20 }), (graph, maxCents) => {
      const wanted = { ...anything, maxCents, budget: { sets: 3 } };
      const { found, exact, bound } = searchGroup(graph, [...graph.cents.keys()], wanted);
      const all = byTryingAll(graph, { ...wanted, keep: 1000 });
      // every set is one of all connected sets, figures and all
      for (const one of found) expect(all).toContainEqual(one);
      // proved in uses and area; the border only breaks ties
      if (exact && found.length > 0)
        expect([found[0]!.uses, found[0]!.cents]).toEqual([all[0]!.uses, all[0]!.cents]);
      expect(all[0]?.cents ?? 0).toBeLessThanOrEqual(bound.cents);
    }),
    { numRuns: 300 },
  );
});

test('a cut parcel is one without which the rest falls apart', () => {
  fc.assert(
    fc.property(graphs, (graph) => {
      const members = [...graph.cents.keys()];
      const holds = (set: readonly number[]): boolean => {
        const reached = new Set(set.slice(0, 1));
        for (const i of reached)
          for (const k of graph.neighbours[i]!.keys()) if (set.includes(k)) reached.add(k);
        return reached.size === set.length;
      };
      const cuts = members.filter((i) => !holds(members.filter((k) => k !== i)));
      expect([...cutParcels(graph, members)].sort((p, q) => p - q)).toEqual(cuts);
    }),
    { numRuns: 300 },
  );
});

test('a large group under a limit: never above it, connected, and no better than the stated bound', () => {
  const graph = block();
  const wanted = { ...anything, maxCents: 1000 };
  const { found, bound } = searchGroup(graph, [...graph.cents.keys()], wanted);
  expect(bound).toEqual({ uses: 3, cents: 1000 });
  expect(found.length).toBe(4);
  for (const { cents, uses } of found) {
    expect(cents).toBeLessThanOrEqual(1000);
    expect(uses).toBe(3);
  }
  expect(found[0]!.cents).toBeGreaterThan(980);
  expect(found).toEqual([...found].sort(compare));
});

test('parcels that must be in are in, though they lie apart', () => {
  const graph = block();
  const { found } = searchGroup(graph, [...graph.cents.keys()], {
    ...anything,
    maxCents: 1800,
    include: [0, 29],
  });
  expect(found.length).toBeGreaterThan(0);
  for (const { members } of found) expect(members).toEqual(expect.arrayContaining([0, 29]));
});
