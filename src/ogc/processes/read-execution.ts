/** An execute request (OGC 18-062r2 §7.11): read strictly, every fault in one answer. Inputs come by value only: no address that a client names is ever fetched. */
import { Ajv, type AnySchema, type ErrorObject } from 'ajv';
import addFormats from 'ajv-formats';
import type { InputFault } from '../../core/errors.js';
import { JSON_TYPE } from '../media.js';
import { badExecution, fault } from './process-faults.js';
import type { Process, ProcessInput } from './process-types.js';

export interface Execution {
  inputs: Readonly<Record<string, unknown>>;
  /** Names of the outputs wanted. */
  outputs: readonly string[];
  response: 'raw' | 'document';
}

const ajv = new Ajv({ strict: false, allErrors: true });
addFormats.default(ajv);

export function readExecution(process: Process, body: Uint8Array | undefined): Execution {
  const request = readObject(body);
  const faults: InputFault[] = [];
  for (const name of Object.keys(request)) {
    if (name === 'inputs' || name === 'outputs' || name === 'response') continue;
    faults.push(
      name === 'subscriber'
        ? fault(
            '/subscriber',
            'not-offered',
            '不提供回调，请查询任务状态',
            'callbacks are not offered: ask for the status of the job',
          )
        : fault(
            `/${name.slice(0, 80)}`,
            'unknown-member',
            '执行请求没有此成员',
            'an execute request has no such member',
          ),
    );
  }
  const inputs = readInputs(process, request.inputs ?? {}, faults);
  const outputs = readOutputs(process, request.outputs, faults);
  const { response = 'raw' } = request;
  if (response !== 'raw' && response !== 'document')
    faults.push(fault('/response', 'bad-value', '应为 raw 或 document', 'it must be raw or document'));
  if (faults.length > 0) throw badExecution(faults.slice(0, 100));
  return { inputs, outputs, response: response as Execution['response'] };
}

function readObject(body: Uint8Array = new Uint8Array()): Record<string, unknown> {
  if (isDeep(body))
    throw badExecution([
      fault('', 'too-deep', `嵌套超过 ${MAX_DEPTH} 层`, `it is nested deeper than ${MAX_DEPTH}`),
    ]);
  let value: unknown;
  try {
    // a sign that is no UTF-8 would be stored as another one: the names of parcels in GBK
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(body));
  } catch {
    const [zh, en] = ['请求体不是 UTF-8 编码的合法 JSON', 'the body is not valid JSON in UTF-8'];
    throw badExecution([fault('', 'bad-json', zh, en)]);
  }
  if (isObject(value)) return value;
  throw badExecution([fault('', 'bad-json', '请求体应为 JSON 对象', 'the body must be a JSON object')]);
}

/** Far deeper than a collection of geometries. Inputs are written again to be stored, which takes a call for each level. */
const MAX_DEPTH = 200;

const [QUOTE, BACKSLASH] = [34, 92];
/** Of brackets and braces. */
const [OPEN, CLOSE] = [new Set([91, 123]), new Set([93, 125])];

/** Told from the bytes: reading what is too deep may fail as well. */
function isDeep(json: Uint8Array): boolean {
  let depth = 0;
  let inText = false;
  for (let at = 0; at < json.length; at++) {
    const sign = json[at]!;
    if (sign === QUOTE) inText = !inText;
    else if (inText) at += sign === BACKSLASH ? 1 : 0;
    else if (OPEN.has(sign) && ++depth > MAX_DEPTH) return true;
    else if (CLOSE.has(sign)) depth--;
  }
  return false;
}

function readInputs(process: Process, given: unknown, faults: InputFault[]): Record<string, unknown> {
  const inputs: Record<string, unknown> = {};
  if (!isObject(given)) {
    faults.push(fault('/inputs', 'bad-value', 'inputs 应为对象', 'inputs must be an object'));
    return inputs;
  }
  for (const [name, value] of Object.entries(given)) {
    const input = Object.hasOwn(process.inputs, name) ? process.inputs[name] : undefined;
    const pointer = `/inputs/${name.slice(0, 80)}`;
    if (!input) {
      const known = Object.keys(process.inputs).join(', ');
      faults.push(
        fault(
          pointer,
          'unknown-input',
          `没有此输入，可用：${known}`,
          `there is no such input; inputs: ${known}`,
        ),
      );
    } else inputs[name] = readInput(input, value, pointer, faults);
  }
  for (const [name, { required }] of Object.entries(process.inputs)) {
    if (required && !Object.hasOwn(given, name))
      faults.push(fault(`/inputs/${name}`, 'missing-input', '缺少必需的输入', 'this input is required'));
  }
  return inputs;
}

function readInput(input: ProcessInput, value: unknown, pointer: string, faults: InputFault[]): unknown {
  if (isObject(value) && typeof value.href === 'string') {
    faults.push(
      fault(
        pointer,
        'by-reference',
        '输入只能直接给出，不接受 href（服务从不访问客户给出的地址）',
        'inputs come by value, not by href: no address that a client names is fetched',
      ),
    );
    return undefined;
  }
  const qualified = readQualified(value);
  if (input.readByProcess) return qualified.value;
  const validate = validatorOf(input.schema);
  if (validate(qualified.value)) {
    faults.push(...formatFaults(input, qualified.format, pointer));
    return qualified.value;
  }
  const { errors } = validate;
  // an object with a member of that name may be meant as it stands
  if (validate(value)) return value;
  for (const error of (errors ?? []).slice(0, 10)) faults.push(toFault(pointer, error));
  return qualified.value;
}

interface Qualified {
  value: unknown;
  format: Readonly<Record<string, unknown>>;
}

/**
 * A qualified value `{value, mediaType?, encoding?, schema?}` stands for its value. Drafts of the standard, and the test
 * suite of OGC, put the last three into `format`.
 */
function readQualified(given: unknown): Qualified {
  const plain = { value: given, format: {} };
  if (!isObject(given) || !('value' in given)) return plain;
  const { value, format, ...rest } = given;
  if (format !== undefined && !isObject(format)) return plain;
  const stated = { ...format, ...rest };
  const known = Object.keys(stated).every((name) => ['mediaType', 'encoding', 'schema'].includes(name));
  return known ? { value, format: stated } : plain;
}

/** A medium or an encoding that is stated must be that of the description. */
function formatFaults({ schema }: ProcessInput, { mediaType, encoding }: Qualified['format'], at: string) {
  const { contentMediaType, contentEncoding } = schema as Readonly<Record<string, unknown>>;
  const differs = (stated: unknown, wanted: unknown): boolean =>
    stated !== undefined && wanted !== undefined && stated !== wanted;
  return [
    ...(differs(mediaType, contentMediaType) ? [['mediaType', contentMediaType]] : []),
    ...(differs(encoding, contentEncoding) ? [['encoding', contentEncoding]] : []),
  ].map(([name, wanted]) =>
    fault(`${at}/${name}`, 'bad-value', `值不符合要求：${wanted}`, `the value does not fit: ${wanted}`),
  );
}

function toFault(pointer: string, { instancePath, message = '', params }: ErrorObject): InputFault {
  const allowed = (params as { allowedValues?: unknown[] }).allowedValues;
  const wanted = allowed ? allowed.join(' | ') : message;
  return fault(
    `${pointer}${instancePath}`,
    'bad-value',
    `值不符合要求：${wanted}`,
    `the value does not fit: ${wanted}`,
  );
}

function readOutputs(process: Process, given: unknown, faults: InputFault[]): string[] {
  const known = Object.keys(process.outputs);
  if (given === undefined) return known;
  if (!isObject(given)) {
    faults.push(fault('/outputs', 'bad-value', 'outputs 应为对象', 'outputs must be an object'));
    return known;
  }
  for (const [name, value] of Object.entries(given)) {
    const pointer = `/outputs/${name.slice(0, 80)}`;
    if (!known.includes(name))
      faults.push(
        fault(
          pointer,
          'unknown-output',
          `没有此输出，可用：${known.join(', ')}`,
          `there is no such output; outputs: ${known.join(', ')}`,
        ),
      );
    else if (isObject(value) && value.transmissionMode === 'reference')
      faults.push(
        fault(pointer, 'by-reference', '只提供 transmissionMode=value', 'outputs come by value only'),
      );
    else if (isObject(value) && !isOffered(process.outputs[name]!.schema, value.format))
      faults.push(
        fault(
          `${pointer}/format`,
          'not-offered',
          '不提供此格式，只有 JSON',
          'this format is not offered: outputs are JSON',
        ),
      );
  }
  return Object.keys(given);
}

/** Whether an output comes in the medium that is asked for. */
function isOffered(schema: object, format: unknown): boolean {
  const { mediaType } = isObject(format) ? format : {};
  const { contentMediaType, type } = schema as Readonly<Record<string, unknown>>;
  const own = [JSON_TYPE, contentMediaType, ...(type === 'string' ? ['text/plain'] : [])];
  return mediaType === undefined || own.includes(mediaType);
}

const validators = new WeakMap<object, ReturnType<typeof ajv.compile>>();

function validatorOf(schema: object): ReturnType<typeof ajv.compile> {
  let validate = validators.get(schema);
  if (!validate) {
    validate = ajv.compile(schema as AnySchema);
    validators.set(schema, validate);
  }
  return validate;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
