/**
 * Parsed JSON → rule pack or class table, or every fault at once with its JSON pointer. What only shows once packs are put
 * together (unknown documents, tables, inherited rules) is left to `find-rule-pack.ts`.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { InputFault } from '../core/errors.js';
import { packageRoot } from '../core/package-root.js';
import { isCalendarDate } from './in-force.js';
import { badRulePack, fault, token } from './pack-faults.js';
import type { PackTestFile } from './pack-tests.js';
import { placeholderNames, unknownPlaceholders } from './render-text.js';
import type { ClassTable, InForce, Rule, RulePack } from './rule-pack-types.js';

// The JSON files ship beside the sources and are read from there by the build too: the compiler does not copy them.
const schemaFolder = join(packageRoot, 'src', 'policy', 'packs', 'schemas');
interface Validators {
  pack: ValidateFunction<RulePack>;
  table: ValidateFunction<ClassTable>;
  tests: ValidateFunction<PackTestFile>;
}
let validators: Validators | undefined;

function loadValidators(): Validators {
  if (validators) return validators;
  const ajv = new Ajv2020({
    allErrors: true,
    discriminator: true,
    allowUnionTypes: true,
    strictRequired: false,
  });
  ajv.addFormat('date', isCalendarDate);
  const read = (name: string): object => JSON.parse(readFileSync(join(schemaFolder, name), 'utf8'));
  validators = {
    pack: ajv.compile<RulePack>(read('rule-pack.schema.json')),
    table: ajv.compile<ClassTable>(read('class-table.schema.json')),
    tests: ajv.compile<PackTestFile>(read('rule-pack-tests.schema.json')),
  };
  return validators;
}

/**
 * @param json a parsed JSON value; `name` is said in the error (a file name, never a path)
 * @throws AppError bad-rule-pack with one entry in `facts.errors` per fault
 */
export function readRulePack(json: unknown, name = 'rule pack'): RulePack {
  const { pack: validate } = loadValidators();
  if (!validate(json)) throw badRulePack(name, toFaults(validate.errors ?? []));
  const faults = packFaults(json);
  if (faults.length > 0) throw badRulePack(name, faults);
  return json;
}

/** As `readRulePack`, for class tables. */
export function readClassTable(json: unknown, name = 'class table'): ClassTable {
  const { table: validate } = loadValidators();
  if (!validate(json)) throw badRulePack(name, toFaults(validate.errors ?? []));
  const faults = tableFaults(json);
  if (faults.length > 0) throw badRulePack(name, faults);
  return json;
}

/** As `readRulePack`, for pack tests; whether they hold is for `pack-tests.ts`. */
export function readPackTests(json: unknown, name = 'pack tests'): PackTestFile {
  const { tests: validate } = loadValidators();
  if (!validate(json)) throw badRulePack(name, toFaults(validate.errors ?? []));
  return json;
}

function toFaults(errors: readonly ErrorObject[]): InputFault[] {
  // what an `if` decided says itself what is wrong
  const faults = errors.filter(({ keyword }) => keyword !== 'if').map(toFault);
  // a wrong member name also fails its pattern under the same pointer: the first is enough
  return faults.filter((one, i) => faults.findIndex((other) => other.pointer === one.pointer) === i);
}

function toFault({ instancePath: at, keyword, params, message }: ErrorObject): InputFault {
  switch (keyword) {
    case 'required': {
      const member = params.missingProperty as string;
      return fault(
        `${at}/${token(member)}`,
        'missing-member',
        `缺少成员“${member}”。`,
        `Member "${member}" is missing.`,
      );
    }
    case 'additionalProperties': {
      const member = params.additionalProperty as string;
      return fault(
        `${at}/${token(member)}`,
        'unknown-member',
        `成员“${member}”不在格式之内，请检查拼写或删除。`,
        `Member "${member}" is not part of the format; check its spelling or remove it.`,
      );
    }
    case 'enum':
    case 'const': {
      const allowed = [params.allowedValues ?? params.allowedValue].flat().join(', ');
      return fault(
        at,
        'value-not-allowed',
        `取值须为：${allowed}。`,
        `The value must be one of: ${allowed}.`,
      );
    }
    case 'discriminator':
      return fault(
        `${at}/${token(params.tag as string)}`,
        'value-not-allowed',
        '取值须为：parcel, overlap, outside, classes, zone, attribute。',
        'The value must be one of: parcel, overlap, outside, classes, zone, attribute.',
      );
    case 'type': {
      const types = [params.type].flat().join(', ');
      return fault(at, 'wrong-type', `类型须为 ${types}。`, `The type must be ${types}.`);
    }
    case 'format':
      return fault(
        at,
        'not-a-date',
        '须为 YYYY-MM-DD 形式的公历日期。',
        'Give a calendar date as YYYY-MM-DD.',
      );
    default:
      return fault(at, 'bad-member', `不符合格式要求：${message}。`, `Breaks the format: ${message}.`);
  }
}

function intervalFaults(what: InForce, at: string): InputFault[] {
  if ((what.effectiveFrom ?? '') <= (what.effectiveTo ?? '9999')) return [];
  return [
    fault(`${at}/effectiveTo`, 'ends-before-start', '失效日期早于生效日期。', 'It ends before it begins.'),
  ];
}

function repeated(names: readonly string[], at: (i: number) => string): InputFault[] {
  return names.flatMap((name, i) =>
    names.indexOf(name) === i
      ? []
      : [fault(at(i), 'repeated', `“${name}”重复出现。`, `"${name}" appears twice.`)],
  );
}

function packFaults(pack: RulePack): InputFault[] {
  const rules = pack.rules ?? [];
  const amendments = pack.amend ?? [];
  const layers = pack.layers ?? [];
  const faults = [
    ...intervalFaults(pack, ''),
    ...Object.entries(pack.documents).flatMap(([key, document]) =>
      intervalFaults(document, `/documents/${token(key)}`),
    ),
    ...repeated(
      layers.map((need) => need.layer),
      (i) => `/layers/${i}/layer`,
    ),
    ...repeated(
      rules.map((rule) => rule.id),
      (i) => `/rules/${i}/id`,
    ),
    ...repeated(
      amendments.map((amendment) => amendment.rule),
      (i) => `/amend/${i}/rule`,
    ),
    ...rules.flatMap((rule, i) => ruleFaults(rule, `/rules/${i}`)),
    ...templateFaults(amendments, '/amend'),
  ];
  if (pack.extends === undefined && amendments.length > 0)
    faults.push(fault('/amend', 'nothing-to-amend', 'amend 须与 extends 同用。', 'amend needs extends.'));
  return faults;
}

function ruleFaults(rule: Rule, at: string): InputFault[] {
  const faults = [...intervalFaults(rule, at), ...templateFaults(rule, at)];
  const { measure } = rule;
  if (measure.kind === 'parcel' && (rule.basis === 'net' || rule.required))
    faults.push(
      fault(
        `${at}/measure/kind`,
        'no-layer',
        '以宗地自身面积判定的规则不读取图层，不得设 required 或净面积。',
        'A rule on the parcel itself reads no layer: neither `required` nor a net area.',
      ),
    );
  if (rule.breakdown && measure.kind !== 'classes')
    faults.push(
      fault(
        `${at}/breakdown`,
        'no-classes',
        'breakdown 只用于按地类判定的规则。',
        'breakdown goes with rules that read classes.',
      ),
    );
  if (measure.kind === 'classes' && (measure.codes === undefined) === (measure.groups === undefined))
    faults.push(
      fault(
        `${at}/measure`,
        'codes-or-groups',
        'codes 与 groups 须且只须给出一项。',
        'Give either codes or groups, and not both.',
      ),
    );
  if (measure.kind === 'outside' && rule.basis === 'net')
    faults.push(
      fault(
        `${at}/basis`,
        'no-net-outside',
        '图层之外的面积没有净面积。',
        'Ground outside a layer has no net area.',
      ),
    );
  if (rule.when.against && (rule.scope !== 'check' || rule.when.unit !== 'share' || rule.when.of))
    faults.push(
      fault(
        `${at}/when/against`,
        'against-without-share',
        'against 只用于 scope 为 check、单位为 share 的规则，且不与 of 同用。',
        'against goes with scope check and unit share, and not with of.',
      ),
    );
  return faults;
}

/** Walks to every {zh, en} below, so that no text is left out of the check by being added later. */
function templateFaults(value: unknown, at: string): InputFault[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const pointer = `${at}/${token(key)}`;
    if (typeof inner !== 'string' || (key !== 'zh' && key !== 'en')) return templateFaults(inner, pointer);
    return unknownPlaceholders(inner).map((name) =>
      fault(
        pointer,
        'unknown-placeholder',
        `占位符“${name}”不存在，可用：${placeholderNames.join(', ')}。`,
        `There is no placeholder "${name}"; there are: ${placeholderNames.join(', ')}.`,
      ),
    );
  });
}

function tableFaults(table: ClassTable): InputFault[] {
  const faults = intervalFaults(table, '');
  for (const [code, option] of Object.entries(table.options ?? {})) {
    const at = `/options/${token(code)}`;
    if (!option.choices.includes(option.default))
      faults.push(
        fault(`${at}/default`, 'value-not-allowed', '默认值不在 choices 之内。', 'It is not one of choices.'),
      );
    option.choices.forEach((group, i) => {
      if (!Object.hasOwn(table.groups, group))
        faults.push(
          fault(
            `${at}/choices/${i}`,
            'unknown-group',
            `没有分组“${group}”。`,
            `There is no group "${group}".`,
          ),
        );
      else if (table.groups[group]!.codes.includes(code))
        faults.push(
          fault(
            `${at}/choices/${i}`,
            'repeated',
            `编码“${code}”既列为选项又列入分组“${group}”。`,
            `Code "${code}" is an option and fixed in group "${group}" as well.`,
          ),
        );
    });
  }
  return faults;
}
