/** Filter Encoding 2.0 (OGC 09-026r2) and 1.1 (OGC 04-095) → the product's filter. */
import { type FeatureTable, type Field, findField, GEOMETRY } from '../../layers/query/feature-table.js';
import type { Filter } from '../../layers/query/filter.js';
import { wfsFault } from './fault.js';
import { isFlat, isGmlGeometry, readGmlGeometry } from './gml-in.js';
import { gmlPropertyIn, isIdPath, propertyIn } from './property-path.js';
import { childOf, type XmlNode } from './xml.js';

export interface FesContext {
  table: FeatureTable;
  /** Ids of the collection as they stand in gml:id → its own ids; throws when they belong to another type. */
  readResourceId(id: string): string;
  /** Throws for the path to a property of another type: joins are not offered. */
  checkPath(path: string): void;
}

/** Throws `InvalidParameterValue` or `OptionNotSupported`. Geometries come out as lon/lat degrees. */
export function readFes(filter: XmlNode, context: FesContext): Filter {
  if (filter.name !== 'Filter') throw bad('应为 Filter 元素', 'a Filter element was expected');
  const ids = filter.children.filter(({ name }) => idNames.has(name));
  if (ids.length > 0) {
    if (ids.length !== filter.children.length)
      throw bad('标识与条件不能混用', 'ids and conditions can not be mixed');
    return { ids: ids.map(({ attributes }) => context.readResourceId(idIn(attributes))) };
  }
  const [condition, ...rest] = filter.children;
  if (!condition || rest.length > 0)
    throw bad('Filter 中应恰有一个条件', 'a Filter holds exactly one condition');
  return readCondition(condition, context);
}

const idNames = new Set(['ResourceId', 'FeatureId', 'GmlObjectId']);
function idIn({ rid, fid, id }: XmlNode['attributes']): string {
  const given = rid ?? fid ?? id;
  if (given) return given;
  throw bad('标识条件中没有标识', 'a filter by id that names none');
}

const comparisons: Readonly<Record<string, string>> = {
  PropertyIsEqualTo: '=',
  PropertyIsNotEqualTo: '<>',
  PropertyIsLessThan: '<',
  PropertyIsGreaterThan: '>',
  PropertyIsLessThanOrEqualTo: '<=',
  PropertyIsGreaterThanOrEqualTo: '>=',
};
const spatial: Readonly<Record<string, string>> = {
  BBOX: 's_intersects',
  Equals: 's_equals',
  Disjoint: 's_disjoint',
  Intersects: 's_intersects',
  Touches: 's_touches',
  Crosses: 's_crosses',
  Within: 's_within',
  Contains: 's_contains',
  Overlaps: 's_overlaps',
};
const temporal: Readonly<Record<string, string>> = {
  After: 't_after',
  Before: 't_before',
  During: 't_during',
  TEquals: 't_equals',
  AnyInteracts: 't_intersects',
};

function readCondition(node: XmlNode, context: FesContext): Filter {
  const { name, children } = node;
  if (name === 'And' || name === 'Or') {
    const args = children.map((child) => readCondition(child, context));
    if (args.length < 2) throw bad(`${name} 至少需要两个条件`, `${name} takes two conditions at least`);
    return { op: name.toLowerCase(), args };
  }
  if (name === 'Not') return { op: 'not', args: [readCondition(only(node), context)] };
  if (Object.hasOwn(comparisons, name)) return readComparison(node, comparisons[name]!, context);
  if (name === 'PropertyIsLike') return readLike(node, context);
  if (name === 'PropertyIsNull' || name === 'PropertyIsNil') return readAbsence(node, context);
  if (name === 'PropertyIsBetween') return readBetween(node, context);
  if (Object.hasOwn(spatial, name)) return readSpatial(node, spatial[name]!, context);
  if (Object.hasOwn(temporal, name)) return readTemporal(node, temporal[name]!, context);
  throw wfsFault(
    'OptionNotSupported',
    'filter',
    `不支持 ${name.slice(0, 60)}`,
    `${name.slice(0, 60)} is not supported`,
  );
}

function only(node: XmlNode): XmlNode {
  const [child, ...rest] = node.children;
  if (child && rest.length === 0) return child;
  throw bad(`${node.name} 中应恰有一项`, `${node.name} holds exactly one thing`);
}

/** xs:boolean. */
const isFalse = (text: string | undefined): boolean => text === 'false' || text === '0';

/** A property without a value is left out of an answer, never written as nil: so it is null and none is nil. */
function readAbsence(node: XmlNode, context: FesContext): Filter {
  const property = only(node);
  const isNull = node.name === 'PropertyIsNull';
  if (isReference(property) && gmlPropertyIn(property.text, property.namespaces) !== undefined) return isNull;
  const { ref } = reference(property, context);
  return isNull && { op: 'isNull', args: [ref] };
}

interface Reference {
  ref: Filter;
  field: Field | undefined;
}

function reference(node: XmlNode, { table, checkPath }: FesContext): Reference {
  if (node.name !== 'ValueReference' && node.name !== 'PropertyName')
    throw bad('应为 ValueReference', 'a ValueReference was expected');
  checkPath(node.text);
  const name = propertyIn(node.text);
  if (gmlPropertyIn(node.text, node.namespaces) !== undefined)
    throw bad(`gml:${name} 不能用于此处`, `gml:${name} can not stand there`);
  if (name === GEOMETRY) return { ref: { property: GEOMETRY }, field: undefined };
  const field = findField(table, name);
  if (field) return { ref: { property: name }, field };
  throw bad(`没有属性“${name.slice(0, 60)}”`, `there is no property "${name.slice(0, 60)}"`);
}

const isReference = ({ name }: XmlNode): boolean => name === 'ValueReference' || name === 'PropertyName';

/** An expression; literals take the type of the property they stand beside. */
function expression(node: XmlNode, field: Field | undefined, context: FesContext): Filter {
  if (isReference(node)) return reference(node, context).ref;
  if (node.name === 'Literal') return literal(node.text, field);
  const operators: Record<string, string> = { Add: '+', Sub: '-', Mul: '*', Div: '/' };
  const op = Object.hasOwn(operators, node.name) ? operators[node.name] : undefined;
  if (op === undefined) {
    const shown = node.name.slice(0, 60);
    throw wfsFault('OptionNotSupported', 'filter', `不支持 ${shown}`, `${shown} is not supported`);
  }
  return { op, args: node.children.map((child) => expression(child, field ?? numeric, context)) };
}

const numeric = {
  name: '',
  type: 'number',
  title: { zh: '', en: '' },
  sql: () => '',
} as const satisfies Field;

function literal(text: string, field: Field | undefined): Filter {
  switch (field?.type) {
    case 'number':
    case 'integer': {
      const value = text === '' ? Number.NaN : Number(text);
      if (Number.isFinite(value)) return value;
      throw bad(`“${text.slice(0, 40)}”不是数`, `"${text.slice(0, 40)}" is not a number`);
    }
    case 'boolean':
      if (/^(true|1|false|0)$/i.test(text)) return /^(true|1)$/i.test(text);
      throw bad(`“${text.slice(0, 40)}”不是 true 或 false`, `"${text.slice(0, 40)}" is not true or false`);
    case 'date':
    case 'timestamp': {
      const day = dayIn(text);
      return day === undefined ? { timestamp: text } : { date: day };
    }
    default:
      return text;
  }
}

/** The day of an xs:date: its time zone says nothing of days that have none. */
const dayIn = (text: string): string | undefined =>
  /^(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})?$/.exec(text)?.[1];

function readComparison(node: XmlNode, op: string, context: FesContext): Filter {
  const [left, right, ...rest] = inSense(node);
  if (!left || !right || rest.length > 0)
    throw bad(`${node.name} 需要两项`, `${node.name} takes two expressions`);
  if ([left, right].some(isIdReference)) return readIdComparison(left, right, op, context);
  const gml = gmlReference(node);
  if (gml !== undefined) {
    if (gml !== 'boundedBy') return false;
    throw wfsFault(
      'OperationProcessingFailed',
      'filter',
      '几何不能比较大小',
      'geometries can not be compared by size',
    );
  }
  const field = [left, right]
    .filter(isReference)
    .map((one) => reference(one, context).field)
    .find(Boolean);
  const args = [left, right].map((one) => expression(one, field, context));
  const blind = isFalse(node.attributes.matchcase) && (field?.type ?? 'string') === 'string';
  return { op, args: blind ? args.map((arg) => ({ op: 'casei', args: [arg] })) : args };
}

const isIdReference = (node: XmlNode): boolean => isReference(node) && isIdPath(node.text);

/** `@gml:id` beside a literal: equal or not. */
function readIdComparison(left: XmlNode, right: XmlNode, op: string, context: FesContext): Filter {
  const value = [left, right].find(({ name }) => name === 'Literal');
  if (!value || (op !== '=' && op !== '<>'))
    throw wfsFault(
      'OptionNotSupported',
      'filter',
      '@gml:id 只能与常量比较是否相等',
      '@gml:id can only equal a literal or not',
    );
  const same: Filter = { ids: [context.readResourceId(value.text)] };
  return op === '=' ? same : { op: 'not', args: [same] };
}

/**
 * The two sides of a comparison, in the order in which it is meant. They stand in that order (filter.xsd), but OGC's test
 * suite writes the literal first and means the property to be less or greater. It gives a matchAction, which says how
 * the values of a property are tested; clients that write 5 < a give none.
 */
function inSense({ children, attributes }: XmlNode): readonly XmlNode[] {
  const [left, right] = children;
  const turned =
    children.length === 2 &&
    left!.name === 'Literal' &&
    isReference(right!) &&
    attributes.matchaction !== undefined;
  return turned ? [right!, left!] : children;
}

/** The property of GML that an operator speaks of: no feature of ours has one, so nothing compares with it. */
function gmlReference({ children }: XmlNode): string | undefined {
  const at = children.filter(isReference);
  return at.map(({ text, namespaces }) => gmlPropertyIn(text, namespaces)).find((name) => name !== undefined);
}

function readLike(node: XmlNode, context: FesContext): Filter {
  const at = node.children.find(isReference);
  const pattern = childOf(node, 'Literal');
  if (!at || !pattern)
    throw bad('PropertyIsLike 需要属性和模式', 'PropertyIsLike takes a property and a pattern');
  if (gmlReference(node) !== undefined) return false;
  const { attributes } = node;
  const signs = {
    any: attributes.wildcard ?? '*',
    one: attributes.singlechar ?? '?',
    escape: attributes.escapechar ?? attributes.escape ?? '\\',
  };
  const args: Filter[] = [reference(at, context).ref, likePattern(pattern.text, signs)];
  const blind = isFalse(attributes.matchcase);
  return { op: 'like', args: blind ? args.map((arg) => ({ op: 'casei', args: [arg] })) : args };
}

function likePattern(text: string, signs: { any: string; one: string; escape: string }): string {
  // longer ones first: `.*` for any text beside `.` for one sign (old GeoTools, uDig)
  const meant = (['any', 'one', 'escape'] as const)
    .filter((what) => signs[what] !== '')
    .sort((a, b) => signs[b].length - signs[a].length);
  const plain = (sign: string): string => (/[%_\\]/.test(sign) ? `\\${sign}` : sign);
  let out = '';
  for (let at = 0; at < text.length; ) {
    const what = meant.find((one) => text.startsWith(signs[one], at));
    if (what) at += signs[what].length;
    if (what === 'any') out += '%';
    else if (what === 'one') out += '_';
    // an escape at the end stands for itself
    else if (what === 'escape' && at >= text.length) out += plain(signs.escape);
    else out += plain(text[at++]!);
  }
  return out;
}

function readBetween(node: XmlNode, context: FesContext): Filter {
  const [value] = node.children;
  const bounds = ['LowerBoundary', 'UpperBoundary'].map((name) => childOf(node, name)?.children[0]);
  if (!value || !bounds[0] || !bounds[1])
    throw bad('PropertyIsBetween 不完整', 'PropertyIsBetween is not complete');
  const field = isReference(value) ? reference(value, context).field : numeric;
  return {
    op: 'between',
    args: [expression(value, field, context), ...bounds.map((bound) => expression(bound!, field, context))],
  };
}

function readSpatial(node: XmlNode, op: string, context: FesContext): Filter {
  const at = node.children.find(isReference);
  const box = at === undefined || propertyIn(at.text) === 'boundedBy';
  const ref = box ? { property: GEOMETRY } : reference(at, context).ref;
  const shape = node.children.find(isGmlGeometry) ?? childOf(node, 'Literal')?.children.find(isGmlGeometry);
  if (!shape) throw bad(`${node.name} 中没有几何`, `${node.name} holds no geometry`);
  if (node.children.length > (at ? 2 : 1))
    throw bad(`${node.name} 中应恰有一个几何`, `${node.name} holds exactly one geometry`);
  const literal = readGmlGeometry(shape);
  // a line or surface all of whose positions lie on one line or point has no inside: it meets nothing
  return isFlat(literal) ? op === 's_disjoint' : { op, args: [ref, literal] };
}

function readTemporal(node: XmlNode, op: string, context: FesContext): Filter {
  const at = node.children.find(isReference);
  if (!at) throw bad(`${node.name} 中没有属性`, `${node.name} names no property`);
  const { ref, field } = reference(at, context);
  if (field?.type !== 'date' && field?.type !== 'timestamp')
    throw bad(`${propertyIn(at.text)} 不是时间属性`, `${propertyIn(at.text)} is not a property of time`);
  const value = node.children.find((child) => child !== at);
  return { op, args: [ref, readTime(value)] };
}

function readTime(node: XmlNode | undefined): Filter {
  if (node?.name === 'Literal') return node.children[0] ? readTime(node.children[0]) : timeIn(node);
  if (node?.name === 'TimeInstant') return timeIn(childOf(node, 'timePosition'));
  if (node?.name === 'TimePeriod') {
    const side = (position: string, instant: string): string =>
      timeIn(childOf(node, position)) ||
      timeIn(childOf(childOf(node, instant)?.children[0] ?? node, 'timePosition')) ||
      '..';
    return { interval: [side('beginPosition', 'begin'), side('endPosition', 'end')] };
  }
  throw bad(
    '时间条件中没有 TimeInstant 或 TimePeriod',
    'a temporal condition needs a TimeInstant or TimePeriod',
  );
}

const timeIn = (position: XmlNode | undefined): string =>
  position === undefined ? '' : (dayIn(position.text) ?? position.text);

const bad = (zh: string, en: string) => wfsFault('InvalidParameterValue', 'filter', zh, en);
