/** The doors of rules: packs uploaded and covered, facts, drafts by module, the ledger. */
import { describe, expect, it } from 'vitest';
import { geoJson, parcels, testApp } from './test-app.js';

const post = (url: string, payload: string, type = 'application/json') => ({
  method: 'POST' as const,
  url,
  headers: { 'content-type': type },
  payload,
});

describe('rule packs', () => {
  it('are stored with 201 and their address, verified only with 200', async () => {
    const { app } = testApp();
    const dry = await app.inject(post('/v1/rule-packs?dryRun=true', '{}'));
    expect([dry.statusCode, dry.json().stored]).toEqual([200, false]);
    const made = await app.inject(post('/v1/rule-packs', '{}'));
    expect([made.statusCode, made.headers.location]).toEqual([201, '/v1/rule-packs/county%401']);
  });

  it('answer with line and column of a fault', async () => {
    const { app } = testApp();
    const answer = await app.inject(post('/v1/rule-packs', '{'));
    expect(answer.statusCode).toBe(422);
    expect(answer.json()).toMatchObject({
      code: 'bad-rule-pack',
      errors: [{ pointer: '', code: 'not-json', line: 1, column: 2 }],
    });
  });

  it('show what of each measure is computed, in one language', async () => {
    const { app } = testApp();
    const { documents } = (await app.inject('/v1/rule-packs/henan-2025/coverage')).json();
    expect(documents[0].rows[0]).toMatchObject({ article: '第17条', title: '红线', by: 'rule' });
    expect((await app.inject('/v1/rule-packs/gone/coverage')).statusCode).toBe(404);
  });
});

describe('drafts', () => {
  const asked = (query: string) => post(`/v1/checks?${query}`, parcels('clear'), geoJson);

  it('answer 200 without an address, with modules, materials and hashes handed on', async () => {
    const { app, service } = testApp();
    const hash = 'd'.repeat(64);
    const query = new URLSearchParams({
      draft: 'true',
      module: '规划，耕地',
      have: 'a1,b2',
      passed: `规划:${hash}`,
    });
    const answer = await app.inject(asked(query.toString()));
    expect([answer.statusCode, answer.headers.location]).toEqual([200, undefined]);
    expect(answer.json().modules.map((one: { module: string }) => one.module)).toEqual(['规划', '耕地']);
    expect(service.asked[0]).toMatchObject({ have: ['a1', 'b2'], passedOn: { 规划: hash } });
  });

  it.each([
    ['module=规划'],
    ['have=a'],
    ['draft=true&passed=规划'],
    ['draft=true&passed=规划:zz'],
    ['facts=energy'],
    ['facts=a:1,a:2'],
  ])('and facts are refused where %s', async (query) => {
    const { app, service } = testApp();
    const answer = await app.inject(asked(encodeURI(query)));
    expect([answer.statusCode, answer.json().code]).toEqual([400, 'bad-parameter']);
    expect(service.asked).toEqual([]);
  });

  it('take facts, with Chinese commas and colons too', async () => {
    const { app, service } = testApp();
    await app.inject(asked(encodeURI('facts=projectType:energy，singleSite：是')));
    expect(service.asked[0]!.facts).toEqual({ projectType: 'energy', singleSite: '是' });
  });
});

describe('the ledger', () => {
  it('is entered, paged, withdrawn and written for spreadsheets', async () => {
    const { app } = testApp();
    for (const reason of ['依托矿产', '依托水源']) {
      const made = await app.inject(post('/v1/ledger', JSON.stringify({ check: 'chk_1', reason })));
      expect([made.statusCode, made.json().entries[0].reason]).toEqual([201, reason]);
    }
    const page = await app.inject('/v1/ledger?limit=1');
    expect(page.headers.link).toBe('</v1/ledger?limit=1&after=1>; rel="next"');
    const gone = await app.inject(post('/v1/ledger/1/withdrawal', '{"reason":"调整"}'));
    expect(gone.json()).toMatchObject({ id: 1, withdrawnReason: '调整' });
    const csv = await app.inject('/v1/ledger?f=csv');
    expect([csv.headers['content-type'], csv.body]).toEqual(['text/csv; charset=utf-8', '\ufeff编号\r\n']);
  });

  it.each([
    ['/v1/ledger', '{'],
    ['/v1/ledger', '[]'],
    ['/v1/ledger', '{"check":"chk_1"}'],
    ['/v1/ledger', '{"check":"chk_1","reason":" "}'],
    ['/v1/ledger', '{"check":"chk_1","reason":"x","parcels":[1]}'],
    ['/v1/ledger/1/withdrawal', '{}'],
  ])('refuses at %s the body %s', async (url, body) => {
    const { app } = testApp();
    expect((await app.inject(post(url, body))).statusCode).toBe(400);
  });
});
