/** The review of a dossier that is not complete yet, module by module, as the network sees it. */
import Type from 'typebox';
import type { DraftReview } from '../checks/review-draft.js';
import {
  ChecklistItemSchema,
  CheckRuleSchema,
  FindingSchema,
  UnreviewedLayerSchema,
} from './finding-schemas.js';
import type { Localized } from './language.js';
import { nullable, StageSchema, VerdictSchema } from './schemas.js';

const DraftFaultSchema = Type.Object(
  {
    code: Type.Union([Type.Literal('missing'), Type.Literal('wrong'), Type.Literal('contradictory')]),
    parcel: nullable(Type.String()),
    fields: Type.Array(Type.String()),
    detail: Type.String(),
  },
  { $id: 'DraftFault', description: 'What is wrong with what was entered' },
);

const ModuleReviewSchema = Type.Object(
  {
    module: Type.String(),
    status: Type.Union([
      Type.Literal('passed'),
      Type.Literal('open'),
      Type.Literal('prohibited'),
      Type.Literal('undetermined'),
      Type.Literal('not-reviewed', {
        description: 'None of its rules could be asked: their layers are not registered, see `unreviewed`',
      }),
    ]),
    verdict: VerdictSchema,
    inputSha256: Type.String({
      description:
        'Of all that the module rests on; while it holds, a module that passed need not be reviewed again',
    }),
    unchanged: Type.Boolean({ description: 'It passed before on this very input, see `passed`' }),
    rules: Type.Array(Type.String()),
    findings: Type.Array(Type.Intersect([Type.Object({ parcel: nullable(Type.String()) }), FindingSchema])),
    faults: Type.Array(DraftFaultSchema),
    open: Type.Array(ChecklistItemSchema, { description: 'Materials still to be handed in' }),
    handedIn: Type.Array(ChecklistItemSchema),
  },
  { $id: 'ModuleReview' },
);

export const DraftReviewSchema = Type.Object(
  {
    draft: Type.Literal(true),
    stage: StageSchema,
    rulePack: Type.Object({ id: Type.String(), version: Type.String(), effectiveFrom: Type.String() }),
    verdict: VerdictSchema,
    complete: Type.Boolean({ description: 'Every module that was asked for has passed' }),
    modules: Type.Array(ModuleReviewSchema),
    notReviewed: Type.Array(Type.String(), { description: 'Modules that were not asked for' }),
    faults: Type.Array(DraftFaultSchema),
    unreviewed: Type.Array(UnreviewedLayerSchema),
    rules: Type.Record(Type.String(), CheckRuleSchema),
  },
  { $id: 'DraftReview', description: 'Nothing of it is stored' },
);

export const draftExample: Localized<DraftReview> = {
  ...{ draft: true, stage: 'pre-review', verdict: 'attention', complete: false },
  rulePack: { id: 'jiaozuo-2025', version: '2025.1', effectiveFrom: '2025-01-27' },
  modules: [
    {
      ...{
        module: '生态',
        status: 'open',
        verdict: 'attention',
        unchanged: false,
        rules: ['stbhhx-overlap'],
      },
      inputSha256: '9c56cc51b374c3ba189210d5b6d4bf57790d351c96c47c02190ecf1e430635ab',
      findings: [],
      faults: [
        {
          ...{ code: 'missing', parcel: 'DK-001', fields: ['activityCategory'] },
          detail: '未说明“有限人为活动类别”（activityCategory）。',
        },
      ],
      open: [
        {
          ...{ id: '0a1b2c3d4e', text: '将符合有限人为活动论证纳入规划选址综合论证。', verdict: 'attention' },
          ...{ module: '生态', rules: ['stbhhx-overlap'], parcels: ['DK-001'] },
        },
      ],
      handedIn: [],
    },
  ],
  notReviewed: ['规划', '耕地'],
  faults: [],
  unreviewed: [],
  rules: {},
};
