/**
 * The abstract tests of Part 3 (OGC 19-079r2 Annex A: filter, features-filter) and of sorting (draft of Part 8), asked of
 * the running app; the titles are the ids of the tests. Behind them what a stranger may send: it is refused, with a place
 * or a name and a reason, whatever it is.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crsTable } from '../../src/core/crs.js';
import { toPlane } from '../../src/geometry/planes.js';
import { ask, bothForms, closeSuite, idsOf, openSuite, type Suite } from './cql2-suite-client.js';
import type { Node } from './filter-reference.js';
import type { Answer } from './standards-app.js';

let suite: Suite;

interface Collection {
  id: string;
  box: [number, number, number, number];
  crs: string[];
  all: string[];
}

let collections: Collection[];

beforeAll(async () => {
  suite = await openSuite();
  const { json } = await suite.service.get('/ogc/collections');
  collections = [];
  for (const { id, extent, crs } of json.collections)
    collections.push({ id, box: extent.spatial.bbox[0], crs, all: await idsOf(suite, id, {}) });
});
afterAll(() => closeSuite(suite));

const RELATIONS = 'http://www.opengis.net/def/rel/ogc/1.0';
const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';

const each = async (work: (collection: Collection) => Promise<void>): Promise<void> => {
  expect(collections.map(({ id }) => id)).toEqual(expect.arrayContaining(['dltb', 'check-findings']));
  for (const collection of collections) await work(collection);
};

const inBox = (box: readonly number[]): string => `S_INTERSECTS(geom,BBOX(${box.join(',')}))`;

const expect400 = ({ status, json, headers }: Answer, of: unknown): void => {
  expect([of, status]).toEqual([of, 400]);
  expect(headers['content-type']).toContain('application/problem+json');
  expect([of, typeof json.detail, json.detail.length > 10]).toEqual([of, 'string', true]);
};

describe('filter, features-filter', () => {
  it('get-conformance: what is declared, and nothing beside it', async () => {
    const { conformsTo } = (await suite.service.get('/ogc/conformance')).json;
    const classes = (part: string): string[] =>
      conformsTo
        .filter((uri: string) => uri.startsWith(`http://www.opengis.net/spec/${part}/1.0/conf/`))
        .map((uri: string) => uri.split('/').at(-1));
    expect(classes('ogcapi-features-3').sort()).toEqual(
      ['features-filter', 'filter', 'queryables', 'queryables-query-parameters'].sort(),
    );
    expect(classes('ogcapi-features-8').sort()).toEqual(['features-sorting', 'sortables', 'sorting']);
    expect(classes('cql2').sort()).toEqual([
      ...['advanced-comparison-operators', 'arithmetic', 'basic-cql2', 'basic-spatial-functions'],
      ...['basic-spatial-functions-plus', 'basic-spatial-operators', 'case-insensitive-comparison'],
      ...['cql2-json', 'cql2-text', 'property-property', 'spatial-functions', 'temporal-functions'],
    ]);
  });

  it('get-queryables, get-collection: linked from the collection, and from the features in the header', () =>
    each(async ({ id }) => {
      const { links } = (await suite.service.get(`/ogc/collections/${id}`)).json;
      const long = `${'true AND '.repeat(800)}true`;
      for (const kind of ['queryables', 'sortables']) {
        const uri = `http://localhost:80/ogc/collections/${id}/${kind}`;
        expect(links.find(({ rel }: { rel: string }) => rel === `${RELATIONS}/${kind}`).href).toBe(uri);
        const { json } = await suite.service.get(new URL(uri).pathname, {
          accept: 'application/schema+json',
        });
        expect([json.$id, json.type, Object.keys(json.properties).length > 0]).toEqual([uri, 'object', true]);
        for (const filter of ['true', long]) {
          const { headers } = await ask(suite, id, { filter, limit: '1' });
          expect(headers.link).toContain(`<${uri}>; rel="${RELATIONS}/${kind}"`);
        }
      }
    }));

  it('filter-param, filter-lang-default, expression-construction', () =>
    each(async ({ id, all }) => {
      for (const lang of [{ 'filter-lang': 'cql2-text' }, {}] as Record<string, string>[]) {
        expect(await idsOf(suite, id, { filter: 'geom IS NULL', ...lang })).toEqual([]);
        expect(await idsOf(suite, id, { filter: 'NOT geom IS NULL', ...lang })).toEqual(all);
        for (const filter of ['THIS IS NOT A FILTER', 'this_is_not_a_queryable IS NULL'])
          expect400(await ask(suite, id, { filter, ...lang }), [id, filter]);
      }
    }));

  it('filter-crs-wgs84', () =>
    each(async ({ id, box, all }) => {
      expect(await idsOf(suite, id, { filter: inBox(box) })).toEqual(all);
      expect400(await ask(suite, id, { filter: inBox([1e6, 1e6, 2e6, 2e6]) }), id);
    }));

  it('filter-crs-param', () =>
    each(async ({ id, box, crs, all }) => {
      for (const uri of crs) {
        const [southWest, northEast] = [place(uri, [box[0], box[1]]), place(uri, [box[2], box[3]])];
        const query = { 'filter-crs': uri, filter: inBox([...southWest, ...northEast]) };
        expect(await idsOf(suite, id, query), uri).toEqual(all);
      }
      const unknown = 'http://www.opengis.net/def/crs/OGC/0/does_not_exist';
      expect400(await ask(suite, id, { 'filter-crs': unknown, filter: inBox(box) }), id);
    }));

  it('filter-crs-param: each CRS in the order of its axes, with every kind of geometry', () =>
    each(async ({ id, box: [west, south, east, north], crs }) => {
      const [x, y] = [(east - west) / 5, (north - south) / 7];
      const corners: [number, number][] = [
        [west + x, south + y],
        [east - x, south + 2 * y],
        [east - 2 * x, north - y],
        [west + x, south + y],
      ];
      const geometries = (at: (corner: [number, number]) => readonly number[]): Node[] => [
        { type: 'Point', coordinates: at(corners[0]!) },
        { type: 'MultiPoint', coordinates: corners.map(at) },
        { type: 'LineString', coordinates: corners.slice(0, 3).map(at) },
        { type: 'MultiLineString', coordinates: [corners.slice(0, 2).map(at), corners.slice(1, 3).map(at)] },
        { type: 'Polygon', coordinates: [corners.map(at)] },
        { type: 'MultiPolygon', coordinates: [[corners.map(at)]] },
        { type: 'GeometryCollection', geometries: [{ type: 'Point', coordinates: at(corners[2]!) }] },
      ];
      const source = { id } as never;
      const inCrs84 = geometries((corner) => corner);
      for (const uri of crs)
        for (const [i, node] of geometries((corner) => place(uri, corner)).entries()) {
          const filter = (literal: Node): Node => ({
            op: 's_intersects',
            args: [{ property: 'geom' }, literal],
          });
          const expected = await bothForms(suite, source, filter(inCrs84[i]!));
          const found = await bothForms(suite, source, filter(node), { 'filter-crs': uri });
          expect(found, `${id} ${uri} ${JSON.stringify(node)}`).toEqual(expected);
        }
      // the other order of axes is no place there and says so, or one where nothing is
      for (const uri of crs.filter((one) => !/CRS84|3857/.test(one))) {
        const [a, b] = place(uri, corners[0]!);
        const answer = await ask(suite, id, {
          'filter-crs': uri,
          filter: `S_INTERSECTS(geom,POINT(${b} ${a}))`,
        });
        if (answer.status === 200) expect([uri, answer.json.numberMatched]).toEqual([uri, 0]);
        else {
          expect400(answer, uri);
          expect(answer.json.detail).toMatch(/坐标轴顺序|axis order/);
        }
      }
    }));

  it('a box over the antimeridian, in every CRS of degrees', () =>
    each(async ({ id, crs, all }) => {
      for (const uri of crs.filter((one) => /CRS84|\/4490|\/4326/.test(one))) {
        const [[a, b], [c, d]] = [place(uri, [100, -90]), place(uri, [-100, 90])];
        const [[e, f], [g, h]] = [place(uri, [150, -90]), place(uri, [-150, 90])];
        expect(await idsOf(suite, id, { 'filter-crs': uri, filter: inBox([a, b, c, d]) })).toEqual(all);
        expect(await idsOf(suite, id, { 'filter-crs': uri, filter: inBox([e, f, g, h]) })).toEqual([]);
      }
    }));

  it('mixing-expression', () =>
    each(async ({ id, box, all }) => {
      expect(await idsOf(suite, id, { filter: inBox(box), bbox: box.join(',') })).toEqual(all);
      expect(await idsOf(suite, id, { filter: inBox(box), bbox: '-20,-20,-10,-10' })).toEqual([]);
    }));

  it('the box of a map may reach beyond the world, a place of a filter may not', () =>
    each(async ({ id, all }) => {
      expect(await idsOf(suite, id, { bbox: '-200,-100,200,100' })).toEqual(all);
      expect400(await ask(suite, id, { filter: inBox([-200, -100, 200, 100]) }), id);
    }));
});

/** A place of CRS84 in another CRS, in the order of its axes. */
function place(uri: string, [lon, lat]: readonly [number, number]): readonly [number, number] {
  if (uri === CRS84) return [lon, lat];
  const epsg = Number(uri.split('/').at(-1));
  if (epsg === 4490 || epsg === 4326) return [lat, lon];
  if (epsg === 3857) {
    const metres = 6_378_137;
    const radians = Math.PI / 180;
    return [lon * radians * metres, Math.log(Math.tan(Math.PI / 4 + (lat * radians) / 2)) * metres];
  }
  const [easting, northing] = toPlane([[[[lon, lat]]]], crsTable.get(epsg)!)[0]![0]![0]! as [number, number];
  return [northing, easting];
}

describe('sorting', () => {
  it('get-sortables-uris, sortby-param, expression-construction', () =>
    each(async ({ id, all }) => {
      const { headers } = await suite.service.app
        .inject({ method: 'HEAD', url: `/ogc/collections/${id}/items?limit=1` })
        .then((answer) => answer);
      expect(headers.link).toContain(`rel="${RELATIONS}/sortables"`);
      for (const sortby of ['area_m2', '+area_m2', '-area_m2'])
        expect((await idsOf(suite, id, { sortby })).sort()).toEqual([...all].sort());
      for (const sortby of [
        'THIS IS NOT A SORTBY EXPRESSION',
        'this_is_not_a_sortable',
        '',
        '-',
        'area_m2,',
        '--area_m2',
      ])
        expect400(await ask(suite, id, { sortby }), [id, sortby]);
    }));
});

describe('what can not be used', () => {
  const S = 'S_INTERSECTS(geom, ';
  it.each([
    ...['', ' ', 'geom', 'TBMJ', "'x'", '1', 'NULL', 'TBMJ = NULL', 'TBMJ IN ()', 'TBMJ IN (1, NULL)'],
    ...['TBMJ BETWEEN 1', 'TBMJ = TBMJ = TBMJ', 'TBMJ = 1 AND', '(((', 'TBMJ = 1)', 'TBMJ == 1', 'TBMJ != 1'],
    ...["ZLDWMC = 'a", "ZLDWMC = 'a\\'", "ZLDWMC = 'a\\' OR TBMJ = 1", '"TBMJ = 1', 'TBMJ = 1; drop table x'],
    ...['TBMJ = 0x10', 'TBMJ = 1e', 'TBMJ = 1e999', 'tbmj = 1', '"tbmj" = 1', 'TBMJ = TRUE', "TBMJ = 'x'"],
    ...['geom = geom', 'geom IN (geom)', 'ZLDWMC LIKE DLMC', 'TBMJ LIKE 1', "ZLDWMC LIKE 'a\\\\'", 'CASEI(TBMJ) = 1'],
    ...["ACCENTI(ZLDWMC) = 'x'", 'pg_sleep(10) = 1', "CASEI('a','b') = 'x'", "CASEI('2022-04-16') = data_date"],
    ...[`S_INTERSECTS(geom)`, `${S}1)`, `${S}'POINT(1 1)')`, 'S_INTERSECTS(TBMJ, POINT(1 1))', `${S}POINT(1))`],
    ...[`${S}POINT(1 2 3 4))`, `${S}POINT EMPTY)`, `${S}LINESTRING(1 1))`, `${S}LINESTRING(1 1, 1 1))`],
    ...[`${S}POLYGON((0 0,1 0,1 1)))`, `${S}POLYGON((0 0,1 0,1 1,0 1)))`, `${S}POLYGON((0 0,1 1,1 0,0 1,0 0)))`],
    ...[`${S}GEOMETRYCOLLECTION(POLYGON((0 0,1 1,1 0,0 1,0 0))))`, `${S}GEOMETRYCOLLECTION())`],
    ...[`${S}BBOX(1,2,3))`, `${S}BBOX(1,2,3,4,5))`, `${S}BBOX(1,20,3,4))`, `${S}BBOX(1,2,TBMJ,4))`],
    ...["T_AFTER(data_date, 'x')", 'T_AFTER(data_date, 5)', "T_AFTER(TBMJ, DATE('2022-01-01'))", "T_AFTER('..', data_date)"],
    ...["T_AFTER(data_date, INTERVAL('2022-01-01'))", "T_AFTER(data_date, INTERVAL('x','2022-01-01'))"],
    ...["T_AFTER(INTERVAL('2022-01-01','x'), data_date)", "T_AFTER(data_date, INTERVAL('..',TBMJ))"],
    ...["data_date = DATE('2022-02-30')", "data_date = DATE('0000-01-01')", "data_date = TIMESTAMP('2022-01-01')"],
    ...["data_date > DATE(TBMJ)", "data_date = 'today'", "data_date BETWEEN 'a' AND 'b'", "'a' IN (data_date)"],
    ...["data_date IN ('2022-04-16', 5)", "INTERVAL('2022-01-01','..') = data_date", "INTERVAL('..','..') IS NULL"],
    ...['A_CONTAINS(ZLDWMC, (1,2))', 'TBMJ IN ((1,2))', '(1,2) = (1,2)', 'NOT TBMJ', 'TBMJ NOT = 1', 'TBMJ IS NOT 1'],
    ...['(TBMJ = 1) + 1 = 2', "ZLDWMC + 'x' = 'y'", "ZLDWMC = 'a\0b'", '"a\0b" = 1', 'constructor = 1', '__proto__ = 1'],
    ...['toString() = 1', '%00', '%zz', `TBMJ = ${'('.repeat(3000)}1`, `TBMJ = ${'-'.repeat(3000)}1`],
    ...[`${'NOT '.repeat(3000)}true`, `TBMJ = ${Array(40_000).fill('1').join('+')}`, `TBMJ = ${Array(40_000).fill('1').join('^')}`],
    ...[`TBMJ = 1${' OR TBMJ = 1'.repeat(2000)}`, 'GEOMETRYCOLLECTION('.repeat(3000), `ZLDWMC = '${"\\'".repeat(40_000)}`],
    ...['x'.repeat(100_001), `TBMJ IN (${Array(3000).fill('1').join(',')})`],
  ].map((filter) => [filter.slice(0, 60), filter]))('as text: %s', async (title, filter) => {
    expect400(await ask(suite, 'dltb', { filter: filter! }), title);
  }); // biome-ignore format: a list

  const within = (geometry: string): string =>
    `{"op":"s_intersects","args":[{"property":"geom"},${geometry}]}`;
  const nested = (depth: number): string =>
    `{"op":"=","args":[${'{"op":"+","args":['.repeat(depth)}1${',1]}'.repeat(depth)},1]}`;
  it.each([
    ...['', '{', '[]', 'null', '1', '"x"', '{}', '[true]', '{"op":"and","args":[]}', '{"op":"and","args":[true]}'],
    ...['{"op":"or","args":true}', '{"op":5,"args":[]}', '{"op":"=","args":[null,1]}', '{"op":"=","args":[{"property":5},1]}'],
    ...['{"op":"=","args":[{"property":"TBMJ"}]}', '{"op":"=","args":[{"property":"TBMJ"},1,2]}'],
    ...['{"op":"=","args":[{"property":"TBMJ"},1e999]}', '{"op":"constructor","args":[1]}', '{"op":"__proto__","args":[1]}'],
    ...['{"op":"in","args":[{"property":"TBMJ"},5]}', '{"op":"in","args":[{"property":"TBMJ"},[]]}', '{"ids":["dltb.1"]}'],
    ...['{"op":"in","args":[{"property":"TBMJ"},[1,null]]}', '{"op":"not","args":[true,true]}', '{"op":"isNull","args":[[1]]}'],
    ...['{"op":"=","args":["\\u0000","a"]}', '{"op":"t_after","args":[{"property":"data_date"},{"interval":[null,".."]}]}'],
    ...[within('{"type":"constructor","coordinates":[[[1]]]}'), within('{"type":"__proto__","coordinates":[1,1]}')],
    ...[within('{"type":"Point","coordinates":["1",1]}'), within('{"type":"Point","coordinates":[[1,1]]}')],
    ...[within('{"type":"Polygon","coordinates":[1,1]}'), within('{"type":"Point","coordinates":[]}')],
    ...[within('{"type":"Feature","geometry":{}}'), within('{"type":"GeometryCollection","geometries":[null]}')],
    ...[within('{"bbox":[null,"1",true,4]}'), within('{"bbox":["0","0","180","90"]}'), within('{"bbox":[0,0]}')],
    ...[within(`{"type":"Polygon","coordinates":${'['.repeat(30_000)}${']'.repeat(30_000)}}`), '['.repeat(40_000)],
    ...[`${'['.repeat(40_000)}${']'.repeat(40_000)}`, nested(2000), nested(51)],
  ].map((filter) => [filter.slice(0, 60), filter]))('as JSON: %s', async (title, filter) => {
    expect400(await ask(suite, 'dltb', { filter: filter!, 'filter-lang': 'cql2-json' }), title);
  }); // biome-ignore format: a list

  it.each([
    ...['filter=%FF', 'filter=true&filter=true', 'filter=true&filter-lang=cql2-text&filter-lang=cql2-json'],
    ...[
      'filter=TBMJ+1=8',
      'FILTER=true',
      'filter[]=true',
      'filter',
      'filter-lang=',
      'filter-crs=',
      'filter=a%',
    ],
    ...[
      'TBMJ=1&TBMJ=2',
      'TBMJ=',
      'TBMJ=abc',
      'TBMJ=1e999',
      'data_date=x',
      'data_date=2022-02-30',
      'ZLDWMC=%00',
      'geom=1',
    ],
  ])('as it was sent: %s', async (query) => {
    expect400(await suite.service.get(`/ogc/collections/dltb/items?${query}`), query);
  });

  it('a refusal tells where it is', async () => {
    for (const [query, told] of [
      [{ filter: 'TBMJ = 1 AND (DLBM = ' }, /第 22 个字符处/],
      [
        { filter: '{"op":"=","args":[1,{"op":"+","args":[1,{}]}]}', 'filter-lang': 'cql2-json' },
        /\/args\/1\/args\/1 处/,
      ],
      [{ filter: 'TBMJ = 1 AND nothing = 2' }, /“nothing”/],
      [{ filter: "ZLDWMC = 'a\0b'" }, /NUL/],
      [{ ZLDWMC: 'a\0b' }, /NUL/],
      [{ filter: "T_DURING(data_date, INTERVAL('..','..'))" }, /第 9 个字符处/],
    ] as [Record<string, string>, RegExp][])
      expect((await ask(suite, 'dltb', query)).json.detail).toMatch(told);
  });

  it('what is deep but allowed is answered: its statement does not grow with the power of its depth', async () => {
    const chain = Array(45).fill('TBMJ');
    for (const filter of [
      `${chain.join('%')} = 0`,
      `${chain.map((name) => `(${name}`).join('%')}${')'.repeat(45)} IS NULL`,
      `${'CASEI('.repeat(45)}ZLDWMC${')'.repeat(45)} = 'a%b'`,
      `TBMJ IN (${Array(1900).fill('7').join(',')})`,
      Array(300).fill("CASEI(ZLDWMC) = CASEI('A%B')").join(' OR '),
    ])
      expect((await idsOf(suite, 'dltb', { filter })).length, filter.slice(0, 40)).toBeGreaterThan(0);
  });

  it('what the standard lets be written in several ways', async () => {
    for (const [query, count] of [
      ['filter=TBMJ+=+7', 1],
      ['filter=TBMJ%2B1%3D8', 1],
      [`filter=${encodeURIComponent('TBMJ = 7\u0085AND\u3000TBMJ = 7')}`, 1],
      [`filter=${encodeURIComponent('tBmJ'.toUpperCase())}+in+(.7e1,7.)`, 1],
      [`filter=${encodeURIComponent('casei("DLMC") like casei(\'ACB\') and not false')}`, 1],
      [`filter=${encodeURIComponent("'2022-04-16' = data_date")}`, 8],
      [`filter=${encodeURIComponent('(TBMJ = 1) IS NULL')}`, 1],
      [`filter=${encodeURIComponent('POINT(1 1) IS NULL')}`, 0],
      [`filter=${encodeURIComponent('{"op":"AND","args":[true,true]}')}&filter-lang=cql2-json`, 8],
    ] as const) {
      const { status, json } = await suite.service.get(`/ogc/collections/dltb/items?${query}`);
      expect([query, status, json.numberMatched]).toEqual([query, 200, count]);
    }
  });
});
