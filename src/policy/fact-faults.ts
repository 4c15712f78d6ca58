/** Facts that rules read but nobody defined, values that no choice has, numbers without a unit: each with its place. */
import type { InputFault } from '../core/errors.js';
import { ydyhCodes } from '../core/ydyh.js';
import { absent, fault, token } from './pack-faults.js';
import { factsShown } from './render-text.js';
import type { FactDefinition, FactTest, PolicyDocument, Rule, RulePack } from './rule-pack-types.js';

type Facts = Readonly<Record<string, FactDefinition>>;

export function factFaults(
  pack: RulePack,
  here: string,
  facts: Facts,
  documents: Readonly<Record<string, PolicyDocument>>,
): InputFault[] {
  const { rules = [], amend = [], contradictions = [] } = pack;
  return [
    ...Object.entries(pack.facts ?? {}).flatMap(([name, definition]) =>
      definitionFaults(definition, `${here}/facts/${token(name)}`, documents),
    ),
    ...rules.flatMap((rule, i) => ruleFaults(rule, `${here}/rules/${i}`, facts)),
    ...amend.flatMap(({ variants = [], detail, requires }, i) => [
      ...variantFaults(variants, `${here}/amend/${i}/variants`, facts),
      ...textFaults({ detail, requires }, `${here}/amend/${i}`, facts),
    ]),
    ...contradictions.flatMap(({ facts: tests }, i) =>
      testFaults(tests, `${here}/contradictions/${i}/facts`, facts),
    ),
  ];
}

/** 原则上 never prohibits, not even after an amendment. */
export function principleFaults({ inPrinciple, verdict }: Rule, at: string): InputFault[] {
  if (!inPrinciple || !Object.values(verdict).includes('prohibited')) return [];
  return [
    fault(
      at,
      'in-principle-prohibits',
      '“原则上”的规则只能为 attention，并须说明理由，不得为 prohibited。',
      'A rule that holds in principle (原则上) can only be attention with a reason, never prohibited.',
    ),
  ];
}

function definitionFaults(
  { type, unit, choices, unstated, selective }: FactDefinition,
  at: string,
  documents: Readonly<Record<string, PolicyDocument>>,
): InputFault[] {
  const faults: InputFault[] = [];
  const say = (member: string, code: string, zh: string, en: string): void =>
    void faults.push(fault(`${at}/${member}`, code, zh, en));
  if (type === 'number' && unit === undefined)
    say('unit', 'no-unit', '数值须注明单位。', 'A number needs a unit.');
  if (type !== 'number' && unit !== undefined)
    say('unit', 'unit-without-number', '只有数值有单位。', 'Only a number has a unit.');
  if ((type === 'choice') !== (choices !== undefined))
    say('choices', 'choices', 'choice 类型须且只须给出 choices。', 'Type choice, and no other, has choices.');
  const isAllowed =
    unstated === undefined ||
    (type === 'boolean' && typeof unstated === 'boolean') ||
    (type === 'choice' && choices !== undefined && Object.hasOwn(choices, String(unstated)));
  if (!isAllowed)
    say('unstated', 'value-not-allowed', '默认值不是允许的取值。', 'It is none of the permitted values.');
  if (selective && unstated === undefined)
    say('selective', 'no-default', 'selective 须与 unstated 同用。', 'selective needs unstated.');
  for (const [key, { source }] of Object.entries(choices ?? {}))
    if (source && !Object.hasOwn(documents, source.document))
      faults.push(absent(`${at}/choices/${token(key)}/source/document`, 'unknown-document', source.document));
  return faults;
}

function ruleFaults(rule: Rule, at: string, facts: Facts): InputFault[] {
  const { applies = [], needs = [], variants = [], when } = rule;
  const isArea = (name: string): boolean => facts[name]?.type === 'number' && facts[name].unit === 'm2';
  const { applies: counterTests = [], stated } = when.against ?? {};
  return [
    ...testFaults(applies, `${at}/applies`, facts),
    ...needs.flatMap((name, i) =>
      Object.hasOwn(facts, name) ? [] : [absent(`${at}/needs/${i}`, 'unknown-fact', name)],
    ),
    ...variantFaults(variants, `${at}/variants`, facts),
    ...testFaults(counterTests, `${at}/when/against/applies`, facts),
    ...(stated !== undefined && !isArea(stated)
      ? [absent(`${at}/when/against/stated`, 'unknown-fact', stated)]
      : []),
    ...(when.of !== undefined && (when.unit !== 'share' || !isArea(when.of))
      ? [absent(`${at}/when/of`, 'unknown-fact', when.of)]
      : []),
    ...textFaults({ ...rule, variants: undefined }, at, facts),
    ...principleFaults(rule, `${at}/verdict`),
  ];
}

const variantFaults = (variants: NonNullable<Rule['variants']>, at: string, facts: Facts): InputFault[] =>
  variants.flatMap((variant, i) => [
    ...testFaults(variant.facts, `${at}/${i}/facts`, facts),
    ...textFaults(variant, `${at}/${i}`, facts),
  ]);

function testFaults(tests: readonly FactTest[], at: string, facts: Facts): InputFault[] {
  return tests.flatMap(({ name, isOneOf = [], startsWith }, i) => {
    const definition = Object.hasOwn(facts, name) ? facts[name]! : undefined;
    if (!definition) return [absent(`${at}/${i}/name`, 'unknown-fact', name)];
    const { type, choices = {} } = definition;
    if (type === 'number') return [absent(`${at}/${i}/name`, 'no-test-of-numbers', name)];
    if (startsWith && type !== 'land-use')
      return [absent(`${at}/${i}/startsWith`, 'no-code', startsWith.join(', '))];
    if (type === 'land-use') return codeFaults({ isOneOf, ...(startsWith && { startsWith }) }, `${at}/${i}`);
    return isOneOf.flatMap((value, j) => {
      const known =
        type === 'boolean'
          ? typeof value === 'boolean'
          : typeof value === 'string' && Object.hasOwn(choices, value);
      return known ? [] : [absent(`${at}/${i}/isOneOf/${j}`, 'unknown-value', String(value))];
    });
  });
}

const codeFaults = (test: Pick<FactTest, 'isOneOf' | 'startsWith'>, at: string): InputFault[] =>
  (['isOneOf', 'startsWith'] as const).flatMap((member) =>
    (test[member] ?? []).flatMap((code, j) =>
      ydyhCodes.has(String(code)) ? [] : [absent(`${at}/${member}/${j}`, 'unknown-code', String(code))],
    ),
  );

/** `{fact:…}` of a fact that is not defined would print nothing. */
function textFaults(value: unknown, at: string, facts: Facts): InputFault[] {
  if (typeof value === 'string')
    return factsShown(value)
      .filter((name) => !Object.hasOwn(facts, name))
      .map((name) => absent(at, 'unknown-fact', name));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textFaults(inner, `${at}/${token(key)}`, facts));
}
