/**
 * The thread that the embedded engine (PGlite + PostGIS) lives in: takes wire protocol, gives back wire protocol.
 * It ends itself, without a commit, the moment the engine loses a statement; starting again is the parent's part.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { PGlite } from '@electric-sql/pglite';
import { postgis } from '@electric-sql/pglite-postgis';
import { dropStrayReady, findLoss, splitBeforeSync } from './embedded-guard.js';
import { EXIT_STATEMENT_LOST, type FromEngine, type ToEngine } from './embedded-messages.js';

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
    if (imports?.env && '__cxa_throw' in imports.env) {
      imports.env.__cxa_throw = () => process.exit(EXIT_STATEMENT_LOST);
      hooked = true;
    }
    return instantiate.call(WebAssembly, source, imports);
  };
  return () => hooked;
}

type Instantiate = (source: unknown, imports?: { env?: Record<string, unknown> }) => unknown;

function execute(engine: PGlite, batch: Uint8Array): Uint8Array {
  // the start-up message has no type byte; it begins with its length
  const parts = batch[0] === 0 ? [batch] : splitBeforeSync(batch);
  const replies = parts.map((part) => {
    const reply = engine.execProtocolRawSync(part);
    if (part[0] === 0) return reply;
    if (findLoss(part, reply) !== undefined) process.exit(EXIT_STATEMENT_LOST);
    return dropStrayReady(part, reply);
  });
  return replies.length === 1 ? (replies[0] as Uint8Array) : concat(replies);
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

async function open(): Promise<void> {
  const isHooked = endOnException();
  const engine = await PGlite.create({ dataDir: workerData.folder as string, extensions: { postgis } });
  if (!isHooked()) throw new Error('this build of the embedded engine cannot be watched for lost statements');
  port!.on('message', async (message: ToEngine) => {
    if (message.kind === 'close') {
      await engine.close();
      post({ kind: 'closed' });
      port!.close();
      return;
    }
    const answer = execute(engine, message.bytes);
    // only a whole buffer can be handed over; a view of the engine's own is copied
    const reply = answer.byteLength === answer.buffer.byteLength ? answer : answer.slice();
    post({ kind: 'reply', bytes: reply }, [reply.buffer as ArrayBuffer]);
  });
  post({ kind: 'ready' });
}

open().catch((error: unknown) => post({ kind: 'failed', message: String(error) }));
