import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importLayer } from '../../src/layers/import-layer.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { grid, rectangle, stream } from '../layers/made-layers.js';
import { type StandardsApp, standardsApp } from './standards-app.js';

/** 30 × 20 squares of 100 m; every third is 0307, every tenth has no name. */
const squares = grid(30, 20, 100, (i) => ({
  BSM: `B${String(i).padStart(4, '0')}`,
  DLBM: i % 3 === 0 ? '0307' : '0102',
  DLMC: i % 10 === 0 ? null : i % 3 === 0 ? "其他林地 O'Brien 100%" : '水浇地',
  TBMJ: 10_000 + i,
  KCXS: 0,
}));
const coverage = {
  kind: 'polygon',
  geojson: { type: 'MultiPolygon', coordinates: rectangle(0, 0, 3000, 2000) },
  crs: 4526,
} as const;

let it_: StandardsApp;
const items = '/ogc/collections/dltb/items';

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  it_ = standardsApp(db);
  const file = { sourceFileName: 'made.geojson', crs: 4526, coverage };
  const parts = { db, geos: it_.geos };
  await importLayer(parts, {
    ...{ layerId: 'dltb', source: stream(squares.slice(0, 100)), dataDate: '2023-12-31' },
    ...file,
  });
  await importLayer(parts, { layerId: 'dltb', source: stream(squares), dataDate: '2024-12-31', ...file });
});
afterAll(async () => {
  await it_.app.close();
  await it_.geos.close();
});

const idsOf = (json: { features: { id: string }[] }): string[] => json.features.map(({ id }) => id);

/** Every page from the first address to the last `next`. */
async function allPages(url: string): Promise<{ ids: string[]; pages: number }> {
  const ids: string[] = [];
  let pages = 0;
  for (let next: string | undefined = url; next; pages++) {
    const { status, json, text } = await it_.get(next);
    expect(status, text).toBe(200);
    ids.push(...idsOf(json));
    next = json.links
      .find((link: { rel: string }) => link.rel === 'next')
      ?.href.replace('http://localhost:80', '');
  }
  return { ids, pages };
}

const filtered = async (filter: string, more = ''): Promise<number> => {
  const { status, json, text } = await it_.get(
    `${items}?limit=1&filter=${encodeURIComponent(filter)}${more}`,
  );
  if (status !== 200) throw new Error(text);
  return json.numberMatched;
};

describe('pages of features', () => {
  it('hold every feature once, whatever the size of the page', async () => {
    for (const query of [
      'limit=70',
      'limit=599',
      'limit=600',
      'limit=10000',
      'limit=100&sortby=-TBMJ',
      'limit=90&offset=0',
    ]) {
      const { ids } = await allPages(`${items}?${query}`);
      expect([query, ids.length, new Set(ids).size]).toEqual([query, 600, 600]);
    }
  });

  it('keep every parameter in next', async () => {
    const [, , east, north] = (await it_.get('/ogc/collections/dltb')).json.extent.spatial.bbox[0];
    const box = `bbox=113,35,${east},${north}&bbox-crs=http%3A%2F%2Fwww.opengis.net%2Fdef%2Fcrs%2FOGC%2F1.3%2FCRS84`;
    const query = `${box}&filter=DLBM%3D'0307'&limit=30&properties=BSM`;
    const { ids, pages } = await allPages(`${items}?${query}`);
    expect([ids.length, pages]).toEqual([200, 7]);
  });

  it('lead back as they lead on, where they were reached by offset', async () => {
    const linkOf = (json: { links: { rel: string; href: string }[] }, rel: string) =>
      json.links.find((link) => link.rel === rel)?.href.replace('http://localhost:80', '');
    const filter = encodeURIComponent("DLBM = '0307'");
    const start = `${items}?limit=7&offset=3&sortby=-BSM&filter=${filter}`;
    const { json: first } = await it_.get(start);
    const { json: second } = await it_.get(linkOf(first, 'next')!);
    const { json: back } = await it_.get(linkOf(second, 'prev')!);
    expect(idsOf(back)).toEqual(idsOf(first));
    const { json: before } = await it_.get(linkOf(back, 'prev')!);
    expect(idsOf(before)).toHaveLength(3);
    const all = idsOf((await it_.get(`${items}?limit=1000&sortby=-BSM&filter=${filter}`)).json);
    expect([...idsOf(before), ...idsOf(first), ...idsOf(second)]).toEqual(all.slice(0, 17));
    expect(linkOf(before, 'prev')).toBeUndefined();
  });

  it('begin where an offset says, on the first visit and on the way', async () => {
    const all = (await allPages(`${items}?limit=600`)).ids;
    for (const [offset, limit] of [
      [0, 5],
      [123, 7],
      [130, 7],
      [595, 10],
      [600, 10],
      [9_999_999, 1],
    ] as const) {
      const { json } = await it_.get(`${items}?offset=${offset}&limit=${limit}`);
      expect(idsOf(json)).toEqual(all.slice(offset, offset + limit));
      expect([json.numberMatched, json.numberReturned]).toEqual([600, json.features.length]);
    }
  });

  it('are sorted as asked, nulls last, ties by the order of the layer', async () => {
    const { json } = await it_.get(`${items}?sortby=DLMC,-TBMJ&limit=600`);
    const rows = json.features.map(
      (f: { properties: { DLMC: string | null; TBMJ: number } }) => f.properties,
    );
    expect(rows.at(-1).DLMC).toBeNull();
    const named = rows.filter((row: { DLMC: string | null }) => row.DLMC !== null);
    expect(named.length).toBe(540);
    expect(rows.findIndex((row: { DLMC: string | null }) => row.DLMC === null)).toBe(540);
  });

  it('are clamped to the largest size, and count the same on every page', async () => {
    const { json } = await it_.get(`${items}?limit=99999999999999999999`);
    expect([json.numberReturned, json.numberMatched]).toEqual([600, 600]);
  });
});

describe('a feature', () => {
  it('has its id, every field, codes as text and a MultiPolygon', async () => {
    const { json, headers } = await it_.get(`${items}/dltb.1`);
    expect(headers['content-crs']).toBe('<http://www.opengis.net/def/crs/OGC/1.3/CRS84>');
    expect(json.id).toBe('dltb.1');
    expect(json.geometry.type).toBe('MultiPolygon');
    expect(json.properties).toMatchObject({
      BSM: 'B0000',
      DLBM: '0307',
      DLMC: null,
      TBMJ: 10_000,
      QSDWMC: null,
      data_date: '2024-12-31',
      layer_version: '2024-12-31.1',
    });
    expect(json.properties.area_m2).toBeCloseTo(9997, -1);
  });

  it('comes in the order of axes that its CRS says, to 9 decimals', async () => {
    const first = async (crs: string): Promise<[number, number]> => {
      const { json, headers } = await it_.get(`${items}/dltb.1?crs=${encodeURIComponent(crs)}`);
      expect(headers['content-crs']).toBe(`<${crs}>`);
      return json.geometry.coordinates[0][0][0];
    };
    const uri = (epsg: number) => `http://www.opengis.net/def/crs/EPSG/0/${epsg}`;
    const [lon, lat] = await first('http://www.opengis.net/def/crs/OGC/1.3/CRS84');
    expect([Math.floor(lon), Math.floor(lat)]).toEqual([113, 35]);
    expect(String(lon)).toMatch(/^113\.\d{8,9}$/);
    expect(await first(uri(4490))).toEqual([lat, lon]);
    expect(await first(uri(4326))).toEqual([lat, lon]);
    expect(await first(uri(4526))).toEqual([3_898_000, 38_430_000]);
    expect(await first(uri(4547))).toEqual([3_898_000, 430_000]);
    const [x, y] = await first(uri(3857));
    expect(x).toBeCloseTo((lon * Math.PI * 6_378_137) / 180, 1);
    expect(y).toBeCloseTo(6_378_137 * Math.log(Math.tan(Math.PI / 4 + (lat * Math.PI) / 360)), 1);
  });

  it('that does not exist is 404', async () => {
    for (const id of ['dltb.0', 'dltb.601', 'dltb.1x', 'stbhhx.1', '1', 'dltb.99999999999', "dltb.1'--"]) {
      const { status, json } = await it_.get(`${items}/${encodeURIComponent(id)}`);
      expect([id, status, json.code]).toEqual([id, 404, 'not-found']);
    }
  });
});

describe('the state of a layer', () => {
  it('is the active one, or the one of a day', async () => {
    const count = async (query: string) => (await it_.get(`${items}?limit=1${query}`)).json?.numberMatched;
    expect(await count('')).toBe(600);
    expect(await count('&datetime=2024-06-01')).toBe(100);
    expect(await count('&datetime=2020-01-01/2024-06-01T00:00:00Z')).toBe(100);
    expect(await count('&datetime=2024-06-01/..')).toBe(600);
    expect((await it_.get(`${items}?datetime=2020-01-01`)).status).toBe(404);
  });

  it('of a layer without data is 404, never an empty answer', async () => {
    expect((await it_.get('/ogc/collections/stbhhx/items')).status).toBe(404);
    expect((await it_.get('/ogc/collections/stbhhx')).status).toBe(404);
    const { json } = await it_.get('/ogc/collections');
    expect(json.collections.map((c: { id: string }) => c.id)).toEqual(['dltb']);
  });
});

describe('filters', () => {
  it.each([
    ["DLBM='0307'", 200],
    ["DLBM <> '0307'", 400],
    ['"TBMJ" > 10598', 1],
    ['TBMJ >= 10598 AND TBMJ <= 10599', 2],
    ['TBMJ BETWEEN 10000 AND 10009', 10],
    ['TBMJ NOT BETWEEN 10000 AND 10009', 590],
    ["DLBM IN ('0307', '9999')", 200],
    ["DLBM NOT IN ('0307')", 400],
    ['DLMC IS NULL', 60],
    ['DLMC IS NOT NULL', 540],
    ["DLMC LIKE '%O''Brien%'", 180],
    ["DLMC LIKE '%100\\%'", 180],
    ["CASEI(DLMC) LIKE CASEI('%o''BRIEN%')", 180],
    ["DLMC ILIKE '%o''brien%'", 180],
    ["NOT (DLBM='0307' OR TBMJ > 10000)", 0],
    ["NOT DLBM='0307' OR TBMJ > 10000", 599],
    ["(DLBM='0307' OR TBMJ > 10000) AND BSM='B0001'", 1],
    ['TBMJ * 2 - 20000 = 2 * 5', 1],
    ['(TBMJ - 10000) % 100 = 7', 6],
    ['(TBMJ - 10000) DIV 100 = 5', 100],
    ['(TBMJ - 10000) ^ 2 = 49', 1],
    ['TBMJ / 0 = 1', 0],
    ['-TBMJ < -10598', 1],
    ['( - (TBMJ)) = -10000', 1],
    ['TBMJ > KCXS', 600],
    ["data_date = DATE('2024-12-31')", 600],
    ["data_date < '2024-12-31'", 0],
    ["T_AFTER(data_date, DATE('2024-12-30'))", 600],
    ["T_DURING(INTERVAL(data_date, data_date), INTERVAL('2024-01-01', '..'))", 600],
    ["T_DURING(INTERVAL(data_date, data_date), INTERVAL('..', '2024-01-01'))", 0],
    ["T_INTERSECTS(data_date, INTERVAL(DATE('2024-12-31'), TIMESTAMP('2025-01-01T00:00:00Z')))", 600],
    ['TRUE', 600],
    ["DLBM = '0307' AND FALSE", 0],
  ])('%s finds %i', async (filter, expected) => {
    expect(await filtered(filter)).toBe(expected);
  });

  it('find by geometry in every CRS', async () => {
    const crs = (epsg: number) => `&filter-crs=http://www.opengis.net/def/crs/EPSG/0/${epsg}`;
    // northing, easting: the middle of the first square, and a box over four
    expect(await filtered('S_INTERSECTS(geom, POINT(3898050 38430050))', crs(4526))).toBe(1);
    expect(await filtered('S_INTERSECTS(geom, POINT(3898050 430050))', crs(4547))).toBe(1);
    expect(await filtered('S_INTERSECTS(geom, BBOX(3898050, 38430050, 3898150, 38430150))', crs(4526))).toBe(
      4,
    );
    expect(
      await filtered('NOT S_DISJOINT(geom, BBOX(3898050, 38430050, 3898150, 38430150))', crs(4526)),
    ).toBe(4);
    const square =
      'POLYGON((3898000 430000, 3898200 430000, 3898200 430200, 3898000 430200, 3898000 430000))';
    expect(await filtered(`S_WITHIN(geom, ${square})`, crs(4547))).toBeLessThanOrEqual(4);
    const wide = 'POLYGON((3897999 429999, 3898201 429999, 3898201 430201, 3897999 430201, 3897999 429999))';
    expect(await filtered(`S_WITHIN(geom, ${wide})`, crs(4547))).toBe(4);
    expect(await filtered(`S_CONTAINS(${wide}, geom)`, crs(4547))).toBe(4);
    expect(await filtered(`S_OVERLAPS(geom, ${wide})`, crs(4547))).toBe(5);
    expect(await filtered('S_CROSSES(LINESTRING(3898050 429000, 3898050 430150), geom)', crs(4547))).toBe(2);
    expect(await filtered('S_TOUCHES(geom, POINT(3898050 430050))', crs(4547))).toBe(0);
    expect(await filtered('S_EQUALS(geom, geom)')).toBe(600);
  });

  it('come as CQL2-JSON too, and as parameters named after fields', async () => {
    const json = JSON.stringify({
      op: 'and',
      args: [
        { op: '=', args: [{ property: 'DLBM' }, '0307'] },
        { op: '<', args: [{ property: 'TBMJ' }, 10_030] },
      ],
    });
    expect(await filtered(json, '&filter-lang=cql2-json')).toBe(10);
    expect(await filtered("DLBM = '0307'", '&filter-lang=cql-text&TBMJ=10000')).toBe(1);
    expect((await it_.get(`${items}?DLBM=0307&TBMJ=10003`)).json.numberMatched).toBe(1);
  });

  it.each([
    "name = 'O''Brien'",
    "DLBM = '0102' garbage",
    'DLBM = 1 OR',
    "'0102'; DROP TABLE layer_feature",
    'filter garbage here',
    'pg_sleep(10) = 1',
    "version() = 'x'",
    'ST_Area(geom) > 1',
    'DLBM = 102',
    'TBMJ + DLBM > 1',
    'DLBM LIKE TBMJ',
    "DLBM LIKE 'a\\\\\\'",
    "ACCENTI(DLMC) = 'x'",
    "A_CONTAINS(DLMC, ('a','b'))",
    'S_INTERSECTS(geom, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))',
    'S_INTERSECTS(geom, POLYGON((0 0, 1 1, 1 0)))',
    'S_INTERSECTS(geom, POINT(1 2 3 4))',
    'S_INTERSECTS(geom, DLBM)',
    'geom = geom',
    'TBMJ ^ 9999 > 1',
    'TBMJ > 1e999',
    "data_date > DATE('2024-02-30')",
    "DLBM = 'x",
    '"DLBM = 1',
    "DLBM == '1'",
    "DLBM = '1' AND (TBMJ > 1",
    'TBMJ = 1a',
    'properties.TBMJ = 1',
    "DLBM IS '1'",
    'DLBM NOT = 1',
    'TBMJ',
    '1',
    '',
  ])('refuse %j', async (filter) => {
    const { status, json } = await it_.get(`${items}?filter=${encodeURIComponent(filter)}`);
    expect([status, json.code]).toEqual([400, 'bad-parameter']);
  });

  it.each([
    ['parentheses', `${'('.repeat(200)}TRUE${')'.repeat(200)}`],
    ['negations', `${'NOT '.repeat(200)}TRUE`],
    ['signs', `TBMJ = ${'-'.repeat(200)}1`],
    ['values', `DLBM IN (${Array.from({ length: 3000 }, () => "'1'").join(',')})`],
    ['conditions', Array.from({ length: 3000 }, () => 'TRUE').join(' AND ')],
    ['vertices', `S_INTERSECTS(geom, MULTIPOINT(${Array.from({ length: 20_001 }, () => '1 2').join(',')}))`],
  ])('refuse a bomb of %s', async (_name, filter) => {
    const { status, json } = await it_.get(`${items}?filter=${encodeURIComponent(filter)}`);
    expect([status, json.code]).toEqual([400, 'bad-parameter']);
  });

  it.each([
    '{"op":"and","args":[true]}',
    '{"op":"constructor","args":[]}',
    '{"op":"__proto__","args":[]}',
    '{"op":"=","args":[{"property":"DLBM"},null]}',
    '{"bbox":[1,2,3,4],"crs":{"toLonLat":"x"}}',
    '{"op":"s_intersects","args":[{"property":"geom"},{"type":"Point","coordinates":["1);drop",2]}]}',
    '[]',
    'null',
    '{',
  ])('refuse the JSON %s', async (filter) => {
    const { status } = await it_.get(`${items}?filter-lang=cql2-json&filter=${encodeURIComponent(filter)}`);
    expect(status).toBe(400);
  });
});

describe('parameters', () => {
  it.each([
    'foo=1',
    'limit=0',
    'limit=-1',
    'limit=x',
    'limit=1&limit=2',
    'offset=-1',
    'bbox=1,2,3',
    'bbox=1,2,3,x',
    'bbox=1,2,,4',
    'bbox=113,36,114,35',
    'bbox-crs=EPSG:9999&bbox=1,2,3,4',
    'crs=http://www.opengis.net/def/crs/EPSG/0/2000',
    'datetime=yesterday',
    'datetime=2024-13-01',
    'datetime=2025-01-01/2024-01-01',
    'sortby=nope',
    'sortby=BSM&after=dltb.1',
    'after=nope',
    'properties=nope',
    'filter-lang=sql',
    'f=xml',
    'TBMJ=much',
  ])('%s is refused with 400', async (query) => {
    const { status, json, headers } = await it_.get(`${items}?${query}`);
    expect([query, status]).toEqual([query, 400]);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(json.description).toBe(json.detail);
  });

  it.each([
    'bbox=35,113,36,114',
    'bbox=35,113,0,36,114,9',
    'bbox=113,35,114,36&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4490',
  ])('%s is read with its axes the other way round: nothing lies beyond the poles', async (query) => {
    const wanted = (await it_.get(`${items}?limit=1&bbox=113,35,114,36`)).json.numberMatched;
    expect(wanted).toBeGreaterThan(0);
    expect((await it_.get(`${items}?limit=1&${query}`)).json.numberMatched).toBe(wanted);
  });

  it('bbox is exact to the last digit at its edges, whatever lies in it whole', async () => {
    const all = (await it_.get(`${items}?limit=1000`)).json.features as {
      id: string;
      geometry: { coordinates: number[][][][] };
    }[];
    const wests = all.map(({ id, geometry }) => ({
      id,
      west: Math.min(...geometry.coordinates.flat(2).map(([lon]) => lon!)),
    }));
    const edge = Math.max(...wests.map(({ west }) => west));
    const last = wests.filter(({ west }) => west === edge).map(({ id }) => id);
    for (const [step, found] of [
      [-1e-8, false],
      [1e-8, true],
      [-1e-6, false],
      [1e-5, true],
    ] as const) {
      const { json } = await it_.get(`${items}?limit=1000&bbox=100,30,${edge + step},40`);
      const ids = new Set(idsOf(json));
      expect([step, last.some((id) => ids.has(id))]).toEqual([step, found]);
      expect(json.numberMatched).toBe(ids.size);
      expect(ids.size).toBeGreaterThan(500);
    }
  });

  it('bbox finds by geometry, over the antimeridian and over the poles', async () => {
    const matched = async (bbox: string, more = '') =>
      (await it_.get(`${items}?limit=1&bbox=${bbox}${more}`)).json.numberMatched;
    const { geometry } = (await it_.get(`${items}/dltb.1`)).json;
    const [lon, lat] = geometry.coordinates[0][0][0];
    expect(await matched(`${lon + 0.0001},${lat + 0.0001},${lon + 0.0002},${lat + 0.0002}`)).toBe(1);
    expect(await matched(`${lon + 0.0001},${lat + 0.0001},0,${lon + 0.0002},${lat + 0.0002},9`)).toBe(1);
    expect(await matched('170,-90,120,90')).toBe(600);
    expect(await matched('-180,-90,180,90')).toBe(600);
    expect(await matched('177,65,-177,70')).toBe(0);
    const in4490 = '&bbox-crs=http://www.opengis.net/def/crs/EPSG/0/4490';
    expect(await matched(`${lat + 0.0001},${lon + 0.0001},${lat + 0.0002},${lon + 0.0002}`, in4490)).toBe(1);
    // beyond what the CRS reaches there is nothing, as for axes in the wrong order; in a filter that is a fault
    const in4526 = 'crs=http://www.opengis.net/def/crs/EPSG/0/4526';
    expect(await matched('38431000,3901000,38432000,3902000', `&bbox-${in4526}`)).toBe(0);
    const filter = 'S_INTERSECTS(geom,BBOX(38431000,3901000,38432000,3902000))';
    expect((await it_.get(`${items}?filter=${filter}&filter-${in4526}`)).status).toBe(400);
  });
});

describe('on the wire', () => {
  it('a copy that is still good is 304, and a new version changes that', async () => {
    const first = await it_.get(`${items}?limit=2`);
    const { etag } = first.headers;
    expect(etag).toMatch(/^W\/"/);
    const again = await it_.get(`${items}?limit=2`, { 'if-none-match': etag! });
    expect([again.status, again.text]).toEqual([304, '']);
    expect((await it_.get(`${items}?limit=3`, { 'if-none-match': etag! })).status).toBe(200);
    expect((await it_.get(`${items}?limit=2&datetime=2024-06-01`)).headers.etag).not.toBe(etag);
  });

  it('HEAD has no body, OPTIONS tells what is allowed', async () => {
    const head = await it_.app.inject({ method: 'HEAD', url: `${items}?limit=2` });
    expect([head.statusCode, head.payload, head.headers['content-type']]).toEqual([
      200,
      '',
      'application/geo+json',
    ]);
    const options = await it_.app.inject({ method: 'OPTIONS', url: items });
    expect([options.statusCode, options.headers.allow]).toEqual([204, 'GET, HEAD, OPTIONS']);
    const post = await it_.app.inject({
      method: 'POST',
      url: items,
      payload: '{}',
      headers: { 'content-type': 'application/json' },
    });
    expect([post.statusCode, post.headers.allow]).toEqual([405, 'GET, HEAD, OPTIONS']);
  });

  it('chooses pages for browsers and never for wildcards', async () => {
    const type = async (accept: string, query = '') =>
      (await it_.get(`${items}?limit=1${query}`, { accept })).headers['content-type'];
    expect(await type('*/*')).toBe('application/geo+json');
    expect(await type('text/*')).toBe('application/geo+json');
    expect(await type('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')).toMatch(
      'text/html',
    );
    expect(await type('text/html;q=0.1,application/geo+json')).toBe('application/geo+json');
    expect(await type('application/geo+json', '&f=html')).toMatch('text/html');
    expect(await type('text/html', '&f=json')).toBe('application/geo+json');
  });

  it('links begin with the public address', async () => {
    const self = (json: { links: { rel: string; href: string }[] }) =>
      json.links.find(({ rel }) => rel === 'self')?.href;
    expect(self((await it_.get('/ogc/')).json)).toBe('http://localhost:80/ogc');
    const behind = standardsApp(it_.db, {
      standards: {
        publicUrl: 'https://gis.example.cn/onemap',
        trustProxy: true,
        stalledReaderMs: 1000,
        streams: 1,
      },
    });
    const headers = { 'x-forwarded-host': 'evil.example.org' };
    expect(self((await behind.get('/ogc', headers)).json)).toBe('https://gis.example.cn/onemap/ogc');
    const trusting = standardsApp(it_.db, {
      standards: { publicUrl: undefined, trustProxy: true, stalledReaderMs: 1000, streams: 1 },
    });
    const told = {
      'x-forwarded-host': 'gis.example.cn',
      'x-forwarded-proto': 'https',
      'x-forwarded-prefix': '/a/b',
    };
    expect(self((await trusting.get('/ogc', told)).json)).toBe('https://gis.example.cn/a/b/ogc');
    expect((await trusting.get('/ogc', { 'x-forwarded-host': 'a"><script>' })).status).toBe(400);
    expect(self((await it_.get('/ogc', told)).json)).toBe('http://localhost:80/ogc');
    for (const other of [behind, trusting]) await other.geos.close();
  });

  it('is compressed on request', async () => {
    for (const encoding of ['gzip', 'br']) {
      const answer = await it_.app.inject({
        url: `${items}?limit=50`,
        headers: { 'accept-encoding': encoding },
      });
      expect([answer.statusCode, answer.headers['content-encoding']]).toEqual([200, encoding]);
    }
  });

  it('lets pages of this machine read a service without keys, and no others', async () => {
    const origin = async (from: string) =>
      (await it_.get('/ogc/collections', { origin: from })).headers['access-control-allow-origin'];
    expect(await origin('http://localhost:3000')).toBe('http://localhost:3000');
    expect(await origin('https://evil.example.org')).toBeUndefined();
    const { headers } = await it_.get('/v1/layers', { origin: 'http://localhost:3000' });
    expect(headers['access-control-allow-origin']).toBeUndefined();
  });
});
