/** From checked drafts to parcels: on the ground, inside the jurisdiction, wound by RFC 7946, with their resolution. */
import { polygon, rewind } from '@turf/turf';
import type { Crs } from '../core/crs.js';
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';
import { toM2 } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { signedArea2 } from '../geometry/edge-arrays.js';
import { toLonLat } from '../geometry/planes.js';
import { uncertaintyM2 } from '../geometry/uncertainty.js';
import type { Repair } from './check-geometry.js';
import { addForAll, type DraftVerdict } from './fault-groups.js';
import { standingOf } from './jurisdiction.js';
import { likelyCause } from './likely-cause.js';
import { toParcelPlane } from './locate-parcels.js';
import { type ParcelDraft, ringsOf } from './parcel-draft.js';
import { type FaultList, parcelWarning, repairReasonsZh } from './parcel-faults.js';
import type { Jurisdiction, Parcel } from './parcel-types.js';
import { COARSE_RESOLUTION_M, resolutionMetres } from './resolution.js';

/** Less prints as 0.00 or 0.01 m²: no parcel. */
const LEAST_AREA_M2 = 0.01;

/** A parcel that still knows where it stands in the file. */
export interface PlacedParcel extends Parcel {
  draft: ParcelDraft;
  warnings: ParcelDraft['warnings'];
}

/** In steps of one parcel. */
export function* toParcels(
  drafts: readonly ParcelDraft[],
  crs: Crs,
  jurisdiction: Jurisdiction | undefined,
  repairs: readonly Repair[],
  faults: FaultList,
): Generator<void, PlacedParcel[]> {
  const outside: DraftVerdict[] = [];
  const parcels: PlacedParcel[] = [];
  for (const draft of drafts) {
    yield;
    const source = wind(ringsOf(draft));
    const lonLat = toLonLat(source, crs);
    const standing = standingOf(lonLat, jurisdiction);
    if (standing === 'outside') {
      outside.push(whyOutside(draft, lonLat, crs, jurisdiction));
      continue;
    }
    if (standing === 'partly') draft.warnings.push(parcelWarning('crosses-jurisdiction', {}, draft.pointer));
    const parcel = toParcel(draft, source, lonLat, crs);
    if (planarAreaM2(parcel.plane) < LEAST_AREA_M2) faults.add('zero-area', draft.geometryPointer);
    parcels.push(parcel);
  }
  addForAll(outside, drafts.length, faults);
  for (const repair of repairs) reportRepair(repair, parcels, crs);
  return parcels;
}

function toParcel(
  draft: ParcelDraft,
  source: MultiPolygonRings,
  lonLat: MultiPolygonRings,
  crs: Crs,
): PlacedParcel {
  const { id, name, landUse, properties, warnings } = draft;
  const { plane, planeEpsg } = toParcelPlane(source, lonLat, crs);
  const resolutionM = resolutionMetres(draft.decimals, crs, lonLat[0]![0]![0]![1]);
  if (resolutionM > COARSE_RESOLUTION_M) {
    const values = {
      resolutionM: Number(resolutionM.toPrecision(2)),
      uncertaintyM2: toM2(uncertaintyM2(plane, resolutionM)),
    };
    warnings.push(parcelWarning('coarse-coordinates', values, draft.geometryPointer));
  }
  if (crs.zoneWidth === 6)
    warnings.push(parcelWarning('six-degree-zone', { epsg: planeEpsg }, draft.geometryPointer));
  return {
    id,
    name,
    landUse,
    properties,
    sourceEpsg: crs.epsg,
    source,
    lonLat,
    plane,
    planeEpsg,
    resolutionM,
    warnings,
    draft,
  };
}

/** Outer rings counter-clockwise, holes clockwise (RFC 7946 §3.1.6). The draft keeps the submitted order. */
function wind(rings: Position[][][]): MultiPolygonRings {
  return rings.map((part) => {
    const isWrong = part.some((ring, ringNo) => signedArea2(ring) > 0 !== (ringNo === 0));
    if (!isWrong) return part;
    const copy = part.map((ring) => [...ring]);
    rewind(polygon(copy as unknown as number[][][]), { mutate: true });
    return copy;
  });
}

function whyOutside(
  draft: ParcelDraft,
  lonLat: MultiPolygonRings,
  crs: Crs,
  jurisdiction: Jurisdiction | undefined,
): DraftVerdict {
  const [lon, lat] = lonLat[0]![0]![0]!;
  const at = { lon: lon.toFixed(4), lat: lat.toFixed(4) };
  const pointer = draft.geometryPointer;
  const { box } = draft;
  const cause = jurisdiction && likelyCause((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, crs, jurisdiction);
  if (cause) return { draft, pointer, code: cause.code, values: { ...at, ...cause.values } };
  const scope = jurisdiction
    ? { scopeZh: '', scopeEn: '' }
    : { scopeZh: '（中国境内）', scopeEn: ' (China)' };
  return { draft, pointer, code: 'outside-jurisdiction', values: { ...at, ...scope } };
}

/** Law 4: what a repair did to the area stands beside the parcel. */
function reportRepair({ draft, before, codes }: Repair, parcels: readonly PlacedParcel[], crs: Crs): void {
  const parcel = parcels.find((placed) => placed.draft === draft);
  if (!parcel) return;
  const { plane } = toParcelPlane(before, toLonLat(before, crs), crs);
  const values = {
    reasons: codes.join(', '),
    reasonsZh: codes.map((code) => repairReasonsZh[code] ?? code).join('、'),
    beforeM2: toM2(planarAreaM2(plane)).toFixed(2),
    afterM2: toM2(planarAreaM2(parcel.plane)).toFixed(2),
  };
  draft.warnings.push(parcelWarning('repaired', values, draft.geometryPointer));
}
