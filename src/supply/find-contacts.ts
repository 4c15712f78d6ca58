/**
 * All pairs of parcels within reach of each other, each with its kind and its figures (docs/adjacency-semantics.md §4 and
 * §5). Candidates from a packed R-tree over boxes; cost grows with the pairs that are near and the segments that face
 * each other.
 */
import { startTurn } from '../core/event-loop-turn.js';
import { type EdgeSet, overlapAreaM2 } from '../geometry/area-kernel.js';
import { type BorderRuns, FORGIVEN_M, measureRuns } from './border-runs.js';
import { liesDeep } from './deep-overlap.js';
import { indexOutlines } from './index-boxes.js';
import type { Outlines } from './outlines.js';

export const contactKinds = ['edge', 'corner', 'gap', 'overlap'] as const;
export type ContactKind = (typeof contactKinds)[number];

export interface ContactLimits {
  gapToleranceM: number;
  minSharedEdgeM: number;
  /** Pairs farther apart are not listed. At least the tolerance. */
  reachM: number;
}

/** One pair; a and b are places in the outlines, a < b. Unrounded metres and m² of the plane. */
export interface Contact {
  a: number;
  b: number;
  kind: ContactKind;
  sharedEdgeM: number;
  gapM: number;
  facingM: number;
  meanGapM: number | null;
  overlapM2: number;
}

export interface Watch {
  signal?: AbortSignal | undefined;
  onProgress?: ((done: number, total: number) => void) | undefined;
}

/** Less is rounding of shared borders, m². */
export const OVERLAP_NOISE_M2 = 0.01;

/** Every pair within reach, by a, then b. Gives the event loop back now and then. */
export async function findContacts(
  outlines: Outlines,
  limits: ContactLimits,
  watch: Watch = {},
): Promise<Contact[]> {
  const { count, boxes } = outlines;
  if (count < 2) return [];
  const index = indexOutlines(outlines);
  const contacts: Contact[] = [];
  const breathe = startTurn();
  const reach = limits.reachM + FORGIVEN_M;
  for (let a = 0; a < count; a++) {
    const near = index.search(
      boxes[4 * a]! - reach,
      boxes[4 * a + 1]! - reach,
      boxes[4 * a + 2]! + reach,
      boxes[4 * a + 3]! + reach,
    );
    for (const b of near) {
      if (b <= a) continue;
      const contact = measureContact(outlines, a, b, limits);
      if (contact) contacts.push(contact);
    }
    const pause = breathe();
    if (!pause) continue;
    watch.onProgress?.(a, count);
    await pause;
    watch.signal?.throwIfAborted();
  }
  watch.onProgress?.(count, count);
  return contacts;
}

/** The contact of parcels a and b, or undefined where they are out of reach. */
export function measureContact(
  outlines: Outlines,
  a: number,
  b: number,
  limits: ContactLimits,
): Contact | undefined {
  const tolerance = limits.gapToleranceM;
  const runs = measureRuns(outlines, a, b, tolerance);
  const overlapM2 = overlapOf(outlines, a, b);
  const sharedEdgeM = Math.min(runs.a.lengthM, runs.b.lengthM);
  const thin = (tolerance + FORGIVEN_M) * sharedEdgeM;
  if (overlapM2 > 0 && (overlapM2 > thin || liesDeep(outlines, a, b, tolerance))) {
    return { a, b, kind: 'overlap', ...figures(runs, sharedEdgeM), gapM: 0, overlapM2 };
  }
  if (runs.nearestM < Infinity) {
    const kind = sharedEdgeM + FORGIVEN_M >= limits.minSharedEdgeM ? 'edge' : 'corner';
    return { a, b, kind, ...figures(runs, sharedEdgeM), overlapM2 };
  }
  if (limits.reachM <= tolerance) return undefined;
  const wide = measureRuns(outlines, a, b, limits.reachM);
  if (wide.nearestM === Infinity) return undefined;
  const facingM = Math.min(wide.a.lengthM, wide.b.lengthM);
  return { a, b, kind: 'gap', ...figures(wide, facingM), sharedEdgeM: 0, overlapM2 };
}

function figures(
  runs: BorderRuns,
  lengthM: number,
): Pick<Contact, 'sharedEdgeM' | 'facingM' | 'gapM' | 'meanGapM'> {
  const both = runs.a.lengthM + runs.b.lengthM;
  return {
    sharedEdgeM: lengthM,
    facingM: lengthM,
    gapM: runs.nearestM,
    meanGapM: both > 0 ? (runs.a.distanceM2 + runs.b.distanceM2) / both : null,
  };
}

/** Overlap by the area kernel, m² of the plane; noise is 0. */
function overlapOf(outlines: Outlines, a: number, b: number): number {
  const { boxes } = outlines;
  if (!(boxes[4 * a]! < boxes[4 * b + 2]! && boxes[4 * b]! < boxes[4 * a + 2]!)) return 0;
  if (!(boxes[4 * a + 1]! < boxes[4 * b + 3]! && boxes[4 * b + 1]! < boxes[4 * a + 3]!)) return 0;
  const areaM2 = overlapAreaM2(edgeSetOf(outlines, a), edgeSetOf(outlines, b));
  return areaM2 < OVERLAP_NOISE_M2 ? 0 : areaM2;
}

/** One parcel as the kernel takes it: its own edges over the vertices of all. */
function edgeSetOf({ edges, orderFrom, boxes }: Outlines, p: number): EdgeSet {
  return {
    xy: edges.xy,
    order: edges.order.subarray(orderFrom[p]!, orderFrom[p + 1]!),
    minX: boxes[4 * p]!,
    minY: boxes[4 * p + 1]!,
    maxX: boxes[4 * p + 2]!,
    maxY: boxes[4 * p + 3]!,
  };
}
