/** Cuts the lines of a 国土 TXT file into head entries and records (one attribute line and the points under it). */

import {
  entryOf,
  isAttributeLine,
  plain,
  readAttributeLine,
  readPointLine,
  sectionOf,
} from './txt-columns.js';
import { splitLines } from './txt-encoding.js';
import { refuseTxt, type TxtFaultList, txtWarning } from './txt-faults.js';
import type { TxtLimits, TxtWarning } from './txt-types.js';

export interface TxtPoint {
  line: number;
  number: string;
  ring: string;
  /** The two coordinates in the order they were written. */
  first: number;
  second: number;
  decimals: number;
}

export interface TxtRecord {
  line: number;
  attributes: Readonly<Record<string, string>>;
  points: TxtPoint[];
  /** A fault of one of its lines was told: that something is missing says nothing new. */
  spoiled?: boolean;
  warnings: TxtWarning[];
}

export interface HeadEntry {
  line: number;
  value: string;
}

export interface TxtLines {
  head: ReadonlyMap<string, HeadEntry>;
  project: Readonly<Record<string, string>>;
  records: readonly TxtRecord[];
}

type Section = 'head' | 'project' | 'parcels' | 'other';

interface Cutting {
  section: Section;
  head: Map<string, HeadEntry>;
  project: Map<string, string>;
  records: TxtRecord[];
  vertexCount: number;
  broken: { count: number; line: number };
  extra: { count: number; line: number };
  ignored: { count: number; line: number; found: string };
  limits: TxtLimits;
  faults: TxtFaultList;
  warnings: TxtWarning[];
}

/** In steps of some hundred lines. */
export function* cutRecords(
  text: string,
  limits: TxtLimits,
  faults: TxtFaultList,
  warnings: TxtWarning[],
): Generator<void, TxtLines> {
  const cutting: Cutting = {
    section: 'head',
    head: new Map(),
    project: new Map(),
    records: [],
    vertexCount: 0,
    broken: { count: 0, line: 0 },
    extra: { count: 0, line: 0 },
    ignored: { count: 0, line: 0, found: '' },
    limits,
    faults,
    warnings,
  };
  for (const [index, line] of splitLines(text).entries()) {
    if (index % LINES_OF_STEP === 0) yield;
    if (/^[\s,，\0]*$/.test(line)) continue;
    if (line.includes('\ufffd')) countLine(cutting.broken, index + 1);
    takeLine(line, index + 1, cutting);
  }
  const { head, project, records, broken, extra, ignored } = cutting;
  if (broken.count > 0) warnings.push(txtWarning('broken-characters', broken.line, broken));
  if (extra.count > 0) warnings.push(txtWarning('extra-columns', extra.line, extra));
  if (ignored.count > 0) warnings.push(txtWarning('section-ignored', ignored.line, ignored));
  for (const record of records) {
    if (record.points.length === 0 && !record.spoiled) faults.add('no-points', record.line);
  }
  return { head, project: Object.fromEntries(project), records };
}

const LINES_OF_STEP = 500;

function countLine(tally: { count: number; line: number }, line: number): void {
  if (tally.count === 0) tally.line = line;
  tally.count += 1;
}

const sections: Readonly<Record<string, Section>> = {
  属性描述: 'head',
  项目信息: 'project',
  地块坐标: 'parcels',
};

/** No line of the format is nearly so long; what is longer is not looked into. */
const LONGEST_LINE = 10_000;

function takeLine(line: string, lineNo: number, cutting: Cutting): void {
  if (line.length > LONGEST_LINE) {
    cutting.faults.add('unreadable-line', lineNo, { text: clip(line) });
    return;
  }
  const title = sectionOf(line);
  if (title !== undefined) {
    cutting.section = sections[title] ?? 'other';
    if (cutting.section === 'other') {
      if (cutting.ignored.count === 0) cutting.ignored.found = clip(line);
      countLine(cutting.ignored, lineNo);
    }
    return;
  }
  if (cutting.section === 'other' || cutting.section === 'project') {
    // coordinates are never skipped, whatever stands above them
    if (!isAttributeLine(line) && !isPoint(line)) {
      const entry = cutting.section === 'project' ? entryOf(line) : undefined;
      if (entry) cutting.project.set(entry.key, entry.value);
      return;
    }
  }
  takeContent(line, lineNo, cutting);
}

function isPoint(line: string): boolean {
  const columns = readPointLine(line);
  return columns !== undefined && 'first' in columns;
}

/** Files without section titles exist: entries come before the first attribute or point line. */
function takeContent(line: string, lineNo: number, cutting: Cutting): void {
  if (cutting.section === 'head') {
    const entry = entryOf(line);
    if (entry) {
      takeEntry(entry.key, { line: lineNo, value: entry.value }, cutting);
      return;
    }
  }
  if (isAttributeLine(line)) takeAttributes(line, lineNo, cutting);
  else takePoint(line, lineNo, cutting);
}

/** Files put together from several repeat their heads: what says where the coordinates are must not differ. */
const decisive = /^(坐标系|几度分带|分带|带号|投影|计量单位|中央)/;

function takeEntry(key: string, entry: HeadEntry, { head, faults }: Cutting): void {
  const before = head.get(key);
  const isFilled = before !== undefined && before.value !== '' && entry.value !== '';
  if (isFilled && decisive.test(key) && plain(before.value) !== plain(entry.value)) {
    const [found, other] = [clip(entry.value), clip(before.value)];
    faults.add('repeated-head', entry.line, { key: clip(key), found, other, otherLine: before.line });
  } else if (!before || before.value === '') head.set(key, entry);
}

function takeAttributes(line: string, lineNo: number, cutting: Cutting): void {
  const { records, limits, faults } = cutting;
  cutting.section = 'parcels';
  if (records.length >= limits.maxParcels) {
    throw refuseTxt('too-many-parcels', lineNo, { limit: limits.maxParcels });
  }
  const columns = readAttributeLine(line);
  const record: TxtRecord = { line: lineNo, attributes: {}, points: [], warnings: [] };
  records.push(record);
  if ('count' in columns) {
    faults.add('attribute-columns', lineNo, columns);
    record.spoiled = true;
    return;
  }
  record.attributes = columns.attributes;
  if (columns.firstIsNoCount !== undefined) {
    const found = clip(columns.firstIsNoCount);
    record.warnings.push(txtWarning('columns-assumed', lineNo, { found }));
  }
  const type = plain(columns.attributes.JLTXSX ?? '');
  if (type === '') record.warnings.push(txtWarning('type-assumed', lineNo));
  else if (!/^(面|面状|多边形|polygon)$/i.test(type)) {
    faults.add('not-areal-record', lineNo, { found: clip(type) });
  }
}

function takePoint(line: string, lineNo: number, cutting: Cutting): void {
  const { records, limits, faults } = cutting;
  const columns = readPointLine(line);
  if (!columns) {
    faults.add('unreadable-line', lineNo, { text: clip(line) });
    spoilLast(records);
    return;
  }
  cutting.section = 'parcels';
  if ('badNumber' in columns) {
    faults.add('bad-number', lineNo, { text: clip(columns.badNumber) });
    spoilLast(records);
    return;
  }
  if (++cutting.vertexCount > limits.maxVertices) {
    throw refuseTxt('too-many-vertices', lineNo, { limit: limits.maxVertices });
  }
  if (columns.hasMore) countLine(cutting.extra, lineNo);
  let record = records[records.length - 1];
  if (!record) {
    record = { line: lineNo, attributes: {}, points: [], warnings: [txtWarning('no-attributes', lineNo)] };
    records.push(record);
  }
  const { number, ring, first, second, decimals } = columns;
  record.points.push({ line: lineNo, number, ring, first, second, decimals });
}

function spoilLast(records: readonly TxtRecord[]): void {
  const last = records[records.length - 1];
  if (last) last.spoiled = true;
}

/** What is quoted from a file in a message: short, without control characters. */
export const clip = (text: string): string => text.slice(0, 200).replace(/\p{C}/gu, '').trim().slice(0, 40);
