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
    case 'classes': {
      const table = tables[measure.table]!;
      const { codes, groups = [] } = measure;
      if (!codes)
        return byRows(row, table, (_, groupsOf) => groups.find((group) => groupsOf.includes(group)));
      return byRows(row, table, (key, groupsOf) => (codes.includes(key) ? groupsOf[0] : undefined));
    }
    case 'zone': {
      const table = tables[measure.table]!;
      const pick: PickGroup = (_, groupsOf) => measure.groups.find((group) => groupsOf.includes(group));
      return byRows(row, table, pick, true);
    }
    case 'attribute': {
      const table = tables[measure.table]!;
      const pick: PickGroup = (_, groupsOf) => measure.groups.find((group) => groupsOf.includes(group));
      return byRows({ ...row, byClass: partsByAttribute(row, measure.field, table) }, table, pick);
    }
  }
}

/** The group under which the rule counts a known code, undefined when it does not. */
type PickGroup = (key: string, groupsOf: readonly string[]) => string | undefined;

function whole(areaM2: number, netAreaM2: number | null, noise: boolean): RuleFigures {
  return { areaM2, netAreaM2, netBasisM2: netAreaM2 ?? areaM2, noise, byClass: [], unknown: nothingUnknown };
}

interface SortedRow extends FindingClass {
  noise: boolean;
}

function byRows(
  row: MeasureForPolicy,
  table: ResolvedClassTable,
  pick: PickGroup,
  byName = false,
): RuleFigures {
  const found: SortedRow[] = [];
  const unknown: SortedRow[] = [];
  for (const part of partsOf(row)) {
    if (part.areaM2 === 0) continue;
    const key = (byName ? [part.label, part.code] : [part.code]).find(
      (name): name is string => name !== null && Object.hasOwn(table.groupsOf, name),
    );
    const { code, areaM2, netAreaM2, noise } = part;
    const foreign = isOtherSystem(table, part);
    const label = foreign ? `${part.label ?? code}·疑为用地用海代码` : labelOf(table, part);
    const group = key === undefined || foreign ? null : pick(key, table.groupsOf[key]!);
    if (group !== undefined)
      (group === null ? unknown : found).push({ code, label, group, areaM2, netAreaM2, noise });
  }
  return { ...sum(found), unknown: sum(unknown) };
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
  const netKnown = rows.length > 0 && rows.every((part) => part.netAreaM2 !== null);
  const netBasisM2 = total(rows.map((part) => part.netAreaM2 ?? part.areaM2));
  return {
    areaM2: total(rows.map((part) => part.areaM2)),
    netAreaM2: netKnown ? netBasisM2 : null,
    netBasisM2,
    noise: rows.length > 0 && rows.every((part) => part.noise),
    byClass: rows
      .map(({ noise: _, ...part }) => part)
      .sort((a, b) => compareText(a.code ?? '', b.code ?? '')),
  };
}

// parts are hundredths: the dust of adding them as doubles is taken off, nothing that was measured is
const total = (values: readonly number[]): number =>
  Math.round(values.reduce((sumM2, value) => sumM2 + value, 0) * 1e6) / 1e6;

const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
