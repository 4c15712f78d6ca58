/** Who may call what: keys with scopes, and what protects a service that has none. */
import type { FastifyRequest } from 'fastify';
import { AppError } from '../core/errors.js';
import { allows, type KeyEntry, type KeyRing, type Scope } from './keys.js';

const loopbackHosts = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

export const isLoopback = (host: string): boolean =>
  loopbackHosts.has(host.toLowerCase()) || /^127(\.\d{1,3}){3}$/.test(host);

/** Whether an `Origin` header names a page of this machine. */
export function isLoopbackOrigin(origin: string | undefined): boolean {
  if (origin === undefined || !URL.canParse(origin)) return false;
  return isLoopback(new URL(origin).hostname);
}

/** Refuses to listen where others can reach the service while nobody needs a key. */
export function assertSafeToListen(host: string, keys: KeyRing): void {
  if (keys.size > 0 || isLoopback(host)) return;
  throw new AppError('bad-configuration', `refused to listen on ${host} without keys`, {
    detail: {
      zh: `没有配置密钥，拒绝在 ${host} 上监听。请用 onemap-precheck keys new --scope check 生成密钥，把输出的一行写入密钥文件，并设置 ONEMAP_KEYS_FILE；或改用 HOST=127.0.0.1。`,
      en: `Refused to listen on ${host} without keys. Make one with onemap-precheck keys new --scope check, put the printed line into a keys file and set ONEMAP_KEYS_FILE; or use HOST=127.0.0.1.`,
    },
  });
}

/** Throws unless the request may use a route of this scope; answers the name of the key, if any. */
export function authorize(request: FastifyRequest, needed: Scope, keys: KeyRing): string | undefined {
  if (keys.size === 0) {
    refuseForeignPages(request);
    return undefined;
  }
  const entry = findEntry(request, keys);
  if (!allows(entry.scopes, needed)) {
    throw new AppError('forbidden', `key lacks scope ${needed}`, {
      key: entry.name,
      detail: {
        zh: `此操作需要 ${needed} 权限，密钥“${entry.name}”没有。`,
        en: `This needs the scope ${needed}, which the key "${entry.name}" lacks.`,
      },
    });
  }
  return entry.name;
}

function findEntry(request: FastifyRequest, keys: KeyRing): KeyEntry {
  const key = presentedKey(request);
  if (key === undefined) throw new AppError('unauthorized', 'no key presented');
  const entry = keys.find(key);
  if (entry) return entry;
  throw new AppError('unauthorized', 'unknown key', {
    detail: { zh: '密钥无效。', en: 'The key is not valid.' },
  });
}

function presentedKey(request: FastifyRequest): string | undefined {
  const own = request.headers['x-api-key'];
  if (typeof own === 'string' && own !== '') return own;
  return /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/**
 * A service without keys trusts this machine, not the web pages open in its browser: a page of another site must
 * not reach it through a name that points to 127.0.0.1, nor make it work by a cross-site POST.
 */
function refuseForeignPages(request: FastifyRequest): void {
  const host = hostName(request.headers.host);
  const site = request.headers['sec-fetch-site'];
  const foreign = request.method !== 'GET' && (site === 'cross-site' || site === 'same-site');
  if (isLoopback(host) && !foreign) return;
  throw new AppError('forbidden', 'keyless service called by a foreign name or page', {
    detail: {
      zh: '没有配置密钥的服务只接受本机直接访问（http://127.0.0.1 或 http://localhost）。如需从其他地址访问，请配置密钥（ONEMAP_KEYS_FILE）。',
      en: 'Without keys the service answers only this machine, called as http://127.0.0.1 or http://localhost. To use it from elsewhere configure keys (ONEMAP_KEYS_FILE).',
    },
  });
}

function hostName(header: string | undefined): string {
  const host = header ?? '';
  return host.startsWith('[') ? host.slice(0, host.indexOf(']') + 1) : (host.split(':')[0] ?? '');
}
