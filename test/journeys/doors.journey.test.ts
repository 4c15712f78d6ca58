import { writeFileSync } from 'node:fs';
import { type IncomingMessage, request } from 'node:http';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { town } from '../checks/made-checks.js';
import { bodyOf } from '../overlay/made-ground.js';
import {
  call,
  command,
  type Env,
  fileOfLayer,
  importTown,
  newGround,
  post,
  type RunningService,
  serve,
  troublesOf,
  until,
} from './running-service.js';

type Scope = 'read' | 'check' | 'admin';
const scopes = ['read', 'check', 'admin'] as const;

let ground: Awaited<ReturnType<typeof newGround>>;
let service: RunningService;
let env: Env;
const keys = new Map<Scope, Record<string, string>>();

/** Keys made by the product's own command. */
async function makeKeys(): Promise<string> {
  const entries: unknown[] = [];
  for (const scope of scopes) {
    const made = await command(['keys', 'new', '--scope', scope, '--name', `测试 ${scope}`], {});
    const [key = '', entry = ''] = made.out.split('\n');
    entries.push(JSON.parse(entry));
    keys.set(scope, { 'x-api-key': key });
  }
  const file = join(ground.folder, 'keys.json');
  writeFileSync(file, JSON.stringify(entries));
  return file;
}

beforeAll(async () => {
  ground = await newGround();
  env = {
    ...ground.env,
    ONEMAP_KEYS_FILE: await makeKeys(),
    ONEMAP_MAX_BODY_MB: '1',
    ONEMAP_REQUEST_TIMEOUT_S: '2',
    ONEMAP_SHUTDOWN_GRACE_S: '1',
    HOST: '0.0.0.0',
  };
  service = await serve(env);
  await importTown(service.url, town, keys.get('admin'));
});
afterAll(() => {
  service.child.kill('SIGKILL');
  ground.remove();
});

const parcel = bodyOf([{ id: 'DK-1', boxes: [[650, 100, 100, 100]] }]).toString();

describe('a service that is not started', () => {
  it.each<[string, Env, string[], RegExp]>([
    [
      'beyond this machine without keys',
      { HOST: '0.0.0.0' },
      ['serve'],
      /拒绝在 0\.0\.0\.0 上监听[\s\S]*keys new/,
    ],
    ['with a misspelt setting', { ONEMAP_KEY_FILE: 'keys.json' }, ['serve'], /ONEMAP_KEY_FILE/],
    ['with a keys file that is not there', { ONEMAP_KEYS_FILE: 'none.json' }, ['serve'], /none\.json/],
    ['with a port that is none', {}, ['serve', '--port', '99999'], /port/],
    ['with an address of no database', { DATABASE_URL: 'mysql://x' }, ['serve'], /DATABASE_URL/],
    ['by an unknown command', {}, ['server'], /没有命令 server/],
  ])('%s', async (_, wrong, args, says) => {
    const { code, out, err } = await command(args, {
      ONEMAP_DATA_DIR: join(ground.folder, 'never'),
      PORT: '0',
      ...wrong,
    });
    expect([code, out]).toEqual([3, '']);
    expect(err).toMatch(says);
  });
});

describe('keys', () => {
  const want = (method: string, path: string, key: Scope | undefined, body?: string) =>
    call(service.url + path, {
      method,
      headers: { ...(key && keys.get(key)), ...(body && { 'content-type': 'application/geo+json' }) },
      ...(body && { body }),
    });

  it.each<[string, string, string | undefined, Scope]>([
    ['GET', '/v1/layers', undefined, 'read'],
    ['GET', '/v1/checks', undefined, 'read'],
    ['GET', '/metrics', undefined, 'read'],
    ['POST', '/v1/checks?crs=EPSG:4526', parcel, 'check'],
    ['POST', '/v1/layers/hlfxkzx/versions', fileOfLayer(town.stbhhx!), 'admin'],
  ])('%s %s needs its scope', async (method, path, body, needed) => {
    const none = await want(method, path, undefined, body);
    expect([none.status, none.body.code]).toEqual([401, 'unauthorized']);
    expect(none.headers.get('www-authenticate')).toContain('Bearer');
    for (const scope of scopes) {
      const { status } = await want(method, path, scope, body);
      const enough = scopes.indexOf(scope) >= scopes.indexOf(needed);
      expect([scope, status]).toEqual([scope, enough ? (method === 'POST' ? 201 : 200) : 403]);
    }
  });

  it('are not needed to see that the service lives, nor to read how to use it', async () => {
    for (const path of ['/healthz', '/readyz', '/openapi.json', '/docs', '/', '/problems/bad-parcel'])
      expect([path, (await want('GET', path, undefined)).status]).toEqual([path, 200]);
  });

  it('are never in the log, their names are', async () => {
    await want('GET', '/v1/layers', 'read');
    await until(() => service.err().includes('测试 read'));
    for (const key of keys.values()) expect(service.err()).not.toContain(Object.values(key)[0]);
  });
});

describe('bad input', () => {
  const ring = (...points: number[][]) => ({ type: 'Polygon', coordinates: [points] });
  const square = [[113.23, 35.2], [113.24, 35.2], [113.24, 35.21], [113.23, 35.21], [113.23, 35.2]]; // biome-ignore format: a list
  const bowTie = [[113.23, 35.2], [113.24, 35.21], [113.24, 35.2], [113.23, 35.21], [113.23, 35.2]]; // biome-ignore format: a list
  const swapped = square.map(([x, y]) => [y!, x!]);
  const feature = (geometry: unknown, properties = {}) => ({ type: 'Feature', properties, geometry });
  const collection = (...features: unknown[]) => JSON.stringify({ type: 'FeatureCollection', features });

  it.each<[string, string, string, number, string, string | undefined]>([
    [
      'a bow-tie',
      '',
      collection(feature(ring(...square)), feature(ring(...bowTie))),
      422,
      'bad-parcel',
      '/features/1/geometry/coordinates/0/0',
    ],
    ['swapped axes', '', collection(feature(ring(...swapped))), 422, 'bad-crs', '/features/0/geometry'],
    ['Xi’an 80', '?crs=EPSG:2362', collection(feature(ring(...square))), 422, 'bad-crs', undefined],
    [
      'a point',
      '',
      collection(feature({ type: 'Point', coordinates: [113, 35] })),
      422,
      'bad-parcel',
      '/features/0/geometry/type',
    ],
    ['no JSON', '', '{"type":"FeatureCollection"', 400, 'bad-json', undefined],
    [
      'an unknown parameter',
      '?stagee=approval',
      collection(feature(ring(...square))),
      400,
      'unknown-parameter',
      '/query/stagee',
    ],
    [
      'an unknown stage',
      '?stage=later',
      collection(feature(ring(...square))),
      400,
      'bad-parameter',
      '/query/stage',
    ],
    ['nothing', '', ' ', 400, 'bad-json', undefined],
    [
      'too much',
      '',
      collection(feature(ring(...square), { name: 'x'.repeat(1_100_000) })),
      413,
      'too-large',
      undefined,
    ],
  ])('%s', async (_, query, body, status, code, pointer) => {
    const before = (await call(`${service.url}/v1/checks`, { headers: keys.get('read')! })).body.checks;
    const answer = await post(`${service.url}/v1/checks${query}`, body, keys.get('check'));
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    expect([answer.status, answer.body.code]).toEqual([status, code]);
    expect(answer.body.detail.length).toBeGreaterThan(5);
    expect(answer.body.instance).toBe(answer.headers.get('x-request-id'));
    if (pointer !== undefined)
      expect(answer.body.errors.map((one: { pointer: string }) => one.pointer)).toEqual([pointer]);
    expect((await call(`${service.url}/v1/checks`, { headers: keys.get('read')! })).body.checks).toEqual(
      before,
    );
  });

  it('in a layer file leaves the old version and says which feature', async () => {
    const address = `${service.url}/v1/layers/dltb/versions`;
    const before = (await call(address, { headers: keys.get('read')! })).body;
    const [first, ...rest] = town.dltb!.features;
    const percent = { ...first!, properties: { ...first!.properties, KCXS: 12.5 } };
    const wrong = fileOfLayer({ features: [...rest, percent] });
    const answer = await post(address, wrong, keys.get('admin'));
    expect([answer.status, answer.body.code]).toEqual([422, 'bad-layer-file']);
    expect(answer.body.errors).toMatchObject([
      { pointer: '/features/2/properties/KCXS', code: 'kcxs-out-of-range' },
    ]);
    expect((await call(address, { headers: keys.get('read')! })).body).toEqual(before);
    const nowhere = await post(`${address}?coverage=999`, wrong, keys.get('admin'));
    expect([nowhere.status, nowhere.body.code]).toEqual([400, 'bad-parameter']);
    const noLayer = await post(`${service.url}/v1/layers/none/versions`, wrong, keys.get('admin'));
    expect([noLayer.status, noLayer.body.code]).toEqual([404, 'not-found']);
    expect(ground.uploads()).toEqual([]);
  });
});

describe('clients that hang', () => {
  const sockets: Socket[] = [];
  function rawSocket(text: string): Socket {
    const { port } = new URL(service.url);
    const socket = connect(Number(port), '127.0.0.1');
    socket.on('error', () => {});
    socket.write(text);
    sockets.push(socket);
    return socket;
  }
  const head = (method: string, path: string, scope: Scope, more = '') =>
    `${method} ${path} HTTP/1.1\r\nHost: x\r\nx-api-key: ${keys.get(scope)!['x-api-key']}\r\n${more}\r\n`;
  const works = async () => {
    const { status, body } = await post(`${service.url}/v1/checks?crs=EPSG:4526`, parcel, keys.get('check'));
    expect([status, body.verdict]).toEqual([201, 'prohibited']);
  };

  it('by never ending what they send do not hold the service, and are sent away', async () => {
    const unfinished = 'content-type: application/geo+json\r\ncontent-length: 500000\r\n';
    const slow = Array.from({ length: 40 }, () => {
      const socket = rawSocket(`${head('POST', '/v1/checks', 'check', unfinished)}{"type":`);
      let answer = '';
      socket.setEncoding('utf8').on('data', (chunk) => {
        answer += chunk;
      });
      return new Promise<string>((resolve) => socket.on('close', () => resolve(answer)));
    });
    await works();
    for (const answer of await Promise.all(slow)) expect(answer).toMatch(/^HTTP\/1\.1 408|^$/);
    await works();
  });

  it('by reading late, or not to the end, do not get or leave a word of another answer', async () => {
    // more than the system takes from a service before somebody reads it
    const checkOf = (client: number): string =>
      bodyOf(
        Array.from({ length: 1_800 }, (_, i) => ({
          boxes: [[20 * (i % 40) + client / 10, 20 * Math.floor(i / 40), 18, 18]] as const,
        })),
      ).toString();
    const ask = (client: number, more: Record<string, string> = {}): Promise<IncomingMessage> =>
      new Promise((resolve, reject) => {
        const headers = { ...keys.get('check'), 'content-type': 'application/geo+json', ...more };
        const asked = request(`${service.url}/v1/checks?crs=EPSG:4526`, { method: 'POST', headers }, resolve);
        asked.on('error', reject);
        asked.end(checkOf(client));
      });
    const read = async (answer: IncomingMessage): Promise<string> => {
      const bytes = await buffer(answer);
      return (answer.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes).toString();
    };
    const late = [await ask(0), await ask(1, { 'accept-encoding': 'gzip' })];
    const gone = await ask(2);
    gone.once('data', () => gone.destroy());
    // made and sent whole while the first ones wait
    const others = [await ask(3), await ask(4, { 'accept-encoding': 'gzip' })];
    const answers = [...others, ...late];
    const texts: string[] = [];
    for (const answer of answers) texts.push(await read(answer));
    expect(new Set(texts).size).toBe(4);
    for (const [i, answer] of answers.entries()) {
      const stored = await fetch(`${service.url}${answer.headers.location}`, { headers: keys.get('read')! });
      expect((await stored.text()) === texts[i]).toBe(true);
    }
  });

  it('by never reading their answers do not hold the service, nor its end', async () => {
    const many = bodyOf(
      Array.from({ length: 800 }, (_, i) => ({
        boxes: [[20 * (i % 40), 20 * Math.floor(i / 40), 18, 18]] as const,
      })),
    ).toString();
    const made = await post(`${service.url}/v1/checks?crs=EPSG:4526`, many, keys.get('check'));
    expect(made.status).toBe(201);
    const deaf = Array.from({ length: 20 }, () => {
      const socket = rawSocket(head('GET', `/v1/checks/${made.body.id}`, 'read'));
      socket.pause();
      return socket;
    });
    await works();
    expect(deaf.every((socket) => socket.bytesRead < 200_000)).toBe(true);
    service.child.kill('SIGTERM');
    expect(await service.ended).toBe(0);
    expect(troublesOf(service)).toEqual([]);
    for (const socket of sockets) socket.destroy();
  });
});
