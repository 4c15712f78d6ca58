/** The fields of a collection as JSON Schema: queryables, sortables (OGC 19-079r2 §6) and the schema of its features. */
import type { Field } from '../../layers/query/feature-table.js';
import { GEOMETRY } from '../../layers/query/feature-table.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import { getCollection } from '../collections.js';
import { rootOf } from '../common/landing.js';
import { pageAnswer, say } from '../common/pages.js';
import {
  chooseRepresentation,
  HTML_TYPE,
  JSON_TYPE,
  type Representation,
  refuseUnknownParameters,
  SCHEMA_TYPE,
} from '../media.js';
import type { Language, StandardAnswer, StandardParts, StandardRequest } from '../standard.js';
import { tagOf } from './collection-pages.js';
import { fieldTable } from './field-table.js';

const forms: readonly [Representation, Representation] = [
  { f: 'json', type: SCHEMA_TYPE, also: [JSON_TYPE] },
  { f: 'html', type: HTML_TYPE, also: ['application/xhtml+xml'] },
];

export type SchemaKind = 'queryables' | 'sortables' | 'schema';

const kindNames: Readonly<Record<SchemaKind, readonly [string, string]>> = {
  queryables: ['可查询字段', 'queryables'],
  sortables: ['可排序字段', 'sortables'],
  schema: ['字段', 'schema'],
};

export const readFieldSchema =
  (kind: SchemaKind) =>
  async (request: StandardRequest, parts: StandardParts): Promise<StandardAnswer> => {
    refuseUnknownParameters(request, ['f']);
    const current = chooseRepresentation(request, forms);
    const collection = await getCollection(parts, request.params.id!);
    const { language } = request;
    const tag = tagOf([collection]);
    if (current.f === 'html') {
      const name = say(language, ...kindNames[kind]);
      const fields = fieldTable(collection.table.fields, language);
      return pageAnswer(request, `${collection.title[language]} · ${name}`, fields, tag);
    }
    const id = `${rootOf(request)}/collections/${encodeURIComponent(collection.id)}/${kind}`;
    return { type: SCHEMA_TYPE, body: JSON.stringify(schemaOf(collection, kind, id, language)), tag };
  };

function schemaOf(collection: FeatureCollection, kind: SchemaKind, id: string, language: Language): object {
  const properties: Record<string, object> = {};
  if (kind !== 'sortables') properties[GEOMETRY] = geometrySchema(language);
  for (const field of collection.table.fields) properties[field.name] = fieldSchema(field, language);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: id,
    type: 'object',
    title: collection.title[language],
    properties,
    additionalProperties: false,
  };
}

/**
 * OGC 19-079r2 /req/queryables/get-queryables-response asks for `format` and no `$ref`; QGIS (to 3.44 at least) finds
 * the geometry by this `$ref` only. No suite tests it, so both are there.
 */
const geometrySchema = (language: Language): object => ({
  title: say(language, '几何', 'Geometry'),
  format: 'geometry-multipolygon',
  $ref: 'https://geojson.org/schema/MultiPolygon.json',
  'x-ogc-role': 'primary-geometry',
});

export function fieldSchema({ type, title }: Field, language: Language): object {
  const text = { title: title[language] };
  if (type === 'date') return { ...text, type: 'string', format: 'date' };
  if (type === 'timestamp') return { ...text, type: 'string', format: 'date-time' };
  return { ...text, type };
}
