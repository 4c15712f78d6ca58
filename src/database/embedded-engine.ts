/** One running embedded engine: its worker thread and the `pg` connection that speaks to it. It lives once; the adapter starts the next. */
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { Worker } from 'node:worker_threads';
import pg from 'pg';
import { workerFile } from '../core/package-root.js';
import { EXIT_STATEMENT_LOST, type FromEngine, type ToEngine } from './embedded-messages.js';
import { sessionSettings } from './session-settings.js';
import { databaseError } from './sqlstate.js';
import { typeTable } from './types.js';

/** Why an engine is gone. */
export type EngineEnd = 'time-limit' | 'statement-lost' | 'crashed' | 'closed';

export interface EmbeddedEngine {
  readonly client: pg.Client;
  /** Set as soon as the engine is gone. */
  ended(): EngineEnd | undefined;
  /** Ends the thread at once; nothing that was not committed remains. */
  kill(reason: EngineEnd): Promise<void>;
  /** Ends it in order. */
  close(): Promise<void>;
}

const CLOSE_LIMIT_MS = 15_000;

/** Starts an engine on `folder` (created and initialised when empty). */
export async function startEngine(folder: string): Promise<EmbeddedEngine> {
  const worker = new Worker(workerFile(import.meta.url, 'embedded-worker'), {
    workerData: { folder },
    execArgv: [], // options of the main program (--eval, --input-type) do not fit a worker file
  });
  let end: EngineEnd | undefined;
  let trouble = 'its thread ended';
  const stream = new EngineStream(worker);
  worker.on('error', (error) => {
    trouble = String(error); // the exit that follows ends everything that waits
  });
  const exited = new Promise<void>((resolve) => {
    worker.once('exit', (code) => {
      end ??= code === EXIT_STATEMENT_LOST ? 'statement-lost' : 'crashed';
      stream.destroy();
      resolve();
    });
  });
  await ready(worker, exited, () => trouble);
  const client = await connect(stream);
  return {
    client,
    ended: () => end,
    async kill(reason) {
      end ??= reason;
      await worker.terminate();
    },
    async close() {
      end ??= 'closed';
      const closed = new Promise((resolve) =>
        worker.on('message', (message: FromEngine) => message.kind === 'closed' && resolve(undefined)),
      );
      worker.postMessage({ kind: 'close' } satisfies ToEngine);
      const timer = setTimeout(() => void worker.terminate(), CLOSE_LIMIT_MS);
      await Promise.race([closed, exited]);
      clearTimeout(timer);
      await worker.terminate();
    },
  };
}

async function ready(worker: Worker, exited: Promise<void>, trouble: () => string): Promise<void> {
  const answer = (await Promise.race([once(worker, 'message'), exited.then(() => undefined)])) as
    | [FromEngine]
    | undefined;
  if (answer?.[0].kind === 'ready') return;
  await worker.terminate();
  const reason = answer?.[0].kind === 'failed' ? answer[0].message : trouble();
  throw databaseError('database-unavailable', `the embedded database did not start: ${reason}`);
}

async function connect(stream: EngineStream): Promise<pg.Client> {
  const client = new pg.Client({
    stream: () => stream,
    types: typeTable as pg.CustomTypesConfig,
    // given in full, so that the driver does not look into PG* variables meant for a server
    host: 'embedded',
    port: 5432,
    user: 'postgres',
    database: 'postgres',
    password: '',
    ssl: false,
  });
  // the statement under way gets the error; the adapter asks `ended()`
  client.on('error', () => {});
  await client.connect();
  // time limits are kept by the adapter: this engine ignores its own
  await client.query(sessionSettings({ statementMs: 0, idleInTransactionMs: 0 }));
  return client;
}

/** The driver's socket: writes go to the thread one batch at a time, replies come back as data. */
class EngineStream extends Duplex {
  readonly #worker: Worker;
  #written: ((error?: Error | null) => void) | undefined;

  constructor(worker: Worker) {
    super();
    this.#worker = worker;
    worker.on('message', (message: FromEngine) => {
      if (message.kind !== 'reply') return;
      const written = this.#written;
      this.#written = undefined;
      this.push(Buffer.from(message.bytes.buffer, message.bytes.byteOffset, message.bytes.byteLength));
      written?.();
    });
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this._writev([{ chunk }], done);
  }

  override _writev(chunks: { chunk: Buffer }[], done: (error?: Error | null) => void): void {
    const bytes = new Uint8Array(chunks.reduce((sum, { chunk }) => sum + chunk.length, 0));
    let at = 0;
    for (const { chunk } of chunks) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    this.#written = done;
    this.#worker.postMessage({ kind: 'send', bytes } satisfies ToEngine, [bytes.buffer]);
  }

  // what the driver expects of a socket
  connect(): this {
    process.nextTick(() => this.emit('connect'));
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setKeepAlive(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}
