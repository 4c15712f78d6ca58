/**
 * The collections that the abstract tests of CQL2 are asked of, and how they are asked: every predicate as text and as
 * JSON, the answer held against the one worked out from all features in plain JavaScript.
 */
import { expect } from 'vitest';
import { importLayer } from '../../src/layers/import-layer.js';
import { checkParts, loadTown, makeCheck, requestFor, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { stream } from '../layers/made-layers.js';
import { evaluate, type Kinds, type Node, type Plain, toText } from './filter-reference.js';
import { ring, type Shape, toGeoJson } from './lattice.js';
import { type Answer, type StandardsApp, standardsApp } from './standards-app.js';

export interface Queryable {
  name: string;
  type: 'string' | 'number' | 'boolean' | 'date' | 'timestamp';
}

export interface Feature extends Plain {
  id: string;
}

export interface Source extends Kinds {
  id: string;
  queryables: readonly Queryable[];
  features: readonly Feature[];
  /** Predicates that were answered: the tests of logical operators draw from them. */
  stored: Node[];
}

const area = (...polygons: (readonly (readonly [number, number])[])[][]): Shape => ({
  type: 'MultiPolygon',
  at: polygons,
});

/** By BSM. Neighbours, a hole and what fills it, two parts, a corner that touches, an island far away. */
export const shapes: Readonly<Record<string, Shape>> = {
  A1: area([ring(0, 0, 2, 2)]),
  A2: area([ring(2, 0, 4, 2)]),
  A3: area([ring(0, 4, 5, 9), ring(1, 5, 3, 7)]),
  A4: area([ring(1, 5, 3, 7)]),
  A5: area([ring(6, 0, 7, 1)], [ring(8, 0, 9, 3)]),
  A6: area([ring(4, 2, 6, 4)]),
  A7: area([
    [
      [6, 5],
      [9, 5],
      [9, 6],
      [7, 6],
      [7, 9],
      [6, 9],
      [6, 5],
    ],
  ]),
  A8: area([ring(12, 12, 13, 13)]),
};

/** ZLDWMC, DLMC, TBMJ, TBDLMJ, KCXS. */
const rows: readonly (readonly (string | number | null)[])[] = [
  ['København', 'Kobenhavn', 100, 100, 0],
  ['KØBENHAVN', 'KØBENHAVN', 250.5, 200, 0.1],
  ['Straße 100%', null, 0, 3, 0.12],
  ["O'Brien a_b", "O'Brien a_b", null, 8, null],
  ['焦作市\\解放区', 'STRASSE 100%', 1038288, 1038280, 0.2],
  ['Οδος\tone\ntwo', 'ΟΔΟΣ\tONE\nTWO', 7, null, 0],
  [null, '焦作市', -3, 2, 0.3],
  ['a%b', 'acb', 1, 2, 0.5],
];

export interface Suite {
  service: StandardsApp;
  layer: Source;
  all: readonly Source[];
}

export async function openSuite(): Promise<Suite> {
  const db = await openTestDatabase();
  await resetTables(db);
  const service = standardsApp(db);
  const { yjjbnt: _farmland, dltb: _patches, ...layers } = town;
  const parts = { db, geos: service.geos };
  await loadTown(parts, layers);
  const features = Object.entries(shapes).map(([BSM, shape], i) => {
    const [ZLDWMC, DLMC, TBMJ, TBDLMJ, KCXS] = rows[i]!;
    const properties = { BSM, DLBM: '0102', ZLDWMC, DLMC, TBMJ, TBDLMJ, KCXS };
    return { type: 'Feature' as const, properties, geometry: toGeoJson(shape) as never };
  });
  const source = stream(features);
  await importLayer(parts, {
    ...{ layerId: 'dltb', source, sourceFileName: 'dltb.geojson', crs: 4490, dataDate: '2022-04-16' },
  });
  const parcels = [
    { id: 'DK-1', boxes: [[0, 100, 200, 200]] as const },
    { id: 'DK-2', boxes: [[400, 100, 200, 200]] as const },
  ];
  for (let i = 0; i < 2; i++) await makeCheck(checkParts(db, service.geos), requestFor(parcels));
  const all: Source[] = [];
  for (const id of ['dltb', 'check-parcels', 'check-findings']) all.push(await readSource(service, id));
  return { service, all, layer: all[0]! };
}

export const closeSuite = async ({ service }: Suite): Promise<void> => {
  await service.app.close();
  await service.geos.close();
};

async function readSource(service: StandardsApp, id: string): Promise<Source> {
  const { json } = await service.get(`/ogc/collections/${id}/queryables`);
  const entries = Object.entries(json.properties as Record<string, { type?: string; format?: string }>);
  const queryables = entries
    .filter(([, { format }]) => !format?.startsWith('geometry-'))
    .map(([name, { type, format }]) => {
      const kind = format === 'date' ? 'date' : format === 'date-time' ? 'timestamp' : type;
      return { name, type: (kind === 'integer' ? 'number' : kind) as Queryable['type'] };
    });
  const answer = await service.get(`/ogc/collections/${id}/items?limit=1000`);
  const named = (wanted: Queryable['type']): string[] =>
    queryables.filter(({ type }) => type === wanted).map(({ name }) => name);
  return {
    ...{ id, queryables, features: answer.json.features, stored: [] },
    ...{ dates: named('date'), times: named('timestamp') },
  };
}

export const ask = ({ service }: Suite, id: string, query: Record<string, string>): Promise<Answer> =>
  service.get(`/ogc/collections/${id}/items?${new URLSearchParams({ limit: '1000', ...query })}`);

export async function idsOf(suite: Suite, id: string, query: Record<string, string>): Promise<string[]> {
  const { status, json, text } = await ask(suite, id, query);
  expect(status, `${id} ${JSON.stringify(query)}: ${text.slice(0, 300)}`).toBe(200);
  expect(json.numberMatched).toBe(json.features.length);
  return json.features.map((feature: Feature) => feature.id);
}

/** Both encodings find the same; what they find. */
export async function bothForms(
  suite: Suite,
  { id }: Source,
  node: Node,
  more: Record<string, string> = {},
): Promise<string[]> {
  const found = await idsOf(suite, id, { filter: toText(node), ...more });
  const json = { filter: JSON.stringify(node), 'filter-lang': 'cql2-json', ...more };
  expect(await idsOf(suite, id, json), `${id} ${JSON.stringify(node)}`).toEqual(found);
  return found;
}

export const expectedOf = (source: Source, node: Node): string[] =>
  source.features.filter((feature) => evaluate(node, feature, source) === true).map(({ id }) => id);

/** The service finds what the reference finds, in both encodings; the predicate is kept for the tests of logic. */
export async function holds(suite: Suite, source: Source, node: Node): Promise<string[]> {
  const found = await bothForms(suite, source, node);
  expect(found, `${source.id} ${toText(node)}`).toEqual(expectedOf(source, node));
  source.stored.push(node);
  return found;
}

/** A text of the standard's own tables, and the same predicate for the reference. */
export async function textHolds(suite: Suite, source: Source, text: string, node: Node): Promise<void> {
  expect(await idsOf(suite, source.id, { filter: text }), text).toEqual(expectedOf(source, node));
  await holds(suite, source, node);
}

/** Conformance tests `logical`: at least ten combinations of stored predicates, drawn without chance. */
export async function logicHolds(suite: Suite, source: Source, least = 10): Promise<void> {
  const { stored } = source;
  expect(stored.length, source.id).toBeGreaterThan(3);
  const draws = Array.from({ length: least * 4 }, (_none, i) => stored[(i * 7919 + 13) % stored.length]!);
  for (let i = 0; i < least; i++) {
    const [p1, p2, p3, p4] = draws.slice(4 * i, 4 * i + 4) as [Node, Node, Node, Node];
    const not = (...args: Node[]): Node => ({ op: 'not', args });
    const node: Node = {
      op: 'or',
      args: [
        { op: 'and', args: [not(p1), p2] },
        { op: 'and', args: [p3, not(p4)] },
        not({ op: 'and', args: [p1, p4] }),
      ],
    };
    const texts = [p1, p2, p3, p4].map(toText);
    const text = `((NOT ${texts[0]} AND ${texts[1]}) OR (${texts[2]} and NOT ${texts[3]}) or not (${texts[0]} AND ${texts[3]}))`;
    const expected = expectedOf(source, node);
    expect(await bothForms(suite, source, node), text).toEqual(expected);
    expect(await idsOf(suite, source.id, { filter: text }), text).toEqual(expected);
  }
}

export const sampleOf: Readonly<Record<Queryable['type'], Node>> = {
  string: 'foo',
  boolean: true,
  number: 3.14,
  timestamp: { timestamp: '2022-04-14T14:48:46Z' },
  date: { date: '2022-04-14' },
};

/** Every queryable of every collection. */
export async function eachQueryable(
  { all }: Suite,
  types: readonly Queryable['type'][],
  work: (source: Source, property: { property: string }, type: Queryable['type']) => Promise<void>,
): Promise<void> {
  for (const source of all)
    for (const { name, type } of source.queryables)
      if (types.includes(type)) await work(source, { property: name }, type);
}
