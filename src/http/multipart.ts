/** A file that comes as the body itself or as the part `file` of a form; bounded either way. */
import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { AppError } from '../core/errors.js';
import { baseName, fileNameOf, mediaTypeOf, receiveUpload, tooLarge, type Upload } from './body.js';

/** Lets forms in on the routes of one scope; which of them take one, their documents say. */
export function readForms(app: FastifyInstance, maxBytes: number): void {
  app.register(multipart, { limits: limitsOf(maxBytes), throwFileSizeLimit: true });
}

/** For files that are written away: a longer one is cut one byte after the limit, which `receiveUpload` then meets. */
export function readLargeForms(app: FastifyInstance, maxBytes: number): void {
  app.register(multipart, { limits: limitsOf(maxBytes + 1), throwFileSizeLimit: false });
}

const limitsOf = (fileSize: number) => ({ fileSize, files: 1, fields: 0, parts: 2, headerPairs: 20 });

export interface ReceivedFile {
  bytes: unknown;
  contentType: string;
  fileName: string | undefined;
}

/** The submitted file. Throws `bad-request` for a form without exactly one part, named `file`. */
export async function receiveFile(request: FastifyRequest): Promise<ReceivedFile> {
  if (!request.isMultipart())
    return { bytes: request.body, contentType: mediaTypeOf(request), fileName: fileNameOf(request) };
  let received: ReceivedFile | undefined;
  try {
    for await (const part of request.parts()) {
      if (part.type !== 'file' || part.fieldname !== 'file') throw badForm(part.fieldname);
      const bytes = await part.toBuffer();
      received = { bytes, contentType: part.mimetype, fileName: baseName(part.filename) };
    }
  } catch (error) {
    throw explain(error, request);
  }
  if (!received) throw badForm('—');
  // whoever asks for the size of the body means the file
  request.body = received.bytes;
  return received;
}

export interface ReceivedUpload {
  upload: Upload;
  fileName: string | undefined;
}

/** The file of a form, written to a file of its own; nothing stays when the form is not what it should be. */
export async function receiveUploadedFile(
  request: FastifyRequest,
  tempDir: string,
  maxBytes: number,
): Promise<ReceivedUpload> {
  let received: ReceivedUpload | undefined;
  try {
    for await (const part of request.parts()) {
      if (received || part.type !== 'file' || part.fieldname !== 'file') throw badForm(part.fieldname);
      const upload = await receiveUpload(part.file, undefined, tempDir, maxBytes);
      received = { upload, fileName: baseName(part.filename) };
    }
    if (!received) throw badForm('—');
    return received;
  } catch (error) {
    await received?.upload.remove();
    throw explain(error, request);
  }
}

function explain(error: unknown, request: FastifyRequest): AppError {
  if (error instanceof AppError) return isCutOff(error.cause) ? badForm('…') : error;
  const { code } = error as { code?: string };
  if (code === 'FST_REQ_FILE_TOO_LARGE') return tooLarge(request.routeOptions.bodyLimit ?? 0);
  // too many parts, fields, or a form that is cut off
  return badForm('…');
}

const isCutOff = (cause: unknown): boolean =>
  cause instanceof Error && /unexpected end of (form|multipart data)/i.test(cause.message);

const badForm = (found: string): AppError =>
  new AppError('bad-request', 'a form of other parts', {
    detail: {
      zh: `表单应只有一个名为 file 的文件部分（实际有“${found.slice(0, 40)}”）；crs、layer、encoding 等请写在地址的查询参数中。`,
      en: `The form must have one file part named file and nothing else (found "${found.slice(0, 40)}"); crs, layer, encoding belong to the query of the address.`,
    },
  });
