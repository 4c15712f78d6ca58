/**
 * The pieces that the measures' input and answer schemas are made of. A member that is `required` and not there makes the
 * answer undetermined; anything else that does not fit is refused. `title` is Chinese, `description` English.
 */
import Type, { type TProperties, type TSchema } from 'typebox';

/** Every input: whatever is not listed is refused. */
export const inputObject = <T extends TProperties>(properties: T, options: object = {}) =>
  Type.Object({ ...properties, ...common }, { additionalProperties: false, ...options });

export const innerObject = <T extends TProperties>(properties: T, options: object = {}) =>
  Type.Object(properties, { additionalProperties: false, ...options });

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

export const label = (zh: string, en: string) => ({ title: zh, description: en });

export const oneOf = <T extends string>(values: readonly T[], zh: string, en: string) =>
  Type.Unsafe<T>({ type: 'string', enum: [...values], ...label(zh, en) });

const areaUnits = ['m2', 'mu', 'ha', 'km2'] as const;
const lengthUnits = ['m', 'km'] as const;

export type AreaUnit = (typeof areaUnits)[number];
export type LengthUnit = (typeof lengthUnits)[number];
export interface AreaQuantity {
  value: number;
  unit: AreaUnit;
}
export interface LengthQuantity {
  value: number;
  unit: LengthUnit;
}
export interface MoneyQuantity {
  value: number;
  unit: 'CNY' | '10kCNY';
}
export interface RateQuantity {
  value: number;
  unit: 'CNY/m2';
}

const quantity = <T>(units: readonly string[], zh: string, en: string) =>
  Type.Unsafe<T>({
    type: 'object',
    additionalProperties: false,
    required: ['value', 'unit'],
    properties: {
      value: { type: 'number', minimum: 0 },
      unit: { type: 'string', enum: [...units] },
    },
    'x-quantity': true,
    ...label(zh, en),
  });

/** An area with its unit: `{ "value": 12.5, "unit": "mu" }`; 1 mu = 2000/3 m². */
export const area = (zh: string, en: string) => quantity<AreaQuantity>(areaUnits, zh, en);
export const length = (zh: string, en: string) => quantity<LengthQuantity>(lengthUnits, zh, en);
export const money = (zh: string, en: string) => quantity<MoneyQuantity>(['CNY', '10kCNY'], zh, en);
export const rate = (zh: string, en: string) => quantity<RateQuantity>(['CNY/m2'], zh, en);

export const day = (zh: string, en: string) => Type.String({ format: 'date', ...label(zh, en) });
export const text = (zh: string, en: string) =>
  Type.String({ minLength: 1, maxLength: 200, ...label(zh, en) });
export const flag = (zh: string, en: string) => Type.Boolean(label(zh, en));

/** GeoJSON of polygons; judged by the parcels room, not by the schema. */
export const ranges = (zh: string, en: string) =>
  Type.Unsafe<object>({
    type: 'object',
    required: ['type'],
    properties: {
      type: { type: 'string', enum: ['FeatureCollection', 'Feature', 'Polygon', 'MultiPolygon'] },
    },
    ...label(zh, en),
  });

/** Tag of the code list that a land-use code is of: the same digits mean other things in 三调. */
export const codeSystem = () =>
  oneOf(
    ['ydyh-2023', 'sandiao-dlbm'] as const,
    '用地代码体系（ydyh-2023 用地用海 / sandiao-dlbm 三调）',
    'Code list of the land-use codes: ydyh-2023 (plans) or sandiao-dlbm (survey)',
  );

export const landUseCode = () =>
  Type.String({
    pattern: '^[0-9]{2}[0-9A-Z]{0,4}$',
    ...label('用地代码（文字，保留前导零）', 'Land-use code as text'),
  });

const common = {
  onDate: Type.Optional(day('适用条款的日期，缺省为今天', 'Day whose clauses apply; today when absent')),
  crs: Type.Optional(
    Type.String({
      pattern: '^([Ee][Pp][Ss][Gg]:)?[0-9]{4,6}$',
      ...label('坐标系 EPSG 代码', 'EPSG code of all coordinates in this input'),
    }),
  ),
};

export interface CommonInput {
  onDate?: string;
  crs?: string;
}

/** Options of measures that read registered layers. */
export const layerOptions = {
  asOf: Type.Optional(day('使用该日的图层版本', 'Layer versions as of this day')),
};

const bilingualText = (description: string) => Type.String({ description });

const SourceSchema = Type.Object({
  document: Type.String(),
  article: Type.String(),
  clause: Type.Optional(Type.String()),
  confidence: Type.String(),
});

const units = ['m2', 'm', '%', 'CNY', 'year', 'day', 'count', 'degree', '1'];
const unit = Type.Unsafe<string>({ type: 'string', enum: units });

/** The answer of a measure over the network, texts in one language. */
export const answerSchema = (id: string, result: TSchema) =>
  Type.Object({
    measure: Type.Literal(id),
    title: bilingualText('Name of the measure'),
    onDate: Type.String({ format: 'date' }),
    suggestion: Type.Boolean({ description: 'true: a proposal, not a judgement' }),
    verdict: Type.Unsafe<string>({
      type: 'string',
      enum: ['clear', 'attention', 'prohibited', 'undetermined'],
    }),
    sentence: bilingualText('What an official would sign'),
    sources: Type.Array(SourceSchema),
    thresholds: Type.Array(
      Type.Object({
        id: Type.String(),
        op: Type.String(),
        value: Type.Number(),
        unit,
        source: SourceSchema,
        note: Type.Optional(Type.String()),
      }),
    ),
    figures: Type.Array(
      Type.Object({
        id: Type.String(),
        label: Type.String(),
        value: nullable(Type.Number()),
        unit,
        basis: nullable(Type.String()),
      }),
    ),
    missing: Type.Array(Type.Object({ pointer: Type.String(), detail: Type.String() })),
    layers: Type.Array(
      Type.Object({
        id: Type.String(),
        version: nullable(Type.String()),
        dataDate: nullable(Type.String()),
        sha256: nullable(Type.String()),
        status: Type.String(),
        nameZh: Type.String(),
        nameEn: Type.String(),
      }),
    ),
    warnings: Type.Array(Type.Object({ code: Type.String(), detail: Type.String() })),
    result: nullable(result),
    geometry: nullable(
      Type.Object({ type: Type.Literal('FeatureCollection'), features: Type.Array(Type.Unknown()) }),
    ),
  });

export const row = <T extends TProperties>(properties: T) => Type.Object(properties);
export const m2 = (description = 'm², 0.01') => Type.Number({ description });
