/**
 * Any well-known binary geometry (ISO 19125 / OGC 06-103r4, EWKB flags of PostGIS) sorted into what a parcel or a
 * layer can use: polygons, and beside them lines, points, arcs and heights. Whether that is good enough is the
 * caller's business. Coordinates pass bit for bit, x before y.
 */
import type { FlatMultiPolygon, FlatPolygon, Position } from '../core/geometry-types.js';
import { RingPen } from '../geometry/ring-pen.js';
import { strokeArcs } from './stroke-arcs.js';

export interface Shapes {
  /** Outer ring first; in the order of the file. Rings as given: not closed, not cleaned. */
  polygons: Position[][][];
  lines: Position[][];
  points: number;
  /** The file gives heights (Z) other than 0, or measures (M); they are left out. */
  hasZ: boolean;
  hasM: boolean;
  /** Circular arcs that were replaced by chords. */
  arcs: number;
  /** Surfaces that are neither flat polygons nor curves (TIN, polyhedra): left out. */
  others: number;
}

/** A line that ends where it begins and has three corners or more. */
export function isClosedLine(line: readonly Position[]): boolean {
  const [first, last] = [line[0], line.at(-1)];
  return line.length >= 4 && first![0] === last![0] && first![1] === last![1];
}

const Z_FLAG = 0x80000000;
const M_FLAG = 0x40000000;
const SRID_FLAG = 0x20000000;

/** Nesting of collections a file may have. */
const DEEPEST = 32;

interface Reader {
  view: DataView;
  at: number;
  shapes: Shapes;
}

/** Reads one geometry. Throws RangeError when the bytes end too early or nest too deeply. */
export function readShapes(bytes: Uint8Array): Shapes {
  const shapes = { polygons: [], lines: [], points: 0, hasZ: false, hasM: false, arcs: 0, others: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  readGeometry({ view, at: 0, shapes }, 0);
  return shapes;
}

const drawn = new RingPen();

/**
 * The rings of a geometry that is a polygon or a multipolygon and nothing else, flat, as `readShapes` would give them;
 * undefined for any other. Throws RangeError when the bytes end too early.
 */
export function readFlatPolygons(bytes: Uint8Array): FlatMultiPolygon | undefined {
  const shapes = { polygons: [], lines: [], points: 0, hasZ: false, hasM: false, arcs: 0, others: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = { view, at: 0, shapes };
  const head = readHead(reader);
  if (head.kind === 3) return [readFlatPolygon(reader, head)];
  if (head.kind !== 6) return undefined;
  return readList(reader, head, () => {
    const part = readHead(reader);
    if (part.kind !== 3) throw new RangeError(`geometry type ${part.kind} in a multipolygon`);
    return readFlatPolygon(reader, part);
  });
}

const readFlatPolygon = (reader: Reader, head: Head): FlatPolygon =>
  readList(reader, head, () => {
    const { view } = reader;
    const { little, width } = head;
    const count = readCount(reader, reader.at, little);
    reader.at += 4;
    if (count * width > view.byteLength - reader.at) throw new RangeError('geometry cut short');
    drawn.begin();
    for (let i = 0; i < count; i++, reader.at += width)
      drawn.add(view.getFloat64(reader.at, little), view.getFloat64(reader.at + 8, little));
    return drawn.take();
  });

interface Head {
  kind: number;
  little: boolean;
  z: boolean;
  /** Bytes of a position. */
  width: number;
}

function readHead(reader: Reader): Head {
  const { view, shapes } = reader;
  const little = view.getUint8(reader.at) === 1;
  const raw = view.getUint32(reader.at + 1, little);
  reader.at += raw & SRID_FLAG ? 9 : 5;
  const base = raw & 0xffff;
  const iso = Math.floor(base / 1000);
  const z = (raw & Z_FLAG) !== 0 || iso === 1 || iso === 3;
  const m = (raw & M_FLAG) !== 0 || iso === 2 || iso === 3;
  shapes.hasM ||= m;
  return { kind: base % 1000, little, z, width: 16 + (z ? 8 : 0) + (m ? 8 : 0) };
}

function readGeometry(reader: Reader, depth: number): void {
  if (depth > DEEPEST) throw new RangeError('geometry nested too deeply');
  const head = readHead(reader);
  const { shapes } = reader;
  switch (head.kind) {
    case 1: {
      const [position] = readPositions(reader, head, 1);
      // an empty point is written as NaN
      if (!Number.isNaN(position![0])) shapes.points++;
      return;
    }
    case 2:
      shapes.lines.push(readLine(reader, head));
      return;
    case 3:
      shapes.polygons.push(readList(reader, head, () => readLine(reader, head)));
      return;
    case 8:
    case 9:
      shapes.lines.push(readCurve(reader, head, depth));
      return;
    case 10:
      shapes.polygons.push(readList(reader, head, () => readCurve(reader, readHead(reader), depth + 1)));
      return;
    default:
      if (![4, 5, 6, 7, 11, 12].includes(head.kind)) throw new RangeError(`geometry type ${head.kind}`);
      readList(reader, head, () => readGeometry(reader, depth + 1));
  }
}

function readCount({ view }: Reader, at: number, little: boolean): number {
  return view.getUint32(at, little);
}

function readList<T>(reader: Reader, { little }: Head, readOne: () => T): T[] {
  const count = readCount(reader, reader.at, little);
  reader.at += 4;
  // an item has at least 4 bytes: a count that cannot be true must not reserve memory
  if (count * 4 > reader.view.byteLength - reader.at) throw new RangeError('geometry cut short');
  const items: T[] = [];
  for (let i = 0; i < count; i++) items.push(readOne());
  return items;
}

function readLine(reader: Reader, head: Head): Position[] {
  const count = readCount(reader, reader.at, head.little);
  reader.at += 4;
  return readPositions(reader, head, count);
}

function readPositions(reader: Reader, { little, width, z }: Head, count: number): Position[] {
  const { view, shapes } = reader;
  if (count * width > view.byteLength - reader.at) throw new RangeError('geometry cut short');
  const positions: Position[] = [];
  for (let i = 0; i < count; i++, reader.at += width) {
    positions.push([view.getFloat64(reader.at, little), view.getFloat64(reader.at + 8, little)]);
    if (z && view.getFloat64(reader.at + 16, little) !== 0) shapes.hasZ = true;
  }
  return positions;
}

/** A ring or line of straight parts (2), arcs (8) or both (9), as straight parts. */
function readCurve(reader: Reader, head: Head, depth: number): Position[] {
  if (depth > DEEPEST) throw new RangeError('geometry nested too deeply');
  if (head.kind === 2) return readLine(reader, head);
  if (head.kind === 8) {
    const points = readLine(reader, head);
    reader.shapes.arcs += Math.floor(Math.max(0, points.length - 1) / 2);
    return strokeArcs(points);
  }
  if (head.kind !== 9) throw new RangeError(`geometry type ${head.kind} in a curve`);
  const parts = readList(reader, head, () => readCurve(reader, readHead(reader), depth + 1));
  return parts.flatMap((part, i) => (i === 0 ? part : part.slice(1)));
}
