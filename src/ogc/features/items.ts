/** The features of a collection: a page of them streamed, and one by its id, as GeoJSON or as a page with a map. */
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import {
  type CountedFeatures,
  countFeatures,
  type FeatureBatch,
  findFeature,
  findPageBefore,
  readCounted,
  readFeatures,
} from '../../layers/query/query-features.js';
import { geoJsonWriter } from '../../layers/query/row-writer.js';
import { checkOfFeature, getCollection, getVersion, onCurrent, prepareCollection } from '../collections.js';
import { linkHeader, rootOf } from '../common/landing.js';
import { crsUri, decimalsIn, outputSrid } from '../crs.js';
import { dayOf } from '../datetime.js';
import {
  addressWith,
  chooseRepresentation,
  GEOJSON_TYPE,
  HTML_TYPE,
  JSON_TYPE,
  notFound,
  parameterOf,
  type Representation,
  refuseUnknownParameters,
  SCHEMA_TYPE,
  selfLinks,
} from '../media.js';
import type { Chunk, Link, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { tagOf } from './collection-pages.js';
import { itemPage, itemsPage, type ReadFeature } from './item-html.js';
import { type ItemQuery, readItemQuery, readOfferedCrs, readSpan } from './item-query.js';

export const itemForms: readonly [Representation, Representation] = [
  { f: 'json', type: GEOJSON_TYPE, also: [JSON_TYPE, 'application/vnd.geo+json'] },
  { f: 'html', type: HTML_TYPE, also: ['application/xhtml+xml'] },
];

/** Rows on a page for people. */
const ROWS_SHOWN = 50;

export async function readItems(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  const current = chooseRepresentation(request, itemForms);
  const span = readSpan(request);
  const day = span && dayOf(span);
  const id = request.params.id!;
  const version = parameterOf(request, 'version');
  const find = () => (version === undefined ? getCollection(parts, id, day) : getVersion(parts, id, version));
  const html = current.f === 'html';
  const work = async (collection: FeatureCollection): Promise<StandardAnswer> => {
    const asked = readItemQuery(request, collection, span);
    if (html) asked.query.limit = Math.min(asked.query.limit, ROWS_SHOWN);
    await prepareCollection(parts, collection, asked.query.filter, request.signal);
    const placed = await placeOf(parts, asked);
    return html ? shownItems(request, parts, placed) : itemsAnswer(request, parts, placed);
  };
  return html || day !== undefined || version !== undefined
    ? work(await find())
    : onCurrent(parts, id, find, work);
}

/** Of a page that is told by its end: where it begins. */
async function placeOf({ check, queries }: StandardParts, asked: ItemQuery): Promise<ItemQuery> {
  const { query, until } = asked;
  if (until === undefined) return asked;
  const { after, count } = await findPageBefore(check.db, query, until, queries);
  return { ...asked, query: { ...query, limit: count, ...(after !== undefined && { after }) } };
}

async function itemsAnswer(
  request: StandardRequest,
  parts: StandardParts,
  asked: ItemQuery,
): Promise<StandardAnswer> {
  const { query, crs, collection } = asked;
  const { check, queries } = parts;
  const writer = geoJsonWriter(query);
  const page = await readCounted(check.db, query, writer, queries, request.signal);
  const { matched, batches } = page;
  const known = headOf(asked, page);
  const schemas = schemaLinks(rootOf(request), collection.id);
  const links = linkHeader([
    ...selfLinks(request, itemForms, itemForms[0]),
    ...pageLinks(request, asked, known?.next ?? null, known?.count ?? 0),
    ...schemas,
  ]);
  return {
    type: GEOJSON_TYPE,
    headers: {
      // where the others are too long
      ...linkHeader(schemas),
      ...links,
      'content-crs': `<${crsUri(crs.epsg)}>`,
      'ogc-numbermatched': String(matched),
      ...(known && { 'ogc-numberreturned': String(known.count) }),
    },
    tag: tagOf([collection]),
    body: writeCollection(request, batches, matched, asked),
  };
}

/** What may be filtered and sorted by, in the header (OGC 19-079r2 /req/queryables/queryables-link B). */
const schemaLinks = (root: string, id: string): Link[] =>
  ['queryables', 'sortables'].map((kind) => ({
    href: `${root}/collections/${encodeURIComponent(id)}/${kind}`,
    rel: `http://www.opengis.net/def/rel/ogc/1.0/${kind}`,
    type: SCHEMA_TYPE,
  }));

/** What is known of a page before it has been read to its end: all, where it came at once or is told by offset. */
function headOf({ query: { sort, offset, limit, after } }: ItemQuery, { matched, whole }: CountedFeatures) {
  if (whole) return whole;
  if (after !== undefined || (sort.length === 0 && offset === 0)) return undefined;
  const count = Math.max(0, Math.min(limit, matched - offset));
  return { count, next: offset + count < matched ? '' : null };
}

/** Links and counts stand at the end: whether there is a next page is known when this one has been read. */
async function* writeCollection(
  request: StandardRequest,
  batches: AsyncIterable<FeatureBatch>,
  matched: number,
  asked: ItemQuery,
): AsyncGenerator<Chunk> {
  let returned = 0;
  let next: string | null = null;
  for await (const batch of batches) {
    if (returned === 0) yield '{"type":"FeatureCollection","features":[\n';
    else if (batch.count > 0) yield ',\n';
    returned += batch.count;
    next = batch.next ?? null;
    yield batch.text;
  }
  const links: Link[] = [
    ...selfLinks(request, itemForms, itemForms[0]),
    ...pageLinks(request, asked, next, returned),
  ];
  const timeStamp = new Date().toISOString();
  yield `\n],${JSON.stringify({ links, timeStamp, numberMatched: matched, numberReturned: returned }).slice(1)}\n`;
}

/**
 * Every parameter stays, and the version is named; the place is told by id, or by offset where the order is another one:
 * both ways.
 */
function pageLinks(
  request: StandardRequest,
  { query: { sort, offset, limit, after }, collection: { version } }: ItemQuery,
  next: string | null,
  returned: number,
): Link[] {
  const link = (rel: string, place: Record<string, string | undefined>): Link => ({
    ...{ href: addressWith(request, { ...place, version }), rel, type: GEOJSON_TYPE },
  });
  const links: Link[] = [];
  if (next !== null) {
    const byOffset = sort.length > 0 || offset > 0;
    links.push(
      link(
        'next',
        byOffset
          ? { offset: String(offset + returned), after: undefined }
          : { after: next, until: undefined },
      ),
    );
  }
  if (after !== undefined) links.push(link('prev', { until: after, after: undefined, offset: undefined }));
  // the page before may be shorter than this one: its end must not overlap this beginning
  if (offset > 0 && after === undefined)
    links.push(
      link('prev', {
        offset: String(Math.max(0, offset - limit)),
        limit: String(Math.min(limit, offset)),
      }),
    );
  return links;
}

async function shownItems(
  request: StandardRequest,
  parts: StandardParts,
  asked: ItemQuery,
): Promise<StandardAnswer> {
  const { collection } = asked;
  const query = { ...asked.query, geometry: { srid: null, flipped: false, decimals: 7 } };
  const matched = await countFeatures(parts.check.db, query, parts.queries);
  const features: ReadFeature[] = [];
  let next: string | null = null;
  const writer = geoJsonWriter(query);
  for await (const batch of readFeatures(parts.check.db, query, writer, parts.queries, request.signal)) {
    features.push(...(JSON.parse(`[${Buffer.from(batch.text)}]`) as ReadFeature[]));
    next = batch.next ?? null;
  }
  const links = pageLinks(request, { ...asked, query }, next, features.length);
  const [prevPage, nextPage] = ['prev', 'next'].map((rel) => links.find((one) => one.rel === rel)?.href);
  const page = { features, matched, prev: prevPage, next: nextPage };
  return itemsPage(request, asked, page, tagOf([collection]));
}

export async function readItem(request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f', 'crs']);
  const id = request.params.id!;
  return onCurrent(
    parts,
    id,
    () => getCollection(parts, id),
    (collection) => itemAnswer(request, parts, collection),
  );
}

async function itemAnswer(
  request: StandardRequest,
  parts: StandardParts,
  collection: FeatureCollection,
): Promise<StandardAnswer> {
  const current = chooseRepresentation(request, itemForms);
  const crs = readOfferedCrs(request, 'crs', collection);
  const geometry =
    current.f === 'html'
      ? { srid: null, flipped: false, decimals: 7 }
      : { srid: outputSrid(crs), flipped: crs.flipped, decimals: decimalsIn(crs, collection.decimals) };
  const featureId = request.params.feature!;
  if (collection.table.readId(featureId))
    await prepareCollection(parts, collection, checkOfFeature(featureId), request.signal);
  const shape = { table: collection.table, geometry };
  const feature = (await findFeature(parts.check.db, shape, featureId, geoJsonWriter(shape)))?.toString();
  if (feature === undefined) {
    const shown = featureId.slice(0, 80);
    throw notFound(
      `集合 ${collection.id} 中没有要素“${shown}”`,
      `There is no feature "${shown}" in ${collection.id}`,
    );
  }
  const tag = tagOf([collection]);
  if (current.f === 'html') return itemPage(request, collection, JSON.parse(feature) as ReadFeature, tag);
  const own = `${rootOf(request)}/collections/${encodeURIComponent(collection.id)}`;
  const links = [
    ...selfLinks(request, itemForms, current),
    { href: own, rel: 'collection', type: JSON_TYPE },
  ];
  return {
    type: GEOJSON_TYPE,
    headers: { ...linkHeader(links), 'content-crs': `<${crsUri(crs.epsg)}>` },
    tag,
    body: `${feature.slice(0, -1)},"links":${JSON.stringify(links)}}`,
  };
}
