/**
 * First look at each ring of a draft alone: closed, enough different points, no vertex twice in a row, no exact
 * spike. Exact in the submitted coordinates; crossings and how rings lie to each other are left to `check-rings.ts`.
 */
import type { CrsKind } from '../core/crs.js';
import type { Position } from '../core/geometry-types.js';
import { orientation } from './exact-orientation.js';
import { type DraftRing, type ParcelDraft, ringPointer, vertexPointer } from './parcel-draft.js';
import { type ParcelFaultCode, parcelWarning } from './parcel-faults.js';

/** A fault of one draft, before it is known whether it is refused or repaired. */
export interface DraftFault {
  code: ParcelFaultCode;
  pointer: string;
  values?: Readonly<Record<string, string | number>>;
  place?: readonly [number, number];
  part: number;
  ring: number;
  /** The ring encloses nothing: a repair leaves it out. */
  empty?: boolean;
}

/** Metres per degree, near enough to describe a gap or to tell an area from none. */
const METRES_PER_DEGREE = 111_000;

/** Drops repeated vertices in place (with a warning) and returns what is wrong with single rings. */
export function cleanRings(draft: ParcelDraft, kind: CrsKind): DraftFault[] {
  const faults: DraftFault[] = [];
  let removed = 0;
  for (const [part, rings] of draft.parts.entries()) {
    for (const [ringNo, ring] of rings.entries()) {
      removed += dropRepeated(ring);
      faults.push(...faultsOfRing(draft, part, ringNo, kind));
    }
  }
  if (removed > 0) {
    draft.warnings.push(parcelWarning('duplicate-vertices', { count: removed }, draft.geometryPointer));
  }
  return faults;
}

function dropRepeated(ring: DraftRing): number {
  const { positions } = ring;
  let repeated = 0;
  for (let i = 1; i < positions.length; i++) if (samePlace(positions[i]!, positions[i - 1]!)) repeated += 1;
  if (repeated === 0) return 0;
  const kept = [...positions.keys()].filter((i) => i === 0 || !samePlace(positions[i]!, positions[i - 1]!));
  ring.positions = kept.map((i) => positions[i]!);
  ring.submittedIndex = kept;
  return repeated;
}

function faultsOfRing(draft: ParcelDraft, part: number, ringNo: number, kind: CrsKind): DraftFault[] {
  const { positions } = draft.parts[part]![ringNo]!;
  const pointer = ringPointer(draft, part, ringNo);
  const first = positions[0]!;
  const last = positions[positions.length - 1]!;
  const faults: DraftFault[] = [];
  const different = countDifferent(positions);
  if (different < 3) {
    const place = [first[0], first[1]] as const;
    faults.push({
      code: 'too-few-positions',
      pointer,
      values: { count: different },
      place,
      part,
      ring: ringNo,
      empty: true,
    });
    return faults;
  }
  if (!samePlace(first, last)) {
    const place = [last[0], last[1]] as const;
    faults.push({
      code: 'unclosed-ring',
      pointer,
      values: { gap: gapText(first, last, kind) },
      place,
      part,
      ring: ringNo,
    });
    return faults;
  }
  const spikes = spikesOf(positions);
  if (spikes.length > 0 && isCollinear(positions)) {
    const place = [first[0], first[1]] as const;
    return [{ code: 'zero-area', pointer, place, part, ring: ringNo, empty: true }];
  }
  for (const vertex of spikes) {
    const [x, y] = positions[vertex]!;
    const at = vertexPointer(draft, part, ringNo, vertex);
    faults.push({ code: 'spike', pointer: at, place: [x, y], part, ring: ringNo });
  }
  return faults;
}

/** Stops counting at 3: more does not matter. */
function countDifferent(positions: readonly Position[]): number {
  const a = positions[0]!;
  const b = positions.find((position) => !samePlace(position, a));
  if (!b) return 1;
  return positions.some((position) => !samePlace(position, a) && !samePlace(position, b)) ? 3 : 2;
}

/** Vertices of a closed ring where the boundary runs back exactly along itself. */
function spikesOf(positions: readonly Position[]): number[] {
  const spikes: number[] = [];
  const count = positions.length - 1;
  for (let i = 0; i < count; i++) {
    const [bx, by] = positions[i]!;
    const [ax, ay] = positions[(i + count - 1) % count]!;
    const [cx, cy] = positions[i + 1]!;
    if ((ax - bx) * (cx - bx) + (ay - by) * (cy - by) <= 0) continue;
    if (orientation(ax, ay, bx, by, cx, cy) === 0) spikes.push(i);
  }
  return spikes;
}

function isCollinear(positions: readonly Position[]): boolean {
  const [ax, ay] = positions[0]!;
  const [bx, by] = positions[1]!;
  return positions.every(([x, y]) => orientation(ax, ay, bx, by, x, y) === 0);
}

function gapText(a: Position, b: Position, kind: CrsKind): string {
  const gap = Math.hypot(a[0] - b[0], a[1] - b[1]);
  const metres = kind === 'geographic' ? gap * METRES_PER_DEGREE : gap;
  return metres < 0.001 ? `${metres.toExponential(1)} m` : `${metres.toFixed(3)} m`;
}

const samePlace = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1];
