/** Turns the route table into a Fastify server: limits, parsing, access, language, errors and the request log. */
import { randomBytes } from 'node:crypto';
import type { ServerOptions as ServerHttpOptions } from 'node:http';
import Fastify, {
  type FastifyInstance,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify';
import { AppError } from '../core/errors.js';
import { dialects } from '../ogc/dialects.js';
import { authorize } from './auth.js';
import { assertBodyWanted } from './body.js';
import { answerBrokenRequest, toAppError } from './faults.js';
import { type Language, preferredLanguage } from './language.js';
import { type LogOptions, logFault, loggerOptions } from './logging.js';
import { readForms, readLargeForms } from './multipart.js';
import { problemTable, toProblem } from './problem.js';
import type { Context, Parts, Route } from './route.js';
import { addStandards, type Standard, type StandardOptions } from './standards.js';

export interface ServerOptions {
  log: LogOptions | false;
  /** Largest body of a check, bytes. */
  maxBodyBytes: number;
  /** From the first byte of a request to its last: what a slow sender may take. */
  requestTimeoutMs: number;
  /** A socket on which nothing moves for so long is closed. Must exceed the time limit of a check. */
  idleTimeoutMs: number;
  maxConnections: number;
  standards: StandardOptions;
}

declare module 'fastify' {
  interface FastifyRequest {
    language: Language;
    /** Name of the key that was presented, for the log. */
    keyName: string | undefined;
  }
}

export function createServer(
  routes: readonly Route[],
  standards: readonly Standard[],
  options: ServerOptions,
  parts: Parts,
): FastifyInstance {
  const app = Fastify({
    logger: loggerOptions(options.log),
    // one line of our own for each request instead
    logController: new LogController({ disableRequestLogging: true, requestIdLogLabel: 'requestId' }),
    genReqId: () => `req_${randomBytes(8).toString('hex')}`,
    requestIdHeader: false,
    bodyLimit: options.maxBodyBytes,
    requestTimeout: options.requestTimeoutMs,
    http: slowSenderLimits(options.requestTimeoutMs),
    connectionTimeout: options.idleTimeoutMs,
    keepAliveTimeout: 30_000,
    forceCloseConnections: 'idle',
    // a client that was given the landing page with a slash at its end puts another behind it (the suites of OGC do)
    rewriteUrl: ({ url = '/' }) => url.replace(/^\/ogc\/{2,}/, '/ogc/'),
    // answered by our own hook, as a problem
    return503OnClosing: false,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, allErrors: true } },
    frameworkErrors: (error, request, reply) =>
      sendProblem(error, request as FastifyRequest, reply as FastifyReply),
    clientErrorHandler: answerBrokenRequest,
  });
  app.server.maxConnections = options.maxConnections;
  app.decorateRequest('language', 'zh');
  app.decorateRequest('keyName', undefined);
  const { publicUrl, trustProxy } = options.standards;
  const stopping = addHooks(app, parts, publicUrl !== undefined || trustProxy);
  app.setErrorHandler(sendProblem);
  const all = [...routes, ...standards];
  app.setNotFoundHandler((request, reply) => answerUnmatched(all, request, reply));
  readBodiesWhole(app);
  app.register(async (whole) => {
    readForms(whole, options.maxBodyBytes);
    for (const route of routes) if (!route.body?.streamed) addRoute(whole, route, parts, stopping);
  });
  app.register(async (streaming) => {
    leaveBodiesUnread(streaming);
    readLargeForms(streaming, parts.maxLayerBytes);
    for (const route of routes) if (route.body?.streamed) addRoute(streaming, route, parts, stopping);
  });
  addStandards(app, standards, dialects, options.standards, parts);
  return app;
}

/**
 * Node looks for overdue senders every 30 s and only then, and gives headers 60 s however short the limit is: a
 * limit of seconds would end after minutes.
 */
const slowSenderLimits = (requestTimeoutMs: number): ServerHttpOptions => ({
  requestTimeout: requestTimeoutMs,
  headersTimeout: Math.min(60_000, requestTimeoutMs),
  connectionsCheckingInterval: Math.min(30_000, Math.max(500, requestTimeoutMs / 4)),
});

/** As callers know the address; where theirs can not be used, as it is: what was done can not be refused any more. */
function tellLocation(request: FastifyRequest, reply: FastifyReply, parts: Parts): void {
  const location = reply.getHeader('location');
  if (typeof location !== 'string' || !location.startsWith('/')) return;
  try {
    reply.header('location', `${parts.publicAddress(request)}${location}`);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
  }
}

/**
 * The signal fires when the service begins to stop.
 * @param proxied callers know the service under another address than its own, perhaps below a path
 */
function addHooks(app: FastifyInstance, parts: Parts, proxied: boolean): AbortSignal {
  let closing = false;
  const stopping = new AbortController();
  app.addHook('preClose', async () => {
    closing = true;
    stopping.abort();
  });
  app.addHook('onRequest', async (request, reply) => {
    request.language = preferredLanguage(request.headers['accept-language']);
    reply.headers({
      'x-request-id': request.id,
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
      vary: 'accept-language',
    });
    if (closing) throw new AppError('overloaded', 'the service is being stopped', { stopping: true });
  });
  if (proxied) app.addHook('onSend', async (request, reply) => tellLocation(request, reply, parts));
  app.addHook('onSend', async (_request, reply) => {
    // a connection kept open after its last answer would hold up the stop
    if (closing) reply.header('connection', 'close');
  });
  app.addHook('onResponse', async (request, reply) => {
    const pattern = request.routeOptions.url ?? 'unmatched';
    const seconds = reply.elapsedTime / 1000;
    parts.metrics.countRequest(request.method, pattern, reply.statusCode, seconds);
    const { method, keyName } = request;
    request.log.info(
      { method, route: pattern, status: reply.statusCode, ms: Math.round(reply.elapsedTime), key: keyName },
      'request',
    );
  });
  return stopping.signal;
}

/** Bodies of every media type arrive as bytes: reading them is the parcels room's work, not the door's. */
function readBodiesWhole(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
}

function leaveBodiesUnread(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
}

function addRoute(app: FastifyInstance, route: Route, parts: Parts, stopping: AbortSignal): void {
  app.route({
    method: route.method,
    url: route.path.replace(/\{(\w+)\}/g, ':$1'),
    schema: { querystring: route.query, params: route.params },
    onRequest: async (request) => {
      if (route.access !== 'open') request.keyName = authorize(request, route.access, parts.keys);
      if (route.method === 'POST') assertBodyWanted(request, route.body);
    },
    handler: async (request, reply) => {
      reply.header('content-language', request.language);
      return route.handle(contextOf(parts, request, reply, stopping));
    },
  });
}

function contextOf(
  parts: Parts,
  request: FastifyRequest,
  reply: FastifyReply,
  stopping: AbortSignal,
): Context<unknown, unknown> {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished) gone.abort();
  });
  const { query, params, language, log } = request;
  return { parts, request, reply, query, params, language, callerGone: gone.signal, stopping, log };
}

function sendProblem(thrown: unknown, request: FastifyRequest, reply: FastifyReply): void {
  const error = toAppError(thrown, request);
  const { status, retryAfterS } = problemTable[error.code];
  logFault(request.log, error, status);
  const language = request.language ?? 'zh';
  if (retryAfterS !== undefined) reply.header('retry-after', retryAfterS);
  if (status === 401) reply.header('www-authenticate', 'Bearer realm="onemap-precheck"');
  if (status === 415) reply.header('accept-encoding', 'identity');
  reply
    .code(status)
    .header('content-language', language)
    .type('application/problem+json')
    // bytes, or Fastify would add a charset parameter, which these media types do not have
    .send(Buffer.from(JSON.stringify(toProblem(error, language, request.id))));
}

/** 404 with advice, 405 with what is allowed, and the plain answer to OPTIONS. */
function answerUnmatched(
  routes: readonly { method: string; path: string }[],
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  const path = request.url.split('?')[0] ?? '';
  const methods = routes.filter((route) => matches(route.path, path)).map((route) => route.method);
  if (methods.length === 0) {
    sendProblem(
      new AppError('not-found', 'no such route', {
        detail: {
          zh: '没有这个地址。接口列表见 /docs。',
          en: 'There is no such address. /docs lists the interface.',
        },
      }),
      request,
      reply,
    );
    return;
  }
  const allowed = new Set<string>([...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']);
  reply.header('allow', [...allowed].join(', '));
  if (request.method === 'OPTIONS') reply.code(204).send();
  else sendProblem(new AppError('method-not-allowed', 'method not allowed'), request, reply);
}

const matches = (pattern: string, path: string): boolean =>
  new RegExp(`^${pattern.replace(/\{\w+\}/g, '[^/]+')}$`).test(path);
