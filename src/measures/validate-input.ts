/**
 * Holds an input against its measure's schema: what is not there is listed as missing (the answer is then undetermined),
 * what is there and does not fit is refused with a JSON pointer. Nothing is coerced and nothing guessed.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import { AppError, type Bilingual, type InputFault } from '../core/errors.js';
import { isCalendarDate } from '../policy/in-force.js';
import type { Measure, MissingInput } from './measure-types.js';

const ajv = new Ajv2020({ allErrors: true, verbose: true, strict: false });
ajv.addFormat('date', isCalendarDate);
const validators = new Map<object, ValidateFunction>();

export const fault = (pointer: string, code: string, zh: string, en: string): InputFault => ({
  pointer,
  code,
  detail: { zh, en },
});

export const token = (name: string | number): string =>
  String(name).replaceAll('~', '~0').replaceAll('/', '~1');

export function refuseInput(measure: string, errors: readonly InputFault[]): AppError {
  const first = errors[0]!.detail;
  const codes = [...new Set(errors.map((one) => one.code))].join(', ');
  const detail =
    errors.length === 1
      ? first
      : {
          zh: `输入有 ${errors.length} 处错误，逐项见 errors；第一处：${first.zh}`,
          en: `The input has ${errors.length} faults, see errors. The first: ${first.en}`,
        };
  return new AppError('bad-input', `${measure}: ${codes}`, { detail, errors });
}

/** @returns what is missing; @throws AppError bad-input with every fault */
export function validateInput(measure: Pick<Measure, 'id' | 'input'>, input: unknown): MissingInput[] {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) {
    throw refuseInput(measure.id, [
      fault('', 'wrong-type', '输入应为一个 JSON 对象。', 'The input must be a JSON object.'),
    ]);
  }
  const schema = variantOf(measure, input as Record<string, unknown>);
  if (Array.isArray(schema)) return schema;
  let validate = validators.get(schema);
  if (!validate) {
    validate = ajv.compile(schema);
    validators.set(schema, validate);
  }
  if (validate(input)) return [];
  const errors = validate.errors ?? [];
  const faults = errors.filter((one) => !isMissing(one)).map(toFault);
  if (faults.length > 0) throw refuseInput(measure.id, onePerPlace(faults));
  return errors.map(toMissing);
}

/** A union is told apart by its member `kind`. */
function variantOf({ id, input: schema }: Pick<Measure, 'id' | 'input'>, input: Record<string, unknown>) {
  if (!('anyOf' in schema)) return schema;
  const variants = schema.anyOf as unknown as { properties: { kind: { const: string } }; title?: string }[];
  const kinds = variants.map((variant) => variant.properties.kind.const);
  const list = kinds.join(', ');
  if (input.kind === undefined) {
    return [
      {
        pointer: '/kind',
        detail: { zh: `缺少测算种类 kind，可取：${list}。`, en: `kind is missing; one of ${list}.` },
      },
    ];
  }
  const found = variants.find((variant) => variant.properties.kind.const === input.kind);
  if (found) return found;
  throw refuseInput(id, [
    fault('/kind', 'value-not-allowed', `kind 须为：${list}。`, `kind must be one of: ${list}.`),
  ]);
}

/** A quantity without its unit is a fault, not something missing: the number is there and says nothing. */
const isMissing = ({ keyword, parentSchema }: ErrorObject): boolean =>
  keyword === 'required' && !(parentSchema as { 'x-quantity'?: boolean })['x-quantity'];

function toMissing({ instancePath, params, parentSchema }: ErrorObject): MissingInput {
  const name = params.missingProperty as string;
  const { title, description } = (
    parentSchema as { properties: Record<string, { title?: string; description?: string }> }
  ).properties[name]!;
  return {
    pointer: `${instancePath}/${token(name)}`,
    detail: { zh: `缺少：${title ?? name}。`, en: `Missing: ${description ?? name}.` },
  };
}

const onePerPlace = (faults: readonly InputFault[]): InputFault[] =>
  faults.filter((one, i) => faults.findIndex((other) => other.pointer === one.pointer) === i);

const say = (zh: string, en: string): Bilingual => ({ zh, en });

function toFault(error: ErrorObject): InputFault {
  const { instancePath: pointer, keyword, params } = error;
  const quantity = (error.parentSchema as { 'x-quantity'?: boolean })['x-quantity'] === true;
  if (quantity && (keyword === 'type' || (keyword === 'required' && params.missingProperty === 'unit'))) {
    const units = quantityUnits(error.parentSchema as object);
    return {
      pointer,
      code: 'unit-missing',
      detail: say(
        `数值没有单位，应写为 {"value": 数值, "unit": 单位}，单位可取：${units}。`,
        `The number has no unit; write {"value": …, "unit": …} with one of: ${units}.`,
      ),
    };
  }
  switch (keyword) {
    case 'required':
      return fault(
        `${pointer}/${token(params.missingProperty)}`,
        'missing-member',
        '缺少数值。',
        'The value is missing.',
      );
    case 'additionalProperties':
      return fault(
        `${pointer}/${token(params.additionalProperty)}`,
        'unknown-member',
        `没有名为“${String(params.additionalProperty).slice(0, 80)}”的输入项，请检查拼写。`,
        `There is no input "${String(params.additionalProperty).slice(0, 80)}"; check its spelling.`,
      );
    case 'enum':
    case 'const': {
      const allowed = [params.allowedValues ?? params.allowedValue].flat().join(', ');
      return fault(
        pointer,
        'value-not-allowed',
        `取值须为：${allowed}。`,
        `The value must be one of: ${allowed}.`,
      );
    }
    case 'minimum':
      return params.limit === 0
        ? fault(pointer, 'negative-number', '数值不能为负。', 'The number must not be negative.')
        : fault(
            pointer,
            'out-of-range',
            `数值不能小于 ${params.limit}。`,
            `The number must be at least ${params.limit}.`,
          );
    case 'format':
      return fault(
        pointer,
        'not-a-date',
        '须为 YYYY-MM-DD 形式的公历日期。',
        'Give a calendar date as YYYY-MM-DD.',
      );
    case 'type': {
      const types = [params.type].flat().join(', ');
      return fault(pointer, 'wrong-type', `类型须为 ${types}。`, `The type must be ${types}.`);
    }
    default:
      return fault(
        pointer,
        'bad-member',
        `不符合要求：${error.message}。`,
        `Does not fit: ${error.message}.`,
      );
  }
}

const quantityUnits = (schema: object): string =>
  (schema as { properties: { unit: { enum: string[] } } }).properties.unit.enum.join(', ');
