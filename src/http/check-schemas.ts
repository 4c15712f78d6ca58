/** A check as the network sees it: the stored answer with its texts in one language. */
import Type from 'typebox';
import {
  ChecklistItemSchema,
  CheckRuleSchema,
  FindingSchema,
  PassedRuleSchema,
  UnreviewedLayerSchema,
} from './finding-schemas.js';
import {
  anyRecord,
  areaM2,
  date,
  nullable,
  PolygonSchema,
  parameters,
  StageSchema,
  VerdictSchema,
} from './schemas.js';

const WarningSchema = Type.Object({ code: Type.String(), detail: Type.String() }, { $id: 'Warning' });

const AreaSchema = Type.Object(
  {
    ellipsoidM2: areaM2('Official ellipsoid area of the parcel,'),
    planeM2: areaM2('Area in the 3° Gauss–Krüger plane,'),
    planeCrs: Type.String(),
    mu: Type.Number({ description: '亩, 0.01' }),
    ha: Type.Number({ description: '公顷, 0.0001' }),
    uncertaintyM2: Type.Number({ description: 'Bound that follows from the resolution of the coordinates' }),
  },
  { $id: 'ParcelArea' },
);

const OverlaySchema = Type.Object(
  {
    layer: Type.String(),
    verdict: VerdictSchema,
    areaM2: areaM2('Ground of the parcel under the layer,'),
    netAreaM2: nullable(areaM2('The same less 田坎,')),
    outsideM2: areaM2('Ground known to be free of the layer,'),
    share: Type.Number({ description: 'areaM2 / area of the parcel' }),
    undeterminedM2: areaM2('Ground about which nothing is known,'),
    undeterminedReason: nullable(Type.String()),
    byClass: Type.Array(
      Type.Object({
        code: nullable(Type.String()),
        label: nullable(Type.String()),
        areaM2: Type.Number(),
        netAreaM2: nullable(Type.Number()),
        noise: Type.Boolean({ description: 'Below geometry noise: 边界误差, never raises the verdict' }),
      }),
    ),
    features: Type.Array(
      Type.Object({
        featureId: Type.String(),
        bsm: nullable(Type.String()),
        areaM2: Type.Number(),
        sharedM2: Type.Optional(Type.Number()),
        netAreaM2: nullable(Type.Number()),
        wholeFeature: Type.Boolean(),
        noise: Type.Boolean(),
        attributes: anyRecord('Attributes of the feature, standard names'),
      }),
    ),
  },
  {
    $id: 'Overlay',
    description: 'One parcel against one layer; the figures close to the area of the parcel',
  },
);

const ParcelSchema = Type.Object(
  {
    id: Type.String(),
    name: nullable(Type.String()),
    landUse: nullable(Type.String()),
    area: AreaSchema,
    verdict: VerdictSchema,
    overlays: Type.Array(OverlaySchema),
    findings: Type.Array(FindingSchema),
    passed: Type.Array(PassedRuleSchema),
    warnings: Type.Array(WarningSchema),
  },
  { $id: 'CheckedParcel' },
);

export const CheckSchema = Type.Object(
  {
    id: Type.String({ examples: ['chk_01JQ8Z6V3M'] }),
    createdAt: Type.String({ format: 'date-time' }),
    stage: StageSchema,
    asOf: nullable(date('Layer versions as of this day')),
    sha256: Type.String({ description: 'Over everything but id, createdAt and itself' }),
    rulePack: Type.Object({
      id: Type.String(),
      version: Type.String(),
      effectiveFrom: Type.String({ format: 'date' }),
    }),
    layers: Type.Array(
      Type.Object({
        id: Type.String(),
        version: nullable(Type.String()),
        dataDate: nullable(Type.String({ format: 'date' })),
        sha256: nullable(Type.String()),
        status: Type.Union([Type.Literal('active'), Type.Literal('superseded'), Type.Literal('missing')]),
        nameZh: Type.String(),
        nameEn: Type.String(),
      }),
    ),
    engine: Type.Object({
      kernel: Type.Literal('trapezoid'),
      verifiedBy: Type.Union([Type.Literal('postgis'), Type.Literal('geos'), Type.Null()]),
      verifiedDifferenceM2: nullable(Type.Number()),
      versions: Type.Record(Type.String(), Type.String()),
    }),
    verdict: VerdictSchema,
    parcels: Type.Array(ParcelSchema),
    facts: Type.Record(Type.String(), Type.String(), { description: 'Stated for all parcels' }),
    findings: Type.Array(FindingSchema, { description: 'Over all parcels together' }),
    passed: Type.Array(PassedRuleSchema),
    checklist: Type.Array(ChecklistItemSchema, { description: 'Most pressing first' }),
    unreviewed: Type.Array(UnreviewedLayerSchema),
    rules: Type.Record(Type.String(), CheckRuleSchema, { description: 'By rule id' }),
    totals: Type.Object({
      areaM2: Type.Number(),
      byLayer: Type.Array(
        Type.Object({
          layer: Type.String(),
          areaM2: Type.Number(),
          netAreaM2: nullable(Type.Number()),
          undeterminedM2: Type.Number(),
        }),
      ),
    }),
    warnings: Type.Array(WarningSchema),
  },
  { $id: 'Check' },
);

export const CheckSummarySchema = Type.Object(
  {
    id: Type.String(),
    createdAt: Type.String({ format: 'date-time' }),
    stage: StageSchema,
    verdict: VerdictSchema,
    parcelCount: Type.Integer(),
    rulePack: Type.Object({ id: Type.String(), version: Type.String() }),
  },
  { $id: 'CheckSummary' },
);

export const CheckListSchema = Type.Object(
  {
    checks: Type.Array(CheckSummarySchema),
    next: Type.Optional(
      Type.String({ description: 'Give it as `after` for the next page; absent on the last' }),
    ),
  },
  { $id: 'CheckList' },
);

export const PieceCollectionSchema = Type.Object(
  {
    type: Type.Literal('FeatureCollection'),
    features: Type.Array(
      Type.Object({
        type: Type.Literal('Feature'),
        id: Type.Optional(Type.Union([Type.String(), Type.Number()])),
        geometry: nullable(PolygonSchema),
        properties: anyRecord('Parcel, layer, feature, class and area of the piece'),
      }),
    ),
  },
  {
    $id: 'PieceCollection',
    description: 'Every piece of ground where a parcel meets a feature, EPSG:4490 lon/lat',
  },
);

export const ReplaySchema = Type.Object(
  {
    identical: Type.Boolean(),
    sha256: Type.String(),
    differences: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String(),
          stored: Type.Unknown(),
          replayed: Type.Unknown(),
        }),
      ),
    ),
  },
  { $id: 'Replay' },
);

const ParcelFeatureSchema = Type.Object(
  {
    type: Type.Literal('Feature'),
    id: Type.Optional(Type.Union([Type.String(), Type.Number()])),
    geometry: PolygonSchema,
    properties: nullable(anyRecord('Name, landUse (用地用海 code) and whatever else belongs to the parcel')),
  },
  { $id: 'ParcelFeature' },
);

export const ParcelsSchema = Type.Union(
  [
    ParcelFeatureSchema,
    Type.Object({ type: Type.Literal('FeatureCollection'), features: Type.Array(ParcelFeatureSchema) }),
    PolygonSchema,
  ],
  { $id: 'Parcels', description: 'EPSG:4490 or 4326 lon/lat, or CGCS2000 Gauss–Krüger metres with `crs`' },
);

export const CheckQuery = parameters({
  stage: Type.Union([Type.Literal('pre-review'), Type.Literal('approval')], {
    default: 'pre-review',
    description: 'pre-review 用地预审与规划选址 · approval 报批',
  }),
  rulePack: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,63}(@[0-9A-Za-z][0-9A-Za-z.-]{0,31})?$',
      description: 'Id of a rule pack, see /v1/rule-packs; one version of it as id@version',
    }),
  ),
  onDate: Type.Optional(date('The rules in force on this day; today when absent')),
  asOf: Type.Optional(date('The layer versions that were active on this day')),
  crs: Type.Optional(
    Type.String({
      pattern: '^([Ee][Pp][Ss][Gg]:)?[0-9]{4,6}$',
      description: 'EPSG code of the submitted coordinates',
      examples: ['4526'],
    }),
  ),
  layer: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'Which layer of a file that holds several (图层名)',
    }),
  ),
  encoding: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9_-]{2,20}$',
      description: 'Encoding of text in shapefiles, drawings and tables, over what the file says',
      examples: ['GBK'],
    }),
  ),
  facts: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 2000,
      description:
        'What the applicant says for all parcels, name:value separated by commas; the facts of the rule pack are listed at /v1/rule-packs/{id}. Properties of a feature go before it',
      examples: ['projectType:energy,singleSite:true'],
    }),
  ),
  draft: Type.Boolean({
    default: false,
    description: 'Review an unfinished dossier module by module; nothing is stored, the answer is 200',
  }),
  module: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 200,
      description: 'With draft: modules to review, separated by commas',
      examples: ['规划,耕地'],
    }),
  ),
  have: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4000,
      description: 'With draft: ids of materials that are handed in, as the checklist gives them',
    }),
  ),
  passed: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 4000,
      description: 'With draft: module:inputSha256 of modules that passed before',
    }),
  ),
  verify: Type.Boolean({ default: false, description: 'Measure with the second engine too' }),
  repair: Type.Boolean({ default: false, description: 'Repair invalid parcels instead of refusing them' }),
});

export const CheckListQuerySchema = parameters({
  limit: Type.Integer({ minimum: 1, maximum: 200, default: 20 }),
  after: Type.Optional(
    Type.String({ minLength: 1, maxLength: 200, description: '`next` of the page before' }),
  ),
  verdict: Type.Optional(
    Type.Union([
      Type.Literal('clear'),
      Type.Literal('attention'),
      Type.Literal('prohibited'),
      Type.Literal('undetermined'),
    ]),
  ),
});
