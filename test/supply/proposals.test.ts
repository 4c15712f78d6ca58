/** The search behind proposals against every subset tried one by one, and its word where it does not try them all. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Candidate,
  compare,
  type ParcelGraph,
  searchGroup,
  type Wanted,
} from '../../src/supply/search-bundles.js';

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
