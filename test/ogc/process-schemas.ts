/**
 * What OGC API – Processes (OGC 18-062r2) asks of its documents, as JSON Schema: the members it names and their types.
 * Further members are allowed wherever the standard allows them.
 */
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';

const text = { type: 'string' };
const moment = { type: 'string', format: 'date-time' };
const count = { type: 'integer', minimum: 0 };
const flag = { type: 'boolean' };
const list = (items: object) => ({ type: 'array', items });
const ref = (name: string) => ({ $ref: `#/definitions/${name}` });

const described = { title: text, description: text, keywords: list(text) };

/** It has no other words than these. */
function schemaObject(own: string, more: object): object {
  return {
    type: 'object',
    additionalProperties: false,
    properties: {
      ...more,
      ...{ title: text, description: text, format: text, pattern: { type: 'string', format: 'regex' } },
      ...{ default: {}, example: {}, enum: { type: 'array', minItems: 1 } },
      ...{ multipleOf: { type: 'number', exclusiveMinimum: 0 }, maximum: { type: 'number' } },
      ...{ minimum: { type: 'number' }, exclusiveMaximum: flag, exclusiveMinimum: flag },
      ...{ maxLength: count, minLength: count, maxItems: count, minItems: count },
      ...{ maxProperties: count, minProperties: count },
      ...{ uniqueItems: flag, nullable: flag, readOnly: flag, writeOnly: flag, deprecated: flag },
      required: { type: 'array', items: text, minItems: 1, uniqueItems: true },
      type: { enum: ['array', 'boolean', 'integer', 'number', 'object', 'string'] },
      ...{ not: ref(own), items: ref(own) },
      ...{ allOf: list(ref(own)), oneOf: list(ref(own)), anyOf: list(ref(own)) },
      properties: { type: 'object', additionalProperties: ref(own) },
      additionalProperties: { oneOf: [ref(own), flag] },
    },
  };
}

const definitions: Readonly<Record<string, object>> = {
  link: {
    type: 'object',
    required: ['href', 'rel', 'type'],
    properties: {
      href: { type: 'string', format: 'uri' },
      rel: text,
      type: text,
      hreflang: text,
      title: text,
    },
  },
  landingPage: {
    type: 'object',
    required: ['links'],
    properties: { title: text, description: text, links: list(ref('link')) },
  },
  confClasses: { type: 'object', required: ['conformsTo'], properties: { conformsTo: list(text) } },
  processSummary: {
    type: 'object',
    required: ['id', 'version'],
    properties: {
      ...described,
      ...{ id: text, version: text },
      jobControlOptions: list({ enum: ['sync-execute', 'async-execute', 'dismiss'] }),
      outputTransmission: list({ enum: ['value', 'reference'] }),
      links: list(ref('link')),
    },
  },
  processList: {
    type: 'object',
    required: ['processes', 'links'],
    properties: { processes: list(ref('processSummary')), links: list(ref('link')) },
  },
  process: {
    allOf: [
      ref('processSummary'),
      {
        properties: {
          inputs: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              required: ['schema'],
              properties: {
                ...described,
                minOccurs: { type: 'integer' },
                maxOccurs: { oneOf: [{ type: 'integer' }, { const: 'unbounded' }] },
                schema: ref('schema'),
              },
            },
          },
          outputs: {
            type: 'object',
            additionalProperties: {
              type: 'object',
              required: ['schema'],
              properties: { ...described, schema: ref('schema') },
            },
          },
        },
      },
    ],
  },
  // a schema object of OpenAPI 3.0 as it is, and with the three words for content of schema.yaml
  apiSchema: schemaObject('apiSchema', {}),
  schema: schemaObject('schema', { contentMediaType: text, contentEncoding: text, contentSchema: text }),
  statusInfo: {
    type: 'object',
    required: ['jobID', 'status', 'type'],
    properties: {
      ...{ processID: text, jobID: text, message: text, type: { const: 'process' } },
      status: { enum: ['accepted', 'running', 'successful', 'failed', 'dismissed'] },
      ...{ created: moment, started: moment, finished: moment, updated: moment },
      progress: { type: 'integer', minimum: 0, maximum: 100 },
      links: list(ref('link')),
    },
  },
  jobList: {
    type: 'object',
    required: ['jobs', 'links'],
    properties: { jobs: list(ref('statusInfo')), links: list(ref('link')) },
  },
  exception: {
    type: 'object',
    required: ['type'],
    properties: { type: text, title: text, status: { type: 'integer' }, detail: text, instance: text },
  },
};

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

/** What is wrong with a document; empty where nothing is. */
export function faultsOf(name: string, document: unknown): string[] {
  const validate = ajv.compile({ definitions, ...ref(name) });
  validate(document);
  return (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
}
