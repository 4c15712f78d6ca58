/**
 * Chromium without a window, spoken to over a pipe (Chrome DevTools Protocol): what a page asks for, what it says in its
 * console, what it holds. Undefined where it is not installed.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

export interface Page {
  /** Goes there and waits until everything is loaded; what was seen before is forgotten. */
  visit(url: string): Promise<void>;
  /** Value of an expression in the page: JSON. */
  // biome-ignore lint/suspicious/noExplicitAny: each test knows what it asks for
  evaluate(expression: string): Promise<any>;
  resize(width: number, height: number): Promise<void>;
  /** PNG of the whole page. */
  picture(): Promise<Buffer>;
  /** Addresses asked for since the visit began. */
  requests: string[];
  /** Errors and warnings of the console since then, failed requests among them. */
  complaints: string[];
}

export interface Browser {
  open(options?: { language?: string; dark?: boolean }): Promise<Page>;
  close(): Promise<void>;
}

const program = ['chromium', 'chromium-browser', 'google-chrome']
  .flatMap((name) => ['/usr/bin', '/usr/local/bin'].map((folder) => join(folder, name)))
  .find((path) => existsSync(path));

export const hasBrowser = program !== undefined;

interface Event {
  method: string;
  sessionId?: string;
  // biome-ignore lint/suspicious/noExplicitAny: looked at member by member
  params: any;
}

export function openBrowser(): Browser {
  const folder = mkdtempSync(join(tmpdir(), 'onemap-browser-'));
  const child = spawn(
    program!,
    [
      ...['--headless=new', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      // whatever is asked of another machine fails, and is seen
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
      ...[`--user-data-dir=${folder}`, '--remote-debugging-pipe', 'about:blank'],
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'] },
  );
  const wire = openWire(child);
  return {
    open: (options) => openPage(wire, options),
    async close() {
      const ended = new Promise((resolve) => child.once('close', resolve));
      // its helpers end with it, and write no more into the folder
      await wire.send('Browser.close').catch(() => undefined);
      await ended;
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

type Wire = ReturnType<typeof openWire>;

/** Messages are JSON texts, each ended by a zero byte: commands go in by descriptor 3, answers and events come by 4. */
function openWire(child: ChildProcess) {
  const [input, output] = [child.stdio[3] as Writable, child.stdio[4] as Readable];
  // biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member
  const waiting = new Map<number, { resolve(value: any): void; reject(error: Error): void }>();
  const listeners = new Set<(event: Event) => void>();
  let [rest, last] = ['', 0];
  input.on('error', () => {});
  output.setEncoding('utf8').on('data', (chunk: string) => {
    const texts = (rest + chunk).split('\0');
    rest = texts.pop()!;
    for (const text of texts) {
      const message = JSON.parse(text);
      const asked = waiting.get(message.id);
      if (!asked) for (const listener of listeners) listener(message);
      else if (message.error) asked.reject(new Error(message.error.message));
      else asked.resolve(message.result);
      waiting.delete(message.id);
    }
  });
  child.once('close', () => {
    for (const { reject } of waiting.values()) reject(new Error('the browser ended'));
  });
  return {
    listeners,
    // biome-ignore lint/suspicious/noExplicitAny: as above
    send: (method: string, params: object = {}, sessionId?: string): Promise<any> =>
      new Promise((resolve, reject) => {
        const id = ++last;
        waiting.set(id, { resolve, reject });
        input.write(`${JSON.stringify({ id, method, params, ...(sessionId && { sessionId }) })}\0`);
      }),
  };
}

async function openPage(
  wire: Wire,
  { language = 'zh-CN', dark = false }: { language?: string; dark?: boolean } = {},
): Promise<Page> {
  const { targetId } = await wire.send('Target.createTarget', { url: 'about:blank' });
  const { sessionId } = await wire.send('Target.attachToTarget', { targetId, flatten: true });
  const send = (method: string, params?: object) => wire.send(method, params, sessionId);
  const [requests, complaints]: [string[], string[]] = [[], []];
  let onLoad = (): void => {};
  wire.listeners.add(({ method, params, sessionId: whose }) => {
    if (whose !== sessionId) return;
    if (method === 'Page.loadEventFired') onLoad();
    if (method === 'Network.requestWillBeSent') requests.push(params.request.url);
    if (method === 'Runtime.exceptionThrown') complaints.push(params.exceptionDetails.text);
    if (method === 'Log.entryAdded' && ['error', 'warning'].includes(params.entry.level))
      complaints.push(`${params.entry.text} ${params.entry.url ?? ''}`);
    if (method === 'Runtime.consoleAPICalled' && ['error', 'warning'].includes(params.type))
      complaints.push(params.args.map((one: { value?: unknown }) => String(one.value)).join(' '));
  });
  for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await send(`${domain}.enable`);
  await send('Network.setExtraHTTPHeaders', { headers: { 'accept-language': language } });
  await send('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }],
  });
  return {
    requests,
    complaints,
    async visit(url) {
      requests.length = 0;
      complaints.length = 0;
      const loaded = new Promise<void>((resolve) => {
        onLoad = resolve;
      });
      const { errorText } = await send('Page.navigate', { url });
      if (errorText) throw new Error(`${url}: ${errorText}`);
      await loaded;
    },
    async evaluate(expression) {
      const { result, exceptionDetails } = await send('Runtime.evaluate', {
        expression,
        returnByValue: true,
        awaitPromise: true,
      });
      if (exceptionDetails) throw new Error(exceptionDetails.exception?.description ?? expression);
      return result.value;
    },
    resize: (width, height) =>
      send('Emulation.setDeviceMetricsOverride', {
        ...{ width, height, deviceScaleFactor: 1, mobile: width < 600 },
      }),
    async picture() {
      const { data } = await send('Page.captureScreenshot', { captureBeyondViewport: true });
      return Buffer.from(data, 'base64');
    },
  };
}
