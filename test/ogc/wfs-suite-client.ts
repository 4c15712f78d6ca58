/**
 * The executable test suite of OGC for WFS 2.0 (ets-wfs20) as a client: how it writes requests, in KVP and in XML with
 * prefixes of its own, what it samples, and what it looks for in an answer.
 */
import { expect } from 'vitest';
import { checkParts, loadTown, makeCheck, requestFor, town } from '../checks/made-checks.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { type StandardsApp, standardsApp } from './standards-app.js';
import { all, attribute, ns, qualified, readTree, textOf, type XmlElement } from './xml-tree.js';

/** Every type of the town and of its stored checks: what the service lists, in its order. */
export const types = [
  'czkfbj',
  'stbhhx',
  'dltb',
  'xzq',
  'check-parcels',
  'check-pieces',
  'check-findings',
] as const;
export type TypeName = (typeof types)[number];
export const bindings = ['GET', 'POST'] as const;
export type Binding = (typeof bindings)[number];

/** Of our own types. */
export const NAMESPACE = 'urn:x-onemap-precheck:features';
export const typed = (name: string): string => `{${NAMESPACE}}${name}`;

export interface Query {
  type: string;
  srsName?: string;
  /** Content of the Filter. */
  filter?: string;
  ids?: readonly string[];
}

export interface Request {
  operation: string;
  /** Of the root element: count, resultType, valueReference … */
  attributes?: Readonly<Record<string, string>>;
  query?: Query;
  stored?: { id: string; parameters?: Readonly<Record<string, string>> };
  /** Child elements with their text, as ows:Version or wfs:TypeName. */
  children?: readonly (readonly [string, string])[];
}

const filterText = (inner: string): string => `<Filter xmlns="${ns.fes}">${inner}</Filter>`;

function toEntity({ operation, attributes = {}, query, stored, children = [] }: Request): string {
  const version = operation === 'GetCapabilities' ? '' : ' version="2.0.0"';
  const given = Object.entries(attributes).map(([name, value]) => ` ${name}="${value}"`);
  const asked =
    query &&
    `<wfs:Query xmlns:ns42="${NAMESPACE}" typeNames="ns42:${query.type}"${query.srsName ? ` srsName="${query.srsName}"` : ''}>${
      query.ids ? filterText(query.ids.map((id) => `<ResourceId rid="${id}"/>`).join('')) : ''
    }${query.filter === undefined ? '' : filterText(query.filter)}</wfs:Query>`;
  const parameters = Object.entries(stored?.parameters ?? {});
  const byId =
    stored &&
    `<wfs:StoredQuery id="${stored.id}">${parameters.map(([name, value]) => `<wfs:Parameter name="${name}">${value}</wfs:Parameter>`).join('')}</wfs:StoredQuery>`;
  const inner = children.map(([name, text]) => `<${name}>${text}</${name}>`).join('');
  const content =
    operation === 'GetCapabilities' ? `<ows:AcceptVersions>${inner}</ows:AcceptVersions>` : inner;
  return `<?xml version="1.0" encoding="UTF-8"?>
<wfs:${operation} service="WFS"${version}${given.join('')} xmlns:wfs="${ns.wfs}" xmlns:ows="${ns.ows}" xmlns:gml="${ns.gml}">
${children.length > 0 ? content : ''}${asked ?? ''}${byId ?? ''}</wfs:${operation}>`;
}

function toPairs({ operation, attributes = {}, query, stored, children = [] }: Request): string {
  const pairs: [string, string][] = [['service', 'WFS']];
  if (operation !== 'GetCapabilities') pairs.push(['version', '2.0.0']);
  pairs.push(['request', operation]);
  for (const [name, value] of Object.entries(attributes)) pairs.push([name.toLowerCase(), value]);
  if (stored) pairs.push(['storedquery_id', stored.id], ...Object.entries(stored.parameters ?? {}));
  if (query?.srsName) pairs.push(['srsname', query.srsName]);
  if (query) {
    pairs.push(['typenames', `ns42:${query.type}`]);
    pairs.push([
      'namespaces',
      `xmlns(xml,http://www.w3.org/XML/1998/namespace),xmlns(ns42,${NAMESPACE}),xmlns(wfs,${ns.wfs})`,
    ]);
  }
  if (query?.ids) pairs.push(['resourceid', query.ids.join(',')]);
  if (query?.filter !== undefined) pairs.push(['filter', filterText(query.filter)]);
  const list = children.map(([, text]) => text).join(',');
  const listName = { GetCapabilities: 'acceptversions', DescribeFeatureType: 'typenames' }[operation];
  if (children.length > 0) pairs.push([listName ?? 'storedquery_id', list]);
  // the suite escapes filters alone
  return pairs.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
}

export const members = (root: XmlElement): XmlElement[] =>
  all(root, 'wfs:member').flatMap(({ children }) => children);
export const idsOf = (root: XmlElement): string[] => members(root).map((one) => attribute(one, 'gml:id')!);
/** Values of a simple property in a feature. */
export const valuesOf = (feature: XmlElement, name: string): string[] =>
  all(feature, typed(name)).map(textOf);

export const reference = (name: string): string =>
  `<ValueReference xmlns:tns="${NAMESPACE}">tns:${name}</ValueReference>`;

/** Runs for every protocol binding and feature type. */
export async function everywhere(work: (binding: Binding, type: TypeName) => Promise<void>): Promise<void> {
  for (const binding of bindings) for (const type of types) await work(binding, type);
}

export async function perBinding(work: (binding: Binding) => Promise<void>): Promise<void> {
  for (const binding of bindings) await work(binding);
}

/** Names of constraints with their default values. */
export const constraintsIn = (node: XmlElement, name: string): Record<string, string> =>
  Object.fromEntries(
    all(node, name).map((one) => [one.attributes.name, all(one, 'ows:DefaultValue').map(textOf).join()]),
  );

export interface Expected {
  codes: string[];
  locator?: RegExp;
  statuses?: number[];
}

/** A service over the town with two checks, and what the suite learns of it before it begins. */
export class SuiteClient {
  capabilities!: XmlElement;
  schema!: XmlElement;
  /** 25 features of each type at most. */
  readonly samples = {} as Record<TypeName, XmlElement>;

  private constructor(readonly service: StandardsApp) {}

  static async open(): Promise<SuiteClient> {
    const db = await openTestDatabase();
    await resetTables(db);
    const service = standardsApp(db);
    const { yjjbnt: _left, ...rest } = town;
    await loadTown({ db, geos: service.geos }, rest);
    const parts = checkParts(db, service.geos);
    for (const x of [0, 300]) {
      const parcels = [
        { id: 'DK-1', boxes: [[x, 100, 200, 200]] as const },
        { id: "It's 2", boxes: [[x + 400, 100, 200, 200]] as const },
      ];
      await makeCheck(parts, requestFor(parcels));
    }
    const client = new SuiteClient(service);
    client.capabilities = (await client.send('GET', { operation: 'GetCapabilities' })).root;
    client.schema = (await client.send('GET', { operation: 'DescribeFeatureType' })).root;
    for (const type of types) client.samples[type] = await client.features('GET', { type }, { count: '25' });
    return client;
  }

  async close(): Promise<void> {
    await this.service.app.close();
    await this.service.geos.close();
  }

  async send(binding: Binding, request: Request): Promise<{ status: number; root: XmlElement }> {
    const answer = await this.service.app.inject(
      binding === 'GET'
        ? { url: `/wfs?${toPairs(request)}`, headers: { accept: 'application/xml' } }
        : {
            ...{ method: 'POST', url: '/wfs', payload: toEntity(request) },
            headers: {
              'content-type': 'application/xml',
              accept: 'application/xml, application/soap+xml',
            },
          },
    );
    // what its reader takes for XML
    const type = String(answer.headers['content-type']);
    expect(type).toMatch(/^(?:text\/xml|application\/(?:xml|[\w.-]+\+xml))(?:;|$)/);
    return { status: answer.statusCode, root: readTree(answer.payload) };
  }

  /** A collection of features: status 200, right root, members all of the type. */
  async features(
    binding: Binding,
    query: Query,
    attributes: Readonly<Record<string, string>> = {},
  ): Promise<XmlElement> {
    const { status, root } = await this.send(binding, { operation: 'GetFeature', query, attributes });
    expect([binding, query, status, status === 200 ? '' : textOf(root)]).toEqual([binding, query, 200, '']);
    expect(root.name).toBe(qualified('wfs:FeatureCollection'));
    const kinds = new Set(members(root).map(({ name }) => name));
    expect([...kinds]).toEqual(kinds.size === 0 ? [] : [typed(query.type)]);
    expect(attribute(root, 'numberReturned')).toBe(String(members(root).length));
    return root;
  }

  async expectException(binding: Binding, request: Request, expected: Expected): Promise<void> {
    const { codes, locator = /./, statuses = [400] } = expected;
    const { status, root } = await this.send(binding, request);
    const [exception] = all(root, 'ows:Exception');
    expect([root.name, root.attributes.version]).toEqual([qualified('ows:ExceptionReport'), '2.0.0']);
    expect(statuses, JSON.stringify([binding, request])).toContain(status);
    expect(codes, textOf(root)).toContain(exception?.attributes.exceptionCode);
    expect(exception?.attributes.locator ?? '').toMatch(locator);
    expect(all(root, 'ows:ExceptionText').every((text) => textOf(text) !== '')).toBe(true);
  }

  /** Of the schema: names and types of the properties of a type, in their order. */
  propertiesOf(type: TypeName): { name: string; type: string }[] {
    const definition = this.schema.children.find(({ attributes }) => attributes.name === `${type}Type`)!;
    return all(definition, 'xs:element').map(({ attributes }) => ({
      name: attributes.name!,
      type: attributes.type!,
    }));
  }

  /** The last property of one of the XML Schema types that has a value in the sample, and its values. */
  sampled(type: TypeName, wanted: RegExp): { name: string; type: string; values: string[] } | undefined {
    for (const property of this.propertiesOf(type).reverse()) {
      const values = wanted.test(property.type) ? valuesOf(this.samples[type], property.name) : [];
      if (values.length > 0) return { ...property, values };
    }
    return undefined;
  }
}
