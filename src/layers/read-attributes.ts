/**
 * Reads what a layer needs from the properties of its features: class, areas, coefficient, BSM. Counts what is
 * missing and collects what makes the file unfit; geometry is not its concern.
 */
import { dlbmCodes } from '../core/dlbm.js';
import type { InputFault } from '../core/errors.js';
import type { LayerDefinition } from './catalogue.js';
import { type BoundedList, createTally, LISTED } from './certificate.js';
import { type AttributeValue, createFieldMatcher, type FieldMapping } from './fields.js';

export interface FeatureAttributes {
  bsm: string | null;
  classCode: string | null;
  classLabel: string | null;
  /** Fraction; null when missing. */
  kcxs: number | null;
  attributeAreaM2: number | null;
  attributeNetAreaM2: number | null;
  attributes: Record<string, AttributeValue>;
}

export interface AttributeFacts {
  fields: FieldMapping[];
  bsmMissing: number;
  unclassified: number;
  /** Null when the layer's classes have no list to compare with. */
  unknownClasses: BoundedList<{ code: string; count: number; firstFeatureNo: number }> | null;
  coefficient: { missing: number; netAreaMissing: number; netAreaNotClosing: number } | null;
  /**
   * Codes that seem to have lost their leading zero (101 for 0101). Not restored: 101 is also 铁路用地 in the code
   * list of the second survey.
   */
  zerosLost: number;
  /** Features of the 二调 dialect whose net area has linear features taken out. */
  linearFeatures: number;
}

export interface AttributeReader {
  read(featureNo: number, properties: unknown): FeatureAttributes;
  /** What makes the file unfit for import, first hundred. */
  faults(): BoundedList<InputFault>;
  facts(): AttributeFacts;
}

export interface AttributeOptions {
  /** Name in the file → standard name, over the built-in aliases. */
  fields?: Readonly<Record<string, string>>;
  /** Valid DLBM codes; default those of the third survey. */
  knownDlbm?: ReadonlySet<string>;
}

const thirdSurvey: ReadonlySet<string> = new Set(dlbmCodes.keys());

export function createAttributeReader(layer: LayerDefinition, options: AttributeOptions): AttributeReader {
  const matcher = createFieldMatcher(options.fields);
  const faults = createTally<InputFault>();
  const list = layer.codeSystem === 'dlbm' ? (options.knownDlbm ?? thirdSurvey) : new Set(layer.knownClasses);
  const known = list && list.size > 0 ? list : undefined;
  const unknown = new Map<string, { code: string; count: number; firstFeatureNo: number }>();
  const counts = { bsm: 0, unclassified: 0, kcxs: 0, net: 0, notClosing: 0, zeros: 0, linear: 0 };

  const readClass = (featureNo: number, attributes: Record<string, AttributeValue>): string | null => {
    const field = layer.classFields.find((name) => attributes[name] != null);
    if (field === undefined) {
      if (layer.classFields.length > 0) counts.unclassified++;
      return null;
    }
    const written = String(attributes[field]);
    const value = layer.classAliases?.[written] ?? written;
    if (layer.id === 'czkfbj' && value.includes('村庄')) faults.add(villageFault(featureNo, field, value));
    if (known && !known.has(value)) {
      if (known.has(`0${value}`)) counts.zeros++;
      const entry = unknown.get(value);
      if (entry) entry.count++;
      else unknown.set(value, { code: value, count: 1, firstFeatureNo: featureNo });
    }
    return value;
  };

  const readCoefficient = (featureNo: number, attributes: Record<string, AttributeValue>): number | null => {
    const value = attributes.KCXS;
    if (value === undefined || value === null) {
      counts.kcxs++;
      return null;
    }
    const share = typeof value === 'number' ? value : Number.NaN;
    if (!(share >= 0 && share <= 1)) {
      faults.add(coefficientFault(featureNo, String(value), attributes.BSM ?? null));
      return null;
    }
    return share;
  };

  return {
    read(featureNo, properties) {
      const attributes = matcher.normalise(isRecord(properties) ? properties : {});
      const classCode = readClass(featureNo, attributes);
      const labelField = layer.labelFields.find((name) => attributes[name] != null);
      const label = labelField === undefined ? null : String(attributes[labelField]);
      const bsm = attributes.BSM == null ? null : String(attributes.BSM);
      if (bsm === null) counts.bsm++;
      const gross = firstArea(attributes, layer.areaFields);
      const net = layer.hasCoefficient ? netArea(attributes, layer, gross) : null;
      const kcxs = layer.hasCoefficient ? readCoefficient(featureNo, attributes) : null;
      if (layer.hasCoefficient && net === null) counts.net++;
      if (layer.hasCoefficient && !netCloses(attributes, gross, net)) counts.notClosing++;
      if (isPositive(attributes.XZDWMJ) || isPositive(attributes.LXDWMJ)) counts.linear++;
      return {
        bsm,
        classCode,
        classLabel: label === null ? null : (layer.classAliases?.[label] ?? label),
        kcxs,
        attributeAreaM2: gross,
        attributeNetAreaM2: net,
        attributes,
      };
    },
    faults: () => faults.list(),
    facts: () => ({
      fields: matcher.mapping(),
      bsmMissing: counts.bsm,
      unclassified: counts.unclassified,
      unknownClasses: known ? largestFirst([...unknown.values()]) : null,
      coefficient: layer.hasCoefficient
        ? { missing: counts.kcxs, netAreaMissing: counts.net, netAreaNotClosing: counts.notClosing }
        : null,
      zerosLost: counts.zeros,
      linearFeatures: counts.linear,
    }),
  };
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const isPositive = (value: AttributeValue | undefined): boolean => typeof value === 'number' && value > 0;

function firstArea(attributes: Record<string, AttributeValue>, names: readonly string[]): number | null {
  for (const name of names) {
    const value = attributes[name];
    if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  }
  return null;
}

/** TBDLMJ as supplied (0 is a value), else TBMJ − KCMJ: of the two figures one is always had by subtraction. */
function netArea(
  attributes: Record<string, AttributeValue>,
  layer: LayerDefinition,
  gross: number | null,
): number | null {
  for (const name of layer.netAreaFields) {
    const value = attributes[name];
    if (typeof value === 'number' && value >= 0) return value;
  }
  const deducted = attributes.KCMJ;
  if (gross === null || typeof deducted !== 'number') return null;
  return Math.round((gross - deducted) * 100) / 100;
}

function netCloses(
  attributes: Record<string, AttributeValue>,
  gross: number | null,
  net: number | null,
): boolean {
  const deducted = attributes.KCMJ;
  if (gross === null || net === null || typeof deducted !== 'number') return true;
  return Math.abs(gross - deducted - net) <= 0.0101;
}

function largestFirst(
  items: { code: string; count: number; firstFeatureNo: number }[],
): BoundedList<{ code: string; count: number; firstFeatureNo: number }> {
  items.sort((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  return { total: items.length, items: items.slice(0, LISTED) };
}

function coefficientFault(featureNo: number, value: string, bsm: AttributeValue): InputFault {
  const percent = Number(value) > 1 && Number(value) <= 100;
  return {
    pointer: `/features/${featureNo - 1}/properties/KCXS`,
    code: 'kcxs-out-of-range',
    detail: {
      zh: `第 ${featureNo} 个要素（BSM ${bsm ?? '无'}）的扣除地类系数 KCXS/TKXS = ${value}，应在 0 至 1 之间${percent ? '；该值像是百分数，请除以 100' : ''}。`,
      en: `Feature ${featureNo} (BSM ${bsm ?? 'none'}) has KCXS/TKXS = ${value}; it must lie between 0 and 1${percent ? '. It looks like a percentage: divide by 100' : ''}.`,
    },
  };
}

const villageFault = (featureNo: number, field: string, value: string): InputFault => ({
  pointer: `/features/${featureNo - 1}/properties/${field}`,
  code: 'village-boundary',
  detail: {
    zh: `第 ${featureNo} 个要素的 ${field} = “${value}”，是村庄开发边界而不是城镇开发边界。请确认导入的文件。`,
    en: `Feature ${featureNo} has ${field} = "${value}": that is a village boundary, not the urban development boundary. Check the file.`,
  },
});
