/** GetFeature and GetPropertyValue: the parameters as one feature query, and the answer as a stream of GML or GeoJSON. */

import { type Field, findField, GEOMETRY } from '../../layers/query/feature-table.js';
import { allOf, type Filter } from '../../layers/query/filter.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import {
  countFeatures,
  type FeatureBatch,
  type FeatureQuery,
  findFeature,
  readCounted,
  readFeatures,
} from '../../layers/query/query-features.js';
import type { GeometryOutput, SortKey } from '../../layers/query/sql.js';
import { checkOfFeature, prepareCollection } from '../collections.js';
import { crsUrn, decimalsIn, type NamedCrs, offeredCrs, outputSrid, readCrs, STORAGE_EPSG } from '../crs.js';
import { filterCrsOf } from '../filter-crs.js';
import { GEOJSON_TYPE } from '../media.js';
import type { Chunk, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { escapeXml } from './escape-xml.js';
import { wfsFault } from './fault.js';
import { propertyIn, readFes } from './fes.js';
import { getType, gmlId, idBehind, PREFIX, typeOfId } from './names.js';
import type { WfsRequest } from './wfs-request.js';
import { geometryWriter, gmlWriter, namespacesOf, schemaLocation } from './write-gml.js';

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

export const GET_FEATURE_BY_ID = 'urn:ogc:def:query:OGC-WFS::GetFeatureById';

const geoJsonFormats = new Set(['application/json', 'application/geo+json', 'json', 'geojson']);

export const isGeoJson = ({ values }: WfsRequest): boolean =>
  geoJsonFormats.has((values.get('OUTPUTFORMAT') ?? '').toLowerCase());

/** `+` in a query string arrives as a space: `application/gml+xml` is known in both forms. */
export function checkOutputFormat({ values, version }: WfsRequest): void {
  const format = values.get('OUTPUTFORMAT')?.toLowerCase().replace(/\s/g, '');
  if (format === undefined || geoJsonFormats.has(format) || format === 'application/geojson') return;
  const own =
    version === '2.0.0'
      ? [
          'application/gml+xml;version=3.2',
          'application/gmlxml;version=3.2',
          'text/xml;subtype=gml/3.2',
          'text/xml;subtype=gml/3.2.1',
          'gml32',
          'gml3',
        ]
      : ['text/xml;subtype=gml/3.1.1', 'gml3', 'gml311'];
  if (own.includes(format)) return;
  throw wfsFault(
    'InvalidParameterValue',
    'outputFormat',
    '可用格式：GML 与 application/json',
    'formats: GML and application/json',
  );
}

export async function readQuery(
  asked: WfsRequest,
  parts: StandardParts,
  geoJson: boolean,
): Promise<WfsQuery> {
  const { values, version } = asked;
  const collection = await readType(asked, parts);
  const crs = readSrsName(values.get('SRSNAME'), collection);
  const { fields, withGeometry } = readPropertyNames(values.get('PROPERTYNAME'), collection);
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
    hits: readResultType(values.get('RESULTTYPE')),
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

const geometryOf = (crs: NamedCrs, { decimals }: FeatureCollection, geoJson: boolean): GeometryOutput => ({
  srid: outputSrid(crs),
  flipped: crs.flipped && !geoJson,
  decimals: decimalsIn(crs, decimals),
});

async function readType({ values }: WfsRequest, parts: StandardParts): Promise<FeatureCollection> {
  const names = values.get('TYPENAMES') ?? values.get('TYPENAME');
  const ids = values.get('RESOURCEID') ?? values.get('FEATUREID');
  if (names === undefined) {
    if (ids !== undefined) return getType(parts, typeOfId(ids), 'resourceId');
    throw wfsFault('MissingParameterValue', 'typeNames', '缺少 TYPENAMES', 'TYPENAMES is missing');
  }
  const list = names
    .replace(/[()]/g, '')
    .split(/[,\s]+/)
    .filter((name) => name !== '');
  if (list.length > 1)
    throw wfsFault(
      'OptionNotSupported',
      'typeNames',
      '一次请求只支持一个要素类',
      'one feature type at a time',
    );
  return getType(parts, list[0] ?? '', 'typeNames');
}

function readSrsName(name: string | undefined, { box }: FeatureCollection): NamedCrs {
  const crs = readCrs(name ?? crsUrn(STORAGE_EPSG));
  if (crs && offeredCrs(box).includes(crs.epsg)) return crs;
  const list = offeredCrs(box).map(crsUrn).join(', ');
  throw wfsFault('InvalidParameterValue', 'srsName', `可用坐标系：${list}`, `coordinate systems: ${list}`);
}

/** Nothing and `*` mean all (OWSLib); the geometry comes along when it is named or nothing is. */
function readPropertyNames(
  text: string | undefined,
  { table }: FeatureCollection,
): { fields: readonly Field[]; withGeometry: boolean } {
  const names = (text ?? '')
    .replace(/[()]/g, '')
    .split(',')
    .map(propertyIn)
    .filter((name) => name !== '');
  if (names.length === 0 || names.includes('*')) return { fields: table.fields, withGeometry: true };
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
  if ([box, ids, filter].filter((one) => one !== undefined).length > 1)
    throw wfsFault(
      'InvalidParameterValue',
      'filter',
      'BBOX、FILTER、RESOURCEID 只能给出一个',
      'only one of BBOX, FILTER and RESOURCEID',
    );
  const readResourceId = (id: string): string => {
    const own = idBehind(collection, id);
    if (own !== undefined || typeOfId(id) === collection.id) return own ?? '';
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
    filter && readFes(filter, { table: collection.table, readResourceId }),
  ]);
}

/** minx,miny,maxx,maxy[,crs]. Without a CRS the default one's order – unless the numbers can only be longitudes. */
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
  const [a1, b1, a2, b2] = numbers as [number, number, number, number];
  // China lies at 73–136° E and 3–54° N: a first number above 60 can be no latitude of ours
  const lonFirst = name === '' && a1 > 60 && a2 > 60 && b1 < 60 && b2 < 60;
  return {
    op: 's_intersects',
    args: [{ property: GEOMETRY }, { bbox: lonFirst ? [b1, a1, b2, a2] : numbers, crs: filterCrsOf(crs) }],
  };
}

function readSort(text: string | undefined, { table }: FeatureCollection): SortKey[] {
  if (text === undefined) return [];
  return text.split(',').map((part) => {
    const [path = '', order = 'ASC'] = part.trim().split(/[\s+]+/);
    const field = findField(table, propertyIn(path));
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

function readResultType(text: string | undefined): boolean {
  if (text === undefined || /^results$/i.test(text)) return false;
  if (/^hits$/i.test(text)) return true;
  throw wfsFault('InvalidParameterValue', 'resultType', '应为 results 或 hits', 'it must be results or hits');
}

export async function getFeature(
  asked: WfsRequest,
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  checkOutputFormat(asked);
  const stored = asked.values.get('STOREDQUERY_ID');
  if (stored !== undefined) return getFeatureById(stored, asked, request, parts);
  const geoJson = isGeoJson(asked);
  const query = await readQuery(asked, parts, geoJson);
  await prepareCollection(parts, query.collection, query.query.filter, request.signal);
  const { check, queries } = parts;
  const tag = query.collection.table.tag;
  if (query.hits)
    return hitsAnswer(asked, request, query, await countFeatures(check.db, query.query, queries));
  const shape = geoJson ? 'feature' : 'parts';
  const { matched, batches } = await readCounted(check.db, query.query, shape, queries, request.signal);
  if (geoJson) return { type: GEOJSON_TYPE, tag, body: writeGeoJson(batches, query, matched) };
  return { type: gmlType(asked), tag, body: writeCollection(asked, request, batches, query, matched) };
}

const gmlType = ({ version }: WfsRequest): string =>
  version === '2.0.0' ? 'application/gml+xml; version=3.2' : 'text/xml; subtype=gml/3.1.1';

function hitsAnswer(
  asked: WfsRequest,
  request: StandardRequest,
  query: WfsQuery,
  matched: number,
): StandardAnswer {
  if (isGeoJson(asked)) {
    const content = { type: 'FeatureCollection', features: [], numberMatched: matched, numberReturned: 0 };
    return { type: GEOJSON_TYPE, tag: query.collection.table.tag, body: JSON.stringify(content) };
  }
  const head = collectionHead(asked, request, query, matched, 0);
  return { type: gmlType(asked), tag: query.collection.table.tag, body: `${head}</wfs:FeatureCollection>\n` };
}

/** Root element with its counts; `next` and `previous` for requests that can be written as an address. */
function collectionHead(
  asked: WfsRequest,
  request: StandardRequest,
  { collection, query, hits, count }: WfsQuery,
  matched: number,
  returned: number,
  root = 'FeatureCollection',
): string {
  const { version } = asked;
  const time = new Date().toISOString();
  const location = schemaLocation(request.base, collection.id, version);
  const xml = '<?xml version="1.0" encoding="UTF-8"?>\n';
  if (version === '1.1.0') {
    const number = hits ? matched : returned;
    return `${xml}<wfs:FeatureCollection${namespacesOf(version)}${location} timeStamp="${time}" numberOfFeatures="${number}">\n`;
  }
  const { offset, limit } = query;
  const links: string[] = [];
  const place = (name: string, start: number): void => {
    links.push(` ${name}="${escapeXml(pageAddress(request, start, limit))}"`);
  };
  if (request.method !== 'POST') {
    if (hits) {
      if (count !== undefined && count > 0 && matched > 0) place('next', offset);
    } else {
      if (offset + returned < matched && returned > 0) place('next', offset + returned);
      if (offset > 0) place('previous', Math.max(0, offset - limit));
    }
  }
  return `${xml}<wfs:${root}${namespacesOf(version)}${location} timeStamp="${time}" numberMatched="${matched}" numberReturned="${returned}"${links.join('')}>\n`;
}

function pageAddress({ base, query }: StandardRequest, startIndex: number, count: number): string {
  const placed = new Set(['STARTINDEX', 'COUNT', 'MAXFEATURES', 'RESULTTYPE']);
  const kept = query.filter(([name, value]) => value !== '' && !placed.has(name.toUpperCase()));
  const all = [...kept, ['STARTINDEX', String(startIndex)], ['COUNT', String(count)]] as [string, string][];
  return `${base}/wfs?${new URLSearchParams(all)}`;
}

const returnedOf = ({ query: { offset, limit } }: WfsQuery, matched: number): number =>
  Math.max(0, Math.min(limit, matched - offset));

async function* writeCollection(
  asked: WfsRequest,
  request: StandardRequest,
  batches: AsyncIterable<FeatureBatch>,
  query: WfsQuery,
  matched: number,
): AsyncGenerator<Chunk> {
  const { collection, fields, crs } = query;
  const write = gmlWriter(collection, fields, { version: asked.version, srsName: crs.name });
  const [open, close] =
    asked.version === '2.0.0'
      ? ['<wfs:member>', '</wfs:member>\n']
      : ['<gml:featureMember>', '</gml:featureMember>\n'];
  const expected = returnedOf(query, matched);
  let text = collectionHead(asked, request, query, matched, expected);
  let written = 0;
  for await (const { rows } of batches) {
    for (const row of rows) text += open + write(row) + close;
    written += rows.length;
    yield text;
    text = '';
  }
  if (written !== expected)
    throw wfsFault(
      'OperationProcessingFailed',
      'GetFeature',
      '数据在读取时发生变化',
      'the data changed while it was read',
    );
  yield '</wfs:FeatureCollection>\n';
}

async function* writeGeoJson(
  batches: AsyncIterable<FeatureBatch>,
  query: WfsQuery,
  matched: number,
): AsyncGenerator<Chunk> {
  const { epsg, kind } = query.crs;
  const crs =
    kind === 'degrees'
      ? ''
      : `"crs":${JSON.stringify({ type: 'name', properties: { name: crsUrn(epsg) } })},`;
  const counts = `"numberMatched":${matched},"numberReturned":${returnedOf(query, matched)}`;
  let lead = `{"type":"FeatureCollection",${crs}"timeStamp":"${new Date().toISOString()}",${counts},"features":[\n`;
  for await (const { rows } of batches) {
    const text = rows.map(({ feature }) => feature).join(',\n');
    yield lead + text;
    lead = text === '' ? lead : ',\n';
    if (text === '') lead = '';
  }
  yield '\n]}\n';
}

/** The feature itself as root (OGC 09-025r2 §7.9.3.6). */
async function getFeatureById(
  stored: string,
  asked: WfsRequest,
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  if (stored !== GET_FEATURE_BY_ID && stored !== 'http://www.opengis.net/def/query/OGC-WFS/0/GetFeatureById')
    throw wfsFault(
      'InvalidParameterValue',
      'storedquery_id',
      `没有存储查询“${stored.slice(0, 80)}”`,
      `there is no stored query "${stored.slice(0, 80)}"`,
    );
  const id = asked.values.get('ID');
  if (id === undefined) throw wfsFault('MissingParameterValue', 'id', '缺少 ID', 'ID is missing');
  const missing = wfsFault(
    'NotFound',
    'id',
    `没有要素“${id.slice(0, 80)}”`,
    `there is no feature "${id.slice(0, 80)}"`,
  );
  const collection = await getType(parts, typeOfId(id), 'id').catch(() => {
    throw missing;
  });
  const own = idBehind(collection, id);
  if (own === undefined) throw missing;
  const geoJson = isGeoJson(asked);
  const crs = readSrsName(asked.values.get('SRSNAME'), collection);
  const geometry = geometryOf(crs, collection, geoJson);
  await prepareCollection(parts, collection, checkOfFeature(own), request.signal);
  const { table } = collection;
  const row = await findFeature(parts.check.db, { table, geometry }, own, geoJson ? 'feature' : 'parts');
  if (!row) throw missing;
  if (geoJson) return { type: GEOJSON_TYPE, tag: table.tag, body: row.feature! };
  const write = gmlWriter(collection, table.fields, { version: asked.version, srsName: crs.name });
  const location = schemaLocation(request.base, collection.id, asked.version);
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n${write(row, namespacesOf(asked.version) + location)}\n`;
  return { type: gmlType(asked), tag: table.tag, body };
}

/** Values of one property of the features that have one (OGC 09-025r2 §10). */
export async function getPropertyValue(
  asked: WfsRequest,
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  const path = asked.values.get('VALUEREFERENCE');
  if (path === undefined)
    throw wfsFault(
      'MissingParameterValue',
      'valueReference',
      '缺少 VALUEREFERENCE',
      'VALUEREFERENCE is missing',
    );
  const query = await readQuery(asked, parts, false);
  const { table } = query.collection;
  const name = propertyIn(path);
  const isId = path.trim() === '@gml:id';
  const field = findField(table, name);
  if (!isId && !field && name !== GEOMETRY)
    throw wfsFault(
      'InvalidParameterValue',
      'valueReference',
      `没有属性“${path.slice(0, 60)}”`,
      `there is no property "${path.slice(0, 60)}"`,
    );
  const filled: Filter | undefined = field && {
    op: 'not',
    args: [{ op: 'isNull', args: [{ property: name }] }],
  };
  const filter = allOf([query.query.filter, filled]);
  const narrowed = {
    ...query.query,
    fields: field ? [field] : [],
    geometry: name === GEOMETRY ? query.geometry : null,
    ...(filter !== undefined && { filter }),
  };
  await prepareCollection(parts, query.collection, filter, request.signal);
  const { check, queries } = parts;
  const matched = await countFeatures(check.db, narrowed, queries);
  const batches = readFeatures(check.db, narrowed, 'parts', queries, request.signal);
  const values = { ...query, query: narrowed };
  return {
    type: gmlType(asked),
    tag: table.tag,
    body: writeValues(asked, request, batches, values, matched, name, isId),
  };
}

async function* writeValues(
  asked: WfsRequest,
  request: StandardRequest,
  batches: AsyncIterable<FeatureBatch>,
  query: WfsQuery,
  matched: number,
  name: string,
  isId: boolean,
): AsyncGenerator<Chunk> {
  const returned = query.hits ? 0 : returnedOf(query, matched);
  const geometry = geometryWriter(asked.version, query.crs.name);
  let text = collectionHead(asked, request, query, matched, returned, 'ValueCollection');
  if (!query.hits) {
    for await (const { rows } of batches) {
      for (const row of rows) {
        const id = escapeXml(gmlId(query.collection, row.id!));
        if (isId) text += `<wfs:member>${id}</wfs:member>\n`;
        else if (name === GEOMETRY) text += `<wfs:member>${geometry(row.gml!, id)}</wfs:member>\n`;
        else {
          const [value] = JSON.parse(row.values!) as unknown[];
          text += `<wfs:member><${PREFIX}:${name}>${escapeXml(String(value))}</${PREFIX}:${name}></wfs:member>\n`;
        }
      }
      yield text;
      text = '';
    }
  }
  yield `${text}</wfs:ValueCollection>\n`;
}
