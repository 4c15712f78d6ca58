/**
 * The standards' routes on the network: what they all share – access, CORS, compression, ETag, HEAD and OPTIONS, the
 * public address, readers that stop reading – so that a dialect only turns a request into an answer.
 */
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import compress from '@fastify/compress';
import cors from '@fastify/cors';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { AppError } from '../core/errors.js';
import { readPairs } from '../ogc/media.js';
import type {
  Chunk,
  Dialect,
  FaultWriter,
  StandardAnswer,
  StandardRequest,
  StandardWork,
} from '../ogc/standard.js';
import { authorize, isLoopbackOrigin } from './auth.js';
import { toAppError } from './faults.js';
import { type Language, localizeJson } from './language.js';
import { logFault } from './logging.js';
import { problemTable, toProblem } from './problem.js';
import { type AddressOptions, publicAddress } from './public-address.js';
import type { Access, Parts } from './route.js';

export interface Standard {
  method: 'GET' | 'POST' | 'DELETE';
  path: string;
  access: Access;
  work: StandardWork;
  writeFault: FaultWriter;
}

export const standard =
  (writeFault: FaultWriter) =>
  (method: Standard['method'], path: string, access: Access, work: StandardWork): Standard => ({
    ...{ method, path, access, work, writeFault },
  });

export interface StandardOptions extends AddressOptions {
  /** How long a reader may take nothing before its connection is closed. */
  stalledReaderMs: number;
  /** Answers that may stream at the same time. */
  streams: number;
}

/** Pieces in which text is handed to the socket: a reader that takes one within the limit is alive. */
const PIECE = 256 * 1024;

export function addStandards(
  app: FastifyInstance,
  standards: readonly Standard[],
  dialects: readonly Dialect[],
  options: StandardOptions,
  parts: Parts,
): void {
  app.register(async (scope) => {
    await scope.register(cors, { delegator: corsOf(standards, parts) });
    await scope.register(compress, {
      ...{ global: true, encodings: ['gzip', 'br'], threshold: 2048 },
      requestEncodings: ['gzip', 'br', 'deflate', 'identity'],
      onUnsupportedRequestEncoding: (encoding) => unreadable(encoding, 'unsupported-format'),
    });
    const { processes, tiles, service, version } = parts;
    const shared = {
      ...service.standards,
      jobs: service.jobs,
      tiles,
      processes,
      localize: (json: string, language: Language) => localizeJson(Buffer.from(json), language).toString(),
      dialects,
      version,
    };
    const streams = { open: 0 };
    const paths = [...new Set(standards.map(({ path }) => path))];
    for (const path of paths) {
      const here = standards.filter((one) => one.path === path);
      for (const url of path === '/ogc' ? ['/ogc', '/ogc/'] : [fastifyPath(path)]) {
        for (const one of here) {
          scope.route({
            method: one.method === 'GET' ? ['GET', 'HEAD'] : one.method,
            url,
            exposeHeadRoute: false,
            onRequest: async (request) => {
              if (one.access !== 'open') request.keyName = authorize(request, one.access, parts.keys);
            },
            errorHandler: (thrown, request, reply) => sendFault(thrown, request, reply, one.writeFault),
            handler: async (request, reply) => {
              const asked = toRequest(request, reply, options);
              const answer = await one.work(asked, shared);
              return sendAnswer(answer, asked, request, reply, options, streams);
            },
          });
        }
        scope.options(url, async (_request, reply) => reply.header('allow', allowed(here)).code(204).send());
      }
    }
  });
}

/** A body that was compressed in a way that is not read, or is broken. */
function unreadable(encoding: string, code: 'unsupported-format' | 'bad-request'): AppError {
  const shown = encoding.slice(0, 40);
  return new AppError(code, 'unreadable content-encoding', {
    detail: {
      zh: `请求体无法按 content-encoding: ${shown} 解开；可用 gzip、br、deflate，或不压缩。`,
      en: `The body can not be unpacked as content-encoding: ${shown}; gzip, br and deflate are read, or send it as it is.`,
    },
  });
}

/** So marked by @fastify/compress. */
const isBrokenBody = (thrown: unknown): boolean => thrown instanceof Error && 'decompressError' in thrown;

const fastifyPath = (path: string): string => path.replace(/\{(\w+)\}/g, ':$1');

const allowed = (here: readonly Standard[]): string =>
  [...new Set(here.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]))), 'OPTIONS'].join(
    ', ',
  );

/**
 * Pages of other sites may read with a key. A service without keys trusts this machine: only pages from it may read,
 * or any site open in its browser could carry the layers away.
 */
function corsOf(standards: readonly Standard[], { keys }: Parts) {
  const patterns = standards.map(({ path }) => new RegExp(`^${path.replace(/\{\w+\}/g, '[^/]+')}/?$`));
  return (request: FastifyRequest, done: (error: Error | null, options: object) => void): void => {
    const path = request.url.split('?')[0] ?? '';
    const open = keys.size > 0 || isLoopbackOrigin(request.headers.origin);
    const ours = patterns.some((pattern) => pattern.test(path));
    done(null, {
      origin: ours && open ? (keys.size > 0 ? '*' : (request.headers.origin ?? false)) : false,
      methods: ['GET', 'HEAD', 'POST', 'DELETE', 'OPTIONS'],
      allowedHeaders: ['accept', 'accept-language', 'authorization', 'content-type', 'prefer', 'x-api-key'],
      exposedHeaders: ['content-crs', 'etag', 'link', 'location', 'ogc-numbermatched', 'ogc-numberreturned'],
      maxAge: 3600,
      strictPreflight: false,
      // our own routes answer OPTIONS: with Allow, which QGIS reads
      preflightContinue: true,
    });
  };
}

function toRequest(request: FastifyRequest, reply: FastifyReply, options: AddressOptions): StandardRequest {
  const [path = '', search = ''] = splitOnce(request.url, '?');
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const headers: Record<string, string | undefined> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return {
    method: request.method === 'HEAD' ? 'GET' : (request.method as StandardRequest['method']),
    path: decodeURI(path),
    params: request.params as Record<string, string>,
    query: readPairs(search),
    headers,
    body: request.body instanceof Uint8Array ? request.body : undefined,
    base: publicAddress(request, options),
    language: request.language,
    signal: gone.signal,
  };
}

function splitOnce(text: string, sign: string): [string, string] {
  const at = text.indexOf(sign);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

async function sendAnswer(
  answer: StandardAnswer,
  asked: StandardRequest,
  request: FastifyRequest,
  reply: FastifyReply,
  options: StandardOptions,
  streams: { open: number },
): Promise<FastifyReply> {
  const { status = 200, type, headers = {}, body, tag } = answer;
  reply.code(status).headers(headers).header('content-type', type);
  reply.header('vary', 'accept, accept-language, accept-encoding, origin');
  if (tag !== undefined) {
    const etag = etagOf(tag, asked);
    reply.headers({ etag, 'cache-control': 'private, no-cache' });
    if (isKnown(request.headers['if-none-match'], etag)) return reply.code(304).send();
  }
  if (request.method === 'HEAD') return reply.send();
  if (typeof body === 'string') return reply.send(Buffer.from(body));
  if (body instanceof Uint8Array) return reply.send(Buffer.from(body));
  if (streams.open >= options.streams) throw new AppError('overloaded', 'too many answers are being read');
  const chunks = body[Symbol.asyncIterator]();
  // what can fail before the first byte must fail as an error, not as half an answer
  const start = await readStart(chunks);
  if (start.ended) return reply.send(Buffer.concat(start.read));
  const stalled = (): void => void reply.raw.destroy();
  const text = inPieces(start.read, chunks, options.stalledReaderMs, stalled);
  streams.open++;
  const stream = Readable.from(text, { objectMode: false });
  stream.once('close', () => {
    streams.open--;
  });
  return reply.send(stream);
}

/** Weak: the same data, whatever the encoding on the wire. */
function etagOf(tag: string, { base, path, query, language, headers }: StandardRequest): string {
  const named = JSON.stringify([tag, base, path, query, language, headers.accept ?? '']);
  return `W/"${createHash('sha256').update(named).digest('base64url').slice(0, 27)}"`;
}

/** Compared weakly (RFC 9110 §13.1.2): a proxy that takes the W/ away sends the rest. */
const isKnown = (header: string | undefined, etag: string): boolean =>
  header !== undefined && (header === '*' || header.split(',').some((one) => opaque(one) === opaque(etag)));

const opaque = (etag: string): string => etag.trim().replace(/^W\//, '');

/** The first chunk, and all of them where they are small: one write to the socket is cheaper than three. */
async function readStart(chunks: AsyncIterator<Chunk>): Promise<{ read: Buffer[]; ended: boolean }> {
  const read: Buffer[] = [];
  for (let size = 0; size <= PIECE; ) {
    const next = await chunks.next();
    if (next.done) return { read, ended: true };
    const bytes = toBytes(next.value);
    read.push(bytes);
    size += bytes.length;
  }
  return { read, ended: false };
}

const toBytes = (chunk: Chunk): Buffer =>
  typeof chunk === 'string'
    ? Buffer.from(chunk)
    : Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);

async function* inPieces(
  start: readonly Buffer[],
  chunks: AsyncIterator<Chunk>,
  stalledMs: number,
  stalled: () => void,
): AsyncGenerator<Buffer> {
  try {
    for (const bytes of start) yield* pieces(bytes, stalledMs, stalled);
    for (let next = await chunks.next(); !next.done; next = await chunks.next())
      yield* pieces(toBytes(next.value), stalledMs, stalled);
  } finally {
    await chunks.return?.();
  }
}

function* pieces(bytes: Buffer, stalledMs: number, stalled: () => void): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += PIECE) {
    const timer = setTimeout(stalled, stalledMs);
    try {
      yield bytes.subarray(at, at + PIECE);
    } finally {
      clearTimeout(timer);
    }
  }
}

function sendFault(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  writeFault: FaultWriter,
): void {
  const error = isBrokenBody(thrown)
    ? unreadable(String(request.headers['content-encoding']), 'bad-request')
    : toAppError(thrown, request);
  const { status, retryAfterS } = problemTable[error.code];
  logFault(request.log, error, status);
  const { language } = request;
  const { type, title, code, detail, instance, errors } = toProblem(error, language, request.id);
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="onemap-precheck"');
  const fault = {
    status,
    type,
    title,
    code,
    detail,
    instance,
    facts: error.facts,
    ...(errors && { errors }),
  };
  const answer = writeFault(fault, request.headers.accept);
  reply
    .code(answer.status ?? status)
    .headers({ ...answer.headers, 'content-language': language, 'cache-control': 'no-store' })
    .header('content-type', answer.type);
  reply.removeHeader('etag');
  reply.send(Buffer.from(answer.body as string));
}
