/** Under which address callers know the service: configured, told by a trusted proxy, or the host that was called. */
import type { FastifyRequest } from 'fastify';
import { AppError } from '../core/errors.js';

export interface AddressOptions {
  /** Without a slash at its end; wins over everything. */
  publicUrl: string | undefined;
  /** Believe X-Forwarded-Proto, -Host and -Prefix. */
  trustProxy: boolean;
}

/** A host name or address with an optional port: nothing else gets from a header into a link. */
const HOST = /^(?:[a-z0-9](?:[a-z0-9.-]{0,250}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?$/i;
const PREFIX = /^(?:\/[\w.~-]+)+$/;

export function publicAddress(request: FastifyRequest, { publicUrl, trustProxy }: AddressOptions): string {
  if (publicUrl !== undefined) return publicUrl;
  const forwarded = (name: string): string | undefined => {
    const value = trustProxy ? request.headers[`x-forwarded-${name}`] : undefined;
    return typeof value === 'string' ? value.split(',')[0]!.trim() : undefined;
  };
  const scheme = forwarded('proto') === 'https' ? 'https' : 'http';
  const prefix = (forwarded('prefix') ?? '').replace(/\/+$/, '');
  const host = forwarded('host') ?? request.headers.host ?? 'localhost';
  if (HOST.test(host) && (prefix === '' || PREFIX.test(prefix))) return `${scheme}://${host}${prefix}`;
  throw new AppError('bad-request', 'unusable host header', {
    detail: { zh: '请求头 Host 有误。', en: 'The Host header can not be used.' },
  });
}
