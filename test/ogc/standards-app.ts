/** The standards as callers meet them: the app with its real rooms behind the standards, over the test database. */
import type { FastifyInstance, LightMyRequestResponse } from 'fastify';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import type { AppOptions } from '../../src/http/app.js';
import type { JobRoom } from '../../src/http/service.js';
import { VersionMemory } from '../../src/layers/query/layer-collections.js';
import { QueryMemory } from '../../src/layers/query/query-features.js';
import { runMeasureOn } from '../../src/measures/run-measure.js';
import type { BundleRequest } from '../../src/supply/bundle-types.js';
import { createBundles } from '../../src/supply/create-bundles.js';
import { createFragments } from '../../src/supply/create-fragments.js';
import type { FragmentRequest } from '../../src/supply/fragment-types.js';
import { supplyPartsOf } from '../../src/supply/open-supply.js';
import { checkParts } from '../checks/made-checks.js';
import { memoryService } from '../http/memory-service.js';
import { testApp } from '../http/test-app.js';

export interface StandardsApp {
  app: FastifyInstance;
  db: Database;
  geos: GeosPool;
  log: string[];
  queries: QueryMemory;
  get(url: string, headers?: Record<string, string>): Promise<Answer>;
  /** Any method, with a JSON body. */
  send(
    method: 'POST' | 'DELETE',
    url: string,
    body?: object,
    headers?: Record<string, string>,
  ): Promise<Answer>;
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member
type Json = any;

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  bytes: Buffer;
  json: Json;
}

export function standardsApp(db: Database, options: Partial<AppOptions> = {}, jobs?: JobRoom): StandardsApp {
  const geos = new GeosPool({ workers: 1 });
  const queries = new QueryMemory();
  const check = checkParts(db, geos);
  const supply = supplyPartsOf(check);
  const standards = { check, queries, versions: new VersionMemory() };
  const service = Object.defineProperty(memoryService(jobs), 'standards', { value: standards });
  Object.assign(service, {
    runMeasure: (id: string, body: Uint8Array) => runMeasureOn(check, id, body),
    createBundles: (request: BundleRequest) => createBundles(supply, request),
    createFragments: (request: FragmentRequest) => createFragments(supply, request),
  });
  const { app, log } = testApp({ ...options }, service);
  return {
    ...{ app, db, geos, log, queries },
    get: async (url, headers = {}) => toAnswer(await app.inject({ url, headers })),
    send: async (method, url, body, headers = {}) =>
      toAnswer(
        await app.inject({
          ...{ method, url, headers: { ...(body && { 'content-type': 'application/json' }), ...headers } },
          ...(body && { payload: JSON.stringify(body) }),
        }),
      ),
  };
}

function toAnswer({ headers, statusCode, payload, rawPayload }: LightMyRequestResponse): Answer {
  const type = String(headers['content-type'] ?? '');
  return {
    status: statusCode,
    headers: headers as Record<string, string | undefined>,
    text: payload,
    bytes: rawPayload,
    json: type.split(';')[0]!.includes('json') && payload !== '' ? JSON.parse(payload) : undefined,
  };
}
