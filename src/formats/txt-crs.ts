/**
 * Decides by their digits in which order and of which kind the coordinates of a 国土 TXT file are, and holds the head
 * against them. Every contradiction is a fault with its lines, never a guess.
 */
import { type CoordinateKind, kindOfPoint, prefixOf } from '../core/coordinate-kind.js';
import { type Crs, crsTable } from '../core/crs.js';
import { plain } from './txt-columns.js';
import { type TxtFaultList, txtWarning } from './txt-faults.js';
import { type HeadStatement, meridianOfZone, widthOfZone } from './txt-head.js';
import { clip, type TxtPoint } from './txt-records.js';
import type { TxtWarning } from './txt-types.js';

/** The kind most points of the file are of. */
export interface CoordinateForm {
  kind: 'degrees' | 'metres' | 'zoned';
  /** Easting (longitude) stands before northing. */
  eastFirst: boolean;
  /** Zone number in front of the eastings. */
  prefix: number | undefined;
  firstLine: number;
}

const usable: Readonly<Partial<Record<CoordinateKind, CoordinateForm['kind']>>> = {
  degrees: 'degrees',
  'degrees-swapped': 'degrees',
  metres: 'metres',
  'metres-swapped': 'metres',
  zoned: 'zoned',
  'zoned-swapped': 'zoned',
};

const POINTS_OF_STEP = 5_000;

/** In the order of the file; undefined when no point is usable. Points unlike the rest are faults. */
export function* formOf(
  points: readonly TxtPoint[],
  faults: TxtFaultList,
): Generator<void, CoordinateForm | undefined> {
  const counts = new Map<string, number>();
  const keys: string[] = [];
  for (const [i, point] of points.entries()) {
    if (i % POINTS_OF_STEP === 0) yield;
    const key = keyOf(point);
    counts.set(key, (counts.get(key) ?? 0) + 1);
    keys.push(key);
  }
  const [main] = [...counts].filter(([key]) => key !== 'other').sort(([, a], [, b]) => b - a);
  if (main) condemnOthers(points, keys, main[0], faults);
  else for (const point of points) faults.add('bad-coordinate', point.line, pairOf(point));
  return main ? readKey(main[0], points[keys.indexOf(main[0])]!.line) : undefined;
}

/** `zoned 38`, `zoned-swapped 38`, `metres` …; `other` for what fits nothing. */
function keyOf({ first, second }: TxtPoint): string {
  // the standard order is northing first
  const kind = kindOfPoint(second, first);
  if (!usable[kind]) return 'other';
  if (kind === 'zoned') return `zoned ${prefixOf(second)}`;
  return kind === 'zoned-swapped' ? `${kind} ${prefixOf(first)}` : kind;
}

function readKey(key: string, firstLine: number): CoordinateForm {
  const [kind = '', prefix] = key.split(' ');
  return {
    kind: usable[kind as CoordinateKind]!,
    eastFirst: kind.endsWith('-swapped'),
    prefix: prefix === undefined ? undefined : Number(prefix),
    firstLine,
  };
}

/** One fault for each stretch of neighbouring points that are unlike the rest. */
function condemnOthers(
  points: readonly TxtPoint[],
  keys: readonly string[],
  main: string,
  faults: TxtFaultList,
): void {
  for (let i = 0; i < points.length; i++) {
    const key = keys[i]!;
    if (key === main) continue;
    const point = points[i]!;
    if (key === 'other') {
      faults.add('bad-coordinate', point.line, pairOf(point));
      continue;
    }
    while (keys[i + 1] === key) i++;
    const form = readKey(main, 0);
    const own = readKey(key, 0);
    const isTurned = own.kind === form.kind && own.prefix === form.prefix;
    faults.add(isTurned ? 'mixed-orders' : 'mixed-kinds', point.line, {
      lastLine: points[i]!.line,
      mainZh: isTurned ? orderOf(form).zh : kindName(form).zh,
      mainEn: isTurned ? orderOf(form).en : kindName(form).en,
      foundZh: kindName(own).zh,
      foundEn: kindName(own).en,
    });
  }
}

const pairOf = ({ first, second }: TxtPoint): { found: string } => ({ found: `${first}, ${second}` });

function kindName({ kind, prefix }: CoordinateForm): { zh: string; en: string } {
  if (kind === 'degrees') return { zh: '经纬度', en: 'in degrees' };
  if (kind === 'metres') return { zh: '不带带号的米制', en: 'in metres without zone number' };
  return { zh: `带带号 ${prefix} 的米制`, en: `in metres with zone number ${prefix}` };
}

function orderOf({ kind, eastFirst }: CoordinateForm): { zh: string; en: string } {
  if (kind === 'degrees') {
    return eastFirst ? { zh: '经度在前', en: 'longitude first' } : { zh: '纬度在前', en: 'latitude first' };
  }
  return eastFirst
    ? { zh: '横坐标（东）在前', en: 'easting first' }
    : { zh: '纵坐标（北）在前', en: 'northing first' };
}

export interface CrsDecision {
  crs: Crs | undefined;
  candidates: readonly number[];
  /** Line that says most about the CRS. */
  line: number;
}

export function decideCrs(
  form: CoordinateForm,
  head: HeadStatement,
  encoding: string,
  faults: TxtFaultList,
  warnings: TxtWarning[],
): CrsDecision {
  const line = head.zone?.line ?? head.meridian?.line ?? head.width?.line ?? form.firstLine;
  const crs = crsOf(form, head, faults, warnings);
  noteForm(form, crs, encoding, line, warnings);
  noteUnit(form, head, warnings);
  return { crs, candidates: crs ? [] : candidatesOf(head), line };
}

function crsOf(
  form: CoordinateForm,
  head: HeadStatement,
  faults: TxtFaultList,
  warnings: TxtWarning[],
): Crs | undefined {
  const { zone, meridian } = head;
  if (form.kind === 'degrees') return crsTable.get(head.datum === 'wgs84' ? 4326 : 4490);
  if (form.prefix !== undefined) {
    agreeWithPrefix(form.prefix, form.firstLine, head, faults);
    return crsTable.get(form.prefix >= 25 ? 4488 + form.prefix : 4478 + form.prefix);
  }
  if (zone) return crsOfMeridian(meridianOfZone(zone.value), widthOfZone(zone.value));
  if (!meridian) return undefined;
  const crs = crsOfMeridian(meridian.value, head.width?.value);
  if (crs) warnings.push(txtWarning('meridian-as-zone', meridian.line, { meridian: meridian.value }));
  return crs;
}

function agreeWithPrefix(
  prefix: number,
  pointLine: number,
  { zone, width, meridian }: HeadStatement,
  faults: TxtFaultList,
): void {
  if (zone) {
    // width and meridian were held against the zone already
    if (zone.value !== prefix) {
      faults.add('zone-contradiction', zone.line, { declared: zone.value, prefix, pointLine });
    }
    return;
  }
  const ofPrefix = widthOfZone(prefix)!;
  if (width && width.value !== ofPrefix) {
    faults.add('width-contradiction', width.line, { declared: width.value, zone: prefix, width: ofPrefix });
  }
  const expected = meridianOfZone(prefix);
  if (meridian && meridian.value !== expected) {
    const values = { declared: meridian.value, zone: prefix, meridian: expected };
    faults.add('meridian-contradiction', meridian.line, values);
  }
}

/** Without zone prefix; 3° and 6° zones of one meridian have the same coordinates. */
function crsOfMeridian(meridian: number, width: number | undefined): Crs | undefined {
  const fitting = [...crsTable.values()].filter(
    (crs) => crs.zonePrefix === false && crs.centralMeridian === meridian,
  );
  return (
    fitting.find((crs) => crs.zoneWidth === (width ?? 3)) ?? (width === undefined ? fitting[0] : undefined)
  );
}

function candidatesOf({ width }: HeadStatement): number[] {
  return [...crsTable.values()]
    .filter((crs) => crs.zonePrefix === false && (width === undefined || crs.zoneWidth === width.value))
    .map(({ epsg }) => epsg);
}

function noteForm(
  form: CoordinateForm,
  crs: Crs | undefined,
  encoding: string,
  line: number,
  warnings: TxtWarning[],
): void {
  const order = orderOf(form);
  const values = { encoding, orderZh: order.zh, orderEn: order.en };
  if (crs) warnings.push(txtWarning('crs-stated', line, { ...values, crsZh: crs.nameZh, epsg: crs.epsg }));
  else warnings.push(txtWarning('crs-open', line, values));
  if (form.kind === 'degrees') {
    warnings.push(txtWarning('lon-lat', form.firstLine, { firstZh: order.zh, firstEn: order.en }));
  } else if (form.eastFirst) warnings.push(txtWarning('easting-first', form.firstLine));
}

function noteUnit({ kind }: CoordinateForm, { unit }: HeadStatement, warnings: TxtWarning[]): void {
  if (!unit) return;
  const saysMetres = /^(米|m|metre|meter)$/i.test(plain(unit.value));
  if (saysMetres === (kind === 'degrees')) {
    warnings.push(txtWarning('unit-differs', unit.line, { found: clip(unit.value) }));
  }
}
