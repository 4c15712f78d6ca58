/** What may come in as a body: its media type, its coding, its name, and a bounded upload to a file. */
import { readdirSync, rmSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import { AppError, type ErrorCode } from '../core/errors.js';
import type { BodyDoc } from './route.js';

export const mediaTypeOf = (request: FastifyRequest): string =>
  (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();

/** The name of `Content-Disposition` (RFC 6266), a hint only; any folder in it is dropped. */
export function fileNameOf(request: FastifyRequest): string | undefined {
  const header = request.headers['content-disposition'];
  if (header === undefined) return undefined;
  const extended = /filename\*\s*=\s*utf-8''([^;\s]+)/i.exec(header)?.[1];
  const plain = /filename\s*=\s*(?:"([^"]*)"|([^;\s]+))/i.exec(header);
  return baseName((extended !== undefined ? decode(extended) : undefined) ?? plain?.[1] ?? plain?.[2]);
}

/** The last part of a name, without what does not print. */
export function baseName(name: string | undefined): string | undefined {
  const base = name?.split(/[\\/]/).pop()?.replace(/\p{C}/gu, '').slice(0, 200);
  return base === '' ? undefined : base;
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

const formType = 'multipart/form-data';

/** Refuses, before a byte is read, a body whose coding or type the route does not take. */
export function assertBodyWanted(request: FastifyRequest, body: BodyDoc | undefined): void {
  const coding = request.headers['content-encoding'];
  if (coding !== undefined && coding.toLowerCase() !== 'identity') {
    throw new AppError('unsupported-format', 'compressed body', {
      detail: {
        zh: `不接受压缩的请求体（content-encoding: ${clip(coding)}），请直接提交原文件。`,
        en: `Compressed bodies are not taken (content-encoding: ${clip(coding)}): send the file as it is.`,
      },
    });
  }
  const taken = body && [
    ...body.types,
    ...Object.keys(body.files ?? {}),
    ...(body.multipart ? [formType] : []),
  ];
  if (!taken || taken.includes(mediaTypeOf(request))) return;
  const given = clip(mediaTypeOf(request)) || '—';
  const multipart = given.startsWith('multipart/');
  throw new AppError('unsupported-format', `media type ${given}`, {
    detail: {
      zh: `content-type 为 ${given}，此处只接受 ${taken.join('、')}。${multipart ? '请不要用表单，直接把文件作为请求体提交。' : '请在请求头中注明。'}`,
      en: `The content-type is ${given}; taken here: ${taken.join(', ')}. ${multipart ? 'Send the file itself as the body, not a form.' : 'State it in the header.'}`,
    },
  });
}

const clip = (text: string): string => text.replace(/\p{C}/gu, '').slice(0, 80);

export function tooLarge(maxBytes: number): AppError {
  const megabytes = Math.floor(maxBytes / 1e6);
  return new AppError('too-large', `body exceeds ${maxBytes} bytes`, {
    detail: {
      zh: `请求体超过 ${megabytes} MB 的上限，请分批提交。`,
      en: `The body exceeds the limit of ${megabytes} MB: send it in several parts.`,
    },
  });
}

export interface Upload {
  path: string;
  byteLength: number;
  remove(): Promise<void>;
}

const uploadPrefix = 'onemap-upload-';

/** Writes a body of at most `maxBytes` to a file of its own; leaves nothing behind when it fails. */
export async function receiveUpload(
  body: Readable,
  declaredBytes: number | undefined,
  tempDir: string,
  maxBytes: number,
): Promise<Upload> {
  if (declaredBytes !== undefined && declaredBytes > maxBytes) throw tooLarge(maxBytes);
  const folder = await mkdtemp(join(tempDir, `${uploadPrefix}${process.pid}-`)).catch(asAppError);
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  const path = join(folder, 'layer');
  try {
    const byteLength = await writeBounded(body, path, maxBytes);
    return { path, byteLength, remove };
  } catch (error) {
    // what still comes is read and dropped, or the sender would never get to read the answer
    body.resume();
    await remove();
    throw asAppError(error);
  }
}

async function writeBounded(body: Readable, path: string, maxBytes: number): Promise<number> {
  const file = await open(path, 'wx', 0o600);
  let byteLength = 0;
  try {
    // not destroyed when left early: the socket is needed for the answer
    for await (const chunk of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      byteLength += chunk.byteLength;
      if (byteLength > maxBytes) throw tooLarge(maxBytes);
      await file.appendFile(chunk);
    }
  } finally {
    await file.close();
  }
  return byteLength;
}

const systemCodes: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: 'disk-full',
  EDQUOT: 'disk-full',
  ECONNRESET: 'cancelled',
  ERR_STREAM_PREMATURE_CLOSE: 'cancelled',
};

function asAppError(error: unknown): never {
  if (error instanceof AppError) throw error;
  const code = systemCodes[(error as NodeJS.ErrnoException).code ?? ''] ?? 'internal';
  throw new AppError(code, 'receiving an upload failed', {}, error);
}

/** Removes what a killed process left: uploads whose process is gone, or whose number is now ours. */
export function removeStaleUploads(tempDir: string): void {
  for (const name of readdirSync(tempDir)) {
    if (!name.startsWith(uploadPrefix)) continue;
    const pid = Number(name.slice(uploadPrefix.length).split('-')[0]);
    if (pid === process.pid || !isAlive(pid)) rmSync(join(tempDir, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
