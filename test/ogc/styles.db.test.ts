import { SaxesParser } from 'saxes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Check } from '../../src/checks/check-types.js';
import { checkParts, loadTown, makeCheck, requestFor, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type StandardsApp, standardsApp } from './standards-app.js';

let service: StandardsApp;
let check: Check;

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  service = standardsApp(db);
  await loadTown({ db, geos: service.geos }, town);
  check = await makeCheck(
    checkParts(db, service.geos),
    requestFor([{ id: 'DK-1', boxes: [[650, 100, 100, 100]] }]),
  );
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

interface Element {
  name: string;
  attributes: Record<string, string>;
  text: string;
}

/** Every element, in order; throws when the text is no XML. */
function elementsOf(text: string): Element[] {
  const found: Element[] = [];
  const open: Element[] = [];
  const parser = new SaxesParser();
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes: attributes as Record<string, string>, text: '' };
    found.push(element);
    open.push(element);
  });
  parser.on('text', (more) => {
    const last = open.at(-1);
    if (last) last.text += more;
  });
  parser.on('closetag', () => open.pop());
  parser.on('error', (error) => {
    throw error;
  });
  parser.write(text).close();
  return found;
}

describe('styles for QGIS', () => {
  it('draw land classes by their first-level class and the lines in one colour each', async () => {
    const dltb = await service.get('/ogc/collections/dltb/style.qml');
    expect(dltb.headers['content-disposition']).toBe('attachment; filename="dltb.qml"');
    expect(dltb.text.startsWith('<!DOCTYPE qgis')).toBe(true);
    const values = elementsOf(dltb.text)
      .filter(({ name }) => name === 'category')
      .map(({ attributes }) => attributes.value);
    expect(values).toEqual([...Array.from({ length: 13 }, (_, i) => String(i).padStart(2, '0')), '']);
    const colours = await Promise.all(
      ['stbhhx', 'yjjbnt', 'czkfbj'].map(async (id) => {
        const elements = elementsOf((await service.get(`/ogc/collections/${id}/style.qml`)).text);
        return elements.find(({ attributes }) => attributes.k === 'color')!.attributes.v;
      }),
    );
    expect(new Set(colours).size).toBe(3);
    expect((await service.get('/ogc/collections/none/style.qml')).status).toBe(404);
  });
});

it('pieces of a check are drawn by verdict, the gravest over the others', async () => {
  const elements = elementsOf((await service.get('/ogc/collections/check-pieces/style.qml')).text);
  const renderer = elements.find(({ name }) => name === 'renderer-v2')!;
  expect(renderer.attributes).toMatchObject({ attr: '"verdict"', enableorderby: '1' });
  const order = elements.find(({ name }) => name === 'orderByClause')!;
  expect(order.attributes.asc).toBe('1');
  expect(order.text).toMatch(/'clear','attention','undetermined','prohibited'.*"verdict"/);
});

describe.each(['project.qgs', 'layers.qlr'])('%s of a check', (name) => {
  it('holds the parcels, the pieces and the layers it was made on', async () => {
    const { text, status } = await service.get(`/ogc/checks/${check.id}/${name}`);
    expect(status).toBe(200);
    const elements = elementsOf(text);
    const sources = elements.filter((one) => one.name === 'datasource').map((one) => one.text);
    expect(sources.slice(0, 2).map((source) => new URL(source).search)).toEqual([
      '?f=geojson&what=parcels',
      '?f=geojson&what=pieces',
    ]);
    const served = sources.slice(2).map((source) => /typename='(\w+)'/.exec(source)![1]);
    const used = check.layers.filter(({ version }) => version !== null).map(({ id }) => id);
    expect([...served].sort()).toEqual([...used].sort());
    const ids = elements.filter((one) => one.name === 'layer-tree-layer').map((one) => one.attributes.id);
    expect(elements.filter((one) => one.name === 'id').map((one) => one.text)).toEqual(ids);
    expect((await service.get(`/ogc/checks/chk_none/${name}`)).status).toBe(404);
  });
});

it('a project says which layer is no longer the one of its check', async () => {
  await loadTown(
    { db: service.db, geos: service.geos },
    { stbhhx: { ...town.stbhhx!, dataDate: '2025-06-30' } },
  );
  const { text } = await service.get(`/ogc/checks/${check.id}/project.qgs`);
  const before = check.layers.find(({ id }) => id === 'stbhhx')!.version;
  expect(text).toContain(`预检所用版本为 ${before}`);
});

it('a project says its system in full: QGIS 3.22 reads none from an id alone, nor without the switch', async () => {
  const elements = elementsOf((await service.get(`/ogc/checks/${check.id}/project.qgs`)).text);
  const own = elements.slice(elements.findIndex(({ name }) => name === 'projectCrs'));
  expect(own.find(({ name }) => name === 'authid')?.text).toBe('EPSG:4490');
  expect(own.find(({ name }) => name === 'wkt')?.text).toMatch(/^GEOGCRS\[.*ID\["EPSG",4490\]\]$/);
  expect(own.find(({ name }) => name === 'ProjectionsEnabled')?.text).toBe('1');
});
