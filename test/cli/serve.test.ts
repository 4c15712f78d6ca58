import { existsSync, readFileSync, statSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { geoJson, parcels } from '../http/test-app.js';
import { type Stage, stage } from './test-terminal.js';

async function started(at: Stage, ...args: string[]): Promise<{ url: string; ended: Promise<number> }> {
  const ended = at.run('serve', '--port', '0', ...args);
  let code: number | undefined;
  void ended.then((n) => {
    code = n;
  });
  for (;;) {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(at.out())?.[0];
    if (url) return { url, ended };
    if (code !== undefined) throw new Error(`ended with ${code}: ${at.err()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

const post = (url: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/v1/checks?stage=pre-review`, {
    method: 'POST',
    headers: { 'content-type': geoJson, ...headers },
    body: parcels('clear'),
  });

/** Raw bytes to the server; `answer` is everything that came until it closed the connection. */
function speak(url: string, bytes: string) {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  const sent = new Promise<void>((resolve) => socket.write(bytes, () => resolve()));
  const answer = new Promise<string>((resolve) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.on('close', () => resolve(text));
  });
  return { sent, answer, write: (more: string) => socket.write(more) };
}

describe('serve', () => {
  it('prints the URL and a line to paste, answers, and ends cleanly on a signal', async () => {
    const at = stage({ ONEMAP_LOG_LEVEL: 'warn' });
    const { url, ended } = await started(at);
    expect(at.out()).toContain(
      `curl -s -X POST -H 'content-type: application/geo+json' --data-binary @sample-data/parcels/demo.geojson '${url}/v1/checks?stage=pre-review'`,
    );
    expect((await post(url)).status).toBe(201);
    at.signal('SIGTERM');
    expect(await ended).toBe(0);
    expect(at.service.closed).toBe(true);
    expect(at.err()).toBe('');
    expect(at.exits).toEqual([]);
  });

  it('lets a running check finish, takes no new one, and a second signal ends the process', async () => {
    const at = stage({ ONEMAP_LOG_LEVEL: 'warn' });
    const { url, ended } = await started(at);
    let release = (): void => {};
    let began = (): void => {};
    const inside = new Promise<void>((resolve) => {
      began = resolve;
    });
    at.service.before = () =>
      new Promise((resolve) => {
        release = resolve;
        began();
      });
    const running = post(url);
    await inside;
    // a request that had begun to arrive before the signal, and ends after it
    const late = speak(url, 'GET /v1/layers HTTP/1.1\r\nHost: localhost\r\n');
    await late.sent;
    at.signal('SIGINT');
    await expect(post(url)).rejects.toThrow('fetch failed');
    late.write('\r\n');
    expect(await late.answer).toMatch(/^HTTP\/1.1 503 .*connection: close\r\n.*"code":"overloaded"/s);
    expect(at.service.closed).toBe(false);
    release();
    expect((await running).status).toBe(201);
    expect(await ended).toBe(0);
    expect(at.service.closed).toBe(true);
  });

  it('cuts off after the grace what does not end', async () => {
    const at = stage({ ONEMAP_LOG_LEVEL: 'silent', ONEMAP_SHUTDOWN_GRACE_S: '0' });
    const { url, ended } = await started(at);
    let began = (): void => {};
    const inside = new Promise<void>((resolve) => {
      began = resolve;
    });
    at.service.before = () => {
      began();
      return new Promise(() => {});
    };
    const running = post(url).catch(() => 'cut');
    await inside;
    at.signal('SIGTERM');
    at.signal('SIGTERM');
    expect(at.exits).toEqual([143]);
    expect(await running).toBe('cut');
    expect(await ended).toBe(0);
  });

  it('refuses to listen beyond this machine without keys, before anything is opened', async () => {
    const at = stage({ HOST: '0.0.0.0' });
    let opened = false;
    at.program.openService = async () => {
      opened = true;
      return at.service;
    };
    expect(await at.run('serve')).toBe(3);
    expect(at.err()).toContain('keys new --scope');
    expect(opened).toBe(false);
  });

  it('makes a first admin key when told to, shows it once and keeps only its hash', async () => {
    const env = { ONEMAP_KEYS_FILE: 'keys/keys.json', ONEMAP_KEYS_CREATE: '1', ONEMAP_LOG_LEVEL: 'warn' };
    const at = stage(env);
    const first = await started(at);
    const key = /omk_[\w-]+/.exec(at.out())?.[0] ?? '';
    const file = join(at.terminal.cwd, 'keys/keys.json');
    expect(readFileSync(file, 'utf8')).not.toContain(key);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect((await post(first.url)).status).toBe(401);
    expect((await post(first.url, { 'x-api-key': key })).status).toBe(201);
    at.signal('SIGTERM');
    await first.ended;
    const again = stage(env);
    const second = { ...again, terminal: { ...again.terminal, cwd: at.terminal.cwd } };
    const before = readFileSync(file, 'utf8');
    expect(existsSync(file)).toBe(true);
    const { run } = await import('../../src/cli/run.js');
    const ended = run(['serve', '--port', '0'], second.terminal, second.program);
    while (!again.out().includes('http://')) await new Promise((resolve) => setTimeout(resolve, 2));
    expect(again.out()).not.toContain('omk_');
    again.signal('SIGTERM');
    await ended;
    expect(readFileSync(file, 'utf8')).toBe(before);
  });

  it('writes a warning of the database into the same structured log, without coordinates', async () => {
    const at = stage({ ONEMAP_LOG_LEVEL: 'warn' });
    const { openService } = at.program;
    at.program.openService = (config, options) => {
      options.warn('engine lost at POINT(113.123456 35.654321)');
      return openService(config, options);
    };
    const { ended } = await started(at);
    at.signal('SIGTERM');
    await ended;
    expect(JSON.parse(at.err())).toMatchObject({ level: 40, msg: 'engine lost at POINT(# #)' });
  });

  it('says which port is taken, and closes what it had opened', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const { port } = other.address() as { port: number };
    const at = stage();
    expect(await at.run('serve', '--port', String(port))).toBe(3);
    expect(at.err()).toContain(`127.0.0.1:${port}`);
    expect(at.service.closed).toBe(true);
    other.close();
  });

  it('answers bytes that are no request with a problem', async () => {
    const at = stage({ ONEMAP_LOG_LEVEL: 'warn' });
    const { url, ended } = await started(at);
    const answer = await speak(url, 'NOT HTTP\r\n\r\n').answer;
    expect(answer).toMatch(/^HTTP\/1\.1 400 Bad Request\r\nContent-Type: application\/problem\+json/);
    expect(JSON.parse(answer.split('\r\n\r\n')[1]!)).toMatchObject({ status: 400, code: 'bad-request' });
    at.signal('SIGTERM');
    await ended;
  });
});
