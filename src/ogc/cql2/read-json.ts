/** CQL2-JSON → filter: built anew member by member, so that nothing but the members of the standard gets through. */
import {
  type Coordinates,
  type Filter,
  filterLimits,
  type GeometryLiteral,
} from '../../layers/query/filter.js';
import { badParameter } from '../media.js';
import { isInterval, onlyIntervals, takesIntervals } from './intervals.js';

/** Where a node stands in the document: a JSON pointer (RFC 6901). */
type Place = string;

export function readCql2Json(text: string): Filter {
  if (text.length > filterLimits.textLength)
    throw bad(
      '',
      `长度超过 ${filterLimits.textLength} 个字符`,
      `longer than ${filterLimits.textLength} characters`,
    );
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    const at = /position (\d+)/.exec((error as Error).message)?.[1];
    throw at === undefined
      ? bad('', '不是合法的 JSON', 'it is not valid JSON')
      : bad(
          '',
          `第 ${Number(at) + 1} 个字符处不是合法的 JSON`,
          `it is not valid JSON at character ${Number(at) + 1}`,
        );
  }
  return readNode(data, '', 0);
}

function readNode(data: unknown, place: Place, depth: number): Filter {
  if (depth > filterLimits.depth)
    throw bad(place, `嵌套超过 ${filterLimits.depth} 层`, `nested deeper than ${filterLimits.depth}`);
  if (typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean') return data;
  if (Array.isArray(data)) return readList(data, place, depth);
  if (typeof data !== 'object' || data === null) throw bad(place, '不能为 null', 'null can not stand there');
  const node = data as Record<string, unknown>;
  if (typeof node.op === 'string' && Array.isArray(node.args))
    return readOperation(node.op, readList(node.args, `${place}/args`, depth), place);
  if (typeof node.property === 'string') return { property: node.property };
  if (typeof node.date === 'string') return { date: node.date };
  if (typeof node.timestamp === 'string') return { timestamp: node.timestamp };
  if (Array.isArray(node.interval)) return { interval: readList(node.interval, `${place}/interval`, depth) };
  if (typeof node.type === 'string') return readGeometry(node, place, depth);
  if (Array.isArray(node.bbox)) return { bbox: readNumbers(node.bbox, `${place}/bbox`) };
  throw bad(place, '有无法识别的对象', 'an object in it is none of CQL2-JSON');
}

const readList = (items: readonly unknown[], place: Place, depth: number): Filter[] =>
  items.map((item, i) => readNode(item, `${place}/${i}`, depth + 1));

function readOperation(op: string, args: Filter[], place: Place): Filter {
  if (takesIntervals(op) && !args.every(isInterval)) throw bad(place, ...onlyIntervals(op));
  return { op, args };
}

function readGeometry(node: Record<string, unknown>, place: Place, depth: number): Filter {
  if (depth > filterLimits.depth) throw bad(place, '嵌套过深', 'nested too deep');
  const { type, coordinates, geometries } = node;
  if (type === 'GeometryCollection' && Array.isArray(geometries)) {
    const parts = geometries.map((part, i) =>
      readGeometry((part ?? {}) as Record<string, unknown>, `${place}/geometries/${i}`, depth + 1),
    );
    return { type, geometries: parts as GeometryLiteral[] };
  }
  if (typeof type === 'string' && Array.isArray(coordinates))
    return { type, coordinates: readCoordinates(coordinates, `${place}/coordinates`, 0) } as GeometryLiteral;
  throw bad(place, '几何有误', 'a geometry in it is not GeoJSON');
}

/** Lists of a MultiPolygon lie four deep. */
function readCoordinates(items: readonly unknown[], place: Place, depth: number): Coordinates {
  if (depth > 3) throw bad(place, '坐标嵌套过深', 'coordinates nested too deep');
  return items.every((item) => typeof item === 'number')
    ? readNumbers(items, place)
    : items.map((item, i) =>
        Array.isArray(item)
          ? readCoordinates(item, `${place}/${i}`, depth + 1)
          : readNumbers([item], place)[0]!,
      );
}

function readNumbers(items: readonly unknown[], place: Place): number[] {
  if (items.every((item) => typeof item === 'number')) return [...items];
  throw bad(place, '应为数', 'there must be numbers');
}

const bad = (place: Place, zh: string, en: string) =>
  place === ''
    ? badParameter('filter', zh, en)
    : badParameter('filter', `${place} 处：${zh}`, `at ${place}: ${en}`);
