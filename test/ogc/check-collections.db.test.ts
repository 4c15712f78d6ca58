import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkPieces } from '../../src/checks/check-pieces.js';
import type { Check } from '../../src/checks/check-types.js';
import { checkParts, loadTown, makeCheck, requestFor, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type StandardsApp, standardsApp } from './standards-app.js';

let service: StandardsApp;
const checks: Check[] = [];

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  service = standardsApp(db);
  const { yjjbnt: _left, ...rest } = town;
  await loadTown({ db, geos: service.geos }, rest);
  const parts = checkParts(db, service.geos);
  for (const x of [0, 300]) {
    const parcels = [
      { id: 'DK-1', boxes: [[x, 100, 200, 200]] as const },
      { id: 'DK-2', boxes: [[x + 400, 100, 200, 200]] as const },
    ];
    checks.push(await makeCheck(parts, requestFor(parcels)));
  }
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

interface Found {
  id: string;
  properties: Record<string, string | number | boolean | null>;
  geometry: { type: string };
}

interface StandardsPage {
  features: Found[];
  links: { rel: string; href: string }[];
}

async function all(collection: string, query = ''): Promise<Found[]> {
  const { json, status, text } = await service.get(`/ogc/collections/${collection}/items?limit=1000${query}`);
  expect(status, text).toBe(200);
  expect(json.numberMatched).toBe(json.features.length);
  return json.features;
}

describe('stored checks as collections', () => {
  it('are listed beside the layers', async () => {
    const { json } = await service.get('/ogc/collections');
    const ids = json.collections.map(({ id }: { id: string }) => id);
    expect(ids.slice(-3)).toEqual(['check-parcels', 'check-pieces', 'check-findings']);
  });

  it('give every parcel with its verdict and area', async () => {
    const parcels = await all('check-parcels');
    const expected = checks.flatMap((check) =>
      check.parcels.map(({ id, verdict, area }) => [check.id, id, verdict, area.ellipsoidM2]),
    );
    expect(parcels.map(({ properties: p }) => [p.check_id, p.parcel_id, p.verdict, p.area_m2])).toEqual(
      expected,
    );
  });

  it('give every piece of the answer with its figure, and the ground of a missing layer as undetermined', async () => {
    for (const check of checks) {
      const pieces = await all('check-pieces', `&filter=check_id='${check.id}'`);
      const { features } = await checkPieces(checkParts(service.db, service.geos), check.id);
      expect(pieces.map(({ properties: p }) => [p.parcel_id, p.layer, p.kind, p.area_m2])).toEqual(
        features.map(({ properties: p }) => [p.parcel, p.layer, p.kind, p.areaM2]),
      );
      expect(pieces.every(({ geometry }) => geometry.type === 'MultiPolygon')).toBe(true);
      const missing = pieces.filter(({ properties }) => properties.layer === 'yjjbnt');
      expect(missing.map(({ properties: p }) => [p.kind, p.verdict, p.area_m2])).toEqual(
        check.parcels.map(({ area }) => ['undetermined', 'undetermined', area.ellipsoidM2]),
      );
    }
  });

  it('give every finding with its article', async () => {
    const findings = await all('check-findings', '&sortby=check_id');
    const expected = checks.flatMap(({ parcels }) => parcels.flatMap((parcel) => parcel.findings));
    expect(findings.map(({ properties }) => properties.title_zh)).toEqual(
      expected.map(({ title }) => title.zh),
    );
    expect(findings.every(({ properties }) => String(properties.document) !== '')).toBe(true);
  });

  it('are told in words and in the time of China on pages, in codes and UTC to clients', async () => {
    const own = '/ogc/collections/check-pieces/items';
    const [{ properties }] = (await service.get(`${own}?limit=1&layer=yjjbnt`)).json.features;
    expect(properties).toMatchObject({ verdict: 'undetermined', kind: 'undetermined' });
    expect(properties.created_at).toMatch(/\+00:00$/);
    const moment = new Date(Date.parse(properties.created_at) + 8 * 3_600_000).toISOString();
    const time = moment.slice(0, 19).replace('T', ' ');
    for (const path of [
      `${own}?layer=yjjbnt&check_id=${properties.check_id}`,
      `${own}/${properties.check_id}.1`,
    ]) {
      const page = (language: string) =>
        service.get(path, { accept: 'text/html', 'accept-language': language });
      const { text } = await page('zh');
      for (const word of [time, '北京时间', `/ogc/checks/${properties.check_id}/project.qgs`])
        expect(text).toContain(word);
      for (const code of ['+00:00', '>pre-review<', '>undetermined<']) expect(text).not.toContain(code);
      expect((await page('en')).text).toContain('Beijing time');
    }
    const findings = `/ogc/collections/check-findings/items?check_id=${properties.check_id}&f=html`;
    expect((await service.get(findings)).text).toContain('未审查的图层见预检全文');
    const { text } = await service.get(`${own}?layer=yjjbnt&f=html`);
    expect(text).toContain('class="verdict undetermined">数据缺失—无法判定<');
  });

  it('are found by time, and by id on every page', async () => {
    const day = checks[0]!.createdAt.slice(0, 10);
    expect((await all('check-parcels', `&datetime=${day}T00:00:00Z/..`)).length).toBe(4);
    expect((await all('check-parcels', `&datetime=../2020-01-01`)).length).toBe(0);
    const [piece] = await all('check-pieces');
    const { json } = await service.get(`/ogc/collections/check-pieces/items/${piece!.id}`);
    expect(json.properties).toEqual(piece!.properties);
    const ids: string[] = [];
    for (let next: string | undefined = '/ogc/collections/check-findings/items?limit=2'; next; ) {
      const page: StandardsPage = (await service.get(next)).json;
      ids.push(...page.features.map(({ id }) => id));
      next = page.links
        .find(({ rel }: { rel: string }) => rel === 'next')
        ?.href.replace('http://localhost:80', '');
    }
    expect(new Set(ids).size).toBe((await all('check-findings')).length);
  });

  it('a check that does not exist is 404, never an empty answer', async () => {
    for (const collection of ['check-pieces', 'check-findings']) {
      const { status } = await service.get(`/ogc/collections/${collection}/items?filter=check_id='chk_none'`);
      expect([collection, status]).toEqual([collection, 404]);
      expect((await service.get(`/ogc/collections/${collection}/items/chk_none.1`)).status).toBe(404);
    }
  });
});
