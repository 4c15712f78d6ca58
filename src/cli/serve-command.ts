/** `serve`: opens the service, listens, and on a signal lets running requests finish before it closes. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { dirname } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import type { FastifyInstance } from 'fastify';
import { AppError } from '../core/errors.js';
import { sweepUnpackFoldersAtStart } from '../formats/unpack-folder.js';
import type { buildApp } from '../http/app.js';
import { assertSafeToListen } from '../http/auth.js';
import { removeStaleUploads } from '../http/body.js';
import { emptyKeyRing, type KeyRing, newKey, readKeys } from '../http/keys.js';
import { warningLine } from '../http/logging.js';
import type { Service } from '../http/service.js';
import { readArguments, wholeNumber } from './arguments.js';
import type { Command, CommandContext } from './command.js';
import type { Config } from './config.js';
import { isSample } from './load-sample.js';
import { createProgress } from './progress.js';
import type { Terminal } from './terminal.js';

export const serveCommand: Command = async (args, context) => {
  const given = readArguments(args, { host: { type: 'string' }, port: { type: 'string' } }, 0);
  const { terminal, program, language } = context;
  const host = given.text('host') ?? context.config.host;
  const portText = given.text('port');
  const port = portText === undefined ? context.config.port : wholeNumber('port', portText, 0, 65_535);
  const config: Config = { ...context.config, host, port };
  const keys = loadKeys(config, context);
  assertSafeToListen(host, keys);
  removeStaleUploads(config.tempDir);
  await sweepUnpackFoldersAtStart(config.tempDir);
  compileSooner();
  const stopped = stopRequested(terminal);
  const progress = createProgress(terminal, language);
  const opening = program
    .openService(config, {
      loadSample: config.loadSample,
      rehearse: true,
      onProgress: progress.show,
      warn: (text) => terminal.stderr.write(warningLine(text)),
    })
    .finally(progress.stop);
  opening.catch(() => undefined); // told below
  // loaded while the database starts
  const http = await import('../http/app.js');
  const service = await opening;
  try {
    const app = http.buildApp(service, appOptions(config, keys, context));
    await service.jobs.start();
    await listen(app, config);
    announce(app, config, context, keys);
    await tellOfSampleLayers(service, context);
    // a tenth of a second at work: not in the way of the first requests
    const telling = setTimeout(() => {
      tellOfFailingPacks(service, context).catch((error: unknown) => {
        terminal.stderr.write(warningLine(`rule packs: ${(error as Error).message}`));
      });
    }, PACK_TESTS_AFTER_MS);
    await stopped.promise;
    clearTimeout(telling);
    await closeWithin(app, config.shutdownGraceMs);
  } finally {
    await service.close();
    stopped.forget();
  }
  return 0;
};

/**
 * V8 compiles a function for good when it has run for long: what runs once in a request, after some two thousand of
 * them. An eighth of that is enough here, as each request goes through the same code.
 */
const compileSooner = (): void => setFlagsFromString('--interrupt-budget=8000');

function appOptions(
  config: Config,
  keys: KeyRing,
  { program, terminal }: CommandContext,
): Parameters<typeof buildApp>[1] {
  const { checkTimeLimitMs, importTimeLimitMs, requestTimeoutMs } = config;
  return {
    keys,
    version: program.version,
    log: { level: config.logLevel, stream: terminal.stderr },
    maxBodyBytes: config.maxBodyBytes,
    maxLayerBytes: config.maxLayerBytes,
    tempDir: config.tempDir,
    asyncAboveBytes: config.asyncAboveBytes,
    echoProcess: config.echoProcess,
    tileCacheBytes: config.tileCacheBytes,
    requestTimeoutMs,
    // a check that waits for its turn and then takes its full time moves nothing on the wire meanwhile
    idleTimeoutMs: Math.max(requestTimeoutMs, 2 * checkTimeLimitMs + 30_000),
    maxConnections: config.maxConnections,
    standards: {
      publicUrl: config.publicUrl,
      trustProxy: config.trustProxy,
      stalledReaderMs: config.stalledReaderMs,
      streams: 64,
    },
    checkLimits: {
      running: config.checksAtOnce,
      waiting: config.checksWaiting,
      waitMs: checkTimeLimitMs,
      timeLimitMs: checkTimeLimitMs,
    },
    importLimits: { running: 1, waiting: 0, waitMs: 0, timeLimitMs: importTimeLimitMs },
  };
}

async function listen(app: FastifyInstance, { host, port }: Config): Promise<void> {
  try {
    await app.listen({ host, port });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code !== 'EADDRINUSE' && code !== 'EACCES' && code !== 'EADDRNOTAVAIL') throw cause;
    throw new AppError(
      'bad-configuration',
      `cannot listen on ${host}:${port}: ${code}`,
      {
        detail: {
          zh: `无法在 ${host}:${port} 上监听（${code}）。端口可能已被占用，请用 PORT 改用其他端口。`,
          en: `Cannot listen on ${host}:${port} (${code}). The port may be in use: choose another with PORT.`,
        },
      },
      cause,
    );
  }
}

function announce(
  app: FastifyInstance,
  { host }: Config,
  { terminal, say }: CommandContext,
  keys: KeyRing,
): void {
  const { port } = app.server.address() as AddressInfo;
  const name = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  const url = `http://${name.includes(':') ? `[${name}]` : name}:${port}`;
  const key = keys.size > 0 ? "-H 'x-api-key: <KEY>' " : '';
  const curl = `curl -s -X POST -H 'content-type: application/geo+json' ${key}--data-binary @sample-data/parcels/demo.geojson '${url}/v1/checks?stage=pre-review'`;
  terminal.stdout.write(
    `${say('一张图预检已启动：', 'onemap-precheck listens on ')}${url}\n${say('接口说明：', 'Interface: ')}${url}/docs\n${say('试一试：', 'Try it:')}\n\n  ${curl}\n\n`,
  );
}

/** Made-up layers must not be taken for real ones, least of all beside real ones. */
async function tellOfSampleLayers(service: Service, { terminal, say }: CommandContext): Promise<void> {
  const present = (await service.listLayers()).filter((layer) => layer.active);
  const samples = present.filter(isSample).map((layer) => layer.id);
  if (samples.length === 0) return;
  const list = samples.join(', ');
  const mixed = samples.length < present.length;
  terminal.stdout.write(
    mixed
      ? say(
          `警告：真实数据与虚构的示例图层（${list}）混在一起，示例图层上的结论没有意义。请尽快导入这些图层的真实数据。\n`,
          `WARNING: real data stands beside made-up layers (${list}); verdicts on these mean nothing. Import the real layers.\n`,
        )
      : say(`图层（${list}）为虚构的示例城市。\n`, `The layers (${list}) are a made-up city.\n`),
  );
}

/** The tests of a pack held when it was taken; a newer program or parent may have changed what it says. */
const PACK_TESTS_AFTER_MS = 5_000;

async function tellOfFailingPacks(service: Service, { terminal, say }: CommandContext): Promise<void> {
  for (const { id, version, tests } of await service.listRulePacks()) {
    const n = tests.failed.length;
    if (n === 0) continue;
    terminal.stdout.write(
      say(
        `警告：规则包 ${id}@${version} 有 ${n} 个用例不再符合，详见 rule-packs list。\n`,
        `WARNING: ${n} tests of rule pack ${id}@${version} no longer hold; see rule-packs list.\n`,
      ),
    );
  }
}

/** Resolves at the first SIGINT or SIGTERM; the second one ends the process at once. */
function stopRequested(terminal: Terminal): { promise: Promise<void>; forget: () => void } {
  let asked = false;
  let forget = (): void => {};
  const promise = new Promise<void>((resolve) => {
    forget = terminal.onStop((signal) => {
      if (asked) terminal.exit(signal === 'SIGINT' ? 130 : 143);
      asked = true;
      resolve();
    });
  });
  return { promise, forget };
}

/** Lets running requests finish; after the grace what still hangs on is cut off. */
async function closeWithin(app: FastifyInstance, graceMs: number): Promise<void> {
  const cut = setTimeout(() => app.server.closeAllConnections(), graceMs);
  await app.close();
  clearTimeout(cut);
}

function loadKeys({ keysFile, createKeys }: Config, { terminal, say }: CommandContext): KeyRing {
  if (keysFile === '') return emptyKeyRing;
  if (!existsSync(keysFile) && createKeys) {
    const { key, hash } = newKey();
    mkdirSync(dirname(keysFile), { recursive: true });
    const entries = [{ name: 'first admin', hash, scopes: ['admin'] }];
    // never over a file that appeared meanwhile; readable by its owner only
    writeFileSync(keysFile, `${JSON.stringify(entries, null, 2)}\n`, { flag: 'wx', mode: 0o600 });
    terminal.stdout.write(
      `${say('新建的管理密钥（只显示这一次）：', 'New admin key (shown only now): ')}${key}\n`,
    );
  }
  return readKeys(readKeysFile(keysFile), keysFile);
}

function readKeysFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new AppError(
      'bad-configuration',
      `cannot read the keys file ${path}`,
      {
        detail: {
          zh: `无法读取密钥文件 ${path}（ONEMAP_KEYS_FILE）。`,
          en: `The keys file ${path} (ONEMAP_KEYS_FILE) cannot be read.`,
        },
      },
      cause,
    );
  }
}
