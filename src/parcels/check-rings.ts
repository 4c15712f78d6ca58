/**
 * Proves that the rings of a draft are simple and lie right to each other, or finds where they do not: every pair of
 * edges by exact arithmetic. What it can neither prove nor refute (rings that touch) and what is large is left to GEOS.
 */
import { kinks, polygon } from '@turf/turf';
import Flatbush from 'flatbush';
import type { DraftFault } from './clean-rings.js';
import { isInsideRing, meetingOf } from './exact-orientation.js';
import { type ParcelDraft, ringPointer, vertexPointer } from './parcel-draft.js';
import type { ParcelFaultCode } from './parcel-faults.js';

/** Parcels with more edges go to GEOS in a worker thread and keep the event loop free. */
const OWN_EDGES = 1_000;
/** Up to here comparing all pairs is faster than building an index. */
const ALL_PAIRS_EDGES = 80;
/** After so many meetings the ring is known to be hopeless. */
const MOST_MEETINGS = 40;

export type RingsToCheck = Pick<ParcelDraft, 'parts' | 'geometryPointer' | 'isMulti'>;

export interface RingsJudgement {
  faults: DraftFault[];
  /** `proven`: valid without GEOS. `doubtful`: rings touch; `large`: not looked at. */
  state: 'proven' | 'faulty' | 'doubtful' | 'large';
  meetings: readonly RingMeeting[];
}

/** Where two edges meet that should not. */
export interface RingMeeting {
  kind: 'cross' | 'touch';
  a: { part: number; ring: number; vertex: number };
  b: { part: number; ring: number; vertex: number };
  place: readonly [number, number];
}

interface Edges {
  x: Float64Array;
  y: Float64Array;
  /** Per vertex: its ring, or −1 for the last vertex of a ring, where no edge starts. */
  ringOf: Int32Array;
  rings: { part: number; ring: number; start: number; end: number }[];
  count: number;
}

export function checkRings(draft: RingsToCheck): RingsJudgement {
  const edges = edgesOfDraft(draft);
  if (edges.count - edges.rings.length > OWN_EDGES) return { faults: [], state: 'large', meetings: [] };
  const meetings = findMeetings(edges);
  const crossings = meetings.filter((meeting) => meeting.kind === 'cross');
  const faults = crossings.length > 0 ? faultsOfCrossings(draft, crossings) : [];
  if (meetings.length === 0) faults.push(...faultsOfNesting(draft, edges));
  const state = faults.length > 0 ? 'faulty' : meetings.length > 0 ? 'doubtful' : 'proven';
  return { faults, state, meetings };
}

function edgesOfDraft(draft: RingsToCheck): Edges {
  let count = 0;
  for (const part of draft.parts) for (const ring of part) count += ring.positions.length;
  const edges: Edges = {
    x: new Float64Array(count),
    y: new Float64Array(count),
    ringOf: new Int32Array(count),
    rings: [],
    count,
  };
  let at = 0;
  for (const [part, rings] of draft.parts.entries()) {
    for (const [ring, { positions }] of rings.entries()) {
      const end = at + positions.length - 1;
      for (const [x, y] of positions) {
        edges.x[at] = x;
        edges.y[at] = y;
        edges.ringOf[at] = at === end ? -1 : edges.rings.length;
        at += 1;
      }
      edges.rings.push({ part, ring, start: end - positions.length + 1, end });
    }
  }
  return edges;
}

function findMeetings(edges: Edges): RingMeeting[] {
  const meetings: RingMeeting[] = [];
  const visit = (i: number, k: number): boolean => {
    const kind = meetingOfEdges(edges, i, k);
    if (kind !== 'apart') meetings.push(describe(edges, i, k, kind));
    return meetings.length < MOST_MEETINGS;
  };
  if (edges.count <= ALL_PAIRS_EDGES) visitAllPairs(edges, visit);
  else visitNearPairs(edges, visit);
  return meetings;
}

type VisitPair = (i: number, k: number) => boolean;

function visitAllPairs({ x, y, ringOf, count }: Edges, visit: VisitPair): void {
  for (let i = 0; i < count; i++) {
    if (ringOf[i]! < 0) continue;
    const minX = Math.min(x[i]!, x[i + 1]!);
    const maxX = Math.max(x[i]!, x[i + 1]!);
    const minY = Math.min(y[i]!, y[i + 1]!);
    const maxY = Math.max(y[i]!, y[i + 1]!);
    for (let k = i + 1; k < count; k++) {
      if (ringOf[k]! < 0) continue;
      if ((x[k]! < minX && x[k + 1]! < minX) || (x[k]! > maxX && x[k + 1]! > maxX)) continue;
      if ((y[k]! < minY && y[k + 1]! < minY) || (y[k]! > maxY && y[k + 1]! > maxY)) continue;
      if (!visit(i, k)) return;
    }
  }
}

function visitNearPairs({ x, y, ringOf, rings, count }: Edges, visit: VisitPair): void {
  const index = new Flatbush(count - rings.length);
  const starts: number[] = [];
  const box = (i: number) =>
    [
      Math.min(x[i]!, x[i + 1]!),
      Math.min(y[i]!, y[i + 1]!),
      Math.max(x[i]!, x[i + 1]!),
      Math.max(y[i]!, y[i + 1]!),
    ] as const;
  for (let i = 0; i < count; i++) {
    if (ringOf[i]! < 0) continue;
    starts.push(i);
    index.add(...box(i));
  }
  index.finish();
  for (const [n, i] of starts.entries()) {
    for (const m of index.search(...box(i))) if (m > n && !visit(i, starts[m]!)) return;
  }
}

function meetingOfEdges({ x, y, ringOf, rings }: Edges, i: number, k: number): 'apart' | 'cross' | 'touch' {
  if (ringOf[i] === ringOf[k]) {
    const { start, end } = rings[ringOf[i]!]!;
    // neighbours share their vertex; whether they run back on each other is the spike test's business
    if (k === i + 1 || (i === start && k === end - 1)) return 'apart';
  }
  return meetingOf(x[i]!, y[i]!, x[i + 1]!, y[i + 1]!, x[k]!, y[k]!, x[k + 1]!, y[k + 1]!);
}

function describe(edges: Edges, i: number, k: number, kind: 'cross' | 'touch'): RingMeeting {
  const side = (at: number) => {
    const { part, ring, start } = edges.rings[edges.ringOf[at]!]!;
    return { part, ring, vertex: at - start };
  };
  return { kind, a: side(i), b: side(k), place: meetingPlace(edges, i, k) };
}

/** The crossing point; for parallel edges an end of one that lies on the other. */
function meetingPlace({ x, y }: Edges, i: number, k: number): readonly [number, number] {
  const dx = x[i + 1]! - x[i]!;
  const dy = y[i + 1]! - y[i]!;
  const ex = x[k + 1]! - x[k]!;
  const ey = y[k + 1]! - y[k]!;
  const wx = x[k]! - x[i]!;
  const wy = y[k]! - y[i]!;
  const cross = dx * ey - dy * ex;
  if (cross !== 0) {
    const share = Math.min(1, Math.max(0, (wx * ey - wy * ex) / cross));
    return [x[i]! + share * dx, y[i]! + share * dy];
  }
  const along = (wx * dx + wy * dy) / (dx * dx + dy * dy);
  return along >= 0 && along <= 1 ? [x[k]!, y[k]!] : [x[i]!, y[i]!];
}

/** The code for two rings that cross or overlap. */
export function codeOfMeeting({ a, b }: RingMeeting, sameRing: ParcelFaultCode): ParcelFaultCode {
  if (a.part !== b.part) return 'parts-overlap';
  if (a.ring === b.ring) return sameRing;
  return a.ring === 0 || b.ring === 0 ? 'hole-crosses-shell' : 'holes-overlap';
}

/** One fault per place of a self-crossing ring, one per pair of rings that cross. */
function faultsOfCrossings(draft: RingsToCheck, crossings: readonly RingMeeting[]): DraftFault[] {
  const faults = new Map<string, DraftFault>();
  for (const crossing of crossings) {
    const { a, b } = crossing;
    const code = codeOfMeeting(crossing, 'self-intersection');
    const alone = code === 'self-intersection';
    const pointer = alone
      ? vertexPointer(draft, a.part, a.ring, a.vertex)
      : ringPointer(draft, b.part, b.ring);
    const key = alone ? `${pointer} ${b.vertex}` : `${a.part}/${a.ring} ${b.part}/${b.ring}`;
    if (faults.has(key)) continue;
    const place = alone ? kinkNear(draft, crossing) : crossing.place;
    faults.set(key, { code, pointer, place, part: b.part, ring: b.ring });
  }
  return [...faults.values()];
}

/** The kink that turf finds for this crossing in a small ring; the crossing of the two edges otherwise. */
function kinkNear(draft: RingsToCheck, { a, place }: RingMeeting): readonly [number, number] {
  const { positions } = draft.parts[a.part]![a.ring]!;
  if (positions.length > ALL_PAIRS_EDGES) return place;
  const found = kinks(polygon([positions as unknown as number[][]])).features.map(
    (feature) => feature.geometry.coordinates,
  );
  const distance = (at: readonly number[]): number => Math.hypot(at[0]! - place[0], at[1]! - place[1]);
  const [nearest] = found.sort((p, q) => distance(p) - distance(q));
  return nearest ? [nearest[0]!, nearest[1]!] : place;
}

/** For rings that nowhere meet: one vertex of each says where the whole ring lies. */
function faultsOfNesting(draft: RingsToCheck, edges: Edges): DraftFault[] {
  const faults: DraftFault[] = [];
  const { x, y, rings } = edges;
  if (rings.length === 1) return faults;
  const inside = (a: number, b: number): boolean =>
    isInsideRing(
      { x, y, start: rings[b]!.start, end: rings[b]!.end },
      x[rings[a]!.start]!,
      y[rings[a]!.start]!,
    );
  const fault = (code: ParcelFaultCode, at: number): void => {
    const { part, ring, start } = rings[at]!;
    faults.push({ code, pointer: ringPointer(draft, part, ring), place: [x[start]!, y[start]!], part, ring });
  };
  const shells = [...rings.keys()].filter((at) => rings[at]!.ring === 0);
  const holesOf = (shell: number): number[] =>
    [...rings.keys()].filter((at) => rings[at]!.ring > 0 && rings[at]!.part === rings[shell]!.part);
  for (const shell of shells) {
    const holes = holesOf(shell);
    for (const hole of holes) {
      if (!inside(hole, shell)) fault('hole-outside-shell', hole);
      else if (holes.some((other) => other !== hole && inside(hole, other))) fault('nested-holes', hole);
    }
    for (const other of shells) {
      if (other === shell || !inside(shell, other)) continue;
      if (!holesOf(other).some((hole) => inside(shell, hole))) fault('parts-overlap', shell);
    }
  }
  return faults;
}
