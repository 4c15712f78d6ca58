/**
 * Fills the templates of rules with figures, in Chinese and English. The placeholders are a closed list, checked when a
 * pack is read, so that no `{…}` ever reaches a signed page.
 */
import type { Bilingual } from '../core/errors.js';
import { roundHalfUp, toHa, toM2, toMu } from '../core/units.js';
import type { FactFault, FindingClass, FindingPart, FindingRidges } from './policy-types.js';

/** What the placeholders are filled from. */
export interface TextFigures {
  layer: string;
  subject: Bilingual;
  dataDate: string | null;
  parcelAreaM2: number;
  areaM2: number;
  netAreaM2: number | null;
  undeterminedM2: number;
  byClass: readonly FindingClass[];
  groupLabels: Readonly<Record<string, { label: Bilingual }>>;
  /** What the applicant said, for `{fact:name}`. */
  fact?: (name: string) => Bilingual;
  /** Facts that are missing or wrong, each a sentence. */
  missing?: readonly FactFault[];
  breakdown?: readonly FindingPart[];
  /** What `breakdown` is by: the title of its table. */
  partsTitle?: Bilingual | undefined;
  /** Ground that the rule's own is held against. */
  againstM2?: number | undefined;
  ridges?: FindingRidges | undefined;
}

type Language = 'zh' | 'en';
type Placeholder = (figures: TextFigures, language: Language) => string;

function formatM2(value: number): string {
  // measured figures are hundredths already, and toFixed is exact for those
  const isHundredths = Math.round(value * 100) / 100 === value;
  return (isHundredths ? value : toM2(value)).toFixed(2);
}

/** The same few figures stand in the title, the Chinese and the English text of a finding, one after the other. */
const recent = Array.from({ length: 16 }, () => ({ value: 0, text: '0.00' }));
let oldest = 0;

function m2(value: number): string {
  for (const known of recent) if (known.value === value) return known.text;
  const text = formatM2(value);
  const slot = recent[oldest]!;
  slot.value = value;
  slot.text = text;
  oldest = (oldest + 1) % recent.length;
  return text;
}
const mu = (value: number): string => toMu(value).toFixed(2);
const unit = { zh: '㎡', en: ' m²' } as const;
const separator = { zh: '、', en: ', ' } as const;

const placeholders: Readonly<Record<string, Placeholder>> = {
  layer: (figures) => figures.layer,
  subject: (figures, language) => figures.subject[language],
  /** A phrase: with the date, or that nobody gave one. */
  dataDate: ({ dataDate }, language) => {
    if (language === 'zh') return dataDate ? `数据日期${dataDate}` : '数据日期未注明';
    return dataDate ? `data of ${dataDate}` : 'data date not stated';
  },
  parcelAreaM2: (figures) => m2(figures.parcelAreaM2),
  areaM2: (figures) => m2(figures.areaM2),
  mu: (figures) => mu(figures.areaM2),
  ha: (figures) => toHa(figures.areaM2).toFixed(4),
  share: ({ areaM2, parcelAreaM2 }) =>
    `${roundHalfUp(parcelAreaM2 > 0 ? (areaM2 / parcelAreaM2) * 100 : 0, 2).toFixed(2)}%`,
  undeterminedM2: (figures) => m2(figures.undeterminedM2),
  undeterminedMu: (figures) => mu(figures.undeterminedM2),
  /** A phrase: the net area, or that the layer gives none. */
  net: ({ netAreaM2 }, language) => {
    if (language === 'zh')
      return netAreaM2 === null ? '净面积未提供' : `净面积${m2(netAreaM2)}㎡（${mu(netAreaM2)}亩）`;
    return netAreaM2 === null ? 'net area not given' : `net area ${m2(netAreaM2)} m² (${mu(netAreaM2)} mu)`;
  },
  /** 水浇地（0102）10.00㎡（净9.50㎡）、旱地（0103）… in order of code. */
  classes: ({ byClass }, language) =>
    byClass.map((row) => classText(row, language)).join(separator[language]),
  /** 农用地10.00㎡、未利用地2.00㎡ … in the class table's order. */
  groups: ({ byClass, groupLabels }, language) =>
    Object.entries(groupLabels)
      .filter(([group]) => byClass.some((row) => row.group === group))
      .map(([group, { label }]) => {
        const areaM2 = byClass.reduce((sum, row) => (row.group === group ? sum + row.areaM2 : sum), 0);
        return `${label[language]}${language === 'zh' ? '' : ' '}${m2(areaM2)}${unit[language]}`;
      })
      .join(separator[language]),
  againstM2: ({ againstM2 = 0 }) => m2(againstM2),
  againstMu: ({ againstM2 = 0 }) => mu(againstM2),
  /** A phrase, begun with a comma: areas by attribute (坡度级别); nothing where the features carry none. */
  parts: ({ breakdown = [], partsTitle }, language) => partsText(breakdown, language, partsTitle),
  /** A phrase, begun with a comma: 田坎 both ways; nothing where net areas are not known. */
  ridges: ({ ridges }, language) => {
    if (!ridges) return '';
    const { byCoefficientM2, patchesM2, withoutM2, withM2 } = ridges;
    return language === 'zh'
      ? `，田坎按系数扣除${m2(byCoefficientM2)}㎡、单列田坎图斑${m2(patchesM2)}㎡，耕地不含田坎${m2(withoutM2)}㎡、含田坎${m2(withM2)}㎡`
      : `, field ridges ${m2(byCoefficientM2)} m² by coefficient and ${m2(patchesM2)} m² of their own; cultivated land without ridges ${m2(withoutM2)} m², with them ${m2(withM2)} m²`;
  },
  /** What is missing or wrong, joined into one clause. */
  missing: ({ missing = [] }, language) =>
    missing.map(({ detail }) => detail[language].replace(/[。.]$/, '')).join(language === 'zh' ? '；' : '; '),
};

function partsText(
  parts: readonly FindingPart[],
  language: Language,
  title: Bilingual = { zh: '坡度级别', en: 'slope' },
): string {
  const known = parts.filter((part) => part.label !== null);
  if (known.length === 0) return '';
  const list = known
    .map(({ code, label, areaM2, netAreaM2 }) => {
      const net =
        netAreaM2 === null
          ? ''
          : language === 'zh'
            ? `（净${m2(netAreaM2)}㎡）`
            : ` (net ${m2(netAreaM2)} m²)`;
      return `${code ?? ''} ${label![language]} ${m2(areaM2)}${unit[language]}${net}`;
    })
    .join(separator[language]);
  return language === 'zh' ? `，按${title.zh}：${list}` : `, by ${title.en}: ${list}`;
}

function classText(row: FindingClass, language: Language): string {
  const area = `${m2(row.areaM2)}${unit[language]}`;
  if (language === 'zh') {
    const name =
      row.code === null
        ? '无编码'
        : row.label && row.label !== row.code
          ? `${row.label}（${row.code}）`
          : row.code;
    return name + area + (row.netAreaM2 === null ? '' : `（净${m2(row.netAreaM2)}㎡）`);
  }
  const name =
    row.code === null
      ? 'no code'
      : row.label && row.label !== row.code
        ? `${row.code} ${row.label}`
        : row.code;
  return `${name} ${area}${row.netAreaM2 === null ? '' : ` (net ${m2(row.netAreaM2)} m²)`}`;
}

/** Placeholders of a template that do not exist, e.g. `{aera}`; a lone brace counts as one. Facts are looked up later. */
export function unknownPlaceholders(template: string): string[] {
  const rest = template.replace(/\{([a-zA-Z0-9]+)\}|\{fact:[a-zA-Z0-9]+\}/g, (whole, name?: string) =>
    name === undefined || Object.hasOwn(placeholders, name) ? '' : whole,
  );
  return rest.match(/\{[^{}]*\}|[{}]/g) ?? [];
}

/** Facts that a template shows: `{fact:projectType}`. */
export const factsShown = (template: string): string[] =>
  [...template.matchAll(/\{fact:([a-zA-Z0-9]+)\}/g)].map((match) => match[1]!);

export const placeholderNames: readonly string[] = Object.keys(placeholders);

/** A template cut at its placeholders: text and fillers in turn. */
type CutTemplate = readonly (string | Placeholder)[];

// Templates are members of packs and live as long; cutting them each time took half of the time of a judgement.
const cutTemplates = new WeakMap<Bilingual, Record<Language, CutTemplate>>();

const cut = (template: string): CutTemplate =>
  template
    .split(/\{((?:fact:)?[a-zA-Z0-9]+)\}/)
    .map((part, i) => (i % 2 === 0 ? part : fillerOf(part)))
    .filter((part) => part !== '');

function fillerOf(name: string): string | Placeholder {
  if (!name.startsWith('fact:')) return placeholders[name] ?? `{${name}}`;
  return ({ fact }, language) => fact?.(name.slice(5))[language] ?? '';
}

function fillTemplate(template: Bilingual, figures: TextFigures): Bilingual {
  let both = cutTemplates.get(template);
  if (!both) {
    both = { zh: cut(template.zh), en: cut(template.en) };
    cutTemplates.set(template, both);
  }
  const { zh, en } = both;
  const fill = (parts: CutTemplate, language: Language): string => {
    let text = '';
    for (const part of parts) text += typeof part === 'string' ? part : part(figures, language);
    return text;
  };
  return { zh: fill(zh, 'zh'), en: fill(en, 'en') };
}

/** Anything but what the rule and the layer version give. */
const figureOfParcel = /\{(?!(?:layer|subject|dataDate)\})/;

interface SharedText extends Pick<TextFigures, 'layer' | 'subject' | 'dataDate'> {
  /** Undefined where the template takes figures of the parcel. */
  text: Bilingual | undefined;
}

// A text without figures of the parcel is one object for all parcels of a check; half of all texts are.
const sharedTexts = new WeakMap<Bilingual, SharedText>();

export function renderText(template: Bilingual, figures: TextFigures): Bilingual {
  const { layer, subject, dataDate } = figures;
  let shared = sharedTexts.get(template);
  if (!shared || shared.layer !== layer || shared.subject !== subject || shared.dataDate !== dataDate) {
    const text = figureOfParcel.test(template.zh + template.en) ? undefined : fillTemplate(template, figures);
    shared = { layer, subject, dataDate, text };
    sharedTexts.set(template, shared);
  }
  return shared.text ?? fillTemplate(template, figures);
}
