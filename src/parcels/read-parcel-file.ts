/**
 * Parcels from a file in any format that is read: other formats become GeoJSON, `readParcels` stays the one judge, and
 * what it says leads back to the lines of the file.
 */
import { AppError } from '../core/errors.js';
import { detectFormat, type FileFormat } from '../formats/detect-format.js';
import { readTxtInTurns } from '../formats/read-txt.js';
import { decimalsOf, lineOfPointer, toFeatureCollection } from '../formats/txt-to-geojson.js';
import type { TxtDocument } from '../formats/txt-types.js';
import { openVectorFile } from '../formats/vector-file.js';
import type { GeometryJudge } from './check-geometry.js';
import { chooseLayer } from './choose-layer.js';
import { refuse } from './parcel-faults.js';
import {
  defaultParcelLimits,
  type ParcelBatch,
  type ParcelInput,
  type ParcelLimits,
  type ParcelWarning,
} from './parcel-types.js';
import { withPointNumbers } from './point-numbers.js';
import { readParcels } from './read-parcels.js';
import { readLayerParcels } from './read-vector-parcels.js';

export interface ParcelFile extends Omit<ParcelInput, 'body' | 'decimals'> {
  body: Uint8Array;
  /** Media type as declared; only asked where the content says nothing. */
  contentType: string;
  /** As sent; only shown. */
  fileName?: string | undefined;
  /** Which layer of a file of several. */
  layer?: string | undefined;
  /** Encoding of text, over what the file says. */
  encoding?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** Throws as `readParcels` does, and `unsupported-format`. Pointers are `line N` where the file has lines. */
export async function readParcelFile(file: ParcelFile, geos: GeometryJudge): Promise<ParcelBatch> {
  const { body, contentType, fileName, layer, encoding, signal, ...input } = file;
  const limits = file.limits ?? defaultParcelLimits;
  if (body.byteLength > limits.maxBytes) {
    throw refuse('too-many-bytes', '', { count: body.byteLength, limit: limits.maxBytes });
  }
  const kind = detectFormat(body, contentType);
  if (kind === 'geojson') return readParcels({ ...input, body }, geos);
  if (kind !== 'txt') return readContainer(file, kind, geos);
  const document = await readTxtInTurns(body, toTxtLimits(limits));
  const asGeoJson = { body: toFeatureCollection(document), decimals: decimalsOf(document) };
  try {
    return withLines(await readParcels({ ...input, ...asGeoJson }, geos), document);
  } catch (error) {
    throw error instanceof AppError ? leadBack(error, document) : error;
  }
}

/** A file of others' formats, or an archive; a GeoJSON or TXT file in an archive is read as if it had come alone. */
async function readContainer(
  file: ParcelFile,
  kind: Exclude<FileFormat, 'geojson' | 'txt'>,
  geos: GeometryJudge,
): Promise<ParcelBatch> {
  const { body, contentType, fileName = '', layer: asked, encoding, signal, ...input } = file;
  const vectors = await openVectorFile({ from: body, fileName, kind, encoding, signal });
  try {
    const layer = chooseLayer(vectors, asked);
    if (layer.kind === 'geojson' || layer.kind === 'txt') {
      const inner = await vectors.bytesOf(layer);
      return await readParcelFile({ ...input, body: inner, contentType: 'application/octet-stream' }, geos);
    }
    return await readLayerParcels(vectors, layer, input, file.limits ?? defaultParcelLimits, geos);
  } finally {
    await vectors.close();
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
    parcels: batch.parcels.map((parcel, i) => {
      const txt = document.parcels[i]!;
      const warnings = [...txt.warnings, ...parcel.warnings.map(leadWarning)];
      return withPointNumbers({ ...parcel, warnings }, txt);
    }),
  };
}

function leadBack({ code, message, facts, cause }: AppError, document: TxtDocument): AppError {
  const errors = facts.errors?.map((fault) => ({
    ...fault,
    pointer: lineOfPointer(fault.pointer, document),
  }));
  return new AppError(code, message, errors ? { ...facts, errors } : facts, cause);
}
