/**
 * Parcels from a file in any format that is read: other formats become GeoJSON, `readParcels` stays the one judge, and
 * what it says leads back to the lines of the file.
 */
import { AppError } from '../core/errors.js';
import { detectFormat } from '../formats/detect-format.js';
import { readTxtInTurns } from '../formats/read-txt.js';
import { decimalsOf, lineOfPointer, toFeatureCollection } from '../formats/txt-to-geojson.js';
import type { TxtDocument } from '../formats/txt-types.js';
import type { GeometryJudge } from './check-geometry.js';
import { refuse } from './parcel-faults.js';
import {
  defaultParcelLimits,
  type ParcelBatch,
  type ParcelInput,
  type ParcelLimits,
  type ParcelWarning,
} from './parcel-types.js';
import { readParcels } from './read-parcels.js';

export interface ParcelFile extends Omit<ParcelInput, 'body' | 'decimals'> {
  body: Uint8Array;
  /** Media type as declared; only asked where the content says nothing. */
  contentType: string;
}

/** Throws as `readParcels` does, and `unsupported-format`. Pointers are `line N` where the file has lines. */
export async function readParcelFile(file: ParcelFile, geos: GeometryJudge): Promise<ParcelBatch> {
  const { body, contentType, ...input } = file;
  const limits = file.limits ?? defaultParcelLimits;
  if (body.byteLength > limits.maxBytes) {
    throw refuse('too-many-bytes', '', { count: body.byteLength, limit: limits.maxBytes });
  }
  if (detectFormat(body, contentType) === 'geojson') return readParcels({ ...input, body }, geos);
  const document = await readTxtInTurns(body, toTxtLimits(limits));
  const asGeoJson = { body: toFeatureCollection(document), decimals: decimalsOf(document) };
  try {
    return withLines(await readParcels({ ...input, ...asGeoJson }, geos), document);
  } catch (error) {
    throw error instanceof AppError ? leadBack(error, document) : error;
  }
}

const toTxtLimits = ({ maxFeatures, maxVertices, maxFaults }: ParcelLimits) => ({
  maxParcels: maxFeatures,
  maxVertices,
  maxFaults,
});

function withLines(batch: ParcelBatch, document: TxtDocument): ParcelBatch {
  const leadWarning = (warning: ParcelWarning): ParcelWarning =>
    warning.pointer === undefined
      ? warning
      : { ...warning, pointer: lineOfPointer(warning.pointer, document) };
  return {
    ...batch,
    warnings: [...document.warnings, ...batch.warnings.map(leadWarning)],
    parcels: batch.parcels.map((parcel, i) => ({
      ...parcel,
      warnings: [...document.parcels[i]!.warnings, ...parcel.warnings.map(leadWarning)],
    })),
  };
}

function leadBack({ code, message, facts, cause }: AppError, document: TxtDocument): AppError {
  const errors = facts.errors?.map((fault) => ({
    ...fault,
    pointer: lineOfPointer(fault.pointer, document),
  }));
  return new AppError(code, message, errors ? { ...facts, errors } : facts, cause);
}
