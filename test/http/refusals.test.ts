import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from 'vitest';
import { AppError, type ErrorCode } from '../../src/core/errors.js';
import { errorCodes, problemTable } from '../../src/http/problem.js';
import { geoJson, parcels, testApp } from './test-app.js';

interface Refusal {
  name: string;
  method: 'GET' | 'POST' | 'DELETE';
  url: string;
  type?: string;
  encoding?: string;
  body?: string;
  status: number;
  code: ErrorCode;
  pointer?: string;
  faultCode?: string;
  says?: string;
}

const cases: Refusal[] = JSON.parse(
  readFileSync(new URL('../cases/http/refusals.json', import.meta.url), 'utf8'),
);

const { app, service, log } = testApp();

beforeEach(() => {
  service.before = async () => {};
  log.length = 0;
  service.asked.length = 0;
});

describe('refusals', () => {
  it.each(cases)(
    '$name',
    async ({ method, url, type, encoding, body, status, code, pointer, faultCode, says }) => {
      const answer = await app.inject({
        method,
        url,
        headers: { ...(type && { 'content-type': type }), ...(encoding && { 'content-encoding': encoding }) },
        ...(body !== undefined && { payload: body }),
      });
      const problem = answer.json();
      expect(answer.headers['content-type']).toBe('application/problem+json');
      expect(problem).toMatchObject({ status, code, type: `/problems/${code}` });
      expect(answer.statusCode).toBe(status);
      expect(problem.title).toBe(problemTable[code].title.zh);
      if (pointer) expect(problem.errors[0]).toMatchObject({ pointer, code: faultCode });
      if (says) expect(problem.detail).toContain(says);
    },
  );

  it.each(['zh', 'en'] as const)('speak %s when asked to', async (language) => {
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/checks',
      headers: { 'content-type': geoJson, 'accept-language': language },
      payload: '{}',
    });
    expect(answer.headers['content-language']).toBe(language);
    expect(answer.json()).toEqual({
      type: '/problems/bad-parcel',
      title: problemTable['bad-parcel'].title[language],
      status: 422,
      code: 'bad-parcel',
      detail: language === 'zh' ? '1 个地块图形有误。' : '1 parcel is not usable.',
      instance: answer.headers['x-request-id'],
      errors: [
        {
          pointer: '/geometry/coordinates/0/2',
          code: 'self-intersection',
          detail: language === 'zh' ? '自相交。' : 'Crosses itself.',
          place: [113.2, 35.2],
        },
      ],
    });
  });

  it('say what may be done with a known address', async () => {
    const wrong = await app.inject({ method: 'PUT', url: '/v1/layers/stbhhx/versions' });
    expect(wrong.headers.allow).toBe('GET, POST, HEAD, OPTIONS');
    const asked = await app.inject({ method: 'OPTIONS', url: '/v1/checks' });
    expect([asked.statusCode, asked.body, asked.headers.allow]).toEqual([
      204,
      '',
      'POST, GET, HEAD, OPTIONS',
    ]);
    const head = await app.inject({ method: 'HEAD', url: '/v1/layers' });
    expect([head.statusCode, head.body]).toEqual([200, '']);
  });

  it('refuse what is too large, declared or not', async () => {
    const payload = parcels('clear').padEnd(10_001);
    for (const [method, url] of [
      ['POST', '/v1/checks'],
      ['POST', '/v1/layers/stbhhx/versions'],
    ] as const) {
      const answer = await app.inject({
        method,
        url,
        headers: { 'content-type': geoJson },
        payload: url.includes('layers') ? payload.repeat(2) : payload,
      });
      expect(answer.json()).toMatchObject({ status: 413, code: 'too-large' });
    }
    expect(service.asked).toEqual([]);
    expect(service.imports).toEqual([]);
  });

  it.each(errorCodes)('%s keeps its own status, and our faults keep their facts in the log', async (code) => {
    service.before = async () => {
      const secret = new Error('relation at POINT(113.123456 35.654321)');
      throw new AppError(code, 'secret of the database', { detail: { zh: '内情', en: 'inside' } }, secret);
    };
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/checks',
      headers: { 'content-type': geoJson },
      payload: parcels('clear'),
    });
    const { status, advice, retryAfterS } = problemTable[code];
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ code, status });
    expect(answer.headers['retry-after']).toBe(retryAfterS === undefined ? undefined : String(retryAfterS));
    expect(answer.body).not.toContain('secret');
    if (status !== 500) expect(answer.json().detail).toBe('内情');
    else expect(answer.json().detail).toBe(`${advice.zh}（编号 ${answer.headers['x-request-id']}）`);
    const text = log.join('');
    expect(text).toContain(String(answer.headers['x-request-id']));
    expect(text).not.toMatch(/113\.1|35\.6/);
    if (status >= 500) expect(text).toContain('secret of the database');
  });

  it('hide what a stray error says', async () => {
    service.before = async () => {
      throw new TypeError('connection string postgres://user:pw@host');
    };
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/checks',
      headers: { 'content-type': geoJson },
      payload: parcels('clear'),
    });
    expect(answer.json()).toMatchObject({ status: 500, code: 'internal' });
    expect(answer.body).not.toContain('postgres://');
    expect(log.join('')).toContain('TypeError');
  });
});
