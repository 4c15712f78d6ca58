/** A WFS request in one shape, however it came: keyword–value pairs or XML (OGC 09-025r2 §6.2). */
import { readPairs } from '../media.js';
import type { StandardRequest } from '../standard.js';
import { inVersion, wfsFault } from './fault.js';
import { propertyIn } from './property-path.js';
import { childOf, decodeXml, type Namespaces, readXml, type XmlNode } from './xml.js';

export type WfsVersion = '2.0.0' | '1.1.0';

export interface WfsRequest {
  operation: string;
  version: WfsVersion;
  /** By upper-case name; an empty value counts as absent, unknown names are kept and ignored. */
  values: ReadonlyMap<string, string>;
  /** Filter as XML, from either encoding. */
  filter?: XmlNode;
  /** What the prefixes in values stand for, as far as the request says. */
  namespaces: Namespaces;
}

/** What a request holds, before it is known what it asks for. */
type Given = Pick<WfsRequest, 'filter' | 'namespaces'> & { values: Map<string, string> };

/** Of the standard; clients write them in any case. */
const operations = [
  ...['GetCapabilities', 'DescribeFeatureType', 'GetFeature', 'GetPropertyValue'],
  ...['ListStoredQueries', 'DescribeStoredQueries'],
] as const;

export function readWfsRequest(request: StandardRequest): WfsRequest {
  const given = readGiven(request);
  try {
    return toRequest(given);
  } catch (error) {
    const version = given.values.get('VERSION') ?? '';
    throw inVersion(error, /^[01]\./.test(version) ? '1.1.0' : undefined);
  }
}

function toRequest(given: Given): WfsRequest {
  const { values, namespaces } = given;
  const name = values.get('REQUEST');
  if (name === undefined)
    throw wfsFault('MissingParameterValue', 'request', '缺少 REQUEST', 'REQUEST is missing');
  const operation = operations.find((one) => one.toLowerCase() === name.toLowerCase()) ?? name;
  const service = values.get('SERVICE');
  // one door speaks one service; only the capabilities must name it (OGC 06-121r3 §7.2.3)
  if (service === undefined)
    throw wfsFault('MissingParameterValue', 'service', '缺少 SERVICE=WFS', 'SERVICE=WFS is missing');
  if (service.toUpperCase() !== 'WFS')
    throw wfsFault('InvalidParameterValue', 'service', '应为 WFS', 'it must be WFS');
  checkFilterLanguage(values);
  const version = operation === 'GetCapabilities' ? negotiate(values) : readVersion(values);
  const text = values.get('FILTER');
  const filter = given.filter ?? (text === undefined ? undefined : readXml(inParentheses(text), 'filter'));
  return { operation, version, values, namespaces, ...(filter && { filter }) };
}

/** A condition in a language that is not spoken must not be passed over: the answer would hold what it leaves out. */
function checkFilterLanguage(values: ReadonlyMap<string, string>): void {
  const language = values.get('FILTER_LANGUAGE') ?? FES_LANGUAGE;
  if (language !== FES_LANGUAGE || values.has('CQL_FILTER'))
    throw wfsFault(
      'OptionNotSupported',
      values.has('CQL_FILTER') ? 'cql_filter' : 'filter_language',
      '过滤条件只支持 Filter Encoding（FILTER）',
      'filters are in Filter Encoding only (FILTER)',
    );
}

/** OGC 09-025r2 table 8. */
const FES_LANGUAGE = 'urn:ogc:def:queryLanguage:OGC-FES:Filter';

/** A list of one filter: `(<Filter>…</Filter>)`. */
const inParentheses = (text: string): string => /^\s*\((.*)\)\s*$/s.exec(text)?.[1] ?? text;

/** Two million characters of XML in any encoding; the door lets files in that are far larger. */
const MAX_BODY_BYTES = 8_000_000;

function readGiven(request: StandardRequest): Given {
  const { method, body = new Uint8Array(), headers } = request;
  const [type = '', ...parameters] = (headers['content-type'] ?? '').toLowerCase().split(';');
  if (method !== 'POST' || body.length === 0) return readGivenPairs(request.query);
  if (body.length > MAX_BODY_BYTES)
    throw wfsFault('OperationParsingFailed', 'request', '请求过大', 'the request is too large');
  const charset = parameters.map((one) => /^\s*charset="?([\w.:-]{1,40})"?\s*$/.exec(one)?.[1]).find(Boolean);
  // curl -d says that XML is a form; a form may leave in the address what its operation is
  if (type.trim() === 'application/x-www-form-urlencoded' && body[0] !== '<'.charCodeAt(0))
    return readGivenPairs([...readPairs(decodeXml(body, charset, 'request')), ...request.query]);
  return readEntity(readXml(decodeXml(body, charset, 'request'), 'request'));
}

/** Of any other parameter that is repeated the first counts. */
const conditions: ReadonlySet<string> = new Set(['FILTER', 'BBOX', 'RESOURCEID', 'FEATUREID']);

const twoConditions = (locator: string) =>
  wfsFault('InvalidParameterValue', locator, '只能给出一次', 'it may be given once only');

/** An empty value counts as absent, but an empty path is a wrong one (OGC 09-025r2 §10.4). */
const isGiven = (name: string, value: string): boolean => value !== '' || name === 'VALUEREFERENCE';

function readGivenPairs(query: StandardRequest['query']): Given {
  const values = new Map<string, string>();
  for (const [name, value] of query) {
    const upper = name.toUpperCase();
    if (!isGiven(upper, value)) continue;
    if (!values.has(upper)) values.set(upper, value);
    else if (conditions.has(upper) && values.get(upper) !== value) throw twoConditions(upper.toLowerCase());
  }
  // NAMESPACES=xmlns(om,urn:…),xmlns(gml,…) (OGC 09-025r2 §7.6.6)
  const bindings = (values.get('NAMESPACES') ?? values.get('NAMESPACE') ?? '').matchAll(
    /xmlns\(([^,=()]*)[,=]([^()]*)\)/g,
  );
  const namespaces: Record<string, string> = Object.create(null);
  for (const [, prefix = '', uri = ''] of bindings) namespaces[prefix.trim()] = uri.trim();
  return { values, namespaces };
}

/** The highest version that the client lists first and we speak; without a list the highest not above VERSION. */
function negotiate(values: ReadonlyMap<string, string>): WfsVersion {
  const accepted = values.get('ACCEPTVERSIONS');
  if (accepted !== undefined) {
    for (const one of accepted.split(',')) {
      const spoken = spokenVersion(one.trim());
      if (spoken) return spoken;
    }
    throw wfsFault(
      'VersionNegotiationFailed',
      'acceptVersions',
      '可用版本：2.0.0、1.1.0',
      'versions: 2.0.0, 1.1.0',
    );
  }
  const version = values.get('VERSION');
  if (version === undefined) return '2.0.0';
  return /^(?:0|1)\./.test(version) ? '1.1.0' : '2.0.0';
}

function readVersion(values: ReadonlyMap<string, string>): WfsVersion {
  const version = values.get('VERSION');
  if (version === undefined) return '2.0.0';
  const spoken = spokenVersion(version);
  if (spoken) return spoken;
  throw wfsFault('InvalidParameterValue', 'version', '可用版本：2.0.0、1.1.0', 'versions: 2.0.0, 1.1.0');
}

function spokenVersion(text: string): WfsVersion | undefined {
  if (/^2\.0(\.[0-9])?$/.test(text)) return '2.0.0';
  return /^1\.1(\.[0-9])?$/.test(text) ? '1.1.0' : undefined;
}

function readEntity(root: XmlNode): Given {
  if (root.name === 'Envelope')
    throw wfsFault('OptionNotSupported', 'request', '不支持 SOAP', 'SOAP is not supported');
  const values = new Map<string, string>([['REQUEST', root.name]]);
  const take = (node: XmlNode): void => {
    for (const [name, value] of Object.entries(node.attributes)) {
      const upper = name.toUpperCase();
      if (isGiven(upper, value) && upper !== 'ID' && !values.has(upper)) values.set(upper, value);
    }
  };
  take(root);
  takeLists(root, values);
  const query = childOf(root, 'Query');
  if (root.children.filter(({ name }) => name === 'Query' || name === 'StoredQuery').length > 1)
    throw wfsFault('OptionNotSupported', 'Query', '一次请求只支持一个 Query', 'one Query at a time');
  if (query) take(query);
  takeStoredQuery(root, values);
  if (query) takeQuery(query, values);
  const filter = readFilterOf(query, root);
  return { values, namespaces: (query ?? root).namespaces, ...(filter && { filter }) };
}

/** What is not understood must not be passed over: it may be the filter. */
function readFilterOf(query: XmlNode | undefined, root: XmlNode): XmlNode | undefined {
  const stray = query?.children.find(({ name }) => !partsOfQuery.has(name)) ?? childOf(root, 'Filter');
  if (stray) {
    const shown = stray.name.slice(0, 60);
    throw wfsFault(
      'OperationParsingFailed',
      'Query',
      `${shown} 不应在此处`,
      `${shown} does not belong there`,
    );
  }
  const filters = query?.children.filter(({ name }) => name === 'Filter') ?? [];
  if (filters.length > 1) throw twoConditions('filter');
  return filters[0];
}

const partsOfQuery: ReadonlySet<string> = new Set(['PropertyName', 'XlinkPropertyName', 'Filter', 'SortBy']);

function takeLists(root: XmlNode, values: Map<string, string>): void {
  const versions = childOf(root, 'AcceptVersions')?.children.map(({ text }) => text);
  if (versions?.length) values.set('ACCEPTVERSIONS', versions.join(','));
  const types = root.children.filter(({ name }) => name === 'TypeName' || name === 'TypeNames');
  if (types.length > 0) values.set('TYPENAMES', types.map(({ text }) => text).join(','));
  const stored = root.children.filter(({ name }) => name === 'StoredQueryId');
  if (stored.length > 0) values.set('STOREDQUERY_ID', stored.map(({ text }) => text).join(','));
}

function takeStoredQuery(root: XmlNode, values: Map<string, string>): void {
  const stored = childOf(root, 'StoredQuery');
  if (!stored) return;
  values.set('STOREDQUERY_ID', stored.attributes.id ?? '');
  for (const { name, attributes, text } of stored.children) {
    if (name === 'Parameter') values.set((attributes.name ?? '').toUpperCase(), text);
  }
}

function takeQuery(query: XmlNode, values: Map<string, string>): void {
  const names = query.children.filter(({ name }) => name === 'PropertyName').map(({ text }) => text);
  if (names.length > 0) values.set('PROPERTYNAME', names.join(','));
  const sort = childOf(query, 'SortBy')?.children.map((property) => {
    const reference = childOf(property, 'ValueReference', 'PropertyName')?.text ?? '';
    return `${propertyIn(reference)} ${childOf(property, 'SortOrder')?.text ?? 'ASC'}`;
  });
  if (sort?.length) values.set('SORTBY', sort.join(','));
}
