/** Layers, their versions and rule packs as the network sees them. */
import Type from 'typebox';
import { anyRecord, date, nullable, parameters } from './schemas.js';

export const LayerVersionSchema = Type.Object(
  {
    version: Type.String({ examples: ['2024-12-31.1'] }),
    status: Type.Union([Type.Literal('active'), Type.Literal('superseded')]),
    dataDate: nullable(Type.String({ format: 'date', description: '数据年份/标准时点' })),
    receivedAt: Type.String({ format: 'date-time' }),
    activatedAt: nullable(Type.String({ format: 'date-time' })),
    sourceFile: Type.String(),
    sha256: nullable(Type.String()),
    sourceEpsg: nullable(Type.Integer()),
    featureCount: Type.Integer(),
    coverage: Type.Union(
      [Type.Literal('polygon'), Type.Literal('districts'), Type.Literal('own-union'), Type.Literal('none')],
      { description: 'What ground the version speaks for; outside it the answer is undetermined' },
    ),
    certificate: nullable(anyRecord('Quality certificate of the import')),
  },
  { $id: 'LayerVersion' },
);

export const LayerSchema = Type.Object(
  {
    id: Type.String({ examples: ['stbhhx'] }),
    kind: Type.Union([Type.Literal('partition'), Type.Literal('cover')]),
    name: Type.String(),
    active: nullable(LayerVersionSchema),
  },
  { $id: 'Layer' },
);

export const LayerListSchema = Type.Object({ layers: Type.Array(LayerSchema) }, { $id: 'LayerList' });

export const LayerVersionListSchema = Type.Object(
  { versions: Type.Array(LayerVersionSchema) },
  { $id: 'LayerVersionList' },
);

const rulePackFields = {
  id: Type.String({ examples: ['jiaozuo-2025'] }),
  version: Type.String(),
  name: Type.String(),
  effectiveFrom: Type.String({ format: 'date' }),
  effectiveTo: nullable(Type.String({ format: 'date' })),
  extends: nullable(Type.String()),
  ruleCount: Type.Integer(),
  tests: Type.Object(
    {
      cases: Type.Integer({ description: 'How many came with this version' }),
      failed: Type.Array(Type.Object({ name: Type.String(), detail: Type.String() })),
    },
    { description: 'The tests of the pack, run anew since the packs or the program last changed' },
  ),
};

const RulePackSummarySchema = Type.Object(rulePackFields, { $id: 'RulePackSummary' });

export const RulePackListSchema = Type.Object(
  { rulePacks: Type.Array(RulePackSummarySchema) },
  { $id: 'RulePackList' },
);

export const RulePackSchema = Type.Object(
  { ...rulePackFields, content: anyRecord('The rules themselves, as data') },
  { $id: 'RulePack' },
);

export const LayerParams = parameters({
  id: Type.String({
    pattern: '^[A-Za-z][A-Za-z0-9_]{0,39}$',
    description: 'Standard table name in lower case',
  }),
});

export const ImportQuery = parameters({
  dataDate: Type.Optional(date('数据年份/标准时点 of the file')),
  coverage: Type.Optional(
    Type.String({
      pattern: '^[0-9]{2,12}(,[0-9]{2,12})*$',
      description: 'Administrative codes the file speaks for, separated by commas',
      examples: ['410802,410803'],
    }),
  ),
  crs: Type.Optional(
    Type.String({ pattern: '^([Ee][Pp][Ss][Gg]:)?[0-9]{4,6}$', description: 'EPSG code of the coordinates' }),
  ),
  layer: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Which layer of a file that holds several; settles every doubt about its name',
    }),
  ),
  encoding: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{2,20}$',
      description: 'Encoding of text in a shapefile, over what the file says',
      examples: ['GBK'],
    }),
  ),
  mapping: Type.Optional(
    Type.String({
      minLength: 3,
      maxLength: 4000,
      description: 'Fields of the file to standard fields, name:standard separated by commas',
      examples: ['地类:DLBM,系数:KCXS'],
    }),
  ),
});
