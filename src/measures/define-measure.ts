/** Ties a measure's schema to the type its work sees. */
import type { Static, TObject, TSchema, TUnion } from 'typebox';
import type { Measure, MeasureContext, MeasureParts, Outcome } from './measure-types.js';
import { DOCUMENTS_FROM } from './sources.js';

type Spec<Input extends TObject | TUnion, Result extends TSchema> = Omit<
  Measure,
  'input' | 'result' | 'run' | 'suggestion' | 'layers' | 'effectiveFrom' | 'givesGround'
> & {
  input: Input;
  result: Result;
  suggestion?: boolean;
  layers?: readonly string[];
  givesGround?: boolean;
  run(parts: MeasureParts, input: Static<Input>, context: MeasureContext): Promise<Outcome>;
};

export const defineMeasure = <Input extends TObject | TUnion, Result extends TSchema>(
  spec: Spec<Input, Result>,
): Measure =>
  ({
    ...{ suggestion: false, layers: [], givesGround: false, effectiveFrom: DOCUMENTS_FROM },
    ...spec,
  }) as unknown as Measure;
