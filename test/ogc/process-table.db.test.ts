/** Every process that stands for a route of /v1, on the sample city: the same answer, at once and later, and really stopped. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.js';
import { Jobs } from '../../src/jobs/jobs.js';
import { exampleOf } from '../../src/measures/measure-examples.js';
import { measureTable } from '../../src/measures/measure-table.js';
import { loadTestCity } from '../checks/sample-city.js';
import { openTestDatabase } from '../database/test-database.js';
import { type Answer, type StandardsApp, standardsApp } from './standards-app.js';

let service: StandardsApp;
let jobs: Jobs;

beforeAll(async () => {
  const db = await openTestDatabase();
  const limits = { running: 2, waiting: 20, timeLimitMs: 60_000, keptMs: 3_600_000, lostAfterMs: 60_000 };
  jobs = new Jobs(db, limits, () => {});
  service = standardsApp(db, { maxBodyBytes: 20e6 }, jobs);
  await loadTestCity(db, service.geos, 'small');
  await jobs.start();
});
afterAll(async () => {
  await jobs.close();
  await service.app.close();
  await service.geos.close();
});

const execute = (id: string, inputs: object, headers: Record<string, string> = {}): Promise<Answer> =>
  service.send('POST', `/ogc/processes/${id}/execution`, { inputs }, headers);

async function status(path: string, wanted: readonly string[]): Promise<Answer> {
  for (;;) {
    const answer = await service.get(path);
    if (wanted.includes(answer.json.status)) return answer;
    if (['failed', 'successful', 'dismissed'].includes(answer.json.status)) throw new Error(answer.text);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

async function later(id: string, inputs: object): Promise<Answer> {
  const asked = await execute(id, inputs, { prefer: 'respond-async' });
  expect(asked.status).toBe(201);
  const path = new URL(asked.headers.location!).pathname;
  await status(path, ['successful']);
  return service.get(`${path}/results`);
}

describe('a measure as a process', () => {
  it.each(measureTable.map(({ id }) => id))('%s answers as at /v1, at once and later', async (id) => {
    const { input } = exampleOf(id);
    const direct = await service.send('POST', `/v1/measures/${id}`, input);
    expect(direct.json.measure).toBe(id);
    const { example } = (await service.get(`/ogc/processes/${id}`)).json;
    expect(example.inputs).toEqual(input);
    const here = await execute(id, example.inputs);
    expect([here.status, here.json]).toEqual([200, direct.json]);
    expect((await later(id, example.inputs)).json).toEqual(direct.json);
  });

  it('says what is missing, and refuses with the places, as at /v1', async () => {
    for (const { id } of measureTable) {
      const here = await execute(id, {});
      expect([here.status, here.json.verdict]).toEqual([200, 'undetermined']);
      expect(here.json).toEqual((await service.send('POST', `/v1/measures/${id}`, {})).json);
    }
    const bad = { contractDate: 'soon', deliveredOn: '2025-07-01' };
    const direct = await service.send('POST', '/v1/measures/delivery-deadline', bad);
    const here = await execute('delivery-deadline', bad);
    expect([here.json.code, here.json.errors]).toEqual(['bad-input', direct.json.errors]);
    expect((await execute('delivery-deadline', { speed: 1 })).json.errors[0].code).toBe('unknown-input');
  });
});

const curated = (file: string): object =>
  JSON.parse(readFileSync(join(packageRoot, 'sample-data', 'parcels', `${file}.geojson`), 'utf8'));

describe('supply as processes', () => {
  it.each([
    ['supply-bundles', 'bundles', '', {}],
    [
      ...(['supply-bundles', 'bundles'] as const),
      '?across=road:30&propose=true&limit=2',
      { across: { road: 30 }, propose: { limit: 2 } },
    ],
    ['fragments', 'fragments', '', {}],
    [
      ...(['fragments', 'range', '?discover=true&approved=none&minAreaM2=50'] as const),
      { discover: true, approved: ['none'], minAreaM2: 50 },
    ],
    [
      ...(['fragments', 'range', '?discover=true&approved=zz_tdzsfw,xx_xmzdfw'] as const),
      { discover: true, approved: ['zz_tdzsfw', 'xx_xmzdfw'] },
    ],
  ])('%s answers the curated %s%s as at /v1, at once and later', async (id, file, query, options) => {
    const parcels = file === 'range' ? rangeOnly() : curated(file);
    const room = id === 'fragments' ? 'fragments' : 'bundles';
    const direct = await service.send('POST', `/v1/${room}${query}`, parcels);
    expect([direct.status, direct.json.parameters.planeCrs]).toEqual([200, 'EPSG:4526']);
    const here = await execute(id, { parcels, ...options });
    expect([here.status, here.json]).toEqual([200, direct.json]);
    expect((await later(id, { parcels, ...options })).json).toEqual(direct.json);
  });

  it('show examples that run', async () => {
    for (const id of ['parcel-check', 'supply-bundles', 'fragments']) {
      const { example } = (await service.get(`/ogc/processes/${id}`)).json;
      expect((await execute(id, example.inputs)).status).toBe(200);
    }
  });

  it('refuse layers that are none of approved land, as at /v1', async () => {
    const refused = await execute('fragments', { parcels: rangeOnly(), discover: true, approved: ['dltb'] });
    expect([refused.status, refused.json.errors[0].pointer]).toEqual([400, '/inputs/approved/0']);
    const direct = await service.send('POST', '/v1/fragments?discover=true&approved=dltb', rangeOnly());
    expect(direct.status).toBe(400);
  });

  it('refuse numbers out of range and unknown members', async () => {
    const parcels = curated('bundles');
    const wide = await execute('supply-bundles', { parcels, gapToleranceM: 9 });
    expect(wide.json.errors[0]).toMatchObject({ pointer: 'gapToleranceM', code: 'out-of-range' });
    expect((await execute('supply-bundles', { parcels, across: { rail: 3 } })).status).toBe(400);
  });

  it('are stopped while they run', async () => {
    const asked = await execute('supply-bundles', { parcels: grid(50) }, { prefer: 'respond-async' });
    expect(asked.text).toContain('"accepted"');
    const path = new URL(asked.headers.location!).pathname;
    await status(path, ['running']);
    expect((await service.send('DELETE', path)).json.status).toBe('dismissed');
    expect((await jobs.count()).running).toBe(0);
  });
});

/** The ground of the curated project, to be searched. */
function rangeOnly(): object {
  const { features, ...rest } = curated('fragments') as { features: { properties: { role: string } }[] };
  return { ...rest, features: features.filter(({ properties }) => properties.role === 'project') };
}

/** n × n squares of about 10 m that border on each other. */
function grid(n: number): object {
  const features = Array.from({ length: n * n }, (_, i) => {
    const at = (origin: number, steps: number): number => Number((origin + 0.0001 * steps).toFixed(4));
    const [x, y] = [at(113.2389, i % n), at(35.2147, Math.floor(i / n))];
    const [east, north] = [at(113.2389, (i % n) + 1), at(35.2147, Math.floor(i / n) + 1)];
    const ring = [
      [x, y],
      [east, y],
      [east, north],
      [x, north],
      [x, y],
    ];
    const properties = { landUse: '1001', detailedPlanUse: '1001' };
    return { type: 'Feature', id: `P-${i}`, properties, geometry: { type: 'Polygon', coordinates: [ring] } };
  });
  return { type: 'FeatureCollection', features };
}
