/**
 * Reads 国土 TXT (勘测定界界址点坐标交换格式) in all its dialects: tolerant in form, strict in meaning. The story on one
 * screen; each step stands in its own file. Whether the rings make a sound parcel is for the parcels room to judge.
 */
import type { Crs } from '../core/crs.js';
import { runAtOnce, runInTurns } from '../core/event-loop-turn.js';
import type { MultiPolygonRings, Position } from '../core/geometry-types.js';
import { findNestedRecords } from './find-nested-records.js';
import { nestRings } from './nest-rings.js';
import { noteArea, notePointCount } from './txt-areas.js';
import { type CoordinateForm, decideCrs, formOf } from './txt-crs.js';
import { decodeText } from './txt-encoding.js';
import { createTxtFaults, refuseTxt, type TxtFaultList, txtWarning } from './txt-faults.js';
import { readHead } from './txt-head.js';
import { cutRecords, type TxtLines, type TxtPoint, type TxtRecord } from './txt-records.js';
import { cutRings, type TxtRing } from './txt-rings.js';
import type { TxtDocument, TxtLimits, TxtParcel, TxtWarning } from './txt-types.js';
import { uniqueNumbers } from './unique-numbers.js';

const defaultTxtLimits: TxtLimits = { maxParcels: 10_000, maxVertices: 500_000, maxFaults: 200 };

/**
 * Throws one `AppError` (`bad-parcel`, `bad-crs`, `too-large`) whose `facts.errors` list every fault with the pointer
 * `line N`. What was assumed, and what is declared but does not agree, stands among the warnings.
 */
export const readTxt = (bytes: Uint8Array, limits: TxtLimits = defaultTxtLimits): TxtDocument =>
  runAtOnce(readingSteps(bytes, limits));

/** The same, in turns: a file of 10,000 parcels takes seconds in all. */
export const readTxtInTurns = (
  bytes: Uint8Array,
  limits: TxtLimits = defaultTxtLimits,
): Promise<TxtDocument> => runInTurns(readingSteps(bytes, limits));

function* readingSteps(bytes: Uint8Array, limits: TxtLimits): Generator<void, TxtDocument> {
  const { text, encoding } = decodeText(bytes);
  const faults = createTxtFaults(limits.maxFaults);
  const warnings: TxtWarning[] = [];
  const lines = yield* cutRecords(text, limits, faults, warnings);
  const statement = readHead(lines.head, faults, warnings);
  const condemned = new Set<TxtPoint>();
  const rings: TxtRing[][] = [];
  for (const record of lines.records) {
    rings.push(cutRings(record, faults, condemned));
    yield;
  }
  const form = yield* formOf(yield* soundPoints(lines, condemned), faults);
  const decision = form && decideCrs(form, statement, encoding.toUpperCase(), faults, warnings);
  if (lines.records.length === 0) faults.add('no-parcels', 1);
  faults.throwIfAny();
  const drafts: TxtParcel[] = [];
  for (const [i, record] of lines.records.entries()) {
    drafts.push(toDraft(record, rings[i]!, form!, decision!.crs, faults));
    yield;
  }
  yield* findNestedRecords(drafts, faults);
  faults.throwIfAny();
  return {
    crs: decision!.crs?.epsg,
    candidates: decision!.candidates,
    crsLine: decision!.line,
    encoding,
    head: Object.fromEntries([...lines.head].map(([key, { value }]) => [key, value])),
    project: lines.project,
    parcels: uniqueNumbers(drafts),
    warnings,
  };
}

function* soundPoints({ records }: TxtLines, condemned: ReadonlySet<TxtPoint>): Generator<void, TxtPoint[]> {
  const sound: TxtPoint[] = [];
  for (const { points } of records) {
    for (const point of points) if (!condemned.has(point)) sound.push(point);
    yield;
  }
  return sound;
}

function toDraft(
  record: TxtRecord,
  rings: readonly TxtRing[],
  form: CoordinateForm,
  crs: Crs | undefined,
  faults: TxtFaultList,
): TxtParcel {
  const { attributes, line, points, warnings } = record;
  const positions = rings.map((ring) => ring.points.map((point) => toPosition(point, form)));
  const polygons = polygonsOf(rings, positions, record, faults);
  const shaped = <T>(of: (point: TxtPoint) => T): T[][][] =>
    polygons.map((polygon) => polygon.map((ring) => rings[ring]!.points.map(of)));
  const multiPolygon: MultiPolygonRings = polygons.map((polygon) => polygon.map((ring) => positions[ring]!));
  notePointCount(record, rings.length);
  noteArea(record, multiPolygon, crs);
  return {
    id: attributes.DKBH,
    name: attributes.DKMC ?? null,
    landUse: attributes.DKYT ?? null,
    attributes,
    rings: multiPolygon,
    pointNumbers: shaped(({ number }) => number),
    lines: shaped(({ line: ofPoint }) => ofPoint),
    decimals: points.reduce((most, point) => Math.max(most, point.decimals), 0),
    line,
    warnings,
  };
}

const toPosition = ({ first, second }: TxtPoint, { eastFirst }: CoordinateForm): Position =>
  eastFirst ? [first, second] : [second, first];

function polygonsOf(
  rings: readonly TxtRing[],
  positions: readonly Position[][],
  record: TxtRecord,
  faults: TxtFaultList,
): number[][] {
  const nesting = nestRings(positions);
  if (!nesting) throw refuseTxt('rings-too-complex', record.line);
  const lineOf = (ring: number): number => rings[ring]!.points[0]!.line;
  for (const [ring, other] of nesting.repeated) {
    faults.add('repeated-ring', lineOf(ring), { otherLine: lineOf(other) });
  }
  const parts = nesting.polygons.length;
  const holes = positions.length - parts;
  if (positions.length > 1) record.warnings.push(txtWarning('rings-nested', record.line, { parts, holes }));
  return nesting.polygons;
}
