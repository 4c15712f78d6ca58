/** The geometry literals of CQL2 text (well-known text) as GeoJSON. */
import type { Coordinates, GeometryLiteral } from '../../layers/query/filter.js';
import type { TokenReader } from './token-reader.js';

const types = {
  POINT: ['Point', 0],
  LINESTRING: ['LineString', 1],
  POLYGON: ['Polygon', 2],
  MULTIPOINT: ['MultiPoint', 1],
  MULTILINESTRING: ['MultiLineString', 2],
  MULTIPOLYGON: ['MultiPolygon', 3],
} as const;

export const geometryNames: ReadonlySet<string> = new Set([...Object.keys(types), 'GEOMETRYCOLLECTION']);

export function readGeometry(reader: TokenReader): GeometryLiteral {
  const word = reader.peek().value.toUpperCase();
  reader.take();
  reader.takeWord('Z');
  if (word === 'GEOMETRYCOLLECTION') {
    return reader.nested(() => {
      reader.needSign('(');
      const geometries: GeometryLiteral[] = [];
      do {
        if (!geometryNames.has(reader.peek().value.toUpperCase()) || reader.peek().kind !== 'name')
          throw reader.unexpected('几何', 'a geometry');
        geometries.push(readGeometry(reader));
      } while (reader.takeSign(','));
      reader.needSign(')');
      return { type: 'GeometryCollection', geometries };
    });
  }
  const [type, depth] = types[word as keyof typeof types];
  return { type, coordinates: depth === 0 ? readPoint(reader) : readLists(reader, depth, type) };
}

function readPoint(reader: TokenReader): number[] {
  reader.needSign('(');
  const position = readPosition(reader);
  reader.needSign(')');
  return position;
}

function readLists(reader: TokenReader, depth: number, type: string): Coordinates {
  reader.needSign('(');
  const items: Coordinates[] = [];
  do {
    if (depth > 1) items.push(readLists(reader, depth - 1, type));
    // MULTIPOINT comes with and without parentheses round its points
    else if (type === 'MultiPoint' && reader.isSign('(')) items.push(readPoint(reader));
    else items.push(readPosition(reader));
  } while (reader.takeSign(','));
  reader.needSign(')');
  return items;
}

function readPosition(reader: TokenReader): number[] {
  const position = [readNumber(reader), readNumber(reader)];
  if (!reader.isSign(',') && !reader.isSign(')')) position.push(readNumber(reader));
  return position;
}

function readNumber(reader: TokenReader): number {
  const negative = reader.takeSign('-');
  if (!negative) reader.takeSign('+');
  const { kind, value } = reader.peek();
  if (kind !== 'number') throw reader.unexpected('坐标', 'a coordinate');
  reader.take();
  return negative ? -Number(value) : Number(value);
}
