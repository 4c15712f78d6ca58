/** Whatever was thrown on the way through the HTTP layer, as an `AppError`. */
import { STATUS_CODES } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyError, FastifyRequest } from 'fastify';
import { AppError, type ErrorCode, type InputFault } from '../core/errors.js';
import { tooLarge } from './body.js';
import { toProblem } from './problem.js';

export function toAppError(thrown: unknown, request: FastifyRequest): AppError {
  if (thrown instanceof AppError) return thrown;
  const error = thrown as Partial<FastifyError>;
  if (error.validation) return toParameterError(error as FastifyError, request);
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return tooLarge(request.routeOptions.bodyLimit ?? 0);
  if (error.statusCode === 415) return new AppError('unsupported-format', 'media type', {}, thrown);
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new AppError('bad-request', error.code ?? 'bad request', {}, thrown);
  }
  return new AppError('internal', thrown instanceof Error ? thrown.message : 'unknown fault', {}, thrown);
}

type ValidationFault = NonNullable<FastifyError['validation']>[number];

function toParameterError(error: FastifyError, request: FastifyRequest): AppError {
  const place = error.validationContext === 'params' ? 'path' : 'query';
  const allowed = allowedNames(request, place);
  const faults = dropFollowers(error.validation ?? []).map((fault) => toFault(fault, place, allowed));
  const unknown = faults.some((fault) => fault.code === 'unknown-parameter');
  const code: ErrorCode = unknown ? 'unknown-parameter' : 'bad-parameter';
  const first = faults[0];
  return new AppError(code, 'parameters refused', {
    errors: faults,
    ...(first && { detail: first.detail }),
  });
}

/** A union reports each of its members and then itself: one fault for each place is enough. */
function dropFollowers(faults: readonly ValidationFault[]): ValidationFault[] {
  const unions = new Map<string, ValidationFault>();
  for (const fault of faults) if (fault.keyword === 'anyOf') unions.set(fault.instancePath, fault);
  const seen = new Set<string>();
  return faults.flatMap((fault) => {
    const place =
      fault.keyword === 'additionalProperties' ? String(fault.params.additionalProperty) : fault.instancePath;
    if (seen.has(place)) return [];
    seen.add(place);
    const union = unions.get(fault.instancePath);
    if (!union) return [fault];
    const values = faults.filter((f) => f.instancePath === fault.instancePath && f.keyword === 'const');
    return [{ ...union, params: { allowedValues: values.map((f) => f.params.allowedValue) } }];
  });
}

function toFault(fault: ValidationFault, place: string, allowed: readonly string[]): InputFault {
  if (fault.keyword === 'additionalProperties') {
    const name = String(fault.params.additionalProperty).slice(0, 80);
    const list = allowed.length > 0 ? allowed.join(', ') : '—';
    return {
      pointer: `/${place}/${name.replace(/~/g, '~0').replace(/\//g, '~1')}`,
      code: 'unknown-parameter',
      detail: {
        zh: `没有名为“${name}”的参数。可用的参数：${list}。`,
        en: `There is no parameter "${name}". Parameters taken: ${list}.`,
      },
    };
  }
  const name = fault.instancePath.slice(1);
  const wanted = describeWanted(fault);
  return {
    pointer: `/${place}${fault.instancePath}`,
    code: 'bad-parameter',
    detail: {
      zh: `参数“${name}”的值有误，应为 ${wanted}。`,
      en: `Bad value of the parameter "${name}"; it must be ${wanted}.`,
    },
  };
}

function describeWanted(fault: ValidationFault): string {
  const { allowedValues, format, pattern, type, limit, comparison } = fault.params as Record<string, unknown>;
  if (Array.isArray(allowedValues)) return allowedValues.join(' | ');
  if (format === 'date') return 'YYYY-MM-DD';
  if (type === 'boolean') return 'true | false';
  if (typeof pattern === 'string') return pattern;
  if (comparison !== undefined) return `${comparison} ${limit}`;
  if (limit !== undefined) return `${fault.keyword} ${limit}`;
  return String(type ?? fault.message ?? fault.keyword);
}

function allowedNames(request: FastifyRequest, place: string): string[] {
  const schema = request.routeOptions.schema;
  const part = place === 'path' ? schema?.params : schema?.querystring;
  return Object.keys((part as { properties?: object } | undefined)?.properties ?? {});
}

const brokenStatus: Readonly<Record<string, number>> = {
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  HPE_HEADER_OVERFLOW: 431,
};

/** Answers bytes that never became a request: there is no request object yet, only a socket. */
export function answerBrokenRequest(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = brokenStatus[error.code ?? ''] ?? 400;
  const problem = toProblem(new AppError('bad-request', 'broken request'), 'zh', 'none');
  const body = JSON.stringify({ ...problem, status });
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Type: application/problem+json\r\n` +
      `Content-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
