/** Requests as they come too: in other encodings and cases, with forms for XML, hostile. None of them may be a 500. */
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { idsOf, members, SuiteClient, typed, types } from './wfs-suite-client.js';
import { all, ns, qualified, readTree, textOf } from './xml-tree.js';

let suite: SuiteClient;
beforeAll(async () => {
  suite = await SuiteClient.open();
});
afterAll(() => suite.close());

async function post(payload: string | Buffer, type?: string, query = '') {
  const {
    statusCode,
    payload: text,
    headers,
  } = await suite.service.app.inject({
    ...{ method: 'POST', url: `/wfs${query}`, payload },
    headers: type === undefined ? {} : { 'content-type': type },
  });
  return { status: statusCode, text, type: String(headers['content-type']) };
}

/** Status and exception code, or the numbers of a collection. */
function gist({ status, text }: { status: number; text: string }): string {
  if (status !== 200) return `${status} ${all(readTree(text), 'ows:Exception')[0]?.attributes.exceptionCode}`;
  const { numberMatched, numberReturned } = readTree(text).attributes;
  return `${status} ${numberReturned} of ${numberMatched}`;
}

const body = (inner = ''): string =>
  `<wfs:GetFeature xmlns:wfs="${ns.wfs}" xmlns:fes="${ns.fes}" service="WFS" version="2.0.0" count="1"><wfs:Query typeNames="om:dltb">${inner}</wfs:Query></wfs:GetFeature>`;
const equals = (path: string, value: string): string =>
  `<fes:Filter><fes:PropertyIsEqualTo><fes:ValueReference>${path}</fes:ValueReference><fes:Literal>${value}</fes:Literal></fes:PropertyIsEqualTo></fes:Filter>`;
const pairs = 'service=WFS&version=2.0.0&request=GetFeature&typenames=om:dltb&count=1';

describe('POST', () => {
  it.each([
    ['XML', body(), 'text/xml; charset=UTF-8'],
    ['XML as plain text', body(), 'text/plain'],
    ['XML that is called a form, as curl -d does', body(), 'application/x-www-form-urlencoded'],
    ['pairs in a form', pairs, 'application/x-www-form-urlencoded; charset=UTF-8'],
    ['pairs in a form, in capitals', pairs, 'Application/X-WWW-Form-URLEncoded'],
    ['UTF-16', Buffer.from(`\uFEFF${body()}`, 'utf16le'), 'application/xml'],
    [
      'comments and instructions',
      `<?xml version="1.0"?><!-- a --><?b c?>${body('<!-- d -->')}`,
      'application/xml',
    ],
    ['an attribute in another case', body().replace('typeNames', 'typenames'), 'application/xml'],
  ])('%s', async (_name, content, type) => {
    expect(gist(await post(content, type))).toBe('200 1 of 3');
  });

  it('a form that leaves its operation in the address', async () => {
    const answer = await post(
      'typenames=om:dltb&count=1',
      'application/x-www-form-urlencoded',
      '?service=WFS&version=2.0.0&request=GetFeature',
    );
    expect(gist(answer)).toBe('200 1 of 3');
  });

  it('a form in UTF-8, in GBK that says so, and no other as if it were that', async () => {
    const [before, after] = `${pairs}&filter=${filterOf('@')}`.split('%40') as [string, string];
    // 地 in GBK, as it stands and escaped
    const plain = Buffer.concat([Buffer.from(before), Buffer.from([0xb5, 0xd8]), Buffer.from(after)]);
    const form = 'application/x-www-form-urlencoded';
    expect(gist(await post(`${before}${encodeURIComponent('地')}${after}`, form))).toBe('200 0 of 0');
    expect(gist(await post(plain, `${form}; charset=GBK`))).toBe('200 0 of 0');
    expect(gist(await post(plain, form))).toBe('400 OperationParsingFailed');
    expect(gist(await post(`${before}%B5%D8${after}`, form))).toBe('400 InvalidParameterValue');
  });

  it('packed, or a clear refusal', async () => {
    const send = async (payload: Buffer, encoding: string) => {
      const headers = { 'content-type': 'text/xml', 'content-encoding': encoding, 'accept-language': 'en' };
      const answer = await suite.service.app.inject({ method: 'POST', url: '/wfs', headers, payload });
      return { status: answer.statusCode, text: answer.payload };
    };
    expect(gist(await send(gzipSync(body()), 'gzip'))).toBe('200 1 of 3');
    for (const [payload, encoding, status] of [
      [Buffer.from('no gzip'), 'gzip', 400],
      [Buffer.from(body()), 'br', 400],
      [Buffer.from(body()), 'zstd', 415],
    ] as const) {
      const answer = await send(payload, encoding);
      expect([encoding, answer.status]).toEqual([encoding, status]);
      expect(answer.text).toContain(`content-encoding: ${encoding}`);
    }
  });

  it('nothing but an address', async () => {
    expect(gist(await post('', 'application/xml', `?${pairs}`))).toBe('200 1 of 3');
  });

  it.each([
    [
      'SOAP',
      `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>${body()}</s:Body></s:Envelope>`,
      'OptionNotSupported',
    ],
    ['JSON', '{"service":"WFS"}', 'OperationParsingFailed'],
    ['bytes', Buffer.from([0, 1, 2, 0xff, 0xfe]), 'OperationParsingFailed'],
    ['two documents', body() + body(), 'OperationParsingFailed'],
    [
      'a transaction',
      `<wfs:Transaction xmlns:wfs="${ns.wfs}" service="WFS" version="2.0.0"/>`,
      'OperationNotSupported',
    ],
    [
      'two queries',
      body().replace('<wfs:Query', '<wfs:Query typeNames="om:xzq"/><wfs:Query'),
      'OptionNotSupported',
    ],
    ['a join', body().replace('om:dltb', 'om:dltb om:xzq'), 'OptionNotSupported'],
    ['a property of another type', body(equals('om:xzq/om:BSM', 'D1')), 'InvalidParameterValue'],
    ['an id that is none', body('<fes:Filter><fes:ResourceId/></fes:Filter>'), 'InvalidParameterValue'],
    [
      'a second geometry',
      body(
        `<fes:Filter xmlns:gml="${ns.gml}"><fes:Intersects><fes:ValueReference>geom</fes:ValueReference>${'<gml:Point><gml:pos>35 113</gml:pos></gml:Point>'.repeat(2)}</fes:Intersects></fes:Filter>`,
      ),
      'InvalidParameterValue',
    ],
    ['a second filter', body(equals('BSM', 'D1') + equals('BSM', 'D2')), 'InvalidParameterValue'],
    [
      'a filter that is written otherwise',
      body(equals('BSM', 'D1').replaceAll('fes:Filter', 'fes:filter')),
      'OperationParsingFailed',
    ],
    [
      'a filter beside the query',
      body().replace('</wfs:GetFeature>', `${equals('BSM', 'D1')}</wfs:GetFeature>`),
      'OperationParsingFailed',
    ],
    ['GetGmlObject', `<wfs:GetGmlObject xmlns:wfs="${ns.wfs}" service="WFS"/>`, 'OperationNotSupported'],
  ])('%s is refused', async (_name, content, code) => {
    expect(gist(await post(content, 'application/xml'))).toBe(`400 ${code}`);
  });
});

/** As a keyword value. */
const filterOf = (value: string, path = 'BSM'): string =>
  encodeURIComponent(equals(path, value).replace('<fes:Filter', `<fes:Filter xmlns:fes="${ns.fes}"`));

describe('GET', () => {
  const get = (query: string) => suite.service.get(`/wfs?${query}`);

  it.each<[string, string, string]>([
    ['keys in any case', 'SeRvIcE=wfs&VeRsIoN=2.0.0&ReQuEsT=GetFeature&TyPeNaMeS=dltb&CoUnT=1', '200 1 of 3'],
    ['the first of repeated keys', `${pairs}&TYPENAMES=nope&count=2`, '200 1 of 3'],
    ['the operation in any case', pairs.replace('GetFeature', 'getfeature'), '200 1 of 3'],
    [
      'a filter in parentheses',
      `${pairs}&filter=(${encodeURIComponent(`<Filter xmlns="${ns.fes}"><ResourceId rid="dltb.1"/></Filter>`)})`,
      '200 1 of 1',
    ],
    ['one type in parentheses', pairs.replace('om:dltb', '(om:dltb)'), '200 1 of 3'],
    ['a schema-element', pairs.replace('om:dltb', 'schema-element(om:dltb)'), '200 1 of 3'],
    [
      'a language of its own',
      `${pairs}&filter_language=urn:ogc:def:queryLanguage:OGC-FES:Filter`,
      '200 1 of 3',
    ],
    ['another language', `${pairs}&filter_language=CQL&filter=a`, '400 OptionNotSupported'],
    ['a condition in CQL', `${pairs}&CQL_FILTER=DLBM='0102'`, '400 OptionNotSupported'],
    ['references within the answer', `${pairs}&resolve=local&resolvedepth=*`, '200 1 of 3'],
    ['references elsewhere', `${pairs}&resolve=remote`, '400 InvalidParameterValue'],
    ['several queries', pairs.replace('om:dltb', '(om:dltb)(om:xzq)'), '400 OptionNotSupported'],
    ['a NUL', pairs.replace('om:dltb', 'dltb%00'), '400 InvalidParameterValue'],
    ['half a character', pairs.replace('om:dltb', '%E6%B0'), '400 InvalidParameterValue'],
    // 地 in GBK: as UTF-8 it would match nothing
    ['text in GBK', `${pairs}&filter=${filterOf('@').replace('%40', '%B5%D8')}`, '400 InvalidParameterValue'],
    ['the sign for what could not be read', `${pairs}&filter=${filterOf('\uFFFD')}`, '200 0 of 0'],
    [
      'a box where its system has no ground',
      `${pairs}&bbox=1,2,9e9,9e9,urn:ogc:def:crs:EPSG::4526`,
      '400 InvalidParameterValue',
    ],
    [
      'a place where its system has no ground',
      `${pairs}&filter=${encodeURIComponent('<fes:Filter xmlns:fes="http://www.opengis.net/fes/2.0" xmlns:gml="http://www.opengis.net/gml/3.2"><fes:Intersects><fes:ValueReference>geom</fes:ValueReference><gml:Point srsName="urn:ogc:def:crs:EPSG::4526"><gml:pos>1 9e9</gml:pos></gml:Point></fes:Intersects></fes:Filter>')}`,
      '400 InvalidParameterValue',
    ],
    [
      'a count beyond all numbers',
      `${pairs.replace('count=1', 'count=99999999999999999999')}&resulttype=hits`,
      '200 0 of 3',
    ],
    ['a start beyond the end', `${pairs}&startindex=2000000000`, '200 0 of 3'],
    ['a count of nothing', pairs.replace('count=1', 'count=0'), '200 0 of 3'],
    ...[
      ...['bbox=0,0,90,180&bbox=0,0,1,1', 'bbox=0,0,90,180&BBOX=0,0,90,179'],
      ...['resourceid=dltb.1&resourceid=dltb.2', 'resourceid=dltb.1&featureid=dltb.2'],
      ...[
        `filter=${filterOf('D1')}&filter=${filterOf('D2')}`,
        'resourceid=dltb.1&bbox=0,0,90,180',
        `featureid=dltb.1&filter=${filterOf('D1')}`,
      ],
    ].map((rest): [string, string, string] => [
      `two conditions: ${rest}`,
      `${pairs}&${rest}`,
      '400 InvalidParameterValue',
    ]),
    ['the same condition twice', `${pairs}&bbox=0,0,90,180&BBOX=0,0,90,180`, '200 1 of 3'],
    ['one id by both names', `${pairs}&resourceid=dltb.1&featureid=dltb.1`, '200 1 of 1'],
    ...['113,34,114,36,urn:ogc:def:crs:EPSG::4490', '34,113,36,114,EPSG:4490', '34,113,36,114,CRS:84'].map(
      (box): [string, string, string] => [
        `a box the wrong way round: ${box}`,
        `${pairs}&bbox=${box}`,
        '400 InvalidParameterValue',
      ],
    ),
    ['a box beyond both poles', `${pairs}&bbox=-120,-180,120,180,urn:ogc:def:crs:EPSG::4490`, '200 1 of 3'],
    ...[
      ...['sortby=om:xzq/om:BSM', 'propertyname=xzq/BSM', 'sortby=BSM,schema-element(om:xzq)/BSM+D'],
      `filter=${filterOf('D1', 'xzq/BSM')}`,
    ].map((rest): [string, string, string] => [
      `of another type: ${rest.slice(0, 40)}`,
      `${pairs}&${rest}`,
      '400 InvalidParameterValue',
    ]),
    [
      'a value of another type',
      `${pairs.replace('GetFeature', 'GetPropertyValue')}&valuereference=om:xzq/om:BSM`,
      '400 InvalidParameterValue',
    ],
  ])('%s', async (_name, query, expected) => {
    expect(gist(await get(query))).toBe(expected);
  });

  it('features and values by id, in every way of asking for one', async () => {
    for (const type of types) {
      const id = idsOf(suite.samples[type])[0]!;
      const filter = (operator: string, path: string) =>
        encodeURIComponent(
          `<Filter xmlns="${ns.fes}"><${operator}><ValueReference>${path}</ValueReference><Literal>${id}</Literal></${operator}></Filter>`,
        );
      const of = (rest: string) =>
        get(`service=WFS&version=2.0.0&request=GetFeature&typenames=${type}&${rest}`);
      const total = Number(readTree((await of('resulttype=hits')).text).attributes.numberMatched);
      for (const path of ['@gml:id', `om:${type}/@gml:id`]) {
        const [same] = members(readTree((await of(`filter=${filter('PropertyIsEqualTo', path)}`)).text));
        expect(same?.attributes[qualified('gml:id')]).toBe(id);
        const others = await of(`filter=${filter('PropertyIsNotEqualTo', path)}`);
        expect(gist(others)).toBe(`200 ${total - 1} of ${total - 1}`);
      }
      expect(gist(await of(`filter=${filter('PropertyIsLessThan', '@gml:id')}`))).toBe(
        '400 OptionNotSupported',
      );
      const stored = 'storedquery_id=urn:ogc:def:query:OGC-WFS::GetFeatureById';
      const value = await get(
        `service=WFS&version=2.0.0&request=GetPropertyValue&${stored}&id=${id}&valuereference=@gml:id`,
      );
      expect(all(readTree(value.text), 'wfs:member').map(textOf)).toEqual([id]);
    }
  });

  it.each([
    ['BSM', 'D1'],
    ['BSM+A', 'D1'],
    ['BSM%20ASC', 'D1'],
    ['BSM+D', 'D3'],
    ['BSM%2BD', 'D3'],
    ['om:BSM+DESC', 'D3'],
    ['om:dltb/om:BSM+desc,DLBM+A', 'D3'],
  ])('sortby=%s begins with %s', async (sort, first) => {
    expect((await get(`${pairs}&sortby=${sort}`)).text).toContain(`<om:BSM>${first}<`);
  });

  it('signs of a pattern may be longer than one, and matchCase is any xs:boolean', async () => {
    const like = (pattern: string, more = '') =>
      get(
        `${pairs}&filter=${encodeURIComponent(
          `<Filter xmlns="${ns.fes}"><PropertyIsLike wildCard=".*" singleChar="." escapeChar="!" ${more}><ValueReference>BSM</ValueReference><Literal>${pattern}</Literal></PropertyIsLike></Filter>`,
        )}`,
      );
    const found = async (...of: Parameters<typeof like>) =>
      gist(await like(...of))
        .split(' ')
        .at(-1);
    expect(await found('.*')).toBe('3');
    expect(await found('D.')).toBe('3');
    expect(await found('.*1')).toBe('1');
    expect(await found('!D1')).toBe('1');
    expect(await found('D!.')).toBe('0');
    expect(await found('D1!')).toBe('0');
    expect(await found('d1')).toBe('0');
    for (const no of ['false', '0']) expect(await found('d1', `matchCase="${no}"`)).toBe('1');
  });

  it('a page beyond the end leads back to the last one that has features', async () => {
    const { previous, next } = readTree((await get(`${pairs}&startindex=77`)).text).attributes;
    expect([next, new URL(previous!).searchParams.get('STARTINDEX')]).toEqual([undefined, '2']);
  });

  it('an ETag that lost its W/ on the way is known', async () => {
    const { etag } = (await get(pairs)).headers;
    for (const known of [etag!, etag!.slice(2), `"other", ${etag!.slice(2)}`, '*'])
      expect([known, (await suite.service.get(`/wfs?${pairs}`, { 'if-none-match': known })).status]).toEqual([
        known,
        304,
      ]);
    expect((await suite.service.get(`/wfs?${pairs}`, { 'if-none-match': '"other"' })).status).toBe(200);
  });

  it('a type that is named twice is described once', async () => {
    const { text } = await get(
      'service=WFS&version=2.0.0&request=DescribeFeatureType&typenames=om:dltb,dltb,xzq,a:dltb',
    );
    expect(all(readTree(text), 'xs:complexType').map(({ attributes }) => attributes.name)).toEqual([
      'dltbType',
      'xzqType',
    ]);
  });

  it('properties of GML among those asked for', async () => {
    for (const [names, children] of [
      ['gml:name,om:BSM', ['BSM']],
      ['gml:name', []],
      ['(gml:boundedBy,BSM,geom)', ['geom', 'BSM']],
    ] as const) {
      const [feature] = members(readTree((await get(`${pairs}&propertyname=${names}`)).text));
      expect(feature!.children.map(({ name }) => name)).toEqual(children.map(typed));
    }
  });

  it.each([
    ...[
      'application/gml+xml; version=3.2',
      'application/gml+xml;version=3.2',
      'text/xml; subtype=gml/3.2',
      'GML32',
    ],
    ...['application/xml', '"application/gml+xml; version=3.2"'],
  ])('outputFormat %s is GML, its + written or meant', async (format) => {
    for (const text of [encodeURIComponent(format), format.replaceAll(' ', '%20')]) {
      const { status, headers } = await get(`${pairs}&outputformat=${text}`);
      expect([status, headers['content-type']]).toEqual([200, 'application/gml+xml; version=3.2']);
    }
  });

  it.each(['application/json', 'application/geo+json', 'application/vnd.geo+json', 'json', 'GeoJSON'])(
    'outputFormat %s is GeoJSON for features, and for nothing else',
    async (format) => {
      for (const text of [encodeURIComponent(format), format]) {
        const { status, headers } = await get(`${pairs}&outputformat=${text}`);
        expect([status, headers['content-type']]).toEqual([200, 'application/geo+json']);
        for (const request of ['DescribeFeatureType', 'GetPropertyValue'])
          expect(
            gist(
              await get(`${pairs.replace('GetFeature', request)}&valuereference=DLBM&outputformat=${text}`),
            ),
          ).toBe('400 InvalidParameterValue');
      }
    },
  );
});

describe('1.1.0, as the suite for it asks', () => {
  const wfs11 = 'http://www.opengis.net/wfs';
  const get = (query: string) => suite.service.get(`/wfs?service=WFS&version=1.1.0&${query}`);

  it('negotiates, describes, and gives features by KVP and XML', async () => {
    const capabilities = await get('request=GetCapabilities');
    const root = readTree(capabilities.text);
    expect([root.name, root.attributes.version]).toEqual([`{${wfs11}}WFS_Capabilities`, '1.1.0']);
    const described = readTree((await get('request=DescribeFeatureType&typename=om:dltb')).text);
    expect(all(described, 'xs:import')[0]!.attributes.namespace).toBe('http://www.opengis.net/gml');
    expect(all(described, 'xs:element')[0]!.attributes.substitutionGroup).toBe('gml:_Feature');
    const xml = `<wfs:GetFeature xmlns:wfs="${wfs11}" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" service="WFS" version="1.1.0" maxFeatures="2"><wfs:Query typeName="om:dltb" srsName="EPSG:4490"><wfs:PropertyName>om:BSM</wfs:PropertyName><ogc:Filter><ogc:PropertyIsGreaterThan><ogc:PropertyName>om:BSM</ogc:PropertyName><ogc:Literal>D1</ogc:Literal></ogc:PropertyIsGreaterThan></ogc:Filter><ogc:SortBy><ogc:SortProperty><ogc:PropertyName>om:BSM</ogc:PropertyName><ogc:SortOrder>DESC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy></wfs:Query></wfs:GetFeature>`;
    const { text } = await post(xml, 'text/xml');
    const found = readTree(text);
    expect([found.name, found.attributes.numberOfFeatures]).toEqual([`{${wfs11}}FeatureCollection`, '2']);
    expect([...text.matchAll(/<om:BSM>([^<]*)</g)].map(([, value]) => value)).toEqual(['D3', 'D2']);
  });

  it('answers every operator that its capabilities declare, in the words of Filter Encoding 1.1', async () => {
    const { text } = await get('request=GetCapabilities');
    const names = (tag: string) => all(readTree(text), tag);
    const property = '<ogc:PropertyName>om:DLBM</ogc:PropertyName>';
    const literal = '<ogc:Literal>0102</ogc:Literal>';
    const comparison = (name: string) => {
      if (name === 'Between')
        return `<ogc:PropertyIsBetween>${property}<ogc:LowerBoundary>${literal}</ogc:LowerBoundary><ogc:UpperBoundary>${literal}</ogc:UpperBoundary></ogc:PropertyIsBetween>`;
      if (name === 'NullCheck') return `<ogc:PropertyIsNull>${property}</ogc:PropertyIsNull>`;
      if (name === 'Like')
        return `<ogc:PropertyIsLike wildCard="*" singleChar="?" escapeChar="!">${property}${literal}</ogc:PropertyIsLike>`;
      const element = `PropertyIs${name.replace('ThanEqual', 'ThanOrEqual')}`;
      return `<ogc:${element}>${property}${literal}</ogc:${element}>`;
    };
    const shape =
      '<gml:Polygon srsName="urn:x-ogc:def:crs:EPSG:4490"><gml:exterior><gml:LinearRing><gml:posList>35 113 35 114 36 114 36 113 35 113</gml:posList></gml:LinearRing></gml:exterior></gml:Polygon>';
    const box =
      '<gml:Envelope srsName="urn:x-ogc:def:crs:EPSG:4490"><gml:lowerCorner>35 113</gml:lowerCorner><gml:upperCorner>36 114</gml:upperCorner></gml:Envelope>';
    const filters = [
      ...names('ogc:ComparisonOperator').map((one) => comparison(textOf(one))),
      ...names('ogc:SpatialOperator').map(
        ({ attributes: { name } }) =>
          `<ogc:${name}><ogc:PropertyName>om:geom</ogc:PropertyName>${name === 'BBOX' ? box : shape}</ogc:${name}>`,
      ),
      '<ogc:FeatureId fid="dltb.1"/>',
      '<ogc:GmlObjectId gml:id="dltb.1"/>',
      `<ogc:And><ogc:Not>${comparison('NullCheck')}</ogc:Not><ogc:Or>${comparison('EqualTo')}${comparison('Like')}</ogc:Or></ogc:And>`,
    ];
    expect(filters).toHaveLength(21);
    for (const filter of filters) {
      const entity = `<wfs:GetFeature xmlns:wfs="${wfs11}" xmlns:ogc="http://www.opengis.net/ogc" xmlns:gml="http://www.opengis.net/gml" service="WFS" version="1.1.0" resultType="hits"><wfs:Query typeName="om:dltb"><ogc:Filter>${filter}</ogc:Filter></wfs:Query></wfs:GetFeature>`;
      const { status } = await post(entity, 'text/xml');
      expect([filter, status]).toEqual([filter, 200]);
    }
  });

  it.each([
    ...['urn:ogc:def:crs:EPSG::4490', 'urn:x-ogc:def:crs:EPSG:4490', 'urn:ogc:def:crs:EPSG:6.9:4490'],
    ...['http://www.opengis.net/def/crs/EPSG/0/4490', 'EPSG:4490', 'urn:ogc:def:crs:OGC:1.3:CRS84'],
    'http://www.opengis.net/gml/srs/epsg.xml#4490',
  ])('%s has the same order of axes in both versions, and comes back as it was asked for', async (name) => {
    const latFirst = !/^EPSG|epsg\.xml|CRS84/.test(name);
    const srs = `srsname=${encodeURIComponent(name)}`;
    for (const query of [`${pairs}&${srs}`, `${pairs.replace('2.0.0', '1.1.0')}&${srs}`]) {
      const { text } = await suite.service.get(`/wfs?${query}`);
      const [, first] = /posList>([\d.]+) /.exec(text)!;
      expect([Number(first) < 60, text.includes(`srsName="${name}"`)]).toEqual([latFirst, true]);
    }
  });

  it('tells faults as OWS 1.0, with codes and places', async () => {
    const faults: [string, string, string][] = [
      ['request=GetFeature&typename=om:nope', 'InvalidParameterValue', 'typeName'],
      ['request=GetFeature&typename=om:dltb&maxfeatures=-1', 'InvalidParameterValue', 'maxFeatures'],
      ['request=GetFeature&typename=om:dltb&srsname=EPSG:32690', 'InvalidParameterValue', 'srsName'],
      ['request=GetPropertyValue&typename=om:dltb', 'InvalidParameterValue', 'request'],
      ['request=GetFeature', 'MissingParameterValue', 'typeName'],
      ['request=GetFeature&typename=om:dltb&cql_filter=a', 'OptionNotSupported', 'cql_filter'],
      ['typename=om:dltb', 'MissingParameterValue', 'request'],
      ['request=GetGmlObject&gmlobjectid=dltb.1', 'OperationNotSupported', 'request'],
    ];
    for (const [query, code, locator] of faults) {
      const { status, text, headers } = await get(query);
      // Chinese in text that names no charset is ASCII to readers that keep to RFC 3023
      expect(headers['content-type']).toBe('text/xml; charset=UTF-8');
      const root = readTree(text);
      expect([query, status, root.name]).toEqual([query, 400, '{http://www.opengis.net/ows}ExceptionReport']);
      expect(root.attributes).toEqual({ version: '1.0.0' });
      expect(root.children[0]!.attributes).toEqual({ exceptionCode: code, locator });
    }
  });
});
