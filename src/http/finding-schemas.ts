/** Findings as the network sees them: what was found, on which article, and what has to be handed in. */
import Type from 'typebox';
import { nullable, VerdictSchema } from './schemas.js';

const ConfidenceSchema = Type.Union(
  [
    Type.Literal('quoted'),
    Type.Literal('secondary'),
    Type.Literal('memory-high'),
    Type.Literal('memory-medium'),
    Type.Literal('memory-low'),
  ],
  { description: 'How well the citation is known; only quoted ones were compared with the text' },
);

const SourceSchema = Type.Object(
  {
    document: Type.String(),
    article: Type.String(),
    clause: Type.Optional(Type.String({ description: 'Verbatim words of the article' })),
    confidence: ConfidenceSchema,
  },
  { $id: 'Source', description: 'The document and article a finding rests on' },
);

const CitationSchema = Type.Object(
  {
    document: Type.String(),
    article: Type.String(),
    clause: Type.Optional(Type.String()),
    confidence: Type.Optional(ConfidenceSchema),
  },
  {
    $id: 'Citation',
    description: 'Document and article; clause and confidence only where they differ from those in `rules`',
  },
);

export const FindingSchema = Type.Object(
  {
    rule: Type.String(),
    module: Type.String({ description: '规划/耕地/生态/林地/用地 …' }),
    layer: Type.String(),
    verdict: VerdictSchema,
    areaM2: Type.Number(),
    netAreaM2: nullable(Type.Number()),
    undeterminedM2: Type.Number(),
    noise: Type.Boolean(),
    source: CitationSchema,
    alsoSources: Type.Optional(Type.Array(SourceSchema)),
    byClass: Type.Array(
      Type.Object({
        code: nullable(Type.String()),
        label: nullable(Type.String()),
        group: nullable(Type.String({ description: "Group of the rule's class table" })),
        areaM2: Type.Number(),
        netAreaM2: nullable(Type.Number()),
      }),
    ),
    breakdown: Type.Optional(
      Type.Array(
        Type.Object({
          code: nullable(Type.String()),
          value: nullable(Type.String({ description: 'Of the attribute, e.g. 坡度级别 GDPDJB' })),
          label: nullable(Type.String()),
          areaM2: Type.Number(),
          netAreaM2: nullable(Type.Number()),
          ridgeM2: nullable(Type.Number({ description: '田坎 by coefficient' })),
        }),
        { description: 'The same ground by class and by an attribute of the features' },
      ),
    ),
    ridges: Type.Optional(
      Type.Object(
        {
          byCoefficientM2: Type.Number(),
          patchesM2: Type.Number(),
          withoutM2: Type.Number(),
          withM2: Type.Number(),
        },
        { description: '田坎 both ways: apart from the farmland, or added back to it' },
      ),
    ),
    missing: Type.Optional(
      Type.Array(
        Type.Object({
          fact: Type.String(),
          label: Type.String(),
          why: Type.Union([Type.Literal('missing'), Type.Literal('wrong')]),
          given: Type.Optional(Type.String()),
          detail: Type.String(),
        }),
        { description: 'What the applicant did not state, or not in a way that can be read' },
      ),
    ),
    inPrinciple: Type.Optional(Type.Literal(true, { description: '原则上: a stated reason may carry it' })),
    title: Type.String(),
    detail: Type.String(),
    requires: Type.Array(Type.String(), { description: 'What has to be handed in' }),
  },
  { $id: 'Finding' },
);

export const PassedRuleSchema = Type.Object(
  { rule: Type.String(), text: Type.Optional(Type.String()) },
  {
    $id: 'PassedRule',
    description:
      'A rule that was evaluated on complete data and found nothing; its sentence is `rules[rule].passed` unless it stands here',
  },
);

export const CheckRuleSchema = Type.Object(
  {
    module: Type.String(),
    layer: Type.String(),
    source: Type.Optional(SourceSchema),
    alsoSources: Type.Optional(Type.Array(SourceSchema)),
    passed: Type.Optional(Type.String({ description: 'What is said where the rule found nothing' })),
  },
  { $id: 'CheckRule', description: 'What does not change from parcel to parcel: documents, clause texts' },
);

export const ChecklistItemSchema = Type.Object(
  {
    id: Type.String({ description: 'The same for the same material in every check' }),
    text: Type.String(),
    verdict: VerdictSchema,
    module: Type.String(),
    rules: Type.Array(Type.String()),
    parcels: Type.Array(Type.String(), { description: 'Empty where the check as a whole asks for it' }),
  },
  { $id: 'ChecklistItem', description: 'One material to hand in, for all parcels and rules that ask for it' },
);

export const UnreviewedLayerSchema = Type.Object(
  {
    layer: Type.String(),
    nameZh: Type.String(),
    nameEn: Type.String(),
    rules: Type.Array(Type.String()),
  },
  { $id: 'UnreviewedLayer', description: 'A layer that is not registered: its rules were not asked' },
);
