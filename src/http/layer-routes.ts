/** Layers over the network: which there are, their history, and bringing in a new version. */
import { Readable } from 'node:stream';
import type { FastifyRequest } from 'fastify';
import Type, { type Static } from 'typebox';
import { AppError } from '../core/errors.js';
import type { Job } from '../jobs/job-types.js';
import { acceptJob, wantsJob } from './async.js';
import { fileNameOf, mediaTypeOf, receiveUpload, type Upload } from './body.js';
import { layerExample, layerVersionExample } from './examples.js';
import { acceptedAnswer } from './job-schemas.js';
import { localize } from './language.js';
import {
  ImportQuery,
  LayerListSchema,
  LayerParams,
  LayerSchema,
  LayerVersionListSchema,
  LayerVersionSchema,
} from './layer-schemas.js';
import { type ReceivedUpload, receiveUploadedFile } from './multipart.js';
import { operation, type Parts } from './route.js';
import type { ImportOptions } from './service.js';

const json = 'application/json';

const containerTypes: Readonly<Record<string, string>> = {
  'application/zip': '(file)',
  'application/octet-stream': '(file)',
  'application/geopackage+sqlite3': '(file)',
  'application/flatgeobuf': '(file)',
};

export const listLayers = operation({
  id: 'listLayers',
  tag: 'layers',
  summary: { zh: '列出图层', en: 'List the layers' },
  answers: {
    200: {
      description: { zh: '图层及其现行版本', en: 'The layers and their active versions' },
      type: json,
      schema: LayerListSchema,
      example: { layers: [layerExample] },
    },
  },
  problems: [],
  async handle({ parts, language }) {
    const answer: Static<typeof LayerListSchema> = {
      layers: localize(await parts.service.listLayers(), language),
    };
    return answer;
  },
});

export const readLayer = operation({
  id: 'readLayer',
  tag: 'layers',
  summary: { zh: '读取一个图层', en: 'Read a layer' },
  params: LayerParams,
  answers: {
    200: {
      description: { zh: '图层', en: 'The layer' },
      type: json,
      schema: LayerSchema,
      example: layerExample,
    },
  },
  problems: ['not-found'],
  async handle({ parts, params, language }) {
    return localize(await parts.service.getLayer(params.id.toLowerCase()), language);
  },
});

export const listLayerVersions = operation({
  id: 'listLayerVersions',
  tag: 'layers',
  summary: { zh: '图层的版本', en: 'The versions of a layer, newest first' },
  params: LayerParams,
  answers: {
    200: {
      description: { zh: '版本及质检证书', en: 'Versions with their certificates' },
      type: json,
      schema: LayerVersionListSchema,
      example: { versions: [layerVersionExample] },
    },
  },
  problems: ['not-found'],
  async handle({ parts, params, language }) {
    return { versions: localize(await parts.service.listVersions(params.id.toLowerCase()), language) };
  },
});

export const importLayerVersion = operation({
  id: 'importLayerVersion',
  tag: 'layers',
  summary: { zh: '导入图层新版本', en: 'Import a new version of a layer' },
  description: {
    zh: '整份文件通过质检后才生效；失败时原有版本不变。文件名取自 Content-Disposition，或表单中的 file 部分。',
    en: 'All or nothing: a failed import leaves the former version active. The file is named by Content-Disposition, or by the part file of a form.',
  },
  params: LayerParams,
  query: ImportQuery,
  body: {
    description: {
      zh: '图层文件：GeoJSON，或 SHP（ZIP）、FileGDB（ZIP）、GeoPackage 等，格式由内容判定',
      en: 'The layer: GeoJSON, or a shapefile (ZIP), FileGDB (ZIP), GeoPackage …; the content decides',
    },
    types: ['application/geo+json', json],
    schema: Type.Object({
      type: Type.Literal('FeatureCollection'),
      features: Type.Array(Type.Record(Type.String(), Type.Unknown())),
    }),
    example: { type: 'FeatureCollection', features: [] },
    files: containerTypes,
    multipart: true,
    streamed: true,
  },
  answers: {
    201: {
      description: { zh: '新的现行版本', en: 'The version that is active now' },
      type: json,
      schema: LayerVersionSchema,
      example: layerVersionExample,
      headers: { Location: { zh: '版本列表的地址', en: 'Address of the versions' } },
    },
    202: acceptedAnswer,
  },
  problems: [
    'bad-layer-file',
    'bad-json',
    'bad-crs',
    'unsupported-format',
    'too-large',
    'not-found',
    'conflict',
    'overloaded',
    'time-limit',
    'disk-full',
  ],
  async handle(context) {
    const { parts, request, reply, params, query, language, callerGone, log } = context;
    const id = params.id.toLowerCase();
    // an unknown layer is told before gigabytes are sent
    await parts.service.getLayer(id);
    const { upload, fileName } = await receiveLayer(request, parts);
    const name = fileName ?? (/json/.test(mediaTypeOf(request)) ? `${id}.geojson` : id);
    if (wantsJob(request)) return acceptJob(context, await submitImport(context, id, name, upload));
    const version = await keepingUpload(upload, (started) =>
      parts.importGate.run(async (signal) => {
        started();
        try {
          // from here on nothing moves on the wire until the answer; an injected request has no real socket
          request.raw.socket.setTimeout?.(0);
          const file = { path: upload.path, name };
          return await parts.service.importLayer(id, file, toImportOptions(query), signal, (progress) =>
            log.debug({ layer: id, done: progress.done, total: progress.total }, progress.step.en),
          );
        } finally {
          await upload.remove();
        }
      }, callerGone),
    );
    reply.code(201).header('location', `/v1/layers/${id}/versions`);
    return localize(version, language);
  },
});

async function receiveLayer(
  request: FastifyRequest,
  { tempDir, maxLayerBytes }: Parts,
): Promise<ReceivedUpload> {
  if (request.isMultipart()) return receiveUploadedFile(request, tempDir, maxLayerBytes);
  const body = request.body instanceof Readable ? request.body : request.raw;
  const upload = await receiveUpload(body, declaredBytes(request.headers), tempDir, maxLayerBytes);
  return { upload, fileName: fileNameOf(request) };
}

/** The job owns the upload once it is stored. */
async function submitImport(
  { parts, query }: { parts: Parts; query: Static<typeof ImportQuery> },
  id: string,
  name: string,
  upload: Upload,
): Promise<Job> {
  try {
    const file = { path: upload.path, name };
    return await parts.service.submitImport(id, file, toImportOptions(query), upload.remove);
  } catch (error) {
    await upload.remove();
    throw error;
  }
}

/** Removes the upload when its work never started; started work removes it itself, at its own end. */
async function keepingUpload<T>(upload: Upload, work: (started: () => void) => Promise<T>): Promise<T> {
  let begun = false;
  try {
    return await work(() => {
      begun = true;
    });
  } catch (error) {
    if (!begun) await upload.remove();
    throw error;
  }
}

function declaredBytes(headers: Readonly<Record<string, unknown>>): number | undefined {
  const value = headers['content-length'];
  return typeof value === 'string' ? Number(value) : undefined;
}

function toImportOptions(query: Static<typeof ImportQuery>): ImportOptions {
  const { dataDate, coverage, crs, layer, encoding, mapping } = query;
  if (coverage !== undefined && coverage.length > 4000) {
    throw new AppError('bad-parameter', 'coverage is too long');
  }
  return {
    ...(dataDate !== undefined && { dataDate }),
    ...(coverage !== undefined && { coverage: { districts: coverage.split(',') } }),
    ...(crs !== undefined && { crs }),
    ...(layer !== undefined && { layer }),
    ...(encoding !== undefined && { encoding }),
    ...(mapping !== undefined && { fields: readMapping(mapping) }),
  };
}

/** `地类:DLBM,系数:KCXS`: what the field is called in the file, and its standard name. */
function readMapping(text: string): Record<string, string> {
  const pairs = text.split(',').map((pair) => pair.split(':').map((name) => name.trim()));
  if (pairs.every((pair) => pair.length === 2 && pair.every((name) => name !== '')))
    return Object.fromEntries(pairs);
  throw new AppError('bad-parameter', 'unreadable mapping', {
    detail: {
      zh: '参数 mapping 应为“文件字段:标准字段”，多个以逗号分隔，例如 地类:DLBM,系数:KCXS。',
      en: 'The parameter mapping is field:standard, separated by commas, for example 地类:DLBM,系数:KCXS.',
    },
  });
}
