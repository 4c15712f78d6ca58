/**
 * The verdict on every draft's geometry, all faults in one go: single rings and crossings by exact arithmetic here,
 * touching rings and large parcels by GEOS in worker threads. With `repair` faults become a repair to be reported.
 */
import type { CrsKind } from '../core/crs.js';
import { startTurn } from '../core/event-loop-turn.js';
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';
import type { Validity } from '../geometry/geos-validity.js';
import { checkRings, codeOfMeeting, type RingMeeting } from './check-rings.js';
import { cleanRings, type DraftFault } from './clean-rings.js';
import { type ParcelDraft, ringsOf } from './parcel-draft.js';
import type { FaultList, ParcelFaultCode } from './parcel-faults.js';

/** What this room asks of GEOS; `GeosPool` fits by shape. Multipolygons in any planar coordinates. */
export interface GeometryJudge {
  validityOfAll(list: readonly MultiPolygonRings[]): Promise<Validity[]>;
  makeValid(rings: MultiPolygonRings): Promise<MultiPolygonRings>;
  overlapAreas(pairs: readonly (readonly [MultiPolygonRings, MultiPolygonRings])[]): Promise<number[]>;
}

/** A draft that was repaired: what it was before. */
export interface Repair {
  draft: ParcelDraft;
  before: MultiPolygonRings;
  codes: readonly ParcelFaultCode[];
}

interface Finding {
  draft: ParcelDraft;
  faults: DraftFault[];
  meetings: readonly RingMeeting[];
  asksGeos: boolean;
}

/** Adds every fault, marks those drafts broken, and returns the repairs that were made. */
export async function checkGeometry(
  drafts: readonly ParcelDraft[],
  kind: CrsKind,
  repair: boolean,
  geos: GeometryJudge,
  faults: FaultList,
): Promise<Repair[]> {
  const findings = await lookOnce(drafts, kind);
  await askGeos(findings, geos);
  const repairs: Repair[] = [];
  for (const { draft, faults: found } of findings) {
    if (found.length === 0) continue;
    const done = repair ? await repairDraft(draft, found, geos) : undefined;
    if (done) repairs.push(done);
    else {
      draft.broken = true;
      for (const { code, pointer, values, place } of found) faults.add(code, pointer, values, place);
      if (repair) faults.add('repair-failed', draft.geometryPointer);
    }
  }
  return repairs;
}

async function lookOnce(drafts: readonly ParcelDraft[], kind: CrsKind): Promise<Finding[]> {
  const findings: Finding[] = [];
  const breathe = startTurn();
  for (const draft of drafts) {
    findings.push(lookAt(draft, kind));
    const pause = breathe();
    if (pause) await pause;
  }
  return findings;
}

function lookAt(draft: ParcelDraft, kind: CrsKind): Finding {
  const faults = cleanRings(draft, kind);
  // an open or degenerate ring has no inside: nothing more can be said about this draft
  if (faults.some(({ code }) => code !== 'spike')) return { draft, faults, meetings: [], asksGeos: false };
  const rings = checkRings(draft);
  const asksGeos = faults.length === 0 && (rings.state === 'doubtful' || rings.state === 'large');
  return { draft, faults: [...faults, ...rings.faults], meetings: rings.meetings, asksGeos };
}

async function askGeos(findings: readonly Finding[], geos: GeometryJudge): Promise<void> {
  const asked = findings.filter((finding) => finding.asksGeos);
  if (asked.length === 0) return;
  const answers = await geos.validityOfAll(asked.map(({ draft }) => ringsOf(draft)));
  for (const [i, finding] of asked.entries()) {
    const answer = answers[i]!;
    if (!answer.valid) finding.faults.push(faultOfGeos(finding, answer));
  }
}

const codeOfReason: Readonly<Record<string, ParcelFaultCode>> = {
  'self-intersection': 'self-intersection',
  'ring-self-intersection': 'self-touch',
  'hole-outside-shell': 'hole-outside-shell',
  'nested-holes': 'nested-holes',
  'nested-shells': 'parts-overlap',
  'duplicate-rings': 'parts-overlap',
  'disconnected-interior': 'interior-disconnected',
  'too-few-points': 'too-few-positions',
};

/** GEOS names one fault; where rings were seen to touch, the nearest such place says which rings. */
function faultOfGeos({ draft, meetings }: Finding, { reason, place }: Validity): DraftFault {
  const named = codeOfReason[reason ?? ''];
  const pointer = `${draft.geometryPointer}/coordinates`;
  const where = place ? { place } : {};
  if (!named)
    return {
      code: 'invalid-geometry',
      pointer,
      values: { reason: String(reason) },
      ...where,
      part: 0,
      ring: 0,
    };
  const nearest = place ? nearestMeeting(meetings, place) : meetings[0];
  const code = named === 'self-intersection' && nearest ? codeOfMeeting(nearest, 'self-touch') : named;
  return { code, pointer, ...where, part: nearest?.b.part ?? 0, ring: nearest?.b.ring ?? 0 };
}

function nearestMeeting(
  meetings: readonly RingMeeting[],
  [x, y]: readonly [number, number],
): RingMeeting | undefined {
  const distance = ({ place }: RingMeeting): number => Math.hypot(place[0] - x, place[1] - y);
  return [...meetings].sort((a, b) => distance(a) - distance(b))[0];
}

/** Undefined when nothing areal is left. */
async function repairDraft(
  draft: ParcelDraft,
  found: readonly DraftFault[],
  geos: GeometryJudge,
): Promise<Repair | undefined> {
  const before = ringsOf(draft).map((rings) => rings.map(closed));
  const empty = new Set(found.filter((fault) => fault.empty).map(({ part, ring }) => `${part}/${ring}`));
  const kept = before
    .map((rings, part) =>
      empty.has(`${part}/0`) ? [] : rings.filter((_, ring) => !empty.has(`${part}/${ring}`)),
    )
    .filter((rings) => rings.length > 0);
  if (kept.length === 0) return undefined;
  const repaired = await geos.makeValid(kept);
  if (repaired.length === 0) return undefined;
  draft.parts = repaired.map((rings) => rings.map((positions) => ({ positions: [...positions] })));
  return { draft, before, codes: [...new Set(found.map(({ code }) => code))] };
}

function closed(ring: readonly Position[]): Position[] {
  const [first] = ring;
  const last = ring[ring.length - 1];
  if (!first || !last || (first[0] === last[0] && first[1] === last[1])) return [...ring];
  return [...ring, first];
}
