/**
 * Well-known binary of MultiPolygons, in and out (OGC 06-103r4 §8.2; the SRID flag is PostGIS EWKB). Coordinates
 * pass bit for bit; Z and M are dropped on reading and never written.
 */
import { AppError } from '../core/errors.js';
import type { FlatMultiPolygon, MultiPolygonRings } from '../core/geometry-types.js';

const POLYGON = 3;
const MULTI_POLYGON = 6;
const SRID_FLAG = 0x20000000;
const Z_FLAG = 0x80000000;
const M_FLAG = 0x40000000;

/** EWKB (little endian) of a MultiPolygon in the CRS named by `srid`; plain WKB without SRID when it is omitted. */
export function encodeMultiPolygon(rings: MultiPolygonRings, srid?: number): Uint8Array {
  let size = srid === undefined ? 9 : 13;
  for (const polygon of rings) {
    size += 9;
    for (const ring of polygon) size += 4 + 16 * ring.length;
  }
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  let at = 0;
  const uint32 = (value: number): void => {
    view.setUint32(at, value, true);
    at += 4;
  };
  bytes[at++] = 1;
  uint32(srid === undefined ? MULTI_POLYGON : MULTI_POLYGON + SRID_FLAG);
  if (srid !== undefined) uint32(srid);
  uint32(rings.length);
  for (const polygon of rings) {
    bytes[at++] = 1;
    uint32(POLYGON);
    uint32(polygon.length);
    for (const ring of polygon) {
      uint32(ring.length);
      for (const position of ring) {
        view.setFloat64(at, position[0], true);
        view.setFloat64(at + 8, position[1], true);
        at += 16;
      }
    }
  }
  return bytes;
}

/** `encodeMultiPolygon` of flat rings, with SRID. */
export function encodeFlatMultiPolygon(rings: FlatMultiPolygon, srid: number): Uint8Array {
  let size = 13;
  for (const polygon of rings) {
    size += 9;
    for (const ring of polygon) size += 4 + ring.byteLength;
  }
  const bytes = Buffer.allocUnsafe(size);
  bytes[0] = 1;
  bytes.writeUInt32LE(MULTI_POLYGON + SRID_FLAG, 1);
  bytes.writeUInt32LE(srid, 5);
  bytes.writeUInt32LE(rings.length, 9);
  let at = 13;
  for (const polygon of rings) {
    bytes[at] = 1;
    bytes.writeUInt32LE(POLYGON, at + 1);
    bytes.writeUInt32LE(polygon.length, at + 5);
    at += 9;
    for (const ring of polygon) {
      bytes.writeUInt32LE(ring.length / 2, at);
      // the processor's byte order is little-endian, as that of stored tiles
      bytes.set(new Uint8Array(ring.buffer, ring.byteOffset, ring.byteLength), at + 4);
      at += 4 + ring.byteLength;
    }
  }
  return bytes;
}

/** Hexadecimal EWKB, the text form that PostGIS reads without a function call. */
export function encodeMultiPolygonHex(rings: MultiPolygonRings, srid: number): string {
  const bytes = encodeMultiPolygon(rings, srid);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
}

/** Reads WKB or EWKB, either byte order, of a Polygon or MultiPolygon; anything else is an `internal` error. */
export const decodeMultiPolygon = (bytes: Uint8Array): MultiPolygonRings =>
  readMultiPolygon(bytes, (view, from, count, { little, width }) =>
    Array.from({ length: count }, (_, i): [number, number] => {
      const at = from + i * width;
      return [view.getFloat64(at, little), view.getFloat64(at + 8, little)];
    }),
  );

export interface WkbHead {
  kind: number;
  little: boolean;
  /** Bytes of a position. */
  width: number;
}

/** What becomes of a ring of `count` positions whose first begins at the byte `from`. */
export type RingReader<Ring> = (view: DataView, from: number, count: number, head: WkbHead) => Ring;

/** `decodeMultiPolygon` for those who want rings in a form of their own. */
export function readMultiPolygon<Ring>(bytes: Uint8Array, readRing: RingReader<Ring>): Ring[][] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  const readHeader = (): WkbHead => {
    const little = view.getUint8(at) === 1;
    const raw = view.getUint32(at + 1, little);
    at += raw & SRID_FLAG ? 9 : 5;
    const base = raw & 0xffff;
    const extra = (raw & Z_FLAG ? 1 : 0) + (raw & M_FLAG ? 1 : 0) + [0, 1, 1, 2][Math.floor(base / 1000)]!;
    return { kind: base % 1000, little, width: 16 + 8 * extra };
  };
  const readCount = (little: boolean): number => {
    at += 4;
    return view.getUint32(at - 4, little);
  };
  const readPolygon = (head: WkbHead): Ring[] => {
    const rings: Ring[] = [];
    for (let left = readCount(head.little); left > 0; left--) {
      const count = readCount(head.little);
      rings.push(readRing(view, at, count, head));
      at += count * head.width;
    }
    return rings;
  };
  const head = readHeader();
  if (head.kind === POLYGON) return [readPolygon(head)];
  if (head.kind !== MULTI_POLYGON) throw new AppError('internal', `WKB type ${head.kind} is not a polygon`);
  const polygons: Ring[][] = [];
  for (let left = readCount(head.little); left > 0; left--) {
    const part = readHeader();
    if (part.kind !== POLYGON) throw new AppError('internal', `WKB type ${part.kind} inside a MultiPolygon`);
    polygons.push(readPolygon(part));
  }
  return polygons;
}
