/**
 * What a wanted use means for a bundle: its group, and whether an article keeps it out. The mapping is dated data
 * (`supply-uses` class table); here is only how a code finds its line, and how older codes are read.
 */
import type { Bilingual } from '../core/errors.js';
import { ydyhCodes } from '../core/ydyh.js';
import { latestInForce } from '../policy/in-force.js';
import type { ClassTable, PolicyLibrary } from '../policy/rule-pack-types.js';

/** Codes of the 2020 edition that the 2023 edition no longer has (旧用地用海编码 → 新编码). */
const formerCodes: Readonly<Record<string, string>> = {
  '0603': '060202',
  '0604': '060203',
  '090301': '0903',
  '090302': '0903',
  '1313': '1312',
  '2206': '22',
};

/** Letters of GB 50137-2011 城市用地分类, still in older detailed plans; up to two digits follow. */
const CITY_CODE = /^(R[1-3]?|A[1-9]?|B[1-49]?|M[1-3]?|W[1-3]?|S[1-49]?|U[1-39]?|G[1-3]?|H[2-49]?)\d?$/;

export interface LandUse {
  /** As submitted. */
  given: string;
  /** 2023 code; null for a city code of GB 50137, which has no single counterpart. */
  code: string | null;
  label: string | null;
  /** Group of the table that counts as a use of its own; null where the table has none for it. */
  group: string | null;
  excluded: boolean;
  publicInterest: boolean;
  /** Set where an older code was read as a newer one. */
  note: Bilingual | null;
}

/** Groups of the table that say something about a use rather than being one. */
const markers = new Set(['excluded', 'public-interest']);

export interface UseTable {
  id: string;
  version: string;
  /** Undefined for a code that no list holds. */
  find(code: string): LandUse | undefined;
  labelOf(group: string): Bilingual;
  /** Names of all groups that are a use of their own. */
  groups: readonly string[];
}

/** The table in force on a day (YYYY-MM-DD); the oldest one for days before it. */
export function useTableOn(policy: PolicyLibrary, onDate: string): UseTable {
  const versions = policy.classTables.filter(({ id }) => id === 'supply-uses');
  const table = latestInForce(versions, onDate) ?? versions[0]!;
  const groupsOf = new Map<string, string[]>();
  for (const [group, { codes }] of Object.entries(table.groups)) {
    for (const code of codes) groupsOf.set(code, [...(groupsOf.get(code) ?? []), group]);
  }
  return {
    id: table.id,
    version: table.version,
    find: (given) => readUse(given.trim().toUpperCase(), groupsOf),
    labelOf: (group) => labelOf(table, group),
    groups: Object.keys(table.groups).filter((group) => !markers.has(group)),
  };
}

const labelOf = (table: ClassTable, group: string): Bilingual =>
  table.groups[group]?.label ?? { zh: group, en: group };

function readUse(given: string, groupsOf: ReadonlyMap<string, readonly string[]>): LandUse | undefined {
  const code = formerCodes[given] ?? given;
  const known = ydyhCodes.get(code);
  if (!known && !CITY_CODE.test(code)) return undefined;
  const groups = linesOf(code, groupsOf);
  return {
    given,
    code: known ? code : null,
    label: known?.label ?? null,
    group: groups.find((group) => !markers.has(group)) ?? null,
    excluded: groups.includes('excluded'),
    publicInterest: groups.includes('public-interest'),
    note: noteOf(given, code, known !== undefined),
  };
}

/** Every line on the way up: 090101, 0901, 09; the nearest first, so that 0802 is industry before 08 is public. */
function linesOf(code: string, groupsOf: ReadonlyMap<string, readonly string[]>): string[] {
  const step = /^\d/.test(code) ? 2 : 1;
  const groups: string[] = [];
  for (let end = code.length; end >= step; end -= step)
    groups.push(...(groupsOf.get(code.slice(0, end)) ?? []));
  return groups;
}

function noteOf(given: string, code: string, isCurrent: boolean): Bilingual | null {
  if (!isCurrent) {
    return {
      zh: `用途代码 ${given} 是 GB 50137 城市用地代码，按其大类归组；请改用用地用海分类（2023）代码。`,
      en: `The use ${given} is a city code of GB 50137 and was filed by its letter; use a 2023 land-use code.`,
    };
  }
  if (given === code) return null;
  return {
    zh: `用途代码 ${given} 是 2020 版代码，按 2023 版 ${code} 处理。`,
    en: `The use ${given} is a code of the 2020 edition and was read as ${code} of 2023.`,
  };
}

/** Whether a planned use allows a wanted one: the same code, or one of them the other's parent. */
export const usesAgree = (wanted: string, planned: string): boolean =>
  wanted.startsWith(planned) || planned.startsWith(wanted);
