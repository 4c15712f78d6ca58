/**
 * The thread that the embedded engine (PGlite + PostGIS) lives in: takes wire protocol, gives back wire protocol.
 * It ends itself, without a commit, the moment the engine loses a statement; starting again is the parent's part.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { postgis } from '@electric-sql/pglite-postgis';
import { dropStrayReady, findLoss, splitBeforeSync } from './embedded-guard.js';
import { EXIT_STATEMENT_LOST, type FromEngine, type ToEngine } from './embedded-messages.js';
import { findPostgisBundle } from './postgis-bundle.js';

const port = parentPort;
if (!port) throw new Error('embedded-worker runs as a worker thread only');
const post = (message: FromEngine, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);

/**
 * GEOS and PROJ report trouble by C++ exceptions. In this build none is ever caught: one unwinds through PostgreSQL
 * and leaves it between two steps, sometimes with a command tag as if all were well. So the throw itself is the
 * sign: the thread ends there and then, and recovery from the log undoes what was not committed.
 */
function endOnException(): () => boolean {
  let hooked = false;
  const { WebAssembly } = globalThis as unknown as { WebAssembly: { instantiate: Instantiate } };
  const instantiate = WebAssembly.instantiate;
  WebAssembly.instantiate = (source, imports) => {
    if (imports?.env) quickenLookups(imports.env);
    if (imports?.env && '__cxa_throw' in imports.env) {
      imports.env.__cxa_throw = () => process.exit(EXIT_STATEMENT_LOST);
      hooked = true;
    }
    return instantiate.call(WebAssembly, source, imports);
  };
  return () => hooked;
}

/**
 * Emscripten lists all names of a library for each function that is looked up in it: PostGIS has thousands of both, and
 * `create extension` spent half its time there (3 s). A library that is loaded does not change, so its list is kept.
 */
function quickenLookups(env: Record<string, unknown>): void {
  const lookUp = env._dlsym_js as ((...args: number[]) => number) | undefined;
  if (!lookUp) return;
  const { keys } = Object;
  const lists = new WeakMap<object, string[]>();
  const keptKeys = (library: object): string[] => {
    const list = lists.get(library) ?? keys(library);
    lists.set(library, list);
    return list;
  };
  const quick = (...args: number[]): number => {
    Object.keys = keptKeys;
    try {
      return lookUp(...args);
    } finally {
      Object.keys = keys;
    }
  };
  env._dlsym_js = Object.assign(quick, lookUp); // with the signature that it carries
}

type Instantiate = (source: unknown, imports?: { env?: Record<string, unknown> }) => unknown;

/** Collects what the engine says; the room is kept from one batch to the next, large answers made it grow often. */
class ReplyBuffer {
  #bytes = new Uint8Array(1 << 20);
  #length = 0;

  readonly append = (chunk: Uint8Array): void => {
    const needed = this.#length + chunk.length;
    if (needed > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
      larger.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = larger;
    }
    this.#bytes.set(chunk, this.#length);
    this.#length = needed;
  };

  get length(): number {
    return this.#length;
  }

  /** What came since `start`; valid until the next append. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.#length);
  }

  cutTo(length: number): void {
    this.#length = length;
  }

  /** Everything, as a buffer of its own; empty afterwards. */
  take(): Uint8Array<ArrayBuffer> {
    const whole = this.#bytes.slice(0, this.#length);
    this.#length = 0;
    if (this.#bytes.length > KEEP_BYTES) this.#bytes = new Uint8Array(1 << 20);
    return whole;
  }
}

const KEEP_BYTES = 64 << 20;

function execute(engine: PGlite, batch: Uint8Array, reply: ReplyBuffer): void {
  // the start-up message has no type byte; it begins with its length
  if (batch[0] === 0) {
    reply.append(engine.execProtocolRawSync(batch));
    return;
  }
  for (const part of splitBeforeSync(batch)) {
    const start = reply.length;
    // runs to its end before it returns; only the (empty) sync of the file system would be awaited
    void engine.execProtocolRawStream(part, { syncToFs: false, onRawData: reply.append });
    const said = reply.since(start);
    if (findLoss(part, said) !== undefined) process.exit(EXIT_STATEMENT_LOST);
    reply.cutTo(start + dropStrayReady(part, said).length);
  }
}

/** The extension as its package sets it up, from the archive that the build made of the package's own. */
function smallPostgis(): typeof postgis {
  const bundlePath = findPostgisBundle();
  if (!bundlePath) return postgis;
  return { ...postgis, setup: async (...args) => ({ ...(await postgis.setup(...args)), bundlePath }) };
}

async function open(): Promise<void> {
  const isHooked = endOnException();
  const engine = await PGlite.create({
    dataDir: workerData.folder as string,
    extensions: { postgis: smallPostgis() },
  });
  if (!isHooked()) throw new Error('this build of the embedded engine cannot be watched for lost statements');
  const reply = new ReplyBuffer();
  port!.on('message', async (message: ToEngine) => {
    if (message.kind === 'close') {
      await engine.close();
      post({ kind: 'closed' });
      port!.close();
      return;
    }
    execute(engine, message.bytes, reply);
    const bytes = reply.take();
    post({ kind: 'reply', bytes }, [bytes.buffer]);
  });
  post({ kind: 'ready' });
}

open().catch((error: unknown) => post({ kind: 'failed', message: String(error) }));
