/**
 * A submitted file in a format of others, or an archive of such: opened, its layers listed, one of them streamed.
 * What the layers are good for is the callers' business.
 */
import { open } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { AppError } from '../core/errors.js';
import { type Archive, type ArchiveEntry, type ArchiveLimits, openArchive } from './archive.js';
import { encodingOfTable, encodingOfText, readEncodingName, type TextEncoding } from './dbf-encoding.js';
import { wktColumns } from './detect-format.js';
import { type DatasetKind, driverOf, type FoundDataset, findDatasets } from './find-datasets.js';
import { findDrawnArcs } from './find-drawn-arcs.js';
import { openVectors } from './gdal-bridge.js';
import type { GdalDataset, GdalFeature, GdalLayer, GdalSource } from './gdal-types.js';
import { readKml } from './read-kml.js';
import { readMifCrs } from './read-mif-crs.js';
import { decimalsOfGrid } from './read-tab-grid.js';
import { readWktCrs } from './read-wkt-crs.js';
import { decodeText } from './txt-encoding.js';
import { makeUnpackFolder } from './unpack-folder.js';
import type { VectorFeature, VectorFile, VectorLayer } from './vector-types.js';
import { isClosedLine, readFlatPolygons, readShapes } from './wkb-shapes.js';

export interface VectorInput {
  /** The bytes, or a file of this machine; archives among files are unpacked in `tempDir`. */
  from: Uint8Array | { path: string; tempDir: string };
  /** As sent; a hint for people, decides nothing. */
  fileName: string;
  kind: DatasetKind | 'zip';
  /** Encoding of text, over what the file says. */
  encoding?: string | undefined;
  limits?: ArchiveLimits | undefined;
  signal?: AbortSignal | undefined;
}

/** Where the files of one dataset are, ready to be opened. */
interface Place {
  kind: DatasetKind;
  title: string;
  source: Pick<GdalSource, 'dataset' | 'from'>;
  /** A part of it by extension, at most so many bytes of it. */
  part(extension: string, bytes: number): Promise<Uint8Array | undefined>;
}

/** Datasets opened in one archive at most. */
const MOST_DATASETS = 50;
/** A KML is read whole. */
const LARGEST_KML = 256 * 2 ** 20;
const MOST_PLACEMARKS = 1_000_000;

/** Opens the file and describes its layers. Throws `unsupported-format`, `too-large`, `bad-layer-file`, `time-limit`. */
export async function openVectorFile(input: VectorInput): Promise<VectorFile> {
  const cleaning: (() => Promise<void> | void)[] = [];
  const close = async (): Promise<void> => {
    for (const clean of cleaning.splice(0).reverse()) await clean();
  };
  try {
    const { places, unusable } = await findPlaces(input, cleaning);
    const opened: { layer: VectorLayer; place: Place; name: string }[] = [];
    for (const place of places) {
      for (const layer of await describe(place, input)) opened.push({ layer, place, name: layer.name });
    }
    const layers = nameUniquely(opened.map(({ layer }) => layer));
    const placeOf = (layer: VectorLayer): Place => opened[layers.indexOf(layer)]!.place;
    const deleted = new Map<VectorLayer, number>();
    return {
      layers,
      unusable,
      readFeatures: (layer, rings) =>
        readFeatures(placeOf(layer), layer, input, rings, (count) => deleted.set(layer, count)),
      deletedRecords: (layer) => deleted.get(layer) ?? 0,
      bytesOf: (layer) => wholePart(placeOf(layer)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

type Cleaning = (() => Promise<void> | void)[];

async function findPlaces(
  input: VectorInput,
  cleaning: Cleaning,
): Promise<{ places: Place[]; unusable: VectorFile['unusable'] }> {
  const { from, kind, fileName } = input;
  const title = fileName.replace(/\.[^./\\]*$/, '') || fileName;
  if (kind !== 'zip') {
    const unusable = kind === 'mif' ? [{ name: `${title}.mid`, why: tableNotSent }] : [];
    return { places: [singlePlace(from, kind, title)], unusable };
  }
  const archive = await openArchive(from instanceof Uint8Array ? from : from.path, input.limits);
  cleaning.push(() => archive.close());
  const { datasets, unusable } = findDatasets(archive.entries, title);
  if (datasets.length > MOST_DATASETS) throw tooManyDatasets(datasets.length);
  if (from instanceof Uint8Array) {
    return { places: await Promise.all(datasets.map((one) => placeInMemory(archive, one))), unusable };
  }
  const folder = await makeUnpackFolder(from.tempDir);
  cleaning.push(folder.remove);
  const places: Place[] = [];
  for (const one of datasets) {
    for (const { file, as } of one.files) {
      if (input.signal?.aborted) throw new AppError('cancelled', 'unpacking was cancelled');
      await archive.writeTo(file, folder.path, as);
    }
    places.push(placeInFolder(folder.path, one));
  }
  return { places, unusable };
}

const tableNotSent = {
  zh: '没有随 .mif 提交，属性未读取；请与 .mif 一起压缩成 ZIP',
  en: 'it was not sent with the .mif, so no attributes were read; zip both together',
};

function singlePlace(from: VectorInput['from'], kind: DatasetKind, title: string): Place {
  const dataset = `d0.${kind}`;
  if (from instanceof Uint8Array) {
    const files = [{ name: dataset, bytes: from }];
    return { kind, title, source: { dataset, from: { files } }, part: async () => from };
  }
  const { path } = from;
  if (kind === 'gdb') {
    // a folder on this machine
    const whole = { dataset: basename(path), from: { folder: dirname(path) } };
    return { kind, title, source: whole, part: async () => undefined };
  }
  const source = { dataset, from: { folder: dirname(path), only: basename(path) } };
  return { kind, title, source, part: (_, bytes) => readStart(path, bytes) };
}

async function placeInMemory(archive: Archive, found: FoundDataset<ArchiveEntry>): Promise<Place> {
  const { kind, title, dataset } = found;
  const files: { name: string; bytes: Uint8Array }[] = [];
  for (const { file, as } of found.files) files.push({ name: as, bytes: await archive.bytesOf(file) });
  return {
    kind,
    title,
    source: { dataset, from: { files } },
    part: async (extension) => files.find(({ name }) => name.endsWith(`.${extension}`))?.bytes,
  };
}

function placeInFolder(folder: string, found: FoundDataset<ArchiveEntry>): Place {
  const { kind, title, dataset, files } = found;
  return {
    kind,
    title,
    source: { dataset, from: { folder } },
    async part(extension, bytes) {
      const file = files.find(({ as }) => as.endsWith(`.${extension}`));
      return file && readStart(join(folder, file.as), bytes);
    },
  };
}

async function readStart(path: string, bytes: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(Math.min(size, bytes));
    const { bytesRead } = await file.read(buffer, 0, buffer.length, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}

const wholePart = async (place: Place): Promise<Uint8Array> =>
  (await place.part(place.source.dataset.split('.').pop()!, Number.MAX_SAFE_INTEGER)) ?? new Uint8Array();

async function describe(place: Place, input: VectorInput): Promise<VectorLayer[]> {
  const { kind, title } = place;
  const plain = { kind, title, name: title, alias: null, extent: null, fields: [], encoding: null, id: '' };
  if (kind === 'geojson' || kind === 'txt')
    return [{ ...plain, areal: undefined, featureCount: 0, crs: null }];
  if (kind === 'kml') {
    const count = (await kmlFeatures(place)).length;
    // KML is WGS 84 by definition (OGC 07-147r2 §6.2)
    return [{ ...plain, areal: undefined, featureCount: count, crs: { kind: 'crs', epsg: 4326 } }];
  }
  const encoding = await encodingOf(place, input.encoding);
  const dataset = await openDataset(place, encoding, input.signal);
  try {
    if (kind === 'dxf') return await drawingLayers(dataset, place, encoding);
    // GDAL answers none for a MIF
    const mifCrs =
      kind === 'mif'
        ? readMifCrs(Buffer.from((await place.part('mif', 65_536)) ?? []).toString('latin1'))
        : undefined;
    const decimals =
      kind === 'tab' ? decimalsOfGrid((await place.part('map', 1024)) ?? new Uint8Array()) : undefined;
    const single = kind === 'shp' || kind === 'tab' || kind === 'mif' || kind === 'fgb' || kind === 'csv';
    return dataset.layers
      .filter((layer) => layer.geometryType !== 'None')
      .map((layer) => ({
        ...toVectorLayer(layer, place, encoding),
        ...(single && { name: lastPart(title) }),
        ...(mifCrs !== undefined && { crs: mifCrs }),
        ...(decimals !== undefined && { decimals }),
      }));
  } finally {
    await dataset.close();
  }
}

/** The layers of a drawing are a property of its entities. Where one has closed lines, those with none hold no parcels. */
async function drawingLayers(
  dataset: GdalDataset,
  place: Place,
  encoding: TextEncoding | null,
): Promise<VectorLayer[]> {
  const [entities] = dataset.layers;
  if (!entities) return [];
  const counts = new Map<string, { areas: number; lines: number; all: number }>();
  for await (const batch of dataset.readFeatures(entities.name)) {
    for (const feature of batch) {
      const name = String(feature.properties.Layer ?? '0');
      const count = counts.get(name) ?? { areas: 0, lines: 0, all: 0 };
      counts.set(name, count);
      const shapes = feature.wkb && readWkb(feature.wkb);
      count.all++;
      if (shapes && shapes.polygons.length + shapes.lines.filter(isClosedLine).length > 0) count.areas++;
      else if (shapes && shapes.lines.length > 0) count.lines++;
    }
  }
  const anyArea = [...counts.values()].some(({ areas }) => areas > 0);
  return [...counts].map(([name, { areas, lines, all }]) => ({
    ...toVectorLayer(entities, place, encoding),
    name,
    areal: anyArea ? areas > 0 : lines > 0,
    featureCount: all,
  }));
}

const lastPart = (title: string): string => title.slice(title.lastIndexOf('/') + 1);

function toVectorLayer(layer: GdalLayer, { kind, title }: Place, encoding: TextEncoding | null): VectorLayer {
  const { name, alias, featureCount, extent, fields, crs, geometryType } = layer;
  const open = kind === 'dxf' || /^(geometry|unknown)/i.test(geometryType);
  const areal = open ? undefined : /polygon|surface/i.test(geometryType);
  const reading = crs ? readWktCrs(crs.wkt, crs.epsg) : null;
  return { kind, id: '', title, name, alias, areal, featureCount, extent, fields, encoding, crs: reading };
}

/** The layer's own name where no other has it, else with the path of its dataset before it. */
function nameUniquely(layers: readonly VectorLayer[]): VectorLayer[] {
  const count = (name: string): number =>
    layers.filter((layer) => layer.name.toLowerCase() === name.toLowerCase()).length;
  return layers.map((layer) => ({
    ...layer,
    id:
      count(layer.name) === 1
        ? layer.name
        : layer.kind === 'shp'
          ? layer.title
          : `${layer.title}/${layer.name}`,
  }));
}

async function encodingOf(place: Place, parameter: string | undefined): Promise<TextEncoding | null> {
  const { kind } = place;
  if (kind === 'shp') {
    const dbf = (await place.part('dbf', 4 * 2 ** 20)) ?? new Uint8Array();
    return encodingOfTable(dbf, await place.part('cpg', 100), parameter);
  }
  if (kind === 'dxf')
    return encodingOfText((await place.part('dxf', 4 * 2 ** 20)) ?? new Uint8Array(), parameter);
  if (kind === 'csv' || kind === 'mif' || kind === 'tab')
    return parameter === undefined ? null : { name: readEncodingName(parameter), from: 'parameter' };
  return null;
}

/** Chords of 0.1°: on a radius of 50 m an arc's area is true to 0.001 m²; GDAL's 4° would be off by a square metre. */
const configOf: Readonly<Partial<Record<DatasetKind, Record<string, string>>>> = {
  dxf: { OGR_ARC_STEPSIZE: '0.1', DXF_ENCODING: 'UTF-8' },
  csv: { OGR_CSV_MAX_LINE_SIZE: '-1' },
};

const openOptionsOf: Readonly<Partial<Record<DatasetKind, readonly string[]>>> = {
  csv: [`GEOM_POSSIBLE_NAMES=${wktColumns.join(',')}`, 'KEEP_GEOM_COLUMNS=NO'],
};

async function openDataset(
  place: Place,
  encoding: TextEncoding | null,
  signal: AbortSignal | undefined,
): Promise<GdalDataset> {
  const { kind, source } = place;
  const driver = driverOf[kind]!;
  const openOptions = [...(openOptionsOf[kind] ?? []), ...encodingOption(kind, encoding)];
  const isText = kind === 'csv' || kind === 'dxf';
  const from = isText ? { files: await textFiles(place, encoding) } : source.from;
  const config = configOf[kind] ?? {};
  return openVectors({ driver, dataset: source.dataset, from, openOptions, config }, signal);
}

const encodingOption = (kind: DatasetKind, encoding: TextEncoding | null): string[] =>
  encoding && kind === 'shp' ? [`ENCODING=${encoding.name}`] : [];

/**
 * GDAL takes CSV for UTF-8, and a drawing for what its header says; Excel in China writes GBK, and drawings say
 * anything. So text goes in as UTF-8, a drawing with a header that lets GDAL be told so.
 */
async function textFiles(
  place: Place,
  encoding: TextEncoding | null,
): Promise<{ name: string; bytes: Uint8Array }[]> {
  const bytes = await wholePart(place);
  const text = encoding
    ? new TextDecoder(encoding.name === 'CP950' ? 'big5' : encoding.name).decode(bytes)
    : decodeText(bytes).text;
  const needsHeader = place.kind === 'dxf' && !/^\s*2\s*\r?\n\s*HEADER\s*$/m.test(text.slice(0, 2000));
  return [{ name: place.source.dataset, bytes: Buffer.from(needsHeader ? `${plainHeader}${text}` : text) }];
}

const plainHeader = '  0\nSECTION\n  2\nHEADER\n  9\n$ACADVER\n  1\nAC1021\n  0\nENDSEC\n';

async function kmlFeatures(place: Place): Promise<ReturnType<typeof readKml>> {
  const bytes = await wholePart(place);
  if (bytes.length > LARGEST_KML) throw new AppError('too-large', 'KML too large');
  return readKml(decodeText(bytes).text, MOST_PLACEMARKS);
}

async function* readFeatures(
  place: Place,
  layer: VectorLayer,
  input: VectorInput,
  rings: 'flat' | undefined,
  onDeleted: (count: number) => void,
): AsyncGenerator<VectorFeature[]> {
  if (place.kind === 'kml') {
    const features = await kmlFeatures(place);
    yield features.map(({ line, shapes, isEmpty, properties }) => ({
      place: `line ${line}`,
      shapes: isEmpty ? null : shapes,
      properties,
    }));
    return;
  }
  const dataset = await openDataset(place, layer.encoding, input.signal);
  try {
    const inside =
      dataset.layers.length === 1
        ? dataset.layers[0]!
        : dataset.layers.find(({ name }) => name === layer.name)!;
    const arcs = place.kind === 'dxf' ? findDrawnArcs(decodeText(await wholePart(place)).text) : noArcs;
    let given = 0;
    for await (const batch of dataset.readFeatures(inside.name)) {
      given += batch.length;
      const wanted =
        place.kind === 'dxf'
          ? batch.filter(({ properties }) => String(properties.Layer ?? '0') === layer.name)
          : batch;
      yield wanted.map((feature) =>
        rings === 'flat' ? toFlatFeature(feature, place.kind) : toFeature(feature, place.kind, arcs),
      );
    }
    // GDAL counts the records of a shapefile that are marked as deleted, and does not give them
    if (place.kind === 'shp') onDeleted(Math.max(0, inside.featureCount - given));
  } finally {
    await dataset.close();
  }
}

const noArcs: ReadonlySet<string> = new Set();

function toFeature(
  { fid, wkb, properties }: GdalFeature,
  kind: DatasetKind,
  arcs: ReadonlySet<string>,
): VectorFeature {
  const shapes = wkb && readWkb(wkb);
  if (shapes && arcs.has(String(properties.EntityHandle))) shapes.arcs++;
  return { place: placeName(fid, kind, properties), shapes, properties };
}

function toFlatFeature(feature: GdalFeature, kind: DatasetKind): VectorFeature {
  const { fid, wkb, properties } = feature;
  const flat = wkb && readFlat(wkb);
  return flat
    ? { place: placeName(fid, kind, properties), shapes: null, flat, properties }
    : toFeature(feature, kind, noArcs);
}

function readFlat(wkb: Uint8Array): ReturnType<typeof readFlatPolygons> {
  try {
    return readFlatPolygons(wkb);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // told by the reader of all shapes
    throw error;
  }
}

function placeName(fid: number, kind: DatasetKind, properties: GdalFeature['properties']): string {
  if (kind === 'dxf') return `handle ${properties.EntityHandle ?? fid}`;
  if (kind === 'gdb') return `OBJECTID ${fid}`;
  return kind === 'csv' ? `row ${fid}` : `FID ${fid}`;
}

function readWkb(wkb: Uint8Array): ReturnType<typeof readShapes> {
  try {
    return readShapes(wkb);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    // a surface that is neither flat nor curved: told with the others
    return { polygons: [], lines: [], points: 0, arcs: 0, others: 1, hasZ: false, hasM: false };
  }
}

const tooManyDatasets = (count: number): AppError =>
  new AppError('too-large', `${count} datasets in one archive`, {
    detail: {
      zh: `压缩包内有 ${count} 个数据集，超过上限 ${MOST_DATASETS} 个，请分开提交。`,
      en: `The archive holds ${count} datasets, the limit is ${MOST_DATASETS}. Submit them in parts.`,
    },
  });
