/**
 * What the executable test suite of OGC for Part 1 and Part 2 (ets-ogcapi-features10 1.9) asks of a service, asked in its
 * way: the OpenAPI document is read, links are followed, every collection is tried. The titles are the names of its tests.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { zoneCrs } from '../../src/core/crs.js';
import { toPlane } from '../../src/geometry/planes.js';
import { checkParts, loadTown, makeCheck, requestFor, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { faultsOfOpenApi } from './open-api-rules.js';
import { faultsOf } from './part1-schemas.js';
import { type Answer, type StandardsApp, standardsApp } from './standards-app.js';

interface Link {
  href: string;
  rel: string;
  type: string;
}

interface Collection {
  id: string;
  title: string;
  description: string;
  extent: { spatial: { bbox: number[][]; crs?: string }; temporal: { interval: [string, string][] } };
  crs: string[];
  storageCrs: string;
  links: Link[];
}

interface Feature {
  id: string;
  geometry: { coordinates: number[][][][] } | null;
}

const GEOJSON = 'application/geo+json';
const OPENAPI = 'application/vnd.oai.openapi+json;version=3.0';
const CRS84 = 'http://www.opengis.net/def/crs/OGC/1.3/CRS84';
const UNSUPPORTED = 'http://www.opengis.net/def/crs/0/unsupported';

let service: StandardsApp;
let collections: Collection[];
let collectionsAnswer: Answer;
// biome-ignore lint/suspicious/noExplicitAny: a document is read member by member
let api: any;

const local = (href: string): string => href.replace('http://localhost:80', '');
const byRel = (links: readonly Link[], rel: string): Link | undefined =>
  links.find((link) => link.rel === rel);

async function get(href: string, accept: string): Promise<Answer> {
  return service.get(local(href), { accept });
}

async function ok(href: string, accept: string): Promise<Answer> {
  const answer = await get(href, accept);
  expect(answer.status, `${href}: ${answer.text.slice(0, 500)}`).toBe(200);
  return answer;
}

const itemsOf = ({ links }: Collection): string =>
  links.find(({ rel, type }) => rel === 'items' && type === GEOJSON)!.href;

const withQuery = (href: string, query: Record<string, string>): string =>
  `${href}?${new URLSearchParams(query)}`;

/** In every other media type there is a link, and links tell rel and type. */
function checkLinks(links: readonly Link[], types: readonly string[]): void {
  const self = byRel(links, 'self')!;
  expect(self).toBeDefined();
  const alternates = links.filter(({ rel }) => rel === 'alternate').map(({ type }) => type);
  expect(alternates).toEqual(expect.arrayContaining(types.filter((type) => type !== self.type)));
  for (const { rel, type } of links) expect([typeof rel, typeof type]).toEqual(['string', 'string']);
}

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  service = standardsApp(db);
  // without one layer there are findings
  const { yjjbnt: _left, ...layers } = town;
  await loadTown({ db, geos: service.geos }, layers);
  const parcels = [{ id: 'DK-1', boxes: [[0, 100, 200, 200]] as const }];
  await makeCheck(checkParts(db, service.geos), requestFor(parcels));
  api = (await get('/ogc/api', OPENAPI)).json;
  collectionsAnswer = await get('/ogc/collections', 'application/json');
  collections = collectionsAnswer.json.collections;
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

const each = async (work: (collection: Collection) => Promise<void> | void): Promise<void> => {
  expect(collections.map(({ id }) => id)).toEqual(expect.arrayContaining(['dltb', 'check-parcels']));
  for (const collection of collections) await work(collection);
};

describe('the landing page, the API definition and the conformance classes', () => {
  it('http, landingPageRetrieval, landingPageValidation', async () => {
    for (const root of ['/ogc', '/ogc/']) {
      const { json } = await ok(root, 'application/json');
      expect(faultsOf('landingPage', json)).toEqual([]);
      const rels = json.links.map(({ rel }: Link) => rel);
      expect(rels).toEqual(expect.arrayContaining(['service-desc', 'service-doc', 'conformance', 'data']));
    }
  });

  it('openapiDocumentRetrieval, apiDefinitionValidation', async () => {
    const { json } = await ok('/ogc/', 'application/json');
    const { href } = json.links.find(({ rel, type }: Link) => rel === 'service-desc' && type === OPENAPI);
    const { headers } = await ok(href, OPENAPI);
    expect(headers['content-type']).toBe(OPENAPI);
    expect(faultsOfOpenApi(api)).toEqual([]);
  });

  it('validateConformanceOperationAndResponse', async () => {
    expect(api.paths['/conformance'].get.responses['200']).toBeDefined();
    const { json } = await ok(`${api.servers[0].url}/conformance`, 'application/json');
    expect(faultsOf('confClasses', json)).toEqual([]);
    for (const name of ['1/1.0/conf/core', '1/1.0/conf/oas30', '1/1.0/conf/geojson', '2/1.0/conf/crs'])
      expect(json.conformsTo).toContain(`http://www.opengis.net/spec/ogcapi-features-${name}`);
  });
});

describe('the collections', () => {
  it('validateFeatureCollectionsMetadataOperation and its response: _Links, _Content, _CrsProperty, _Links_v101, _Extent_v101', async () => {
    const { json } = await ok(`${api.servers[0].url}/collections`, 'application/json');
    expect(faultsOf('collections', json)).toEqual([]);
    checkLinks(json.links, ['application/json', 'text/html']);
    expect(json.crs[0]).toBe(CRS84);
  });

  it('…Response_Items, _Items_v101: an id, an extent of two times that can be read, and items behind every link', async () => {
    await each(async ({ id, extent, links }) => {
      expect(id).toMatch(/./);
      expect(extent.spatial.bbox[0]).toHaveLength(4);
      const [begin, end] = extent.temporal.interval[0]!.map((time) => Date.parse(time)) as [number, number];
      expect(begin).toBeLessThanOrEqual(end);
      const items = links.filter(({ rel }) => rel === 'items');
      expect(items.map(({ type }) => type)).toEqual([GEOJSON, 'text/html']);
      for (const { href, type } of items) {
        const { headers, json } = await ok(href, type);
        expect(headers['content-type']).toContain(type);
        if (type === GEOJSON) expect(json.type).toBe('FeatureCollection');
      }
    });
  });

  it('…Response_Items_Links_v101', () =>
    each(({ links }) => {
      for (const { href, rel, type } of links)
        expect([href, rel, type].every((one) => one !== '')).toBe(true);
    }));

  it('validateFeatureCollectionMetadataOperation, …Response', () =>
    each(async (listed) => {
      expect(api.paths[`/collections/${listed.id}`].get.responses['200']).toBeDefined();
      const { json } = await ok(`${api.servers[0].url}/collections/${listed.id}`, 'application/json');
      expect(faultsOf('collection', json)).toEqual([]);
      for (const member of ['id', 'title', 'description', 'extent'] as const)
        expect(json[member]).toEqual(listed[member]);
    }));
});

function checkFeatures({ json }: Answer): Feature[] {
  expect(faultsOf('featureCollection', json)).toEqual([]);
  checkLinks(json.links, [GEOJSON, 'text/html']);
  expect(Math.abs(Date.parse(json.timeStamp) - Date.now())).toBeLessThan(600_000);
  expect(json.numberReturned).toBe(json.features.length);
  for (const [x, y] of json.features.flatMap(({ geometry }: Feature) => geometry?.coordinates.flat(2) ?? []))
    expect(x >= -180 && x <= 180 && y >= -90 && y <= 90).toBe(true);
  return json.features;
}

/** As the suite counts: the first page as it is, all others of the largest size. */
async function countAll(first: Answer): Promise<number> {
  let count = first.json.features.length;
  for (let next = byRel(first.json.links, 'next'); next; ) {
    const url = new URL(next.href);
    url.searchParams.set('limit', String(parameter('limit', '/collections/dltb/items').schema.maximum));
    const { json } = await ok(`${url.pathname}${url.search}`, GEOJSON);
    count += json.features.length;
    next = json.features.length > 0 ? byRel(json.links, 'next') : undefined;
  }
  return count;
}

function parameter(name: string, path: string) {
  const list = api.paths[path].get.parameters.map((one: { $ref?: string }) =>
    one.$ref ? api.components.parameters[one.$ref.split('/').at(-1)!] : one,
  );
  return list.find((one: { name: string }) => one.name === name);
}

describe('the features of a collection', () => {
  it('validateFeaturesOperation and its response: _GeometryInCRS84, _TypeProperty, _FeaturesProperty, _Links, _TimeStamp, _NumberMatched, _NumberReturned', () =>
    each(async (collection) => {
      const answer = await ok(itemsOf(collection), GEOJSON);
      checkFeatures(answer);
      expect(await countAll(answer)).toBe(answer.json.numberMatched);
    }));

  it('boundingBoxParameterDefinition, limitParameterDefinition, timeParameterDefinition', () =>
    each(({ id }) => {
      const path = `/collections/${id}/items`;
      const common = { in: 'query', required: false, style: 'form', explode: false };
      expect(parameter('bbox', path)).toMatchObject({
        ...common,
        schema: { type: 'array', minItems: 4, maxItems: 6, items: { type: 'number' } },
      });
      expect(parameter('limit', path)).toMatchObject({ ...common, schema: { type: 'integer' } });
      const { minimum, maximum, default: usual } = parameter('limit', path).schema;
      expect([minimum > 0, usual >= minimum, maximum >= usual]).toEqual([true, true, true]);
      expect(parameter('datetime', path)).toMatchObject({ ...common, schema: { type: 'string' } });
    }));

  it('validateFeaturesWithBoundingBoxOperation and its response', () =>
    each(async (collection) => {
      const [west, south, east, north] = collection.extent.spatial.bbox[0] as [
        number,
        number,
        number,
        number,
      ];
      const places: [number, number, number, number][] = [
        [west, south, east, north],
        [west, south, (west + east) / 2, (south + north) / 2],
        [-1.5, 50, 1.5, 53],
        [-80, -5, -70, 5],
        [177, 65, -177, 70],
        [-180, 85, 180, 90],
        [-180, -90, 180, -85],
      ];
      for (const [i, place] of places.entries()) {
        const bbox = place.map((edge) => edge.toFixed(7)).join(',');
        const answer = await ok(withQuery(itemsOf(collection), { bbox }), GEOJSON);
        const features = checkFeatures(answer);
        expect(features.length > 0, `${collection.id} ${bbox}`).toBe(i < 2);
        for (const { geometry } of features) {
          const [xs, ys] = [0, 1].map((axis) => geometry!.coordinates.flat(2).map((p) => p[axis]!)) as [
            number[],
            number[],
          ];
          const apart =
            Math.min(...xs) > place[2] ||
            Math.max(...xs) < place[0] ||
            Math.min(...ys) > place[3] ||
            Math.max(...ys) < place[1];
          expect(apart).toBe(false);
        }
      }
    }));

  it('validateFeaturesWithLimitOperation and its response', () =>
    each(async (collection) => {
      const { minimum, maximum } = parameter('limit', `/collections/${collection.id}/items`).schema;
      for (const limit of [
        minimum,
        Math.min(100, Math.floor((minimum + maximum) / 2)),
        maximum,
        maximum + 1,
      ]) {
        const answer = await ok(withQuery(itemsOf(collection), { limit: String(limit) }), GEOJSON);
        expect(checkFeatures(answer).length).toBe(Math.min(limit, maximum, answer.json.numberMatched));
        expect(await countAll(answer)).toBe(answer.json.numberMatched);
      }
    }));

  it('validateFeaturesWithDateTimeOperation and its response', () =>
    each(async (collection) => {
      const [begin, end] = collection.extent.temporal.interval[0]!.map((time) => Date.parse(time)) as [
        number,
        number,
      ];
      const at = (share: number): string => new Date(begin + (end - begin) * share).toISOString();
      for (const datetime of [
        new Date(begin).toISOString().replace('.000', ''),
        `${at(0.25)}/${at(0.5)}`,
        `${at(0.25).slice(0, 10)}/P2D`,
        `../${at(1)}`,
        `${at(0)}/..`,
        at(1).slice(0, 10),
      ])
        checkFeatures(await ok(withQuery(itemsOf(collection), { datetime }), GEOJSON));
    }));

  it('validateFeaturesOperation_QueryParamInvalid, _QueryParamUnknown', () =>
    each(async (collection) => {
      for (const query of [
        { limit: 'unlimited' },
        { limit: '0' },
        { unknownQueryParameter12345: '1' },
        { bbox: '1,2,3' },
        { datetime: 'yesterday' },
        { datetime: '2024-12-31/P' },
      ] as Record<string, string>[]) {
        const { status, json } = await get(withQuery(itemsOf(collection), query), GEOJSON);
        expect([JSON.stringify(query), status]).toEqual([JSON.stringify(query), 400]);
        expect(faultsOf('exception', json)).toEqual([]);
      }
    }));
});

async function firstOf(collection: Collection): Promise<{ id: string; href: string }> {
  const { json } = await ok(withQuery(itemsOf(collection), { limit: '1' }), GEOJSON);
  const [{ id }] = json.features;
  return { id, href: `${itemsOf(collection)}/${id}` };
}

describe('one feature', () => {
  it('featureOperation, validateFeatureResponse', () =>
    each(async (collection) => {
      const { id, href } = await firstOf(collection);
      const { json } = await ok(href, GEOJSON);
      expect(faultsOf('feature', json)).toEqual([]);
      expect(json.id).toBe(id);
      checkLinks(json.links, [GEOJSON, 'text/html']);
      expect(byRel(json.links, 'collection')).toMatchObject({ type: 'application/json' });
    }));

  it('that is not there, and a collection that is not, are 404 with a body of the standard', async () => {
    for (const url of [
      '/ogc/collections/dltb/items/dltb.999999',
      '/ogc/collections/none',
      '/ogc/collections/none/items',
    ]) {
      const { status, json } = await get(url, GEOJSON);
      expect([url, status, faultsOf('exception', json)]).toEqual([url, 404, []]);
    }
  });
});

const OGC_NAME = /^http:\/\/www\.opengis\.net\/def\/crs\/[A-Z]+\/[0-9.]+\/[A-Z]*\d+$/;

describe('Part 2', () => {
  it('verifyCollectionsPath…, verifyCollectionCrsIdentifier…: names of CRS, the default among them, the stored one too', () =>
    each(async ({ id, crs, storageCrs }) => {
      const { json } = await ok(`/ogc/collections/${id}`, 'application/json');
      for (const [names, stored] of [
        [crs, storageCrs],
        [json.crs, json.storageCrs],
      ] as [string[], string][]) {
        for (const name of [...names, stored]) expect(name).toMatch(OGC_NAME);
        expect(names[0]).toBe(CRS84);
        expect(names).toContain(stored);
        expect(new Set(names).size).toBe(names.length);
      }
      for (const name of collectionsAnswer.json.crs) expect(name).toMatch(OGC_NAME);
    }));

  it('verifyFeaturesCrsParameter, verifyFeatureCrsParameter, …Default, …Transform…', () =>
    each(async (collection) => {
      const { id, href } = await firstOf(collection);
      const own = await ok(href, GEOJSON);
      expect(own.headers['content-crs']).toBe(`<${CRS84}>`);
      expect((await ok(itemsOf(collection), GEOJSON)).headers['content-crs']).toBe(`<${CRS84}>`);
      const [lon, lat] = own.json.geometry.coordinates[0][0][0] as [number, number];
      for (const crs of collection.crs) {
        const page = await ok(withQuery(itemsOf(collection), { crs, limit: '5' }), GEOJSON);
        const one = await ok(withQuery(href, { crs }), GEOJSON);
        expect([page.headers['content-crs'], one.headers['content-crs']]).toEqual([`<${crs}>`, `<${crs}>`]);
        expect(page.json.features[0].id).toBe(id);
        const [x, y] = one.json.geometry.coordinates[0][0][0] as [number, number];
        expect(page.json.features[0].geometry.coordinates[0][0][0]).toEqual([x, y]);
        const [wantX, wantY] = placeIn(crs, lon, lat);
        const metres = Math.abs(wantX) > 1000;
        expect(Math.hypot(x - wantX, y - wantY)).toBeLessThan(metres ? 0.01 : 1e-8);
      }
    }));

  it('verifyFeaturesCrsParameterInvalid, verifyFeatureCrsParameterInvalid, verifyBboxCrsParameterInvalid', () =>
    each(async (collection) => {
      const { href } = await firstOf(collection);
      for (const url of [
        withQuery(itemsOf(collection), { crs: UNSUPPORTED }),
        withQuery(href, { crs: UNSUPPORTED }),
        withQuery(itemsOf(collection), { 'bbox-crs': UNSUPPORTED, bbox: '5.0,49.0,6.0,50.0' }),
      ])
        expect([url, (await get(url, GEOJSON)).status]).toEqual([url, 400]);
    }));

  it('verifyBboxCrsParameter, verifyBboxCrsParameterDefault', () =>
    each(async (collection) => {
      const box = collection.extent.spatial.bbox[0]!;
      const all = await ok(withQuery(itemsOf(collection), { bbox: box.join(',') }), GEOJSON);
      const ids = new Set(all.json.features.map(({ id }: Feature) => id));
      for (const crs of collection.crs) {
        const corners = [placeIn(crs, box[0]!, box[1]!), placeIn(crs, box[2]!, box[3]!)];
        // in the order of the axes, and as the suite has them: always east first, whatever the CRS says
        const east = corners.map(([a, b]) => (isFlipped(crs) ? [b, a] : [a, b]));
        for (const [i, given] of [corners, east].entries()) {
          const bbox = given
            .flat()
            .map((n) => n.toFixed(7))
            .join(',');
          const { json } = await ok(withQuery(itemsOf(collection), { bbox, 'bbox-crs': crs }), GEOJSON);
          if (i === 0) expect(json.features.length, `${collection.id} ${crs}`).toBeGreaterThan(0);
          for (const { id } of json.features as Feature[]) expect(ids.has(id)).toBe(true);
        }
      }
    }));
});

const isFlipped = (crs: string): boolean => !crs.endsWith('CRS84') && !crs.endsWith('/3857');

/** A place in the order of the axes of a CRS. */
function placeIn(crs: string, lon: number, lat: number): [number, number] {
  const number = Number(crs.split('/').at(-1)!.replace('CRS', ''));
  if (number === 84) return [lon, lat];
  if (number === 4490 || number === 4326) return [lat, lon];
  if (number === 3857) {
    const radius = 6_378_137;
    const radians = Math.PI / 180;
    return [lon * radians * radius, Math.log(Math.tan(Math.PI / 4 + (lat * radians) / 2)) * radius];
  }
  const zone = number < 4534 ? number - 4513 + 25 : number - 4534 + 25;
  const [x, y] = toPlane([[[[lon, lat]]]], zoneCrs(zone))[0]![0]![0]! as [number, number];
  return [y, number < 4534 ? x : x - zone * 1_000_000];
}
