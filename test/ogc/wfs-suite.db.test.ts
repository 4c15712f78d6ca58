/**
 * What OGC's executable test suite for WFS 2.0 asks (ets-wfs20: Simple and Basic WFS, paging, and ets-gml32 on the
 * schema), asked in its ways of every feature type. Tests bear its names: `Class.method`.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  constraintsIn,
  everywhere,
  idsOf,
  members,
  NAMESPACE,
  perBinding,
  type Request,
  SuiteClient,
  typed,
  types,
  valuesOf,
} from './wfs-suite-client.js';
import { all, attribute, ns, qualified, readTree, textOf, type XmlElement } from './xml-tree.js';

let suite: SuiteClient;
beforeAll(async () => {
  suite = await SuiteClient.open();
});
afterAll(() => suite.close());

describe('preconditions', () => {
  it('SuitePreconditions.serviceIsAvailable, dataAreAvailable: every type listed has data', () => {
    expect(suite.capabilities.name).toBe(qualified('wfs:WFS_Capabilities'));
    const names = all(suite.capabilities, 'wfs:FeatureType').map((type) => textOf(all(type, 'wfs:Name')[0]!));
    expect(names.map((name) => name.split(':')[1]).sort()).toEqual([...types].sort());
    for (const type of types) expect(idsOf(suite.samples[type]), type).not.toEqual([]);
  });
});

describe('ets-gml32 on the application schema', () => {
  it('XMLSchemaTests.compileXMLSchema: names and types that resolve', () => {
    expect([suite.schema.name, suite.schema.attributes.elementFormDefault]).toEqual([
      qualified('xs:schema'),
      'qualified',
    ]);
    for (const type of types) {
      const [first, ...rest] = suite.propertiesOf(type);
      expect(first).toEqual({ name: 'geom', type: 'gml:MultiSurfacePropertyType' });
      // those whose built-in kinds the suite knows; it can make nothing of xs:int
      const known = /^xs:(?:string|double|integer|boolean|date|dateTime)$/;
      expect(rest.filter((one) => !known.test(one.type))).toEqual([]);
      const names = [type, ...suite.propertiesOf(type).map(({ name }) => name)];
      expect(names.filter((name) => !/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(name))).toEqual([]);
      expect(new Set(names).size).toBe(names.length);
    }
    expect(
      all(suite.schema, 'xs:element').filter(({ attributes }) => attributes.nillable !== undefined),
    ).toEqual([]);
  });

  it('GeneralSchemaTests.declareTargetNamespace, importFullGMLSchema, declaresGMLObjects', () => {
    const target = suite.schema.attributes.targetNamespace!;
    expect(target).toBe(NAMESPACE);
    expect(new URL(target).protocol).toBe('urn:');
    const [imported, ...others] = all(suite.schema, 'xs:import');
    expect(others).toEqual([]);
    expect(imported!.attributes).toEqual({
      namespace: ns.gml,
      schemaLocation: 'http://schemas.opengis.net/gml/3.2.1/gml.xsd',
    });
  });

  it('FeatureComponentTests.substitutesForAbstractFeature, ModelAndSyntaxTests', () => {
    for (const type of types) {
      const element = suite.schema.children.find(({ attributes }) => attributes.name === type)!;
      expect(element.attributes).toMatchObject({ substitutionGroup: 'gml:AbstractFeature' });
      const definition = suite.schema.children.find(({ attributes }) => attributes.name === `${type}Type`)!;
      expect(all(definition, 'xs:extension')[0]!.attributes.base).toBe('gml:AbstractFeatureType');
      expect(all(definition, 'xs:attribute')).toEqual([]);
    }
  });
});

describe('ets-gml32 on the answers', () => {
  /** Of a ring whose first coordinate is latitude or northing: positive with the ground to its left. */
  const leftArea = (list: string): number => {
    const numbers = list.split(' ').map(Number);
    const [y0, x0] = numbers as [number, number];
    let sum = 0;
    for (let i = 2; i + 1 < numbers.length; i += 2)
      sum += (numbers[i - 1]! - x0) * (numbers[i]! - y0) - (numbers[i + 1]! - x0) * (numbers[i - 2]! - y0);
    return sum;
  };
  const rings = (root: XmlElement, side: string): number[] =>
    all(root, side).flatMap((one) => all(one, 'gml:posList').map((list) => leftArea(textOf(list))));

  it('SurfaceTests.surfaceHasValidCRS, validSurfaceOrientation, validSurfaceBoundary: closed, to the left', async () => {
    for (const type of types)
      for (const srsName of ['urn:ogc:def:crs:EPSG::4490', 'urn:ogc:def:crs:EPSG::4526']) {
        const root = await suite.features('GET', { type, srsName });
        expect(rings(root, 'gml:exterior').every((area) => area > 0)).toBe(true);
        expect(rings(root, 'gml:interior').every((area) => area < 0)).toBe(true);
        for (const list of all(root, 'gml:posList').map((one) => textOf(one).split(' ')))
          expect(list.slice(-2)).toEqual(list.slice(0, 2));
        for (const surface of all(root, 'gml:MultiSurface'))
          expect(surface.attributes).toMatchObject({ srsName, srsDimension: '2' });
      }
  });
});

describe('Simple WFS', () => {
  it('SimpleCapabilitiesTests.getCapabilities_missingServiceParam', async () => {
    const { status, text } = await suite.service.get('/wfs?request=GetCapabilities');
    const [exception] = all(readTree(text), 'ows:Exception');
    expect([status, exception?.attributes]).toEqual([
      400,
      { exceptionCode: 'MissingParameterValue', locator: 'service' },
    ]);
  });

  it('SimpleCapabilitiesTests.getFullCapabilities, ServiceMetadataTests.capabilitiesDocCorrespondsToWfsSimple', () => {
    expect(suite.capabilities.attributes.version).toMatch(/^2\.0\.\d$/);
    expect(suite.capabilities.children.map(({ name }) => name)).toEqual(
      [
        ...['ows:ServiceIdentification', 'ows:ServiceProvider', 'ows:OperationsMetadata'],
        ...['wfs:FeatureTypeList', 'fes:Filter_Capabilities'],
      ].map(qualified),
    );
    const [metadata] = all(suite.capabilities, 'ows:OperationsMetadata');
    const direct = {
      ...metadata!,
      children: metadata!.children.filter(({ name }) => !name.endsWith('Operation')),
    };
    expect(Object.keys(constraintsIn(direct, 'ows:Constraint'))).toEqual(
      expect.arrayContaining([
        ...['ImplementsBasicWFS', 'ImplementsTransactionalWFS', 'ImplementsLockingWFS'],
        ...['ImplementsInheritance', 'ImplementsRemoteResolve', 'ImplementsResultPaging'],
        ...['ImplementsStandardJoins', 'ImplementsSpatialJoins', 'ImplementsTemporalJoins'],
        ...['ImplementsFeatureVersioning', 'ManageStoredQueries'],
        ...['KVPEncoding', 'XMLEncoding', 'SOAPEncoding'],
      ]),
    );
    const operations = all(suite.capabilities, 'ows:Operation').map(({ attributes }) => attributes.name);
    expect(operations).toEqual(
      expect.arrayContaining([
        ...['GetCapabilities', 'DescribeFeatureType', 'ListStoredQueries', 'DescribeStoredQueries'],
        'GetFeature',
      ]),
    );
    for (const name of ['GetFeature', 'GetPropertyValue']) {
      const operation = all(suite.capabilities, 'ows:Operation').find(
        ({ attributes }) => attributes.name === name,
      )!;
      const resolve = all(operation, 'ows:Parameter').find(
        ({ attributes }) => attributes.name === 'resolve',
      )!;
      expect(all(resolve, 'ows:Value').map(textOf)).toContain('local');
    }
    const [identification] = all(suite.capabilities, 'ows:ServiceIdentification');
    expect(all(identification!, 'ows:ServiceType').map(textOf)).toEqual(['WFS']);
    expect(all(identification!, 'ows:ServiceTypeVersion').map(textOf)).toContain('2.0.0');
    for (const end of ['ows:Get', 'ows:Post'])
      for (const { attributes } of all(suite.capabilities, end))
        expect(new URL(attributes[qualified('xlink:href')]!).pathname).toBe('/wfs');
  });

  it('ServiceMetadataTests.capabilitiesDocIsXmlSchemaValid: the names that the schemas list', () => {
    const names = (element: string): string[] =>
      all(suite.capabilities, element).map(({ attributes }) => attributes.name!);
    // filterCapabilities.xsd: TemporalOperatorNameType has no AnyInteracts
    const temporal = [
      ...['After', 'Before', 'Begins', 'BegunBy', 'TContains', 'During', 'TEquals', 'TOverlaps', 'Meets'],
      ...['OverlappedBy', 'MetBy', 'EndedBy'],
    ];
    expect(names('fes:TemporalOperator').filter((name) => !temporal.includes(name))).toEqual([]);
    const spatial = [
      ...['BBOX', 'Equals', 'Disjoint', 'Intersects', 'Touches', 'Crosses', 'Within', 'Contains', 'Overlaps'],
      ...['Beyond', 'DWithin'],
    ];
    expect(names('fes:SpatialOperator').filter((name) => !spatial.includes(name))).toEqual([]);
  });

  it('SimpleCapabilitiesTests.getCapabilities_acceptVersions', async () => {
    await perBinding(async (binding) => {
      const children = ['10.0.0', '2.0.0', '1.1.0'].map((version) => ['ows:Version', version] as const);
      const { root } = await suite.send(binding, { operation: 'GetCapabilities', children });
      expect([root.name, root.attributes.version]).toEqual([qualified('wfs:WFS_Capabilities'), '2.0.0']);
    });
  });

  it('DescribeFeatureTypeTests.describeAllFeatureTypes', async () => {
    await perBinding(async (binding) => {
      const { status, root } = await suite.send(binding, { operation: 'DescribeFeatureType' });
      expect([status, root.name]).toEqual([200, qualified('xs:schema')]);
      expect(all(root, 'xs:complexType').length).toBe(types.length);
    });
  });

  it('DescribeFeatureTypeTests.describeUnknownFeatureType', async () => {
    await perBinding(async (binding) => {
      const children = [['wfs:TypeName', 'ns7:Unknown1.Type']] as const;
      const request = { operation: 'DescribeFeatureType', children };
      await suite.expectException(binding, request, {
        codes: ['InvalidParameterValue'],
        locator: /^typeName$/,
      });
    });
  });

  it('ListStoredQueriesTests.listStoredQueries', async () => {
    await perBinding(async (binding) => {
      const { root } = await suite.send(binding, { operation: 'ListStoredQueries' });
      expect(root.name).toBe(qualified('wfs:ListStoredQueriesResponse'));
      const [query] = all(root, 'wfs:StoredQuery');
      expect(query!.attributes.id).toBe('urn:ogc:def:query:OGC-WFS::GetFeatureById');
      expect(query!.children.map(({ name }) => name).slice(0, 2)).toEqual(
        ['wfs:Title', 'wfs:ReturnFeatureType'].map(qualified),
      );
    });
  });

  it('DescribeStoredQueriesTests.describeAllStoredQueries, describeStoredQuery_GetFeatureById', async () => {
    const [urn, uri] = [
      'urn:ogc:def:query:OGC-WFS::GetFeatureById',
      'http://www.opengis.net/def/query/OGC-WFS/0/GetFeatureById',
    ];
    await perBinding(async (binding) => {
      for (const wanted of [undefined, urn, uri]) {
        const children = wanted === undefined ? [] : [['wfs:StoredQueryId', wanted] as const];
        const { root } = await suite.send(binding, { operation: 'DescribeStoredQueries', children });
        const found = all(root, 'wfs:StoredQueryDescription').map(({ attributes }) => attributes.id);
        expect([root.name, found]).toEqual([qualified('wfs:DescribeStoredQueriesResponse'), [wanted ?? urn]]);
      }
    });
  });

  it('StoredQueryTests.unknownStoredQuery', async () => {
    await perBinding(async (binding) => {
      const request = { operation: 'GetFeature', stored: { id: 'http://docbook.org/ns/docbook' } };
      await suite.expectException(binding, request, { codes: ['InvalidParameterValue'] });
    });
  });

  it('StoredQueryTests.invokeGetFeatureById, invokeGetFeatureByIdWithUnknownID', async () => {
    await everywhere(async (binding, type) => {
      const id = idsOf(suite.samples[type])[0]!;
      const by = (parameters: Record<string, string>): Request => ({
        operation: 'GetFeature',
        stored: { id: 'urn:ogc:def:query:OGC-WFS::GetFeatureById', parameters },
      });
      const { status, root } = await suite.send(binding, by({ id }));
      expect([status, root.name, attribute(root, 'gml:id')]).toEqual([200, typed(type), id]);
      const unknown = by({ id: 'uuid-1d5fa47c-8d6a-4c9e-a0c1-6d2f6b7b2d11' });
      await suite.expectException(binding, unknown, { codes: ['NotFound'], statuses: [404] });
    });
  });
});

describe('Basic WFS', () => {
  it('BasicCapabilitiesTests.describesBasicWFS', () => {
    const classes = constraintsIn(suite.capabilities, 'fes:Constraint');
    for (const name of [
      ...['ImplementsQuery', 'ImplementsAdHocQuery', 'ImplementsResourceId', 'ImplementsMinStandardFilter'],
      ...['ImplementsStandardFilter', 'ImplementsMinSpatialFilter', 'ImplementsSorting'],
      'ImplementsMinimumXPath',
    ])
      expect([name, classes[name]]).toEqual([name, 'TRUE']);
    const services = constraintsIn(suite.capabilities, 'ows:Constraint');
    expect(services).toMatchObject({ ImplementsBasicWFS: 'TRUE', KVPEncoding: 'TRUE', XMLEncoding: 'TRUE' });
    // what would run tests of classes that are not there
    for (const name of [
      ...['ImplementsTransactionalWFS', 'ImplementsLockingWFS', 'SOAPEncoding', 'ImplementsStandardJoins'],
      ...['ImplementsSpatialJoins', 'ImplementsTemporalJoins', 'ImplementsFeatureVersioning'],
      'ManageStoredQueries',
    ])
      expect([name, services[name]]).toEqual([name, 'FALSE']);
  });

  it('BasicGetFeatureTests.getFeaturesByType: schema locations, unique ids, properties in the order of the schema', async () => {
    await everywhere(async (binding, type) => {
      const root = await suite.features(binding, { type });
      const locations = attribute(root, 'xsi:schemaLocation')!.split(' ');
      expect(locations.filter((_, i) => i % 2 === 0)).toEqual([NAMESPACE, ns.wfs, ns.gml]);
      const described = await suite.service.get(locations[1]!.replace('http://localhost:80', ''));
      expect(all(readTree(described.text), 'xs:complexType').length).toBe(1);
      const ids = [...JSON.stringify(root).matchAll(/gml\/3\.2\}id":"([^"]+)"/g)].map(([, id]) => id!);
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => !/^[\p{L}_][\p{L}\p{N}_.-]*$/u.test(id))).toEqual([]);
      const order = suite.propertiesOf(type).map(({ name }) => typed(name));
      for (const { children } of members(root)) {
        const places = children.map(({ name }) => order.indexOf(name));
        expect(places).toEqual([...places].sort((a, b) => a - b));
        expect(places).not.toContain(-1);
      }
    });
  });

  it('BasicGetFeatureTests.getFeatureInOtherCRS: every srsName is the one asked for', async () => {
    await everywhere(async (binding, type) => {
      const listed = all(suite.capabilities, 'wfs:FeatureType').find((one) =>
        textOf(all(one, 'wfs:Name')[0]!).endsWith(`:${type}`),
      )!;
      const others = all(listed, 'wfs:OtherCRS').map(textOf);
      expect(others.length).toBeGreaterThan(1);
      for (const srsName of [textOf(all(listed, 'wfs:DefaultCRS')[0]!), ...others]) {
        const root = await suite.features(binding, { type, srsName }, { count: '2' });
        const names = [...JSON.stringify(root).matchAll(/"srsName":"([^"]+)"/g)].map(([, name]) => name);
        expect([...new Set(names)], `${type} ${srsName}`).toEqual([srsName]);
      }
    });
  });

  it('BasicGetFeatureTests.getFeatureInUnsupportedCRS', async () => {
    await everywhere(async (binding, type) => {
      const query = { type, srsName: 'urn:ogc:def:crs:EPSG::32690' };
      const expected = { codes: ['InvalidParameterValue'], locator: /srsName/i };
      await suite.expectException(binding, { operation: 'GetFeature', query }, expected);
    });
  });

  it('GetPropertyValueTests.getProperty_gmlId', async () => {
    await everywhere(async (binding, type) => {
      const attributes = { count: '100', valueReference: '@gml:id' };
      const { root } = await suite.send(binding, {
        operation: 'GetPropertyValue',
        attributes,
        query: { type },
      });
      expect(root.name).toBe(qualified('wfs:ValueCollection'));
      const values = all(root, 'wfs:member').map(textOf);
      expect(values.slice(0, 25)).toEqual(idsOf(suite.samples[type]));
    });
  });

  it('GetPropertyValueTests.getProperty_emptyValueRef', async () => {
    await perBinding(async (binding) => {
      const attributes = { count: '100', valueReference: '' };
      const request = { operation: 'GetPropertyValue', attributes, query: { type: 'dltb' } };
      await suite.expectException(binding, request, {
        codes: ['InvalidParameterValue'],
        locator: /valueReference/,
      });
    });
  });

  it('GetPropertyValue: every property of every type, by each form of path', async () => {
    await everywhere(async (binding, type) => {
      for (const { name } of suite.propertiesOf(type)) {
        const expected = members(suite.samples[type]).flatMap((one) => valuesOf(one, name));
        for (const path of [
          `om:${name}`,
          `om:${type}/om:${name}`,
          `schema-element(om:${type})/om:${name}[1]`,
        ]) {
          const attributes = { count: '25', valueReference: path };
          const request = { operation: 'GetPropertyValue', attributes, query: { type } };
          const { status, root } = await suite.send(binding, request);
          const values = all(root, 'wfs:member').map(textOf);
          expect([status, path, values.length]).toEqual([
            200,
            path,
            Number(attribute(root, 'numberReturned')),
          ]);
          if (name === 'geom') expect(all(root, 'gml:MultiSurface').length).toBe(values.length);
          else expect(values.slice(0, expected.length)).toEqual(expected);
        }
      }
      const attributes = { valueReference: 'gml:name' };
      const { root } = await suite.send(binding, {
        operation: 'GetPropertyValue',
        attributes,
        query: { type },
      });
      expect([attribute(root, 'numberMatched'), all(root, 'wfs:member')]).toEqual(['0', []]);
    });
  });
});

describe('response paging', () => {
  const follow = async (address: string | undefined): Promise<XmlElement> => {
    expect(address).toMatch(/^http:\/\/localhost:80\/wfs\?/);
    const { status, text } = await suite.service.get(address!.replace('http://localhost:80', ''));
    expect(status, text).toBe(200);
    return readTree(text);
  };

  it('PagingTests.getFeatureWithHitsOnly', async () => {
    for (const type of types) {
      const { root } = await suite.send('GET', {
        ...{ operation: 'GetFeature', query: { type } },
        attributes: { count: '2', resultType: 'hits' },
      });
      const { numberReturned, numberMatched, previous, next } = root.attributes;
      expect([numberReturned, previous]).toEqual(['0', undefined]);
      const page = await follow(next);
      expect(page.attributes.numberReturned).toBe(String(Math.min(2, Number(numberMatched))));
      expect(idsOf(page)).toEqual(idsOf(suite.samples[type]).slice(0, 2));
    }
  });

  it('PagingTests.traverseResultSetInBothDirections: to the end and back', async () => {
    for (const type of types) {
      const pages = [await suite.features('GET', { type }, { count: '4' })];
      for (let next = pages[0]!.attributes.next; next !== undefined; next = pages.at(-1)!.attributes.next)
        pages.push(await follow(next));
      expect(pages[0]!.attributes.previous).toBeUndefined();
      const ids = pages.flatMap(idsOf);
      expect([ids.length, new Set(ids).size]).toEqual([
        Number(pages[0]!.attributes.numberMatched),
        ids.length,
      ]);
      for (let i = pages.length - 1; i > 0; i--)
        expect(idsOf(await follow(pages[i]!.attributes.previous))).toEqual(idsOf(pages[i - 1]!));
    }
  });
});
