/** Media types, choosing between representations (`f`, then Accept), and reading query parameters strictly. */
import { AppError, type InputFault } from '../core/errors.js';
import type { Link, StandardRequest } from './standard.js';

export const JSON_TYPE = 'application/json';
export const GEOJSON_TYPE = 'application/geo+json';
export const HTML_TYPE = 'text/html; charset=utf-8';
export const SCHEMA_TYPE = 'application/schema+json';
export const PROBLEM_TYPE = 'application/problem+json';
/** Exactly so: clients compare it as text (OGC 17-069r4 §7.3, QGIS, GDAL). */
export const OPENAPI_TYPE = 'application/vnd.oai.openapi+json;version=3.0';

export interface Representation {
  /** Value of `f`. */
  f: string;
  /** Media type of the answer. */
  type: string;
  /** Other media types that mean the same in Accept. */
  also?: readonly string[];
}

/**
 * The representation wanted: `f` first, then the best of Accept with its weights, then the first one offered. Offer
 * pages last: they must never win a wildcard.
 */
export function chooseRepresentation<Offer extends Representation>(
  request: StandardRequest,
  offers: readonly Offer[],
): Offer {
  const f = parameterOf(request, 'f');
  if (f !== undefined) {
    const wanted = offers.find((offer) => offer.f === f || plain(offer.type) === f || offer.type === f);
    if (wanted) return wanted;
    throw badParameter(
      'f',
      `可用格式：${offers.map((o) => o.f).join('、')}`,
      `formats: ${offers.map((o) => o.f).join(', ')}`,
    );
  }
  return bestAccepted(request.headers.accept, offers) ?? offers[0]!;
}

/** Undefined where Accept takes none of them. */
export function bestAccepted<Offer extends Representation>(
  accept: string | undefined,
  offers: readonly Offer[],
): Offer | undefined {
  const ranges = readAccept(accept ?? '');
  let best: Offer | undefined;
  let bestWeight = 0;
  for (const offer of offers) {
    const weight = Math.max(
      ...[offer.type, ...(offer.also ?? [])].map((type) => weightOf(plain(type), ranges)),
    );
    if (weight > bestWeight) [best, bestWeight] = [offer, weight];
  }
  return best;
}

const plain = (type: string): string => type.split(';')[0]!.trim().toLowerCase();

function readAccept(header: string): { range: string; weight: number }[] {
  return header
    .slice(0, 1000)
    .split(',')
    .map((part) => {
      const [range = '', ...parameters] = part.trim().toLowerCase().split(';');
      const q = parameters.map((p) => p.trim()).find((p) => p.startsWith('q='));
      const weight = q === undefined ? 1 : Number(q.slice(2));
      return { range: range.trim(), weight: weight >= 0 && weight <= 1 ? weight : 0 };
    })
    .filter(({ range }) => range !== '');
}

/** The most exact range that fits decides (RFC 9110 §12.5.1). A wildcard does not ask for a page. */
function weightOf(type: string, ranges: readonly { range: string; weight: number }[]): number {
  const page = type === 'text/html';
  const exact = ranges.find(({ range }) => range === type);
  if (exact) return exact.weight;
  if (page) return 0;
  const group = ranges.find(({ range }) => range === `${type.split('/')[0]}/*`);
  return (group ?? ranges.find(({ range }) => range === '*/*'))?.weight ?? 0;
}

/**
 * The pairs of a query or a form. Throws `bad-parameter` for what is no UTF-8: a condition on Chinese text in GBK would
 * match nothing, and that would look like "no conflict".
 */
export function readPairs(text: string): [string, string][] {
  const pairs = [...new URLSearchParams(text)];
  const isMeant = /%EF%BF%BD|\uFFFD/i.test(text);
  const broken = isMeant ? undefined : pairs.find((pair) => pair.some((part) => part.includes('\uFFFD')));
  if (!broken) return pairs;
  throw badParameter(
    broken[0].slice(0, 80),
    '不是 UTF-8 编码的文字（或为 GBK），请按 UTF-8 转义',
    'it is no text in UTF-8 (perhaps in GBK): escape it as UTF-8',
  );
}

/** The value of a parameter; undefined when it is absent. Throws when it is given twice. */
export function parameterOf({ query }: StandardRequest, name: string): string | undefined {
  const values = query.filter(([key]) => key === name);
  if (values.length > 1) throw badParameter(name, '只能给出一次', 'it may be given once only');
  return values[0]?.[1];
}

/** Throws `unknown-parameter` that names every parameter that is not allowed here. */
export function refuseUnknownParameters({ query }: StandardRequest, allowed: readonly string[]): void {
  const unknown = [...new Set(query.map(([name]) => name))].filter((name) => !allowed.includes(name));
  if (unknown.length === 0) return;
  const errors: InputFault[] = unknown.slice(0, 20).map((name) => ({
    pointer: `/query/${name.slice(0, 80)}`,
    code: 'unknown-parameter',
    detail: {
      zh: `没有名为“${name.slice(0, 80)}”的参数。可用参数：${allowed.join(', ')}。`,
      en: `There is no parameter "${name.slice(0, 80)}". Parameters: ${allowed.join(', ')}.`,
    },
  }));
  throw new AppError('unknown-parameter', 'unknown query parameters', { errors, detail: errors[0]!.detail });
}

export function badParameter(name: string, zh: string, en: string): AppError {
  return new AppError('bad-parameter', `${name}: ${en}`, {
    locator: name,
    detail: { zh: `参数 ${name} 有误：${zh}。`, en: `The parameter ${name} can not be used: ${en}.` },
  });
}

export function notFound(zh: string, en: string): AppError {
  return new AppError('not-found', en, { detail: { zh: `${zh}。`, en: `${en}.` } });
}

/** The address of this answer with some parameters changed; undefined takes one away. */
export function addressWith(
  request: StandardRequest,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const kept = request.query.filter(([name]) => !(name in changes));
  const added = Object.entries(changes).filter((entry): entry is [string, string] => entry[1] !== undefined);
  const text = new URLSearchParams([...kept.map(([n, v]) => [n, v]), ...added] as [
    string,
    string,
  ][]).toString();
  return `${request.base}${encodeURI(request.path)}${text === '' ? '' : `?${text}`}`;
}

/** `self` and `alternate` links of an answer that comes in several representations. */
export function selfLinks(
  request: StandardRequest,
  offers: readonly Representation[],
  current: Representation,
): Link[] {
  return offers.map((offer) => ({
    href: offer === current ? addressWith(request, {}) : addressWith(request, { f: offer.f }),
    rel: offer === current ? 'self' : 'alternate',
    type: plain(offer.type) === 'text/html' ? 'text/html' : offer.type,
  }));
}
