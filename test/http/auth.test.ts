import { describe, expect, it } from 'vitest';
import { AppError } from '../../src/core/errors.js';
import { routes, standards } from '../../src/http/app.js';
import { assertSafeToListen } from '../../src/http/auth.js';
import { emptyKeyRing, newKey, readKeys, type Scope } from '../../src/http/keys.js';
import { geoJson, testApp } from './test-app.js';

const ring = (...granted: Scope[][]) => {
  const made = granted.map((scopes, i) => ({ ...newKey(), name: `key ${i}`, scopes }));
  const entries = made.map(({ name, hash, scopes }) => ({ name, hash, scopes }));
  return { keys: readKeys(JSON.stringify(entries), 'keys.json'), presented: made.map((m) => m.key) };
};

describe('keys', () => {
  it('are needed on every route that is not open, and none is forgotten', async () => {
    const { keys, presented } = ring(['read'], ['check'], ['admin']);
    const { app } = testApp({ keys });
    const rank: Record<string, number> = { read: 0, check: 1, admin: 2 };
    for (const { method, path, access } of [...routes, ...standards]) {
      const call = (headers: Record<string, string>) =>
        app.inject({
          method,
          url: path.replace(/\{\w+\}/g, 'x'),
          headers: { 'content-type': geoJson, ...headers },
        });
      const without = (await call({})).statusCode;
      expect([path, without === 401]).toEqual([path, access !== 'open']);
      for (const [held, key] of presented.entries()) {
        const allowed = access === 'open' || held >= rank[access]!;
        const { statusCode } = await call({ 'x-api-key': key });
        expect([method, path, held, statusCode !== 403]).toEqual([method, path, held, allowed]);
      }
    }
    expect(routes.filter((r) => r.access === 'open').map((r) => r.path)).toEqual([
      '/healthz',
      '/readyz',
      '/openapi.json',
      '/docs',
      '/problems/{code}',
      '/',
    ]);
  });

  it('come in either header and are refused when wrong', async () => {
    const { keys, presented } = ring(['read'], ['read']);
    const { app, log } = testApp({ keys });
    const status = async (headers: Record<string, string>) =>
      (await app.inject({ url: '/v1/layers', headers })).statusCode;
    expect(await status({ authorization: `Bearer ${presented[1]}` })).toBe(200);
    expect(await status({ 'x-api-key': presented[0]! })).toBe(200);
    expect(await status({ authorization: `Basic ${presented[0]}` })).toBe(401);
    expect(await status({ authorization: `Bearer ${presented[0]}x` })).toBe(401);
    expect(await status({ 'x-api-key': newKey().key })).toBe(401);
    expect(log.join('')).toContain('"key":"key 1"');
    expect(log.join('')).not.toContain('omk_');
  });

  it.each([
    ['{}', 'array'],
    ['[]', 'array'],
    ['[', 'JSON'],
    ['[{"name":"a","hash":"omk_plain","scopes":["read"]}]', '/0/hash'],
    [`[{"name":"","hash":"sha256:${'0'.repeat(64)}","scopes":["read"]}]`, '/0/name'],
    [`[{"name":"a","hash":"sha256:${'0'.repeat(64)}","scopes":["root"]}]`, '/0/scopes'],
    [`[{"name":"a","hash":"sha256:${'0'.repeat(64)}","scopes":[]}]`, '/0/scopes'],
    [
      `[{"name":"a","hash":"sha256:${'0'.repeat(64)}","scopes":["read"]},{"name":"b","hash":"sha256:${'0'.repeat(64)}","scopes":["read"]}]`,
      'twice',
    ],
  ])('file %s is refused at start', (text, says) => {
    expect(() => readKeys(text, 'keys.json')).toThrow(says);
  });
});

describe('a service without keys', () => {
  it.each(['0.0.0.0', '::', '192.168.1.4', 'gis.example.org', ''])('does not listen on %j', (host) => {
    expect(() => assertSafeToListen(host, emptyKeyRing)).toThrow(AppError);
    expect(() => assertSafeToListen(host, ring(['read']).keys)).not.toThrow();
  });

  it.each(['127.0.0.1', '127.0.0.8', 'localhost', '::1'])('listens on %s', (host) => {
    expect(() => assertSafeToListen(host, emptyKeyRing)).not.toThrow();
  });

  it('answers this machine only, not pages of other sites in its browser', async () => {
    const { app } = testApp();
    const status = async (method: 'GET' | 'POST', headers: Record<string, string>) =>
      (
        await app.inject({
          method,
          url: '/v1/checks',
          headers: { 'content-type': geoJson, ...headers },
          payload: '{}',
        })
      ).statusCode;
    expect(await status('GET', { host: '127.0.0.1:8080' })).toBe(200);
    expect(await status('GET', { host: '[::1]:8080' })).toBe(200);
    expect(await status('GET', { host: 'rebound.example.org' })).toBe(403);
    expect(await status('POST', { host: 'localhost', 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await status('POST', { host: 'localhost', 'sec-fetch-site': 'same-origin' })).toBe(422);
  });
});
