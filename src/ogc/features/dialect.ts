/** What OGC API – Features adds to the pages all standards share: links, conformance classes, OpenAPI paths. */
import type { Field } from '../../layers/query/feature-table.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { listCollections } from '../collections.js';
import { getOperation } from '../common/landing.js';
import { say } from '../common/pages.js';
import { crsUri, offeredCrs } from '../crs.js';
import { GEOJSON_TYPE, JSON_TYPE, SCHEMA_TYPE } from '../media.js';
import type { Dialect, Language, OpenApiPart, StandardParts } from '../standard.js';
import { fieldSchema } from './field-schema.js';
import { DEFAULT_LIMIT, filterLanguages, itemParameters, MAX_LIMIT } from './item-query.js';

const FEATURES_1 = 'http://www.opengis.net/spec/ogcapi-features-1/1.0/conf';
const FEATURES_2 = 'http://www.opengis.net/spec/ogcapi-features-2/1.0/conf';
const FEATURES_3 = 'http://www.opengis.net/spec/ogcapi-features-3/1.0/conf';
const FEATURES_8 = 'http://www.opengis.net/spec/ogcapi-features-8/1.0/conf';
const CQL2 = 'http://www.opengis.net/spec/cql2/1.0/conf';

export const featuresDialect: Dialect = {
  conformance: [
    ...['core', 'oas30', 'html', 'geojson'].map((name) => `${FEATURES_1}/${name}`),
    `${FEATURES_2}/crs`,
    ...['filter', 'features-filter', 'queryables', 'queryables-query-parameters'].map(
      (name) => `${FEATURES_3}/${name}`,
    ),
    // basic-spatial-operators: the name of basic-spatial-functions in the draft, the only one QGIS 3.32–3.42 knows
    ...[
      'cql2-text',
      'cql2-json',
      'basic-cql2',
      'advanced-comparison-operators',
      'case-insensitive-comparison',
      'basic-spatial-functions',
      'basic-spatial-operators',
      'basic-spatial-functions-plus',
      'spatial-functions',
      'temporal-functions',
      'property-property',
      'arithmetic',
    ].map((name) => `${CQL2}/${name}`),
    ...['sorting', 'sortables', 'features-sorting'].map((name) => `${FEATURES_8}/${name}`),
  ],
  landingLinks: (root, language) => [
    {
      href: `${root}/collections`,
      rel: 'data',
      type: JSON_TYPE,
      title: say(language, '数据集合', 'Collections'),
    },
  ],
  openApi,
};

async function openApi(parts: StandardParts, language: Language): Promise<OpenApiPart> {
  const collections = await listCollections(parts);
  const f = [{ $ref: '#/components/parameters/f' }];
  const both = [JSON_TYPE, 'text/html'];
  const paths: Record<string, unknown> = {
    '/collections': getOperation(
      'getCollections',
      say(language, '列出数据集合', 'List the collections'),
      f,
      both,
    ),
  };
  for (const collection of collections) Object.assign(paths, collectionPaths(collection, language));
  return { paths, components: { parameters: sharedParameters(collections) } };
}

/** A path of its own for every collection, not a template: that is where clients look its parameters up. */
function collectionPaths(collection: FeatureCollection, language: Language): Record<string, unknown> {
  const { id } = collection;
  const title = collection.title[language];
  const f = [{ $ref: '#/components/parameters/f' }];
  const html = 'text/html';
  const shared = itemParameters.filter((name) => name !== 'f');
  const references = shared.map((name) => ({ $ref: `#/components/parameters/${name}` }));
  const own = collection.table.fields.map((field) => fieldParameter(field, language));
  const featureId = {
    ...{ name: 'featureId', in: 'path', required: true, description: 'Id of a feature' },
    schema: { type: 'string' },
  };
  const crs = { $ref: '#/components/parameters/crs' };
  return {
    [`/collections/${id}`]: getOperation(`describe_${id}`, title, f, [JSON_TYPE, html]),
    [`/collections/${id}/items`]: getOperation(
      `items_${id}`,
      title,
      [...f, ...references, ...own],
      [GEOJSON_TYPE, html],
    ),
    [`/collections/${id}/items/{featureId}`]: getOperation(
      `item_${id}`,
      title,
      [featureId, ...f, crs],
      [GEOJSON_TYPE, html],
    ),
    ...Object.fromEntries(
      ['queryables', 'sortables', 'schema'].map((kind) => [
        `/collections/${id}/${kind}`,
        getOperation(`${kind}_${id}`, title, f, [SCHEMA_TYPE, html]),
      ]),
    ),
  };
}

function fieldParameter(field: Field, language: Language): object {
  const { title, ...schema } = fieldSchema(field, language) as { title: string };
  return query(field.name, title, schema);
}

const query = (name: string, description: string, schema: object): object => ({
  ...{ name, in: 'query', required: false, description, schema, style: 'form', explode: false },
});

function sharedParameters(collections: readonly FeatureCollection[]): Record<string, object> {
  const systems = [...new Set(collections.flatMap(({ box }) => offeredCrs(box)))].map(crsUri);
  const uri = { type: 'string', format: 'uri', enum: systems, default: crsUri(84) };
  const text = { type: 'string' };
  const box = { type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } };
  return {
    limit: query('limit', 'Features on a page; more than the maximum counts as the maximum', {
      ...{ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: DEFAULT_LIMIT },
    }),
    offset: query('offset', 'Features to skip', { type: 'integer', minimum: 0, default: 0 }),
    after: query('after', 'Id of the feature after which the page begins; taken from a `next` link', text),
    until: query('until', 'Id of the feature with which the page ends; taken from a `prev` link', text),
    bbox: query('bbox', 'Only features that meet this box, in the order of axes of bbox-crs', box),
    'bbox-crs': query('bbox-crs', 'CRS of bbox', uri),
    crs: query('crs', 'CRS of the answer', uri),
    datetime: query('datetime', 'State of the data at this time, or at the end of this interval', text),
    filter: query('filter', 'CQL2 filter', text),
    'filter-lang': query('filter-lang', 'Language of filter; cql-text stands for cql2-text', {
      ...{ type: 'string', enum: filterLanguages, default: 'cql2-text' },
    }),
    'filter-crs': query('filter-crs', 'CRS of the geometries of filter', uri),
    sortby: query('sortby', 'Fields in order of weight; - before a name: descending', {
      ...{ type: 'array', minItems: 1, items: { type: 'string', pattern: '^[+-]?[^+\\-\\s].*$' } },
    }),
    version: query('version', 'Version of the layer, active or not; the links between pages name it', text),
    properties: query('properties', 'Only these fields', { type: 'array', items: text }),
  };
}
