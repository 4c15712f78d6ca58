/** Parcels as a graph of neighbours, and connected sets of them with the order in which they are better. */

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
  /** Starts of the beam in one group at most; 16 without it. */
  starts?: number;
  /** Sets that may still be tried one by one, in all groups together; counted down. Without it there is no end. */
  budget?: { sets: number };
}

/** Takes note of a set that meets the wishes; it is only made where its figures are among the best. */
export type Keep = (uses: number, cents: number, make: () => Candidate) => void;

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

export function candidateOf(graph: ParcelGraph, members: readonly number[]): Candidate {
  const inside = new Set(members);
  let cents = 0;
  let edgeCm = 0;
  for (const i of members) {
    cents += graph.cents[i]!;
    for (const [k, cm] of graph.neighbours[i]!) if (k > i && inside.has(k)) edgeCm += cm;
  }
  return { members, cents, edgeCm, uses: new Set(members.map((i) => graph.uses[i]!)).size };
}
