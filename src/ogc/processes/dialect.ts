/** What OGC API – Processes adds to the pages all standards share: links, conformance classes, OpenAPI paths. */
import { getOperation as anyGet } from '../common/landing.js';
import { toApiSchema } from '../common/openapi-schema.js';
import { say } from '../common/pages.js';
import { JSON_TYPE, PROBLEM_TYPE } from '../media.js';
import type { Dialect, Language, OpenApiPart, StandardParts } from '../standard.js';
import type { Process } from './process-types.js';

const PROCESSES = 'http://www.opengis.net/spec/ogcapi-processes-1/1.0/conf';
const RELATION = 'http://www.opengis.net/def/rel/ogc/1.0';

export const processesDialect: Dialect = {
  conformance: ['core', 'ogc-process-description', 'json', 'oas30', 'job-list', 'dismiss'].map(
    (name) => `${PROCESSES}/${name}`,
  ),
  landingLinks: (root, language) => [
    {
      // its own name for it, where Features and Common say `conformance` (OGC 18-062r2 /req/core/landingpage-success)
      href: `${root}/conformance`,
      rel: `${RELATION}/conformance`,
      type: JSON_TYPE,
      title: say(language, '符合的标准', 'Conformance classes'),
    },
    {
      href: `${root}/processes`,
      rel: `${RELATION}/processes`,
      type: JSON_TYPE,
      title: say(language, '处理过程', 'Processes'),
    },
    {
      href: `${root}/jobs`,
      rel: `${RELATION}/job-list`,
      type: JSON_TYPE,
      title: say(language, '任务', 'Jobs'),
    },
  ],
  openApi,
};

const exception = {
  description: 'What is wrong with the request (RFC 9457); application/json where Accept takes that alone',
  content: Object.fromEntries(
    [PROBLEM_TYPE, JSON_TYPE].map((type) => [type, { schema: { $ref: '#/components/schemas/exception' } }]),
  ),
};

const getOperation = (id: string, summary: string, parameters: readonly object[], types: readonly string[]) =>
  anyGet(id, summary, parameters, types, 'Exception');

async function openApi({ processes }: StandardParts, language: Language): Promise<OpenApiPart> {
  const f = [{ $ref: '#/components/parameters/f' }];
  const json = [JSON_TYPE];
  const limit = {
    ...{ name: 'limit', in: 'query', required: false, style: 'form', explode: false },
    schema: { type: 'integer', minimum: 1, maximum: 100, default: 100 },
  };
  const after = { name: 'after', in: 'query', required: false, schema: { type: 'string' } };
  const job = { name: 'jobId', in: 'path', required: true, schema: { type: 'string' } };
  const both = [JSON_TYPE, 'text/html'];
  const status = getOperation('getStatus', say(language, '任务状态', 'Status of a job'), [job, ...f], both);
  const dismiss = getOperation('dismiss', say(language, '取消任务', 'Dismiss a job'), [job, ...f], json);
  const { get: dismissal } = dismiss as { get: object };
  const paths: Record<string, unknown> = {
    '/processes': getOperation(
      'getProcesses',
      say(language, '列出过程', 'List the processes'),
      [...f, limit, after],
      both,
    ),
    '/jobs': getOperation('getJobs', say(language, '列出任务', 'List the jobs'), [...f, limit, after], both),
    '/jobs/{jobId}': { ...status, delete: dismissal },
    '/jobs/{jobId}/results': getOperation(
      'getResult',
      say(language, '任务结果', 'Results of a job'),
      [job, ...f],
      both,
    ),
  };
  for (const process of processes) Object.assign(paths, processPaths(process, language));
  return { paths, components: { responses: { Exception: exception } } };
}

function processPaths(process: Process, language: Language): Record<string, unknown> {
  const { id, inputs, example } = process;
  const title = process.title[language];
  const properties = Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      { ...toApiSchema(input.schema), title: input.title[language] },
    ]),
  );
  const required = Object.entries(inputs).filter(([, input]) => input.required);
  const schema = {
    type: 'object',
    required: ['inputs'],
    properties: {
      inputs: {
        type: 'object',
        properties,
        ...(required.length > 0 && { required: required.map(([name]) => name) }),
      },
      outputs: { type: 'object' },
      response: { type: 'string', enum: ['raw', 'document'], default: 'raw' },
    },
  };
  const fault = { $ref: '#/components/responses/Exception' };
  const content = { [JSON_TYPE]: { schema: { type: 'object' } } };
  return {
    [`/processes/${id}`]: getOperation(
      `describe_process_${id}`,
      title,
      [{ $ref: '#/components/parameters/f' }],
      [JSON_TYPE, 'text/html'],
    ),
    [`/processes/${id}/execution`]: {
      post: {
        operationId: `execute_${id}`,
        summary: title,
        parameters: [
          {
            ...{ name: 'Prefer', in: 'header', required: false, schema: { type: 'string' } },
            description: 'respond-async',
          },
        ],
        requestBody: { required: true, content: { [JSON_TYPE]: { schema, example } } },
        responses: {
          '200': {
            description: 'Results; several raw ones as parts',
            content: { ...content, 'multipart/related': { schema: { type: 'string' } } },
          },
          '201': { description: 'A job', content },
          ...{ '400': fault, '404': fault, '422': fault, '500': fault, '503': fault },
        },
      },
    },
  };
}
