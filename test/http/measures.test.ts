import { afterAll, describe, expect, it } from 'vitest';
import { exampleOf } from '../../src/measures/measure-examples.js';
import { measureTable } from '../../src/measures/measure-table.js';
import { testApp } from './test-app.js';

const { app } = testApp();
afterAll(() => app.close());

const post = (measure: string, payload: unknown, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: `/v1/measures/${measure}`,
    headers: { 'content-type': 'application/json', ...headers },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

describe('measures over the network', () => {
  it('are listed with schemas and examples, and shown one by one', async () => {
    const { measures } = (await app.inject({ url: '/v1/measures' })).json();
    expect(measures.map(({ id }: { id: string }) => id)).toEqual(measureTable.map(({ id }) => id));
    const one = (
      await app.inject({ url: '/v1/measures/quota', headers: { 'accept-language': 'en' } })
    ).json();
    expect(one).toMatchObject({
      id: 'quota',
      title: 'Quotas and shares',
      example: { answer: { verdict: 'prohibited' } },
    });
    expect(one.inputSchema.anyOf.length).toBeGreaterThan(5);
    expect((await app.inject({ url: '/v1/measures/nothing' })).statusCode).toBe(404);
  });

  it('answer in the language asked for', async () => {
    const { input, answer } = exampleOf('quota');
    const zh = await post('quota', input);
    expect([zh.statusCode, zh.json().sentence]).toEqual([200, answer.sentence.zh]);
    const en = await post('quota', input, { 'accept-language': 'en' });
    expect(en.json()).toMatchObject({ sentence: answer.sentence.en, verdict: answer.verdict });
  });

  it('take f only where they propose ground, and only what can be written', async () => {
    expect((await post('quota?f=txt', exampleOf('quota').input)).statusCode).toBe(400);
    expect((await post('trim?f=dxf', exampleOf('trim').input)).statusCode).toBe(400);
  });

  it('refuse what does not fit with pointers, and what is no JSON', async () => {
    const refused = await post('quota', {
      kind: 'plan-advance',
      lastYear: 3,
      need: { value: 1, unit: 'mu' },
    });
    expect([refused.statusCode, refused.json().errors]).toMatchObject([
      422,
      [{ pointer: '/lastYear', code: 'unit-missing' }],
    ]);
    expect((await post('quota', '{')).json()).toMatchObject({ status: 400, code: 'bad-json' });
    expect((await post('nothing', {})).json()).toMatchObject({ status: 404, code: 'not-found' });
  });
});
