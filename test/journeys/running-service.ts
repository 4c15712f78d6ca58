/** The built program as a user runs it: a process of its own with an empty environment, its output kept. */
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageRoot } from '../../src/core/package-root.js';
import { embeddedTemplate } from '../database/embedded-template.js';
import type { MadeLayer } from '../overlay/made-ground.js';
import { ringsOf } from '../overlay/made-ground.js';

const program = join(packageRoot, 'dist', 'src', 'main.js');

export type Env = Readonly<Record<string, string>>;

export interface Started {
  child: ReturnType<typeof spawn>;
  out(): string;
  err(): string;
  /** Exit code; null when a signal ended it. */
  ended: Promise<number | null>;
}

/** Starts a command; `env` is all it gets besides PATH. */
export function start(args: readonly string[], env: Env, input?: string): Started {
  const { PATH = '' } = process.env;
  const child = spawn(process.execPath, [program, ...args], { cwd: tmpdir(), env: { PATH, ...env } });
  const text = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
    text.out += chunk;
  });
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
    text.err += chunk;
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, out: () => text.out, err: () => text.err, ended };
}

export async function command(
  args: readonly string[],
  env: Env,
  input?: string,
): Promise<{ code: number | null; out: string; err: string }> {
  const started = start(args, env, input);
  const code = await started.ended;
  return { code, out: started.out(), err: started.err() };
}

export interface RunningService extends Started {
  url: string;
}

/** Starts `serve` on a free port and waits until it listens. */
export async function serve(env: Env, ...args: string[]): Promise<RunningService> {
  const started = start(['serve', ...args], { PORT: '0', ...env });
  await until(() => {
    if (started.child.exitCode !== null) throw new Error(`the service ended: ${started.err()}`);
    return started.out().includes('curl');
  });
  const url = /http:\/\/[^\s/]+:\d+/.exec(started.out())![0];
  return { ...started, url };
}

/** Waits without a clock of its own: the test's time limit is the limit. */
export async function until(condition: () => boolean | Promise<boolean>, everyMs = 20): Promise<void> {
  while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, everyMs));
}

/** A folder with an empty, migrated embedded database in `data` and an empty `temp`, and the settings that say so. */
export async function newGround(): Promise<{
  folder: string;
  env: Env;
  remove(): void;
  uploads(): string[];
}> {
  const folder = mkdtempSync(join(tmpdir(), 'onemap-journey-'));
  const [dataDir, tempDir] = [join(folder, 'data'), join(folder, 'temp')];
  mkdirSync(tempDir);
  const template = await embeddedTemplate();
  if (template !== undefined) cpSync(template, dataDir, { recursive: true });
  return {
    folder,
    env: { ONEMAP_DATA_DIR: dataDir, ONEMAP_TEMP_DIR: tempDir, ONEMAP_SAMPLE: '0', ONEMAP_LANG: 'zh' },
    remove: () => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }),
    uploads: () => readdirSync(tempDir),
  };
}

/** Log lines of a service; every line of its error stream must be one. */
export function logOf(
  service: Pick<Started, 'err'>,
): { level: number; msg: string; [name: string]: unknown }[] {
  const lines = service
    .err()
    .trim()
    .split('\n')
    .filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line));
}

/** Warnings and worse. */
export const troublesOf = (service: Pick<Started, 'err'>) => logOf(service).filter((line) => line.level > 30);

// biome-ignore lint/suspicious/noExplicitAny: answers are looked at member by member
type Json = any;

export async function call(
  url: string,
  init: RequestInit = {},
): Promise<{ status: number; body: Json; headers: Headers }> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') ?? false;
  return { status: answer.status, body: isJson ? JSON.parse(text) : text, headers: answer.headers };
}

export const post = (url: string, body: string, headers: Record<string, string> = {}) =>
  call(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/geo+json', ...headers },
    duplex: 'half',
  } as RequestInit);

/** A layer of boxes as a file in EPSG:4526. */
export const fileOfLayer = ({ features }: MadeLayer): string =>
  JSON.stringify({
    type: 'FeatureCollection',
    crs: { type: 'name', properties: { name: 'urn:ogc:def:crs:EPSG::4526' } },
    features: features.map((one) => ({
      type: 'Feature',
      properties: one.properties ?? {},
      geometry: { type: 'MultiPolygon', coordinates: ringsOf(one) },
    })),
  });

/** Imports the layers over the network; all but the districts speak for the district 410802. */
export async function importTown(
  url: string,
  layers: Readonly<Record<string, MadeLayer>>,
  headers: Record<string, string> = {},
): Promise<void> {
  for (const [id, layer] of Object.entries(layers)) {
    const coverage = id === 'xzq' ? '' : '&coverage=410802';
    const address = `${url}/v1/layers/${id}/versions?dataDate=${layer.dataDate ?? '2024-12-31'}${coverage}`;
    const { status, body } = await post(address, fileOfLayer(layer), headers);
    if (status !== 201) throw new Error(`import of ${id}: ${status} ${JSON.stringify(body)}`);
  }
}
