/** A WFS request in one shape, however it came: keyword–value pairs or XML (OGC 09-025r2 §6.2). */
import type { StandardRequest } from '../standard.js';
import { wfsFault } from './fault.js';
import { childOf, localName, readXml, type XmlNode } from './xml.js';

export type WfsVersion = '2.0.0' | '1.1.0';

export interface WfsRequest {
  operation: string;
  version: WfsVersion;
  /** By upper-case name; an empty value counts as absent, unknown names are kept and ignored. */
  values: ReadonlyMap<string, string>;
  /** Filter as XML, from either encoding. */
  filter?: XmlNode;
}

export function readWfsRequest(request: StandardRequest): WfsRequest {
  const given = request.method === 'POST' ? readBody(request) : { values: readPairs(request.query) };
  const { values } = given;
  const operation = values.get('REQUEST');
  if (operation === undefined)
    throw wfsFault('MissingParameterValue', 'request', '缺少 REQUEST', 'REQUEST is missing');
  const service = values.get('SERVICE');
  // one door speaks one service; only the capabilities must name it (OGC 06-121r3 §7.2.3)
  if (service === undefined)
    throw wfsFault('MissingParameterValue', 'service', '缺少 SERVICE=WFS', 'SERVICE=WFS is missing');
  if (service.toUpperCase() !== 'WFS')
    throw wfsFault('InvalidParameterValue', 'service', '应为 WFS', 'it must be WFS');
  const version = operation === 'GetCapabilities' ? negotiate(values) : readVersion(values);
  const text = values.get('FILTER');
  const filter = given.filter ?? (text === undefined ? undefined : readXml(text, 'filter'));
  return { operation, version, values, ...(filter && { filter }) };
}

function readPairs(query: StandardRequest['query']): Map<string, string> {
  const values = new Map<string, string>();
  for (const [name, value] of query) {
    const upper = name.toUpperCase();
    if (value !== '' && !values.has(upper)) values.set(upper, value);
  }
  return values;
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

function readBody({ body, headers }: StandardRequest): { values: Map<string, string>; filter?: XmlNode } {
  const type = headers['content-type'] ?? '';
  const text = new TextDecoder('utf-8').decode(body ?? new Uint8Array());
  if (type.startsWith('application/x-www-form-urlencoded'))
    return { values: readPairs([...new URLSearchParams(text)]) };
  const root = readXml(text, 'request');
  const values = new Map<string, string>([['REQUEST', root.name]]);
  const take = (node: XmlNode): void => {
    for (const [name, value] of Object.entries(node.attributes)) {
      const upper = name.toUpperCase();
      if (value !== '' && upper !== 'ID' && !values.has(upper)) values.set(upper, value);
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
  const filter = query && childOf(query, 'Filter');
  return { values, ...(filter && { filter }) };
}

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
    return `${localName(reference)} ${childOf(property, 'SortOrder')?.text ?? 'ASC'}`;
  });
  if (sort?.length) values.set('SORTBY', sort.join(','));
}
