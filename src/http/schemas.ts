/** The small schemas every resource shares. A schema with `$id` becomes a component of the OpenAPI document. */
import Type, { type TObject, type TProperties, type TSchema } from 'typebox';
import { errorCodes } from './problem.js';

export const nullable = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** An object of which nothing more is known than that it is one. */
export const anyRecord = (description: string) => Type.Record(Type.String(), Type.Unknown(), { description });

/** Query or path parameters: whatever is not listed is refused. */
export const parameters = <T extends TProperties>(properties: T): TObject<T> =>
  Type.Object(properties, { additionalProperties: false });

export const VerdictSchema = Type.Union(
  [
    Type.Literal('clear'),
    Type.Literal('attention'),
    Type.Literal('prohibited'),
    Type.Literal('undetermined'),
  ],
  {
    $id: 'Verdict',
    description:
      'clear 不涉及 · attention 涉及—需论证/说明 · prohibited 涉及—禁止 · undetermined 数据缺失—无法判定',
  },
);

export const StageSchema = Type.Union([Type.Literal('pre-review'), Type.Literal('approval')], {
  $id: 'Stage',
  description: 'pre-review 用地预审与规划选址 · approval 农用地转用和土地征收报批',
});

export const date = (description: string) =>
  Type.String({ format: 'date', description, examples: ['2024-12-31'] });

export const areaM2 = (description: string) => Type.Number({ description: `${description} ㎡, 0.01` });

export const PositionSchema = Type.Array(Type.Number(), { $id: 'Position', minItems: 2, maxItems: 4 });

export const PolygonSchema = Type.Union(
  [
    Type.Object({
      type: Type.Literal('Polygon'),
      coordinates: Type.Array(Type.Array(PositionSchema)),
    }),
    Type.Object({
      type: Type.Literal('MultiPolygon'),
      coordinates: Type.Array(Type.Array(Type.Array(PositionSchema))),
    }),
  ],
  { $id: 'Polygonal' },
);

export const ProblemSchema = Type.Object(
  {
    type: Type.String({ format: 'uri-reference', description: 'GET it for an explanation' }),
    title: Type.String(),
    status: Type.Integer(),
    code: Type.Union(
      errorCodes.map((code) => Type.Literal(code)),
      { description: 'Stable; never changes with the language' },
    ),
    detail: Type.String({ description: 'What happened and what to do' }),
    instance: Type.String({ description: 'Id of the request, to be found in the log' }),
    errors: Type.Optional(
      Type.Array(
        Type.Object({
          pointer: Type.String({ description: 'JSON pointer (RFC 6901) into what was sent' }),
          code: Type.String(),
          detail: Type.String(),
          place: Type.Optional(
            Type.Array(Type.Number(), { description: 'Place on the ground, in the submitted coordinates' }),
          ),
          line: Type.Optional(Type.Integer({ description: 'In the text that was sent, from 1' })),
          column: Type.Optional(Type.Integer()),
        }),
      ),
    ),
  },
  { $id: 'Problem' },
);
