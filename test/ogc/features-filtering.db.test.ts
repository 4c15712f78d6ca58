/**
 * The classes of Part 3 (OGC 19-079r2: queryables, queryables-query-parameters, filter, features-filter) and of sorting
 * (draft of Part 8), requirement by requirement, over every collection.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkParts, loadTown, makeCheck, requestFor, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type Answer, type StandardsApp, standardsApp } from './standards-app.js';

const RELATIONS = 'http://www.opengis.net/def/rel/ogc/1.0';

interface Collection {
  id: string;
  crs: string[];
  extent: { spatial: { bbox: [[number, number, number, number]] } };
  links: { rel: string; href: string; type: string }[];
}

interface Found {
  id: string;
  properties: Record<string, string | number | boolean | null>;
}

let service: StandardsApp;
let collections: Collection[];
// biome-ignore lint/suspicious/noExplicitAny: a document is read member by member
let api: any;

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  service = standardsApp(db);
  const { yjjbnt: _left, ...layers } = town;
  await loadTown({ db, geos: service.geos }, layers);
  const parcels = [
    { id: 'DK-1', boxes: [[0, 100, 200, 200]] as const },
    { id: 'DK-2', boxes: [[400, 100, 200, 200]] as const },
  ];
  await makeCheck(checkParts(db, service.geos), requestFor(parcels));
  api = (await service.get('/ogc/api')).json;
  collections = (await service.get('/ogc/collections')).json.collections;
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

const local = (href: string): string => href.replace('http://localhost:80', '');

async function items(id: string, query: Record<string, string>): Promise<Answer> {
  return service.get(`/ogc/collections/${id}/items?${new URLSearchParams({ limit: '1000', ...query })}`);
}

async function found(id: string, query: Record<string, string>): Promise<Found[]> {
  const { status, json, text } = await items(id, query);
  expect(status, `${id} ${JSON.stringify(query)} ${text.slice(0, 300)}`).toBe(200);
  expect(json.numberMatched).toBe(json.features.length);
  return json.features;
}

const idsOf = (features: readonly Found[]): string[] => features.map(({ id }) => id);

const each = async (work: (collection: Collection) => Promise<void>): Promise<void> => {
  expect(collections.map(({ id }) => id)).toEqual(expect.arrayContaining(['dltb', 'check-findings']));
  for (const collection of collections) await work(collection);
};

async function schemaOf({ id, links }: Collection, kind: string) {
  const link = links.find(({ rel }) => rel === `${RELATIONS}/${kind}`)!;
  expect(link.type).toBe('application/schema+json');
  const { status, headers, json } = await service.get(local(link.href));
  expect([status, headers['content-type']]).toEqual([200, 'application/schema+json']);
  expect(json).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: link.href,
    type: 'object',
    additionalProperties: false,
  });
  expect(new URL(json.$id).search).toBe('');
  expect(api.paths[`/collections/${id}/${kind}`].get.responses['200'].content).toHaveProperty([
    'application/schema+json',
  ]);
  const page = await service.get(local(link.href), { accept: 'text/html' });
  expect(page.headers['content-type']).toContain('text/html');
  return json.properties as Record<string, { type?: string; format?: string; $ref?: string; title: string }>;
}

function parameter(id: string, name: string) {
  const list = api.paths[`/collections/${id}/items`].get.parameters.map((one: { $ref?: string }) =>
    one.$ref ? api.components.parameters[one.$ref.split('/').at(-1)!] : one,
  );
  return list.find((one: { name: string }) => one.name === name);
}

const quoted = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);

/** A value of a field as an expression of CQL2. */
function literal({ type, format }: { type?: string; format?: string }, value: unknown): string {
  if (type !== 'string' || format === undefined) return quoted(value);
  return `${format === 'date' ? 'DATE' : 'TIMESTAMP'}(${quoted(value)})`;
}

describe('queryables', () => {
  it('are linked, described with a type or a format each, one of them the geometry', () =>
    each(async (collection) => {
      const properties = await schemaOf(collection, 'queryables');
      const geometries = Object.entries(properties).filter(([, one]) => one.format?.startsWith('geometry-'));
      expect(geometries.map(([name]) => name)).toEqual(['geom']);
      for (const one of Object.values(properties))
        expect([typeof one.title, (one.type ?? one.format) !== undefined]).toEqual(['string', true]);
    }));

  it('are parameters of items too, with the same type, and find what the filter finds', () =>
    each(async (collection) => {
      const { id } = collection;
      const all = await found(id, {});
      for (const [name, schema] of Object.entries(await schemaOf(collection, 'queryables'))) {
        if (name === 'geom') continue;
        const { in: place, required, schema: own } = parameter(id, name);
        expect([place, required, own.type, own.format]).toEqual(['query', false, schema.type, schema.format]);
        const sample = all.find(({ properties }) => properties[name] !== null);
        if (!sample) continue;
        const value = sample.properties[name]!;
        const same = idsOf(all.filter(({ properties }) => properties[name] === value));
        expect(idsOf(await found(id, { [name]: String(value) })), `${id}.${name}`).toEqual(same);
        const filter = `"${name}" = ${literal(schema, value)}`;
        expect(idsOf(await found(id, { filter })), `${id} ${filter}`).toEqual(same);
        expect(idsOf(await found(id, { filter: `NOT (${filter})` }))).toEqual(
          idsOf(all.filter(({ properties }) => properties[name] !== value && properties[name] !== null)),
        );
      }
    }));

  it('that there are not are refused, as a parameter and in a filter', () =>
    each(async ({ id }) => {
      for (const query of [{ nothing: '1' }, { filter: 'nothing = 1' }, { filter: '"geom2" IS NULL' }])
        expect([id, (await items(id, query as Record<string, string>)).status]).toEqual([id, 400]);
    }));
});

describe('filter', () => {
  it('filter, filter-lang and filter-crs are declared as the standard has them', () =>
    each(async ({ id, crs }) => {
      const common = { in: 'query', required: false, style: 'form', explode: false };
      expect(parameter(id, 'filter')).toMatchObject({ ...common, schema: { type: 'string' } });
      const { schema } = parameter(id, 'filter-lang');
      expect(schema).toMatchObject({ type: 'string', default: 'cql2-text' });
      expect(schema.enum).toEqual(expect.arrayContaining(['cql2-text', 'cql2-json']));
      const system = parameter(id, 'filter-crs');
      expect(system).toMatchObject({ ...common, schema: { type: 'string', format: 'uri' } });
      expect(system.schema.enum).toEqual(expect.arrayContaining(crs));
    }));

  it.each([
    { filter: 'this is none' },
    { filter: "DLBM = '" },
    { filter: '{"op":"=","args":[', 'filter-lang': 'cql2-json' },
    { filter: "BSM = 'a'", 'filter-lang': 'sql' },
    { filter: "BSM = 'a'", 'filter-crs': 'http://www.opengis.net/def/crs/EPSG/0/1' },
    { 'filter-lang': 'sql' },
  ])('that can not be used is 400: %j', async (query) => {
    expect((await items('dltb', query as Record<string, string>)).status).toBe(400);
  });

  it('holds together with bbox, datetime and the parameters of fields', () =>
    each(async ({ id, extent }) => {
      const all = await found(id, {});
      const [west, south, east, north] = extent.spatial.bbox[0];
      const name = Object.keys(all[0]!.properties).find(
        (one) => typeof all[0]!.properties[one] === 'string',
      )!;
      const value = String(all[0]!.properties[name]);
      const parts = [
        { bbox: `${west},${south},${(west + east) / 2},${north}` },
        { filter: `S_INTERSECTS(geom, BBOX(${west},${south},${east},${(south + north) / 2}))` },
        { [name]: value },
        { datetime: `../${new Date().toISOString()}` },
      ] as Record<string, string>[];
      const alone = await Promise.all(parts.map(async (part) => new Set(idsOf(await found(id, part)))));
      const together = idsOf(await found(id, Object.assign({}, ...parts)));
      expect(together).toEqual(idsOf(all).filter((one) => alone.every((ids) => ids.has(one))));
      expect(together.length, id).toBeGreaterThan(0);
    }));
});

describe('sorting', () => {
  it('sortables are linked and described, and order the features by each of them, both ways', () =>
    each(async (collection) => {
      const { id } = collection;
      expect(parameter(id, 'sortby')).toMatchObject({
        ...{ in: 'query', required: false, style: 'form', explode: false },
        schema: { type: 'array', items: { type: 'string' } },
      });
      const all = await found(id, {});
      const place = new Map(idsOf(all).map((one, i) => [one, i]));
      for (const name of Object.keys(await schemaOf(collection, 'sortables'))) {
        for (const sign of ['', '+', '-']) {
          const sorted = await found(id, { sortby: `${sign}${name}` });
          const expected = [...all].sort((a, b) => {
            const [x, y] = [a.properties[name]!, b.properties[name]!];
            if (x === null || y === null)
              return Number(x === null) - Number(y === null) || place.get(a.id)! - place.get(b.id)!;
            const order = x < y ? -1 : x > y ? 1 : 0;
            return (sign === '-' ? -order : order) || place.get(a.id)! - place.get(b.id)!;
          });
          if (
            sorted.every(
              ({ properties }) => typeof properties[name] !== 'string' || /^[ -~]*$/.test(properties[name]),
            )
          )
            expect(idsOf(sorted), `${id} ${sign}${name}`).toEqual(idsOf(expected));
          else expect(new Set(idsOf(sorted))).toEqual(new Set(idsOf(all)));
        }
      }
      expect((await items(id, { sortby: 'nothing' })).status).toBe(400);
      expect((await items(id, { sortby: 'geom' })).status).toBe(400);
    }));
});
