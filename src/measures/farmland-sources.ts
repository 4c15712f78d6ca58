/**
 * Which survey classes may become replacement farmland, as dated data. B12 says "具备开垦条件的各类非耕地" and gives no list: what
 * can be cultivated is found on the ground. The groups below are this tool's reading, not words of the clause.
 */
import { dlbmCodes } from '../core/dlbm.js';
import type { Bilingual } from '../core/errors.js';

export const farmlandSources = {
  id: 'farmland-sources',
  version: '2025.1',
  effectiveFrom: '2025-01-27',
  codeSystem: 'sandiao-dlbm',
  confidence: 'memory-low',
  note: {
    zh: '条文只说“具备开垦条件的各类非耕地”，未列地类；本表为本工具的分组，是否具备开垦条件须实地认定。',
    en: 'The clause names no classes; these groups are this tool’s reading, and whether ground can be cultivated is decided in the field.',
  } satisfies Bilingual,
} as const;

/** eligible: usual sources; doubtful: non-farmland that needs a case of its own; farmland: is farmland already; no: water, wetland, roads. */
export type SourceGroup = 'eligible' | 'doubtful' | 'farmland' | 'no';

const eligible =
  '0201 0201K 0202 0202K 0203 0203K 0204 0204K 0307 0307K 0404 1104 1104A 1104K 1202 1201 1204 1205 1206';
const never =
  '0303 0304 0306 0402 1101 1102 1103 1105 1106 1107 1107A 1108 1109 1110 1001 1002 1003 1004 1005 1006 1007 1008 1009 1203 1207';

const inGroup = new Map<string, SourceGroup>([
  ...eligible.split(' ').map((code) => [code, 'eligible'] as const),
  ...never.split(' ').map((code) => [code, 'no'] as const),
  ...['0101', '0102', '0103'].map((code) => [code, 'farmland'] as const),
]);

/** Undefined for a code that the survey's list does not have: it is named, not guessed. */
export const sourceGroupOf = (code: string | null): SourceGroup | undefined =>
  code !== null && dlbmCodes.has(code) ? (inGroup.get(code) ?? 'doubtful') : undefined;
