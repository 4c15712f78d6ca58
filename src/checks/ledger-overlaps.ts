/**
 * Ground that would stand in the ledger twice: what a parcel to be entered has outside the boundary against what the
 * entries in force have there, and against the other parcels of the same act. The total of a county counts each m² once.
 */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import { edgesOf, overlapAreaM2 } from '../geometry/area-kernel.js';
import { shapeOfParcel } from '../overlay/shapes.js';
import type { StoredParcel } from '../parcels/rebuild-parcel.js';
import type { CheckParts, PinnedRequest } from './check-parts.js';
import type { Check } from './check-types.js';
import { outsideGround } from './outside-by-county.js';
import { readAnswer } from './read-checks.js';
import { selectLedgerNeighbours, selectStoredParcels } from './sql.js';

export interface LedgerOverlap {
  parcel: string;
  other: string;
  /** Number of the entry in force; null for a parcel that is to be entered as well. */
  entry: number | null;
  /** Common ground outside the boundary, m² on the ellipsoid. */
  areaM2: number;
}

/** Less, or thinner everywhere, is a border that two surveys drew. */
const NOISE = { areaM2: 0.01, widthM: 0.002 };

export async function findLedgerOverlaps(
  parts: CheckParts,
  checkId: string,
  parcels: readonly { id: string; groundSha256: string }[],
): Promise<LedgerOverlap[]> {
  const neighbours = await selectLedgerNeighbours(parts.db, checkId, parcels);
  const groundOf = rememberGrounds(parts);
  const found: LedgerOverlap[] = [];
  for (const { parcel_id: parcel, entry_no: entry, check_id: otherCheck, other_id: other } of neighbours) {
    const areaM2 = await commonM2(parts, await groundOf(checkId, parcel), await groundOf(otherCheck, other));
    if (areaM2 > 0) found.push({ parcel, other, entry, areaM2 });
  }
  return found;
}

async function commonM2({ geos }: CheckParts, a: MultiPolygonRings, b: MultiPolygonRings): Promise<number> {
  const [x, y] = a[0]?.[0]?.[0] ?? [0, 0];
  const areaM2 = overlapAreaM2(edgesOf(a, x, y), edgesOf(b, x, y));
  if (areaM2 <= NOISE.areaM2) return 0;
  const common = await geos.intersection(a, b);
  return (await geos.erode(common, NOISE.widthM / 2)).length === 0 ? 0 : areaM2;
}

/** Ground outside the boundary in the plane whose areas are ellipsoid areas; each parcel is drawn once. */
function rememberGrounds(parts: CheckParts): (check: string, parcel: string) => Promise<MultiPolygonRings> {
  const checks = new Map<string, ReturnType<typeof readStored>>();
  const grounds = new Map<string, Promise<MultiPolygonRings>>();
  const draw = async (check: string, parcel: string): Promise<MultiPolygonRings> => {
    const stored = checks.get(check) ?? readStored(parts, check);
    checks.set(check, stored);
    const { request, answer, sources } = await stored;
    const { overlays } = answer.parcels.find((one) => one.id === parcel)!;
    const boundary = overlays.find((one) => one.layer === 'czkfbj')!;
    const ground = await outsideGround(parts, request, boundary, sources.find((one) => one.id === parcel)!);
    return ground ? shapeOfParcel(ground).rings : [];
  };
  return (check, parcel) => {
    const key = JSON.stringify([check, parcel]);
    const ground = grounds.get(key) ?? draw(check, parcel);
    grounds.set(key, ground);
    return ground;
  };
}

async function readStored({ db }: CheckParts, checkId: string) {
  // an entry refers to its check, which therefore can not be gone
  const { request, answer } = (await readAnswer(db, checkId))!;
  const sources = (await selectStoredParcels(db, checkId)) as StoredParcel[];
  return { request: request as PinnedRequest, answer: JSON.parse(answer.toString()) as Check, sources };
}
