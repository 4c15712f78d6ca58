/** The app as the tests open it: small limits, no keys, the log kept in memory. */
import { tmpdir } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { type AppOptions, buildApp } from '../../src/http/app.js';
import { emptyKeyRing } from '../../src/http/keys.js';
import { type MemoryService, memoryService } from './memory-service.js';

export interface TestApp {
  app: FastifyInstance;
  service: MemoryService;
  log: string[];
}

export function testApp(
  options: Partial<AppOptions> = {},
  service: MemoryService = memoryService(),
): TestApp {
  const log: string[] = [];
  const app = buildApp(service, {
    keys: emptyKeyRing,
    version: '9.9.9',
    log: { level: 'debug', stream: { write: (line) => log.push(line) } },
    maxBodyBytes: 10_000,
    maxLayerBytes: 20_000,
    asyncAboveBytes: 9_000,
    echoProcess: true,
    tileCacheBytes: 1_000_000,
    requestTimeoutMs: 60_000,
    idleTimeoutMs: 60_000,
    maxConnections: 100,
    standards: { publicUrl: undefined, trustProxy: false, stalledReaderMs: 60_000, streams: 4 },
    checkLimits: { running: 1, waiting: 1, waitMs: 10_000, timeLimitMs: 10_000 },
    importLimits: { running: 1, waiting: 0, waitMs: 10_000, timeLimitMs: 10_000 },
    tempDir: tmpdir(),
    ...options,
  });
  return { app, service, log };
}

export const geoJson = 'application/geo+json';

export const parcels = (...verdicts: string[]): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    features: verdicts.map((verdict, i) => ({
      type: 'Feature',
      id: `DK-${i + 1}`,
      properties: { name: `地块${i + 1}`, verdict },
      geometry: { type: 'Polygon', coordinates: [[[113.123456, 35.654321]]] },
    })),
  });
