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

export const readRulePack = operation({
  id: 'readRulePack',
  tag: 'rule-packs',
  summary: { zh: '读取一个规则包', en: 'Read a rule pack' },
  params: parameters({
    id: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$', examples: [rulePackExample.id] }),
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
