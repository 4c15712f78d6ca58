/** Rule packs over the network: the rules a verdict rests on, as data. */
import Type from 'typebox';
import { rulePackExample } from './examples.js';
import { localize } from './language.js';
import { RulePackListSchema, RulePackSchema } from './layer-schemas.js';
import { operation } from './route.js';
import { parameters } from './schemas.js';

const json = 'application/json';
const { content: _content, ...summaryExample } = rulePackExample;

export const listRulePacks = operation({
  id: 'listRulePacks',
  tag: 'rule-packs',
  summary: { zh: '列出规则包', en: 'List the rule packs' },
  answers: {
    200: {
      description: { zh: '规则包', en: 'The rule packs' },
      type: json,
      schema: RulePackListSchema,
      example: { rulePacks: [summaryExample] },
    },
  },
  problems: [],
  async handle({ parts, language }) {
    return { rulePacks: localize(await parts.service.listRulePacks(), language) };
  },
});

const UploadSchema = Type.Object(
  {
    id: Type.String(),
    version: Type.String(),
    ruleCount: Type.Integer(),
    testsRun: Type.Integer(),
    untried: Type.Object(
      {
        fires: Type.Array(Type.String()),
        passes: Type.Array(Type.String()),
        edge: Type.Array(Type.String()),
      },
      { description: 'Rules that no test fires, passes or meets exactly at its threshold' },
    ),
    broken: Type.Array(Type.Object({ pack: Type.String(), name: Type.String() }), {
      description: 'Tests of other packs that no longer hold beside this one',
    }),
    stored: Type.Boolean(),
  },
  { $id: 'RulePackUpload' },
);

const uploadExample = {
  ...{ id: 'county-2026', version: '1', ruleCount: 36, testsRun: 4, stored: false },
  untried: { fires: [], passes: [], edge: [] },
  broken: [],
};

const PackParams = parameters({
  id: Type.String({
    pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$',
    description: 'Id, or one version as id@version',
    examples: [rulePackExample.id],
  }),
});

export const readRulePack = operation({
  id: 'readRulePack',
  tag: 'rule-packs',
  summary: { zh: '读取一个规则包', en: 'Read a rule pack' },
  params: parameters({
    id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._@-]{0,99}$', examples: [rulePackExample.id] }),
  }),
  answers: {
    200: {
      description: { zh: '规则包', en: 'The rule pack' },
      type: json,
      schema: RulePackSchema,
      example: rulePackExample,
    },
  },
  problems: ['not-found'],
  async handle({ parts, params, language }) {
    const pack = await parts.service.getRulePack(params.id);
    // the rules stay as they are written, in both languages
    return { ...localize({ ...pack, content: null }, language), content: pack.content };
  },
});

const names = Type.Array(Type.String());

export const readCoverage = operation({
  id: 'readRulePackCoverage',
  tag: 'rule-packs',
  summary: {
    zh: '文件各条措施的覆盖情况：由哪条规则或测算计算，或为何不能计算',
    en: 'What of each numbered measure is computed, by which rule or measure, and why the rest is not',
  },
  params: PackParams,
  answers: {
    200: {
      description: { zh: '每条措施一行', en: 'One row per numbered measure' },
      type: json,
      schema: Type.Object(
        {
          id: Type.String(),
          version: Type.String(),
          documents: Type.Array(
            Type.Object({
              document: Type.String(),
              rows: Type.Array(
                Type.Object({
                  article: Type.String(),
                  title: Type.String(),
                  by: Type.Union(
                    (['rule', 'measure', 'trigger', 'service', 'none'] as const).map((by) =>
                      Type.Literal(by),
                    ),
                  ),
                  rules: names,
                  measures: names,
                  reason: Type.Optional(Type.String({ description: 'Why it is not computed' })),
                  confidence: Type.Union(
                    (['high', 'medium', 'low'] as const).map((level) => Type.Literal(level)),
                  ),
                  note: Type.Optional(Type.String()),
                }),
              ),
            }),
          ),
        },
        { $id: 'PackCoverage' },
      ),
      example: {
        ...{ id: 'jiaozuo-2025', version: '2025.1' },
        documents: [
          {
            document: '焦政办规〔2025〕1号',
            rows: [
              {
                ...{ article: '(十)', title: '后置林地手续办理', by: 'rule', confidence: 'high' },
                ...{ rules: ['dltb-woodland'], measures: [] },
              },
            ],
          },
        ],
      },
    },
  },
  problems: ['not-found'],
  async handle({ parts, params, language }) {
    return localize(await parts.service.getCoverage(params.id), language);
  },
});

export const addRulePack = operation({
  id: 'addRulePack',
  tag: 'rule-packs',
  summary: { zh: '上传规则包', en: 'Upload a rule pack' },
  description: {
    zh: '规则包、分类表，或 {kind: "rule-pack-upload", pack, classTables, tests}。逐条校验并运行所附用例，任一不符则全部不收，错误注明行列。新版本不改变已存的预检。',
    en: 'A pack, a class table, or {kind: "rule-pack-upload", pack, classTables, tests}. Everything is verified and its tests are run; nothing is taken unless all holds, and each fault has line and column. A new version never changes a stored check.',
  },
  query: parameters({ dryRun: Type.Boolean({ default: false, description: 'Verify only, store nothing' }) }),
  body: {
    description: { zh: '规则包 JSON', en: 'The pack as JSON' },
    types: [json],
    schema: Type.Unknown(),
    example: { kind: 'rule-pack-upload', pack: { kind: 'rule-pack', id: 'county-2026', version: '1' } },
  },
  answers: {
    200: {
      description: {
        zh: '校验结果（dryRun，或已有相同版本）',
        en: 'What was verified (dryRun, or the very version was there)',
      },
      type: json,
      schema: UploadSchema,
      example: uploadExample,
    },
    201: {
      description: { zh: '已存', en: 'Stored' },
      type: json,
      schema: UploadSchema,
      example: { ...uploadExample, stored: true },
      headers: { Location: { zh: '规则包的地址', en: 'Address of the pack' } },
    },
  },
  problems: ['bad-rule-pack', 'conflict'],
  async handle({ parts, request, reply, query }) {
    const { body } = request;
    const text = body instanceof Uint8Array ? new TextDecoder().decode(body) : '';
    const result = await parts.service.addRulePack(text, query.dryRun);
    if (result.stored)
      reply
        .code(201)
        .header('location', `/v1/rule-packs/${encodeURIComponent(`${result.id}@${result.version}`)}`);
    return result;
  },
});
