/** The structured log, and what never gets into it: bodies, geometries, query strings, headers. */
import type { FastifyBaseLogger, FastifyServerOptions } from 'fastify';
import { AppError } from '../core/errors.js';

export interface LogOptions {
  level: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  stream?: { write(line: string): void };
}

export function loggerOptions(options: LogOptions | false): NonNullable<FastifyServerOptions['logger']> {
  if (options === false) return false;
  return {
    level: options.level,
    ...(options.stream && { stream: options.stream }),
    base: { service: 'onemap-precheck' },
    serializers: {
      // whatever a dependency logs of a request: its method and path, never its query
      req: (request) => ({ method: request.method, path: withoutQuery(request.url) }),
      res: (reply) => ({ status: reply.statusCode }),
      err: describeError,
    },
  };
}

const withoutQuery = (url: string | undefined): string => (url ?? '').split('?')[0]!.slice(0, 200);

/**
 * A refusal is one line; our own fault is written with its causes, scrubbed of anything like a coordinate. Too much
 * work at once is nobody's fault but worth a warning; a stop that was asked for, and a caller who left, are neither.
 */
export function logFault(log: FastifyBaseLogger, error: AppError, status: number): void {
  const { code, facts } = error;
  const isBusy = code === 'overloaded' && error.cause === undefined;
  if (isBusy && facts.stopping !== true) log.warn({ code }, scrub(error.message));
  else if (status >= 500 && !isBusy && code !== 'cancelled')
    log.error({ code, err: error }, 'request failed');
  else log.info({ code, faults: facts.errors?.map((fault) => fault.code) }, scrub(error.message));
}

type Described = { type: string; message: string; stack: string };

function describeError(error: Error): Described & { causes?: string[]; facts?: string } {
  const causes: string[] = [];
  for (let cause = error.cause; cause instanceof Error && causes.length < 5; cause = cause.cause) {
    causes.push(scrub(cause.stack ?? cause.message));
  }
  const facts = error instanceof AppError ? factsText(error) : undefined;
  return {
    type: error.name,
    message: scrub(error.message),
    stack: scrub(error.stack ?? ''),
    ...(causes.length > 0 && { causes }),
    ...(facts !== undefined && { facts }),
  };
}

function factsText(error: AppError): string | undefined {
  const { detail: _detail, errors, ...rest } = error.facts;
  const facts = errors ? { ...rest, faults: errors.map((fault) => fault.code) } : rest;
  if (Object.keys(facts).length === 0) return undefined;
  return scrub(JSON.stringify(facts, (_key, value) => (typeof value === 'bigint' ? String(value) : value)));
}

/** Takes out coordinates (database messages quote geometries) and cuts what is long. */
export const scrub = (text: string): string =>
  text
    .replace(/-?\d{2,8}\.\d{3,}/g, '#')
    .replace(/\b0[01][0-9a-f]{40,}\b/gi, '#wkb')
    .slice(0, 4000);

/** A warning from below the doors, in the form of the request log, which may not be open yet. */
export const warningLine = (text: string): string =>
  `${JSON.stringify({ level: 40, time: Date.now(), service: 'onemap-precheck', msg: scrub(text) })}\n`;
