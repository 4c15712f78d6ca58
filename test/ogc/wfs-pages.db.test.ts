/** A client that pages while a new version is imported: what it has read and what follows must be of one version. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importLayer } from '../../src/layers/import-layer.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { grid, rectangle, stream } from '../layers/made-layers.js';
import { type StandardsApp, standardsApp } from './standards-app.js';
import { all, readTree } from './xml-tree.js';

let service: StandardsApp;
beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  service = standardsApp(db);
  await importVersion('A', 6, '2022-12-31');
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

async function importVersion(name: string, count: number, dataDate: string): Promise<void> {
  const squares = grid(count, 1, 100, (i) => ({ BSM: `${name}${i}`, DLBM: '0102', KCXS: 0 }));
  const geojson = { type: 'MultiPolygon', coordinates: rectangle(0, 0, 3000, 2000) };
  const coverage = { kind: 'polygon', geojson, crs: 4526 } as const;
  const file = { sourceFileName: 'made.geojson', crs: 4526, coverage, dataDate };
  const source = stream(squares);
  await importLayer({ db: service.db, geos: service.geos }, { layerId: 'dltb', source, ...file });
}

const first =
  '/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames=om:dltb&count=2&valuereference=BSM&startindex=2';

async function read(url: string) {
  const { status, text } = await service.get(url);
  const root = readTree(text);
  const place = (address: string | undefined) =>
    address && new URL(address).pathname + new URL(address).search;
  const { next, previous } = root.attributes;
  const [exception] = all(root, 'ows:Exception');
  return {
    ...{ status, next: place(next), previous: place(previous) },
    fault: exception && [exception.attributes.exceptionCode, exception.attributes.locator],
    bsm: [...text.matchAll(/<om:BSM>([^<]*)</g)].map(([, value]) => value),
  };
}

it.each(['GetFeature', 'GetPropertyValue'])(
  '%s: the pages that follow are of one version, or refused',
  async (operation) => {
    const one = await read(first.replace('GetFeature', operation));
    expect([one.status, (await read(one.next!)).status, (await read(one.previous!)).status]).toEqual([
      200, 200, 200,
    ]);
    const [name] = one.bsm[0]!;
    expect((await read(one.next!)).bsm).toEqual([`${name}4`, `${name}5`]);
    // twice: the second time by what is remembered of the version that was
    await importVersion(name === 'A' ? 'B' : 'C', 6, name === 'A' ? '2023-12-31' : '2024-12-31');
    for (const address of [one.next!, one.previous!, one.next!]) {
      const late = await read(address);
      expect([late.status, late.fault]).toEqual([400, ['OperationProcessingFailed', 'dataState']]);
    }
    // who starts again, or counts by itself, reads what is there now
    const again = await read(first.replace('GetFeature', operation));
    expect([again.status, again.bsm[0]![0] === name]).toEqual([200, false]);
    expect((await read(again.next!)).status).toBe(200);
  },
);
