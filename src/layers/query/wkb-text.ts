/** Polygons as the database hands them over (ISO WKB of OGC 06-103r4 §8.2, two dimensions), written as text. */
import { AppError } from '../../core/errors.js';
import type { ByteWriter, PairMarks } from './byte-writer.js';

const POLYGON = 3;
const MULTI_POLYGON = 6;

/** How coordinates are written. */
export interface CoordinateStyle {
  /** Second coordinate first. */
  flipped: boolean;
  decimals: number;
}

/** What stands around the parts of a MultiPolygon; positions come between. */
export interface ShapeMarks {
  /** Before the polygon with this number, from 0. */
  polygon(out: ByteWriter, number: number): void;
  polygonEnd: string;
  /** Before the first ring of a polygon and before the others. */
  ring: readonly [outer: string, inner: string];
  ringEnd: readonly [outer: string, inner: string];
  /** Before the first position of a ring, between its numbers, between two positions, and behind the last. */
  position: PairMarks;
}

export const pairMarks = (open: string, between: string, next: string, last: string): PairMarks => [
  Buffer.from(open),
  Buffer.from(between),
  Buffer.from(next),
  Buffer.from(last),
];

/** A Polygon counts as a MultiPolygon of one. */
export function writeShape(
  out: ByteWriter,
  wkb: Uint8Array,
  style: CoordinateStyle,
  marks: ShapeMarks,
): void {
  const view = new DataView(wkb.buffer, wkb.byteOffset, wkb.byteLength);
  let at = 0;
  const header = (): number => {
    const [order, kind] = [view.getUint8(at), view.getUint32(at + 1, true)];
    at += 5;
    if (order === 1 && (kind === POLYGON || kind === MULTI_POLYGON)) return kind;
    throw new AppError('internal', `WKB of byte order ${order} and type ${kind} is no polygon in the plane`);
  };
  const count = (): number => {
    at += 4;
    return view.getUint32(at - 4, true);
  };
  const several = header() === MULTI_POLYGON;
  const polygons = several ? count() : 1;
  for (let polygon = 0; polygon < polygons; polygon++) {
    if (several) header();
    marks.polygon(out, polygon);
    const rings = count();
    for (let ring = 0; ring < rings; ring++) {
      const place = ring === 0 ? 0 : 1;
      out.ascii(marks.ring[place]);
      const positions = count();
      if (isTurned(view, at, positions, ring === 0))
        out.pairs(reversed(view, at, positions), 0, positions, style, marks.position);
      else out.pairs(view, at, positions, style, marks.position);
      at += positions * 16;
      out.ascii(marks.ringEnd[place]);
    }
    out.ascii(marks.polygonEnd);
  }
}

/**
 * Whether a ring runs the wrong way round: ground lies to the left of every ring (RFC 7946 §3.1.6, ISO 19107 §6.3.17),
 * where shapefiles have it to the right. x and y in the order of the database.
 */
function isTurned(view: DataView, at: number, positions: number, outer: boolean): boolean {
  if (positions === 0) return false;
  const [x0, y0] = [view.getFloat64(at, true), view.getFloat64(at + 8, true)];
  let [twiceArea, x, y] = [0, 0, 0];
  for (let i = 1; i < positions; i++) {
    const nextX = view.getFloat64(at + 16 * i, true) - x0;
    const nextY = view.getFloat64(at + 16 * i + 8, true) - y0;
    twiceArea += x * nextY - nextX * y;
    x = nextX;
    y = nextY;
  }
  return outer ? twiceArea < 0 : twiceArea > 0;
}

function reversed(view: DataView, at: number, positions: number): DataView {
  const turned = new DataView(new ArrayBuffer(positions * 16));
  for (let i = 0; i < positions; i++)
    for (const half of [0, 8])
      turned.setFloat64(16 * i + half, view.getFloat64(at + 16 * (positions - 1 - i) + half, true), true);
  return turned;
}
