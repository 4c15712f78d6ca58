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

/** Where a text goes, piece by piece: into a string, or straight into an answer. */
export interface TextSink {
  text(piece: string): void;
  /** m² with two decimals; the same as `formatM2`. */
  m2(value: number): void;
}

type Placeholder = (figures: TextFigures, language: Language, out: TextSink) => void;

/** Rounded half up to 0.01 m², with both decimals. */
export function formatM2(value: number): string {
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

class StringSink implements TextSink {
  whole = '';
  text(piece: string): void {
    this.whole += piece;
  }
  m2(value: number): void {
    this.whole += m2(value);
  }
}

const mu = (value: number): string => toMu(value).toFixed(2);
const unit = { zh: '㎡', en: ' m²' } as const;
const separator = { zh: '、', en: ', ' } as const;

/** `（净9.50㎡）`, `(net 9.50 m²)`; nothing where it is not known. */
function writeNet(netAreaM2: number | null, language: Language, out: TextSink): void {
  if (netAreaM2 === null) return;
  out.text(language === 'zh' ? '（净' : ' (net ');
  out.m2(netAreaM2);
  out.text(language === 'zh' ? '㎡）' : ' m²)');
}

const placeholders: Readonly<Record<string, Placeholder>> = {
  layer: (figures, _, out) => out.text(figures.layer),
  subject: (figures, language, out) => out.text(figures.subject[language]),
  /** A phrase: with the date, or that nobody gave one. */
  dataDate: ({ dataDate }, language, out) => {
    if (language === 'zh') out.text(dataDate ? `数据日期${dataDate}` : '数据日期未注明');
    else out.text(dataDate ? `data of ${dataDate}` : 'data date not stated');
  },
  parcelAreaM2: (figures, _, out) => out.m2(figures.parcelAreaM2),
  areaM2: (figures, _, out) => out.m2(figures.areaM2),
  mu: (figures, _, out) => out.text(mu(figures.areaM2)),
  ha: (figures, _, out) => out.text(toHa(figures.areaM2).toFixed(4)),
  share: ({ areaM2, parcelAreaM2 }, _, out) =>
    out.text(`${roundHalfUp(parcelAreaM2 > 0 ? (areaM2 / parcelAreaM2) * 100 : 0, 2).toFixed(2)}%`),
  undeterminedM2: (figures, _, out) => out.m2(figures.undeterminedM2),
  undeterminedMu: (figures, _, out) => out.text(mu(figures.undeterminedM2)),
  /** A phrase: the net area, or that the layer gives none. */
  net: ({ netAreaM2 }, language, out) => {
    if (netAreaM2 === null) {
      out.text(language === 'zh' ? '净面积未提供' : 'net area not given');
      return;
    }
    out.text(language === 'zh' ? '净面积' : 'net area ');
    out.m2(netAreaM2);
    out.text(language === 'zh' ? '㎡（' : ' m² (');
    out.text(mu(netAreaM2));
    out.text(language === 'zh' ? '亩）' : ' mu)');
  },
  /** 水浇地（0102）10.00㎡（净9.50㎡）、旱地（0103）… in order of code. */
  classes: ({ byClass }, language, out) => {
    for (let i = 0; i < byClass.length; i++) {
      if (i > 0) out.text(separator[language]);
      writeClass(byClass[i]!, language, out);
    }
  },
  /** 农用地10.00㎡、未利用地2.00㎡ … in the class table's order. */
  groups: ({ byClass, groupLabels }, language, out) => {
    let written = 0;
    for (const group in groupLabels) {
      let areaM2: number | undefined;
      for (const row of byClass) if (row.group === group) areaM2 = (areaM2 ?? 0) + row.areaM2;
      if (areaM2 === undefined) continue;
      if (written++ > 0) out.text(separator[language]);
      out.text(groupLabels[group]!.label[language]);
      if (language === 'en') out.text(' ');
      out.m2(areaM2);
      out.text(unit[language]);
    }
  },
  againstM2: ({ againstM2 = 0 }, _, out) => out.m2(againstM2),
  againstMu: ({ againstM2 = 0 }, _, out) => out.text(mu(againstM2)),
  /** A phrase, begun with a comma: areas by attribute (坡度级别); nothing where the features carry none. */
  parts: ({ breakdown = [], partsTitle }, language, out) => writeParts(breakdown, language, partsTitle, out),
  /** A phrase, begun with a comma: 田坎 both ways; nothing where net areas are not known. */
  ridges: ({ ridges }, language, out) => {
    if (!ridges) return;
    const zh = language === 'zh';
    out.text(zh ? '，田坎按系数扣除' : ', field ridges ');
    out.m2(ridges.byCoefficientM2);
    out.text(zh ? '㎡、单列田坎图斑' : ' m² by coefficient and ');
    out.m2(ridges.patchesM2);
    out.text(zh ? '㎡，耕地不含田坎' : ' m² of their own; cultivated land without ridges ');
    out.m2(ridges.withoutM2);
    out.text(zh ? '㎡、含田坎' : ' m², with them ');
    out.m2(ridges.withM2);
    out.text(unit[language]);
  },
  /** What is missing or wrong, joined into one clause. */
  missing: ({ missing = [] }, language, out) =>
    out.text(
      missing
        .map(({ detail }) => detail[language].replace(/[。.]$/, ''))
        .join(language === 'zh' ? '；' : '; '),
    ),
};

function writeParts(
  parts: readonly FindingPart[],
  language: Language,
  title: Bilingual = { zh: '坡度级别', en: 'slope' },
  out: TextSink,
): void {
  let written = 0;
  for (const { code, label, areaM2, netAreaM2 } of parts) {
    if (label === null) continue;
    if (written++ > 0) out.text(separator[language]);
    else {
      out.text(language === 'zh' ? '，按' : ', by ');
      out.text(title[language]);
      out.text(language === 'zh' ? '：' : ': ');
    }
    out.text(code ?? '');
    out.text(' ');
    out.text(label[language]);
    out.text(' ');
    out.m2(areaM2);
    out.text(unit[language]);
    writeNet(netAreaM2, language, out);
  }
}

function writeClass(
  { code, label, areaM2, netAreaM2 }: FindingClass,
  language: Language,
  out: TextSink,
): void {
  const named = label && label !== code;
  if (code === null) out.text(language === 'zh' ? '无编码' : 'no code');
  else if (!named) out.text(code);
  else if (language === 'zh') {
    out.text(label);
    out.text('（');
    out.text(code);
    out.text('）');
  } else {
    out.text(code);
    out.text(' ');
    out.text(label);
  }
  if (language === 'en') out.text(' ');
  out.m2(areaM2);
  out.text(unit[language]);
  writeNet(netAreaM2, language, out);
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
  return ({ fact }, language, out) => out.text(fact?.(name.slice(5))[language] ?? '');
}

function cutTemplate(template: Bilingual): Record<Language, CutTemplate> {
  let both = cutTemplates.get(template);
  if (!both) {
    both = { zh: cut(template.zh), en: cut(template.en) };
    cutTemplates.set(template, both);
  }
  return both;
}

function writeFilled(parts: CutTemplate, figures: TextFigures, language: Language, out: TextSink): void {
  for (const part of parts) {
    if (typeof part === 'string') out.text(part);
    else part(figures, language, out);
  }
}

function fill(parts: CutTemplate, figures: TextFigures, language: Language): string {
  const out = new StringSink();
  writeFilled(parts, figures, language, out);
  return out.whole;
}

function fillTemplate(template: Bilingual, figures: TextFigures): Bilingual {
  const { zh, en } = cutTemplate(template);
  return { zh: fill(zh, figures, 'zh'), en: fill(en, figures, 'en') };
}

/**
 * A text that is written once and never read: it goes piece by piece to where it is written. Read as `Bilingual` it is
 * made then.
 */
export class LateText implements Bilingual {
  constructor(
    private readonly template: Bilingual,
    private readonly figures: TextFigures,
  ) {}

  get zh(): string {
    return fill(cutTemplate(this.template).zh, this.figures, 'zh');
  }

  get en(): string {
    return fill(cutTemplate(this.template).en, this.figures, 'en');
  }

  writeTo(out: TextSink, language: Language): void {
    writeFilled(cutTemplate(this.template)[language], this.figures, language, out);
  }

  toJSON(): Bilingual {
    return { zh: this.zh, en: this.en };
  }
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
  return sharedText(template, figures) ?? fillTemplate(template, figures);
}

/** As `renderText`, where nobody needs the text but whoever writes it. */
export const renderLate = (template: Bilingual, figures: TextFigures): Bilingual =>
  sharedText(template, figures) ?? new LateText(template, figures);

function sharedText(template: Bilingual, figures: TextFigures): Bilingual | undefined {
  const { layer, subject, dataDate } = figures;
  let shared = sharedTexts.get(template);
  if (!shared || shared.layer !== layer || shared.subject !== subject || shared.dataDate !== dataDate) {
    const text = figureOfParcel.test(template.zh + template.en) ? undefined : fillTemplate(template, figures);
    shared = { layer, subject, dataDate, text };
    sharedTexts.set(template, shared);
  }
  return shared.text;
}
