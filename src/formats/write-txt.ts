/**
 * Writes 国土 TXT in its canonical form: 9 columns, X (north) before Y (east with zone number), 0.001 m, J1… from the
 * north-west corner clockwise, every ring closed by its first point, GBK with CRLF. Parcels that bring point numbers
 * keep these, their first point and the direction in which they were counted.
 */
import { type Crs, crsTable } from '../core/crs.js';
import { AppError } from '../core/errors.js';
import { runAtOnce, runInTurns } from '../core/event-loop-turn.js';
import type { MultiPolygonRings, Position, Ring } from '../core/geometry-types.js';
import { roundHalfUp, toHa } from '../core/units.js';
import { planarAreaM2 } from '../geometry/area-kernel.js';
import { signedArea2 } from '../geometry/edge-arrays.js';
import { boxOf } from './nest-rings.js';
import { encodeGbk } from './txt-encoding.js';
import { txtWarning } from './txt-faults.js';
import type { TxtWarning } from './txt-types.js';

export interface TxtOutput {
  id: string | undefined;
  name: string | null;
  landUse: string | null;
  /** TFH and DLBM are written. */
  attributes: Readonly<Record<string, unknown>>;
  /** MultiPolygon [east, north] in metres of the CRS of the file; outer ring first. */
  rings: MultiPolygonRings;
  /** 点号 of each position of `rings`, to be kept; without them the points are numbered anew. */
  numbers?: PointNumbers;
}

/** 点号 in the shape of a MultiPolygon, closing points included. */
export type PointNumbers = readonly (readonly (readonly string[])[])[];

export interface TxtWriting {
  /** A CGCS2000 Gauss–Krüger CRS, with or without zone number. */
  epsg: number;
  /** 数据产生单位 */
  producer?: string;
  /** 数据产生日期, YYYY-MM-DD. */
  date?: string;
}

export interface WrittenTxt {
  bytes: Uint8Array;
  /** What could not be written as it was. */
  warnings: readonly TxtWarning[];
}

const DECIMALS = 3;

/** Throws AppError('internal') for a CRS that is not a Gauss–Krüger plane. */
export const writeTxt = (parcels: readonly TxtOutput[], writing: TxtWriting): WrittenTxt =>
  runAtOnce(writingSteps(parcels, writing));

/** The same, in turns: ten thousand parcels take a second in all. */
export const writeTxtInTurns = (parcels: readonly TxtOutput[], writing: TxtWriting): Promise<WrittenTxt> =>
  runInTurns(writingSteps(parcels, writing));

function* writingSteps(parcels: readonly TxtOutput[], writing: TxtWriting): Generator<void, WrittenTxt> {
  const crs = crsTable.get(writing.epsg);
  if (crs?.zone === undefined) {
    throw new AppError('internal', `TXT needs Gauss–Krüger coordinates, not EPSG:${writing.epsg}`);
  }
  const warnings: TxtWarning[] = [];
  const parts: Uint8Array[] = [];
  const lost = new Set<string>();
  let lineCount = 0;
  const add = (lines: readonly string[]): void => {
    const encoded = encodeGbk(`${lines.join('\r\n')}\r\n`);
    parts.push(encoded.bytes);
    for (const character of encoded.lost) lost.add(character);
    lineCount += lines.length;
  };
  add(headOf(crs, writing));
  for (const parcel of parcels) {
    add(linesOf(parcel, crs, lineCount + 1, warnings));
    yield;
  }
  if (lost.size > 0) {
    warnings.push(txtWarning('characters-lost', 1, { found: [...lost].slice(0, 20).join('') }));
  }
  return { bytes: Buffer.concat(parts), warnings };
}

const headOf = (crs: Crs, { producer = '', date = '' }: TxtWriting): string[] => [
  '[属性描述]',
  '格式版本号=1.01版本',
  `数据产生单位=${field(producer)}`,
  `数据产生日期=${field(date)}`,
  '坐标系=2000国家大地坐标系',
  `几度分带=${crs.zoneWidth}`,
  '投影类型=高斯克吕格',
  '计量单位=米',
  `带号=${crs.zone}`,
  `精度=${10 ** -DECIMALS}`,
  '转换参数=,,,,,,',
  '[地块坐标]',
];

/** `lineNo` is the line of the attributes in the file. */
function linesOf(parcel: TxtOutput, crs: Crs, lineNo: number, warnings: TxtWarning[]): string[] {
  const { numbers } = parcel;
  const polygons = parcel.rings.map((polygon, p) =>
    polygon
      .map((ring, r) => cornersOf(ring, r === 0, crs, numbers?.[p]?.[r]))
      .filter((corners) => corners.length > 2),
  );
  const rings = polygons.flat();
  const lines = [attributeLine(parcel, polygons)];
  const missing = parcel.rings.flat().length - rings.length;
  if (missing > 0) warnings.push(txtWarning('rings-collapsed', lineNo, { count: missing }));
  let first = 1;
  for (const [i, corners] of rings.entries()) {
    const named = corners.map(({ at, number }, k) => pointLine(number ?? `J${first + k}`, i + 1, at));
    lines.push(...named, named[0]!);
    first += corners.length;
  }
  return lines;
}

/** 界址点数 without the closing points; plane area of the coordinates as they are written. */
function attributeLine(
  { id, name, landUse, attributes }: TxtOutput,
  polygons: readonly (readonly (readonly Corner[])[])[],
): string {
  const count = polygons.flat(2).length;
  const closed = polygons.map((polygon) =>
    polygon.map((corners) => [...corners, corners[0]!].map((corner) => corner.at)),
  );
  const area = toHa(planarAreaM2(closed)).toFixed(4);
  const columns = [count, area, id, name, '面', attributes.TFH, landUse, attributes.DLBM];
  return `${columns.map(field).join(',')},@`;
}

/** Signs that would end a column or a line become their full-width forms. */
function field(value: unknown): string {
  if (typeof value !== 'string' && typeof value !== 'number') return '';
  return String(value)
    .replace(/[\p{C}\p{Z}]+/gu, ' ')
    .trim()
    .replaceAll(',', '，')
    .replaceAll('@', '＠');
}

const pointLine = (number: string, ring: number, [east, north]: Position): string =>
  `${field(number)},${ring},${north.toFixed(DECIMALS)},${east.toFixed(DECIMALS)}`;

interface Corner {
  at: Position;
  /** 点号 that is kept. */
  number?: string | undefined;
}

/**
 * The corners of a ring without the closing one, rounded, zone number in front of the easting; outer rings clockwise,
 * holes counter-clockwise, from the corner nearest to the north-west of the ring's box. With numbers that are kept:
 * from the first point, in the direction in which they rise.
 */
function cornersOf(ring: Ring, isOuter: boolean, crs: Crs, numbers: readonly string[] | undefined): Corner[] {
  const shift = crs.zonePrefix ? 0 : crs.zone! * 1e6;
  const corners: Corner[] = [];
  for (const [i, [x, y]] of ring.entries()) {
    const at = [roundHalfUp(x + shift, DECIMALS), roundHalfUp(y, DECIMALS)] as const;
    const before = corners[corners.length - 1];
    if (!before || !isSame(before.at, at)) corners.push({ at, number: numbers?.[i] });
  }
  while (corners.length > 1 && isSame(corners[0]!.at, corners[corners.length - 1]!.at)) corners.pop();
  if (corners.length < 3) return corners;
  const direction = numbers ? risesBy(corners) : 0;
  const positions = corners.map(({ at }) => at);
  const isWrong =
    direction === 0 ? signedArea2([...positions, positions[0]!]) > 0 === isOuter : direction < 0;
  if (numbers) return isWrong ? [corners[0]!, ...corners.slice(1).reverse()] : corners;
  if (isWrong) corners.reverse();
  const start = northWestOf(corners.map(({ at }) => at));
  return [...corners.slice(start), ...corners.slice(0, start)];
}

/** More steps up than down along the ring: positive; numbers that say nothing of an order: 0. */
function risesBy(corners: readonly Corner[]): number {
  let steps = 0;
  for (let i = 1; i < corners.length; i++) {
    const [before, here] = [countOf(corners[i - 1]!), countOf(corners[i]!)];
    if (before !== undefined && here !== undefined) steps += Math.sign(here - before);
  }
  return steps;
}

/** The digits at the end of a number: 12 of J12. */
function countOf({ number = '' }: Corner): number | undefined {
  const [digits] = /\d+$/.exec(number) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

const isSame = (a: Position, b: Position): boolean => a[0] === b[0] && a[1] === b[1];

/** Nearest to the north-west corner of the box; of several the more northern, then the more western. */
function northWestOf(corners: readonly Position[]): number {
  const [west, , , north] = boxOf(corners);
  const keyOf = ([x, y]: Position): readonly number[] => [Math.hypot(x - west, y - north), -y, x];
  let best = 0;
  for (let i = 1; i < corners.length; i++) {
    const [a, b] = [keyOf(corners[i]!), keyOf(corners[best]!)];
    const differs = a.findIndex((value, k) => value !== b[k]);
    if (differs >= 0 && a[differs]! < b[differs]!) best = i;
  }
  return best;
}
