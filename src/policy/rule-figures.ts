/** Which square metres of a measure row a rule reads, and how many of them carry a class code that nobody knows. */
import { DLBM_CODE_SYSTEM, dlbmCodes } from '../core/dlbm.js';
import { ydyhCodes } from '../core/ydyh.js';
import type { FindingClass, MeasureForPolicy } from './policy-types.js';
import type { ResolvedClassTable, RuleMeasure } from './rule-pack-types.js';

export interface RuleFigures {
  areaM2: number;
  /** Null when any part has no net area. */
  netAreaM2: number | null;
  /** What a rule with basis `net` compares: parts without a net area count in full. */
  netBasisM2: number;
  /** Every part was flagged as geometry noise. */
  noise: boolean;
  byClass: readonly FindingClass[];
  unknown: { areaM2: number; noise: boolean; byClass: readonly FindingClass[] };
}

const nothingUnknown = { areaM2: 0, noise: false, byClass: [] };
const nothingFound = { areaM2: 0, netAreaM2: null, netBasisM2: 0, noise: false, byClass: [] };
const nothingRead: RuleFigures = { ...nothingFound, unknown: nothingUnknown };

export function readFigures(
  measure: RuleMeasure,
  row: MeasureForPolicy,
  tables: Readonly<Record<string, ResolvedClassTable>>,
): RuleFigures {
  switch (measure.kind) {
    case 'parcel':
      return whole(row.parcelAreaM2, null, false);
    case 'overlap':
      return whole(row.areaM2, row.netAreaM2, row.noise.area);
    case 'outside':
      return whole(row.outsideM2, null, row.noise.outside);
    case 'classes':
    case 'zone':
      return byRows(measure, row, tables[measure.table]!);
    case 'attribute': {
      const table = tables[measure.table]!;
      return byRows(measure, { ...row, byClass: partsByAttribute(row, measure.field, table) }, table);
    }
  }
}

type ClassRuleMeasure = Extract<RuleMeasure, { table: string }>;

function whole(areaM2: number, netAreaM2: number | null, noise: boolean): RuleFigures {
  return { areaM2, netAreaM2, netBasisM2: netAreaM2 ?? areaM2, noise, byClass: [], unknown: nothingUnknown };
}

interface SortedRow extends FindingClass {
  noise: boolean;
}

function byRows(measure: ClassRuleMeasure, row: MeasureForPolicy, table: ResolvedClassTable): RuleFigures {
  let found: SortedRow[] = none;
  let unknown: SortedRow[] = none;
  for (const part of partsOf(row)) {
    if (part.areaM2 === 0) continue;
    const { code, areaM2, netAreaM2, noise } = part;
    const { group, label } = classify(measure, table, part);
    if (group === undefined) continue;
    const sorted = { code, label, group, areaM2, netAreaM2, noise };
    if (group === null) unknown = withRow(unknown, sorted);
    else found = withRow(found, sorted);
  }
  if (found === none && unknown === none) return nothingRead;
  const figures = found === none ? nothingFound : sum(found);
  return { ...figures, unknown: unknown === none ? nothingUnknown : sum(unknown) };
}

/** Most rules find none of their classes on a parcel: a list is made for the first row. */
const none: SortedRow[] = [];

function withRow(rows: SortedRow[], row: SortedRow): SortedRow[] {
  if (rows === none) return [row];
  rows.push(row);
  return rows;
}

/** The group under which a rule counts a class, undefined when it does not, null when nobody knows the class. */
interface Classified {
  group: string | null | undefined;
  label: string | null;
}

// Classes are few, parcels many. Names of zones are free text, so what is kept has an end.
const classified = new WeakMap<ResolvedClassTable, Map<ClassRuleMeasure, KnownClasses>>();
const CLASSES_KEPT = 2_000;

/** By code, then label: the strings are those of the features, so that nothing is put together to look them up. */
interface KnownClasses {
  byCode: Map<string | null, Map<string | null, Classified>>;
  size: number;
}

function classify(
  measure: ClassRuleMeasure,
  table: ResolvedClassTable,
  part: MeasureForPolicy['byClass'][number],
): Classified {
  let ofTable = classified.get(table);
  if (!ofTable) {
    ofTable = new Map();
    classified.set(table, ofTable);
  }
  let ofMeasure = ofTable.get(measure);
  if (!ofMeasure || ofMeasure.size >= CLASSES_KEPT) {
    ofMeasure = { byCode: new Map(), size: 0 };
    ofTable.set(measure, ofMeasure);
  }
  let ofCode = ofMeasure.byCode.get(part.code);
  if (!ofCode) {
    ofCode = new Map();
    ofMeasure.byCode.set(part.code, ofCode);
  }
  let answer = ofCode.get(part.label);
  if (!answer) {
    answer = classifyAnew(measure, table, part);
    ofCode.set(part.label, answer);
    ofMeasure.size++;
  }
  return answer;
}

function classifyAnew(
  measure: ClassRuleMeasure,
  table: ResolvedClassTable,
  part: MeasureForPolicy['byClass'][number],
): Classified {
  const names = measure.kind === 'zone' ? [part.label, part.code] : [part.code];
  const key = names.find((name): name is string => name !== null && Object.hasOwn(table.groupsOf, name));
  if (isOtherSystem(table, part))
    return { group: null, label: `${part.label ?? part.code}·疑为用地用海代码` };
  const label = labelOf(table, part);
  return { label, group: key === undefined ? null : pickGroup(measure, key, table.groupsOf[key]!) };
}

/** The group under which the rule counts a known code, undefined when it does not. */
function pickGroup(measure: ClassRuleMeasure, key: string, groupsOf: readonly string[]): string | undefined {
  if (measure.kind === 'classes' && measure.codes)
    return measure.codes.includes(key) ? groupsOf[0] : undefined;
  return (measure.groups ?? []).find((group) => groupsOf.includes(group));
}

/**
 * The features of a row by the value of one attribute, labelled as the table has it. Ground of two features is in one of
 * the values; where these belong to different groups it stands a second time without a value, as nobody can tell.
 */
function partsByAttribute(
  row: MeasureForPolicy,
  field: string,
  { groups, groupsOf }: ResolvedClassTable,
): MeasureForPolicy['byClass'] {
  const parts = new Map<string | null, { areaM2: number; netAreaM2: number | null }>();
  let sharedM2 = 0;
  for (const feature of row.features ?? []) {
    const given = feature.attributes[field];
    const value = given === null || given === undefined || given === '' ? null : String(given);
    const { areaM2, netAreaM2 } = parts.get(value) ?? { areaM2: 0, netAreaM2: 0 };
    sharedM2 += feature.sharedM2;
    parts.set(value, {
      areaM2: total([areaM2, feature.areaM2, -feature.sharedM2]),
      netAreaM2:
        netAreaM2 === null || feature.netAreaM2 === null ? null : total([netAreaM2, feature.netAreaM2]),
    });
  }
  const sorts = new Set([...parts.keys()].map((value) => groupsOf[value ?? '']?.[0]));
  const restM2 = row.areaM2 - total([...parts.values()].map((part) => part.areaM2));
  const openM2 = total([sorts.size > 1 ? sharedM2 : 0, restM2]);
  const { areaM2, netAreaM2 } = parts.get(null) ?? { areaM2: 0, netAreaM2: null };
  if (openM2 > 0) parts.set(null, { areaM2: total([areaM2, openM2]), netAreaM2 });
  return [...parts].map(([code, figures]) => {
    const group = code === null ? undefined : groupsOf[code]?.[0];
    return {
      code,
      label: group === undefined ? null : groups[group]!.label.zh,
      ...figures,
      noise: row.noise.area,
    };
  });
}

/** A row with features but without classes is one part of unknown class. */
function partsOf(row: MeasureForPolicy): MeasureForPolicy['byClass'] {
  if (row.byClass.length > 0) return row.byClass;
  const { areaM2, netAreaM2 } = row;
  return [{ code: null, label: null, areaM2, netAreaM2, noise: row.noise.area }];
}

function labelOf(
  table: ResolvedClassTable,
  { code, label }: { code: string | null; label: string | null },
): string | null {
  const standard =
    table.codeSystem === DLBM_CODE_SYSTEM && code !== null ? dlbmCodes.get(code)?.label : undefined;
  return standard ?? label;
}

/**
 * The same digits mean other things in 用地用海: a code that only that list has, or a name that is that list's name of
 * the code and not the survey's (1001 工业用地 against 铁路用地), is named as such and not counted as a survey class.
 */
function isOtherSystem(
  table: ResolvedClassTable,
  { code, label }: { code: string | null; label: string | null },
): boolean {
  if (table.codeSystem !== DLBM_CODE_SYSTEM || code === null) return false;
  const plan = ydyhCodes.get(code);
  const survey = dlbmCodes.get(code);
  if (!plan) return false;
  if (!survey) return true;
  if (label === null || label !== plan.label) return false;
  return !survey.label.includes(label) && !label.includes(survey.label);
}

function sum(rows: readonly SortedRow[]): Omit<RuleFigures, 'unknown'> {
  let areaM2 = 0;
  let netBasisM2 = 0;
  let netKnown = true;
  let noise = true;
  for (const part of rows) {
    areaM2 += part.areaM2;
    netBasisM2 += part.netAreaM2 ?? part.areaM2;
    netKnown &&= part.netAreaM2 !== null;
    noise &&= part.noise;
  }
  return {
    areaM2: withoutDust(areaM2),
    netAreaM2: netKnown ? withoutDust(netBasisM2) : null,
    netBasisM2: withoutDust(netBasisM2),
    noise,
    byClass: inOrder(
      rows.map(({ code, label, group, areaM2, netAreaM2 }) => ({ code, label, group, areaM2, netAreaM2 })),
    ),
  };
}

const inOrder = (classes: FindingClass[]): FindingClass[] =>
  classes.length > 1 ? classes.sort((a, b) => compareText(a.code ?? '', b.code ?? '')) : classes;

// parts are hundredths: the dust of adding them as doubles is taken off, nothing that was measured is
const withoutDust = (sumM2: number): number => Math.round(sumM2 * 1e6) / 1e6;

const total = (values: readonly number[]): number =>
  withoutDust(values.reduce((sumM2, value) => sumM2 + value, 0));

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
