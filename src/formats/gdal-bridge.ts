/**
 * Vector files of other people's formats, read and written by GDAL in a worker thread of its own: a fresh WebAssembly
 * sandbox for every file, ended when the file is done, when a limit is passed or when nobody waits for it any more.
 * What the layers mean, and which encoding or CRS they are in, is the callers' business.
 *
 * Coordinates are those of the file, x (east, longitude) before y (north, latitude), bit for bit. Text is UTF-8;
 * codes stay text with their leading zeros.
 */
import { AppError } from '../core/errors.js';
import type { GdalNotes, MemoryFile, WriteDriver, WriteLayerRequest } from './gdal-protocol.js';
import { createRowReader } from './gdal-rows.js';
import { damaged, type GdalLimits, GdalThread } from './gdal-thread.js';
import type { GdalDataset, GdalFeature, GdalLayer, GdalSource, WriteLayer } from './gdal-types.js';
import { readInfo } from './read-gdal-info.js';
import { toWriteRequest } from './to-write-request.js';

/** Opens a file. Throws `unsupported-format` when GDAL cannot, `time-limit`, `too-large` (memory). */
export async function openVectors(
  source: GdalSource,
  signal?: AbortSignal,
  limits?: Partial<GdalLimits>,
): Promise<GdalDataset> {
  const thread = await GdalThread.start(limits, signal);
  try {
    const { driver, dataset, from, openOptions = [], config = {} } = source;
    const place = 'folder' in from ? { ...from, files: [] } : { files: from.files };
    const request = { kind: 'open', driver, dataset, openOptions, config, ...place } as const;
    const { info, notes } = await thread.ask(request, 'opened');
    const layers = readInfo(info);
    return {
      layers,
      notes,
      readFeatures: (name) => readFeatures(thread, layerNamed(layers, name), driver),
      close: () => thread.end(),
    };
  } catch (error) {
    await thread.end();
    throw error;
  }
}

function layerNamed(layers: readonly GdalLayer[], name: string): GdalLayer {
  const layer = layers.find((one) => one.name === name);
  if (!layer) throw new AppError('internal', 'no such layer');
  return layer;
}

async function* readFeatures(
  thread: GdalThread,
  layer: GdalLayer,
  driver: string,
): AsyncGenerator<GdalFeature[], GdalNotes> {
  const reader = createRowReader(layer.fields);
  const rows = thread.rows(layer.name, mayHaveHeights(layer));
  let count = 0;
  for (let next = await rows.next(); ; next = await rows.next()) {
    if (next.done) {
      assertComplete(next.value, layer, count, driver);
      return next.value;
    }
    const features = reader.push(next.value);
    count += features.length;
    if (features.length > 0) yield features;
  }
}

const mayHaveHeights = ({ geometryType }: GdalLayer): boolean =>
  /^(geometry|unknown)|3d|z|measured|m$/i.test(geometryType);

/** GDAL ends a layer at the first feature it cannot read, as if it were the last: only its messages tell. */
function assertComplete(notes: GdalNotes, layer: GdalLayer, count: number, driver: string): void {
  const [said] = notes.errors;
  if (said !== undefined) throw damaged(said);
  // the records of a shapefile that are marked as deleted are counted, but not given
  if (count < layer.featureCount && driver !== 'ESRI Shapefile')
    throw damaged(`${count} of ${layer.featureCount} features`);
}

export interface WriteOptions {
  datasetOptions?: readonly string[];
  /** GDAL configuration: `OGR_CURRENT_DATE`. */
  config?: Readonly<Record<string, string>>;
  signal?: AbortSignal | undefined;
  limits?: Partial<GdalLimits>;
}

/**
 * Writes layers to one dataset named `dataset` (with its extension; a shapefile of several layers: a name without)
 * and gives its files. Names are relative. Throws `internal` when GDAL refuses, `time-limit`, `too-large`.
 */
export async function writeVectors(
  driver: WriteDriver,
  dataset: string,
  layers: readonly WriteLayer[],
  options: WriteOptions = {},
): Promise<{ files: readonly MemoryFile[]; notes: GdalNotes }> {
  const thread = await GdalThread.start(options.limits, options.signal);
  try {
    const requests: WriteLayerRequest[] = layers.map(toWriteRequest);
    const request = {
      kind: 'write',
      driver,
      dataset,
      layers: requests,
      datasetOptions: options.datasetOptions ?? [],
      config: options.config ?? {},
    } as const;
    const { files, notes } = await thread.ask(request, 'written');
    const [said] = notes.errors;
    if (said !== undefined) throw damaged(said);
    return { files, notes };
  } catch (error) {
    // what we wrote ourselves is our own fault, not that of a file somebody sent
    if (!(error instanceof AppError) || error.code !== 'bad-layer-file') throw error;
    throw new AppError('internal', `GDAL could not write ${driver}: ${error.message}`, {}, error);
  } finally {
    await thread.end();
  }
}
