/**
 * Opens a delivered file for import, whatever its format: GeoJSON as it is, others as the same stream of features
 * with the CRS, the layer and the encoding they were found in.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../core/errors.js';
import type { ArchiveLimits } from '../formats/archive.js';
import { detectFormat, SAMPLE_BYTES } from '../formats/detect-format.js';
import type { GdalField } from '../formats/gdal-types.js';
import { type GeoJsonItem, readGeoJsonStream } from '../formats/geojson-stream.js';
import { openVectorFile } from '../formats/vector-file.js';
import type { VectorFeature, VectorFile, VectorLayer } from '../formats/vector-types.js';
import type { LayerDefinition } from './catalogue.js';
import { chooseSourceLayer } from './choose-source-layer.js';
import { FeaturePlaces } from './feature-places.js';
import { isKnownField } from './fields.js';
import { type LayerSource, type OpenSource, unreadable } from './open-source.js';

export interface LayerFile {
  source: LayerSource;
  /** Null for GeoJSON. */
  found: { format: string; layer: string; encoding: string | null } | null;
  /** Null where only reading tells. */
  featureCount: number | null;
  /** What its features are called in it, and what of it was not given. */
  inFile: InFile;
  /** Fields whose label, not their name, is a known one (FileGDB): name → label. */
  fields: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Of a stream of features, as far as it was read. */
export interface InFile {
  /** `FID 3`, `OBJECTID 17` of a feature by its position from 1; null where the file has no such numbers. */
  placeOf(featureNo: number): string | null;
  deletedRecords(): number;
}

const nothingKnown: InFile = { placeOf: () => null, deletedRecords: () => 0 };

export interface LayerFileRequest {
  path: string;
  fileName: string;
  tempDir: string;
  wanted: LayerDefinition;
  /** Layer of the file, where a person named it. */
  layer?: string | undefined;
  encoding?: string | undefined;
  crs?: string | undefined;
  signal?: AbortSignal | undefined;
}

/** A province's delivery may unpack to many gigabytes; the disk is the operator's. */
const limits: ArchiveLimits = { maxEntries: 100_000, maxUnpackedBytes: 32 * 2 ** 30, maxRatio: 250 };

/** Throws `unsupported-format`, `bad-parameter` (which layer?), `bad-crs` (none given), `bad-layer-file`. */
export async function openLayerFile(request: LayerFileRequest): Promise<LayerFile> {
  const { path, fileName, tempDir, wanted, encoding, signal } = request;
  const isFolder = (await stat(path).catch(unreadable)).isDirectory();
  const kind = isFolder ? 'gdb' : detectFormat(await startOf(path), 'application/json');
  if (kind === 'geojson')
    return {
      ...{ source: path, found: null, featureCount: null, fields: {}, inFile: nothingKnown },
      close: async () => undefined,
    };
  if (kind === 'txt') throw noLayer();
  const from = { path, tempDir };
  const file = await openVectorFile({ from, fileName, kind, encoding, limits, signal });
  try {
    const layer = chooseSourceLayer(file.layers, wanted, request.layer);
    if (layer.crs === null && layer.kind !== 'geojson' && request.crs === undefined) throw crsNeeded(layer);
    const sha256 = await digestOf(path, isFolder, signal);
    const places = new FeaturePlaces();
    return {
      source: await toSource(file, layer, sha256, places),
      found: { format: layer.kind, layer: layer.id, encoding: layer.encoding?.name ?? null },
      featureCount: layer.kind === 'geojson' ? null : layer.featureCount,
      fields: labelledFields(layer.fields),
      inFile: {
        placeOf: (featureNo) => places.placeOf(featureNo),
        deletedRecords: () => file.deletedRecords(layer),
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function startOf(path: string): Promise<Uint8Array> {
  const file = await open(path, 'r').catch(unreadable);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(SAMPLE_BYTES), 0, SAMPLE_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

async function toSource(
  file: VectorFile,
  layer: VectorLayer,
  sha256: string,
  places: FeaturePlaces,
): Promise<OpenSource> {
  const inner = layer.kind === 'geojson' ? await file.bytesOf(layer) : undefined;
  const items = inner ? readGeoJsonStream(once(inner)) : itemsOf(file, layer, places);
  return { items, sha256: () => sha256, bytesRead: () => 0 };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

async function* itemsOf(
  file: VectorFile,
  layer: VectorLayer,
  places: FeaturePlaces,
): AsyncGenerator<GeoJsonItem[]> {
  if (layer.crs) {
    const value = { type: 'name', properties: { name: crsName(layer.crs) } };
    yield [{ kind: 'member', name: 'crs', value }];
  }
  let index = 0;
  for await (const batch of file.readFeatures(layer, 'flat'))
    yield batch.map((feature) => {
      places.note(feature.place);
      return { kind: 'feature', index: index++, feature: toRaw(feature) };
    });
}

/** Names of old datums as codes of them, so that they are refused for what they are. */
function crsName(crs: NonNullable<VectorLayer['crs']>): string {
  if (crs.kind === 'crs') return crs.asWgs84 ?? `EPSG:${crs.epsg}`;
  if (/xi.?an|西安/i.test(crs.name)) return 'EPSG:4610';
  return /beijing|北京/i.test(crs.name) ? 'EPSG:4214' : crs.name;
}

function toRaw({ shapes, flat, properties }: VectorFeature): {
  type: 'Feature';
  geometry: object | null;
  properties: Record<string, unknown>;
} {
  if (flat && flat.length > 0)
    return { type: 'Feature', geometry: { type: 'MultiPolygon', coordinates: flat }, properties };
  const empty = shapes === null || shapes.polygons.length === 0;
  const other = shapes && shapes.lines.length + shapes.points + shapes.others > 0;
  const geometry = empty
    ? other
      ? { type: 'LineString', coordinates: [] }
      : null
    : { type: 'MultiPolygon', coordinates: shapes.polygons };
  return { type: 'Feature', geometry, properties };
}

/** FileGDB fields are often named by program and labelled in Chinese. */
function labelledFields(fields: readonly GdalField[]): Record<string, string> {
  const labelled = fields.flatMap(({ name, alias }) =>
    alias !== null && !isKnownField(name) && isKnownField(alias) ? [[name, alias] as const] : [],
  );
  return Object.fromEntries(labelled);
}

/** SHA-256 of the file; of a folder's files by name and content. */
async function digestOf(path: string, isFolder: boolean, signal: AbortSignal | undefined): Promise<string> {
  const hash = createHash('sha256');
  const names = isFolder ? (await readdir(path)).toSorted() : [''];
  for (const name of names) {
    if (isFolder) hash.update(`${name}\n`);
    for await (const chunk of createReadStream(join(path, name), { highWaterMark: 1 << 20, signal }))
      hash.update(chunk as Buffer);
  }
  return hash.digest('hex');
}

const noLayer = (): AppError =>
  new AppError('unsupported-format', '国土 TXT is no layer', {
    detail: {
      zh: '国土 TXT 是地块文件，不能作为图层导入。图层请用 GeoJSON、SHP、FileGDB 或 GeoPackage。',
      en: '国土 TXT holds parcels and is not imported as a layer. Use GeoJSON, shapefile, FileGDB or GeoPackage.',
    },
  });

function crsNeeded({ id, extent }: VectorLayer): AppError {
  const x = extent ? (extent[0] + extent[2]) / 2 : Number.NaN;
  const zone = Math.floor(x / 1e6);
  const fits =
    Math.abs(x) <= 180 ? 'crs=4490' : zone >= 25 && zone <= 45 ? `crs=${4488 + zone}` : 'crs=4534…4554';
  return new AppError('bad-crs', 'the file says no CRS', {
    detail: {
      zh: `图层“${id}”没有坐标系说明（如 SHP 缺 .prj），不作猜测。请用 crs 参数说明；按坐标数值可能是：${fits}。`,
      en: `The layer "${id}" does not say its CRS (a shapefile without .prj), and it is not guessed. Say it with crs; by their magnitude the coordinates may be ${fits}.`,
    },
    errors: [
      { pointer: '?crs', code: 'crs-needed', detail: { zh: `候选：${fits}`, en: `candidates: ${fits}` } },
    ],
  });
}

/** The refusal of an import with its places as the file's own program shows them. */
export function inWordsOfFile(error: unknown, { placeOf }: InFile): unknown {
  if (!(error instanceof AppError) || !error.facts.errors) return error;
  const errors = error.facts.errors.map((fault) => {
    const [whole, index, rest = ''] = /^\/features\/(\d+)(\/.*)?$/.exec(fault.pointer) ?? [];
    const place = whole === undefined ? null : placeOf(Number(index) + 1);
    return place === null ? fault : { ...fault, pointer: `${place}${rest}` };
  });
  return new AppError(error.code, error.message, { ...error.facts, errors }, error.cause);
}
