/**
 * Writes 国土 TXT in its canonical form: 9 columns, X (north) before Y (east with zone number), 0.001 m, J1… from the
 * north-west corner clockwise, every ring closed by its first point, GBK with CRLF.
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
}

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
  const polygons = parcel.rings.map((polygon) =>
    polygon.map((ring, r) => cornersOf(ring, r === 0, crs)).filter((corners) => corners.length > 2),
  );
  const rings = polygons.flat();
  const lines = [attributeLine(parcel, polygons)];
  const missing = parcel.rings.flat().length - rings.length;
  if (missing > 0) warnings.push(txtWarning('rings-collapsed', lineNo, { count: missing }));
  let first = 1;
  for (const [i, corners] of rings.entries()) {
    for (const [k, corner] of corners.entries()) lines.push(pointLine(first + k, i + 1, corner));
    lines.push(pointLine(first, i + 1, corners[0]!));
    first += corners.length;
  }
  return lines;
}

/** 界址点数 without the closing points; plane area of the coordinates as they are written. */
function attributeLine(
  { id, name, landUse, attributes }: TxtOutput,
  polygons: readonly (readonly (readonly Position[])[])[],
): string {
  const count = polygons.flat(2).length;
  const closed = polygons.map((polygon) => polygon.map((corners) => [...corners, corners[0]!]));
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

const pointLine = (number: number, ring: number, [east, north]: Position): string =>
  `J${number},${ring},${north.toFixed(DECIMALS)},${east.toFixed(DECIMALS)}`;

/**
 * The corners of a ring without the closing one, rounded, zone number in front of the easting; outer rings clockwise,
 * holes counter-clockwise, from the corner nearest to the north-west of the ring's box.
 */
function cornersOf(ring: Ring, isOuter: boolean, crs: Crs): Position[] {
  const shift = crs.zonePrefix ? 0 : crs.zone! * 1e6;
  const corners: Position[] = [];
  for (const [x, y] of ring) {
    const corner = [roundHalfUp(x + shift, DECIMALS), roundHalfUp(y, DECIMALS)] as const;
    const before = corners[corners.length - 1];
    if (!before || !isSame(before, corner)) corners.push(corner);
  }
  while (corners.length > 1 && isSame(corners[0]!, corners[corners.length - 1]!)) corners.pop();
  if (corners.length < 3) return corners;
  if (signedArea2([...corners, corners[0]!]) > 0 === isOuter) corners.reverse();
  const start = northWestOf(corners);
  return [...corners.slice(start), ...corners.slice(0, start)];
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
