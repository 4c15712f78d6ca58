/** What the supply routes take and answer. */
import Type from 'typebox';
import { anyRecord, areaM2, date, nullable, parameters, VerdictSchema } from './schemas.js';

const crs = Type.Optional(
  Type.String({
    pattern: '^([Ee][Pp][Ss][Gg]:)?[0-9]{4,6}$',
    description: 'EPSG code of the submitted coordinates',
    examples: ['4526'],
  }),
);
const list = (description: string, example: string) =>
  Type.Optional(Type.String({ maxLength: 4000, description, examples: [example] }));
const metres = (description: string, fallback: number, most: number) =>
  Type.Number({ minimum: 0, maximum: most, default: fallback, description: `${description}, m` });

export const SupplyBasics = {
  crs,
  onDate: Type.Optional(date('The tables in force on this day; today when absent')),
  asOf: Type.Optional(date('The layer versions that were active on this day')),
  repair: Type.Boolean({ default: false, description: 'Repair invalid parcels instead of refusing them' }),
  gapToleranceM: metres('Borders that run this close are one border', 0.1, 5),
  minSharedEdgeM: metres('A shorter contact is a corner', 1, 1000),
};

export const BundleQuery = parameters({
  ...SupplyBasics,
  rulePack: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9][a-z0-9-]{0,63}(@[0-9A-Za-z][0-9A-Za-z.-]{0,31})?$',
      description: 'Rules that judge; without the city rules its article (15) is not asked',
      examples: ['jiaozuo-2025'],
    }),
  ),
  across: list('Widest road, green strip or water between neighbours, m', 'road:30,green:20'),
  propose: Type.Boolean({
    default: false,
    description: 'Search the best bundles under the constraints below',
  }),
  minAreaM2: Type.Optional(Type.Number({ minimum: 0, description: 'Least total area, ㎡' })),
  maxAreaM2: Type.Optional(Type.Number({ minimum: 0, description: 'Most total area, ㎡' })),
  uses: list('Use groups that must all be there', 'industry,housing'),
  maxGapM: Type.Optional(Type.Number({ minimum: 0, description: 'Widest gap of a link, m' })),
  include: list('Ids that must be in', 'ZH-01'),
  exclude: list('Ids that must not', 'ZH-02'),
  limit: Type.Integer({ minimum: 1, maximum: 50, default: 5, description: 'Proposals at most' }),
});

const ReasonSchema = Type.Object(
  {
    code: Type.String(),
    standing: Type.String({ description: 'eligible · not-eligible · undetermined' }),
    parcel: nullable(Type.String()),
    detail: Type.String(),
  },
  { $id: 'SupplyReason' },
);

export const WarningsSchema = Type.Array(
  Type.Object({ code: Type.String(), detail: Type.String(), pointer: Type.Optional(Type.String()) }),
);

export const LayersSchema = Type.Array(
  Type.Object({
    id: Type.String(),
    version: nullable(Type.String()),
    dataDate: nullable(Type.String()),
    status: Type.String(),
    nameZh: Type.String(),
    nameEn: Type.String(),
  }),
);

export const MultiPolygonSchema = Type.Object({
  type: Type.Literal('MultiPolygon'),
  coordinates: Type.Array(Type.Unknown(), { description: 'EPSG:4490 degrees' }),
});

const AdjacencySchema = Type.Object(
  {
    a: Type.String(),
    b: Type.String(),
    kind: Type.String({ description: 'edge 共边 · corner 点接触 · gap 间隔 · overlap 重叠' }),
    sharedEdgeM: Type.Number(),
    gapM: Type.Number({ description: 'Smallest distance' }),
    meanGapM: nullable(Type.Number()),
    facingM: Type.Number({ description: 'Length over which the borders run along each other' }),
    overlapM2: Type.Number(),
    adjacent: Type.Boolean(),
    across: nullable(Type.String()),
    between: Type.Array(anyRecord('What lies in the gap: kind, code, label, areaM2, share')),
  },
  { $id: 'Adjacency', description: 'Defined in docs/adjacency-semantics.md' },
);

const BundleSchema = Type.Object(
  {
    id: Type.String(),
    parcels: Type.Array(Type.String()),
    uses: Type.Array(anyRecord('group, label, areaM2, parcels')),
    areaM2: areaM2('Sum of the parcels and of the uses,'),
    mu: Type.Number(),
    connected: Type.Boolean(),
    eligible: Type.Boolean({
      description:
        'Under every document that applies, none undecided; `documents` has each, `reasons` what is against it',
    }),
    standing: Type.String({ description: 'Of all documents: eligible · not-eligible · undetermined' }),
    documents: Type.Array(
      Type.Object({
        document: Type.String(),
        article: Type.String(),
        standing: Type.String(),
        reasons: Type.Array(ReasonSchema),
      }),
    ),
    reasons: Type.Array(ReasonSchema),
    planningConditions: Type.Array(anyRecord('分别出具规划条件: parcel, landUse, areaM2, detail')),
    sharedEdgeM: Type.Number(),
    compactness: Type.Number({ description: '4πA/P² of the outline' }),
    perimeterM: Type.Number(),
    outline: MultiPolygonSchema,
  },
  { $id: 'Bundle' },
);

export const BundleAnswerSchema = Type.Object(
  {
    parameters: anyRecord('Tolerances, plane and tables that were used'),
    areaBasis: Type.String(),
    layers: LayersSchema,
    parcels: Type.Array(
      Type.Object({
        id: Type.String(),
        name: nullable(Type.String()),
        landUse: nullable(Type.String()),
        useLabel: nullable(Type.String()),
        useGroup: nullable(Type.String()),
        areaM2: areaM2('Ellipsoid area,'),
        insideM2: areaM2('Inside the development boundary,'),
        outsideM2: areaM2('Outside it,'),
        undeterminedM2: areaM2('Not known,'),
        zones: Type.Array(anyRecord('zone, areaM2')),
        detailedPlanUse: nullable(Type.String()),
        detailedPlanFrom: nullable(Type.String()),
        standing: Type.String(),
        reasons: Type.Array(ReasonSchema),
        bundle: nullable(Type.String()),
      }),
    ),
    adjacency: Type.Array(AdjacencySchema),
    bundles: Type.Array(BundleSchema),
    proposals: Type.Optional(anyRecord('search, bound, order, proposals, left')),
    warnings: WarningsSchema,
  },
  { $id: 'BundleAnswer' },
);

export const FragmentQuery = parameters({
  ...SupplyBasics,
  discover: Type.Boolean({ default: false, description: 'Find the fragments within the project range' }),
  minAreaM2: Type.Number({
    minimum: 0.01,
    maximum: 2000,
    default: 20,
    description: 'discover: least area of a piece, ㎡',
  }),
  approved: list(
    'discover: layers of approved land to take off, all three when absent, `none` for none',
    'xx_xmzdfw,zz_nydzyfw',
  ),
  f: Type.Union([Type.Literal('json'), Type.Literal('txt')], {
    default: 'json',
    description: 'txt: the outlines merged with a host as 国土 TXT, always at once',
  }),
});

const FragmentReasonsSchema = Type.Array(
  Type.Object({ code: Type.String(), verdict: VerdictSchema, detail: Type.String() }),
);

const FragmentSchema = Type.Object(
  {
    id: Type.String(),
    name: nullable(Type.String()),
    areaM2: areaM2('Ellipsoid area,'),
    areaUnroundedM2: Type.Number({ description: 'What the limit is held against' }),
    planeAreaM2: areaM2('Plane area,'),
    mu: Type.Number(),
    withinLimit: Type.Boolean({ description: '≤ 2,000.00 ㎡ on the unrounded area' }),
    position: Type.String({ description: 'inside · adjoining · unknown' }),
    kind: Type.String({ description: '边角地 · 夹心地 · 插花地' }),
    why: Type.String(),
    evidence: anyRecord('Perimeter, bounded share, island, largest circle, width, compactness, road access'),
    landClasses: Type.Array(anyRecord('code, label, areaM2')),
    hosts: Type.Array(anyRecord('id, landUse, industrial, sharedEdgeM, gapM')),
    merge: nullable(anyRecord('host, areas before and after, oneRing, outline, plane')),
    towns: Type.Array(anyRecord('code, name, areaM2')),
    villages: Type.Array(anyRecord('code, name, areaM2')),
    verdict: VerdictSchema,
    reasons: FragmentReasonsSchema,
    outline: MultiPolygonSchema,
  },
  { $id: 'Fragment' },
);

export const FragmentAnswerSchema = Type.Object(
  {
    parameters: anyRecord('Limits and thresholds that were used'),
    areaBasis: Type.String(),
    layers: LayersSchema,
    projectM2: nullable(areaM2('Land of the project,')),
    fragments: Type.Array(FragmentSchema),
    sumM2: areaM2('Sum of the fragments,'),
    sumMu: Type.Number(),
    ratio: Type.Object({ included: nullable(Type.Number()), excluded: nullable(Type.Number()) }),
    withinCap: nullable(Type.Boolean({ description: '≤ 10 % with the fragments in the base' })),
    withinCapExcluded: nullable(Type.Boolean()),
    verdict: VerdictSchema,
    reasons: FragmentReasonsSchema,
    discovered: Type.Optional(
      anyRecord('selection, towns, villages, builtM2, takenM2, cleaned, larger, subtracted'),
    ),
    warnings: WarningsSchema,
  },
  { $id: 'FragmentAnswer' },
);
