/** The collections and one of them (OGC 17-069r4 §7.13, §7.14; OGC 18-058r1 for the CRS members), as JSON and as pages. */
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { getCollection, listCollections } from '../collections.js';
import { jsonAndHtml, jsonAnswer, rootOf } from '../common/landing.js';
import { say } from '../common/pages.js';
import { CRS84, crsUri, offeredCrs, STORAGE_EPSG } from '../crs.js';
import {
  chooseRepresentation,
  GEOJSON_TYPE,
  JSON_TYPE,
  refuseUnknownParameters,
  SCHEMA_TYPE,
  selfLinks,
} from '../media.js';
import type { Language, Link, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { collectionPage, collectionsPage } from './collection-html.js';

export async function readCollections(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const collections = await listCollections(parts);
  const { language } = request;
  const root = rootOf(request);
  const tag = tagOfDay(collections);
  if (current.f === 'html') return collectionsPage(request, collections, tag);
  const content = {
    links: selfLinks(request, jsonAndHtml, current),
    crs: collections.length > 0 ? offeredCrs(boxOfAll(collections)).map(crsUri) : [CRS84],
    collections: collections.map((collection) => describeCollection(collection, root, language)),
  };
  return jsonAnswer(content, JSON_TYPE, tag);
}

export async function readCollection(
  request: StandardRequest,
  parts: StandardParts,
): Promise<StandardAnswer> {
  refuseUnknownParameters(request, ['f']);
  const current = chooseRepresentation(request, jsonAndHtml);
  const collection = await getCollection(parts, request.params.id!, undefined, true);
  const { language } = request;
  const root = rootOf(request);
  const tag = tagOfDay([collection]);
  if (current.f === 'html') return collectionPage(request, collection, tag);
  const described = describeCollection(collection, root, language);
  const links = [
    ...selfLinks(request, jsonAndHtml, current),
    ...described.links.filter(({ rel }) => rel !== 'self'),
  ];
  return jsonAnswer({ ...described, links }, JSON_TYPE, tag);
}

export const tagOf = (collections: readonly FeatureCollection[]): string =>
  collections.map(({ table: { tag } }) => tag).join(',');

/** Descriptions tell the day until which the data hold. */
const tagOfDay = (collections: readonly FeatureCollection[]): string =>
  `${tagOf(collections)},${lastDay(null)}`;

function boxOfAll(collections: readonly FeatureCollection[]): [number, number, number, number] {
  const boxes = collections.map(({ box }) => box).filter((box) => box !== null);
  const edge = (i: number, pick: (...values: number[]) => number, none: number): number =>
    boxes.length === 0 ? none : pick(...boxes.map((box) => box[i]!));
  return [edge(0, Math.min, 105), edge(1, Math.min, 35), edge(2, Math.max, 105), edge(3, Math.max, 35)];
}

function describeCollection(collection: FeatureCollection, root: string, language: Language) {
  const { id, title, description, box, days, table: rows } = collection;
  const [first, last] = [days[0], days[1] ?? lastDay(days[0])];
  const interval = [first && `${first}T00:00:00Z`, `${last}T23:59:59Z`];
  return {
    id,
    title: title[language],
    description: description[language],
    ...(rows.rowCount !== undefined && { itemCount: rows.rowCount }),
    itemType: 'feature',
    extent: {
      ...(box && { spatial: { bbox: [box], crs: CRS84 } }),
      temporal: { interval: [interval], trs: 'http://www.opengis.net/def/uom/ISO-8601/0/Gregorian' },
    },
    crs: offeredCrs(box).map(crsUri),
    storageCrs: crsUri(STORAGE_EPSG),
    links: collectionLinks(id, root, language),
  };
}

/**
 * What is stored holds until today: an open end, which the standard has too (OGC 17-069r4 §7.13.3), is more than its
 * test suite can read.
 */
function lastDay(first: string | null): string {
  const today = new Date().toISOString().slice(0, 10);
  return first !== null && first > today ? first : today;
}

/** The address of `items` bears no query: GDAL looks the path up in the OpenAPI document as it stands. */
function collectionLinks(id: string, root: string, language: Language): Link[] {
  const own = `${root}/collections/${encodeURIComponent(id)}`;
  const queryables = 'http://www.opengis.net/def/rel/ogc/1.0/queryables';
  const sortables = 'http://www.opengis.net/def/rel/ogc/1.0/sortables';
  return [
    { href: own, rel: 'self', type: JSON_TYPE },
    { href: `${own}/items`, rel: 'items', type: GEOJSON_TYPE, title: say(language, '要素', 'Features') },
    {
      href: `${own}/items?f=html`,
      rel: 'items',
      type: 'text/html',
      title: say(language, '要素（网页）', 'Features as a page'),
    },
    { href: `${own}/schema`, rel: 'describedby', type: SCHEMA_TYPE, title: say(language, '字段', 'Schema') },
    {
      href: `${own}/queryables`,
      rel: queryables,
      type: SCHEMA_TYPE,
      title: say(language, '可查询字段', 'Queryables'),
    },
    {
      href: `${own}/sortables`,
      rel: sortables,
      type: SCHEMA_TYPE,
      title: say(language, '可排序字段', 'Sortables'),
    },
    {
      href: `${own}/tiles`,
      rel: 'http://www.opengis.net/def/rel/ogc/1.0/tilesets-vector',
      type: JSON_TYPE,
      title: say(language, '矢量瓦片', 'Vector tiles'),
    },
    {
      href: `${own}/style.qml`,
      rel: 'http://www.opengis.net/def/rel/ogc/1.0/styles',
      type: 'application/xml',
      title: say(language, 'QGIS 样式', 'Style for QGIS'),
    },
  ];
}
