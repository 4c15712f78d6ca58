/** The computable measures over the network: what there are, with schemas and examples, and one route to run each. */
import Type from 'typebox';
import { AppError } from '../core/errors.js';
import { exampleOf } from '../measures/measure-examples.js';
import { measureTable } from '../measures/measure-table.js';
import type { Measure } from '../measures/measure-types.js';
import { getMeasure } from '../measures/run-measure.js';
import { answerSchema } from '../measures/schemas.js';
import { type Language, localize } from './language.js';
import { type Operation, operation, type Route, route } from './route.js';
import { anyRecord, parameters } from './schemas.js';

const json = 'application/json';

const MeasureSchema = Type.Object(
  {
    id: Type.String(),
    title: Type.String(),
    summary: Type.String(),
    suggestion: Type.Boolean(),
    effectiveFrom: Type.String({ format: 'date' }),
    layers: Type.Array(Type.String()),
    sources: Type.Array(anyRecord('document, article, clause, confidence')),
    inputSchema: anyRecord('JSON Schema of the input'),
    answerSchema: anyRecord('JSON Schema of the answer'),
    example: Type.Object({ input: anyRecord('An input'), answer: anyRecord('The answer it got') }),
  },
  { $id: 'Measure', description: 'One computable measure of the policy documents' },
);

/** A measure as data, texts in one language. */
function describe(measure: Measure, language: Language) {
  const { id, title, summary, suggestion, effectiveFrom, layers, sources, input, result } = measure;
  const { input: exampleInput, answer } = exampleOf(id);
  return {
    ...localize({ id, title, summary, suggestion, effectiveFrom, layers, sources }, language),
    inputSchema: input as object as Record<string, unknown>,
    answerSchema: answerSchema(id, result) as object as Record<string, unknown>,
    example: { input: exampleInput, answer: localize(answer, language) },
  };
}

export const listMeasures = operation({
  id: 'listMeasures',
  tag: 'measures',
  summary: { zh: '列出可计算的测算', en: 'List the computable measures' },
  answers: {
    200: {
      description: { zh: '测算、输入格式与示例', en: 'The measures with schemas and examples' },
      type: json,
      schema: Type.Object({ measures: Type.Array(MeasureSchema) }),
      example: { measures: [describe(measureTable[0]!, 'zh')] },
    },
  },
  problems: [],
  async handle({ language }) {
    return { measures: measureTable.map((measure) => describe(measure, language)) };
  },
});

const MeasureParams = parameters({
  measure: Type.String({ minLength: 1, maxLength: 64, examples: [measureTable[0]!.id] }),
});

export const readMeasure = operation({
  id: 'readMeasure',
  tag: 'measures',
  summary: { zh: '读取一项测算的说明', en: 'Read what a measure takes and answers' },
  params: MeasureParams,
  answers: {
    200: {
      description: { zh: '测算', en: 'The measure' },
      type: json,
      schema: MeasureSchema,
      example: describe(measureTable[0]!, 'zh'),
    },
  },
  problems: ['not-found'],
  async handle({ params, language }) {
    return describe(getMeasure(params.measure), language);
  },
});

const operationId = (id: string): string =>
  `measure-${id}`.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Asked of measures that propose ground. */
const GroundQuery = parameters({
  f: Type.Union([Type.Literal('json'), Type.Literal('txt')], {
    default: 'json',
    description: 'txt: the proposed ground as 国土 TXT, marked as a suggestion',
  }),
});
const NoQuery = parameters({});

const runOne = (measure: Measure): Operation => {
  const example = exampleOf(measure.id);
  return operation({
    id: operationId(measure.id),
    tag: 'measures',
    summary: measure.title,
    description: measure.summary,
    query: measure.givesGround ? GroundQuery : NoQuery,
    body: {
      description: { zh: '输入', en: 'The input' },
      types: [json],
      schema: measure.input,
      example: example.input,
    },
    answers: {
      200: {
        description: { zh: '测算结果', en: 'The answer' },
        type: json,
        schema: answerSchema(measure.id, measure.result),
        example: localize(example.answer, 'zh'),
      },
    },
    problems: [
      ...(['bad-json', 'bad-input', 'unsupported-format', 'too-large', 'not-found'] as const),
      ...(['overloaded', 'time-limit'] as const),
    ],
    async handle({ parts, request, reply, query, language, callerGone }) {
      const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
      const answer = await parts.checkGate.run(
        (signal) => parts.service.runMeasure(measure.id, body, signal),
        callerGone,
      );
      if ((query as { f?: string }).f !== 'txt') return localize(answer, language);
      const { bytes } = await parts.service.suggestionTxt(answer);
      reply
        .type('text/plain; charset=gbk')
        .header('content-disposition', `attachment; filename="${measure.id}-suggestion.txt"`);
      return Buffer.from(bytes);
    },
  });
};

/** For a measure that does not exist: says which ones there are. */
const runUnknown = operation({
  id: 'runMeasure',
  tag: 'measures',
  summary: {
    zh: '按名称运行测算（每项另有自己的条目）',
    en: 'Run a measure by its id (each has its own entry)',
  },
  params: MeasureParams,
  body: {
    description: { zh: '输入', en: 'The input' },
    types: [json],
    schema: anyRecord('See the entry of the measure'),
    example: exampleOf(measureTable[0]!.id).input,
  },
  answers: {},
  problems: ['not-found'],
  async handle({ params }) {
    getMeasure(params.measure);
    throw new AppError('internal', `measure ${params.measure} has no route of its own`);
  },
});

/** One route for each measure of the table, so that each shows its schemas in the OpenAPI document. */
export const measureRoutes: readonly Route[] = [
  ...measureTable.map((measure) => route('POST', `/v1/measures/${measure.id}`, 'check', runOne(measure))),
  route('POST', '/v1/measures/{measure}', 'check', runUnknown),
];
