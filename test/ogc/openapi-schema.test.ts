import { describe, expect, it } from 'vitest';
import { toOpenApiSchema } from '../../src/ogc/common/openapi-schema.js';

describe('a JSON Schema in the flavour of OpenAPI 3.0', () => {
  it.each([
    ['a constant', { const: 'a' }, { enum: ['a'] }],
    ['a limit that is excluded', { exclusiveMinimum: 0 }, { minimum: 0, exclusiveMinimum: true }],
    ['another one', { exclusiveMaximum: 9 }, { maximum: 9, exclusiveMaximum: true }],
    ['examples', { examples: ['a', 'b'] }, { example: 'a' }],
    ['a word of our own', { type: 'string', 'x-quantity': true }, { type: 'string' }],
    [
      'a value or null',
      { title: 'T', anyOf: [{ type: 'string' }, { type: 'null' }] },
      { type: 'string', title: 'T', nullable: true },
    ],
    [
      'one of several or null',
      { anyOf: [{ type: 'string' }, { type: 'number' }, { type: 'null' }] },
      {
        anyOf: [
          { type: 'string', nullable: true },
          { type: 'number', nullable: true },
        ],
      },
    ],
    [
      'all of it inside',
      {
        type: 'object',
        properties: { const: { const: 1 } },
        additionalProperties: { items: { const: 2 } },
        not: { oneOf: [{ const: 3 }] },
      },
      {
        type: 'object',
        properties: { const: { enum: [1] } },
        additionalProperties: { items: { enum: [2] } },
        not: { oneOf: [{ enum: [3] }] },
      },
    ],
    [
      'what is so already',
      { type: 'object', additionalProperties: false },
      { type: 'object', additionalProperties: false },
    ],
  ])('%s', (_name, given, told) => {
    expect(toOpenApiSchema(given)).toEqual(told);
  });
});
