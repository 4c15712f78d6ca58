/** API keys: making one, the file of their hashes, and finding the owner of a presented key. No key is ever stored. */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { AppError, type Bilingual } from '../core/errors.js';

/** Each scope includes the ones before it: who may check may read, who may administer may do both. */
export const scopes = ['read', 'check', 'admin'] as const;
export type Scope = (typeof scopes)[number];

/** One entry of the keys file. `hash` is `sha256:` and 64 hex digits. */
export interface KeyEntry {
  name: string;
  hash: string;
  scopes: readonly Scope[];
}

export interface KeyRing {
  readonly size: number;
  /** The entry whose hash the key has. Compares with every entry, in constant time each. */
  find(key: string): KeyEntry | undefined;
}

/**
 * A new key of 256 random bits. Because the key is random and not chosen by a person, one SHA-256 is as good as a
 * slow password hash, and it costs nothing per request.
 */
export function newKey(): { key: string; hash: string } {
  const key = `omk_${randomBytes(32).toString('base64url')}`;
  return { key, hash: `sha256:${digest(key).toString('hex')}` };
}

export const emptyKeyRing: KeyRing = { size: 0, find: () => undefined };

/** Reads the text of a keys file: a JSON array of {name, hash, scopes}. */
export function readKeys(text: string, fileName: string): KeyRing {
  const entries = parseEntries(text, fileName);
  const stored = entries.map((entry) => ({ entry, hash: Buffer.from(entry.hash.slice(7), 'hex') }));
  return {
    size: entries.length,
    find(key) {
      const presented = digest(key);
      let found: KeyEntry | undefined;
      for (const { entry, hash } of stored) if (timingSafeEqual(hash, presented)) found = entry;
      return found;
    },
  };
}

export const allows = (granted: readonly Scope[], needed: Scope): boolean =>
  granted.some((scope) => scopes.indexOf(scope) >= scopes.indexOf(needed));

const digest = (key: string): Buffer => createHash('sha256').update(key, 'utf8').digest();

function parseEntries(text: string, fileName: string): KeyEntry[] {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (cause) {
    throw badKeys(
      fileName,
      { zh: '不是合法的 JSON', en: 'it is not valid JSON' },
      // the parser's message can quote the text: keep it out of the log
      cause instanceof Error ? cause.name : undefined,
    );
  }
  if (!Array.isArray(data) || data.length === 0) {
    throw badKeys(fileName, { zh: '应为非空的 JSON 数组', en: 'it must be a JSON array with entries' });
  }
  const entries = data.map((item, index) => readEntry(item, index, fileName));
  refuseDoubles(entries, fileName);
  return entries;
}

function readEntry(item: unknown, index: number, fileName: string): KeyEntry {
  const { name, hash, scopes: granted } = (item ?? {}) as Record<string, unknown>;
  const place = `/${index}`;
  if (typeof name !== 'string' || !/^[^\p{C}]{1,100}$/u.test(name)) {
    throw badKeys(fileName, { zh: `${place}/name 应为名称`, en: `${place}/name must be a name` });
  }
  if (typeof hash !== 'string' || !/^sha256:[0-9a-f]{64}$/.test(hash)) {
    throw badKeys(fileName, {
      zh: `${place}/hash 应为 sha256: 加 64 位十六进制（由 keys new 生成），不要写入密钥本身`,
      en: `${place}/hash must be sha256: and 64 hex digits (as keys new prints it), never the key itself`,
    });
  }
  if (!Array.isArray(granted) || granted.length === 0 || !granted.every(isScope)) {
    throw badKeys(fileName, {
      zh: `${place}/scopes 应为 ${scopes.join('、')} 中的一个或多个`,
      en: `${place}/scopes must list one or more of ${scopes.join(', ')}`,
    });
  }
  return { name, hash, scopes: granted };
}

export const isScope = (value: unknown): value is Scope => scopes.includes(value as Scope);

function refuseDoubles(entries: readonly KeyEntry[], fileName: string): void {
  const seen = new Set<string>();
  for (const { name, hash } of entries) {
    if (seen.has(name) || seen.has(hash)) {
      throw badKeys(fileName, { zh: `“${name}” 重复`, en: `"${name}" is there twice` });
    }
    seen.add(name).add(hash);
  }
}

function badKeys(fileName: string, why: Bilingual, cause?: unknown): AppError {
  const detail = { zh: `密钥文件 ${fileName}：${why.zh}。`, en: `Keys file ${fileName}: ${why.en}.` };
  return new AppError('bad-configuration', `keys file ${fileName}: ${why.en}`, { detail }, cause);
}
