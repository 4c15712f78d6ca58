/** The standards as callers meet them: the app with its real rooms behind the standards, over the test database. */
import type { FastifyInstance } from 'fastify';
import type { Database } from '../../src/database/sql.js';
import { GeosPool } from '../../src/geometry/geos-pool.js';
import type { AppOptions } from '../../src/http/app.js';
import { VersionMemory } from '../../src/layers/query/layer-collections.js';
import { QueryMemory } from '../../src/layers/query/query-features.js';
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
}

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member
type Json = any;

export interface Answer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
  json: Json;
}

export function standardsApp(db: Database, options: Partial<AppOptions> = {}): StandardsApp {
  const geos = new GeosPool({ workers: 1 });
  const queries = new QueryMemory();
  const standards = { check: checkParts(db, geos), queries, versions: new VersionMemory() };
  const service = Object.defineProperty(memoryService(), 'standards', { value: standards });
  const { app, log } = testApp({ ...options }, service);
  return {
    ...{ app, db, geos, log, queries },
    async get(url, headers = {}) {
      const answer = await app.inject({ url, headers });
      const type = String(answer.headers['content-type'] ?? '');
      return {
        status: answer.statusCode,
        headers: answer.headers as Record<string, string | undefined>,
        text: answer.payload,
        json: type.includes('json') && answer.payload !== '' ? JSON.parse(answer.payload) : undefined,
      };
    },
  };
}
