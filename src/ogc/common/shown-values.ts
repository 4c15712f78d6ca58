/**
 * The fields and values of a collection as people read them: codes of checks in words, moments in the time of the place,
 * what matters most first. Data clients get codes and moments as they are stored.
 */
import { isCheckCollection } from '../../checks/check-collections.js';
import { kindWords, stageWords, verdictWords } from '../../checks/report-fields.js';
import { chinaTime } from '../../core/china-time.js';
import type { Bilingual } from '../../core/errors.js';
import { findLayer } from '../../layers/catalogue.js';
import type { Field } from '../../layers/query/feature-table.js';
import type { Language } from '../standard.js';
import { type Cell, escapeHtml, say } from './pages.js';

export interface ShownField {
  name: string;
  title: string;
  /** The value as text; of null an empty one. */
  text(value: unknown): string;
  cell(value: unknown): Cell;
}

interface Code {
  title: Bilingual;
  words(code: string): Bilingual | undefined;
}

const inTable =
  (table: Readonly<Record<string, Bilingual>>): Code['words'] =>
  (code) =>
    table[code];

/** Fields of the collections of checks that hold codes. */
const codes: Readonly<Record<string, Code>> = {
  verdict: { title: { zh: '结论', en: 'Verdict' }, words: inTable(verdictWords) },
  stage: { title: { zh: '阶段', en: 'Stage' }, words: inTable(stageWords) },
  kind: { title: { zh: '类别', en: 'Kind of ground' }, words: inTable(kindWords) },
  layer: {
    title: { zh: '图层', en: 'Layer' },
    words(id) {
      const layer = findLayer(id);
      return layer && { zh: layer.nameZh, en: layer.nameEn };
    },
  },
};

/** Fields of checks in the order of reading: which check it is comes last. */
const order = [
  ...['parcel_id', 'verdict', 'layer', 'kind', 'title_zh', 'title_en', 'class_code', 'class_label'],
  ...['area_m2', 'requires_zh', 'document', 'article', 'detail_zh', 'detail_en'],
  ...[
    'net_area_m2',
    'undetermined_m2',
    'noise',
    'module',
    'rule',
    'feature_id',
    'bsm',
    'stage',
    'created_at',
  ],
  ...['rule_pack', 'rule_pack_version', 'layer_version', 'check_id'],
];

/** What a shape on the map says of itself, as far as it is there; after the class of the layer comes its area. */
const telling = ['parcel_id', 'verdict', 'layer', 'kind', 'title_zh', 'title_en', 'class_label'];

/** `fields`: those asked for. A text that is there in two languages comes in the one of the page. */
export function shownFields(collection: string, fields: readonly Field[], language: Language): ShownField[] {
  if (!isCheckCollection(collection)) return fields.map((field) => shownField(field, undefined, language));
  const names = new Set(fields.map(({ name }) => name));
  const place = ({ name }: Field): number => (order.includes(name) ? order.indexOf(name) : order.length);
  return fields
    .filter(({ name }) => !isSaid(name, names, language))
    .sort((a, b) => place(a) - place(b))
    .map((field) => shownField(field, codes[field.name], language));
}

/** A text of the other language whose partner is there, or words whose code is there, which is shown in words. */
function isSaid(name: string, names: ReadonlySet<string>, language: Language): boolean {
  const [, stem, end] = /^(.+)_(zh|en)$/.exec(name) ?? [];
  if (stem === undefined) return false;
  return names.has(stem) || (end !== language && names.has(`${stem}_${language}`));
}

function shownField({ name, type, title }: Field, code: Code | undefined, language: Language): ShownField {
  const moment = type === 'timestamp' ? say(language, '（北京时间）', ' (Beijing time)') : '';
  const text = (value: unknown): string => {
    if (value === null || value === undefined) return '';
    if (type === 'timestamp') return chinaTime(String(value));
    if (type === 'boolean') return value === true ? say(language, '是', 'yes') : say(language, '否', 'no');
    return code?.words(String(value))?.[language] ?? String(value);
  };
  const cell = (value: unknown): Cell => {
    if (code === codes.verdict) return { html: verdictSpan(value, verdictWords, language) };
    return type === 'number' || type === 'integer' ? { figure: text(value) } : text(value);
  };
  return { name, title: `${(code?.title ?? title)[language]}${moment}`, text, cell };
}

/** Markup: a verdict in words, in its colour. */
export function verdictSpan(
  code: unknown,
  words: Readonly<Record<string, Bilingual>>,
  language: Language,
): string {
  const text = inTable(words)(String(code))?.[language];
  return text === undefined
    ? escapeHtml(String(code ?? ''))
    : `<span class="verdict ${code}">${escapeHtml(text)}</span>`;
}

/** What pointing at a feature tells: which it is, of what class or verdict, how large. */
export function labelOf(
  collection: string,
  fields: readonly ShownField[],
  { id, properties }: { id: string; properties: Readonly<Record<string, unknown>> },
): string {
  const layer = findLayer(collection);
  const wanted = [...(layer ? [...layer.classFields, ...layer.labelFields, ...nameFields] : telling)];
  const texts = wanted.flatMap((name) => {
    const field = fields.find((one) => one.name === name);
    return field ? [field.text(properties[name])] : [];
  });
  const area = properties.area_m2;
  if (typeof area === 'number') texts.push(`${area} ㎡`);
  return [layer ? id : '', ...new Set(texts)].filter((text) => text !== '').join(' · ');
}

const nameFields = ['XZQMC', 'MC', 'XMMC', 'HXMC'];

/** The verdict of a feature of a check. */
export const verdictOf = (
  collection: string,
  { verdict }: Readonly<Record<string, unknown>>,
): { verdict?: string } => (isCheckCollection(collection) && typeof verdict === 'string' ? { verdict } : {});
