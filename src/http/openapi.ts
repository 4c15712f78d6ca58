/** The OpenAPI 3.1 document, made from the same route table that serves the requests. */
import type { TObject, TSchema } from 'typebox';
import { AppError, type Bilingual, type ErrorCode } from '../core/errors.js';
import type { Language } from './language.js';
import { problemTable, toProblem } from './problem.js';
import type { AnswerDoc, Route } from './route.js';
import { ProblemSchema } from './schemas.js';

type Json = Record<string, unknown>;

const formContent: Json = {
  schema: {
    type: 'object',
    required: ['file'],
    additionalProperties: false,
    properties: { file: { type: 'string', format: 'binary' } },
  },
  example: { file: '(file)' },
};

export function buildOpenApi(routes: readonly Route[], version: string, language: Language): Json {
  const schemas: Json = {};
  const text = (both: Bilingual): string => both[language];
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    const item = paths[route.path] ?? {};
    item[route.method.toLowerCase()] = describe(route, schemas, language);
    paths[route.path] = item;
  }
  return {
    openapi: '3.1.0',
    info: {
      title: text({ zh: '一张图预检', en: 'onemap-precheck' }),
      version,
      description: text({
        zh: '用地预检：地块与“一张图”各图层的叠加面积、结论与依据条款。答复语言取决于 Accept-Language（默认中文），代码不随语言变化。',
        en: 'Land-use pre-check: overlap of parcels with the one-map layers, verdicts and articles. Texts follow Accept-Language (Chinese by default), codes never change.',
      }),
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [
      { name: 'checks', description: text({ zh: '预检', en: 'Checks' }) },
      { name: 'measures', description: text({ zh: '政策测算', en: 'Measures of the policy documents' }) },
      { name: 'jobs', description: text({ zh: '后台任务', en: 'Jobs: long work in the background' }) },
      { name: 'layers', description: text({ zh: '图层', en: 'Layers' }) },
      { name: 'supply', description: text({ zh: '组合供应与零星地块', en: 'Bundles and fragments' }) },
      { name: 'rule-packs', description: text({ zh: '规则包', en: 'Rule packs' }) },
      { name: 'ledger', description: text({ zh: '台账', en: 'Ledger of land outside the boundary' }) },
      { name: 'operations', description: text({ zh: '运行与说明', en: 'Operations' }) },
    ],
    paths,
    components: {
      schemas,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        apiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
      },
    },
  };
}

function describe(route: Route, schemas: Json, language: Language): Json {
  const operation: Json = {
    operationId: route.id,
    tags: [route.tag],
    summary: route.summary[language],
    parameters: [
      ...describeParameters(route.params, 'path', schemas),
      ...describeParameters(route.query, 'query', schemas),
    ],
    responses: describeAnswers(route, schemas, language),
    // a service without keys on its own machine asks for none
    security: route.access === 'open' ? [] : [{ bearer: [] }, { apiKey: [] }, {}],
  };
  if (route.access !== 'open') operation['x-scope'] = route.access;
  if (route.description) operation.description = route.description[language];
  if (route.body) {
    const { types, schema, example, files = {}, multipart, description } = route.body;
    const content = { schema: hoist(schema, schemas), example };
    const ofFiles = Object.entries(files).map(([type, text]) => [
      type,
      { schema: { type: 'string' }, example: text },
    ]);
    operation.requestBody = {
      required: true,
      description: description[language],
      content: Object.fromEntries([
        ...types.map((type) => [type, content]),
        ...ofFiles,
        ...(multipart ? [['multipart/form-data', formContent]] : []),
      ]),
    };
  }
  return operation;
}

function describeParameters(object: TObject, place: 'path' | 'query', schemas: Json): Json[] {
  const required = new Set(object.required ?? []);
  return Object.entries(object.properties).map(([name, property]) => {
    const { description, ...schema } = property as TSchema & { description?: string; default?: unknown };
    const mustGive = place === 'path' || (required.has(name) && schema.default === undefined);
    return {
      name,
      in: place,
      required: mustGive,
      ...(description !== undefined && { description }),
      schema: hoist(schema, schemas),
    };
  });
}

function describeAnswers(route: Route, schemas: Json, language: Language): Json {
  const responses: Json = {};
  for (const [status, answer] of Object.entries(route.answers)) {
    responses[status] = describeAnswer(answer, schemas, language);
  }
  for (const [status, codes] of byStatus(problemsOf(route))) {
    responses[status] ??= describeProblems(codes, schemas, language);
  }
  return responses;
}

function describeAnswer(answer: AnswerDoc, schemas: Json, language: Language): Json {
  const result: Json = { description: answer.description[language] };
  if (answer.type) {
    const content: Json = {};
    if (answer.schema) content.schema = hoist(answer.schema, schemas);
    if (answer.example !== undefined) content.example = answer.example;
    result.content = { [answer.type]: content };
  }
  if (answer.headers) {
    const headers = Object.entries(answer.headers).map(([name, description]) => [
      name,
      { description: description[language], schema: { type: 'string' } },
    ]);
    result.headers = Object.fromEntries(headers);
  }
  return result;
}

function problemsOf(route: Route): ErrorCode[] {
  const codes: ErrorCode[] = ['unknown-parameter', ...route.problems, 'internal'];
  if (Object.keys(route.query.properties).length > 0) codes.push('bad-parameter');
  if (route.access !== 'open') codes.push('unauthorized', 'forbidden', 'database-unavailable');
  return codes;
}

function byStatus(codes: readonly ErrorCode[]): Map<number, ErrorCode[]> {
  const groups = new Map<number, ErrorCode[]>();
  for (const code of new Set(codes)) {
    const { status } = problemTable[code];
    groups.set(status, [...(groups.get(status) ?? []), code]);
  }
  return groups;
}

function describeProblems(codes: readonly ErrorCode[], schemas: Json, language: Language): Json {
  const examples = codes.map((code) => [code, { value: exampleProblem(code, language) }]);
  return {
    description: codes.map((code) => `${code}: ${problemTable[code].title[language]}`).join(' · '),
    content: {
      'application/problem+json': {
        schema: hoist(ProblemSchema, schemas),
        examples: Object.fromEntries(examples),
      },
    },
  };
}

function exampleProblem(code: ErrorCode, language: Language): object {
  const fault = {
    pointer: '/features/0/geometry/coordinates/0/3',
    code: 'self-intersection',
    detail: { zh: '环在此处自相交。', en: 'The ring crosses itself here.' },
    place: [113.2, 35.2] as const,
  };
  const facts = code === 'bad-parcel' ? { errors: [fault] } : {};
  return toProblem(new AppError(code, 'example', facts), language, 'req_5f0c9b1e2a7d4c38');
}

/** A schema with `$id` becomes a component and a reference to it; the rest stays where it is. */
function hoist(schema: unknown, schemas: Json): unknown {
  if (Array.isArray(schema)) return schema.map((item) => hoist(item, schemas));
  if (typeof schema !== 'object' || schema === null) return schema;
  const { $id, ...rest } = schema as Json & { $id?: string };
  const plain = (): Json =>
    Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, hoist(value, schemas)]));
  if (typeof $id !== 'string') return plain();
  schemas[$id] ??= plain();
  return { $ref: `#/components/schemas/${$id}` };
}
