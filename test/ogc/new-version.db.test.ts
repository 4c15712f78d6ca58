import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importLayer } from '../../src/layers/import-layer.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { grid, rectangle, stream } from '../layers/made-layers.js';
import { type Answer, type StandardsApp, standardsApp } from './standards-app.js';

let it_: StandardsApp;
const items = '/ogc/collections/dltb/items';
const wfs = '/wfs?service=WFS&version=2.0.0&request=GetFeature&typenames=om:dltb';
const coverage = {
  kind: 'polygon',
  geojson: { type: 'MultiPolygon', coordinates: rectangle(0, 0, 3000, 2000) },
  crs: 4526,
} as const;

/** `count` squares of 100 m whose BSM begin with `name`. */
async function importVersion(name: string, count: number, dataDate: string, more: object): Promise<void> {
  const squares = grid(count, 1, 100, (i) => ({ BSM: `${name}${i}`, DLBM: '0102', KCXS: 0, ...more }));
  const file = { sourceFileName: 'made.geojson', crs: 4526, coverage, dataDate };
  await importLayer({ db: it_.db, geos: it_.geos }, { layerId: 'dltb', source: stream(squares), ...file });
}

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  it_ = standardsApp(db);
});
afterAll(async () => {
  await it_.app.close();
  await it_.geos.close();
});

const seen = async (url: string): Promise<string[]> => {
  const { status, text } = await it_.get(url);
  expect(status, text).toBe(200);
  return [...text.matchAll(/BSM(?:":"|>)([A-Z]\d+)/g)].map(([, bsm]) => bsm!);
};

/** Every way in which features are read. */
const ways = [
  `${items}?limit=100`,
  `${items}?limit=2&offset=1`,
  `${items}?limit=2&after=dltb.1`,
  `${items}?limit=2&sortby=-BSM`,
  `${items}?filter=${encodeURIComponent("DLBM = '0102'")}`,
  `${items}/dltb.3`,
  wfs,
  `${wfs}&outputformat=application/json`,
  `${wfs}&count=2&startindex=1&sortby=BSM`,
  `${wfs}&resourceid=dltb.3`,
];

describe('a new version', () => {
  it('answers the very next request, whatever was read of the one before', async () => {
    await importVersion('A', 6, '2022-12-31', {});
    for (let round = 0; round < 2; round++) {
      for (const way of ways) for (const bsm of await seen(way)) expect([way, bsm[0]]).toEqual([way, 'A']);
    }
    await importVersion('B', 4, '2023-12-31', { GDDB: '7' });
    for (const way of ways) {
      const found = await seen(way);
      expect(found.length, way).toBeGreaterThan(0);
      for (const bsm of found) expect([way, bsm[0]]).toEqual([way, 'B']);
    }
  });

  it('brings its number, its fields and what it has no longer', async () => {
    await importVersion('C', 2, '2024-12-31', { KZ1: 'x' });
    const filter = `filter=${encodeURIComponent("DLBM = '0102'")}`;
    expect((await it_.get(`${items}?limit=1&${filter}`)).json.numberMatched).toBe(2);
    expect((await it_.get(`${items}?KZ1=x`)).json.numberMatched).toBe(2);
    expect((await it_.get(`${items}?GDDB=7`)).status).toBe(400);
    expect((await it_.get(`${items}/dltb.3`)).status).toBe(404);
    expect((await it_.get(`${wfs}&resulttype=hits`)).text).toContain('numberMatched="2"');
    expect((await it_.get(`${wfs}&startindex=3`)).text).toContain('numberReturned="0"');
    const before = await it_.get(`${items}?limit=1&datetime=2023-12-31&${filter}`);
    expect([before.status, before.json.numberMatched, before.json.numberReturned]).toEqual([200, 4, 1]);
  });

  it('changes the tag of an answer', async () => {
    const { headers } = await it_.get(`${items}?limit=1`);
    const known = { 'if-none-match': headers.etag! };
    expect((await it_.get(`${items}?limit=1`, known)).status).toBe(304);
    await importVersion('D', 3, '2025-06-30', {});
    const { status, json } = await it_.get(`${items}?limit=1`, known);
    expect([status, json.features[0].properties.BSM]).toEqual([200, 'D0']);
  });

  it('leaves whoever goes from page to page in the version of the first, forwards and back', async () => {
    await importVersion('E', 7, '2025-06-30', { KZ1: 'x' });
    const ways = ['limit=2', 'limit=2&KZ1=x', 'limit=2&sortby=-BSM', 'limit=2&offset=1', 'limit=3&f=html'];
    const firsts = await Promise.all(ways.map((way) => it_.get(`${items}?${way}`)));
    await importVersion('F', 9, '2025-09-30', {});
    const linked = (answer: Answer, rel: string): string | undefined => {
      const href = answer.json
        ? answer.json.links.find((link: { rel: string }) => link.rel === rel)?.href
        : new RegExp(`href="([^"]*)"[^>]*>${rel === 'next' ? '下一页' : '上一页'}`).exec(answer.text)?.[1];
      const url = href && new URL(href.replaceAll('&amp;', '&'));
      return url && url.pathname + url.search;
    };
    for (const [i, first] of firsts.entries()) {
      const found = new Set<string>();
      const back: string[] = [];
      let page = first;
      for (let next: string | undefined = ''; next !== undefined; next = linked(page, 'next')) {
        if (next !== '') page = await it_.get(next);
        expect([ways[i], page.status]).toEqual([ways[i], 200]);
        for (const [, bsm] of page.text.matchAll(/\b([EF]\d+)\b/g)) found.add(bsm!);
        const prev = linked(page, 'prev');
        if (prev) back.push(prev);
      }
      const wanted = ways[i]!.includes('offset') ? 6 : 7;
      expect([ways[i], [...found].filter((bsm) => bsm.startsWith('E')).length, found.size]).toEqual([
        ways[i],
        wanted,
        wanted,
      ]);
      expect(back.length).toBeGreaterThan(1);
      for (const prev of back) expect((await it_.get(prev)).text).not.toMatch(/\bF\d+\b/);
    }
    // by its name, as long as it is kept
    const { json } = await it_.get(`${items}?version=2025-06-30.2&limit=1`);
    expect(json.numberMatched).toBe(7);
    expect((await it_.get(`${items}?version=1999-01-01.1`)).status).toBe(404);
    expect((await it_.get('/ogc/collections/check-parcels/items?version=1')).status).toBe(404);
  });
});
