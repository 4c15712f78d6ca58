/** Which fragments to take under the cap for the most recovered land: a subset sum, exact up to a stated size. */
import type { Selection } from './fragment-types.js';

export interface Choice {
  id: string;
  /** Printed area in hundredths of a square metre. */
  cents: number;
}

/** Up to this many all subsets are tried: two halves of at most 2¹² sums each. */
export const EXACT_CHOICES = 24;

/** Of equal sets the one whose ids come first. The cap belongs to what is allowed. */
export function selectUnderCap(choices: readonly Choice[], capCents: number): Selection {
  const sorted = [...choices].sort((p, q) => (p.id < q.id ? -1 : 1));
  const total = sorted.reduce((sum, { cents }) => sum + cents, 0);
  if (total <= capCents) return selectionOf(sorted, capCents, 'exact', total);
  if (sorted.length <= EXACT_CHOICES) {
    const best = bestSubset(sorted, capCents);
    return selectionOf(best, capCents, 'exact', sumOf(best));
  }
  const best = greedy(sorted, capCents);
  const reached = sumOf(best) === capCents;
  return selectionOf(best, capCents, reached ? 'exact' : 'bound', capCents);
}

const sumOf = (choices: readonly Choice[]): number => choices.reduce((sum, { cents }) => sum + cents, 0);

const selectionOf = (
  chosen: readonly Choice[],
  capCents: number,
  search: Selection['search'],
  boundCents: number,
): Selection => ({
  ids: chosen.map(({ id }) => id),
  areaM2: sumOf(chosen) / 100,
  capM2: capCents / 100,
  search,
  boundM2: boundCents / 100,
});

/** Both halves' sums, one of them sorted: for each sum of the first the largest of the second that still fits. */
function bestSubset(choices: readonly Choice[], capCents: number): Choice[] {
  const middle = Math.ceil(choices.length / 2);
  const first = choices.slice(0, middle);
  const second = choices.slice(middle);
  const sums = (half: readonly Choice[]): { bits: number; cents: number }[] =>
    Array.from({ length: 2 ** half.length }, (_, bits) => ({
      bits,
      cents: half.reduce((sum, { cents }, n) => sum + (bits & (1 << n) ? cents : 0), 0),
    }));
  const ordered = sums(second).sort((p, q) => p.cents - q.cents || p.bits - q.bits);
  let best = { cents: -1, a: 0, b: 0 };
  for (const { bits, cents } of sums(first)) {
    if (cents > capCents) continue;
    let low = 0;
    let high = ordered.length;
    while (low < high) {
      const at = (low + high) >> 1;
      if (cents + ordered[at]!.cents <= capCents) low = at + 1;
      else high = at;
    }
    const partner = ordered[low - 1]!;
    if (cents + partner.cents > best.cents) best = { cents: cents + partner.cents, a: bits, b: partner.bits };
  }
  return [...first.filter((_, n) => best.a & (1 << n)), ...second.filter((_, n) => best.b & (1 << n))];
}

/** Largest first as long as they fit. */
function greedy(choices: readonly Choice[], capCents: number): Choice[] {
  let left = capCents;
  const taken = new Set<string>();
  for (const { id, cents } of [...choices].sort((p, q) => q.cents - p.cents || (p.id < q.id ? -1 : 1))) {
    if (cents > left) continue;
    left -= cents;
    taken.add(id);
  }
  return choices.filter(({ id }) => taken.has(id));
}
