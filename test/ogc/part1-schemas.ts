/** What OGC 17-069r4 says of the JSON documents of Part 1, as JSON Schema of our own; members that it does not name are free. */
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

const text = { type: 'string', minLength: 1 };
const link = {
  type: 'object',
  required: ['href', 'rel', 'type'],
  properties: { href: { type: 'string', format: 'uri' }, rel: text, type: text, title: text },
};
const links = { type: 'array', minItems: 1, items: link };
const time = { anyOf: [{ type: 'string', format: 'date-time' }, { type: 'null' }] };
const crs = { type: 'string', format: 'uri' };
const box = {
  type: 'array',
  items: { type: 'number' },
  oneOf: [
    { minItems: 4, maxItems: 4 },
    { minItems: 6, maxItems: 6 },
  ],
};

const collection = {
  type: 'object',
  required: ['id', 'links'],
  properties: {
    ...{ id: text, title: text, description: text, links, itemType: { const: 'feature' } },
    crs: { type: 'array', minItems: 1, uniqueItems: true, items: crs },
    storageCrs: crs,
    extent: {
      type: 'object',
      properties: {
        spatial: {
          type: 'object',
          required: ['bbox'],
          properties: { bbox: { type: 'array', minItems: 1, items: box }, crs },
        },
        temporal: {
          type: 'object',
          required: ['interval'],
          properties: {
            interval: {
              ...{ type: 'array', minItems: 1 },
              items: { type: 'array', minItems: 2, maxItems: 2, items: time },
            },
          },
        },
      },
    },
  },
};

const position = { type: 'array', minItems: 2, maxItems: 3, items: { type: 'number' } };
const ring = { type: 'array', minItems: 4, items: position };
const geometry = {
  type: 'object',
  required: ['type', 'coordinates'],
  properties: {
    type: { const: 'MultiPolygon' },
    coordinates: { type: 'array', items: { type: 'array', minItems: 1, items: ring } },
  },
};
const feature = {
  type: 'object',
  required: ['type', 'id', 'geometry', 'properties'],
  properties: {
    type: { const: 'Feature' },
    id: { anyOf: [text, { type: 'integer' }] },
    geometry: { anyOf: [geometry, { type: 'null' }] },
    properties: { anyOf: [{ type: 'object' }, { type: 'null' }] },
    links,
  },
};

const count = { type: 'integer', minimum: 0 };
export const schemas = {
  landingPage: {
    type: 'object',
    required: ['links'],
    properties: { links, title: text, description: text },
  },
  confClasses: {
    type: 'object',
    required: ['conformsTo'],
    properties: { conformsTo: { type: 'array', minItems: 1, uniqueItems: true, items: crs } },
  },
  collections: {
    type: 'object',
    required: ['links', 'collections'],
    properties: { links, collections: { type: 'array', minItems: 1, items: collection } },
  },
  collection,
  featureCollection: {
    type: 'object',
    required: ['type', 'features'],
    properties: {
      ...{ type: { const: 'FeatureCollection' }, links, numberMatched: count, numberReturned: count },
      features: { type: 'array', items: feature },
      timeStamp: { type: 'string', format: 'date-time' },
    },
  },
  feature,
  exception: {
    type: 'object',
    required: ['code'],
    properties: { code: text, description: text },
  },
} as const;

const ajv = new Ajv({ strict: false, allErrors: true });
formats.default(ajv);

/** What is wrong with the document; empty: nothing. */
export function faultsOf(name: keyof typeof schemas, document: unknown): string[] {
  const validate = ajv.getSchema(name) ?? ajv.compile({ ...schemas[name], $id: name });
  return validate(document)
    ? []
    : (validate.errors ?? []).slice(0, 5).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
