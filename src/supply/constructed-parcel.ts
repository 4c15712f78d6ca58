/** A piece of constructed ground as the overlay takes it: it is nobody's parcel, and has no coordinates but the plane's. */
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { Parcel } from '../parcels/parcel-types.js';

/** @param plane metres of the 3° zone `planeEpsg` */
export const asParcel = (plane: MultiPolygonRings, planeEpsg: number, id: string): Parcel => ({
  id,
  name: null,
  landUse: null,
  properties: {},
  sourceEpsg: planeEpsg,
  source: plane,
  lonLat: [],
  plane,
  planeEpsg,
  resolutionM: 0.001,
  warnings: [],
});
