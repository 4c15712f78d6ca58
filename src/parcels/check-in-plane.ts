/**
 * Second look at parcels with long edges that were not given in their own zone: an edge that is straight in degrees
 * bulges against the straight line of the plane (0.5 mm at 200 m, 0.3 m at 5 km), enough to cross a close neighbour.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { GeometryJudge } from './check-geometry.js';
import { checkRings } from './check-rings.js';
import { vertexPointer } from './parcel-draft.js';
import type { FaultList } from './parcel-faults.js';
import type { PlacedParcel } from './to-parcels.js';

const SHORT_EDGE_M = 200;

/** Adds `crosses-in-plane` for parcels whose rings are sound as submitted and cross in `plane`. */
export async function checkInPlane(
  parcels: readonly PlacedParcel[],
  geos: GeometryJudge,
  faults: FaultList,
): Promise<void> {
  const large: PlacedParcel[] = [];
  for (const parcel of parcels) {
    if (isItsOwnPlane(parcel) || !hasLongEdge(parcel.plane)) continue;
    const { draft } = parcel;
    const parts = parcel.plane.map((rings) => rings.map((positions) => ({ positions: [...positions] })));
    const judgement = checkRings({ ...draft, parts });
    if (judgement.state === 'large') large.push(parcel);
    const crossing = judgement.meetings.find((meeting) => meeting.kind === 'cross');
    if (!crossing) continue;
    const { part, ring, vertex } = crossing.a;
    const place = parcel.source[part]![ring]![vertex]!;
    // winding may have turned the ring round since it was submitted
    const submitted = draft.parts[part]![ring]!.positions.indexOf(place);
    faults.add('crosses-in-plane', vertexPointer(draft, part, ring, submitted), {}, [place[0], place[1]]);
  }
  if (large.length === 0) return;
  const answers = await geos.validityOfAll(large.map(({ plane }) => plane));
  for (const [i, { draft }] of large.entries()) {
    if (!answers[i]!.valid) faults.add('crosses-in-plane', draft.geometryPointer);
  }
}

/** Given in the very zone it is measured in: what was judged as submitted is judged. */
const isItsOwnPlane = ({ sourceEpsg, planeEpsg }: PlacedParcel): boolean => {
  const zone = planeEpsg - 4488;
  return sourceEpsg === planeEpsg || sourceEpsg === 4534 + (zone * 3 - 75) / 3;
};

function hasLongEdge(rings: MultiPolygonRings): boolean {
  for (const part of rings) {
    for (const ring of part) {
      for (let i = 1; i < ring.length; i++) {
        const [x1, y1] = ring[i - 1]!;
        const [x2, y2] = ring[i]!;
        if (Math.hypot(x2 - x1, y2 - y1) > SHORT_EDGE_M) return true;
      }
    }
  }
  return false;
}
