/** GetFeature: the answer as a stream of GML or GeoJSON. */
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import {
  countFeatures,
  type FeatureBatch,
  findFeature,
  readCounted,
} from '../../layers/query/query-features.js';
import { geoJsonWriter, type RowWriter } from '../../layers/query/row-writer.js';
import { checkOfFeature, prepareCollection } from '../collections.js';
import { crsUrn } from '../crs.js';
import { GEOJSON_TYPE } from '../media.js';
import type { Chunk, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { collectionHead, gmlType, returnedOf } from './collection-head.js';
import { wfsFault } from './fault.js';
import {
  checkOutputFormat,
  checkResolve,
  geometryOf,
  isGeoJson,
  readHits,
  readQuery,
  readSrsName,
  readType,
  type WfsQuery,
} from './feature-query.js';
import { getType, idBehind, onType, typeOfId } from './names.js';
import { checkStoredQuery, storedId } from './stored-queries.js';
import type { WfsRequest } from './wfs-request.js';
import { gmlWriter, namespacesOf, schemaLocation } from './write-gml.js';

export async function getFeature(
  asked: WfsRequest,
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  checkOutputFormat(asked);
  checkResolve(asked);
  const stored = asked.values.get('STOREDQUERY_ID');
  if (stored !== undefined) return getFeatureById(stored, asked, request, parts);
  const type = readType(asked);
  // the number of hits is remembered with a version: that must be known to be the current one
  if (readHits(asked)) return hitsAnswer(asked, request, parts, await getType(parts, type));
  return onType(parts, type, (collection) => featuresAnswer(asked, request, parts, collection));
}

async function featuresAnswer(
  asked: WfsRequest,
  request: StandardRequest,
  parts: StandardParts,
  collection: FeatureCollection,
): Promise<StandardAnswer> {
  const geoJson = isGeoJson(asked);
  const query = readQuery(asked, collection, geoJson);
  await prepareCollection(parts, query.collection, query.query.filter, request.signal);
  const { check, queries } = parts;
  const tag = query.collection.table.tag;
  const writer = geoJson ? geoJsonWriter(query.query) : memberWriter(asked, query);
  const { matched, batches } = await readCounted(check.db, query.query, writer, queries, request.signal);
  if (geoJson) return { type: GEOJSON_TYPE, tag, body: writeGeoJson(batches, query, matched) };
  return { type: gmlType(asked), tag, body: writeCollection(asked, request, batches, query, matched) };
}

async function hitsAnswer(
  asked: WfsRequest,
  request: StandardRequest,
  parts: StandardParts,
  collection: FeatureCollection,
): Promise<StandardAnswer> {
  const query = readQuery(asked, collection, isGeoJson(asked));
  await prepareCollection(parts, collection, query.query.filter, request.signal);
  const matched = await countFeatures(parts.check.db, query.query, parts.queries);
  if (isGeoJson(asked)) {
    const content = { type: 'FeatureCollection', features: [], numberMatched: matched, numberReturned: 0 };
    return { type: GEOJSON_TYPE, tag: query.collection.table.tag, body: JSON.stringify(content) };
  }
  const head = collectionHead(asked, request, query, matched, 0);
  return { type: gmlType(asked), tag: query.collection.table.tag, body: `${head}</wfs:FeatureCollection>\n` };
}

function memberWriter({ version }: WfsRequest, { collection, query, crs }: WfsQuery): RowWriter {
  const frame =
    version === '2.0.0'
      ? { open: '<wfs:member>', close: '</wfs:member>\n' }
      : { open: '<gml:featureMember>', close: '</gml:featureMember>\n' };
  return gmlWriter(collection, query, { version, srsName: crs.name }, frame);
}

async function* writeCollection(
  asked: WfsRequest,
  request: StandardRequest,
  batches: AsyncIterable<FeatureBatch>,
  query: WfsQuery,
  matched: number,
): AsyncGenerator<Chunk> {
  const expected = returnedOf(query, matched);
  yield collectionHead(asked, request, query, matched, expected);
  let written = 0;
  for await (const { count, text } of batches) {
    written += count;
    yield text;
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
  yield `{"type":"FeatureCollection",${crs}"timeStamp":"${new Date().toISOString()}",${counts},"features":[\n`;
  let written = 0;
  for await (const { count, text } of batches) {
    if (written > 0 && count > 0) yield ',\n';
    written += count;
    yield text;
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
  checkStoredQuery(stored);
  const id = storedId(asked);
  const collection = await getType(parts, { name: typeOfId(id), locator: 'id' }).catch(() => {
    throw noFeature(id);
  });
  const own = idBehind(collection, id);
  if (own === undefined) throw noFeature(id);
  const geoJson = isGeoJson(asked);
  const crs = readSrsName(asked.values.get('SRSNAME'), collection);
  const geometry = geometryOf(crs, collection, geoJson);
  await prepareCollection(parts, collection, checkOfFeature(own), request.signal);
  const { table } = collection;
  const shape = { table, geometry };
  const { version } = asked;
  const namespaces = namespacesOf(version) + schemaLocation(request.base, collection.id, version);
  const frame = { open: '<?xml version="1.0" encoding="UTF-8"?>\n', close: '\n', namespaces };
  const style = { version, srsName: crs.name };
  const writer = geoJson ? geoJsonWriter(shape) : gmlWriter(collection, shape, style, frame);
  const body = await findFeature(parts.check.db, shape, own, writer);
  if (!body) throw noFeature(id);
  if (geoJson) return { type: GEOJSON_TYPE, tag: table.tag, body };
  return { type: gmlType(asked), tag: table.tag, body };
}

const noFeature = (id: string) =>
  wfsFault('NotFound', 'id', `没有要素“${id.slice(0, 80)}”`, `there is no feature "${id.slice(0, 80)}"`);
