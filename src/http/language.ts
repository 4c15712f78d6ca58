/** Which language a person wants, and an answer with every text in it. Codes and figures never change with it. */
import type { Bilingual } from '../core/errors.js';

export type Language = 'zh' | 'en';

/** `T` with every two-language text as one string. */
export type Localized<T> = T extends Bilingual
  ? string
  : T extends readonly (infer Item)[]
    ? Localized<Item>[]
    : T extends object
      ? { -readonly [Key in keyof T]: Localized<T[Key]> }
      : T;

/**
 * The language of an `Accept-Language` header (RFC 9110 §12.5.4): the better weighted of zh and en, the first one
 * named at equal weight, Chinese when neither is named.
 */
export function preferredLanguage(header: string | undefined): Language {
  let best: Language = 'zh';
  let bestWeight = 0;
  for (const part of (header ?? '').slice(0, 500).split(',')) {
    const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
    const language = languageOf(range.trim());
    const weight = weightOf(parameters);
    if (language && weight > bestWeight) {
      best = language;
      bestWeight = weight;
    }
  }
  return best;
}

function languageOf(range: string): Language | undefined {
  if (range === '*') return 'zh';
  const primary = range.split('-')[0];
  return primary === 'zh' || primary === 'en' ? primary : undefined;
}

function weightOf(parameters: readonly string[]): number {
  const q = parameters.map((p) => p.trim()).find((p) => p.startsWith('q='));
  if (q === undefined) return 1;
  const weight = Number(q.slice(2));
  return weight >= 0 && weight <= 1 ? weight : 0;
}

/** Replaces every `{zh, en}` inside `value` by the text of one language. */
export function localize<T>(value: T, language: Language): Localized<T> {
  return translate(value, language) as Localized<T>;
}

const jsonText = '"[^"\\\\]*(?:\\\\.[^"\\\\]*)*"';
const bilingualInJson: Readonly<Record<Language, RegExp>> = {
  zh: new RegExp(`\\{(?:"zh":(${jsonText}),"en":${jsonText}|"en":${jsonText},"zh":(${jsonText}))\\}`, 'g'),
  en: new RegExp(`\\{(?:"zh":${jsonText},"en":(${jsonText})|"en":(${jsonText}),"zh":${jsonText})\\}`, 'g'),
};

/**
 * `localize` of an answer that is JSON text already (as `JSON.stringify` writes it, without white space), in a fifth of
 * the time that parsing, replacing and writing take. Inside a JSON string every quote is escaped, so `{"zh":` can
 * only be the beginning of an object.
 */
export const localizeJson = (json: string, language: Language): string =>
  json.replace(bilingualInJson[language], '$1$2');

function translate(value: unknown, language: Language): unknown {
  if (Array.isArray(value)) return value.map((item) => translate(item, language));
  if (typeof value !== 'object' || value === null) return value;
  if (isBilingual(value)) return value[language];
  // not by assignment: a key `__proto__` of a submitted file would be lost
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, translate(item, language)]));
}

function isBilingual(value: object): value is Bilingual {
  const keys = Object.keys(value);
  if (keys.length !== 2) return false;
  const { zh, en } = value as Partial<Bilingual>;
  return typeof zh === 'string' && typeof en === 'string';
}
