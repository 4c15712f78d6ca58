/**
 * Parcels from shapefiles, geodatabases, GeoPackages, drawings, KML and tables: the chosen layer becomes GeoJSON,
 * `readParcels` stays the one judge, and what it says leads back to the features of the file.
 */
import { AppError } from '../core/errors.js';
import type { DatasetKind } from '../formats/find-datasets.js';
import type { VectorFeature, VectorFile, VectorLayer } from '../formats/vector-types.js';
import type { GeometryJudge } from './check-geometry.js';
import { chooseId } from './choose-id.js';
import { type Collected, collectParcels } from './collect-parcels.js';
import { parcelWarning } from './parcel-faults.js';
import type { ParcelBatch, ParcelInput, ParcelLimits, ParcelWarning } from './parcel-types.js';
import { readParcels } from './read-parcels.js';

/** Formats that have no place for a CRS, or whose file may come without one. */
const silentKinds: readonly DatasetKind[] = ['shp', 'dxf', 'csv', 'tab', 'mif', 'gdb', 'gpkg', 'fgb'];

/** Reads the parcels of one layer. Throws as `readParcels` does; pointers name features: `FID 3, ring 1, vertex 5`. */
export async function readLayerParcels(
  file: VectorFile,
  layer: VectorLayer,
  input: Omit<ParcelInput, 'body' | 'decimals'>,
  limits: ParcelLimits,
  geos: GeometryJudge,
): Promise<ParcelBatch> {
  const collected = await collectParcels(file.readFeatures(layer), layer.kind, limits);
  const ids = chooseId(collected.features);
  const body = toCollection(collected.features, ids.ids, layer);
  const warnings = [
    understood(layer, collected.features.length),
    ...ids.warnings,
    ...notesOf(file, layer, collected),
  ];
  const leadBack = (pointer: string): string => placeOfPointer(pointer, collected.features);
  try {
    const mustDeclareCrs = silentKinds.includes(layer.kind) && layer.crs === null;
    const { decimals } = layer;
    const onGrid = decimals !== undefined && {
      decimals: new Map(collected.features.map((_, i) => [i, decimals])),
    };
    const batch = await readParcels({ ...input, body, mustDeclareCrs, ...onGrid }, geos);
    if (collected.faults.length > 0) throw new AppError('bad-parcel', 'features that are no parcels', {});
    return withPlaces(batch, warnings, leadBack);
  } catch (error) {
    throw error instanceof AppError ? withFaults(error, collected, leadBack) : error;
  }
}

function toCollection(
  features: readonly VectorFeature[],
  ids: readonly (string | undefined)[],
  { crs }: VectorLayer,
): object {
  const name = crs?.kind === 'crs' ? `urn:ogc:def:crs:EPSG::${crs.epsg}` : crs?.name;
  return {
    type: 'FeatureCollection',
    ...(name !== undefined && { crs: { type: 'name', properties: { name } } }),
    features: features.map(({ shapes, properties }, i) => ({
      type: 'Feature',
      ...(ids[i] !== undefined && { id: ids[i] }),
      properties,
      geometry: shapes && { type: 'MultiPolygon', coordinates: shapes.polygons },
    })),
  };
}

const kindNames: Readonly<Record<DatasetKind, { zh: string; en: string }>> = {
  shp: { zh: 'Shapefile', en: 'a shapefile' },
  gdb: { zh: 'FileGDB', en: 'a FileGDB' },
  gpkg: { zh: 'GeoPackage', en: 'a GeoPackage' },
  dxf: { zh: 'DXF', en: 'a DXF drawing' },
  kml: { zh: 'KML', en: 'KML' },
  tab: { zh: 'MapInfo TAB', en: 'MapInfo TAB' },
  mif: { zh: 'MapInfo MIF', en: 'MapInfo MIF' },
  fgb: { zh: 'FlatGeobuf', en: 'FlatGeobuf' },
  csv: { zh: 'CSV（WKT 列）', en: 'CSV with WKT' },
  geojson: { zh: 'GeoJSON', en: 'GeoJSON' },
  txt: { zh: '国土 TXT', en: '国土 TXT' },
};

const encodingSources = {
  parameter: { zh: '参数指定', en: 'as told' },
  cpg: { zh: '据 .cpg', en: 'by .cpg' },
  ldid: { zh: '据 DBF 语言标识', en: 'by the language driver' },
  content: { zh: '据内容判定', en: 'by its bytes' },
  default: { zh: '仅含 ASCII', en: 'ASCII only' },
} as const;

/** What the service took the file for: shown in the answer. */
function understood({ kind, id, encoding, crs }: VectorLayer, count: number): ParcelWarning {
  const text = kindNames[kind];
  const source = encoding && encodingSources[encoding.from];
  const epsg = crs?.kind === 'crs' ? crs.epsg : undefined;
  return parcelWarning('file-understood', {
    ...{ kindZh: text.zh, kindEn: text.en, layer: id, count },
    encodingZh: encoding && source ? `，属性编码 ${encoding.name}（${source.zh}）` : '',
    encodingEn: encoding && source ? `, text in ${encoding.name} (${source.en})` : '',
    crsZh: epsg === undefined ? '' : `，文件声明坐标系 EPSG:${epsg}`,
    crsEn: epsg === undefined ? '' : `, declared as EPSG:${epsg}`,
  });
}

function notesOf(file: VectorFile, layer: VectorLayer, collected: Collected): ParcelWarning[] {
  const { heights, arcs, leftOut } = collected;
  const warnings: ParcelWarning[] = [];
  const deleted = file.deletedRecords(layer);
  if (layer.crs?.kind === 'crs' && layer.crs.asWgs84 !== undefined)
    warnings.push(parcelWarning('datum-wgs84'));
  if (deleted > 0) warnings.push(parcelWarning('deleted-records', { count: deleted }));
  if (heights > 0) warnings.push(parcelWarning('heights-dropped', { count: heights }));
  if (arcs > 0) warnings.push(parcelWarning('arcs-as-chords', { count: arcs }));
  if (leftOut > 0) warnings.push(parcelWarning('non-areal-left-out', { count: leftOut, where: layer.id }));
  for (const { name, why } of file.unusable.slice(0, 20))
    warnings.push(parcelWarning('data-beside', { name, whyZh: why.zh, whyEn: why.en }));
  return warnings;
}

function withPlaces(
  batch: ParcelBatch,
  first: readonly ParcelWarning[],
  leadBack: (pointer: string) => string,
): ParcelBatch {
  const lead = (warning: ParcelWarning): ParcelWarning =>
    warning.pointer === undefined ? warning : { ...warning, pointer: leadBack(warning.pointer) };
  return {
    ...batch,
    warnings: [...first, ...batch.warnings.map(lead)],
    parcels: batch.parcels.map((parcel) => ({ ...parcel, warnings: parcel.warnings.map(lead) })),
  };
}

/** One answer: what the format is at fault for, and what the parcels are. */
function withFaults(error: AppError, { faults }: Collected, leadBack: (pointer: string) => string): AppError {
  const judged = (error.facts.errors ?? [])
    // that nothing is left follows from what is listed
    .filter(({ code }) => code !== 'no-parcels' || faults.length === 0)
    .map((fault) => ({ ...fault, pointer: leadBack(fault.pointer) }));
  const errors = [...faults, ...judged];
  if (faults.length === 0)
    return new AppError(error.code, error.message, { ...error.facts, errors }, error.cause);
  const first = faults[0]!.detail;
  const many = errors.length > 1;
  return new AppError('bad-parcel', `${error.message}; ${faults.length} features are no parcels`, {
    detail: {
      zh: many ? `提交的文件有 ${errors.length} 处错误，逐项见 errors；第一处：${first.zh}` : first.zh,
      en: many
        ? `The submitted file has ${errors.length} faults, see errors. The first: ${first.en}`
        : first.en,
    },
    errors,
  });
}

const intoFeatures =
  /^\/features\/(\d+)(?:\/geometry(?:\/coordinates(?:\/(\d+)(?:\/(\d+)(?:\/(\d+))?)?)?)?)?/;

/** `/features/0/geometry/coordinates/0/1/5` → `FID 0, ring 2, vertex 6`; counted from 1 as people do. */
function placeOfPointer(pointer: string, features: readonly VectorFeature[]): string {
  const [, feature, part, ring, vertex] = intoFeatures.exec(pointer) ?? [];
  const place = feature === undefined ? undefined : features[Number(feature)]?.place;
  if (place === undefined) return pointer;
  const numbered = (name: string, index: string | undefined): string =>
    index === undefined ? '' : `, ${name} ${Number(index) + 1}`;
  return `${place}${part === '0' ? '' : numbered('part', part)}${numbered('ring', ring)}${numbered('vertex', vertex)}`;
}
