/**
 * Ranges of a measure's input: polygons read and judged by the parcels room, their faults led back to where they stand
 * in the input, and several of them together as one piece of ground.
 */
import { crsTable, zoneCrs } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import type { MultiPolygonRings } from '../core/geometry-types.js';
import type { GeosPool } from '../geometry/geos-pool.js';
import { officialAreaCents } from '../geometry/official-area.js';
import { planeToAnalysis, toPlane } from '../geometry/planes.js';
import { describeLayers } from '../layers/describe-layers.js';
import { withoutMadeUp } from '../overlay/made-up-layers.js';
import { Shape } from '../overlay/shapes.js';
import type { Jurisdiction, Parcel, ParcelWarning } from '../parcels/parcel-types.js';
import { readParcels } from '../parcels/read-parcels.js';
import type { MeasureContext, MeasureParts } from './measure-types.js';

export interface Range {
  parcels: readonly Parcel[];
  /** All parcels as one MultiPolygon in the 3° zone `epsg`; ground given twice is in it once. */
  plane: MultiPolygonRings;
  epsg: number;
  /** The same in the analysis plane. */
  shape: Shape;
  /** Printed official ellipsoid area of that ground, m² to 0.01. */
  areaM2: number;
  warnings: readonly ParcelWarning[];
}

/** Reads several ranges of one input into the zone of the first; faults of all of them end in `context.faults`. */
export async function readRanges<Name extends string>(
  parts: MeasureParts,
  context: MeasureContext,
  crs: string | undefined,
  given: Readonly<Record<Name, unknown>>,
): Promise<Record<Name, Range> | undefined> {
  const jurisdiction = await knownGround(parts);
  const read: Partial<Record<Name, Range>> = {};
  let sound = true;
  let epsg: number | undefined;
  for (const [name, body] of Object.entries(given) as [Name, unknown][]) {
    try {
      const batch = await readParcels(
        {
          body,
          limits: parts.limits,
          ...(crs !== undefined && { crs }),
          ...(jurisdiction && { jurisdiction }),
        },
        parts.geos,
      );
      epsg ??= batch.parcels[0]!.planeEpsg;
      read[name] = await toRange(parts.geos, batch.parcels, batch.warnings, epsg);
    } catch (error) {
      if (!(error instanceof AppError) || error.facts.errors === undefined) throw error;
      context.faults.push(
        ...error.facts.errors.map((one) => ({ ...one, pointer: `/${name}${one.pointer}` })),
      );
      sound = false;
    }
  }
  return sound ? (read as Record<Name, Range>) : undefined;
}

async function knownGround(parts: MeasureParts): Promise<Jurisdiction | undefined> {
  const { layers } = withoutMadeUp(await describeLayers(parts.db, ['xzq']));
  return parts.districts.groundOf(parts.db, layers);
}

async function toRange(
  geos: GeosPool,
  parcels: readonly Parcel[],
  warnings: readonly ParcelWarning[],
  epsg: number,
): Promise<Range> {
  const planes = parcels.map((parcel) => inZone(parcel, epsg));
  const plane = planes.length === 1 ? planes[0]! : await geos.union(planes);
  const range = rangeOf(parcels, plane, epsg);
  const own = parcels.flatMap((parcel) => parcel.warnings);
  return { ...range, warnings: [...warnings, ...own] };
}

export function rangeOf(parcels: readonly Parcel[], plane: MultiPolygonRings, epsg: number): Range {
  const crs = crsTable.get(epsg)!;
  const shape = new Shape(planeToAnalysis(plane, crs));
  return { parcels, plane, epsg, shape, areaM2: officialAreaCents(plane, crs) / 100, warnings: [] };
}

/** A parcel's ground in another zone than its own: only at a zone's border, where both are within half a degree. */
export function inZone(
  parcel: Pick<Parcel, 'plane' | 'planeEpsg' | 'lonLat'>,
  epsg: number,
): MultiPolygonRings {
  return parcel.planeEpsg === epsg ? parcel.plane : toPlane(parcel.lonLat, zoneCrs(epsg - 4488));
}
