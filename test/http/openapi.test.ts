import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.js';
import { routes } from '../../src/http/app.js';
import { testApp } from './test-app.js';

const { app } = testApp();

interface Media {
  schema?: object;
  example?: unknown;
  examples?: Record<string, { value: unknown }>;
}
interface Operation {
  operationId: string;
  parameters: {
    name: string;
    in: string;
    required: boolean;
    schema: { default?: unknown; examples?: unknown[] };
  }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, { description: string; content?: Record<string, Media> }>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const read = async (language: string): Promise<Document> =>
  (await app.inject({ url: '/openapi.json', headers: { 'accept-language': language } })).json();

const operationsOf = (document: Document) =>
  Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );

function mediaOf(operation: Operation): [string, Media][] {
  const bodies = [operation.requestBody, ...Object.values(operation.responses)];
  return bodies.flatMap((body) => Object.entries(body?.content ?? {}));
}

describe('the OpenAPI document', () => {
  it('holds every route of the table and nothing else', async () => {
    const document = await read('zh');
    expect(document.openapi).toBe('3.1.0');
    const told = operationsOf(document).map(({ path, method }) => `${method.toUpperCase()} ${path}`);
    expect(told.sort()).toEqual(routes.map(({ method, path }) => `${method} ${path}`).sort());
    const ids = operationsOf(document).map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('has parcels on the ground of the sample city as examples: whoever pastes one gets an answer', async () => {
    const file = join(packageRoot, 'sample-data/parcels/dk-32-golden-quad.geojson');
    const { paths } = await read('zh');
    const boxOf = (file: { features: { geometry: { coordinates: [number, number][][] } }[] }) => {
      const positions = file.features.flatMap(({ geometry }) => geometry.coordinates.flat());
      const [lon, lat] = [0, 1].map((axis) => positions.map((position) => position[axis]!));
      return [Math.min(...lon!), Math.min(...lat!), Math.max(...lon!), Math.max(...lat!)] as const;
    };
    const [west, south, east, north] = boxOf(JSON.parse(readFileSync(file, 'utf8')));
    for (const path of ['/v1/checks', '/v1/bundles', '/v1/fragments']) {
      const { example, examples } = paths[path]!.post!.requestBody!.content['application/json']!;
      const parcels = example ?? Object.values(examples!)[0]!.value;
      const box = boxOf(parcels as Parameters<typeof boxOf>[0]);
      expect([path, box[0] > west, box[1] > south, box[2] < east, box[3] < north]).toEqual([
        path,
        ...[true, true, true, true],
      ]);
    }
  });

  it('has an example for every body, and each fits its schema', async () => {
    const document = await read('en');
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(document, 'openapi');
    let checked = 0;
    for (const { path, method, operation } of operationsOf(document)) {
      for (const [type, { schema, example, examples }] of mediaOf(operation)) {
        if (type.startsWith('text/html')) continue;
        const shown = example === undefined ? Object.values(examples ?? {}).map((e) => e.value) : [example];
        expect([method, path, type, shown.length > 0]).toEqual([method, path, type, true]);
        const text = JSON.stringify(schema).replaceAll('#/components', 'openapi#/components');
        const validate = ajv.compile(JSON.parse(text));
        for (const value of shown) {
          validate(value);
          expect([method, path, validate.errors]).toEqual([method, path, null]);
          checked++;
        }
      }
    }
    expect(checked).toBeGreaterThan(routes.length);
  });

  it('refers to nothing that is not there, and names every path parameter', async () => {
    const document = await read('zh');
    const text = JSON.stringify(document);
    const referred = [...text.matchAll(/"\$ref":"#\/components\/schemas\/(\w+)"/g)].map((m) => m[1]);
    expect(new Set(referred)).toEqual(new Set(Object.keys(document.components.schemas)));
    expect(text).not.toContain('$id');
    for (const { path, operation } of operationsOf(document)) {
      const named = [...path.matchAll(/\{(\w+)\}/g)].map((m) => m[1]);
      const given = operation.parameters.filter((p) => p.in === 'path');
      expect(given.map((p) => p.name)).toEqual(named);
      expect(given.every((p) => p.required)).toBe(true);
    }
  });

  it('asks for no query parameter that has a default', async () => {
    const { paths } = await read('zh');
    const query = paths['/v1/checks']!.post!.parameters;
    expect(query.map((p) => p.name)).toEqual([
      'stage',
      'rulePack',
      'onDate',
      'asOf',
      'crs',
      'layer',
      'encoding',
      'facts',
      'draft',
      'module',
      'have',
      'passed',
      'verify',
      'repair',
    ]);
    expect(query.some((p) => p.required)).toBe(false);
  });

  it('tells the problems of a route with an example each', async () => {
    const { paths } = await read('en');
    const { responses } = paths['/v1/checks']!.post!;
    expect(Object.keys(responses)).toEqual(
      expect.arrayContaining(['201', '400', '401', '403', '404', '413', '415', '422', '500', '503']),
    );
    const refused = responses['422']!.content!['application/problem+json']!.examples!;
    expect(refused['bad-parcel']!.value).toMatchObject({ errors: [{ place: [113.2, 35.2] }] });
  });
});

describe('pages', () => {
  it.each(['/', '/docs'])('%s needs nothing from elsewhere and speaks two languages', async (url) => {
    const zh = await app.inject({ url });
    const en = await app.inject({ url, headers: { 'accept-language': 'en' } });
    const chosen = await app.inject({ url: `${url}?lang=en` });
    expect(zh.headers['content-type']).toBe('text/html; charset=utf-8');
    expect(zh.headers['content-security-policy']).toContain("default-src 'none'");
    expect(zh.body).toContain('<html lang="zh">');
    expect(en.body).toContain('<html lang="en">');
    expect(chosen.body).toBe(en.body);
    // its own address is that of the request
    expect(zh.body).not.toMatch(/<script|<link|src=|https?:\/\/(?!127\.0\.0\.1|localhost:80\/)/);
  });

  it('/ shows its own address, in the command to paste and in its links', async () => {
    const { body } = await app.inject({ url: '/', headers: { host: 'gis.example.cn:81' } });
    for (const path of ['/v1/checks?stage=pre-review', '/ogc', '/docs'])
      expect(body).toContain(`http://gis.example.cn:81${path}`);
  });

  it('/docs shows every route', async () => {
    const { body } = await app.inject({ url: '/docs' });
    for (const { path } of routes) expect(body).toContain(`<code>${path}</code>`);
  });

  it('explain every problem type', async () => {
    const { type } = (await app.inject({ url: '/v1/layers/none' })).json();
    expect((await app.inject({ url: type })).json()).toMatchObject({ code: 'not-found', status: 404 });
    expect((await app.inject({ url: '/problems/none' })).statusCode).toBe(404);
  });
});
