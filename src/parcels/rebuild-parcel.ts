/** A stored parcel made whole again: what follows from its coordinates is derived anew, as the door derived it. */
import { crsTable } from '../core/crs.js';
import { toLonLat } from '../geometry/planes.js';
import { toParcelPlane } from './locate-parcels.js';
import type { Parcel } from './parcel-types.js';

export type StoredParcel = Omit<Parcel, 'lonLat' | 'plane' | 'planeEpsg'>;

/** What of a parcel must be stored so that `rebuildParcel` gives the same parcel. */
export function toStoredParcel(parcel: Parcel): StoredParcel {
  const { id, name, landUse, properties, sourceEpsg, source, resolutionM, warnings } = parcel;
  return { id, name, landUse, properties, sourceEpsg, source, resolutionM, warnings };
}

export function rebuildParcel(stored: StoredParcel): Parcel {
  const crs = crsTable.get(stored.sourceEpsg);
  if (!crs) throw new RangeError(`unknown EPSG:${stored.sourceEpsg}`);
  const lonLat = toLonLat(stored.source, crs);
  return { ...stored, lonLat, ...toParcelPlane(stored.source, lonLat, crs) };
}
