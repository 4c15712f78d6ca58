import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { importLayer } from '../../src/layers/import-layer.js';
import { readXml, type XmlNode } from '../../src/ogc/wfs/xml.js';
import { openTestDatabase, resetTables } from '../database/test-database.js';
import { feature, grid, rectangle, stream } from '../layers/made-layers.js';
import { type StandardsApp, standardsApp } from './standards-app.js';

/** 10 × 5 squares of 100 m, and one feature of two parts of which one has a hole. */
const squares = grid(10, 5, 100, (i) => ({
  BSM: `B${String(i).padStart(3, '0')}`,
  DLBM: i % 2 === 0 ? '0102' : '0307',
  DLMC: i === 7 ? null : '水浇地 <A & "B">',
  TBMJ: 10_000 + i,
}));
const withHole = feature(
  [
    [...rectangle(0, 600, 100, 100)[0]!, [...rectangle(20, 620, 50, 50)[0]![0]!].reverse()],
    rectangle(200, 600, 100, 100)[0]!,
  ],
  { BSM: 'B050', DLBM: '0102', DLMC: '100%', TBMJ: 17_500 },
);

let service: StandardsApp;

beforeAll(async () => {
  const db = await openTestDatabase();
  await resetTables(db);
  service = standardsApp(db);
  await importLayer(
    { db, geos: service.geos },
    {
      ...{
        layerId: 'dltb',
        source: stream([...squares, withHole]),
        sourceFileName: 'made.geojson',
        crs: 4526,
      },
      dataDate: '2024-12-31',
      coverage: {
        kind: 'polygon',
        geojson: { type: 'MultiPolygon', coordinates: rectangle(0, 0, 1000, 1000) },
        crs: 4526,
      },
    },
  );
});
afterAll(async () => {
  await service.app.close();
  await service.geos.close();
});

const wfs = (query: string) => service.get(`/wfs?service=WFS&${query}`);
const get20 = (query: string) => wfs(`version=2.0.0&request=GetFeature&typenames=om:dltb&${query}`);
const parse = (text: string): XmlNode => readXml(text, 'answer');

function find(node: XmlNode, name: string): XmlNode[] {
  return [...(node.name === name ? [node] : []), ...node.children.flatMap((child) => find(child, name))];
}

async function matched(query: string): Promise<number> {
  const { status, text } = await get20(`resultType=hits&${query}`);
  expect([status, status === 200 ? '' : text]).toEqual([200, '']);
  return Number(parse(text).attributes.numbermatched);
}

const fes = (inner: string): string =>
  encodeURIComponent(
    `<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2">${inner}</fes:Filter>`,
  );
const compare = (name: string, property: string, value: string, more = ''): string =>
  `<fes:${name}${more}><fes:ValueReference>${property}</fes:ValueReference><fes:Literal>${value}</fes:Literal></fes:${name}>`;

async function post(body: string) {
  const answer = await service.app.inject({
    method: 'POST',
    url: '/wfs',
    payload: body,
    headers: { 'content-type': 'application/xml' },
  });
  return { status: answer.statusCode, text: answer.payload };
}

describe('GetCapabilities', () => {
  it.each([
    ['', '2.0.0'],
    ['&VERSION=2.0.2', '2.0.0'],
    ['&version=1.1.0', '1.1.0'],
    ['&version=1.0.0', '1.1.0'],
    ['&version=9.9.9', '2.0.0'],
    ['&AcceptVersions=2.0.0,1.1.0,1.0.0', '2.0.0'],
    ['&ACCEPTVERSIONS=10.0.0,2.0.0,1.1.0', '2.0.0'],
    ['&acceptversions=1.1.0', '1.1.0'],
  ])('with %j speaks %s', async (query, version) => {
    const { status, text, headers } = await wfs(`request=GetCapabilities${query}`);
    const root = parse(text);
    expect([status, root.name, root.attributes.version]).toEqual([200, 'WFS_Capabilities', version]);
    expect(headers['content-type']).toMatch(/xml/);
  });

  it('lists types with their systems and the constraints that clients read', async () => {
    const root = parse((await wfs('request=GetCapabilities')).text);
    const [layer] = find(root, 'FeatureType');
    expect(layer!.children.find(({ name }) => name === 'Name')?.text).toBe('om:dltb');
    expect(find(layer!, 'DefaultCRS')[0]!.text).toBe('urn:ogc:def:crs:EPSG::4490');
    expect(find(layer!, 'OtherCRS').map(({ text }) => text)).toContain('urn:ogc:def:crs:EPSG::4526');
    const constraints = Object.fromEntries(
      find(root, 'Constraint').map((one) => [one.attributes.name, find(one, 'DefaultValue')[0]!.text]),
    );
    expect(constraints).toMatchObject({
      ImplementsResultPaging: 'TRUE',
      ImplementsBasicWFS: 'TRUE',
      CountDefault: '5000',
    });
    expect(find(root, 'Get').every(({ attributes }) => attributes.href!.endsWith('/wfs?'))).toBe(true);
  });
});

describe('GetFeature', () => {
  it('gives GML 3.2 with an id on every geometry, latitude first, to 9 decimals', async () => {
    const { text, headers } = await get20('');
    expect(headers['content-type']).toBe('application/gml+xml; version=3.2');
    const root = parse(text);
    expect([root.attributes.numbermatched, root.attributes.numberreturned]).toEqual(['51', '51']);
    expect(root.attributes.next).toBeUndefined();
    const ids = [...text.matchAll(/gml:id="([^"]+)"/g)].map(([, id]) => id);
    expect(ids.length).toBe(51 + 51 + 52);
    expect(new Set(ids).size).toBe(ids.length);
    const [lat, lon] = find(root, 'posList')[0]!.text.split(' ').map(Number) as [number, number];
    expect([Math.floor(lat), Math.floor(lon)]).toEqual([35, 113]);
    expect(find(root, 'DLMC')[0]!.text).toBe('水浇地 <A & "B">');
    expect(find(root, 'DLMC').length).toBe(50);
    const [last] = find(root, 'dltb').slice(-1);
    expect([find(last!, 'Polygon').length, find(last!, 'interior').length]).toEqual([2, 1]);
  });

  it('repeats the form of the CRS that was asked for, and its order of axes', async () => {
    const first = async (name: string): Promise<number[]> => {
      const root = parse((await get20(`count=1&srsname=${encodeURIComponent(name)}`)).text);
      expect(find(root, 'MultiSurface')[0]!.attributes.srsname).toBe(name);
      return find(root, 'posList')[0]!.text.split(' ').slice(0, 2).map(Number);
    };
    const [lat, lon] = (await first('urn:ogc:def:crs:EPSG::4490')) as [number, number];
    expect(lat).toBeLessThan(lon);
    expect(await first('http://www.opengis.net/def/crs/EPSG/0/4490')).toEqual([lat, lon]);
    expect(await first('EPSG:4490')).toEqual([lon, lat]);
    expect(await first('http://www.opengis.net/gml/srs/epsg.xml#4490')).toEqual([lon, lat]);
    expect(await first('urn:ogc:def:crs:OGC:1.3:CRS84')).toEqual([lon, lat]);
    expect(await first('urn:ogc:def:crs:EPSG::4526')).toEqual([3_898_000, 38_430_000]);
    expect(await first('EPSG:4547')).toEqual([430_000, 3_898_000]);
  });

  it('pages without loss, and the counts of a page are those of its content', async () => {
    const ids: string[] = [];
    let next: string | undefined =
      '/wfs?SERVICE=WFS&VERSION=2.0.0&REQUEST=GetFeature&TYPENAMES=dltb&COUNT=7&STARTINDEX=0';
    for (; next; ) {
      const root = parse((await service.get(next)).text);
      const found = find(root, 'dltb').map(({ attributes }) => attributes.id!);
      expect(root.attributes.numberreturned).toBe(String(found.length));
      ids.push(...found);
      next = root.attributes.next?.replace('http://localhost:80', '');
    }
    expect([ids.length, new Set(ids).size]).toEqual([51, 51]);
    const hits = parse((await get20('resultType=hits&count=1')).text);
    expect([hits.attributes.numbermatched, hits.attributes.numberreturned]).toEqual(['51', '0']);
    expect(hits.attributes.next).toMatch(/STARTINDEX=0&COUNT=1/);
    expect(hits.attributes.previous).toBeUndefined();
  });

  it('gives GeoJSON in longitude, latitude and only the properties asked for, in order', async () => {
    const { json, headers } = await get20(
      'outputFormat=application/json&propertyname=BSM,geom&count=2&sortby=BSM+D',
    );
    expect(headers['content-type']).toBe('application/geo+json');
    expect(json.features.map((f: { properties: object }) => f.properties)).toEqual([
      { BSM: 'B050' },
      { BSM: 'B049' },
    ]);
    expect(json.features[0].geometry.coordinates[0][0][0][0]).toBeGreaterThan(100);
    const { json: x } = await get20('outputFormat=geojson&srsname=urn:ogc:def:crs:EPSG::4526&count=1');
    expect(x.features[0].geometry.coordinates[0][0][0]).toEqual([38_430_000, 3_898_000]);
  });

  it.each([
    ['BBOX=113,30,114,40', 51],
    ['BBOX=30,113,40,114', 51],
    ['BBOX=113,30,114,40,EPSG:4490', 51],
    ['BBOX=30,113,40,114,urn:ogc:def:crs:EPSG::4490', 51],
    ['BBOX=3898010,38430010,3898020,38430020,urn:ogc:def:crs:EPSG::4526', 1],
    ['BBOX=38430010,3898010,38430020,3898020,EPSG:4526', 1],
    ['RESOURCEID=dltb.3,dltb.5,dltb.999', 2],
    ['propertyname=*', 51],
    ['propertyname=', 51],
    ['unknown=1&NAMESPACES=xmlns(om,urn:x)', 51],
  ])('%s finds %i', async (query, count) => {
    expect(await matched(query)).toBe(count);
  });

  it.each([
    [compare('PropertyIsEqualTo', 'DLBM', '0307'), 25],
    [compare('PropertyIsEqualTo', 'om:dltb/om:DLBM', '0307', ' matchAction="Any"'), 25],
    [compare('PropertyIsNotEqualTo', 'om:DLBM', '0307'), 26],
    [compare('PropertyIsLessThan', 'TBMJ', '10003'), 3],
    [compare('PropertyIsGreaterThan', 'TBMJ', '10048'), 2],
    [
      '<fes:PropertyIsLessThan><fes:Literal>10048</fes:Literal><fes:ValueReference>TBMJ</fes:ValueReference></fes:PropertyIsLessThan>',
      2,
    ],
    [compare('PropertyIsLessThanOrEqualTo', 'TBMJ', '10003'), 4],
    [compare('PropertyIsGreaterThanOrEqualTo', 'TBMJ', '10049'), 2],
    [compare('PropertyIsEqualTo', 'BSM', 'b000', ' matchCase="false"'), 1],
    [compare('PropertyIsEqualTo', 'BSM', 'b000'), 0],
    [compare('PropertyIsLike', 'DLMC', '*浇地?&lt;*', ' wildCard="*" singleChar="?" escapeChar="\\"'), 49],
    [compare('PropertyIsLike', 'DLMC', '100!%', ' wildCard="%" singleChar="_" escapeChar="!"'), 1],
    ['<fes:PropertyIsNull><fes:ValueReference>DLMC</fes:ValueReference></fes:PropertyIsNull>', 1],
    ['<fes:PropertyIsNil><fes:ValueReference>DLMC</fes:ValueReference></fes:PropertyIsNil>', 0],
    [`<fes:Not>${compare('PropertyIsEqualTo', 'DLBM', '0307')}</fes:Not>`, 26],
    [
      `<fes:And>${compare('PropertyIsEqualTo', 'DLBM', '0307')}${compare('PropertyIsLessThan', 'TBMJ', '10004')}</fes:And>`,
      2,
    ],
    [
      `<fes:Or>${compare('PropertyIsEqualTo', 'BSM', 'B000')}${compare('PropertyIsEqualTo', 'BSM', 'B001')}</fes:Or>`,
      2,
    ],
    [
      '<fes:PropertyIsBetween><fes:ValueReference>TBMJ</fes:ValueReference><fes:LowerBoundary><fes:Literal>10001</fes:Literal></fes:LowerBoundary><fes:UpperBoundary><fes:Literal>10003</fes:Literal></fes:UpperBoundary></fes:PropertyIsBetween>',
      3,
    ],
    ['<fes:ResourceId rid="dltb.1"/><fes:ResourceId rid="dltb.2"/>', 2],
    [
      '<fes:BBOX><gml:Envelope><gml:lowerCorner>30 113</gml:lowerCorner><gml:upperCorner>40 114</gml:upperCorner></gml:Envelope></fes:BBOX>',
      51,
    ],
    [
      '<BBOX><ValueReference>geom</ValueReference><gml:Envelope srsName="urn:ogc:def:crs:EPSG::4526"><gml:lowerCorner>3898010 38430010</gml:lowerCorner><gml:upperCorner>3898020 38430020</gml:upperCorner></gml:Envelope></BBOX>',
      1,
    ],
    [
      '<fes:Intersects><fes:ValueReference>geom</fes:ValueReference><gml:Polygon gml:id="p" srsName="EPSG:4526"><gml:exterior><gml:LinearRing><gml:posList>38430010 3898010 38430120 3898010 38430120 3898020 38430010 3898020 38430010 3898010</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon></fes:Intersects>',
      2,
    ],
    [
      '<fes:Intersects><fes:ValueReference>geom</fes:ValueReference><gml:Curve gml:id="c" srsName="EPSG:4526"><gml:segments><gml:LineStringSegment><gml:posList>38430010 3898010 38430310 3898010</gml:posList></gml:LineStringSegment></gml:segments></gml:Curve></fes:Intersects>',
      4,
    ],
    [
      '<fes:Disjoint><fes:ValueReference>geom</fes:ValueReference><gml:Point gml:id="q" srsName="EPSG:4526"><gml:pos>38430010 3898010</gml:pos></gml:Point></fes:Disjoint>',
      50,
    ],
    [
      '<fes:After><fes:ValueReference>data_date</fes:ValueReference><gml:TimeInstant gml:id="t"><gml:timePosition>2024-01-01</gml:timePosition></gml:TimeInstant></fes:After>',
      51,
    ],
    [
      '<fes:During><fes:ValueReference>data_date</fes:ValueReference><gml:TimePeriod gml:id="t"><gml:beginPosition>2024-01-01</gml:beginPosition><gml:endPosition>2024-06-01</gml:endPosition></gml:TimePeriod></fes:During>',
      0,
    ],
  ])('the filter %s finds %i', async (inner, count) => {
    expect(await matched(`filter=${fes(inner)}`)).toBe(count);
  });

  it('comes as POST too, however the client writes names', async () => {
    const filter = `<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0">${compare('PropertyIsEqualTo', 'DLBM', '0307')}</fes:Filter>`;
    for (const attribute of ['typeNames="om:dltb"', 'typenames="ms:dltb"']) {
      const { status, text } = await post(
        `<wfs:GetFeature xmlns:wfs="http://www.opengis.net/wfs/2.0" service="WFS" version="2.0.0" count="3"><wfs:Query ${attribute} srsName="EPSG:4490">${filter}</wfs:Query></wfs:GetFeature>`,
      );
      expect([status, parse(text).attributes.numbermatched]).toEqual([200, '25']);
      expect(find(parse(text), 'dltb').length).toBe(3);
    }
  });

  it('speaks 1.1.0 with GML 3.1.1', async () => {
    const { text, headers } = await wfs('version=1.1.0&request=GetFeature&typename=om:dltb&maxfeatures=2');
    expect(headers['content-type']).toBe('text/xml; subtype=gml/3.1.1; charset=UTF-8');
    const root = parse(text);
    expect([root.attributes.numberoffeatures, find(root, 'featureMember').length]).toEqual(['2', 2]);
    expect(text).toContain('xmlns:gml="http://www.opengis.net/gml"');
    const old = `<ogc:Filter xmlns:ogc="http://www.opengis.net/ogc"><ogc:PropertyIsEqualTo><ogc:PropertyName>om:DLBM</ogc:PropertyName><ogc:Literal>0307</ogc:Literal></ogc:PropertyIsEqualTo></ogc:Filter>`;
    const hits = parse(
      (
        await wfs(
          `version=1.1.0&request=GetFeature&typename=dltb&resulttype=hits&filter=${encodeURIComponent(old)}`,
        )
      ).text,
    );
    expect(hits.attributes.numberoffeatures).toBe('25');
  });
});

describe('the other operations', () => {
  it('DescribeFeatureType is flat, prefixed and typed', async () => {
    for (const query of ['', '&typenames=om:dltb', '&TYPENAME=dltb,om:dltb']) {
      const { text, status } = await wfs(`version=2.0.0&request=DescribeFeatureType${query}`);
      expect(status).toBe(200);
      const types = Object.fromEntries(
        find(parse(text), 'element').map(({ attributes }) => [attributes.name, attributes.type]),
      );
      expect(types).toMatchObject({
        dltb: 'om:dltbType',
        geom: 'gml:MultiSurfacePropertyType',
        DLBM: 'xs:string',
        TBMJ: 'xs:double',
        data_date: 'xs:date',
      });
    }
  });

  it('GetFeatureById answers the feature itself, and 404 for none', async () => {
    const by = (id: string) =>
      wfs(
        `version=2.0.0&request=GetFeature&storedquery_id=urn:ogc:def:query:OGC-WFS::GetFeatureById&id=${id}`,
      );
    const { text } = await by('dltb.51');
    expect([parse(text).name, parse(text).attributes.id]).toEqual(['dltb', 'dltb.51']);
    expect((await by('dltb.52')).status).toBe(404);
    expect((await by('nothing')).status).toBe(404);
    const lists = await wfs('version=2.0.0&request=ListStoredQueries');
    expect(find(parse(lists.text), 'StoredQuery')[0]!.attributes.id).toMatch(/GetFeatureById$/);
    expect((await wfs('version=2.0.0&request=DescribeStoredQueries')).status).toBe(200);
  });

  it('GetPropertyValue lists the values of those that have one', async () => {
    const values = async (reference: string) => {
      const { text } = await wfs(
        `version=2.0.0&request=GetPropertyValue&typenames=om:dltb&valuereference=${reference}&count=3&sortby=BSM+DESC`,
      );
      return find(parse(text), 'member').map((member) => member.children[0]?.text ?? member.text);
    };
    expect(await values('om:BSM')).toEqual(['B050', 'B049', 'B048']);
    expect(await values('@gml:id')).toEqual(['dltb.51', 'dltb.50', 'dltb.49']);
    const { text } = await wfs(
      'version=2.0.0&request=GetPropertyValue&typenames=dltb&valuereference=DLMC&resulttype=hits',
    );
    expect(parse(text).attributes.numbermatched).toBe('50');
  });
});

describe('faults', () => {
  const deep = `${'<fes:Not>'.repeat(70)}${'</fes:Not>'.repeat(70)}`;
  it.each([
    ['service=WFS', 400, 'MissingParameterValue', 'request'],
    ['request=GetCapabilities', 400, 'MissingParameterValue', 'service'],
    ['service=WMS&request=GetCapabilities', 400, 'InvalidParameterValue', 'service'],
    [
      'service=WFS&request=GetCapabilities&acceptversions=9.0.0',
      400,
      'VersionNegotiationFailed',
      'acceptVersions',
    ],
    ['service=WFS&request=GetFeature&version=3.0.0&typenames=dltb', 400, 'InvalidParameterValue', 'version'],
    ['service=WFS&request=Nonsense&version=2.0.0', 400, 'InvalidParameterValue', 'request'],
    ['service=WFS&request=Transaction&version=2.0.0', 400, 'OperationNotSupported', 'request'],
    ['service=WFS&request=GetFeature', 400, 'MissingParameterValue', 'typeNames'],
    ['service=WFS&request=GetFeature&typenames=om:nope', 400, 'InvalidParameterValue', 'typeNames'],
    ['service=WFS&request=GetFeature&typenames=dltb,xzq', 400, 'OptionNotSupported', 'typeNames'],
    [
      'service=WFS&request=GetFeature&typenames=dltb&srsname=EPSG:32650',
      400,
      'InvalidParameterValue',
      'srsName',
    ],
    ['service=WFS&request=GetFeature&typenames=dltb&count=-1', 400, 'InvalidParameterValue', 'count'],
    [
      'service=WFS&request=GetFeature&typenames=dltb&resulttype=x',
      400,
      'InvalidParameterValue',
      'resultType',
    ],
    ['service=WFS&request=GetFeature&typenames=dltb&bbox=1,2,3', 400, 'InvalidParameterValue', 'bbox'],
    [
      'service=WFS&request=GetFeature&typenames=dltb&propertyname=nope',
      400,
      'InvalidParameterValue',
      'propertyName',
    ],
    ['service=WFS&request=GetFeature&typenames=dltb&sortby=nope', 400, 'InvalidParameterValue', 'sortBy'],
    [
      'service=WFS&request=GetFeature&typenames=dltb&outputformat=shape',
      400,
      'InvalidParameterValue',
      'outputFormat',
    ],
    [
      'service=WFS&request=GetFeature&typenames=dltb&resourceid=xzq.1',
      400,
      'InvalidParameterValue',
      'resourceId',
    ],
    ['service=WFS&request=GetFeature&storedquery_id=x', 400, 'InvalidParameterValue', 'storedquery_id'],
    [
      `service=WFS&request=GetFeature&typenames=dltb&filter=${fes(compare('PropertyIsEqualTo', 'nope', '1'))}`,
      400,
      'InvalidParameterValue',
      'filter',
    ],
    [
      `service=WFS&request=GetFeature&typenames=dltb&filter=${fes('<fes:DWithin/>')}`,
      400,
      'OptionNotSupported',
      'filter',
    ],
    [
      `service=WFS&request=GetFeature&typenames=dltb&filter=${fes(deep)}`,
      400,
      'OperationParsingFailed',
      'filter',
    ],
    [
      'service=WFS&request=GetFeature&typenames=dltb&filter=%3CFilter%3E',
      400,
      'OperationParsingFailed',
      'filter',
    ],
  ])('%s: %i %s at %s', async (query, status, code, locator) => {
    const answer = await service.get(`/wfs?${query}`);
    const [exception] = find(parse(answer.text), 'Exception');
    expect([answer.status, exception?.attributes.exceptioncode, exception?.attributes.locator]).toEqual([
      status,
      code,
      locator,
    ]);
    expect(answer.text).toContain('<ows:ExceptionReport');
  });

  it('XML bombs are refused before they open', async () => {
    const lol = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><GetFeature service="WFS">&b;</GetFeature>`;
    for (const body of [
      lol,
      `${'<a>'.repeat(3_000)}`,
      '<a>&undefined;</a>',
      '<a',
      '',
      '<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>',
    ]) {
      const { status, text } = await post(body);
      expect([body.slice(0, 20), status]).toEqual([body.slice(0, 20), 400]);
      expect(text).not.toContain('root:');
    }
  });

  it('are told in the way of version 1.1.0 where that is spoken', async () => {
    const { text } = await wfs('version=1.1.0&request=GetFeature&typename=nope');
    expect(text).toContain('xmlns:ows="http://www.opengis.net/ows" version="1.0.0"');
  });
});
