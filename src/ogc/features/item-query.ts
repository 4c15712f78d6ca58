/** The parameters of `items`, each read and checked, as one feature query. */

import { type Field, findField } from '../../layers/query/feature-table.js';
import { allOf, type Filter } from '../../layers/query/filter.js';
import type { FeatureCollection } from '../../layers/query/layer-collections.js';
import type { FeatureQuery } from '../../layers/query/query-features.js';
import type { SortKey } from '../../layers/query/sql.js';

import { isBeyondPoles } from '../beyond-poles.js';
import { readCql2Json } from '../cql2/read-json.js';
import { readCql2Text } from '../cql2/read-text.js';
import { CRS84, crsUri, decimalsIn, type NamedCrs, offeredCrs, outputSrid, readCrs } from '../crs.js';
import { intervalOf, readDatetime, type TimeSpan } from '../datetime.js';
import { filterCrsOf, onEarth } from '../filter-crs.js';
import { badParameter, parameterOf, refuseUnknownParameters } from '../media.js';
import type { StandardRequest } from '../standard.js';

export const DEFAULT_LIMIT = 1_000;
export const MAX_LIMIT = 10_000;

/** Parameters of `items` beside the names of the fields. */
export const itemParameters = [
  'f',
  'limit',
  'offset',
  'after',
  'until',
  'bbox',
  'bbox-crs',
  'crs',
  'datetime',
  'filter',
  'filter-lang',
  'filter-crs',
  'sortby',
  'properties',
  'version',
] as const;

export const filterLanguages = ['cql2-text', 'cql2-json', 'cql-text'] as const;

export interface ItemQuery {
  collection: FeatureCollection;
  query: FeatureQuery;
  crs: NamedCrs;
  /** Id of the feature with which the page ends; it does not say where it begins. */
  until?: string;
}

/** Throws `bad-parameter` or `unknown-parameter`. */
export function readItemQuery(
  request: StandardRequest,
  collection: FeatureCollection,
  span: TimeSpan | undefined,
): ItemQuery {
  const { table } = collection;
  refuseUnknownParameters(request, [...itemParameters, ...table.fields.map(({ name }) => name)]);
  const crs = readOfferedCrs(request, 'crs', collection);
  const sort = readSort(request, collection);
  const after = parameterOf(request, 'after');
  const until = parameterOf(request, 'until');
  const offset = readWhole(request, 'offset', 0, 2_000_000_000) ?? 0;
  if (after !== undefined && sort.length > 0)
    throw badParameter('after', '与 sortby 不能同时使用', 'it can not be used with sortby');
  if (until !== undefined && (sort.length > 0 || after !== undefined || offset > 0))
    throw badParameter(
      'until',
      '与 sortby、after、offset 不能同时使用',
      'it can not be used with sortby, after or offset',
    );
  const fields = readFields(request, collection);
  const { filter, filterCrs } = readFilters(request, collection, span);
  return {
    collection,
    crs,
    ...(until !== undefined && { until }),
    query: {
      table,
      sort,
      limit: readLimit(request),
      offset,
      geometry: {
        srid: outputSrid(crs),
        flipped: crs.flipped,
        decimals: decimalsIn(crs, collection.decimals),
      },
      ...(filter !== undefined && { filter }),
      ...(filterCrs !== undefined && { filterCrs }),
      ...(after !== undefined && { after }),
      ...(fields !== undefined && { fields }),
    },
  };
}

export function readSpan(request: StandardRequest): TimeSpan | undefined {
  const text = parameterOf(request, 'datetime');
  return text === undefined ? undefined : readDatetime(text);
}

/** A parameter that names a CRS of the collection; CRS84 without it. */
export function readOfferedCrs(request: StandardRequest, name: string, { box }: FeatureCollection): NamedCrs {
  const text = parameterOf(request, name) ?? CRS84;
  const crs = readCrs(text);
  if (crs && offeredCrs(box).includes(crs.epsg)) return crs;
  const list = offeredCrs(box).map(crsUri);
  throw badParameter(name, `可用坐标系：${list.join('、')}`, `coordinate systems: ${list.join(', ')}`);
}

/** Above the maximum it is clamped, not refused (OGC 17-069r4 /req/core/fc-limit-response-1). */
function readLimit(request: StandardRequest): number {
  return Math.min(readWhole(request, 'limit', 1, Number.MAX_SAFE_INTEGER) ?? DEFAULT_LIMIT, MAX_LIMIT);
}

function readWhole(request: StandardRequest, name: string, least: number, most: number): number | undefined {
  const text = parameterOf(request, name);
  if (text === undefined) return undefined;
  // more digits than a number keeps are still a large limit
  const value = /^\d{1,40}$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : Number.NaN;
  if (value >= least && value <= most) return value;
  throw badParameter(name, `应为不小于 ${least} 的整数`, `it must be a whole number from ${least}`);
}

function readSort(request: StandardRequest, { table }: FeatureCollection): SortKey[] {
  const text = parameterOf(request, 'sortby');
  if (text === undefined) return [];
  const keys = text.split(',').map((part) => {
    // `+` arrives as a space where it was not encoded
    const [, sign = '', name = ''] = /^\s*([+-]?)(.*)$/s.exec(part) ?? [];
    const field = findField(table, name.trim());
    if (!field) throw unknownField('sortby', name, table.fields);
    return { field, descending: sign === '-' };
  });
  if (keys.length <= 10) return keys;
  throw badParameter('sortby', '最多 10 个字段', 'at most 10 fields');
}

/** `properties`: only these; the geometry and the id always come along. */
function readFields(request: StandardRequest, { table }: FeatureCollection): Field[] | undefined {
  const text = parameterOf(request, 'properties');
  if (text === undefined || text === '') return undefined;
  return text.split(',').map((name) => {
    const field = findField(table, name);
    if (!field) throw unknownField('properties', name, table.fields);
    return field;
  });
}

const unknownField = (parameter: string, name: string, fields: readonly Field[]) => {
  const list = fields.map((field) => field.name).join(', ');
  const shown = name.slice(0, 80);
  return badParameter(
    parameter,
    `没有名为“${shown}”的属性，可用属性：${list}`,
    `there is no property "${shown}"; properties: ${list}`,
  );
};

/** `bbox`, the fields as parameters and `filter`, all of which a feature must meet (OGC 19-079r2 §7). */
function readFilters(
  request: StandardRequest,
  collection: FeatureCollection,
  span: TimeSpan | undefined,
): Pick<FeatureQuery, 'filter' | 'filterCrs'> {
  const given = readFilter(request);
  const filterCrs = onEarth(filterCrsOf(readOfferedCrs(request, 'filter-crs', collection)));
  const bboxCrs = readOfferedCrs(request, 'bbox-crs', collection);
  const box = readBox(request, bboxCrs);
  const filter = allOf([
    box && {
      op: 's_intersects',
      args: [{ property: 'geom' }, { bbox: box, crs: filterCrsOf(bboxCrs), beyond: 'nothing' }],
    },
    ...fieldFilters(request, collection),
    timeFilter(collection, span),
    given,
  ]);
  return filter === undefined ? {} : { filter, filterCrs };
}

function timeFilter({ timeField }: FeatureCollection, span: TimeSpan | undefined): Filter | undefined {
  if (timeField === undefined || !span) return undefined;
  return { op: 't_intersects', args: [{ property: timeField }, { interval: intervalOf(span) }] };
}

/** In the order of `crs`, heights left out. Where its axes can only stand the other way round it is read so. */
function readBox(request: StandardRequest, crs: NamedCrs): number[] | undefined {
  const text = parameterOf(request, 'bbox');
  if (text === undefined) return undefined;
  const numbers = text.split(',').map((part) => (part.trim() === '' ? Number.NaN : Number(part)));
  if ((numbers.length !== 4 && numbers.length !== 6) || !numbers.every(Number.isFinite))
    throw badParameter('bbox', '应为 4 或 6 个数', 'it must be 4 or 6 numbers');
  const corners = [numbers.slice(0, 2), numbers.slice(numbers.length / 2, numbers.length / 2 + 2)];
  // the test suite of OGC takes east first whatever the CRS says, and wants an answer
  return (isBeyondPoles(corners, crs) ? corners.map(([a, b]) => [b!, a!]) : corners).flat();
}

function fieldFilters(request: StandardRequest, { table }: FeatureCollection): Filter[] {
  return request.query.flatMap(([name]) => {
    const field = findField(table, name);
    if (!field) return [];
    const text = parameterOf(request, name)!;
    return [{ op: '=', args: [{ property: name }, valueFor(field, text)] }];
  });
}

function valueFor({ name, type }: Field, text: string): Filter {
  if (type === 'string') return text;
  if (type === 'date') return { date: text };
  if (type === 'timestamp') return { timestamp: text };
  if (type === 'boolean') {
    if (text === 'true' || text === 'false') return text === 'true';
    throw badParameter(name, '应为 true 或 false', 'it must be true or false');
  }
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return value;
  throw badParameter(name, '应为数', 'it must be a number');
}

function readFilter(request: StandardRequest): Filter | undefined {
  const text = parameterOf(request, 'filter');
  const language = parameterOf(request, 'filter-lang') ?? 'cql2-text';
  if (!filterLanguages.some((known) => known === language)) {
    const list = filterLanguages.join(', ');
    throw badParameter('filter-lang', `可用语言：${list}`, `languages: ${list}`);
  }
  if (text === undefined) return undefined;
  return language === 'cql2-json' ? readCql2Json(text) : readCql2Text(text);
}
