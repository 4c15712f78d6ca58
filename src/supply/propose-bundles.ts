/**
 * The best bundles under constraints: connected sets of eligible parcels, ranked by number of uses, then total area, then
 * common border, then fewer parcels, then ids. Small groups are searched exactly; for large ones the answer names a bound
 * that nothing can beat. Deterministic: no clock, no chance, no order of input.
 */
import type { Bilingual } from '../core/errors.js';
import { runInTurns } from '../core/event-loop-turn.js';
import { roundHalfUp } from '../core/units.js';
import { type Candidate, compare, type ParcelGraph } from './bundle-graph.js';
import type { Proposal, ProposalRequest, Proposals, Reason } from './bundle-types.js';
import { type BundleInput, type BundleLink, judgeBundle } from './compose-bundles.js';
import { groupNeighbours } from './group-neighbours.js';
import { type JudgedParcel, worstOf } from './judge-parcel.js';
import { type Outcome, searchGroup } from './search-bundles.js';
import type { SupplyWatch } from './supply-parts.js';

const DEFAULT_LIMIT = 5;
/** Sets tried one by one in all small groups together, a few seconds; the groups after that are searched by the beam. */
const SETS_AT_MOST = 2e7;

export const proposalOrder: Bilingual = {
  zh: '依次比较：用途类数多者、总面积大者、共边总长者、地块少者、编号小者。',
  en: 'In turn: more uses, larger total area, longer common border, fewer parcels, smaller ids.',
};

export async function proposeBundles(
  { judged, uses, cityApplies }: Omit<BundleInput, 'shapes' | 'planeEpsg'>,
  links: readonly BundleLink[],
  request: ProposalRequest,
  { signal, onProgress }: SupplyWatch = {},
): Promise<Proposals> {
  const { left, kept } = sift(judged, request, cityApplies);
  const order = [...kept].sort((p, q) => (judged[p]!.row.id < judged[q]!.row.id ? -1 : 1));
  const place = new Map(order.map((i, n) => [i, n] as const));
  const usable = links.filter(
    ({ a, b, gapM }) => place.has(a) && place.has(b) && gapM <= (request.maxGapM ?? Infinity),
  );
  const graph = toGraph(judged, order, place, usable);
  const wanted = {
    minCents: Math.ceil((request.minAreaM2 ?? 0) * 100 - 1e-6),
    maxCents: Math.floor((request.maxAreaM2 ?? Infinity) * 100 + 1e-6),
    uses: request.uses ?? [],
    include: (request.include ?? []).map((id) => order.findIndex((i) => judged[i]!.row.id === id)),
    keep: (request.limit ?? DEFAULT_LIMIT) + 1,
  };
  const groups = groupNeighbours(
    order.length,
    usable.map(({ a, b }) => ({ a: place.get(a)!, b: place.get(b)! })),
  ).filter((group) => group.length > 1 && wanted.include.every((i) => group.includes(i)));
  // many groups share the work of one
  const starts = Math.max(4, Math.min(16, Math.floor(256 / groups.length)));
  const budget = { sets: SETS_AT_MOST };
  const outcomes: Outcome[] = [];
  for (const [n, group] of (wanted.include.includes(-1) ? [] : groups).entries()) {
    onProgress?.({ step: 'proposals', done: n, total: groups.length });
    const turns = watched(searchGroup(graph, group, { ...wanted, starts, budget }), signal);
    outcomes.push(await runInTurns(turns));
  }
  const best = outcomes
    .flatMap((outcome) => outcome.found)
    .sort(compare)
    .slice(0, wanted.keep);
  return {
    search: outcomes.every((outcome) => outcome.exact) ? 'exact' : 'bound',
    bound: {
      useGroups: Math.max(0, ...outcomes.map((outcome) => outcome.bound.uses)),
      areaM2: Math.max(0, ...outcomes.map((outcome) => outcome.bound.cents)) / 100,
    },
    order: proposalOrder,
    proposals: best
      .slice(0, wanted.keep - 1)
      .map((candidate, n) =>
        toProposal(candidate, best[n + 1], n, { graph, order, judged, uses, cityApplies }),
      ),
    left,
  };
}

/** A search that ends when it is no longer wanted. */
function* watched<T>(search: Iterator<void, T>, signal: AbortSignal | undefined): Generator<void, T> {
  for (;;) {
    signal?.throwIfAborted();
    const step = search.next();
    if (step.done) return step.value;
    yield;
  }
}

/** Only what is eligible may be proposed; the rest is named with its reason. */
function sift(
  judged: readonly JudgedParcel[],
  { exclude = [] }: ProposalRequest,
  cityApplies: boolean,
): { left: Proposals['left']; kept: number[] } {
  const left: Proposals['left'][number][] = [];
  const kept: number[] = [];
  judged.forEach(({ row, reasons, planReasons }, i) => {
    const against15 = cityApplies ? planReasons.filter(({ standing }) => standing === 'not-eligible') : [];
    const against = exclude.includes(row.id) ? byRequest : whatKeepsOut([...reasons, ...against15]);
    if (against === undefined && row.useGroup !== null) kept.push(i);
    else {
      const { code, detail } = against ?? noUseGroup;
      left.push({ parcel: row.id, reason: code, detail });
    }
  });
  return { left: left.sort((p, q) => (p.parcel < q.parcel ? -1 : 1)), kept };
}

const byRequest = {
  code: 'excluded-by-request',
  detail: { zh: '按要求（exclude）排除。', en: 'Excluded by request.' },
};
const noUseGroup = {
  code: 'no-use-group',
  detail: { zh: '用途不属任何分组。', en: 'Its use belongs to no group.' },
};

const whatKeepsOut = (reasons: JudgedParcel['reasons']): Pick<Reason, 'code' | 'detail'> | undefined =>
  reasons.find(({ standing }) => standing === 'not-eligible') ??
  reasons.find(({ standing }) => standing !== 'eligible');

function toGraph(
  judged: readonly JudgedParcel[],
  order: readonly number[],
  place: ReadonlyMap<number, number>,
  links: readonly BundleLink[],
): ParcelGraph {
  const neighbours: Map<number, number>[] = order.map(() => new Map());
  for (const { a, b, sharedEdgeM } of links) {
    const [p, q] = [place.get(a)!, place.get(b)!];
    const edgeCm = Math.round(sharedEdgeM * 100);
    neighbours[p]!.set(q, edgeCm);
    neighbours[q]!.set(p, edgeCm);
  }
  return {
    cents: order.map((i) => Math.round(judged[i]!.row.areaM2 * 100)),
    uses: order.map((i) => judged[i]!.row.useGroup!),
    neighbours: neighbours.map((of) => new Map([...of].sort(([p], [q]) => p - q))),
  };
}

function toProposal(
  candidate: Candidate,
  next: Candidate | undefined,
  n: number,
  given: Omit<BundleInput, 'shapes' | 'planeEpsg'> & { graph: ParcelGraph; order: readonly number[] },
): Proposal {
  const { graph, judged, order } = given;
  const parcels = candidate.members.map((i) => judged[order[i]!]!);
  return {
    rank: n + 1,
    parcels: parcels.map(({ row }) => row.id),
    useGroups: [...new Set(candidate.members.map((i) => graph.uses[i]!))].sort(),
    areaM2: candidate.cents / 100,
    sharedEdgeM: roundHalfUp(candidate.edgeCm / 100, 2),
    standing: worstOf(judgeBundle(parcels, given).map(({ standing }) => standing)),
    beatsNext: next ? whyBetter(candidate, next) : null,
  };
}

function whyBetter(p: Candidate, q: Candidate): Bilingual {
  const m2 = (cents: number): string => (cents / 100).toFixed(2);
  if (p.uses !== q.uses)
    return {
      zh: `用途 ${p.uses} 类，多于下一方案的 ${q.uses} 类。`,
      en: `${p.uses} uses against ${q.uses}.`,
    };
  if (p.cents !== q.cents) {
    return {
      zh: `用途类数相同，总面积 ${m2(p.cents)} ㎡，大于下一方案的 ${m2(q.cents)} ㎡。`,
      en: `As many uses, and ${m2(p.cents)} m² against ${m2(q.cents)} m².`,
    };
  }
  if (p.edgeCm !== q.edgeCm) {
    return {
      zh: `用途与面积相同，共边总长 ${m2(p.edgeCm)} 米，长于下一方案的 ${m2(q.edgeCm)} 米。`,
      en: `Same uses and area; ${m2(p.edgeCm)} m of common border against ${m2(q.edgeCm)} m.`,
    };
  }
  if (p.members.length !== q.members.length)
    return { zh: '用途、面积、共边相同，地块更少。', en: 'Same uses, area and border; fewer parcels.' };
  return { zh: '各项相同，按地块编号在前。', en: 'Equal in all; the ids come first.' };
}
