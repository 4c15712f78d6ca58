/**
 * What must hold of a reader whatever it is sent: it accepts or refuses with an `AppError` of the input codes, within
 * its time; what it accepts is read from its canonical form again as the same; and no digit of a coordinate is lost.
 */

import { crsTable } from '../src/core/crs.js';
import { AppError, type ErrorCode } from '../src/core/errors.js';
import type { MultiPolygonRings } from '../src/core/geometry-types.js';
import { roundHalfUp } from '../src/core/units.js';
import { readTxt } from '../src/formats/read-txt.js';
import { readPointLine } from '../src/formats/txt-columns.js';
import { decodeText, splitLines } from '../src/formats/txt-encoding.js';
import type { TxtDocument } from '../src/formats/txt-types.js';
import { writeTxt } from '../src/formats/write-txt.js';
import { officialAreaM2 } from '../src/geometry/official-area.js';

const inputCodes: readonly ErrorCode[] = [
  ...(['bad-json', 'bad-geojson', 'bad-parcel', 'bad-crs', 'bad-layer-file'] as const),
  ...(['outside-jurisdiction', 'unsupported-format', 'too-large', 'bad-parameter'] as const),
];

/** A sentence about what is wrong, or undefined. */
export type Complaint = string | undefined;

export function judgeRefusal(error: unknown): Complaint {
  if (!(error instanceof AppError)) return `no AppError: ${error instanceof Error ? error.stack : error}`;
  if (!inputCodes.includes(error.code)) return `refused as ${error.code}: ${error.message}`;
  const { detail, errors } = error.facts;
  return detail || errors?.length ? undefined : `${error.code} says nothing to people`;
}

const txtLimits = { maxParcels: 200, maxVertices: 20_000, maxFaults: 20 };

/** `Accepted`, `refused`, or what is wrong. */
export function judgeTxt(bytes: Uint8Array): { accepted: boolean; complaint: Complaint } {
  let document: TxtDocument;
  try {
    document = readTxt(bytes, txtLimits);
  } catch (error) {
    return { accepted: false, complaint: judgeRefusal(error) };
  }
  const complaint = everyPairKept(document, bytes) ?? sameWhenWritten(document);
  return { accepted: true, complaint };
}

/** Every pair of coordinates of the file stands in the document, and none that is not in the file. */
function everyPairKept({ parcels }: TxtDocument, bytes: Uint8Array): Complaint {
  const pairs = new Set<string>();
  for (const { rings } of parcels)
    for (const ring of rings.flat()) for (const [x, y] of ring) pairs.add(`${x} ${y}`);
  const found = new Set<string>();
  for (const line of splitLines(decodeText(bytes).text)) {
    const point = readPointLine(line);
    if (!point || 'badNumber' in point) continue;
    const { first, second } = point;
    const kept = [`${second} ${first}`, `${first} ${second}`].find((pair) => pairs.has(pair));
    if (kept === undefined) return `a point is lost: ${first}, ${second}`;
    found.add(kept);
  }
  return found.size === pairs.size ? undefined : `${pairs.size - found.size} points are invented`;
}

/** Written in the canonical form and read again: the same parcels, to the millimetre, and the area to 0.01 m² a vertex. */
function sameWhenWritten({ crs, parcels }: TxtDocument): Complaint {
  const plane = crs === undefined ? undefined : crsTable.get(crs);
  if (plane?.zone === undefined) return undefined;
  const written = writeTxt(parcels, { epsg: plane.epsg });
  if (written.warnings.some(({ code }) => code === 'rings-collapsed')) return undefined;
  const shift = plane.zonePrefix ? 0 : plane.zone * 1e6;
  let again: TxtDocument;
  try {
    again = readTxt(written.bytes, txtLimits);
  } catch (error) {
    // what crosses itself is for the judge of geometry to refuse: the reader nests such rings somehow
    const codes = error instanceof AppError ? (error.facts.errors ?? []).map(({ code }) => code) : ['?'];
    const known = [
      'repeated-ring',
      'too-few-points',
      'nested-records',
      'ring-resumed',
      'bad-coordinate',
      'mixed-kinds',
    ];
    return codes.every((code) => known.includes(code)) ? undefined : `refused when written: ${codes}`;
  }
  for (const [i, parcel] of parcels.entries()) {
    const other = again.parcels[i];
    if (!other) return `parcel ${i} is not written`;
    if (places(other.rings, 0) !== places(parcel.rings, shift)) return `parcel ${i} is written elsewhere`;
    const crsOut = crsTable.get(again.crs!)!;
    const vertices = parcel.rings.flat(2).length;
    const change = Math.abs(officialAreaM2(other.rings, crsOut) - officialAreaM2(parcel.rings, plane));
    if (isPlain(parcel.rings) && change > 0.01 + vertices * sizeOf(parcel.rings) * 0.0006) {
      return `parcel ${i} changes its area by ${change} m²`;
    }
  }
  return undefined;
}

/** Places of the corners in millimetres, in any order of rings and any first point. */
const places = (rings: MultiPolygonRings, shift: number): string =>
  [...new Set(rings.flat(2).map(([x, y]) => `${roundHalfUp(x + shift, 3)} ${roundHalfUp(y, 3)}`))]
    .sort()
    .join();

/** One ring: then nesting cannot differ where rings cross. */
const isPlain = (rings: MultiPolygonRings): boolean => rings.length === 1 && rings[0]!.length === 1;

function sizeOf(rings: MultiPolygonRings): number {
  const all = rings.flat(2);
  const span = (axis: 0 | 1): number =>
    Math.max(...all.map((p) => p[axis])) - Math.min(...all.map((p) => p[axis]));
  return span(0) + span(1);
}
