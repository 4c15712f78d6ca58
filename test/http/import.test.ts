import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { removeStaleUploads } from '../../src/http/body.js';
import { geoJson, testApp } from './test-app.js';

const tempDir = mkdtempSync(join(tmpdir(), 'onemap-test-'));
afterAll(() => rmSync(tempDir, { recursive: true }));

const { app, service } = testApp({ tempDir });
beforeEach(() => {
  service.imports.length = 0;
  service.before = async () => {};
});

const send = (payload: string, query = '', headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: `/v1/layers/STBHHX/versions${query}`,
    headers: { 'content-type': geoJson, ...headers },
    payload,
  });

describe('importing a layer', () => {
  it('gives the service a file, its name and its options, and removes the file', async () => {
    const payload = '{"type":"FeatureCollection","features":[]}';
    const answer = await send(payload, '?dataDate=2024-12-31&coverage=410802,410803&crs=4490', {
      'content-disposition': 'attachment; filename="../red line.geojson"',
    });
    expect(answer.statusCode).toBe(201);
    expect(answer.headers.location).toBe('/v1/layers/stbhhx/versions');
    expect(answer.json()).toMatchObject({ version: '2024-12-31.1', sourceFile: 'red line.geojson' });
    const { path, ...rest } = service.imports[0]!;
    expect(rest).toEqual({
      id: 'stbhhx',
      name: 'red line.geojson',
      text: payload,
      options: { dataDate: '2024-12-31', coverage: { districts: ['410802', '410803'] }, crs: '4490' },
    });
    expect(existsSync(path)).toBe(false);
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it('takes a form with one file; other, cut off or too large forms are refused and leave no file', async () => {
    const form = (name: string, content: string, end = '\r\n--xyz--\r\n') =>
      send(
        `--xyz\r\ncontent-disposition: form-data; name="${name}"; filename="a/红线.zip"\r\ncontent-type: application/zip\r\n\r\n${content}${end}`,
        '?layer=%E7%BA%A2%E7%BA%BF',
        { 'content-type': 'multipart/form-data; boundary=xyz' },
      );
    expect((await form('file', 'PK')).statusCode).toBe(201);
    const { path: _path, ...rest } = service.imports[0]!;
    expect(rest).toEqual({ id: 'stbhhx', name: '红线.zip', text: 'PK', options: { layer: '红线' } });
    const second =
      '\r\n--xyz\r\ncontent-disposition: form-data; name="file"; filename="b.zip"\r\n\r\nPK\r\n--xyz--\r\n';
    const refusals = [
      await form('upload', 'PK'),
      await form('file', 'PK', ''),
      await form('file', 'PK', second),
      await form('file', 'x'.repeat(20_001)),
      await form('file', 'x'.repeat(50_000)),
    ].map((answer) => [answer.statusCode, answer.json().code]);
    const bad = [400, 'bad-request'];
    expect(refusals).toEqual([bad, bad, bad, [413, 'too-large'], [413, 'too-large']]);
    expect((await form('file', 'x'.repeat(20_000))).statusCode).toBe(201);
    expect(service.imports).toHaveLength(2);
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it('leaves no file behind when it fails, is refused, or is too large', async () => {
    service.before = async () => {
      throw new Error('half way');
    };
    expect((await send('{}')).statusCode).toBe(500);
    expect((await send('x'.repeat(20_001))).statusCode).toBe(413);
    expect((await send('{}', '?coverage=somewhere')).statusCode).toBe(400);
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it('refuses the second import at once and leaves no file of it', async () => {
    let release = (): void => {};
    let began = (): void => {};
    const inside = new Promise<void>((resolve) => {
      began = resolve;
    });
    service.before = () =>
      new Promise((resolve) => {
        release = resolve;
        began();
      });
    const first = (async () => (await send('{"first":1}')).statusCode)();
    await inside;
    expect((await send('{}')).json()).toMatchObject({ status: 503, code: 'overloaded' });
    expect(readdirSync(tempDir)).toHaveLength(1);
    release();
    expect(await first).toBe(201);
    expect(readdirSync(tempDir)).toEqual([]);
  });

  it('of a sender who hangs up, or does not say how much comes, stores nothing beyond the limit', async () => {
    const { app: listening, service: own, log } = testApp({ tempDir });
    await listening.listen({ port: 0, host: '127.0.0.1' });
    const { port } = listening.server.address() as AddressInfo;
    const options = {
      port,
      host: '127.0.0.1',
      method: 'POST',
      path: '/v1/layers/stbhhx/versions',
      headers: { 'content-type': geoJson },
    };
    const status = await new Promise((resolve, reject) => {
      const chunked = request(options, (answer) => {
        answer.resume();
        // a sender that first sends everything and then reads must get its answer too
        if (chunked.writableFinished) resolve(answer.statusCode);
        else chunked.on('finish', () => resolve(answer.statusCode));
      });
      chunked.on('error', reject);
      for (let i = 0; i < 160; i++) chunked.write('x'.repeat(100_000));
      chunked.end();
    });
    expect(status).toBe(413);
    const broken = request(options);
    broken.on('error', () => {});
    broken.write('{"half":');
    while (readdirSync(tempDir).length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    broken.destroy();
    while (readdirSync(tempDir).length > 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await listening.close();
    expect(own.imports).toEqual([]);
    expect(log.join('')).not.toContain('"level":50,"code":"internal"');
  });

  it('sweeps at start what a killed process left, and nothing else', () => {
    const dead = join(tempDir, 'onemap-upload-999999999-abc');
    const alive = join(tempDir, `onemap-upload-${process.ppid}-abc`);
    const other = join(tempDir, 'somebody-else');
    for (const folder of [dead, alive, other]) mkdirSync(folder);
    removeStaleUploads(tempDir);
    expect([dead, alive, other].map((folder) => existsSync(folder))).toEqual([false, true, true]);
  });
});
