/** The parameters of GetFeature and GetPropertyValue as one feature query. */
import { type Field, findField, GEOMETRY } from '../../layers/query/feature-table.js';
import { allOf, type Filter } from '../../layers/query/filter.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import type { FeatureQuery } from '../../layers/query/query-features.js';
import type { GeometryOutput, SortKey } from '../../layers/query/sql.js';
import { crsUrn, decimalsIn, type NamedCrs, offeredCrs, outputSrid, readCrs, STORAGE_EPSG } from '../crs.js';
import { filterCrsOf } from '../filter-crs.js';
import { inAxisOrder } from './axis-order.js';
import { checkDataState, DATA_STATE } from './data-state.js';
import { wfsFault } from './fault.js';
import { readFes } from './fes.js';
import { checkPathOf, idBehind, isTypeName, type TypeName, typeOfId } from './names.js';
import { gmlPropertyIn, propertyIn, typeNamesIn } from './property-path.js';
import type { WfsRequest, WfsVersion } from './wfs-request.js';

/** Features of an answer that names no COUNT; clients that read CountDefault page by it. */
export const COUNT_DEFAULT = 5_000;
const COUNT_MAX = 1_000_000;

export interface WfsQuery {
  collection: FeatureCollection;
  query: FeatureQuery;
  fields: readonly Field[];
  crs: NamedCrs;
  /** How a geometry is written, whether it is asked for or not. */
  geometry: GeometryOutput;
  /** COUNT as given, clamped. */
  count: number | undefined;
  hits: boolean;
}

const geoJsonFormats = new Set([
  'application/json',
  'application/geojson',
  'application/vnd.geojson',
  'json',
  'geojson',
]);

/** Without blanks, quotes and `+`, which in a query string arrives as a blank: `application/geo+json` is `…/geojson`. */
const formatOf = ({ values }: WfsRequest): string | undefined =>
  values
    .get('OUTPUTFORMAT')
    ?.toLowerCase()
    .replace(/[\s+"']/g, '');

export const isGeoJson = (asked: WfsRequest): boolean => geoJsonFormats.has(formatOf(asked) ?? '');

const gmlFormats: Readonly<Record<WfsVersion, readonly string[]>> = {
  '2.0.0': [
    'application/gmlxml;version=3.2',
    'application/gmlxml',
    'text/xml;subtype=gml/3.2',
    'text/xml;subtype=gml/3.2.1',
    'application/xml',
    'text/xml',
    'gml32',
    'gml3',
  ],
  '1.1.0': ['text/xml;subtype=gml/3.1.1', 'text/xml', 'gml3', 'gml311'],
};

/** `gmlOnly`: for what has no form in GeoJSON. */
export function checkOutputFormat(asked: WfsRequest, gmlOnly = false): void {
  const format = formatOf(asked);
  if (format === undefined || gmlFormats[asked.version].includes(format)) return;
  if (!gmlOnly && geoJsonFormats.has(format)) return;
  const [zh, en] = gmlOnly ? ['', ''] : [' 与 application/json', ' and application/json'];
  throw wfsFault('InvalidParameterValue', 'outputFormat', `可用格式：GML${zh}`, `formats: GML${en}`);
}

/** Nothing of ours refers to anything elsewhere: references within an answer are resolved when there are none. */
export function checkResolve({ values }: WfsRequest): void {
  const resolve = values.get('RESOLVE');
  if (resolve === undefined || /^(?:none|local)$/i.test(resolve)) return;
  throw wfsFault('InvalidParameterValue', 'resolve', '应为 local 或 none', 'it must be local or none');
}

export function readQuery(asked: WfsRequest, collection: FeatureCollection, geoJson: boolean): WfsQuery {
  const { values, version } = asked;
  checkDataState(values.get(DATA_STATE), collection);
  const crs = readSrsName(values.get('SRSNAME'), collection);
  const { fields, withGeometry } = readPropertyNames(asked, collection);
  const filter = readConditions(asked, collection);
  const count = readWhole(values.get('COUNT') ?? values.get('MAXFEATURES'), 'count');
  // GeoJSON is longitude, latitude or x, y whatever the name of the CRS (RFC 7946 §3.1.1)
  const geometry = geometryOf(crs, collection, geoJson);
  return {
    collection,
    crs,
    geometry,
    fields,
    count: count === undefined ? undefined : Math.min(count, COUNT_MAX),
    hits: readHits(asked),
    query: {
      table: collection.table,
      sort: readSort(values.get('SORTBY'), collection),
      fields,
      limit: Math.min(count ?? (version === '2.0.0' ? COUNT_DEFAULT : COUNT_MAX), COUNT_MAX),
      offset: readWhole(values.get('STARTINDEX'), 'startIndex') ?? 0,
      geometry: withGeometry ? geometry : null,
      ...(filter !== undefined && { filter }),
    },
  };
}

export const geometryOf = (
  crs: NamedCrs,
  { decimals }: FeatureCollection,
  geoJson: boolean,
): GeometryOutput => ({
  srid: outputSrid(crs),
  flipped: crs.flipped && !geoJson,
  decimals: decimalsIn(crs, decimals),
});

/** The one feature type that is asked for, and the parameter that says so. */
export function readType({ values }: WfsRequest): TypeName {
  const names = values.get('TYPENAMES') ?? values.get('TYPENAME');
  const ids = values.get('RESOURCEID') ?? values.get('FEATUREID');
  if (names === undefined) {
    if (ids !== undefined) return { name: typeOfId(ids), locator: 'resourceId' };
    throw wfsFault('MissingParameterValue', 'typeNames', '缺少 TYPENAMES', 'TYPENAMES is missing');
  }
  const list = typeNamesIn(names);
  if (list.length > 1)
    throw wfsFault(
      'OptionNotSupported',
      'typeNames',
      '一次请求只支持一个要素类',
      'one feature type at a time',
    );
  return { name: list[0] ?? '', locator: 'typeNames' };
}

export function readSrsName(name: string | undefined, { box }: FeatureCollection): NamedCrs {
  const crs = readCrs(name ?? crsUrn(STORAGE_EPSG));
  if (crs && offeredCrs(box).includes(crs.epsg)) return crs;
  const list = offeredCrs(box).map(crsUrn).join(', ');
  throw wfsFault('InvalidParameterValue', 'srsName', `可用坐标系：${list}`, `coordinate systems: ${list}`);
}

/** Nothing and `*` mean all (OWSLib); the geometry comes along when it is named or nothing is. */
function readPropertyNames(
  { values, namespaces }: WfsRequest,
  collection: FeatureCollection,
): { fields: readonly Field[]; withGeometry: boolean } {
  const { table } = collection;
  const paths = (values.get('PROPERTYNAME') ?? '').split(/[(),]+/).filter((path) => path.trim() !== '');
  for (const path of paths) checkPathOf(collection, path, 'propertyName');
  // those of GML are no properties of ours, but may be asked for
  const names = paths.filter((path) => gmlPropertyIn(path, namespaces) === undefined).map(propertyIn);
  if (paths.length === 0 || names.includes('*')) return { fields: table.fields, withGeometry: true };
  for (const name of names) {
    if (name !== GEOMETRY && !findField(table, name))
      throw wfsFault(
        'InvalidParameterValue',
        'propertyName',
        `没有属性“${name.slice(0, 60)}”`,
        `there is no property "${name.slice(0, 60)}"`,
      );
  }
  return {
    fields: table.fields.filter(({ name }) => names.includes(name)),
    withGeometry: names.includes(GEOMETRY),
  };
}

function readConditions(asked: WfsRequest, collection: FeatureCollection): Filter | undefined {
  const { values, filter } = asked;
  const box = values.get('BBOX');
  const ids = values.get('RESOURCEID') ?? values.get('FEATUREID');
  // one name of the parameter beside the other, and another value
  const others = values.get('FEATUREID') === ids ? undefined : values.get('FEATUREID');
  if ([box, ids, others, filter].filter((one) => one !== undefined).length > 1)
    throw wfsFault(
      'InvalidParameterValue',
      'filter',
      'BBOX、FILTER、RESOURCEID 只能给出一个',
      'only one of BBOX, FILTER and RESOURCEID',
    );
  const readResourceId = (id: string): string => {
    const own = idBehind(collection, id);
    // an id that nothing could have had matches nothing; one of another type contradicts the request (§7.9.2.4.1)
    if (own !== undefined || typeOfId(id) === collection.id || !isTypeName(typeOfId(id))) return own ?? '';
    throw wfsFault(
      'InvalidParameterValue',
      'resourceId',
      `“${id.slice(0, 80)}”不属于 ${collection.id}`,
      `"${id.slice(0, 80)}" is not of ${collection.id}`,
    );
  };
  return allOf([
    box === undefined ? undefined : readBox(box),
    ids === undefined ? undefined : { ids: ids.split(',').map((id) => readResourceId(id.trim())) },
    filter &&
      readFes(filter, {
        table: collection.table,
        readResourceId,
        checkPath: (path) => checkPathOf(collection, path, 'filter'),
      }),
  ]);
}

/** minx,miny,maxx,maxy[,crs]. Without a CRS the default one. */
function readBox(text: string): Filter {
  const parts = text.split(',').map((part) => part.trim());
  const numbers = parts.slice(0, 4).map((part) => (part === '' ? Number.NaN : Number(part)));
  const name = parts.slice(4).join(',');
  const crs = readCrs(name === '' ? crsUrn(STORAGE_EPSG) : name);
  if (!crs)
    throw wfsFault(
      'InvalidParameterValue',
      'bbox',
      `不支持坐标系“${name.slice(0, 80)}”`,
      `the CRS "${name.slice(0, 80)}" is not supported`,
    );
  if (numbers.length !== 4 || !numbers.every(Number.isFinite))
    throw wfsFault(
      'InvalidParameterValue',
      'bbox',
      '应为四个数，可后接坐标系',
      'it must be four numbers and perhaps a CRS',
    );
  const corners = [numbers.slice(0, 2), numbers.slice(2)];
  const bbox = inAxisOrder(corners, crs, name !== '', 'bbox').flat();
  return { op: 's_intersects', args: [{ property: GEOMETRY }, { bbox, crs: filterCrsOf(crs) }] };
}

function readSort(text: string | undefined, collection: FeatureCollection): SortKey[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const [path = '', order = 'ASC'] = part.trim().split(/[\s+]+/);
    checkPathOf(collection, path, 'sortBy');
    const field = findField(collection.table, propertyIn(path));
    if (!field)
      throw wfsFault(
        'InvalidParameterValue',
        'sortBy',
        `没有属性“${path.slice(0, 60)}”`,
        `there is no property "${path.slice(0, 60)}"`,
      );
    if (!/^(A|ASC|D|DESC)$/i.test(order))
      throw wfsFault('InvalidParameterValue', 'sortBy', '次序应为 ASC 或 DESC', 'the order is ASC or DESC');
    return { field, descending: /^D/i.test(order) };
  });
}

function readWhole(text: string | undefined, locator: string): number | undefined {
  if (text === undefined) return undefined;
  if (/^\d{1,40}$/.test(text)) return Math.min(Number(text), 2_000_000_000);
  throw wfsFault('InvalidParameterValue', locator, '应为非负整数', 'it must be a whole number');
}

/** Whether only the number of features is asked for. */
export function readHits({ values }: WfsRequest): boolean {
  const text = values.get('RESULTTYPE');
  if (text === undefined || /^results$/i.test(text)) return false;
  if (/^hits$/i.test(text)) return true;
  throw wfsFault('InvalidParameterValue', 'resultType', '应为 results 或 hits', 'it must be results or hits');
}
