/** CQL2-JSON → filter: built anew member by member, so that nothing but the members of the standard gets through. */
import { type Filter, filterLimits, type GeometryLiteral } from '../../layers/query/filter.js';
import { badParameter } from '../media.js';

export function readCql2Json(text: string): Filter {
  if (text.length > filterLimits.textLength)
    throw bad(
      `长度超过 ${filterLimits.textLength} 个字符`,
      `longer than ${filterLimits.textLength} characters`,
    );
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    throw bad('不是合法的 JSON', 'it is not valid JSON');
  }
  return readNode(data, 0);
}

function readNode(data: unknown, depth: number): Filter {
  if (depth > filterLimits.depth)
    throw bad(`嵌套超过 ${filterLimits.depth} 层`, `nested deeper than ${filterLimits.depth}`);
  if (typeof data === 'string' || typeof data === 'number' || typeof data === 'boolean') return data;
  if (Array.isArray(data)) return data.map((item) => readNode(item, depth + 1));
  if (typeof data !== 'object' || data === null) throw bad('不能为 null', 'null can not stand there');
  const node = data as Record<string, unknown>;
  if (typeof node.op === 'string' && Array.isArray(node.args))
    return { op: node.op, args: node.args.map((arg) => readNode(arg, depth + 1)) };
  if (typeof node.property === 'string') return { property: node.property };
  if (typeof node.date === 'string') return { date: node.date };
  if (typeof node.timestamp === 'string') return { timestamp: node.timestamp };
  if (Array.isArray(node.interval))
    return { interval: node.interval.map((side) => readNode(side, depth + 1)) };
  if (Array.isArray(node.bbox) && node.type === undefined) return { bbox: node.bbox.map(Number) };
  if (typeof node.type === 'string') return readGeometry(node, depth);
  throw bad('有无法识别的对象', 'an object in it is none of CQL2-JSON');
}

function readGeometry(node: Record<string, unknown>, depth: number): Filter {
  if (depth > filterLimits.depth) throw bad('嵌套过深', 'nested too deep');
  const { type, coordinates, geometries } = node;
  if (type === 'GeometryCollection' && Array.isArray(geometries)) {
    const parts = geometries.map((part) => readGeometry((part ?? {}) as Record<string, unknown>, depth + 1));
    return { type, geometries: parts as GeometryLiteral[] };
  }
  if (typeof type === 'string' && Array.isArray(coordinates)) return { type, coordinates } as GeometryLiteral;
  throw bad('几何有误', 'a geometry in it is not GeoJSON');
}

const bad = (zh: string, en: string) => badParameter('filter', zh, en);
