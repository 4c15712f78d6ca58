/** Reads what the applicant says: from a parcel's properties, else from the parameters of the check. Nothing is guessed. */
import { dlbmCodes } from '../core/dlbm.js';
import type { Bilingual, InputFault } from '../core/errors.js';
import { ydyhCodes } from '../core/ydyh.js';
import { isInForce } from './in-force.js';
import { fault, token } from './pack-faults.js';
import type { FactFault, ParcelFacts } from './policy-types.js';
import type { FactDefinition, FactTest, ResolvedRulePack, Rule } from './rule-pack-types.js';

export type FactValue = string | number | boolean;

export type ReadFact =
  | { state: 'stated' | 'unstated'; value: FactValue }
  | { state: 'missing' | 'wrong'; fault: FactFault };

/** The facts of one parcel (or of the whole check), read when a rule asks for them. */
export interface FactReader {
  read(name: string): ReadFact;
  /** The label of a stated choice, the number with its unit, 是/否; 未说明 where nothing was said. */
  show(name: string): Bilingual;
}

export function readFacts(pack: ResolvedRulePack, facts: ParcelFacts, onDate: string): FactReader {
  const given = collectGiven(pack, facts);
  const known = new Map<string, ReadFact>();
  const read = (name: string): ReadFact => {
    let fact = known.get(name);
    if (!fact) {
      fact = readFact(name, pack.facts[name]!, given.get(name), onDate);
      known.set(name, fact);
    }
    return fact;
  };
  return { read, show: (name) => show(pack.facts[name]!, read(name)) };
}

/** Undefined where the test can not be answered because the fact is missing or wrong. */
export function holds(test: FactTest, facts: FactReader): boolean | undefined {
  const fact = facts.read(test.name);
  if ('fault' in fact) return undefined;
  const { value } = fact;
  return (
    (test.isOneOf?.some((wanted) => wanted === value) ?? false) ||
    (test.startsWith?.some((start) => String(value).startsWith(start)) ?? false)
  );
}

// names and aliases as in shapefiles: upper and lower case are the same
const namesOf = new WeakMap<ResolvedRulePack, ReadonlyMap<string, string>>();

function factNames(pack: ResolvedRulePack): ReadonlyMap<string, string> {
  let names = namesOf.get(pack);
  if (!names) {
    names = new Map(
      Object.entries(pack.facts).flatMap(([name, { aliases = [], type }]) =>
        type === 'land-use' ? [] : [name, ...aliases].map((other) => [other.toLowerCase(), name] as const),
      ),
    );
    namesOf.set(pack, names);
  }
  return names;
}

function collectGiven(pack: ResolvedRulePack, facts: ParcelFacts): Map<string, unknown> {
  const given = new Map<string, unknown>();
  const names = factNames(pack);
  for (const from of [facts.project ?? {}, facts.properties])
    for (const [key, value] of Object.entries(from)) {
      const name = names.get(key.toLowerCase());
      if (name !== undefined && value !== null && value !== '') given.set(name, value);
    }
  for (const [name, { type }] of Object.entries(pack.facts))
    if (type === 'land-use' && facts.landUse !== null) given.set(name, facts.landUse);
  return given;
}

function readFact(name: string, definition: FactDefinition, given: unknown, onDate: string): ReadFact {
  const { label, unstated } = definition;
  if (given === undefined)
    return unstated === undefined
      ? missing(name, definition, onDate)
      : { state: 'unstated', value: unstated };
  const value = parse(definition, given, onDate);
  if (value !== undefined) return { state: 'stated', value };
  const shown = String(typeof given === 'object' ? JSON.stringify(given) : given).slice(0, 60);
  return {
    state: 'wrong',
    fault: {
      ...{ fact: name, label, why: 'wrong', given: shown },
      detail:
        definition.type === 'land-use'
          ? explainLandUse(shown)
          : explainValue(name, definition, shown, onDate),
    },
  };
}

// the same for every parcel that says nothing: written once per definition and day
const missingFacts = new WeakMap<FactDefinition, Map<string, ReadFact>>();

function missing(name: string, definition: FactDefinition, onDate: string): ReadFact {
  const byDay = missingFacts.get(definition) ?? new Map<string, ReadFact>();
  missingFacts.set(definition, byDay);
  let fact = byDay.get(onDate);
  if (!fact) {
    const { label } = definition;
    const detail = {
      zh: `未说明“${label.zh}”（${name}）${allowedZh(definition, onDate)}。`,
      en: `"${label.en}" (${name}) is not stated${allowedEn(definition, onDate)}.`,
    };
    fact = { state: 'missing', fault: { fact: name, label, why: 'missing', detail } };
    byDay.set(onDate, fact);
  }
  return fact;
}

// the name of a use as the list has it stands for its code (国土 TXT files write names)
const codeByLabel: ReadonlyMap<string, string> = new Map(
  [...ydyhCodes.values()].flatMap(({ label, code }) => (label === null ? [] : [[label, code] as const])),
);

/** The 用地用海 code that a code or a name of that list stands for. */
export const readLandUse = (text: string): string | undefined =>
  ydyhCodes.has(text.trim()) ? text.trim() : codeByLabel.get(text.trim());

const booleans: ReadonlyMap<string, boolean> = new Map([
  ...['true', '1', '是', 'yes'].map((word) => [word, true] as const),
  ...['false', '0', '否', 'no'].map((word) => [word, false] as const),
]);

function parse(
  { type, choices = {} }: FactDefinition,
  given: unknown,
  onDate: string,
): FactValue | undefined {
  const text = String(given).trim();
  switch (type) {
    case 'boolean':
      return booleans.get(text.toLowerCase());
    case 'number': {
      const number = text === '' ? Number.NaN : Number(text);
      return Number.isFinite(number) && number >= 0 ? number : undefined;
    }
    case 'land-use':
      return readLandUse(text);
    case 'choice':
      return Object.entries(choices).find(
        ([key, { label, ...dates }]) =>
          isInForce(dates, onDate) && [key, label.zh, label.en].some((name) => name === text),
      )?.[0];
  }
}

function explainValue(name: string, definition: FactDefinition, shown: string, onDate: string): Bilingual {
  const { label } = definition;
  return {
    zh: `“${label.zh}”（${name}）的值“${shown}”不可识别${allowedZh(definition, onDate)}。`,
    en: `The value "${shown}" of "${label.en}" (${name}) cannot be read${allowedEn(definition, onDate)}.`,
  };
}

/** A code of the other list is named as such: the same digits mean other things there. */
export function explainLandUse(code: string): Bilingual {
  const survey = dlbmCodes.get(code);
  if (survey)
    return {
      zh: `用途代码“${code}”是三调地类（${survey.label}），不是用地用海代码，未作换算，请填用地用海分类代码。`,
      en: `The land use "${code}" is a survey class (DLBM), no 用地用海 code; it is not converted. Give the 用地用海 code.`,
    };
  return {
    zh: `用途代码“${code}”不在用地用海分类（2023版）之内，请核对。`,
    en: `The land use "${code}" is no code of the 用地用海 list (2023 edition); check it.`,
  };
}

function allowedChoices(
  { type, choices = {} }: FactDefinition,
  onDate: string,
  language: 'zh' | 'en',
): string {
  if (type === 'boolean') return 'true | false';
  if (type === 'number') return '≥ 0';
  if (type === 'land-use') return language === 'zh' ? '用地用海代码' : 'a 用地用海 code';
  return Object.entries(choices)
    .filter(([, choice]) => isInForce(choice, onDate))
    .map(([key, { label }]) => `${key}（${label[language]}）`)
    .join(language === 'zh' ? '、' : ', ');
}

const unitOf = ({ unit }: FactDefinition, language: 'zh' | 'en'): string =>
  unit === undefined
    ? ''
    : { m2: { zh: '，单位㎡', en: ', in m²' }, years: { zh: '，单位年', en: ', in years' } }[unit][language];

const allowedZh = (definition: FactDefinition, onDate: string): string =>
  `，可填：${allowedChoices(definition, onDate, 'zh')}${unitOf(definition, 'zh')}`;
const allowedEn = (definition: FactDefinition, onDate: string): string =>
  `; it may be ${allowedChoices(definition, onDate, 'en').replaceAll('（', ' (').replaceAll('）', ')')}${unitOf(definition, 'en')}`;

function show({ choices = {} }: FactDefinition, fact: ReadFact): Bilingual {
  if ('fault' in fact) return { zh: '未说明', en: 'not stated' };
  const { value } = fact;
  if (typeof value === 'boolean') return value ? { zh: '是', en: 'yes' } : { zh: '否', en: 'no' };
  return choices[String(value)]?.label ?? { zh: String(value), en: String(value) };
}

/** Faults of what was said for a whole check: names that no fact has, values that can not be read. */
export function projectFactFaults(
  pack: ResolvedRulePack,
  project: Readonly<Record<string, unknown>>,
  onDate: string,
): InputFault[] {
  const names = factNames(pack);
  const reader = readFacts(pack, { landUse: null, properties: {}, project }, onDate);
  return Object.keys(project).flatMap((key) => {
    const pointer = `/query/facts/${token(key)}`;
    const name = names.get(key.toLowerCase());
    if (name === undefined) {
      const known = Object.keys(pack.facts).filter((one) => pack.facts[one]!.type !== 'land-use');
      const zh = `规则包没有名为“${key}”的申报项，可用：${known.join('、')}。`;
      return [
        fault(pointer, 'unknown-fact', zh, `The pack has no fact "${key}"; there are: ${known.join(', ')}.`),
      ];
    }
    const fact = reader.read(name);
    return 'fault' in fact ? [{ pointer, code: 'wrong-fact', detail: fact.fault.detail }] : [];
  });
}

/** Facts that the answer of a rule depends on. */
export function factsRead(rule: Rule, pack: ResolvedRulePack): string[] {
  const selective = Object.keys(pack.facts).filter((name) => pack.facts[name]!.selective);
  const { of, against } = rule.when;
  const tests = [
    ...(rule.applies ?? []),
    ...(rule.variants ?? []).flatMap((variant) => variant.facts),
    ...(against?.applies ?? []),
  ];
  const named = [
    ...[...tests.map((test) => test.name), ...(rule.needs ?? [])],
    ...[of ?? [], against?.stated ?? []].flat(),
  ];
  return [...new Set([...selective, ...named])];
}

/** What was said that can not hold together. */
export function contradictionsIn(
  pack: ResolvedRulePack,
  facts: FactReader,
): { id: string; facts: string[]; text: Bilingual }[] {
  return pack.contradictions
    .filter((one) => one.facts.every((test) => holds(test, facts) === true))
    .map(({ id, facts: tests, text }) => ({ id, facts: tests.map((test) => test.name), text }));
}
