/** What a fragments request writes as a file, on the sample city. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageRoot } from '../../src/core/package-root.js';
import { loadTestCity } from '../checks/sample-city.js';
import { openTestDatabase } from '../database/test-database.js';
import { type StandardsApp, standardsApp } from '../ogc/standards-app.js';

let service: StandardsApp;
const curated = JSON.parse(
  readFileSync(join(packageRoot, 'sample-data', 'parcels', 'fragments.geojson'), 'utf8'),
);

beforeAll(async () => {
  const db = await openTestDatabase();
  service = standardsApp(db);
  await loadTestCity(db, service.geos, 'small');
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

const ask = (query: string, parcels: object = curated, headers: Record<string, string> = {}) =>
  service.send('POST', `/v1/fragments${query}`, parcels, headers);

describe('fragments as 国土 TXT', () => {
  it('are the outlines merged with a host, which read back with the area that was answered', async () => {
    const merges = (await ask('')).json.fragments.filter(({ merge }: { merge: unknown }) => merge);
    expect(merges).not.toEqual([]);
    // a file is answered at once, whatever is preferred
    const file = await ask('?f=txt', curated, { prefer: 'respond-async' });
    expect([file.status, file.headers['content-type'], file.headers['content-disposition']]).toEqual([
      200,
      'text/plain; charset=gbk',
      'attachment; filename="merged-outlines.txt"',
    ]);
    const read = await service.app.inject({
      ...{ method: 'POST', url: '/v1/bundles', headers: { 'content-type': 'text/plain' } },
      payload: file.bytes,
    });
    const { parcels } = read.json();
    expect(parcels.map(({ id }: { id: string }) => id)).toEqual(
      merges.map(({ id, merge }: { id: string; merge: { host: string } }) => `${id}+${merge.host}`),
    );
    for (const [i, { areaM2 }] of parcels.entries())
      expect(areaM2).toBeCloseTo(merges[i].merge.areaAfterM2, 0);
  });

  it('are refused where nothing borders on a host, and in a form that is none', async () => {
    const alone = curated.features.filter(
      ({ properties }: { properties: { role: string } }) => properties.role !== 'host',
    );
    const refused = await ask('?f=txt', { ...curated, features: alone });
    expect([refused.status, refused.json.code]).toEqual([400, 'bad-parameter']);
    expect(refused.json.detail).toContain('归并');
    expect((await ask('?f=shp')).status).toBe(400);
    expect((await service.send('POST', '/v1/bundles?f=txt', curated)).json.code).toBe('unknown-parameter');
  });
});
